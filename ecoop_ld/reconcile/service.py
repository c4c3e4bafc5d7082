"""A dataset → the answers of a reconciliation service, as values that become JSON. Knows no HTTP.

What differs between the two versions of the protocol is said by :data:`V0_2` and :data:`V1_0`; what clients send is
read in :mod:`ecoop_ld.reconcile.queries`.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

import ecoop_ld
from ecoop_ld.model.dataset import TYPE, Dataset
from ecoop_ld.model.entity import Describer
from ecoop_ld.rdf import names
from ecoop_ld.rdf.names import OWL, RDFS, XSD
from ecoop_ld.reconcile.matching import Candidate, Matcher, NameQuery
from ecoop_ld.reconcile.queries import Extension, Json, TooMany, Wanted

V0_2, V1_0 = "0.2", "1.0-draft"
PREVIEW_SIZE = (440, 240)
"""Width and height of a preview in pixels."""
SUGGESTED = ("entity", "property", "type")
"""What can be suggested."""
PAGE = 20
"""Suggestions at a time."""
_MOST_TYPES = 20
_MOST_VALUES = 100_000
"""Values in one answer to a data extension query."""
_WHOLE_NUMBERS = frozenset(
    XSD + local
    for local in ("integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger", "unsignedInt")
)
_NUMBERS = frozenset(XSD + local for local in ("decimal", "double", "float"))
_MOMENT = re.compile(
    r"-?[0-9]{4,}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])T(?:[01][0-9]|2[0-3])(?::[0-5][0-9]){2}(?:\.[0-9]+)?"
    r"(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])?"
)
"""What the schemas of the protocol take for a date."""
_FEATURES = {
    "name_similarity": "How near the name is, from 0 to 100",
    "name_exact": "The same name, letter by letter",
    "name_folded": "The same name but for case, accents and punctuation",
    "links_to_it": "How often other things point to it",
    "property_agreement": "Share of the conditions that hold",
}


@dataclass(frozen=True)
class Service:
    """One dataset, in one language."""

    matcher: Matcher
    describer: Describer
    site: str
    """URL of the site, with a slash at its end."""

    @property
    def _dataset(self) -> Dataset:
        return self.matcher.dataset

    # --- manifest --------------------------------------------------------------------------------------------------

    def manifest(self, version: str, address: str, title: str, most: int) -> dict[str, Json]:
        """What the service at an address (without a slash at its end) offers (0.2 §3.1, 1.0 §3.1).

        ``most``: queries in one batch.
        """
        width, height = PREVIEW_SIZE
        common = {
            "versions": [version],
            "name": title,
            "documentation": f"{self.site}download#match",
            "logo": f"{self.site}assets/icon.svg",
            "serviceVersion": ecoop_ld.__version__,
            "defaultTypes": self._types(self._classes[:_MOST_TYPES]),
            "batchSize": most,
        }
        if version == V1_0:
            return common | {
                "view": {"url": "{+id}"},
                "suggest": dict.fromkeys(SUGGESTED, True),
                "preview": {"width": width, "height": height},
                "extend": {"proposeProperties": True, "propertySettings": _settings("helpText", "id", "name")},
                "standardizedScore": True,
                "lang": self.describer.language,
            }
        return common | {
            "identifierSpace": self._dataset.config.base,
            "schemaSpace": RDFS + "Resource",
            "view": {"url": "{{id}}"},
            "suggest": {
                kind: {
                    "service_url": address,
                    "service_path": f"/suggest/{kind}",
                    "flyout_service_path": f"/flyout/{kind}?id=${{id}}",
                }
                for kind in SUGGESTED
            },
            "preview": {"url": f"{address}/preview?id={{{{id}}}}", "width": width, "height": height},
            "extend": {
                "propose_properties": {"service_url": address, "service_path": "/extend/propose"},
                "property_settings": _settings("help_text", "name", "label"),
            },
        }

    # --- matching --------------------------------------------------------------------------------------------------

    def candidates(self, asked: NameQuery) -> list[Json]:
        """Candidates for one name, best first (0.2 §4.2, 1.0 §4.2)."""
        return [self._candidate(candidate) for candidate in self.matcher.candidates(asked)]

    def _candidate(self, candidate: Candidate) -> Json:
        row = {
            "id": candidate.iri,
            "name": self._title(candidate.iri),
            "type": self._types(self.describer.kinds(candidate.iri)),
            "score": candidate.score,
            "match": candidate.match,
            "features": [{"id": k, "name": _FEATURES[k], "value": value} for k, value in candidate.features],
        }
        return row | self._described(candidate.iri)

    def _described(self, iri: str) -> dict[str, str]:
        summary = self.describer.summary(iri)
        return {"description": summary.value} if summary else {}

    def _title(self, iri: str) -> str:
        return _one_line(self.describer.title(iri).value)

    def _label(self, iri: str) -> str:
        return _one_line(self.describer.label(iri).value)

    def _types(self, iris: Iterable[str]) -> list[Json]:
        return [{"id": iri, "name": self._label(iri)} for iri in iris]

    # --- suggestions -----------------------------------------------------------------------------------------------

    def suggest(self, kind: str, prefix: str, offset: int = 0, limit: int = PAGE, types: Sequence[str] = ()) -> Json:
        """Things (of one of some classes), properties or classes with names that begin so (0.2 §6, 1.0 §6)."""
        found: Sequence[str]
        if kind == "entity":
            found = self.matcher.beginning(prefix, types)
        else:
            found = self._begin_so(self._classes if kind == "type" else self._properties, prefix)
        return {"result": [self._suggestion(kind, iri) for iri in found[offset : offset + limit]]}

    def _suggestion(self, kind: str, iri: str) -> dict[str, Json]:
        row: dict[str, Json] = {"id": iri, "name": self._label(iri)} | self._described(iri)
        if kind == "entity":
            row["name"] = self._title(iri)
            row["notable"] = self._types(self.describer.kinds(iri))
        return row

    def _begin_so(self, known: Iterable[str], prefix: str) -> list[str]:
        small, prefixes = prefix.casefold().strip(), self._dataset.config.all_prefixes
        return [
            iri
            for iri in known
            if iri == prefix
            or f" {small}" in f" {self._label(iri).casefold()}"
            or names.compact(iri, prefixes).casefold().startswith(small)
        ]

    def knows(self, kind: str, iri: str) -> bool:
        """Whether an IRI is one that is suggested."""
        if kind == "entity":
            return iri in self._dataset.things_set
        return iri in (self._classes if kind == "type" else self._properties)

    @cached_property
    def _classes(self) -> tuple[str, ...]:
        """Classes that have members, largest first."""
        sizes = {iri: len(members) for iri, members in self._dataset.members.items() if not iri.startswith(OWL)}
        return tuple(sorted(sizes, key=lambda iri: (-sizes[iri], iri)))

    @cached_property
    def _properties(self) -> tuple[str, ...]:
        """Properties of things, most used first."""
        return self._used(self._dataset.things)

    def _used(self, things: Iterable[str]) -> tuple[str, ...]:
        uses = Counter(p for iri in things for p in self._dataset.outgoing(iri) if p != TYPE)
        return tuple(sorted(uses, key=lambda iri: (-uses[iri], iri)))

    # --- data extension --------------------------------------------------------------------------------------------

    def propose(self, kind: str, limit: int | None = None) -> Json:
        """Properties that things of a class have, most used first (0.2 §7.2, 1.0 §7.2)."""
        used = self._used(self._dataset.members.get(kind, ())) if kind else self._properties
        answer: dict[str, Json] = {"properties": self._types(used[:limit])}
        return answer | ({"type": kind} if kind else {}) | ({} if limit is None else {"limit": limit})

    def extend(self, version: str, asked: Extension) -> Json:
        """Values of properties of things (0.2 §7.4, 1.0 §7.4); what is not known has no values.

        Raises :class:`TooMany`.
        """
        wanted = {one.property: one for one in asked.properties}
        cells = {iri: {p: self._values(version, iri, one) for p, one in wanted.items()} for iri in asked.ids}
        count = sum(len(values) for row in cells.values() for values in row.values())
        if count > _MOST_VALUES:
            raise TooMany(f"{count:,} values; {_MOST_VALUES:,} are answered at a time. Set a limit, or ask for less.")
        rows: Json = cells
        if version == V1_0:
            rows = [
                {"id": iri, "properties": [{"id": p, "values": values} for p, values in cells[iri].items()]}
                for iri in asked.ids
            ]
        return {"meta": [{"id": iri, "name": self._property_name(iri)} for iri in wanted], "rows": rows}

    def _property_name(self, iri: str) -> str:
        return self._label(iri) if iri in self._properties else iri

    def _values(self, version: str, iri: str, wanted: Wanted) -> list[Json]:
        found = self._dataset.objects(iri, wanted.property)[wanted.offset :]
        return [self._value(version, term) for term in (found[: wanted.limit] if wanted.limit else found)]

    def _value(self, version: str, term: object) -> Json:
        if isinstance(term, str):
            known = self._dataset.described(term)
            return {"id": term, "name": self._title(term)} if known else {"str": term}
        assert isinstance(term, ox.Literal)
        kind, text = term.datatype.value, term.value
        if kind in _WHOLE_NUMBERS and text.lstrip("+-").isascii() and text.lstrip("+-").isdigit():
            return {"int": int(text)} if len(text) < 300 else {"str": text}
        if kind in _NUMBERS and (number := _number(text)) is not None:
            return {"float": number}
        if kind == XSD + "dateTime" and _MOMENT.fullmatch(text):
            return {"date": text}
        return {"str": text} | ({"lang": term.language} if version == V1_0 and term.language else {})


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _settings(help_key: str, id_key: str, label_key: str) -> list[dict[str, Json]]:
    """Which values of a property a client may ask for: a page of them."""
    return [
        {"type": "number", "default": 0, id_key: name, label_key: label, help_key: text}
        for name, label, text in (
            ("limit", "Most values of each thing", "0 for all values"),
            ("offset", "Values to pass over", "With a limit: go on where the answer before ended"),
        )
    ]
