"""Slips that people make → for each one finding, at its line, that says what is wrong and how to mend it."""

from __future__ import annotations

from pathlib import Path

import pytest
from slips import RICH, TOOLS, Slip, made, said

B, N, S, T = "data/bodies.ttl", "ontology/ns.ttl", "shapes/rules.ttl", "ecoop.toml"
Q, V, R = "site/queries/who-met.rq", "site/views/timeline.rq", "ontology/rules/hosts.rq"
X = "data/x.jsonld"
C, M = "data/tools.csv", "data/tools.csv-metadata.json"
LABEL = 'skos:prefLabel "LACNIC"@en'
JSON = '{\n  "@context": {"name": "http://www.w3.org/2004/02/skos/core#altLabel"},\n  "@id": "https://example.org/id/body/lacnic",\n  "name": "X"\n}\n'

SLIPS = [
    # syntax: tests/sources/test_recovery.py has all of them; these show that nothing else is said
    Slip("semicolon lost", B, f"{LABEL} ;", LABEL, 10, "syntax", "semicolon is missing", "end of this line"),
    Slip("dot lost", B, 'ex:acronym "LACNIC" .', 'ex:acronym "LACNIC"', 13, "syntax", "dot that ends", "dot at the end"),
    Slip("typographic marks", B, '"LACNIC"@en', "“LACNIC”@en", 10, "syntax", "typographic", 'Write "'),
    Slip("prefix misspelt", B, "skos:prefLabel", "skoz:prefLabel", 10, "syntax", '"skoz:"', 'mean "skos"'),
    Slip("prefix that is like two", B, 'skos:definition "', 'shx:definition "', 11, "syntax", '"shx:"', 'mean "sh"'),
    Slip("prefix not declared", B, "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n", "", 9, "syntax", '"skos:"', "Add @prefix skos:"),
    Slip("merge markers", B, f"    {LABEL} ;\n", f"<<<<<<< HEAD\n    {LABEL} ;\n=======\n    skos:prefLabel \"L\"@en ;\n>>>>>>> x\n", 10, "syntax", "Merge-conflict", "Keep one side"),
    Slip("True", B, "ex:open false", "ex:open False", 24, "syntax", "no capitals", "Write false"),
    Slip("Latin-1", B, "", RICH[B].replace("The registry", "Le régistre").encode("latin-1"), 11, "syntax", "Latin-1", "UTF-8"),
    Slip("comma of JSON", X, "", JSON.replace('"X"', '"X",'), 4, "syntax", "comma", "Delete"),
    # bytes that cannot be seen
    Slip("byte order mark", B, "@prefix dcterms:", "\ufeff@prefix dcterms:", 1, "byte-order-mark", "byte order mark", "without"),
    Slip("NUL", B, '"LACNIC"@en', '"LAC\x00NIC"@en', 10, "xml-character", "control character", "Take it out"),
    # terms
    Slip("property misspelt", B, 'ex:acronym "LACNIC"', 'ex:acronim "LACNIC"', 13, "undefined-term", "ex:acronim", '"acronym"'),
    Slip("class misspelt", B, "body:lacnic a ex:Body", "body:lacnic a ex:Bodi", 9, "undefined-term", "ex:Bodi", '"Body"'),
    Slip("class in small letters", B, "body:lacnic a ex:Body", "body:lacnic a ex:body", 9, "undefined-term", "ex:body", '"Body"'),
    Slip("class unheard of", B, "body:lacnic a ex:Body", "body:lacnic a ex:Zzzzz", 9, "undefined-term", "ex:Zzzzz", "Define it"),
    Slip("SKOS misspelt", B, LABEL, LABEL.replace("prefLabel", "preflabel"), 10, "unknown-term", "skos:preflabel", '"prefLabel"'),
    Slip("Dublin Core misspelt", B, "dcterms:creator", "dcterms:creater", 17, "unfamiliar-term", "dcterms:creater", '"creator"'),
    Slip("datatype misspelt", B, '"2005-01-01"^^xsd:date', '"2005-01-01"^^xsd:dat', 23, "unknown-term", "xsd:dat", '"date"'),
    Slip("RDFS misspelt in the vocabulary", N, "rdfs:domain ex:Thing", "rdfs:domian ex:Thing", 39, "unknown-term", "rdfs:domian", '"domain"'),
    Slip("deprecated", B, 'ex:acronym "LACNIC"', 'ex:oldName "LACNIC"', 13, "deprecated-term", "ex:oldName", "Write ex:acronym"),
    Slip("deprecated in a shape", S, "sh:path ex:acronym", "sh:path ex:oldName", 43, "deprecated-term", "ex:oldName", "Write ex:acronym"),
    Slip("deprecated in a query", Q, "ex:participant body:lacnic", 'ex:participant body:lacnic . body:lacnic ex:oldName ?x . ?meeting ex:open ?y', 8, "deprecated-term", "ex:oldName", "Write ex:acronym"),
    # prefixes and IRIs
    Slip("https in a namespace", B, "<http://xmlns.com/foaf/0.1/>", "<https://xmlns.com/foaf/0.1/>", 3, "prefix-namespace", '"foaf:"', "<http://xmlns.com/foaf/0.1/>"),
    Slip("http in one's own namespace", B, "<https://example.org/id/body/>", "<http://example.org/id/body/>", 5, "prefix-namespace", "almost the public base", "<https://example.org/id/body/>"),
    Slip("letter in one's own namespace", B, "<https://example.org/id/body/>", "<https://exemple.org/id/body/>", 5, "prefix-namespace", "almost the public base", "<https://example.org/id/body/>"),
    Slip("namespace without its hash", B, "<https://example.org/ns#>", "<https://example.org/ns/>", 2, "prefix-namespace", '"ex:"', "<https://example.org/ns#>"),
    Slip("dangling", B, "ex:participant body:lacnic", "ex:participant body:lacnik", 22, "dangling", "body:lacnik", "mean body:lacnic"),
    Slip("dangling in full", B, "ex:participant body:lacnic", "ex:participant <https://example.org/id/body/lacni>", 22, "dangling", "lacni", "mean body:lacnic"),
    Slip("dangling, nothing near", B, "ex:participant body:lacnic", "ex:participant body:qqq", 22, "dangling", "body:qqq", "spelling"),
    Slip("dangling, of another type", B, "ex:participant body:lacnic", "ex:participant meeting:lacnic", 22, "dangling", "meeting:lacnic", "mean body:lacnic"),
    Slip("letter in the host of one IRI", B, "ex:participant body:lacnic", "ex:participant <https://exemple.org/id/body/lacnic>", 22, "dangling", "almost", "mean body:lacnic"),
    Slip("http in one IRI of one's own", B, "ex:participant body:lacnic", "ex:participant <http://example.org/id/body/lacnic>", 22, "namespace-scheme", "http and https", "Write <https://example.org/"),
    Slip("relative subject", B, "body:lacnic a ex:Body", "<body/lacnic> a ex:Body", 9, "relative-iri", "relative IRI", "mean body:lacnic"),
    Slip("relative value", B, "ex:participant body:lacnic", "ex:participant <body/lacnic>", 22, "relative-iri", "relative IRI", "mean body:lacnic"),
    # values
    Slip("impossible date", B, '"2005-01-01"', '"2005-02-30"', 23, "lexical-form", "no such day", "February 2005 has 28 days"),
    Slip("date in another order", B, '"2005-01-01"', '"01.02.2005"', 23, "lexical-form", "xsd:date", '"2005-02-01"'),
    Slip("year for a date", B, '"2005-01-01"', '"2005"', 23, "lexical-form", "xsd:date", "xsd:gYear"),
    Slip("other datatype", B, '"2005-01-01"^^xsd:date', '"2005-01-01T00:00:00"^^xsd:dateTime', 23, "value-kind", "xsd:date", '"…"^^xsd:date'),
    Slip("date without a datatype", B, '"2005-01-01"^^xsd:date', '"2005-01-01"', 23, "value-kind", "xsd:date", '"…"^^xsd:date'),
    Slip("thing for a text", B, 'ex:acronym "LACNIC"', "ex:acronym body:citel", 13, "value-kind", "is a thing", "quotation marks"),
    Slip("text for a thing", B, "ex:participant body:lacnic", 'ex:participant "LACNIC"', 22, "value-kind", "is a text", "mean body:lacnic"),
    Slip("language misspelt", B, '"LACNIC"@en', '"LACNIC"@ne', 10, "label", "English name", "LACNIC"),
    Slip("language lost", B, '"LACNIC"@en', '"LACNIC"', 10, "label", "English name", "LACNIC"),
    Slip("value missing", B, "    ex:participant body:lacnic ;\n", "", 20, "meeting", "Name who takes part", "First meeting"),
    Slip("two labels", B, LABEL, LABEL + ' , "Lacnic"@en', 10, "concept-label", "two preferred labels", "skos:altLabel"),
    # concepts
    Slip("broader than itself", "ontology/schemes.ttl", "skos:broader topic:all", "skos:broader topic:names", 7, "broader-cycle", "broader than itself", "Take"),
    Slip("circle", "ontology/schemes.ttl", "skos:topConceptOf <https://example.org/id/scheme/topic> .", "skos:topConceptOf <https://example.org/id/scheme/topic> ; skos:broader topic:numbers .", 5, "broader-cycle", "broader than itself", "Take"),
    Slip("one label for two", "ontology/schemes.ttl", '"Numbers"@en', '"Names"@en', 8, "concept-same-label", "both called", "another name"),
    # shapes
    Slip("SHACL misspelt", S, "sh:minCount", "sh:minCout", 23, "shape-term", "sh:minCout", '"minCount"'),
    Slip("path is a text", S, "sh:path ex:participant", 'sh:path "ex:participant"', 21, "shape-path", "is a text", "Write ex:participant"),
    Slip("path misspelt", S, "sh:path ex:participant", "sh:path ex:partcipant", 21, "undefined-term", "ex:partcipant", '"participant"'),
    Slip("target misspelt", S, "sh:targetClass ex:Meeting", "sh:targetClass ex:Meting", 19, "undefined-term", "ex:Meting", '"Meeting"'),
    Slip("class of a value misspelt", S, "sh:class ex:Body", "sh:class ex:Bodie", 22, "undefined-term", "ex:Bodie", '"Body"'),
    Slip("pattern cannot be read", S, "[A-Z]{2,9}", "[A-Z{2,9}", 45, "shape-pattern", "no regular expression", "Close the bracket"),
    Slip("count is a text", S, "sh:minCount 1", 'sh:minCount "one"', 23, "shape-parameter", "whole number", "Write 1"),
    Slip("datatype of a shape misspelt", S, "sh:datatype xsd:string", "sh:datatype xsd:strng", 44, "unknown-term", "xsd:strng", '"string"'),
    Slip("constraint cannot be read", S, "FILTER (STR(?value) <", "FILTER (STR(?value <", 36, "shape-query", "never closed", "Put )"),
    Slip("keyword of a constraint misspelt", S, "FILTER (STR", "FILTR (STR", 36, "shape-query", "FILTR", "FILTER"),
    Slip("constraint without $this", S, "SELECT $this ?value WHERE {\n  $this", "SELECT ?that ?value WHERE {\n  ?that", 34, "shape-query", "$this", "$this for ?that"),
    Slip("property of a constraint misspelt", S, "$this ex:start ?value", "$this ex:strat ?value", 35, "undefined-term", "ex:strat", '"start"'),
    Slip("sh:node leads nowhere", S, "        sh:minCount 1 ;", "        sh:minCount 1 ; sh:node exsh:Bodi ;", 23, "shape-reference", "exsh:Bodi", "exsh:Body"),
    # queries
    Slip("keyword of a question misspelt", Q, "SELECT ?meeting", "SELEC ?meeting", 6, "query-syntax", "SELEC", "SELECT"),
    Slip("bracket of a question lost", Q, "(?start > ", "(?start > (", 10, "query-syntax", "never closed", "Put )"),
    Slip("brace of a question lost", Q, "^^<http://www.w3.org/2001/XMLSchema#date>)\n}", "^^<http://www.w3.org/2001/XMLSchema#date>)\n", 6, "query-syntax", "never closed", "Put }"),
    Slip("term of a question misspelt", Q, "ex:participant", "ex:partcipant", 8, "undefined-term", "ex:partcipant", '"participant"'),
    Slip("thing of a question misspelt", Q, "body:lacnic", "body:lacnik", 8, "dangling", "body:lacnik", "body:lacnic"),
    Slip("prefix of a question not declared", Q, "ex:start ?start", "exx:start ?start", 9, "query-syntax", '"exx:"', '"ex"'),
    Slip("variable of a question misspelt", Q, "SELECT ?meeting ?start", "SELECT ?meeting ?stat", 6, "query-variable", "?stat", "?start"),
    Slip("answer no longer right", "site/queries/who-met.expected.json", "2005-01-01", "2005-01-02", 5, "query-expected", "lacks this row", "Mend"),
    Slip("expected is no JSON", "site/queries/who-met.expected.json", '"ordered": false,', '"ordered": false', 4, "query-expected", "Not JSON", ""),
    Slip("question with no answer", "site/queries/none.rq", "", "# title: None?\nPREFIX ex: <https://example.org/ns#>\nSELECT ?x WHERE { ?x a ex:Tool }\n", 2, "query-empty", "no answer", "Compare"),
    Slip("keyword of a view misspelt", V, "OPTIONAL", "OPTIONL", 4, "query-syntax", "OPTIONL", "OPTIONAL"),
    Slip("column of a view lost", V, "SELECT ?thing", "SELECT", 1, "view-columns", "?thing", "Select ?thing"),
    Slip("term of a view misspelt", V, "?thing a ex:Meeting", "?thing a ex:Meting", 2, "undefined-term", "ex:Meting", '"Meeting"'),
    Slip("keyword of a rule misspelt", R, "CONSTRUCT", "CONSTRCT", 3, "query-syntax", "CONSTRCT", "CONSTRUCT"),
    Slip("rule that is no CONSTRUCT", R, "CONSTRUCT { ?meeting ex:host ?body }", "SELECT *", 3, "query-form", "CONSTRUCT", "CONSTRUCT"),
    Slip("term of a rule misspelt", R, "ex:participant", "ex:partcipant", 5, "undefined-term", "ex:partcipant", '"participant"'),
    Slip("rule that derives nothing", R, "?meeting a ex:Meeting", "?meeting a ex:Tool", 2, "query-empty", "derives nothing", "Compare"),
    # settings
    Slip("unknown key", T, "license =", "lisence =", 6, "settings", "lisence", '"license"'),
    Slip("text for a list", T, 'languages = ["en"]', 'languages = "en"', 4, "settings", "must be a list", '["en"]'),
    Slip("closing mark lost", T, 'version = "1.0.0"', 'version = "1.0.0', 5, "settings", "closes this text", 'Put "'),
    Slip("base without its slash", T, '"https://example.org/"', '"https://example.org"', 10, "settings", "public_base", '"https://example.org/"'),
    Slip("kind of a view", T, 'kind = "timeline"', 'kind = "timelin"', 30, "settings", "timelin", '"timeline"'),
    Slip("featured", T, '"id/body/lacnic"', '"id/body/lacnik"', 26, "dangling", "id/body/lacnik", '"id/body/lacnic"'),
    Slip("pattern of a graph", T, '"data/*"', '"date/*"', 15, "graph-pattern", "matches no file", "data/*"),
    Slip("date in another order", T, '"2026-01-31"', '"31.01.2026"', 7, "settings", "project.modified", '"2026-01-31"'),
    Slip("slot that no row has", T, 'key = "acronym"', 'key = "acronim"', 37, "view-slot", "acronim", '"acronym"'),
    Slip("term in a setting", T, '["ex:start"]', '["ex:strat"]', 23, "undefined-term", "ex:strat", '"start"'),
    Slip("deprecated term in a setting", T, '["ex:acronym"]', '["ex:oldName"]', 24, "deprecated-term", "ex:oldName", "ex:acronym"),
    Slip("prefix in a setting", T, '["ex:start"]', '["exx:start"]', 23, "settings", '"exx"', '"ex"'),
    Slip("language of the project", T, '["en"]', '["en", "EN-gb"]', 4, "settings", "EN-gb", '"en-GB"'),
    Slip("severity", T, 'homepage = "off"', 'homepage = "warn"', 45, "settings", "lint.homepage", '"warning"'),
    Slip("code under [lint]", T, "homepage = ", "homepge = ", 45, "lint-code", "homepge", '"homepage"'),
    Slip("True in settings", T, 'homepage = "off"', 'homepage = True', 45, "settings", "", ""),
    Slip("text without marks", T, 'version = "1.0.0"', "version = beta", 5, "settings", "quotation marks", '"beta"'),
    Slip("query of a view not there", T, "[views.cards]", "[views.card]", 33, "view-columns", "site/views/card.rq", '"cards"'),
    Slip("prefix of the vocabulary", T, '"https://example.org/ns#"', '"https://example.org/ns"', 18, "settings", "last sign", "ns#"),
    Slip("public base", T, 'public_base = "https:', 'public_base = "http:', 10, "public-base", "Nothing in data/", '"https://example.org/"'),
    # kinds
    Slip("type missing", B, "body:citel a ex:Body ;\n    skos", "body:citel skos", 15, "thing-type", "no type", "a ex:Body"),
    Slip("thing for a class", B, "body:citel a ex:Body", "body:citel a body:lacnic", 15, "thing-type", "body:lacnic is no class", "class"),
    Slip("property for a class", B, "body:citel a ex:Body", "body:citel a ex:acronym", 15, "thing-type", "ex:acronym is no class", "class"),
    Slip("class for a property", B, 'ex:acronym "CITEL"', 'ex:Body "CITEL"', 18, "thing-type", "no property", "Write a property"),
    Slip("text for a concept", "ontology/schemes.ttl", "skos:broader topic:all", 'skos:broader "All"', 7, "value-kind", "skos:broader", "topic:all"),
    Slip("empty label", B, '"CITEL"@en', '""@en', 16, "odd-text", "empty", "Write it"),
    Slip("blank at the end of a label", B, '"CITEL"@en', '"CITEL "@en', 16, "odd-text", "Blanks", '"CITEL"'),
    Slip("read in another encoding", B, "The registry", "Le rÃ©gistre", 11, "odd-text", "another encoding", "Le régistre"),
    Slip("sign of HTML", B, "The registry", "The &amp; registry", 11, "odd-text", "&amp;", "sign itself"),
    Slip("bounds of a count", S, "sh:minCount 1 ;", "sh:minCount 2 ; sh:maxCount 1 ;", 23, "shape-parameter", "nothing can fit", "at least 2"),
    Slip("exceptions without a closed shape", S, "sh:targetClass ex:Meeting ;", "sh:targetClass ex:Meeting ; sh:ignoredProperties ( ex:open ) ;", 19, "shape-parameter", "not closed", "sh:closed true"),
    Slip("kind of a node", S, "sh:class ex:Body ;", "sh:nodeKind sh:Iri ;", 22, "shape-term", "sh:Iri", '"IRI"'),
    Slip("variable of a filter", Q, "?start >", "?strat >", 10, "query-variable", "?strat", "?start"),
    Slip("namespace of a query", Q, "<https://example.org/ns#>", "<https://example.org/ns/>", 3, "prefix-namespace", '"ex:"', "ns#"),
    # files
    Slip("page for a file", "data/page.ttl", "", "<!DOCTYPE html>\n<html><body>404</body></html>\n", 1, "syntax", "This is HTML", "saved"),
    Slip("pointer of Git LFS", "data/big.ttl", "", "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\n", 1, "syntax", "Git LFS", "git lfs pull"),
    Slip("JSON for Turtle", "data/j.ttl", "", '{"a": 1}\n', 1, "syntax", "This is JSON", ".jsonld"),
    Slip("text never closed", B, '"The registry', '"""The registry', 11, "syntax", "never closed", '"""'),
    Slip("table in data", "data/games.csv", "", "id,title\n1,x\n", 0, "left-out", "without a mapping", "ecoop-ld map data/games.csv"),
    Slip("cell lost", C, "saw,Saw,5,2006-02-28", "saw,Saw,5", 3, "table-row", "Row 3 has 3 cells", "delimiter lost"),
    Slip("cell too many", C, "saw,Saw,5", "saw,Saw, small,5", 3, "table-row", "Row 3 has 5 cells", "quotation marks"),
    Slip("day that is not", C, "2006-02-28", "2006-02-30", 3, "table-value", "no day 30 in month 2", ""),
    Slip("date the other way round", C, "2006-02-28", "28.02.2006", 3, "table-value", "column “made”", "Write 2006-02-28"),
    Slip("unit beside a number", C, "Saw,5", "Saw,5 cm", 3, "table-value", "“5 cm” is no whole number", "Write 5 alone"),
    Slip("key twice", C, "saw,", "hammer,", 3, "table-key", "what row 2 has", "Change one"),
    Slip("key missing", C, "saw,", ",", 3, "table-value", "has to be filled in", ""),
    Slip("quotation mark not closed", C, "saw,Saw", 'saw,"Saw', 3, "syntax", "quotation mark opens here", "Close it"),
    Slip("column of the mapping misspelt", M, '"titles": "size"', '"titles": "sise"', 10, "table-mapping", "no column “sise”", '"size"'),
    Slip("column that nobody mapped", C, "id,name,size,made\nhammer,Hammer,3,2005-01-31\nsaw,Saw,5,2006-02-28", "id,name,size,made,x\nhammer,Hammer,3,2005-01-31,y\nsaw,Saw,5,2006-02-28,z", 1, "table-column", "“x”", "suppressOutput"),
    Slip("formula", C, "saw,Saw", "saw,=B2", 3, "table-formula", "=B2", "values"),
    Slip("Latin-1 table", C, "", TOOLS.replace("Saw", "Säge").encode("latin-1"), 3, "syntax", "Latin-1", "UTF-8"),
    Slip("property of a mapping misspelt", M, "ex:size", "ex:sise", 10, "undefined-term", "ex:sise", '"size"'),
    Slip("class of a mapping misspelt", M, "ex:Thing", "ex:Thng", 12, "undefined-term", "ex:Thng", '"Thing"'),
    Slip("key of a mapping misspelt", M, '"propertyUrl": "ex:size"', '"propertyURL": "ex:size"', 10, "table-mapping", "propertyURL", '"propertyUrl"'),
    Slip("datatype of a mapping misspelt", M, '"integer"', '"interger"', 10, "table-mapping", "interger", '"integer"'),
    Slip("prefix of a mapping", M, '"ex:size"', '"exx:size"', 10, "table-mapping", "exx", '"ex"'),
    Slip("variable of a mapping", M, "{id}", "{ids}", 5, "table-mapping", "{ids}", '"id"'),
    Slip("comma in a mapping", M, '"lang": "en"},', '"lang": "en"}', 9, "syntax", "comma", ""),
    Slip("table of another name", M, '"tools.csv"', '"tool.csv"', 3, "table-mapping", "tool.csv", '"tools.csv"'),
    Slip("ending misspelt", "data/x.tll", "", RICH["data/more.ttl"], 0, "left-out", ".tll", ".ttl"),
    Slip("key without a context", X, "", JSON.replace('"name": "X"', '"name": "X",\n  "acronim": "Y"'), 5, "unmapped-key", "acronim", ""),
]  # fmt: skip


