"""The flagship data: all 172 facts by number, the register, and the traps of the source as tests."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
from conftest import ROOT, run_command

from ecoop_ld import config
from ecoop_ld.sources import files
from ecoop_ld.sources.materialise import materialise
from ecoop_ld.sparql.store import memory_store

PREFIXES = """
PREFIX ecoop: <https://w3id.org/ecoop/ns#>
PREFIX id: <https://w3id.org/ecoop/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
BASE = "https://w3id.org/ecoop/"
ARTICLE = f"{BASE}graph/source/echeberria-2008"
EDITORIAL = f"{BASE}graph/editorial"


@cache
def store() -> ox.Store:
    settings = config.load(ROOT)
    stated = files.load(settings).quads
    return memory_store((*stated, *materialise(settings, stated)))


def select(query: str) -> list[tuple[str | None, ...]]:
    found = store().query(PREFIXES + query)
    assert isinstance(found, ox.QuerySolutions)
    names = [v.value for v in found.variables]
    return [tuple(None if row[n] is None else getattr(row[n], "value", str(row[n])) for n in names) for row in found]


def ask(query: str) -> bool:
    return bool(store().query(PREFIXES + "ASK " + query))


def short(iri: str | None) -> str:
    return (iri or "").removeprefix(BASE + "id/")


# --- the 172 facts ---------------------------------------------------------------------------------------------------


def test_every_fact_is_found_by_its_number_with_claimant_kind_and_passage() -> None:
    rows = select("""
        SELECT ?number ?kind ?who ?quoted ?paragraph ?start ?end ?sum ?text WHERE {
          ?claim a ecoop:Claim ; ecoop:factId ?number ; ecoop:claimKind ?kind ; ecoop:claimText ?text ; ecoop:sourcePassage ?passage .
          ?passage ecoop:paragraphNumber ?paragraph ; ecoop:passageSha256 ?sum ; oa:hasSelector ?selector .
          ?selector oa:start ?start ; oa:end ?end . FILTER (LANG(?text) = "en")
          OPTIONAL { ?claim ecoop:claimant ?who } OPTIONAL { ?claim prov:wasQuotedFrom ?quoted }
        }""")
    assert sorted(row[0] or "" for row in rows) == [f"F{n:03}" for n in range(1, 173)]
    kinds = Counter(short(row[1]).removeprefix("claim-kind/") for row in rows)
    assert kinds == {"opinion": 59, "reported": 84, "witnessed": 2, "quoted": 11, "metadata": 14, "inferred": 2}
    for _, kind, who, quoted, *_ in rows:
        if short(kind) == "claim-kind/quoted":
            assert (who, short(quoted)) == (None, "provision/tunis-agenda-71")
        elif short(kind) == "claim-kind/inferred":
            assert short(who) == "org/ecoop-ld-contributors"
        else:
            assert (short(who), quoted) == ("person/raul-echeberria", None)


def test_the_facts_agree_with_the_list_they_come_from(shared: Path) -> None:
    facts = {f["id"]: f for f in json.loads((shared / "domain/facts.json").read_text(encoding="utf-8"))["facts"]}
    article = (shared / "domain/article.txt").read_text(encoding="utf-8")
    rows = select("""SELECT ?number ?paragraph ?start ?end ?sum ?whole WHERE {
        ?claim ecoop:factId ?number ; ecoop:sourcePassage ?p .
        ?p ecoop:paragraphNumber ?paragraph ; ecoop:passageSha256 ?sum ; ecoop:sourceSha256 ?whole ; oa:hasSelector ?s .
        ?s oa:start ?start ; oa:end ?end }""")
    for number, paragraph, start, end, digest, whole in rows:
        fact = facts[number or ""]
        assert (paragraph, int(start or 0), int(end or 0)) == (str(fact["para"]), fact["start"], fact["end"]), number
        assert hashlib.sha256(article[int(start or 0) : int(end or 0)].encode()).hexdigest() == digest
        assert hashlib.sha256(article.encode()).hexdigest() == whole


