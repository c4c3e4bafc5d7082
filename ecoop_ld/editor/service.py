"""The Language Server Protocol over standard input and output, for one project (pygls).

Findings are those of ``ecoop-ld check``: of all files when one is opened or saved, of the spelling alone while it is
written. One check runs at a time, beside the loop; what is saved meanwhile is checked after it.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer
from pygls.workspace import ServerTextPosition, ServerTextRange, TextDocument

import ecoop_ld
from ecoop_ld.editor import cursor, knowledge
from ecoop_ld.editor.knowledge import Knowledge, Offer
from ecoop_ld.errors import Finding, Place, Severity, UserError
from ecoop_ld.projects import renaming
from ecoop_ld.projects.fixing import MendedFile

_SEVERITIES = {
    Severity.VIOLATION: lsp.DiagnosticSeverity.Error,
    Severity.WARNING: lsp.DiagnosticSeverity.Warning,
    Severity.NOTE: lsp.DiagnosticSeverity.Information,
}


class EditorService:
    """What the server of one project knows, and what it has said."""

    def __init__(self, root: Path, server: LanguageServer) -> None:
        self.root, self.server = root.resolve(), server
        self.known: Knowledge | None = None
        self._told: set[str] = set()
        """Files of which there are findings in the editor."""
        self._again = asyncio.Event()
        self._work: asyncio.Task[None] | None = None

    # --- findings --------------------------------------------------------------------------------------------------

    def check_soon(self) -> None:
        """Check all, once nothing else is being checked."""
        self._again.set()
        if self._work is None or self._work.done():
            self._work = asyncio.get_running_loop().create_task(self._check())

    async def _check(self) -> None:
        while self._again.is_set():
            self._again.clear()
            found = await asyncio.to_thread(knowledge.learn, self.root)
            if isinstance(found, Knowledge):
                self.known = found
                self._tell(found.findings)
            else:
                self._tell((knowledge.of_error(found),))

    def _tell(self, findings: tuple[Finding, ...]) -> None:
        """Replace all that was said."""
        by_file: dict[str, list[Finding]] = defaultdict(list)
        for finding in findings:
            by_file[finding.place.file if finding.place else "ecoop.toml"].append(finding)
        for name in sorted(self._told - by_file.keys() | by_file.keys()):
            self.publish(name, by_file.get(name, []))
        self._told = set(by_file)

    def publish(self, name: str, findings: list[Finding]) -> None:
        uri = self.uri(name)
        document = self.server.workspace.get_text_document(uri)
        made = [self._diagnostic(document, finding) for finding in findings]
        self.server.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, made))

    def _diagnostic(self, document: TextDocument, finding: Finding) -> lsp.Diagnostic:
        also = [
            lsp.DiagnosticRelatedInformation(self.location(place), "The same is wrong here.") for place in finding.also
        ]
        return lsp.Diagnostic(
            range=span(document, finding.place or Place(self.name(document.uri))),
            message="\n".join(filter(None, [finding.message, finding.hint])),
            severity=_SEVERITIES[finding.severity],
            code=finding.code,
            source="ecoop-ld",
            related_information=also or None,
        )

    def check_spelling(self, uri: str) -> None:
        """Of a text that is not saved: its syntax errors, in place of all that was said of the file, if it has any."""
        if self.known is None:
            return
        document, name = self.server.workspace.get_text_document(uri), self.name(uri)
        found = knowledge.syntax(self.known, name, document.source)
        if found:
            self._told.add(name)
            self.publish(name, found)
        elif found is not None and name in self._told:
            self.publish(name, [f for f in self.known.findings if f.place and f.place.file == name])

    # --- places ----------------------------------------------------------------------------------------------------

    def uri(self, name: str) -> str:
        return (self.root / name).as_uri()

    def name(self, uri: str) -> str:
        """Name of a file relative to the project; as it is where it stands elsewhere."""
        path = Path(unquote(urlsplit(uri).path))
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else path.as_posix()

    def location(self, place: Place) -> lsp.Location:
        uri = self.uri(place.file)
        return lsp.Location(uri, span(self.server.workspace.get_text_document(uri), place))

    def written(self, uri: str, position: lsp.Position) -> cursor.WrittenIri | None:
        """The IRI under the cursor."""
        if self.known is None:
            return None
        document = self.server.workspace.get_text_document(uri)
        offset = document.offset_at_position(position)
        base = self.known.config.base + self.name(uri)
        return cursor.written_at(document.source, offset, self.known.config.all_prefixes, base)


def span(document: TextDocument, place: Place) -> lsp.Range:
    """The term at a place, in the editor's own units; the first line where only the file is known."""
    lines = document.lines
    line = min(max(place.line, 1), max(len(lines), 1)) - 1
    text = lines[line].rstrip("\r\n") if lines else ""
    start = min(max(place.column, 1) - 1, len(text))
    end = cursor.token_end(text, start) if place.column else len(text)
    return _in_client_units(document, line, start, max(end, start))


def _in_client_units(document: TextDocument, line: int, start: int, end: int) -> lsp.Range:
    found = ServerTextRange(ServerTextPosition(line, start), ServerTextPosition(line, end))
    return document.range_to_client_units(found)


