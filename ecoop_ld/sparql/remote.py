"""A query and the address of a SPARQL 1.1 endpoint → the bytes of its answer, whole and of the type asked for.

SPARQLWrapper says what is asked, :mod:`ecoop_ld.client` asks it; everything that can go wrong is told in one sentence
(a :class:`~ecoop_ld.errors.UserError`).
"""

from __future__ import annotations

import datetime
import email.utils
import io
import json
import re
import time
import urllib.parse
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast
from urllib.response import addinfourl

import SPARQLWrapper
import SPARQLWrapper.Wrapper

from ecoop_ld import client
from ecoop_ld.client import REDIRECTS, Bounds, Incoming, Outgoing, TooLarge, TooLate, Unanswered, send
from ecoop_ld.errors import UserError
from ecoop_ld.rdf.formats import Format
from ecoop_ld.sparql.completeness import check_type, check_whole

if TYPE_CHECKING:
    from http.client import HTTPResponse

USER_AGENT = f"{client.USER_AGENT} SPARQLWrapper/{SPARQLWrapper.__version__}"

_SENTENCES = {
    206: "sent a part of the answer, though all of it was asked for",
    400: "does not accept the query",
    401: "wants a user name and a password",
    403: "does not allow this",
    404: "is not there: nothing has this address",
    405: "does not take requests of this kind",
    406: "cannot answer in this format",
    408: "did not get the query in time",
    410: "is not there any more",
    413: "finds the query too large",
    414: "finds the query too long; ask it by POST",
    415: "does not take queries in the form they are sent",
    429: "has had too many requests from here",
    500: "broke down on the query",
    502: "cannot be reached by the server in front of it",
    503: "is overloaded or closed for now",
    504: "did not answer the server in front of it in time",
}


@dataclass(frozen=True)
class RemoteEndpoint:
    """A remote SPARQL endpoint."""

    url: str
    seconds: float = 30.0
    """Deadline of a query with all its retries, from the call to the last byte."""
    retries: int = 2
    """How often to ask again after 429 or 503, when the deadline leaves time for what Retry-After says."""
    method: str = "POST"
    most: int = 200_000_000
    """Largest answer, unpacked, in bytes."""
    user_agent: str = USER_AGENT
    authorization: str = field(default="", repr=False)
    """Content of the header of that name; it goes to this host alone, never along with a redirect to another."""
    advice: str = "Ask for less, or give it more time with --seconds."
    """What to do where the time was too short."""
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False, compare=False)

    def __post_init__(self) -> None:
        parts = urllib.parse.urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"[\x00-\x20\x7f]", self.url):
            raise UserError(f"Not the address of an endpoint: {self.url}", hint="Give an http: or https: address.")
        if "@" in parts.netloc:
            raise UserError("User names and passwords in the address of an endpoint are not supported.")

    def query(self, text: str, row: Format, end: float | None = None) -> bytes:
        """The answer in the format of ``row``, unpacked. ``end``, by ``time.monotonic``, where the deadline is that of
        several queries together.
        """
        end = time.monotonic() + self.seconds if end is None else end
        for number in range(self.retries + 1):
            answer = self._ask(text, row, end)
            if answer.status not in (429, 503) or number == self.retries:
                break
            wait = _seconds_to_wait(answer.headers.get("Retry-After"), 0.5 * 2**number)
            if time.monotonic() + wait >= end:
                raise self._error(answer, f"it asks to come back in {wait:.0f} s, which is past the deadline")
            self.sleep(wait)
        if answer.status != 200:
            raise self._error(answer)
        check_whole(answer.body, row, self.url)
        return answer.body

    def _ask(self, text: str, row: Format, end: float) -> Incoming:
        try:
            response = Wrapper(self, text, row, end).query().response
            return Incoming(response.url, response.status, response.headers, response.read())
        except TooLate:
            raise UserError(
                f"The endpoint {self.url} had not answered in full after {self.seconds:g} s.",
                hint=self.advice,
            ) from None
        except TooLarge as error:
            raise UserError(
                f"The endpoint {self.url} did not help: {error}.", hint="Ask for less, with LIMIT and OFFSET."
            ) from None
        except Unanswered as error:
            raise UserError(f"The endpoint {self.url} did not help: {error}.") from None

    def _error(self, answer: Incoming, more: str = "") -> UserError:
        sentence = f"The endpoint {self.url} {_SENTENCES.get(answer.status, 'gave an unexpected answer')}"
        sentence += f" ({answer.status})"
        if answer.status in REDIRECTS:
            target = answer.headers.get("Location", "nowhere")
            sentence = f"The endpoint {self.url} points on to {target[:200]}, which is not followed"
        told = more or _told(answer)
        return UserError(f"{sentence}: {told}" if told else f"{sentence}.")


class Wrapper(SPARQLWrapper.SPARQLWrapper):
    """SPARQLWrapper as it is used everywhere, but what it asks goes through this package's client."""

    def __init__(self, endpoint: RemoteEndpoint, text: str, row: Format, end: float) -> None:
        super().__init__(endpoint.url, agent=endpoint.user_agent)
        self.setMethod(endpoint.method)
        self.queryString = text  # setQuery would guess its form, which is known
        self.addCustomHttpHeader("Accept", ", ".join([row.media_type, *(f"{alias};q=0.5" for alias in row.aliases)]))
        if endpoint.authorization:
            self.addCustomHttpHeader("Authorization", endpoint.authorization)
        self.bounds = Bounds(end, endpoint.most)
        self.check = lambda headers: check_type(headers.get("Content-Type", ""), row, endpoint.url)

    def query(self) -> SPARQLWrapper.Wrapper.QueryResult:
        """The answer, whatever its status. Raises :class:`~ecoop_ld.client.Unanswered`."""
        form = urllib.parse.urlencode({**self.parameters, "query": self.queryString}, doseq=True)
        headers = {"User-Agent": self.agent, **self.customHttpHeaders}
        if self.method == SPARQLWrapper.POST:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            request = Outgoing(self.endpoint, "POST", headers, form.encode())
        else:
            request = Outgoing(f"{self.endpoint}{'&' if '?' in self.endpoint else '?'}{form}", "GET", headers)
        found = send(request, self.bounds, self.check)
        response = addinfourl(io.BytesIO(found.body), found.headers, found.url, found.status)
        return SPARQLWrapper.Wrapper.QueryResult((cast("HTTPResponse", response), self.returnFormat))


def _seconds_to_wait(header: str | None, usual: float) -> float:
    """Retry-After in either form (RFC 9110 §10.2.3); ``usual`` where there is none that can be read."""
    value = (header or "").strip()
    if value.isdigit():
        return float(value[:9])
    with suppress(ValueError):
        date = email.utils.parsedate_to_datetime(value)
        return max((date - datetime.datetime.now(date.tzinfo)).total_seconds(), 0.0)
    return usual


def _told(answer: Incoming) -> str:
    """What an error's body says, if it is text or problem details (RFC 9457), on one line."""
    media_type = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    text = answer.body.decode("utf-8", "replace")
    if media_type.endswith("json"):
        with suppress(ValueError):
            document = json.loads(text)
            text = str(document.get("detail") or document.get("title") or "") if isinstance(document, dict) else ""
    elif media_type != "text/plain":
        return ""
    return " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", text).split())[:300]
