"""A project → what an editor may ask of it: findings, what IRIs mean, where they stand. One value for one moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from ecoop_ld import config as settings
from ecoop_ld.config import FILE, Config
from ecoop_ld.errors import Finding, Place, Severity, UserError
from ecoop_ld.model.dataset import Dataset
from ecoop_ld.model.naming import Naming
from ecoop_ld.projects import checking
from ecoop_ld.rdf import names
from ecoop_ld.rdf.formats import SOURCE_ENDINGS
from ecoop_ld.rdf.names import OWL
from ecoop_ld.sources import files, parsing
from ecoop_ld.sources.locator import Locator
from ecoop_ld.validate import known

_DEPRECATED = OWL + "deprecated"
_MOST = 500
"""Names offered at a time."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an IRI stands for, in the project's first language."""

    name: str
    """As a prefixed name, where there is a prefix."""
    label: str
    kinds: tuple[str, ...]
    definition: str
    deprecated: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """A name that may be meant."""

    local: str
    iri: str
    label: str
    is_term: bool
    deprecated: bool


@dataclass(frozen=True)
class Knowledge:
    """Made by :func:`learn`. What is computed is computed once, when it is first asked for."""

    config: Config
    sources: files.Sources
    findings: tuple[Finding, ...]

    @cached_property
    def _naming(self) -> Naming:
        dataset = Dataset(self.config, self.sources.quads, ())
        return Naming(dataset, self.config.languages[0])

    @cached_property
    def _locator(self) -> Locator:
        return Locator(self.config, self.sources)

    @cached_property
    def prefixes(self) -> Mapping[str, str]:
        """Those of the settings and of all files."""
        return {**self.sources.prefixes, **self.config.all_prefixes}

    def meaning(self, iri: str) -> Meaning | None:
        """``None`` where nothing is said of it, here or in a well-known vocabulary."""
        name = names.compact(iri, self.prefixes)
        if not self._naming.dataset.described(iri):
            word = known.split(iri)
            return Meaning(name, "", (), "", False) if word and known.is_known(*word) else None
        text = self._naming.dataset.text(iri, self._naming.settings["descriptions"], self._naming.language)
        kinds = tuple(self._naming.label(kind).value for kind in self._naming.kinds(iri))
        label = self._naming.title(iri).value
        return Meaning(name, label, kinds, text.value if text else "", self._is_deprecated(iri))

    def _is_deprecated(self, iri: str) -> bool:
        values = self._naming.dataset.objects(iri, _DEPRECATED)
        return any(isinstance(value, ox.Literal) and value.value == "true" for value in values)

    def offers(self, namespace: str, local: str) -> Iterator[Offer]:
        """The things and terms of a namespace whose local name or label begins like this, the former first."""
        begun = local.casefold()
        found = [offer for offer in self._in(namespace) if begun in f" {offer.local} {offer.label}".casefold()]
        found.sort(key=lambda o: (not o.local.casefold().startswith(begun), o.deprecated, o.local))
        yield from found[:_MOST]

    def _in(self, namespace: str) -> Iterator[Offer]:
        dataset = self._naming.dataset
        for iri in dataset.subjects():
            if iri.startswith(namespace) and len(iri) > len(namespace):
                local = iri[len(namespace) :]
                term = iri.startswith(self.config.vocabulary_terms)
                if names.compact(iri, {"": namespace}) != iri:
                    yield Offer(local, iri, self._naming.title(iri).value, term, self._is_deprecated(iri))
        for vocabularies in (known.STRICT, known.FAMILIAR):
            for word, begin in vocabularies.items():
                if begin == namespace:
                    yield from (Offer(term, begin + term, "", True, False) for term in sorted(known.terms(word)))

    def definition(self, iri: str) -> tuple[Place, ...]:
        """Where an IRI is described: each file in which it is a subject."""
        subject = ox.NamedNode(iri)
        holders = [f for f in (*self.sources.files, *self.sources.shapes) if any(q.subject == subject for q in f.quads)]
        found = (self._locator.positions(file) for file in holders)
        places = [where.of(subject) for where in found if where is not None]
        return tuple(places) or tuple(filter(None, [self._locator.of(subject)] if holders else []))

    def references(self, iri: str) -> tuple[Place, ...]:
        """Every place where an IRI is written in data, vocabulary and shapes."""
        return tuple(self._locator.of_iri(iri))


def learn(root: Path) -> Knowledge | UserError:
    """All of a project as its files are now. Where the settings cannot be read, why."""
    try:
        config = settings.load(root)
        sources = files.load(config)
        report = checking.check(config, sources)
    except UserError as error:
        return error
    return Knowledge(config, sources, tuple(report.findings))


def of_error(error: UserError) -> Finding:
    """An error that stops a command, as a finding at its place."""
    place = error.place or Place(FILE)
    return Finding("settings", Severity.VIOLATION, error.message, place, hint=error.hint)


def syntax(knowledge: Knowledge, name: str, text: str) -> list[Finding] | None:
    """What is wrong with the spelling of an unsaved text; ``None`` for files that are not read."""
    row = SOURCE_ENDINGS.get(name.rpartition(".")[2].lower())
    if row is None:
        return None
    parsed = parsing.parse(name, text.encode("utf-8", "replace"), row, knowledge.config)
    return [replace(f, place=f.place or Place(name)) for f in parsed.findings]
