"""Bytes of an answer from elsewhere, and the format asked for → an error where they are not whole, or not in it."""

from __future__ import annotations

import json
from collections import deque
from typing import TYPE_CHECKING, cast
from xml.parsers import expat

from ecoop_ld.errors import UserError
from ecoop_ld.rdf.formats import CSV, JSON, JSON_LD, RDF_XML, TSV, XML, Format

if TYPE_CHECKING:
    import pyoxigraph


def check_type(header: str, row: Format, url: str) -> None:
    """Raise where the answer says it is something else than what was asked for."""
    media_type = header.partition(";")[0].strip().lower()
    if media_type in (row.media_type, *row.aliases):
        return
    found = "a web page (text/html)" if media_type == "text/html" else media_type[:80] or "of no stated type"
    raise UserError(
        f"The answer of {url} is {found}, not {row.label} ({row.media_type}).",
        hint="Is this the address of a SPARQL endpoint, and does it know this format?",
    )


def check_whole(body: bytes, row: Format, url: str) -> None:
    """Raise where the body is not a whole document of its format: without a length, nothing else shows a cut."""
    try:
        if row in (JSON, JSON_LD):
            document = json.loads(body)
            if row == JSON and not (isinstance(document, dict) and ("results" in document or "boolean" in document)):
                raise ValueError("neither results nor a truth value")
        elif row in (XML, RDF_XML):
            parser = expat.ParserCreate()
            parser.EntityDeclHandler = _refuse_entity
            parser.Parse(body, True)
        elif row == CSV:
            _check_csv(body)
        else:
            _parse(body, row, url)
    except (ValueError, SyntaxError, expat.ExpatError, RecursionError) as error:
        raise UserError(f"The answer of {url} is not whole, or not {row.label}: {str(error)[:200]}.") from None


def _refuse_entity(*_: object) -> None:
    raise ValueError("it declares entities")


def _check_csv(body: bytes) -> None:
    """An even number of quotes and a line end: a cut inside a row loses one of them, unless it falls on a row's end."""
    if body.decode("utf-8").count('"') % 2 or not body.endswith(b"\n"):
        raise ValueError("the last row has no end")


def _parse(body: bytes, row: Format, url: str) -> None:
    import pyoxigraph

    if row == TSV:
        # not kept in a name: the frames of an error would hold it, and another thread must not drop it
        deque(
            cast("pyoxigraph.QuerySolutions", pyoxigraph.parse_query_results(body, format=row.results_engine())),
            maxlen=0,
        )
    else:
        deque(pyoxigraph.parse(body, format=row.rdf_engine(), base_iri=url, lenient=True), maxlen=0)
