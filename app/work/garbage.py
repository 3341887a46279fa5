"""Garbage collection in small steps: a full search for reference cycles stops the event loop.

Python makes one whenever the number of objects has grown by a quarter. It takes 60 to 110 ms for the server itself, and
0.3 ms more for each live run. Here what is new is searched often, and then frozen: later searches leave it out. A run
that is let go is freed without a search. Cycles among frozen objects (closed connections, errors) are found by a search
of everything: while nobody trains, once an hour, or when the process has grown by more than its runs hold.
"""

import gc
from asyncio import sleep
from collections.abc import Callable
from time import monotonic

from ..runs.memory import resident

EVERY = 0.1  # seconds
QUIET, LONGEST = 600.0, 3600.0  # seconds between two searches of everything: while nobody trains, and in any case
SOON = 60.0  # seconds between them at least: what runs hold is measured a little later
GROWN = 300_000_000  # bytes that the process, without its runs, has grown since the last of them
NEVER = 1_000_000_000  # collections of the middle generation before Python itself would search everything


async def collect_in_steps(is_quiet: Callable[[], bool], held: Callable[[], int]) -> None:
    """Until it is cancelled; then Python collects by itself again.

    `is_quiet`: nobody would notice a tenth of a second. `held`: bytes of the live runs.
    """
    thresholds = gc.get_threshold()
    gc.set_threshold(*thresholds[:2], NEVER)
    searched, others = monotonic(), resident() - held()
    try:
        while True:
            await sleep(EVERY)
            since = monotonic() - searched
            grown = since > SOON and resident() - held() > others + GROWN
            everything = grown or since > (QUIET if is_quiet() else LONGEST)
            if everything:
                gc.unfreeze()
            gc.collect()
            gc.freeze()
            if everything:
                searched, others = monotonic(), resident() - held()
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()
