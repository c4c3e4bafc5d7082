// Views of an answer, as YASR plugins: table, chart, network, text. Each draws into the results element of its YASR.
import { element } from "./editor-terms.js";

const NUMBERS = new Set(
  ["integer", "decimal", "double", "float", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger",
    "nonPositiveInteger", "negativeInteger", "unsignedInt", "unsignedLong", "unsignedShort", "unsignedByte"]
    .map((name) => `http://www.w3.org/2001/XMLSchema#${name}`),
);
const STEP = 200;
const MOST_BARS = 40;
const MOST_NODES = 80;
const SVG = "http://www.w3.org/2000/svg";

/** An answer as columns and rows of terms, whatever its form. */
export function tabular(answer) {
  if (answer.json) return { columns: answer.json.head?.vars ?? [], rows: answer.json.results?.bindings ?? [] };
  return { columns: ["subject", "predicate", "object"], rows: answer.triples ?? [] };
}

const number = (term) => (term && NUMBERS.has(term.datatype) && Number.isFinite(Number(term.value)) ? Number(term.value) : null);
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);

/** A number of things by the plural forms of the language: `counted({ one: "{n} row", other: "{n} rows" }, 1, "en")`. */
export const counted = (forms, n, language) =>
  fill(forms[new Intl.PluralRules(language).select(n)] ?? forms.other, { n: n.toLocaleString(language) });

/** A term as N-Triples has it. */
function written(term) {
  if (term.type === "bnode") return `_:${term.value}`;
  if (term.type === "uri") return `<${term.value}>`;
  if (term.type === "triple") return `<<( ${["subject", "predicate", "object"].map((part) => written(term.value[part])).join(" ")} )>>`;
  const kind = term["xml:lang"] ? `@${term["xml:lang"]}` : term.datatype ? `^^<${term.datatype}>` : "";
  return JSON.stringify(term.value) + kind;
}

/** CSV as SPARQL 1.1 Query Results CSV has it: the values alone, lines ending in CR LF. */
export function csv({ columns, rows }) {
  const cell = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const value = (term) => (term ? (term.type === "literal" || term.type === "uri" ? term.value : written(term)) : "");
  const lines = [columns.map(cell), ...rows.map((row) => columns.map((name) => cell(value(row[name]))))];
  return lines.map((line) => `${line.join(",")}\r\n`).join("");
}

