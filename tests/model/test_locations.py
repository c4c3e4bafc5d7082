"""Where the data says that a thing is: in the words of four vocabularies, and nowhere but on the Earth."""

from __future__ import annotations

from pathlib import Path

import pytest
from projects import TOML, loaded, make_project

from ecoop_ld.model.dataset import Dataset
from ecoop_ld.model.locations import Line, locate, of_geojson, of_wkt
from ecoop_ld.views.maps import draw

PREFIXES = """
@prefix geo: <http://www.w3.org/2003/01/geo/wgs84_pos#> .
@prefix gsp: <http://www.opengis.net/ont/geosparql#> .
@prefix s: <https://schema.org/> .
@prefix t: <https://example.org/id/place/> .
"""
CRS = "<http://www.opengis.net/def/crs/{}> "


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("POINT(23.72 37.97)", [((23.72, 37.97),)]),
        ("point z (1 2 3)", [((1.0, 2.0),)]),
        (CRS.format("OGC/1.3/CRS84") + "POINT (1 2)", [((1.0, 2.0),)]),
        (CRS.format("EPSG/0/4326") + "POINT (37.97 23.72)", [((23.72, 37.97),)]),
        (CRS.format("EPSG/0/27700") + "POINT (400000 200000)", []),
        ("LINESTRING(0 0, 1.5 -2)", [((0.0, 0.0), (1.5, -2.0))]),
        ("MULTIPOLYGON(((0 0, 1 0, 0 1, 0 0)),((5 5, 6 5, 5 6, 5 5)))", [((0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (0.0, 0.0)), ((5.0, 5.0), (6.0, 5.0), (5.0, 6.0), (5.0, 5.0))]),
        ("POINT(-180 90)", [((-180.0, 90.0),)]),
        ("POINT(180.5 2)", []),
        ("POINT(2 -90.5)", []),
        ("POINT(a b)", []),
        ("POINT EMPTY", []),
        ("CIRCLE(1 2)", []),
    ],
)  # fmt: skip
def test_well_known_text(text: str, lines: list[Line]) -> None:
    assert list(of_wkt(text)) == lines


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ('{"type":"Point","coordinates":[1,2]}', [((1.0, 2.0),)]),
        ('{"type":"Polygon","coordinates":[[[0,0],[1,0],[0,1],[0,0]]]}', [((0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (0.0, 0.0))]),
        ('{"type":"Point","coordinates":[1]}', []),
        ('{"coordinates":"x"}', []),
        ("[" * 100_000, []),
        ("not JSON", []),
    ],
)  # fmt: skip
def test_geojson(text: str, lines: list[Line]) -> None:
    assert list(of_geojson(text)) == lines


@pytest.mark.parametrize(
    ("said", "centre"),
    [
        ("geo:lat 37.97 ; geo:long 23.72", (23.72, 37.97)),
        ("s:geo [ s:latitude -33.5 ; s:longitude 18 ]", (18.0, -33.5)),
        ('gsp:hasGeometry [ gsp:asWKT "POINT(1 2)"^^gsp:wktLiteral ]', (1.0, 2.0)),
        ('gsp:hasGeometry t:shape . t:shape gsp:asWKT "LINESTRING(0 0, 2 4)"^^gsp:wktLiteral', (1.0, 2.0)),
        ('geo:lat "north" ; geo:long 23.72', None),
        ("geo:lat 37.97", None),
    ],
)
def test_a_thing_is_where_it_is_said_to_be(tmp_path: Path, said: str, centre: tuple[float, float] | None) -> None:
    settings, found = loaded(make_project(tmp_path, {"data/d.ttl": f"{PREFIXES}t:a {said} ."}, TOML))
    location = locate(Dataset(settings, found.quads, ()), "https://example.org/id/place/a")
    assert (location.centre if location else None) == centre


def test_a_shape_has_a_scale_and_a_point_none(tmp_path: Path) -> None:
    said = 'gsp:asWKT "POLYGON((0 0, 1 0, 1 1, 0 1, 0 0))"^^gsp:wktLiteral'
    settings, found = loaded(make_project(tmp_path, {"data/d.ttl": f"{PREFIXES}t:a {said} . t:b geo:lat 1 ; geo:long 2 ."}, TOML))  # fmt: skip
    dataset = Dataset(settings, found.quads, ())
    one, other = (locate(dataset, f"https://example.org/id/place/{name}") for name in "ab")
    assert one
    assert other
    drawn = draw(one)
    assert drawn.shape
    assert (drawn.shape.scale, round(drawn.shape.bar)) == ("10 km", 14)  # a degree of 111 km is 160 units wide
    assert (drawn.x, drawn.y) == (180.5, 89.5)
    assert draw(other).shape is None
