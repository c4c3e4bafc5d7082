"""Settings against the sources → terms and things in ``ecoop.toml`` that nobody knows, patterns that match no file."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator, Mapping

from ecoop_ld.config import FILE, Config
from ecoop_ld.config.positions import Path, TomlPlaces
from ecoop_ld.errors import Finding, Place, nearest
from ecoop_ld.sources.files import Sources
from ecoop_ld.validate.codes import finding
from ecoop_ld.validate.lexicon import Lexicon

_THINGS = ("opinion_kinds", "inferred_kinds")
_PROVENANCE = (
    *("supports", "claimant", "quoted_from", "kind", "text", "passage", "locator", "document", "source", "conflicts"),
)
_PAGES_TERMS = (
    *("unfold", "plumbing", "bare", "hidden", "dates", "head", "labels", "descriptions", "level"),
    *("facets", "no_facets"),
)


def check(config: Config, sources: Sources, lexicon: Lexicon) -> Iterator[Finding]:
    try:
        places = TomlPlaces((config.root / FILE).read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):
        return
    yield from _terms(config, lexicon, places)
    yield from _featured(config, lexicon, places)
    yield from _patterns(config, sources, places)


def _at(places: TomlPlaces, path: Path, *, key: bool = False) -> Place:
    return Place(FILE, *places.of(path, value=not key))


def _terms(config: Config, lexicon: Lexicon, places: TomlPlaces) -> Iterator[Finding]:
    for path, word, key in _words(config):
        if path in (places.keys if key else places.values):  # defaults are not written
            verdict = lexicon.judge(config.iri(word))
            if verdict is not None:
                place = _at(places, path, key=key)
                yield finding(verdict.code, verdict.message, place, hint=verdict.hint)


def _words(config: Config) -> Iterator[tuple[Path, str, bool]]:
    """Path, prefixed name, and whether it is a key, of every term in the settings."""
    written: list[tuple[str, object, tuple[str, ...]]] = [
        ("pages", config.pages, _PAGES_TERMS),
        ("provenance", config.provenance, (*_PROVENANCE, *_THINGS)),
        ("matching", config.matching, ("names",)),
    ]
    for section, table, names in written:
        for name in names:
            value = getattr(table, name)
            if isinstance(value, str):
                yield from [((section, name), value, False)] if value else []
            else:
                yield from (((section, name, number), word, False) for number, word in enumerate(value))
    for kind, words in config.pages.together.items():
        yield ("pages", "together", kind), kind, True
        yield from ((("pages", "together", kind, number), word, False) for number, word in enumerate(words))


def _featured(config: Config, lexicon: Lexicon, places: TomlPlaces) -> Iterator[Finding]:
    for number, word in enumerate(config.pages.featured):
        iri = word if "://" in word else config.base + word
        if iri in lexicon.described or (not iri.startswith(config.base)):
            continue
        paths = [other.removeprefix(config.base) for other in lexicon.described]
        near = nearest(word.removeprefix(config.base), paths, 0.7)
        hint = f'Did you mean "{near}"?' if near else "Write the path of a thing of data/, under the public base."
        message = f'Nothing is said of "{word}", which the front page is to show.'
        yield finding("dangling", message, _at(places, ("pages", "featured", number)), hint=hint)


def _patterns(config: Config, sources: Sources, places: TomlPlaces) -> Iterator[Finding]:
    """Patterns of [graphs] that match no file, and views whose graphs are nobody's."""
    files = [file.name for file in sources.files]
    folders = sorted({name.rpartition("/")[0] for name in files})
    mapped = {name.rpartition("/")[0] for name in files if _maps(config.graphs, name)}
    unmapped = [folder for folder in folders if folder not in mapped]
    for pattern in config.graphs:
        if not any(fnmatch.fnmatchcase(name, pattern) for name in files):
            folder, _, rest = pattern.rpartition("/")
            near = nearest(folder, unmapped) or nearest(folder, [f for f in folders if f != folder], 0.8)
            hint = f'Did you mean "{near}/{rest}"?' if near else "Mend the pattern, or take the line out."
            if folder in folders:
                there = ", ".join(name.rpartition("/")[2] for name in files if name.startswith(folder + "/"))
                hint = f"Files there: {there[:80]}."
            message = f'"{pattern}" in [graphs] matches no file.'
            yield finding("graph-pattern", message, _at(places, ("graphs", pattern), key=True), hint=hint)
    paths = {*config.graphs.values()}
    for name, view in config.views.items():
        for number, path in enumerate(view.graphs):
            if paths and path not in paths:
                near = nearest(path, paths)
                hint = f'Did you mean "{near}"?' if near else "Write the path of a graph of [graphs]."
                message = f'No file goes into the graph "{path}".'
                yield finding("graph-pattern", message, _at(places, ("views", name, "graphs", number)), hint=hint)


def _maps(graphs: Mapping[str, str], name: str) -> bool:
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in graphs)
