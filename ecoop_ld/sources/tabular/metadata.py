"""The mapping of a table, CSVW metadata in JSON → a :class:`TableMapping`, and what is wrong with it, at its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import quote, urljoin

from ecoop_ld.errors import did_you_mean
from ecoop_ld.rdf.formats import Format
from ecoop_ld.sources import json_slips
from ecoop_ld.sources.tabular.beside import CONTEXT
from ecoop_ld.sources.tabular.json_tree import JsonNode, json_tree
from ecoop_ld.sources.tabular.mapping import SLUG_OF, TableColumn, TableMapping
from ecoop_ld.sources.tabular.metadata_text import MetadataText
from ecoop_ld.sources.tabular.metadata_values import datatype, dialect
from ecoop_ld.sources.tabular.uri_templates import UriTemplate, uri_template

_NAME = re.compile(r"(?:[A-Za-z0-9.]|%[0-9A-Fa-f]{2})(?:[A-Za-z0-9_.]|%[0-9A-Fa-f]{2})*\Z")
_RDFA = {  # the initial context of RDFa, where it differs from the prefixes known here or has more
    "dc": "http://purl.org/dc/terms/",
    "dc11": "http://purl.org/dc/elements/1.1/",
    "csvw": CONTEXT + "#",
    "cc": "http://creativecommons.org/ns#",
    "qb": "http://purl.org/linked-data/cube#",
    "time": "http://www.w3.org/2006/time#",
    "sioc": "http://rdfs.org/sioc/ns#",
    "ical": "http://www.w3.org/2002/12/cal/icaltzd#",
    "gr": "http://purl.org/goodrelations/v1#",
    "sosa": "http://www.w3.org/ns/sosa/",
    "ssn": "http://www.w3.org/ns/ssn/",
    "dqv": "http://www.w3.org/ns/dqv#",
    "skosxl": "http://www.w3.org/2008/05/skos-xl#",
}


@dataclass
class MappingReader(MetadataText):
    """Reads one mapping. ``prefixes`` are those of the settings, ``own`` those that the project names itself."""

    table: str
    """Name of the table's file, without folders."""
    row: Format
    base: str
    """Address of the table: relative IRIs are resolved against it."""
    own: Mapping[str, str] = field(default_factory=dict)
    prefixes: Mapping[str, str] = field(default_factory=dict)

    def read(self) -> TableMapping:
        """The mapping, as far as it can be read; :attr:`findings` says what cannot."""
        try:
            root = json_tree(self.text)
        except (ValueError, RecursionError):
            _, slips, _ = json_slips.recover(self.text, self.name)
            self.findings += slips[:1]
            return TableMapping()
        found = self._table_of(root)
        if found is None:
            return TableMapping()
        groups, table = found
        styled, schema = (self._nearest((table, *groups), key) for key in ("dialect", "tableSchema"))
        inherited = TableColumn("", (), language=self._language(root))
        for node in (*groups, table, *([schema] if schema else [])):
            inherited = self._inherit(inherited, node)
        columns = self._columns(schema, inherited) if schema else ()
        self._check_variables(columns, inherited)
        return TableMapping(
            tuple(c for c in columns if not c.virtual),
            tuple(c for c in columns if c.virtual),
            inherited,
            self._key(schema, columns),
            dialect(self, styled, self.row),
            bool(self.value(table, "suppressOutput", False)),
            self._things(table, columns),
            self.base,
        )

    # --- structure -------------------------------------------------------------------------------------------------

    def _table_of(self, root: JsonNode) -> tuple[tuple[JsonNode, ...], JsonNode] | None:
        """The object that is about the table, and those around it."""
        tables = root.get("tables")
        if tables is None:
            self.check_keys(root, "table")
            url = root.get("url")
            if url is not None and url.value != self.table:
                self.say(f"This mapping is of “{url.value}”, not of “{self.table}”.", url, f'Write "{self.table}".')
            return (), root
        self.check_keys(root, "group")
        urls = {str(node.value.get("url")): node for node in tables.items if isinstance(node.value, dict)}
        if self.table not in urls:
            hint = did_you_mean(self.table, urls)
            self.say(f"No table of this mapping has the url “{self.table}”.", tables, hint or "Add it to tables.")
            return None
        self.check_keys(urls[self.table], "table")
        return (root,), urls[self.table]

    def _language(self, root: JsonNode) -> str:
        context = root.get("@context")
        names = context.value if context is not None else None
        listed = names if isinstance(names, list) else [names]
        if CONTEXT not in listed:
            self.say(f'It does not say "@context": "{CONTEXT}".', context or root, "Add it as its first line.")
        extra = next((item for item in listed if isinstance(item, dict)), {})
        return str(extra.get("@language", ""))

    def _nearest(self, nodes: Iterable[JsonNode], key: str) -> JsonNode | None:
        return next((child for node in nodes if (child := self._child(node, key)) is not None), None)

    def _child(self, node: JsonNode, key: str) -> JsonNode | None:
        found = node.get(key)
        if found is not None and not isinstance(found.value, dict):
            self.say(f"“{key}” is no object: what stands elsewhere is not read.", found, "Write it here.")
            return None
        if found is not None:
            self.check_keys(found, "dialect" if key == "dialect" else "schema")
        return found

    # --- columns ---------------------------------------------------------------------------------------------------

    def _columns(self, schema: JsonNode, inherited: TableColumn) -> tuple[TableColumn, ...]:
        listed = schema.get("columns")
        found: list[TableColumn] = []
        for number, node in enumerate(listed.items if listed else (), 1):
            if not isinstance(node.value, dict):
                self.say("A column is an object.", node, 'Write {"titles": "…"}.')
                continue
            self.check_keys(node, "column")
            column = self._column(node, inherited, number)
            if column.name in {other.name for other in found}:
                self.say(f"Two columns have the name “{column.name}”.", node.get("name") or node, "Rename one.")
            if found and found[-1].virtual and not column.virtual:
                self.say("A column of the table stands behind a virtual one.", node, "Put virtual columns last.")
            found.append(column)
        return tuple(found)

    def _column(self, node: JsonNode, inherited: TableColumn, number: int) -> TableColumn:
        titles = self._titles(node.get("titles"))
        name = str(self.value(node, "name", "")) or (quote(titles[0], safe="") if titles else f"_col.{number}")
        if node.get("name") is not None and not _NAME.match(name):
            self.say(
                f"“{name}” cannot be the name of a column.",
                node.members["name"],
                "Use letters and digits; keep what stands in the header under titles.",
            )
        column = self._inherit(replace(inherited, name=name, titles=titles), node)
        virtual = bool(self.value(node, "virtual", False))
        if virtual and column.value is None and not column.default:
            self.say(f"The virtual column “{name}” has no value.", node, "Give it a valueUrl or a default.")
        suppressed = bool(self.value(node, "suppressOutput", False))
        place = self.at(node.offset)
        if column.predicate is None:
            column = replace(column, predicate=TableMapping(address=self.base).own_property(name))
        return replace(column, virtual=virtual, suppressed=suppressed, place=place)

    def _titles(self, node: JsonNode | None) -> tuple[str, ...]:
        """Titles of a column, whatever language they are in."""
        value = node.value if node else None
        if isinstance(value, dict):
            value = [text for texts in value.values() for text in (texts if isinstance(texts, list) else [texts])]
        listed = value if isinstance(value, list) else [value]
        return tuple(text for text in listed if isinstance(text, str))

    def _inherit(self, column: TableColumn, node: JsonNode) -> TableColumn:
        given = {
            "about": self._template(node, "aboutUrl", column.about),
            "predicate": self._template(node, "propertyUrl", column.predicate),
            "value": self._template(node, "valueUrl", column.value),
            "kind": datatype(self, node.get("datatype"), column.kind),
            "language": "" if (tag := str(self.value(node, "lang", column.language))) == "und" else tag,
            "separator": str(self.value(node, "separator", column.separator)),
            "ordered": bool(self.value(node, "ordered", column.ordered)),
            "default": str(self.value(node, "default", column.default)),
            "required": bool(self.value(node, "required", column.required)),
            "nulls": self.strings(node.get("null"), column.nulls),
        }
        return replace(column, **given)  # type: ignore[arg-type]

    def _key(self, schema: JsonNode | None, columns: Iterable[TableColumn]) -> tuple[str, ...]:
        node = schema.get("primaryKey") if schema else None
        names = self.strings(node, ())
        known = [column.name for column in columns if not column.virtual]
        for name in names:
            if node is not None and name not in known:
                self.say(f"The key names no column: “{name}”.", node, did_you_mean(name, known) or _listed(known))
        return tuple(name for name in names if name in known)

    def _things(self, table: JsonNode, columns: Iterable[TableColumn]) -> dict[str, dict[str, str]]:
        """What names in cells stand for: a note of the table, which is for those who know of it."""
        known = [column.name for column in columns]
        found: dict[str, dict[str, str]] = {}
        notes = table.get("notes")
        for note in notes.items if notes else ():
            column, things = note.get("column"), note.get("things")
            if column is None or things is None or not isinstance(things.value, dict):
                continue
            if column.value not in known:
                hint = did_you_mean(str(column.value), known) or _listed(known)
                self.say(f"“{column.value}” is the name of no column.", column, hint)
            found[str(column.value)] = {text: self._thing(node) for text, node in things.members.items()}
        return found

    def _thing(self, node: JsonNode) -> str:
        text = str(node.value)
        prefix, _, local = text.partition(":")
        space = "" if local.startswith("//") else self.own.get(prefix) or self.prefixes.get(prefix, "")
        return space + local if space else urljoin(self.base, text)

    # --- values ----------------------------------------------------------------------------------------------------

    def _template(self, node: JsonNode, key: str, usual: UriTemplate | None) -> UriTemplate | None:
        text = self.value(node, key, None)
        if text is None:
            return usual
        found = uri_template(str(text))
        if found.wrong:
            self.say(f"“{found.wrong}” in {key} is no variable of a URI template.", node.members[key], "Write {name}.")
            return usual
        prefix, colon, local = str(text).partition(":")
        if not colon or local.startswith("//") or "{" in prefix or "/" in prefix or "#" in prefix:
            return self._resolved_template(str(text))
        space = self.own.get(prefix) or _RDFA.get(prefix) or self.prefixes.get(prefix)
        if space is None and prefix.lower() not in ("urn", "mailto", "tel", "data", "http", "https"):
            known = {**_RDFA, **self.prefixes}
            hint = did_you_mean(prefix, known) or "Add it to [prefixes] in ecoop.toml, or write the IRI out."
            self.say(f"The prefix “{prefix}:” is not known.", node.members[key], hint)
            return usual
        return uri_template((space or f"{prefix}:") + local)

    def _resolved_template(self, text: str) -> UriTemplate:
        """A template with the part before its first variable resolved against the table."""
        fixed, brace, rest = text.partition("{")
        if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", fixed) or (rest.startswith("+") and not fixed):
            return uri_template(text)
        joined = urljoin(self.base, fixed) if fixed else self.base.rpartition("/")[0] + "/"
        if brace and rest.startswith("#") and not fixed:
            joined = self.base
        return uri_template(joined + ("#" if fixed.endswith("#") and not joined.endswith("#") else "") + brace + rest)

    # --- checks ----------------------------------------------------------------------------------------------------

    def _check_variables(self, columns: Iterable[TableColumn], inherited: TableColumn) -> None:
        known = {column.name for column in columns if not column.virtual}
        if not known:
            return
        told: set[str] = set()
        for template in (t for c in (*columns, inherited) for t in (c.about, c.predicate, c.value) if t is not None):
            for name in template.names:
                if plain_name(name) in known or name in _ROW_VARIABLES or name in told:
                    continue
                told.add(name)
                offset = self.text.find("{" + name)
                hint = did_you_mean(plain_name(name), known) or _listed(sorted(known))
                self.say_at(f"“{{{name}}}” is the name of no column.", max(offset, 0), hint)


_ROW_VARIABLES = frozenset({"_row", "_sourceRow", "_name", "_column", "_sourceColumn"})


def plain_name(variable: str) -> str:
    """The column that a variable takes its value from."""
    return variable.removeprefix(SLUG_OF)


def _listed(names: Iterable[str]) -> str:
    return f"There are: {', '.join(names)}."
