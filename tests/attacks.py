"""Requests that mean harm, and what they are sent to: for the tests that attack a server."""

from __future__ import annotations

import gzip
import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

from conftest import Running
from endpoints import ask, fetch


@dataclass(frozen=True)
class Target:
    """The server under attack, and a listener that must never hear from it."""

    running: Running
    listener: socket.socket

    @property
    def url(self) -> str:
        return self.running.url

    @property
    def address(self) -> tuple[str, int]:
        parts = urlsplit(self.url)
        return "127.0.0.1", parts.port or 0

    @property
    def own_port(self) -> int:
        return int(self.listener.getsockname()[1])

    def connect(self, client: str = "") -> socket.socket:
        """A connection from the loopback address ``client``."""
        return socket.create_connection(self.address, timeout=100, source_address=(client, 0) if client else None)

    def processes(self) -> list[int]:
        """The server and everything that it started."""
        found, looked = [self.running.process.pid], 0
        while looked < len(found):
            for task in Path(f"/proc/{found[looked]}/task").glob("*/children"):
                with suppress(OSError):
                    found += [int(number) for number in task.read_text().split()]
            looked += 1
        return found

    def memory(self) -> int:
        """Bytes that the processes hold, shared pages divided."""
        total = 0
        for process in self.processes():
            with suppress(OSError):
                for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
                    if line.startswith("Pss:"):
                        total += int(line.split()[1]) * 1024
        return total


def lives(target: Target) -> None:
    """A normal query that was never asked before is answered."""
    reply = ask(target.url, f"SELECT ?s {{ ?s a ?t }} LIMIT 2 #{time.monotonic()}")
    assert reply.status == 200, reply.body


def read_all(connection: socket.socket) -> bytes:
    pieces = []
    with suppress(ConnectionError):
        while piece := connection.recv(1 << 20):
            pieces.append(piece)
    return b"".join(pieces)


def gauge(target: Target, name: str) -> float:
    lines = fetch(target.url, "metrics").body.decode().splitlines()
    return float(next(line.split()[1] for line in lines if line.startswith(f"ecoop_{name} ")))


def load(target: Target) -> tuple[float, float]:
    return gauge(target, "queries_running"), gauge(target, "queries_waiting")


def post(text: str) -> bytes:
    """A request with a query."""
    body = text.encode("utf-8", "surrogatepass")
    return POST_QUERY + f"Content-Length: {len(body)}\r\n\r\n".encode() + body


# --- queries -------------------------------------------------------------------------------------------------------

TOGETHER = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . "
"""A cross product: a cube of the number of triples."""
EX = "PREFIX ex: <https://example.org/ns#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
MANY = " ".join(str(n) for n in range(15_000))

