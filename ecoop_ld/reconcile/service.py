"""A dataset → the answers of a reconciliation service, as values that become JSON. Knows no HTTP.

Two versions of the protocol of the W3C's Entity Reconciliation Community Group are spoken: 0.2 (final report of April
2023) and the draft of 1.0. What differs between them is in :data:`VERSIONS` and in the functions named after them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyoxigraph as ox

import ecoop_ld
from ecoop_ld.model.dataset import TYPE, Dataset
from ecoop_ld.model.entity import Describer
from ecoop_ld.rdf import names
from ecoop_ld.rdf.names import OWL, RDFS, XSD
from ecoop_ld.reconcile.matching import Candidate, Condition, Matcher, NameQuery

V0_2, V1_0 = "0.2", "1.0-draft"
PREVIEW_SIZE = (440, 240)
"""Width and height of a preview in pixels."""
MOST_QUERIES = 200
"""Names in one batch."""
MOST_NAME = 2_000
"""Characters of one name."""
_PAGE = 20
_MOST_CANDIDATES = 100
_WHOLE_NUMBERS = frozenset(
    XSD + local
    for local in ("integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger", "unsignedInt")
)
_FEATURES = {
    "name_similarity": "How near the name is, from 0 to 100",
    "name_exact": "The same name, letter by letter",
    "name_folded": "The same name but for case, accents and punctuation",
    "links_to_it": "How often other things point to it",
    "property_agreement": "Share of the conditions that hold",
}

Json = Any
"""What :mod:`json` can write."""


class BadBatch(ValueError):
    """What was asked does not have the form that the protocol wants; the message says where and what."""


class TooManyQueries(BadBatch):
    """More names than :data:`MOST_QUERIES`."""


@dataclass(frozen=True)
class Service:
    """One dataset, in one language."""

    matcher: Matcher
    describer: Describer
    address: str
    """URL of the service of version 0.2, without a slash at its end."""
    site: str
    """URL of the site, with a slash at its end."""

    @property
    def _dataset(self) -> Dataset:
        return self.matcher.dataset

    # --- manifest --------------------------------------------------------------------------------------------------

    def manifest(self, version: str, title: str) -> Json:
        """What the service offers (0.2 §4.1, 1.0 §3.1)."""
        width, height = PREVIEW_SIZE
        common = {
            "versions": [version],
            "name": title,
            "documentation": f"{self.site}reconcile/about",
            "serviceVersion": ecoop_ld.__version__,
            "defaultTypes": self._types(list(self._classes)[:20]),
            "batchSize": MOST_QUERIES,
        }
        if version == V1_0:
            return common | {
                "view": {"url": "{+id}"},
                "suggest": {"entity": True, "property": True, "type": True},
                "preview": {"width": width, "height": height},
                "extend": {"proposeProperties": True, "propertySettings": [_setting("helpText", "id")]},
                "standardizedScore": True,
                "lang": self.describer.language,
            }
        paths = {kind: {"service_url": self.address, "service_path": f"/suggest/{kind}"} for kind in _SUGGESTED}
        return common | {
            "identifierSpace": self._dataset.config.base,
            "schemaSpace": RDFS + "Resource",
            "view": {"url": "{{id}}"},
            "suggest": paths,
            "preview": {"url": f"{self.address}/preview?id={{{{id}}}}", "width": width, "height": height},
            "extend": {
                "propose_properties": {"service_url": self.address, "service_path": "/extend/propose"},
                "property_settings": [_setting("help_text", "label") | {"name": "limit"}],
            },
        }

    # --- matching --------------------------------------------------------------------------------------------------

    def match_0_2(self, queries: Json) -> Json:
        """A batch of 0.2, ``{"q0": {"query": …}}`` → ``{"q0": {"result": […]}}``."""
        if not isinstance(queries, dict):
            raise BadBatch("queries has to be an object whose keys name the queries.")
        _check_size(queries)
        asked = {key: _asked_0_2(key, query) for key, query in queries.items()}
        return {key: {"result": self._candidates(query)} for key, query in asked.items()}

    def match_1_0(self, batch: Json) -> Json:
        """A batch of 1.0, ``{"queries": […]}`` → ``{"results": [{"candidates": […]}]}`` in the same order."""
        if not isinstance(batch, dict) or not isinstance(batch.get("queries"), list):
            raise BadBatch("The body has to be an object with an array queries.")
        _check_size(batch["queries"])
        asked = [_asked_1_0(n, query) for n, query in enumerate(batch["queries"])]
        return {"results": [{"candidates": self._candidates(query)} for query in asked]}

    def _candidates(self, asked: NameQuery) -> list[Json]:
        return [self._candidate(candidate) for candidate in self.matcher.candidates(asked)]

    def _candidate(self, candidate: Candidate) -> Json:
        row = {
            "id": candidate.iri,
            "name": self.describer.title(candidate.iri).value,
            "type": self._types(self.describer.kinds(candidate.iri)),
            "score": candidate.score,
            "match": candidate.match,
            "features": [{"id": k, "name": _FEATURES[k], "value": value} for k, value in candidate.features],
        }
        return row | self._described(candidate.iri)

    def _described(self, iri: str) -> dict[str, str]:
        summary = self.describer.summary(iri)
        return {"description": summary.value} if summary else {}

    def _types(self, iris: Iterable[str]) -> list[Json]:
        return [{"id": iri, "name": self.describer.label(iri).value} for iri in iris]

    # --- suggestions -----------------------------------------------------------------------------------------------

    def suggest(self, kind: str, prefix: str, cursor: int = 0) -> Json:
        """Things, properties or classes whose names begin so (0.2 §6, 1.0 §6); :data:`_PAGE` from ``cursor`` on."""
        if kind == "entity":
            found = self.matcher.beginning(prefix)[cursor : cursor + _PAGE]
            rows = [self._suggestion(iri) | {"notable": self._types(self.describer.kinds(iri))} for iri in found]
        else:
            known = self._classes if kind == "type" else self._properties
            rows = [self._suggestion(iri) for iri in self._begin_so(known, prefix)[cursor : cursor + _PAGE]]
        return {"result": rows}

    def _suggestion(self, iri: str) -> dict[str, Json]:
        named = self.describer.title(iri) if iri in self._dataset.things_set else self.describer.label(iri)
        return {"id": iri, "name": named.value} | self._described(iri)

    def _begin_so(self, known: Iterable[str], prefix: str) -> list[str]:
        small = prefix.casefold().strip()
        config = self._dataset.config
        return [
            iri
            for iri in known
            if iri == prefix
            or any(small in f" {text.casefold()}" for text in (self.describer.label(iri).value,))
            or names.compact(iri, config.all_prefixes).casefold().startswith(small)
        ]

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

    def propose(self, version: str, kind: str, limit: int) -> Json:
        """Properties that things of a class have, most used first (0.2 §7.2, 1.0 §7.2)."""
        used = self._used(self._dataset.members.get(kind, ())) if kind else self._properties
        rows = self._types(used[:limit])
        return {"type": kind, "properties": rows, "limit": limit}

    def extend(self, version: str, query: Json) -> Json:
        """Values of properties of things (0.2 §7.4, 1.0 §7.4); what is not known has no values."""
        ids, properties = _extension(query)
        meta = [{"id": iri, "name": self.describer.label(iri).value} for iri, _ in properties]
        if version == V1_0:
            rows: Json = [
                {"id": iri, "properties": [{"id": p, "values": self._values(iri, p, most)} for p, most in properties]}
                for iri in ids
            ]
        else:
            rows = {iri: {p: self._values(iri, p, most) for p, most in properties} for iri in ids}
        return {"meta": meta, "rows": rows}

    def _values(self, iri: str, predicate: str, most: int) -> list[Json]:
        found = [self._value(term) for term in self._dataset.objects(iri, predicate)]
        return found[:most] if most else found

    def _value(self, term: object) -> Json:
        if isinstance(term, str):
            known = self._dataset.described(term)
            return {"id": term, "name": self.describer.title(term).value} if known else {"str": term}
        assert isinstance(term, ox.Literal)
        kind = term.datatype.value
        if kind in _WHOLE_NUMBERS and term.value.lstrip("+-").isdigit():
            return {"int": int(term.value)}
        return {"str": term.value}


_SUGGESTED = ("entity", "property", "type")


def _setting(help_key: str, id_key: str) -> dict[str, Json]:
    return {
        "type": "number",
        "default": 0,
        id_key: "limit",
        "name": "Most values of each thing",
        help_key: "0 for all values",
    }


def _check_size(queries: Sequence[Json] | Mapping[str, Json]) -> None:
    if len(queries) > MOST_QUERIES:
        raise TooManyQueries(f"{len(queries):,} queries in one batch; {MOST_QUERIES} are answered at a time.")


def _asked_0_2(key: str, query: Json) -> NameQuery:
    where = f"queries.{key}"
    if not isinstance(query, dict):
        raise BadBatch(f"{where} has to be an object.")
    kind = query.get("type", "")
    if isinstance(kind, list):  # several are one too many: the first counts
        kind = kind[0] if kind else ""
    rows = query.get("properties", [])
    if not isinstance(rows, list):
        raise BadBatch(f"{where}.properties has to be an array.")
    conditions = [_condition(f"{where}.properties[{n}]", row) for n, row in enumerate(rows)]
    return _made(where, query.get("query", ""), kind, query.get("limit"), conditions)


def _asked_1_0(number: int, query: Json) -> NameQuery:
    where = f"queries[{number}]"
    if not isinstance(query, dict) or not isinstance(query.get("conditions"), list) or not query["conditions"]:
        raise BadBatch(f"{where} has to be an object with an array conditions that is not empty.")
    name, conditions = "", []
    for n, row in enumerate(query["conditions"]):
        at = f"{where}.conditions[{n}]"
        kind = row.get("matchType") if isinstance(row, dict) else None
        if kind == "name":
            name = name or next(iter(_texts(f"{at}.v", row.get("v"))), "")
        elif kind == "property":
            conditions.append(_condition(at, row))
        else:
            raise BadBatch(f'{at}.matchType has to be "name" or "property".')
    return _made(where, name, query.get("type", ""), query.get("limit"), conditions)


def _made(where: str, name: Json, kind: Json, limit: Json, conditions: Sequence[Condition]) -> NameQuery:
    if not isinstance(name, str):
        raise BadBatch(f"{where}: the name has to be a string.")
    if len(name) > MOST_NAME:
        raise BadBatch(f"{where}: the name is longer than {MOST_NAME:,} characters.")
    if isinstance(kind, dict):
        kind = kind.get("id", "")
    if not isinstance(kind, str):
        raise BadBatch(f"{where}.type has to be the identifier of a class.")
    if limit is None:
        limit = 10
    if isinstance(limit, bool) or not isinstance(limit, (int, float)) or limit < 1 or limit != int(limit):
        raise BadBatch(f"{where}.limit has to be a whole number from 1 on.")
    return NameQuery(name, kind, tuple(conditions), min(int(limit), _MOST_CANDIDATES))


def _condition(where: str, row: Json) -> Condition:
    if not isinstance(row, dict) or not isinstance(row.get("pid"), str) or "v" not in row:
        raise BadBatch(f"{where} has to be an object with pid and v.")
    quantifier, required = row.get("matchQuantifier", "any"), row.get("required", False)
    if quantifier not in ("any", "all", "none"):
        raise BadBatch(f'{where}.matchQuantifier has to be "any", "all" or "none".')
    if not isinstance(required, bool):
        raise BadBatch(f"{where}.required has to be true or false.")
    return Condition(row["pid"], tuple(_texts(f"{where}.v", row["v"])), required, quantifier)


def _texts(where: str, value: Json) -> list[str]:
    """Values of a condition as text: strings, numbers, true or false, and things by their identifier."""
    found = []
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict) and isinstance(one.get("id"), str):
            found.append(one["id"])
        elif isinstance(one, bool):
            found.append("true" if one else "false")
        elif isinstance(one, (str, int, float)):
            found.append(str(one))
        else:
            raise BadBatch(
                f"{where} has to be a string, a number, true or false, an object with id, or an array of these."
            )
    if any(len(text) > MOST_NAME for text in found):
        raise BadBatch(f"{where} is longer than {MOST_NAME:,} characters.")
    return found


def _extension(query: Json) -> tuple[list[str], list[tuple[str, int]]]:
    """Things and properties of a data extension query, each property with the most values wanted (0: all)."""
    if not isinstance(query, dict) or not isinstance(query.get("ids"), list):
        raise BadBatch("A data extension query has to be an object with an array ids.")
    ids, rows = query["ids"], query.get("properties")
    if not all(isinstance(iri, str) for iri in ids):
        raise BadBatch("ids has to hold strings.")
    _check_size(ids)
    if not isinstance(rows, list) or not all(isinstance(r, dict) and isinstance(r.get("id"), str) for r in rows):
        raise BadBatch("properties has to be an array of objects with id.")
    _check_size(rows)
    return ids, [(row["id"], _most(row)) for row in rows]


def _most(row: Mapping[str, Json]) -> int:
    settings = row.get("settings") or {}
    limit = settings.get("limit", 0) if isinstance(settings, dict) else 0
    try:
        return max(0, int(limit))
    except (TypeError, ValueError):
        raise BadBatch(f"settings.limit of {row['id']} has to be a whole number.") from None
