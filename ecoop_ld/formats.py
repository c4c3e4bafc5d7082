"""One row per representation, and content negotiation over rows (RFC 9110 §12.5.1).

Nothing else in the toolkit names a media type or a file extension.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ecoop_ld.names import FORMATS

if TYPE_CHECKING:
    import pyoxigraph as ox


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write an RDF graph, a query result or a page."""

    name: str
    """The word used on the command line and in configuration."""
    label: str
    """What people call it."""
    media_type: str
    extension: str
    """File extension without the dot."""
    iri: str = ""
    """The W3C's IRI for the format (https://www.w3.org/ns/formats/), where there is one."""
    engine: str = ""
    """The attribute of pyoxigraph's ``RdfFormat`` or ``QueryResultsFormat`` that writes it."""
    aliases: tuple[str, ...] = ()
    """Other media types that ask for the same bytes."""
    parameters: str = ""
    """Parameters added to the Content-Type of an answer."""
    datasets: bool = field(default=False)
    """Whether named graphs can be written."""

    @property
    def content_type(self) -> str:
        return f"{self.media_type}; {self.parameters}" if self.parameters else self.media_type

    def rdf_engine(self) -> ox.RdfFormat:
        import pyoxigraph

        engine: ox.RdfFormat = getattr(pyoxigraph.RdfFormat, self.engine)
        return engine

    def results_engine(self) -> ox.QueryResultsFormat:
        import pyoxigraph

        engine: ox.QueryResultsFormat = getattr(pyoxigraph.QueryResultsFormat, self.engine)
        return engine


UTF8 = "charset=utf-8"

HTML = Format("html", "HTML", "text/html", "html", aliases=("application/xhtml+xml",), parameters=UTF8)
TURTLE = Format("turtle", "Turtle", "text/turtle", "ttl", FORMATS + "Turtle", "TURTLE", ("application/x-turtle",), UTF8)
JSON_LD = Format(
    "jsonld",
    "JSON-LD",
    "application/ld+json",
    "jsonld",
    FORMATS + "JSON-LD",
    "JSON_LD",
    ("application/json",),
    datasets=True,
)
N_TRIPLES = Format("ntriples", "N-Triples", "application/n-triples", "nt", FORMATS + "N-Triples", "N_TRIPLES")
RDF_XML = Format("rdfxml", "RDF/XML", "application/rdf+xml", "rdf", FORMATS + "RDF_XML", "RDF_XML")
TRIG = Format("trig", "TriG", "application/trig", "trig", FORMATS + "TriG", "TRIG", datasets=True)
N_QUADS = Format("nquads", "N-Quads", "application/n-quads", "nq", FORMATS + "N-Quads", "N_QUADS", datasets=True)

JSON = Format(
    "json",
    "JSON",
    "application/sparql-results+json",
    "srj",
    FORMATS + "SPARQL_Results_JSON",
    "JSON",
    ("application/json",),
)
XML = Format(
    "xml",
    "XML",
    "application/sparql-results+xml",
    "srx",
    FORMATS + "SPARQL_Results_XML",
    "XML",
    ("application/xml", "text/xml"),
)
CSV = Format("csv", "CSV", "text/csv", "csv", FORMATS + "SPARQL_Results_CSV", "CSV", (), f"{UTF8}; header=present")
TSV = Format("tsv", "TSV", "text/tab-separated-values", "tsv", FORMATS + "SPARQL_Results_TSV", "TSV", (), UTF8)

CSVW = Format("csvw", "CSVW", "application/csvm+json", "json")
SQLITE = Format("sqlite", "SQLite", "application/vnd.sqlite3", "sqlite")

RDF_PATCH = Format("rdfpatch", "RDF Patch", "application/rdf-patch", "rdfp")
CHANGES_JSON = Format("changes", "JSON", "application/json", "json")
ATOM = Format("atom", "Atom", "application/atom+xml", "atom")
JSON_FEED = Format("jsonfeed", "JSON Feed", "application/feed+json", "json", aliases=("application/json",))
LINK_FORMAT = Format("link", "TimeMap", "application/link-format", "link")
LINKSET = Format("linkset", "Link set", "application/linkset+json", "linkset")
"""The links of a page as JSON (RFC 9264 §4.2)."""
MARKDOWN = Format("markdown", "Markdown", "text/markdown", "md", parameters=UTF8)

COMPRESSIONS: Mapping[str, str] = {"gz": "application/gzip", "zst": "application/zstd"}
"""Extension of a compressed file → its media type (RFC 6713, RFC 8878)."""

RDF_FORMATS: tuple[Format, ...] = (TURTLE, JSON_LD, N_TRIPLES, RDF_XML)
"""Representations of one entity, in order of preference."""
DOCUMENT_FORMATS: tuple[Format, ...] = (HTML, *RDF_FORMATS)
CHANGE_FORMATS: tuple[Format, ...] = (RDF_PATCH, CHANGES_JSON, TURTLE, HTML)
"""What changed since a release; a client that takes anything gets the patch."""
FEED_FORMATS: tuple[Format, ...] = (ATOM, JSON_FEED)
DATASET_FORMATS: tuple[Format, ...] = (N_QUADS, TRIG)
GRAPH_RESULTS: tuple[Format, ...] = (TURTLE, N_TRIPLES, JSON_LD, RDF_XML, TRIG, N_QUADS)
"""Answers to CONSTRUCT and DESCRIBE."""
TABLE_RESULTS: tuple[Format, ...] = (JSON, XML, CSV, TSV)
"""Answers to SELECT."""
BOOLEAN_RESULTS: tuple[Format, ...] = (JSON, XML)
"""Answers to ASK; the SPARQL 1.1 CSV and TSV note defines none for them."""
ALL_FORMATS: tuple[Format, ...] = (*DOCUMENT_FORMATS, *DATASET_FORMATS, *TABLE_RESULTS)
OTHER_FORMATS: tuple[Format, ...] = (RDF_PATCH, ATOM, LINK_FORMAT, MARKDOWN)
"""Neither RDF nor query results."""
SOURCE_FORMATS: tuple[Format, ...] = (TURTLE, TRIG, N_TRIPLES, N_QUADS, RDF_XML, JSON_LD)
"""What ``data/`` may hold, plain or with ``.gz`` behind it."""

