"""The settings that bound what the server does, and whom it asks; one frozen class per table of ``ecoop.toml``."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request or one file may cost."""

    query_seconds: float = 10.0
    """Deadline of a SPARQL query; its worker process is killed then."""
    query_bytes: int = 100_000
    """Longest query text."""
    query_nesting: int = 60
    """Deepest nesting of brackets in a query."""
    query_patterns: int = 250
    """Most triple patterns in a query."""
    result_bytes: int = 50_000_000
    """Largest answer to a query."""
    worker_memory: int = 1_500_000_000
    """Bytes of memory that one query may use."""
    workers: int = 2
    """Worker processes, and so queries at one time."""
    quick_seconds: float = 0.25
    """A query that runs for longer makes way when others wait: it goes on beside the workers, at low priority."""
    long_queries: int = 2
    """Queries that may go on so at one time, each with up to ``worker_memory``; one client has all but one of these
    places at most. 0: long queries hold their workers."""
    queue: int = 32
    """Queries that may wait for a worker; the next one is told to come back (429), unless another client has more of
    them waiting."""
    client_queries: int = 8
    """Queries of one client (an IPv4 address, an IPv6 /64) at one time, waiting ones too; 0: any number."""
    client_rate: float = 20.0
    """Queries per second that one client may ask on average; answers that are kept cost nothing. 0: any number."""
    client_burst: int = 200
    """Queries that one client may ask at once after a pause."""
    connections: int = 4_000
    """Open connections; beyond it the one that is idle for longest is closed."""
    client_connections: int = 256
    """Open connections of one client; beyond it the client's one that is idle for longest is closed."""
    request_seconds: float = 15.0
    """Time for the whole of a request to arrive."""
    stall_seconds: float = 30.0
    """Time that a client may take none of its answer."""
    url_bytes: int = 32_768
    """Longest address; longer queries go by POST."""
    head_bytes: int = 65_536
    """Longest request head."""
    cache_bytes: int = 64_000_000
    """Answers kept in memory until the next build."""
    pending_bytes: int = 500_000_000
    """Answers that clients have not taken yet; beyond it queries are told to come back (503)."""
    batch_names: int = 200
    """Names, or things, in one batch for the reconciliation service."""
    batch_bytes: int = 1_000_000
    """Largest batch of names, or list of identifiers."""
    source_bytes: int = 1_000_000_000
    """Largest source file, unpacked."""
    iri_length: int = 2_000
    """Longest IRI."""
    literal_shown: int = 2_000
    """Characters of a literal shown on a page; the data files have all of it."""

    @property
    def published(self) -> dict[str, float]:
        """The limits that a client of the endpoint meets, by name."""
        found = {name: getattr(self, name) for name in _PUBLISHED}
        return {name: value for name, value in found.items() if value}


_PUBLISHED = (
    "query_seconds",
    "result_bytes",
    "worker_memory",
    "query_bytes",
    "query_nesting",
    "query_patterns",
    "workers",
    "quick_seconds",
    "long_queries",
    "queue",
    "client_queries",
    "client_rate",
    "client_burst",
    "client_connections",
    "url_bytes",
    "request_seconds",
    "stall_seconds",
    "pending_bytes",
    "batch_names",
    "batch_bytes",
)


@dataclass(frozen=True, slots=True)
class Server:
    """How the server deals with other machines."""

    trusted_proxies: tuple[str, ...] = ()
    """Addresses or networks of proxies whose ``X-Forwarded-For`` says who the client is."""


@dataclass(frozen=True, slots=True)
class Services:
    """Other SPARQL endpoints that queries may ask with SERVICE; docs/security.md says how that is kept safe."""

    endpoints: tuple[str, ...] = ()
    """Their addresses, as queries have to write them. Without any, SERVICE is refused."""
    seconds: float = 5.0
    """Time that each of them has for its whole answer."""
    bytes: int = 500_000
    """Largest answer of one."""
    calls: int = 3
    """Most SERVICE blocks in a query."""

    @property
    def published(self) -> dict[str, float | str]:
        """What a client meets, by name; nothing where SERVICE is refused."""
        if not self.endpoints:
            return {}
        return {
            "service_seconds": self.seconds,
            "service_bytes": self.bytes,
            "service_calls": self.calls,
            "service_endpoints": ", ".join(self.endpoints),
        }


@dataclass(frozen=True, slots=True)
class SourceEndpoint:
    """A SPARQL endpoint from which the data come, beside the files of ``data/``; docs/remote.md."""

    endpoint: str = ""
    """Its address. ``build``, ``serve`` and ``check`` fetch what it holds into ``data/endpoint.nq``. A user name and a
    password, or a token, come from the environment alone: ``ECOOP_SOURCE_USER`` with ``ECOOP_SOURCE_PASSWORD``, or
    ``ECOOP_SOURCE_TOKEN``."""
    graphs: tuple[str, ...] = ()
    """IRIs of the named graphs to fetch; without any, all graphs and the default graph."""
    seconds: float = 3_600.0
    """Time for all of it, with every retry."""
    page: int = 10_000
    """Statements asked for at a time; where the endpoint gives fewer at a time, smaller pages do."""
    bytes: int = 200_000_000
    """Largest answer to one request, unpacked."""
