"""Contexts of JSON-LD come from the package or the project, never from the network."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from projects import FILES, checked, loaded, make_project

from ecoop_ld.sources.contexts import kept_as

NAME = "http://example.net/name"
CONTEXT = json.dumps({"@context": {"name": NAME}})


def literals(root: Path) -> list[str]:
    _, sources = loaded(root)
    assert not sources.findings
    return [
        f"{q.predicate.value} {q.object.value}"
        for f in sources.files
        if f.name.endswith("ld")
        for q in f.quads
        if hasattr(q.object, "value")
    ]


@pytest.mark.parametrize(
    ("document", "kept"),
    [
        ({"@context": "https://ctx.example/a/"}, {"contexts/ctx.example/a/index.jsonld": CONTEXT}),
        ({"@context": "https://ctx.example/a"}, {"contexts/ctx.example/a.jsonld": CONTEXT}),
        ({"@context": "https://ctx.example/a.json"}, {"contexts/ctx.example/a.json": CONTEXT}),
        ({"@context": ["https://ctx.example/", {"other": "http://x/"}]}, {"contexts/ctx.example/index.jsonld": CONTEXT}),
        ({"@context": {"@import": "https://ctx.example/", "x": "http://x/"}}, {"contexts/ctx.example/index.jsonld": CONTEXT}),
        (
            {"@context": "https://ctx.example/1"},
            {"contexts/ctx.example/1.jsonld": '{"@context": ["2", {"x": "http://x/"}]}', "contexts/ctx.example/2.jsonld": CONTEXT},
        ),
    ],
)  # fmt: skip
def test_a_context_of_the_project(tmp_path: Path, document: dict[str, object], kept: dict[str, str]) -> None:
    text = json.dumps({**document, "@id": "https://example.org/id/a/b", "name": "Ada"})
    assert literals(make_project(tmp_path, {**FILES, "data/a.jsonld": text, **kept})) == [f"{NAME} Ada"]


def test_a_context_inside(tmp_path: Path) -> None:
    inner = {"@context": "https://ctx.example/", "@id": "https://example.org/id/a/c", "name": "Bob"}
    text = json.dumps({"@context": {"knows": "http://x/knows"}, "@id": "https://example.org/id/a/b", "knows": inner})
    project = make_project(tmp_path, {**FILES, "data/a.jsonld": text, "contexts/ctx.example/index.jsonld": CONTEXT})
    assert f"{NAME} Bob" in literals(project)


def test_a_context_of_the_package(tmp_path: Path) -> None:
    text = json.dumps({"@context": "https://www.w3.org/ns/activitystreams", "id": "urn:a", "name": "Ada"})
    assert literals(make_project(tmp_path, {**FILES, "data/a.jsonld": text})) == [
        "https://www.w3.org/ns/activitystreams#name Ada"
    ]


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("https://schema.org/", "Save it as contexts/schema.org/index.jsonld in the project."),
        ("https://ctx.example/a?b=c", "Write it out."),
        ("https://ctx.example/../../etc/passwd", "Write it out."),
        ("https://ctx.example/%2e%2e/a", "Write it out."),
        ("file:///etc/passwd", "Write it out."),
        ("https://ctx.example/circle", "in a circle"),
        ("https://ctx.example/none", "has no @context"),
        ("https://ctx.example/broken", "cannot be read as JSON"),
    ],
)
def test_any_other_is_refused(tmp_path: Path, address: str, says: str) -> None:
    text = f'{{\n  "@id": "urn:a",\n  "@context": "{address}",\n  "name": "Ada"\n}}\n'
    kept = {
        "contexts/ctx.example/circle.jsonld": '{"@context": "circle"}',
        "contexts/ctx.example/none.jsonld": "{}",
        "contexts/ctx.example/broken.jsonld": "{",
    }
    report = checked(tmp_path, {**FILES, "data/a.jsonld": text, **kept})
    [found] = [f for f in report.findings if f.code == "syntax"]
    assert says in f"{found.message} {found.hint}"
    assert str(found.place).startswith("data/a.jsonld:3:") or "circle" in address


@pytest.mark.parametrize(
    "address", ["http://a/../b", "https://a/.hidden", "https://a//b", "ftp://a/b", "x", "https://a/b\\c"]
)
def test_no_address_leads_out_of_the_folder(address: str) -> None:
    path = kept_as(address)
    assert not path or (Path("contexts") / "x").parent in Path(path).parents
    assert ".." not in path


@pytest.mark.parametrize(
    "address", ["https://schema.org/", "https://schema.org", "http://schema.org/", "http://schema.org"]
)
def test_the_context_of_schema_org_is_kept_where_the_sentence_says(tmp_path: Path, address: str) -> None:
    """The refusal names the file; once the context is there, the same data is read."""
    files = {
        **FILES,
        "data/a.jsonld": json.dumps({"@context": address, "@id": "https://example.org/id/thing/a", "name": "x"}),
    }
    _, found = loaded(make_project(tmp_path / "before", files))
    (refused,) = found.findings
    assert "is not fetched from the network" in refused.message
    place = re.findall(r"contexts/\S+\.jsonld", refused.hint)
    assert place == ["contexts/schema.org/index.jsonld"]
    kept = {place[0]: '{"@context": {"@vocab": "http://schema.org/"}}'}
    _, found = loaded(make_project(tmp_path / "after", {**files, **kept}))
    assert not found.findings
    assert any(quad.predicate.value == "http://schema.org/name" for quad in found.quads)
