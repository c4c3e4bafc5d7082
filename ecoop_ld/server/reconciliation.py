"""A request at ``/reconcile`` → the answer of the reconciliation service, of version 0.2 or of the draft of 1.0.

What is at ``/reconcile`` itself and below it is 0.2, what is at ``/reconcile/1.0`` the draft.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ecoop_ld.rdf.formats import FILE_TYPES, HTML
from ecoop_ld.reconcile import queries
from ecoop_ld.reconcile.queries import BadBatch, Json, TooMany
from ecoop_ld.reconcile.service import PAGE, SUGGESTED, V0_2, V1_0, Service
from ecoop_ld.server import bodies
from ecoop_ld.server.http import Request, Response
from ecoop_ld.server.negotiation import negotiate_language
from ecoop_ld.server.refusals import Refusal, over_limit
from ecoop_ld.server.round_robin import Work
from ecoop_ld.server.snapshot import Served
from ecoop_ld.site.pages import previews

HOME, DRAFT = "reconcile", "reconcile/1.0"
_JSON, _SCRIPT = FILE_TYPES["json"], FILE_TYPES["js"]
_CALLBACK = re.compile(r"[A-Za-z_$][\w$]{0,60}(?:\.[A-Za-z_$][\w$]{0,60}){0,4}", re.ASCII)
"""Names of functions that an answer may call (JSONP, 0.2 §3.3)."""
_MOST_SUGGESTED = 100
_MOST_PREFIX = 200
"""Characters of the beginning of a name."""


@dataclass(frozen=True, slots=True)
class ServiceCall:
    """One request to the service."""

    served: Served
    request: Request
    version: str
    path: str
    """Of the service that is asked, ``reconcile`` or ``reconcile/1.0``."""
    service: Service
    parameters: Mapping[str, list[str]]

    @property
    def language(self) -> str:
        return self.service.describer.language

    def value(self, name: str) -> str:
        """A parameter that is there once at most."""
        found = self.parameters.get(name, [])
        if len(found) > 1:
            raise BadBatch(f"{name} is there {len(found)} times.")
        return found[0] if found else ""

    def number(self, name: str, least: int = 0) -> int | None:
        return queries.whole_number(name, self.value(name), least) if self.value(name) else None

    def json(self, found: Json, notes: Mapping[str, object] | None = None) -> Response:
        """The answer as JSON, or as the script that an older client of 0.2 loads."""
        body, kind = json.dumps(found).encode(), _JSON
        callback = self.value("callback") if self.version == V0_2 and self.request.reads else ""
        if callback:
            if not _CALLBACK.fullmatch(callback):
                raise BadBatch("callback has to be the name of a function.")
            body, kind = b"/**/%s(%s);" % (callback.encode(), body), _SCRIPT  # what is before it is no other format's
        headers = {"Content-Type": kind, "Content-Language": self.language, "Vary": "Accept-Language"}
        if not self.request.reads:
            headers["Cache-Control"] = "no-store"
        return Response(200, body, headers, keep=self.request.reads, notes=notes or {})


def work(served: Served, request: Request) -> Work:
    """Answers a request. Raises :class:`Refusal` and :class:`http.BadRequest`."""
    try:
        return (yield from _answered(served, request))
    except TooMany as error:
        raise over_limit(413, str(error), "batch_names", served.limits.batch_names) from None
    except BadBatch as error:
        raise Refusal(400, str(error), kind="batch") from None


def _answered(served: Served, request: Request) -> Work:
    version, path = (V1_0, DRAFT) if f"{request.path}/".startswith(f"{DRAFT}/") else (V0_2, HOME)
    part = request.path[len(path) :].strip("/")
    sends = part in ("match", "extend") if version == V1_0 else part == ""
    if not request.reads and not (sends and request.method == "POST"):
        allowed = "POST" if version == V1_0 and sends else "GET, HEAD, OPTIONS"
        raise Refusal(405, f"{request.method} is not possible here.", {"Allow": allowed})
    if version == V1_0 and sends:
        if request.reads:
            raise Refusal(405, "Send the batch by POST, as JSON.", {"Allow": "OPTIONS, POST"})
        bodies.media_type(request, (_JSON,))
        parameters = dict[str, list[str]]()
    else:
        parameters = bodies.form(request)
    language = negotiate_language(request.headers.get("accept-language"), served.site.config.languages)
    call = ServiceCall(served, request, version, path, served.reconciliation(language), parameters)
    if version == V1_0 and part == "match":
        return (yield from _match_1_0(call))
    if part:
        return _part(call, part)
    if version == V0_2 and "queries" in parameters:
        return (yield from _match_0_2(call))
    if version == V0_2 and "extend" in parameters:
        return _extension(call, call.value("extend"))
    if not request.reads:
        raise BadBatch("Send queries, or extend, as a field of a form.")
    name = served.site.config.title(language)
    return call.json(call.service.manifest(version, f"{served.base}{path}", name, served.limits.batch_names))


def _match_0_2(call: ServiceCall) -> Work:
    batch = queries.read_json(call.value("queries"), "queries")
    found = {}
    for key, query in queries.read_0_2(batch, call.served.limits.batch_names).items():
        found[key] = {"result": call.service.candidates(query)}
        yield
    return call.json(found, {"names": len(found)})


def _match_1_0(call: ServiceCall) -> Work:
    batch = queries.read_json(call.request.body, "The body")
    found = []
    for query in queries.read_1_0(batch, call.served.limits.batch_names):
        found.append({"candidates": call.service.candidates(query)})
        yield
    return call.json({"results": found}, {"names": len(found)})


def _part(call: ServiceCall, part: str) -> Response:
    first, _, rest = part.partition("/")
    if first in ("suggest", "flyout") and rest in SUGGESTED:
        if first == "suggest":
            return _suggestions(call, rest)
        if call.version == V0_2:
            return _flyout(call, rest)
    made: Callable[[ServiceCall], Response] | None = _PARTS.get(part)
    if made is None:
        raise Refusal(404, f"The reconciliation service has nothing at /{call.request.path}.")
    return made(call)


def _suggestions(call: ServiceCall, kind: str) -> Response:
    prefix, types = call.value("prefix"), call.parameters.get("type", [])
    if len(prefix) > _MOST_PREFIX:
        raise BadBatch(f"prefix is longer than {_MOST_PREFIX} characters.")
    offset = call.number("offset") or call.number("cursor") or 0
    limit = min(call.number("limit", 1) or PAGE, _MOST_SUGGESTED)
    known = [iri for iri in types if call.service.knows("type", iri)]  # some clients name the type of no entity
    return call.json(call.service.suggest(kind, prefix, offset, limit, known))


def _flyout(call: ServiceCall, kind: str) -> Response:
    iri = _known(call, kind)
    html = previews.flyout(call.served.site, call.service.describer, iri, call.request.path)
    return call.json({"id": iri, "html": html})


def _preview(call: ServiceCall) -> Response:
    iri = _known(call, "entity")
    body = previews.preview_page(call.served.site, call.service.describer, iri, call.request.path)
    headers = {
        "Content-Type": HTML.content_type,
        "Content-Language": call.language,
        "Content-Security-Policy": f"{previews.POLICY}; frame-ancestors *",
        "Vary": "Accept-Language",
    }
    return Response(200, body, headers, keep=True)


def _known(call: ServiceCall, kind: str) -> str:
    iri = call.value("id")
    if not iri:
        raise BadBatch("id is missing.")
    if not call.service.knows(kind, iri):
        raise Refusal(404, f"Nothing is known about {iri[:200]}.")
    return iri


def _proposals(call: ServiceCall) -> Response:
    return call.json(call.service.propose(call.value("type"), call.number("limit", 1)))


def _extended(call: ServiceCall) -> Response:
    if call.version == V1_0:
        return _extension(call, call.request.body)
    raise Refusal(404, "Send extend to the address of the service itself.")


def _extension(call: ServiceCall, text: str | bytes) -> Response:
    asked = queries.read_extension(queries.read_json(text, "extend"), call.served.limits.batch_names)
    return call.json(call.service.extend(call.version, asked), {"names": len(asked.ids)})


_PARTS: Mapping[str, Callable[[ServiceCall], Response]] = {
    "preview": _preview,
    "extend": _extended,
    "extend/propose": _proposals,
}
"""What is below the address of a service, besides matching and suggestions."""
