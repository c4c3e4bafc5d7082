// Tables and pictures of a page → files: CSV (RFC 4180), SVG and PNG, with their colours as they are seen.
const plain = (node) => {
  const copy = node.cloneNode(true);
  copy.querySelectorAll("button, .node, .claim-card, [aria-hidden=true]").forEach((one) => one.remove());
  copy.querySelectorAll(".chip").forEach((one) => one.prepend(" "));
  return copy.textContent.replace(/\s+/g, " ").trim();
};
const cell = (text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const ofTable = (table) => [...table.rows].filter((row) => !row.classList.contains("off")).map((row) => [...row.cells].map(plain));
const ofList = (list) => [...list.querySelectorAll(":scope > .property")].flatMap((property) => {
  const name = plain(property.querySelector("dt"));
  return [...property.querySelectorAll(":scope > dd:not(.quiet, .topic), :scope > .topic > details > ul > li")].map((value) => [name, plain(value)]);
});
const rowsOf = (selector) => [...document.querySelectorAll(selector)].flatMap((node) => (node.tagName === "TABLE" ? ofTable(node) : ofList(node)));
const STYLES = ["fill", "stroke", "stroke-width", "stroke-dasharray", "opacity", "fill-opacity", "font-family", "font-size", "font-style", "font-weight", "text-anchor"];
/** The picture as a file of its own: what the stylesheet says is written into it. */
const drawn = (svg) => {
  const copy = svg.cloneNode(true), from = [svg, ...svg.querySelectorAll("*")];
  [copy, ...copy.querySelectorAll("*")].forEach((node, n) => {
    const style = getComputedStyle(from[n]);
    for (const name of STYLES) if (style.getPropertyValue(name)) node.style.setProperty(name, style.getPropertyValue(name));
    if (style.display === "none") node.style.display = "none";
    if (node.hasAttribute("href")) node.setAttribute("href", new URL(node.getAttribute("href"), document.baseURI));
  });
  const { width, height } = svg.viewBox.baseVal, back = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  for (const [name, value] of Object.entries({ x: svg.viewBox.baseVal.x, y: svg.viewBox.baseVal.y, width, height, fill: getComputedStyle(document.documentElement).backgroundColor })) back.setAttribute(name, value);
  copy.prepend(back);
  for (const [name, value] of Object.entries({ xmlns: "http://www.w3.org/2000/svg", width, height })) copy.setAttribute(name, value);
  return { text: new XMLSerializer().serializeToString(copy), width, height };
};
const painted = async ({ text, width, height }) => {
  const image = new Image(), canvas = document.createElement("canvas"), scale = Math.min(2, 8000 / Math.max(width, height));
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  canvas.width = width * scale;
  canvas.height = height * scale;
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
};
const offer = (blob, ending) => {
  const link = document.createElement("a"), name = location.pathname.split("/").pop().replace(/\.html$/, "") || "index";
  link.href = URL.createObjectURL(blob);
  link.download = `${name}.${ending}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
};
export const save = async ({ csv, picture, as }) => {
  if (csv) return offer(new Blob([`\ufeff${rowsOf(csv).map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`], { type: "text/csv" }), "csv");
  const found = drawn(document.querySelector(picture));
  return offer(as === "png" ? await painted(found) : new Blob([found.text], { type: "image/svg+xml" }), as);
};
