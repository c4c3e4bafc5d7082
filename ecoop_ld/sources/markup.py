"""RDF/XML as it was saved → what the engine can read, and what that reads → what was written.

The engine takes no empty language, which ends an inherited one (XML 1.0 §2.12): for its time it gets a name.
"""

from __future__ import annotations

import re

import pyoxigraph as ox

_EMPTY = re.compile(rb"""(\sxml:lang\s*=\s*(["']))(\2)""")
_NAME = "x-none"


def with_named_languages(content: bytes) -> tuple[bytes, str]:
    """The content with a name for each empty language, and that name; ``""`` where there is none."""
    if not _EMPTY.search(content):
        return content, ""
    name = _NAME
    while name.encode() in content:
        name += "e"
    return _EMPTY.sub(rb"\g<1>" + name.encode() + rb"\g<3>", content), name


def without_named_languages(quad: ox.Quad, name: str) -> ox.Quad:
    """The quad as it was written."""
    value = quad.object
    if not isinstance(value, ox.Literal) or (value.language != name and name not in value.value):
        return quad
    text = value.value.replace(name, "")  # where markup is the value, or is spoken of
    tagged = value.language if value.language != name else None
    plain = value.datatype if not value.language else None
    return ox.Quad(quad.subject, quad.predicate, ox.Literal(text, language=tagged, datatype=plain), quad.graph_name)
