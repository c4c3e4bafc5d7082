"""``fragments?predicate=…``: the triples that fit one pattern, page by page (Triple Pattern Fragments).

https://linkeddatafragments.org/specification/triple-pattern-fragments/. A client that joins patterns itself, such as
Comunica, asks little of the server for each. The triples are those of the default graph of the endpoint; each page says
how many there are, where it goes on, and how to ask for another pattern.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote, urlencode

import pyoxigraph as ox

from ecoop_ld.publish import bundle
from ecoop_ld.rdf.formats import DATASET_FORMATS, HTML, JSON, N_TRIPLES, RDF_FORMATS, TRIG, Format
from ecoop_ld.rdf.names import FOAF, HYDRA, RDF, VOID, XSD
from ecoop_ld.rdf.triples import Triples, number, triple
from ecoop_ld.rdf.writing import used_prefixes
from ecoop_ld.server import http
from ecoop_ld.server.documents import see_other
from ecoop_ld.server.endpoint import Beside
from ecoop_ld.server.http import VARY, Final, Request, Response
from ecoop_ld.server.negotiation import negotiate
from ecoop_ld.server.refusals import Refusal, not_acceptable
from ecoop_ld.server.snapshot import Served

HOME = "fragments"
PER_PAGE = 100
"""Triples of a page."""
_MOST_COUNTED = 100_000
"""More triples of a pattern are not counted: the number that its pages tell is an estimate then."""
_MOST_PAGES = 1_000_000
PARTS = ("subject", "predicate", "object")
_OFFERED = (TRIG, *(row for row in DATASET_FORMATS if row is not TRIG), *RDF_FORMATS, HTML)
_IN_QUERIES = "/:?@!$&'()*+,;=%~"
"""What stays as a client sent it in the address of a page; what no IRI may hold is escaped (RFC 3987 §2.2)."""
_VARIABLE = re.compile(r"\?[A-Za-z][A-Za-z0-9_]{0,50}\Z")
_LITERAL = re.compile(r'"(.*)"(?:@([A-Za-z0-9-]+)|\^\^<?([^<>"\s]+?)>?)?\Z', re.DOTALL)


class Ask(Protocol):
    """Answers a query of the server's own as it would anybody's, in a format."""

    def __call__(self, served: Served, request: Request, text: str, row: Format, /) -> Awaitable[bytes]: ...


@dataclass(frozen=True, slots=True)
class Pattern:
    """A triple pattern in SPARQL's terms."""

    text: str
    possible: bool
    """Whether any triple can fit: none has a literal for its subject, and no blank node can be asked for."""


async def answer(served: Served, request: Request, ask: Ask, beside: Beside) -> Response | Final:
    """A page of a fragment; ``beside`` does what takes long. Raises :class:`Refusal`, and what ``ask`` raises."""
    values = _values(request)
    pattern, page = _pattern(values), _page(values.get("page", "1"))
    row = negotiate(request.accept, _OFFERED)
    if row is None:
        raise not_acceptable(_OFFERED)
    if row is HTML:  # people see the same in the editor
        query = urlencode({"query": f"SELECT * WHERE {{ {pattern.text} }} LIMIT {PER_PAGE}"})
        editor = see_other(request, "sparql")
        return Response(303, b"", {**editor.headers, "Location": f"{editor.headers['Location']}?{query}"})
    found = await _found(served, request, ask, pattern, page)
    asked = {part: values[part] for part in PARTS if part in values}
    return await beside(lambda: http.complete(request, _page_of(served, request, asked, page, found, row)))


def _page_of(
    served: Served, request: Request, asked: Mapping[str, str], page: int, found: tuple[bytes, int], row: Format
) -> Response:
    content, total = found
    triples = [quad.triple for quad in ox.parse(content, N_TRIPLES.rdf_engine())]
    fragment = served.base + HOME + (f"?{urlencode(asked)}" if asked else "")
    here = served.base + quote(request.target.encode("latin-1"), safe=_IN_QUERIES)
    more = len(triples) > PER_PAGE
    about = [*_about(served, fragment, here, total), *_ways(asked, fragment, here, page, more)]
    headers = {"Content-Type": row.content_type, "Vary": VARY, **served.modified}
    return Response(200, _written(served, triples[:PER_PAGE], about, here, row), headers, keep=True)


def _values(request: Request) -> Mapping[str, str]:
    values = {key: value for key, value in request.parameters if value}
    if unknown := next((key for key in values if key not in (*PARTS, "page")), ""):
        raise Refusal(400, f'A fragment has no "{unknown[:60]}": ask by {", ".join(PARTS)} and page.')
    if len({key for key, _ in request.parameters}) < len(request.parameters):
        raise Refusal(400, f"Each of {', '.join(PARTS)} and page can be given once.")
    return values


def _page(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= _MOST_PAGES and len(text) <= len("1000000")):
        raise Refusal(400, f'"page" is a number from 1 to {_MOST_PAGES:,}.')
    return int(text)


