"""Three hundred IRIs of odd shapes: nginx, Apache, Caddy, our server and plain folders lead to the same documents."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, unquote, urljoin, urlsplit

import pytest
from asking import AS_IRI, Asking, site_of
from conftest import need
from endpoints import Reply, fetch
from projects import TOML, make_project
from test_hosting import APACHE, CADDY, NGINX, running

from ecoop_ld import config
from ecoop_ld.build.build import build
from ecoop_ld.rdf.formats import TURTLE
from ecoop_ld.site.hosting.leads import Leads
from ecoop_ld.site.site import Site

BASE = "https://example.org/"
OTHER = "https://elsewhere.example/names/"
WORDS = (
    *("plain", "Capital", "capital", "CAPITAL", "v1.2", "a.b.ttl", "x.html", "con", "index", "42", "-", "_", "~tilde"),
    *(
        "café",
        "cafe%CC%81",
        "na%C3%AFve",
        "日本",
        "Ελλάδα",
        "a%20b",
        "100%25",
        "a+b",
        "a&b",
        "a=b",
        "a;b",
        "a,b",
        "a:b",
    ),
    *(
        "a@b",
        "a$b",
        "it's",
        "(x)",
        "a*b",
        "a!b",
        "%22quoted%22",
        "%7Bbraces%7D",
        "a%5Bb%5D",
        "%3Cb%3E",
        "a%60b",
        "a%7Cb",
    ),
    *("%E2%80%AErtl", "%F0%9F%91%8D", "x" * 120, "Straße", "strasse", "İ", "ﬁne", "a%23b", "a%3Fb"),
    *("2024-01-01", "MiXeD", "a--b", "ñandú", "Москва", "مرحبا", "x.", ".hidden", "a~b", "%E4%BD%A0", "Q42", "q42"),
)
FOLDERS = ("id/thing/", "people/", "id/Thing/", "a/b/c/")
MORE = (
    *("id", "id/", "id/thing", "people", "people/", "deep/er/and/deeper/still", "a//b", "x/y/", "X/Y", "doc", "class"),
    *("search?q=1", "people/plain?x=1&y=2", "people/plain?x=1&y=3", "people/only?query=a%20b", "q?a=$b", "q?a='b'"),
    *("gender#male", "scheme#", "people/plain#me", "graph/data", "dumps", "sparql/x", "assets/y", "a.ttl/b", "en.html"),
)
HARD = ("people/a%2Fb", "people/%FF")
"""What Apache refuses, or no folder can be called; our server leads to it all the same."""


def iris() -> list[str]:
    found = [BASE + folder + word for folder in FOLDERS for word in WORDS]
    found += [BASE + path for path in (*MORE, *HARD)]
    return found + [OTHER + word for word in WORDS]


@pytest.fixture(scope="module")
def built() -> Iterator[tuple[Site, Path]]:
    with tempfile.TemporaryDirectory(prefix="odd-") as folder:
        os.chmod(folder, 0o755)
        lines = [f'<{iri}> <http://xmlns.com/foaf/0.1/name> "name {n}" .\n' for n, iri in enumerate(iris())]
        toml = TOML.replace('vocabulary = "ns"', f'vocabulary = "ns"\npages_for = ["{OTHER}"]')
        root = make_project(Path(folder), {"ontology/none.ttl": "", "data/odd.nt": "".join(lines)}, toml)
        made = build(config.load(root), Path(folder) / "public")
        assert made.ok, [f for f in made.report.findings if f.severity.label == "violation"]
        yield site_of(root), made.out


def asked(site: Site, iri: str) -> str:
    return quote(site.dataset.addresses.place(iri), safe=AS_IRI)


def expected(site: Site, out: Path, iri: str, row: str = "html") -> bytes:
    return (out / f"{site.dataset.addresses.document(iri)}.{row}").read_bytes()


def followed(url: str, path: str, accept: str) -> Reply:
    at = urljoin(url, path) if not path.startswith("//") else url.rstrip("/") + path
    for _ in range(5):
        parts = urlsplit(at)
        target = parts.path.removeprefix("/") + (f"?{parts.query}" if parts.query else "")
        reply = fetch(url, target, headers={"Accept": accept})
        if reply.status not in (301, 302, 303):
            break
        at = urljoin(at, reply.headers["location"])
    return reply


def test_there_are_three_hundred_and_each_has_a_document_of_its_own(built: tuple[Site, Path]) -> None:
    site, out = built
    documents = {site.dataset.addresses.document(iri) for iri in iris()}
    assert len(iris()) >= 300
    assert len({path.casefold() for path in documents}) == len(documents) >= 300
    for path in documents:
        assert (out / f"{path}.html").is_file()


def test_our_server_leads_to_each(built: tuple[Site, Path]) -> None:
    site, out = built
    asking = Asking(site, out)
    for iri in iris():
        reply = asking.get(asked(site, iri))
        assert reply.status == 303, (iri, reply.status)
        at = urljoin(f"http://x/{asked(site, iri)}", reply.headers["location"])
        assert asking.get(urlsplit(at).path.removeprefix("/"), "text/html").body == expected(site, out, iri), iri


@pytest.mark.parametrize("name", ["nginx", "apache", "caddy"])
def test_hosts_lead_to_each(built: tuple[Site, Path], name: str) -> None:
    site, out = built
    program = {"nginx": NGINX, "apache": APACHE, "caddy": CADDY}[name]
    need(program, name)
    assert program
    wrong = []
    with running(name, program, out) as url:
        for iri in iris():
            path = asked(site, iri)
            if name == "apache" and path in HARD:
                continue
            for accept, ending in (("text/html", "html"), (TURTLE.media_type, TURTLE.extension)):
                reply = followed(url, path, accept)
                if (reply.status, reply.body) != (200, expected(site, out, iri, ending)):
                    wrong.append((iri, accept, reply.status))
    assert wrong == []


def test_plain_folders_lead_to_each(built: tuple[Site, Path]) -> None:
    """A host that decodes the path, forgets the query, and answers a folder with its ``index.html``."""
    site, out = built
    nowhere = set(Leads(site).nowhere)
    assert nowhere == {BASE + "people/%FF"}
    for iri in iris():
        if iri in nowhere:
            continue
        path = unquote(asked(site, iri).partition("?")[0])
        page = out / path / "index.html"
        text = page.read_text(encoding="utf-8")
        targets = re.findall(r'(?:url=|<li><a href=")([^"]+)"', text)
        here = page.relative_to(out).as_posix()
        documents = {
            (out / unquote(urlsplit(urljoin(f"http://x/{quote(here)}", one)).path.removeprefix("/"))).read_bytes()
            for one in targets
        }
        assert expected(site, out, iri) in documents, iri


def test_folders_that_are_one_on_some_file_systems_hold_the_same(built: tuple[Site, Path]) -> None:
    site, out = built
    seen: dict[str, bytes] = {}
    for folder in Leads(site).folders:
        content = (out / folder / "index.html").read_bytes()
        assert seen.setdefault(folder.casefold(), content) == content


def test_what_is_called_like_a_file_of_the_site_is_told_elsewhere_and_said(tmp_path: Path) -> None:
    paths = ("robots.txt", "Sitemap.xml/part", "assets/site.css", "CITATION.cff", "lod-cloud.json", "assets")
    lines = [f'<{BASE}{path}> <http://xmlns.com/foaf/0.1/name> "told" .\n' for path in paths]
    made = build(config.load(make_project(tmp_path, {"data/a.nt": "".join(lines)})), tmp_path / "public")
    assert made.ok
    assert set(made.nowhere) == {BASE + path for path in paths if path != "assets"}
    site = site_of(tmp_path / "project")
    for path in paths:
        assert b"told" in expected(site, made.out, BASE + path)
    assert (made.out / "robots.txt").read_text().startswith("User-agent")
