"""The head of a GET request, as bytes → what the answer depends on; read once, since a client sends the same each time.

Only heads that leave no doubt are read here: HTTP/1.1, one header field a line, none of them twice, nothing about a
body, a condition, a range or the connection. Everything else is for the HTTP parser.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field

from ecoop_ld.rdf.formats import DOCUMENT_FORMATS, HTML, Format
from ecoop_ld.server import codings
from ecoop_ld.server.negotiation import negotiate
from ecoop_ld.sparql.protocol import Form

_REQUEST = re.compile(rb"GET (/[\x21\x22\x24-\x7e]*) HTTP/1\.1\r\n")
_FIELD = re.compile(rb"([A-Za-z][A-Za-z0-9_-]*): ?([\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?)?")
_PLAIN = frozenset(
    """host user-agent accept accept-language accept-encoding accept-charset cache-control pragma dnt origin referer
    from priority sec-ch-ua sec-ch-ua-mobile sec-ch-ua-platform sec-fetch-dest sec-fetch-mode sec-fetch-site
    sec-fetch-user sec-gpc traceparent tracestate x-request-id x-requested-with""".split()  # noqa: SIM905
)
"""Fields that the way a request is read does not depend on."""
_LONGEST = 2_000
_REMEMBERED = 2_000


@dataclass(slots=True)
class Head:
    """The fields of a request that an answer depends on."""

    accept: bytes | None
    language: bytes | None
    encoding: bytes | None
    fields: Mapping[str, str]
    coding: str
    """The content coding that answers to it have, where they are long enough."""
    _rows: dict[Form, Format | None] = field(default_factory=dict)

    def row(self, form: Form) -> Format | None:
        """The format of results of this form; ``None`` where a page was asked for, or nothing that there is."""
        if form not in self._rows:
            accept = self.fields.get("accept")
            page = negotiate(accept, DOCUMENT_FORMATS) is HTML and "text/html" in (accept or "")
            row = None if page else negotiate(accept, (*form.formats, HTML))
            self._rows[form] = None if row is HTML else row
        return self._rows[form]


class Heads:
    """The heads seen last."""

    def __init__(self) -> None:
        self._known: OrderedDict[bytes, Head | None] = OrderedDict()

    def split(self, data: bytes) -> tuple[bytes, Head] | None:
        """Target and head of exactly one GET request; ``None`` where this is not one, or is one for the parser."""
        match = _REQUEST.match(data)
        if match is None:
            return None
        block = data[match.end() :]
        if block in self._known:
            head = self._known[block]
            self._known.move_to_end(block)
        else:
            head = self._remember(block)
        return None if head is None else (match[1], head)

    def _remember(self, block: bytes) -> Head | None:
        if len(block) > _LONGEST:
            return None
        head = self._known[block] = read_head(block)
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return head


def read_head(block: bytes) -> Head | None:
    """The fields after the request line, with the empty line at their end."""
    if not block.endswith(b"\r\n\r\n"):
        return None
    fields: dict[str, bytes] = {}
    for line in block[:-4].split(b"\r\n"):
        match = _FIELD.fullmatch(line)
        name = match[1].decode().lower() if match else ""
        if match is None or name in fields or not (name in _PLAIN or _keeps_alive(name, match[2])):
            return None
        fields[name] = match[2] or b""
    if "host" not in fields:
        return None
    texts = {name: value.decode("ascii") for name, value in fields.items()}
    accept, language, encoding = (fields.get(name) for name in ("accept", "accept-language", "accept-encoding"))
    return Head(accept, language, encoding, texts, codings.choose(texts.get("accept-encoding")))


def _keeps_alive(name: str, value: bytes | None) -> bool:
    return name == "connection" and (value or b"").lower() == b"keep-alive"
