"""The rules for static hosts, in the hosts themselves: Apache and nginx over a built site with three releases."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import need, run_command, wait_until
from endpoints import fetch
from projects import TOML, loaded, make_project
from test_history import three_releases

from ecoop_ld.site import hosting
from ecoop_ld.site.load import load_site
from ecoop_ld.sources.materialise import materialise

APACHE = shutil.which("apache2", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
CADDY = shutil.which("caddy")
MODULES = "mpm_event authz_core unixd mime dir headers rewrite alias"
APACHE_CONFIGURATION = """\
ServerRoot {home}
ServerName localhost
Listen 127.0.0.1:{port}
PidFile {home}/pid
Mutex file:{home}
ErrorLog {home}/error.log
{modules}
{user}
TypesConfig /dev/null
AddType text/html .html
DirectoryIndex index.html
DocumentRoot {public}
<Directory {public}>
  AllowOverride All
  Require all granted
</Directory>
"""
NGINX_CONFIGURATION = """\
{user}
daemon off;
pid {home}/pid;
error_log {home}/error.log;
events {{ }}
http {{
  types {{ text/html html; }}
  access_log off;
  client_body_temp_path {home}/1; proxy_temp_path {home}/2; fastcgi_temp_path {home}/3;
  uwsgi_temp_path {home}/4; scgi_temp_path {home}/5;
  server {{
    listen 127.0.0.1:{port};
    root {public};
    index index.html;
    include {public}/nginx.conf;
  }}
}}
"""


CADDY_CONFIGURATION = """\
{{
  admin off
  auto_https off
  storage file_system {home}/storage
}}
http://127.0.0.1:{port} {{
  root * {public}
  import {public}/Caddyfile
}}
"""


@pytest.fixture(scope="module")
def site() -> Iterator[Path]:
    """A built site in a folder that other users can read, as the servers' own are."""
    with tempfile.TemporaryDirectory(prefix="hosting-") as folder:
        os.chmod(folder, 0o755)
        yield three_releases(Path(folder)) / "public"


@pytest.fixture(scope="module", params=["apache", "nginx", "caddy"])
def host(request: pytest.FixtureRequest, site: Path) -> Iterator[str]:
    program = {"apache": APACHE, "nginx": NGINX, "caddy": CADDY}[request.param]
    need(program, request.param)
    assert program
    with running(request.param, program, site) as url:
        yield url


@contextmanager
def running(name: str, program: str, site: Path) -> Iterator[str]:
    """Address of a host that serves a folder, ending in ``/``."""
    home = site.parent / name
    home.mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = {"apache": _apache, "nginx": _nginx, "caddy": _caddy}[name](program, home, site, port)
    log = (home / "said").open("w+")
    environment = {**os.environ, "XDG_CONFIG_HOME": str(home), "XDG_DATA_HOME": str(home)}
    process = subprocess.Popen(command, stdout=log, stderr=log, text=True, env=environment)
    answers = wait_until(lambda: process.poll() is not None or _answers(port), 30)
    try:
        assert answers
        assert process.poll() is None, (home / "said").read_text()
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.wait()
        log.close()


def _apache(program: str, home: Path, public: Path, port: int) -> list[str]:
    found = (Path("/usr/lib/apache2/modules") / f"mod_{name}.so" for name in MODULES.split())
    modules = "\n".join(f"LoadModule {file.stem[4:]}_module {file}" for file in found if file.exists())
    user = "User www-data\nGroup www-data" if os.getuid() == 0 else ""
    text = APACHE_CONFIGURATION.format(home=home, public=public, port=port, modules=modules, user=user)
    (home / "apache.conf").write_text(text)
    return [program, "-f", str(home / "apache.conf"), "-DFOREGROUND"]


def _nginx(program: str, home: Path, public: Path, port: int) -> list[str]:
    user = "user www-data;" if os.getuid() == 0 else ""
    (home / "whole.conf").write_text(NGINX_CONFIGURATION.format(home=home, public=public, port=port, user=user))
    return [program, "-p", str(home), "-e", str(home / "error.log"), "-c", str(home / "whole.conf")]