def test_facts_about_the_world_support_something() -> None:
    """Reported, witnessed and quoted facts back a node or a statement; pure opinion may stand alone."""
    rows = select("""SELECT ?number WHERE { ?claim ecoop:factId ?number ; ecoop:claimKind ?kind .
        FILTER (?kind IN (<https://w3id.org/ecoop/id/claim-kind/reported>, <https://w3id.org/ecoop/id/claim-kind/witnessed>,
                          <https://w3id.org/ecoop/id/claim-kind/quoted>, <https://w3id.org/ecoop/id/claim-kind/inferred>))
        FILTER NOT EXISTS { ?claim ecoop:supportsStatement ?node } }""")
    assert rows == []


def test_what_a_claim_supports_is_described() -> None:
    assert not ask("{ ?claim ecoop:supportsStatement ?node FILTER NOT EXISTS { ?node a ?kind } }")


def test_every_plain_statement_of_the_article_has_a_claim_behind_it() -> None:
    """Links of the article's graph between things of the world are reified, and the statement is supported."""
    rows = select(f"""SELECT ?s ?p ?o WHERE {{
        GRAPH <{ARTICLE}> {{ ?s ?p ?o }}
        FILTER (?p NOT IN (rdf:type, skos:inScheme, skos:prefLabel, skos:altLabel, skos:definition, skos:note))
        FILTER isIRI(?o)
        FILTER NOT EXISTS {{ VALUES ?kind {{ ecoop:Claim ecoop:Passage rdf:Statement oa:TextPositionSelector }} ?s a ?kind }}
        FILTER NOT EXISTS {{ ?claim ecoop:supportsStatement ?s }}
        FILTER NOT EXISTS {{ ?st rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o . ?claim ecoop:supportsStatement ?st }} }}""")
    assert rows == []


