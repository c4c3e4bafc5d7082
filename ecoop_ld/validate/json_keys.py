"""Files of JSON-LD → keys that no context maps: a processor leaves them out without a word (JSON-LD 1.1 API §5.1.2)."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ecoop_ld.config import Config
from ecoop_ld.errors import Finding, Place, nearest
from ecoop_ld.rdf.formats import JSON_LD
from ecoop_ld.sources import contexts
from ecoop_ld.sources.files import Sources
from ecoop_ld.sources.locator import Locator
from ecoop_ld.validate.codes import finding

_BY_KEY = frozenset({"@index", "@language", "@id", "@type", "@graph"})
"""Containers in which keys are no properties."""


def check(config: Config, sources: Sources, locator: Locator) -> Iterator[Finding]:
    for file in (*sources.files, *sources.shapes):
        if file.format is not JSON_LD:
            continue
        text = locator.text(file)
        filled, refused = contexts.fill_in(text.encode(), config.root, file.name, f"{config.base}{file.name}")
        try:
            document = json.loads(filled)
            keys = {} if refused else dict(_unmapped(document, _Active()))
        except (ValueError, RecursionError):
            continue  # the parser says what is wrong
        for key, known in keys.items():
            near = nearest(key, known)
            hint = f'Did you mean "{near}"?' if near else "Add it to @context, or take it out."
            message = f'No context says what "{key}" means: it is left out, with its value.'
            yield finding("unmapped-key", message, _place(text, file.name, key), hint=hint)


def _place(text: str, name: str, key: str) -> Place:
    match = re.search(re.escape(json.dumps(key, ensure_ascii=False)) + r"\s*:", text)
    at = match.start() if match else 0
    return Place(name, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))


@dataclass(frozen=True)
class _Active:
    """What the contexts around a place define."""

    terms: frozenset[str] = frozenset()
    by_key: frozenset[str] = frozenset()
    opaque: frozenset[str] = frozenset()
    """Terms whose values are JSON, or contexts of their own kind."""
    has_vocabulary: bool = False

    def within(self, context: object) -> _Active:
        """With another context; those that stand in definitions of terms count everywhere, to be on the safe side."""
        if context is None:
            return _Active()
        made = self
        for one in context if isinstance(context, list) else [context]:
            made = _Active() if one is None else made._with(one) if isinstance(one, dict) else made
        return made

    def _with(self, context: dict[str, object]) -> _Active:
        made = dataclasses.replace(self, has_vocabulary=self.has_vocabulary or bool(context.get("@vocab")))
        for term, meaning in context.items():
            if term.startswith("@") or meaning is None:
                continue
            made = dataclasses.replace(made, terms=made.terms | {term})
            if isinstance(meaning, dict):
                container = meaning.get("@container") or []
                if _BY_KEY & set(container if isinstance(container, list) else [container]):
                    made = dataclasses.replace(made, by_key=made.by_key | {term})
                if meaning.get("@type") == "@json":
                    made = dataclasses.replace(made, opaque=made.opaque | {term})
                if "@context" in meaning:
                    made = made.within(meaning["@context"])
        return made


def _unmapped(value: object, active: _Active) -> Iterator[tuple[str, frozenset[str]]]:
    if isinstance(value, list):
        for item in value:
            yield from _unmapped(item, active)
    if not isinstance(value, dict) or value.get("@type") == "@json":
        return
    if "@context" in value:
        active = active.within(value["@context"])
    for key, item in value.items():
        if key == "@context" or key in active.opaque:
            continue
        if not key.startswith("@") and ":" not in key and key not in active.terms and not active.has_vocabulary:
            yield key, active.terms
        elif key in active.by_key and isinstance(item, dict):
            for inner in item.values():
                yield from _unmapped(inner, active)
        else:
            yield from _unmapped(item, active)
