"""Dataset + IRI → the code by which a concept scheme knows a concept (``skos:notation``)."""

from __future__ import annotations

import pyoxigraph as ox

from ecoop_ld.model.dataset import Dataset
from ecoop_ld.rdf.names import SKOS, XSD


def notation(dataset: Dataset, iri: str) -> str:
    """The notation that stands beside a name: of several one without a datatype of its own, then the first."""
    found = [o for o in dataset.objects(iri, SKOS + "notation") if isinstance(o, ox.Literal)]
    return min((o.datatype.value != XSD + "string", o.value) for o in found)[1] if found else ""