QUERIES: dict[str, str] = {
    # nesting of every bracket and operator
    "braces": "ASK " + "{" * 10_000 + "}" * 10_000,
    "open braces": "ASK " + "{" * 90_000,
    "parentheses": "ASK { FILTER(" + "(" * 20_000 + "1" + ")" * 20_000 + ") }",
    "parentheses in BIND": "SELECT * { BIND(" + "(" * 5_000 + "1" + ")" * 5_000 + " AS ?x) }",
    "blank nodes": "ASK { ?s ?p " + "[ <p:> " * 5_000 + "1" + "]" * 5_000 + "}",
    "lists": "ASK { ?s ?p " + "(" * 5_000 + "1" + ")" * 5_000 + "}",
    "paths": "ASK { ?s " + "(" * 5_000 + "<p:>" + ")*" * 5_000 + " ?o }",
    "inverse paths": "ASK { ?s " + "^" * 10_000 + "<p:> ?o }",
    "negated sets": "ASK { ?s " + "!(" * 5_000 + "<p:>" + ")" * 5_000 + " ?o }",
    "not": "ASK { FILTER(" + "!" * 20_000 + "true) }",
    "minus": "ASK { FILTER(" + "- " * 20_000 + "1) }",
    "plus in a row": "ASK { FILTER(1" + " + 1" * 20_000 + " > 0) }",
    "or in a row": "ASK { FILTER(true" + " || true" * 10_000 + ") }",
    "functions": "ASK { FILTER(" + "STR(" * 10_000 + "1" + ")" * 10_000 + ") }",
    "optionals": "ASK " + "{ OPTIONAL " * 5_000 + "{}" + "}" * 5_000,
    "unions": "ASK { {}" + " UNION {}" * 8_000 + "}",
    "minus groups": "ASK { ?s ?p ?o " + "MINUS { ?s ?p ?o " * 3_000 + "}" * 3_000 + "}",
    "exists": "ASK { " + "FILTER EXISTS { " * 5_000 + "}" * 5_000 + "}",
    "graphs": "ASK { " + "GRAPH ?g { " * 5_000 + "}" * 5_000 + "}",
    "sub-selects": "SELECT * { " + "{ SELECT * { " * 3_000 + "} } " * 3_000 + "}",
    "quoted triples": "ASK { " + "<< " * 5_000 + "?s ?p ?o" + " >>" * 5_000 + " ?p ?o }",
    # products
    "count": f"SELECT (COUNT(*) AS ?n) {{ {TOGETHER} }}",
    "order": f"SELECT * {{ {TOGETHER} }} ORDER BY ?c ?f ?i",
    "distinct": f"SELECT DISTINCT * {{ {TOGETHER} }}",
    "group concat": f"SELECT (GROUP_CONCAT(?c) AS ?x) {{ {TOGETHER} }}",
    "group by": f"SELECT ?a ?d ?g (COUNT(*) AS ?n) {{ {TOGETHER} }} GROUP BY ?a ?d ?g",
    "all rows": f"SELECT * {{ {TOGETHER} }}",
    "late filter": f"SELECT * {{ {TOGETHER} FILTER(?c + ?f + ?i = -1) }}",
    "construct": f"CONSTRUCT {{ ?a ?e ?i }} WHERE {{ {TOGETHER} }}",
    "ask nothing": f"ASK {{ {TOGETHER} FILTER(STRLEN(STR(?a)) + STRLEN(STR(?d)) < 0) }}",
    "offset": f"SELECT * {{ {TOGETHER} }} OFFSET 2000000000 LIMIT 1",
    "describe all": "DESCRIBE * { ?a ?b ?c . ?d ?e ?f }",
    "optional product": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c OPTIONAL { ?d ?e ?f OPTIONAL { ?g ?h ?i } } }",
    "minus product": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f MINUS { ?a ?x ?y . ?d ?z ?w . ?q ?r ?s } }",
    "exists product": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER NOT EXISTS { ?a ?x ?y . ?k ?l ?m } }",
    "disconnected patterns": "ASK { " + " ".join(f"?s{n} ?p{n} ?o{n} ." for n in range(240)) + " }",
    "too many patterns": "ASK { " + " ".join(f"?s{n} ?p{n} ?o{n} ." for n in range(2_000)) + " }",
    "many unions": "SELECT * { " + " UNION ".join(["{ ?s ?p ?o }"] * 200) + " }",
    "values product": "SELECT (COUNT(*) AS ?n) { "
    + " ".join(f"VALUES ?v{n} {{ 1 2 3 4 5 6 7 8 9 10 }}" for n in range(9))
    + "}",
    # paths
    "any path": "SELECT (COUNT(*) AS ?n) { ?a (<x:>|!<x:>)* ?b . ?b (<x:>|!<x:>)* ?c }",
    "stars of stars": EX + "SELECT (COUNT(*) AS ?n) { ?a ((ex:near*)*)* ?b . ?b (ex:near|^ex:near)* ?c }",
    "inverse path": EX + "SELECT * { ?a (ex:near|^ex:near|rdfs:label|^rdfs:label)+ ?b } ORDER BY ?b",
    "long sequence": EX + "ASK { ?a " + "/".join(["(ex:near|^ex:near)"] * 100) + " ?b }",
    "optional steps": EX + "SELECT (COUNT(*) AS ?n) { ?a " + "/".join(["(ex:near|^ex:near)?"] * 60) + " ?b }",
    # strings
    "regex bomb": 'SELECT * { ?s ?p ?o FILTER REGEX("' + "a" * 5_000 + '!", "^(a+)+$") }',
    "regex repeat": 'ASK { FILTER REGEX("a", "' + "(" * 20 + "a{1,1000}" + "){1,1000}" * 20 + '") }',
    "regex alternatives": 'ASK { ?s ?p ?o FILTER REGEX(STR(?s), "' + "|".join("a*b" for _ in range(15_000)) + '") }',
    "replace bomb": 'SELECT (REPLACE("' + "a" * 20_000 + '", "", "' + "b" * 20_000 + '") AS ?x) {}',
    "concat bomb": 'SELECT ?x29 { BIND("aaaaaaaaaaaaaaaa" AS ?x0) '
    + " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(29))
    + " }",
    "concat product": f"SELECT (CONCAT(STR(?a), STR(?c), STR(?f), STR(?i)) AS ?x) {{ {TOGETHER} }}",
    "encode bomb": "SELECT (" + "ENCODE_FOR_URI(" * 50 + "'%%%%%%%%%%%%%%%'" + ")" * 50 + " AS ?x) {}",
    "hash chain": f"SELECT (SHA512(CONCAT(STR(?a), STR(?d), STR(?g))) AS ?x) {{ {TOGETHER} }} ORDER BY ?x",
    "long literal": 'SELECT ("' + "x" * 95_000 + '" AS ?x) { ?s ?p ?o . ?a ?b ?c }',
    "big number": "SELECT (" + "9" * 90_000 + " * " + "9" * 5_000 + " AS ?x) {}",
    "deep decimal": "SELECT (1." + "0" * 90_000 + "1 / 3 AS ?x) {}",
    # large pieces
    "values": "SELECT * { VALUES ?x { " + MANY + " } ?s ?p ?x }",
    "values twice": "SELECT (COUNT(*) AS ?n) { VALUES ?x { "
    + MANY[:40_000]
    + " } VALUES ?y { "
    + MANY[:40_000]
    + " } }",
    "in": "SELECT * { ?s ?p ?o . ?a ?b ?c FILTER(?o IN ("
    + ", ".join(MANY.split())[:90_000].rpartition(",")[0]
    + ")) }",
    "many columns": "SELECT " + " ".join(f"?v{n}" for n in range(10_000)) + " { ?s ?p ?o }",
    "many prefixes": " ".join(f"PREFIX p{n}: <http://e/{n}>" for n in range(2_500)) + " ASK {}",
    "long variable": "SELECT ?" + "v" * 95_000 + " {}",
    "long iri": "ASK { <http://e/" + "x" * 95_000 + "> ?p ?o }",
    "comments": "ASK {" + "#\n" * 45_000 + "}",
    "escapes": "ASK { ?s ?p '" + "\\u0041" * 15_000 + "' }",
    "codepoint braces": "ASK \\u007B" * 8_000,
    "order by many": "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY " + " ".join("STR(?c)" for _ in range(1_000)),
    # SERVICE
    "service": "SELECT * { SERVICE <http://127.0.0.1:{port}/> { ?s ?p ?o } }",
    "service silent": "SELECT * { SERVICE SILENT <http://127.0.0.1:{port}/> { ?s ?p ?o } }",
    "service in small letters": "SELECT * { sErViCe <http://127.0.0.1:{port}/> { ?s ?p ?o } }",
    "service after a comment": "SELECT * { SERVICE#\n<http://127.0.0.1:{port}/>{ ?s ?p ?o } }",
    "service with an escape": "SELECT * { \\u0053ERVICE <http://127.0.0.1:{port}/> { ?s ?p ?o } }",
    "service with a long escape": "SELECT * { SERV\\U00000049CE <http://127.0.0.1:{port}/> { ?s ?p ?o } }",
    "service in exists": "ASK { FILTER EXISTS { SERVICE <http://127.0.0.1:{port}/> { ?s ?p ?o } } }",
    "service in a sub-select": "SELECT * { { SELECT * { SERVICE <http://127.0.0.1:{port}/> { ?s ?p ?o } } } }",
    "service in minus": "SELECT * { ?s ?p ?o MINUS { SERVICE SILENT <http://127.0.0.1:{port}/> { ?s ?p ?o } } }",
    "service by variable": "SELECT * { BIND(<http://127.0.0.1:{port}/> AS ?e) SERVICE ?e { ?s ?p ?o } }",
    "service by prefix": "PREFIX a: <http://127.0.0.1:{port}/> SELECT * { SERVICE a:b { ?s ?p ?o } }",
    "service without spaces": "SELECT*{SERVICE<http://127.0.0.1:{port}/>{?s?p?o}}",
    "service behind less than": "SELECT * { FILTER(1 <2) SERVICE <http://127.0.0.1:{port}/#'> { ?s ?p ?o } }",
    "service in construct": "CONSTRUCT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:{port}/> { ?s ?p ?o } }",
    "service in describe": "DESCRIBE ?s { SERVICE <http://127.0.0.1:{port}/> { ?s ?p ?o } }",
    "from the network": "SELECT * FROM <http://127.0.0.1:{port}/> { ?s ?p ?o }",
    "from named, the network": "SELECT * FROM NAMED <http://127.0.0.1:{port}/> { GRAPH ?g { ?s ?p ?o } }",
    "from a file": "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
    "load": "LOAD <http://127.0.0.1:{port}/>",
    "load after a query": "SELECT * {} ; LOAD <http://127.0.0.1:{port}/>",
    "insert": "INSERT DATA { <a:> <b:> <c:> }",
    "drop": "DROP ALL",
    # rubbish
    "nul": "ASK { ?s ?p '\x00' }",
    "surrogate": "ASK { ?s ?p '\\uD800' }",
    "byte order mark": "\ufeffASK {}",
    "right to left": "ASK { ?s ?p '\u202e' } # \u2066",
    "only quotes": '"' * 90_000,
    "only less than": "<" * 90_000,
    "nothing": " ",
}


