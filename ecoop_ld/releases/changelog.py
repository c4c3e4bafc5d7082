"""What a release changed → its entry in the changelog, in Markdown, in the order of Keep a Changelog."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ecoop_ld.model.entity import Describer
from ecoop_ld.releases import changesets
from ecoop_ld.releases.diff import Diff, EntityChange

_SECTIONS = {
    "added": "Added",
    "changed": "Changed",
    "replaced": "Moved",
    "withdrawn": "Withdrawn",
    "removed": "Removed",
}
_MOST = 100
"""Entities named in a section; the files of the difference have them all."""


def entry(describer: Describer, previous: str, found: Diff) -> str:
    """The section of one version; ``previous`` is the one before it, or nothing."""
    project = describer.dataset.config.project
    lines = [f"## {project.version} - {project.modified}", ""]
    counts = f"{len(found.added):,} statements added, {len(found.removed):,} removed"
    lines.append(f"{counts} since {previous}." if previous else f"The first release: {len(found.added):,} statements.")
    if previous:
        for kind, title in _SECTIONS.items():
            some = [e for e in found.entities if changesets.word(e) == kind and _shown(describer, e)]
            if some:
                lines += ["", f"### {title}", "", *(f"- {_line(describer, e)}" for e in some[:_MOST])]
            if len(some) > _MOST:
                lines.append(f"- and {len(some) - _MOST:,} more: see diff.txt")
    return "\n".join(lines) + "\n"


def _shown(describer: Describer, entity: EntityChange) -> bool:
    """Things with a page, and terms of the vocabulary; machinery is in the difference."""
    types = set(describer.dataset.types(entity.subject))
    return describer.dataset.addresses.page(entity.subject) is not None and not types & describer.evidence.plumbing


def _line(describer: Describer, entity: EntityChange) -> str:
    name = f"{_plain(describer.label(entity.subject).value)} (<{entity.subject}>)"
    if changesets.word(entity) == "changed":
        return f"{name}: {', '.join(_properties(describer, entity))}"
    successors = [f"<{iri}>" for iri in changesets.successors(entity)]
    return f"{name}: now {', '.join(successors)}" if successors else name


def _properties(describer: Describer, entity: EntityChange) -> Iterator[str]:
    for change in entity.changes:
        yield _plain(describer.label(change.predicate).value)


def _plain(text: str) -> str:
    """Text of the data, without what Markdown would read as its own."""
    return re.sub(r"([\\`*_\[\]<>#|])", r"\\\1", " ".join(text.split()))
