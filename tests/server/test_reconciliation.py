"""The reconciliation service and the look-up by identifiers, as clients meet them: without a socket, all but the last."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
import schemas
from endpoints import fetch
from hypothesis import given, settings
from hypothesis import strategies as st
from projects import FILES, PREFIXES, TOML, loaded, make_project

from ecoop_ld.config import Limits
from ecoop_ld.server import lookup, reconciliation
from ecoop_ld.server.app import takes_batches
from ecoop_ld.server.http import Request, Response
from ecoop_ld.server.limits import Clients
from ecoop_ld.server.refusals import Refusal
from ecoop_ld.server.round_robin import RoundRobin, Work
from ecoop_ld.server.snapshot import Served
from ecoop_ld.site.load import load_site

BASE = "https://example.org/id/"
EX = "https://example.org/ns#"
TOOL, FORGE = BASE + "tool/hammer", BASE + "org/forge"
DATA = (
    PREFIXES
    + """
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
<https://example.org/id/tool/hammer> a ex:Tool ; rdfs:label "  Hammer\n"@en , "Martillo"@es ; skos:altLabel "Marteau"@fr ;
    rdfs:comment "It drives nails & <b>hurts</b>."@en ; ex:size 3 ; ex:maker <https://example.org/id/org/forge> ;
    ex:made "2008-03-20T10:00:00Z"^^xsd:dateTime ; ex:weight 1.5 ; ex:note "one"@en , "two"@en , "three"@en ;
    skos:exactMatch <http://www.wikidata.org/entity/Q25294> .
<https://example.org/id/tool/other> a ex:Tool ; rdfs:label "Hammer, small"@en ; ex:size 3 .
<https://example.org/id/org/forge> a ex:Thing ; rdfs:label "<script>Old Forge</script>"@en ;
    foaf:homepage <https://forge.example/> ; owl:sameAs <https://ror.org/04dzfqx38> .
