"""An endpoint as the source of a build: the same bytes as from a file of the same data, or a clear error."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from conftest import run_command
from projects import FILES, ONTOLOGY, TOML, make_project
from stores import Endpoint, Handler, Store, endpoint, fuseki, oxigraph

from ecoop_ld import config
from ecoop_ld.errors import UserError
from ecoop_ld.rdf.formats import JSON
from ecoop_ld.sources import files, remote
from ecoop_ld.sparql.download import Download
from ecoop_ld.sparql.remote import RemoteEndpoint

BASE = "https://example.org/"
RDF, RDFS = "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://www.w3.org/2000/01/rdf-schema#"
HUB, THINGS = f"{BASE}id/thing/hub", 60
ODD = (
    '"x"@en',
    '"x"@es',
    '"x"',
    '"line\\nfeed \\"quoted\\" \\\\ tab\\t"',
    '"x"^^<https://example.org/ns#kind>',
    '"2026-01-01"^^<http://www.w3.org/2001/XMLSchema#date>',
    f"<{BASE}id/thing/x>",
    '"𝄞 ﬁ é"',
)


def nquads() -> str:
    """Two named graphs and the default graph, a hub with many values, odd literals, blank nodes that hang together."""
    lines = []
    for n in range(THINGS):
        thing, graph = f"<{BASE}id/thing/{n}>", f"<{BASE}graph/{'ab'[n % 2]}>"
        lines.append(f"{thing} <{RDF}type> <{BASE}ns#Thing> {graph} .")
        lines.append(f'{thing} <{RDFS}label> "Thing {n}"@en {graph} .')
        lines.append(f"<{HUB}> <{BASE}ns#uses> {thing} <{BASE}graph/a> .")
    lines += [f"<{HUB}> <{BASE}ns#says> {value} <{BASE}graph/b> ." for value in ODD]
    lines += [f'<{HUB}> <{RDFS}label> "Hub"@en .', f"<{HUB}> <{RDF}type> <{BASE}ns#Tool> .", f"{lines[0][:-1]}."]
    lines += [
        f"<{HUB}> <{BASE}ns#has> _:a <{BASE}graph/a> .",
        f"_:a <{BASE}ns#has> _:b <{BASE}graph/a> .",
        f'_:b <{RDFS}label> "Below"@en <{BASE}graph/b> .',
        f'_:c <{RDFS}label> "Alone"@en .',
        f'_:d <{RDFS}label> "Alone"@en .',
        f'<{HUB}> <{RDFS}comment> "in both" <{BASE}graph/a> .',
        f'<{HUB}> <{RDFS}comment> "in both" <{BASE}graph/b> .',
    ]
    return "".join(f"{line}\n" for line in dict.fromkeys(lines))


DATA = nquads().encode()
TOTAL = len(DATA.splitlines())


def toml(url: str, **more: object) -> str:
    settings = "".join(f"{key} = {json.dumps(value)}\n" for key, value in more.items())
    return f'{TOML}\n[source]\nendpoint = "{url}"\n{settings}'


def fetched(url: str, **more: object) -> set[ox.Quad]:
    found = Download(RemoteEndpoint(url), **more).run()  # type: ignore[arg-type]
    parsed = ox.parse("".join(f"{line} .\n" for line in found.lines).encode(), format=ox.RdfFormat.N_QUADS)
    return _named(parsed) | _named(found.blank)


def _named(quads: object) -> set[ox.Quad]:
    data = ox.Dataset(quads)  # type: ignore[arg-type]
    data.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return set(data)


WANTED = set(ox.parse(DATA, format=ox.RdfFormat.N_QUADS))


def same(found: set[ox.Quad]) -> bool:
    """The same graph but for the names of blank nodes."""
    plain = {q for q in found if not _blank(q)}
    return plain == {q for q in WANTED if not _blank(q)} and _named([q for q in found if _blank(q)]) == _named(
        [q for q in WANTED if _blank(q)]
    )


def _blank(quad: ox.Quad) -> bool:
    return any(isinstance(term, ox.BlankNode) for term in (quad.subject, quad.object, quad.graph_name))


@pytest.fixture
def store() -> Iterator[Endpoint]:
    with endpoint(DATA) as running:
        yield running


# --- paging --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", [1, 2, 7, 60, 100, 10_000])
def test_every_size_of_page_gives_the_same(store: Endpoint, page: int) -> None:
    assert same(fetched(store.url, page=page))


def test_a_default_graph_that_is_the_union_of_all_is_no_graph_of_its_own() -> None:
    quads = [line for line in DATA.splitlines() if line.endswith(b"> .") and b"/graph/" in line]
    content = b"\n".join(quads) + b"\n"
    with endpoint(content, union=True) as running:
        found = fetched(running.url)
    assert len(found) == len(quads)
    assert not any(isinstance(q.graph_name, ox.DefaultGraph) for q in found)


def test_graphs_can_be_chosen(store: Endpoint) -> None:
    found = fetched(store.url, graphs=(f"{BASE}graph/b",))
    assert {q.graph_name for q in found} == {ox.NamedNode(f"{BASE}graph/b")}
    assert len(found) == sum(line.endswith(b"/graph/b> .") for line in DATA.splitlines())


def test_nothing_there() -> None:
    with endpoint(b"") as running:
        assert fetched(running.url) == set()


@pytest.mark.parametrize("most", [3, 10, 25, 59])
def test_a_silent_limit_of_rows_is_paged_around(store: Endpoint, most: int) -> None:
    """But for blank nodes, which cannot be: so without them here."""
    plain = b"".join(line + b"\n" for line in DATA.splitlines() if b"_:" not in line)
    with endpoint(plain) as running:
        running.fault = lambda handler, query: handler.answer(running.solve(query, most)) or True
        found = fetched(running.url, page=100)
    assert found == set(ox.parse(plain, format=ox.RdfFormat.N_QUADS))


# --- what goes wrong -----------------------------------------------------------------------------------------------


def cut(store: Endpoint, most: int, mark: str) -> Callable[[Handler, str], bool]:
    """No more rows than so many where the query has a mark in it."""

    def fault(handler: Handler, query: str) -> bool:
        if mark not in query:
            return False
        handler.answer(store.solve(query, most), X_SPARQL_MaxRows=str(most))
        return True

    return fault


def after(number: int, do: Callable[[Handler], object]) -> Callable[[Endpoint], Callable[[Handler, str], bool]]:
    """From the so-manieth query on something else is done."""

    def of(store: Endpoint) -> Callable[[Handler, str], bool]:
        def fault(handler: Handler, query: str) -> bool:
            if len(store.asked) <= number:
                return False
            do(handler)
            return True

        return fault

    return of


def endless(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/sparql-results+json")
    handler.end_headers()
    while True:
        handler.wfile.write(b" " * 65536)


def changed(store: Endpoint) -> Callable[[Handler, str], bool]:
    def fault(_: Handler, query: str) -> bool:
        if len(store.asked) == 9:
            store.store.add(ox.Quad(ox.NamedNode("a:b"), ox.NamedNode("a:b"), ox.Literal(str(len(store.asked)))))
        return False

    return fault


FORGED = b'{"head":{"vars":["g","s","p","o","n"]},"results":{"bindings":[%s]}}'
IN_IRI = b'{"s":{"type":"uri","value":"a:b> <c:d> <e:f> .\\n<g:h"},"o":{"type":"uri","value":"a:b"},"p":{"type":"uri","value":"a:b"}}'
WRONG: Mapping[str, tuple[Callable[[Endpoint], Callable[[Handler, str], bool]], str]] = {
    "blank nodes cut": (lambda s: cut(s, 3, "?g ?s ?p ?o WHERE { { "), "statements with blank nodes it gives 3 in one"),
    "groups cut": (lambda s: lambda h, q: "GROUP BY" in q and _cut_groups(s, h, q), "by graph and property"),
    "pages empty": (
        lambda s: lambda h, q: "ORDER BY" in q and (h.answer(FORGED % b"") or True),
        "does not give all it has: of",
    ),
    "same page again": (
        lambda s: (
            lambda h, q: (
                "ORDER BY" in q and (h.answer(s.solve(re.sub(r"&& STR\(\?s\) > \"[^\"]*\"", "", q), 4)) or True)
            )
        ),
        "does not give all it has: of",
    ),
    "changes": (changed, "was changed while it was read"),
    "206": (after(6, lambda h: h.answer(FORGED % b"", 206)), r"sent a part of the answer.*\(206\)"),
    "500": (after(6, lambda h: h.answer(b"", 500)), r"broke down on the query \(500\)"),
    "a page": (after(6, lambda h: h.answer(b"<p>", Content_Type="text/html")), "is a web page"),
    "cut body": (after(6, lambda h: h.answer((FORGED % b"")[:-2])), "not whole"),
    "elsewhere": (after(6, lambda h: h.answer(b"", 307, Location="http://127.0.0.1:1/")), "cannot be reached"),
    "endless": (after(6, endless), "larger than 1,000,000 bytes"),
    "hangs": (after(6, lambda h: time.sleep(30)), "had not answered in full after 2 s"),
    "asks to wait": (after(6, lambda h: h.answer(b"", 503, Retry_After="9")), "past the deadline"),
    "no number": (after(0, lambda h: h.answer(FORGED % b'{"n":{"type":"literal","value":"many"}}')), "no number"),
    "no IRI": (after(6, lambda h: h.answer(FORGED % IN_IRI)), "no IRI|cannot be read|does not give"),
}


def _cut_groups(store: Endpoint, handler: Handler, query: str) -> bool:
    table = json.loads(store.solve(query))
    del table["results"]["bindings"][2:]
    handler.answer(json.dumps(table).encode())
    return True


@pytest.mark.parametrize("name", WRONG)
def test_what_goes_wrong_is_told_and_the_last_file_stays(store: Endpoint, tmp_path: Path, name: str) -> None:
    seconds = 2 if name in ("hangs", "asks to wait") else 60
    root = make_project(tmp_path, FILES, toml(store.url, page=20, seconds=seconds, bytes=1_000_000))
    last = root / remote.NAME
    last.write_text("# Fetched by ecoop-ld from before\n")
    store.fault = WRONG[name][0](store)
    with pytest.raises(UserError, match=WRONG[name][1]) as caught:
        remote.refresh(config.load(root))
    assert store.url in caught.value.message
    assert last.read_text() == "# Fetched by ecoop-ld from before\n"
    assert {path.name for path in last.parent.iterdir()} == {"things.ttl", "endpoint.nq"}


def test_retry_after_is_kept_to(store: Endpoint, tmp_path: Path) -> None:
    turned_away: list[str] = []

    def fault(handler: Handler, query: str) -> bool:
        if query in turned_away:
            return False
        turned_away.append(query)
        handler.answer(b"", 429, Retry_After="0")
        return True

    store.fault = fault
    root = make_project(tmp_path, FILES, toml(store.url))
    assert remote.refresh(config.load(root))
    assert min(map(store.asked.count, turned_away)) >= 2


# --- the file ------------------------------------------------------------------------------------------------------


def test_the_file_is_the_same_from_any_endpoint_that_holds_the_same(store: Endpoint, tmp_path: Path) -> None:
    root = make_project(tmp_path, FILES, toml(store.url))
    settings = config.load(root)
    assert remote.refresh(settings)
    first = (root / remote.NAME).read_bytes()
    assert not remote.refresh(settings)
    shuffled = b"\n".join(sorted(DATA.replace(b"_:", b"_:other").splitlines(), key=lambda line: line[::-1])) + b"\n"
    with endpoint(shuffled) as other:
        remote.refresh(config.load(make_project(tmp_path / "other", FILES, toml(other.url))))
        again = (tmp_path / "other/project" / remote.NAME).read_bytes()
    assert first.replace(store.url.encode(), b"") == again.replace(other.url.encode(), b"")
    assert len(files.load(settings).in_folder("data")[0].quads) == TOTAL


def test_a_file_of_that_name_that_was_not_fetched_stays(store: Endpoint, tmp_path: Path) -> None:
    root = make_project(tmp_path, {**FILES, remote.NAME: "<a:b> <a:b> <a:b> .\n"}, toml(store.url))
    with pytest.raises(UserError, match="was not fetched"):
        remote.refresh(config.load(root))
    assert store.asked == []


# --- who asks ------------------------------------------------------------------------------------------------------

SECRET = "pa:ss wörd"


@pytest.mark.parametrize(
    ("environment", "sent"),
    [
        ({"ECOOP_SOURCE_USER": "ellen", "ECOOP_SOURCE_PASSWORD": SECRET}, "Basic ZWxsZW46cGE6c3Mgd8O2cmQ="),
        ({"ECOOP_SOURCE_TOKEN": "abc.def"}, "Bearer abc.def"),
        ({}, None),
    ],
)
def test_credentials_come_from_the_environment_alone(
    store: Endpoint, tmp_path: Path, environment: dict[str, str], sent: str | None
) -> None:
    root = make_project(tmp_path, FILES, toml(store.url))
    made = remote.of_source(config.load(root), environment)
    Download(made).run()
    assert {headers.get("Authorization") for headers in store.headers} == {sent}
    assert not any(value in repr(made) for value in environment.values())


@pytest.mark.parametrize(
    ("url", "environment", "words"),
    [
        ("https://query.example.org/sparql", {"ECOOP_SOURCE_USER": "me"}, "alone"),
        ("https://query.example.org/sparql", {"ECOOP_SOURCE_PASSWORD": SECRET}, "alone"),
        ("http://query.example.org/sparql", {"ECOOP_SOURCE_TOKEN": "abc"}, "others could read it"),
        ("https://query.example.org/sparql", {"ECOOP_SOURCE_TOKEN": "abc\r\nX: y"}, "cannot be sent"),
        (
            "https://query.example.org/sparql",
            {"ECOOP_SOURCE_TOKEN": "abc", "ECOOP_SOURCE_USER": "me", "ECOOP_SOURCE_PASSWORD": SECRET},
            "both",
        ),
    ],
)
def test_credentials_that_cannot_be_right(tmp_path: Path, url: str, environment: dict[str, str], words: str) -> None:
    root = make_project(tmp_path, FILES, toml(url))
    with pytest.raises(UserError, match=words) as caught:
        remote.of_source(config.load(root), environment)
    assert not any(value in str(caught.value) for value in environment.values() if value != "me")


def test_credentials_do_not_go_along_with_a_redirect_to_another_host(store: Endpoint, tmp_path: Path) -> None:
    with endpoint(DATA) as other:
        store.fault = lambda handler, _: handler.answer(b"", 307, Location=other.url) or True
        root = make_project(tmp_path, FILES, toml(store.url))
        remote.of_source(config.load(root), {"ECOOP_SOURCE_TOKEN": "abc"}).query("ASK {}", JSON)
        assert store.headers[0]["Authorization"] == "Bearer abc"
        assert "Authorization" not in other.headers[0]


def test_a_password_in_the_address_is_refused_and_not_repeated(tmp_path: Path) -> None:
    root = make_project(tmp_path, FILES, toml("https://me:secret@query.example.org/sparql"))
    done = run_command("build", cwd=root)
    assert done.returncode == 2
    assert "no address of an endpoint" in done.stderr
    assert "secret" not in done.stderr + done.stdout


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"page": 0}, '"source.page" must be 1 at least'),
        ({"seconds": 0}, '"source.seconds" must be 1 at least'),
        ({"graphs": ["no iri"]}, '"no iri" in "source.graphs" is no IRI'),
        ({"endpiont": "x"}, 'Did you mean "endpoint"?'),
    ],
)
def test_settings(tmp_path: Path, more: dict[str, object], words: str) -> None:
    root = make_project(tmp_path, FILES, toml("https://query.example.org/sparql", **more))
    with pytest.raises(UserError) as caught:
        config.load(root)
    assert words in f"{caught.value.message} {caught.value.hint}"
    assert caught.value.place


# --- whole builds --------------------------------------------------------------------------------------------------


def tree(folder: Path) -> dict[str, bytes]:
    """All files of a build but its record of what it was made from."""
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    del found["manifest.json"]
    return found


@pytest.fixture(scope="module")
def from_file(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, bytes]]:
    """The build of the same data from a file: sorted, as what is fetched is, because data files keep that order."""
    root = make_project(tmp_path_factory.mktemp("file"), {"ontology/ns.ttl": ONTOLOGY})
    with endpoint(DATA) as running:
        (root / "ecoop.toml").write_text(toml(running.url))
        remote.refresh(config.load(root))
    (root / "ecoop.toml").write_text(TOML)
    done = run_command("build", cwd=root)
    assert done.returncode == 0, done.stderr
    return root, tree(root / "public")


REAL: dict[str, Callable[[bytes], AbstractContextManager[Store]]] = {"oxigraph": oxigraph, "fuseki": fuseki}


@pytest.fixture(scope="module", params=[pytest.param("oxigraph"), pytest.param("fuseki", marks=pytest.mark.java)])
def real(request: pytest.FixtureRequest) -> Iterator[Store]:
    with REAL[request.param](DATA) as running:
        yield running


def test_a_build_from_an_endpoint_is_the_build_from_the_file(
    real: Store, from_file: tuple[Path, dict[str, bytes]], tmp_path: Path
) -> None:
    """Byte for byte; and pages of another size bring the same file."""
    root = make_project(tmp_path, {"ontology/ns.ttl": ONTOLOGY}, toml(real.url))
    done = run_command("build", cwd=root)
    assert done.returncode == 0, done.stderr
    made = tree(root / "public")
    assert made.keys() == from_file[1].keys()
    assert [name for name, content in made.items() if content != from_file[1][name]] == []
    (root / "ecoop.toml").write_text(toml(real.url, page=7))
    assert not remote.refresh(config.load(root))


def test_a_server_that_goes_away_half_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was built is whole, and the sentence says what happened; without the network the last data do."""
    root = make_project(tmp_path, {"ontology/ns.ttl": ONTOLOGY})
    with oxigraph(DATA) as running:
        (root / "ecoop.toml").write_text(toml(running.url))
        assert run_command("build", cwd=root).returncode == 0
        before = tree(root / "public"), (root / remote.NAME).read_bytes()
        ask, asked = RemoteEndpoint.query, list[str]()

        def killing(self: RemoteEndpoint, text: str, *rest: Any) -> bytes:
            asked.append(text)
            if len(asked) == 12:
                running.process.kill()
                running.process.wait()
            return ask(self, text, *rest)

        monkeypatch.setattr(RemoteEndpoint, "query", killing)
        (root / "ecoop.toml").write_text(toml(running.url, page=3))
        with pytest.raises(UserError, match=r"cannot be reached|breaks off"):
            remote.refresh(config.load(root))
        assert len(asked) == 12
    done = run_command("build", cwd=root)
    assert done.returncode == 2
    assert "cannot be reached" in done.stderr
    assert (tree(root / "public"), (root / remote.NAME).read_bytes()) == before
    offline = run_command("build", "--offline", cwd=root)
    assert offline.returncode == 0
    assert f"{len(before[0])} files" in offline.stderr


def test_without_having_fetched_there_is_nothing_to_build(tmp_path: Path) -> None:
    root = make_project(tmp_path, FILES, toml("http://127.0.0.1:1/sparql"))
    done = run_command("build", "--offline", cwd=root)
    assert done.returncode == 2
    assert "Nothing has been fetched yet" in done.stderr
