"""A process that computes: it reads functions from its standard input, calls them, and writes what they return.

It ends when its server does: the input is read by a thread of its own, which notices also in the midst of a call.
"""

import os
import pickle
import signal
from io import BufferedReader
from queue import SimpleQueue
from threading import Thread
from typing import Any

from ..runs.slices import finish
from . import messages

NICENESS = 2  # behind the server's event loop, where cores are few


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all processes of a terminal; the server ends this one
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever is printed meanwhile is no answer
    requests: SimpleQueue[list[bytearray]] = SimpleQueue()
    Thread(target=_read, args=(os.fdopen(0, "rb"), requests), daemon=True).start()
    while True:
        for part in messages.packed(_called(requests.get()), cut=True):
            answers.write(part)
        answers.flush()


def _read(source: BufferedReader, requests: "SimpleQueue[list[bytearray]]") -> None:
    while count := source.read(messages.NUMBER):
        requests.put([_part(source) for _ in range(messages.number(count))])
    os._exit(0)


def _part(source: BufferedReader) -> bytearray:
    part = bytearray(messages.number(source.read(messages.NUMBER)))
    if source.readinto(part) < len(part):
        os._exit(0)
    return part


def _called(request: list[bytearray]) -> tuple[bool, Any]:
    """(True, what the function returned) or (False, what it raised)."""
    try:
        value = finish(messages.unpacking(request))()
        return True, pickle.PickleBuffer(value) if isinstance(value, bytes) else value  # bytes are not copied, either
    except Exception as error:  # raised again where it was asked for
        return False, error


if __name__ == "__main__":
    main()
