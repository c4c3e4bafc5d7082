// The text of a query → what must be known of it before an engine answers it here, as the server's own checks find it.

const IRI = String.raw`<[^<>"{}|^\x60\\\x00-\x20]*(?:\\(?:u[\dA-Fa-f]{4}|U[\dA-Fa-f]{8})[^<>"{}|^\x60\\\x00-\x20]*)*>`;
const LONG = String.raw`"""(?:"{0,2}(?:[^"\\]|\\[^]))*"""|'''(?:'{0,2}(?:[^'\\]|\\[^]))*'''`;
const SHORT = String.raw`"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*'`;
const TOKEN = new RegExp(
  String.raw`(?<skip>\s+|#[^\r\n]*)|(?<iri>${IRI})|(?<string>${LONG}|${SHORT})|(?<variable>[?$][\p{L}\p{N}_\u00b7]+)|` +
    String.raw`(?<name>(?:\p{L}[\p{L}\p{N}_.-]*)?:(?:[\p{L}\p{N}_:%.-]|\\[^uU])*)|(?<word>[\p{L}_][\p{L}\p{N}_-]*)|(?<other>[^])`,
  "uy",
);
const ESCAPE = /\\\\|\\u([\dA-Fa-f]{4})|\\U([\dA-Fa-f]{8})/g;
const LINE_END = /\\(?:u000|U0000000)[ADad]/;
const MOST_MARKS = 1_000;
const FORMS = ["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"];
const CLOSE = ["COALESCE", "CONCAT", "BNODE"]; // the engine wants their bracket close behind the name
const NEW_WORDS = ["LATERAL", "VERSION", "TRIPLE", "ISTRIPLE", "SUBJECT", "PREDICATE", "OBJECT", "LANGDIR", "HASLANG",
  "HASLANGDIR", "STRLANGDIR", "ADJUST"];

function* tokens(text, from = 0) {
  TOKEN.lastIndex = from;
  for (let depth = 0, match; (match = TOKEN.exec(text)); ) {
    const at = TOKEN.lastIndex;
    const [kind] = Object.entries(match.groups).find(([, found]) => found !== undefined);
    if (kind === "other" && "([{".includes(match[0])) depth += 1;
    if (kind === "other" && ")]}".includes(match[0])) depth -= 1;
    yield { kind, text: match[0], start: match.index, end: at, depth };
    TOKEN.lastIndex = at;
  }
}

/** The text without codepoint escapes (SPARQL 1.1 §19.2), but for those that could end the string or IRI around them. */
export function decode(text) {
  let found = text.replace(ESCAPE, (escape, short, long) => {
    const point = parseInt(short ?? long ?? "0", 16);
    const letter = point >= 0x80 && point <= 0x10ffff && !(point >= 0xd800 && point < 0xe000);
    return letter || /[0-9A-Za-z_]/.test(String.fromCharCode(point)) ? String.fromCodePoint(point) : escape;
  });
  for (let marks = 0, at = 0; marks < MOST_MARKS && found.includes("\\"); marks++) {
    const escape = nextMark(found, at);
    if (!escape) break;
    const mark = String.fromCodePoint(parseInt(escape[0].slice(2), 16));
    found = found.slice(0, escape.index) + mark + found.slice(escape.index + escape[0].length);
    at = escape.index + (mark === "\\" ? 1 : 0);
  }
  return found;
}

function nextMark(text, from) {
  for (const token of tokens(text, from)) {
    if (token.kind !== "skip" && token.text !== "\\") continue;
    const rest = token.text === "\\" ? text.slice(token.start, token.start + 10) : token.text;
    const escape = token.text === "\\" ? /^\\(?:u[\dA-Fa-f]{4}|U000[\dA-Fa-f]{5})/.exec(rest) : LINE_END.exec(rest);
    const point = escape && parseInt(escape[0].slice(2), 16);
    if (escape && !(point >= 0xd800 && point < 0xe000)) return Object.assign([escape[0]], { index: token.start + escape.index });
  }
  return null;
}

/** Form, text for the engine, variables where all are asked for, and the graphs of FROM with the prologue they need. */
export function read(query) {
  const text = decode(query);
  const found = [...tokens(text)].filter(({ kind }) => kind !== "skip");
  const words = found.map((token) => (token.kind === "word" ? token.text.toUpperCase() : token.text));
  const start = words.findIndex((word, at) => found[at].kind === "word" && FORMS.includes(word));
  const outer = found.map((token, at) => ({ ...token, word: words[at] })).slice(start + 1).filter(({ depth }) => depth === 0);
  const graphs = [];
  outer.forEach(({ kind, word }, at) => {
    const next = outer[at + 1];
    if (kind === "word" && word === "FROM" && (next?.kind === "iri" || next?.kind === "name")) graphs.push(next.text);
  });
  const after = words[start + 1] === "DISTINCT" || words[start + 1] === "REDUCED" ? start + 2 : start + 1;
  const star = words[start] === "SELECT" && words[after] === "*";
  const variables = found.filter(({ kind }) => kind === "variable").map((token) => token.text.slice(1));
  return {
    text: closed(text, found, words),
    form: words[start] ?? "",
    columns: star ? [...new Set(variables)] : null,
    graphs,
    named: outer.filter(({ word }, at) => word === "NAMED" && outer[at - 1]?.word === "FROM").map(({ start: at }) => outer.find((token) => token.start > at).text),
    prologue: text.slice(0, found[start]?.start ?? 0),
  };
}

/** The text as the engine reads it, which takes no space or comment in some places where SPARQL does. */
function closed(text, found, words) {
  let made = "";
  let done = 0;
  found.slice(0, -1).forEach((token, at) => {
    const next = found[at + 1];
    const gap = text.slice(token.end, next.start);
    if (gap && next.text === "(" && token.kind === "word" && CLOSE.includes(words[at])) {
      made += text.slice(done, token.start) + gap + token.text;
      done = next.start;
    } else if (gap.includes("#") && ["()", "[]"].includes(token.text + next.text)) {
      made += text.slice(done, token.end) + gap.replace(/[^\r\n]/g, " ");
      done = next.start;
    }
  });
  return made + text.slice(done);
}

/** Whether a query says something that SPARQL 1.2 or the engine knows and the editor's grammar, which is 1.1, does not. */
export function isBeyond(query) {
  const all = [...tokens(decode(query))].filter(({ kind }) => kind !== "skip");
  const open = all.findIndex(({ kind, text }) => kind === "other" && "\"'".includes(text)); // a string that never ends
  const found = open < 0 ? all : all.slice(0, open);
  return found.some((token, at) => {
    const pair = token.text + (found[at + 1]?.start === token.end ? found[at + 1].text : "");
    if (token.kind === "word") return NEW_WORDS.includes(token.text.toUpperCase());
    if (token.kind === "string" && found[at + 1]?.text === "@") return /^@[A-Za-z]+(?:-[A-Za-z0-9]+)*--/.test(query.slice(query.indexOf("@", token.start)));
    return token.kind === "other" && (token.text === "~" || pair.startsWith("<<") || pair === "{|" || (token.text === "<" && found[at + 1]?.kind === "iri" && found[at + 1].start === token.end));
  });
}
