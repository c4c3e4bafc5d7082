"""A mapping that is proposed → Turtle for the terms that the ontology does not define yet, to be edited."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from ecoop_ld.projects.mapping import Proposal, ProposedColumn
from ecoop_ld.rdf import names

_RANGES = {"url": "", "mail": "", "string": "", "lat": "xsd:decimal", "long": "xsd:decimal"}


def prefixes(terms: str) -> str:
    """The prefixes of what :func:`stubs` gives; that of the vocabulary is ``ns:``."""
    known = {"ns": terms, "owl": names.OWL, "rdfs": names.RDFS, "vs": names.VS, "xsd": names.XSD}
    return "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in known.items())


def stubs(proposal: Proposal, defined: frozenset[str], languages: tuple[str, ...]) -> str:
    """A class and properties, each with a label from the table's own words."""
    space = proposal.vocabulary.terms
    made = []
    if proposal.kind.startswith(space) and proposal.kind not in defined:
        word = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", proposal.kind[len(space) :]).lower()
        said = f"What a row of {proposal.table} is about."
        made.append(_stub(f"ns:{proposal.kind[len(space) :]}", "owl:Class", [word], said, space, languages, []))
    told: set[str] = set()
    for column in proposal.columns:
        if column.property.startswith(space) and column.property not in defined | told:
            told.add(column.property)
            made.append(_property(proposal, column, languages))
    return "\n".join(made)


def _property(proposal: Proposal, column: ProposedColumn, languages: tuple[str, ...]) -> str:
    space = proposal.vocabulary.terms
    titles = [c.guessed.stem or c.guessed.title for c in proposal.columns if c.property == column.property]
    label = re.sub(r"[_\s]+", " ", titles[0]).strip().lower()
    leads = column.things or column.guessed.kind in ("url", "mail")
    kind = "owl:ObjectProperty" if leads else "owl:DatatypeProperty"
    said = f"The column “{column.guessed.title}” of {proposal.table}."
    more = list(_more(proposal, column))
    return _stub(f"ns:{column.property[len(space) :]}", kind, [label], said, space, languages, more)


def _more(proposal: Proposal, column: ProposedColumn) -> Iterator[str]:
    yield f"rdfs:domain {_name(proposal, proposal.kind)}"
    classes = {kind for _, kind in column.things.values() if kind}
    if column.things and len(classes) == 1:
        yield f"rdfs:range {_name(proposal, classes.pop())}"
    elif not column.things and (range_ := _RANGES.get(column.guessed.kind, f"xsd:{column.guessed.kind}")):
        yield f"rdfs:range {range_}"


def _name(proposal: Proposal, iri: str) -> str:
    space = proposal.vocabulary.terms
    return f"ns:{iri[len(space) :]}" if re.fullmatch(re.escape(space) + r"[A-Za-z]\w*", iri) else f"<{iri}>"


def _stub(
    name: str, kind: str, labels: list[str], said: str, space: str, languages: tuple[str, ...], more: list[str]
) -> str:
    lines = [f"{name} a {kind}"]
    tag = languages[0] if languages else "en"
    lines += [f"rdfs:label {json.dumps(label, ensure_ascii=False)}@{tag}" for label in labels]
    lines.append(f"rdfs:comment {json.dumps(said, ensure_ascii=False)}@en")
    lines += [*more, f"rdfs:isDefinedBy <{space.rstrip('#/')}>", 'vs:term_status "unstable"']
    return " ;\n    ".join(lines) + " .\n"
