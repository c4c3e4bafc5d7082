"""One small project with everything once → every value that pages are made of, as a text that is compared.

``ECOOP_REWRITE_GOLDEN=1`` writes ``whole/expected.txt`` anew; read what changed in it.
"""

from __future__ import annotations

import dataclasses
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from projects import loaded, make_project

from ecoop_ld.model import layouts, tombstones, vocabulary
from ecoop_ld.model.dataset import Dataset
from ecoop_ld.model.entity import Describer, Entity, Group
from ecoop_ld.model.locations import locate
from ecoop_ld.model.naming import Link, Text
from ecoop_ld.model.properties import Property
from ecoop_ld.model.schemes import Schemes
from ecoop_ld.sources.materialise import materialise

FOLDER = Path(__file__).with_name("whole")
EXPECTED = FOLDER / "expected.txt"
NS, THING = "https://example.org/ns", "https://example.org/id/thing/"
BROAD = Entity | Group | Property | vocabulary.VocabularyTerm
"""What has a line for each of its parts."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Dataset, layouts.Displays]:
    files = {f"{room}/{name}.ttl": (FOLDER / f"{name}.ttl").read_text(encoding="utf-8")
             for room, name in (("ontology", "ontology"), ("data", "data"), ("shapes", "shapes"))}  # fmt: skip
    toml = (FOLDER / "ecoop.toml").read_text(encoding="utf-8")
    settings, found = loaded(make_project(tmp_path_factory.mktemp("whole"), files, toml))
    assert not found.findings
    dataset = Dataset(settings, found.quads, materialise(settings, found.quads))
    return dataset, layouts.read(q for file in found.shapes for q in file.quads)


def test_every_value_of_every_page(whole: tuple[Dataset, layouts.Displays]) -> None:
    text = "\n".join(told(*whole)) + "\n"
    if os.environ.get("ECOOP_REWRITE_GOLDEN"):
        EXPECTED.write_text(text, encoding="utf-8")
    assert text.splitlines() == EXPECTED.read_text(encoding="utf-8").splitlines()


def test_what_stands_behind_a_triple(whole: tuple[Dataset, layouts.Displays]) -> None:
    evidence = Describer(whole[0], "en", whole[1]).evidence
    sources, graphs = evidence.said(THING + "one", NS + "#size", ox.Literal(3))
    assert [source.kind for source in sources] == ["opinion", "quoted"]
    assert graphs == ("https://example.org/graph/data",)
    assert evidence.said(THING + "one", NS + "#size", ox.Literal(4)) == ((), ())
    assert evidence.said(THING + "nobody", NS + "#size", ox.Literal(3)) == ((), ())


def told(dataset: Dataset, displays: layouts.Displays) -> Iterator[str]:
    by_language = {tag: list(in_language(Describer(dataset, tag, displays))) for tag in ("en", "es")}
    yield from by_language["en"]
    yield "# in Spanish, where that is another"
    yield from sorted(set(by_language["es"]) - set(by_language["en"]))
    yield json.dumps(vocabulary.context_table(dataset), indent=1)
    yield from lines("terms", [len(vocabulary.quads(dataset)), vocabulary.term_iris(dataset)])
    yield from lines("loose", dataset.blanks.loose)
    schemes = Schemes(dataset)
    for scheme, members in schemes.members.items():
        yield from lines(f"scheme {scheme}", [schemes.tops(scheme), schemes.has_tree(scheme), schemes.parents[scheme]])
        yield from lines("ways", {concept: schemes.paths(concept, scheme) for concept in sorted(members)})
    yield from lines("dead", [(iri, fate.successors, fate.target) for iri, fate in tombstones.dead(dataset)])


def in_language(describer: Describer) -> Iterator[str]:
    dataset = describer.dataset
    for iri in dataset.documents.values():
        yield from lines("# page", describer.entity(iri[0]))
        for name, value in (("with", describer.told_with(iri[0])), ("summary", describer.summary(iri[0]))):
            yield from lines(name, value) if value else ()
        yield from lines("where", locate(dataset, iri[0]).lines) if locate(dataset, iri[0]) else ()
        backing = describer.evidence.backing(iri[0])
        yield from lines("backing", backing) if backing else ()
    yield from lines("sections", describer.sections("ns", vocabulary.others(dataset)))
    yield from lines("# vocabulary", vocabulary.describe(describer, {NS + "#Thing": "class/thing"}, NS, "ns"))
    for predicate in sorted({q.predicate.value for q in dataset.quads}):
        yield from lines(f"inverse of {predicate}", describer.inverses.name(predicate))


def lines(name: str, value: object, depth: int = 0) -> Iterator[str]:
    """A value as an outline with what is small on one line; what is empty is left out."""
    if isinstance(value, Property) and not value.before + value.after + value.onward:
        yield from lines(f"{say(value.name)} {say(value.term) if value.term else ''}", value.values, depth)
        return
    start = f"{' ' * depth}{name}: "
    short = say(value)
    if len(start + short) < 200 and not isinstance(value, BROAD):
        yield start + short
        return
    yield start + (type(value).__name__ if dataclasses.is_dataclass(value) else "")
    if dataclasses.is_dataclass(value):
        rows = [(f.name, getattr(value, f.name)) for f in dataclasses.fields(value)]
    else:
        rows = list(value.items()) if isinstance(value, dict) else [("-", one) for one in value]  # type: ignore[call-overload]
    for key, one in rows:
        if one or isinstance(one, float):
            yield from lines(key, one, depth + 1)


def say(value: object) -> str:
    match value:
        case str():
            return short_iri(value)
        case Text(text, language, datatype, cut, kind, coined):
            more = (f"@{language}" * bool(language), f"^^{short_iri(datatype)}" * bool(datatype), "…" * cut)
            return f'"{short_iri(text)}"{"".join(more)}{f"[{kind}]" * bool(kind)}{"!" * coined}'
        case Link():
            page = f" →{short_iri('#'.join(value.page))}" if value.page else ""
            extra = [str(x) for x in (value.acronym, value.notation, value.origin, value.picture) if x]
            return f"{say(value.label)} <{short_iri(value.iri)}>{page}{extra or ''}"
        case dict():
            return "{" + ", ".join(f"{key}: {say(one)}" for key, one in value.items()) + "}"
        case list() | tuple():
            return f"({', '.join(map(say, value))})"
        case _ if dataclasses.is_dataclass(value):
            said = ((f.name, getattr(value, f.name)) for f in dataclasses.fields(value))
            return f"{type(value).__name__}({', '.join(f'{k}={say(v)}' for k, v in said if v not in (None, '', ()))})"
    return repr(value)


def short_iri(iri: str) -> str:
    iri = re.sub(r"[0-9a-f]{32}(?:-[0-9a-f]{20})?", lambda m: f"#{m[0][:4]}#", iri)
    iri = iri.replace("https://example.org/id/thing/", "t:").replace("https://example.org/ns#", "ex:")
    return iri.replace("https://example.org/", "/").replace("http://www.w3.org/2001/XMLSchema#", "xsd:")
