// Pages work without this file; it adds copy buttons, filters, search and a search for paths.
"use strict";
for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = !navigator.clipboard;
  const label = button.textContent;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = button.dataset.done;
    setTimeout(() => (button.textContent = label), 1500);
  });
}
for (const button of document.querySelectorAll("button[data-print]")) {
  button.addEventListener("click", () => print());
}
for (const form of document.querySelectorAll("form[data-filter]")) {
  form.addEventListener("change", () => {
    const kind = form.kind.value, party = form.party.value;
    for (const lane of document.querySelectorAll("[data-kind]")) {
      const other = (kind && lane.dataset.kind !== kind) || (party && !lane.dataset.parties.split("|").includes(party));
      lane.classList.toggle("off", Boolean(other));
    }
  });
}
for (const form of document.querySelectorAll("form[data-path]")) {
  const spots = new Map([...document.querySelectorAll(".spot")].map((spot) => [spot.dataset.key, spot]));
  const ties = [...document.querySelectorAll(".tie")];
  const near = new Map([...spots.keys()].map((key) => [key, []]));
  for (const tie of ties) {
    near.get(tie.dataset.party).push([tie.dataset.via, tie]);
    near.get(tie.dataset.via).push([tie.dataset.party, tie]);
  }
  for (const [one, a] of spots) { // a thing at a side that also stands in the middle is one thing
    for (const [two, b] of spots) if (one !== two && a.getAttribute("href") === b.getAttribute("href")) near.get(one).push([two, null]);
  }
  const shortest = (from, to) => {
    const before = new Map([[from, null]]);
    for (const here of before.keys()) {
      if (here === to) break;
      for (const [next, tie] of near.get(here)) if (!before.has(next)) before.set(next, [here, tie]);
    }
    const path = [];
    for (let step = before.get(to); step; step = before.get(step[0])) path.unshift(step);
    return before.has(to) ? path : null;
  };
  form.addEventListener("change", () => {
    for (const on of document.querySelectorAll(".on")) on.classList.remove("on");
    const from = form.from.value, to = form.to.value, line = form.querySelector(".path");
    line.textContent = "";
    if (!from || !to || from === to) return;
    const path = shortest(from, to);
    if (!path) { line.textContent = form.dataset.none; return; }
    const keys = [...path.map((step) => step[0]), to];
    path.forEach((step) => step[1] && step[1].classList.add("on"));
    keys.forEach((key) => spots.get(key).classList.add("on"));
    const names = keys.map((key) => spots.get(key).querySelector("title").textContent);
    line.textContent = names.filter((name, n) => name !== names[n - 1]).join(" → ");
  });
}
for (const tools of document.querySelectorAll("[data-zoom]")) { // a picture can be come nearer to, and moved
  const figure = document.getElementById(tools.dataset.zoom), svg = figure.querySelector("svg");
  const { width, height } = svg.viewBox.baseVal, nearest = 8;
  let view = { x: 0, y: 0, scale: 1 }, from = null, moved = false;
  const show = ({ x, y, scale }) => {
    const size = { width: width / scale, height: height / scale }, within = (at, most) => Math.min(Math.max(at, 0), most);
    view = { x: within(x, width - size.width), y: within(y, height - size.height), scale };
    svg.setAttribute("viewBox", `${view.x} ${view.y} ${size.width} ${size.height}`);
    figure.classList.toggle("moves", scale > 1);
  };
  const at = (event) => { // a point of the window, as a part of the picture
    const box = svg.getBoundingClientRect();
    return { x: (event.clientX - box.x) / box.width, y: (event.clientY - box.y) / box.height };
  };
  const zoom = (by, { x, y } = { x: .5, y: .5 }) => {
    const scale = by ? Math.min(Math.max(view.scale * by, 1), nearest) : 1, less = (1 / view.scale) - (1 / scale);
    show({ x: view.x + x * width * less, y: view.y + y * height * less, scale });
  };
  const move = (x, y) => show({ x: view.x + x * width / view.scale, y: view.y + y * height / view.scale, scale: view.scale });
  tools.addEventListener("click", (event) => { if (event.target.value !== undefined) zoom(Number(event.target.value)); });
  figure.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return; // without, the page scrolls
    event.preventDefault();
    zoom(Math.exp(-event.deltaY / 300), at(event));
  }, { passive: false });
  figure.addEventListener("keydown", (event) => {
    const keys = { "+": 1.4, "=": 1.4, "-": 1 / 1.4, 0: 0 }, steps = { ArrowLeft: [-.1, 0], ArrowRight: [.1, 0], ArrowUp: [0, -.1], ArrowDown: [0, .1] };
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in keys) zoom(keys[event.key]);
    else if (view.scale > 1 && event.key in steps) { event.preventDefault(); move(...steps[event.key]); }
  });
  svg.addEventListener("dragstart", (event) => event.preventDefault());
  svg.addEventListener("pointerdown", (event) => { from = view.scale > 1 ? at(event) : null; moved = false; });
  svg.addEventListener("pointermove", (event) => {
    if (!from) return;
    const to = at(event);
    if (!moved && Math.hypot(to.x - from.x, to.y - from.y) < .005) return;
    if (!moved) svg.setPointerCapture(event.pointerId);
    moved = true;
    move(from.x - to.x, from.y - to.y);
    from = to;
  });
  for (const end of ["pointerup", "pointercancel"]) svg.addEventListener(end, () => (from = null));
  svg.addEventListener("click", (event) => { if (moved) event.preventDefault(); moved = false; }, true);
}
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const MOST_FOUND = 24;
/** Names, and words near them, from one small file: [{ name, kind, href }], best first. */
const byNames = ({ index, root, suffix }) => {
  let rows = null;
  const load = () => (rows ??= fetch(index).then((answer) => answer.json())
    .then((all) => all.map(([name, kind, path, fragment, text]) => ({ name, kind, href: `${root}${path}${suffix}${fragment && `#${fragment}`}`, key: plain(name), all: plain(`${name} ${text}`) }))));
  const rank = (row, words) => {
    if (!words.every((word) => row.all.includes(word))) return 0;
    const whole = words.join(" ");
    return row.key === whole ? 5 : row.key.startsWith(whole) ? 4 : row.key.split(/\s+/).some((part) => part.startsWith(whole)) ? 3 : words.every((word) => row.key.includes(word)) ? 2 : 1;
  };
  const find = async (text) => {
    const words = plain(text).split(/\s+/).filter(Boolean);
    return (await load()).map((row) => [rank(row, words), row]).filter(([score]) => score)
      .sort((a, b) => b[0] - a[0] || a[1].name.length - b[1].name.length || (a[1].name < b[1].name ? -1 : 1)).slice(0, MOST_FOUND).map(([, row]) => row);
  };
  return { load, find };
};
/** Every text, in the page's language, from Pagefind's index, where there is one: the same, with the words around. */
const byText = ({ pagefind, root }) => {
  let module = null;
  const load = () => (module ??= import(new URL(pagefind, document.baseURI)).then(async (made) => {
    await made.options({ excerptLength: 14 });
    return made;
  }));
  const find = async (text) => {
    const { results } = await (await load()).search(text);
    const found = await Promise.all(results.slice(0, MOST_FOUND).map((result) => result.data()));
    return found.map(({ meta, plain_excerpt }) => ({ name: meta.title, kind: meta.kind ?? "", href: root + meta.address, excerpt: plain_excerpt }));
  };
  return { load, find };
};
for (const form of document.querySelectorAll("form[role=search]")) {
  const input = form.querySelector("input"), box = document.createElement("div");
  const names = byNames(form.dataset), texts = form.dataset.pagefind ? byText(form.dataset) : null;
  box.className = "results";
  box.hidden = true;
  form.append(box);
  let wanted = "";
  const draw = (found) => {
    box.hidden = false;
    box.replaceChildren();
    for (const kind of new Set(found.map((row) => row.kind))) {
      const heading = document.createElement("p"), list = document.createElement("ul");
      heading.textContent = kind;
      for (const row of found.filter((other) => other.kind === kind)) {
        const link = document.createElement("a"), item = document.createElement("li");
        link.href = row.href;
        link.textContent = row.name;
        if (row.excerpt && row.excerpt.trim() !== row.name) {
          const excerpt = document.createElement("span");
          excerpt.className = "excerpt";
          excerpt.textContent = row.excerpt;
          link.append(excerpt);
        }
        item.append(link);
        list.append(item);
      }
      box.append(heading, list);
    }
    if (!found.length) box.textContent = form.dataset.none;
  };
  const load = () => { names.load(); texts?.load(); };
  const show = async () => {
    const text = (wanted = input.value);
    if (!text.trim()) { box.hidden = true; return; }
    const found = await names.find(text);
    if (text !== input.value) return;
    draw(found);
    if (texts) add(text, found);
  };
  const add = async (text, found) => {
    const known = new Set(found.map((row) => row.href)), more = (await texts.find(text)).filter((row) => !known.has(row.href));
    if (more.length && text === wanted && !box.hidden && !box.contains(document.activeElement)) draw([...found, ...more]);
  };
  input.addEventListener("focus", load);
  input.addEventListener("input", show);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    await show();
    box.querySelector("a")?.click();
  });
  form.addEventListener("keydown", (event) => {
    const links = [...box.querySelectorAll("a")], at = links.indexOf(document.activeElement);
    if (event.key === "Escape") { box.hidden = true; input.focus(); }
    if (!links.length || box.hidden || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
    event.preventDefault();
    const next = at + (event.key === "ArrowDown" ? 1 : -1);
    (next < 0 ? input : links[Math.min(next, links.length - 1)]).focus();
  });
  form.addEventListener("focusout", (event) => { if (!form.contains(event.relatedTarget)) box.hidden = true; });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, [contenteditable]")) return;
    event.preventDefault();
    input.focus();
  });
}
/** A branch of a concept tree: fetched from the page that lists it, put in its place; where that fails, the page itself. */
const branches = new Map();
function foldable(toggle) {
  toggle.setAttribute("role", "button");
  toggle.setAttribute("aria-expanded", "false");
}
const branchOf = async (address, place) => {
  if (!branches.has(address)) {
    branches.set(address, fetch(address).then(async (answer) => {
      if (!answer.ok) throw new Error(answer.status);
      return new DOMParser().parseFromString(await answer.text(), "text/html");
    }));
  }
  const list = (await branches.get(address)).getElementById(place)?.cloneNode(true);
  if (!list) throw new Error(place);
  list.removeAttribute("id");
  list.querySelectorAll("a.opens").forEach(foldable);
  for (const link of list.querySelectorAll("a[href]")) link.href = new URL(link.getAttribute("href"), address);
  return list;
};
document.addEventListener("click", async (event) => {
  const toggle = event.target.closest?.(".concepts a.opens");
  if (!toggle || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const item = toggle.parentElement, shown = item.querySelector(":scope > ul");
  if (shown) {
    shown.hidden = !shown.hidden;
    toggle.setAttribute("aria-expanded", String(!shown.hidden));
    return;
  }
  if (toggle.ariaBusy === "true") return;
  toggle.ariaBusy = "true";
  try {
    item.append(await branchOf(toggle.href.split("#")[0], toggle.dataset.branch));
    toggle.setAttribute("aria-expanded", "true");
  } catch {
    location.href = toggle.href;
  } finally {
    toggle.ariaBusy = "false";
  }
});
document.querySelectorAll(".concepts a.opens").forEach(foldable);
for (const current of document.querySelectorAll(".concepts [aria-current]")) {
  const tree = current.closest(".concepts");
  tree.scrollTop += current.getBoundingClientRect().top - tree.getBoundingClientRect().top - tree.clientHeight / 3;
}
