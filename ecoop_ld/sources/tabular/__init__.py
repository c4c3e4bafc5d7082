"""Tables with a mapping beside them (CSV, TSV, XLSX; CSV on the Web) → quads with row and column."""
