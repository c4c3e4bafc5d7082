"""A dataset → its things by the identifiers that others give them: a QID, a ROR id, a home page."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlsplit

import pyoxigraph as ox

from ecoop_ld.model.dataset import Dataset
from ecoop_ld.model.naming import OBJECT, SUBJECT
from ecoop_ld.rdf.names import DCTERMS, FOAF, OWL, SKOS
from ecoop_ld.reconcile import systems
from ecoop_ld.reconcile.systems import System

_SCHEMA = ("https://schema.org/", "http://schema.org/")
SAME = (OWL + "sameAs", SKOS + "exactMatch", *(base + "sameAs" for base in _SCHEMA))
"""Properties that say: the same thing, elsewhere."""
NEAR = (SKOS + "closeMatch",)
"""Properties that say: perhaps the same. No look-up follows them."""
HOMES = (FOAF + "homepage", *(base + "url" for base in _SCHEMA))
"""Properties that give a thing's own address on the Web."""
_VALUES = (DCTERMS + "identifier", *(base + "value" for base in _SCHEMA))
_SYSTEMS = (DCTERMS + "conformsTo", SKOS + "inScheme", *(base + "propertyID" for base in _SCHEMA))


@dataclass(frozen=True, slots=True)
class External:
    """An identifier that another system gives to a thing."""

    iri: str
    """The thing here."""
    predicate: str
    """What ties it to the identifier: ``owl:sameAs``, or the property that leads to a node with the identifier."""
    system: System | None
    """``None`` for addresses of no system that is known here."""
    identifier: str
    """As the data write it."""
    node: str = ""
    """The node that holds the identifier with its evidence, where there is one."""

    @property
    def address(self) -> str:
        """IRI of the thing elsewhere."""
        return self.system.iri.format(self.identifier) if self.system else self.identifier

    @property
    def why_wrong(self) -> str:
        return self.system.why_wrong(self.identifier) if self.system else ""


@dataclass(frozen=True)
class Identifiers:
    """The look-up. Made once for a dataset."""

    dataset: Dataset
    external: tuple[External, ...] = field(init=False)
    """All, by thing, predicate and identifier."""
    _by_key: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set), init=False, repr=False)

    def __post_init__(self) -> None:
        found = sorted(self._read(), key=lambda e: (e.iri, e.predicate, e.address))
        object.__setattr__(self, "external", tuple(found))
        for one in found:
            if one.predicate not in NEAR:
                self._by_key[_key(one.address)].add(one.iri)
        for iri in self.dataset.things:
            for predicate in HOMES:
                for term in self.dataset.objects(iri, predicate):
                    text = term if isinstance(term, str) else term.value
                    self._by_key[_key(text)].add(iri)

    @cached_property
    def _told(self) -> frozenset[str]:
        """Properties that lead to an identifier from what tells of it: a claim, or a statement."""
        supports = self.dataset.config.provenance.supports
        return frozenset((SUBJECT, OBJECT, *self.dataset.config.iris((supports,) if supports else ())))

    def find(self, asked: str) -> tuple[str, ...]:
        """Things with this identifier: ``wikidata:Q749257``, an address elsewhere, or a home page; sorted."""
        text = asked.strip()
        name, colon, identifier = text.partition(":")
        system = systems.by_name(name.lower()) if colon and not identifier.startswith("//") else None
        key = _key(system.iri.format(_tidy(system, identifier))) if system else _key(text)
        return tuple(sorted(self._by_key.get(key, ())))

    def _read(self) -> Iterator[External]:
        for iri in self.dataset.things:
            for predicate in (*SAME, *NEAR):
                for other in self.dataset.iris(iri, predicate):
                    known = systems.of_address(other)
                    yield External(iri, predicate, *known) if known else External(iri, predicate, None, other)
            yield from self._nodes(iri)

    def _nodes(self, iri: str) -> Iterator[External]:
        """Nodes that tell an identifier and whose it is: the pattern of ADMS and schema.org."""
        for predicate, facts in self.dataset.outgoing(iri).items():
            for fact in facts if predicate not in self._told else ():
                if isinstance(fact.object, str) and (system := self._holders.get(fact.object)) is not None:
                    for value in self._literals(fact.object):
                        yield External(iri, predicate, system, _tidy(system, value), fact.object)

    @cached_property
    def _holders(self) -> dict[str, System]:
        """Node that tells an identifier → the system whose it is."""
        found = ((node, self._system(node)) for node in self.dataset.subjects())
        return {node: system for node, system in found if system is not None}

    def _system(self, node: str) -> System | None:
        homes = (home for predicate in _SYSTEMS for home in self.dataset.iris(node, predicate))
        return next((system for home in homes if (system := systems.of_home(home)) is not None), None)

    def _literals(self, node: str) -> Iterator[str]:
        for predicate in _VALUES:
            for term in self.dataset.objects(node, predicate):
                if isinstance(term, ox.Literal):
                    yield term.value


def _tidy(system: System, identifier: str) -> str:
    """An identifier as its system writes it in addresses: ``0000 0001 2034 0975`` → ``0000000120340975``."""
    bare = system.identifier(identifier) or identifier.strip()
    if system.name == "ror":
        return bare.lower()
    return re.sub(r"[\s-]", "", bare) if system.name == "isni" else bare


def _key(address: str) -> str:
    """What is the same for addresses that lead to one place: no scheme, ``www.``, port or final slash."""
    known = systems.of_address(address)
    if known:
        return f"{known[0].name}:{known[1].casefold() if known[0].name in ('ror', 'doi') else known[1]}"
    try:
        parts = urlsplit(address if "://" in address else f"//{address}")
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return address
    return (
        f"{host}{parts.path.rstrip('/')}"
        + (f"?{parts.query}" if parts.query else "")
        + (f"#{parts.fragment}" if parts.fragment else "")
    )
