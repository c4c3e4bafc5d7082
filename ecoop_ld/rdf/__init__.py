"""RDF terms ↔ bytes: names, the table of formats, writers, canonical forms. Knows no project."""
