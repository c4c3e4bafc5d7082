"""SERVICE with an allow-list: what is asked, what is written into the query, and that nothing else is ever reached."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pyoxigraph as ox
import pytest
from conftest import Running, start_server, stop_server
from endpoints import Reply, ask, build, endpoint_project, fetch
from projects import checked

from ecoop_ld.client import is_public
from ecoop_ld.config import Limits
from ecoop_ld.errors import UserError
from ecoop_ld.sparql.federation import Federated, federate, values
from ecoop_ld.sparql.protocol import Failed, Query, Refused

OTHER = "https://other.example/sparql"
ONE = "<https://example.org/id/thing/one>"


# --- the text ------------------------------------------------------------------------------------------------------


def federated(text: str, most: int = 3) -> Federated | None:
    return federate(Query(text, base="http://here.example/sparql"), [OTHER], Limits(), most)


def test_a_block_becomes_a_query_and_its_answer_takes_its_place() -> None:
    text = f"PREFIX ex: <http://e/> SELECT * {{ ?a ex:p ?b . SERVICE <{OTHER}> {{ ?b ex:q ?c FILTER(?c > 1) }} ?a ex:r ?d }}"
    found = federated(text)
    assert found
    (call,) = found.calls
    assert (call.address, call.silent) == (OTHER, False)
    assert call.text.split("\n") == [
        "BASE <http://here.example/sparql>",
        "PREFIX ex: <http://e/> ",
        "SELECT * WHERE { ?b ex:q ?c FILTER(?c > 1) }",
    ]
    filled = found.fill(["VALUES (?b ?c) { (1 2) }"])
    assert filled.text == "PREFIX ex: <http://e/> SELECT * { ?a ex:p ?b . VALUES (?b ?c) { (1 2) } ?a ex:r ?d }"
    assert filled.variables == ("a", "b", "c", "d")
    assert filled.remote


def test_several_blocks_and_silent() -> None:
    found = federated(
        f"ASK {{ SERVICE SILENT <{OTHER}> {{ ?a ?b '}}' }} OPTIONAL {{ service<{OTHER}>{{ {{ ?a ?c ?d }} }} }} }}"
    )
    assert found
    assert [call.silent for call in found.calls] == [True, False]
    assert found.fill(["X", "Y"]).text == "ASK { X OPTIONAL { Y } }"


def test_what_the_engine_cannot_read_is_mended_around_the_blocks_and_in_them() -> None:
    around = "SELECT (COALESCE (?a, 'x') AS ?n) (BNODE (#\n) AS ?b) { SERVICE"
    found = federated(f"{around} <{OTHER}> {{ BIND(CONCAT ('a') AS ?a) }} }}")
    assert found
    filled = found.fill(["VALUES ?a { UNDEF }"]).text
    (row,) = ox.Store().query(filled)
    assert row["n"] == ox.Literal("x")
    (row,) = ox.Store().query(found.calls[0].text)
    assert row["a"] == ox.Literal("a")


@pytest.mark.parametrize(
    "text",
    [
        "ASK { ?s ?p 'SERVICE' }",
        "ASK { ?service ?p ?o }",
        "ASK {} # SERVICE",
        "ASK { <http://e/service> ?p ?o }",
        "ASK {}",
    ],
)
def test_queries_that_ask_nobody(text: str) -> None:
    assert federated(text) is None


REFUSED = {
    "another": "SELECT * { SERVICE <https://evil.example/sparql> { ?s ?p ?o } }",
    "another, silently": "SELECT * { SERVICE SILENT <https://evil.example/sparql> { ?s ?p ?o } }",
    "capitals": "SELECT * { SERVICE <HTTPS://OTHER.example/sparql> { ?s ?p ?o } }",
    "longer path": "SELECT * { SERVICE <https://other.example/sparql/../admin> { ?s ?p ?o } }",
    "a query": "SELECT * { SERVICE <https://other.example/sparql?x=1> { ?s ?p ?o } }",
    "a fragment": "SELECT * { SERVICE <https://other.example/sparql#x> { ?s ?p ?o } }",
    "a port": "SELECT * { SERVICE <https://other.example:22/sparql> { ?s ?p ?o } }",
    "a user": "SELECT * { SERVICE <https://other.example@evil.example/sparql> { ?s ?p ?o } }",
    "an escape": "SELECT * { SERVICE <https://other.example\\u002Fsparql> { ?s ?p ?o } }",
    "another letter": "SELECT * { SERVICE <https://оther.example/sparql> { ?s ?p ?o } }",
    "an escape for a letter": "SELECT * { \\u0053ERVICE <https://evil.example/> { ?s ?p ?o } }",
    "beside an allowed one": f"ASK {{ SERVICE <{OTHER}> {{ ?s ?p ?o }} SERVICE <https://evil.example/> {{ ?s ?p ?o }} }}",
    "variable": f"SELECT * {{ BIND(<{OTHER}> AS ?e) SERVICE ?e {{ ?s ?p ?o }} }}",
    "variable with a dollar": f"SELECT * {{ VALUES $e {{ <{OTHER}> }} SERVICE SILENT $e {{ ?s ?p ?o }} }}",
    "prefixed name": "PREFIX o: <https://other.example/> SELECT * { SERVICE o:sparql { ?s ?p ?o } }",
    "relative": "BASE <https://other.example/> SELECT * { SERVICE <sparql> { ?s ?p ?o } }",
    "inside": f"SELECT * {{ SERVICE <{OTHER}> {{ SERVICE <https://evil.example/> {{ ?s ?p ?o }} }} }}",
    "inside itself": f"SELECT * {{ SERVICE <{OTHER}> {{ SERVICE <{OTHER}> {{ ?s ?p ?o }} }} }}",
    "inside a sub-select": f"SELECT * {{ SERVICE <{OTHER}> {{ {{ SELECT * {{ SERVICE ?e {{ ?s ?p ?o }} }} }} }} }}",
    "in exists": "ASK { FILTER EXISTS { SERVICE <https://evil.example/> { ?s ?p ?o } } }",
    "after a comment": "SELECT * { SERVICE#\n<https://evil.example/>{ ?s ?p ?o } }",
    "glued to a number": f"SELECT * {{ ?s ?p 1SERVICE <https://evil.example/> {{ ?s ?p ?o }} SERVICE <{OTHER}> {{}} }}",
    "glued to a word": f"ASK {{ FILTER(true)FILTER trueSERVICE<https://evil.example/>{{}} SERVICE <{OTHER}> {{}} }}",
    "glued to a prefix": f"PREFIX SERVICEx: <https://e/> ASK {{ SERVICEx:a{{ }} SERVICE <{OTHER}> {{}} }}",
    "behind less than": f"ASK {{ FILTER(?a <2) SERVICE <https://evil.example/#'> {{ }} SERVICE <{OTHER}> {{}} }}",
    "too many": f"ASK {{ {f'SERVICE <{OTHER}> {{}} ' * 4} }}",
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_disguises_and_addresses_that_are_not_allowed(name: str) -> None:
    with pytest.raises(Refused) as caught:
        federated(REFUSED[name])
    assert caught.value.kind == "service"


def test_an_escape_that_hides_an_escape_is_refused_beside_service() -> None:
    text = f"SELECT * {{ SERVICE <{OTHER}> {{ ?s ?p ?o }} ?HIDDEN ?p ?o }}"
    assert federated(text.replace("HIDDEN", r"\u0041"))
    with pytest.raises(Refused, match="escapes that hide escapes"):
        federated(text.replace("HIDDEN", r"\u005Cu0041"))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"SELECT * {{ SERVICE <{OTHER}> {{ ?s ?p ?o }}", "answered"),  # the engine says so
        (f"SELECT * {{ SERVICE <{OTHER}> {{ ?s ?p ?o )", "syntax"),
        (f"SELECT * {{ SERVICE <{OTHER}> {{ ( }} ) }} }}", "syntax"),
        (f"SELECT * {{ SERVICE <{OTHER}> ?s ?p ?o }}", "syntax"),
        (f"SELECT * {{ SERVICE <{OTHER}>", "syntax"),
        (f"INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE <{OTHER}> {{ ?s ?p ?o }} }}", "update"),
        (f"SELECT * {{ SERVICE <{OTHER}> {{ ?s ?p ?o }} " + "{" * 100 + "}" * 100 + "}", "too-deep"),
        (f"SELECT * {{ SERVICE <{OTHER}> {{ " + "{" * 100 + "}" * 100 + "} }", "too-deep"),
        (f"SELECT * {{ SERVICE <{OTHER}> {{ " + "?s ?p ?o . " * 1000 + "} }", "too-many-patterns"),
        (f"SELECT * {{ SERVICE <{OTHER}> {{ }} # " + "x" * 200_000 + "\n}", "too-long"),
    ],
)
def test_the_usual_checks_hold(text: str, kind: str) -> None:
    try:
        federated(text)
        found = "answered"
    except Refused as error:
        found = error.kind
    assert found == kind


# --- the answers ---------------------------------------------------------------------------------------------------


def results(*bindings: object, names: tuple[str, ...] = ("x",)) -> bytes:
    return json.dumps({"head": {"vars": names}, "results": {"bindings": bindings}}).encode()


def literal(value: object, **more: str) -> dict[str, object]:
    return {"x": {"type": "literal", "value": value, **more}}


@pytest.mark.parametrize(
    "term",
    [
        ox.NamedNode("https://example.org/a?b=c&d='e'"),
        ox.Literal("plain"),
        ox.Literal('"} SERVICE <http://evil/> { \\ \n \r \t \u0001 é 😀 \u2028'),
        ox.Literal("hola", language="es-419"),
        ox.Literal("3", datatype=ox.NamedNode("https://example.org/kind")),
    ],
    ids=str,
)
def test_every_term_comes_back_as_it_was(term: ox.NamedNode | ox.Literal) -> None:
    here = ox.Store()
    here.add(ox.Quad(ox.NamedNode("http://e/s"), ox.NamedNode("http://e/p"), term))
    written = here.query("SELECT ?x { ?s ?p ?x }").serialize(format=ox.QueryResultsFormat.JSON)
    assert written
    again = list(here.query(f"SELECT * {{ {values(OTHER, written)} }}"))
    assert [solution["x"] for solution in again] == [term]


def test_unbound_and_empty_answers() -> None:
    assert values(OTHER, results({}, names=("x", "y"))) == "VALUES (?x ?y) { (UNDEF UNDEF) }"
    assert values(OTHER, results()) == "VALUES (?x) {  }"
    assert values(OTHER, results({}, names=())) == "VALUES () { () }"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>",
        b"[]",
        b'{"boolean": true}',
        b'{"head": {"vars": ["x"]}, "results": {"bindings": {"a": 1}}}',
        b"[" * 100_000,
        b'{"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"type": "literal", "value": "\\ud800"}}]}}',
        b"\xff\xfe",
        results(literal(3)),
        results(literal("a", **{"xml:lang": "en} SERVICE"})),
        results(literal("a", datatype="http://e/> } #")),
        results({"x": {"type": "uri", "value": "http://e/> } SERVICE <http://evil/> { ?s ?p ?o } #"}}),
        results({"x": {"type": "uri", "value": "http://e/ x"}}),
        results({"x": {"type": "uri", "value": ""}}),
        results({"x": {"type": "triple", "value": {}}}),
        results({"x": {"type": "bnode", "value": "b0"}}),
        results(names=("x) { } #",)),
        results(names=("",)),
        results(names=("x y",)),
        results(names=("x ",)),
        results(names=(" x",)),
        results(names=("x#",)),
        json.dumps({"head": {"vars": "x{"}, "results": {"bindings": []}}).encode(),
    ],
)
def test_answers_that_are_not_what_they_should_be(content: bytes) -> None:
    with pytest.raises(Failed) as caught:
        values(OTHER, content)
    assert caught.value.kind == "remote"


@pytest.mark.parametrize(
    ("number", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:93.184.216.34", True),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::5db8:d822", True),
        ("2002:7f00:1::", False),
        ("ff02::1", False),
    ],
)
def test_which_addresses_are_public(number: str, public: bool) -> None:
    assert is_public(number) is public


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "ftp://e.example/",
        "https://user@e.example/sparql",
        "https://e.example/sparql?a=b",
        "https://e.example/sparql#a",
        "https://e.example",
        "//e.example/",
        "https://e example/",
        "",
    ],
)
def test_addresses_that_settings_cannot_name(tmp_path: Path, address: str) -> None:
    from projects import FILES, TOML

    with pytest.raises(UserError, match=r"services\.endpoints"):
        checked(tmp_path, FILES, TOML + f"\n[services]\nendpoints = [{json.dumps(address)}]\n")


# --- over HTTP -----------------------------------------------------------------------------------------------------


class Handler(BaseHTTPRequestHandler):
    """An endpoint with a good address, and some that misbehave."""

    asked: ClassVar[list[tuple[str, dict[str, str], str]]] = []
    store: ClassVar[ox.Store]

    def do_POST(self) -> None:
        text = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.asked.append((self.path, dict(self.headers), text))
        with suppress(OSError):
            getattr(self, f"answer_{self.path.strip('/')}")(text)

    def do_GET(self) -> None:
        self.asked.append((self.path, dict(self.headers), ""))
        self.reply(b"")

    def reply(self, content: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        found = {"Content_Type": "application/sparql-results+json", "Content_Length": str(len(content)), **headers}
        for name, value in found.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)

    def answer_good(self, text: str) -> None:
        self.reply(self.store.query(text).serialize(format=ox.QueryResultsFormat.JSON) or b"")

    def answer_redirect(self, text: str) -> None:
        self.reply(b"", 302, Location="/good")

    def answer_preserving(self, text: str) -> None:
        self.reply(b"", 307, Location="/good")

    def answer_broken(self, text: str) -> None:
        self.reply(b"no", 500)

    def answer_html(self, text: str) -> None:
        self.reply(b"<html>", Content_Type="text/html")

    def answer_coded(self, text: str) -> None:
        self.reply(b"\x1f\x8b", Content_Encoding="gzip")

    def answer_large(self, text: str) -> None:
        self.reply(results(*[literal("x" * 1000)] * 200))

    def answer_endless(self, text: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/sparql-results+json")
        self.end_headers()
        while True:
            self.wfile.write(b" " * 65_536)

    def answer_blank(self, text: str) -> None:
        self.reply(results({"x": {"type": "bnode", "value": "b"}}))

    def answer_hostile(self, text: str) -> None:
        self.reply(
            results({"x": {"type": "uri", "value": "http://e/> } SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } #"}})
        )

    def answer_silent(self, text: str) -> None:
        time.sleep(4)

    def answer_drip(self, text: str) -> None:
        for _ in range(40):
            self.wfile.write(b"H")
            time.sleep(0.1)

    def answer_continue(self, text: str) -> None:
        for _ in range(40):
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            time.sleep(0.1)

    def log_message(self, *arguments: object) -> None:
        pass


MODES = tuple(name.removeprefix("answer_") for name in vars(Handler) if name.startswith("answer_"))


@dataclass(frozen=True)
class Setting:
    running: Running
    remote: str
    """Address of the remote server, ending in ``/``."""
    asked: list[tuple[str, dict[str, str], str]] = field(default_factory=list)

    def ask(self, mode: str, pattern: str = "?x ?p ?o", silent: str = "", around: str = "") -> Reply:
        """A query with one SERVICE block."""
        return ask(self.running.url, f"SELECT * {{ {around} SERVICE {silent} <{self.remote}{mode}> {{ {pattern} }} }}")


@pytest.fixture(scope="module")
def setting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Setting]:
    Handler.store = ox.Store()
    Handler.store.load(
        b'<https://example.org/id/thing/one> <http://e/name> "uno"@es . <http://e/other> <http://e/name> "otro"@es .',
        ox.RdfFormat.TURTLE,
    )
    remote = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    remote.daemon_threads = True
    threading.Thread(target=remote.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{remote.server_port}/"
    endpoints = json.dumps([f"{address}{mode}" for mode in MODES] + [f"http://localhost:{remote.server_port}/good"])
    project = endpoint_project(
        tmp_path_factory.mktemp("federation"),
        f"\n[services]\nendpoints = {endpoints}\nseconds = 1.5\nbytes = 100_000\n",
    )
    running = start_server(project, build(project))
    yield Setting(running, address, Handler.asked)
    stop_server(running)
    remote.shutdown()
    remote.server_close()


@pytest.fixture(autouse=True)
def nothing_asked_yet() -> None:
    Handler.asked.clear()


def rows(reply: Reply) -> list[dict[str, str]]:
    assert reply.status == 200, reply.body
    return [{k: v["value"] for k, v in row.items()} for row in json.loads(reply.body)["results"]["bindings"]]


def test_solutions_from_elsewhere_are_joined_with_ours(setting: Setting) -> None:
    reply = setting.ask("good", "?s <http://e/name> ?name", around="?s <https://example.org/ns#size> ?size .")
    assert rows(reply) == [{"s": "https://example.org/id/thing/one", "size": "3", "name": "uno"}]
    assert json.loads(reply.body)["head"]["vars"] == ["s", "size", "name"]
    assert reply.headers["cache-control"] == "no-store"
    ((path, headers, text),) = setting.asked
    assert path == "/good"
    assert text.endswith("SELECT * WHERE { ?s <http://e/name> ?name }")
    assert headers["Accept"] == "application/sparql-results+json"
    assert {name.lower() for name in headers} <= {
        *("host", "accept", "accept-encoding", "content-length", "content-type", "user-agent", "connection"),
    }


def test_answers_are_not_kept(setting: Setting) -> None:
    for _ in range(2):
        rows(setting.ask("good"))
    assert len(setting.asked) == 2


def test_in_every_place_of_a_query(setting: Setting) -> None:
    service = f"SERVICE <{setting.remote}good> {{ ?s <http://e/name> ?n }}"
    for text, count in (
        (f"SELECT * {{ ?s <https://example.org/ns#size> ?z OPTIONAL {{ {service} }} }}", 1),
        (f"SELECT * {{ ?s <https://example.org/ns#size> ?z MINUS {{ {service} }} }}", 0),
        (f"SELECT * {{ ?s <https://example.org/ns#size> ?z FILTER EXISTS {{ {service} }} }}", 1),
        (f"SELECT * {{ {{ SELECT ?n {{ {service} }} }} UNION {{ {service} }} }}", 4),
        (f"SELECT (COUNT(*) AS ?c) {{ {service} {service} }}", 1),
    ):
        assert len(rows(ask(setting.running.url, text))) == count, text
    assert b"uno" in ask(setting.running.url, f"CONSTRUCT {{ ?s ?s ?n }} {{ {service} }}", "text/turtle").body
    assert b"uno" in fetch(
        setting.running.url, "sparql", "POST",
        {"Accept": "text/html", "Content-Type": "application/sparql-query"}, f"SELECT * {{ {service} }}".encode(),
    ).body  # fmt: skip


@pytest.mark.parametrize("mode", [mode for mode in MODES if mode != "good"])
def test_an_endpoint_that_misbehaves(setting: Setting, mode: str) -> None:
    reply = setting.ask(mode)
    assert reply.status == 502, reply.body
    assert (reply.media_type, reply.json["kind"]) == ("application/problem+json", "remote")
    assert setting.remote + mode in str(reply.json["detail"])
    assert [path for path, _, _ in setting.asked] == [f"/{mode}"]  # no redirect was followed
    if mode in ("silent", "drip", "continue"):
        assert reply.json["limit"] == "service_seconds"
    if mode in ("large", "endless"):
        assert reply.json["limit"] == "service_bytes"
    silent = setting.ask(mode, silent="SILENT", around=f"{ONE} <https://example.org/ns#size> ?z .")
    assert rows(silent) == [{"z": "3"}]


def test_a_name_that_leads_into_a_private_network_is_not_followed(setting: Setting) -> None:
    """The name is on the list; what it means today is another matter."""
    text = f"SELECT * {{ SERVICE <{setting.remote.replace('127.0.0.1', 'localhost')}good> {{ ?s ?p ?o }} }}"
    reply = ask(setting.running.url, text)
    assert reply.status == 502
    assert "private network" in str(reply.json["detail"])
    assert setting.asked == []


@pytest.mark.parametrize("name", REFUSED)
def test_nobody_hears_of_what_is_refused(setting: Setting, name: str) -> None:
    """Disguises of the same server's other addresses, and of its good one."""
    text = REFUSED[name].replace("https://evil.example/", setting.remote + "good2/")
    text = text.replace(OTHER, setting.remote + "good").replace("https://other.example/", setting.remote)
    reply = ask(setting.running.url, text)
    assert reply.status == 403, reply.body
    assert reply.json["kind"] == "service"
    assert setting.asked == []