def test_the_project_is_clean(tmp_path: Path) -> None:
    assert [str(finding) for finding in said(made(tmp_path))] == []


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.name)
def test_a_slip_is_one_finding(slip: Slip, tmp_path: Path) -> None:
    found = said(made(tmp_path, slip))
    told = "\n".join(map(str, found))
    assert len(found) == 1, told
    assert (found[0].place, found[0].line, found[0].code) == (slip.file, slip.line, slip.code), told
    assert slip.says in found[0].message, told
    assert slip.hint in found[0].hint, told


PAIRS = [
    ("semicolon lost", "property misspelt"),
    ("dot lost", "impossible date"),
    ("class misspelt", "text for a thing"),
    ("dangling", "date in another order"),
    ("https in a namespace", "SKOS misspelt"),
    ("http in one's own namespace", "language lost"),
    ("keyword of a question misspelt", "keyword of a view misspelt"),
    ("unknown key", "date in another order"),
]


@pytest.mark.parametrize("pair", PAIRS, ids=" and ".join)
def test_two_slips_are_two_findings(pair: tuple[str, str], tmp_path: Path) -> None:
    one = next(slip for slip in SLIPS if slip.name == pair[0])
    other = next(slip for slip in SLIPS if slip.name == pair[1] and (slip.file == T) == (one.file == T))
    found = said(made(tmp_path, one, other))
    assert sorted((f.place, f.code) for f in found) == sorted((s.file, s.code) for s in (one, other)), found


