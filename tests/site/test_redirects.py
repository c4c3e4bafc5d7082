"""Rules for static hosts, of things that moved or were withdrawn, in a project without a release."""

from __future__ import annotations

from pathlib import Path

from projects import FILES, PREFIXES, TOML, loaded, make_project

from ecoop_ld.site import hosting
from ecoop_ld.site.load import load_site

DATA = (
    PREFIXES
    + """
@prefix t: <https://example.org/id/thing/> .
t:one a ex:Thing ; rdfs:label "One"@en .
t:renamed dcterms:isReplacedBy t:one .
t:elsewhere dcterms:isReplacedBy <http://other.example/x> .
t:unknown dcterms:isReplacedBy <https://example.org/id/thing/never> .
t:circle dcterms:isReplacedBy t:circle2 .
t:circle2 dcterms:isReplacedBy t:circle .
t:split dcterms:isReplacedBy t:one , t:renamed .
t:gone owl:deprecated true ; rdfs:label "Gone"@en .
"""
)


def redirects(tmp_path: Path, site_url: str = "https://example.org/") -> list[tuple[str, ...]]:
    toml = TOML.replace("[addresses]", f'[addresses]\nsite_url = "{site_url}"')
    settings, found = loaded(make_project(tmp_path, {**FILES, "data/things.ttl": DATA}, toml))
    text = hosting.rules(load_site(settings, found, []))["_redirects"].decode()
    return [tuple(line.split()) for line in text.splitlines()]


def test_what_moved_is_redirected_and_what_has_no_one_successor_is_gone(tmp_path: Path) -> None:
    rows = redirects(tmp_path)
    assert {row for row in rows if row[2] == "301"} == {
        ("/id/thing/renamed", "/id/thing/one", "301"),
        ("/doc/thing/renamed", "/doc/thing/one", "301"),
        ("/id/thing/elsewhere", "http://other.example/x", "301"),
        ("/id/thing/unknown", "https://example.org/id/thing/never", "301"),
    }
    names = ("circle", "circle2", "gone", "split")
    gone = {(f"/{kind}/thing/{n}", f"/doc/thing/{n}.html", "410") for n in names for kind in ("id", "doc")}
    assert {row for row in rows if row[2] == "410"} == gone


def test_below_a_path_of_the_host_all_rules_are_below_it(tmp_path: Path) -> None:
    rows = redirects(tmp_path, "https://host.example/some/path/")
    assert ("/some/path/doc/thing/renamed", "/some/path/doc/thing/one", "301") in rows
    assert all(row[0].startswith("/some/path/") for row in rows)
