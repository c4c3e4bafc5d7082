"""A page's path and title → what its head tells search engines and who shares it: addresses, picture, schema.org."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ecoop_ld.addresses import Addresses, relative
from ecoop_ld.publish import schema_org
from ecoop_ld.rdf.formats import HTML
from ecoop_ld.site import cards

ERROR = "error"
"""Path of pages that tell of a failed request: they have no address of their own, and no twins."""


@dataclass(frozen=True, slots=True)
class Head:
    """The part of a page that no reader sees."""

    versions: tuple[tuple[str, str], ...]
    """Language code → address of this page in it: absolute where the site is public; none where there is but one."""
    address: str
    """Absolute address of the page; ``""`` where the site is not public."""
    picture: str
    """Absolute address of the picture for who shares the page; ``""`` where the site is not public."""
    structured: Mapping[str, object] | None
    """What the page is about, in schema.org's words."""


def head(
    addresses: Addresses, here: str, path: str, language: str, title: str, structured: Mapping[str, object] | None
) -> Head:
    """``here`` is the file that the page's links start from."""
    config = addresses.config
    if path == ERROR:
        return Head((), "", "", None)
    public = addresses.public_url(path, language)
    return Head(
        versions=tuple(
            (code, addresses.url(path, code) if public else relative(here, addresses.file(path, HTML, code)))
            for code in (config.languages if len(config.languages) > 1 else ())
        ),
        address=public,
        picture=f"{config.addresses.site_url}{cards.path(language)}" if public else "",
        structured=structured or schema_org.page(config, title, "", language, public),
    )
