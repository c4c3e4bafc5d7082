"""The query page as people use it: a real Chromium, over the real server and over a plain static host."""

from __future__ import annotations

import dataclasses
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from conftest import need, run_command, start_server, stop_server
from projects import FILES, ONTOLOGY, PREFIXES, TOML, make_project

from ecoop_ld.site import editor
from ecoop_ld.site.load import load_site
from ecoop_ld.site.pages.questions import sparql_page

pytestmark = pytest.mark.browser

VENDORED = bool(editor.vendored())
PAGE = "sparql/index.html"
QUERY = "SELECT ?thing ?size WHERE { ?thing <https://example.org/ns#size> ?size } ORDER BY ?size"
CONSTRUCT = "CONSTRUCT { ?a <https://example.org/ns#uses> ?b } WHERE { ?a <https://example.org/ns#uses> ?b }"
DATA = (
    PREFIXES
    + """
<https://example.org/id/thing/one> a ex:Thing ; rdfs:label "One"@en ; ex:size 3 ;
    ex:uses <https://example.org/id/thing/two> .
<https://example.org/id/thing/two> a ex:Tool ; rdfs:label "Two <script>window.hurt = 1</script>"@en ; ex:size 5 .
"""
)
QUESTIONS = {
    "site/queries/sizes.rq": f"# title: How big is each thing?\n{QUERY}\n",
    "site/queries/uses.rq": "# title: What uses what?\nSELECT ?a ?b WHERE { ?a <https://example.org/ns#uses> ?b }\n",
}


@dataclasses.dataclass
class Site:
    """A build and an address that serves it."""

    out: Path
    url: str


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    need(VENDORED, "the query page's third-party files (make setup)")
    folder = tmp_path_factory.mktemp("editor")
    files = {**FILES, "ontology/ns.ttl": ONTOLOGY, "data/things.ttl": DATA, **QUESTIONS}
    toml = TOML.replace('languages = ["en"]', 'languages = ["en", "es", "pt"]') + "\n[limits]\nquery_seconds = 4\n"
    root = make_project(folder, files, toml)
    done = run_command("build", "--project", root, "--out", folder / "public")
    assert done.returncode == 0, done.stdout + done.stderr
    return root


@pytest.fixture(scope="module")
def live(built: Path) -> Iterator[Site]:
    out = built.parent / "public"
    running = start_server(built, out)
    yield Site(out, running.url)
    stop_server(running)


@pytest.fixture(scope="module")
def static(built: Path) -> Iterator[Site]:
    out = built.parent / "public"
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", str(out)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    port = re.search(r"port (\d+)", process.stdout.readline())
    assert port
    yield Site(out, f"http://127.0.0.1:{port[1]}/")
    process.terminate()
    process.wait(10)
    process.stdout.close()


_WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""


@pytest.fixture
def visit(browser: Any) -> Iterator[Callable[..., Any]]:
    """Opens pages; afterwards none of them may have asked another site, broken the policy, or thrown an error."""
    contexts: list[Any] = []
    pages: list[Any] = []
    errors: list[str] = []

    def open_page(address: str, **options: Any) -> Any:
        contexts.append(browser.new_context(**options))
        page = contexts[-1].new_page()
        origin = "/".join(address.split("/")[:3]) + "/"
        own = (origin, f"blob:{origin}", "data:")
        page.set_default_timeout(60_000)
        page.add_init_script(_WATCH)
        page.on("request", lambda request: None if request.url.startswith(own) else errors.append(request.url))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda m: errors.append(m.text) if "Content Security Policy" in m.text else None)
        pages.append(page)
        page.goto(address)
        return page

    yield open_page
    for page in pages:
        assert page.evaluate("window.violations ?? []") == []
        assert page.evaluate("window.hurt ?? null") is None
    assert errors == []
    for context in contexts:
        context.close()


def ask(page: Any, query: str) -> None:
    """Type a query into the editor, as a person does, and run it."""
    page.click(".CodeMirror-scroll")
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(query)
    page.keyboard.press("Control+Enter")


