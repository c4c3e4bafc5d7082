// Completion of this dataset's prefixes, classes and properties in YASQE; nothing is asked of other sites.

const MOST = 60;

/** Register the completers and return their names. */
export function completers(Yasqe, settings) {
  const namespaces = Object.entries(settings.prefixes).sort((a, b) => b[1].length - a[1].length);
  const prefixed = (iri) => {
    const found = namespaces.find(([, namespace]) => iri.startsWith(namespace) && /^\w[\w-]*$/.test(iri.slice(namespace.length)));
    return found ? { prefix: found[0], name: `${found[0]}:${iri.slice(found[1].length)}` } : { prefix: "", name: `<${iri}>` };
  };
  const rows = (list) => list.map(([iri, label]) => ({ iri, label, ...prefixed(iri) }));

  const terms = (base, name, list) => {
    const known = rows(list);
    Yasqe.forkAutocompleter(base, {
      name,
      autoShow: false,
      get: (yasqe, token) => {
        const wanted = (token?.string ?? "").trim().replace(/^<|>$/g, "").toLowerCase();
        const fits = (row) => [row.name, row.iri, row.label].some((text) => text.toLowerCase().includes(wanted));
        const starts = (row) => [row.name, row.label].some((text) => text.toLowerCase().startsWith(wanted));
        const found = known.filter(fits);
        return [...found.filter(starts), ...found.filter((row) => !starts(row))].slice(0, MOST).map((row) => row.iri);
      },
      postProcessSuggestion: (yasqe, token, iri) => iri,
      postprocessHints: (yasqe, hints) => hints.map((hint) => dress(known.find((row) => row.iri === hint.text), hint)),
    }, false);
    return name;
  };

  /** Insert the prefixed name, and declare its prefix where the query does not yet. */
  function dress(row, hint) {
    return {
      ...hint,
      text: row.name,
      render: (item) => {
        const label = document.createElement("small");
        label.textContent = ` ${row.label}`;
        item.append(row.name, label);
      },
      hint: (editor, data) => {
        const doc = editor.getDoc();
        doc.replaceRange(row.name, hint.from ?? data.from, hint.to ?? data.to, "complete");
        if (row.prefix && !(row.prefix in editor.getPrefixesFromQuery())) {
          editor.addPrefixes({ [row.prefix]: settings.prefixes[row.prefix] });
        }
      },
    };
  }

  Yasqe.forkAutocompleter("prefixes", {
    name: "dataset-prefixes",
    persistenceId: null,
    get: () => Object.entries(settings.prefixes).map(([prefix, namespace]) => `${prefix}: <${namespace}>`).sort(),
  }, false);
  return ["dataset-prefixes", terms("class", "dataset-classes", settings.classes), terms("property", "dataset-properties", settings.properties), "variables"];
}
