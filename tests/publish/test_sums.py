"""Checksum files: only whole ones of ours are read."""

from __future__ import annotations

import pytest

from ecoop_ld.publish.bundle import Hashes, read_sums

A, B, C = ("a" * 64, "b" * 64, "c" * 64)
HEAD = f"# RDFC-1.0 dataset {A}\n# RDFC-1.0 union {B}\n"
WHOLE = f"{HEAD}{C}  all.nq\n{A}  all.nq.gz\n"


def test_a_whole_file_is_read() -> None:
    assert read_sums(WHOLE) == (Hashes(A, B), {"all.nq": C, "all.nq.gz": A})
    assert read_sums(HEAD) == (Hashes(A, B), {})


@pytest.mark.parametrize(
    "content",
    [
        "",
        WHOLE.replace("union", "other"),
        WHOLE.replace(f"# RDFC-1.0 union {B}\n", ""),
        WHOLE.replace(f"# RDFC-1.0 dataset {A}\n", ""),
        WHOLE.replace(B, B[:-1]),
        WHOLE.replace(C, C.upper()),
        WHOLE.replace("  all.nq\n", " all.nq\n"),
        WHOLE + "anything else\n",
        WHOLE + "\n",
        "# another comment\n" + WHOLE,
        WHOLE + f"{B}  all.nq\n",  # one name twice
        HEAD + WHOLE,
    ],
)
def test_anything_else_is_refused(content: str) -> None:
    with pytest.raises(ValueError, match="not a checksum file"):
        read_sums(content)
