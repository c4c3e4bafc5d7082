// The ranking of the search: the same as ecoop_ld/views/ranking.py, which says why; a test compares the two.

const EXACT = 0, BEGUN = 1, NEAR = 2;
const IN_NAME = [1, 0.85, 0.6, 0.5], IN_TEXT = [0.75, 0.6, 0.5, 0.46];
const LEAST = 0.45, WHOLE = 990, INITIALS = 850, AS_ADDRESSED = 760, AROUND = 26, INFLECTED = 8, LONGEST = 200, MOST_WORDS = 12;
const APART = { "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ı": "i" };

/** Records as the index file has them → an index that can be asked. */
export class Ranking {
  constructor({ articles, small, rows }) {
    this.articles = new Set(articles);
    this.small = new Set(small);
    this.having = new Map();
    this.inNames = new Set();
    this.entries = rows.map((row, number) => this.#entry(row, number));
    this.vocabulary = [...this.having.keys()].sort((a, b) => (a < b ? -1 : 1));
    this.most = Math.log(2 + rows.reduce((most, row) => Math.max(most, row[6]), 0));
  }

  #entry([title, kind, path, fragment, others, text, weight, named], number) {
    const names = (named ? [title, ...others] : []).map((name) => this.fold(name));
    const slug = named && !fragment ? this.fold(path.slice(path.lastIndexOf("/") + 1)) : [];
    const inNames = new Set([...names, slug].flat());
    const words = new Set([...inNames, ...this.fold([title, ...others, kind, text].join(" "))]);
    for (const word of inNames) this.inNames.add(word);
    for (const word of words) {
      const list = this.having.get(word);
      if (list) list.push(number); else this.having.set(word, [number]);
    }
    const initials = new Set((named ? [title, ...others] : []).map((name) => this.initials(name)).filter(Boolean));
    return { title, kind, path, fragment, text, weight, names, slug, initials, inNames, words };
  }

  /** Words without case, accents, punctuation and articles. */
  fold(text) {
    const small = text.normalize("NFKC").toLowerCase().replace(/[ßæœøđðłþı]/g, (c) => APART[c]);
    const bare = small.normalize("NFKD").replace(/\p{Mn}/gu, "").replace(/&/g, " and ").replace(/['’.]/g, "");
    const words = bare.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
    const kept = words.length > 1 ? words.filter((word) => !this.articles.has(word)) : words;
    return kept.length ? kept : words;
  }

  initials(name) {
    const words = this.fold(name).filter((word) => !this.small.has(word));
    return words.length > 2 ? words.map((word) => [...word][0]).join("") : "";
  }

  /** { count, hits, kinds: [[kind, count]] } for what was typed, of one kind or of all. */
  find(query, kind = "", most = 50) {
    const asked = this.fold(query.slice(0, LONGEST)).slice(0, MOST_WORDS);
    const meant = asked.map((word) => this.#meant(word));
    const rated = this.#rated(query.trim(), asked, meant).sort((a, b) => b.score - a.score || b.weight - a.weight
      || [...a.title].length - [...b.title].length || (a.title < b.title ? -1 : a.title > b.title ? 1 : a.path < b.path ? -1 : 1));
    const kinds = new Map();
    for (const hit of rated) kinds.set(hit.kind, (kinds.get(hit.kind) ?? 0) + 1);
    const wanted = rated.filter((hit) => !kind || hit.kind === kind);
    const hits = wanted.slice(0, most).map((hit) => ({ ...hit, excerpt: this.excerpt(hit.text, meant) }));
    return { count: wanted.length, hits, kinds: [...kinds].sort((a, b) => b[1] - a[1]) };
  }

  /** Words of the index that a word typed may mean, and how. */
  #meant(word) {
    const found = new Map();
    if (this.having.has(word)) found.set(word, EXACT);
    if ([...word].length > 1) for (const other of this.#beginning(word)) if (other !== word) found.set(other, BEGUN);
    const allowed = slips(word);
    if (allowed && ![...found.keys()].some((other) => this.inNames.has(other))) {
      for (const other of this.vocabulary) {
        if (Math.abs(other.length - word.length) > allowed || (other[0] !== word[0] && word.length <= 4)) continue;
        const far = distance(word, other, allowed);
        if (far <= allowed && !found.has(other)) found.set(other, BEGUN + far);
      }
      if (word.length >= INFLECTED) {
        for (const other of this.#beginning(word.slice(0, -3))) if (other.length <= word.length + 2 && !found.has(other)) found.set(other, NEAR + 1);
      }
    }
    return found;
  }

  /** Words of the index that begin so. */
  *#beginning(start) {
    let low = 0, high = this.vocabulary.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.vocabulary[middle] < start) low = middle + 1; else high = middle;
    }
    for (; this.vocabulary[low]?.startsWith(start); low++) yield this.vocabulary[low];
  }

