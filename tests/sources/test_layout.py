"""Turtle in canonical layout says the same, keeps its comments, and stays as it is the second time."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from projects import DATA, FILES, ONTOLOGY, make_project
from slips import RICH

from ecoop_ld import cli, config
from ecoop_ld.projects import formatting
from ecoop_ld.sources.layout import Unreadable, laid_out

UNTIDY = """\
# head
@prefix ex: <http://x/> .
PREFIX   longer:<http://y/>
ex:a   a ex:T;ex:p  1,2 ; # behind
  # above
  ex:q [ a ex:U;ex:r "x"@en ], ( 1 2 ) ,
       "y"^^ex:d ; .



ex:b ex:p [
  ex:r 1; # inside
  ex:s ( 1
 2 ) ] .  # end
<http://g> { ex:c ex:p true . ex:d ex:p [] , () }
# last
"""
TIDY = """\
# head
@prefix ex:    <http://x/> .
PREFIX longer: <http://y/>
ex:a a ex:T ;
    ex:p 1 , 2 ;  # behind
    # above
    ex:q [ a ex:U ; ex:r "x"@en ] , ( 1 2 ) ,
        "y"^^ex:d .

ex:b ex:p [
        ex:r 1 ;  # inside
        ex:s (
            1
            2
        )
    ] .  # end
<http://g> {
    ex:c ex:p true .
    ex:d ex:p [] , ()
}
# last
"""


def test_the_layout() -> None:
    assert laid_out(UNTIDY) == TIDY


SOURCES = [UNTIDY, ONTOLOGY, DATA, *(text for name, text in RICH.items() if name.endswith(".ttl"))]


@pytest.mark.parametrize("text", SOURCES, ids=range(len(SOURCES)))
def test_a_second_time_changes_nothing_and_no_comment_is_lost(text: str) -> None:
    once = laid_out(text)
    assert laid_out(once) == once
    assert once.count("#") == text.count("#")


@pytest.mark.parametrize(
    "text", ["ex:a ex:p", "ex:a ex:p 1 ex:q 2 .", "ex:a ex:p [ ex:q 1", "@prefix ex:", 'ex:a ex:p "x']
)
def test_what_is_no_turtle_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        laid_out(text)


def test_the_command(tmp_path: Path) -> None:
    root = make_project(tmp_path, {**FILES, "data/things.ttl": DATA.replace(" ;\n    ", ";")})
    change = next(one for one in formatting.of_project(config.load(root)) if one.file == "data/things.ttl")
    run = CliRunner().invoke
    shown = run(cli.main, ["format", "--project", str(root), "--diff"])
    assert (shown.exit_code, change.diff() in shown.output) == (1, True)
    assert run(cli.main, ["format", "--project", str(root), "--check"]).exit_code == 1
    assert run(cli.main, ["format", str(root / "data/things.ttl")]).exit_code == 0
    assert (root / "data/things.ttl").read_text(encoding="utf-8") == change.after
    assert run(cli.main, ["format", "--project", str(root)]).exit_code == 0
    assert run(cli.main, ["format", "--project", str(root), "--check"]).exit_code == 0


def test_a_file_that_cannot_be_read_is_left(tmp_path: Path) -> None:
    root = make_project(tmp_path, {**FILES, "data/things.ttl": DATA + "oops"})
    done = CliRunner().invoke(cli.main, ["format", "--project", str(root)])
    assert done.exit_code == 2
    assert "data/things.ttl:" in done.output
