"""Mixed traffic with 5 % hostile requests against a real server: ``python -m benchmarks.soak SECONDS``.

Honest and hostile requests come from addresses of their own. Prints the memory each minute, lost honest requests
(which must be none), p50 and p99 of the honest ones, and memory before and after.
"""

from __future__ import annotations

import http.client
import random
import re
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote, urlsplit

CLIENTS, ATTACKERS = 4, 16
PAUSE = 0.05
"""Seconds between two requests of an honest client: it stays within the rate that the server grants."""
HOSTILE_PART = 0.05
HONEST = (
    "doc/org/lacnic",
    "ns",
    "id/org/lacnic",
    "sparql?query=" + quote("SELECT ?s { ?s a ?t } LIMIT 10 #{n}"),
    "sparql?query=" + quote("SELECT ?t (COUNT(*) AS ?n) { ?s a ?t } GROUP BY ?t"),
    "sparql?query=" + quote("DESCRIBE <https://w3id.org/ecoop/id/org/lacnic> #{n}"),
)
HOSTILE = (
    "sparql?query=" + quote("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i"),
    "sparql?query=" + quote("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"),
    "sparql?query=" + quote("ASK " + "{" * 5000),
    "sparql?query=" + quote("ASK { SERVICE <http://127.0.0.1:9/> {} }"),
    "%2e%2e/etc/passwd",
    "a" * 60_000,
)


class Soak:
    """The traffic of one run, and what came of it."""

    def __init__(self, url: str, seconds: float) -> None:
        parts = urlsplit(url)
        self.host, self.port = parts.hostname or "", parts.port or 80
        self.end = time.monotonic() + seconds
        self.times: list[float] = []
        self.lost: list[str] = []
        self.hostile = 0

    def honest(self, number: int) -> None:
        choice = random.Random(number)
        while time.monotonic() < self.end:
            self._ask_honestly(choice.choice(HONEST).replace("%7Bn%7D", str(choice.random())), f"127.0.1.{number}")
            time.sleep(PAUSE)

    def attack(self, number: int) -> None:
        """Send a hostile request whenever there were fewer of them than their part."""
        choice = random.Random(number)
        while time.monotonic() < self.end:
            if self.hostile > HOSTILE_PART * (self.hostile + len(self.times)):
                time.sleep(0.01)
                continue
            self.hostile += 1
            with suppress(OSError, http.client.HTTPException):
                self._fetch(choice.choice(HOSTILE), f"127.0.2.{number // 2}")

    def _ask_honestly(self, path: str, client: str) -> None:
        start = time.perf_counter()
        try:
            status = self._fetch(path, client)
        except (OSError, http.client.HTTPException) as error:
            self.lost.append(f"{path[:80]}: {error!r}")
            return
        self.times.append(time.perf_counter() - start)
        if status not in (200, 303):
            self.lost.append(f"{path[:80]}: {status}")

    def _fetch(self, path: str, client: str) -> int:
        connection = http.client.HTTPConnection(self.host, self.port, timeout=60, source_address=(client, 0))
        try:
            connection.request("GET", "/" + path)
            answer = connection.getresponse()
            answer.read()
            return answer.status
        finally:
            connection.close()

    def run(self) -> None:
        honest = [threading.Thread(target=self.honest, args=(n,)) for n in range(1, CLIENTS + 1)]
        threads = honest + [threading.Thread(target=self.attack, args=(n,)) for n in range(2, ATTACKERS + 2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def memory(process: int, *, alone: bool = False) -> int:
    """Bytes of a process, and unless alone of all that it started, shared pages divided."""
    with suppress(OSError):
        text = Path(f"/proc/{process}/smaps_rollup").read_text()
        children = [] if alone else Path(f"/proc/{process}/task/{process}/children").read_text().split()
        match = re.search(r"^Pss:\s+(\d+)", text, re.MULTILINE)
        return int(match[1]) * 1024 + sum(memory(int(child)) for child in children) if match else 0
    return 0


class Memory(threading.Thread):
    """Prints the memory of the server, and of all processes together, once a minute."""

    def __init__(self, process: int) -> None:
        super().__init__(daemon=True)
        self.process, self.over = process, threading.Event()

    def run(self) -> None:
        minutes = 0
        while not self.over.is_set():
            alone = memory(self.process, alone=True)
            print(f"{minutes:>4} min  server {alone / 1e6:.0f} MB  all {memory(self.process) / 1e6:.0f} MB", flush=True)
            minutes += 1
            self.over.wait(60)


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 600.0
    command = [sys.executable, "-m", "ecoop_ld", "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        match = re.search(r"http://\S+", server.stdout.readline())
        assert match, "the server did not start"
        try:
            Soak(match[0], min(seconds, 3)).run()
            time.sleep(6)
            before = memory(server.pid)
            soak, minutes = Soak(match[0], seconds), Memory(server.pid)
            minutes.start()
            soak.run()
            minutes.over.set()
            time.sleep(12)
            after = memory(server.pid)
        finally:
            server.terminate()
    times = sorted(soak.times) or [0.0]
    print(f"honest requests  {len(times):,}  lost {len(soak.lost)}   hostile {soak.hostile:,}")
    part = soak.hostile / (soak.hostile + len(times))
    print(f"{part:.1%} hostile, {len(times) / seconds:.0f} honest requests a second")
    print(f"p50 {times[len(times) // 2] * 1000:.1f} ms   p99 {times[int(len(times) * 0.99)] * 1000:.1f} ms")
    print(f"memory {before / 1e6:.0f} MB before, {after / 1e6:.0f} MB after")
    for line in soak.lost[:10]:
        print("lost:", line)
    sys.exit(1 if soak.lost else 0)


if __name__ == "__main__":
    main()
