"""The groups of an entity's page → the few facts that stand before them, and what is left for the sections.

A fact that stands there has left its section, with its sources: nothing is said twice. What has many values stays where
it is, and is counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ecoop_ld.model.contents import Content
from ecoop_ld.model.dataset import TYPE
from ecoop_ld.model.entity import Describer, Group
from ecoop_ld.model.locations import locate
from ecoop_ld.model.naming import Link, Text
from ecoop_ld.model.properties import Property, Value
from ecoop_ld.rdf.names import DCTERMS, EDTF, FOAF, ORG, PROV, RDF, RDFS, SKOS, XSD

MOST = 12
"""Facts before the sections; what comes after them stays in its section."""
_FEWEST = 3
"""With fewer, the sections are short enough to be read at once."""
_FEW = 3
"""Values of a kind, date, place or part that stand there; of another property there is one."""
_SHORT = 60
"""Characters of a value that is read at a glance."""
_SCHEMA = ("http://schema.org/", "https://schema.org/")
_PARENTS = frozenset(
    (
        *(ORG + word for word in ("subOrganizationOf", "unitOf", "memberOf", "postIn")),
        DCTERMS + "isPartOf",
        *(base + word for base in _SCHEMA for word in ("isPartOf", "parentOrganization", "superEvent", "memberOf")),
    )
)
"""Properties that lead from a part to its whole."""
_PARTS = frozenset(
    (
        *(ORG + word for word in ("hasSubOrganization", "hasUnit", "hasMember", "hasPost", "hasMembership")),
        *(DCTERMS + "hasPart", FOAF + "member", SKOS + "member"),
        *(base + word for base in _SCHEMA for word in ("hasPart", "subOrganization", "subEvent", "member")),
    )
)
"""Properties that lead from a whole to its parts and members."""
_JOINING = frozenset((ORG + "organization",))
"""Properties by which what joins a member and a whole leads to the whole."""
_PLACES = frozenset(
    (
        *(base + "Place" for base in _SCHEMA),
        *(DCTERMS + "Location", PROV + "Location"),
        "http://dbpedia.org/ontology/Place",
        "http://semanticweb.cs.vu.nl/2009/11/sem/Place",
        "http://www.geonames.org/ontology#Feature",
        "http://www.opengis.net/ont/geosparql#Feature",
        "http://www.w3.org/2003/01/geo/wgs84_pos#SpatialThing",
    )
)
_DATES = frozenset(XSD + word for word in ("date", "dateTime", "dateTimeStamp", "gYear", "gYearMonth"))
_MARKED_UP = frozenset((RDF + "HTML", RDF + "XMLLiteral"))
_KIND, _DATE, _PLACE, _PARENT, _PART, _OTHER, _NONE = range(7)
"""What a property tells, in the order in which it stands before the sections."""
_ELSEWHERE = frozenset(("readings", "languages", "apart"))
"""Groups of which nothing is a fact of the thing in the page's own words."""


@dataclass(frozen=True, slots=True)
class PartCount:
    """Parts or members that are too many to stand before the sections."""

    name: Text
    count: int
    group: str
    """Key of the group that has them."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What stands before the sections; empty where a page is short."""

    properties: tuple[Property, ...]
    counts: tuple[PartCount, ...]
    groups: tuple[Group, ...]
    """What is left for the sections."""


def facts(describer: Describer, groups: Sequence[Group]) -> Facts:
    """Kind, dates, places, wholes and parts from all groups, and what else is short from the first."""
    chooser = _Chooser(describer, _first(groups))
    rows = [(chooser.role(prop, group), group, prop) for group in groups for prop in group.properties]
    short = sorted((row for row in rows if chooser.is_short(row[0], row[2])), key=lambda row: row[0])[:MOST]
    if len(short) < _FEWEST:
        return Facts((), (), tuple(groups))
    told = {id(prop) for _, _, prop in short}
    many = ((group, prop) for role, group, prop in rows if role == _PART and id(prop) not in told)
    left = (replace(g, properties=tuple(p for p in g.properties if id(p) not in told)) for g in groups)
    return Facts(
        tuple(prop for _, _, prop in short),
        tuple(PartCount(prop.name, prop.count, group.key) for group, prop in many),
        tuple(group for group in left if group.properties),
    )


