"""A GET request for anything but the endpoint → its answer: the first route that has one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ecoop_ld.server import comparing, documents, embedding, lists
from ecoop_ld.server.http import Request, Response
from ecoop_ld.server.refusals import Refusal
from ecoop_ld.server.snapshot import Served


@dataclass(frozen=True, slots=True)
class Route:
    """Paths that begin in one way, and what answers them; ``None`` leaves a path to the next route.

    An answer is made from what is served, the request, and the thing that the data describe at its address, if any.
    """

    begins: str
    answer: Callable[[Served, Request, str | None], Response | None]
    whole: bool = False
    """Whether ``begins`` is the whole path."""

    def fits(self, path: str) -> bool:
        return path == self.begins if self.whole else path.startswith(self.begins)


ROUTES = (
    Route("changes", documents.changes, whole=True),
    Route(embedding.HOME, embedding.oembed, whole=True),
    Route("", documents.thing),
    Route("id/", documents.unknown_thing),
    Route("dumps/", documents.of_memento),
    Route("graph/", documents.graph),
    Route("", documents.vocabulary_version),
    Route("search", documents.search),
    Route(comparing.HOME, comparing.compare),
    Route("class/", lists.for_programs),
    Route("class/", lists.chosen),
    Route("", documents.document),
    Route("", documents.linkset),
    Route("", documents.representation),
    Route("", documents.thing_elsewhere),
    Route("", documents.file),
)
"""In the order in which they are tried."""


def read(served: Served, request: Request) -> Response:
    """Raises :class:`Refusal` where there is nothing."""
    iri = documents.asked_for(served, request)
    for route in ROUTES:
        if route.fits(request.path) and (found := route.answer(served, request, iri)) is not None:
            return found
    raise Refusal(404, f"There is no page at /{request.path}.")
