"""Dataset → names from A to Z, and what a search can find: things by name, kind and wording."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from ecoop_ld.model.dataset import primary
from ecoop_ld.model.entity import Describer
from ecoop_ld.model.naming import Link, Text
from ecoop_ld.rdf.names import RDF, SKOS, XSD
from ecoop_ld.words import sorting

_OTHER_NAMES = tuple(SKOS + name for name in ("notation", "altLabel", "hiddenLabel"))
"""Found like labels, whatever the project calls its things by; hidden ones stand on no page."""


@dataclass(frozen=True, slots=True)
class Name:
    """A thing in the index."""

    link: Link
    kind: Text
    summary: Text | None


@dataclass(frozen=True, slots=True)
class Record:
    """What a search can find: a thing or a page, and the words by which it is found."""

    title: str
    kind: str
    page: tuple[str, str]
    """Path and fragment."""
    names: str
    """Other names, in any language."""
    text: str


def names(describer: Describer) -> tuple[Name, ...]:
    """All things that are no machinery, by name."""
    found = []
    for iri in describer.dataset.things:
        if describer.dataset.is_a(iri, describer.evidence.plumbing):
            continue
        kinds = describer.kinds(iri)
        kind = describer.label(kinds[0]) if kinds else Text("")
        link = Link(describer.title(iri), iri, describer.link(iri).page)
        found.append(Name(link, kind, describer.summary(iri)))
    return tuple(sorted(found, key=lambda n: describer.order(n.link)))


def letters(describer: Describer) -> tuple[tuple[str, tuple[Name, ...]], ...]:
    """Named things by first letter; what has no name of its own (a participation, a claim) is left to search."""
    labels = describer.config.iris(describer.config.pages.labels)
    found: dict[str, list[Name]] = {}
    for name in names(describer):
        if any(describer.dataset.objects(name.link.iri, label) for label in labels):
            found.setdefault(sorting.letter(name.link.label.value, describer.language), []).append(name)
    order = sorted(found, key=lambda letter: sorting.key(letter, describer.language))
    return tuple((letter, tuple(found[letter])) for letter in order)


def records(describer: Describer) -> tuple[Record, ...]:
    """The things of :func:`names` with every text about them in the describer's language."""
    return tuple(
        Record(
            n.link.label.value,
            n.kind.value[:1].upper() + n.kind.value[1:],
            n.link.page,
            " · ".join(_labels(describer, n.link.iri, n.link.label.value)),
            "\n".join(_texts(describer, n.link.iri)),
        )
        for n in names(describer)
        if n.link.page
    )


def _labels(describer: Describer, iri: str, title: str) -> list[str]:
    labels = (*describer.config.iris(describer.config.pages.labels), *_OTHER_NAMES)
    found = (o.value for p in labels for o in describer.dataset.labels(iri, p))
    return [name for name in dict.fromkeys(found) if name != title]


def _texts(describer: Describer, iri: str) -> list[str]:
    """Texts in this language or in none; of a property that has neither, all of its texts."""
    labels, most = describer.config.iris(describer.config.pages.labels), describer.config.limits.literal_shown
    found: dict[str, None] = {}
    for predicate, facts in describer.dataset.outgoing(iri).items():
        if predicate not in (*labels, *_OTHER_NAMES):
            texts = [f.object for f in facts if isinstance(f.object, ox.Literal) and _is_text(f.object)]
            wanted = [o for o in texts if primary(o.language) in (describer.language, "")] or texts
            found |= dict.fromkeys(o.value[:most] for o in wanted)
    return list(found)


def _is_text(literal: ox.Literal) -> bool:
    return literal.datatype.value in (XSD + "string", RDF + "langString")


def search_index(found: Iterable[Record]) -> bytes:
    """``[[name, kind, path, fragment, wording], …]`` as JSON: what a search shows at once."""
    rows = [[r.title, r.kind, *r.page, f"{r.names} {r.text[:300]}".strip()] for r in found]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode()
