"""A site → what programs read first: an OpenSearch description, a catalogue of interfaces, a guide for models."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from ecoop_ld.publish import bundle
from ecoop_ld.rdf.formats import CHANGES_JSON, HTML, N_QUADS, TRIG, TURTLE
from ecoop_ld.site.discovery import openapi
from ecoop_ld.site.site import Site
from ecoop_ld.words.texts import in_language

OPEN_SEARCH = "opensearch.xml"
API_CATALOG = ".well-known/api-catalog"
_PROFILE = "https://www.rfc-editor.org/info/rfc9727"
_SHORT, _LONG = 16, 1_024
"""Characters that OpenSearch 1.1 allows for a short name and a description."""
_MOST_LISTED = 50


def open_search(site: Site) -> bytes:
    """How a browser searches the site (OpenSearch 1.1)."""
    config = site.config
    language = config.languages[0]
    title, base = in_language(config.project.title, language), config.addresses.site_url
    said = in_language(config.project.description or config.project.title, language)
    template = f"{base}{site.dataset.addresses.file('search', HTML, language)}?q={{searchTerms}}"
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">',
        f"<ShortName>{escape(_shortened(title, _SHORT))}</ShortName>",
        f"<LongName>{escape(_shortened(title, 3 * _SHORT))}</LongName>",
        f"<Description>{escape(_shortened(said, _LONG))}</Description>",
        f'<Image width="32" height="32" type="image/svg+xml">{escape(base)}assets/icon.svg</Image>',
        f"<Url type={quoteattr(HTML.media_type)} template={quoteattr(template)}/>",
        f'<Url type="application/opensearchdescription+xml" rel="self" template={quoteattr(base + OPEN_SEARCH)}/>',
        *(f"<Language>{escape(code)}</Language>" for code in config.languages),
        "<InputEncoding>UTF-8</InputEncoding>",
        "</OpenSearchDescription>",
    ]
    return ("\n".join(lines) + "\n").encode()


def _shortened(text: str, most: int) -> str:
    """A text of so many characters at most, without what no XML document may hold."""
    clean = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", text)
    return clean if len(clean) <= most else clean[: most - 1].rstrip() + "…"


def api_catalog(site: Site) -> bytes:
    """The interfaces of the site as a link set (RFC 9727 §4.1, RFC 9264 §4.2)."""
    base = site.config.addresses.site_url

    def link(path: str, kind: str) -> list[dict[str, str]]:
        return [{"href": base + path, "type": kind}]

    interfaces: list[dict[str, object]] = [
        {
            "anchor": f"{base}sparql",
            "service-desc": link("sparql", TURTLE.media_type),
            "service-doc": link("sparql/index.html", HTML.media_type),
            "service-meta": link(".well-known/void", TURTLE.media_type),
        }
    ]
    page, controls = link("sparql/index.html", HTML.media_type), link("fragments", TRIG.media_type)
    interfaces.append({"anchor": f"{base}fragments", "service-desc": controls, "service-doc": page})
    described = link(openapi.FILE, openapi.MEDIA_TYPE)
    interfaces.append({"anchor": base, "service-desc": described, "service-doc": link("llms.txt", "text/plain")})
    for path in ("reconcile", "reconcile/1.0"):
        manifest, page = link(path, CHANGES_JSON.media_type), link("download.html#match", HTML.media_type)
        interfaces.append({"anchor": f"{base}{path}", "service-desc": manifest, "service-doc": page})
    catalogue = {
        "anchor": base + API_CATALOG,
        "item": [{"href": each["anchor"]} for each in interfaces],
        "profile": [{"href": _PROFILE}],
    }
    return (json.dumps({"linkset": [catalogue, *interfaces]}, ensure_ascii=False, indent=1) + "\n").encode()


def llms(site: Site) -> bytes:
    """``llms.txt``: in Markdown, what the site holds and where the data are, so that nobody has to crawl its pages."""
    config = site.config
    language = config.languages[0]
    project, base = config.project, config.addresses.site_url
    head = [f"# {_line(in_language(project.title, language))}", ""]
    if project.description:
        head += [f"> {_line(in_language(project.description, language))}", ""]
    facts = [f"Version {project.version}"]
    facts += [f"of {project.modified}"] if project.modified else []
    licence = f" Licence: <{project.license}>." if project.license else ""
    things = f"{len(site.dataset.things):,} things, {len(site.dataset.stated):,} statements."
    head += [f"{' '.join(facts)}. {things}{licence}", ""]
    head += [f"Addresses, parameters and answers: <{base}{openapi.FILE}> (OpenAPI).", ""]
    head += [f"Every thing has an IRI under <{config.base}id/>; its page, Turtle and JSON-LD are at the same address,"]
    head += ["by content negotiation, or with .html, .ttl and .jsonld behind the address of its document.", ""]
    sections = {"Data": _data(site), "Kinds of things": _kinds(site), "Questions": _questions(site)}
    for heading, rows in sections.items():
        listed = [
            f"- [{_line(name)}]({base}{path})" + (f": {_line(note)}" if note else "") for name, path, note in rows
        ]
        head += [f"## {heading}", "", *listed, ""] if listed else []
    return "\n".join(head).encode()


def _line(text: str) -> str:
    """A text that stays within its line and its link."""
    return re.sub(r"[\[\]<>]", "", " ".join(text.split()))


def _data(site: Site) -> Iterator[tuple[str, str, str]]:
    yield "Everything, N-Quads", f"{bundle.FOLDER}/{bundle.WHOLE}.{N_QUADS.extension}", "the whole dataset in one file"
    yield "Downloads", "download.html", "every format, each named graph, tables"
    yield "SPARQL", "sparql", "endpoint, read-only; without a query its description"
    yield "Description", "catalog.ttl", "VoID and DCAT"
    path = site.dataset.addresses.vocabulary_path()
    yield "Vocabulary", f"{path}.{TURTLE.extension}", "classes and properties, with definitions"
    yield "Sitemap", "sitemap.xml", "all pages"


def _kinds(site: Site) -> Iterator[tuple[str, str, str]]:
    describer = site.describer(site.config.languages[0])
    counted = sorted(site.content.listings.items(), key=lambda row: -len(site.dataset.members[row[0]]))
    for kind, path in counted[:_MOST_LISTED]:
        yield describer.label(kind).value, f"{path}.html", f"{len(site.dataset.members[kind]):,}"


def _questions(site: Site) -> Iterator[tuple[str, str, str]]:
    language = site.config.languages[0]
    for question in site.questions[:_MOST_LISTED]:
        note = in_language(question.description, language)
        yield in_language(question.title, language), f"queries/{question.name}.html", note
