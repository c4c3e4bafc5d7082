"""``site/queries/*.rq`` → the query cookbook: each question with title, description and SPARQL text.

A question's header is its first comment lines: ``# title: …``, ``# description: …``, ``# group: …`` (a heading of the
list), ``# behind: …`` (paths of what the answer rests on), and any other ``# key: value``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ecoop_ld.addresses import SLUG
from ecoop_ld.config import Config
from ecoop_ld.errors import Place, UserError
from ecoop_ld.sparql.inspection import declare
from ecoop_ld.sparql.protocol import QueryError


@dataclass(frozen=True, slots=True)
class Question:
    """One query of the cookbook."""

    name: str
    """File name without ``.rq``; its page is ``queries/{name}``."""
    text: str
    """The SPARQL text without the header, with all its prefixes."""
    title: Mapping[str, str]
    description: Mapping[str, str] = field(default_factory=dict)
    header: Mapping[str, str] = field(default_factory=dict)

    @property
    def group(self) -> Mapping[str, str]:
        """Under which heading the cookbook lists it, by language; none where ``# group:`` is missing."""
        return _languages(self.header, "group")

    @property
    def behind(self) -> tuple[str, ...]:
        """Paths under the public base of the claims or other things that the answer rests on: ``# behind:``."""
        return tuple(self.header.get("behind", "").split())


_HEADER = re.compile(r"#\s*([a-z][a-z.]*)\s*:\s*(.*)\Z")


def load(config: Config) -> tuple[Question, ...]:
    """All questions, sorted by name; none where there is no such folder."""
    found = []
    for path in sorted((config.folder("site") / "queries").glob("*.rq")):
        place = Place(path.relative_to(config.root).as_posix())
        if not SLUG.match(path.stem):
            raise UserError("Its name must be lower-case letters, digits and hyphens.", place=place)
        try:
            question = parse(path.stem, path.read_text(encoding="utf-8-sig"))
            found.append(replace(question, text=_complete(config, question.text)))
        except UnicodeDecodeError:
            raise UserError("Not UTF-8 text.", place=place) from None
    return tuple(found)


def _complete(config: Config, text: str) -> str:
    """A query that can be asked anywhere: with the prefixes of the project that it does not declare itself."""
    try:
        return declare(text, config.all_prefixes, config.limits, "\n")
    except QueryError:
        return text  # the check has said why


def parse(name: str, text: str) -> Question:
    """A question from the text of its file; without ``# title:`` its name is its title."""
    lines = text.splitlines()
    header: dict[str, str] = {}
    count = 0
    for line in lines:
        match = _HEADER.match(line)
        if not match and line.strip():
            break
        count += 1
        if match:
            header[match[1]] = match[2].strip()
    title, description = _languages(header, "title"), _languages(header, "description")
    return Question(name, "\n".join(lines[count:]).strip() + "\n", title or {"en": name}, description, header)


def _languages(header: Mapping[str, str], key: str) -> dict[str, str]:
    """``title`` is English; ``title.es`` Spanish."""
    return {k.partition(".")[2] or "en": v for k, v in header.items() if k.partition(".")[0] == key}
