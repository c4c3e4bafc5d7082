"""A table → the mapping (CSVW metadata) that is proposed for it, as JSON to be edited, and what was guessed."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ecoop_ld.errors import UserError
from ecoop_ld.projects import columns, sniffing
from ecoop_ld.projects.columns import GuessedColumn
from ecoop_ld.projects.sniffing import SniffedTable
from ecoop_ld.rdf import names
from ecoop_ld.rdf.formats import TSV
from ecoop_ld.sources.tabular import beside
from ecoop_ld.sources.tabular.conversion import slug

_GEO = "http://www.w3.org/2003/01/geo/wgs84_pos#"
_LABELS = frozenset({"name", "title", "label", "nombre", "título", "nome", "bezeichnung", "titel", "nom", "titre"})
_TEXTS = frozenset({"description", "comment", "beschreibung", "descripción", "descrição", "notes", "note", "bemerkung"})
_KEYS = frozenset({"id", "nr", "no", "number", "code", "key", "nummer", "número", "identifier", "kennung", "slug"})
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,99}\Z")
_SHARE = 2
"""One name in so many has to be that of a thing for the column to lead to things."""

Matches = Callable[[Sequence[str]], Mapping[str, tuple[str, str]]]
"""Names → those of them that one thing has exactly: its IRI and its class."""


@dataclass(frozen=True, slots=True)
class KnownTerms:
    """Where the terms of a project stand, and which there are: what a mapping is written with."""

    base: str = "https://example.org/"
    terms: str = "https://example.org/ns#"
    prefixes: Mapping[str, str] = field(default_factory=dict)
    """Prefixes that the project names itself."""
    properties: Mapping[str, str] = field(default_factory=dict)
    """What a property is called, in small letters → its IRI."""
    classes: Mapping[str, str] = field(default_factory=dict)
    language: str = ""
    """Of texts whose column says none."""

    def written(self, iri: str) -> str:
        """An IRI with the project's own prefix where that is short for it, else in full."""
        return names.compact(iri, self.prefixes)