REGISTER = json.loads((Path(__file__).parent / "register.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", REGISTER)
def test_every_entity_of_the_register_has_a_label_in_three_languages(path: str) -> None:
    rows = select(f"SELECT ?label (LANG(?label) AS ?tag) WHERE {{ <{BASE}id/{path}> skos:prefLabel ?label }}")
    assert sorted(tag or "" for _, tag in rows) == ["en", "es", "pt"]


def test_the_register_has_74_entities() -> None:
    assert len(REGISTER) == len(set(REGISTER)) == 74


# --- traps of the source (each number is a trap) -----------------------------------------------------------------------


def in_article(pattern: str) -> bool:
    return ask(f"{{ GRAPH <{ARTICLE}> {{ {pattern} }} }}")


def test_trap_1_the_tunis_agenda_is_named_by_the_editors_alone() -> None:
    assert not in_article('?s ?p ?o FILTER (isLiteral(?o) && CONTAINS(LCASE(?o), "tunis agenda"))')
    assert ask(
        f'{{ GRAPH <{EDITORIAL}> {{ <{BASE}id/agreement/tunis-agenda> skos:altLabel "Tunis Agenda for the Information Society"@en }} }}'
    )


def test_trap_2_the_article_gives_the_assembly_no_year_place_or_number() -> None:
    wtsa = f"<{BASE}id/event/wtsa-08>"
    assert not in_article(f"{wtsa} ecoop:date|ecoop:earliest|ecoop:latest|ecoop:place ?o")
    assert not in_article(f'{wtsa} skos:prefLabel|skos:altLabel ?o FILTER REGEX(?o, "08|2008|Johannesburg")')
    assert ask(f"{{ GRAPH <{EDITORIAL}> {{ {wtsa} ecoop:place <{BASE}id/place/johannesburg> }} }}")
    assert select(f"SELECT ?d WHERE {{ {wtsa} ecoop:dating/ecoop:date ?d }}") == [("2008-10-21/2008-10-30",)]


def test_trap_3_only_the_itu_is_read_as_the_case_meant_and_only_as_a_reading() -> None:
    rows = select(
        """SELECT ?kind WHERE { ?claim ecoop:factId "F161" ; ecoop:claimKind ?kind ; ecoop:inferred true ; skos:note ?why FILTER (LANG(?why) = "en") }"""
    )
    assert [short(r[0]) for r in rows] == ["claim-kind/inferred"]
    assert not ask(f"{{ <{BASE}id/group/igos> ?p <{BASE}id/org/itu> }}")
    for body in ("citel", "ctu"):
        assert not ask(f"{{ ?statement rdf:subject <{BASE}id/org/{body}> ; rdf:predicate ecoop:advance }}")


def test_trap_4_both_beginnings_are_kept_and_conflict() -> None:
    rows = select("SELECT ?a ?b WHERE { ?a ecoop:conflictsWith ?b } ORDER BY ?a")
    pairs = {tuple(sorted((short(a), short(b)))) for a, b in rows}
    assert ("claim/e-wsis-prepcom-2002", "claim/f015") in pairs
    assert not ask("{ ?a ecoop:conflictsWith ?b FILTER NOT EXISTS { ?b ecoop:conflictsWith ?a } }")


def test_trap_5_the_authors_word_member_stands() -> None:
    assert ask(
        f"{{ ?m a org:Membership ; org:member <{BASE}id/org/lacnic> ; org:organization <{BASE}id/org/citel> ; org:role <{BASE}id/role/member> }}"
    )


def test_trap_6_both_spellings_of_the_name_are_kept() -> None:
    rows = select(
        f"SELECT ?l WHERE {{ <{BASE}id/person/raul-echeberria> skos:prefLabel|skos:altLabel ?l FILTER (LANG(?l) = 'en') }}"
    )
    assert {"Raúl Echeberría", "Raúl Echeberria"} <= {r[0] for r in rows}


def test_trap_7_the_misprint_is_in_no_label() -> None:
    assert not ask('{ ?s skos:prefLabel|skos:altLabel|rdfs:label ?l FILTER CONTAINS(LCASE(?l), "intern-american") }')


def test_trap_9_no_organisation_is_asserted_to_be_a_registry_by_the_article() -> None:
    assert not in_article("?s a ecoop:RegionalInternetRegistry")
    assert not in_article("?s a ecoop:IntergovernmentalOrganization")
    assert ask(
        f"{{ ?st rdf:subject <{BASE}id/org/lacnic> ; rdf:predicate rdf:type ; rdf:object ecoop:RegionalInternetRegistry . <{BASE}id/claim/f134> ecoop:supportsStatement ?st }}"
    )


def test_trap_10_the_face_to_face_meeting_has_no_day_or_place_of_its_own() -> None:
    assert not in_article(f"<{BASE}id/event/regional-igf-prep-2008-meeting> ecoop:date|ecoop:place ?o")


def test_trap_11_roles_of_the_footnote_hold_at_publication() -> None:
    rows = select(
        f"SELECT ?date ?note WHERE {{ GRAPH <{ARTICLE}> {{ ?m org:member <{BASE}id/person/raul-echeberria> ; ecoop:date ?date ; ecoop:dateNote ?note FILTER (LANG(?note) = 'en') }} }}"
    )
    assert len(rows) == 3
    assert set(rows) == {("2008", "at the time of publication")}


def test_trap_12_quoted_words_are_not_the_authors_claims() -> None:
    assert not ask("{ ?c ecoop:claimKind <https://w3id.org/ecoop/id/claim-kind/quoted> ; ecoop:claimant ?who }")


def test_trap_13_no_parties_are_listed_for_accepted_by_all() -> None:
    for agreement in ("tunis-agreements", "tunis-agenda"):
        assert not ask(f"{{ <{BASE}id/agreement/{agreement}> ecoop:party ?who }}")


def test_trap_14_names_that_the_article_never_writes_out_are_not_written_out_in_its_graph() -> None:
    for words in (
        "Internet Governance Forum",
        "International Telecommunication Union",
        "American Registry",
        "Progressive Communications",
    ):
        assert not in_article(f'?s ?p ?o FILTER (isLiteral(?o) && CONTAINS(LCASE(?o), LCASE("{words}")))')


def test_trap_15_the_article_does_not_date_itself() -> None:
    assert not in_article(f"<{BASE}id/document/echeberria-2008> dcterms:issued|ecoop:date ?o")
    assert ask(f"{{ GRAPH <{EDITORIAL}> {{ <{BASE}id/document/echeberria-2008> dcterms:issued ?o }} }}")


# --- pitfalls of the model ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "pattern",
    [
        "?a skos:closeMatch|skos:exactMatch|skos:broadMatch|skos:narrowMatch ?b . ?a a owl:Class",  # M1
        "?a owl:sameAs ?b",  # M2
        "?a foaf:homepage ?b",  # M3
        '?a ?p ?b FILTER STRSTARTS(STR(?p), "http://schema.org/")',  # M4
        "?a a prov:Activity, prov:Entity",  # M5
        "?a a ecoop:Process, ecoop:PlanOfAction",  # M5
        "?a a org:Post, foaf:Person",
        "?a a foaf:Group, org:Organization",
        f"GRAPH <{ARTICLE}> {{ ?h a ecoop:PositionHolding }}",  # the article names no holder
        f"<{BASE}id/org/lacnic> ?p <{BASE}id/org/itu>",
        f"<{BASE}id/org/itu> ?p <{BASE}id/org/lacnic>",
        "?s oa:exact ?words",
        "?s a oa:TextQuoteSelector",
    ],
)
def test_nothing_falls_into_a_pitfall(pattern: str) -> None:
    assert not ask(f"{{ {pattern} }}")


