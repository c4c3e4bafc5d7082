"""Who asks how much: queries of one client at one time, and per second (a token bucket)."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from ecoop_ld.config import Limits
from ecoop_ld.server.refusals import over_limit

_REMEMBERED = 20_000
"""Clients remembered before those that are at rest are forgotten."""


def client_of(address: str) -> str:
    """One name for whoever sends from an address: a household's IPv6 network is one client."""
    if ":" not in address:
        return address
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return parsed.exploded[:19]


@dataclass(slots=True)
class Account:
    """What one client has left, and has under way."""

    tokens: float
    at: float
    running: int = 0


class Clients:
    """Raises a 429 for a client that asks too much; others never notice."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self.limits, self._clock = limits, clock
        self._accounts: dict[str, Account] = {}
        self.refused = 0

    @contextmanager
    def query(self, client: str) -> Iterator[None]:
        """Around one query of a client."""
        account = self._account(client)
        self._charge(account)
        account.running += 1
        try:
            yield
        finally:
            account.running -= 1

    def admit(self, client: str) -> Account | None:
        """The same where no block can stand around the query: count ``running`` down after it. ``None``: refused."""
        account = self._account(client)
        if self._too_many(account) or (self.limits.client_rate and account.tokens < 1):
            return None
        account.running += 1
        account.tokens -= 1 if self.limits.client_rate else 0
        return account

    def _too_many(self, account: Account) -> bool:
        return bool(self.limits.client_queries) and account.running >= self.limits.client_queries

    def _account(self, client: str) -> Account:
        now = self._clock()
        account = self._accounts.get(client)
        if account is None:
            if len(self._accounts) >= _REMEMBERED:
                self._forget(now)
            account = self._accounts[client] = Account(self.limits.client_burst, now)
        account.tokens = min(self.limits.client_burst, account.tokens + (now - account.at) * self.limits.client_rate)
        account.at = now
        return account

    def _forget(self, now: float) -> None:
        rest = self.limits.client_burst / self.limits.client_rate if self.limits.client_rate else 0.0
        idle = [name for name, a in self._accounts.items() if not a.running and now - a.at >= rest]
        for name in idle or [name for name, a in self._accounts.items() if not a.running][: _REMEMBERED // 2]:
            del self._accounts[name]

    def _charge(self, account: Account) -> None:
        limits = self.limits
        if self._too_many(account):
            self.refused += 1
            message = f"{account.running} queries of yours are being answered; wait for one of them."
            raise over_limit(429, message, "client_queries", limits.client_queries, {"Retry-After": "1"})
        if not limits.client_rate:
            return
        if account.tokens < 1:
            self.refused += 1
            wait = math.ceil((1 - account.tokens) / limits.client_rate)
            message = f"More than {limits.client_rate:g} queries per second; wait {wait} s."
            raise over_limit(429, message, "client_rate", limits.client_rate, {"Retry-After": str(wait)})
        account.tokens -= 1
