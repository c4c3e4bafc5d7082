"""Whatever a user gets wrong has an answer in words, and hostile data stays data."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from conftest import ROOT, run_command
from projects import FILES, TOML
from projects import make_project as make

from ecoop_ld import config
from ecoop_ld.addresses import Addresses
from ecoop_ld.errors import UserError

PREFIXES = "@prefix ex: <https://example.org/ns#> .\n@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"


def make_project(root: Path, files: dict[str, str]) -> Path:
    """A project that checks and builds, with these files added."""
    return make(root, {**FILES, **files})


def concept(iri: str, label: str = '"One"@en') -> str:
    return f'{PREFIXES}<{iri}> a skos:Concept ; skos:prefLabel {label} ; skos:definition "Text."@en .\n'


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        (TOML.replace("[project]", "[projekt]"), 'Unknown key "projekt". | Did you mean "project"?'),
        (TOML.replace("languages =", "langauges ="), 'Unknown key "project.langauges". | Did you mean "languages"?'),
        (
            TOML.replace('languages = ["en"]', 'languages = "en"'),
            '"project.languages" must be a list, not text in quotes.',
        ),
        (
            TOML.replace('vocabulary = "ns"', "vocabulary = 7"),
            '"addresses.vocabulary" must be text in quotes, not a whole number.',
        ),
        (TOML.replace("https://example.org/", "https://example.org"), 'must be an http(s) address that ends in "/"'),
        (TOML + "\n[limits]\nquery_seconds = true\n", '"limits.query_seconds" must be a number, not true or false.'),
        (
            TOML + '\n[pages]\nlabels = ["skso:prefLabel"]\n',
            'Unknown prefix "skso" in "pages.labels". | Did you mean "skos"?',
        ),
        (TOML + '\n[matching]\nnames = "ex:short"\n', '"matching.names" must be a list, not text in quotes.'),
        (TOML + '\n[matching]\nnames = ["exx:a"]\n', 'Unknown prefix "exx" in "matching.names".'),
        (TOML + '\n[lint]\nsyntax = "later"\n', '"lint.syntax" must be violation, warning, note or off'),
        (TOML.replace("graph/data", "derived"), '"derived" in [graphs] is no path of a named graph.'),
        (TOML + "\n[project", "Not valid TOML"),
        ("", '"project" is missing.'),
    ],
)
def test_ecoop_toml(tmp_path: Path, toml: str, words: str) -> None:
    project = make_project(tmp_path, {})
    (project / "ecoop.toml").write_text(toml)
    done = run_command("check", cwd=project)
    assert done.returncode == 2
    for part in words.split(" | "):
        assert part in done.stderr
    assert "ecoop.toml" in done.stderr
    assert "Traceback" not in done.stderr


def test_no_project_here(tmp_path: Path) -> None:
    done = run_command("check", cwd=tmp_path)
    assert done.returncode == 2
    assert "No ecoop.toml in" in done.stderr
    assert run_command("check", "--project", tmp_path / "nowhere").returncode == 2


@pytest.mark.parametrize("folders", ["ontology", "data", "shapes", "site", "ontology shapes site", "data shapes"])
def test_folders_are_missing(tmp_path: Path, folders: str) -> None:
    """A project has what it needs; its site is whole all the same."""
    project = make_project(tmp_path, {})
    for folder in folders.split():
        shutil.rmtree(project / folder)
    toml = TOML + '\n[lint]\nundefined-term = "note"\nontology-iri = "note"\n'
    (project / "ecoop.toml").write_text(toml)
    done = run_command("build", cwd=project)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (project / "public/index.html").is_file()
    assert (project / "public/doc/thing/one.html").is_file() == ("data" not in folders.split())


def test_nothing_to_publish(tmp_path: Path) -> None:
    project = make_project(tmp_path, {})
    shutil.rmtree(project / "ontology")
    (project / "data/things.ttl").rename(project / "data/things.csv")
    done = run_command("build", cwd=project)
    assert done.returncode == 2
    assert "There is no RDF file in ontology/ or data/" in done.stderr


def test_what_is_left_out_is_said(tmp_path: Path) -> None:
    project = make_project(tmp_path, {"data/rows.csv": "a,b\n", "data/notes.docx": "x"})
    (project / "data/gone.ttl").symlink_to("nowhere.ttl")
    done = run_command("check", cwd=project)
    assert done.returncode == 0, done.stdout
    assert 'data/notes.docx: note[left-out]: No RDF: its name ends in ".docx".' in done.stdout
    assert "data/rows.csv: note[left-out]: A table without a mapping" in done.stdout
    assert "ecoop-ld map data/rows.csv" in done.stdout
    assert "data/gone.ttl: warning[unreadable]: A link that leads nowhere." in done.stdout
    assert "data/gone.ttl: warning[unreadable]" in run_command("build", cwd=project).stderr


def test_several_syntax_errors_in_one_file_each_with_its_place(tmp_path: Path) -> None:
    text = PREFIXES + 'ex:a ex:p .\nex:b skos:prefLabel "x"@en .\nex:c exx:q ex:d .\n'
    project = make_project(tmp_path, {"data/bad.ttl": text})
    done = run_command("check", cwd=project)
    assert done.returncode == 1
    assert "data/bad.ttl:3:" in done.stdout
    assert "data/bad.ttl:5:6" in done.stdout
    assert "exx:" in done.stdout


def test_a_term_that_the_ontology_does_not_define(tmp_path: Path) -> None:
    project = make_project(tmp_path, {"data/b.ttl": PREFIXES + "<https://example.org/id/x/y> a ex:Thingg .\n"})
    assert "warning[undefined-term]" in run_command("check", cwd=project).stdout
    (project / "ecoop.toml").write_text(TOML + '\n[lint]\nundefined-term = "violation"\n')
    done = run_command("check", cwd=project)
    assert done.returncode == 1
    assert "data/b.ttl:3:32: violation[undefined-term]" in done.stdout
    assert "Did you mean" in done.stdout


@pytest.mark.parametrize(
    "iri",
    [
        "https://example.org/id/concept/%2Fetc%2Fpasswd",
        "https://example.org/id/concept/..",
        "https://example.org/id/../../etc/x",
        "https://example.org/id/concept/" + "a" * 1_900,
        "https://example.org/id/concept/con",
        "https://example.org/id/concept/UPPER",
        "https://example.org/id/concept/a/b/c",
        "https://example.org/id/other/x",
    ],
)
def test_no_iri_text_reaches_the_file_system(tmp_path: Path, iri: str) -> None:
    """Such an entity is either refused, or gets a safe made-up name under the output folder."""
    project = make_project(tmp_path / "p", {"data/odd.ttl": concept(iri)})
    done = run_command("build", cwd=project)
    assert done.returncode in (0, 1), done.stderr
    assert not [p for p in tmp_path.iterdir() if p.name != "p"]
    if done.returncode == 0:
        pages = [p.relative_to(project / "public/doc").as_posix() for p in (project / "public/doc").rglob("*.ttl")]
        assert [p for p in pages if p.startswith("other/")], pages
        assert all(len(part) < 110 for p in pages for part in p.split("/"))
    else:
        assert "data/odd.ttl:" in done.stderr


def test_an_iri_that_is_too_long_is_refused(tmp_path: Path) -> None:
    project = make_project(tmp_path, {"data/odd.ttl": concept("https://example.org/id/concept/" + "a" * 2_000)})
    done = run_command("check", cwd=project)
    assert done.returncode == 1
    assert "iri-length" in done.stdout


def test_two_iris_that_differ_in_capitals_only_are_told_of(tmp_path: Path) -> None:
    text = (
        concept("https://example.org/id/concept/ab")
        + '<https://example.org/id/concept/aB> a skos:Concept ; skos:prefLabel "Two"@en .\n'
    )
    done = run_command("check", cwd=make_project(tmp_path, {"data/odd.ttl": text}))
    assert done.returncode == 0
    assert "warning[iri-case]" in done.stdout


def test_two_entities_that_map_to_one_page_are_refused() -> None:
    class Weaker(Addresses):
        """A naming rule that lets two IRIs share a page on a file system that ignores capitals."""

        def document(self, iri: str) -> str:
            return super().document(iri).replace("two", "ONE")

    addresses = Weaker(config.load(ROOT))
    first, second = (f"{addresses.config.base}id/org/{slug}" for slug in ("one", "two"))
    with pytest.raises(UserError, match=f"<{first}> and <{second}> both give"):
        addresses.check_unique([first, second])
    Addresses(addresses.config).check_unique([first, second])


def test_hostile_literals_and_iris_stay_text(tmp_path: Path) -> None:
    text = (
        concept("https://example.org/id/concept/x", '"<script>alert(1)</script>"@en')
        + '<https://example.org/id/concept/x> skos:note "\\"><img src=x onerror=alert(2)>"@en ; skos:related <javascript:alert(3)> ;\n'
        + "  skos:related <https://e.example/'onmouseover='alert(4)> .\n"
    )
    project = make_project(tmp_path, {"data/x.ttl": text})
    done = run_command("build", cwd=project)
    assert done.returncode == 0, done.stderr
    page = (project / "public/doc/concept/x.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert "<img" not in page
    assert 'href="javascript:' not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "'onmouseover='" not in page.replace("&#39;", "?")


@pytest.mark.parametrize(
    ("query", "code", "words"),
    [
        ("SELECT * { ?s ?p }", 2, "Line 1"),
        ("SELECT * { ?s nope:p ?o }", 2, "nope:"),
        ("DELETE WHERE { ?s ?p ?o }", 2, "update"),
        ("", 2, ""),
    ],
)
def test_a_bad_query_on_the_command_line(tmp_path: Path, query: str, code: int, words: str) -> None:
    done = run_command("query", "-", cwd=make_project(tmp_path, {}), input=query)
    assert done.returncode == code
    assert words.lower() in done.stderr.lower()
    assert done.stderr.startswith("Error:")
    assert "Traceback" not in done.stderr


def test_a_query_may_use_the_prefixes_that_the_files_declare(tmp_path: Path) -> None:
    root = make_project(
        tmp_path, {**FILES, "data/more.ttl": "@prefix odd: <https://odd.example/ns#> .\nodd:a odd:b odd:c .\n"}
    )
    (tmp_path / "q.rq").write_text("SELECT ?o { odd:a odd:b ?o }")
    done = run_command("query", tmp_path / "q.rq", "--project", root, "--format", "csv")
    assert (done.returncode, done.stdout.split()) == (0, ["o", "https://odd.example/ns#c"])


def test_a_query_that_runs_for_ever_on_the_command_line(tmp_path: Path) -> None:
    more = "".join(f'<https://example.org/id/c/{n}> a skos:Concept ; skos:prefLabel "{n}"@en .\n' for n in range(600))
    project = make_project(tmp_path, {"data/many.ttl": PREFIXES + more})
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER (?a != ?i) }"
    done = run_command("query", "-", "--seconds", "0.5", cwd=project, input=endless)
    assert done.returncode == 2
    assert "0.5" in done.stderr


def test_an_unknown_format(tmp_path: Path) -> None:
    project = make_project(tmp_path, {})
    done = run_command("query", "-", "--format", "jsn", cwd=project, input="ASK {}")
    assert (done.returncode, 'Did you mean "json"?' in done.stderr) == (2, True)
    done = run_command("query", "-", "--format", "csv", cwd=project, input="ASK {}")
    assert "ASK cannot be answered as csv" in done.stderr


def test_a_missing_query_file(tmp_path: Path) -> None:
    done = run_command("query", "none.rq", cwd=make_project(tmp_path, {}))
    assert (done.returncode, "none.rq: Cannot read it" in done.stderr) == (2, True)
