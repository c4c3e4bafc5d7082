"""Dataset, questions and dumps → the settings file that the query page's script reads (``sparql/editor.json``)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from importlib import resources
from importlib.resources.abc import Traversable

from ecoop_ld.addresses import Addresses
from ecoop_ld.model.dataset import Dataset
from ecoop_ld.model.entity import Describer
from ecoop_ld.model.questions import Question
from ecoop_ld.model.vocabulary import term_iris
from ecoop_ld.publish.bundle import FOLDER, WHOLE, Dump
from ecoop_ld.rdf import names
from ecoop_ld.rdf.formats import HTML, JSON, N_QUADS
from ecoop_ld.words.messages import Messages, messages

MOST_NAMES = 5_000
"""Things whose names the page knows; with more of them only regular addresses are linked, without names."""
_WORDS = "editor_"
_SHARED_WORDS = ("answer", "ask", "copied", "copy", "cut", "no_rows", "query", "rows")


def vendored() -> list[Traversable]:
    """The third-party files that ``make setup`` installed; none in an installation made without Node."""
    folder = resources.files("ecoop_ld.site").joinpath("vendor")
    return sorted(folder.iterdir(), key=lambda file: file.name) if folder.is_dir() else []


def path(addresses: Addresses, language: str) -> str:
    """Address of the settings in a language: ``sparql/editor.json``, ``sparql/editor.es.json``."""
    return addresses.file("sparql/editor", HTML, language).removesuffix(HTML.extension) + "json"


def settings(describer: Describer, questions: Iterable[Question], downloads: Iterable[Dump]) -> bytes:
    """What the page must know of the dataset, in the describer's language."""
    dataset, config, language = describer.dataset, describer.config, describer.language
    classes, properties = _terms(dataset)
    suffix = path(dataset.addresses, language).removeprefix("sparql/editor").removesuffix(".json")
    whole = next((d for d in downloads if d.path == f"{FOLDER}/{WHOLE}.{N_QUADS.extension}"), None)
    table = {
        "language": language,
        "page": f"{suffix}.html",
        "base": config.base,
        "vocabulary": home if "/" not in (home := dataset.addresses.vocabulary_path()) else "#",
        "prefixes": dict(sorted(config.all_prefixes.items())),
        "classes": _named(describer, classes),
        "properties": _named(describer, properties),
        **_things(describer),
        "questions": {q.name: q.text for q in questions},
        "dump": {"path": whole.path, "size": whole.size, "type": N_QUADS.media_type} if whole else None,
        "results": JSON.media_type,
        "seconds": config.limits.query_seconds,
        "words": _words(messages(config, language)),
    }
    return (json.dumps(table, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def _words(t: Messages) -> dict[str, object]:
    """What the script says; of counted things a text per plural category."""
    keys = [key for key in t if key.startswith(_WORDS) or key in _SHARED_WORDS]
    return {key: dict(t.forms(key)) if t.is_counted(key) else t[key] for key in keys}


def _terms(dataset: Dataset) -> tuple[list[str], list[str]]:
    """Classes and properties that are used, or that the vocabulary declares; the most used first."""
    used: dict[str, int] = {}
    for subject in dataset.subjects():
        for predicate, facts in dataset.outgoing(subject).items():
            used[predicate] = used.get(predicate, 0) + len(facts)
    members = {kind: len(iris) for kind, iris in dataset.members.items()}
    declared = {iri: names.local_name(iri)[:1].isupper() for iri in term_iris(dataset)}
    classes = {**{iri: 0 for iri, upper in declared.items() if upper}, **members}
    properties = {**{iri: 0 for iri, upper in declared.items() if not upper}, **used}
    return _by_use(classes), _by_use(properties)


def _by_use(counts: Mapping[str, int]) -> list[str]:
    return sorted(counts, key=lambda iri: (-counts[iri], iri))


def _named(describer: Describer, iris: Iterable[str]) -> list[list[str]]:
    return [[iri, describer.label(iri).value] for iri in iris]


def _things(describer: Describer) -> dict[str, object]:
    """Names of things by IRI (without the base), and the paths of those whose path does not follow from the IRI."""
    dataset, base = describer.dataset, describer.config.base
    if len(dataset.things) > MOST_NAMES:
        return {"things": None, "pages": {}}
    things = {iri.removeprefix(base): describer.title(iri).value for iri in sorted(dataset.things)}
    paths = {iri: dataset.addresses.document(iri) for iri in sorted(dataset.things)}
    return {
        "things": things,
        "pages": {iri: p for iri, p in paths.items() if p != "doc/" + iri.removeprefix(base + "id/")},
    }
