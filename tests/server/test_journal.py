"""The access log and the counters: what stands in a line, and what never does."""

from __future__ import annotations

import io
import json

import pytest

from ecoop_ld.server.http import Request, Response, complete
from ecoop_ld.server.journal import Journal, shortened


def line(path: str = "doc/a", client: str = "192.0.2.77", status: int = 200, **notes: object) -> dict[str, object]:
    log = io.StringIO()
    request = Request("GET", path, client=client)
    Journal(log).write(request, complete(request, Response(status, b"four", notes=notes)), 0.25)
    (text,) = log.getvalue().splitlines()
    found = json.loads(text)
    assert isinstance(found, dict)
    return found


def test_a_line_tells_what_happened() -> None:
    found = line()
    assert str(found.pop("time")).endswith("Z")
    assert found == {
        "client": "192.0.2.0",
        "method": "GET",
        "path": "doc/a",
        "status": 200,
        "bytes": 4,
        "seconds": 0.25,
        "outcome": "ok",
    }
    assert line(status=404)["outcome"] == "refused"
    assert line(status=400)["outcome"] == "refused"
    assert line(status=504, outcome="timeout", rows=3)["outcome"] == "timeout"


def test_a_query_is_named_by_a_digest_alone() -> None:
    found = line(query="SELECT * { ?secret ?p ?o }", worker_seconds=0.123456789)
    assert "secret" not in str(found)
    assert len(str(found["query"])) == 16
    assert found["query"] != line(query="ASK {}")["query"]
    assert found["worker_seconds"] == 0.123457


def test_no_path_is_longer_than_a_line_should_be_and_none_breaks_it() -> None:
    assert line("a" * 100_000)["path"] == "a" * 500
    assert line('a"\n{"status": 200}\u2028ü')["path"] == 'a"\n{"status": 200}\u2028ü'


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::"),
        ("", ""),
    ],
)
def test_an_address_names_no_person(address: str, network: str) -> None:
    assert shortened(address) == network


def test_counters() -> None:
    journal = Journal()
    for method, path, status in [("GET", "a", 200), ("GET", "b", 200), ("BREW", "c", 405), ("GET", "sparql", 200)]:
        request = Request(method, path)
        journal.write(request, complete(request, Response(status, b"12345")), 0.3)
    journal.count_query("timeout", 10.0)
    journal.count_query("timeout", 99.0)
    text = journal.metrics({"workers": 2, "reloads_total": 1}).decode()
    for row in (
        'ecoop_requests_total{method="GET",status="200"} 3',
        'ecoop_requests_total{method="other",status="405"} 1',
        "ecoop_response_bytes_total 20",
        'ecoop_queries_total{outcome="ok"} 1',
        'ecoop_queries_total{outcome="timeout"} 2',
        'ecoop_query_seconds_bucket{le="0.1"} 0',
        'ecoop_query_seconds_bucket{le="0.5"} 1',
        'ecoop_query_seconds_bucket{le="10"} 2',
        'ecoop_query_seconds_bucket{le="+Inf"} 3',
        "ecoop_query_seconds_sum 109.300000",
        "ecoop_query_seconds_count 3",
        "# TYPE ecoop_workers gauge",
        "ecoop_workers 2",
        "# TYPE ecoop_reloads_total counter",
    ):
        assert row in text.splitlines(), row
