"""``class/event?ex-role=chair&view=table``: a GET request for a list of things → what it chooses, as a page or CSV."""

from __future__ import annotations

from dataclasses import replace

from ecoop_ld.rdf.formats import CSV
from ecoop_ld.server.documents import asked_page
from ecoop_ld.server.http import Request, Response
from ecoop_ld.server.refusals import Refusal
from ecoop_ld.server.snapshot import Served
from ecoop_ld.site.pages.listings import chosen_page, csv_of
from ecoop_ld.views.selections import select


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