def test_the_concept_and_the_process_are_two_things() -> None:
    assert not ask("{ ?x a skos:Concept, ecoop:Process }")
    assert ask(
        f"{{ <{BASE}id/concept/enhanced-cooperation> a skos:Concept . <{BASE}id/process/ec-process> a ecoop:Process }}"
    )


def test_every_editorial_match_names_its_source_and_its_editors() -> None:
    assert not ask(f"""{{ GRAPH <{EDITORIAL}> {{ ?st a rdf:Statement }}
        FILTER NOT EXISTS {{ ?st dcterms:source ?d ; prov:wasAttributedTo ?who ; skos:note ?why }} }}""")
    places = {short(p) for (p,) in select(f"SELECT ?p WHERE {{ GRAPH <{EDITORIAL}> {{ ?s ecoop:place ?p }} }}")}
    assert {"place/san-salvador", "place/montevideo", "place/willemstad", "place/johannesburg"} <= places
    dates = {d for (d,) in select("SELECT ?d WHERE { ?s ecoop:dating/ecoop:date ?d }")}
    assert {"2005-11-13/2005-11-15", "2007-08-16", "2008-10-21/2008-10-30", "2008-12"} <= dates


# --- own words ---------------------------------------------------------------------------------------------------------


def test_nothing_repeats_the_article(shared: Path) -> None:
    """No run of eight words of the article in any text file, and none of seven in a claim's wording."""
    article = re.findall(r"\w+", (shared / "domain/article.txt").read_text(encoding="utf-8").split("\n", 4)[-1].lower())
    runs = {tuple(article[n : n + 7]) for n in range(len(article) - 6)}
    for number, text in select("SELECT ?n ?t WHERE { ?c ecoop:factId ?n ; ecoop:claimText ?t }"):
        words = re.findall(r"\w+", (text or "").lower())
        repeated = [words[n : n + 7] for n in range(len(words) - 6) if tuple(words[n : n + 7]) in runs]
        assert not repeated, number


def test_every_file_is_laid_out_as_the_toolkit_lays_it_out() -> None:
    done = run_command("format", "--check", cwd=ROOT)
    assert done.returncode == 0, done.stderr
