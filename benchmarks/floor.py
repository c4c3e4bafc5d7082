"""The least that an ASGI application costs: ``python -m benchmarks.floor BYTES PORT`` sends that many to everyone."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import uvicorn

BODY = b"x" * int(sys.argv[1])
START = {
    "type": "http.response.start",
    "status": 200,
    "headers": [(b"content-type", b"text/plain"), (b"content-length", b"%d" % len(BODY))],
}
REST = {"type": "http.response.body", "body": BODY}


async def app(
    scope: MutableMapping[str, Any], receive: object, send: Callable[[MutableMapping[str, Any]], Awaitable[None]]
) -> None:
    if scope["type"] == "http":
        await send(START)
        await send(REST)


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), log_level="critical", access_log=False, lifespan="off")
