"""A process that computes: it reads functions from its standard input, calls them, and writes what they return.

It ends when its server does: the input is read by a thread of its own, which notices also in the midst of a call.
"""

import os
import pickle
import signal
import sys
from queue import SimpleQueue
from threading import Thread
from typing import IO

NICENESS = 2  # behind the server's event loop, where cores are few


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all processes of a terminal; the server ends this one
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    answers, sys.stdout = sys.stdout.buffer, sys.stderr
    requests: SimpleQueue[bytes] = SimpleQueue()
    Thread(target=_read, args=(sys.stdin.buffer, requests), daemon=True).start()
    while True:
        answer = _called(requests.get())
        answers.write(len(answer).to_bytes(8, "big") + answer)
        answers.flush()


def _read(source: IO[bytes], requests: "SimpleQueue[bytes]") -> None:
    while True:
        size = int.from_bytes(source.read(8), "big")
        request = source.read(size)
        if not request:
            os._exit(0)
        requests.put(request)


def _called(request: bytes) -> bytes:
    """(True, what the function returned) or (False, what it raised), pickled."""
    try:
        done = True, pickle.loads(request)()
    except Exception as error:  # raised again where it was asked for
        done = False, error
    return pickle.dumps(done, pickle.HIGHEST_PROTOCOL)


if __name__ == "__main__":
    main()
