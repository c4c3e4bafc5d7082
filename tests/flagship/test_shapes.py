"""Each constraint of ``shapes/`` against small Turtle cases, and each view of ``shapes/display.ttl``.

A case is ``tests/flagship/shapes/<shape>/{valid,warning,invalid}.<case>.ttl``: data for the one shape that the folder is named
after, one edit away from valid. Beside a warning or an invalid case stands its golden report,
``<same name>.report.txt``, one result per line: severity, focus node, path, message. To write the reports anew, then
read the difference before keeping it::

    ECOOP_REWRITE_GOLDEN=1 pytest tests/flagship/test_shapes.py
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pyshacl
import pytest
from rdflib import OWL, RDF, RDFS, SH, BNode, Graph, Namespace, Node, URIRef
from rdflib.collection import Collection
from rdflib.term import Literal

ROOT = Path(__file__).resolve().parents[2]
CASES = Path(__file__).parent / "shapes"
ECSH = Namespace("https://w3id.org/ecoop/shapes#")
LANGUAGES = {"en", "es", "pt"}
TARGETS = (SH.targetClass, SH.targetNode, SH.targetObjectsOf, SH.targetSubjectsOf)
LOGIC = (SH["and"], SH["not"], SH["or"], SH.xone)
SAID_OF_SHAPES = {
    *TARGETS, RDF.type, RDFS.comment, RDFS.label, RDFS.seeAlso, SH.deactivated, SH.group, SH.message, SH.name, SH.order,
    SH.path, SH.property, SH.severity,
}  # fmt: skip
"""Properties of a shape that constrain nothing; whatever else it has is a constraint."""


# --- the shapes -------------------------------------------------------------------------------------------------------


@cache
def shapes() -> Graph:
    """Everything in ``shapes/``."""
    graph = Graph()
    for path in sorted((ROOT / "shapes").glob("*.ttl")):
        graph.parse(path)
    return graph


def local(node: Node) -> str:
    return str(node).removeprefix(str(ECSH))


@cache
def targeted() -> dict[str, URIRef]:
    """Local name → node shape with a target, views included."""
    found = {node for target in TARGETS for node in shapes().subjects(target) if isinstance(node, URIRef)}
    return {local(node): node for node in sorted(found)}


@cache
def views() -> dict[str, URIRef]:
    return {name: node for name, node in targeted().items() if name.endswith("View")}


@cache
def constraint_shapes() -> dict[str, URIRef]:
    return {name: node for name, node in targeted().items() if name not in views()}


def alone(shape: URIRef) -> Graph:
    """A shapes graph with one shape, and what it refers to without its targets."""
    graph, seen = Graph(), set[Node]()
    waiting: list[Node] = [shape]
    while waiting:
        node = waiting.pop()
        seen.add(node)
        for _, predicate, value in shapes().triples((node, None, None)):
            if node != shape and predicate in TARGETS:
                continue
            graph.add((node, predicate, value))
            inner = isinstance(value, BNode) or (isinstance(value, URIRef) and value.startswith(str(ECSH)))
            if inner and value not in seen:
                waiting.append(value)
    return graph


def members(shape: Node) -> Iterator[Node]:
    """A node shape and its own property shapes and SPARQL constraints: what a person sees a message of."""
    yield shape
    yield from shapes().objects(shape, SH.property)


def constrains(node: Node) -> bool:
    return any(predicate not in SAID_OF_SHAPES for predicate in shapes().predicates(node))


def messages(shape: Node) -> set[str]:
    holders = [*members(shape), *shapes().objects(shape, SH.sparql)]
    return {str(text) for holder in holders for text in shapes().objects(holder, SH.message)}


# --- a case and its report --------------------------------------------------------------------------------------------


def cases(*kinds: str) -> list[Path]:
    return sorted(path for path in CASES.glob("*/*.ttl") if path.name.split(".")[0] in kinds)


def name_of(path: Path) -> str:
    return path.relative_to(CASES).as_posix().removesuffix(".ttl")


def golden(path: Path) -> Path:
    return path.with_suffix(".report.txt")


def path_text(node: Node, graph: Graph) -> str:
    """A property path as SPARQL writes it."""
    short = graph.namespace_manager
    if isinstance(node, URIRef):
        return node.n3(short)
    for inner in graph.objects(node, SH.inversePath):
        return f"^{path_text(inner, graph)}"
    for inner in graph.objects(node, SH.alternativePath):
        return "|".join(path_text(step, graph) for step in Collection(graph, inner))
    return "/".join(path_text(step, graph) for step in Collection(graph, node))


def report(path: Path) -> list[str]:
    """``Violation participation:one ecoop:participant Name the one …``, sorted; ``-`` where a result has no path."""
    data = Graph().parse(path)
    rules = alone(targeted()[path.parent.name])
    _, results, _ = pyshacl.validate(data, shacl_graph=rules, inference="none", inplace=True)
    assert isinstance(results, Graph), results
    for prefix, namespace in (*data.namespaces(), *shapes().namespaces()):
        results.bind(prefix, namespace)
    return sorted(line(result, results) for result in results.objects(None, SH.result))


def line(result: Node, results: Graph) -> str:
    def one(predicate: URIRef) -> Node:
        return next(results.objects(result, predicate))

    severity = str(one(SH.resultSeverity)).removeprefix(str(SH))
    focus = one(SH.focusNode).n3(results.namespace_manager)
    path = next((path_text(node, results) for node in results.objects(result, SH.resultPath)), "-")
    return f"{severity} {focus} {path} {one(SH.resultMessage)}"


# --- constraint shapes ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", cases("valid"), ids=name_of)
def test_valid_case_has_no_result(path: Path) -> None:
    assert report(path) == []


@pytest.mark.parametrize("path", cases("warning", "invalid"), ids=name_of)
def test_case_gives_its_golden_report(path: Path) -> None:
    lines = report(path)
    if os.environ.get("ECOOP_REWRITE_GOLDEN") == "1":
        golden(path).write_text("".join(f"{text}\n" for text in lines), encoding="utf-8")
    assert lines == golden(path).read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("path", cases("warning", "invalid"), ids=name_of)
def test_case_is_as_bad_as_its_name_says(path: Path) -> None:
    found = {text.split()[0] for text in golden(path).read_text(encoding="utf-8").splitlines()}
    if path.name.startswith("warning."):
        assert found == {"Warning"}
    else:
        assert "Violation" in found


def test_no_report_without_its_case() -> None:
    assert set(CASES.glob("*/*.report.txt")) == {golden(path) for path in cases("warning", "invalid")}


def test_every_case_says_what_it_is() -> None:
    assert sorted(CASES.glob("*/*.ttl")) == cases("valid", "warning", "invalid")


def test_every_folder_is_named_after_a_shape() -> None:
    assert {path.name for path in CASES.iterdir()} == set(constraint_shapes())


@pytest.mark.parametrize("name", constraint_shapes())
def test_shape_has_a_valid_and_a_bad_case(name: str) -> None:
    kinds = {path.name.split(".")[0] for path in (CASES / name).glob("*.ttl")}
    assert "valid" in kinds
    assert kinds & {"warning", "invalid"}


@pytest.mark.parametrize("name", constraint_shapes())
def test_every_message_of_a_shape_is_seen_in_a_report(name: str) -> None:
    """So that no rule can be taken away without a test that fails."""
    seen = "\n".join(path.read_text(encoding="utf-8") for path in (CASES / name).glob("*.report.txt"))
    assert {text for text in messages(constraint_shapes()[name]) if _start(text) not in seen} == set()


def _start(message: str) -> str:
    """What stands before the first value that the validator fills in."""
    return message.partition("{")[0]


@pytest.mark.parametrize("name", constraint_shapes())
def test_every_constraint_says_how_bad_it_is_what_to_do_and_which_rule_it_enforces(name: str) -> None:
    bare = []
    for node in members(constraint_shapes()[name]):
        if constrains(node):
            holders = [node, *shapes().objects(node, SH.sparql)]
            severity, rule = (next(shapes().objects(node, p), None) for p in (SH.severity, RDFS.seeAlso))
            message = next((text for h in holders for text in shapes().objects(h, SH.message)), None)
            if None in (severity, rule, message):
                bare.append((node, severity, rule, message))
    assert bare == []


def test_every_shape_has_a_name_and_belongs_to_the_namespace() -> None:
    named = set(shapes().subjects(RDF.type, SH.NodeShape))
    assert all(isinstance(node, URIRef) and node.startswith(str(ECSH)) for node in named)
    assert {node for node in named if not list(shapes().objects(node, RDFS.label))} == set()


def test_a_shape_without_a_target_is_used_by_another() -> None:
    helpers = set(shapes().subjects(RDF.type, SH.NodeShape)) - set(targeted().values())
    assert {local(node) for node in helpers if not list(shapes().subjects(SH.node, node))} == set()


# --- views ------------------------------------------------------------------------------------------------------------


def slots(view: URIRef) -> list[Node]:
    return list(shapes().objects(view, SH.property))


@pytest.mark.parametrize("name", views())
def test_view_constrains_nothing(name: str) -> None:
    view = views()[name]
    assert [node for node in members(view) if constrains(node)] == []
    assert (view, SH.deactivated, Literal(True)) in shapes()


@pytest.mark.parametrize("name", views())
def test_view_has_a_heading_a_group_and_a_place_for_each_property(name: str) -> None:
    paths, places = Counter[str](), Counter[object]()
    for slot in slots(views()[name]):
        texts = [text for text in shapes().objects(slot, SH.name) if isinstance(text, Literal)]
        assert Counter(text.language for text in texts) == Counter(LANGUAGES), path_text(_path(slot), shapes())
        (group,), (order,) = shapes().objects(slot, SH.group), shapes().objects(slot, SH.order)
        assert (group, RDF.type, SH.PropertyGroup) in shapes()
        places[order] += 1
        paths[path_text(_path(slot), shapes())] += 1
    assert set(paths.values()) == {1}
    assert set(places.values()) == {1}


def _path(slot: Node) -> Node:
    (path,) = shapes().objects(slot, SH.path)
    return path


@pytest.mark.parametrize("name", views())
def test_view_follows_a_property_or_the_inverse_of_one(name: str) -> None:
    for slot in slots(views()[name]):
        path = _path(slot)
        assert isinstance(path, URIRef) or list(shapes().predicates(path)) == [SH.inversePath]


def test_groups_are_labelled_ordered_and_used() -> None:
    orders = Counter[object]()
    for group in shapes().subjects(RDF.type, SH.PropertyGroup):
        assert {t.language for t in shapes().objects(group, RDFS.label) if isinstance(t, Literal)} == LANGUAGES
        orders.update(shapes().objects(group, SH.order))
        assert list(shapes().subjects(SH.group, group))
    assert max(orders.values()) == 1


def test_no_class_is_shown_by_two_views() -> None:
    shown = Counter(kind for view in views().values() for kind in shapes().objects(view, SH.targetClass))
    assert [kind for kind, count in shown.items() if count > 1] == []


# --- views and the data -----------------------------------------------------------------------------------------------

ECOOP = Namespace("https://w3id.org/ecoop/ns#")
SKOS = Namespace("http://www.w3.org/2004/02/skos/core#")
TOLD_BY_THE_PAGE = {RDF.type, SKOS.prefLabel, SKOS.definition, ECOOP.earliest, ECOOP.latest}
"""Head of the page, and bounds, which stand behind the date."""


@cache
def data() -> Graph:
    graph = Graph()
    own = (path for path in sorted((ROOT / "data").rglob("*.ttl")) if path.parent.name != "translations")
    for path in (*own, ROOT / "ontology" / "schemes.ttl"):
        graph.parse(path)
    return graph


def living() -> set[Node]:
    """What the data describe: without tombstones, which have no type any more."""
    gone = {node for node in data().subjects(OWL.deprecated, Literal(True)) if not any(data().objects(node, RDF.type))}
    return set(data().subjects()) - gone


def shown_for(kinds: frozenset[Node]) -> set[Node]:
    """Properties that the views of these classes show."""
    found = {view for kind in kinds for view in shapes().subjects(SH.targetClass, kind) if local(view) in views()}
    return {_path(slot) for view in found if isinstance(view, URIRef) for slot in slots(view)}


def test_every_property_in_the_data_has_a_place_on_its_page() -> None:
    kinds = {node: frozenset(data().objects(node, RDF.type)) for node in living()}
    shown = {group: shown_for(group) | TOLD_BY_THE_PAGE for group in set(kinds.values())}
    missing = {(local(p), group) for s, p, _ in data() if s in kinds and p not in shown[group := kinds[s]]}
    assert missing == set()


def test_every_kind_of_thing_in_the_data_has_a_view() -> None:
    kinds = {frozenset(data().objects(node, RDF.type)) for node in living()}
    assert [sorted(map(str, group)) for group in kinds if not shown_for(group)] == []
