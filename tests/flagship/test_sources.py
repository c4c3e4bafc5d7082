"""What sources of 2005 to 2025 add: each row of the lists, its source, its claimant, its languages, and what was done."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from test_data import BASE, ask, select, short


def test_every_numbered_row_is_a_claim_or_has_a_reason(shared: Path) -> None:
    lists = [(shared / "domain" / name).read_text(encoding="utf-8") for name in ("enrichment.md", "enrichment-2.md")]
    rows = {row for text in lists for row in re.findall(r"^\| ([ER]\d{3}) ", text, re.MULTILINE)}
    found = {number for (number,) in select("SELECT ?n WHERE { ?c a ecoop:Claim ; ecoop:factId ?n }")}
    assert len(rows) > 200
    assert rows - found == {number for number in omissions() if re.fullmatch(r"[ER]\d{3}", number)} - found


def omissions() -> dict[str, str]:
    """Number of a fact → how much of it the data leaves out."""
    found = select("SELECT ?n ?d WHERE { ?o a ecoop:Omission ; ecoop:omittedFact ?n ; ecoop:omissionDegree ?d }")
    return {number or "": short(degree).rpartition("/")[2] for number, degree in found}


def test_what_is_left_out_says_why_and_what_is_there_in_part_is_there() -> None:
    claims = {number for (number,) in select("SELECT ?n WHERE { ?c a ecoop:Claim ; ecoop:factId ?n }")}
    for number, degree in omissions().items():
        if re.fullmatch(r"R\d{3}", number):
            assert (number in claims) == (degree == "partly"), number
    for tag in ("en", "es", "pt"):
        assert not ask(
            f"{{ ?o a ecoop:Omission FILTER NOT EXISTS {{ ?o skos:note ?why FILTER (LANG(?why) = '{tag}') }} }}"
        )


def test_what_is_left_out_names_the_document_in_which_it_was_looked_for() -> None:
    assert (
        select("""SELECT ?o WHERE { ?o a ecoop:Omission
        FILTER NOT EXISTS { ?o dcterms:source ?document . ?document a ecoop:SourceDocument } }""")
        == []
    )


def test_the_numbers_of_the_facts_have_no_gap_that_nobody_explains(shared: Path) -> None:
    """Each unnumbered line of the tables on organisations, paragraphs, steps and identifiers is there or is left out."""
    text = (shared / "domain/enrichment.md").read_text(encoding="utf-8")
    paragraphs = re.findall(r"^\| \**(\d+)[^|]*\| ", text.split("## 3.")[1].split("## 4.")[0], re.MULTILINE)
    provisions = {number for (number,) in select("SELECT ?n WHERE { ?p a ecoop:Provision ; ecoop:provisionNumber ?n }")}
    known = {(number or "").split("–")[0] for number in provisions} | {
        n[3:] for n in omissions() if n.startswith("E3-")
    }
    assert set(paragraphs) - known == set()


ROWS: dict[str, list[str]] = json.loads((Path(__file__).parent / "rows.json").read_text(encoding="utf-8"))
"""Line of the lists that has no number → the claims and omissions that it became. What is a warning to the editors, or
names of things that stand in the data without a claim, became none."""


def lines_without_a_number(text: str, letter: str) -> list[str]:
    """What stands for each such line of a list: its section with its first cell, or with its place among the others."""
    found, section, prose = [], "", Counter[str]()
    for line in text.splitlines():
        if heading := re.match(r"#+ (.*)", line):
            section = (re.match(r"\d+[a-z]?(?=\.| )", heading[1]) or [""])[0]
        elif (
            not section
            or not line
            or re.match(r"\|[-| ]+$|\| (id|entity|para|step|topic|target) \||\| [ER]\d{3} ", line)
        ):
            continue
        elif line.startswith("|"):
            cell = re.sub(r"^(WGEC \d)(?= \(|:).*", r"\1", line.split("|")[1].replace("*", "").strip())
            found.append(f"{letter}{section}-{'others' if cell.count(',') > 4 else cell}")
        elif not re.match(r"S\d+ ", line):
            prose[section] += 1
            found.append(f"{letter}{section} line {prose[section]}")
    return found


@pytest.mark.parametrize(("name", "letter"), [("enrichment.md", "E"), ("enrichment-2.md", "R")])
def test_every_line_without_a_number_is_known(shared: Path, name: str, letter: str) -> None:
    lines = lines_without_a_number((shared / "domain" / name).read_text(encoding="utf-8"), letter)
    assert len(lines) == len(set(lines)) > 30
    assert set(lines) == {key for key in ROWS if key.startswith(letter)}


def test_what_became_of_each_line_without_a_number_is_in_the_data() -> None:
    there = {
        short(node).removeprefix("claim/")
        for (node,) in select("SELECT ?n WHERE { ?n a ?kind FILTER (?kind IN (ecoop:Claim, ecoop:Omission)) }")
    }
    assert {key: left for key, nodes in ROWS.items() if (left := set(nodes) - there)} == {}
    assert {key for key, nodes in ROWS.items() if not nodes} == {
        "E3 line 2", "E12 line 3", "R2 line 1", "R5b line 1", "R6 line 1",
    }  # fmt: skip


def test_every_claim_without_a_number_is_of_a_line() -> None:
    """Of a line without a number, or a part of one with a number (``r309-isoc``) that another document says."""
    claims = {
        short(claim).removeprefix("claim/")
        for (claim,) in select("SELECT ?c WHERE { ?c a ecoop:Claim FILTER NOT EXISTS { ?c ecoop:factId ?n } }")
    }
    known = {node for nodes in ROWS.values() for node in nodes}
    assert {claim for claim in claims - known if not re.match(r"r\d{3}[-b]", claim)} == set()


def test_every_claim_of_a_source_names_document_and_claimant_in_three_languages() -> None:
    rows = select("""SELECT ?claim (COUNT(DISTINCT ?text) AS ?texts) (SAMPLE(?by) AS ?who) WHERE {
        ?claim a ecoop:Claim ; ecoop:claimText ?text ; dcterms:source ?document .
        ?document a ecoop:SourceDocument .
        FILTER NOT EXISTS { ?claim ecoop:sourcePassage ?passage }
        OPTIONAL { ?claim ecoop:claimant|prov:wasQuotedFrom ?by } } GROUP BY ?claim""")
    assert len(rows) >= 280
    assert [row for row in rows if not row[2]] == []
    assert [short(row[0]) for row in rows if row[1] != "3" and "/claim/e-" not in (row[0] or "")] == []


def test_each_source_has_a_graph_of_its_own() -> None:
    graphs = select(f"""SELECT DISTINCT ?g WHERE {{ GRAPH ?g {{ ?c a ecoop:Claim ; ecoop:claimText ?t }}
        FILTER STRSTARTS(STR(?g), "{BASE}graph/source/") }}""")
    assert len(graphs) > 150


def test_what_a_source_says_is_supported_by_its_claim() -> None:
    """Dates, places, roles and outcomes in a source's graph are reified or n-ary, and a claim supports them."""
    rows = select(f"""SELECT ?s ?p WHERE {{ GRAPH ?g {{ ?s ?p ?o }}
        FILTER (STRSTARTS(STR(?g), "{BASE}graph/source/") && STR(?g) != "{BASE}graph/source/echeberria-2008")
        FILTER (?p IN (ecoop:date, ecoop:place, ecoop:addresses, ecoop:outcome, ecoop:adoptedBy, ecoop:seat, org:classification))
        FILTER NOT EXISTS {{ ?claim ecoop:supportsStatement ?s }}
        FILTER NOT EXISTS {{ ?st rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o . ?claim ecoop:supportsStatement ?st }} }}""")
    assert rows == []


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_each_obligation_of_paragraph_71_has_acts_that_address_it(number: int) -> None:
    obligation = f"<{BASE}id/obligation/tunis-agenda-71-{number}>"
    assert len(select(f"SELECT DISTINCT ?act WHERE {{ ?act ecoop:addresses {obligation} }}")) >= 3


