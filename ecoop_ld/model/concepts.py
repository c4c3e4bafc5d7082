"""Dataset + concept → what stands beside its name: the code that its scheme gives it, the scheme of a mapping."""

from __future__ import annotations

from urllib.parse import urlsplit

import pyoxigraph as ox

from ecoop_ld.model.dataset import Dataset
from ecoop_ld.rdf.names import SKOS, XSD

MAPPINGS = frozenset(SKOS + kind + "Match" for kind in ("exact", "close", "broad", "narrow", "related"))


def notation(dataset: Dataset, iri: str) -> str:
    """The notation that stands before a name: of several one without a datatype of its own, then the first."""
    found = [o for o in dataset.objects(iri, SKOS + "notation") if isinstance(o, ox.Literal)]
    return min((o.datatype.value != XSD + "string", o.value) for o in found)[1] if found else ""


def schemes_of(dataset: Dataset, iri: str) -> list[str]:
    """The schemes that a concept says it is in."""
    return [*dataset.iris(iri, SKOS + "inScheme"), *dataset.iris(iri, SKOS + "topConceptOf")]


def host(iri: str) -> str:
    """Where an IRI comes from: ``www.wikidata.org``; nothing where it does not say."""
    try:
        return urlsplit(iri).hostname or ""
    except ValueError:
        return ""
