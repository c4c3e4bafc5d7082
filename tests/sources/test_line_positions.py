"""Places in files with a statement to a line, found without reading them as Turtle: the same as the reader finds."""

from __future__ import annotations

import random

import pyoxigraph as ox
import pytest

from ecoop_ld.sources import line_positions, positions
from ecoop_ld.sources.files import iris_in

TERMS = ("<https://example.org/a>", "<https://example.org/b#ñ>", "_:one", "_:Two.2")
OBJECTS = (
    *TERMS,
    '"plain"',
    '"<https://example.org/a> # \\" . "',
    '"é 漢字 𝄞"@en-GB',
    '"x"@PT',
    '"1"^^<https://example.org/a>',
    '"2"^^<http://www.w3.org/2001/XMLSchema#integer>',
)
SPACES = (" ", "\t", "  ", "")


def text(seed: int, *, graphs: bool) -> str:
    """Statements, with comments and empty lines between them, spaces as they come, and repetitions."""
    choose = random.Random(seed)
    lines = []
    for _ in range(40):
        kind = choose.random()
        if kind < 0.1:
            lines.append(choose.choice(("", "   ", "# <https://example.org/a> .", "  # x")))
            continue
        space = choose.choice(SPACES)
        subject, graph = choose.choice(TERMS), choose.choice(("", "<https://example.org/g>")) if graphs else ""
        terms = [subject, f"<https://example.org/p{choose.randint(1, 3)}>", choose.choice(OBJECTS), graph]
        gap = " " if "_:" in f"{subject}{terms[2]}" and not space else space  # a label would run on
        end = choose.choice(("", " ", " # said <https://example.org/a>"))
        lines.append(choose.choice(("", " ", "\t")) + gap.join(filter(None, terms)) + f" .{end}")
    return "\n".join(lines) + choose.choice(("", "\n"))


@pytest.mark.parametrize("seed", range(12))
def test_places_are_those_of_the_reader(seed: int) -> None:
    graphs = seed % 2 == 1
    written = text(seed, graphs=graphs)
    form = ox.RdfFormat.N_QUADS if graphs else ox.RdfFormat.N_TRIPLES
    quads = list(ox.parse(written.encode(), format=form))
    slow = positions.locate(written, "f", "https://example.org/", quads, quads_format=graphs)
    fast = line_positions.locate(written.encode(), "f", quads)
    assert slow.trusted
    assert fast is not None
    for quad in quads:
        s, p, o = quad.subject, quad.predicate, quad.object
        for asked in ((s, p, o), (s, p, ox.Literal("no such")), (s, p), (s, ox.NamedNode("urn:none"), o), (s,)):
            assert fast.of(*asked) == slow.of(*asked), asked
    for iri in [*iris_in(quads), "https://example.org/g", "urn:none"]:
        assert fast.of_iri(iri) == slow.of_iri(iri), iri
    tags = [[(tag, found.at(at)) for tag, at in found.language_tags] for found in (fast, slow)]
    assert tags[0] == tags[1]
    assert fast.of(ox.NamedNode("urn:none")) == slow.of(ox.NamedNode("urn:none"))


@pytest.mark.parametrize(
    "written",
    ["<urn:a> <urn:b> <urn:c> . <urn:d> <urn:e> <urn:f> .\n", "<urn:a> <urn:b> <urn:c> .\r\n<urn:d> <urn:e> <urn:f> .\r\n"],
)  # fmt: skip
def test_other_lines_are_left_to_the_reader(written: str) -> None:
    quads = [ox.Quad(*(ox.NamedNode(f"urn:{name}") for name in names)) for names in ("abc", "def")]
    assert line_positions.locate(written.encode(), "f", quads) is None
