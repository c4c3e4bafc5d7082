"""Files that somebody has, RDF or tables → a project of them: settings and mappings are proposed, to be changed.

Around them stands the ``frame/`` of every new project: what git leaves out, a test, and the job that publishes.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from ecoop_ld import config
from ecoop_ld.config import FILE
from ecoop_ld.errors import UserError
from ecoop_ld.projects import gather, init, mapping, proposing, terms
from ecoop_ld.rdf.formats import TABLE_ENDINGS
from ecoop_ld.sources import folders
from ecoop_ld.sources.tabular import beside

_BASE = "https://example.org/"
_TABLES_ALONE = """\
# What this project is, and where its identifiers begin.

[project]
title.{language} = {title}
languages = ["{language}"]
modified = "{today}"

[addresses]
public_base = "{base}"   # the beginning of every IRI, for ever: settle it before you publish
vocabulary = "ns"

[prefixes]
ns = "{base}ns#"
"""

_MADE_UP = """
[lint]   # who asks about a table need not hear of a vocabulary that was made up for the moment
ontology-licence = "off"
ontology-metadata = "off"
ontology-extra = "off"
ontology-version = "off"
term-definition = "off"
term-label = "off"
unused-prefix = "off"
"""

_VOCABULARY = """\
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<{iri}> a owl:Ontology ;
    dcterms:title {title} ;
    dcterms:created "{today}"^^xsd:date ;
    owl:versionInfo "0.1.0" .
"""


@dataclass(frozen=True, slots=True)
class Begun:
    """What was made."""

    names: tuple[str, ...]
    """The files, sorted."""
    told: tuple[str, ...]
    """What was guessed, a paragraph each."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user says of the project; the rest is worked out."""

    today: str
    title: str = ""
    base: str = ""
    language: str = ""


def begin(folder: Path, paths: Sequence[Path], wishes: Wishes) -> Begun:
    """Make the project. Raises :class:`UserError`, and then nothing was written."""
    init.refuse_occupied(folder)
    if wishes.language:
        init.check_language(wishes.language)
    tables = list(_tables(paths))
    given = _rdf(paths, found_tables=bool(tables))
    with init.making(folder) as made:
        root = made / "project"
        told = [_of_rdf(given, root, wishes)] if given else [*_of_tables(tables, root, wishes)]
        told += [_mapped(table, root) for table in tables]
        if not given and not wishes.language:
            _speak_as(tables, root)
        loaded = config.load(root)
        init.frame(root, loaded.title(loaded.languages[0]))
        return Begun(tuple(init.settled(root, folder)), tuple(filter(None, told)))


def are_tables(paths: Sequence[Path]) -> bool:
    """Whether there is nothing but tables without a mapping at these paths."""
    there = [path for path in paths if os.path.lexists(path)]
    return len(there) == len(paths) and bool(list(_tables(paths))) and not _rdf(paths, found_tables=True)


@contextlib.contextmanager
def gathered(paths: Sequence[Path], save: Path | None) -> Iterator[gather.Gathered]:
    """A project of tables alone: in the folder ``save``, else for as long as the context lasts."""
    with contextlib.ExitStack() as stack:
        root = save or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ecoop-ld-"))) / "project"
        begun = begin(root, paths, Wishes(datetime.date.today().isoformat()))
        if save is None:
            with (root / FILE).open("a", encoding="utf-8") as settings:
                settings.write(_MADE_UP)
        tables = [gather.Input(path, path.name, TABLE_ENDINGS[_ending(path)]) for path in _tables(paths)]
        guesses = gather.Guesses((), {}, frozenset(), "\n".join(begun.told))
        yield gather.Gathered(root, guesses, gather.Given(tuple(tables), (), tables[0].path.stem))


def _ending(path: Path) -> str:
    return path.suffix.lower().lstrip(".")


def _tables(paths: Iterable[Path]) -> Iterable[Path]:
    """Tables that have no mapping yet."""
    for path in paths:
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in inside:
            if _ending(file) in TABLE_ENDINGS and file.is_file() and beside.mapping_of(file) is None:
                yield file


def _rdf(paths: Sequence[Path], *, found_tables: bool) -> gather.Given | None:
    for path in paths:
        if not os.path.lexists(path):
            raise UserError(f"There is no file or folder {path}.")
    if found_tables and not any(
        found.format
        for path in paths
        for found in (folders.rdf_files(path) if path.is_dir() else [folders.recognise(path)])
    ):
        return None
    return gather.find(paths)