NO_SLIPS = [
    Slip("line ends of Windows", B, "", RICH[B].replace("\n", "\r\n"), 0, "", "", ""),
    Slip("tabs", B, "", RICH[B].replace("    ", "\t"), 0, "", "", ""),
    Slip("empty file", "data/new.ttl", "", "", 0, "", "", ""),
    Slip("large text", B, "The registry", "x" * 300_000, 0, "", "", ""),
    Slip("one label in two graphs", "data/again.ttl", "", RICH["data/more.ttl"], 0, "", "", ""),
    Slip("a thing of another site", B, "dcterms:creator body:lacnic", "dcterms:creator <https://example.com/id/body/x>", 0, "", "", ""),
    Slip("a page of one's own", B, 'ex:acronym "CITEL"', 'ex:acronym "CITEL" ; foaf:page <https://example.org/doc/body/citel>', 0, "", "", ""),
    Slip("a file that describes itself", "data/self.ttl", "", '<> <http://purl.org/dc/terms/title> "Self" .\n', 0, "", "", ""),
    Slip("a variable that is counted", "site/queries/count.rq", "", "# title: How many?\nPREFIX ex: <https://example.org/ns#>\nSELECT (COUNT(?x) AS ?n) WHERE { ?x a ex:Body }\n", 0, "", "", ""),
]  # fmt: skip