def _caddy(program: str, home: Path, public: Path, port: int) -> list[str]:
    (home / "whole").write_text(CADDY_CONFIGURATION.format(home=home, public=public, port=port))
    return [program, "run", "--adapter", "caddyfile", "--config", str(home / "whole")]


def _answers(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.parametrize(
    ("path", "accept", "status", "location"),
    [
        ("id/thing/one", "text/turtle", 303, "doc/thing/one"),
        ("id/thing/old", "*/*", 301, "id/thing/new"),
        ("doc/thing/old", "text/turtle", 301, "doc/thing/new"),
        ("ns/1.0.0", "*/*", 303, "dumps/1.1.0/index.html"),
        ("ns/1.1.0", "*/*", 303, "ns.html"),
        ("ns/1.0.0", "text/turtle", 303, "dumps/1.1.0/vocabulary/terms.ttl"),
        ("ns/1.1.0", "application/n-triples", 303, "ns.nt"),
        ("ns/1.0.0", "text/html, text/turtle;q=0.5", 303, "dumps/1.1.0/index.html"),
        ("graph/data", "*/*", 303, "dumps/latest/data.ttl"),
        ("graph/data", "application/ld+json", 303, "dumps/latest/data.jsonld"),
        ("dumps/latest/", "*/*", 303, "download.html"),
        ("id/thing/none", "*/*", 303, "doc/thing/none"),
    ],
)
def test_what_is_elsewhere_is_pointed_to(host: str, path: str, accept: str, status: int, location: str) -> None:
    answer = fetch(host, path, headers={"Accept": accept})
    target = answer.headers["location"].removeprefix(host).lstrip("/")
    assert (answer.status, target) == (status, location)


@pytest.mark.parametrize(
    ("path", "accept", "kind"),
    [
        ("doc/thing/one", "text/html", "text/html"),
        ("doc/thing/one", "text/turtle", "text/turtle"),
        ("doc/thing/one", "application/ld+json", "application/ld+json"),
        ("doc/thing/one", "text/turtlesssss", "text/html"),
        ("doc/thing/one", "application/x-turtle, text/turtle;q=0.9", "text/turtle"),
        ("doc/thing/one.ttl", "*/*", "text/turtle"),
        ("doc/thing/one.nt", "*/*", "application/n-triples"),
        ("doc/thing/one.rdf", "*/*", "application/rdf+xml"),
        ("ns", "text/turtle", "text/turtle"),
        ("ns", "text/html", "text/html"),
        ("", "*/*", "text/html"),
        ("dumps/", "*/*", "text/html"),
        ("dumps/1.1.0/", "*/*", "text/html"),
        ("dumps/1.1.0/all.nq", "*/*", "application/n-quads"),
        ("dumps/latest/all.trig", "*/*", "application/trig"),
        ("dumps/feed.atom", "*/*", "application/atom+xml"),
        ("dumps/timemap.link", "*/*", "application/link-format"),
        (".well-known/void", "*/*", "text/turtle"),
        ("changes?since=1.0.0", "*/*", "application/rdf-patch"),
    ],
)
def test_what_is_there_has_its_media_type(host: str, site: Path, path: str, accept: str, kind: str) -> None:
    answer = fetch(host, path, headers={"Accept": accept})
    assert (answer.status, answer.media_type) == (200, kind)
    assert answer.headers.get("access-control-allow-origin") == "*"
    if path == "changes?since=1.0.0":
        assert answer.body == (site / "changes/1.0.0.rdfp").read_bytes()
    if path.startswith("doc/") and accept != "*/*":
        assert "accept" in answer.headers["vary"].lower()


@pytest.mark.parametrize("path", ["id/thing/two", "doc/thing/two"])
def test_what_was_withdrawn_is_gone_with_a_page_that_explains(host: str, site: Path, path: str) -> None:
    answer = fetch(host, path, headers={"Accept": "text/html"})
    assert answer.status == 410
    assert answer.body == (site / "doc/thing/two.html").read_bytes()


def test_mementos_say_when_they_were(host: str) -> None:
    answer = fetch(host, "dumps/1.1.0/all.nq")
    assert answer.headers["memento-datetime"] == "Sun, 01 Feb 2026 00:00:00 GMT"
    assert 'rel="original timegate"' in answer.headers["link"]
    assert "memento-datetime" not in fetch(host, "dumps/latest/all.nq").headers


@pytest.mark.parametrize("path", ["doc/thing/none", "changes?since=9.9.9", "changes?since=../../etc/passwd", "nothing"])
def test_what_never_was_is_not_found(host: str, site: Path, path: str) -> None:
    answer = fetch(host, path)
    assert answer.status in (400, 404)
    if path in ("nothing", "doc/thing/none"):
        assert answer.body == (site / "404.html").read_bytes()


def test_the_host_of_the_public_base_leads_here(tmp_path: Path) -> None:
    """As w3id.org reads it: an ``.htaccess`` in a folder of its own."""
    need(APACHE, "apache")
    assert APACHE
    settings, found = loaded(make_project(tmp_path))
    here = load_site(settings, found, materialise(settings, found.quads))
    with tempfile.TemporaryDirectory(prefix="hosting-") as folder:
        os.chmod(folder, 0o755)
        public = Path(folder) / "public"
        (public / "base").mkdir(parents=True)
        (public / "base/.htaccess").write_bytes(hosting.rules(here)["redirect.htaccess"])
        with running("apache", APACHE, public) as url:
            answer = fetch(url, "base/id/thing/caf%C3%A9?x=1")
    assert answer.status == 302
    assert answer.headers["location"].upper() == "HTTP://LOCALHOST:8000/ID/THING/CAF%C3%A9?X=1".upper()


@pytest.fixture(scope="module")
def few() -> Iterator[Path]:
    """A built site whose things and dumps are there in N-Triples alone."""
    with tempfile.TemporaryDirectory(prefix="hosting-few-") as folder:
        os.chmod(folder, 0o755)
        project = make_project(Path(folder), toml=f'{TOML}\n[build]\nformats = ["ntriples"]\n')
        done = run_command("build", cwd=project)
        assert done.returncode == 0, done.stderr
        for path in (project, project / "public"):
            path.chmod(0o755)
        yield project / "public"


@pytest.mark.parametrize("name", ["apache", "nginx", "caddy"])
def test_rules_promise_only_what_is_written(name: str, few: Path) -> None:
    program = {"apache": APACHE, "nginx": NGINX, "caddy": CADDY}[name]
    need(program, name)
    assert program
    with running(name, program, few) as url:
        for accept in ("*/*", "text/turtle", "application/rdf+xml", "application/n-triples"):
            answer = fetch(url, "graph/data", headers={"Accept": accept})
            assert answer.status == 303
            assert answer.headers["location"].endswith("dumps/latest/data.nt"), accept
            assert (few / "dumps/latest/data.nt").is_file()
        for accept, kind in (
            ("text/turtle, application/n-triples;q=0.5", "application/n-triples"),
            ("application/n-triples", "application/n-triples"),
            ("text/turtle", "text/html"),
        ):
            answer = fetch(url, "doc/thing/one", headers={"Accept": accept})
            assert (answer.status, answer.media_type) == (200, kind), accept


def test_pages_that_point_on_lead_to_what_is_written(few: Path) -> None:
    for path in few.rglob("index.html"):
        for link in re.findall(r'<link rel="alternate" type="[^"]+" href="([^"#]+)"', path.read_text()):
            if "://" not in link:
                assert (path.parent / link).resolve().is_file(), f"{path} leads to {link}"
    assert "data.nt" in (few / "graph/data/index.html").read_text()
