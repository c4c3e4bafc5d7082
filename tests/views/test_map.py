"""Views of the kind ``map``: points where the data say, in a frame that fits, with a table of the same."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from projects import DATA, FILES, TOML, loaded, make_project

from ecoop_ld.rdf.formats import HTML
from ecoop_ld.site.load import load_site
from ecoop_ld.site.represent import represent
from ecoop_ld.site.site import Site
from ecoop_ld.sources.materialise import materialise
from ecoop_ld.views import atlas

VIEW = '\n[views.where]\nkind = "map"\ntitle.en = "Where"\n'
QUERY = "SELECT ?thing ?place ?group { ?thing a ex:Thing OPTIONAL { ?thing ex:at ?place } OPTIONAL { ?thing ex:sort ?group } }"
GEO = "@prefix geo: <http://www.w3.org/2003/01/geo/wgs84_pos#> .\n"


def thing(name: str, more: str = "") -> str:
    return f'<https://example.org/id/thing/{name}> a ex:Thing ; rdfs:label "{name}"@en {more}.\n'


def at(latitude: float, longitude: float) -> str:
    return f"; geo:lat {latitude:f} ; geo:long {longitude:f} "


def site_of(tmp_path: Path, data: str) -> Site:
    files = {**FILES, "ecoop.toml": TOML + VIEW, "data/things.ttl": GEO + DATA + data, "site/views/where.rq": QUERY}
    config, sources = loaded(make_project(tmp_path, files))
    return load_site(config, sources, materialise(config, sources.quads))


def map_of(tmp_path: Path, data: str) -> atlas.Atlas:
    site = site_of(tmp_path, data)
    query = site.content.views["where"]
    return atlas.atlas(site.describer("en"), query.view, site.content.solutions["where"])


def test_north_is_up_east_is_right_and_all_are_inside(tmp_path: Path) -> None:
    made = map_of(tmp_path, thing("low", at(-34.9, -56.2)) + thing("high", at(46.2, 6.1)) + thing("far", at(35, 135.8)))
    dots = {dot.head.label.value: dot for dot in made.dots}
    assert dots["high"].y < dots["far"].y < dots["low"].y
    assert dots["low"].x < dots["high"].x < dots["far"].x
    assert all(20 < dot.x < made.width - 20 and 20 < dot.y < made.height - 20 for dot in made.dots)
    assert made.land.startswith("M")
    assert made.scale == "1,000 km"


@pytest.mark.parametrize(
    ("points", "scale"),
    [
        ([(10, 10)], "100 m"),
        ([(0.1, 0.1), (0.9, 0.9)], "10 km"),
        ([(89.9, 0), (89.9, 180)], "100 km"),
        ([(-90, -180), (90, 180)], "1,000 km"),
        ([(5, 5), (85, 5)], "1,000 km"),
        ([(5, 5), (5, 85)], "1,000 km"),
    ],
)
def test_any_points_have_a_frame_with_a_grid_and_a_scale(
    tmp_path: Path, points: list[tuple[float, float]], scale: str
) -> None:
    made = map_of(tmp_path, "".join(thing(f"n{n}", at(*point)) for n, point in enumerate(points)))
    assert len(made.dots) == len(points)
    assert made.scale == scale
    assert 300 <= made.height <= 900
    assert all(0 < dot.x < made.width and 0 < dot.y < made.height for dot in made.dots)
    for lines, length in ((made.meridians, made.width), (made.parallels, made.height)):
        apart = [b.at - a.at for a, b in pairwise(sorted(lines, key=lambda line: line.at))]
        assert 2 <= len(lines) <= 11
        assert all(length / 11 < distance <= length / 4 + 1 for distance in apart)
        assert len({line.label for line in lines}) == len(lines)
    spread = max(max(axis) - min(axis) for axis in zip(*points, strict=True))
    assert bool(made.land) is (spread > 8)


def test_things_at_one_place_are_one_circle_and_those_without_coordinates_are_listed(tmp_path: Path) -> None:
    places = '<https://example.org/id/town/t> rdfs:label "Town"@en ; geo:lat 1.0 ; geo:long 2.0 .\n'
    held = "; ex:at <https://example.org/id/town/t> "
    data = places + thing("a", held) + thing("b", held) + thing("c", at(3, 4)) + thing("lost")
    made = map_of(tmp_path, data)
    town, other = sorted(made.dots, key=lambda dot: -len(dot.things))
    assert (town.text, [link.label.value for link in town.things]) == ("Town · 2", ["a", "b"])
    assert town.radius > other.radius
    assert (other.text, other.is_place) == ("c", False)
    assert [link.label.value for link in made.lost] == ["lost", "One"]
    text = page(tmp_path, data)
    assert text.count("<circle") >= 2
    assert re.search(r"Without coordinates.*lost", text, re.DOTALL)
    assert re.search(
        r"<tr><th scope=\"row\">[^\n]*Town[^\n]*thing/a[^\n]*thing/b[^\n]*<td>1\.0</td><td>2\.0</td>", text
    )


def test_a_thing_stands_at_each_of_its_places_unless_it_has_coordinates_of_its_own(tmp_path: Path) -> None:
    towns = "".join(
        f'<https://example.org/id/town/{name}> rdfs:label "Town {name}"@en {at(n, n)}.\n'
        for n, name in enumerate("xyz")
    )
    held = "; ex:at <https://example.org/id/town/x> , <https://example.org/id/town/y> "
    made = map_of(tmp_path, towns + thing("moved", held) + thing("still", held + at(9, 9)))
    assert [(dot.head.label.value, [link.label.value for link in dot.things]) for dot in made.dots] == [
        ("still", ["still"]),
        ("Town x", ["moved"]),
        ("Town y", ["moved"]),
    ]
    assert (made.count, [link.label.value for link in made.lost]) == (2, ["One"])


def page(tmp_path: Path, data: str) -> str:
    site = site_of(tmp_path / "page", data)
    return represent(site, site.resources["where"], HTML, "en").decode()


def test_groups_have_signs_and_a_legend(tmp_path: Path) -> None:
    data = "".join(thing(f"n{n}", at(n, n) + f'; ex:sort "{"well" if n % 3 else "spring"}"@en ') for n in range(6))
    made = map_of(tmp_path, data)
    assert [(mark.kind.value, mark.count, mark.shape) for mark in made.marks] == [
        ("well", 4, "circle"),
        ("spring", 2, "square"),
    ]
    crowd = "".join(thing(f"c{n}", at(50, 50) + '; ex:sort "spring"@en ') for n in range(9))
    assert [mark.count for mark in map_of(tmp_path / "crowd", data + crowd).marks] == [
        4,
        2,
    ]  # a circle of many has none
    text = page(tmp_path, data)
    assert 'class="legend' in text
    assert 'class="dot square"' in text


def test_names_cover_neither_points_nor_each_other(tmp_path: Path) -> None:
    data = "".join(thing(f"a long name {n}".replace(" ", "-"), at(0.1 * (n % 5), 0.3 * (n // 5))) for n in range(40))
    made = map_of(tmp_path, data)
    boxes = []
    for dot in made.dots:
        boxes.append((dot.x - 6, dot.y - 6, dot.x + 6, dot.y + 6))
        if dot.named:
            width = 5 * len(dot.text)
            left = dot.x + 10 if dot.after else dot.x - 10 - width
            boxes.append((left, dot.y - 6, left + width, dot.y + 6))
            assert 0 < left < made.width - width
    assert any(dot.named for dot in made.dots)
    apart = [
        a[0] >= b[2] or b[0] >= a[2] or a[1] >= b[3] or b[1] >= a[3] for n, a in enumerate(boxes) for b in boxes[:n]
    ]
    assert all(apart)


def test_names_with_signs_of_markup_stay_text(tmp_path: Path) -> None:
    text = page(tmp_path, thing("x", at(1, 1)).replace('"x"', '"<script>alert(1)</script>"'))
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_a_map_of_nothing_lists_what_has_no_coordinates(tmp_path: Path) -> None:
    text = page(tmp_path, "")
    assert "<svg" not in text.split("<article")[1]
    assert "Without coordinates" in text
