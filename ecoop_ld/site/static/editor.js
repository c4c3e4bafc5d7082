// The query page: YASQE for the text, YASR for the answer, the site's endpoint or, without one, an engine in a worker.
// The page's own form stays as it is wherever this script does not run.
import { completers } from "./editor-complete.js";
import { isBeyond, read } from "./editor-query.js";
import { counted, csv, plugins, tabular } from "./editor-results.js";
import { snippets } from "./editor-snippets.js";
import { Terms, element, parseTriples } from "./editor-terms.js";

const JSON_RESULTS = "application/sparql-results+json";
const TRIPLES = "application/n-triples";
const LONGEST_ADDRESS = 4_000; // longer queries are sent by POST

const article = document.querySelector("article[data-settings]");
if (article && globalThis.Yasgui) start(article).catch((error) => console.error(error));

async function start(article) {
  const settings = await (await fetch(article.dataset.settings)).json();
  const { words } = settings;
  const form = article.querySelector("form");
  const field = form.querySelector("textarea");
  const root = new URL(article.dataset.root, location.href).href;
  const endpoint = form.action;
  const terms = new Terms(settings, root);
  const page = { words, terms, answer: null };
  const given = new URLSearchParams(location.search);

  const yasqe = makeEditor(field, settings, () => run());
  const status = element("p", { class: "status quiet", role: "status" });
  const alert = element("p", { class: "problem", role: "alert", hidden: true });
  const where = article.querySelector(".where");
  const told = where.querySelector(".plain");
  const invalid = element("p", { class: "invalid", "aria-live": "polite", hidden: true });
  const button = form.querySelector("button[type=submit]");
  const link = element("a", { class: "permalink", href: "" }, words.editor_link);
  const results = element("section", { class: "outcome", hidden: true });
  const heading = element("h2", {}, words.answer);
  const code = makeSnippets();

  form.querySelector(".as").remove();
  form.querySelector(".run").append(link);
  told.textContent = "";
  form.querySelector(".run").before(invalid);
  form.after(status, alert);
  results.append(heading);
  (article.querySelector(".answered") ?? where).after(results);
  article.querySelector(".work").append(code.node);
  form.after(where);

  const yasr = makeResults(results);
  const live = isEndpoint(endpoint).then((found) => {
    const size = (settings.dump?.size ?? 0) + 4_100_000;
    told.textContent = found
      ? words.editor_live
      : `${words.editor_static.replace("{size}", `${Math.ceil(size / 1e6)} MB`)} ${words.editor_limit.replace("{s}", settings.seconds)}`;
    code.static = !found;
    changed();
    return found;
  });
  const engine = new Engine(new URL("editor-worker.js", import.meta.url), {
    dump: settings.dump && root + settings.dump.path,
    type: settings.dump?.type,
  }, endpoint, settings.seconds, words.editor_limit_hit.replace("{s}", settings.seconds));
  let running = null;

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (running) stop();
    else run();
  });
  yasqe.on("change", changed);
  loadQuestions();
  changed();

  if (given.get("view") in yasr.plugins) yasr.selectPlugin(given.get("view"));
  if (given.has("query")) {
    yasqe.setValue(given.get("query"));
    // The server has answered already where it made this page; its answer stays until the next run.
    if (!article.querySelector(".answered") && !article.querySelector("h1 ~ .problem")) run({ move: false });
  }
  addEventListener("popstate", () => {
    const query = new URLSearchParams(location.search).get("query");
    if (query !== null && query !== yasqe.getValue()) {
      yasqe.setValue(query);
      run({ move: false });
    }
  });

  // --- running ------------------------------------------------------------------------------------------------------

  async function run({ move = true } = {}) {
    stop();
    const query = yasqe.getValue();
    const mine = (running = new AbortController());
    if (move && permalink() !== location.href) history.pushState(null, "", permalink());
    button.textContent = words.editor_stop;
    alert.hidden = true;
    status.textContent = words.editor_running;
    const began = performance.now();
    try {
      const graph = isGraph();
      const found = (await live) ? await ask(endpoint, query, mine.signal) : await inBrowser(query, graph, mine.signal);
      if (running === mine) show(found, (performance.now() - began) / 1000);
    } catch (error) {
      if (running !== mine) return;
      status.textContent = "";
      alert.textContent = error.message || words.editor_failed;
      alert.hidden = false;
      results.hidden = true;
      removeOld();
    } finally {
      if (running === mine) {
        running = null;
        button.textContent = words.ask;
      }
    }
  }

  function stop() {
    if (!running) return;
    running.abort();
    running = null;
    status.textContent = words.editor_stopped;
    button.textContent = words.ask;
  }

  function inBrowser(query, graph, signal) {
    if (!engine.loaded) status.textContent = words.editor_loading;
    const format = graph ? TRIPLES : JSON_RESULTS;
    const loaded = () => (status.textContent = words.editor_running);
    return engine.ask(query, format, signal, loaded).then((text) => ({ text, type: format }));
  }

  function show({ text, type }, seconds) {
    removeOld();
    terms.prefixes = { ...settings.prefixes, ...yasqe.getPrefixesFromQuery() };
    results.hidden = false;
    page.answer = { text, type };
    if (type.includes("json")) page.answer.json = JSON.parse(text);
    else page.answer.triples = parseTriples(text);
    page.named();
    // The views draw what this page read; YASR, which knows no triple terms, gets nothing to read.
    yasr.setResponse({ data: '{"head":{"vars":[]},"results":{"bindings":[]}}', contentType: JSON_RESULTS, status: 200 });
    const rows = tabular(page.answer).rows.length;
    const count = page.answer.triples
      ? counted(words.editor_triples, rows, settings.language)
      : page.answer.json.boolean === undefined ? counted(words.rows, rows, settings.language) : words.answer;
    status.textContent = words.editor_took.replace("{rows}", count).replace("{s}", seconds.toFixed(seconds < 1 ? 3 : 1));
  }

  function removeOld() {
    for (const old of article.querySelectorAll(".answered, h1 ~ .problem:not([role=alert][hidden])")) if (old !== alert) old.remove();
  }

  function isGraph() {
    return ["CONSTRUCT", "DESCRIBE"].includes(read(yasqe.getValue()).form);
  }

  // --- what depends on the text --------------------------------------------------------------------------------------

  function permalink() {
    const address = new URL(location.href);
    address.hash = "";
    address.search = "";
    address.searchParams.set("query", yasqe.getValue());
    const view = yasr.getSelectedPluginName();
    if (view !== "table") address.searchParams.set("view", view);
    return address.href;
  }

  function changed() {
    field.value = yasqe.getValue();
    link.href = permalink();
    code.update(yasqe.getValue());
    const beyond = isBeyond(yasqe.getValue());
    yasqe.getWrapperElement().classList.toggle("beyond", beyond);
    const line = beyond ? null : invalidLine(yasqe);
    invalid.hidden = line === null;
    invalid.textContent = line === null ? "" : words.editor_invalid.replace("{n}", line);
  }

  /** The cookbook's links become links that load the question's text. */
  function loadQuestions() {
    for (const anchor of article.querySelectorAll("a[data-question]")) {
      const text = settings.questions[anchor.dataset.question];
      if (text === undefined) continue;
      anchor.href = `?${new URLSearchParams({ query: text })}`;
      anchor.addEventListener("click", (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        yasqe.setValue(text);
        run();
        form.scrollIntoView({ block: "start" });
      });
    }
  }

  // --- parts --------------------------------------------------------------------------------------------------------

  function makeResults(parent) {
    const { Yasr } = globalThis.Yasgui;
    for (const name of Object.keys(Yasr.plugins)) {
      delete Yasr.plugins[name];
      delete Yasr.defaults.plugins[name];
    }
    for (const [name, plugin] of Object.entries(plugins(page))) Yasr.registerPlugin(name, plugin);
    const order = ["table", "chart", "network", "raw", "truth"];
    const made = new Yasr(parent, { persistenceId: null, pluginOrder: order, defaultPlugin: "table", prefixes: {} });
    made.fillFallbackBox = () => {};
    // YASR's own header has links to other sites and words in one language; its view buttons stay.
    const buttons = made.headerEl.querySelector(".yasr_btnGroup");
    made.headerEl.replaceChildren(buttons, makeDownloads());
    buttons.setAttribute("aria-label", words.editor_views);
    const named = Object.fromEntries(order.map((name) => [name, buttons.querySelector(`.select_${name}`)]));
    for (const control of Object.values(named)) {
      control?.removeAttribute("title");
      control?.removeAttribute("aria-label");
    }
    const refresh = () => {
      const usable = order.filter((name) => made.plugins[name].canHandleResults());
      const chosen = usable.includes(made.getSelectedPluginName()) ? made.getSelectedPluginName() : usable.find((name) => name !== "raw") ?? "raw";
      for (const [name, control] of Object.entries(named)) {
        if (!control) continue;
        control.disabled = !usable.includes(name);
        control.setAttribute("aria-pressed", String(name === chosen));
      }
      made.headerEl.hidden = page.answer?.json?.boolean !== undefined;
    };
    made.on("drawn", refresh);
    made.on("change", () => {
      refresh();
      changed();
    });
    return made;
  }

  function makeDownloads() {
    const save = (label, name, type, content) => {
      const control = element("button", { type: "button" }, label);
      control.addEventListener("click", () => {
        const address = URL.createObjectURL(new Blob([content()], { type: type() }));
        element("a", { href: address, download: name() }).click();
        setTimeout(() => URL.revokeObjectURL(address), 1000);
      });
      return control;
    };
    const whole = save("JSON", () => (page.answer.triples ? "answer.nt" : "answer.json"), () => page.answer.type, () => page.answer.text);
    page.named = () => (whole.textContent = page.answer.triples ? "N-Triples" : "JSON");
    return element("p", { class: "downloads" }, element("span", { class: "quiet" }, words.editor_download),
      save("CSV", () => "answer.csv", () => "text/csv", () => csv(tabular(page.answer))), whole);
  }

  function makeSnippets() {
    const text = element("code");
    const copy = element("button", { type: "button", class: "copy" }, words.copy);
    const note = element("p", { class: "quiet", hidden: true }, words.editor_code_static);
    const made = { static: false, language: "curl", all: {}, node: null, update };
    const choices = ["curl", "Python", "R", "JavaScript"].map((language) => {
      const choice = element("button", { type: "button", "aria-pressed": String(language === made.language) }, language);
      choice.addEventListener("click", () => {
        made.language = language;
        for (const other of choices) other.setAttribute("aria-pressed", String(other === choice));
        text.textContent = made.all[language];
      });
      return choice;
    });
    copy.addEventListener("click", async () => {
      await navigator.clipboard.writeText(text.textContent);
      copy.textContent = words.copied;
      setTimeout(() => (copy.textContent = words.copy), 1500);
    });
    copy.hidden = !navigator.clipboard;
    function update(query) {
      const truth = read(query).form === "ASK";
      made.all = snippets(query, made.static ? "http://localhost:8000/sparql" : endpoint, { graph: isGraph(), truth });
      text.textContent = made.all[made.language];
      note.hidden = !made.static;
    }
    made.node = element("details", { class: "snippets" }, element("summary", {}, words.editor_code),
      element("p", { class: "choices" }, ...choices, copy), note, element("pre", { tabindex: "0" }, text));
    return made;
  }
}

