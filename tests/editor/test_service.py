"""The language server as an editor has it: a process, spoken to over its standard input and output."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types as lsp
from projects import DATA, ONTOLOGY, TOML, make_project
from pygls.lsp.client import LanguageClient

NAME = "data/tools.ttl"


class Editor:
    """A client that keeps what it was told."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.client = LanguageClient("test", "1")
        self.found: dict[str, list[lsp.Diagnostic]] = {}
        self.messages: list[str] = []
        self._news = asyncio.Event()
        self._version = 0

        @self.client.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def _(told: lsp.PublishDiagnosticsParams) -> None:
            self.found[told.uri] = list(told.diagnostics)
            self._news.set()

        @self.client.feature(lsp.WINDOW_SHOW_MESSAGE)
        def _(told: lsp.ShowMessageParams) -> None:
            self.messages.append(told.message)
            self._news.set()

    async def __aenter__(self) -> Editor:
        await self.client.start_io(sys.executable, "-m", "ecoop_ld", "lsp", "--project", str(self.root))
        await self.client.initialize_async(
            lsp.InitializeParams(capabilities=lsp.ClientCapabilities(), root_uri=self.root.as_uri())
        )
        self.client.initialized(lsp.InitializedParams())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.client.shutdown_async(None)
        self.client.exit(None)
        await self.client.stop()

    def uri(self, name: str = NAME) -> str:
        return (self.root / name).resolve().as_uri()

    def at(self, word: str, name: str = NAME, after: int = 1) -> dict[str, Any]:
        """The place of a word in a file on disk, as the protocol counts."""
        text = (self.root / name).read_text(encoding="utf-8")
        before = text[: text.index(word) + after]
        column = len(before.rpartition("\n")[2].encode("utf-16-le")) // 2
        return {
            "text_document": lsp.TextDocumentIdentifier(self.uri(name)),
            "position": lsp.Position(before.count("\n"), column),
        }

    def open(self, name: str = NAME) -> None:
        text = (self.root / name).read_text(encoding="utf-8")
        item = lsp.TextDocumentItem(self.uri(name), "turtle", 0, text)
        self.client.text_document_did_open(lsp.DidOpenTextDocumentParams(item))

    def change(self, text: str, name: str = NAME) -> None:
        self._version += 1
        document = lsp.VersionedTextDocumentIdentifier(self._version, self.uri(name))
        changes = [lsp.TextDocumentContentChangeWholeDocument(text)]
        self.client.text_document_did_change(lsp.DidChangeTextDocumentParams(document, changes))

    def save(self, text: str, name: str = NAME) -> None:
        (self.root / name).write_text(text, encoding="utf-8")
        self.change(text, name)
        document = lsp.TextDocumentIdentifier(self.uri(name))
        self.client.text_document_did_save(lsp.DidSaveTextDocumentParams(document))

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while not holds():
                self._news.clear()
                await self._news.wait()

    def said(self, name: str = NAME) -> list[tuple[str | int | None, int, int, int]]:
        rows = self.found.get(self.uri(name), [])
        return [(d.code, d.range.start.line + 1, d.range.start.character, d.range.end.character) for d in rows]


def run(root: Path, work: Callable[[Editor], Awaitable[None]]) -> None:
    async def session() -> None:
        async with Editor(root) as editor:
            editor.open()
            await editor.until(lambda: bool(editor.found))
            await work(editor)

    asyncio.run(session())


