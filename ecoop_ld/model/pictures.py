"""A property and an address → whether pages show the picture there, link to it, or take it for no picture."""

from __future__ import annotations

from enum import StrEnum

from ecoop_ld.config import Config
from ecoop_ld.rdf.names import FOAF

_SCHEMA = tuple(f"{scheme}://schema.org/" for scheme in ("http", "https"))
_PROPERTIES = frozenset(
    (
        *(FOAF + word for word in ("depiction", "img", "logo", "thumbnail")),
        *(space + word for space in _SCHEMA for word in ("image", "logo", "photo", "thumbnail", "thumbnailUrl")),
        *("http://www.europeana.eu/schemas/edm/" + word for word in ("isShownBy", "object")),
        *("http://www.wikidata.org/prop/direct/" + word for word in ("P18", "P41", "P94", "P154")),
        "http://www.w3.org/2006/vcard/ns#hasPhoto",
    )
)


class PictureUse(StrEnum):
    """How a link stands on a page."""

    NONE = ""
    LINKED = "linked"
    """In a frame: nothing is loaded from another host that the project has not named."""
    SHOWN = "shown"


def picture(config: Config, predicate: str, iri: str) -> PictureUse:
    """What ``[pages] pictures`` allows for the value of a property."""
    if predicate not in _PROPERTIES or not iri.startswith(("https://", "http://")):
        return PictureUse.NONE
    return PictureUse.SHOWN if iri.startswith(config.pages.pictures or ("\0",)) else PictureUse.LINKED