# --- requests ------------------------------------------------------------------------------------------------------

POST_QUERY = b"POST /sparql HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/sparql-query\r\n"
BOMB = gzip.compress(b"ASK {}" + b" " * 50_000_000)


def get(path: str, *headers: str) -> bytes:
    lines = "".join(f"{header}\r\n" for header in headers)
    return f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{lines}\r\n".encode("utf-8", "surrogateescape")


RAW: dict[str, tuple[bytes, set[int]]] = {
    # name: bytes, statuses; 0 is a connection that ends without an answer
    "dot dot": (get("/../../etc/passwd"), {400}),
    "dot dot coded": (get("/%2e%2e/%2e%2e/etc/passwd"), {400}),
    "dot dot half coded": (get("/doc/.%2e/.%2e/ecoop.toml"), {400}),
    "slash coded": (get("/doc/..%2f..%2fecoop.toml"), {400}),
    "backslash": (get("/..\\..\\ecoop.toml"), {400}),
    "backslash coded": (get("/..%5c..%5cecoop.toml"), {400}),
    "coded twice": (get("/%252e%252e/ecoop.toml"), {404}),
    "overlong slash": (get("/%c0%af%c0%ae%c0%ae/etc/passwd"), {400}),
    "absolute": (get("//etc/passwd"), {400, 404}),
    "nul": (get("/ns%00.html"), {400}),
    "manifest": (get("/manifest.json"), {404}),
    "hidden file": (get("/.git/config"), {404}),
    "settings": (get("/ecoop.toml"), {404}),
    "alternate stream": (get("/ns.html::$DATA"), {404}),
    "template": (get("/doc/thing/{{7*7}}"), {404}),
    "script in path": (get("/<script>alert(1)</script>", "Accept: text/html"), {404}),
    "not utf-8": (get("/%ff%fe"), {400}),
    "half percent": (get("/doc/%"), {400}),
    "bad percent": (get("/doc/%zz"), {400}),
    "bad percent in query": (get("/sparql?query=%zz"), {400}),
    "not utf-8 in query": (get("/sparql?query=ASK%7B%7D%ff"), {400}),
    "raw bytes in query": (b"GET /sparql?query=\xff\xfe HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", {400}),
    "header injection": (get("/id/thing/one%0d%0aSet-Cookie:%20x=1"), {400}),
    "header injection in query": (get("/sparql?query=ASK%7B%7D&default-graph-uri=x%0d%0aX:1"), {400}),
    "header injection by value": (get("/", "X: a\rSet-Cookie: b"), {400, 200, 0}),
    "line folding": (get("/", "X: a\r\n b"), {400, 200, 0}),
    "host of another": (get("/sparql", "X-Forwarded-Host: evil.example"), {200}),
    "long address": (get("/" + "a" * 60_000), {414}),
    "endless address": (b"GET /" + b"a" * 5_000_000, {414, 431, 0}),
    "long header": (get("/", "X: " + "a" * 500_000), {431, 0}),
    "many headers": (get("/", *(f"X{n}: y" for n in range(5_000))), {431, 0}),
    "long accept": (get("/", "Accept: " + "a/b," * 10_000), {200, 406, 431}),
    "accept of quotes": (get("/", "Accept: " + '"\\' * 10_000), {406, 431}),
    "accept of semicolons": (get("/", "Accept: a/b" + ";" * 30_000), {406, 431}),
    "accept-language": (get("/", "Accept-Language: " + "x-y;q=0.1," * 5_000), {200, 431}),
    "accept-encoding": (get("/", "Accept-Encoding: " + "gzip;q=0." * 5_000), {200, 431}),
    "many tags": (get("/", "If-None-Match: " + '"a",' * 10_000), {200, 431}),
    "many ranges": (get("/dumps/latest/all.nq", "Range: bytes=" + "0-1," * 10_000), {200, 431}),
    "odd date": (get("/", "If-Modified-Since: Sun, 99 Foo 99999999999 99:99:99 GMT"), {200}),
    "many parameters": (get("/sparql?" + "a=1&" * 7_000), {200}),
    "same parameter": (get("/sparql?" + "query=ASK%7B%7D&" * 1_500), {400}),
    "many graphs": (get("/sparql?query=ASK%7B%7D&" + "default-graph-uri=a:b&" * 1_000), {200, 400}),
    "bad graph": (get("/sparql?query=ASK%7B%7D&default-graph-uri=" + quote("x> {} #")), {400}),
    "version 9": (b"GET / HTTP/9.9\r\nHost: x\r\n\r\n", {400, 505, 0}),
    "no version": (b"GET /\r\n\r\n", {400, 505, 0}),
    "no method": (b"\r\n\r\n\r\n\r\n", {400, 408, 0}),
    "unknown method": (b"BREW /sparql HTTP/1.1\r\nHost: x\r\n\r\n", {400, 405, 0}),
    "connect": (b"CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", {400, 405, 0}),
    "absolute target": (b"GET http://127.0.0.1:22/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", {200, 400, 404}),
    "tls": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500), {400, 0}),
    "http/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(100), {400, 505, 0}),
    "websocket": (
        get("/", "Upgrade: websocket", "Sec-WebSocket-Key: x", "Sec-WebSocket-Version: 13"),
        {200, 400, 426},
    ),
    "random": (bytes(range(256)) * 100, {400, 0}),
    "zeros": (bytes(1_000_000), {400, 0}),
    "gzip bomb": (POST_QUERY + f"Content-Encoding: gzip\r\nContent-Length: {len(BOMB)}\r\n\r\n".encode() + BOMB, {415}),
    "coding in capitals": (POST_QUERY + b"Content-Encoding: DEFLATE\r\nContent-Length: 6\r\n\r\nASK {}", {415}),
    "large body": (POST_QUERY + b"Content-Length: 3000000\r\n\r\n" + b" " * 3_000_000, {413}),
    "huge body announced": (POST_QUERY + b"Content-Length: 99999999999999\r\n\r\n", {413}),
    "negative length": (POST_QUERY + b"Content-Length: -1\r\n\r\n", {400, 0}),
    "two lengths": (POST_QUERY + b"Content-Length: 6\r\nContent-Length: 7\r\n\r\nASK {}", {400, 0}),
    "length and chunks": (
        POST_QUERY + b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nASK {}\r\n0\r\n\r\n",
        {200, 400, 0},
    ),
    "bad chunk": (POST_QUERY + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", {400, 0}),
    "huge chunk": (POST_QUERY + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nA", {400, 408, 413, 0}),
    "tiny chunks": (POST_QUERY + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\n \r\n" * 200_000, {408, 413, 0}),
    "smuggled": (
        b"POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 40\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n....",
        {405, 408},
    ),
    "pipelined": (b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" * 500 + get("/healthz"), {200}),
    "body on get": (
        b"GET /sparql HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 6\r\n\r\nASK {}",
        {200},
    ),
    "short body": (POST_QUERY + b"Content-Length: 100\r\n\r\nASK {}", {400, 408, 0}),
}  # fmt: skip
