"""Systems of identifiers that other people keep: how each writes them, and what shows that one is miswritten."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

_BASE32 = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's digits."""


def _anything(_: str) -> bool:
    return True


def _mod_97(identifier: str) -> bool:
    """ISO 7064 mod 97-10 over letters and digits, as legal entity identifiers have it."""
    return int("".join(str(int(c, 36)) for c in identifier)) % 97 == 1


def _mod_11(identifier: str) -> bool:
    """ISO 7064 mod 11-2 over sixteen digits, as ISNI and ORCID have it."""
    total = 0
    digits = identifier.replace("-", "").replace(" ", "")
    for digit in digits[:-1]:
        total = (total + int(digit)) * 2
    return "0123456789X"[(12 - total % 11) % 11] == digits[-1].upper()


def _ror(identifier: str) -> bool:
    """Two digits, ISO 7064 mod 97-10, after a number in Crockford's base 32."""
    number = 0
    for char in identifier[1:7]:
        number = number * 32 + _BASE32.index(char)
    return 98 - number * 100 % 97 == int(identifier[7:])


@dataclass(frozen=True, slots=True)
class System:
    """One system of identifiers."""

    name: str
    """The word before the colon: ``wikidata:Q749257``."""
    label: str
    iri: str
    """IRI of a thing, with ``{}`` where the identifier stands."""
    pattern: str
    """Regular expression of a well-formed identifier."""
    others: tuple[str, ...] = ()
    """Other addresses of the same thing, with ``{}``."""
    check: Callable[[str], bool] = _anything
    """Whether the check digits of a well-formed identifier are right."""
    homes: tuple[str, ...] = ()
    """IRIs by which data name the system itself."""

    def why_wrong(self, identifier: str) -> str:
        """What is wrong with an identifier, or ``""``."""
        if not re.fullmatch(self.pattern, identifier):
            return f"does not have the form of an identifier of {self.label}"
        return "" if self.check(identifier) else "has a wrong check digit"

    def identifier(self, text: str) -> str:
        """The identifier in an address of this system, or ``""``."""
        for template in (self.iri, *self.others):
            head, _, tail = template.partition("{}")
            if text.startswith(head) and text.endswith(tail) and len(text) > len(head) + len(tail):
                return text[len(head) : len(text) - len(tail)].rstrip("/") if tail else text[len(head) :].rstrip("/")
        return ""


SYSTEMS: tuple[System, ...] = (
    System(
        "wikidata",
        "Wikidata",
        "http://www.wikidata.org/entity/{}",
        r"[QPL][1-9]\d*",
        ("https://www.wikidata.org/entity/{}", "https://www.wikidata.org/wiki/{}", "http://www.wikidata.org/wiki/{}"),
        homes=("https://www.wikidata.org/", "http://www.wikidata.org/"),
    ),
    System(
        "ror",
        "ROR",
        "https://ror.org/{}",
        r"0[a-hj-km-np-tv-z0-9]{6}\d{2}",
        ("http://ror.org/{}",),
        _ror,
        ("https://ror.org/",),
    ),
    System(
        "isni",
        "ISNI",
        "https://isni.org/isni/{}",
        r"\d{15}[\dX]",
        ("http://isni.org/isni/{}", "http://www.isni.org/isni/{}", "https://www.isni.org/isni/{}"),
        _mod_11,
        ("https://isni.org/", "http://isni.org/", "http://www.isni.org/"),
    ),
    System(
        "orcid",
        "ORCID",
        "https://orcid.org/{}",
        r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]",
        ("http://orcid.org/{}",),
        _mod_11,
        ("https://orcid.org/",),
    ),
    System(
        "viaf",
        "VIAF",
        "http://viaf.org/viaf/{}",
        r"[1-9]\d{1,21}",
        ("https://viaf.org/viaf/{}",),
        homes=("http://viaf.org/", "https://viaf.org/"),
    ),
    System(
        "geonames",
        "GeoNames",
        "https://sws.geonames.org/{}/",
        r"[1-9]\d*",
        ("http://sws.geonames.org/{}/", "https://www.geonames.org/{}", "http://www.geonames.org/{}"),
        homes=("https://www.geonames.org/", "http://www.geonames.org/", "https://sws.geonames.org/"),
    ),
    System(
        "lei",
        "LEI",
        "https://www.gleif.org/lei/{}",
        r"[0-9A-Z]{18}\d{2}",
        ("https://search.gleif.org/#/record/{}",),
        _mod_97,
        ("https://www.gleif.org/",),
    ),
    System(
        "grid",
        "GRID",
        "https://www.grid.ac/institutes/{}",
        r"grid\.\d{4,6}\.[0-9a-f]{1,2}",
        ("http://www.grid.ac/institutes/{}",),
        homes=("https://www.grid.ac/", "https://grid.ac/"),
    ),
    System(
        "crossref-funder",
        "Crossref Funder Registry",
        "https://doi.org/10.13039/{}",
        r"\d{6,12}",
        ("http://dx.doi.org/10.13039/{}",),
        homes=("https://www.crossref.org/services/funder-registry/",),
    ),
    System(
        "doi",
        "DOI",
        "https://doi.org/{}",
        r"10\.\d{4,9}/\S+",
        ("http://doi.org/{}", "http://dx.doi.org/{}", "https://dx.doi.org/{}"),
        homes=("https://doi.org/",),
    ),
    System(
        "gnd",
        "GND",
        "https://d-nb.info/gnd/{}",
        r"[0-9X-]{2,12}",
        ("http://d-nb.info/gnd/{}",),
        homes=("https://d-nb.info/gnd/",),
    ),
    System(
        "dbpedia",
        "DBpedia",
        "http://dbpedia.org/resource/{}",
        r"\S+",
        ("https://dbpedia.org/page/{}", "http://dbpedia.org/page/{}"),
        homes=("http://dbpedia.org/", "https://dbpedia.org/"),
    ),
)
"""Special ones first: an address of the Funder Registry is one of DOI's too."""


def by_name(name: str) -> System | None:
    return next((system for system in SYSTEMS if system.name == name), None)


def of_address(text: str) -> tuple[System, str] | None:
    """The system whose address this is, and the identifier in it."""
    for system in SYSTEMS:
        identifier = system.identifier(text)
        if identifier and re.fullmatch(system.pattern, identifier):
            return system, identifier
    return None


def of_home(iri: str) -> System | None:
    """The system that data call by this IRI."""
    bare = iri.rstrip("/") + "/"
    return next((system for system in SYSTEMS if bare in system.homes), None)
