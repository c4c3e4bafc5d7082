"""Turtle with a slip → one finding where it was made, and the text without it; with two, both."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox
import pytest

from ecoop_ld.sources.recovery import recover

GOOD = """\
@prefix ex: <https://example.org/ns#> .
@prefix org: <https://example.org/id/org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

org:one a ex:Body ;
    skos:prefLabel "One"@en ;
    skos:altLabel "Uno"@es , "Um"@pt ;
    ex:open false ;
    ex:since "2005-01-01"^^xsd:date ;
    ex:page <https://example.org/one> ;
    ex:part [ a ex:Part ; ex:size 3 ; ex:of org:two ] ;
    ex:steps ( 1 2 3 ) ;
    ex:acronym "ONE" .

org:two a ex:Body ;
    skos:prefLabel "Two"@en ;
    skos:definition "It's the second, and the last."@en .

org:three a ex:Body ;
    skos:prefLabel "Three"@en .
"""
PREFIXES = {
    "ex": "https://example.org/ns#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
}


@dataclass(frozen=True)
class Slip:
    name: str
    old: str
    new: str
    line: int
    says: str
    hint: str = ""
    same: bool = True
    """Whether the mended text says what the good one says."""


SLIPS = [
    Slip("semicolon lost", '"One"@en ;', '"One"@en', 7, "semicolon is missing", "end of this line"),
    Slip("semicolon lost after the type", "org:two a ex:Body ;", "org:two a ex:Body", 16, "semicolon is missing"),
    Slip("semicolon lost before a bracket", "one> ;", "one>", 11, "semicolon is missing"),
    Slip("semicolon lost after a bracket", "org:two ] ;", "org:two ]", 12, "semicolon is missing"),
    Slip("semicolon lost inside a bracket", "ex:Part ; ex:size", "ex:Part ex:size", 12, "semicolon is missing", "here"),
    Slip("semicolon lost after a list", "2 3 ) ;", "2 3 )", 13, "semicolon is missing"),
    Slip("semicolon lost after a number", "false ;", "false", 9, "semicolon is missing"),
    Slip("dot lost", '"ONE" .', '"ONE"', 14, "dot that ends", "end of this line"),
    Slip("dot lost before a subject with a type", 'last."@en .', 'last."@en', 18, "dot that ends"),
    Slip("dot lost at the end of the file", '"Three"@en .', '"Three"@en', 21, "dot that ends"),
    Slip("semicolon for the last dot", '"Three"@en .', '"Three"@en ;', 21, "semicolon stands here", "dot"),
    Slip("semicolon for a dot", '"ONE" .', '"ONE" ;', 14, "semicolon stands here", "dot"),
    Slip("dot of a prefix lost", "core#> .", "core#>", 3, "dot that ends"),
    Slip("comma for a semicolon", '"One"@en ;', '"One"@en ,', 7, "comma stands here", "Write ;"),
    Slip("comma for a semicolon after a list of values", '"Um"@pt ;', '"Um"@pt ,', 8, "comma stands here", "Write ;"),
    Slip("comma for a semicolon before a name", "one> ;", "one> ,", 11, "comma stands here", "Write ;"),
    Slip("comma for a semicolon after the type", "org:two a ex:Body ;", "org:two a ex:Body ,", 16, "comma stands here"),
    Slip("comma for a dot", '"ONE" .', '"ONE" ,', 14, "comma stands here", "dot"),
    Slip("dot for a semicolon", '"One"@en ;', '"One"@en .', 7, "dot ends the statement", "Write ;"),
    Slip(
        "dot for a semicolon after the type", "org:two a ex:Body ;", "org:two a ex:Body .", 16, "dot ends the statement"
    ),
    Slip("dot for a comma", '"Uno"@es ,', '"Uno"@es .\n   ', 8, "dot ends the statement", "Write ,"),
    Slip("semicolon for a comma", '"Uno"@es ,', '"Uno"@es ;', 8, "semicolon stands here", "Write ,"),
    Slip("comma lost", '"Uno"@es ,', '"Uno"@es', 8, "comma is missing"),
    Slip("comma too many", '"Um"@pt ;', '"Um"@pt , ;', 8, "value is missing behind this comma"),
    Slip("closing mark lost", '"One"@en', '"One@en', 7, "closes this text", 'Put "'),
    Slip("closing mark lost in a plain text", '"ONE" .', '"ONE .', 14, "closes this text"),
    Slip("closing mark lost, more on the line", '"Uno"@es ,', '"Uno@es ,', 8, "closes this text"),
    Slip("opening mark lost", '"One"@en', 'One"@en', 7, "opens this text"),
    Slip("opening mark lost of a sentence", "\"It's the", "It's the", 18, "opens this text"),
    Slip("no marks", '"ONE"', "ONE", 14, "needs quotation marks", 'Write "ONE"'),
    Slip("typographic marks", '"One"@en', "“One”@en", 7, "typographic", 'Write "'),
    Slip("low typographic marks", '"One"@en', "„One“@en", 7, "typographic"),
    Slip("angle quotation marks", '"One"@en', "«One»@en", 7, "typographic"),
    Slip("one typographic mark", '"One"@en', '"One”@en', 7, "typographic"),
    Slip("typographic single marks", '"One"@en', "‘One’@en", 7, "typographic"),
    Slip("line break in a text", "second, and", "second,\n  and", 18, "line break", "\\n", same=False),
    Slip("angle bracket lost", "one> ;", "one ;", 11, "closes this IRI", "Put >"),
    Slip("angle bracket of a prefix lost", "core#> .", "core# .", 3, "closes this IRI"),
    Slip("blank at the end of an IRI", "one> ;", "one > ;", 11, "blank inside an IRI", "<https://example.org/one>"),
    Slip("blank inside an IRI", "org/one> ;", "org/one two> ;", 11, "blank inside an IRI", "one%20two", same=False),
    Slip("brace in an IRI", "org/one> ;", "org/{one}> ;", 11, "inside an IRI", same=False),
    Slip("True", "false", "False", 9, "no capitals", "Write false"),
    Slip("FALSE", "false", "FALSE", 9, "no capitals"),
    Slip("null", "ex:open false", "ex:open null", 9, "no value", "Leave out", same=False),
    Slip("language with an underscore", '"Uno"@es', '"Uno"@es_ES', 8, "hyphens", "@es-es", same=False),
    Slip("at sign lost", '"One"@en', '"One"en', 7, "begins with @"),
    Slip("carets lost", '"^^xsd:date', '"xsd:date', 10, "^^ is missing"),
    Slip("one caret", '"^^xsd:date', '"^xsd:date', 10, "One ^"),
    Slip("date without marks", '"2005-01-01"^^xsd:date', "2005-01-01", 10, "several numbers", '"2005-01-01"^^xsd:date'),
    Slip("escape", '"ONE"', '"C:\\data"', 14, "stands for nothing", same=False),
    Slip(
        "merge markers",
        "    ex:open false ;",
        "<<<<<<< HEAD\n    ex:open false ;\n=======\n    ex:open true ;\n>>>>>>> other",
        9,
        "Merge-conflict",
        "line 13",
    ),
    Slip("bracket never closed", "org:two ] ;", "org:two ;", 12, "bracket that opens here", same=False),
    Slip("bracket too many", "org:two ] ;", "org:two ] ] ;", 12, "closes nothing"),
    Slip("parenthesis never closed", "2 3 ) ;", "2 3 ;", 13, "parenthesis that opens here"),
    Slip("commas in a list", "( 1 2 3 )", "( 1, 2, 3 )", 13, "not separated"),
    Slip(
        "prefix misspelt",
        'skos:prefLabel "One"',
        'skoz:prefLabel "One"',
        7,
        '"skoz:" has not been declared',
        'mean "skos"',
    ),
    Slip(
        "prefix not declared",
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .",
        "",
        7,
        '"skos:" has not been declared. 4 more uses',
        "Add @prefix skos:",
    ),
    Slip("prefix known to nobody", "ex:open", "qqq:open", 9, '"qqq:" has not been declared', "Declare", same=False),
    Slip("property without a prefix", "skos:altLabel", "prefLabel", 8, "has no prefix", "skos:prefLabel", same=False),
    Slip("property without a value", "ex:open false ;", "ex:open ;", 9, "has no value", same=False),
    Slip("value without a property", "ex:open false ;", "false ;", 9, "property belongs here", same=False),
    Slip("@Prefix", "@prefix skos:", "@Prefix skos:", 3, "no directive", "Write @prefix"),
    Slip("prefix without a colon", "@prefix skos:", "@prefix skos", 3, "colon"),
    Slip(
        "namespace without brackets",
        "<http://www.w3.org/2004/02/skos/core#>",
        "http://www.w3.org/2004/02/skos/core#",
        3,
        "between < and >",
    ),
    Slip(
        "namespace in quotation marks",
        "<http://www.w3.org/2004/02/skos/core#>",
        '"http://www.w3.org/2004/02/skos/core#"',
        3,
        "between < and >",
    ),
    Slip("PREFIX with a dot", "@prefix skos:", "PREFIX skos:", 3, "takes no dot"),
    Slip("comment of another language", "org:two a", "// the second\norg:two a", 16, "comment begins with #"),
    Slip("byte order mark inside", "org:two a", "\ufefforg:two a", 16, "cannot be seen"),
    Slip("no-break space", "skos:altLabel ", "skos:altLabel\u00a0", 8, "cannot be seen"),
    Slip("slash in a name", "org:two ]", "org:two/a ]", 12, "has to be escaped", same=False),
    Slip("dot too many", '"ONE" .', '"ONE" . .', 14, "ends nothing"),
    Slip(
        "comma before the first value", 'skos:altLabel "Uno"', 'skos:altLabel , "Uno"', 8, "before this comma", "Delete"
    ),
    Slip("commas before the first value", 'skos:altLabel "Uno"', 'skos:altLabel ,, "Uno"', 8, "before this comma"),
    Slip("comma and no value", "ex:open false ;", "ex:open , ;", 9, "no value", "delete it", same=False),
    Slip("A for a", "org:two a ", "org:two A ", 16, "A is no property"),
]


def quads(text: str) -> set[str]:
    dataset = ox.Dataset(ox.parse(text.encode(), format=ox.RdfFormat.TURTLE))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return {str(q) for q in dataset}


def slipped(slip: Slip) -> str:
    assert GOOD.count(slip.old) >= 1, slip.name
    return GOOD.replace(slip.old, slip.new, 1)


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.name)
def test_a_slip_is_one_finding_where_it_was_made(slip: Slip) -> None:
    text = slipped(slip)
    with pytest.raises(SyntaxError):
        list(ox.parse(text.encode(), format=ox.RdfFormat.TURTLE))
    found = recover(text, "x.ttl", PREFIXES)
    said = [f"{f.place}: {f.message} {f.hint}" for f in found.findings]
    assert len(found.findings) == 1, said
    (one,) = found.findings
    assert said[0].startswith(f"x.ttl:{slip.line}:"), said
    assert slip.says in one.message, said
    assert slip.hint in one.hint, said
    if found.whole:
        mended = quads(found.text)
        assert not slip.same or mended == quads(GOOD)
    else:
        assert not slip.same


SECOND = [("ex:size 3", "ex:size True"), ('"Three"@en', "“Three”@en"), ('"Two"@en ;', '"Two"@en')]


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.name)
def test_a_second_slip_is_found_too(slip: Slip) -> None:
    text = slipped(slip)
    for old, new in SECOND:
        if old in text and text.count("\n", 0, text.index(old)) + 1 != slip.line and slip.old not in old + " .":
            found = recover(text.replace(old, new, 1), "x.ttl", PREFIXES)
            said = [f"{f.place}: {f.message} {f.hint}" for f in found.findings]
            assert len(found.findings) == 2, (new, said)


def test_nothing_is_found_where_nothing_is_wrong() -> None:
    found = recover(GOOD, "x.ttl", PREFIXES)
    assert (found.findings, found.text, found.whole) == ((), GOOD, True)


MOST = 50
"""Slips of one file that are told."""


@pytest.mark.parametrize(
    ("more", "slips"),
    [
        ("org:four ex:size " + "1 " * 3_000 + ".", MOST),
        ("org:four ex:size 1 " + "] " * 3_000 + ".", MOST),
        ("org:four ex:size 1 " + "; 2 " * 3_000 + ".", MOST),
        ("org:four ex:part " + "[ ex:part " * 3_000, 1),
        ("org:four ex:part " + "[ ex:part " * 3_000 + "1 " + "] " * 3_000 + "ex:size", 1),
        ("org:four ex:steps " + "( " * 3_000, 1),
        ("{ " * 3_000, 1),
        ("org:four ex:size 1 " + ". " * 3_000, MOST),
        ("org:four ex:size " + ", " * 3_000 + "1 .", 1),
    ],
    ids=lambda value: str(value)[:24],
)
def test_however_often_or_deep_the_end_is_findings(more: str, slips: int) -> None:
    found = recover(f"{GOOD}\n{more}\n", "x.ttl", PREFIXES).findings
    assert len(found) == slips
    assert {one.place.line for one in found if one.place} == {GOOD.count("\n") + 2}
