"""A thing and its new IRI → every file of the project with the new one, and a redirect from the old one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ecoop_ld.addresses import Addresses
from ecoop_ld.config import FILE, Config
from ecoop_ld.errors import UserError, nearest
from ecoop_ld.projects.fixing import TOKEN, MendedFile, written
from ecoop_ld.rdf import names
from ecoop_ld.rdf.names import DCTERMS
from ecoop_ld.sources import files, positions
from ecoop_ld.sources.files import SourceFile, Sources
from ecoop_ld.sources.folders import is_packed
from ecoop_ld.sources.locator import Locator, iri_of
from ecoop_ld.sources.slips import Edit, apply
from ecoop_ld.sparql.tokens import tokenise
from ecoop_ld.validate import sparql_lint
from ecoop_ld.validate.sparql_lint import QueryText


def rename(config: Config, old: str, new: str) -> list[MendedFile]:
    """The files as they would be. Raises ``UserError`` where the thing cannot be renamed; then nothing is changed."""
    sources = files.load(config)
    if sources.findings:
        raise UserError(sources.findings[0].message, place=sources.findings[0].place, hint="Mend it first.")
    prefixes = {**sources.prefixes, **config.all_prefixes}
    before, after = (_expanded(config, word, prefixes) for word in (old, new))
    home = _refuse(config, sources, before, after, prefixes)
    locator = Locator(config, sources)
    changes = []
    for file in (*sources.files, *sources.shapes):
        text = _renamed(config, file, locator, before, after)
        if file is home:
            original = text if text is not None else locator.text(file)
            text = f"{original.rstrip()}\n\n<{before}> <{DCTERMS}isReplacedBy> <{after}> .\n"
        if text is not None:
            original = (config.root / file.name).read_text(encoding="utf-8")
            changes.append(MendedFile(file.name, original, text, ("renamed",)))
    return [*changes, *_beside(config, before, after)]


def _expanded(config: Config, word: str, prefixes: dict[str, str]) -> str:
    """The IRI of a whole IRI, a prefixed name, or a path under the public base."""
    word = word.strip("<>")
    if "://" in word:
        return word
    try:
        return names.expand(word, prefixes) if ":" in word else config.base + word
    except KeyError as error:
        raise UserError(f"Nobody declares the prefix {error.args[0]}:.", hint="Write the whole IRI.") from None


def _refuse(config: Config, sources: Sources, old: str, new: str, prefixes: dict[str, str]) -> SourceFile:
    """The file that describes the thing."""
    subjects = {iri_of(q.subject) for q in sources.quads}
    if old not in subjects:
        near = nearest(old, subjects, 0.8)
        hint = f"Did you mean {names.compact(near, prefixes)}?" if near else "Write its whole IRI."
        raise UserError(f"Nothing is said of <{old}>.", hint=hint)
    if new in subjects:
        raise UserError(f"<{new}> is there already.", hint="Take an IRI that is free.")
    if old.startswith(config.vocabulary_terms) or new.startswith(config.vocabulary_terms):
        hint = "Define the new term, and say owl:deprecated true and dcterms:isReplacedBy of the old one."
        raise UserError("A term of the vocabulary is not renamed: others use it.", hint=hint)
    if not new.startswith(config.base) or Addresses(config).document(new).startswith("doc/other/"):
        raise UserError(f"<{new}> is no id/{{type}}/{{slug}} under <{config.base}>.", hint="Use a-z, 0-9 and hyphens.")
    described = [f for f in sources.files if any(iri_of(q.subject) == old for q in f.quads)]
    homes = [f for f in described if f.format.name in positions.READABLE and not is_packed(config.root / f.name)]
    if not homes:
        raise UserError(f"{described[0].name} is no Turtle, so no redirect can be left in it.")
    return homes[0]


def _renamed(config: Config, file: SourceFile, locator: Locator, old: str, new: str) -> str | None:
    """The text of a source file with the new IRI; ``None`` where it does not write the old one."""
    if old not in files.iris_in(file.quads):
        return None
    path = config.root / file.name
    places = locator.reading(file) if file.format.name in positions.READABLE and not is_packed(path) else None
    if places is None:
        text = path.read_text(encoding="utf-8") if not is_packed(path) else ""
        found = text.replace(f'"{old}"', f'"{new}"')
        if found == text:
            raise UserError(
                f"{file.name} writes <{old}> in a way that is not renamed.", hint="Rename it there by hand."
            )
        return found
    edits: list[Edit] = []
    for at in places.uses.get(old, ()):
        token = TOKEN.match(places.text, at)
        if token:
            edits.append((at, token.end(), written(new, file.prefixes)))
    return apply(places.text, edits)


def _beside(config: Config, old: str, new: str) -> Iterator[MendedFile]:
    """Queries, expected answers and settings with the new IRI."""
    for path in sorted([*config.folder("ontology").glob("rules/*.rq"), *config.folder("site").glob("*/*.rq")]):
        text = path.read_text(encoding="utf-8")
        yield from _change(config, path, text, _in_query(config, text, old, new))
    for path in sorted(config.folder("site").glob("queries/*.expected.json")):
        text = path.read_text(encoding="utf-8")
        yield from _change(config, path, text, text.replace(f"<{old}>", f"<{new}>"))
    text = (config.root / FILE).read_text(encoding="utf-8")
    found = text.replace(f'"{old}"', f'"{new}"')
    if old.startswith(config.base):
        found = found.replace(f'"{old[len(config.base) :]}"', f'"{new[len(config.base) :]}"')
    yield from _change(config, config.root / FILE, text, found)


def _change(config: Config, path: Path, before: str, after: str) -> Iterator[MendedFile]:
    if after != before:
        yield MendedFile(path.relative_to(config.root).as_posix(), before, after, ("renamed",))


def _in_query(config: Config, text: str, old: str, new: str) -> str:
    tokens = list(tokenise(text))
    prefixes = sparql_lint.declared(QueryText(text, "", prefixes=config.all_prefixes), tokens)
    edits = [
        (token.start, token.end, written(new, prefixes))
        for token in tokens
        if sparql_lint.iri_of(token, prefixes) == old
    ]
    return apply(text, edits)