def _pattern(values: Mapping[str, str]) -> Pattern:
    terms = [_term(part, values.get(part, "")) for part in PARTS]
    wrong = any(isinstance(term, ox.Literal) for term in terms[:2])
    blank = any(isinstance(term, ox.BlankNode) for term in terms)
    return Pattern(" ".join(map(str, terms)), not (wrong or blank))


def _term(part: str, text: str) -> ox.NamedNode | ox.Literal | ox.BlankNode | ox.Variable:
    """A term as the parameters of fragments write it: an IRI as it is, ``"text"@en``, ``"1"^^IRI``, ``?name``."""
    try:
        if not text or _VARIABLE.match(text):
            return ox.Variable(text[1:] or f"_{part}")
        if text.startswith("_:"):
            return ox.BlankNode("b")
        if match := _LITERAL.match(text):
            value, language, datatype = match.groups()
            kind = ox.NamedNode(datatype) if datatype and datatype != XSD + "string" else None
            return ox.Literal(value, language=language) if language else ox.Literal(value, datatype=kind)
        return ox.NamedNode(text.removeprefix("<").removesuffix(">"))
    except ValueError:
        raise Refusal(
            400, f'"{part}" has to be an IRI, a literal in quotes with its language or datatype, or a ?variable.'
        ) from None


async def _found(served: Served, request: Request, ask: Ask, pattern: Pattern, page: int) -> tuple[bytes, int]:
    """The triples of a page, and one more where there is a next; and how many fit in all, up to what is counted."""
    if not pattern.possible:
        return b"", 0
    where, start = f"{{ {pattern.text} }}", (page - 1) * PER_PAGE
    some = f"CONSTRUCT {where} WHERE {where} OFFSET {start} LIMIT {PER_PAGE + 1}"
    found = await ask(served, request, some, N_TRIPLES)
    lines = found.count(b"\n")
    if page == 1 and lines <= PER_PAGE:
        return found, lines
    count = f"SELECT (COUNT(*) AS ?n) WHERE {{ SELECT * WHERE {where} LIMIT {_MOST_COUNTED} }}"
    (row,) = json.loads(await ask(served, request, count, JSON))["results"]["bindings"]
    return found, max(int(row["n"]["value"]), start + lines if lines else 0)


def _about(served: Served, fragment: str, here: str, total: int) -> Triples:
    """What a client needs to know of a page: how many triples fit, and how it asks for others (Hydra's controls)."""
    dataset = f"{served.base}{HOME}#dataset"
    form = ox.BlankNode("form")
    for address in dict.fromkeys((fragment, here)):
        yield triple(dataset, VOID + "subset", address)
        yield triple(address, HYDRA + "totalItems", number(total))
        yield triple(address, VOID + "triples", number(total))
        yield triple(address, HYDRA + "itemsPerPage", number(PER_PAGE))
    yield triple(here, RDF + "type", HYDRA + "PartialCollectionView")
    yield triple(dataset, RDF + "type", VOID + "Dataset")
    yield triple(dataset, RDF + "type", HYDRA + "Collection")
    yield triple(dataset, HYDRA + "search", form)
    template = f"{served.base}{HOME}{{?{','.join(PARTS)}}}"
    yield _of(form, HYDRA + "template", ox.Literal(template))
    yield _of(form, HYDRA + "variableRepresentation", ox.NamedNode(HYDRA + "ExplicitRepresentation"))
    for part in PARTS:
        mapping = ox.BlankNode(part)
        yield _of(form, HYDRA + "mapping", mapping)
        yield _of(mapping, HYDRA + "variable", ox.Literal(part))
        yield _of(mapping, HYDRA + "property", ox.NamedNode(RDF + part))


def _of(node: ox.BlankNode, predicate: str, value: ox.NamedNode | ox.BlankNode | ox.Literal) -> ox.Triple:
    return ox.Triple(node, ox.NamedNode(predicate), value)


def _ways(asked: Mapping[str, str], fragment: str, here: str, page: int, more: bool) -> Triples:
    """From a page to the first, the one before and the next."""

    def address(number: int) -> str:
        return f"{fragment.partition('?')[0]}?{urlencode({**asked, 'page': number})}"

    yield triple(fragment, HYDRA + "view", here)
    yield triple(here, HYDRA + "first", address(1))
    if page > 1:
        yield triple(here, HYDRA + "previous", address(page - 1))
    if more:
        yield triple(here, HYDRA + "next", address(page + 1))


def _written(served: Served, found: list[ox.Triple], about: list[ox.Triple], here: str, row: Format) -> bytes:
    """Where a format has named graphs, what is said of the page stands in one of its own: a client tells it apart."""
    prefixes = used_prefixes([*found, *about], {**served.site.config.all_prefixes, "hydra": HYDRA})
    if row not in DATASET_FORMATS:
        return bundle.serialize([*found, *about], row, prefixes)
    graph = ox.NamedNode(f"{here}#metadata")
    of_graph = triple(graph.value, FOAF + "primaryTopic", here)
    quads = [ox.Quad(one.subject, one.predicate, one.object, graph) for one in (of_graph, *about)]
    return bundle.serialize(
        [*(ox.Quad(one.subject, one.predicate, one.object) for one in found), *quads], row, prefixes, graphs=True
    )
