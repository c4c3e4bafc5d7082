"""A small process that has the engine loaded and no store open, and forks workers on demand: a new worker costs
milliseconds, and the server itself, which has threads, never forks.

``python -m ecoop_ld.sparql.forkserver FD`` with the rules as JSON on standard input. Each message, both ways, is a
:data:`MESSAGE`; the one that tells of a new worker carries its socket. It ends, and its workers with it, when the
socket ``FD`` is closed on the other side.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import signal
import socket
import struct
import sys

from ecoop_ld.sparql.protocol import Rules
from ecoop_ld.sparql.worker import leave_after, serve

MESSAGE = struct.Struct("<qq")
FORK, KILL, YIELD = 1, 2, 3
"""Orders: fork a worker (second number unused); kill the worker with this process number; let it go behind others."""
_NICE = 5


def main() -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    rules = Rules(**json.loads(sys.stdin.read()))
    wake_read, wake_write = os.pipe()
    os.set_blocking(wake_write, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)  # a handler, so that the wake-up pipe is written to
    signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal goes to the whole group: the parent decides
    gc.freeze()
    workers: set[int] = set()
    with contextlib.suppress(ConnectionError):
        while True:
            readable, _, _ = select.select([control.fileno(), wake_read], [], [])
            if wake_read in readable:
                os.read(wake_read, 4096)
                _report_ends(control, workers)
            if control.fileno() in readable and not _obey(control, workers, rules, (wake_read, wake_write)):
                break
    for worker in workers:
        os.kill(worker, signal.SIGKILL)
    for worker in workers:
        os.waitpid(worker, 0)


def _obey(control: socket.socket, workers: set[int], rules: Rules, pipe: tuple[int, int]) -> bool:
    """Carry out one order; whether there was one."""
    order = control.recv(MESSAGE.size, socket.MSG_WAITALL)
    if len(order) < MESSAGE.size:
        return False
    kind, number = MESSAGE.unpack(order)
    if kind == FORK:
        _fork(control, workers, rules, pipe)
    elif number in workers:  # not reaped yet, so the number is still this worker's
        os.kill(number, signal.SIGKILL) if kind == KILL else _yield(number)
    return True


def _yield(worker: int) -> None:
    """Low priority for each thread: on Linux a process number names its first thread alone."""
    with contextlib.suppress(OSError):  # threads and processes end when they like
        os.setpriority(os.PRIO_PROCESS, worker, _NICE)
        for thread in os.listdir(f"/proc/{worker}/task"):
            os.setpriority(os.PRIO_PROCESS, int(thread), _NICE)


def _fork(control: socket.socket, workers: set[int], rules: Rules, pipe: tuple[int, int]) -> None:
    ours, theirs = socket.socketpair()
    parent = os.getpid()
    worker = os.fork()
    if worker == 0:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for descriptor in (*pipe, ours.fileno(), control.fileno()):
            os.close(descriptor)
        leave_after(lambda: serve(theirs, rules, parent))
    workers.add(worker)
    socket.send_fds(control, [MESSAGE.pack(FORK, worker)], [ours.fileno()])
    ours.close()
    theirs.close()


def _report_ends(control: socket.socket, workers: set[int]) -> None:
    """Tell of each worker that ended: minus its number, and its wait status."""
    while workers:
        worker, status = os.waitpid(-1, os.WNOHANG)
        if not worker:
            return
        workers.discard(worker)
        control.sendall(MESSAGE.pack(-worker, status))


if __name__ == "__main__":
    main()
