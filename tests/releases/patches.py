"""An RDF Patch applied: what tests hold the patches of releases to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def apply_patch(lines: Sequence[bytes], patch: str) -> list[bytes]:
    """Canonical lines after a patch of ``Diff.as_patch``."""
    found = set(lines)
    for kind, line in _patch_rows(patch):
        if kind == "D":
            found.discard(line)
        else:
            found.add(line)
    return sorted(found)


def _patch_rows(patch: str) -> Iterator[tuple[str, bytes]]:
    for row in patch.split("\n"):
        if row.startswith(("A ", "D ")):
            yield row[0], row[2:].encode()
