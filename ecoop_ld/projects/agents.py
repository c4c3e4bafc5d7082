"""A project, or files of RDF → tools for language models (Model Context Protocol), which read and change nothing.

Queries go through the checks, the limits and the worker processes of the endpoint; what is long is cut, and says so.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ecoop_ld
from ecoop_ld.config import Config
from ecoop_ld.errors import UserError
from ecoop_ld.rdf import names, plain
from ecoop_ld.rdf.formats import JSON, TSV, TURTLE
from ecoop_ld.site.data import triples_of
from ecoop_ld.site.findable import records
from ecoop_ld.site.load import load_site
from ecoop_ld.site.site import Site
from ecoop_ld.sources import files
from ecoop_ld.sources.materialise import materialise
from ecoop_ld.sparql.inspection import declare, prepare
from ecoop_ld.sparql.pool import Pool
from ecoop_ld.sparql.protocol import Form, Query, QueryError
from ecoop_ld.sparql.store import build_store
from ecoop_ld.views.ranking import Ranking
from ecoop_ld.words.texts import in_language

if TYPE_CHECKING:
    from mcp.server import MCPServer

Json = dict[str, Any]
_MOST_FOUND, _MOST_MENTIONS, _EXCERPT = 50, 200, 500
_MOST_TEXT = 60_000
"""Characters of an answer: a model has to read them all."""
_ROWS = {Form.SELECT: TSV, Form.ASK: JSON}


class Library:
    """What the tools answer; ``pool`` answers queries."""

    def __init__(self, site: Site, pool: Pool) -> None:
        self._site, self._pool = site, pool
        self._language = site.config.languages[0]
        self._ranking = Ranking(records(site, self._language))

    def about(self) -> Json:
        """What the data are, their classes with numbers of things, and the prefixes that queries need not declare."""
        config, describer = self._site.config, self._site.describer(self._language)
        prefixes = config.all_prefixes
        members = sorted(self._site.dataset.members.items(), key=lambda pair: -len(pair[1]))
        return {
            "title": in_language(config.project.title, self._language),
            "description": in_language(config.project.description or config.project.title, self._language),
            "version": config.project.version,
            "license": config.project.license,
            "things": len(self._site.dataset.things),
            "classes": [
                {"class": names.compact(kind, prefixes), "label": describer.label(kind).value, "things": len(iris)}
                for kind, iris in members[:_MOST_MENTIONS]
            ],
            "classes_left_out": max(0, len(members) - _MOST_MENTIONS),
            "prefixes": dict(prefixes),
        }

    def search(self, text: str, limit: int = 10) -> Json:
        """Find things, questions and terms of the vocabulary by words in their names and texts, best first."""
        found = self._ranking.find(text, most=max(1, min(limit, _MOST_FOUND)))
        hits = []
        for hit in found.hits:
            path, fragment = hit.record.page
            resource = self._site.resources.get(path)
            iri = resource.iri if resource else ""
            known = iri + f"#{fragment}" if fragment and iri else iri
            hits.append(
                {"name": hit.record.title, "kind": hit.record.kind, "iri": known, "text": hit.record.text[:500]}
            )
        return {"count": found.count, "found": hits}

    def describe(self, iri: str) -> Json:
        """Everything that is stated of a thing or a term, by its IRI or a name like ex:Thing, and what mentions it."""
        dataset, name = self._site.dataset, self._known(iri)
        about = dict.fromkeys((name, *dataset.blanks.below(name)))
        facts = [fact for each in about for row in dataset.outgoing(each).values() for fact in row]
        (node,), others = plain.nodes(triples_of(dataset, facts), [name], self._site.content.context)
        prefixes = self._site.config.all_prefixes
        into = [(fact.subject, p) for p, row in dataset.incoming(name).items() for fact in row]
        page = dataset.page(name)
        return {
            "thing": node,
            "included": others,
            "mentioned_by": [
                {"id": subject, "property": names.compact(prop, prefixes)} for subject, prop in into[:_MOST_MENTIONS]
            ],
            "mentions_left_out": max(0, len(into) - _MOST_MENTIONS),
            "page": dataset.addresses.url(page[0], self._language) if page else "",
        }

    def _known(self, iri: str) -> str:
        prefixes = self._site.config.all_prefixes
        with contextlib.suppress(KeyError):
            name = names.expand(iri.strip(), prefixes)
            if self._site.dataset.described(name) or self._site.dataset.incoming(name):
                return name
        raise UserError(f"Nothing is known about {iri[:200]}.", hint="search finds IRIs by names.")

    def questions(self) -> Json:
        """Questions that the project has an answer to, each with its query in SPARQL, ready for the tool sparql."""
        words = self._language
        return {
            "questions": [
                {
                    "name": question.name,
                    "title": in_language(question.title, words),
                    "description": in_language(question.description, words) if question.description else "",
                    "query": question.text,
                }
                for question in self._site.questions
            ]
        }

    async def sparql(self, query: str) -> Json:
        """Ask a query in SPARQL 1.1 or 1.2 that reads: rows come as TSV, truth values as JSON, graphs as Turtle."""
        config = self._site.config
        try:
            prepared = prepare(Query(declare(query, config.all_prefixes, config.limits)), config.limits)
            row = _ROWS.get(prepared.form, TURTLE)
            answer = await self._pool.run(prepared, row)
        except QueryError as error:
            raise UserError(error.message, hint=error.hint) from None
        text = answer.content.decode()
        shown = text if len(text) <= _MOST_TEXT else text[: text.rfind("\n", 0, _MOST_TEXT) + 1]
        found = {"format": row.name, "answer": shown, "characters_left_out": len(text) - len(shown)}
        if row is TSV:
            found |= {"rows": answer.rows, "rows_left_out": answer.rows - max(0, shown.count("\n") - 1)}
        return found


def run(config: Config) -> None:
    """Answer over standard input and output until they are closed. Raises ``UserError`` without the extra ``mcp``."""
    try:
        from mcp.server import MCPServer
    except ImportError:
        raise UserError("This needs the library mcp.", hint="pip install ecoop-ld[mcp]") from None
    site = _site(config)
    with tempfile.TemporaryDirectory(prefix="ecoop-ld-") as folder:
        store = Path(folder) / "store"
        build_store(site.dataset.quads, store)
        pool = Pool(store, config.limits, config.all_prefixes)

        @contextlib.asynccontextmanager
        async def lifespan(_: MCPServer) -> AsyncIterator[None]:
            async with pool:
                yield

        title = in_language(config.project.title, config.languages[0])
        server: MCPServer = MCPServer(
            "ecoop-ld",
            title=title,
            instructions=f"Linked data: {title}. Begin with about, find IRIs with search, then describe or sparql.",
            version=ecoop_ld.__version__,
            lifespan=lifespan,
            log_level="ERROR",
        )
        _offer(server, Library(site, pool))
        server.run("stdio")


def _site(config: Config) -> Site:
    loaded = files.load(config)
    if loaded.findings:
        raise UserError(f"{loaded.findings[0]}", hint="ecoop-ld check shows every finding.")
    return load_site(config, loaded, materialise(config, loaded.quads))


def _offer(server: MCPServer, library: Library) -> None:
    """The tools; a mistake of the caller becomes an answer that says so."""
    from mcp.server.mcpserver.exceptions import ToolError
    from mcp.types import ToolAnnotations

    reads = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)

    def told(error: UserError) -> ToolError:
        return ToolError(f"{error.message} {error.hint}".strip())

    async def about() -> Json:
        return library.about()

    async def search(text: str, limit: int = 10) -> Json:
        return library.search(text, limit)

    async def describe(iri: str) -> Json:
        try:
            return library.describe(iri)
        except UserError as error:
            raise told(error) from None

    async def sparql(query: str) -> Json:
        try:
            return await library.sparql(query)
        except UserError as error:
            raise told(error) from None

    async def questions() -> Json:
        return library.questions()

    for tool in (about, search, describe, sparql, questions):
        meant = getattr(Library, tool.__name__).__doc__
        server.tool(description=meant, annotations=reads)(tool)
