"""Every described IRI under the public base leads to a document that says all that is said about it."""

from __future__ import annotations

import io
import json
import re
import shutil
from pathlib import Path
from urllib.parse import urljoin

import oddities
import pyoxigraph as ox
import pytest
from asking import Asking, site_of
from conftest import ROOT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from projects import FILES, PREFIXES, TOML, make_project

import ecoop_ld
from ecoop_ld import config
from ecoop_ld.build.build import build
from ecoop_ld.model import tombstones
from ecoop_ld.site.site import Site

STARTER = Path(ecoop_ld.__file__).parent / "projects/starter"
SHAPES = """\
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
<https://example.org/gender#male> a foaf:Agent ; foaf:name "hash without a described parent" .
<https://example.org/gender#female> a foaf:Agent ; foaf:name "another" ; foaf:knows <https://example.org/gender#male> .
<https://example.org/scheme#> a foaf:Agent ; foaf:name "an empty fragment" .
<https://example.org/id/thing/page> a foaf:Document ; foaf:name "parent" .
<https://example.org/id/thing/page#me> a foaf:Agent ; foaf:nick "me" .
<https://example.org/id/thing/S%C3%B6ren> a foaf:Agent ; foaf:name "escaped" .
<https://example.org/id/thing/Sören> a foaf:Agent ; foaf:name "the same request" .
<https://example.org/id/thing/a%20b> a foaf:Agent ; foaf:name "a space" .
<https://example.org/id/thing/a%2Fb> a foaf:Agent ; foaf:name "a slash that is none" .
<https://example.org/id/thing/a%FFb> a foaf:Agent ; foaf:name "not UTF-8" .
<https://example.org/id/thing/a%00b> a foaf:Agent ; foaf:name "nothing" .
<https://example.org/id/thing/a?x=1&y=2> a foaf:Agent ; foaf:name "query" .
<https://example.org/id/thing/a?> a foaf:Agent ; foaf:name "an empty query" .
<https://example.org/id/thing/a> a foaf:Agent ; foaf:name "no query" .
<https://example.org/people/Ann.Smith> a foaf:Agent ; foaf:name "capitals and a dot" .
<https://example.org/people/ann.smith> a foaf:Agent ; foaf:name "no capitals" .
<https://example.org/people/Ann.Smith/> a foaf:Agent ; foaf:name "a slash at the end" .
<https://example.org/a/b/c/d/e> a foaf:Agent ; foaf:name "deep" .
<https://example.org/a//b> a foaf:Agent ; foaf:name "nothing between" .
<https://example.org//> a foaf:Agent ; foaf:name "twice nothing" .
<https://example.org/日本/東京> a foaf:Agent ; foaf:name "another script" .
<https://example.org/> a foaf:Agent ; foaf:name "the base" .
<https://example.org/#this> a foaf:Agent ; foaf:name "at the base" .
<https://example.org/catalog> a foaf:Agent ; foaf:name "a page of the site" .
<https://example.org/browse> a foaf:Agent ; foaf:name "another" .
<https://example.org/doc/thing/page> a foaf:Agent ; foaf:name "a document" .
<https://example.org/ns#male> a foaf:Agent ; foaf:name "in the vocabulary, and no term" .
<https://example.org/graph/data> a foaf:Agent ; foaf:name "the graph itself" .
<https://example.org/id/thing/index> a foaf:Agent ; foaf:name "index" .
<https://example.org/id/thing/con> a foaf:Agent ; foaf:name "con" .
<https://example.org/id> a foaf:Agent ; foaf:name "id" .
<https://example.org/id/> a foaf:Agent ; foaf:name "id/" .
<https://example.org/x:y@z;a=1,b!$'()*+~> a foaf:Agent ; foaf:name "signs" .
"""


def written(quad: ox.Quad) -> str:
    """A triple as text; a blank node, which has an IRI inside the toolkit, by its mark alone."""
    found = str(ox.Triple(quad.subject, quad.predicate, quad.object))
    return re.sub(r"_:\w+|<[^>]*/\.well-known/genid/[^>]*>", "_:", found)