/** YASQE in place of the form's text area, which keeps the text for the form. */
function makeEditor(field, settings, run) {
  const { Yasqe } = globalThis.Yasgui;
  const { words } = settings;
  const host = element("div", { class: "editor" });
  field.after(host);
  field.hidden = true;
  Yasqe.defaults.autocompleters.length = 0;
  const names = completers(Yasqe, settings);
  const yasqe = new Yasqe(host, {
    value: field.value,
    autocompleters: names,
    persistenceId: null,
    createShareableLink: null,
    consumeShareLink: null,
    showQueryButton: false,
    resizeable: false,
    editorHeight: "auto",
    viewportMargin: Infinity,
    screenReaderLabel: words.query,
    extraKeys: { "Ctrl-Enter": run, "Cmd-Enter": run, "Ctrl-S": false, Tab: false, "Shift-Tab": false },
  });
  yasqe.showNotification = () => {};
  yasqe.hideNotification = () => {};
  // Its tooltip on a wrong line has inline styles, which the page's policy refuses; the line is named under the editor.
  const setMarker = yasqe.setGutterMarker.bind(yasqe);
  yasqe.setGutterMarker = (line, gutter, marker) => {
    if (marker) marker.onmouseover = marker.onmouseout = null;
    return setMarker(line, gutter, marker);
  };
  yasqe.setValue(field.value);
  field.labels[0]?.addEventListener("click", () => yasqe.focus());
  host.after(element("p", { class: "keys quiet" }, words.editor_keys));
  return yasqe;
}

