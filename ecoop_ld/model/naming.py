"""Dataset + language → what things are called: labels, titles, kinds, links, as plain values.

Links are ``(path, fragment)`` pairs of the site; turning them into ``href`` is the template's caller's work
(:mod:`ecoop_ld.site.renderer`), so nothing here depends on where a page stands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import pyoxigraph as ox

from ecoop_ld.config import Config
from ecoop_ld.config.settings import terms_of
from ecoop_ld.model.concepts import host, notation, schemes_of
from ecoop_ld.model.dataset import OBJECT as OBJECT
from ecoop_ld.model.dataset import PREDICATE as PREDICATE
from ecoop_ld.model.dataset import SUBJECT as SUBJECT
from ecoop_ld.model.dataset import Dataset
from ecoop_ld.model.pictures import PictureUse
from ecoop_ld.model.remembered import remembered
from ecoop_ld.rdf import names
from ecoop_ld.rdf.languages import nearest
from ecoop_ld.words import labels, sorting, values

_INSIDE = re.compile(r"[^/?#:]+(?:/[^?#]*)?\Z")
"""What can stand for an IRI of the project beside names, without being taken for another address."""
_EVIDENT = values.NUMBERS | {names.XSD + "boolean", names.XSD + "anyURI", names.RDF + "HTML"}
"""Datatypes that a text shows by itself."""


@dataclass(frozen=True, slots=True)
class Text:
    """A literal as it is shown."""

    value: str
    language: str = ""
    datatype: str = ""
    cut: bool = False
    """Whether the data has more than is shown."""
    kind: str = ""
    """Name of the datatype, where the text does not show what it is."""
    coined: bool = False
    """Whether it is no words but an IRI or a prefixed name."""


@dataclass(frozen=True, slots=True)
class Link:
    """A thing as it is named."""

    label: Text
    iri: str
    page: tuple[str, str] | None
    """Path and fragment on this site; ``None`` for things elsewhere."""
    acronym: str = ""
    notation: str = ""
    """The code by which a scheme knows it, which stands before its name and sorts it."""
    origin: str = ""
    """The scheme or the site that it belongs to, where that is another than the page's."""
    picture: PictureUse = PictureUse.NONE
    """Whether it is the address of a picture, which is shown or in a frame."""