def said_elsewhere(site: Site) -> list[str]:
    """Descriptions of IRIs under the base that their document does not have, or that lead to none."""
    asking, found = Asking(site), []
    dataset, base = site.dataset, site.config.base
    stated: dict[str, set[str]] = {}
    for quad in dataset.stated:
        if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(base):
            stated.setdefault(quad.subject.value, set()).add(written(quad))
    documents: dict[str, set[str]] = {}
    for iri, triples in stated.items():
        if "/.well-known/genid/" in iri or dataset.addresses.page(iri) is None:
            continue
        fate = tombstones.fate(dataset, iri)
        if fate is not None and fate.target:
            continue  # leads to what took its place
        at, reply = asking.look_up(iri)
        if reply.status not in (200, 410) or reply.media_type != "application/n-triples":
            found.append(f"<{iri}>: {at} {reply.status} {reply.media_type}")
            continue
        if at not in documents:
            quads = ox.parse(io.BytesIO(reply.body), format=ox.RdfFormat.N_TRIPLES)
            documents[at] = {written(quad) for quad in quads}
        missing = triples - documents[at]
        if missing:
            found.append(f"<{iri}>: {at} lacks {sorted(missing)[0]}")
    assert stated
    return found


def copied(folder: Path, target: Path) -> Path:
    shutil.copytree(folder, target)
    for name in ("ontology", "data", "shapes", "site"):
        (target / name).mkdir(exist_ok=True)
    return target


@pytest.mark.slow
@pytest.mark.parametrize("name", ["this project", "starter", "oddities"])
def test_our_own_projects_are_looked_up(tmp_path: Path, name: str) -> None:
    roots = {"this project": lambda: ROOT, "starter": lambda: copied(STARTER, tmp_path / "starter")}
    roots["oddities"] = lambda: oddities.odd_project(tmp_path)
    assert said_elsewhere(site_of(roots[name]())) == []


def test_every_shape_of_iri_is_looked_up(tmp_path: Path) -> None:
    site = site_of(make_project(tmp_path, {"ontology/none.ttl": "", "data/shapes.ttl": SHAPES}))
    assert said_elsewhere(site) == []
    asking = Asking(site)
    for iri in site.dataset.things:
        if iri.startswith("https://example.org/id/thing/"):
            _, reply = asking.look_up(iri, "text/html")
            assert (reply.status, reply.media_type) == (200, "text/html"), iri


@pytest.mark.slow
@pytest.mark.parametrize("name", ["bf", "dcat", "epo", "geo", "gnd", "sdg", "skosmos", "time", "wd"])
def test_the_corpora_are_looked_up(shared: Path, tmp_path: Path, name: str) -> None:
    assert said_elsewhere(site_of(copied(shared / "corpora/projects" / name, tmp_path / name))) == []


