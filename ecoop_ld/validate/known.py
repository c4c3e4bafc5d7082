"""Which terms the well-known vocabularies have, from the closed namespaces that rdflib ships."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from ecoop_ld.rdf.names import DCAT, DCTERMS, FOAF, ORG, OWL, PROV, RDF, RDFS, SH, SKOS, VANN, VOID, XSD

STRICT: Mapping[str, str] = {"rdf": RDF, "rdfs": RDFS, "owl": OWL, "skos": SKOS, "sh": SH, "xsd": XSD}
"""Vocabularies whose terms are known for sure."""
FAMILIAR: Mapping[str, str] = {
    "dcterms": DCTERMS,
    "foaf": FOAF,
    "prov": PROV,
    "org": ORG,
    "dcat": DCAT,
    "void": VOID,
    "vann": VANN,
}
"""Vocabularies that grow, or of which rdflib's list may lag behind."""
_LATER: Mapping[str, frozenset[str]] = {
    "rdf": frozenset({"reifies", "dirLangString", "JSON", "language", "direction", "CompoundLiteral"}),
    "sh": frozenset({"SPARQLConstructExecutable", "shapesGraphWellFormed"}),
}


@cache
def terms(word: str) -> frozenset[str]:
    """Local names of one vocabulary, by its usual prefix.

    rdflib's module is read and not imported, which would take a third of a second to learn some names.
    """
    package = find_spec("rdflib")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("rdflib")
    text = (Path(package.origin).parent / "namespace" / f"_{word.upper()}.py").read_text("utf-8")
    (body,) = (node.body for node in ast.parse(text).body if isinstance(node, ast.ClassDef))
    return frozenset(name for statement in body for name in _names(statement)) | _LATER.get(word, frozenset())


def _names(statement: ast.stmt) -> list[str]:
    """``name: URIRef``, or ``_extras = ["na-me"]``."""
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        return [statement.target.id]
    if isinstance(statement, ast.Assign) and any(
        isinstance(t, ast.Name) and t.id == "_extras" for t in statement.targets
    ):
        return [str(name) for name in ast.literal_eval(statement.value)]
    return []


def split(iri: str) -> tuple[str, str] | None:
    """Prefix and local name of an IRI in one of these vocabularies; ``None`` for any other IRI."""
    for vocabularies in (STRICT, FAMILIAR):
        for word, namespace in vocabularies.items():
            if iri.startswith(namespace) and len(iri) > len(namespace):
                return word, iri[len(namespace) :]
    return None


def is_known(word: str, local: str) -> bool:
    if word == "rdf" and local.startswith("_") and local[1:].isdigit():
        return True  # container membership
    return local in terms(word)
