"""Work that two processes share."""

from __future__ import annotations

import os
import time

import pytest

from ecoop_ld.build.parallel import HelperFailed, Shared


@pytest.mark.parametrize("count", [0, 1, 7, 16, 17, 500])
def test_every_task_is_done_once(count: int) -> None:
    with Shared(range(count), lambda some: [n * n for n in some]) as shared:
        assert sorted(shared.finish()) == [n * n for n in range(count)]


def test_what_fails_in_the_helper_is_raised_here() -> None:
    def work(some: object) -> list[int]:
        if os.getpid() != here:
            raise OSError(28, "No space left on device")
        time.sleep(0.2)
        return []

    here = os.getpid()
    with pytest.raises((OSError, HelperFailed), match="No space left"), Shared(range(100), work) as shared:
        shared.finish()
