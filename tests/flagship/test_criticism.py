"""What readers found wrong in the article's own data, each as a rule over all of it, and questions asked naturally."""

from __future__ import annotations

import re

import pytest
from test_data import BASE, ask, select, short

DENIED = {
    "advance/not-yet-significant",
    "goal-status/not-reached",
    "support-level/no-consensus",
    "support-level/no-support",
    "false",
}
"""Values of statements by which something is denied."""


def test_every_claim_says_whether_it_affirms_or_denies() -> None:
    assert not ask("{ ?claim a ecoop:Claim FILTER NOT EXISTS { ?claim ecoop:polarity ?polarity } }")


def test_what_denies_supports_nothing_that_affirms() -> None:
    rows = select(f"""SELECT ?claim ?predicate ?object ?kind WHERE {{
        ?claim ecoop:polarity <{BASE}id/polarity/negative> ; ecoop:supportsStatement ?node ; ecoop:sourcePassage ?passage .
        ?node a ?kind FILTER (STRSTARTS(STR(?kind), "{BASE}ns#") || ?kind = rdf:Statement)
        OPTIONAL {{ ?node rdf:predicate ?predicate ; rdf:object ?object }} }}""")
    assert len(rows) > 8
    for claim, predicate, value, kind in rows:
        word = (predicate or "").rpartition("#")[2]
        denies = (
            short(value) in DENIED
            or re.match(r"no ", value or "")
            or word in {"notOnBehalfOf", "groupKind", "type"}  # what is denied to whom, and what somebody is
            or (kind or "").rpartition("#")[2] in {"Exclusion", "RelationshipState"}
        )
        assert denies, (short(claim), word, value)


def test_what_was_not_possible_is_no_participation() -> None:
    wtsa = f"<{BASE}id/event/wtsa-08>"
    assert select(
        f"SELECT ?who WHERE {{ ?e a ecoop:Exclusion ; ecoop:excludedFrom {wtsa} ; ecoop:excludedParty ?who }}"
    ) == [(f"{BASE}id/group/non-governmental",)]
    assert not ask(f"{{ <{BASE}id/group/non-governmental> ecoop:participatedIn {wtsa} }}")
    assert not ask("{ ?p a ecoop:Participation ; ecoop:formal false }")


@pytest.mark.parametrize("claim", ["f013", "f056", "f057", "f026", "f070"])
def test_a_reading_or_a_denial_supports_no_plain_triple(claim: str) -> None:
    assert not ask(f"{{ <{BASE}id/claim/{claim}> ecoop:supportsStatement ?node }}")


@pytest.mark.parametrize(
    ("node", "group"),
    [
        ("relation/lacnic-all-stakeholders-2003", "other-stakeholders"),
        ("participation/all-stakeholders-regional-igf-prep-2008", "varied-regional-stakeholders"),
        ("participation/regional-governments-elac-meeting-2008-02", "some-governments-february-2008"),
        ("participation/civil-society-groups-civil-society-joint-activities", "several-civil-society-groups"),
    ],
)
def test_some_and_others_are_not_all(node: str, group: str) -> None:
    rows = select(f"SELECT ?who WHERE {{ <{BASE}id/{node}> ecoop:counterparty|ecoop:participant ?who }}")
    assert rows == [(f"{BASE}id/group/{group}",)]


def test_what_rests_on_opinions_alone_is_marked_so() -> None:
    marked = {short(node) for (node,) in select("SELECT ?node WHERE { ?node ecoop:restsOn ?kind }")}
    assert {"statement/tunis-agenda-71-reconciles-creation", "relation/lacnic-private-sector-2008"} <= marked
    assert "statement/lacnic-is-a-stakeholder-organization" not in marked
    assert not ask("""{ ?claim ecoop:supportsStatement ?node ; ecoop:claimKind <https://w3id.org/ecoop/id/claim-kind/opinion>
        FILTER NOT EXISTS { ?node ecoop:restsOn ?kind }
        FILTER NOT EXISTS { ?other ecoop:supportsStatement ?node ; ecoop:claimKind ?k FILTER (?k != <https://w3id.org/ecoop/id/claim-kind/opinion>) } }""")


def test_every_office_is_in_an_organisation_and_both_ways() -> None:
    assert not ask("{ ?post a org:Post FILTER NOT EXISTS { ?post org:postIn ?where . ?where org:hasPost ?post } }")
    assert not ask("{ ?unit org:unitOf ?whole FILTER NOT EXISTS { ?whole org:hasUnit ?unit } }")


