// RDF terms → DOM nodes and short names. Everything is set as text or as a checked attribute; nothing becomes markup.

const THING = /^id\/([a-z][a-z0-9-]{0,49}\/[a-z0-9][a-z0-9-]{0,99})$/;
const SAFE = new Set(["http:", "https:", "mailto:"]);
const PLAIN = new Set(["string", "integer", "decimal", "double", "boolean", "date"]);
const XSD = "http://www.w3.org/2001/XMLSchema#";

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== undefined && value !== null) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** What the settings say about names and addresses; `prefixes` are those of the query, which come first. */
export class Terms {
  constructor(settings, root) {
    this.settings = settings;
    this.root = root;
    this.prefixes = settings.prefixes;
  }

  /** A name for an IRI: its label where it is a thing of this site, else a prefixed name, else the IRI. */
  name(iri) {
    return this.settings.things?.[this.local(iri)] ?? this.short(iri);
  }

  short(iri) {
    let best = "";
    for (const [prefix, namespace] of Object.entries(this.prefixes)) {
      const rest = iri.startsWith(namespace) && namespace ? iri.slice(namespace.length) : "";
      if (/^[\w][\w.-]*$/.test(rest) && (!best || prefix.length + rest.length + 1 < best.length)) best = `${prefix}:${rest}`;
    }
    return best || (iri.startsWith(this.settings.base) ? this.local(iri) : iri);
  }

  local(iri) {
    return iri.startsWith(this.settings.base) ? iri.slice(this.settings.base.length) : iri;
  }

  /** Link to the page that shows an IRI here, else to the IRI itself where that is safe, else nothing. */
  href(iri) {
    const { settings } = this;
    const here = this.page(iri);
    if (here) return { href: this.root + here, outside: false };
    const vocabulary = settings.base + settings.vocabulary;
    if (iri === vocabulary || iri.startsWith(`${vocabulary}#`)) {
      const anchor = encodeURIComponent(iri.slice(vocabulary.length + 1));
      return { href: `${this.root}${settings.vocabulary}${settings.page}${anchor && `#${anchor}`}`, outside: false };
    }
    try {
      return SAFE.has(new URL(iri).protocol) ? { href: iri, outside: true } : null;
    } catch {
      return null;
    }
  }

  page(iri) {
    const { settings } = this;
    const path = settings.pages[iri];
    if (path) return path + settings.page;
    const local = this.local(iri);
    if (settings.things && !Object.hasOwn(settings.things, local)) return null;
    const found = local !== iri && THING.exec(local);
    return found ? `doc/${found[1]}${settings.page}` : null;
  }

  /** A term of SPARQL JSON results as a node. */
  node(term) {
    if (!term) return document.createTextNode("");
    if (term.type === "uri") return this.link(term.value);
    if (term.type === "bnode") return element("span", { class: "quiet" }, `_:${term.value}`);
    if (term.type === "triple") {
      const { subject, predicate, object } = term.value;
      return element("span", {}, "<<( ", this.node(subject), " ", this.node(predicate), " ", this.node(object), " )>>");
    }
    const language = term["xml:lang"];
    const text = element("span", { lang: language, dir: language && "auto" }, term.value);
    const kind = language || (term.datatype && this.datatype(term.datatype));
    return kind ? element("span", {}, text, " ", element("small", { class: "kind" }, kind)) : text;
  }

  datatype(iri) {
    return iri.startsWith(XSD) && PLAIN.has(iri.slice(XSD.length)) ? "" : this.short(iri);
  }

  link(iri) {
    const target = this.href(iri);
    const name = this.name(iri);
    const title = name === iri ? undefined : iri;
    if (!target) return element("span", { class: "bare-iri", title }, name);
    return element("a", { href: target.href, title, rel: target.outside && "external noopener noreferrer" }, name);
  }
}

const TERM = /\s*(?:<([^<>\s]*)>|_:([^\s<"]+)|"((?:[^"\\]|\\.)*)"(?:@([\w-]+)|\^\^<([^>]*)>)?|(<<\())/y;
const INNER_END = /\s*\)>>/y;
const ESCAPES = { t: "\t", b: "\b", n: "\n", r: "\r", f: "\f" };
const plain = (text) =>
  text.replace(/\\(?:u(\w{4})|U(\w{8})|(.))/g, (_, short, long, char) =>
    short || long ? String.fromCodePoint(parseInt(short ?? long, 16)) : (ESCAPES[char] ?? char));

/** N-Triples as an engine writes them → rows of three terms, in the form of SPARQL JSON results. */
export function parseTriples(text) {
  const rows = [];
  for (const line of text.split("\n")) {
    if (!line.trim() || line.startsWith("#")) continue;
    TERM.lastIndex = 0;
    rows.push(parseTriple(line));
  }
  return rows;
}

/** Three terms from where TERM stands; it stands behind them afterwards. */
function parseTriple(line) {
  const [subject, predicate, object] = [0, 1, 2].map(() => {
    const found = TERM.exec(line);
    if (!found) throw new Error(`Not a triple: ${line.slice(0, 200)}`);
    const [, iri, node, literal, language, datatype, inner] = found;
    if (iri !== undefined) return { type: "uri", value: plain(iri) };
    if (node !== undefined) return { type: "bnode", value: node };
    if (inner) {
      const value = parseTriple(line);
      INNER_END.lastIndex = TERM.lastIndex;
      if (!INNER_END.test(line)) throw new Error(`Not a triple: ${line.slice(0, 200)}`);
      TERM.lastIndex = INNER_END.lastIndex;
      return { type: "triple", value };
    }
    return { type: "literal", value: plain(literal), ...(language && { "xml:lang": language }), ...(datatype && { datatype: plain(datatype) }) };
  });
  return { subject, predicate, object };
}
