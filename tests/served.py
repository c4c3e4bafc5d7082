"""A server of files without a project, for tests that ask one."""

from __future__ import annotations

import re
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from conftest import COMMAND


@contextmanager
def served(*arguments: str | Path) -> Iterator[str]:
    """``ecoop-ld serve`` on a free port, once it answers; its address."""
    process = subprocess.Popen(
        [*COMMAND, "serve", "--port", "0", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        match = re.search(r"http://[^\s,]+", process.stdout.readline())
        if match is None:
            process.kill()
            raise AssertionError(process.stderr.read())
        yield match[0]
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()
        process.stderr.close()


def ask(url: str, accept: str = "*/*") -> tuple[int, str]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers={"Accept": accept}), timeout=60) as answer:
            return answer.status, answer.read().decode(errors="replace")
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