/** The plugins of a page; `page` has the answer, the terms and the words. */
export function plugins(page) {
  const { words, terms } = page;

  class View {
    constructor(yasr) {
      this.yasr = yasr;
    }
    get data() {
      return tabular(page.answer);
    }
    canHandleResults() {
      return Boolean(page.answer) && page.answer.json?.boolean === undefined;
    }
    show(...nodes) {
      this.yasr.resultsEl.replaceChildren(...nodes);
    }
  }

  class Truth extends View {
    priority = 100;
    hideFromSelection = true;
    canHandleResults() {
      return page.answer?.json?.boolean !== undefined;
    }
    draw() {
      this.show(element("p", { class: "verdict" }, element("strong", {}, String(page.answer.json.boolean))));
    }
  }

  class Table extends View {
    label = words.editor_table;
    priority = 10;
    draw() {
      const { columns, rows } = this.data;
      if (!rows.length) return this.show(element("p", { class: "quiet" }, words.no_rows));
      let order = null;
      let shown = STEP;
      const body = element("tbody");
      const more = element("button", { type: "button", class: "more" });
      const heads = columns.map((name) => {
        const button = element("button", { type: "button" }, name);
        const head = element("th", { scope: "col" }, button);
        button.addEventListener("click", () => {
          order = { name, down: order?.name === name && !order.down };
          for (const other of heads) other.removeAttribute("aria-sort");
          head.setAttribute("aria-sort", order.down ? "descending" : "ascending");
          fillBody();
        });
        return head;
      });
      const filter = element("input", { type: "search", "aria-label": words.editor_filter, placeholder: words.editor_filter });
      const text = (row, name) => (row[name] ? (row[name].type === "uri" ? terms.name(row[name].value) : row[name].type === "triple" ? written(row[name]) : String(row[name].value)) : "");
      const compare = ({ name, down }) => (a, b) => {
        const [x, y] = [number(a[name]), number(b[name])];
        const found = x !== null && y !== null ? x - y : text(a, name).localeCompare(text(b, name));
        return down ? -found : found;
      };
      const fillBody = () => {
        const wanted = filter.value.toLowerCase();
        let kept = wanted ? rows.filter((row) => columns.some((name) => text(row, name).toLowerCase().includes(wanted))) : rows;
        if (order) kept = [...kept].sort(compare(order));
        body.replaceChildren(
          ...kept.slice(0, shown).map((row) =>
            element("tr", {}, ...columns.map((name) =>
              element("td", { class: number(row[name]) === null ? undefined : "number" }, terms.node(row[name]))))),
        );
        more.hidden = kept.length <= shown;
        more.textContent = fill(words.editor_more, { n: Math.min(STEP, kept.length - shown) });
      };
      more.addEventListener("click", () => {
        shown += STEP;
        fillBody();
      });
      filter.addEventListener("input", fillBody);
      fillBody();
      const table = element("table", {}, element("thead", {}, element("tr", {}, ...heads)), body);
      const scroll = element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": words.answer }, table);
      this.show(...(rows.length > 10 ? [element("p", { class: "filter" }, filter)] : []), scroll, more);
    }
  }

  class Chart extends View {
    label = words.editor_chart;
    priority = 5;
    get columns() {
      const { columns, rows } = this.data;
      const value = columns.find((name) => rows.some((row) => number(row[name]) !== null));
      const names = columns.filter((name) => name !== value && rows.some((row) => row[name] && number(row[name]) === null));
      return value && rows.every((row) => !row[value] || number(row[value]) !== null) ? { value, names: names.slice(0, 2) } : null;
    }
    canHandleResults() {
      return super.canHandleResults() && this.columns !== null;
    }
    draw() {
      const { value, names } = this.columns;
      const rows = this.data.rows.filter((row) => row[value]);
      const shown = rows.slice(0, MOST_BARS);
      const numbers = shown.map((row) => number(row[value]));
      const [low, high] = [Math.min(0, ...numbers), Math.max(0, ...numbers)];
      const span = high - low || 1;
      const bars = shown.map((row, n) => {
        const bar = element("span", { class: "bar", "aria-hidden": "true" });
        bar.style.insetInlineStart = `${((Math.min(0, numbers[n]) - low) / span) * 100}%`;
        bar.style.width = `${(Math.abs(numbers[n]) / span) * 100}%`;
        const name = names.flatMap((column, m) => (m ? [" · ", terms.node(row[column])] : [terms.node(row[column])]));
        return element("li", {}, element("span", { class: "of" }, ...name), element("span", { class: "track" }, bar),
          element("span", { class: "number" }, row[value].value));
      });
      const caption = element("p", { class: "quiet" }, names.length ? `${value} / ${names.join(", ")}` : value);
      const cut = rows.length > shown.length ? element("p", { class: "quiet" }, fill(words.editor_first, { n: shown.length, m: rows.length })) : "";
      this.show(caption, element("ol", { class: "bars" }, ...bars), cut);
    }
  }

  class Network extends View {
    label = words.editor_network;
    priority = 3;
    /** Edges between things: triples, or the neighbouring columns of a row that hold IRIs. */
    get edges() {
      const { columns, rows } = this.data;
      const found = [];
      for (const row of rows) {
        if (page.answer.triples) {
          if (row.object.type !== "literal") found.push([row.subject, row.object, terms.name(row.predicate.value)]);
          continue;
        }
        const things = columns.map((name) => [name, row[name]]).filter(([, term]) => term?.type === "uri" || term?.type === "bnode");
        for (let n = 1; n < things.length; n++) found.push([things[n - 1][1], things[n][1], things[n][0]]);
      }
      return found;
    }
    canHandleResults() {
      return super.canHandleResults() && this.edges.length > 0;
    }
    draw() {
      const all = new Map();
      for (const edge of this.edges) {
        for (const term of edge.slice(0, 2)) {
          const key = `${term.type} ${term.value}`;
          if (!all.has(key)) all.set(key, { term, key, degree: 0 });
          all.get(key).degree++;
        }
      }
      const nodes = [...all.values()].sort((a, b) => b.degree - a.degree).slice(0, MOST_NODES);
      const index = new Map(nodes.map((node, n) => [node.key, n]));
      const links = new Map();
      for (const [from, to, name] of this.edges) {
        const pair = [index.get(`${from.type} ${from.value}`), index.get(`${to.type} ${to.value}`)];
        if (pair[0] === undefined || pair[1] === undefined || pair[0] === pair[1]) continue;
        const key = pair.join(" ");
        links.set(key, { pair, names: new Set([...(links.get(key)?.names ?? []), name]) });
      }
      const places = layout(nodes.length, [...links.values()].map((link) => link.pair));
      const cut = all.size > nodes.length ? element("p", { class: "quiet" }, fill(words.editor_first, { n: nodes.length, m: all.size })) : "";
      this.show(element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": words.editor_network },
        drawNetwork(nodes, [...links.values()], places)), cut);
    }
  }

  function drawNetwork(nodes, links, places) {
    const [width, height] = [900, 600];
    const make = (name, attributes, ...children) => {
      const made = document.createElementNS(SVG, name);
      for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
      made.append(...children);
      return made;
    };
    const at = ([x, y]) => [70 + x * (width - 140), 24 + y * (height - 60)];
    const lines = links.map(({ pair, names }) => {
      const [[x1, y1], [x2, y2]] = pair.map((n) => at(places[n]));
      return make("line", { x1, y1, x2, y2 }, make("title", {}, [...names].join(", ")));
    });
    const dots = nodes.map(({ term }, n) => {
      const [x, y] = at(places[n]);
      const name = term.type === "uri" ? terms.name(term.value) : `_:${term.value}`;
      const label = make("text", { x, y: y + 17, "text-anchor": "middle" }, name.length > 26 ? `${name.slice(0, 25)}…` : name);
      const target = term.type === "uri" && terms.href(term.value);
      const inside = [make("title", {}, name), make("circle", { cx: x, cy: y, r: 5 }), label];
      return target ? make("a", { href: target.href, "aria-label": name }, ...inside) : make("g", {}, ...inside);
    });
    return make("svg", { viewBox: `0 0 ${width} ${height}`, class: "network", role: "group", "aria-label": words.editor_network }, ...lines, ...dots);
  }

  class Raw extends View {
    label = words.editor_raw;
    priority = 1;
    draw() {
      const most = 200_000;
      const { text } = page.answer;
      const cut = text.length > most ? element("p", { class: "quiet" }, words.cut) : "";
      this.show(element("pre", { tabindex: "0" }, element("code", {}, text.slice(0, most))), cut);
    }
  }

  return { truth: Truth, table: Table, chart: Chart, network: Network, raw: Raw };
}

