"""Redirects of remote endpoints, over real TLS: from the open into the encrypted, and never back."""

from __future__ import annotations

import http.server
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from conftest import need

from ecoop_ld.errors import UserError
from ecoop_ld.rdf.formats import JSON
from ecoop_ld.sparql.remote import RemoteEndpoint

RESULT = b'{"head":{"vars":["x"]},"results":{"bindings":[]}}'


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers at ``/sparql``, and redirects to the address that any other path ends in."""

    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.asked.append((self.path, body))
        if self.path == "/sparql":
            self.send_response(200)
            self.send_header("Content-Type", JSON.media_type)
            self.send_header("Content-Length", str(len(RESULT)))
            self.end_headers()
            self.wfile.write(RESULT)
            return
        self.send_response(307)
        self.send_header("Location", self.path.removeprefix("/to/"))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Not on the terminal."""


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[tuple[str, bytes]] = []


@contextmanager
def running(certificate: Path | None) -> Iterator[tuple[Server, str]]:
    """A server and its address, with TLS where there is a certificate."""
    with Server() as server:
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server, f"{'https' if certificate else 'http'}://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Certificate and key for 127.0.0.1, which only these tests trust."""
    need(shutil.which("openssl"), "openssl")
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    key = file.with_name("key.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(file)],
        check=True, capture_output=True,
    )  # fmt: skip
    file.write_bytes(file.read_bytes() + key.read_bytes())
    return file


@pytest.mark.parametrize(
    ("first", "second", "followed"),
    [("http", "http", True), ("http", "https", True), ("https", "https", True), ("https", "http", False)],
)
def test_no_redirect_leads_out_of_encryption(
    certificate: Path, monkeypatch: pytest.MonkeyPatch, first: str, second: str, followed: bool
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with ExitStack() as stack:
        (one, start), (two, end) = (
            stack.enter_context(running(certificate if scheme == "https" else None)) for scheme in (first, second)
        )
        endpoint = RemoteEndpoint(f"{start}/to/{end}/sparql")
        if followed:
            assert endpoint.query("ASK {}", JSON) == RESULT
            assert two.asked[0][1] == one.asked[0][1] != b""
        else:
            with pytest.raises(UserError):
                endpoint.query("ASK {}", JSON)
            assert two.asked == []
        assert len(one.asked) == 1


@pytest.mark.parametrize("scheme", ["file", "ftp", "data"])
def test_no_redirect_leads_out_of_http(scheme: str) -> None:
    with running(None) as (_, url), pytest.raises(UserError):
        RemoteEndpoint(f"{url}/to/{scheme}:///etc/passwd").query("ASK {}", JSON)
