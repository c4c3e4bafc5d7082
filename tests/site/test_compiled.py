"""Templates are compiled once, and anew where they are others; where nothing can be kept they are compiled all the same."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import jinja2
import pytest

from ecoop_ld.site.compiled import Compiled

Rendered = Callable[[Path], tuple[str, int]]


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "page.html").write_text("{% include 'part.html' %}!")
    (folder / "part.html").write_text("Hello {{ 1 + 1 }}")
    return folder


@pytest.fixture
def render(templates: Path, monkeypatch: pytest.MonkeyPatch) -> Rendered:
    """The page, and how many templates were compiled for it."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)

    def rendered(folder: Path) -> tuple[str, int]:
        environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(folder), bytecode_cache=Compiled(templates), autoescape=True
        )
        count, compile_ = [0], environment.compile

        def counted(*arguments: object, **more: object) -> object:
            count[0] += 1
            return compile_(*arguments, **more)  # type: ignore[call-overload]

        monkeypatch.setattr(environment, "compile", counted)
        return environment.get_template("page.html").render(), count[0]

    return rendered


def test_what_was_compiled_is_not_compiled_again(templates: Path, render: Rendered) -> None:
    assert [render(templates) for _ in range(3)] == [("Hello 2!", 2), ("Hello 2!", 0), ("Hello 2!", 0)]
    assert len(list((templates.parent / "__pycache__").iterdir())) == 2


def test_another_text_is_compiled_anew(templates: Path, render: Rendered) -> None:
    render(templates)
    (templates / "part.html").write_text("Bye")
    assert [render(templates) for _ in range(2)] == [("Bye!", 1), ("Bye!", 0)]


@pytest.mark.parametrize("damage", [b"", b"j2", b"garbage" * 100])
def test_a_damaged_file_is_made_anew(templates: Path, render: Rendered, damage: bytes) -> None:
    render(templates)
    for file in (templates.parent / "__pycache__").iterdir():
        file.write_bytes(damage)
    assert [render(templates) for _ in range(2)] == [("Hello 2!", 2), ("Hello 2!", 0)]


def test_half_a_file_is_made_anew(templates: Path, render: Rendered) -> None:
    render(templates)
    for file in (templates.parent / "__pycache__").iterdir():
        file.write_bytes(file.read_bytes()[:-10])
    assert render(templates) == ("Hello 2!", 2)


def test_where_nothing_can_be_kept_pages_are_made_all_the_same(templates: Path, render: Rendered) -> None:
    (templates.parent / "__pycache__").write_text("a file where the folder would be")
    assert [render(templates) for _ in range(2)] == [("Hello 2!", 2), ("Hello 2!", 2)]


def test_who_wants_no_bytecode_gets_none(templates: Path, render: Rendered, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert [render(templates) for _ in range(2)] == [("Hello 2!", 2), ("Hello 2!", 2)]
    assert not (templates.parent / "__pycache__").exists()


def test_templates_of_others_are_not_kept_here(templates: Path, render: Rendered, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "page.html").write_text("Own")
    assert [render(own) for _ in range(2)] == [("Own", 1), ("Own", 1)]
    assert not (templates.parent / "__pycache__").exists()