def make(root: Path) -> LanguageServer:
    """The server of a project, which answers once it is started."""
    server = LanguageServer(
        "ecoop-ld", ecoop_ld.__version__, text_document_sync_kind=lsp.TextDocumentSyncKind.Incremental
    )
    service = EditorService(root, server)

    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    async def _(_: lsp.DidOpenTextDocumentParams) -> None:
        service.check_soon()

    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    async def _(_: lsp.DidSaveTextDocumentParams) -> None:
        service.check_soon()

    @server.feature(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    async def _(_: lsp.DidChangeWatchedFilesParams) -> None:
        service.check_soon()

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    async def _(asked: lsp.DidChangeTextDocumentParams) -> None:
        service.check_spelling(asked.text_document.uri)

    _add_readings(server, service)
    _add_renaming(server, service)
    return server


def _add_readings(server: LanguageServer, service: EditorService) -> None:
    """Hover, completion, definition, references."""

    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    def _(asked: lsp.HoverParams) -> lsp.Hover | None:
        found = service.written(asked.text_document.uri, asked.position)
        meaning = service.known.meaning(found.iri) if found and service.known else None
        if found is None or meaning is None:
            return None
        return lsp.Hover(lsp.MarkupContent(lsp.MarkupKind.Markdown, _told(meaning, found.iri)))

    @server.feature(lsp.TEXT_DOCUMENT_COMPLETION, lsp.CompletionOptions(trigger_characters=[":"]))
    def _(asked: lsp.CompletionParams) -> lsp.CompletionList:
        document = server.workspace.get_text_document(asked.text_document.uri)
        offset = document.offset_at_position(asked.position)
        if service.known is None:
            return lsp.CompletionList(False, [])
        begun = cursor.unfinished_at(document.source, offset, service.known.prefixes)
        if begun is None:
            return lsp.CompletionList(False, [])
        offers = service.known.offers(begun.namespace, begun.local)
        return lsp.CompletionList(True, [_item(begun.prefix, begun.local, offer, asked.position) for offer in offers])

    @server.feature(lsp.TEXT_DOCUMENT_DEFINITION)
    def _(asked: lsp.DefinitionParams) -> list[lsp.Location]:
        found = service.written(asked.text_document.uri, asked.position)
        places = service.known.definition(found.iri) if found and service.known else ()
        return [service.location(place) for place in places]

    @server.feature(lsp.TEXT_DOCUMENT_REFERENCES)
    def _(asked: lsp.ReferenceParams) -> list[lsp.Location]:
        found = service.written(asked.text_document.uri, asked.position)
        places = service.known.references(found.iri) if found and service.known else ()
        return [service.location(place) for place in places]


def _add_renaming(server: LanguageServer, service: EditorService) -> None:
    """An IRI in every file, with a redirect left behind."""

    @server.feature(lsp.TEXT_DOCUMENT_PREPARE_RENAME)
    def _(asked: lsp.PrepareRenameParams) -> lsp.PrepareRenamePlaceholder | None:
        found = service.written(asked.text_document.uri, asked.position)
        if found is None or service.known is None:
            return None
        document = server.workspace.get_text_document(asked.text_document.uri)
        before = document.source[: found.start]
        line = before.count("\n")
        column = found.start - (before.rfind("\n") + 1)
        here = _in_client_units(document, line, column, column + found.end - found.start)
        return lsp.PrepareRenamePlaceholder(here, found.iri)

    @server.feature(lsp.TEXT_DOCUMENT_RENAME, lsp.RenameOptions(prepare_provider=True))
    def _(asked: lsp.RenameParams) -> lsp.WorkspaceEdit | None:
        found = service.written(asked.text_document.uri, asked.position)
        if found is None or service.known is None:
            return None
        try:
            _refuse_unsaved(service)
            changes = renaming.rename(service.known.config, found.iri, asked.new_name)
        except UserError as error:
            told = f"{error.message} {error.hint}".strip()
            server.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Error, told))
            return None
        return lsp.WorkspaceEdit(changes={service.uri(change.file): [_whole(change)] for change in changes})


def _refuse_unsaved(service: EditorService) -> None:
    """What is renamed is what is saved."""
    for uri, document in service.server.workspace.text_documents.items():
        path = Path(document.path)
        if path.is_relative_to(service.root) and path.is_file() and path.read_text(encoding="utf-8") != document.source:
            raise UserError(f"{service.name(uri)} is not saved.", hint="Save it, then rename.")


def _whole(change: MendedFile) -> lsp.TextEdit:
    end = lsp.Position(change.before.count("\n") + 1, 0)
    return lsp.TextEdit(lsp.Range(lsp.Position(0, 0), end), change.after)


def _told(meaning: knowledge.Meaning, iri: str) -> str:
    """A meaning in Markdown; what comes from the data is plain text in it."""
    kinds = ", ".join(meaning.kinds)
    head = f"**{_plain(meaning.label or meaning.name)}**" + (f" ({_plain(kinds)})" if kinds else "")
    parts = [head, "*deprecated*" if meaning.deprecated else "", _plain(meaning.definition), f"`{iri}`"]
    return "\n\n".join(part for part in parts if part)


def _plain(text: str) -> str:
    for sign in "\\`*_{}[]<>()#+-.!|":
        text = text.replace(sign, "\\" + sign)
    return text


def _item(prefix: str, local: str, offer: Offer, at: lsp.Position) -> lsp.CompletionItem:
    start = lsp.Position(at.line, at.character - len((prefix + ":" + local).encode("utf-16-le")) // 2)
    kind = lsp.CompletionItemKind.Class if offer.is_term else lsp.CompletionItemKind.Value
    return lsp.CompletionItem(
        label=f"{prefix}:{offer.local}",
        kind=kind,
        detail=offer.label or None,
        filter_text=f"{prefix}:{offer.local} {offer.label}",
        text_edit=lsp.TextEdit(lsp.Range(start, at), f"{prefix}:{offer.local}"),
        tags=[lsp.CompletionItemTag.Deprecated] if offer.deprecated else None,
    )