@dataclass(frozen=True)
class Naming:
    """Names of the things of one dataset in one language; remembers those that were asked for."""

    dataset: Dataset
    language: str

    @property
    def config(self) -> Config:
        return self.dataset.config

    @cached_property
    def settings(self) -> dict[str, tuple[str, ...]]:
        pages = self.config.pages
        found = {
            key: self.config.iris(getattr(pages, key))
            for key in ("labels", "descriptions", "hidden", "bare", "dates", "head")
        }
        found["wording"] = self.config.iris((self.config.provenance.text,) if self.config.provenance.text else ())
        found["descriptions"] += found["wording"]  # a claim is described by its own words
        return found

    @cached_property
    def _labels(self) -> dict[str, Text]:
        return {}

    def label(self, iri: str) -> Text:
        """What a thing is called: its label in this language or the nearest, else words made from its IRI."""
        found = self._labels.get(iri)
        if found is None:
            literal = self.dataset.text(iri, self.settings["labels"], self.language)
            found = self.text(literal) if literal is not None else self._unlabelled(iri)
            self._labels[iri] = found
        return found

    def _unlabelled(self, iri: str) -> Text:
        known = labels.well_known(iri, (self.language, *self.config.languages))
        if known:
            return Text(*known)
        if self.dataset.blanks.is_blank(iri):
            return self._anonymous(iri)
        if wording := self._wording(iri):
            return wording
        self._labels[iri] = self._coined(iri)  # a statement about itself is told once
        return Text(self._told(iri)) if self._told(iri) else self._labels[iri]

    def _anonymous(self, node: str) -> Text:
        """A blank node by what it is."""
        self._labels[node] = Text("[…]")
        if told := self._told(node):
            return Text(told)
        return next((self.label(kind) for kind in self.kinds(node) if kind != node), self._labels[node])

    def _wording(self, iri: str) -> Text | None:
        """A claim is called by its sentence."""
        literal = self.dataset.text(iri, self.settings["wording"], self.language)
        return self.text(literal) if literal is not None else None

    def _told(self, iri: str) -> str:
        """A reified statement as the sentence it is: subject · property · value."""
        ends = [self.dataset.objects(iri, p) for p in (SUBJECT, PREDICATE, OBJECT)]
        if not all(ends):
            return ""
        return " · ".join(self.label(e[0]).value if isinstance(e[0], str) else e[0].value for e in ends)

    def _coined(self, iri: str) -> Text:
        name = self._made_up(iri)
        return Text(name, coined=":" in name)

    def _made_up(self, iri: str) -> str:
        base = self.config.base + "id/"
        if iri.startswith(base) and iri.count("/", len(base)) == 1:
            kind, slug = iri[len(base) :].split("/")
            return f"{kind.replace('-', ' ').capitalize()} {slug.upper() if len(slug) < 5 else slug.replace('-', ' ')}"
        if iri.startswith(("mailto:", "tel:")):
            return iri.partition(":")[2]
        name = self.short(iri) if "//" in iri else iri
        # An address elsewhere is read without its scheme; what it links to is the whole.
        return name if self.dataset.described(iri) else re.sub(r"^https?://(.+?)/?$", r"\1", name)

    def short(self, iri: str) -> str:
        """A prefixed name, else the local name of a term of a vocabulary, the path below the public base, or all of an
        IRI elsewhere.
        """
        name = names.compact(iri, self.config.all_prefixes)
        if name == iri and iri.startswith(tuple(map(terms_of, self.config.vocabularies))):
            return names.local_name(iri)
        inside = iri.removeprefix(self.config.base)
        if name == iri and inside and _INSIDE.match(inside):
            return inside
        return name if name != iri or self.dataset.described(iri) else names.compact(iri, names.COMMON)

    def order(self, content: Text | Link) -> sorting.Key:
        """Where a value or a thing stands in a list of such."""
        if isinstance(content, Link):
            name = f"{content.notation} {content.label.value}".lstrip()
            return sorting.key(name, self.language, content.label.datatype, tie=content.iri)
        return sorting.key(content.value, self.language, content.datatype, tie=content.language)

    def text(self, literal: ox.Literal) -> Text:
        shown = self.config.limits.literal_shown
        value, datatype = literal.value, literal.datatype.value
        plain = datatype in (names.XSD + "string", names.RDF + "langString")
        if plain:
            return Text(value[:shown], literal.language or "", "", len(value) > shown)
        kind = "" if datatype in _EVIDENT or values.is_time(datatype) else self.label(datatype).value
        return Text(value[:shown], "", datatype, len(value) > shown, kind)

    @remembered
    def link(self, iri: str) -> Link:
        return Link(self.label(iri), iri, self.dataset.page(iri), notation=notation(self.dataset, iri))

    def mapped(self, iri: str) -> Link:
        """A concept of another scheme, with the name of that."""
        scheme = next(iter(schemes_of(self.dataset, iri)), "")
        named = self.dataset.described(scheme)
        return replace(self.link(iri), origin=self.label(scheme).value if named else host(scheme or iri))

    @remembered
    def title(self, iri: str) -> Text:
        literal = self.dataset.text(iri, self.settings["labels"], self.language)
        if literal is not None:
            return self.text(literal)
        if told := self._told(iri):
            return Text(told)
        if wording := self._wording(iri):
            return wording
        kinds = self.kinds(iri)
        slug = iri.rstrip("/").rsplit("/", 1)[-1]
        slug = slug.upper() if len(slug) < 5 else slug
        if kinds and iri.startswith(self.config.base + "id/"):
            label = self.label(kinds[0])
            kind = label.value if label.value != self._made_up(kinds[0]) else _words(kinds[0])
            return Text(f"{kind[:1].upper()}{kind[1:]} {slug}", label.language)
        return self._coined(iri)

    def summary(self, iri: str) -> Text | None:
        """What stands beside a thing in a list: its wording where it is a claim, else its description."""
        literal = self.dataset.text(iri, (*self.settings["wording"], *self.settings["descriptions"]), self.language)
        return self.text(literal) if literal is not None and literal.value != self.title(iri).value else None

    @remembered
    def kinds(self, iri: str) -> tuple[str, ...]:
        """The stated classes of a thing that are not broader than another stated one."""
        stated = self.dataset.types(iri, derived=False)
        broader = {b for kind in stated for b in self.ancestors(kind)}
        return tuple(kind for kind in stated if kind not in broader) or tuple(stated)

    @remembered
    def ancestors(self, kind: str) -> set[str]:
        """All classes that are broader than a class."""
        found: set[str] = set()
        waiting = [kind]
        while waiting:
            for broader in self.dataset.iris(waiting.pop(), names.RDFS + "subClassOf"):
                if broader not in found and broader != kind:
                    found.add(broader)
                    waiting.append(broader)
        return found

    def titles(self, iri: str) -> tuple[Text, ...]:
        found = {}
        for language in self.config.languages:
            literal = self.dataset.text(iri, self.settings["labels"], language)
            if literal is not None and self.dataset.language_of(literal.language) == language:
                found[language] = self.text(literal)
        return tuple(found.values())

    def best(self, texts: Mapping[str, str]) -> Text | None:
        """One of the texts per language: this language's, else the first of the project's that is there."""
        language = nearest(texts, (self.language, *self.config.languages, ""))
        return None if language is None else Text(texts[language], language)


def _words(iri: str) -> str:
    """The local name of a term in words: ``CreativeWork`` → "creative work"."""
    name = names.local_name(iri)
    return name if name.isupper() else re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).lower()
