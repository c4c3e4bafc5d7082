"""The package's templates → their bytecode, kept where Python keeps that of the modules beside them.

To compile them takes an eighth of the time of a small build. A project's own templates are compiled each time.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

import jinja2
from jinja2.bccache import Bucket

TEMPLATES = Path(__file__).parent / "templates"


class Compiled(jinja2.BytecodeCache):
    """Bytecode by name and place of a template; what is of another text, Python or Jinja is made anew.

    A folder that cannot be written is no error: then nothing is kept.
    """

    def __init__(self, templates: Path = TEMPLATES) -> None:
        self._templates, self._folder = templates, templates.parent / "__pycache__"

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """Empty for what is not kept."""
        if filename is None or Path(filename).parent != self._templates:
            return ""
        return super().get_cache_key(name, filename)

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key:
            with suppress(OSError), self._file(bucket).open("rb") as file:
                bucket.load_bytecode(file)

    def dump_bytecode(self, bucket: Bucket) -> None:
        if not bucket.key or sys.dont_write_bytecode:
            return
        file = self._file(bucket)
        half = file.with_suffix(f".{os.getpid()}")
        try:
            self._folder.mkdir(exist_ok=True)
            half.write_bytes(bucket.bytecode_to_string())
            half.replace(file)
        except OSError:
            with suppress(OSError):
                half.unlink()

    def _file(self, bucket: Bucket) -> Path:
        return self._folder / f"{bucket.key}.jinja"
