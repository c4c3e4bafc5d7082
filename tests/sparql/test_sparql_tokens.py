"""The tokeniser reads what the engine reads, and never hangs."""

from __future__ import annotations

import re

import pytest

from ecoop_ld.sparql.tokens import BAD, decode_escapes, reads_plainly, tokenise

TOKENS = [
    ("SELECT*{}", "WORD:SELECT PUNCTUATION:* PUNCTUATION:{ PUNCTUATION:}"),
    ("?s $x", "VAR:?s VAR:$x"),
    ("ex:a.b ex: :x ex:a.", "PNAME:ex:a.b PNAME:ex: PNAME::x PNAME:ex:a PUNCTUATION:."),
    (r"ex:a\-b%20 ex:1:2", r"PNAME:ex:a\-b%20 PNAME:ex:1:2"),
    ("<http://e/#x>?y", "IRI:<http://e/#x> VAR:?y"),
    ("?a < ?b", "VAR:?a PUNCTUATION:< VAR:?b"),
    ("?a<= ?b>=?c!=?d", "VAR:?a PUNCTUATION:<= VAR:?b PUNCTUATION:>= VAR:?c PUNCTUATION:!= VAR:?d"),
    ("?a<?b&&?c>?d", "VAR:?a IRI:<?b&&?c> VAR:?d"),  # the longest token, as §19.8 has it
    (
        "(?a<?b&&?c>?d)",
        "PUNCTUATION:( VAR:?a PUNCTUATION:< VAR:?b PUNCTUATION:&& VAR:?c PUNCTUATION:> VAR:?d PUNCTUATION:)",
    ),
    ("(?a<=?b&&?c>?d", "PUNCTUATION:( VAR:?a PUNCTUATION:<= VAR:?b PUNCTUATION:&& VAR:?c PUNCTUATION:> VAR:?d"),
    (
        "(<f>(?a)<5)FILTER(?b>3",
        "PUNCTUATION:( IRI:<f> PUNCTUATION:( VAR:?a PUNCTUATION:) PUNCTUATION:< NUMBER:5 PUNCTUATION:) WORD:FILTER PUNCTUATION:( VAR:?b PUNCTUATION:> NUMBER:3",
    ),
    (
        "{VALUES(?a){(1 <b>)(<c> <d>)}}",
        "PUNCTUATION:{ WORD:VALUES PUNCTUATION:( VAR:?a PUNCTUATION:) PUNCTUATION:{ PUNCTUATION:( NUMBER:1 IRI:<b> PUNCTUATION:) PUNCTUATION:( IRI:<c> IRI:<d> PUNCTUATION:) PUNCTUATION:} PUNCTUATION:}",
    ),
    ("{?s a(<a> <b>)}", "PUNCTUATION:{ VAR:?s WORD:a PUNCTUATION:( IRI:<a> IRI:<b> PUNCTUATION:) PUNCTUATION:}"),
    ('"a"@en--ltr ~?r', 'STRING:"a" TAG:@en--ltr PUNCTUATION:~ VAR:?r'),
    (
        "<<(<a><b>?c)>>{|<<?a <b> ?c>>|}",
        "PUNCTUATION:<<( IRI:<a> IRI:<b> VAR:?c PUNCTUATION:)>> PUNCTUATION:{| PUNCTUATION:<< VAR:?a IRI:<b> VAR:?c PUNCTUATION:>> PUNCTUATION:|}",
    ),
    ("1 1.5 .5 1. 1.e5 2E-3", "NUMBER:1 NUMBER:1.5 NUMBER:.5 NUMBER:1 PUNCTUATION:. NUMBER:1.e5 NUMBER:2E-3"),
    ('"a"@en-GB "b"^^ex:c', 'STRING:"a" TAG:@en-GB STRING:"b" PUNCTUATION:^^ PNAME:ex:c'),
    ("""'it''s' '' "" "\\"" """, """STRING:'it' STRING:'s' STRING:'' STRING:"" STRING:"\\"" """),
    ("'''a'b''c''' d", "STRING:'''a'b''c''' WORD:d"),
    ('"""a"b\n#c""" d', 'STRING:"""a"b\n#c""" WORD:d'),
    ("# SERVICE <x> {}\nASK", "WORD:ASK"),
    ("ASK # the end", "WORD:ASK"),
    ("_:a.b _:c.", "BLANK:_:a.b BLANK:_:c PUNCTUATION:."),
    ("1SERVICE<x>", "NUMBER:1 WORD:SERVICE IRI:<x>"),
    ("ex:a.SERVICE", "PNAME:ex:a.SERVICE"),
    ("^ex:a|!(ex:b", "PUNCTUATION:^ PNAME:ex:a PUNCTUATION:| PUNCTUATION:! PUNCTUATION:( PNAME:ex:b"),
    ("ex:a/ex:c*", "PNAME:ex:a PUNCTUATION:/ PNAME:ex:c PUNCTUATION:*"),
    ("ASK \\ x", "WORD:ASK BAD:\\ WORD:x"),
    ('a "b', 'WORD:a BAD:"b'),
    ("título ?año ñ:é", "WORD:título VAR:?año PNAME:ñ:é"),
]