def rows(page: Any) -> list[list[str]]:
    page.wait_for_selector(".outcome table tbody tr")
    return page.eval_on_selector_all(
        ".outcome tbody tr", "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"
    )


HURT = "Two <script>window.hurt = 1</script>"


@pytest.mark.parametrize("address", [PAGE, "sparql"])
def test_a_typed_query_gives_a_table_with_links_to_local_pages(
    live: Site, visit: Callable[..., Any], address: str
) -> None:
    page = visit(live.url + address)
    ask(page, QUERY)
    assert rows(page) == [["One", "3"], [HURT, "5"]]
    page.click(".outcome td a:text-is('One')")
    assert page.url == f"{live.url}doc/thing/one.html"
    assert page.inner_text("h1") == "One"


def test_a_link_leads_to_the_page_in_the_readers_language(live: Site, visit: Callable[..., Any]) -> None:
    page = visit(f"{live.url}sparql/index.es.html?query={quote(QUERY)}")
    assert rows(page)[0] == ["One", "3"]
    assert "2 filas" in page.inner_text(".status")
    page.click(".outcome td a:text-is('One')")
    assert page.url == f"{live.url}doc/thing/one.es.html"


def test_the_address_is_a_permalink(live: Site, visit: Callable[..., Any]) -> None:
    page = visit(live.url + PAGE)
    ask(page, QUERY)
    rows(page)
    assert page.url == page.get_attribute(".permalink", "href")
    again = visit(page.url)
    assert rows(again) == [["One", "3"], [HURT, "5"]]
    assert again.evaluate("document.querySelector('.CodeMirror').CodeMirror.getValue()") == QUERY


def test_an_address_answered_by_the_server_keeps_its_answer(live: Site, visit: Callable[..., Any]) -> None:
    page = visit(f"{live.url}sparql?query={quote(QUERY)}")
    page.wait_for_selector(".CodeMirror")
    assert page.locator(".answered tbody tr").count() == 2
    assert page.locator(".outcome").is_hidden()
    page.click("button[type=submit]")
    assert rows(page) == [["One", "3"], [HURT, "5"]]
    assert page.locator(".answered").count() == 0


def test_what_is_wrong_is_said(live: Site, visit: Callable[..., Any]) -> None:
    page = visit(live.url + PAGE)
    ask(page, "SELECT * WHERE {\n ?s ?p }")
    page.wait_for_selector("[role=alert]:not([hidden])")
    assert "Bad request" in page.inner_text("[role=alert]:not([hidden])")
    assert page.inner_text(".invalid") == "Line 2 is not valid SPARQL."
    page.hover(".parseErrorIcon")
    ask(page, "SERVICE")
    page.wait_for_selector("[role=alert]:not([hidden])")


@pytest.mark.parametrize("view", ["", "&view=chart", "&view=network", "&view=raw"])
def test_truth_and_graphs_are_answers_too(live: Site, visit: Callable[..., Any], view: str) -> None:
    page = visit(f"{live.url}{PAGE}?query={quote('ASK { ?s ?p ?o }')}{view}")
    page.wait_for_selector(".outcome .verdict")
    assert page.inner_text(".outcome .verdict") == "true"
    assert page.locator(".yasr_header").is_hidden()
    ask(page, CONSTRUCT)
    page.wait_for_selector(".outcome table, .outcome svg.network, .outcome pre")
    assert "1 triple" in page.inner_text(".status")


def test_without_javascript_the_form_answers(live: Site, visit: Callable[..., Any]) -> None:
    page = visit(live.url + PAGE, java_script_enabled=False)
    page.fill("textarea", QUERY)
    page.click("button[type=submit]")
    assert page.locator("table tbody tr").count() == 2
    page.click("td a:text-is('One')")
    assert page.inner_text("h1") == "One"


