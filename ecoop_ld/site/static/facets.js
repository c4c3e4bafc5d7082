// A list of things filtered by its address where no server has done so: views/facets.py and site/pages/listings.py in the browser.
const join = (pairs) => `?${new URLSearchParams(pairs)}`;

/** Which of the rows each choice leaves: `facets` and rows as the index has them, `chosen` a map of key → set of keys. */
export class Chooser {
  constructor(facets, rows) {
    Object.assign(this, { facets, rows });
  }

  fits(row, chosen, but) {
    return this.facets.every(([key, options], n) => key === but || !chosen.get(key)?.size || row[4][n].some((o) => chosen.get(key).has(options[o])));
  }

  left(chosen) {
    return this.rows.filter((row) => this.fits(row, chosen));
  }

  /** Facet → how many things each of its options has among those that the other facets leave. */
  counts(chosen) {
    return new Map(this.facets.map(([key, options], n) => {
      const found = options.map(() => 0);
      for (const row of this.rows) if (this.fits(row, chosen, key)) for (const o of row[4][n]) found[o] += 1;
      return [key, found];
    }));
  }
}

/** The address → what is chosen, in the order of the index; `ignored` is what means nothing here. */
export const select = (head, address) => {
  const known = new Map(head.facets.map(([key, options]) => [key, new Set(options)])), chosen = new Map(), ignored = [];
  const asked = new URLSearchParams(address);
  for (const [key, value] of asked) {
    if (known.get(key)?.has(value)) chosen.set(key, (chosen.get(key) ?? new Set()).add(value));
    else if (!["view", "page", "format"].includes(key) && !(key === "columns" && head.columns.includes(value))) ignored.push(`${key}=${value}`.slice(0, 60));
  }
  const columns = head.columns.filter((key) => asked.getAll("columns").includes(key)), page = asked.get("page") ?? "1";
  return { chosen, ignored, columns, view: asked.get("view") === "table" ? "table" : "list", page: /^[1-9][0-9]{0,5}$/.test(page) ? Number(page) : 1 };
};

export const query = (head, asked, changed = {}) => {
  const now = { ...asked, page: 1, ...changed };
  const pairs = head.facets.flatMap(([key, options]) => options.filter((option) => now.chosen.get(key)?.has(option)).map((option) => [key, option]));
  if (now.view !== "list") pairs.push(["view", now.view]);
  pairs.push(...now.columns.map((key) => ["columns", key]));
  if (now.page > 1) pairs.push(["page", String(now.page)]);
  return join(pairs);
};

const toggled = (chosen, key, option) => {
  const other = new Map([...chosen].map(([name, values]) => [name, new Set(values)])), values = other.get(key) ?? new Set();
  if (!values.delete(option)) values.add(option);
  return other.set(key, values);
};

const quoted = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
export const csv = (head, asked, rows) => {
  const columns = asked.columns.length ? asked.columns : head.columns.slice(0, head.shown), places = columns.map((key) => head.columns.indexOf(key));
  const lines = [[head.heads[0], head.heads[1], ...places.map((n) => head.heads[n + 2])], ...rows.map((row) => [row[0], row[1], ...places.map((n) => row[6][n])])];
  return lines.map((line) => `${line.map(quoted).join(",")}\r\n`).join("");
};

/** Reads the index: its head, then its pieces, a few at a time. */
const load = async (index) => {
  const read = async (name) => {
    const answer = await fetch(new URL(name, document.baseURI));
    if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
    return answer.json();
  };
  const head = await read(index), rows = [];
  for (let n = 0; n < head.pieces.length; n += 4) rows.push(...(await Promise.all(head.pieces.slice(n, n + 4).map(read))).flat());
  return { head, rows };
};

const made = (name, attributes = {}, ...children) => {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
};
const written = (name, html, attributes) => {
  const node = made(name, attributes);
  node.innerHTML = html; // from the index, where every part of it was escaped as on the pages
  return node;
};

