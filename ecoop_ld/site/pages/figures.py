"""A site → what is on it: one sentence for people, and the dataset for search engines."""

from __future__ import annotations

import re

from ecoop_ld.publish import schema_org
from ecoop_ld.site.site import Site
from ecoop_ld.words.messages import messages
from ecoop_ld.words.texts import in_language


def dataset_markup(site: Site, language: str) -> schema_org.Node:
    """The dataset for search engines; a description that is too short for them is followed by its figures."""
    describer, project = site.describer(language), site.config.project
    description = in_language(project.description or project.title, language)
    if len(description) < schema_org.SHORTEST:
        description = f"{description.rstrip('.')}. {''.join(figures(site, language, len(site.content.listings)))}"
    return schema_org.dataset(describer, site.content.coverage, site.listed, description, site.issued)


def figures(site: Site, language: str, kinds_of_things: int) -> tuple[str, ...]:
    """One sentence on what is here, in pieces: words and figures take turns."""
    words = messages(site.config, language)
    counts = {
        "statements": site.dataset.stated_count,
        "things": len(site.dataset.things),
        "kinds": kinds_of_things,
    }
    parts = {name: words.uncounted(f"{name}_count", count) for name, count in counts.items()}
    figures = {name: part.replace("{n}", f"{{{name}}}") for name, part in parts.items()}
    pieces = re.split(r"\{(\w+)\}", words["home_figures"].fill(**figures))
    return tuple(words.number(counts[p]) if i % 2 else p for i, p in enumerate(pieces))
