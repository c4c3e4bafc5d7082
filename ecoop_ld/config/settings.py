"""The settings of a project, one frozen class per table of ``ecoop.toml``; the text under a field is its meaning."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from ecoop_ld.config.catalogs import CatalogSettings
from ecoop_ld.config.limits import Limits, Server, Services, SourceEndpoint
from ecoop_ld.rdf import names
from ecoop_ld.rdf.formats import CARD, EMBED_FORMATS, PLAIN_FORMATS, RDF_FORMATS, Format
from ecoop_ld.rdf.languages import nearest

Texts = Mapping[str, str]
"""A text per language code: ``{"en": "…", "es": "…"}``."""


def _empty() -> dict[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Project:
    """What the project says of itself."""

    title: Texts
    """Name of the dataset in each language."""
    description: Texts = field(default_factory=_empty)
    """Two or three sentences for descriptions and search engines."""
    about: Texts = field(default_factory=_empty)
    """What it is about, in three sentences for readers of the front page; the description where it is missing."""
    languages: tuple[str, ...] = ("en",)
    """Language codes of the site; the first is the default."""
    version: str = "0.1.0"
    """Semantic version of the dataset."""
    license: str = ""
    """IRI of the licence of vocabulary and data."""
    creator: str = ""
    """Who made the dataset, as printed in descriptions."""
    contact: str = ""
    """Where "suggest a correction" goes: an ``https:`` or ``mailto:`` address; ``{iri}`` and ``{title}`` in it stand
    for the thing whose page it is on. Without it there is no such link."""
    repository: str = ""
    """Address of the repository, for the foot of each page."""
    modified: str = ""
    """Date of the dataset (``YYYY-MM-DD``); the build has no clock."""


@dataclass(frozen=True, slots=True)
class AddressSettings:
    """Where IRIs begin, and where this copy is hosted."""

    public_base: str
    """Beginning of every IRI of the project, for ever; ends in ``/``."""
    site_url: str = "http://localhost:8000/"
    """Where this copy is hosted: only descriptions (VoID, DCAT, sitemap) carry it."""
    vocabulary: str = "ns"
    """The vocabulary: its path under the public base, or its IRI. Its terms are ``{vocabulary}#Name``, or
    ``{vocabulary}Name`` where it ends in ``/``."""
    vocabularies: tuple[str, ...] = ()
    """Further vocabularies, written in the same way; each has a page."""
    pages_for: tuple[str, ...] = ()
    """Beginnings of IRIs outside the public base that are the project's own too: what is described there gets pages.
    An empty one stands for every IRI."""
    deprecated_is_gone: bool = False
    """Whether what the data call ``owl:deprecated`` answers 410, or 301 to the one thing that replaced it, though its
    type is still stated. Without it such a thing stays, marked; what has no type any more is gone all the same."""

    @property
    def is_public(self) -> bool:
        """Whether others can reach the site at ``site_url``: only then do pages say that it is their address."""
        host = urlsplit(self.site_url).hostname or ""
        return not re.fullmatch(r"localhost|.*\.localhost|127\.[0-9.]+|0\.0\.0\.0|::1?", host)


@dataclass(frozen=True, slots=True)
class Provenance:
    """Which properties say who states what, and where. Prefixed names; a project without claims needs none."""

    supports: str = ""
    """Claim → the node, or the ``rdf:Statement``, that it backs."""
    claimant: str = ""
    """Claim → who says it."""
    quoted_from: str = ""
    """Claim → what it is quoted from, where nobody claims it."""
    kind: str = ""
    """Claim → its kind (reported, opinion …)."""
    opinion_kinds: tuple[str, ...] = ()
    """Kinds that are shown as opinions."""
    inferred_kinds: tuple[str, ...] = ()
    """Kinds that are shown as readings of the editors."""
    text: str = ""
    """Claim → its wording."""
    about: str = ""
    """Claim → what it speaks of: a page that has many claims folds them by what else they are about. Without it they
    are folded by the property that leads from them to the thing of the page."""
    passage: str = ""
    """Claim → where it is said."""
    locator: str = ""
    """Passage → paragraph number."""
    document: str = ""
    """Passage → the document."""
    locator_sign: str = "¶"
    """What is printed before the paragraph number."""
    source: str = "dcterms:source"
    """Statement or node → the document an editor relies on."""
    conflicts: str = ""
    """Claim → a claim that says otherwise; pages show the two side by side."""


@dataclass(frozen=True, slots=True)
class Pages:
    """How entities are shown; which properties in which order is said by the display shapes."""

    labels: tuple[str, ...] = (
        "skos:prefLabel",
        "rdfs:label",
        "dcterms:title",
        "foaf:name",
        "http://schema.org/name",
        "https://schema.org/name",
        "dc:title",
        "vcard:fn",
        "doap:name",
        "http://www.w3.org/2008/05/skos-xl#literalForm",
    )
    """Properties that name a thing, best first."""
    descriptions: tuple[str, ...] = (
        "skos:definition",
        "dcterms:description",
        "rdfs:comment",
        "http://schema.org/description",
        "https://schema.org/description",
        "dc:description",
        "dcterms:abstract",
    )
    """Properties that describe a thing, best first."""
    unfold: tuple[str, ...] = ()
    """Classes whose nodes are told in place, not linked as things: n-ary relations."""
    together: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Class → properties: two unfolded nodes that share their values belong together ("with …")."""
    bare: tuple[str, ...] = ()
    """Properties whose values speak for themselves inside an unfolded node: printed without the property's name."""
    plumbing: tuple[str, ...] = ()
    """Classes that are machinery (selectors, reified statements): they get pages but are left out of listings."""
    hidden: tuple[str, ...] = ("skos:hiddenLabel", "http://www.w3.org/2008/05/skos-xl#hiddenLabel")
    """Properties that are not printed on pages. Labels among them are found by the search all the same."""
    dates: tuple[str, ...] = ()
    """Properties that date a thing, shown beside its name."""
    pictures: tuple[str, ...] = ()
    """Beginnings of addresses, such as ``https://upload.example.org/``, from where pages show pictures: values of
    ``foaf:depiction``, ``schema:image`` and their kin. Browsers load them from there; other pictures are linked."""
    head: tuple[str, ...] = ("foaf:homepage",)
    """Properties whose values stand at the head of a page too, under the name: acronym, date, place, site. What stands
    among the facts at a glance is left out there."""
    facets: tuple[str, ...] = ()
    """Properties that lists of classes can be filtered by, however many values they have; docs/facets.md says which
    others there are by themselves."""
    no_facets: tuple[str, ...] = ()
    """Properties that lists are not filtered by."""
    no_paths: tuple[str, ...] = ()
    """Properties that keep two things apart, such as "not a member of": no way from one to another leads by them."""
    level: str = ""
    """Property of a term of the vocabulary → its level (basic, advanced …), shown beside its status."""
    asked: tuple[str, ...] = ()
    """Questions (names of ``site/queries``) that the front page has for readers; the first five where it is empty."""
    featured: tuple[str, ...] = ()
    """IRIs (paths under the public base) shown on the front page."""


