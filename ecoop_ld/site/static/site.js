// Pages work without this file; it adds copy buttons, filters, search as you type and a search for paths.
"use strict";
const here = document.currentScript.src;
try { // the theme that the reader chose
  const theme = localStorage.getItem("theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch { /* the device decides */ }
for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = !navigator.clipboard;
  const label = button.textContent;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = button.dataset.done;
    setTimeout(() => (button.textContent = label), 1500);
  });
}
const beside = (name) => import(new URL(name, here));
for (const button of document.querySelectorAll("button[data-csv], button[data-picture]")) {
  button.hidden = false;
  button.addEventListener("click", async () => (await beside("export.js")).save(button.dataset));
}
const listed = document.querySelector("[data-things]"); // a list that no server has filtered
if (listed) {
  if (location.search) beside("facets.js").then((module) => module.show(listed));
  listed.querySelector("[data-save]").addEventListener("click", (event) => {
    event.preventDefault();
    beside("facets.js").then((module) => module.save(listed));
  });
}
let card = null; // who says what a mark stands for: when it is pointed at, reached by key, or touched
const tell = async (chip) => (card ??= await beside("cards.js")).show(chip);
for (const type of ["pointerover", "focusin"]) {
  document.addEventListener(type, (event) => {
    const chip = event.target.closest?.("a.chip");
    if (chip && event.pointerType !== "touch") tell(chip);
  });
}
let touched = null;
document.addEventListener("pointerdown", (event) => { touched = event.pointerType === "touch" ? event.target.closest?.("a.chip") : null; });
document.addEventListener("click", (event) => {
  const chip = event.target.closest?.("a.chip");
  if (!chip || chip !== touched || chip.getAttribute("aria-describedby")) return;
  event.preventDefault(); // the first touch tells, the second follows
  tell(chip);
});
for (const choice of document.querySelectorAll("[data-theme-choice]")) {
  choice.value = document.documentElement.dataset.theme ?? "";
  choice.addEventListener("change", () => {
    if (choice.value) document.documentElement.dataset.theme = choice.value; else delete document.documentElement.dataset.theme;
    try { if (choice.value) localStorage.setItem("theme", choice.value); else localStorage.removeItem("theme"); } catch { /* this page alone has it */ }
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
const choices = [...document.querySelectorAll("form[data-filter] select, form[data-path] select, .switch input")];
const chosen = () => { // what is chosen stands in the address: a link keeps it
  const asked = new URLSearchParams();
  for (const control of choices) if (control.type === "radio" ? control.checked && !control.defaultChecked : control.value) asked.set(control.name, control.value);
  history.replaceState({}, "", String(asked) ? `?${asked}${location.hash}` : location.pathname + location.hash);
};
for (const control of choices) control.addEventListener("change", chosen);
const choose = () => {
  const asked = new URLSearchParams(location.search);
  for (const control of choices) {
    const value = asked.get(control.name);
    if (control.type === "radio") control.checked = value ? control.value === value : control.defaultChecked;
    else if (value && [...control.options].some((option) => option.value === value)) control.value = value;
  }
  if (choices.some((control) => asked.has(control.name))) for (const form of new Set(choices.map((control) => control.form))) form?.dispatchEvent(new Event("change"));
};
for (const spot of document.querySelectorAll("svg.network .spot[data-key]")) { // its lines stand out
  const key = CSS.escape(spot.dataset.key), mine = [...document.querySelectorAll(`.tie[data-party="${key}"], .tie[data-via="${key}"]`)];
  const tell = (near) => () => mine.forEach((tie) => tie.classList.toggle("near", near));
  for (const type of ["pointerenter", "focus"]) spot.addEventListener(type, tell(true));
  for (const type of ["pointerleave", "blur"]) spot.addEventListener(type, tell(false));
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
    const names = keys.map((key, n) => {
      const roles = path[n - 1]?.[1]?.dataset.roles, name = spots.get(key).querySelector("title").textContent;
      return { name, said: roles ? `(${roles}) → ${name}` : n ? `→ ${name}` : name };
    });
    line.textContent = names.filter(({ name }, n) => name !== names[n - 1]?.name).map(({ said }) => said).join(" ");
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
choose();
const SHOWN = 12;
/** The index of names and texts, ranked as the server does: fetched when somebody wants to search. */
const byName = ({ index, root, suffix }) => {
  let ranking = null;
  const load = () => (ranking ??= Promise.all([import(new URL(`${root}assets/search.js`, document.baseURI)), fetch(index).then((answer) => answer.json())])
    .then(([{ Ranking }, rows]) => new Ranking(rows)));
  const href = ({ path, fragment }) => `${root}${path}${suffix}${fragment && `#${fragment}`}`;
  const find = async (text, kind = "", most = 50) => {
    const found = (await load()).find(text, kind, most);
    return { ...found, hits: found.hits.map((hit) => ({ ...hit, href: href(hit) })) };
  };
  return { load, find };
};
/** What long texts have beyond the index, from Pagefind's, where there is one. */
const byText = ({ pagefind, root }) => {
  let module = null;
  const load = () => (module ??= import(new URL(pagefind, document.baseURI)).then(async (made) => {
    await made.options({ excerptLength: 14 });
    return made;
  }));
  const find = async (text) => {
    const { results } = await (await load()).search(text);
    const found = await Promise.all(results.slice(0, SHOWN).map((result) => result.data()));
    return found.map(({ meta, plain_excerpt }) => ({ title: meta.title, kind: meta.kind ?? "", href: root + meta.address, excerpt: [[plain_excerpt, false]] }));
  };
  return { load, find };
};
const element = (name, attributes, ...inner) => {
  const made = document.createElement(name);
  Object.assign(made, attributes);
  made.append(...inner);
  return made;
};
const pieces = (excerpt) => excerpt.map(([piece, marked]) => (marked ? element("mark", {}, piece) : piece));
for (const form of document.querySelectorAll("form[role=search]")) {
  const input = form.querySelector("input"), box = element("div", { className: "results", hidden: true });
  const names = byName(form.dataset), texts = form.dataset.pagefind ? byText(form.dataset) : null;
  form.append(box);
  let wanted = "";
  const draw = (hits, count) => {
    box.hidden = false;
    const list = element("ul", {}, ...hits.map((hit) => {
      const link = element("a", { href: hit.href }, hit.title, " ", element("span", { className: "count" }, hit.kind));
      if (hit.excerpt.length && !hit.excerpt.map(([piece]) => piece).join("").startsWith(hit.title)) link.append(element("span", { className: "excerpt" }, ...pieces(hit.excerpt)));
      return element("li", {}, link);
    }));
    if (count > hits.length) list.append(element("li", {}, element("a", { href: `${form.action}?q=${encodeURIComponent(wanted)}`, className: "all" }, `${form.dataset.more} (${count})`)));
    box.replaceChildren(hits.length ? list : form.dataset.none);
  };
  const load = () => { names.load(); texts?.load(); };
  const show = async () => {
    const text = (wanted = input.value);
    if (!text.trim()) { box.hidden = true; return; }
    const { hits, count } = await names.find(text, "", SHOWN);
    if (text !== input.value) return;
    draw(hits, count);
    if (texts) add(text, hits, count);
  };
  const add = async (text, hits, count) => {
    const known = new Set(hits.map((row) => row.href)), more = (await texts.find(text)).filter((row) => !known.has(row.href));
    if (count <= hits.length && more.length && text === wanted && !box.hidden && !box.contains(document.activeElement)) draw([...hits, ...more], count);
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
for (const box of document.querySelectorAll("[data-found]")) { // the page of results: its address says what was asked
  const main = document.querySelector("form[role=search]"), form = document.querySelector("form.seek"), input = form.q;
  const names = byName(main.dataset), letters = document.querySelector("[data-letters]"), forms = JSON.parse(box.dataset.forms);
  const language = document.documentElement.lang, plural = new Intl.PluralRules(language), figures = new Intl.NumberFormat(language);
  const asked = () => Object.fromEntries(new URLSearchParams(location.search));
  const address = (q, kind) => `?${new URLSearchParams({ q, ...(kind && { kind }) })}`;
  const show = async ({ q = "", kind = "" }) => {
    letters.hidden = Boolean(q.trim());
    if (!q.trim()) { box.replaceChildren(); return; }
    const { hits, count, kinds } = await names.find(q, kind);
    if (asked().q !== q) return;
    const said = count ? (forms[plural.select(count)] ?? forms.other).replace("{n}", figures.format(count)) : main.dataset.none;
    const choice = (label, n, of) => {
      const link = element("a", { href: address(q, of) }, label, " ", element("span", { className: "count" }, figures.format(n)));
      if (of === kind) link.setAttribute("aria-current", "true");
      return link;
    };
    const choices = element("nav", { className: "choices", ariaLabel: box.dataset.kinds }, choice(box.dataset.all, kinds.reduce((sum, one) => sum + one[1], 0), ""));
    for (const [one, n] of kinds) choices.append(" ", choice(one, n, one));
    const list = element("ol", { className: "hits" }, ...hits.map((hit) => {
      const item = element("li", {}, element("a", { href: hit.href }, hit.title), " ", element("span", { className: "count" }, hit.kind));
      if (hit.excerpt.length) item.append(element("p", {}, ...pieces(hit.excerpt)));
      return item;
    }));
    const status = box.querySelector("[role=status]") ?? element("p", { className: "quiet", role: "status" });
    status.textContent = said;
    box.replaceChildren(status, ...(kinds.length > 1 ? [choices] : []), list);
  };
  let typed = false; // one step of the history for all that is typed in one go
  const go = (q, kind, by) => {
    history[typed && by === "typing" ? "replaceState" : "pushState"]({}, "", address(q, kind));
    typed = by === "typing";
    show({ q, kind });
  };
  input.addEventListener("input", () => go(input.value, "", "typing"));
  form.addEventListener("submit", (event) => { event.preventDefault(); if (asked().q !== input.value || asked().kind) go(input.value, "", "typing"); });
  box.addEventListener("click", (event) => {
    const link = event.target.closest(".choices a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const to = new URL(link.href).searchParams;
    go(to.get("q"), to.get("kind") ?? "", "choosing");
  });
  addEventListener("popstate", () => { typed = false; input.value = asked().q ?? ""; show(asked()); });
  if (asked().q && !box.querySelector("[role=status]")) { input.value = asked().q; show(asked()); }
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
