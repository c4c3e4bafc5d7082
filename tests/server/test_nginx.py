"""Behind a real nginx with the sizes of buffers that it has by itself: every answer comes through, and each of its
clients is told from the others."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from conftest import start_server, stop_server
from endpoints import build, endpoint_project, fetch
from proxies import free_port, nginx

CONFIG = """
events {{ worker_connections 200; }}
http {{
  upstream ours {{ server 127.0.0.1:{port}; keepalive 4; }}
  server {{
    listen 127.0.0.1:{own};
    location / {{
      proxy_pass http://ours; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    }}
  }}
}}
"""
MOST = 2_000
"""Bytes of all header fields of one answer."""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Of the nginx, behind which clients may ask three queries, then one every hundred seconds."""
    folder = tmp_path_factory.mktemp("nginx")
    limits = 'client_rate = 0.01\nclient_burst = 3\n\n[server]\ntrusted_proxies = ["127.0.0.1"]\n'
    project, port = endpoint_project(folder, limits, things=500), free_port()
    address = "http://open-data.statistics.example.org/linked/"
    running = start_server(project, build(project), "--port", str(port), "--base-url", address)
    with nginx(folder, lambda own: CONFIG.format(port=port, own=own)) as found:
        yield found
    stop_server(running)


@pytest.mark.parametrize("accept", ["text/html", "text/turtle", "*/*"])
@pytest.mark.parametrize(
    "path",
    ["", "doc/thing/one", "id/thing/one", "ns", "catalog", "sparql", "download", "dumps/latest/all.nq", "nothing", "index.linkset"],
)  # fmt: skip
def test_every_kind_of_answer_comes_through(url: str, path: str, accept: str) -> None:
    found = fetch(url, path, headers={"Accept": accept, "Accept-Encoding": "gzip"})
    assert found.status in {200, 303, 404, 406}, found.status
    assert sum(len(name) + len(value) + 4 for name, value in found.headers.items()) <= MOST


def test_what_has_no_room_in_the_header_stands_in_the_link_set(url: str) -> None:
    page = fetch(url, "", headers={"Accept": "text/html"})
    assert 'rel="linkset"' in page.headers["link"]
    assert 'rel="cite-as' in page.headers["link"]
    links = fetch(url, "index.linkset").json["linkset"]
    assert isinstance(links, list)
    assert len(links[0]["item"]) > page.headers["link"].count('rel="item"')


def test_each_client_has_its_own_limits(url: str) -> None:
    """nginx adds the address that it sees; what a client claims before it changes nothing."""

    def ask(number: int, client: str, claim: str) -> int:
        query = f"sparql?query={quote(f'ASK {{}} # {client} {number}')}"
        return fetch(url, query, headers={"X-Forwarded-For": claim}, client=client).status

    one = [ask(number, "127.0.0.5", "192.0.2.1") for number in range(4)]
    assert one == [200, 200, 200, 429]
    other = [ask(number, "127.0.0.6", "192.0.2.2") for number in range(4)]
    assert other == [200, 200, 200, 429]


def test_long_answers_and_bodies_too(url: str) -> None:
    query = b"SELECT * { ?s ?p ?o VALUES ?n { 1 2 3 4 5 6 7 8 9 } }"
    kind = {"Content-Type": "application/sparql-query", "Accept": "text/csv", "X-Forwarded-For": "192.0.2.77"}
    found = fetch(url, "sparql", "POST", headers=kind, body=query)
    assert found.status == 200
    assert found.body.count(b"\r\n") > 13_000
    assert fetch(url, "sparql", "POST", headers=kind, body=b" " * 900_000).status == 413
