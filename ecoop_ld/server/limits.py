"""Who asks, and how much: queries of one client at one time, and per second (a token bucket)."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network

from ecoop_ld.config import Limits
from ecoop_ld.server.refusals import over_limit

_REMEMBERED = 20_000
"""Clients remembered before those that are at rest are forgotten."""
_REMEMBERED_PROXIED = 4_096
_LONGEST_ADDRESS = 60


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


class Proxies:
    """Proxies whose word on their clients counts: addresses, networks (``10.0.0.0/8``), or ``*`` for everyone."""

    def __init__(self, trusted: Sequence[str]) -> None:
        self._names = frozenset(trusted)
        networks = []
        for name in trusted:
            with suppress(ValueError):
                networks.append(ip_network(name, strict=False))
        self._networks = tuple(networks)
        self._trusts = lru_cache(_REMEMBERED_PROXIED)(self._is_trusted)

    def __contains__(self, address: str) -> bool:
        return bool(self._names) and self._trusts(address)

    def _is_trusted(self, address: str) -> bool:
        if "*" in self._names or address in self._names:
            return True
        try:
            parsed = ip_address(address)
        except ValueError:
            return False
        parsed = getattr(parsed, "ipv4_mapped", None) or parsed
        return any(parsed in network for network in self._networks)

    def client(self, peer: str, forwarded: str) -> str:
        """The client that ``X-Forwarded-For`` names to the proxy ``peer``: each proxy adds at the right whom it had the
        request from, so it is the first from the right that is no trusted proxy. What stands left of it is anybody's
        claim."""
        address = peer
        for element in reversed(forwarded.split(",")):
            named = _without_port(element.strip())
            if not named:
                break
            address = named
            if address not in self:
                break
        return client_of(address[:_LONGEST_ADDRESS])


def _without_port(element: str) -> str:
    """``192.0.2.1:80`` and ``[2001:db8::1]:80`` → the address."""
    if element.startswith("["):
        return element[1:].partition("]")[0]
    return element.partition(":")[0] if element.count(":") == 1 else element


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