@dataclass(frozen=True, slots=True)
class ProposedColumn:
    """A column of the mapping, with what it says."""

    guessed: GuessedColumn
    name: str
    property: str
    things: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A mapping, and how it came about."""

    table: str
    """Name of the file."""
    sniffed: SniffedTable
    columns: tuple[ProposedColumn, ...]
    key: str
    """Name of the column that tells rows apart; ``""`` where none does."""
    about: str
    kind: str
    """IRI of the class."""
    vocabulary: KnownTerms
    paragraph: str

    def as_json(self) -> str:
        """The mapping with one column a line."""
        shown = [json.dumps(_column(self, column), ensure_ascii=False) for column in self.columns]
        kind = {"name": "class", "virtual": True, "propertyUrl": "rdf:type"}
        shown.append(json.dumps({**kind, "valueUrl": self.vocabulary.written(self.kind)}, ensure_ascii=False))
        schema: dict[str, object] = {"aboutUrl": self.about, **({"primaryKey": self.key} if self.key else {})}
        head: dict[str, object] = {"@context": beside.CONTEXT, "url": self.table}
        if dialect := _dialect(self.sniffed):
            head["dialect"] = dialect
        if notes := [_note(column) for column in self.columns if column.things]:
            head["notes"] = notes
        text = json.dumps({**head, "tableSchema": {**schema, "columns": []}}, ensure_ascii=False, indent=2)
        lines = ",\n".join(f"      {line}" for line in shown)
        return text.replace('"columns": []', f'"columns": [\n{lines}\n    ]') + "\n"


def propose(path: Path, vocabulary: KnownTerms, matches: Matches, day_first: bool | None = None) -> Proposal:
    """A mapping for a table. Raises ``UserError`` where it cannot be read."""
    table = sniffing.sniff(path)
    found = [
        columns.column(title, table.cells(number), table.dialect.delimiter, table.titles, day_first)
        for number, title in enumerate(table.titles)
    ]
    taken: set[str] = set()
    proposed = tuple(_proposed(guessed, vocabulary, matches, taken) for guessed in found)
    word = _word(beside.unpacked(path.name).rpartition(".")[0])
    kind = vocabulary.classes.get(word.replace("-", " ")) or vocabulary.terms + _camel(word, first=True)
    key, about, reason = _key(proposed, vocabulary, word)
    said = _paragraph(path.name, table, proposed, f"{_label(kind)}: {reason}")
    return Proposal(beside.unpacked(path.name), table, proposed, key, about, kind, vocabulary, said)


def write(path: Path, proposal: Proposal) -> Path:
    """Put the mapping beside the table. Raises ``UserError`` where one is there: nothing is overwritten."""
    target = path.with_name(proposal.table + beside.ENDING)
    try:
        with target.open("x", encoding="utf-8") as stream:
            stream.write(proposal.as_json())
    except FileExistsError:
        hint = "Edit it; or see what would be proposed now with --stdout."
        raise UserError(f"{target} is there already, and is not overwritten.", hint=hint) from None
    except OSError as error:
        raise UserError(f"{target} cannot be written: {error.strerror}.") from None
    return target


# --- columns ----------------------------------------------------------------------------------------------------------


def _proposed(guessed: GuessedColumn, vocabulary: KnownTerms, matches: Matches, taken: set[str]) -> ProposedColumn:
    name = _free(_camel(guessed.title) or "column", taken)
    things: Mapping[str, tuple[str, str]] = {}
    if guessed.is_text and not guessed.language and guessed.values:
        distinct = list(dict.fromkeys(item for value in guessed.values for item in _items(value, guessed.separator)))
        found = matches(distinct)
        things = found if len(found) * _SHARE >= len(distinct) and not guessed.is_unique else {}
    return ProposedColumn(guessed, name, _property(guessed, vocabulary, bool(things)), things)


def _items(value: str, separator: str) -> list[str]:
    return [item for part in value.split(separator) if (item := part.strip())] if separator else [value]


def _property(guessed: GuessedColumn, vocabulary: KnownTerms, leads: bool) -> str:
    stem = (guessed.stem or guessed.title).strip()
    word = re.sub(r"[_\s]+", " ", stem).lower()
    if guessed.kind in ("lat", "long"):
        return _GEO + guessed.kind
    if known := vocabulary.properties.get(word):
        return known
    if guessed.is_text and not leads and word in _LABELS:
        return names.RDFS + "label"
    if guessed.is_text and not leads and word in _TEXTS:
        return names.RDFS + "comment"
    return vocabulary.terms + (_camel(stem) or "value")


def _column(proposal: Proposal, column: ProposedColumn) -> dict[str, object]:
    guessed = column.guessed
    made: dict[str, object] = {"titles": guessed.title, "name": column.name}
    if column.name == proposal.key:
        made["required"] = True
    made["propertyUrl"] = _written(proposal.vocabulary, column.property)
    if guessed.kind == "url":
        made["valueUrl"] = f"{{+{column.name}}}"
    elif guessed.kind == "mail":
        made["valueUrl"] = f"mailto:{{{column.name}}}"
    elif not guessed.is_text:
        word = "decimal" if guessed.kind in ("lat", "long") else guessed.kind
        made["datatype"] = {"base": word, "format": guessed.form} if guessed.form else word
    elif not column.things:
        language = guessed.language or ("" if guessed.separator else _language(proposal, column))
        made |= {"lang": language} if language else {}
    made |= {"separator": guessed.separator} if guessed.separator else {}
    made |= {"null": ["", *guessed.nulls]} if guessed.nulls and not guessed.is_text else {}
    return made


def _language(proposal: Proposal, column: ProposedColumn) -> str:
    """The language of the project for what people read; codes and keys have none."""
    read = column.property in (names.RDFS + "label", names.RDFS + "comment")
    return proposal.vocabulary.language if read else ""


def _written(vocabulary: KnownTerms, iri: str) -> str:
    return names.compact(iri, {"rdfs": names.RDFS, **vocabulary.prefixes})


def _note(column: ProposedColumn) -> dict[str, object]:
    return {"column": column.name, "things": {text: iri for text, (iri, _) in column.things.items()}}


def _dialect(table: SniffedTable) -> dict[str, object]:
    usual = "\t" if table.row is TSV else ","
    made: dict[str, object] = {}
    if table.dialect.delimiter != usual:
        made["delimiter"] = table.dialect.delimiter
    if table.dialect.encoding != "utf-8":
        made["encoding"] = table.dialect.encoding
    return made


# --- names ------------------------------------------------------------------------------------------------------------


def _camel(text: str, *, first: bool = False) -> str:
    words = [word for word in re.split(r"[^a-z0-9]+", slug(text) if re.search(r"[^\W_]", text) else "") if word]
    made = "".join(word.capitalize() for word in words)
    made = made if first else made[:1].lower() + made[1:]
    return made if made[:1].isalpha() else f"{'C' if first else 'c'}{made}" if made else ""


def _free(name: str, taken: set[str]) -> str:
    number, found = 1, name
    while found in taken or found == "class":
        number += 1
        found = f"{name}{number}"
    taken.add(found)
    return found


def _word(stem: str) -> str:
    """What one row is, from the name of the file: ``trees`` → ``tree``."""
    word = re.sub(r"^[0-9-]+|[-0-9]+$", "", slug(stem)) or "thing"
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if re.search(r"(?:ss|sh|ch|x)es\Z", word):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3 else word


def _label(iri: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", names.local_name(iri)).lower()


def _key(proposed: Sequence[ProposedColumn], vocabulary: KnownTerms, word: str) -> tuple[str, str, str]:
    """Name of the key, the template of IRIs, and the reason."""
    start = f"{vocabulary.base}id/{word}/"
    plain = [c for c in proposed if c.guessed.is_unique and c.guessed.kind in ("string", "integer")]
    ranked = sorted(plain, key=lambda c: c.guessed.title.strip().lower() not in _KEYS)
    for column in ranked:
        if all(_SLUG.match(value) for value in column.guessed.values):
            return column.name, f"{start}{{{column.name}}}", f"“{column.guessed.title}” tells the rows apart"
    for column in ranked:
        if len({slug(value) for value in column.guessed.values}) == len(column.guessed.values):
            reason = f"“{column.guessed.title}” tells the rows apart; IRIs have it in small letters, digits and hyphens"
            return column.name, f"{start}{{_slug.{column.name}}}", reason
    reason = "no column tells the rows apart, so that IRIs have the number of the row: add a key before you publish"
    return "", f"{start}{{_row}}", reason


# --- words ------------------------------------------------------------------------------------------------------------


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _paragraph(name: str, table: SniffedTable, proposed: Sequence[ProposedColumn], key: str) -> str:
    """What was guessed, and what somebody has to decide."""
    sentences = [f"{name}: {_counted(len(table.rows), 'row')}, {_counted(len(table.titles), 'column')}.", *table.odd]
    sentences.append(f"Each row is {'an' if key[:1] in 'aeiou' else 'a'} {key}.")
    by_kind: dict[str, list[str]] = {}
    for column in proposed:
        guessed = column.guessed
        if guessed.language:
            by_kind.setdefault(f"text in {guessed.language}", []).append(guessed.title)
        elif guessed.reason:
            by_kind.setdefault(guessed.reason, []).append(guessed.title)
        elif not column.things:
            by_kind.setdefault("text", []).append(guessed.title)
    told = "; ".join(f"{', '.join(f'“{t}”' for t in titles)}: {reason}" for reason, titles in by_kind.items())
    sentences.append(f"Columns: {told}.")
    sentences += [_of_things(column) for column in proposed if column.things]
    lists = [f"“{c.guessed.title}” (set apart by {c.guessed.separator})" for c in proposed if c.guessed.separator]
    if lists:
        sentences.append(f"Several values in a cell: {', '.join(lists)}.")
    for column in proposed:
        if column.guessed.question:
            sentences.append(f"To be decided for “{column.guessed.title}”: {column.guessed.question} Until then, text.")
    return " ".join(sentences)


def _of_things(column: ProposedColumn) -> str:
    counted = Counter(
        item in column.things for value in column.guessed.values for item in _items(value, column.guessed.separator)
    )
    left = f"; {counted[False]:,} others stay text" if counted[False] else ""
    return f"“{column.guessed.title}” names things: {counted[True]:,} cells lead to {len(column.things):,}{left}."
