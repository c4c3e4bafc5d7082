"""Every code that a check can report, with its usual severity. ``docs/findings.md`` explains each to the reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ecoop_ld.errors import Finding, Place, Severity

STAGES = ("syntax", "lexical", "terms", "shapes", "vocabulary", "shacl", "queries")
"""In the order in which people should read them: a slip in one can cause many in the next."""


@dataclass(frozen=True, slots=True)
class Code:
    """What one kind of finding is called, how bad it usually is, and in which stage it is found."""

    name: str
    severity: Severity
    stage: str
    meaning: str


V, W, N = Severity.VIOLATION, Severity.WARNING, Severity.NOTE

TABLE: tuple[Code, ...] = (
    Code(
        "syntax",
        V,
        "syntax",
        "A file cannot be parsed at this place, or uses an undeclared prefix. Cannot be switched off.",
    ),
    Code(
        "xml-entities",
        V,
        "syntax",
        "An RDF/XML file declares entities that could unpack without bound. Cannot be switched off.",
    ),
    Code(
        "unreadable",
        W,
        "syntax",
        "Something in a folder of the project cannot be read, and is left out: a link that leads nowhere or in a "
        "circle, a folder or file without permission.",
    ),
    Code("byte-order-mark", N, "syntax", "A file begins with a byte order mark, which UTF-8 does not need."),
    Code("left-out", N, "syntax", "A file that holds no RDF, or a hidden one, in a folder for RDF."),
    Code(
        "table-mapping",
        V,
        "syntax",
        "The mapping of a table (CSVW) says something that means nothing, or names a column that the table lacks. "
        "Cannot be switched off.",
    ),
    Code("table-row", V, "syntax", "A row has more or fewer cells than the table has columns. Cannot be switched off."),
    Code(
        "table-value",
        V,
        "syntax",
        "A cell does not hold what its column says: no date, no number, nothing where something is required. "
        "Cannot be switched off.",
    ),
    Code("table-key", V, "syntax", "Two rows have one key or one IRI, or a row has none. Cannot be switched off."),
    Code("table-column", W, "syntax", "A column of a table of which the mapping says nothing: it is left out."),
    Code("table-formula", W, "syntax", "A cell holds a formula or an error of a spreadsheet in place of a value."),
    Code("lint-code", W, "syntax", "A code under [lint] in ecoop.toml that no check reports."),
    Code(
        "skipped", N, "syntax", "Later checks did not run, because earlier findings would make their answers worthless."
    ),
    Code("public-base", V, "syntax", "Nothing in the data begins with the public base of ecoop.toml."),
    Code("graph-pattern", W, "syntax", "A pattern or path of a graph in ecoop.toml that no file of the project has."),
    Code("messages", V, "syntax", "A file of site/messages/ that pages cannot be made with. Cannot be switched off."),
    Code("query-syntax", V, "syntax", "A query of the project is no SPARQL. Cannot be switched off."),
    Code(
        "query-form",
        V,
        "syntax",
        "A rule that is no CONSTRUCT, a view that is no SELECT. Cannot be switched off.",
    ),
    Code("lexical-form", W, "lexical", "A literal is not in the lexical space of its XSD or EDTF datatype."),
    Code(
        "canonical",
        N,
        "lexical",
        "A literal that the endpoint would give back in another form, so source and endpoint differ.",
    ),
    Code(
        "endpoint-type",
        N,
        "lexical",
        "A datatype that the endpoint gives back as the one that it is derived from; told once for each.",
    ),
    Code("language-tag", N, "lexical", "A language tag with capitals; every copy gives it back in lower case."),
    Code(
        "xml-character",
        V,
        "lexical",
        "A literal holds a control character, which RDF/XML and SPARQL's XML cannot hold.",
    ),
    Code("html-literal", N, "lexical", "A literal of type rdf:HTML; pages show its words."),
    Code("undefined-term", W, "terms", "An IRI in the project's vocabulary namespace that ontology/ does not define."),
    Code("unknown-term", W, "terms", "A term that RDF, RDFS, OWL, SKOS, SHACL or XML Schema does not have."),
    Code(
        "unfamiliar-term",
        W,
        "terms",
        "A term that a well-known vocabulary (Dublin Core, FOAF, PROV, ORG, DCAT …) does not seem to have.",
    ),
    Code(
        "prefix-namespace", W, "terms", "A prefix stands for another namespace than in ecoop.toml or by common usage."
    ),
    Code("prefix-clash", N, "terms", "Two files give one prefix two namespaces."),
    Code("prefix-name", N, "terms", "A namespace has another prefix here than in ecoop.toml."),
    Code("unused-prefix", N, "terms", "A prefix is declared and never used."),
    Code(
        "namespace-scheme",
        W,
        "terms",
        "http: where the project writes a namespace with https:, or the other way round.",
    ),
    Code("unmapped-key", W, "terms", "A key of JSON-LD that no context maps: it is left out with its value."),
    Code("dangling", W, "terms", "An IRI of the project that nothing is said of: it leads to no page."),
    Code("relative-iri", W, "terms", "An IRI that is written relative to the file that it stands in."),
    Code("deprecated-term", W, "terms", "A term that the vocabulary calls deprecated is still used."),
    Code("value-kind", W, "terms", "A value of another kind or datatype than the vocabulary says."),
    Code("query-variable", W, "terms", "A query asks for a variable that nothing in it gives a value."),
    Code(
        "odd-text", W, "terms", "A text that is empty, was read in a wrong encoding, or holds signs as HTML has them."
    ),
    Code("thing-type", W, "terms", "A thing that has no type, or one that is no class; or a property that is none."),
    Code("mapping-of-terms", W, "terms", "A SKOS mapping property on a class or property makes it a concept."),
    Code("same-as", N, "terms", "owl:sameAs merges everything that two datasets say of a thing."),
    Code("homepage", N, "terms", "foaf:homepage identifies its subject: two things that share one would be merged."),
    Code("disjoint-classes", W, "terms", "A thing has two types that are declared disjoint."),
    Code("blank-node", N, "terms", "A blank node in data/: nobody can link to it."),
    Code("xml-name", V, "terms", "A property whose IRI does not end in a name, so that RDF/XML cannot write it."),
    Code("iri-length", V, "terms", "An IRI longer than limits.iri_length."),
    Code(
        "iri-path",
        W,
        "terms",
        "An IRI of the project with a part that no file system should see (.., %2F, control characters).",
    ),
    Code("iri-case", W, "terms", "Two IRIs of the project that differ in capitals only."),
    Code("iri-shape", N, "terms", "An entity whose IRI is not id/{type}/{slug}; its page gets a made-up name."),
    Code("iri-scheme", W, "terms", "A javascript:, data: or vbscript: IRI; pages show it as text, never as a link."),
    Code(
        "shape-term",
        V,
        "shapes",
        "A term in the sh: namespace that SHACL does not define; engines would silently ignore it.",
    ),
    Code(
        "shape-path", V, "shapes", "A property shape without a path, with several, or with one that is no SHACL path."
    ),
    Code("shape-target", V, "shapes", "A target or path names a term of the vocabulary of the wrong kind."),
    Code("shape-parameter", V, "shapes", "A parameter of a constraint has the wrong kind of value."),
    Code("shape-pattern", V, "shapes", "A regular expression that cannot be read."),
    Code("shape-severity", V, "shapes", "A severity that is not sh:Violation, sh:Warning or sh:Info."),
    Code("shape-query", V, "shapes", "The SPARQL of a constraint cannot be read."),
    Code("shape-reference", V, "shapes", "sh:node or sh:property leads to a shape that is not described."),
    Code("shape-service", V, "shapes", "A constraint asks elsewhere for data (SERVICE, FROM)."),
    Code("shape-unsupported", V, "shapes", "SPARQL targets, JavaScript and rules of SHACL-AF are not run."),
    Code("shape-unreachable", W, "shapes", "A shape without a target that no other shape refers to."),
    Code("shape-message", N, "shapes", "A constraint without sh:message."),
    Code("shape-deactivated", N, "shapes", "A shape that is switched off."),
    Code("shapes-broken", V, "shapes", "The validator cannot use the shapes at all."),
    Code("ontology-iri", W, "vocabulary", "ontology/ declares no owl:Ontology at the vocabulary's IRI."),
    Code("ontology-licence", W, "vocabulary", "The vocabulary has no licence."),
    Code("ontology-version", N, "vocabulary", "The vocabulary has no version IRI or version number, or they disagree."),
    Code(
        "ontology-metadata",
        W,
        "vocabulary",
        "The vocabulary lacks title, description, creator, dates, or its vann: terms.",
    ),
    Code(
        "ontology-extra",
        N,
        "vocabulary",
        "The vocabulary lacks metadata that is good to have (publisher, citation, status, logo …).",
    ),
    Code("ontology-namespace", W, "vocabulary", "The preferred namespace or prefix is not what ecoop.toml says."),
    Code(
        "term-untyped",
        W,
        "vocabulary",
        "A term that is no class, property, datatype or individual, or one used as what it is not.",
    ),
    Code("term-foreign", N, "vocabulary", "A class or property is declared in somebody else's namespace."),
    Code("term-label", W, "vocabulary", "A term has no label in one of the project's languages."),
    Code("term-definition", W, "vocabulary", "A term has no definition in one of the project's languages."),
    Code("term-defined-by", N, "vocabulary", "A term has no rdfs:isDefinedBy, or one that is not this vocabulary."),
    Code("term-status", N, "vocabulary", "A term has no status."),
    Code("term-name", N, "vocabulary", "A class not in UpperCamel, a property not in lowerCamel, or not in ASCII."),
    Code("term-same-label", W, "vocabulary", "Two terms of one kind have the same label."),
    Code("term-extension", N, "vocabulary", "The IRI of the vocabulary ends in a file extension."),
    Code("term-domain", N, "vocabulary", "A property says nothing of what it connects."),
    Code("term-unconnected", N, "vocabulary", "A class that no other term refers to and that refers to none."),
    Code("no-inverses", N, "vocabulary", "How many properties between things have no inverse."),
    Code("no-disjointness", N, "vocabulary", "No two classes are declared disjoint."),
    Code("class-cycle", W, "vocabulary", "A class is its own superclass."),
    Code("property-cycle", W, "vocabulary", "A property is its own superproperty."),
    Code("several-domains", W, "vocabulary", "More than one rdfs:domain or rdfs:range: they mean all of them at once."),
    Code(
        "wrong-equivalent",
        W,
        "vocabulary",
        "A class is equivalent to itself, to a subclass, or to one it is disjoint with.",
    ),
    Code(
        "wrong-inverse",
        W,
        "vocabulary",
        "Two inverse properties whose ends do not fit, or an inverse of a property with literal values.",
    ),
    Code("inverse-of-itself", W, "vocabulary", "A property is its own inverse: it is symmetric."),
    Code("wrong-symmetric", W, "vocabulary", "A symmetric property whose ends differ."),
    Code("wrong-transitive", W, "vocabulary", "A transitive property whose ends differ."),
    Code("concept-label", W, "vocabulary", "A thing has two preferred labels in one language, or a concept has none."),
    Code("label-clash", W, "vocabulary", "One text is both the preferred and another label of a thing."),
    Code("broader-cycle", W, "vocabulary", "A concept is broader than itself."),
    Code("related-broader", W, "vocabulary", "Two concepts are related and one is broader than the other."),
    Code("concept-orphan", N, "vocabulary", "A concept in no scheme."),
    Code("concept-same-label", N, "vocabulary", "Two concepts of one scheme have the same preferred label."),
    Code("shacl", V, "shacl", "The data breaks a rule of an unnamed shape; a named shape reports under its own name."),
    Code(
        "view-columns",
        V,
        "queries",
        "The query of a view is missing, or lacks a column. Cannot be switched off.",
    ),
    Code("view-slot", W, "queries", "A slot of a view that no row of its query fills."),
    Code("query-empty", W, "queries", "A rule, question or view that the data has no answer to."),
    Code("query-expected", W, "queries", "The answer of a question is not the one in its .expected.json."),
)
BY_NAME: Mapping[str, Code] = {code.name: code for code in TABLE}
FIXED = frozenset(
    {"syntax", "xml-entities", "messages", "query-syntax", "query-form", "view-columns"}
    | {"table-mapping", "table-row", "table-value", "table-key"}
)
"""Codes that ``[lint]`` cannot regrade: nothing behind them could be trusted."""


def stage_of(name: str) -> int:
    """Place in the reading order; codes made from the names of shapes belong to SHACL."""
    row = BY_NAME.get(name)
    return STAGES.index(row.stage if row else "shacl")


def finding(code: str, message: str, place: Place | None = None, *, focus: str = "", hint: str = "") -> Finding:
    """A finding with the usual severity of its code."""
    return Finding(code, BY_NAME[code].severity, message, place, focus, hint)
