"""Accept headers of real clients → what they get: a document, the answer to a SELECT, the answer to a CONSTRUCT."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from conftest import start_server, stop_server
from endpoints import build, endpoint_project, fetch

from ecoop_ld.rdf.formats import DOCUMENT_FORMATS, GRAPH_RESULTS, HTML, TABLE_RESULTS, Format
from ecoop_ld.server import codings
from ecoop_ld.server.negotiation import negotiate

# Client, header, and the names of the formats; "" is 406.
ACCEPTS: tuple[tuple[str, str | None, str, str, str], ...] = (
    ("no header", None, "html", "json", "turtle"),
    ("empty header", "", "html", "json", "turtle"),
    ("curl, wget", "*/*", "html", "json", "turtle"),
    ("Java HttpURLConnection", "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", "html", "json", "turtle"),
    ("Chrome 131", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7", "html", "html", "html"),
    ("Firefox 132", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/png,image/svg+xml,*/*;q=0.8", "html", "html", "html"),
    ("Firefox 66", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "html", "html", "html"),
    ("Firefox ESR 128", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8", "html", "html", "html"),
    ("Safari 17", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "html", "html", "html"),
    ("Edge 18", "text/html, application/xhtml+xml, application/xml; q=0.9, */*; q=0.8", "html", "html", "html"),
    ("Internet Explorer 8", "image/jpeg, application/x-ms-application, image/gif, application/xaml+xml, image/pjpeg, application/x-ms-xbap, application/x-shockwave-flash, application/msword, */*", "html", "json", "turtle"),
    ("Opera 9", "text/html, application/xml;q=0.9, application/xhtml+xml, image/png, image/webp, image/jpeg, image/gif, image/x-xbitmap, */*;q=0.1", "html", "html", "html"),
    ("Lynx", "text/html, text/plain, text/sgml, text/css, application/xhtml+xml, */*;q=0.01", "html", "html", "html"),
    ("w3m", "text/html, text/*;q=0.5, image/*, application/*, audio/*, video/*", "html", "json", "ntriples"),
    ("Googlebot", "text/html,application/xhtml+xml,application/signed-exchange;v=b3,application/xml;q=0.9,*/*;q=0.8", "html", "html", "html"),
    ("Bingbot", "*/*", "html", "json", "turtle"),
    ("Slackbot, Twitterbot", "text/html,*/*;q=0.1", "html", "html", "html"),
    ("Wayback Machine", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "html", "html", "html"),
    ("LDSpider", "application/rdf+xml, application/xml, text/turtle;q=0.9", "rdfxml", "xml", "rdfxml"),
    ("LOD Laundromat", "application/n-quads,application/trig,application/n-triples,text/turtle,application/rdf+xml;q=0.9,*/*;q=0.1", "turtle", "json", "turtle"),
    ("Swoogle, Sindice", "application/rdf+xml;q=1.0,application/xhtml+xml;q=0.5,*/*;q=0.1", "rdfxml", "html", "rdfxml"),
    ("Jena RIOT graph", "text/turtle,application/n-triples;q=0.9,application/ld+json;q=0.8,application/rdf+xml;q=0.7,*/*;q=0.3", "turtle", "json", "turtle"),
    ("Jena RIOT dataset", "application/trig,application/n-quads;q=0.9,text/x-nquads;q=0.8,application/x-trig;q=0.7,application/ld+json;q=0.5,*/*;q=0.3", "jsonld", "json", "trig"),
    ("Jena RIOT any", "text/turtle,application/n-triples;q=0.9,application/ld+json;q=0.8,application/rdf+xml;q=0.7,application/trig,application/n-quads;q=0.9,*/*;q=0.3", "turtle", "json", "turtle"),
    ("Jena ARQ select", "application/sparql-results+json, application/sparql-results+xml;q=0.9, text/tab-separated-values;q=0.7, text/csv;q=0.5, application/json;q=0.2, application/xml;q=0.2, */*;q=0.1", "jsonld", "json", "jsonld"),
    ("Jena ARQ ask", "application/sparql-results+json, application/sparql-results+xml;q=0.9, application/json;q=0.2, application/xml;q=0.2, */*;q=0.1", "jsonld", "json", "jsonld"),
    ("Jena old select", "application/sparql-results+xml", "", "xml", ""),
    ("RDF4J tuple", "application/x-binary-rdf-results-table;q=0.8, application/sparql-results+json, application/sparql-results+xml;q=0.8, application/json;q=0.8, application/xml;q=0.8, text/csv;q=0.8, text/tab-separated-values;q=0.8", "jsonld", "json", "jsonld"),
    ("RDF4J boolean", "application/sparql-results+json, application/sparql-results+xml;q=0.8, text/boolean;q=0.8, application/json;q=0.8, application/xml;q=0.8", "jsonld", "json", "jsonld"),
    ("RDF4J graph", "application/x-binary-rdf;q=0.8, application/rdf+xml;q=0.5, application/n-triples, text/turtle, application/trig;q=0.8, application/n-quads;q=0.8, application/ld+json;q=0.8, text/n3;q=0.8", "turtle", "", "turtle"),
    ("Sesame 2", "application/rdf+xml;q=0.8, text/plain, application/x-turtle, text/rdf+n3;q=0.9", "turtle", "", "turtle"),
    ("rdflib graph", "application/rdf+xml,text/rdf+n3;q=0.9,application/xhtml+xml;q=0.5, */*;q=0.1", "rdfxml", "html", "rdfxml"),
    ("rdflib turtle", "text/turtle, application/x-turtle;q=0.9, */*;q=0.1", "turtle", "json", "turtle"),
    ("rdflib N3", "text/n3, */*;q=0.1", "html", "json", "turtle"),
    ("rdflib JSON-LD", "application/ld+json, application/json;q=0.9, */*;q=0.1", "jsonld", "json", "jsonld"),
    ("rdflib N-Triples", "text/plain, */*;q=0.1", "html", "json", "turtle"),
    ("rdflib SPARQLStore", "application/sparql-results+xml, application/rdf+xml", "rdfxml", "xml", "rdfxml"),
    ("rdflib SPARQLConnector", "application/sparql-results+xml", "", "xml", ""),
    ("SPARQLWrapper select JSON", "application/sparql-results+json,application/json,text/javascript,application/javascript", "jsonld", "json", "jsonld"),
    ("SPARQLWrapper select XML", "application/sparql-results+xml", "", "xml", ""),
    ("SPARQLWrapper select CSV", "text/csv", "", "csv", ""),
    ("SPARQLWrapper select TSV", "text/tab-separated-values", "", "tsv", ""),
    ("SPARQLWrapper default", "application/sparql-results+xml,application/rdf+xml,*/*", "html", "json", "turtle"),
    ("SPARQLWrapper construct turtle", "application/turtle,text/turtle", "turtle", "", "turtle"),
    ("SPARQLWrapper construct RDF/XML", "application/rdf+xml", "rdfxml", "", "rdfxml"),
    ("SPARQLWrapper construct N3", "application/turtle,text/turtle,text/rdf+n3,application/n-triples,application/n3,text/n3", "turtle", "", "turtle"),
    ("SPARQLWrapper construct JSON-LD", "application/ld+json,application/x-json+ld", "jsonld", "", "jsonld"),
    ("SPARQLWrapper unknown", "*/*", "html", "json", "turtle"),
    ("Comunica bindings", "application/sparql-results+json;q=1.0,application/sparql-results+xml;q=0.7", "", "json", ""),
    ("Comunica SPARQL", "application/n-quads,application/trig;q=0.95,application/ld+json;q=0.9,application/n-triples;q=0.8,text/turtle;q=0.6,application/rdf+xml;q=0.5,application/json;q=0.45,text/n3;q=0.35,application/xml;q=0.3,image/svg+xml;q=0.3,text/xml;q=0.3,text/html;q=0.2,application/xhtml+xml;q=0.18", "jsonld", "json", "nquads"),
    ("Comunica sources", "application/sparql-results+json;q=1.0,application/sparql-results+xml;q=0.7,application/n-quads;q=0.7,application/trig;q=0.665,application/ld+json;q=0.63,application/n-triples;q=0.56,text/turtle;q=0.42", "jsonld", "json", "nquads"),
    ("fetch-sparql-endpoint", "application/sparql-results+json;q=1.0,application/sparql-results+xml;q=0.7", "", "json", ""),
    ("sparql-http-client", "application/sparql-results+json", "", "json", ""),
    ("@rdfjs/fetch", "application/ld+json, application/n-quads, application/n-triples, application/rdf+xml, application/trig, text/n3, text/turtle", "turtle", "", "turtle"),
    ("jsonld.js", "application/ld+json;profile=http://www.w3.org/ns/json-ld#context, application/ld+json, application/json", "jsonld", "json", "jsonld"),
    ("pyld", "application/ld+json;profile=http://www.w3.org/ns/json-ld#context, application/ld+json, application/json;q=0.5, text/html;q=0.8, application/xhtml+xml;q=0.8", "jsonld", "html", "jsonld"),
    ("YASQE select", "application/sparql-results+json,*/*;q=0.9", "html", "json", "turtle"),
    ("YASQE construct", "text/turtle,*/*;q=0.9", "turtle", "json", "turtle"),
    ("YASGUI triply", "application/x-trig,*/*;q=0.9", "html", "json", "turtle"),
    ("Protégé 5 (OWL API 4)", "application/rdf+xml, application/xml; q=0.7, text/xml; q=0.6, text/plain; q=0.1, */*; q=0.09", "rdfxml", "xml", "rdfxml"),
    ("OWL API 5", "application/rdf+xml, application/xml; q=0.5, text/xml; q=0.3, */*; q=0.2", "rdfxml", "xml", "rdfxml"),
    ("WebVOWL", "application/rdf+xml, text/turtle;q=0.8, */*;q=0.1", "rdfxml", "json", "rdfxml"),
    ("OpenRefine", "application/json, text/javascript, */*; q=0.01", "jsonld", "json", "jsonld"),
    ("jQuery getJSON", "application/json, text/javascript, */*; q=0.01", "jsonld", "json", "jsonld"),
    ("axios", "application/json, text/plain, */*", "html", "json", "turtle"),
    ("python-requests", "*/*", "html", "json", "turtle"),
    ("httpie JSON", "application/json, */*;q=0.5", "jsonld", "json", "jsonld"),
    ("Virtuoso sponger", "text/turtle, application/rdf+xml; q=0.9, text/n3; q=0.8, application/ld+json;q=0.7, text/html;q=0.3, */*;q=0.1", "turtle", "html", "turtle"),
    ("Virtuoso federated", "application/sparql-results+xml, text/rdf+n3, application/rdf+xml", "rdfxml", "xml", "rdfxml"),
    ("GraphDB federated", "application/x-sparqlstar-results+json;q=0.8, application/sparql-results+json;q=0.9, application/sparql-results+xml", "", "xml", ""),
    ("Stardog federated", "application/sparql-results+xml;q=0.8,application/sparql-results+json", "", "json", ""),
    ("Blazegraph", "application/sparql-results+json;q=0.9,application/sparql-results+xml,text/tab-separated-values;q=0.3", "", "xml", ""),
    ("QLever federated", "application/qlever-results+json, application/sparql-results+json;q=0.9", "", "json", ""),
    ("Oxigraph federated", "application/sparql-results+json, application/sparql-results+xml", "", "json", ""),
    ("EasyRDF", "application/ld+json,application/rdf+xml;q=0.9,application/n-triples,text/turtle;q=0.8,application/json;q=0.5,text/html;q=0.4,application/xhtml+xml;q=0.4", "jsonld", "json", "ntriples"),
    ("EasyRDF SPARQL", "application/sparql-results+json,application/sparql-results+xml;q=0.8", "", "json", ""),
    ("Ruby RDF.rb", "text/turtle, application/ld+json;q=0.9, application/n-triples;q=0.8, application/rdf+xml;q=0.7, text/html;q=0.5, */*;q=0.1", "turtle", "html", "turtle"),
    ("R SPARQL", "application/sparql-results+xml", "", "xml", ""),
    ("Excel Power Query", "text/csv, */*;q=0.1", "html", "csv", "turtle"),
    ("raptor rapper", "application/rdf+xml, text/rdf;q=0.6, application/turtle, application/x-turtle, text/turtle, text/n3;q=0.3, application/n-triples, application/ld+json, */*;q=0.1", "turtle", "json", "turtle"),
    ("only versioned JSON", "application/sparql-results+json;version=1.2", "", "json", ""),
    ("charset asked", "text/turtle; charset=utf-8", "turtle", "", "turtle"),
    ("quality nought", "text/html;q=0, */*;q=0.5", "turtle", "json", "turtle"),
    ("nothing but turtle refused", "text/turtle;q=0, application/*;q=0.1", "jsonld", "json", "ntriples"),
    ("text range", "text/*", "html", "csv", "turtle"),
    ("application range", "application/*", "jsonld", "json", "ntriples"),
    ("upper case", "TEXT/TURTLE;Q=1", "turtle", "", "turtle"),
    ("image only", "image/png, image/*;q=0.5", "", "", ""),
    ("nothing at all", "*/*;q=0", "", "", ""),
    ("rubbish", ",;q=x,/,text", "", "", ""),
)  # fmt: skip


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    project = endpoint_project(tmp_path_factory.mktemp("negotiation"), "client_rate = 0\n")
    running = start_server(project, build(project))
    yield running.url
    stop_server(running)


def test_the_table_is_long_and_has_no_doubles() -> None:
    assert len({client for client, *_ in ACCEPTS}) == len(ACCEPTS)
    assert len({accept for _, accept, *_ in ACCEPTS}) >= 60


@pytest.mark.parametrize(("client", "accept", "document", "select", "construct"), ACCEPTS, ids=[a[0] for a in ACCEPTS])
def test_real_clients(url: str, client: str, accept: str | None, document: str, select: str, construct: str) -> None:
    headers = {} if accept is None else {"Accept": accept}
    for path, rows, expected in (
        ("doc/thing/one", DOCUMENT_FORMATS, document),
        ("sparql?query=" + quote("SELECT * { ?s a ?t }"), (*TABLE_RESULTS, HTML), select),
        ("sparql?query=" + quote("CONSTRUCT WHERE { ?s a ?t }"), (*GRAPH_RESULTS, HTML), construct),
    ):
        reply = fetch(url, path, headers=headers)
        assert reply.headers["vary"] == "Accept, Accept-Language, Accept-Encoding"
        if expected:
            row = next(row for row in rows if row.name == expected)
            assert (reply.status, reply.headers["content-type"]) == (200, row.content_type)
        else:
            assert reply.status == 406
            assert set(reply.json["available"]) == {row.media_type for row in rows}  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("text/turtle, text/turtle;q=0", "turtle"),
        ("text/turtle;charset=utf-8;q=0.3, text/turtle;q=0.9, application/n-triples;q=0.5", "ntriples"),
        ("text/turtle;charset=latin-1, application/n-triples;q=0.1", "ntriples"),
        ("*/*;q=0.5, text/*;q=0.9, text/turtle;q=0.1", "html"),
        ("text/turtle;q=1.0000, application/rdf+xml", "turtle"),
        ("text/turtle;q=-1, application/rdf+xml;q=0.001", "rdfxml"),
        ('text/turtle;x=",;q=0", application/rdf+xml;q=0.9', "rdfxml"),
        ("text/turtle;q=0.5;level=1", "turtle"),
        ("  text/turtle  ;  q = 0.5 , ", "turtle"),
    ],
)
def test_corners_of_the_grammar(accept: str, expected: str) -> None:
    row: Format | None = negotiate(accept, DOCUMENT_FORMATS)
    assert row is not None
    assert row.name == expected


@pytest.mark.parametrize(
    ("accept", "coding"),
    [
        (None, ""),
        ("", ""),
        ("identity", ""),
        ("gzip, deflate", "gzip"),  # python-requests
        ("gzip, deflate, br, zstd", "zstd"),  # Chrome, Firefox
        ("gzip, deflate, br", "br"),  # Safari
        ("x-gzip", "gzip"),
        ("gzip;q=1.0, deflate;q=0.8", "gzip"),
        ("br;q=0.1, gzip;q=0.9", "gzip"),
        ("*", "zstd"),
        ("*;q=0", ""),
        ("gzip;q=0, *", "zstd"),
        ("zstd;q=0, br;q=0, gzip;q=0.2", "gzip"),
        ("identity;q=1, gzip;q=0.5", ""),
        ("identity;q=0.5, gzip;q=0.5", "gzip"),
        ("deflate", ""),
        ("GZIP", "gzip"),
        ("gzip;q=nonsense", ""),
    ],
)
def test_content_codings(accept: str | None, coding: str) -> None:
    assert codings.choose(accept) == coding