@pytest.mark.parametrize("slip", NO_SLIPS, ids=lambda slip: slip.name)
def test_what_is_no_slip_is_no_finding(slip: Slip, tmp_path: Path) -> None:
    assert [str(finding) for finding in said(made(tmp_path, slip))] == []


@pytest.mark.parametrize(
    ("name", "target"), [("self.ttl", "self.ttl"), ("gone.ttl", "nowhere.ttl"), ("loop", "../data")]
)
def test_links_that_lead_nowhere_or_in_a_circle_are_told(name: str, target: str, tmp_path: Path) -> None:
    root = made(tmp_path)
    (root / "data" / name).symlink_to(target)
    assert [(f.place, f.code) for f in said(root)] == [(f"data/{name}", "unreadable")]


def test_a_part_of_a_larger_set_may_lead_to_what_it_lacks(tmp_path: Path) -> None:
    """Most of what it refers to is described elsewhere: nobody misspelt it."""
    others = "".join(f"body:citel foaf:knows <https://example.org/id/person/p{n}> .\n" for n in range(9))
    own = '<https://example.org/id/person/p10> a ex:Thing ; skos:prefLabel "P"@en .\n'
    root = made(tmp_path, Slip("", B, "", RICH[B] + others + own, 0, "", "", ""))
    assert [str(finding) for finding in said(root)] == []
