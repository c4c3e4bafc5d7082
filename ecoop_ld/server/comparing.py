"""``compare?a=…&b=…``: two things by name, IRI or address → the page that has them side by side."""

from __future__ import annotations

from ecoop_ld.reconcile import spelling
from ecoop_ld.server.documents import asked_page
from ecoop_ld.server.embedding import asked_resource
from ecoop_ld.server.http import Request, Response
from ecoop_ld.server.refusals import Refusal
from ecoop_ld.server.snapshot import Served
from ecoop_ld.site.pages import comparing
from ecoop_ld.views import ranking
from ecoop_ld.words.messages import ENGLISH, messages

HOME = comparing.HOME
_NAMES = ("a", "b")


def compare(served: Served, request: Request, iri: str | None) -> Response | None:
    """The two things side by side, or the form: with what one can be compared with, or with what is wrong."""
    page = asked_page(served, request, HOME)
    if page is None:
        return None
    resource, language, headers = page
    given = [(name, " ".join(value.split())) for name, value in request.parameters if name in _NAMES]
    if len(given) > len(dict(given)):
        raise Refusal(400, 'Say each of "a" and "b" once: the names, IRIs or addresses of two things.')
    first, second = (dict(given).get(name, "") for name in _NAMES)
    asked = (first, second)
    found = [(text, _thing(served, language, text)) for text in asked if text]
    iris = tuple(one for _, one in found if one)
    unknown = next((text[: ranking.LONGEST] for text, one in found if not one), "")
    if not unknown and len(set(iris)) == len(iris):
        return Response(200, comparing.compared_page(served.site, resource, language, asked, iris), headers)
    key, status = ("compare_unknown", 404) if unknown else ("compare_twice", 400)
    words = messages(served.site.config, language if _reads_pages(request) else ENGLISH)
    problem = words[key].fill(name=unknown) if unknown else str(words[key])
    if not _reads_pages(request):
        raise Refusal(status, problem)
    body = comparing.compared_page(served.site, resource, language, asked, iris, problem=problem)
    return Response(status, body, headers)


def asks(request: Request) -> bool:
    """Whether two things are to be compared: that takes as long as some queries do."""
    given = {name for name, value in request.parameters if value}
    return request.path.partition(".")[0] == HOME and given.issuperset(_NAMES)


def _reads_pages(request: Request) -> bool:
    """Whether a person is told what is wrong, in the form itself; programs get problem details."""
    return "text/html" in (request.accept or "")


def _thing(served: Served, language: str, text: str) -> str:
    """The thing that has this IRI, whose page has this address, or that is called so; ``""`` for none."""
    resource = asked_resource(served, text)
    if resource is not None:
        return resource.iri
    folded = spelling.fold(text)
    for hit in served.ranking(language).find(text).hits:
        named = served.site.resources.get(hit.record.page[0])
        if named and named.kind == "entity" and folded in map(spelling.fold, hit.record.all_names):
            return named.iri
    return ""
