"""Dataset → names from A to Z, and what a search can find: things by name, kind and wording."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from ecoop_ld.model.entity import Describer
from ecoop_ld.model.naming import Link, Text
from ecoop_ld.rdf.names import RDF, XSD
from ecoop_ld.reconcile import spelling
from ecoop_ld.reconcile.matching import CODES, NAMES
from ecoop_ld.words import sorting

_LONGEST_NAME = 60
"""Characters of a text at the head of a page that may be a name: an acronym, say, and no sentence."""
_TEXT_KEPT = 2_000
"""Characters of the texts about a thing in the file of the index."""


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
    names: tuple[str, ...]
    """Other names, in any language; hidden labels, notations and identifiers too."""
    text: str
    weight: int = 0
    """How well known it is: how many other things point to it."""
    named: bool = True
    """Whether the title is a name of its own; that of a claim is its sentence, that of a membership made up."""

    @property
    def all_names(self) -> tuple[str, ...]:
        return (self.title, *self.names) if self.named else ()


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
    return tuple(_record(describer, n) for n in names(describer) if n.link.page)


def _record(describer: Describer, found: Name) -> Record:
    iri, title = found.link.iri, found.link.label.value
    assert found.link.page is not None
    return Record(
        title,
        found.kind.value[:1].upper() + found.kind.value[1:],
        found.link.page,
        tuple(_other_names(describer, iri, title)),
        "\n".join(_texts(describer, iri)),
        sum(map(len, describer.dataset.incoming(iri).values())),
        _is_named(describer, iri),
    )


def _is_named(describer: Describer, iri: str) -> bool:
    """Whether a thing is called by a name; what is told in place with other things is not looked for by one."""
    if describer.dataset.is_a(iri, describer.evidence.unfold):
        return False
    return any(describer.dataset.objects(iri, label) for label in describer.settings["labels"])


def _naming(describer: Describer) -> tuple[str, ...]:
    """Properties whose values are names: found like labels, whatever the project calls its things by."""
    config = describer.config
    return tuple(dict.fromkeys((*describer.settings["labels"], *config.iris(config.matching.names), *NAMES, *CODES)))


def _other_names(describer: Describer, iri: str, title: str) -> list[str]:
    """Names in all languages, codes and identifiers, and the short texts at the head of the page: acronyms."""
    dataset, codes = describer.dataset, (*CODES, *describer.settings["head"])
    found = [o.value for p in _naming(describer) for o in dataset.labels(iri, p)]
    for predicate in describer.settings["head"]:
        found += [o.value for o in dataset.labels(iri, predicate) if _is_text(o) and len(o.value) <= _LONGEST_NAME]
    held = (node for facts in dataset.outgoing(iri).values() for f in facts if isinstance(node := f.object, str))
    for node in held:  # an identifier that a node of its own tells
        if dataset.is_a(node, describer.evidence.unfold):
            found += [o.value for code in codes for o in dataset.labels(node, code) if _is_text(o)]
    return [name for name in dict.fromkeys(found) if name != title]


def _texts(describer: Describer, iri: str) -> list[str]:
    """Texts in this language or in none; of a property that has neither, all of its texts."""
    naming, most = _naming(describer), describer.config.limits.literal_shown
    found: dict[str, None] = {}
    for predicate, facts in describer.dataset.outgoing(iri).items():
        if predicate not in naming:
            texts = [f.object for f in facts if isinstance(f.object, ox.Literal) and _is_text(f.object)]
            wanted = [
                o for o in texts if describer.dataset.language_of(o.language) in (describer.language, "")
            ] or texts
            found |= dict.fromkeys(o.value[:most] for o in wanted)
    found.pop(describer.title(iri).value, None)
    return list(found)


def _is_text(literal: ox.Literal) -> bool:
    return literal.datatype.value in (XSD + "string", RDF + "langString")


def search_index(found: Iterable[Record]) -> bytes:
    """The records as JSON for ``search.js``, with the words that it leaves out of names.

    A row is name, kind, path, fragment, other names, text, weight and whether the name is one (1 or 0).
    """
    rows = [[r.title, r.kind, *r.page, r.names, r.text[:_TEXT_KEPT], r.weight, int(r.named)] for r in found]
    index = {"articles": sorted(spelling.ARTICLES), "small": sorted(spelling.SMALL_WORDS), "rows": rows}
    return json.dumps(index, ensure_ascii=False, separators=(",", ":")).encode()
