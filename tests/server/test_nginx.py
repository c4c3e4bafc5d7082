"""Behind a real nginx with the sizes of buffers that it has by itself: every answer comes through, and each of its
clients is told from the others."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from conftest import need, start_server, stop_server, wait_until
from endpoints import build, endpoint_project, fetch

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
CONFIG = """
{user} daemon off; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 200; }}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
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


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Of the nginx, behind which clients may ask three queries, then one every hundred seconds."""
    need(NGINX, "nginx")
    folder = tmp_path_factory.mktemp("nginx")
    limits = 'client_rate = 0.01\nclient_burst = 3\n\n[server]\ntrusted_proxies = ["127.0.0.1"]\n'
    project = endpoint_project(folder, limits, things=500)
    port, own = free_port(), free_port()
    address = "http://open-data.statistics.example.org/linked/"
    running = start_server(project, build(project), "--port", str(port), "--base-url", address)
    config = folder / "nginx.conf"
    user = "user root;" if os.geteuid() == 0 else ""
    config.write_text(CONFIG.format(user=user, folder=folder, port=port, own=own))
    nginx = subprocess.Popen([str(NGINX), "-c", str(config), "-p", str(folder)], stderr=subprocess.DEVNULL)

    def listens() -> bool:
        with socket.socket() as one:
            return one.connect_ex(("127.0.0.1", own)) == 0

    assert wait_until(listens)
    yield f"http://127.0.0.1:{own}/"
    nginx.terminate()
    nginx.wait(10)
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