<https://example.org/id/org/double> a ex:Thing ; rdfs:label "Forge again"@en ; owl:sameAs <https://ror.org/04dzfqx38> .
"""
)
Found = dict[str, Any]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Served:
    toml = TOML.replace('languages = ["en"]', 'languages = ["en", "es"]') + "[limits]\nbatch_names = 20\n"
    folder = tmp_path_factory.mktemp("reconciliation")
    config, sources = loaded(make_project(folder, {**FILES, "data/things.ttl": DATA}, toml))
    return Served(load_site(config, sources, ()), folder / "public", "http://localhost:8000/", "")


def ask(
    served: Served, path: str, method: str = "GET", body: bytes = b"", headers: Mapping[str, str] | None = None
) -> Response:
    """Drive the work to its end. Raises :class:`Refusal`."""
    path, _, query = path.partition("?")
    request = Request(method, path, tuple(parse_qsl(query, keep_blank_values=True)), headers or {}, body, target=path)
    work = lookup.work(served, request) if path == "id" else reconciliation.work(served, request)
    while True:
        try:
            next(work)
        except StopIteration as done:
            found: Response = done.value
            return found


def get(served: Served, path: str, **parameters: object) -> Found:
    found: Found = json.loads(ask(served, f"{path}?{urlencode(parameters)}" if parameters else path).body)
    return found


def post(served: Served, path: str, content: object) -> Found:
    body, kind = json.dumps(content).encode(), "application/json"
    if path == "reconcile":
        body = urlencode({key: json.dumps(value) for key, value in dict(content).items()}).encode()  # type: ignore[call-overload]
        kind = "application/x-www-form-urlencoded"
    found: Found = json.loads(ask(served, path, "POST", body, {"content-type": kind}).body)
    return found


def named(name: object, **more: object) -> Found:
    return {"conditions": [{"matchType": "name", "v": name}], **more}


# --- the protocol ----------------------------------------------------------------------------------------------------


def test_manifests(served: Served) -> None:
    stable, draft = get(served, "reconcile"), get(served, "reconcile/1.0")
    schemas.check(stable, schemas.MANIFEST_0_2)
    schemas.check(draft, schemas.MANIFEST_1_0)
    assert stable["identifierSpace"] == "https://example.org/"
    assert stable["batchSize"] == draft["batchSize"] == 20
    assert {row["id"] for row in stable["defaultTypes"]} >= {EX + "Tool", EX + "Thing"}
    assert get(served, "reconcile/") == stable


@pytest.mark.parametrize("sent", ["get", "post"])
def test_matching_0_2(served: Served, sent: str) -> None:
    batch = {
        "a": {"query": "hammer", "type": EX + "Tool", "type_strict": "should", "limit": 1},
        "b": {"query": "Marteau", "properties": [{"pid": EX + "maker", "v": {"id": FORGE}}]},
        "c": {"query": "Screwdriver"},
        "d": {"query": "hammer", "type": [EX + "Nothing", EX + "Tool"]},
        "é": {"properties": [{"pid": EX + "size", "v": 3}]},
    }
    if sent == "get":
        found = get(served, "reconcile", queries=json.dumps(batch))
    else:
        found = post(served, "reconcile", {"queries": batch})
    schemas.check(found, schemas.MATCHES_0_2)
    assert list(found) == list(batch)
    best = found["a"]["result"][0]
    assert (best["id"], best["name"], best["match"], best["type"]) == (
        *(TOOL, "Hammer", True),
        [{"id": EX + "Tool", "name": "tool"}],
    )
    assert {row["id"]: row["value"] for row in best["features"]}["name_folded"] is True
    assert [len(found[key]["result"]) for key in "ac"] == [1, 0]
    assert (found["b"]["result"][0]["id"], found["b"]["result"][0]["match"]) == (TOOL, True)
    assert found["d"]["result"][0]["id"] == TOOL
    by_value = found["é"]["result"]
    assert {row["id"] for row in by_value} == {TOOL, BASE + "tool/other"}
    assert not any(row["match"] for row in by_value)  # many things can have a size


def test_matching_1_0(served: Served) -> None:
    batch = [
        named("hammer", type=EX + "Tool"),
        named(["Screwdriver", "Marteau"], limit=1, lang="fr"),
        named(TOOL),
        {"conditions": [{"matchType": "property", "pid": EX + "maker", "v": [FORGE, "x"], "required": True}]},
        {
            "conditions": [
                {"matchType": "name", "v": "Hammer"},
                {"matchType": "property", "pid": EX + "size", "v": 4, "required": True},
            ]
        },
    ]
    found = post(served, "reconcile/1.0/match", {"queries": batch})
    schemas.check(found, schemas.MATCHES_1_0)
    assert [[c["id"] for c in row["candidates"]][:1] for row in found["results"]] == [
        [TOOL],
        [TOOL],
        [TOOL],
        [TOOL],
        [],
    ]
    assert all(row["candidates"][0]["match"] for row in found["results"][:3])


@pytest.mark.parametrize("path", ["reconcile", "reconcile/1.0"])
def test_suggestions(served: Served, path: str) -> None:
    found = get(served, f"{path}/suggest/entity", prefix="ham")
    schemas.check(found, schemas.ENTITIES)
    assert [row["id"] for row in found["result"]] == [TOOL, BASE + "tool/other"]
    skip = "cursor" if path == "reconcile" else "offset"
    rest = get(served, f"{path}/suggest/entity", prefix="ham", limit=1, **{skip: 1})
    assert [row["id"] for row in rest["result"]] == [BASE + "tool/other"]
    assert [row["id"] for row in get(served, f"{path}/suggest/entity", prefix=TOOL)["result"]] == [TOOL]
    assert get(served, f"{path}/suggest/entity", prefix="ham", type=EX + "Thing")["result"] == []
    assert len(get(served, f"{path}/suggest/entity", prefix="ham", type="/type/type")["result"]) == 2
    for kind, prefix, iri in (
        ("type", "too", EX + "Tool"),
        ("property", "siz", EX + "size"),
        ("property", "ex:size", EX + "size"),
    ):
        found = get(served, f"{path}/suggest/{kind}", prefix=prefix)
        schemas.check(found, schemas.NAMES)
        assert [row["id"] for row in found["result"]] == [iri]
        assert get(served, f"{path}/suggest/{kind}", prefix=iri)["result"] == found["result"]
    assert len(get(served, f"{path}/suggest/property")["result"]) >= 5  # all, where nothing is typed yet


def test_data_extension(served: Served) -> None:
    wanted = [EX + local for local in ("size", "weight", "made", "maker", "nothing")]
    query = {
        "ids": [TOOL, BASE + "tool/none"],
        "properties": [*({"id": iri} for iri in wanted), {"id": EX + "note", "settings": {"limit": "1", "offset": 1}}],
    }
    stable, draft = post(served, "reconcile", {"extend": query}), post(served, "reconcile/1.0/extend", query)
    schemas.check(stable, schemas.EXTENSION_0_2)
    schemas.check(draft, schemas.EXTENSION_1_0)
    assert get(served, "reconcile", extend=json.dumps(query)) == stable
    assert [row["name"] for row in stable["meta"]] == [
        "size",
        "ex:weight",
        "ex:made",
        "ex:maker",
        EX + "nothing",
        "ex:note",
    ]
    row = stable["rows"][TOOL]
    assert [row[iri] for iri in wanted] == [
        [{"int": 3}],
        [{"float": 1.5}],
        [{"date": "2008-03-20T10:00:00Z"}],
        [{"id": FORGE, "name": "<script>Old Forge</script>"}],
        [],
    ]
    assert row[EX + "note"] == [{"str": "two"}]
    assert not any(stable["rows"][BASE + "tool/none"].values())
    assert draft["rows"][0]["properties"][-1] == {"id": EX + "note", "values": [{"str": "two", "lang": "en"}]}
    proposed = get(served, "reconcile/1.0/extend/propose", type=EX + "Tool", limit=2)
    schemas.check(proposed, schemas.PROPOSALS)
    assert (len(proposed["properties"]), proposed["type"], proposed["limit"]) == (2, EX + "Tool", 2)
    everything = get(served, "reconcile/extend/propose")
    schemas.check(everything, schemas.PROPOSALS)
    assert EX + "maker" in {row["id"] for row in everything["properties"]}


def test_previews_run_nothing_and_stand_in_frames(served: Served) -> None:
    for path in ("reconcile", "reconcile/1.0"):
        shown = ask(served, f"{path}/preview?{urlencode({'id': FORGE})}")
        policy, page = shown.headers["Content-Security-Policy"], shown.body.decode()
        assert "frame-ancestors *" in policy
        assert "default-src 'none'" in policy
        assert "script" not in policy
        assert "<script" not in page
        assert "&lt;script&gt;Old Forge&lt;/script&gt;" in page
        assert f'href="{FORGE}"' in page
        link = re.search(r'<link rel="stylesheet" href="([./]+)assets/site.css">', page)
        assert link
        assert link[1].count("../") == path.count("/") + 1
    found = get(served, "reconcile/flyout/entity", id=TOOL)
    schemas.check(found, schemas.FLYOUT)
    assert "It drives nails &amp; &lt;b&gt;hurts&lt;/b&gt;." in found["html"]
    assert "tool" in get(served, "reconcile/flyout/type", id=EX + "Tool")["html"]


def test_answers_in_the_language_of_the_client(served: Served) -> None:
    spanish = ask(served, "reconcile/suggest/entity?prefix=martillo", headers={"accept-language": "es-UY, en;q=0.5"})
    assert json.loads(spanish.body)["result"][0]["name"] == "Martillo"
    assert (spanish.headers["Content-Language"], spanish.headers["Vary"]) == ("es", "Accept-Language")
    assert json.loads(ask(served, "reconcile/1.0", headers={"accept-language": "es"}).body)["lang"] == "es"


def test_old_clients_load_a_script_that_can_call_one_function_and_nothing_else(served: Served) -> None:
    script = ask(served, "reconcile?callback=jQuery11_22.done")
    assert script.headers["Content-Type"].startswith("text/javascript")
    text = script.body.decode()
    assert json.loads(text.removeprefix("/**/jQuery11_22.done(").removesuffix(");")) == get(served, "reconcile")
    for name in ("alert(1)", "a;b", "a b", "<b>", "a" * 100, "a.", "é"):
        with pytest.raises(Refusal) as caught:
            ask(served, f"reconcile?{urlencode({'callback': name})}")
        assert caught.value.status == 400
    assert ask(served, "reconcile/1.0?callback=f").headers["Content-Type"] == "application/json"


# --- bad input -------------------------------------------------------------------------------------------------------

FORM = {"content-type": "application/x-www-form-urlencoded"}
JSON = {"content-type": "application/json"}
DEEP = "[" * 100_000


def form(queries: object) -> bytes:
    return urlencode({"queries": queries if isinstance(queries, str) else json.dumps(queries)}).encode()


@pytest.mark.parametrize(
    ("path", "method", "headers", "body", "status", "words"),
    [
        ("reconcile", "POST", FORM, b"", 400, "Send queries, or extend"),
        ("reconcile", "POST", FORM, form("{"), 400, "queries has to be JSON; it is not at character 1."),
        ("reconcile", "POST", FORM, form(DEEP), 400, "queries has to be JSON"),
        ("reconcile", "POST", FORM, form("NaN"), 400, "queries has to be JSON"),
        ("reconcile", "POST", FORM, form("9" * 5_000), 400, "queries has to be JSON"),
        ("reconcile", "POST", FORM, form([]), 400, "queries has to be an object"),
        ("reconcile", "POST", FORM, form({"a": 1}), 400, "queries.a has to be an object with query"),
        ("reconcile", "POST", FORM, form({"a": {}}), 400, "queries.a has to be an object with query"),
        ("reconcile", "POST", FORM, form({"a": {"query": 7}}), 400, "queries.a.query has to be a string."),
        ("reconcile", "POST", FORM, form({"a": {"query": None}}), 400, "queries.a.query has to be a string."),
        ("reconcile", "POST", FORM, form({"a": {"query": "x" * 100_000}}), 400, "longer than 2,000 characters"),
        ("reconcile", "POST", FORM, form({"a": {"query": "x", "type": 1}}), 400, "queries.a.type"),
        ("reconcile", "POST", FORM, form({"a": {"query": "x", "type": [{}]}}), 400, "queries.a.type"),
        ("reconcile", "POST", FORM, form('{"a": {"query": "x", "limit": 1e999}}'), 400, "whole number from 1 on"),
        ("reconcile", "POST", FORM, form({"a": {"query": "x", "limit": 0}}), 400, "whole number from 1 on"),
        ("reconcile", "POST", FORM, form({"a": {"query": "x", "limit": True}}), 400, "whole number from 1 on"),
        ("reconcile", "POST", FORM, form({"a": {"query": "x", "limit": [1]}}), 400, "whole number from 1 on"),
        ("reconcile", "POST", FORM, form({"a": {"query": "x", "properties": {}}}), 400, "has to be an array"),
        ("reconcile", "POST", FORM, form({"a": {"properties": [{"pid": 1, "v": 2}]}}), 400, "pid and v"),
        ("reconcile", "POST", FORM, form({"a": {"properties": [{"pid": "p", "v": {}}]}}), 400, "has to be a string"),
        ("reconcile", "POST", FORM, form({"a": {"properties": [{"pid": "p", "v": 1}] * 21}}), 400, "20 conditions"),
        ("reconcile", "POST", FORM, form({"a": {"properties": [{"pid": "p", "v": [1] * 51}]}}), 400, "50 values"),
        (
            *("reconcile", "POST", FORM, form({str(n): {"query": "x"} for n in range(10_000)})),
            *(413, "10,000 queries in one batch; 20 are answered"),
        ),
        ("reconcile", "POST", JSON, b"{}", 415, "Send application/x-www-form-urlencoded."),
        ("reconcile", "POST", {**FORM, "content-encoding": "gzip"}, b"", 415, "without a content coding"),
        ("reconcile", "DELETE", {}, b"", 405, "DELETE"),
        ("reconcile/suggest/entity", "POST", FORM, b"prefix=a", 405, "POST"),
        ("reconcile/nothing", "GET", {}, b"", 404, "has nothing at /reconcile/nothing"),
        ("reconcile/suggest/nothing", "GET", {}, b"", 404, "has nothing at"),
        ("reconcile/match", "GET", {}, b"", 404, "has nothing at"),
        ("reconcile/suggest/entity?cursor=-1", "GET", {}, b"", 400, "cursor has to be a whole number from 0 on."),
        ("reconcile/suggest/entity?limit=many", "GET", {}, b"", 400, "limit has to be a whole number from 1 on."),
        (f"reconcile/suggest/entity?prefix={'x' * 201}", "GET", {}, b"", 400, "200 characters"),
        ("reconcile/suggest/entity?prefix=a&prefix=b", "GET", {}, b"", 400, "prefix is there 2 times."),
        ("reconcile/preview", "GET", {}, b"", 400, "id is missing."),
        ("reconcile/preview?id=http://x/", "GET", {}, b"", 404, "Nothing is known about http://x/."),
        ("reconcile/flyout/type?id=http://x/", "GET", {}, b"", 404, "Nothing is known about http://x/."),
        ("reconcile/1.0/flyout/entity?id=x", "GET", {}, b"", 404, "has nothing at"),
        ("reconcile/1.0/match", "GET", {}, b"", 405, "Send the batch by POST"),
        ("reconcile/1.0", "POST", JSON, b"{}", 405, "POST"),
        ("reconcile/1.0/match", "POST", FORM, b"queries=1", 415, "Send application/json."),
        ("reconcile/1.0/match", "POST", JSON, b"", 400, "The body has to be JSON"),
        ("reconcile/1.0/match", "POST", JSON, b'"\xff"', 400, "The body has to be JSON"),
        ("reconcile/1.0/match", "POST", JSON, b"[]", 400, "an object with an array queries"),
        ("reconcile/1.0/match", "POST", JSON, b'{"queries": [1]}', 400, "queries[0] has to be an object"),
        ("reconcile/1.0/match", "POST", JSON, b'{"queries": [{"conditions": []}]}', 400, "that is not empty"),
        ("reconcile/1.0/match", "POST", JSON, b'{"queries": [{"conditions": [{"v": "x"}]}]}', 400, "matchType"),
        (
            *("reconcile/1.0/match", "POST", JSON, json.dumps({"queries": [named("x", type=["a", "b"])]}).encode()),
            *(400, "queries[0].type"),
        ),
        ("reconcile/1.0/extend", "POST", JSON, b'{"ids": "x"}', 400, "an array ids of strings"),
        ("reconcile/1.0/extend", "POST", JSON, b'{"ids": [], "properties": [1]}', 400, "objects with id"),
        (
            *(
                "reconcile/1.0/extend",
                "POST",
                JSON,
                b'{"ids": [], "properties": [{"id": "p", "settings": {"limit": "x"}}]}',
            ),
            *(400, "settings.limit has to be a whole number"),
        ),
        (
            *("reconcile/1.0/extend", "POST", JSON, json.dumps({"ids": ["x"] * 21, "properties": []}).encode()),
            *(413, "21 things in one batch"),
        ),
        (
            *("reconcile/1.0/extend", "POST", JSON),
            json.dumps({"ids": ["x"] * 20, "properties": [{"id": str(n)} for n in range(2_000)]}).encode(),
            *(413, "40,000 values"),
        ),
    ],
)
def test_what_is_wrong_is_said(
    served: Served, path: str, method: str, headers: Mapping[str, str], body: bytes, status: int, words: str
) -> None:
    with pytest.raises(Refusal) as caught:
        ask(served, path, method, body, headers)
    assert (caught.value.status, words in caught.value.detail) == (status, True), caught.value.detail


def status(served: Served, path: str, body: bytes, headers: Mapping[str, str]) -> int:
    try:
        return ask(served, path, "POST", body, headers).status
    except Refusal as refusal:
        return refusal.status


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                (
                    "queries",
                    "query",
                    "conditions",
                    "matchType",
                    "v",
                    "pid",
                    "type",
                    "limit",
                    "properties",
                    "ids",
                    "id",
                    "settings",
                )
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(ANY_JSON, st.sampled_from(("reconcile/1.0/match", "reconcile/1.0/extend", "reconcile", "id")))
def test_any_json_has_an_answer_or_a_refusal(served: Served, content: object, path: str) -> None:
    text = json.dumps(content)
    body, headers = (form(text), FORM) if path == "reconcile" else (text.encode(), JSON)
    assert status(served, path, body, headers) in (200, 400, 413)


# --- identifiers of others -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "location"),
    [
        ("wikidata:Q25294", "./id/tool/hammer"),
        ("http://www.wikidata.org/entity/Q25294", "./id/tool/hammer"),
        ("https://www.wikidata.org/wiki/Q25294", "./id/tool/hammer"),
        ("forge.example", "./id/org/forge"),
        ("http://www.forge.example/", "./id/org/forge"),
    ],
)
def test_an_identifier_of_others_leads_to_the_thing(served: Served, asked: str, location: str) -> None:
    found = ask(served, f"id?{urlencode({'same': asked})}")
    assert (found.status, found.headers["Location"]) == (303, location)


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("id?same=wikidata:Q1", 404, "Nothing here is said to be the same as wikidata:Q1."),
        ("id?same=" + "x" * 5_000, 404, "Nothing here"),
        ("id?same=ror:04dzfqx38", 300, f"2 things have ror:04dzfqx38: {BASE}org/double and {FORGE}."),
        ("id", 400, "id?same=IDENTIFIER"),
        ("id?same=", 400, "id?same=IDENTIFIER"),
        ("id?same=a&same=b", 400, "id?same=IDENTIFIER"),
    ],
)
def test_an_identifier_that_leads_to_nothing_or_to_several(served: Served, path: str, status: int, words: str) -> None:
    with pytest.raises(Refusal) as caught:
        ask(served, path)
    assert (caught.value.status, words in caught.value.detail) == (status, True), caught.value.detail


def test_many_identifiers_at_once(served: Served) -> None:
    asked = ["wikidata:Q25294", "ror:04dzfqx38", "wikidata:Q1", "=1+1"]
    found = ask(served, "id", "POST", json.dumps(asked).encode(), JSON)
    assert json.loads(found.body) == [
        {"same": asked[0], "things": [TOOL]},
        {"same": asked[1], "things": [BASE + "org/double", FORGE]},
        {"same": asked[2], "things": []},
        {"same": asked[3], "things": []},
    ]
    sheet = "\ufeffsame,note\r\nwikidata:Q25294,a\r\nror:04dzfqx38,b\r\nwikidata:Q1,\r\n".encode()
    table = ask(served, "id", "POST", sheet, {"content-type": "text/csv", "accept": "text/csv"})
    rows = list(csv.reader(io.StringIO(table.body.decode())))
    assert rows[0] == ["same", "iri"]
    assert rows[1:] == [[asked[0], TOOL], [asked[1], BASE + "org/double"], [asked[1], FORGE], [asked[2], ""]]


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{}", JSON, 400),
        (b"[1]", JSON, 400),
        (json.dumps(["x"] * 10_001).encode(), JSON, 413),
        (b"a\n1\n", {"content-type": "text/csv"}, 400),
        (b"same\n\xff\n", {"content-type": "text/csv"}, 400),
        (b'same\n"a', {"content-type": "text/csv"}, 400),
        (b"a", {"content-type": "text/html"}, 415),
        (b"[]", {**JSON, "accept": "text/turtle"}, 406),
    ],
)
def test_lists_of_identifiers_that_are_none(
    served: Served, body: bytes, headers: Mapping[str, str], status: int
) -> None:
    with pytest.raises(Refusal) as caught:
        ask(served, "id", "POST", body, headers)
    assert caught.value.status == status


# --- turns -----------------------------------------------------------------------------------------------------------


def steps(number: int, done: list[str], name: str) -> Work:
    for _ in range(number):
        yield
    done.append(name)
    return Response(200, name.encode())


def test_a_short_question_does_not_wait_for_a_long_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ecoop_ld.server.round_robin._TURN_SECONDS", 0.0001)

    async def both() -> list[str]:
        turns, done = RoundRobin(Clients(Limits())), list[str]()
        long = asyncio.create_task(turns.answer(Request("GET", ""), steps(200_000, done, "long")))
        await asyncio.sleep(0)
        await turns.answer(Request("GET", ""), steps(1, done, "short"))
        await long
        turns.close()
        return done

    assert asyncio.run(both()) == ["short", "long"]


def endless() -> Work:
    while True:
        yield


@pytest.mark.parametrize(
    ("limits", "status", "limit"),
    [
        (Limits(query_seconds=0.05), 503, "query_seconds"),
        (Limits(queue=0), 429, "queue"),
        (Limits(client_rate=1, client_burst=0), 429, "client_rate"),
    ],
)
def test_limits_of_work(limits: Limits, status: int, limit: str) -> None:
    async def one() -> None:
        turns = RoundRobin(Clients(limits))
        try:
            await turns.answer(Request("GET", "", client="a"), endless())
        finally:
            assert turns.waiting == 0
            turns.close()

    with pytest.raises(Refusal) as caught:
        asyncio.run(one())
    assert (caught.value.status, caught.value.more["limit"]) == (status, limit)
    assert int(caught.value.headers["Retry-After"]) > 0


@pytest.mark.parametrize("path", ["reconcile", "reconcile/", "reconcile/1.0/match", "id"])
def test_paths_that_take_batches(path: str) -> None:
    assert takes_batches(path)
    assert not takes_batches(path + "x") or "/" in path


# --- over a socket ---------------------------------------------------------------------------------------------------


def test_other_sites_may_ask_everything(server: str) -> None:
    for path in (
        "reconcile",
        "reconcile/1.0",
        "reconcile/suggest/entity?prefix=lac",
        "reconcile/nothing",
        "id?same=x:y",
    ):
        reply = fetch(server, path)
        assert reply.headers["access-control-allow-origin"] == "*"
        assert reply.headers["x-content-type-options"] == "nosniff"
    asked = fetch(server, "reconcile/1.0/match", "OPTIONS", {"Origin": "https://elsewhere.example"})
    assert asked.status == 204
    assert "POST" in asked.headers["access-control-allow-methods"]
    assert "Content-Type" in asked.headers["access-control-allow-headers"]
    large = fetch(server, "reconcile", "POST", FORM, b"queries=" + b" " * 1_100_000)
    assert (large.status, large.json["limit"]) == (413, "batch_bytes")
    frame = fetch(server, "doc/org/lacnic", headers={"Accept": "text/html"})
    assert "frame-ancestors 'none'" in frame.headers["content-security-policy"]
    lead = fetch(server, "id?same=geonames:2660646")
    assert (lead.status, lead.headers["location"]) == (303, "./id/place/geneva")
    assert fetch(server, "id/place/geneva").status == 303