  #rated(query, asked, meant) {
    const rarity = asked.map((word, n) => {
      if (this.small.has(word)) return 0.1;
      const having = Math.max(0, ...[...meant[n].keys()].map((other) => this.having.get(other).length));
      return having ? Math.log(1 + this.entries.length / having) : 1;
    });
    const near = new Set(meant.flatMap((words) => [...words.keys()].flatMap((word) => this.having.get(word)))), joined = asked.join("");
    const hits = [];
    this.entries.forEach((entry, number) => {
      const address = isAddress(query, entry);
      const whole = joined && (entry.initials.has(joined) || [...entry.names, entry.slug].some((name) => name.join("") === joined));
      if (!near.has(number) && !address && !whole) return;
      const score = address ? 1100 : this.#score(asked, meant, rarity, entry);
      if (score) hits.push({ ...entry, score: Math.round(score * 1e6) / 1e6 });
    });
    return hits;
  }

  #score(asked, meant, rarity, entry) {
    const known = Math.log(1 + entry.weight) / this.most;
    let best = Math.max(0, ...entry.names.map((name) => ofName(asked, meant, name)));
    const addressed = ofName(asked, meant, entry.slug);
    best = Math.max(best, addressed >= WHOLE ? addressed - 20 : Math.min(addressed, AS_ADDRESSED));
    if (entry.initials.has(asked.join(""))) best = Math.max(best, INITIALS);
    if (best) return best + 40 * known;
    const all = rarity.reduce((sum, one) => sum + one, 0) || 1;
    const share = rarity.reduce((sum, one, n) => sum + one * ofWords(meant[n], entry), 0) / all;
    if (share < LEAST) return 0;
    const together = asked.length > 1 && ` ${this.fold(entry.text).join(" ")} `.includes(` ${asked.join(" ")} `);
    return 400 * share + (together ? 80 : 0) + 20 * known;
  }

  /** The words of a text around those that were meant: [[piece, whether it is one], …]. */
  excerpt(text, meant) {
    const wanted = new Set(meant.flatMap((words) => [...words.keys()]));
    const words = [...text.matchAll(/[\p{L}\p{N}]+/gu)].map((m) => [m.index, m.index + m[0].length]);
    const marked = words.flatMap(([start, end], n) => (wanted.has(this.fold(text.slice(start, end))[0]) ? [n] : []));
    if (!marked.length) return [];
    const crowd = (n) => marked.filter((other) => n <= other && other < n + AROUND - 4).length;
    const best = marked.reduce((one, n) => (crowd(n) > crowd(one) ? n : one), marked[0]);
    const first = words.length > AROUND ? Math.max(best - 4, 0) : 0, last = Math.min(first + AROUND, words.length) - 1;
    const pieces = [[first ? "… " : "", false]];
    let at = first ? words[first][0] : 0;
    for (const n of marked.filter((one) => first <= one && one <= last)) {
      pieces.push([text.slice(at, words[n][0]), false], [text.slice(...words[n]), true]);
      at = words[n][1];
    }
    pieces.push([last === words.length - 1 ? text.slice(at) : `${text.slice(at, words[last][1])} …`, false]);
    return pieces.filter(([piece]) => piece);
  }
}

/** Letters that may be wrong in a word that was typed. */
const slips = (word) => {
  const length = [...word].length;
  return length < 4 || /\p{N}/u.test(word) ? 0 : length < 8 ? 1 : 2;
};

/** Letters wrong, added, lost or exchanged with a neighbour between two words; more than `most` where it is more. */
const distance = (a, b, most) => {
  let before = [], last = Array.from({ length: b.length + 1 }, (_, n) => n);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j], before[j - 2] + 1);
    }
    if (Math.min(...row) > most) return most + 1;
    [before, last] = [last, row];
  }
  return last[b.length];
};

/** Whether what was typed is the address of a thing, as its data or its page has it. */
const isAddress = (query, { path, fragment }) => query.includes("://")
  && query.replace(/\/id\/([^/]+\/[^/]+)$/, "/doc/$1").endsWith(fragment ? `/${path}#${fragment}` : `/${path}`);

const ofName = (asked, meant, name) => {
  if (!asked.length || !name.length) return 0;
  const typed = asked.join(" "), whole = name.join(" ");
  if (whole === typed) return 1000;
  if (name.join("") === asked.join("")) return WHOLE;
  const ways = meant.map((words) => Math.min(...name.map((word) => words.get(word) ?? Infinity)));
  const worst = Math.max(...ways), share = asked.length / name.length;
  if (worst === Infinity) return 0;
  if (whole.startsWith(`${typed} `)) return 880 + 60 * share;
  if (worst === BEGUN && whole.startsWith(typed)) return 820 + 60 * share;
  if (worst >= NEAR) return 560 + 120 * Math.min(share, 1) - 20 * ways.reduce((sum, way) => sum + Math.max(way - BEGUN, 0), 0);
  return (worst === EXACT ? 740 : 680) + 60 * Math.min(share, 1);
};

const ofWords = (words, entry) => {
  let named = Infinity, told = Infinity;
  for (const [word, how] of words) {
    if (entry.inNames.has(word)) named = Math.min(named, how);
    if (entry.words.has(word)) told = Math.min(told, how);
  }
  return Math.max(IN_NAME[named] ?? 0, IN_TEXT[told] ?? 0);
};
