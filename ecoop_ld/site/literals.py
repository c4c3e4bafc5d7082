"""A text of the data → how HTML shows it: an address as a link, and HTML with nothing in it that could do harm."""

from __future__ import annotations

import re

from markupsafe import Markup

from ecoop_ld.model.naming import Text
from ecoop_ld.rdf.names import RDF, XSD

SAFE_SCHEMES = ("http://", "https://", "mailto:", "tel:")
_HTML = RDF + "HTML"
_TAGS = frozenset(
    (
        *("a", "abbr", "b", "br", "cite", "code", "dfn", "em", "i", "kbd", "q", "s", "small", "strong", "sub", "sup"),
        *("u", "var"),
    )
)
_BLOCK_END = re.compile(r"</(?:p|div|li|dt|dd|tr|blockquote|pre|h[1-6])\s*>(?!\s*\Z)", re.IGNORECASE)
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&*+/=?^_{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+\Z")
_TELEPHONE = re.compile(r"\+[0-9][0-9 ()./-]{5,24}\Z")


def outside(iri: str) -> str:
    """The IRI where it may become a link, else the empty string: ``javascript:`` and friends stay text."""
    return iri if iri.startswith(SAFE_SCHEMES) and not re.search(r"[\s<>\"'`]", iri) else ""


def address(text: Text) -> str:
    """Where a text leads that is an address from beginning to end: of the web, of e-mail, or of a telephone."""
    value = text.value.strip()
    if text.cut or text.language or text.datatype not in ("", XSD + "anyURI"):
        return ""
    if _EMAIL.match(value):
        return outside(f"mailto:{value}")
    if _TELEPHONE.match(value):
        return "tel:" + re.sub(r"[^+0-9]", "", value)
    return outside(value)


def markup(text: Text) -> Markup | None:
    """The phrases of an ``rdf:HTML`` literal, so that they may stand in any element: no scripts, styles, pictures or
    frames, and a line for each block. ``None`` for any other text."""
    if text.datatype != _HTML:
        return None
    import nh3

    clean = nh3.clean(
        _BLOCK_END.sub("<br>", text.value),
        tags=set(_TAGS),
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="external nofollow noopener",
    )
    return Markup(clean)  # noqa: S704 what nh3 has cleaned