_ASSETS: Mapping[str, str] = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "mjs": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
    "wasm": "application/wasm",
    "woff2": "font/woff2",
    "xml": "application/xml",
}
FILE_TYPES: Mapping[str, str] = {
    **_ASSETS,
    **COMPRESSIONS,
    **{row.extension: row.content_type for row in (SQLITE, *OTHER_FORMATS, *ALL_FORMATS)},
}
"""Extension of a file of the build → its Content-Type."""
NAMED_FILES: Mapping[str, str] = {
    ".well-known/void": TURTLE.content_type,
    "csv-metadata.json": CSVW.content_type,
    "SHA256SUMS": _ASSETS["txt"],
}
"""Path, or name in any folder, of files whose extension does not say what they are → Content-Type."""


def content_type(path: str) -> str:
    """Content-Type of a file of the build."""
    folder, _, name = path.rpartition("/")
    named = NAMED_FILES.get(path) or (NAMED_FILES.get(name) if folder else None)
    return named or FILE_TYPES.get(path.rpartition(".")[2], "application/octet-stream")


def by_name(name: str, rows: Sequence[Format] = ALL_FORMATS) -> Format | None:
    """The row with this name, extension or media type."""
    return next((row for row in rows if name in (row.name, row.extension, row.media_type)), None)


@dataclass(frozen=True, slots=True)
class MediaRange:
    """One element of an Accept header, e.g. ``text/*;q=0.5``."""

    kind: str
    subtype: str
    quality: float
    parameters: tuple[tuple[str, str], ...] = ()

    def specificity(self, row: Format) -> tuple[int, float]:
        """How closely the range names a row (0: not at all … 4: with matching parameters), and its quality."""
        for media_type in (row.media_type, *row.aliases):
            kind, subtype = media_type.split("/")
            if (self.kind, self.subtype) == (kind, subtype):
                if not self.parameters:
                    return (3, self.quality)
                own = {p.strip().lower() for p in row.parameters.split(";") if p.strip()}
                asked = {f"{k}={v}" for k, v in self.parameters if k not in ("version", "profile")}
                return (4, self.quality) if asked <= own or not own else (0, 0.0)
        if self.subtype == "*" and self.kind == row.media_type.split("/")[0]:
            return (2, self.quality)  # a wildcard asks for what the row is, not for what it also answers to
        return (1, self.quality) if self.kind == "*" else (0, 0.0)


_QUALITY = re.compile(r"(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\Z")


_QUOTED = r'"(?:\\.?|[^"\\])*+(?:"|\Z)'
"""A quoted string, or all that follows a quote that is never closed: so that no header takes quadratic time."""
_ELEMENT, _PIECE = (re.compile(f'(?:[^{separator}"]|{_QUOTED})+') for separator in ",;")


def parse_accept(header: str) -> list[MediaRange]:
    """The media ranges of an Accept header; elements that are not media ranges are passed over (RFC 9110 §12.5.1)."""
    ranges = []
    for element in _ELEMENT.findall(header):
        pieces = [p.strip() for p in _PIECE.findall(element)]
        kind, slash, subtype = pieces[0].lower().partition("/")
        if kind == "*" and not slash:  # "*" alone is sent by Java's HttpURLConnection
            slash, subtype = "/", "*"
        if not slash or not kind or not subtype or (kind == "*" and subtype != "*"):
            continue
        quality, parameters = 1.0, []
        for piece in pieces[1:]:
            key, _, value = (part.strip() for part in piece.partition("="))
            if key.lower() == "q":
                quality = float(value) if _QUALITY.match(value) else 0.0 if value.startswith("-") else 1.0
                break  # what follows q is an accept-ext, which no longer means anything (RFC 9110 §12.5.1)
            if key:
                parameters.append((key.lower(), value.strip('"').lower()))
        ranges.append(MediaRange(kind, subtype, quality, tuple(parameters)))
    return ranges


def negotiate(accept: str | None, rows: Sequence[Format]) -> Format | None:
    """The row that an Accept header prefers; ``None`` when it accepts none (406).

    For each row the most specific matching range gives the quality; ties go to the row that stands first.
    No header, or an empty one, means anything will do.
    """
    ranges = parse_accept(accept) if accept and accept.strip() else []
    if not ranges:
        return rows[0] if not (accept and accept.strip()) else None
    best: Format | None = None
    best_quality = 0.0
    for row in rows:
        _, quality = max((r.specificity(row) for r in ranges), key=lambda pair: (pair[0], pair[1]))
        if quality > best_quality:
            best, best_quality = row, quality
    return best


def negotiate_language(accept: str | None, languages: Sequence[str]) -> str:
    """The language of ``languages`` that Accept-Language prefers; the first where none fits (RFC 4647 §3.4 lookup)."""
    best, best_quality = languages[0], 0.0
    for element in (accept or "").split(","):
        tag, _, parameters = (part.strip() for part in element.partition(";"))
        value = parameters.removeprefix("q=").strip()
        quality = (float(value) if _QUALITY.match(value) else 0.0) if parameters else 1.0
        match = languages[0] if tag == "*" else next((c for c in languages if tag.lower().split("-")[0] == c), None)
        if match and quality > best_quality:
            best, best_quality = match, quality
    return best
