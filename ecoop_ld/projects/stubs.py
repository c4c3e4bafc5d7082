"""A type and a name → a stub of a new thing, at the end of the file in which its like stand, with a free slug."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

import pyoxigraph as ox

from ecoop_ld.config import Config
from ecoop_ld.errors import UserError, nearest
from ecoop_ld.projects.fixing import MendedFile, written
from ecoop_ld.rdf.names import RDF, SH
from ecoop_ld.sources import files
from ecoop_ld.sources.files import SourceFile, Sources
from ecoop_ld.sources.folders import is_packed
from ecoop_ld.sources.locator import iri_of

_TYPE = ox.NamedNode(RDF + "type")


def stub(config: Config, kind: str, label: str) -> tuple[str, MendedFile]:
    """The IRI of the new thing, and the file with its stub. Raises ``UserError`` where nothing of its type is there."""
    if not label.strip() or not label.isprintable():
        raise UserError("The label is empty or not one line of text.", hint='Give one: --label "First meeting".')
    sources = files.load(config)
    if sources.findings:
        raise UserError(sources.findings[0].message, place=sources.findings[0].place, hint="Mend it first.")
    space = f"{config.base}id/{kind}/"
    like = {iri_of(q.subject) for q in sources.quads if iri_of(q.subject).startswith(space)}
    if not like:
        kinds = {iri[len(config.base) + 3 :].partition("/")[0] for iri in _things(config, sources)}
        near = nearest(kind, kinds)
        hint = f'Did you mean "{near}"?' if near else f"There are: {', '.join(sorted(kinds)) or 'none yet'}."
        raise UserError(f'Nothing in data/ has an IRI that begins with "id/{kind}/".', hint=hint)
    home = _home(config, sources, like)
    iri = space + _free(_slug(label) or kind, {one[len(space) :] for one in like})
    before = (config.root / home.name).read_text(encoding="utf-8")
    after = f"{before.rstrip()}\n\n" + "\n".join(_lines(config, sources, home, iri, like, label)) + "\n"
    return iri, MendedFile(home.name, before, after, (f"<{iri}>",))


def _things(config: Config, sources: Sources) -> Iterator[str]:
    yield from (iri for q in sources.quads if (iri := iri_of(q.subject)).startswith(config.base + "id/"))


def _home(config: Config, sources: Sources, like: set[str]) -> SourceFile:
    """The Turtle file that describes most of its like."""
    counts = Counter(
        {file.name: len({q.subject for q in file.quads if iri_of(q.subject) in like}) for file in sources.files}
    )
    for name, count in counts.most_common():
        file = next(file for file in sources.files if file.name == name)
        if count and file.format.name == "turtle" and not is_packed(config.root / name):
            return file
    raise UserError("No Turtle file describes its like: a stub can be added to Turtle only.")


def _lines(config: Config, sources: Sources, home: SourceFile, iri: str, like: set[str], label: str) -> Iterator[str]:
    kinds = Counter(iri_of(q.object) for q in home.quads if q.predicate == _TYPE and iri_of(q.subject) in like)
    kind = kinds.most_common(1)[0][0] if kinds else ""
    names = [config.iri(word) for word in config.pages.labels]
    used = Counter(q.predicate.value for q in home.quads if q.predicate.value in names and iri_of(q.subject) in like)
    name = used.most_common(1)[0][0] if used else names[0]
    quoted = label.replace("\\", "\\\\").replace('"', '\\"')
    head = f"{written(iri, home.prefixes)} a {written(kind, home.prefixes)} ;" if kind else written(iri, home.prefixes)
    yield head
    for predicate in _wanted(sources, kind):
        if predicate not in (name, _TYPE.value):
            yield f"    # {written(predicate, home.prefixes)} … ;"
    yield f'    {written(name, home.prefixes)} "{quoted}"@{config.languages[0]} .'


def _wanted(sources: Sources, kind: str) -> list[str]:
    """Properties that the shapes want of a class at least once."""
    rows: dict[object, dict[str, list[object]]] = {}
    for q in (q for file in sources.shapes for q in file.quads):
        rows.setdefault(q.subject, {}).setdefault(q.predicate.value.removeprefix(SH), []).append(q.object)
    found: dict[str, None] = {}
    for row in rows.values():
        if ox.NamedNode(kind or "urn:none") not in row.get("targetClass", ()):
            continue
        for shape in row.get("property", ()):
            inner = rows.get(shape, {})
            least = [int(o.value) for o in inner.get("minCount", ()) if isinstance(o, ox.Literal) and o.value.isdigit()]
            if least and least[0] > 0:
                found |= {iri_of(path): None for path in inner.get("path", ()) if iri_of(path)}
    return list(found)


def _slug(label: str) -> str:
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")


def _free(slug: str, taken: set[str]) -> str:
    number, found = 1, slug
    while found in taken:
        number += 1
        found = f"{slug}-{number}"
    return found
