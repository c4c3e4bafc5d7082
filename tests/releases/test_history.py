"""Releases on the site: pages, feeds, histories, changes, tombstones and mementos, built and served."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
from conftest import run_command, start_server, stop_server
from endpoints import fetch
from patches import apply_patch
from projects import DATA, FILES, make_project
from test_release import MORE, SHAPES, git, released, toml

from ecoop_ld.rdf import canonical
from ecoop_ld.releases import diff

BASE = "https://example.org/"
GONE = "<http://www.w3.org/2002/07/owl#deprecated> true"
OLD = '\n<https://example.org/id/thing/old> a ex:Thing ; rdfs:label "Old"@en .\n'
SECOND = (
    DATA.replace("ex:size 3", "ex:size 4")
    + f"\n<{BASE}id/thing/two> {GONE} .\n"
    + f"\n<{BASE}id/thing/old> {GONE} ; <http://purl.org/dc/terms/isReplacedBy> <{BASE}id/thing/new> .\n"
    + f'\n<{BASE}id/thing/new> a ex:Thing ; rdfs:label "New"@en .\n'
)
THIRD = SECOND.replace('"New"', '"Newer"')


def dated(version: str, day: str) -> str:
    return re.sub(r'modified = "[^"]*"', f'modified = "{day}"', toml(version)).replace('["en"]', '["en", "es", "pt"]')


def three_releases(folder: Path) -> Path:
    """A project with three releases, built: an addition, changes, a rename and a withdrawal between them."""
    files = {**FILES, "data/things.ttl": DATA + MORE + OLD, "shapes/things.ttl": SHAPES}
    root = make_project(folder, files, dated("1.0.0", "2026-01-01"))
    (root / ".gitignore").write_text("releases/\npublic/\n.ecoop-ld/\n")
    git(root, "init", "-q")
    for version, day, data in (
        ("1.0.0", "2026-01-01", DATA + MORE + OLD),
        ("1.1.0", "2026-02-01", SECOND),
        ("1.2.0", "2026-03-01", THIRD),
    ):
        terms = files["ontology/ns.ttl"]
        if version == "1.2.0":  # the vocabulary has a version of its own
            terms = terms.replace('"1.0.0"', '"1.1.0"').replace("ns/1.0.0", "ns/1.1.0").replace("How big", "How large")
        frozen = released(
            root, version, {"data/things.ttl": data, "ontology/ns.ttl": terms, "ecoop.toml": dated(version, day)}
        )
        assert frozen.ok, frozen.report.as_json()
    done = run_command("build", cwd=root)
    assert done.returncode == 0, done.stdout + done.stderr
    return root


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return three_releases(tmp_path_factory.mktemp("history"))


@pytest.fixture(scope="module")
def public(project: Path) -> Path:
    return project / "public"


@pytest.fixture(scope="module")
def url(project: Path, public: Path) -> Iterator[str]:
    running = start_server(project, public)
    yield running.url
    stop_server(running)


def stated(project: Path, version: str) -> list[bytes]:
    return canonical.canonical_lines(diff.read_file(project / f"releases/{version}/stated.nq"))


# --- releases are served -------------------------------------------------------------------------------------------


def test_every_file_of_a_release_is_published_as_it_is(project: Path, public: Path) -> None:
    for version in ("1.0.0", "1.1.0", "1.2.0"):
        folder = project / "releases" / version
        names = [p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file() and p.name != "index.html"]
        assert len(names) > 50
        for name in names:
            assert (public / "dumps" / version / name).read_bytes() == (folder / name).read_bytes()


def test_the_published_checksums_are_right(public: Path) -> None:
    import hashlib

    folder = public / "dumps/1.1.0"
    rows = re.findall(r"^(\w{64})  (.+)$", (folder / "SHA256SUMS").read_text(), re.MULTILINE)
    assert rows
    assert all(hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest for digest, name in rows)


@pytest.mark.parametrize("damage", ["altered", "truncated", "missing"])
def test_a_release_that_is_not_whole_is_not_published(project: Path, tmp_path: Path, damage: str) -> None:
    file = project / "releases/1.0.0/all.ttl"
    content, sums = file.read_bytes(), project / "releases/1.0.0/SHA256SUMS"
    try:
        if damage == "missing":
            file.unlink()
        else:
            file.write_bytes(content + b"#" if damage == "altered" else content[:-1])
        done = run_command("build", "--out", tmp_path / "out", cwd=project)
        assert done.returncode == 2
        assert "all.ttl" in done.stderr
        assert "release --verify" in done.stderr
        assert not (tmp_path / "out").exists()
    finally:
        file.write_bytes(content)
    assert sums.is_file()


def test_each_release_has_a_page_with_its_changes_files_and_checksums(public: Path, project: Path) -> None:
    page = (public / "dumps/1.1.0/index.html").read_text()
    assert "<h1>Example 1.1.0</h1>" in page
    assert re.search(r"<del><span[^>]*>3</span></del></dd><dd><ins><span[^>]*>4<", page)
    assert 'href="../../dumps/1.1.0/all.ttl"' in page
    assert (project / "releases/1.1.0/SHA256SUMS").read_text().split("  all.ttl")[0][-64:] in page
    for name in ("diff.html", "diff.rdfp", "CHANGELOG.md", "SHA256SUMS"):
        assert f'href="../../dumps/1.1.0/{name}"' in page
    assert "since 1.0.0" in page
    assert "desde 1.0.0" in (public / "dumps/1.1.0/index.es.html").read_text()


def test_all_releases_are_on_a_page_that_the_download_page_links(public: Path) -> None:
    assert 'href="./dumps/index.html"' in (public / "download.html").read_text()
    page = (public / "dumps/index.html").read_text()
    assert re.findall(r'href="../dumps/([\d.]+)/index.html"', page) == ["1.2.0", "1.1.0", "1.0.0"]


def test_every_link_of_the_pages_leads_somewhere(public: Path) -> None:
    pages = [*public.glob("dumps/*.html"), *public.glob("dumps/1*/index*.html"), *public.glob("changes/*.html")]
    assert len(pages) >= 3 + 3 * 3 + 3 * 3
    for page in pages:
        for link in re.findall(r'(?:href|src)="([^"#:]+)[^":]*"', page.read_text()):
            target = (page.parent / link).resolve()
            assert target.exists(), f"{page}: {link}"


def test_without_releases_there_is_none_of_it(tmp_path: Path) -> None:
    root = make_project(tmp_path)
    done = run_command("build", cwd=root)
    assert done.returncode == 0, done.stderr
    assert {p.name for p in (root / "public/dumps").iterdir()} == {"latest"}
    assert not (root / "public/changes").exists()
    assert "History" not in (root / "public/doc/thing/one.html").read_text()


# --- descriptions --------------------------------------------------------------------------------------------------


def graph(content: bytes) -> set[tuple[str, str, str]]:
    return {
        (t.subject.value, t.predicate.value, getattr(t.object, "value", ""))
        for t in ox.parse(content, format=ox.RdfFormat.TURTLE)
    }  # type: ignore[union-attr]


DCAT = "http://www.w3.org/ns/dcat#"
CONFORMS = "http://purl.org/dc/terms/conformsTo"


def test_versions_of_dataset_and_vocabulary_are_told_apart(public: Path) -> None:
    found = graph((public / "catalog.ttl").read_bytes())
    node, one, two, three = f"{BASE}catalog#dataset", *(f"{BASE}dumps/{v}/" for v in ("1.0.0", "1.1.0", "1.2.0"))
    assert {o for s, p, o in found if (s, p) == (node, DCAT + "hasVersion")} == {one, two, three}
    assert {(s, o) for s, p, o in found if p == DCAT + "previousVersion"} == {(node, two), (three, two), (two, one)}
    assert (node, DCAT + "hasCurrentVersion", three) in found
    assert {(s, o) for s, p, o in found if p == CONFORMS and s in (one, two, three, node)} == {
        (one, f"{BASE}ns/1.0.0"), (two, f"{BASE}ns/1.0.0"), (three, f"{BASE}ns/1.1.0"), (node, f"{BASE}ns/1.1.0")
    }  # fmt: skip
    prior = "http://www.w3.org/2002/07/owl#priorVersion"
    assert (f"{BASE}ns", prior, f"{BASE}ns/1.0.0") in graph((public / "ns.ttl").read_bytes())


def test_a_release_describes_itself(public: Path, url: str) -> None:
    answer = fetch(url, "dumps/1.1.0/", headers={"Accept": "text/turtle"})
    assert answer.status == 200
    assert answer.body == (public / "dumps/1.1.0/index.ttl").read_bytes()
    found, node = graph(answer.body), f"{BASE}dumps/1.1.0/"
    files = {o for s, p, o in found if (s, p) == (node, DCAT + "distribution")}
    rows = re.findall(r"^\w{64}  (.+)$", (public / "dumps/1.1.0/SHA256SUMS").read_text(), re.MULTILINE)
    listed = {o.rpartition("dumps/1.1.0/")[2] for s, p, o in found if p == DCAT + "downloadURL" and s in files}
    assert listed
    assert {"all.nq", "all.ttl.gz", "tables.sqlite"} <= listed <= set(rows)
    notes = next(o for s, p, o in found if p == "http://www.w3.org/ns/adms#versionNotes")
    assert notes == (public / "dumps/1.1.0/CHANGELOG.md").read_text()


def test_a_changelog_entry_names_what_came_changed_moved_and_went(project: Path) -> None:
    entry = (project / "releases/1.1.0/CHANGELOG.md").read_text()
    assert entry.startswith("## 1.1.0 - 2026-02-01\n")
    for title, iri in (("Added", "new"), ("Changed", "one"), ("Moved", "old"), ("Withdrawn", "two")):
        section = entry.partition(f"### {title}\n")[2].partition("###")[0]
        assert f"<{BASE}id/thing/{iri}>" in section, entry
    assert f"now <{BASE}id/thing/new>" in entry
    log = (project / "releases/CHANGELOG.md").read_text()
    assert re.findall(r"^## ([\d.]+)", log, re.MULTILINE) == ["1.2.0", "1.1.0", "1.0.0"]


def test_the_version_iri_of_an_old_vocabulary_gives_it_as_it_was(project: Path, url: str) -> None:
    answer = fetch(url, "ns/1.0.0", headers={"Accept": "text/turtle"})
    assert (answer.status, answer.headers["location"]) == (303, "../dumps/1.1.0/vocabulary/terms.ttl")
    old = fetch(url, "dumps/1.1.0/vocabulary/terms.ttl")
    assert old.status == 200
    assert b"How big" in old.body
    assert fetch(url, "ns/1.0.0", headers={"Accept": "text/html"}).headers["location"] == "../dumps/1.1.0/index.html"
    assert fetch(url, "ns/1.1.0").headers["location"] == "../ns"
    assert fetch(url, "ns/9.9.9").status == 404


# --- feeds ---------------------------------------------------------------------------------------------------------


def test_the_vocabulary_says_what_changed_since_its_last_version(public: Path, url: str) -> None:
    """1.2.0 has version 1.1.0 of the vocabulary; the one before was 1.0.0, in release 1.1.0."""
    for language, words in (("", "Changes since 1.0.0"), (".es", "Cambios desde 1.0.0")):
        text = (public / f"ns{language}.html").read_text()
        section = text.split('id="changes"')[1].split('class="part"')[0]
        assert words in section
        assert 'href="./dumps/1.1.0/index' in section
        assert "How large" in section
        assert "How big" in section.split("<del>", 1)[1]
    assert fetch(url, "ns.html").body == (public / "ns.html").read_bytes()


def test_feeds_announce_every_release_with_links_that_resolve(public: Path, url: str) -> None:
    site = "http://localhost:8000/"
    space = "{http://www.w3.org/2005/Atom}"
    answer = fetch(url, "dumps/feed.atom")
    assert (answer.status, answer.media_type) == (200, "application/atom+xml")
    assert answer.body == (public / "dumps/feed.atom").read_bytes()
    atom = ElementTree.fromstring(answer.body)
    assert [e.findtext(f"{space}title") for e in atom.iter(f"{space}entry")] == ["1.2.0", "1.1.0", "1.0.0"]
    assert atom.findtext(f"{space}updated") == "2026-03-01T00:00:00Z"
    links = [link.get("href", "") for link in atom.iter(f"{space}link")]
    answer = fetch(url, "dumps/feed.json")
    assert (answer.status, answer.media_type) == (200, "application/feed+json")
    table = json.loads(answer.body)
    assert [item["date_published"][:10] for item in table["items"]] == ["2026-03-01", "2026-02-01", "2026-01-01"]
    links += [table["home_page_url"], table["feed_url"], *(item["url"] for item in table["items"])]
    assert len(links) == 5 + 5
    for link in links:
        assert link.startswith(site), link
        path = link.removeprefix(site)
        assert fetch(url, path).status == 200, path
        assert (public / path / "index.html" if path.endswith("/") else public / path).is_file(), path


# --- history of an entity ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("slug", "words"),
    [
        ("one", ["First in 1.0.0", "Changed in 1.1.0: size"]),
        ("new", ["First in 1.1.0", "Changed in 1.2.0: label"]),
        ("two", ["First in 1.0.0", "Withdrawn in 1.1.0"]),
        ("old", ["First in 1.0.0", "Replaced in 1.1.0"]),
    ],
)
def test_an_entity_tells_its_history(public: Path, slug: str, words: list[str]) -> None:
    page = (public / f"doc/thing/{slug}.html").read_text()
    section = re.search(r'<section class="group history".*?</section>', page, re.DOTALL)
    assert section
    rows = [re.sub(r"<[^>]+>", "", row).strip() for row in re.findall(r"<li>(.*?)</li>", section[0], re.DOTALL)]
    assert rows == words
    assert 'href="../../dumps/1.0.0/index.html"' in section[0] or slug == "new"


# --- changes since -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("since", ["1.0.0", "1.1.0", "1.2.0"])
def test_the_changes_lead_from_any_release_to_the_latest(project: Path, public: Path, url: str, since: str) -> None:
    answer = fetch(url, f"changes?since={since}", headers={"Accept": "application/rdf-patch"})
    assert (answer.status, answer.media_type) == (200, "application/rdf-patch")
    assert answer.body == (public / f"changes/{since}.rdfp").read_bytes()
    assert apply_patch(stated(project, since), answer.body.decode()) == stated(project, "1.2.0")
    direct = diff.compare(*(diff.read_file(project / f"releases/{v}/stated.nq") for v in (since, "1.2.0")))
    table = json.loads(fetch(url, f"changes?since={since}", headers={"Accept": "application/json"}).body)
    assert (table.pop("since"), table.pop("until")) == (since, "1.2.0")
    assert table == json.loads(direct.as_json())
    turtle = fetch(url, f"changes?since={since}", headers={"Accept": "text/turtle"})
    assert turtle.body == (public / f"changes/{since}.ttl").read_bytes()
    assert {side: replay(turtle.body, side) for side in ("removal", "addition")} == {
        "removal": set(direct.removed), "addition": set(direct.added)
    }  # fmt: skip
    page = fetch(url, f"changes?since={since}", headers={"Accept": "text/html"})
    assert f"<h1>Changes since {since}</h1>" in page.body.decode()


def replay(turtle: bytes, side: str) -> set[str]:
    """The N-Quads lines that change sets tell of."""
    store = ox.Store()
    store.load(turtle, format=ox.RdfFormat.TURTLE)
    query = f"""
    PREFIX cs: <http://purl.org/vocab/changeset/schema#> PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
    PREFIX dcterms: <http://purl.org/dc/terms/>
    SELECT ?s ?p ?o ?g {{ ?set a cs:ChangeSet ; cs:subjectOfChange ?s ; cs:{side} ?x .
      ?x rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ; dcterms:isPartOf ?g }}"""
    return {f"{row['s']} {row['p']} {row['o']} {row['g']} ." for row in store.query(query)}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("?since=9.9.9", 404, "no release 9.9.9. Releases: 1.0.0, 1.1.0, 1.2.0"),
        ("?since=latest", 400, "is no version"),
        ("?since=../1.0.0", 400, "is no version"),
        ("?since=", 400, "is no version"),
        ("", 400, "changes?since=VERSION"),
        ("?since=1.0.0&since=1.1.0", 400, "since one release"),
    ],
)
def test_a_version_that_was_never_released_is_refused_clearly(url: str, query: str, status: int, words: str) -> None:
    answer = fetch(url, "changes" + query)
    assert (answer.status, answer.media_type) == (status, "application/problem+json")
    assert words in str(answer.json["detail"])
    assert fetch(url, "changes" + query, headers={"Accept": "text/html"}).media_type == "text/html"


def test_the_changes_are_negotiated(url: str) -> None:
    assert fetch(url, "changes?since=1.0.0").media_type == "application/rdf-patch"
    assert fetch(url, "changes?since=1.0.0", headers={"Accept": "image/png"}).status == 406
    answer = fetch(url, "changes?since=1.0.0", headers={"Accept": "text/turtle"})
    assert answer.headers["content-location"] == "./changes/1.0.0.ttl"
    assert "accept" in answer.headers["vary"].lower()


# --- tombstones ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "accept", "status", "location"),
    [
        ("id/thing/old", "text/turtle", 301, "../../id/thing/new"),
        ("doc/thing/old", "text/turtle", 301, "../../doc/thing/new"),
        ("doc/thing/old.ttl", "*/*", 301, "../../doc/thing/new.ttl"),
        ("doc/thing/old.es.html", "*/*", 301, "../../doc/thing/new.es.html"),
        ("id/thing/two", "text/html", 303, "../../doc/thing/two"),
        ("doc/thing/two", "text/html", 410, None),
        ("doc/thing/two.ttl", "*/*", 410, None),
        ("id/thing/one", "*/*", 303, "../../doc/thing/one"),
    ],
)
def test_what_is_gone_is_answered_with_where_it_went(
    url: str, path: str, accept: str, status: int, location: str | None
) -> None:
    answer = fetch(url, path, headers={"Accept": accept})
    assert (answer.status, answer.headers.get("location")) == (status, location)


def test_the_page_of_what_is_gone_explains(public: Path, url: str) -> None:
    gone = fetch(url, "doc/thing/two", headers={"Accept": "text/html", "Accept-Language": "es"})
    assert "fue retirada" in gone.body.decode()
    moved = fetch(url, "doc/thing/old", headers={"Accept": "text/html"}).body.decode()
    assert moved == (public / "doc/thing/old.html").read_text()
    assert re.search(r'role="note"><p>This identifier is no longer used[^<]*<a href="../../doc/thing/new.html"', moved)
    assert 'role="note"' not in (public / "doc/thing/one.html").read_text()


def test_a_host_without_rules_points_on_from_what_moved(public: Path) -> None:
    assert 'url=../../../doc/thing/new.html"' in (public / "id/thing/old/index.html").read_text()
    assert 'url=../../../doc/thing/two.html"' in (public / "id/thing/two/index.html").read_text()


# --- Memento -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "version"),
    [
        ("Thu, 01 Jan 2015 00:00:00 GMT", "1.0.0"),
        ("Thu, 01 Jan 2026 00:00:00 GMT", "1.0.0"),
        ("Sat, 31 Jan 2026 23:59:59 GMT", "1.0.0"),
        ("Sun, 01 Feb 2026 00:00:00 GMT", "1.1.0"),
        ("Tue, 01 Jan 2030 00:00:00 GMT", "1.2.0"),
        ("Sun, 15 Feb 2026 00:00:00 -0000", "1.1.0"),  # a time without a zone is meant in UTC
        ("Sun, 01 Feb 2026 01:00:00 +0200", "1.0.0"),
    ],
)
def test_the_timegate_sends_to_the_release_of_a_moment(url: str, moment: str, version: str) -> None:
    for name in ("all.nq", ""):
        answer = fetch(url, f"dumps/latest/{name}", headers={"Accept-Datetime": moment})
        assert (answer.status, answer.headers["location"]) == (302, f"../../dumps/{version}/{name}")
        assert "accept-datetime" in answer.headers["vary"].lower()
        assert f'<{url}dumps/latest/{name}>; rel="original timegate"' in answer.headers["link"]
        assert fetch(url, f"dumps/{version}/{name}").status == 200


def test_a_memento_says_when_it_was_and_links_to_the_others(project: Path, url: str) -> None:
    answer = fetch(url, "dumps/1.1.0/all.nq")
    assert answer.headers["memento-datetime"] == "Sun, 01 Feb 2026 00:00:00 GMT"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.body == (project / "releases/1.1.0/all.nq").read_bytes()
    links = answer.headers["link"]
    for words in (
        f'<{url}dumps/latest/all.nq>; rel="original timegate"',
        f'<{url}dumps/timemap/all.nq>; rel="timemap"; type="application/link-format"',
        f'<{url}dumps/1.0.0/all.nq>; rel="first memento"; datetime="Thu, 01 Jan 2026 00:00:00 GMT"',
        f'<{url}dumps/1.2.0/all.nq>; rel="last memento"; datetime="Sun, 01 Mar 2026 00:00:00 GMT"',
    ):
        assert words in links
    present = fetch(url, "dumps/latest/all.nq")
    assert present.status == 200
    assert "memento-datetime" not in present.headers
    assert "accept-datetime" in present.headers["vary"].lower()


def test_the_timemaps_list_every_memento(public: Path, url: str) -> None:
    whole = fetch(url, "dumps/timemap.link")
    assert (whole.status, whole.media_type) == (200, "application/link-format")
    assert whole.body == (public / "dumps/timemap.link").read_bytes()
    assert whole.body.count(b"memento") == 3
    for name in ("all.nq", "tables.sqlite", "derived.nq"):
        answer = fetch(url, f"dumps/timemap/{name}")
        if name == "derived.nq" and answer.status == 404:
            continue
        rows = re.findall(r'<([^>]+)>;rel="(?:first |last )*memento";datetime="([^"]+)"', answer.body.decode())
        assert [target.removeprefix(url) for target, _ in rows] == [
            f"dumps/{v}/{name}" for v in ("1.0.0", "1.1.0", "1.2.0")
        ]
        assert all(
            fetch(url, target.removeprefix(url)).headers["memento-datetime"] == moment for target, moment in rows
        )
    assert fetch(url, "dumps/timemap/nothing.nq").status == 404


def test_a_moment_that_is_none_is_refused(url: str) -> None:
    answer = fetch(url, "dumps/latest/all.nq", headers={"Accept-Datetime": "yesterday"})
    assert answer.status == 400


# --- rules for static hosts ----------------------------------------------------------------------------------------


def test_rules_for_static_hosts_tell_what_the_server_does(public: Path) -> None:
    redirects = (public / "_redirects").read_text().splitlines()
    assert {
        "/id/thing/old /id/thing/new 301", "/doc/thing/old /doc/thing/new 301",
        "/id/thing/two /doc/thing/two.html 410", "/doc/thing/two /doc/thing/two.html 410",
        "/ns/1.0.0 /dumps/1.1.0/index.html 303", "/ns/1.1.0 /ns.html 303", "/id/:type/:slug /doc/:type/:slug 303",
    } <= set(redirects)  # fmt: skip
    headers = (public / "_headers").read_text()
    assert "/dumps/1.1.0/*\n  Memento-Datetime: Sun, 01 Feb 2026 00:00:00 GMT\n  Link: <" in headers
    apache, nginx = (public / ".htaccess").read_text(), (public / "nginx.conf").read_text()
    assert "RewriteRule ^id/thing/old/?$ /id/thing/new [R=301,NE,L]" in apache
    assert "RewriteRule ^id/thing/two/?$ - [G,L]" in apache
    assert "location = /id/thing/old { return 301 /id/thing/new; }" in nginx
    assert "location = /id/thing/two { error_page 410 /doc/thing/two.html; return 410; }" in nginx