def _of_rdf(given: gather.Given, root: Path, wishes: Wishes) -> str:
    made = gather.gather(given, root, copy=True)
    text = (root / FILE).read_text(encoding="utf-8")
    for key, value in _wished(text, wishes):
        head, tail = re.split(rf"(?m)^(?:# guessed: .*\n)?{key} = .*$", text, maxsplit=1)
        text = head + value + tail
    (root / FILE).write_text(text, encoding="utf-8")
    return made.guesses.paragraph


def _wished(text: str, wishes: Wishes) -> Iterable[tuple[str, str]]:
    """The pattern of a guessed line, and the line in its place."""
    guessed = re.search(r'(?m)^languages = \["([^"]+)"', text)
    language = wishes.language or (guessed[1] if guessed else "en")
    if wishes.title:
        yield r'title\.[\w"-]+', f"title.{language} = {json.dumps(wishes.title, ensure_ascii=False)}"
    elif wishes.language:
        title = re.search(r'(?m)^title\.[\w"-]+ = (.*)$', text)
        yield r'title\.[\w"-]+', f"title.{language} = {title[1] if title else json.dumps('Data')}"
    if wishes.language:
        yield "languages", f'languages = ["{language}"]'
    if wishes.base:
        yield "public_base", f'public_base = "{wishes.base}"'


def _of_tables(tables: Sequence[Path], root: Path, wishes: Wishes) -> Iterable[str]:
    root.mkdir(parents=True)
    title = wishes.title or tables[0].stem.replace("_", " ").replace("-", " ").strip().capitalize() or "Data"
    settings = _TABLES_ALONE.format(
        title=json.dumps(title, ensure_ascii=False),
        language=wishes.language or "en",
        today=wishes.today,
        base=wishes.base or _BASE,
    )
    (root / FILE).write_text(settings, encoding="utf-8")
    (root / "ontology").mkdir()
    loaded = config.load(root)
    named = ox.Literal(title, language=loaded.languages[0])
    head = _VOCABULARY.format(iri=loaded.vocabulary_iri, title=named, today=wishes.today)
    (root / "ontology" / "vocabulary.ttl").write_text(head, encoding="utf-8")
    if not wishes.base:
        yield f"IRIs begin with {_BASE} until you say otherwise: --public-base of ecoop-ld init, public_base in {FILE}."


def _mapped(table: Path, root: Path) -> str:
    """Put a table into the project, with a mapping, and the terms that the mapping needs."""
    target = root / "data" / table.name
    if target.exists():
        raise UserError(f"Two tables are called {table.name}.", hint="Give one of them another name.")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(table, target)
    loaded = config.load(root)
    proposal = proposing.propose(loaded, table, None)
    lacking = proposing.terms_for(loaded, proposal)
    if lacking:
        name = re.sub(r"[^a-z0-9]+", "-", table.stem.lower()).strip("-") or "terms"
        ontology = root / "ontology" / f"{name}.ttl"
        ontology.parent.mkdir(exist_ok=True)
        ontology.write_text(f"{terms.prefixes(proposal.vocabulary.terms)}\n{lacking}", encoding="utf-8")
    mapping.write(target, proposal)
    return proposal.paragraph


def _speak_as(tables: Iterable[Path], root: Path) -> None:
    """Take the languages of the columns for those of the pages, in their order."""
    mappings = (beside.mapping_of(root / "data" / table.name) for table in tables)
    read = [json.loads(path.read_text(encoding="utf-8")) for path in mappings if path is not None]
    said = [column.get("lang") for one in read for column in one["tableSchema"]["columns"]]
    found = [*dict.fromkeys(filter(None, said))]
    if found:
        text = (root / FILE).read_text(encoding="utf-8")
        text = text.replace('languages = ["en"]', f"languages = {json.dumps(found)}", 1)
        (root / FILE).write_text(text.replace("title.en = ", f"title.{found[0]} = ", 1), encoding="utf-8")


def under_git(folder: Path) -> str:
    """Make a repository with a first commit, unless the folder is in one; what was done, in a sentence."""
    program = shutil.which("git")
    if program is None:
        return "There is no git here: no repository was made."

    def git(*arguments: str) -> bool:
        command = [program, *arguments]
        return subprocess.run(command, cwd=folder, capture_output=True).returncode == 0  # noqa: S603 - no user's text

    if git("rev-parse", "--is-inside-work-tree"):
        return ""
    if not (git("init", "--quiet") and git("add", "--all")):
        return "git could not make a repository."
    if not git("commit", "--quiet", "--message", "Begin the project"):
        return "A git repository; nothing is committed, because git does not know who you are."
    return "A git repository with a first commit."