def _first(groups: Sequence[Group]) -> frozenset[str]:
    """Keys of the groups that say what a thing is: the first that has a heading of the project's, else what no
    display shape names."""
    return frozenset((groups[0].key,) if groups and groups[0].name else ("kind", "more"))


@dataclass(frozen=True)
class _Chooser:
    describer: Describer
    first: frozenset[str]

    def role(self, prop: Property, group: Group) -> int:
        """What a property tells; ``_NONE`` where that is nothing to stand before the sections."""
        if group.key in _ELSEWHERE or not prop.values:
            return _NONE
        predicate = prop.term.iri if prop.term else TYPE
        names = {predicate, *self._broader(predicate)}
        if predicate == TYPE:
            return _KIND if group.key in self.first else _NONE
        if all(self._is_date(predicate, value) for value in prop.values):
            return _DATE
        if names & (_PARTS if prop.inverse else _PARENTS):
            return _PARENT
        if names & (_PARENTS | _JOINING if prop.inverse else _PARTS):
            return _PART
        if not prop.inverse and all(self._is_place(value) for value in prop.values):
            return _PLACE
        return _OTHER if group.key in self.first and not prop.inverse else _NONE

    def is_short(self, role: int, prop: Property) -> bool:
        """Whether all of it is read at a glance."""
        few = 0 if role == _NONE else 1 if role == _OTHER else _FEW
        return len(prop.values) <= few and not prop.after and all(map(self._is_brief, prop.values))

    def _is_brief(self, value: Value) -> bool:
        contents = [inner for part in value.parts for inner in part.values] or [value.content]
        written = [text for content in contents if (text := _written(content))]
        return len(written) == len(contents) and not value.together and sum(map(len, written)) <= _SHORT

    def _broader(self, predicate: str) -> Iterator[str]:
        """The properties of which one is a kind."""
        seen, waiting = {predicate}, [predicate]
        while waiting:
            for broader in self.describer.dataset.iris(waiting.pop(), RDFS + "subPropertyOf"):
                if broader not in seen:
                    seen.add(broader)
                    waiting.append(broader)
                    yield broader

    def _is_date(self, predicate: str, value: Value) -> bool:
        """A date, or a node told in place that gives one and leads to no other thing."""
        if value.parts:
            inner = [content for part in value.parts for content in part.values]
            return any(map(_is_dated, inner)) and not any(self._is_thing(content) for content in inner)
        return isinstance(value.content, Text) and (
            _is_dated(value.content) or predicate in self.describer.settings["dates"]
        )

    def _is_thing(self, content: Content) -> bool:
        """Something that stands for itself; a concept only says how."""
        dataset = self.describer.dataset
        return (
            isinstance(content, Link)
            and content.iri in dataset.things_set
            and SKOS + "Concept" not in dataset.types(content.iri)
        )

    def _is_place(self, value: Value) -> bool:
        if not isinstance(value.content, Link) or value.parts:
            return False
        dataset, iri = self.describer.dataset, value.content.iri
        stated = dataset.types(iri)
        kinds = {*stated, *(broader for kind in stated for broader in self.describer.ancestors(kind))}
        return bool(kinds & _PLACES) or locate(dataset, iri) is not None


def _is_dated(content: Content) -> bool:
    return isinstance(content, Text) and (content.datatype in _DATES or content.datatype.startswith(EDTF))


def _written(content: Content) -> str:
    """A text on one line or a name as it is read; nothing for what needs more room."""
    if isinstance(content, Link):
        return "" if content.picture else content.label.value
    if not isinstance(content, Text) or content.datatype in _MARKED_UP or content.cut or "\n" in content.value:
        return ""
    return content.value
