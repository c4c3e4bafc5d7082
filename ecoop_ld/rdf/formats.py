"""One row per representation.

Nothing else in the toolkit names a media type or a file extension.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ecoop_ld.rdf.names import FORMATS

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
    file_type: str = ""
    """Code in the EU's table of file types (http://publications.europa.eu/resource/authority/file-type)."""

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
TURTLE = Format(
    "turtle",
    "Turtle",
    "text/turtle",
    "ttl",
    FORMATS + "Turtle",
    "TURTLE",
    ("application/x-turtle",),
    UTF8,
    file_type="RDF_TURTLE",
)
JSON_LD = Format(
    "jsonld",
    "JSON-LD",
    "application/ld+json",
    "jsonld",
    FORMATS + "JSON-LD",
    "JSON_LD",
    ("application/json",),
    datasets=True,
    file_type="JSON_LD",
)
N_TRIPLES = Format(
    "ntriples",
    "N-Triples",
    "application/n-triples",
    "nt",
    FORMATS + "N-Triples",
    "N_TRIPLES",
    file_type="RDF_N_TRIPLES",
)
RDF_XML = Format("rdfxml", "RDF/XML", "application/rdf+xml", "rdf", FORMATS + "RDF_XML", "RDF_XML", file_type="RDF_XML")
TRIG = Format("trig", "TriG", "application/trig", "trig", FORMATS + "TriG", "TRIG", datasets=True, file_type="RDF_TRIG")
N_QUADS = Format(
    "nquads",
    "N-Quads",
    "application/n-quads",
    "nq",
    FORMATS + "N-Quads",
    "N_QUADS",
    datasets=True,
    file_type="RDF_N_QUADS",
)

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
CSV = Format(
    "csv",
    "CSV",
    "text/csv",
    "csv",
    FORMATS + "SPARQL_Results_CSV",
    "CSV",
    (),
    f"{UTF8}; header=present",
    file_type="CSV",
)
TSV = Format("tsv", "TSV", "text/tab-separated-values", "tsv", FORMATS + "SPARQL_Results_TSV", "TSV", (), UTF8)

CSVW = Format("csvw", "CSVW", "application/csvm+json", "json", file_type="JSON")
XLSX = Format("xlsx", "XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx")
PARQUET = Format("parquet", "Parquet", "application/vnd.apache.parquet", "parquet", file_type="PARQUET")
SQLITE = Format("sqlite", "SQLite", "application/vnd.sqlite3", "sqlite")

RDF_PATCH = Format("rdfpatch", "RDF Patch", "application/rdf-patch", "rdfp")
CHANGES_JSON = Format("changes", "JSON", "application/json", "json")
ATOM = Format("atom", "Atom", "application/atom+xml", "atom")
JSON_FEED = Format("jsonfeed", "JSON Feed", "application/feed+json", "json", aliases=("application/json",))
LINK_FORMAT = Format("link", "TimeMap", "application/link-format", "link")
LINKSET = Format("linkset", "Link set", "application/linkset+json", "linkset")
"""The links of a page as JSON (RFC 9264 §4.2)."""
ARCHIVE = Format("zip", "ZIP", "application/zip", "zip", file_type="ZIP")
MARKDOWN = Format("markdown", "Markdown", "text/markdown", "md", parameters=UTF8)

COMPRESSIONS: Mapping[str, str] = {"gz": "application/gzip", "zst": "application/zstd"}
"""Extension of a compressed file → its media type (RFC 6713, RFC 8878)."""

PLAIN_JSON = Format("json", "JSON", "application/json", "json", file_type="JSON")
"""What is told of a thing, for programs that know no RDF; JSON-LD for those that do."""
PLAIN_FORMATS: tuple[Format, ...] = (PLAIN_JSON, CSV)
CARD = Format("card", "Card", HTML.media_type, "card.html", parameters=UTF8)
"""A small page about a thing, to stand in a frame on other sites."""
OEMBED = Format("oembed", "oEmbed", "application/json", "oembed.json")
"""What tells other sites how to show the card (https://oembed.com, §2.3.4)."""
OEMBED_XML = Format("oembedxml", "oEmbed", "text/xml", "xml", parameters=UTF8)
OEMBED_LINK = "application/json+oembed"
"""By which the link from a page to its oEmbed is known; what it leads to is JSON."""
EMBED_FORMATS: tuple[Format, ...] = (CARD, OEMBED)
SVG = Format("svg", "SVG", "image/svg+xml", "svg")
"""A picture as a file of its own."""
SPOKEN_FORMATS: tuple[Format, ...] = (HTML, *EMBED_FORMATS, SVG)
"""What has words of a page's language; the others are the same in all."""
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
TABLE_FILES: tuple[Format, ...] = (CSV, CSVW, PARQUET, SQLITE)
"""Files of tables among the dumps."""
ALL_FORMATS: tuple[Format, ...] = (*DOCUMENT_FORMATS, *DATASET_FORMATS, *TABLE_RESULTS)
OTHER_FORMATS: tuple[Format, ...] = (RDF_PATCH, ATOM, LINK_FORMAT, MARKDOWN, ARCHIVE)
"""Neither RDF nor query results."""
SOURCE_FORMATS: tuple[Format, ...] = (TURTLE, TRIG, N_TRIPLES, N_QUADS, RDF_XML, JSON_LD)
"""What ``data/`` may hold, plain or with ``.gz`` behind it."""
SOURCE_ENDINGS: Mapping[str, Format] = {
    **{row.extension: row for row in SOURCE_FORMATS},
    "owl": RDF_XML,
    "xml": RDF_XML,
    "json": JSON_LD,
}
"""Ending of a file's name, in lower case → its format; the last three belong to other kinds of file too."""
TABLE_ENDINGS: Mapping[str, Format] = {row.extension: row for row in (CSV, TSV, XLSX)}
"""Ending of a table that is read where a mapping stands beside it → its format."""

_ASSETS: Mapping[str, str] = {
    "css": "text/css; charset=utf-8",
    "jpg": "image/jpeg",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "mjs": "text/javascript; charset=utf-8",
    "png": "image/png",
    SVG.extension: SVG.media_type,
    "txt": "text/plain; charset=utf-8",
    "wasm": "application/wasm",
    "webp": "image/webp",
    "woff2": "font/woff2",
    "xml": "application/xml",
}
FILE_TYPES: Mapping[str, str] = {
    **_ASSETS,
    **COMPRESSIONS,
    **{row.extension: row.content_type for row in (SQLITE, PARQUET, *OTHER_FORMATS, *ALL_FORMATS)},
}
"""Extension of a file of the build → its Content-Type."""
NAMED_FILES: Mapping[str, str] = {
    ".well-known/void": TURTLE.content_type,
    ".well-known/api-catalog": LINKSET.content_type,
    "CITATION.cff": _ASSETS["txt"],
    "openapi.json": "application/vnd.oai.openapi+json;version=3.1",
    "opensearch.xml": "application/opensearchdescription+xml",
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
