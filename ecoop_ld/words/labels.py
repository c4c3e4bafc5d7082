"""A term of a well-known vocabulary → what pages call it where the project gives it no label (``labels.toml``)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache
from importlib import resources

from ecoop_ld.rdf import names
from ecoop_ld.rdf.languages import nearest


def well_known(iri: str, languages: Iterable[str]) -> tuple[str, str] | None:
    """Label and its language: the first of ``languages`` that there is, else English."""
    texts = _labels().get(iri) or _labels().get(_SAME.get(iri) or _newer(iri))
    if texts is None:
        return None
    language = nearest(texts, languages) or "en"
    return texts[language], language


_ELEMENTS = "http://purl.org/dc/elements/1.1/"
_SAME = {"http://creativecommons.org/ns#license": names.DCTERMS + "license"}


def _newer(iri: str) -> str:
    """The term of DCMI Metadata Terms that stands for an element of the first fifteen; else the same IRI."""
    return names.DCTERMS + iri.removeprefix(_ELEMENTS) if iri.startswith(_ELEMENTS) else iri


@cache
def _labels() -> dict[str, dict[str, str]]:
    text = resources.files("ecoop_ld.words").joinpath("labels.toml").read_text(encoding="utf-8")
    return {names.expand(name, names.COMMON): texts for name, texts in tomllib.loads(text).items()}
