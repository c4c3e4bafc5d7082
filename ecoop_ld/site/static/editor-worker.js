// Answers queries where there is no server: the Oxigraph engine over the dump, in a worker of its own.
import start, { Store } from "./vendor/oxigraph.js";

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

self.onmessage = async ({ data: { number, query, format, data } }) => {
  try {
    store ??= load(data);
    const engine = await store;
    self.postMessage({ number, loaded: true });
    self.postMessage({ number, content: engine.query(query, { results_format: format }) });
  } catch (error) {
    self.postMessage({ number, problem: String(error?.message ?? error) });
  }
};
