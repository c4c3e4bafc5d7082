"""Objects of a mapping → the datatype of a column, and the dialect of a table."""

from __future__ import annotations

from dataclasses import replace

from ecoop_ld.errors import did_you_mean
from ecoop_ld.rdf.formats import TSV, Format
from ecoop_ld.sources.tabular import datatypes
from ecoop_ld.sources.tabular.cells import Dialect
from ecoop_ld.sources.tabular.datatypes import DATATYPES, CellType
from ecoop_ld.sources.tabular.json_tree import JsonNode
from ecoop_ld.sources.tabular.metadata_text import MetadataText

_FACETS = {
    "minimum": "least",
    "minInclusive": "least",
    "maximum": "most",
    "maxInclusive": "most",
    "minExclusive": "least_excluded",
    "maxExclusive": "most_excluded",
}


def datatype(text: MetadataText, node: JsonNode | None, usual: CellType) -> CellType:
    """The datatype that an object, a word or nothing stands for."""
    if node is None:
        return usual
    if isinstance(node.value, str):
        return _base(text, node, node.value)
    if not isinstance(node.value, dict):
        text.say("A datatype is a word or an object.", node, 'Write "date", or {"base": "date", "format": "…"}.')
        return usual
    text.check_keys(node, "datatype")
    base, named = node.get("base"), node.get("@id")
    found = _base(text, base, str(base.value)) if base else CellType()
    found = replace(found, **_facets(text, node))  # type: ignore[arg-type]
    found = replace(found, iri=str(named.value)) if named else found
    return _with_format(text, node.get("format"), found)


def _with_format(text: MetadataText, form: JsonNode | None, found: CellType) -> CellType:
    if form is None:
        return found
    if isinstance(form.value, dict):
        written, point, group = (str(form.value.get(key, "")) for key in ("pattern", "decimalChar", "groupChar"))
        found = replace(found, format=written, decimal_char=point or ".", group_char=group)
    else:
        found = replace(found, format=str(form.value))
        if not found.is_text and "#," in found.format:
            found = replace(found, group_char=",")
    problem = datatypes.format_problem(found)
    if problem:
        text.say(f"The format “{found.format}” cannot be used. {problem}", form, "")
        return replace(found, format="")
    return found


def _base(text: MetadataText, node: JsonNode, word: str) -> CellType:
    local = word.removeprefix("xsd:").removeprefix("http://www.w3.org/2001/XMLSchema#")
    if local not in DATATYPES:
        hint = did_you_mean(local, DATATYPES) or "Known: " + ", ".join(sorted(DATATYPES)) + "."
        text.say(f"“{word}” is no datatype.", node, hint)
        return CellType()
    return CellType(local, DATATYPES[local])


def _facets(text: MetadataText, node: JsonNode) -> dict[str, object]:
    found: dict[str, object] = {
        to: str(node.members[key].value) for key, to in _FACETS.items() if node.get(key) is not None
    }
    for key, to in (("minLength", "shortest"), ("maxLength", "longest")):
        if node.get(key) is not None:
            found[to] = text.value(node, key, 0)
    if node.get("length") is not None:
        found |= {"shortest": text.value(node, "length", 0), "longest": text.value(node, "length", -1)}
    return found


def dialect(text: MetadataText, node: JsonNode | None, row: Format) -> Dialect:
    """How a table of this format is written, as far as an object says it."""
    usual = Dialect(delimiter="\t") if row is TSV else Dialect()
    if node is None:
        return usual
    header = text.value(node, "headerRowCount", 1 if text.value(node, "header", True) else 0)
    skipped = text.value(node, "skipRows", 0), text.value(node, "skipColumns", 0)
    mark = node.get("quoteChar")
    return Dialect(
        delimiter=str(text.value(node, "delimiter", usual.delimiter)) or usual.delimiter,
        quote=usual.quote if mark is None else str(mark.value or ""),
        double_quote=bool(text.value(node, "doubleQuote", True)),
        header_rows=int(str(header)),
        skip_rows=int(str(skipped[0])),
        skip_columns=int(str(skipped[1])),
        skip_blank_rows=True,
        comment=str(text.value(node, "commentPrefix", "") or ""),
        trim=_trim(text, node),
        encoding=_encoding(text, node, usual.encoding),
    )


def _trim(text: MetadataText, node: JsonNode) -> str:
    trim = text.value(node, "trim", True)
    if trim in (True, "true"):
        return "both"
    return "none" if trim in (False, "false") else str(trim)


def _encoding(text: MetadataText, node: JsonNode, usual: str) -> str:
    name = str(text.value(node, "encoding", usual))
    try:
        "".encode(name)
    except (LookupError, ValueError):
        text.say(f"“{name}” is no encoding.", node.members["encoding"], "Most files are utf-8.")
        return usual
    return name
