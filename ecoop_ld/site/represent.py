"""(site, resource, format, language) → bytes. The only renderer: the static build and the server both call it."""

from __future__ import annotations

from ecoop_ld.publish import bundle
from ecoop_ld.rdf.formats import CARD, EMBED_FORMATS, HTML, PLAIN_FORMATS, SVG, Format
from ecoop_ld.site import programs
from ecoop_ld.site.data import of_address
from ecoop_ld.site.kinds import PAGE_KINDS
from ecoop_ld.site.pages import pictures, previews
from ecoop_ld.site.site import Resource, Site


def represent(site: Site, resource: Resource, row: Format, language: str) -> bytes:
    """The bytes of one representation. Raises ``KeyError`` for a format that the resource does not have."""
    if row in PLAIN_FORMATS and resource.kind == "entity":
        return programs.thing(site, resource, row)
    if row in EMBED_FORMATS and resource.kind == "entity":
        return previews.embedded(site, resource, row, language)
    if resource.kind == "view" and row in (CARD, SVG) and row in resource.formats:
        return pictures.embedded(site, resource, row, language)
    if row not in resource.formats:
        raise KeyError(f"{resource.path}.{row.extension}")
    kind = PAGE_KINDS[resource.kind]
    if row is HTML and kind.page is not None:
        return kind.page(site, resource, language)
    if kind.file is not None:
        return kind.file(site, resource, row)
    if kind.data is None:
        raise KeyError(f"{resource.path}.{row.extension}")
    found = site.last_data.get(resource.path)  # a build asks for one format after the other
    if found is None:
        triples = list(bundle.distinct([*kind.data(site, resource), *of_address(site, resource)]))
        found = triples, bundle.used_prefixes(triples, site.config.all_prefixes)
        site.last_data.clear()
        site.last_data[resource.path] = found
    triples, prefixes = found
    return bundle.serialize(triples, row, prefixes)