def test_one_refused_block_keeps_all_from_being_asked(setting: Setting) -> None:
    good = f"SERVICE <{setting.remote}good> {{ ?s ?p ?o }}"
    assert ask(setting.running.url, f"ASK {{ {good} SERVICE <{setting.remote}bad> {{ ?s ?p ?o }} }}").status == 403
    assert ask(setting.running.url, f"ASK {{ {good} {good} {good} {good} }}").status == 403
    assert setting.asked == []


def test_slow_endpoints_hold_no_worker(setting: Setting) -> None:
    threads = [threading.Thread(target=setting.ask, args=("silent",)) for _ in range(6)]
    for thread in threads:
        thread.start()
    assert ask(setting.running.url, "SELECT * { ?s ?p ?o } LIMIT 1").status == 200
    assert b"ecoop_queries_running 0" in fetch(setting.running.url, "metrics").body
    for thread in threads:
        thread.join()


def test_the_service_description_and_the_page_say_so(setting: Setting, tmp_path: Path) -> None:
    described = fetch(setting.running.url, "sparql", headers={"Accept": "text/turtle"}).body
    assert b"BasicFederatedQuery" in described
    assert setting.remote.encode() + b"good" in described
    assert setting.remote.encode() + b"good" in fetch(setting.running.url, "sparql/limits.html").body


def test_without_settings_service_is_refused(tmp_path: Path) -> None:
    project = endpoint_project(tmp_path)
    running = start_server(project, build(project))
    try:
        reply = ask(running.url, "ASK { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")
        assert (reply.status, reply.json["kind"]) == (403, "service")
        assert b"BasicFederatedQuery" not in fetch(running.url, "sparql", headers={"Accept": "text/turtle"}).body
    finally:
        stop_server(running)
