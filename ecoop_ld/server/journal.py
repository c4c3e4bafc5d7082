"""What happened: one JSON line per request for the access log, and counters for ``/metrics`` (Prometheus text)."""

from __future__ import annotations

import hashlib
import json
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from itertools import accumulate
from typing import TextIO

from ecoop_ld.server.http import Final, Request

_BUCKETS = (0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10.0)
"""Upper bounds, in seconds, of the histogram."""
_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "QUERY"})


class Journal:
    """Counts, and writes to ``log`` where there is one."""

    def __init__(self, log: TextIO | None = None) -> None:
        self.log = log
        self.requests: Counter[tuple[str, int]] = Counter()
        self.outcomes: Counter[str] = Counter()
        self.bytes = 0
        self._seconds = 0.0
        self._buckets = [0] * (len(_BUCKETS) + 1)

    def count(self, method: str, status: int, size: int) -> None:
        self.requests[method if method in _METHODS else "other", status] += 1
        self.bytes += size

    def count_query(self, outcome: str, seconds: float) -> None:
        self.outcomes[outcome] += 1
        self._seconds += seconds
        self._buckets[bisect_left(_BUCKETS, seconds)] += 1

    def write(self, request: Request, final: Final, seconds: float) -> None:
        """For an answer that was not kept."""
        self.count(request.method, final.status, final.size)
        notes = final.notes
        if "query" in notes or request.path == "sparql":
            self.count_query(str(notes.get("outcome", "ok")), seconds)
        if self.log:
            self.line(request.method, request.path, request.client, final.status, final.size, seconds, notes)

    def line(
        self,
        method: str,
        path: str,
        client: str,
        status: int,
        size: int,
        seconds: float,
        notes: Mapping[str, object],
    ) -> None:
        """One line: no whole addresses, and of the query's text, which ``notes`` have, only a digest."""
        if self.log is None:
            return
        table = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "client": shortened(client),
            "method": method,
            "path": path[:500],
            "status": status,
            "bytes": size,
            "seconds": round(seconds, 6),
            "outcome": "ok" if status < 400 else "refused",
            **notes,
        }
        if isinstance(text := notes.get("query"), str):
            table["query"] = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
        if isinstance(taken := notes.get("worker_seconds"), float):
            table["worker_seconds"] = round(taken, 6)
        self.log.write(json.dumps(table, ensure_ascii=True) + "\n")
        self.log.flush()

    def metrics(self, now: Mapping[str, float]) -> bytes:
        """All counters; ``now`` adds gauges by name."""
        lines = ["# TYPE ecoop_requests_total counter"]
        for (method, status), count in sorted(self.requests.items()):
            lines.append(f'ecoop_requests_total{{method="{method}",status="{status}"}} {count}')
        lines += ["# TYPE ecoop_response_bytes_total counter", f"ecoop_response_bytes_total {self.bytes}"]
        lines.append("# TYPE ecoop_queries_total counter")
        lines += [f'ecoop_queries_total{{outcome="{k}"}} {n}' for k, n in sorted(self.outcomes.items())]
        lines.append("# TYPE ecoop_query_seconds histogram")
        so_far = accumulate(self._buckets)
        lines += [f'ecoop_query_seconds_bucket{{le="{most:g}"}} {next(so_far)}' for most in _BUCKETS]
        total = sum(self.outcomes.values())
        lines.append(f'ecoop_query_seconds_bucket{{le="+Inf"}} {total}')
        lines += [f"ecoop_query_seconds_sum {self._seconds:.6f}", f"ecoop_query_seconds_count {total}"]
        for name, value in now.items():
            kind = "counter" if name.endswith("_total") else "gauge"
            lines += [f"# TYPE ecoop_{name} {kind}", f"ecoop_{name} {value:g}"]
        return ("\n".join(lines) + "\n").encode()


def shortened(address: str) -> str:
    """The network of an address: enough to see a pattern, too little to name a person."""
    if ":" in address:
        return ":".join(address.split(":")[:3]) + "::"
    return address.rpartition(".")[0] + ".0" if "." in address else address