def test_it_is_said_who_disputes_what_was_done() -> None:
    rows = select("SELECT DISTINCT ?act ?who WHERE { ?claim ecoop:disputes ?act ; ecoop:claimant ?who }")
    assert {("event/desai-consultations-2006", "person/b-n-reddy"), ("process/wgec-2-work", "person/peter-major")} <= {
        (short(act), short(who)) for act, who in rows
    }


@pytest.mark.parametrize(
    ("pattern", "values"),
    [
        ("<event/igf-4> ecoop:place/skos:prefLabel ?v FILTER (LANG(?v) = 'en')", {"Sharm el-Sheikh"}),
        ("<event/igf-4> ecoop:date ?v", {"2009-11-15/2009-11-18"}),
        ("?m org:organization <body/wgec-1> ; org:role <role/chair> ; org:member ?v", {"person/peter-major"}),
        ("?m org:organization <body/wgec-2> ; org:role <role/chair> ; org:member ?v", {"person/benedicto-fonseca"}),
        ("<agreement/wsis-20-outcome> ecoop:date ?v", {"2025-12-17"}),
        (
            "?m org:member <org/lacnic> ; org:organization ?v . ?v org:classification <stakeholder-kind/intergovernmental-organization>",
            {"org/citel"},
        ),
        (
            "<org/isoc> ecoop:externalId ?i . ?i dcterms:conformsTo <https://ror.org/> ; dcterms:identifier ?v",
            {"04dzfqx38"},
        ),
        ("?e ecoop:partOf+ <process/igf-annual-meetings> FILTER (?e = <event/igf-20>) BIND ('yes' AS ?v)", {"yes"}),
    ],
)
def test_natural_questions_have_their_answer(pattern: str, values: set[str]) -> None:
    rows = select(f"SELECT DISTINCT ?v WHERE {{ {re.sub(r'<(?!http)', f'<{BASE}id/', pattern)} }}")
    assert {short(row[0]) for row in rows} == values
