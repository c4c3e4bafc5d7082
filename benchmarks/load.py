"""Requests over keep-alive connections, each with one request under way: how many are answered, and how fast."""

from __future__ import annotations

import re
import select
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked\r\n", re.IGNORECASE)


@dataclass
class Load:
    """What one or more runs measured; ``times`` and ``seconds`` are wall clock, ``cpu`` is the server's."""

    times: list[float] = field(default_factory=list)
    failed: int = 0
    seconds: float = 0.0
    cpu: float = 0.0
    size: int = 0
    """Bytes of the last body."""

    @property
    def rate(self) -> float:
        return len(self.times) / self.seconds if self.seconds else 0.0

    @property
    def cost(self) -> float:
        """Seconds of the server's CPU per request."""
        return self.cpu / len(self.times) if self.times else 0.0

    def quantile(self, part: float) -> float:
        found = sorted(self.times)
        return found[min(int(len(found) * part), len(found) - 1)] if found else 0.0

    def add(self, other: Load) -> None:
        self.times += other.times
        self.failed += other.failed
        self.seconds += other.seconds
        self.cpu += other.cpu
        self.size = other.size


def drive(address: tuple[str, int], requests: Iterator[bytes], connections: int, seconds: float) -> Load:
    """Keep ``connections`` requests under way for some seconds; each next one is taken from ``requests``."""
    load = Load()
    clients = [socket.create_connection(address) for _ in range(connections)]
    poll = select.epoll()
    started, held = {}, {}
    by_number = {client.fileno(): client for client in clients}
    for number, client in by_number.items():
        client.setblocking(False)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        poll.register(number, select.EPOLLIN)
    clock = time.perf_counter
    begin = clock()
    end = begin + seconds
    for number, client in by_number.items():
        started[number] = clock()
        client.send(next(requests))
    while started:
        for number, _ in poll.poll():
            client = by_number[number]
            data = client.recv(1 << 20)
            if number in held:
                data = held.pop(number) + data
            if data and not _whole(data):
                held[number] = data
                continue
            now = clock()
            if data.startswith((b"HTTP/1.1 200", b"HTTP/1.0 200")):
                load.times.append(now - started[number])
            else:
                load.failed += 1
            if now < end and data:
                client.send(next(requests))
                started[number] = now
            else:
                load.size = len(data.partition(b"\r\n\r\n")[2])
                del started[number]
                poll.unregister(number)
    load.seconds = clock() - begin
    for client in clients:
        client.close()
    poll.close()
    return load


def _whole(data: bytes) -> bool:
    """Whether an answer is complete."""
    end = data.find(b"\r\n\r\n")
    if end < 0:
        return False
    head = data[: end + 2]
    if match := _LENGTH.search(head):
        return len(data) - end - 4 >= int(match[1])
    return bool(_CHUNKED.search(head)) and data.endswith(b"0\r\n\r\n")


def get(target: str, accept: str) -> bytes:
    """A GET request."""
    return f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: bench\r\nAccept: {accept}\r\n\r\n".encode()
