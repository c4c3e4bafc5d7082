"""Dataset + thing → where on the Earth it is, in degrees: from ``geo:lat``, ``schema:geo``, WKT and GeoJSON."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from ecoop_ld.model.dataset import Dataset

_WGS, _GSP = "http://www.w3.org/2003/01/geo/wgs84_pos#", "http://www.opengis.net/ont/geosparql#"
_PAIRS = (
    (_WGS + "lat", _WGS + "long"),
    ("http://schema.org/latitude", "http://schema.org/longitude"),
    ("https://schema.org/latitude", "https://schema.org/longitude"),
)
_LEADING = tuple(_GSP + word for word in ("hasGeometry", "hasDefaultGeometry", "defaultGeometry")) + tuple(
    f"{scheme}://schema.org/geo" for scheme in ("http", "https")
)
_WKT, _GEO_JSON = _GSP + "wktLiteral", _GSP + "geoJSONLiteral"
_LONGITUDE_FIRST = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_LATITUDE_FIRST = "http://www.opengis.net/def/crs/EPSG/0/4326"
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_POSITION = re.compile(rf"({_NUMBER})\s+({_NUMBER})(?:\s+{_NUMBER}){{0,2}}\s*\Z")
_SHAPES = re.compile(r"(?:MULTI)?(?:POINT|LINESTRING|POLYGON)\b", re.IGNORECASE)
_LONGEST = 200_000

_SERIALISED = tuple(_GSP + word for word in ("asWKT", "asGeoJSON", "hasSerialization"))

Line = tuple[tuple[float, float], ...]
"""Longitude and latitude of each of its points; one alone for a point."""
Box = tuple[float, float, float, float]
"""South, west, north and east."""


@dataclass(frozen=True, slots=True)
class Location:
    """Where a thing is."""

    lines: tuple[Line, ...]

    @property
    def centre(self) -> tuple[float, float]:
        points = [point for line in self.lines for point in line]
        (west, east), (south, north) = ((min(axis), max(axis)) for axis in zip(*points, strict=True))
        return (west + east) / 2, (south + north) / 2

    @property
    def is_point(self) -> bool:
        return all(len(line) == 1 for line in self.lines)


def locate(dataset: Dataset, iri: str) -> Location | None:
    """What is said of a thing, of the blank nodes below it and of its geometries; nothing where that is no place."""
    near = [iri, *(o for p in _LEADING for o in dataset.iris(iri, p))]
    nodes = dict.fromkeys((*near, *dataset.blanks.below(*near)))
    lines = tuple(dict.fromkeys(line for node in nodes for line in _lines(dataset, node)))
    return Location(lines) if lines else None


def around(dataset: Dataset) -> Box | None:
    """The box around all that has coordinates; ``None`` where nothing has."""
    nodes = {iri for predicate in (*(lat for lat, _ in _PAIRS), *_SERIALISED) for iri in dataset.having(predicate)}
    points = [point for node in nodes for line in _lines(dataset, node) for point in line]
    if not points:
        return None
    (west, east), (south, north) = ((min(axis), max(axis)) for axis in zip(*points, strict=True))
    return south, west, north, east


def _lines(dataset: Dataset, node: str) -> Iterator[Line]:
    for latitude, longitude in _PAIRS:
        for lat, long in zip(dataset.objects(node, latitude), dataset.objects(node, longitude), strict=False):
            if isinstance(lat, ox.Literal) and isinstance(long, ox.Literal):
                yield from _checked([(_number(long.value), _number(lat.value))])
    for facts in dataset.outgoing(node).values():
        for value in (fact.object for fact in facts):
            if isinstance(value, ox.Literal) and len(value.value) <= _LONGEST:
                if value.datatype.value == _WKT:
                    yield from of_wkt(value.value)
                elif value.datatype.value == _GEO_JSON:
                    yield from of_geojson(value.value)


def of_wkt(text: str) -> Iterator[Line]:
    """The lines of a geometry in WKT (OGC 06-103r4, as GeoSPARQL has it); none in another reference system."""
    system, rest = "", text.strip()
    if rest.startswith("<"):
        system, _, rest = rest[1:].partition(">")
    if system not in ("", _LONGITUDE_FIRST, _LATITUDE_FIRST) or not _SHAPES.match(rest.strip()):
        return
    for run in re.findall(r"\(([^()]+)\)", rest):
        found = [_POSITION.match(position.strip()) for position in run.split(",")]
        pairs = [(float(m[1]), float(m[2])) for m in found if m]
        if len(pairs) == len(found):
            yield from _checked([(b, a) for a, b in pairs] if system == _LATITUDE_FIRST else pairs)


def of_geojson(text: str) -> Iterator[Line]:
    """The lines of a geometry in GeoJSON (RFC 7946 §3.1)."""
    try:
        waiting = [json.loads(text).get("coordinates")]
    except (ValueError, AttributeError, RecursionError):
        return
    while waiting:
        some = waiting.pop(0)
        if not isinstance(some, list) or not some:
            continue
        if _is_position(some):
            yield from _checked([(float(some[0]), float(some[1]))])
        elif all(_is_position(one) for one in some):
            yield from _checked([(float(one[0]), float(one[1])) for one in some])
        else:
            waiting += some


def _is_position(value: object) -> bool:
    return isinstance(value, list) and len(value) >= 2 and all(isinstance(n, int | float) for n in value)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _checked(points: list[tuple[float, float]]) -> Iterator[Line]:
    """A line all of whose points are on the Earth."""
    if points and all(abs(long) <= 180 and abs(lat) <= 90 for long, lat in points):
        yield tuple(points)