/** Places in the unit square for linked nodes (Fruchterman and Reingold); the same for the same graph every time. */
function layout(count, pairs) {
  const places = Array.from({ length: count }, (_, n) => {
    const angle = n * 2.399963; // the golden angle spreads them evenly
    const radius = 0.5 * Math.sqrt((n + 0.5) / count);
    return [0.5 + radius * Math.cos(angle), 0.5 + radius * Math.sin(angle)];
  });
  const ideal = Math.sqrt(1 / Math.max(count, 1)) * 0.75;
  for (let step = 0; step < 150; step++) {
    const moves = places.map(() => [0, 0]);
    const push = (a, b, force) => {
      const [dx, dy] = [places[a][0] - places[b][0] || 1e-4 * (a - b), places[a][1] - places[b][1] || 1e-4];
      const distance = Math.hypot(dx, dy) || 1e-4;
      const size = force(distance);
      for (const [node, sign] of [[a, 1], [b, -1]]) {
        moves[node][0] += (sign * size * dx) / distance;
        moves[node][1] += (sign * size * dy) / distance;
      }
    };
    for (let a = 0; a < count; a++) for (let b = 0; b < a; b++) push(a, b, (distance) => (ideal * ideal) / distance);
    for (const [a, b] of pairs) push(a, b, (distance) => -(distance * distance) / ideal);
    const most = 0.1 * (1 - step / 150) + 0.002;
    for (let n = 0; n < count; n++) {
      const size = Math.hypot(...moves[n]) || 1;
      for (const axis of [0, 1]) places[n][axis] += (moves[n][axis] / size) * Math.min(size, most);
    }
  }
  const [low, high] = [0, 1].map((end) => [0, 1].map((axis) => (end ? Math.max : Math.min)(...places.map((p) => p[axis]))));
  return places.map((place) => place.map((value, axis) => (high[axis] > low[axis] ? (value - low[axis]) / (high[axis] - low[axis]) : 0.5)));
}