const table = (head, asked, rows, page) => {
  const columns = asked.columns.length ? asked.columns : head.columns.slice(0, head.shown), places = columns.map((key) => head.columns.indexOf(key));
  const names = [page.dataset.name, ...places.map((n) => head.heads[n + 2])].map((name) => made("th", { scope: "col" }, name));
  const lines = rows.map((row) => made("tr", {}, written("th", row[3], { scope: "row" }), ...places.map((n) => written("td", row[5][n]))));
  const whole = made("table", {}, made("thead", {}, made("tr", {}, ...names)), made("tbody", {}, ...lines));
  return made("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": page.querySelector("h1").textContent }, whole);
};

const paged = (head, asked, count, shown, page, number) => {
  const last = Math.max(1, Math.ceil(count / head.page));
  if (last === 1) return [];
  const first = (asked.page - 1) * head.page + 1;
  const said = page.dataset.range.replace("{first}", number(first)).replace("{last}", number(first + shown - 1)).replace("{n}", number(count));
  const links = Array.from({ length: last }, (_, n) => n + 1).flatMap((n) => [n === asked.page ? made("strong", { "aria-current": "page" }, String(n)) : made("a", { href: query(head, asked, { page: n }) }, String(n)), " "]);
  return [made("p", { class: "quiet" }, said), made("nav", { class: "pages", "aria-label": page.dataset.pages }, made("p", {}, ...links))];
};

export const show = async (page) => {
  const { head, rows } = await load(page.dataset.things), asked = select(head, location.search), chooser = new Chooser(head.facets, rows);
  const language = document.documentElement.lang, number = (n) => new Intl.NumberFormat(language).format(n);
  const left = chooser.left(asked.chosen), counts = chooser.counts(asked.chosen), last = Math.max(1, Math.ceil(left.length / head.page));
  asked.page = Math.min(asked.page, last);
  const options = new Map(head.facets.map(([key, names]) => [key, new Map(names.map((name, n) => [name, n]))]));
  for (const link of page.querySelectorAll("a[data-facet]")) {
    const { facet, option } = link.dataset;
    link.href = query(head, asked, { chosen: toggled(asked.chosen, facet, option) });
    link.nextElementSibling.textContent = number(counts.get(facet)[options.get(facet).get(option)]);
    if (asked.chosen.get(facet)?.has(option)) {
      link.setAttribute("aria-current", "true");
      link.closest("details").open = true;
    }
  }
  for (const link of page.querySelectorAll("a[data-view]")) {
    link.href = query(head, asked, { view: link.dataset.view });
    if (link.dataset.view === asked.view) link.setAttribute("aria-current", "true"); else link.removeAttribute("aria-current");
  }
  const form = page.querySelector("[data-columns]");
  form.hidden = asked.view !== "table";
  for (const [key, values] of asked.chosen) for (const value of values) form.prepend(made("input", { type: "hidden", name: key, value }));
  for (const box of form.querySelectorAll("[name=columns]")) if (asked.columns.length) box.checked = asked.columns.includes(box.value);
  page.querySelector("[data-whole]").hidden = false;
  const shown = left.slice((asked.page - 1) * head.page, asked.page * head.page), forms = JSON.parse(page.dataset.forms);
  const form_of = forms[new Intl.PluralRules(language).select(left.length)] ?? forms.other;
  const told = [made("p", { class: "quiet", role: "status" }, left.length ? form_of.replace("{n}", number(left.length)) : page.dataset.none)];
  if (asked.ignored.length) told.push(made("p", { class: "quiet" }, page.dataset.ignored.replace("{names}", asked.ignored.join(", "))));
  const list = asked.view === "table" ? table(head, asked, shown, page) : made("ul", { class: "listing" }, ...shown.map((row) => written("li", row[2])));
  page.querySelector("[data-listed]").replaceChildren(...told, list, ...paged(head, asked, left.length, shown.length, page, number));
};

export const save = async (page) => {
  const { head, rows } = await load(page.dataset.things), asked = select(head, location.search);
  const file = new Blob([csv(head, asked, new Chooser(head.facets, rows).left(asked.chosen))], { type: "text/csv" });
  const link = made("a", { href: URL.createObjectURL(file), download: `${location.pathname.split("/").pop().split(".")[0]}.csv` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
};
