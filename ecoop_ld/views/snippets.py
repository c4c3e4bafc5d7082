"""A thing's IRI and title → what others paste to link to it: in their data, on their pages, in their wiki."""

from __future__ import annotations

import json
import re
from html import escape

from ecoop_ld.rdf.names import SKOS


def snippets(iri: str, title: str) -> tuple[tuple[str, str], ...]:
    """Name of a language and the lines in it; ``#it`` stands for the thing of who links."""
    name = re.sub(r"\s+", " ", title).strip()
    turtle = f"@prefix skos: <{SKOS}> .\n\n<#it> skos:exactMatch <{iri}> ."
    linked = {"@id": "#it", f"{SKOS}exactMatch": {"@id": iri}}
    wiki = re.sub(r"[\[\]{}|<>']", lambda match: f"&#{ord(match[0])};", name)
    return (
        ("Turtle", turtle),
        ("JSON-LD", json.dumps(linked, ensure_ascii=False, indent=1)),
        ("HTML", f'<a href="{escape(iri)}">{escape(name)}</a>'),
        ("Wikitext", f"[{iri} {wiki}]"),
    )
