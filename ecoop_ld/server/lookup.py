"""A request at ``/id`` → the things that have identifiers of others: ``/id?same=wikidata:Q749257``, or many by POST."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence

from ecoop_ld.addresses import as_uri
from ecoop_ld.rdf.formats import CHANGES_JSON, CSV
from ecoop_ld.reconcile import queries, systems
from ecoop_ld.reconcile.queries import BadBatch, TooMany
from ecoop_ld.server import bodies, documents
from ecoop_ld.server.http import Request, Response
from ecoop_ld.server.negotiation import negotiate
from ecoop_ld.server.refusals import Refusal, not_acceptable, over_limit
from ecoop_ld.server.round_robin import Work
from ecoop_ld.server.snapshot import Served

HOME = "id"
_MOST = 10_000
"""Identifiers in one list."""
_MOST_TEXT = 2_000
"""Characters of one identifier."""
_SHOWN = 20
_HOW = (
    "Ask for one thing, id?same=IDENTIFIER, such as wikidata:Q42 or the address of a home page, "
    "or send a JSON array of identifiers by POST."
)
_KNOWN = f"Systems: {', '.join(system.name for system in systems.SYSTEMS)}; or an address elsewhere."


def work(served: Served, request: Request) -> Work:
    """Answers a request. Raises :class:`Refusal` and :class:`http.BadRequest`."""
    try:
        if request.method == "POST":
            return (yield from _many(served, request))
        if not request.reads:
            raise Refusal(405, f"{request.method} is not possible here.", {"Allow": "GET, HEAD, OPTIONS, POST"})
        return _one(served, request)
    except TooMany as error:
        raise over_limit(413, str(error), "batch_bytes", _MOST) from None
    except BadBatch as error:
        raise Refusal(400, str(error), kind="batch") from None


def _one(served: Served, request: Request) -> Response:
    asked = [value for key, value in request.parameters if key == "same"]
    if len(asked) != 1 or not asked[0].strip():
        raise BadBatch(_HOW)
    found = _found(served, asked[0])
    if not found:
        raise Refusal(404, f"Nothing here is said to be the same as {asked[0][:200]}. {_KNOWN}")
    if len(found) > 1:
        named = " and ".join(found[:_SHOWN])
        raise Refusal(300, f"{len(found)} things have {asked[0][:200]}: {named}.", things=list(found[:_SHOWN]))
    return _to(served, request, found[0])


def _to(served: Served, request: Request, iri: str) -> Response:
    """303 to the thing, at its address on this site where it has one, else to the document about it."""
    base, addresses = served.site.config.base, served.site.dataset.addresses
    own = iri.startswith(base) and "#" not in iri
    if not own:
        return documents.see_other(request, addresses.document(iri))
    return Response(303, b"", {"Location": f"./{as_uri(iri[len(base) :])}", "Vary": "Accept"})


def _many(served: Served, request: Request) -> Work:
    row = negotiate(request.accept, (CHANGES_JSON, CSV))
    if row is None:
        raise not_acceptable((CHANGES_JSON, CSV))
    asked = _asked(request)
    queries.check_size(asked, _MOST, "identifiers")
    found = []
    for text in asked:
        found.append((text, _found(served, text)))
        yield
    if row is CSV:
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(("same", "iri"))
        writer.writerows((text, iri) for text, iris in found for iri in iris or ("",))
        body = out.getvalue().encode(errors="replace")
    else:
        body = json.dumps([{"same": text, "things": iris} for text, iris in found]).encode()
    headers = {"Content-Type": row.content_type, "Vary": "Accept", "Cache-Control": "no-store"}
    return Response(200, body, headers, notes={"names": len(found)})


def _asked(request: Request) -> list[str]:
    """The identifiers of a JSON array, or of the first column of a CSV whose first row says ``same``."""
    if bodies.media_type(request, (CHANGES_JSON.media_type, CSV.media_type)) == CSV.media_type:
        try:
            rows = list(csv.reader(io.StringIO(request.body.decode("utf-8-sig"), newline=""), strict=True))
        except (UnicodeDecodeError, csv.Error):
            raise BadBatch("This is no CSV in UTF-8.") from None
        if not rows or rows[0][:1] != ["same"]:
            raise BadBatch("The first column has to be called same.")
        return [row[0] for row in rows[1:] if row]
    found = queries.read_json(request.body, "The body")
    if not isinstance(found, list) or not all(isinstance(text, str) for text in found):
        raise BadBatch("The body has to be an array of strings.")
    return found


def _found(served: Served, asked: str) -> Sequence[str]:
    return served.identifiers.find(asked) if len(asked) <= _MOST_TEXT else ()
