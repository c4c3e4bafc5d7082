"""A location → a small map, drawn without asking another server: where in the world it is, and its shape."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ecoop_ld.model.locations import Line, Location

_LAND = (
    "-17 15 -16 21 -10 29 -6 36 10 37 11 33 20 31 32 31 35 28 43 12 51 12 47 4 40 -3 40 -15 35 -24 31 -29 26 "
    "-34 19 -34 15 -27 12 -17 13 -9 9 -1 9 4 4 6 -8 4 -13 8",
    "-9 37 -9 43 -1 43 -4 48 2 51 8 54 8 57 10 57 11 54 19 54 21 57 24 59 29 60 22 60 25 65 21 64 17 61 18 59 "
    "16 56 13 55 11 59 7 58 5 61 12 66 19 70 28 71 41 67 34 66 40 64 44 68 60 69 68 73 80 73 104 77 113 74 "
    "140 73 160 70 180 69 178 63 163 60 162 56 157 51 155 59 142 59 135 54 141 52 140 48 132 43 127 40 129 36 "
    "126 34 125 39 121 39 118 39 122 37 119 35 122 30 117 23 110 21 106 19 109 13 105 9 100 13 99 10 103 1 "
    "101 3 98 9 97 16 94 16 91 23 87 21 80 15 80 10 77 8 73 17 72 21 69 22 66 25 57 25 56 27 51 28 48 30 51 "
    "25 56 26 60 22 55 17 45 13 43 13 39 21 35 28 34 31 36 36 28 36 26 39 29 41 41 41 37 45 33 45 30 46 28 43 "
    "28 41 23 40 23 36 19 41 13 45 16 42 18 40 16 38 15 40 10 44 7 43 3 42 0 39 -2 37 -5 36",
    "-168 66 -156 71 -128 70 -115 68 -95 68 -82 68 -94 60 -92 57 -82 55 -79 51 -78 58 -78 62 -70 61 -64 60 "
    "-56 52 -66 50 -60 46 -66 44 -70 42 -74 40 -76 35 -81 31 -80 25 -82 29 -90 29 -97 27 -97 22 -95 18 -91 18 "
    "-87 21 -88 16 -83 15 -83 10 -79 9 -77 8 -83 8 -87 13 -95 16 -105 20 -109 25 -115 31 -110 23 -117 32 -124 "
    "40 -124 48 -133 56 -146 61 -152 59 -163 55 -158 58 -165 61 -161 64",
    "-77 8 -71 12 -62 10 -51 4 -50 0 -44 -2 -35 -6 -39 -13 -40 -21 -48 -26 -53 -34 -57 -36 -62 -39 -65 -45 "
    "-69 -51 -68 -55 -75 -51 -73 -42 -71 -30 -70 -18 -76 -14 -81 -5 -80 1 -77 4",
    "-45 60 -53 66 -55 71 -68 76 -60 82 -32 83 -18 80 -22 71 -33 67 -40 65",
    "114 -22 122 -18 130 -12 137 -12 136 -15 141 -17 142 -11 146 -19 153 -26 150 -37 144 -38 138 -35 131 -31 "
    "124 -33 115 -34",
    "-5 50 1 51 0 53 -2 56 -3 58 -6 57 -3 54 -5 52",
    "-10 52 -6 52 -6 55 -10 54",
    "-24 65 -22 64 -14 65 -16 66",
    "130 31 136 34 140 35 142 40 145 44 141 45 140 40 136 36",
    "44 -25 43 -17 49 -12 50 -16 47 -25",
    "109 1 117 7 118 1 114 -4 110 -3",
    "95 5 104 -2 106 -6 102 -4",
    "131 -1 141 -3 150 -10 141 -9 138 -7 133 -4",
    "120 18 122 17 126 7 122 8",
    "173 -34 178 -38 175 -41 174 -37",
    "172 -40 174 -42 170 -46 166 -46",
    "-85 22 -75 20 -80 23",
    "-180 -90 180 -90 180 -72 100 -66 40 -69 -10 -71 -60 -75 -60 -64 -75 -73 -120 -74 -180 -78",
)
"""Coarse outlines of the land, as longitude and latitude in whole degrees: to tell continents by, not coasts."""
WIDTH, HEIGHT = 360, 180
_FRAME = 160
_KILOMETRES = 111.32
"""Length of a degree of latitude."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The outline of a thing in a frame of its own, north up."""

    path: str
    size: int
    scale: str
    """What the bar stands for: ``10 km``."""
    bar: float
    """Length of the bar."""


@dataclass(frozen=True, slots=True)
class Map:
    """A thing on a map of the world."""

    land: str
    x: float
    y: float
    longitude: float
    latitude: float
    shape: Shape | None


def draw(location: Location) -> Map:
    """The map of a location."""
    longitude, latitude = location.centre
    shape = None if location.is_point else _shape(location.lines)
    return Map(_LAND_PATH, round(longitude + 180, 2), round(90 - latitude, 2), longitude, latitude, shape)


def _shape(lines: tuple[Line, ...]) -> Shape | None:
    points = [point for line in lines for point in line]
    (west, east), (south, north) = ((min(axis), max(axis)) for axis in zip(*points, strict=True))
    narrow = max(math.cos(math.radians((south + north) / 2)), 0.01)
    widest = max((east - west) * narrow, north - south)
    if widest <= 0:
        return None
    factor = _FRAME / widest
    drawn = (
        "M" + "L".join(f"{10 + (x - west) * narrow * factor:.1f} {10 + (north - y) * factor:.1f}" for x, y in line)
        for line in lines
        if len(line) > 1
    )
    return Shape("".join(drawn), _FRAME + 20, *scale(widest / 2, factor))


def scale(most: float, factor: float) -> tuple[str, float]:
    """What a bar stands for that is at most so many degrees of latitude long, and its length; ``factor`` is that of a
    degree."""
    unit = 10 ** math.floor(math.log10(most * _KILOMETRES))
    words = f"{unit:,.0f} km" if unit >= 1 else f"{unit * 1000:,.0f} m" if unit >= 0.001 else f"{unit * 1e6:,.0f} mm"
    return words, round(unit / _KILOMETRES * factor, 1)


def land(x: Callable[[float], float], y: Callable[[float], float]) -> str:
    """The outlines of the land, as SVG path data in a frame."""
    return "".join("M" + "L".join(f"{x(a)} {y(b)}" for a, b in _pairs(numbers)) + "Z" for numbers in _LAND)


def _pairs(numbers: str) -> Iterator[tuple[int, int]]:
    values = [int(number) for number in numbers.split()]
    return zip(values[::2], values[1::2], strict=True)


_LAND_PATH = land(lambda longitude: longitude + 180, lambda latitude: 90 - latitude)