def test_places_are_of_events_and_activities_alone() -> None:
    assert not ask(
        "{ ?thing ecoop:place ?place FILTER NOT EXISTS { ?thing a/rdfs:subClassOf* ecoop:Event } FILTER NOT EXISTS { ?thing a ecoop:CooperationActivity } }"
    )


def test_no_address_has_a_blank_in_it() -> None:
    assert not ask('{ ?thing ecoop:websiteAddress ?address FILTER CONTAINS(?address, " ") }')


@pytest.mark.parametrize(
    ("pattern", "values"),
    [
        # kinds of organisations: intergovernmental bodies that LACNIC is tied to, by membership or by agreement
        (
            """{ ?m org:member <org/lacnic> ; org:organization ?v } UNION { ?a ecoop:party <org/lacnic> , ?v }
               ?v org:classification <stakeholder-kind/intergovernmental-organization>""",
            {"org/citel", "org/ctu"},
        ),
        ("<event/tunis-final-negotiations> ecoop:partOf+ ?v", {"process/wsis-ig-negotiation-process", "process/wsis"}),
        ("<event/elac-meeting-2008-02> ecoop:datePrecision ?v", {"date-precision/month"}),
        ("<obligation/tunis-agenda-71-1> ecoop:datePrecision ?v", {"date-precision/quarter"}),
        ("<process/wsis-ig-negotiation-process> ecoop:datePrecision ?v", {"date-precision/open-span"}),
        (
            "?v ecoop:relativeDating [ ecoop:relativeTo <event/wsis-tunis> ; ecoop:offset ?days ]",
            {"event/tunis-final-negotiations"},
        ),
        (
            """GRAPH <https://w3id.org/ecoop/graph/source/echeberria-2008> { ?g ecoop:groupKind ?kind } ?kind skos:broader* ?v
               FILTER NOT EXISTS { ?v skos:broader/skos:broader? ?top . ?any ecoop:groupKind ?top }
               FILTER (?v NOT IN (<stakeholder-kind/mixed-stakeholders>, <stakeholder-kind/non-governmental-stakeholder>))""",
            {
                "stakeholder-kind/government",
                "stakeholder-kind/intergovernmental-organization",
                "stakeholder-kind/internet-organization",
                "stakeholder-kind/civil-society-organization",
                "stakeholder-kind/private-sector-organization",
            },
        ),
        (
            "?v ecoop:roleContext <role-context/obligation>",
            {"role/addressee", "role/bearer", "role/involved-party", "role/reporter"},
        ),
        (
            """?st rdf:subject <person/raul-echeberria> ; rdf:predicate ecoop:nameAsPrinted ; rdf:object "Raúl Echeberria" .
               ?v ecoop:supportsStatement ?st""",
            {"claim/f165"},
        ),
        (
            "<document/echeberria-2008> ecoop:notOnBehalfOf ?v",
            {"org/lacnic", "org/isoc", "body/igf-advisory-group"},
        ),
        ("<org/un> org:hasPost ?v", {"post/un-secretary-general"}),
    ],
)
def test_asked_naturally_it_has_its_answer(pattern: str, values: set[str]) -> None:
    rows = select(f"SELECT DISTINCT ?v WHERE {{ {re.sub(r'<(?!http)', f'<{BASE}id/', pattern)} }}")
    assert {short(row[0]) for row in rows} == values


@pytest.mark.parametrize("word", ["claimText", "requirement", "purpose", "deliverable", "dateNote"])
def test_what_is_said_in_english_is_said_in_spanish_and_portuguese(word: str) -> None:
    rows = select(f"""SELECT DISTINCT ?thing WHERE {{ ?thing ecoop:{word} ?en FILTER (LANG(?en) = "en")
        FILTER NOT EXISTS {{ ?thing ecoop:{word} ?es , ?pt FILTER (LANG(?es) = "es" && LANG(?pt) = "pt") }} }}""")
    assert rows == []


def test_translations_stand_in_a_graph_of_their_own_and_keep_the_words_of_the_source() -> None:
    graph = f"<{BASE}graph/translations>"
    assert not ask(f'{{ GRAPH {graph} {{ ?thing ?property ?text FILTER (LANG(?text) NOT IN ("es", "pt")) }} }}')
    glosses = select(f"""SELECT ?words ?gloss WHERE {{ ?state ecoop:qualityText ?words .
        GRAPH {graph} {{ ?state ecoop:qualityGloss ?gloss }} FILTER CONTAINS(?gloss, STR(?words)) }}""")
    assert len(glosses) == 2 * len(select("SELECT ?state ?words WHERE { ?state ecoop:qualityText ?words }"))
