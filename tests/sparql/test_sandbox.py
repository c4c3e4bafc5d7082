"""What the kernel keeps a worker process from, tried in a process of its own."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest
from conftest import ROOT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="what Linux alone can enforce")


def confined(code: str) -> list[str]:
    """What a program prints that runs in a new process."""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


CALLS = """
import ctypes, errno
from ecoop_ld.sparql import sandbox
assert sandbox.forbid_calls()
libc = ctypes.CDLL(None, use_errno=True)
for number in {numbers}:
    ctypes.set_errno(0)
    found = libc.syscall(ctypes.c_long(number), ctypes.c_long(-1), 0, 0, 0)
    print(errno.errorcode.get(ctypes.get_errno(), "done") if found < 0 else "done")
"""


@pytest.mark.skipif(platform.machine() != "x86_64", reason="numbers of system calls of x86-64")
def test_a_call_has_no_other_number_by_which_it_is_let_through() -> None:
    """The kernel may take the numbers of the x32 interface too; there getpid is as forbidden as socket."""
    getpid, socket, execve, x32 = 39, 41, 59, 0x40000000
    numbers = [getpid, socket, execve, x32 | getpid, x32 | socket, x32 | 520, x32 - 1]
    assert confined(CALLS.format(numbers=numbers)) == ["done", "EPERM", "EPERM", "EPERM", "EPERM", "EPERM", "ENOSYS"]


def test_a_worker_leaves_no_core_writes_no_file_and_goes_first_when_memory_is_short() -> None:
    code = """
import resource
resource.setrlimit(resource.RLIMIT_CORE, (4096, resource.getrlimit(resource.RLIMIT_CORE)[1]))
from ecoop_ld.sparql import sandbox
sandbox.limit_resources(50_000_000)
for kind in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE):
    print(*resource.getrlimit(kind))
print(open("/proc/self/oom_score_adj").read().strip())
try:
    bytes(60_000_000)
    print("taken")
except MemoryError:
    print("refused")
print(len(bytes(20_000_000)))
"""
    assert confined(code) == ["0", "0", "0", "0", "800", "refused", "20000000"]


OPENING = """
import ctypes, errno, os
from ecoop_ld.sparql import sandbox
assert sandbox.forbid_calls()
libc = ctypes.CDLL(None, use_errno=True)
for name in ("READ", "WRITE", "READWRITE", "CREATE", "EMPTY"):
    flags = {{"READ": os.O_RDONLY, "WRITE": os.O_WRONLY, "READWRITE": os.O_RDWR, "CREATE": os.O_CREAT, "EMPTY": os.O_TRUNC}}[name]
    for call in {calls}:
        ctypes.set_errno(0)
        found = libc.syscall(*(ctypes.c_long(x) if isinstance(x, int) else x for x in call(flags)))
        print(errno.errorcode[ctypes.get_errno()] if found < 0 else "done")
"""


@pytest.mark.skipif(platform.machine() != "x86_64", reason="numbers of system calls of x86-64")
@pytest.mark.parametrize(
    "call", ['(2, b"/dev/null", flags, 0)', '(257, -100, b"/dev/null", flags, 0)'], ids=["open", "openat"]
)
def test_a_file_is_opened_to_be_read_alone(call: str) -> None:
    assert confined(OPENING.format(calls=f"[lambda flags: {call}]")) == ["done"] + ["EPERM"] * 4


@pytest.mark.parametrize(("parent", "said"), [("os.getppid()", ["lives"]), ("os.getpid()", [])])
def test_whose_parent_ended_before_it_could_say_so_ends_too(parent: str, said: list[str]) -> None:
    code = "import os\nfrom ecoop_ld.sparql import sandbox\nsandbox.die_with_parent({})\nprint('lives')"
    assert confined(code.format(parent)) == said