@dataclass(frozen=True, slots=True)
class ViewSlot:
    """One line of a card, or one part of a table cell, on a page of [views]."""

    key: str
    """The value of ``?slot`` in the query."""
    title: Texts = field(default_factory=_empty)
    """What is printed before the values; nothing where it is missing."""
    empty: Texts = field(default_factory=_empty)
    """What is printed where there is no value; without it the line is left out."""
    whole: bool = False
    """Whether it belongs to the group of cards, not to each card."""


@dataclass(frozen=True, slots=True)
class View:
    """A page of its own, ``{name}.html``, made from the answer of ``site/views/{query}.rq``; docs/views.md."""

    kind: str
    """``matrix``, ``timeline``, ``network``, ``cards``, ``reader`` or ``facet``."""
    title: Texts
    """Heading of the page."""
    query: str = ""
    """Name of the query's file without ``.rq``; the page's own name where it is missing."""
    text: Texts = field(default_factory=_empty)
    """What the page shows, in a sentence or two."""
    headline: Texts = field(default_factory=_empty)
    """What it shows, as a sentence above it and on the front page. ``{name}`` in it is a column of the one row that
    ``site/views/{query}.headline.rq`` answers."""
    graphs: tuple[str, ...] = ()
    """Paths of the graphs that stand alone when the page's switch is set to them."""
    alone: Texts = field(default_factory=_empty)
    """What the switch calls those graphs alone."""
    slots: tuple[ViewSlot, ...] = ()
    """Lines of a card, or parts of a cell, in order."""
    split: bool = False
    """Cards: whether each group has a page of its own."""
    front: bool = False
    """Whether the front page shows it; a matrix only."""


@dataclass(frozen=True, slots=True)
class Releases:
    """Where frozen versions are kept."""

    folder: str = "releases"
    """The folder, relative to the project or absolute; one folder per version in it."""


@dataclass(frozen=True, slots=True)
class Matching:
    """How names that others write are matched with things; docs/matching.md."""

    names: tuple[str, ...] = ()
    """Properties whose values are names, beside labels of all kinds: acronyms, say. Prefixed names."""


