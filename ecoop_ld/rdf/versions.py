"""What is said by ``owl:versionInfo`` → the one version of an ontology, for pages, releases, checks and guesses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pyoxigraph as ox

from ecoop_ld.rdf.languages import spoken
from ecoop_ld.rdf.names import OWL

VERSION_INFO = OWL + "versionInfo"


def version_of(said: Iterable[object], languages: Sequence[str] = ()) -> str:
    """Of several texts the one without a language, then the project's order, then any; empty where there is none."""
    known = tuple(languages)
    order = {tag: n for n, tag in enumerate(dict.fromkeys(("", *known)))}
    texts = [value for value in said if isinstance(value, ox.Literal)]
    return min(
        ((order.get(spoken(text.language, known), len(order)), text.value) for text in texts),
        default=(0, ""),
    )[1]
