"""The address of a reconciliation service elsewhere → its candidates for names, in batches."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlencode, urlsplit

from ecoop_ld.client import Bounds, Outgoing, Unanswered, send
from ecoop_ld.errors import UserError
from ecoop_ld.reconcile.matching import NameQuery
from ecoop_ld.reconcile.spreadsheet import Ask, Suggested

_BATCH = 50
_SECONDS = 60
_MOST_BYTES = 20_000_000


def of_service(address: str) -> Ask:
    """Ask a service that speaks 0.1 or 0.2. What it answers is checked; anything else is a ``UserError``."""
    if urlsplit(address).scheme not in ("http", "https"):
        raise UserError(f"{address} is not the address of a service.", hint="It begins with http:// or https://.")

    def ask(names: Sequence[NameQuery]) -> list[list[Suggested]]:
        batches = (names[n : n + _BATCH] for n in range(0, len(names), _BATCH))
        return [found for batch in batches for found in _ask(address, batch)]

    return ask


def _ask(address: str, batch: Sequence[NameQuery]) -> Iterator[list[Suggested]]:
    queries = {f"q{n}": {"query": a.name, **({"type": a.types[0]} if a.types else {})} for n, a in enumerate(batch)}
    answer = _post(address, {"queries": json.dumps(queries)})
    try:
        for key in queries:
            yield [_found(row) for row in answer[key]["result"]]
    except (KeyError, TypeError, ValueError):
        raise UserError(f"{address} did not answer as a reconciliation service does.") from None


def _found(row: Any) -> Suggested:
    return Suggested(str(row["id"]), str(row["name"]), float(row.get("score") or 0), row.get("match") is True)


def _post(address: str, form: dict[str, str]) -> Any:
    headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
    request = Outgoing(address, "POST", headers, urlencode(form).encode())
    try:
        answer = send(request, Bounds(time.monotonic() + _SECONDS, _MOST_BYTES))
    except Unanswered as error:
        raise UserError(f"{address} does not answer as it should: {error}.") from None
    if answer.status != 200:
        raise UserError(f"{address} answered with status {answer.status}.")
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        raise UserError(f"{address} did not answer with JSON.") from None