CLEAN = (
    "@prefix dcterms: <http://purl.org/dc/terms/> .\n"
    + DATA
    + """
<https://example.org/id/thing/smile> a ex:Tool ;
    rdfs:label "😀 smile"@en ; dcterms:relation <https://example.org/id/thing/nothing> .
"""
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_project(tmp_path, {"ontology/ns.ttl": ONTOLOGY, NAME: CLEAN}, TOML)


def test_findings_stand_at_their_terms_and_go_when_they_are_mended(root: Path) -> None:
    """Also after a smile, which is two units for an editor and one sign for Python."""

    async def work(editor: Editor) -> None:
        line = CLEAN.count("\n", 0, CLEAN.index("<https://example.org/id/thing/nothing>")) + 1
        text = CLEAN.splitlines()[line - 1]
        start = len(text[: text.index("<https://example.org/id/thing/nothing>")].encode("utf-16-le")) // 2
        await editor.until(lambda: ("dangling", line, start, start + 38) in editor.said())
        editor.save(CLEAN.replace("thing/nothing", "thing/smile"))
        await editor.until(lambda: not any(row[0] == "dangling" for row in editor.said()))

    run(root, work)


def test_a_slip_is_told_while_it_is_written_and_the_rest_comes_back(root: Path) -> None:
    async def work(editor: Editor) -> None:
        await editor.until(lambda: any(row[0] == "dangling" for row in editor.said()))
        before = editor.said()
        editor.change(CLEAN.replace('"😀 smile"@en', '"😀 smile@en'))
        await editor.until(lambda: [row[0] for row in editor.said()] == ["syntax"])
        editor.change(CLEAN)
        await editor.until(lambda: editor.said() == before)

    run(root, work)


def test_settings_that_cannot_be_read_are_told_at_their_line(root: Path) -> None:
    async def work(editor: Editor) -> None:
        editor.save(TOML.replace("languages =", "langages ="), "ecoop.toml")
        line = TOML.splitlines().index('languages = ["en"]') + 1
        await editor.until(lambda: any(row[:2] == ("settings", line) for row in editor.said("ecoop.toml")))

    run(root, work)


def test_hover_completion_definition_and_uses(root: Path) -> None:
    async def work(editor: Editor) -> None:
        client = editor.client
        await editor.until(lambda: any(row[0] == "dangling" for row in editor.said()))
        hover = await client.text_document_hover_async(lsp.HoverParams(**editor.at("ex:Tool")))
        assert hover
        assert isinstance(hover.contents, lsp.MarkupContent)
        assert "**tool**" in hover.contents.value
        assert "A thing to work with" in hover.contents.value
        places = await client.text_document_definition_async(lsp.DefinitionParams(**editor.at("ex:Tool")))
        assert isinstance(places, list)
        assert places[0].uri == editor.uri("ontology/ns.ttl")
        assert places[0].range.start.line == ONTOLOGY[: ONTOLOGY.index("ex:Tool a ")].count("\n")
        uses = await client.text_document_references_async(
            lsp.ReferenceParams(lsp.ReferenceContext(True), **editor.at("ex:Tool"))
        )
        assert uses
        assert {use.uri for use in uses} == {editor.uri(), editor.uri("ontology/ns.ttl")}
        editor.change(CLEAN + "\n<https://example.org/id/thing/new> a ex:to")
        end = lsp.Position(CLEAN.count("\n") + 1, len("<https://example.org/id/thing/new> a ex:to"))
        made = await client.text_document_completion_async(
            lsp.CompletionParams(lsp.TextDocumentIdentifier(editor.uri()), end)
        )
        assert isinstance(made, lsp.CompletionList)
        assert made.items[0].label == "ex:Tool"
        assert made.items[0].detail == "tool"
        edit = made.items[0].text_edit
        assert isinstance(edit, lsp.TextEdit)
        assert (edit.range.start.character, edit.range.end) == (end.character - 5, end)

    run(root, work)


def test_renaming_changes_all_files_and_leaves_a_redirect(root: Path) -> None:
    async def work(editor: Editor) -> None:
        await editor.until(lambda: any(row[0] == "dangling" for row in editor.said()))
        place = editor.at("<https://example.org/id/thing/smile>")
        edit = await editor.client.text_document_rename_async(lsp.RenameParams(new_name="id/thing/grin", **place))
        assert edit
        assert edit.changes
        (change,) = edit.changes[editor.uri()]
        assert "<https://example.org/id/thing/grin> a ex:Tool" in change.new_text
        assert "isReplacedBy" in change.new_text
        editor.change(CLEAN + "\n# not saved\n")
        refused = await editor.client.text_document_rename_async(lsp.RenameParams(new_name="id/thing/grin", **place))
        assert refused is None
        await editor.until(lambda: f"{NAME} is not saved. Save it, then rename." in editor.messages)

    run(root, work)


def test_without_the_library_a_sentence_says_what_to_install(root: Path, tmp_path: Path) -> None:
    (tmp_path / "pygls.py").write_text("raise ModuleNotFoundError('none', name='pygls')\n", encoding="utf-8")
    code = "import sys; sys.path.insert(0, sys.argv.pop(1)); from ecoop_ld.cli import main; main()"
    command = [sys.executable, "-c", code, str(tmp_path), "lsp", "--project", str(root)]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == 2
    assert "ecoop-ld[lsp]" in found.stderr
