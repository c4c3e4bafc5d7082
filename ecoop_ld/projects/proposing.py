"""A project and a table → the mapping that is proposed for it, with the project's own terms and things."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from ecoop_ld import config as configuration
from ecoop_ld.config import Config
from ecoop_ld.errors import UserError
from ecoop_ld.model.dataset import Dataset
from ecoop_ld.projects import mapping, terms
from ecoop_ld.projects.mapping import KnownTerms, Proposal
from ecoop_ld.rdf import names
from ecoop_ld.rdf.names import OWL, RDF, RDFS
from ecoop_ld.reconcile import spelling
from ecoop_ld.reconcile.matching import Matcher, NameQuery
from ecoop_ld.sources import files
from ecoop_ld.validate.lexicon import defined_terms

_CLASSES = frozenset({OWL + "Class", RDFS + "Class"})


def project_of(path: Path, project: Path | None) -> Config | None:
    """The project that somebody names, else that in which a file or the present folder is, else none."""
    if project is not None:
        return configuration.load(configuration.find_project(project))
    for start in (path.resolve().parent, Path.cwd()):
        try:
            return configuration.load(configuration.find_project(start))
        except UserError:
            continue
    return None


def propose(config: Config | None, path: Path, day_first: bool | None) -> Proposal:
    """A mapping. Where there is no project, or nothing in it yet, terms and IRIs are those of an example."""
    if config is None:
        return mapping.propose(path, KnownTerms(), lambda _: {}, day_first)
    sources = _sources(config)
    if sources is None:
        return mapping.propose(path, _vocabulary(config, {}, {}), lambda _: {}, day_first)
    dataset = Dataset(config, sources.quads, ())
    defined = defined_terms(config, sources)
    called = {iri: list(_called(dataset, iri)) for iri in defined}
    classes = {word: iri for iri, words in called.items() if defined[iri] & _CLASSES for word in words}
    properties = {word: iri for iri, words in called.items() if not defined[iri] & _CLASSES for word in words}
    return mapping.propose(path, _vocabulary(config, properties, classes), _Names(dataset).matches, day_first)


def terms_for(config: Config | None, proposal: Proposal) -> str:
    """Turtle for the terms that the project does not define yet; ``""`` where it defines all."""
    sources = _sources(config) if config else None
    defined = frozenset(defined_terms(config, sources)) if config and sources else frozenset()
    languages = config.languages if config else ("en",)
    return terms.stubs(proposal, defined, tuple(languages))


def _sources(config: Config) -> files.Sources | None:
    try:
        return files.load(config)
    except UserError:
        return None  # nothing is there yet


def _vocabulary(config: Config, properties: Mapping[str, str], classes: Mapping[str, str]) -> KnownTerms:
    language = config.languages[0] if len(config.languages) == 1 else ""
    return KnownTerms(config.base, config.vocabulary_terms, config.prefixes, properties, classes, language)


def _called(dataset: Dataset, iri: str) -> list[str]:
    """What a term is called, in small letters: its labels and its local name."""
    local = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", names.local_name(iri))
    return [*(label.value.lower() for label in dataset.labels(iri, RDFS + "label")), local.lower()]


class _Names:
    """The names of the things of a project."""

    def __init__(self, dataset: Dataset) -> None:
        self._matcher = Matcher(dataset)
        self._classes = {iri: kind for kind, members in dataset.members.items() for iri in members}

    def matches(self, asked: Sequence[str]) -> dict[str, tuple[str, str]]:
        """Names that one thing has, letter by letter, and no other → its IRI and class."""
        found = {}
        for name in asked:
            same = [c for c in self._matcher.candidates(NameQuery(name)) if c.nearness == spelling.SAME]
            if len(same) == 1 and not self._classes.get(same[0].iri, "").startswith((OWL, RDF, RDFS)):
                found[name] = (same[0].iri, self._classes.get(same[0].iri, ""))
        return found
