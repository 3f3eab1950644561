"""Running a function on a stranger's file in a child process that may not use much."""

import multiprocessing
import os
import resource
from collections.abc import Callable
from multiprocessing.connection import Connection

from app.questionnaires.faults import Fault, Faulty

SECONDS = 4
MEMORY = 170 * 1024 * 1024  # bytes on top of what the parent had mapped


def run_limited(function: Callable, name: str, *arguments):
    """What `function(*arguments)` returns; Faulty when it fails, takes too long or needs too much.

    `name` is the file's, for the message. The child is forked, so nothing is imported again.
    """
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=work, args=(sender, function, arguments), daemon=True)
    child.start()
    sender.close()
    try:
        outcome = receiver.recv() if receiver.poll(SECONDS + 0.5) else None
    except EOFError:
        outcome = None
    finally:
        child.kill()
        child.join()
        receiver.close()
    if outcome is None:
        what = "It takes too long or too much memory to read."
        raise Faulty([Fault(name, None, "", what, "Make it smaller: fewer rows, choices or groups.")])
    result, faults = outcome
    if faults is not None:
        raise Faulty(faults)
    return result


def work(sender: Connection, function: Callable, arguments: tuple) -> None:
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # openpyxl imports numpy, whose threads reserve much
    size = mapped_memory() + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        outcome = function(*arguments), None
    except Faulty as faulty:
        outcome = None, faulty.faults
    except (MemoryError, RecursionError):
        outcome = None
    sender.send(outcome)
    sender.close()


def mapped_memory() -> int:
    """Bytes of address space of this process; 0 where the system doesn't tell."""
    try:
        with open("/proc/self/statm") as statm:
            return int(statm.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 1 << 30