PARTS = st.text("abAB01-._~!$&'()*+,;=:@é日", min_size=1, max_size=5).filter(lambda part: part not in (".", ".."))
ESCAPED = st.sampled_from(["%20", "%2F", "%3F", "%23", "%25", "%C3%A9", "%ff", "%41"])
PATHS = st.lists(st.builds(str.__add__, PARTS, st.one_of(st.just(""), ESCAPED)), min_size=1, max_size=4).map("/".join)
IRIS = st.builds(
    lambda start, path, query, fragment: "https://example.org/" + start + path + query + fragment,
    st.sampled_from(["", "id/", "id/thing/", "doc/", "graph/"]),
    PATHS,
    st.sampled_from(["", "", "", "?x=1", "?q=a%20b&c"]),
    st.sampled_from(["", "", "#me", "#", "#a%20b"]),
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(iris=st.lists(IRIS, min_size=1, max_size=12, unique=True))
def test_generated_iris_are_looked_up(tmp_path_factory: pytest.TempPathFactory, iris: list[str]) -> None:
    data = "".join(f'<{iri}> <http://xmlns.com/foaf/0.1/name> "{n}" .\n' for n, iri in enumerate(iris))
    root = make_project(tmp_path_factory.mktemp("odd"), {"ontology/none.ttl": "", "data/odd.nt": data}, TOML)
    assert said_elsewhere(site_of(root)) == []


TERMS = "".join(
    f"""
<{iri}> a owl:Ontology ; rdfs:label "Vocabulary {n}"@en .
<{start}Thing> a owl:Class ; rdfs:label "Thing {n}"@en ; rdfs:isDefinedBy <{iri}> .
<{start}size> a owl:DatatypeProperty ; rdfs:label "size {n}"@en ; rdfs:isDefinedBy <{iri}> .
<{start}male> a skos:Concept ; skos:prefLabel "No term {n}"@en .
"""
    for n, (iri, start) in enumerate(
        (
            ("https://example.org/gender", "https://example.org/gender#"),
            ("https://example.org/core/v1/", "https://example.org/core/v1/"),
            ("https://example.org/deep/Er", "https://example.org/deep/Er#"),
            ("https://example.org/", "https://example.org/"),
            ("https://elsewhere.example/ns", "https://elsewhere.example/ns#"),
        )
    )
)


@pytest.mark.parametrize(
    ("first", "more"),
    [
        ("gender", []),
        ("gender#", ["core/v1/", "deep/Er#"]),
        ("core/v1/", ["gender", "https://elsewhere.example/ns#"]),
        ("https://example.org/", ["deep/Er"]),
        ("https://elsewhere.example/ns", ["https://example.org/core/v1/"]),
    ],
)
def test_vocabularies_of_every_shape_are_looked_up(tmp_path: Path, first: str, more: list[str]) -> None:
    toml = TOML.replace('vocabulary = "ns"', f'vocabulary = "{first}"\nvocabularies = {json.dumps(more)}')
    site = site_of(make_project(tmp_path, {"ontology/terms.ttl": PREFIXES + TERMS, "data/none.ttl": ""}, toml))
    assert said_elsewhere(site) == []
    asking, addresses = Asking(site), site.dataset.addresses
    for vocabulary in site.config.vocabularies:
        reply = asking.get(addresses.place(vocabulary), "text/html")
        if reply.status == 200:
            continue  # at its page, or at the front page of the site
        page = asking.get(
            urljoin(f"http://x/{addresses.place(vocabulary)}", reply.headers["location"])[9:], "text/html"
        )
        assert (page.status, page.media_type) == (200, "text/html")
        for term in ("Thing", "size", *(["male"] if not vocabulary.endswith("/") else [])):
            assert f'id="{term}"'.encode() in page.body


@pytest.mark.parametrize("path", ["dumps/", "dumps/latest/"])
def test_the_dumps_lead_to_the_downloads_before_the_first_release(tmp_path: Path, path: str) -> None:
    asking = Asking(site_of(make_project(tmp_path)))
    reply = asking.get(path)
    assert (reply.status, urljoin(f"http://x/{path}", reply.headers["location"])) == (303, "http://x/download")


def test_a_file_that_the_data_describe_names_its_document(tmp_path: Path) -> None:
    data = '<https://example.org/datapackage.json> <http://xmlns.com/foaf/0.1/name> "The package"@en .\n'
    root = make_project(tmp_path, {**FILES, "data/files.nt": data})
    assert build(config.load(root), tmp_path / "public").ok
    asking = Asking(site_of(root), tmp_path / "public")
    for path, described in (("datapackage.json", True), ("CITATION.cff", False)):
        reply = asking.get(path)
        link = reply.headers.get("link", "")
        assert ("describedby" in link) == described, (reply.status, reply.headers)
    document = re.findall(r"<http://site.test/(doc/other/[^>]+)>", asking.get("datapackage.json").headers["link"])[0]
    assert b"The package" in asking.get(document, "text/turtle").body
