"""A project → its files without the slips that can be mended without a doubt: separators, prefixes, spelling, canonical
literals, language tags, encodings. Each file as a change that can be shown as a diff or written.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from ecoop_ld import config as configuration
from ecoop_ld.config import Config
from ecoop_ld.sources import files, positions
from ecoop_ld.sources.files import SourceFile, Sources
from ecoop_ld.sources.folders import is_packed
from ecoop_ld.sources.locator import Locator
from ecoop_ld.sources.positions import Positions
from ecoop_ld.sources.slips import Edit, apply
from ecoop_ld.validate import lexical, prefixes_lint, words_lint
from ecoop_ld.validate.lexicon import Lexicon, Verdict

_SPELLING = frozenset(
    {"undefined-term", "unknown-term", "unfamiliar-term", "dangling", "namespace-scheme", "relative-iri"}
)
TOKEN = re.compile(r"<[^<>]*>|[\w.\-]*:(?:[\w\-:%]|\\.|\.(?=[\w\-:%]))*")
"""An IRI, in full or as a prefixed name."""
_LITERAL = re.compile(r"(?P<mark>\"|')(?P<text>[^\"'\\\n]*)(?P=mark)|[+-]?[\d.]+(?:[eE][+-]?\d+)?")


@dataclass(frozen=True, slots=True)
class MendedFile:
    """One file, before and after."""

    file: str
    before: str
    after: str
    what: tuple[str, ...]
    """What was mended, in words."""

    def diff(self) -> str:
        lines = self.before.splitlines(keepends=True), self.after.splitlines(keepends=True)
        shown = difflib.unified_diff(*lines, f"a/{self.file}", f"b/{self.file}")
        return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in shown)

    def write(self, root: Path) -> None:
        """Put the file in the place of the old one, all at once."""
        path = root / self.file
        beside = path.with_name(f".{path.name}.new")
        beside.write_bytes(self.after.encode())
        beside.chmod(path.stat().st_mode)
        os.replace(beside, path)


def fixes(root: Path) -> list[MendedFile]:
    """The files that would change. Raises ``UserError`` where the project cannot be read."""
    config = configuration.load(root)
    sources = files.load(config)
    lexicon, locator = Lexicon(config, sources), Locator(config, sources)
    verdicts = words_lint.relative(sources, locator, lexicon) | words_lint.judged(sources, lexicon)
    by_prefix = prefixes_lint.meant(config, sources, lexicon)  # mended where the prefix is declared
    spelling = {iri: v for iri, v in verdicts.items() if v.code in _SPELLING and v.meant and iri not in by_prefix}
    found = (
        _file(config, sources, file, lexicon, locator, spelling)
        for file in (*sources.files, *sources.shapes)
        if file.format.name in positions.READABLE and not is_packed(root / file.name)
    )
    return [change for change in found if change is not None]


def _file(
    config: Config, sources: Sources, file: SourceFile, lexicon: Lexicon, locator: Locator, spelling: dict[str, Verdict]
) -> MendedFile | None:
    if file.findings and (file.mended is None or any("onflict" in f.message for f in file.findings)):
        return None  # somebody has to choose
    before = files.content_of(file.name, config.root / file.name).decode("utf-8", errors="surrogateescape")
    text, what = locator.text(file), [f.message for f in (*file.findings, *file.notes)]
    places = locator.reading(file)
    edits: list[Edit] = []
    if places is not None and places.trusted:
        for made, edit in _edits(config, sources, file, lexicon, places, spelling):
            edits.append(edit)
            what.append(made)
    after = apply(text, edits)
    shown = before.encode("utf-8", errors="surrogateescape").decode("utf-8", errors="replace")
    return MendedFile(file.name, shown, after, tuple(dict.fromkeys(what))) if after != before else None


def _edits(
    config: Config,
    sources: Sources,
    file: SourceFile,
    lexicon: Lexicon,
    places: Positions,
    spelling: dict[str, Verdict],
) -> Iterator[tuple[str, Edit]]:
    namespaces = prefixes_lint.meant_namespaces(config, sources, lexicon, file)
    for prefix, _, at in places.declarations:
        line = places.text[at : places.text.find("\n", at) + 1 or len(places.text)]
        if prefix in namespaces:
            start = at + line.index("<") + 1
            yield f"namespace of {prefix}:", (start, start + line.index(">") - line.index("<") - 1, namespaces[prefix])
        elif prefix not in places.used_prefixes and re.match(r"@?prefix\s[^#]*>\s*\.?\s*\Z", line, re.IGNORECASE):
            yield f"{prefix}: is not used", (at, at + len(line), "")
    for iri, verdict in spelling.items():
        for at in places.uses.get(iri, ()):
            match = TOKEN.match(places.text, at)
            if match:
                better = written(verdict.meant, file.prefixes)
                yield f"{match[0]} is {better}", (at, match.end(), better)
    for tag, at in places.language_tags:
        if tag != tag.lower():
            yield f"@{tag} is @{tag.lower()}", (at, at + 1 + len(tag), "@" + tag.lower())
    yield from _canonical(file, places)


def written(iri: str, prefixes: Mapping[str, str]) -> str:
    """An IRI as a file with these prefixes writes it."""
    for prefix, namespace in prefixes.items():
        local = iri[len(namespace) :]
        if iri.startswith(namespace) and re.match(r"[A-Za-z0-9_](?:[\w\-]*[\w])?\Z", local):
            return f"{prefix}:{local}"
    return f"<{iri}>"


def _canonical(file: SourceFile, places: Positions) -> Iterator[tuple[str, Edit]]:
    better = lexical.canonical({q.object for q in file.quads if isinstance(q.object, ox.Literal)})
    for (_, _, term), spot in places.triples.items():
        if not isinstance(term, ox.Literal) or term not in better:
            continue
        match = _LITERAL.match(places.text, spot.object)
        if match and (match["text"] if match["mark"] else match[0]) == term.value:
            start = match.start("text") if match["mark"] else match.start()
            yield f"{term.value} is {better[term]}", (start, start + len(term.value), better[term])
