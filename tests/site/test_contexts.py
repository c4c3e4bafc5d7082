"""Templates and their frozen contexts: the fields of a page are the variables of its template, no more and no fewer."""

from __future__ import annotations

import dataclasses
import gc
import importlib
import pkgutil
import weakref
from importlib import resources
from pathlib import Path

import jinja2
import pytest
from jinja2 import meta, nodes
from projects import make_project

from ecoop_ld import config
from ecoop_ld.site import pages as package
from ecoop_ld.site.pages.front import ErrorPage
from ecoop_ld.site.pages.pictures import ScopedViewPage, ViewPage
from ecoop_ld.site.renderer import Frame, Page, Renderer
from ecoop_ld.views.kinds import VIEW_KINDS

TEMPLATES = {
    entry.name: entry.read_text(encoding="utf-8")
    for entry in resources.files("ecoop_ld.site").joinpath("templates").iterdir()
}
FRAME = {field.name for field in dataclasses.fields(Frame)}


def variables(text: str) -> set[str]:
    """Variables that a template takes from outside, besides those of the frame."""
    tree = jinja2.Environment(autoescape=True).parse(text)
    own = {macro.name for macro in tree.find_all(nodes.Macro)}
    own |= {
        name.name for one in tree.find_all(nodes.Assign) for name in one.find_all(nodes.Name) if name.ctx == "store"
    }
    for one in tree.find_all(nodes.FromImport):  # which blocks see too
        own |= {name[1] if isinstance(name, tuple) else name for name in one.names}
    return meta.find_undeclared_variables(tree) - own - FRAME


def pages() -> list[type[Page]]:
    """The classes of all modules of pages."""
    modules = [
        importlib.import_module(f"{package.__name__}.{one.name}") for one in pkgutil.iter_modules(package.__path__)
    ]
    found = {value for module in modules for value in vars(module).values() if isinstance(value, type)}
    return sorted((one for one in found if issubclass(one, Page) and one is not Page), key=lambda one: one.__name__)


CONTEXTS = [(page.template, page) for page in pages() if page.template] + [
    (kind.template, ScopedViewPage if kind.scoped else ViewPage) for kind in VIEW_KINDS.values()
]


@pytest.mark.parametrize(("template", "page"), CONTEXTS, ids=lambda value: value if isinstance(value, str) else "")
def test_the_fields_of_a_page_are_the_variables_of_its_template(template: str, page: type[Page]) -> None:
    assert dataclasses.is_dataclass(page)
    assert page.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert {field.name for field in dataclasses.fields(page)} == variables(TEMPLATES[template])


def test_each_template_has_one_page_and_parts_take_the_frame_alone() -> None:
    parts = {name for name in TEMPLATES if name.startswith("_") or name == "base.html"}
    assert sorted(template for template, _ in CONTEXTS) == sorted(set(TEMPLATES) - parts)
    assert {name: variables(TEMPLATES[name]) for name in parts} == {name: set() for name in parts}


class Words(str):
    """Words that can be looked for after their page is written."""


def test_a_page_that_is_written_is_let_go_and_what_pages_share_is_not(tmp_path: Path) -> None:
    root = make_project(tmp_path)
    own = root / "site/templates"
    own.mkdir(parents=True)
    (own / "shared.html").write_text("{% macro times(n) %}{% for i in range(n) %}x{% endfor %}{% endmacro %}")
    (own / "error.html").write_text(
        '{% from "_table.html" import table with context %}{% from "shared.html" import times %}'
        "{{ message }} {{ times(status) }}"
    )
    renderer = Renderer(config.load(root))
    gc.collect()
    gc.disable()
    try:
        for _ in range(2):
            detail = Words("Nothing is here.")
            held = weakref.ref(detail)
            assert renderer.render(ErrorPage(3, "", detail), "a", "en", "") == b"Nothing is here. xxx"
            del detail
            assert held() is None
    finally:
        gc.enable()
