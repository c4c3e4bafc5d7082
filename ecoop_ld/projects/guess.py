"""Files of RDF → the settings of a project for them, worked out from what they say, each with its reason.

Of a large file the beginning is looked at. What is guessed decides how pages are called and where they stand; what is
published does not depend on it: every IRI that the data describes gets a page.
"""

from __future__ import annotations

import datetime
import io
import itertools
import json
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from ecoop_ld.rdf import names, writing
from ecoop_ld.rdf.formats import JSON_LD, RDF_FORMATS, RDF_XML, TABLE_ENDINGS, Format
from ecoop_ld.rdf.names import DCAT, DCTERMS, FOAF, OWL, RDF, RDFS, SKOS, VOID
from ecoop_ld.rdf.versions import VERSION_INFO, version_of
from ecoop_ld.sources import contexts, encoding, folders
from ecoop_ld.sources.tabular import beside
from ecoop_ld.sources.tabular.tables import Surroundings, TableSource
from ecoop_ld.words import messages

_LOOK_BYTES = 8_000_000
_LOOK_QUADS = 200_000
_UNNAMED = "https://example.org/"
"""What relative IRIs are resolved against while one looks."""
_NOWHERE = Path("/nowhere")
"""A project that keeps no contexts of its own."""
_DC, _SCHEMA = "http://purl.org/dc/elements/1.1/", ("http://schema.org/", "https://schema.org/")
_TITLES = (
    *(DCTERMS + "title", _DC + "title", SKOS + "prefLabel", RDFS + "label", FOAF + "name"),
    *(schema + "name" for schema in _SCHEMA),
)
_DESCRIPTIONS = (DCTERMS + "description", _DC + "description", RDFS + "comment", SKOS + "definition")
_WHOLES = (
    frozenset({VOID + "Dataset", DCAT + "Dataset", DCAT + "Catalog", *(schema + "Dataset" for schema in _SCHEMA)}),
    frozenset({OWL + "Ontology", SKOS + "ConceptScheme"}),
)
"""Classes of what can stand for all of the data, the likelier first."""
_TERMS = frozenset(
    {
        *(OWL + word for word in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")),
        *(RDFS + "Class", RDF + "Property"),
    }
)
_MOST_LANGUAGES = 4
_PLAIN_IRI = re.compile(r"(https?://[^\s<>\"{}|\\^`?#/]+)/([^\s<>\"{}|\\^`?#]*)")
"""Host and path."""
_HOLDERS = frozenset({"id", "resource", "entity", "item", "thing", "doc"})
"""Folders that hold the things themselves: what a site says beside them stands next to the folder."""
_VERSION = re.compile(r"\d+\.\d+\.\d+\Z")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_WORD = re.compile(r"[a-z][a-z0-9-]*\Z")


@dataclass(frozen=True, slots=True)
class Input:
    """A file to publish, with its place in the project that is made of it."""

    path: Path
    name: str
    """Path below ``data/`` or ``ontology/``."""
    format: Format


@dataclass(slots=True)
class Seen:
    """What the files say that a guess rests on."""

    subjects: dict[str, None] = field(default_factory=dict)
    types: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    languages: Counter[str] = field(default_factory=Counter)
    """Language → texts in it."""
    prefixes: dict[str, str] = field(default_factory=dict)
    wholes: dict[str, dict[str, list[ox.Literal | str]]] = field(default_factory=lambda: defaultdict(dict))
    """What is said of that which may stand for all of the data."""
    vocabularies: set[str] = field(default_factory=set)
    """Names of files that declare an ontology and its terms."""
    predicates: set[str] = field(default_factory=set)
    unwritable: str = ""
    """A property that RDF/XML has no element for."""
    cut: bool = False
    """Whether only the beginning of a file was looked at."""


@dataclass(frozen=True, slots=True)
class Guess:
    """A line of settings: where it stands, its value as TOML, and the reason."""

    table: str
    key: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Guesses:
    """All of them, as text of ``ecoop.toml`` and as a paragraph."""

    lines: tuple[Guess, ...]
    prefixes: Mapping[str, str]
    ontologies: frozenset[str]
    """Names of the files that go into ``ontology/``."""
    paragraph: str

    def as_toml(self) -> str:
        found = ["# Worked out from the files. Read each line, change what is wrong, and take the comment away."]
        for table, lines in itertools.groupby(self.lines, key=lambda line: line.table):
            found += ["", f"[{table}]"]
            for line in lines:
                found += [f"# guessed: {line.reason}", f"{line.key} = {line.value}"]
        if self.prefixes:
            found += ["", "[prefixes]", "# guessed: what the files declare"]
            found += [f"{_key(name)} = {_quoted(space)}" for name, space in sorted(self.prefixes.items())]
        return "\n".join(found) + "\n"


def guess(inputs: Iterable[Input], called: str) -> Guesses:
    """Settings for these files; ``called`` is what the user calls them: the name of the file or folder."""
    files = tuple(inputs)
    seen = Seen()
    for file in files:
        _look(file, seen)
    base, base_reason = _base(seen)
    whole = _whole(seen, base)
    languages, language_reason = _languages(seen)
    title, title_reason = _title(seen, whole, languages[0], called)
    word, word_reason = _vocabulary(seen, base)
    lines = [
        Guess("project", f"title.{languages[0]}", _quoted(title), title_reason),
        *_said_of(seen, whole, languages[0]),
        Guess("project", "languages", json.dumps(languages), language_reason),
        Guess("addresses", "public_base", _quoted(base), base_reason),
        Guess("addresses", "vocabulary", _quoted(word), word_reason),
        Guess("addresses", "pages_for", '[""]', "every IRI that the data describes gets a page"),
    ]
    if seen.unwritable:
        formats = json.dumps([row.name for row in RDF_FORMATS if row is not RDF_XML])
        lines.append(Guess("build", "formats", formats, f"RDF/XML cannot write the property <{seen.unwritable}>"))
    paragraph = (
        f'{_counted(len(files), "file")} as "{title}" ({title_reason}). IRIs begin with {base} ({base_reason}). '
        f"Pages in {', '.join(languages)} ({language_reason}), one for every IRI that the data describes. "
        f"The vocabulary: {word_reason}."
    )
    return Guesses(tuple(lines), _prefixes(seen), frozenset(seen.vocabularies), paragraph)


# --- looking ----------------------------------------------------------------------------------------------------------


def _look(file: Input, seen: Seen) -> None:
    content, cut = _beginning(file)
    if file.format in TABLE_ENDINGS.values():
        for quad in _of_table(file, content):
            _note(quad, seen)
        return
    base = folders.base_of(_UNNAMED, file.name)
    parser = ox.parse(io.BytesIO(content), format=file.format.rdf_engine(), base_iri=base, lenient=True)
    terms = ontology = False
    count = 0
    while count < _LOOK_QUADS:
        try:
            quad = next(parser)
        except StopIteration:
            break
        except (SyntaxError, ValueError):
            cut = True  # the end of what was looked at, or what the reading proper tells of
            break
        count += 1
        _note(quad, seen)
        if quad.predicate.value == names.RDF + "type" and isinstance(quad.object, ox.NamedNode):
            terms = terms or quad.object.value in _TERMS
            ontology = ontology or quad.object.value == OWL + "Ontology"
    seen.cut = seen.cut or cut or count == _LOOK_QUADS
    for prefix, namespace in parser.prefixes.items():
        seen.prefixes.setdefault(prefix, namespace)
    if terms and ontology:
        seen.vocabularies.add(file.name)


def _beginning(file: Input) -> tuple[bytes, bool]:
    """What a file begins with, as the reading proper will have it, and whether there is more."""
    try:
        content, cut = folders.beginning(file.path, _LOOK_BYTES)
    except (OSError, EOFError, zlib.error):
        return b"", True  # the reading proper tells of it
    content, _ = encoding.without_mark(content, file.name)
    if file.format is RDF_XML:
        content = encoding.of_markup(content)
    if file.format is JSON_LD and contexts.names_contexts(content):
        content, _ = contexts.fill_in(content, _NOWHERE, file.name, folders.base_of(_UNNAMED, file.name))
    return content, cut


def _of_table(file: Input, content: bytes) -> list[ox.Quad]:
    mapping = beside.mapping_of(file.path)
    text = mapping.read_text(encoding="utf-8-sig", errors="replace") if mapping else "{}"
    around = Surroundings(_UNNAMED)
    return TableSource(file.path.name, content, file.format, around, str(mapping), text).parse().quads


def _note(quad: ox.Quad, seen: Seen) -> None:
    obj, predicate = quad.object, quad.predicate.value
    if predicate not in seen.predicates:
        seen.predicates.add(predicate)
        if not writing.is_element_name(predicate):
            seen.unwritable = seen.unwritable or predicate
    if isinstance(obj, ox.Literal) and obj.language:
        seen.languages[obj.language.split("-")[0].lower()] += 1
    if not isinstance(quad.subject, ox.NamedNode):
        return
    subject = quad.subject.value
    seen.subjects[subject] = None
    if predicate == names.RDF + "type" and isinstance(obj, ox.NamedNode):
        seen.types[subject].add(obj.value)
    elif predicate in _SAID:
        seen.wholes[subject].setdefault(predicate, []).append(
            obj if isinstance(obj, ox.Literal) else str(names.value(obj))
        )


_SAID = frozenset(
    {*_TITLES, *_DESCRIPTIONS}
    | {DCTERMS + word for word in ("license", "modified", "issued")}
    | {VERSION_INFO, "http://creativecommons.org/ns#license"}
)


# --- guessing ---------------------------------------------------------------------------------------------------------


def _base(seen: Seen) -> tuple[str, str]:
    """The folder of most of the described IRIs, as deep as nearly all of its host's are in it."""
    hosts: dict[str, list[str]] = defaultdict(list)
    for iri in seen.subjects:
        match = _PLAIN_IRI.match(iri)
        if match and not iri.startswith(_UNNAMED):
            hosts[match[1]].append(match[2])
    if not hosts:
        return _UNNAMED, "the files name nothing by an http address; change it to where you publish"
    host, paths = max(hosts.items(), key=lambda item: (len(item[1]), item[0]))
    base, path = f"{host}/", ""
    while True:
        deeper = Counter(
            p[len(path) :].partition("/")[0] for p in paths if p.startswith(path) and "/" in p[len(path) :]
        )
        name, count = deeper.most_common(1)[0] if deeper else ("", 0)
        if not name or name in _HOLDERS or count * 10 < len(paths) * 9:
            break
        path += f"{name}/"
    base += path
    share = sum(iri.startswith(base) for iri in seen.subjects)
    many = f"{share:,} of the {_counted(len(seen.subjects), 'IRI')} that are described begin so"
    return base, many + (", as far as was looked at" if seen.cut else "")


def _whole(seen: Seen, base: str) -> str:
    """The one thing that stands for the data: a data set or catalogue, else an ontology or scheme, with a title."""
    for kinds in _WHOLES:
        found = [iri for iri, types in seen.types.items() if kinds & types and set(_TITLES) & set(seen.wholes[iri])]
        own = [iri for iri in found if iri.startswith(base.rstrip("/"))] or found
        if len(own) == 1:
            return own[0]
    return ""


def _languages(seen: Seen) -> tuple[list[str], str]:
    """Those in which a good part of the texts is and for which there are words of the interface; else the first."""
    fit = {tag: n for tag, n in seen.languages.items() if re.fullmatch(r"[a-z]{2,3}", tag)}
    if not fit:
        return ["en"], "no text says its language"
    ordered = sorted(fit, key=lambda tag: (-fit[tag], tag))
    known = [tag for tag in ordered if messages.packaged(tag) and fit[tag] * 2 >= fit[ordered[0]]]
    chosen = known[:_MOST_LANGUAGES] or ordered[:1]
    others = len(ordered) - len(chosen)
    reason = "the language of most texts" if len(chosen) == 1 else "the languages of most texts"
    return chosen, reason + (f"; texts in {_counted(others, 'other')} stand where they belong" if others else "")


def _title(seen: Seen, whole: str, language: str, called: str) -> tuple[str, str]:
    text = " ".join(_best(seen.wholes[whole], _TITLES, language).split()) if whole else ""
    if text and text.isprintable():
        return text, f"the title of <{whole}>"
    return called, "the name of what was given"


def _said_of(seen: Seen, whole: str, language: str) -> list[Guess]:
    """Description, licence, version and date, where the data says them of the whole."""
    said, found = seen.wholes[whole] if whole else {}, []
    reason = f"<{whole}> says so"
    if text := " ".join(_best(said, _DESCRIPTIONS, language).split()):
        found.append(Guess("project", f"description.{language}", _quoted(text), reason))
    licences = [*said.get(DCTERMS + "license", ()), *said.get("http://creativecommons.org/ns#license", ())]
    if iris := [iri for iri in licences if isinstance(iri, str) and iri.startswith("http")]:
        found.append(Guess("project", "license", _quoted(iris[0]), reason))
    version = version_of(said.get(VERSION_INFO, ()))
    if _VERSION.match(version):
        found.append(Guess("project", "version", _quoted(version), reason))
    dates = (*said.get(DCTERMS + "modified", ()), *said.get(DCTERMS + "issued", ()))
    if days := [day for date in dates if isinstance(date, ox.Literal) and (day := _day(date.value))]:
        found.append(Guess("project", "modified", _quoted(max(days)), reason))
    return found


def _day(text: str) -> str:
    match = _DATE.match(text)
    try:
        return datetime.date.fromisoformat(match[0]).isoformat() if match else ""
    except ValueError:
        return ""


def _best(said: Mapping[str, list[ox.Literal | str]], predicates: Iterable[str], language: str) -> str:
    for predicate in predicates:
        texts = [o for o in said.get(predicate, ()) if isinstance(o, ox.Literal)]
        texts.sort(key=lambda o: ((o.language or "").split("-")[0] != language, (o.language or "") != "en"))
        if texts:
            return texts[0].value
    return ""


def _vocabulary(seen: Seen, base: str) -> tuple[str, str]:
    """The word that the IRIs of most terms have between the base and ``#``, else the ontology under whose address most
    stand."""
    found = Counter(
        iri[len(base) :].partition("#")[0]
        for iri, types in seen.types.items()
        if types & _TERMS and iri.startswith(base) and "#" in iri
    )
    headers = {iri for iri, types in seen.types.items() if OWL + "Ontology" in types}
    fit = [w for w, n in found.most_common() if _WORD.match(w) and (n > 1 or {base + w, f"{base}{w}#"} & headers)]
    if fit:
        return fit[0], f"{_counted(found[fit[0]], 'term')} under {base}{fit[0]}#"
    slashed = {header.rstrip("/#") + "/" for header in headers}
    terms = (iri.rpartition("/")[0] + "/" for iri, types in seen.types.items() if types & _TERMS)
    for space, count in Counter(space for space in terms if space in slashed).most_common(1):
        return space.removeprefix(base) or space, f"{_counted(count, 'term')} under {space}"
    return "ns", "the files define none with a # right under that, nor under the address of an ontology"


def _prefixes(seen: Seen) -> dict[str, str]:
    """What the files declare, but for what is known anyway."""
    known = dict(names.WELL_KNOWN)
    return {
        prefix: namespace
        for prefix, namespace in seen.prefixes.items()
        if prefix and prefix not in known and namespace not in known.values()
    }


def _quoted(text: str) -> str:
    """A TOML string; JSON has the same escapes, but for DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _quoted(name)


def _counted(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"
