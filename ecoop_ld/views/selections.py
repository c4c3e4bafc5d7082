"""The query of an address of a list → what is chosen in it, checked; and back, always written in the same way.

``?ex-role=https://…&view=table&columns=ex-size&page=2``: facets by their keys, then how the things are shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from ecoop_ld.views.facets import FacetedClass

LIST, TABLE, CSV_FILE = "list", "table", "csv"
PARAMETERS = 200
"""Parameters of one address."""
_DIGITS = 6
_NAMED = 60
"""Characters of a name that is not known, where a page repeats it."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What of a class is shown, and how."""

    chosen: Mapping[str, tuple[str, ...]]
    """Key of a facet → keys of its options."""
    view: str = LIST
    columns: tuple[str, ...] = ()
    page: int = 1
    ignored: tuple[str, ...] = ()
    """What the address has that means nothing here."""

    def query(self, **changed: object) -> str:
        """The address of this choice with something changed, from the page itself."""
        other = replace(self, **{"page": 1, **changed})  # type: ignore[arg-type]
        pairs = [(key, value) for key, values in other.chosen.items() for value in values]
        pairs += [("view", other.view)] if other.view != LIST else []
        pairs += [("columns", column) for column in other.columns]
        pairs += [("page", str(other.page))] if other.page > 1 else []
        return "?" + urlencode(pairs)

    def toggled(self, of: FacetedClass, key: str, option: str) -> Mapping[str, tuple[str, ...]]:
        """What is chosen once one option is added, or taken away where it was there."""
        now = set(self.chosen.get(key, ()))
        return _in_order(of, {**{k: set(v) for k, v in self.chosen.items()}, key: now ^ {option}})


def select(of: FacetedClass, parameters: Iterable[tuple[str, str]]) -> Selection:
    """Raises ``ValueError`` with a sentence where the address asks for what cannot be."""
    parameters = tuple(parameters)
    if len(parameters) > PARAMETERS:
        raise ValueError(f"An address of a list has at most {PARAMETERS} parameters.")
    chosen: dict[str, set[str]] = {}
    ignored: dict[str, None] = {}
    known = {key for key, _ in of.columns}
    columns = tuple(dict.fromkeys(value for key, value in parameters if key == "columns" and value in known))
    for key, value in parameters:
        if value in of.by_key.get(key, {}):
            chosen.setdefault(key, set()).add(value)
        elif key not in ("view", "page", "format") and not (key == "columns" and value in known):
            ignored[f"{key}={value}"[:_NAMED]] = None
    asked = dict(parameters)
    view = _one_of("view", asked.get("view", LIST), (LIST, TABLE))
    _one_of("format", asked.get("format", CSV_FILE), (CSV_FILE,))
    return Selection(_in_order(of, chosen), view, columns, _page(asked.get("page", "1")), tuple(ignored))


def _in_order(of: FacetedClass, chosen: Mapping[str, set[str]]) -> Mapping[str, tuple[str, ...]]:
    rows = ((f.key, tuple(o.key for o in f.options if o.key in chosen.get(f.key, ()))) for f in of.facets)
    return {key: values for key, values in rows if values}


def _one_of(name: str, value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise ValueError(f'"{name}" of a list is {" or ".join(known)}.')
    return value


def _page(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS and int(text)):
        raise ValueError('"page" of a list is the number of a page, from 1.')
    return int(text)
