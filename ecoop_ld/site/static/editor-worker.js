// Answers queries where there is no server: the Oxigraph engine over the dump, in a worker of its own.
import { read } from "./editor-query.js";
import start, { Store, defaultGraph, quad } from "./vendor/oxigraph.js";

let store;

async function load({ dump, type }) {
  await start({ module_or_path: new URL("./vendor/oxigraph.wasm", import.meta.url) });
  const response = await fetch(dump);
  if (!response.ok) throw new Error(`${dump}: ${response.status} ${response.statusText}`);
  const loaded = new Store();
  loaded.load(new Uint8Array(await response.arrayBuffer()), { format: type, unchecked: true, no_transaction: true });
  // The default graph is the union of the named ones. It is written out: the engine's own union counts a triple that
  // stands in two graphs twice.
  loaded.update("INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }");
  return loaded;
}

/** IRIs of graph names as written. The engine resolves them, so that it cannot be of another opinion later. */
function resolve(engine, prologue, names, base) {
  if (!names.length) return [];
  const found = engine.query(`${prologue}\nSELECT ?g { VALUES ?g { ${names.join(" ")} } }`, { base_iri: base });
  return [...new Map(found.map((solution) => [solution.get("g").value, solution.get("g")])).values()];
}

/** The answer, and its columns in the order in which the query names them. */
function answer(engine, query, format, base) {
  const { text, columns, graphs, named, prologue } = read(query);
  const options = { base_iri: base, results_format: format };
  if (graphs.length > 1) {
    const [from, fromNamed] = [graphs, named].map((names) => resolve(engine, prologue, names, base));
    const union = new Store();
    for (const graph of from) for (const found of engine.match(null, null, null, graph)) union.add(quad(found.subject, found.predicate, found.object));
    for (const graph of fromNamed) for (const found of engine.match(null, null, null, graph)) union.add(found);
    engine = union;
    Object.assign(options, { default_graph: [defaultGraph()], named_graphs: fromNamed });
  }
  const content = engine.query(text, options);
  return columns ? content.replace(/(?<=^\{"head":\{"vars":)\[[^\]]*\]/, (names) => ordered(JSON.parse(names), columns)) : content;
}

function ordered(names, columns) {
  const place = (name) => (columns.includes(name) ? columns.indexOf(name) : columns.length);
  return JSON.stringify(names.sort((one, other) => place(one) - place(other)));
}

self.onmessage = async ({ data: { number, query, format, base, data } }) => {
  try {
    store ??= load(data);
    const engine = await store;
    self.postMessage({ number, loaded: true });
    self.postMessage({ number, content: answer(engine, query, format, base) });
  } catch (error) {
    self.postMessage({ number, problem: String(error?.message ?? error) });
  }
};