def test_without_the_third_party_files_the_page_is_the_form(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from projects import loaded

    settings, sources = loaded(built)
    monkeypatch.setattr(editor, "vendored", list)
    site = load_site(settings, sources, ())
    text = sparql_page(site, "en").decode()
    assert "<textarea" in text
    assert "yasgui" not in text
    assert "editor.js" not in text


# --- hostile data ----------------------------------------------------------------------------------------------------

EVIL = [
    "javascript:window.hurt=1",
    "JAVASCRIPT:window.hurt=1",
    "data:text/html,<script>parent.hurt=1</script>",
    "http://evil.example/'onmouseover='window.hurt=1",
    'http://evil.example/"onmouseover="window.hurt=1',
    "http://evil.example/<img src=x onerror=window.hurt=1>",
    "https://example.org/id/thing/'><img src=x onerror=window.hurt=1>",
    "https://example.org/ns#<img src=x onerror=window.hurt=1>",
    "https://example.org/id/../../javascript:window.hurt=1",
    "__proto__",
    "https://example.org/__proto__",
]
MARKUP = "<img src=x onerror='window.hurt=1'><svg onload=window.hurt=1><script>window.hurt=1</script>{{7*7}}"


@pytest.mark.parametrize("view", ["table", "chart", "network", "raw"])
def test_hostile_terms_and_names_run_nothing(live: Site, visit: Callable[..., Any], view: str) -> None:
    names = ["a", MARKUP, "__proto__", "n"]
    number = {"type": "literal", "value": "7", "datatype": "http://www.w3.org/2001/XMLSchema#integer"}
    bindings: list[dict[str, object]] = [
        {
            "a": {"type": "uri", "value": iri},
            MARKUP: {"type": "uri", "value": iri + "x"},
            "__proto__": {"type": "literal", "value": MARKUP, "xml:lang": '"><img src=x onerror=window.hurt=1>'},
            "n": number,
        }
        for iri in EVIL
    ]
    bindings.append({"a": {"type": "literal", "value": MARKUP, "datatype": EVIL[3]}, "n": number})
    bindings.append({"a": {"type": "bnode", "value": MARKUP}, MARKUP: {"type": "bnode", "value": "x"}})
    body = json.dumps({"head": {"vars": names}, "results": {"bindings": bindings}})
    page = visit(live.url + PAGE)
    page.wait_for_selector(".CodeMirror")
    page.route("**/sparql?*", lambda route: route.fulfill(body=body, content_type="application/sparql-results+json"))
    page.goto(f"{live.url}{PAGE}?query={quote('SELECT * { }')}&view={view}")
    page.wait_for_selector(".outcome :is(table, .bars, svg.network, pre)")
    for link in page.locator(".outcome a").all():
        assert re.match(r"https?://", link.evaluate("a => a.href.baseVal ?? a.href"))
        link.dispatch_event("mouseover")
    for target in page.locator(".outcome :is(td, th, li, text, line, circle)").all():
        target.dispatch_event("mouseover")
    assert page.locator(".outcome :is(img, script, iframe)").count() == 0
    page.wait_for_timeout(100)


def test_an_apostrophe_in_an_iri_stays_in_its_link(live: Site, visit: Callable[..., Any]) -> None:
    page = visit(live.url + PAGE)
    ask(page, "SELECT ?x { BIND(<http://e.example/O'Neill> AS ?x) }")
    page.wait_for_selector(".outcome td a")
    assert page.get_attribute(".outcome td a", "href") == "http://e.example/O'Neill"


# --- a static host ---------------------------------------------------------------------------------------------------


def test_on_a_static_host_the_query_runs_in_the_browser(static: Site, visit: Callable[..., Any]) -> None:
    page = visit(static.url + PAGE)
    page.wait_for_selector(".where:has-text('in your browser')")
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    assert not any("oxigraph" in url for url in requests)
    ask(page, QUERY)
    assert rows(page) == [["One", "3"], [HURT, "5"]]
    assert any(url.endswith("oxigraph.wasm") for url in requests)
    assert any(url.endswith("dumps/latest/all.nq") for url in requests)
    page.click(".outcome td a:text-is('One')")
    assert page.inner_text("h1") == "One"


@pytest.mark.parametrize(
    "query",
    [
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
        "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g",
        "SELECT ?p (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o } GROUP BY ?p ORDER BY ?p",
        "SELECT * { ?z <https://example.org/ns#uses> ?y . ?y <https://example.org/ns#size> ?a }",
        "SELECT DISTINCT * # ?a\n { BIND('?a' AS ?z) BIND(<x:?a> AS ?b) ?c <https://example.org/ns#uses> ?a }",
        r"\u0053ELECT (STRLEN('\u0022\u0041\\u0041') AS ?\u0061) \u007B}",
        "SELECT (COUNT(*) AS ?n) FROM <https://example.org/graph/data> FROM <https://example.org/graph/data> {?s ?p ?o}",
        "PREFIX g: <https://example.org/graph/> SELECT (COUNT(*) AS ?n) FROM g:data FROM g:ontology FROM NAMED g:data "
        "{ { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }",
        "SELECT (COALESCE (?no, isBlank(BNODE (#\n))) AS ?x) {}",
        "SELECT (STRAFTER(STR(<x?y#z>), '/x') AS ?x) (STRENDS(STR(<>), '/sparql') AS ?base) {}",
        "SELECT * { ?s <https://example.org/ns#size> ?o LATERAL { SELECT ?o (?o + 1 AS ?n) {} } } ORDER BY ?o",
    ],
)
def test_both_hosts_give_one_answer(live: Site, static: Site, visit: Callable[..., Any], query: str) -> None:
    pages = [visit(f"{site.url}{PAGE}?query={quote(query)}") for site in (live, static)]
    answers = [rows(page) for page in pages]
    assert answers[0] == answers[1]
    assert answers[0]
    heads = [page.locator(".outcome th").all_inner_texts() for page in pages]
    assert heads[0] == heads[1]


def test_on_a_static_host_errors_and_graphs_work_too(static: Site, visit: Callable[..., Any]) -> None:
    page = visit(f"{static.url}{PAGE}?query={quote('SELECT * WHERE { ?s ?p }')}")
    page.wait_for_selector("[role=alert]:not([hidden])")
    ask(page, CONSTRUCT)
    assert rows(page) == [["One", "ex:uses", HURT]]
    ask(page, "ASK { ?s ?p ?o }")
    page.wait_for_selector(".outcome .verdict")


def test_a_query_that_runs_in_the_browser_can_be_stopped(static: Site, visit: Callable[..., Any]) -> None:
    page = visit(static.url + PAGE)
    ask(page, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n2 ?o }")
    page.wait_for_selector("button[type=submit]:text-is('Stop')")
    page.wait_for_selector(".status:has-text('Running')")
    page.click("button[type=submit]")
    assert page.inner_text(".status") == "Stopped."
    ask(page, QUERY)
    assert rows(page)[0] == ["One", "3"]


def test_a_query_that_runs_in_the_browser_stops_by_itself_when_the_page_says(
    static: Site, visit: Callable[..., Any]
) -> None:
    page = visit(static.url + PAGE)
    page.wait_for_selector(".where:has-text('A query is stopped after 4 s.')")
    ask(page, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n2 ?o }")
    page.wait_for_selector("[role=alert]:not([hidden])", timeout=120_000)
    assert "stopped after 4 s" in page.inner_text("[role=alert]")
    assert page.inner_text("button[type=submit]") != "Stop"
    ask(page, QUERY)
    assert rows(page)[0] == ["One", "3"]


BEYOND = [
    "SELECT ?o { ?s <https://example.org/ns#size> ?o LATERAL { SELECT ?o {} } }",
    'VERSION "1.2" SELECT ?t { BIND(<<( <a:a> <b:b> 1 )>> AS ?t) }',
    "SELECT (SUBJECT(TRIPLE(<a:a>, <b:b>, 1)) AS ?t) {}",
    'SELECT ("a"@en--ltr AS ?t) {}',
    "CONSTRUCT { <a:a> <b:b> <<( <a:a> <b:b> 'x' )>> } {}",
    "CONSTRUCT { <a:a> <b:b> 1 {| <q:q> 2 |} } {}",
]


@pytest.mark.parametrize("query", BEYOND)
@pytest.mark.parametrize("host", ["live", "static"])
def test_what_the_engine_answers_is_not_called_wrong(
    request: pytest.FixtureRequest, visit: Callable[..., Any], host: str, query: str
) -> None:
    site = request.getfixturevalue(host)
    page = visit(site.url + PAGE)
    ask(page, query)
    assert rows(page)
    assert page.is_hidden(".invalid")
    assert page.locator(".gutterErrorBar:visible, .parseErrorIcon:visible").count() == 0


@pytest.mark.parametrize("query", ["SELECT * { ?s ?p 'LATERAL' ?o ?o }", "SELECT * { ?s ?p ?o ?o ?o } # <<"])
def test_what_is_wrong_in_any_version_is_called_wrong(live: Site, visit: Callable[..., Any], query: str) -> None:
    page = visit(f"{live.url}{PAGE}?query={quote(query)}")
    page.wait_for_selector(".invalid:not([hidden])", state="attached")


# --- for everyone ----------------------------------------------------------------------------------------------------

AXE = Path(__file__).resolve().parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
CHARTED = (
    "SELECT ?thing ?tool ?size { ?thing <https://example.org/ns#size> ?size OPTIONAL { ?thing ?p ?tool . ?tool a ?c } }"
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", ["table", "chart", "network", "raw"])
def test_axe_finds_nothing_serious(live: Site, visit: Callable[..., Any], view: str, scheme: str) -> None:
    need(AXE.is_file(), "axe-core (make setup)")
    options = {"color_scheme": scheme, "viewport": {"width": 360, "height": 800}}
    page = visit(f"{live.url}{PAGE}?query={quote(CHARTED)}&view={view}", **options)
    page.wait_for_selector(".outcome :is(table, .bars, svg.network, pre)")
    page.click("summary")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run()")["violations"]
    serious = [f for f in found if f["impact"] in ("serious", "critical")]
    assert [(f["id"], [n["html"][:200] for n in f["nodes"]]) for f in serious] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_names_are_completed_and_their_prefixes_declared(live: Site, visit: Callable[..., Any]) -> None:
    page = visit(live.url + PAGE)
    page.click(".CodeMirror-scroll")
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.type("SELECT * { ?thing ex:siz")
    page.keyboard.press("Control+Space")
    page.wait_for_selector(".CodeMirror-hint:has-text('ex:size')")
    page.keyboard.press("Enter")
    page.keyboard.type(" ?size }")
    page.keyboard.press("Control+Enter")
    assert len(rows(page)) == 2
    assert "PREFIX ex: <https://example.org/ns#>" in page.locator("textarea#query").input_value()


def test_the_cookbook_loads_its_questions(live: Site, visit: Callable[..., Any]) -> None:
    page = visit(live.url + PAGE)
    page.wait_for_selector(".CodeMirror")
    page.click("text=What uses what?")
    assert rows(page) == [["One", HURT]]
    assert "ns#uses" in page.locator("textarea#query").input_value()


@pytest.mark.parametrize("language", ["curl", "Python", "JavaScript", "R"])
@pytest.mark.parametrize("query", [QUERY, CONSTRUCT, 'ASK { ?s ?p "it\'s `${1+1}` \\\\ \\"\\"\\" )\\" " }'])
def test_the_code_beside_a_query_runs(live: Site, visit: Callable[..., Any], language: str, query: str) -> None:
    page = visit(f"{live.url}{PAGE}?query={quote(query)}")
    page.wait_for_selector(".CodeMirror")
    page.click("summary")
    page.click(f".choices button:text-is('{language}')")
    code = page.text_content(".snippets code")
    commands = {
        "curl": ["sh"],
        "Python": [sys.executable, "-"],
        "JavaScript": ["node", "--input-type=module", "-"],
        "R": ["Rscript", "--vanilla", "-"],
    }
    need(shutil.which(commands[language][0]), language)
    done = subprocess.run(commands[language], input=code, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert ("false" in done.stdout.lower()) if query.startswith("ASK") else "example.org/id/thing/one" in done.stdout
