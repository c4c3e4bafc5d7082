"""Project and language → the words of the pages: the toolkit's file, and over it the project's own.

Both are TOML, ``{language}.toml``: a text per key, or for a counted thing a table of a text per plural category of
CLDR. What neither has is English, and says so: its :attr:`Words.language` is set, and pages tag it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path
from typing import Self

from markupsafe import escape

from ecoop_ld.config import Config
from ecoop_ld.errors import Place, UserError, did_you_mean
from ecoop_ld.rdf.languages import ancestors
from ecoop_ld.words import locales

ENGLISH = "en"
FOLDER = "messages"
"""Where a project keeps its own files, in ``site/``."""
CATEGORIES = ("zero", "one", "two", "few", "many", "other")
BEGIN, END = "\ufdd0", "\ufdd1"
"""What stands around foreign words until the page is whole (:mod:`ecoop_ld.site.foreign`): no text has these two."""

Table = Mapping[str, "str | Mapping[str, str]"]


class Words(str):
    """A text of the pages. ``language`` is empty where it is the page's own."""

    __slots__ = ("language",)
    language: str

    def __new__(cls, text: str, language: str = "") -> Self:
        made = super().__new__(cls, text)
        made.language = language
        return made

    def fill(self, **values: object) -> Words:
        """The text with each ``{name}`` replaced."""
        return Words(re.sub(r"\{(\w+)\}", lambda m: str(values.get(m[1], m[0])), self), self.language)

    def capitalize(self) -> Words:
        return Words(self[:1].upper() + self[1:], self.language)

    def __html__(self) -> str:
        text = str(escape(str(self)))
        return f"{BEGIN}{text}{END}" if self.language else text


@dataclass(frozen=True, slots=True, eq=False)
class Messages(Mapping[str, Words]):
    """Key → words in one language. No key has the name of an attribute, so that templates may say ``t.key``."""

    code: str
    """The page's language."""
    own: Table
    english: Table

    def __getitem__(self, key: str) -> Words:
        found = self.own.get(key)
        if isinstance(found, str):
            return Words(found)
        if found is not None:
            return Words(found["other"])
        found = self.english[key]
        return Words(found if isinstance(found, str) else found["other"], ENGLISH)

    def __iter__(self) -> Iterator[str]:
        return iter(self.english)

    def __len__(self) -> int:
        return len(self.english)

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)

    def forms(self, key: str) -> Mapping[str, str]:
        """Plural category → text of a counted thing, for a script that counts by itself."""
        found = self.own.get(key, self.english[key])
        return {"other": found} if isinstance(found, str) else found

    def is_counted(self, key: str) -> bool:
        """Whether the text depends on a number."""
        return not isinstance(self.english[key], str)

    def counted(self, key: str, number: int, **values: object) -> Words:
        """``counted("rows", 1)`` → "1 row"."""
        text = self.uncounted(key, number)
        return text.fill(n=self.number(number), **values)

    def uncounted(self, key: str, number: int) -> Words:
        """The text for a number, with its ``{n}`` still in it."""
        foreign = "" if key in self.own else ENGLISH
        forms = self.forms(key)
        category = locales.plural(foreign or self.code, number)
        return Words(forms.get(category, forms["other"]), foreign)

    def number(self, value: float) -> str:
        """``1234`` → "1,234" as the language writes it."""
        digits = len(str(value).partition(".")[2]) if value % 1 else 0
        return locales.number(value, self.code, digits)


def messages(config: Config, language: str) -> Messages:
    """The words of a project's pages. A bad file of the project is a ``UserError``."""
    folder = config.folder("site") / FOLDER
    for code in dict.fromkeys((language, *ancestors(language))):
        path = folder / f"{code}.toml"
        try:
            found = path.stat()
        except OSError:
            continue
        return _merged(path, language, (found.st_mtime_ns, found.st_size))
    return of_the_toolkit(language)


@cache
def of_the_toolkit(language: str) -> Messages:
    """The words of a language without any project's."""
    return Messages(language, packaged(language), packaged(ENGLISH))


@lru_cache(maxsize=64)
def _merged(path: Path, language: str, _: tuple[int, int]) -> Messages:
    place = Place(f"site/{FOLDER}/{path.name}")
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UserError(
            f"Not readable as TOML: {error}", place=place, hint="docs/languages.md has an example."
        ) from None
    for key, value in table.items():
        fault = next(faults(key, value, language), None)
        if fault:
            raise UserError(f"{key}: {fault}", place=place, hint=did_you_mean(key, packaged(ENGLISH)))
    return Messages(language, {**packaged(language), **table}, packaged(ENGLISH))


@cache
def packaged(language: str) -> Table:
    """The toolkit's own file of a language, or of the language without its region; empty where there is none."""
    folder = resources.files("ecoop_ld.words.messages")
    for code in ancestors(language):
        file = folder.joinpath(f"{code}.toml")
        if re.fullmatch(r"[a-z0-9-]+", code) and file.is_file():
            return tomllib.loads(file.read_text(encoding="utf-8"))
    return {}


def faults(key: str, value: object, language: str) -> Iterator[str]:
    """What is wrong with a text of a file, in words."""
    english = packaged(ENGLISH).get(key)
    if english is None:
        yield "no page has such a text."
        return
    wanted = placeholders(english if isinstance(english, str) else english["other"])
    if isinstance(value, str):
        if placeholders(value) != wanted:
            yield f"its text needs {_named(wanted)}."
    elif isinstance(english, str):
        yield "a text is wanted."
    elif not isinstance(value, dict) or "other" not in value:
        yield 'a text is wanted, or a table of texts by plural category with one for "other".'
    else:
        for category, text in value.items():
            if category not in CATEGORIES or not isinstance(text, str):
                yield f"a plural category is one of {', '.join(CATEGORIES)}, with a text."
            elif placeholders(text) not in (wanted, wanted - _left_out(category, language)):
                yield f"its text for {category} needs {_named(wanted)}."


def placeholders(text: str) -> frozenset[str]:
    """The names in curly brackets."""
    return frozenset(re.findall(r"\{(\w+)\}", text))


def _left_out(category: str, language: str) -> frozenset[str]:
    """The number itself need not be said where only one number has the category ("a thing", "two things")."""
    alone = sum(locales.plural(language, number) == category for number in range(200)) == 1
    return frozenset({"n"}) if alone else frozenset()


def _named(wanted: frozenset[str]) -> str:
    return " and ".join(f"{{{name}}}" for name in sorted(wanted)) or "no {placeholder}"