/** Number of the first line that is not SPARQL, or null. */
function invalidLine(yasqe) {
  if (yasqe.queryValid || !yasqe.getValue().trim()) return null;
  for (let line = 0; line < yasqe.lineCount(); line++) {
    if (yasqe.lineInfo(line).gutterMarkers?.gutterErrorBar) return line + 1;
  }
  return null;
}

/** Whether a SPARQL endpoint answers at this address; a static host has a page or nothing there. */
async function isEndpoint(address) {
  try {
    const response = await fetch(`${address}?query=${encodeURIComponent("ASK {}")}`, { headers: { Accept: JSON_RESULTS } });
    return /sparql-results\+json|problem\+json/.test(response.headers.get("content-type") ?? "");
  } catch {
    return false;
  }
}

async function ask(endpoint, query, signal) {
  const body = new URLSearchParams({ query });
  const headers = { Accept: `${JSON_RESULTS}, ${TRIPLES}` };
  const short = body.toString().length < LONGEST_ADDRESS;
  const response = await fetch(short ? `${endpoint}?${body}` : endpoint, short ? { headers, signal } : { method: "POST", body, headers, signal });
  const text = await response.text();
  const type = response.headers.get("content-type") ?? "";
  if (response.ok) return { text, type };
  let problem = {};
  if (type.includes("json")) problem = JSON.parse(text);
  throw new Error([problem.title ?? `${response.status} ${response.statusText}`, problem.detail].filter(Boolean).join(": "));
}

/** The engine in its worker, made with the first query; stopping a query ends the worker, as does its time. */
class Engine {
  constructor(script, data, base, seconds, late) {
    Object.assign(this, { script, data, base, seconds, late });
    this.loaded = false;
    this.number = 0;
  }

  ask(query, format, signal, onLoaded) {
    this.worker ??= new Worker(this.script, { type: "module" });
    const number = ++this.number;
    let clock;
    return new Promise((resolve, reject) => {
      const end = (reason) => {
        this.worker?.terminate();
        this.worker = null;
        this.loaded = false;
        reject(reason);
      };
      signal.addEventListener("abort", () => end(new DOMException("", "AbortError")));
      this.worker.onerror = (event) => reject(new Error(event.message || "worker"));
      this.worker.onmessage = ({ data }) => {
        if (data.number !== number) return;
        if (data.loaded) {
          this.loaded = true;
          clock = setTimeout(() => end(new Error(this.late)), this.seconds * 1000);
          onLoaded();
        } else if (data.problem) reject(new Error(data.problem));
        else resolve(data.content);
      };
      this.worker.postMessage({ number, query, format, base: this.base, data: this.data });
    }).finally(() => clearTimeout(clock));
  }
}
