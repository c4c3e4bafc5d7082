"""What a worker process may not do: grow without end, write, open a connection, start a program, outlive its parent.

Memory is limited on Linux alone, and the system-call filter (seccomp) exists for Linux on x86-64 and ARM64; elsewhere
a worker still has its deadline, and the front check refuses SERVICE.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import resource
import signal
import struct
import sys

_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 22, 38
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000 | 1, 0x80000000  # refused calls fail with EPERM
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC

# Numbers: socket socketpair bind listen accept accept4 connect · execve execveat · ptrace process_vm_readv
# process_vm_writev · kill · truncate ftruncate rename(at)(2) mkdir(at) rmdir creat link(at) unlink(at) symlink(at) ·
# mount unshare setns bpf · io_uring_setup openat2; then open and openat with the position of their flags.
_CALLS: dict[str, tuple[int, str, tuple[tuple[int, int], ...]]] = {
    "x86_64": (
        0xC000003E,
        "41 53 49 50 43 288 42 59 322 101 310 311 62 76 77 82 264 316 83 258 84 85 86 265 87 263 88 266 165 272 308 321"
        " 425 437",
        ((2, 1), (257, 2)),
    ),
    "aarch64": (
        0xC00000B7,
        "198 199 200 201 202 242 203 221 281 117 270 271 129 45 46 38 276 34 37 35 36 40 97 268 280 425 437",
        ((56, 2),),
    ),
}


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when its parent ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # it ended before the call
            os._exit(0)


def limit_resources(memory: int) -> None:
    """No core dumps, no file that grows, ``memory`` bytes more than now; under pressure the kernel takes us first."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
            file.write("800")
        most = _data_bytes() + memory
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _data_bytes() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[5]) * resource.getpagesize()


def forbid_calls() -> bool:
    """Install the system-call filter for this thread and those it starts; whether that was possible."""
    machine = platform.machine()
    if sys.platform != "linux" or machine not in _CALLS:
        return False
    filters = _program(*_CALLS[machine])
    code = ctypes.create_string_buffer(b"".join(filters))
    program = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(filters), ctypes.addressof(code)))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        return False
    return not libc.prctl(_PR_SET_SECCOMP, 2, ctypes.byref(program), 0, 0)


def _program(architecture: int, refused: str, opens: tuple[tuple[int, int], ...]) -> list[bytes]:
    """A classic BPF program over ``struct seccomp_data`` (number, architecture, instruction pointer, six arguments)."""

    def step(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
        return struct.pack("HBBI", code, yes, no, value)

    program = [step(_LOAD, 4), step(_EQUAL, architecture, 1, 0), step(_RETURN, _KILL), step(_LOAD, 0)]
    program += [step(_AT_LEAST, 0x40000000, 0, 1), step(_RETURN, _REFUSE)]  # the x32 numbers of x86-64
    for number in map(int, refused.split()):
        program += [step(_EQUAL, number, 0, 1), step(_RETURN, _REFUSE)]
    for number, argument in opens:
        program += [step(_EQUAL, number, 0, 3), step(_LOAD, 16 + 8 * argument)]
        program += [step(_ANY_BIT, _WRITING, 0, 1), step(_RETURN, _REFUSE), step(_LOAD, 0)]
    return [*program, step(_RETURN, _ALLOW)]