@pytest.mark.parametrize(("text", "expected"), TOKENS, ids=[text for text, _ in TOKENS])
def test_tokens(text: str, expected: str) -> None:
    assert " ".join(f"{token.kind}:{token.text}" for token in tokenise(text)) == expected.rstrip(" ")


@pytest.mark.parametrize(
    ("text", "contexts"),
    [
        ("SELECT (1 AS ?x) {x}", "OUTER OUTER EXPRESSION EXPRESSION EXPRESSION EXPRESSION OUTER GROUP GROUP"),
        ("{SELECT(?x){x}HAVING(1", "OUTER GROUP GROUP EXPRESSION EXPRESSION GROUP GROUP GROUP GROUP GROUP EXPRESSION"),
        ("{?s(1)?o FILTER(1", "OUTER GROUP GROUP LIST LIST GROUP GROUP GROUP EXPRESSION"),
        ("{FILTER <f>(1)[2]", "OUTER GROUP GROUP GROUP EXPRESSION EXPRESSION GROUP PROPERTIES PROPERTIES"),
        ("{FILTER(EXISTS{(1", "OUTER GROUP GROUP EXPRESSION EXPRESSION GROUP LIST"),
        ("VALUES ?x {1}(2", "OUTER OUTER OUTER DATA DATA OUTER EXPRESSION"),
        ("{VALUES(?x){(1", "OUTER GROUP GROUP DATA DATA GROUP DATA DATA"),
        ("{?s ?p <<(1)>>{|2", "OUTER GROUP GROUP GROUP TRIPLE TRIPLE GROUP PROPERTIES"),
    ],
)
def test_each_token_stands_in_what_its_brackets_hold(text: str, contexts: str) -> None:
    assert " ".join(token.context for token in tokenise(text)) == contexts


@pytest.mark.parametrize("text", [text for text, _ in TOKENS])
def test_only_white_space_and_comments_lie_between_tokens(text: str) -> None:
    at = 0
    for token in tokenise(text):
        assert re.fullmatch(r"(?:\s|#[^\n]*\n)*", text[at : token.start])
        assert text[token.start : token.end] == token.text
        at = token.end
    assert re.fullmatch(r"(?:\s|#[^\n]*\n?)*", text[at:])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"\u0053ELECT \u003Fx {}", "SELECT ?x {}"),
        (r"ASK {\U0000003Fx ?y ?z}", "ASK {?x ?y ?z}"),
        (r'ASK {?s <\u0041> "\u0022"}', r'ASK {?s <A> "\u0022"}'),  # what could end a string stays in it
        (r"ASK {?s <\u003E> '\u0027\u005A'}", r"ASK {?s <\u003E> '\u0027Z'}"),
        (r"ASK {?s ?p '\\u0041', '\\\u0041'}", r"ASK {?s ?p '\\u0041', '\\A'}"),
        (r"ASK \u005Cu007B }", r"ASK \u007B }"),  # one pass only
        ("ASK { # \\u000A }", "ASK { # \n }"),  # a comment ends with its line
        (r"ASK { # \u0022 }", r"ASK { # \u0022 }"),
        (r"ASK {?s ?p \u0022it's \u0041\u0022 , \u0027\u0022\u0027}", r"""ASK {?s ?p "it's A" , '\u0022'}"""),
        (r"ASK {ex\u003Aa\u002D\u00E9 ?p \u003Cx:\u0023\u003E}", r"ASK {ex:a-é ?p <x:\u0023>}"),
        (r"ASK \uD800 \U00110000 \u00", r"ASK \uD800 \U00110000 \u00"),
    ],
)
def test_codepoint_escapes_outside_strings_and_iris_are_decoded_once(text: str, expected: str) -> None:
    assert decode_escapes(text) == expected


@pytest.mark.parametrize(
    "piece",
    [
        *(
            '"\\',
            '"""\\"',
            "<",
            "<a",
            "a.",
            ".",
            "a",
            "\\u0041",
            '"',
            "@a-",
            "1",
            "a:%",
            "a...b...",
            "<\\u0041",
            " #\n",
        ),
        *("_:a.", "'", "''", '"a"""', "1e", "1.", "?", "a:\\", "\u00e9.", "((", "^^", "'\"\n"),
    ],
)
def test_a_hundred_kilobytes_of_anything_are_read_to_the_end(piece: str) -> None:
    """A rule that tried again from each position would not end in the lifetime of the test run."""
    text = piece * (100_000 // len(piece))
    tokens = list(tokenise(text))
    assert sum(len(token.text) for token in tokens) <= len(text)
    assert not tokens or tokens[-1].end >= len(text.rstrip()) or tokens[-1].kind is BAD
    decode_escapes(text)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("SELECT * { ?s <p> '<x>' FILTER(?s IN (<a>, <b>)) } # <c>", True),
        ("SELECT * { ?s ?p ?o FILTER(?o<5)FILTER(?s>3) }", False),
        ("SELECT * { ?s ?p ?o FILTER(?o < 5) FILTER(?s>3) }", True),
    ],
)
def test_comparisons_that_look_like_iris_are_known(text: str, plain: bool) -> None:
    assert reads_plainly(text) is plain
