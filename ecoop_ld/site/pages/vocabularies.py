"""Pages of vocabularies: all terms of one, what is stated of each, drawn and counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from ecoop_ld.model import vocabulary
from ecoop_ld.publish import schema_org
from ecoop_ld.rdf.formats import RDF_FORMATS
from ecoop_ld.site.pages import releases
from ecoop_ld.site.renderer import Page
from ecoop_ld.site.site import Resource, Site
from ecoop_ld.views.classes import Leaf, tree
from ecoop_ld.views.diagrams import Diagram, diagrams
from ecoop_ld.views.rules import Rule, by_property, rules


@dataclass(frozen=True, slots=True)
class VocabularyPage(Page):
    """A vocabulary."""

    template: ClassVar[str] = "vocabulary.html"
    vocabulary: vocabulary.Vocabulary
    context_path: str
    rules: Mapping[str, tuple[Rule, ...]]
    """Class → what must hold of its things; property → of its values."""
    tree: tuple[Leaf, ...]
    diagrams: Mapping[str, Diagram]
    """Class → what properties join it to."""
    changed: tuple[releases.ReleaseRow, releases.Difference] | None


def vocabulary_page(site: Site, resource: Resource, language: str) -> bytes:
    describer = site.describer(language)
    told = vocabulary.describe(describer, site.content.listings, resource.iri, resource.path)
    terms = (
        (t.iri, t.name, t.label.value, t.definition.value if t.definition else "")
        for t in told.all_terms
        if t.kind != "individuals"
    )
    by_class = rules(describer, site.content.shapes)
    page = VocabularyPage(
        vocabulary=told,
        context_path=f"{resource.path}/context.jsonld",
        rules={**by_property(describer, by_class), **by_class},
        tree=tree(told.classes),
        diagrams=diagrams(describer, resource.iri),
        changed=releases.vocabulary_changes(site, language),
    )
    return site.renderer.render(
        page,
        resource.path,
        language,
        told.title.value,
        alternates=RDF_FORMATS,
        description=told.description.value if told.description else "",
        structured=schema_org.terms(resource.iri, terms, told.title.value),
    )
