"""``class/event?ex-role=chair&view=table``: a GET request for a list of things → what it chooses, as a page or CSV."""

from __future__ import annotations

from dataclasses import replace

from ecoop_ld.rdf.formats import CSV, HTML, PLAIN_FORMATS, RDF_FORMATS, Format
from ecoop_ld.server.documents import asked_page
from ecoop_ld.server.http import VARY, Request, Response
from ecoop_ld.server.negotiation import negotiate, negotiate_language, parse_accept
from ecoop_ld.server.refusals import Refusal
from ecoop_ld.server.snapshot import Served
from ecoop_ld.site import programs
from ecoop_ld.site.pages.listings import chosen_page, csv_of
from ecoop_ld.views.selections import select


def for_programs(served: Served, request: Request, iri: str | None) -> Response | None:
    """``class/event.json?limit=100``: a list as JSON or CSV, by its ending or by Accept; ``None`` for pages."""
    site = served.site
    stem, _, ending = request.path.rpartition(".")
    row = next((row for row in PLAIN_FORMATS if row.extension == ending), None)
    resource = site.resources.get(stem if row else request.path)
    if resource is None or resource.kind != "listing" or resource.part != "1":
        return None
    headers = {"Access-Control-Allow-Origin": "*"}
    if row is None:
        row = _wished(request.accept or "")
    if row is None or row is HTML:
        return None
    language = negotiate_language(request.headers.get("accept-language"), site.config.languages)
    try:
        wish = programs.asked(site.content.faceted(resource.iri), request.parameters)
        part = programs.part_of(site, resource.iri, language, wish)
    except ValueError as error:
        raise Refusal(400, str(error)) from None
    file = f"{resource.path}.{row.extension}"
    following = f"{served.base}{file}{part.following}" if part.following else ""
    headers |= {"Content-Type": row.content_type, "Content-Language": language, "Vary": VARY}
    headers |= {"Link": f'<{following}>; rel="next"; type="{row.media_type}"'} if following else {}
    if row is CSV:
        return Response(200, programs.list_csv(site, resource.iri, language, wish, part), headers)
    return Response(200, programs.list_json(site, resource.iri, file, language, wish, following, part), headers)


def _wished(accept: str) -> Format | None:
    """What a client prefers of a list; a client of RDF names formats of results too, and means no list."""
    named = {f"{wish.kind}/{wish.subtype}" for wish in parse_accept(accept)}
    of_rdf = any(row.media_type in named for row in RDF_FORMATS)
    return None if of_rdf else negotiate(accept, (HTML, *PLAIN_FORMATS))


def chosen(served: Served, request: Request, iri: str | None) -> Response | None:
    """``None`` for a list without a query: that is a page like others."""
    wishes = request.headers
    if ("format", "csv") in request.parameters:  # a file, whatever kind of page the client would take
        request = replace(request, headers={name: value for name, value in wishes.items() if name != "accept"})
    page = asked_page(served, request, "listing") if request.parameters else None
    if page is None:
        return None
    resource, language, headers = page
    try:
        selection = select(served.site.content.faceted(resource.iri), request.parameters)
        if ("format", "csv") in request.parameters:
            name = request.path.rpartition("/")[2].partition(".")[0]
            headers |= {"Content-Type": CSV.content_type, "Content-Disposition": f'attachment; filename="{name}.csv"'}
            return Response(200, csv_of(served.site, resource.iri, language, selection), headers)
        return Response(200, chosen_page(served.site, resource, language, selection), headers)
    except ValueError as error:
        raise Refusal(400, str(error)) from None