@dataclass(frozen=True, slots=True)
class BuildSettings:
    """What a build writes."""

    formats: tuple[str, ...] = tuple(row.name for row in RDF_FORMATS)
    """Data formats of each thing and of the dumps, beside pages; with fewer of them a large set has fewer files, and
    with ``json`` and ``csv`` each thing has those, too, and with ``card`` a small page for frames on other sites, which
    its page then offers. The server answers in all of them all the same. N-Quads and TriG dumps are always written."""


@dataclass(frozen=True)
class Config:
    """All settings of a project. Its fields are fixed; what follows from them is worked out once."""

    root: Path
    """The project's folder."""
    project: Project
    addresses: AddressSettings
    graphs: Mapping[str, str] = field(default_factory=dict)
    """Glob of source files → path of their named graph under the public base. A file that no glob matches goes into a
    graph named after it: ``data/people.ttl`` into ``graph/data/people``, any other with its whole name,
    ``graph/data/people.nt``."""
    prefixes: Mapping[str, str] = field(default_factory=dict)
    """Prefix → namespace, for dumps and pages."""
    provenance: Provenance = field(default_factory=Provenance)
    pages: Pages = field(default_factory=Pages)
    views: Mapping[str, View] = field(default_factory=dict)
    """Name of a page → what it shows."""
    limits: Limits = field(default_factory=Limits)
    server: Server = field(default_factory=Server)
    services: Services = field(default_factory=Services)
    source: SourceEndpoint = field(default_factory=SourceEndpoint)
    matching: Matching = field(default_factory=Matching)
    releases: Releases = field(default_factory=Releases)
    build: BuildSettings = field(default_factory=BuildSettings)
    catalog: CatalogSettings = field(default_factory=CatalogSettings)
    lint: Mapping[str, str] = field(default_factory=dict)
    """Code of a finding → ``"violation"``, ``"warning"``, ``"note"`` or ``"off"``."""

    @property
    def base(self) -> str:
        return self.addresses.public_base

    @property
    def languages(self) -> tuple[str, ...]:
        return self.project.languages

    def title(self, language: str) -> str:
        """Name of the dataset in a language; where the project gives none, in its first."""
        tag = nearest(self.project.title, (language, self.languages[0]))
        return self.project.title[tag or self.languages[0]]

    @property
    def vocabulary_iri(self) -> str:
        """The ontology's IRI, without the ``#`` of its terms."""
        return self.vocabularies[0]

    @cached_property
    def vocabularies(self) -> tuple[str, ...]:
        """IRIs of all vocabularies, the first of them first."""
        words = (word.removesuffix("#") for word in (self.addresses.vocabulary, *self.addresses.vocabularies))
        return tuple(dict.fromkeys(word if "://" in word else self.base + word for word in words))

    @cached_property
    def vocabulary_terms(self) -> str:
        """Beginning of the terms of the first vocabulary."""
        return terms_of(self.vocabulary_iri)

    @cached_property
    def all_prefixes(self) -> dict[str, str]:
        named = set(self.prefixes.values())  # a namespace that the project names itself has that name alone
        return {p: ns for p, ns in names.WELL_KNOWN.items() if ns not in named} | dict(self.prefixes)

    @cached_property
    def written(self) -> tuple[Format, ...]:
        """The data formats that a build writes, in the order of :data:`RDF_FORMATS`."""
        return tuple(row for row in RDF_FORMATS if row.name in self.build.formats)

    @property
    def plain(self) -> tuple[Format, ...]:
        """What a build writes of each thing for programs that know no RDF."""
        return tuple(row for row in PLAIN_FORMATS if row.name in self.build.formats)

    @property
    def embedded(self) -> tuple[Format, ...]:
        """What a build writes of each thing for other sites that show it."""
        return EMBED_FORMATS if CARD.name in self.build.formats else ()

    def with_prefixes(self, found: Mapping[str, str]) -> Config:
        """These settings, with prefixes of the source files beside the project's own; those come first."""
        known = self.all_prefixes
        taken = set(known.values())
        more = {p: ns for p, ns in found.items() if p and p not in known and ns not in taken and ns[-1:] in "#/:"}
        return dataclasses.replace(self, prefixes={**more, **self.prefixes}) if more else self

    def iri(self, name: str) -> str:
        """The IRI of a prefixed name in a setting."""
        return names.expand(name, self.all_prefixes)

    def iris(self, words: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(self.iri(word) for word in words)

    @property
    def releases_folder(self) -> Path:
        return self.root / self.releases.folder

    def folder(self, name: str) -> Path:
        return self.root / name


def terms_of(vocabulary: str) -> str:
    """Beginning of the terms of a vocabulary."""
    return vocabulary if vocabulary.endswith("/") else vocabulary + "#"
