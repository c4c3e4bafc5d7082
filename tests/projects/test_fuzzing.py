"""Projects with damaged files: whatever is wrong with them, `check` says so in words and never with a traceback.

Each example takes a project that is clean and edits one or two of its files: Turtle, JSON-LD, CSV and its metadata,
queries, views, rules, shapes, settings. Pieces of the languages come more often than letters, so that most of what is
made can nearly be read. ``--examples`` asks for more; ``--examples-seed`` for others.
"""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from slips import RICH, RICH_TOML, made_of

from ecoop_ld.cli import main

JSON = """{
  "@context": {"name": "http://www.w3.org/2004/02/skos/core#altLabel", "knows": {"@id": "https://example.org/ns#knows", "@type": "@id"}},
  "@id": "https://example.org/id/body/lacnic",
  "name": ["X", {"@value": "Y", "@language": "es"}]
}
"""
PIECES = (
    *(
        "\ufeff",
        "\x00",
        "\x85",
        "\u2028",
        "\u202e",
        "\ud7ff",
        "\U0010ffff",
        "é",
        "\r",
        "\r\n",
        "\t",
        "\\",
        "\\u12",
        "\\uD800",
    ),
    *(
        '"',
        '"""',
        "'",
        "“",
        "`",
        "<",
        ">",
        "<<",
        ">>",
        "<>",
        "[",
        "]",
        "[]",
        "(",
        ")",
        "{",
        "}",
        "{}",
        ",",
        ";",
        ".",
        ":",
    ),
    *("#", "@", "@en", "@en--ltr", "@-", "^^", "^^xsd:date", "_:", "_:b", "a", "true", "True", "null", "NaN", "1e999"),
    *("-1", "0", "9" * 400, "1.", "2005-02-30", "@prefix x: <> .", "@base <", "PREFIX", "BASE <//>", "GRAPH", "INSERT"),
    *("SELECT * {", "UNION", "SERVICE <http://x/>", "FILTER(", "?x", "$", "VALUES", "sh:path", "sh:node", "sh:select"),
    *(
        "http://",
        "http://[",
        "http://x/%zz",
        "urn:",
        "//",
        "../",
        "owl:imports",
        "rdfs:subClassOf",
        "skos:broader",
        "rdf:first",
    ),
    *(
        '"@context": 5',
        '"@id": []',
        '"@type": {}',
        '"@graph": [',
        "[table]",
        "[[x]]",
        "x.y = 1",
        "= {",
        "''",
        "inf",
        "1979-05-27",
    ),
    *("\n", "\n\n", ",,,", '",', "; ;", "||", "/*", "<!--", "<?xml", "%PDF", "PK\x03\x04", "\x1f\x8b"),
)


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_of(tmp_path_factory.mktemp("fuzz"), {**RICH, "data/x.jsonld": JSON, "ecoop.toml": RICH_TOML})


def damaged(chance: random.Random, text: bytes) -> bytes:
    """One edit of a file's bytes."""
    at, to = sorted((chance.randint(0, len(text)), chance.randint(0, len(text))))
    near = min(len(text), at + chance.randint(1, 8))
    lines = text.splitlines(keepends=True) or [b""]
    kind = chance.randrange(9)
    if kind <= 2:
        return text[:at] + chance.choice(PIECES).encode("utf-8", "surrogatepass") + text[at:]
    if kind == 3:
        return text[:at] + text[near:]
    if kind == 4:
        return text[:at] + text[to:] if to - at < 200 else text[:at]
    if kind == 5:
        return text[:at] + chance.choice(PIECES).encode("utf-8", "surrogatepass") + text[near:]
    if kind == 6:
        return text[:at] + bytes(chance.randrange(256) for _ in range(chance.randint(1, 4))) + text[near:]
    number = chance.randrange(len(lines))
    if kind == 7:
        return b"".join([*lines[:number], lines[number] * chance.randint(2, 3), *lines[number + 1 :]])
    return b"".join([*lines[:number], *lines[number + 1 :], lines[number]])


def test_whatever_is_wrong_with_a_file_is_said_in_words(
    clean: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    number, seed = (int(request.config.getoption(name)) for name in ("--examples", "--examples-seed"))
    files = sorted(path.relative_to(clean).as_posix() for path in clean.rglob("*") if path.is_file())
    for example in range(number):
        chance = random.Random(f"{seed} {example}")
        root = tmp_path / "project"
        shutil.copytree(clean, root)
        touched = {}
        for name in sorted({chance.choice(files) for _ in range(chance.choice((1, 1, 2)))}):
            content = (root / name).read_bytes()
            for _ in range(chance.choice((1, 1, 1, 2, 3))):
                content = damaged(chance, content)
            (root / name).write_bytes(content)
            touched[name] = content
        for command in (["check"], ["format", "--diff"]):
            done = CliRunner().invoke(main, [*command, "--project", str(root)])
            told = f"example {example} of seed {seed}: {command} {touched}"
            assert done.exception is None or isinstance(done.exception, SystemExit), told
            assert done.exit_code in (0, 1, 2), told
            assert "Traceback" not in done.output, told
            assert done.exit_code != 2 or done.output.startswith("Error: "), told + done.output
        shutil.rmtree(root)
