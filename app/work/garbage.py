"""The search for reference cycles, which stops everybody, a little at a time.

Python by itself looks through all there is whenever that has grown by a quarter: some 0.3 ms for each live run, and
60 to 110 ms for the server itself. Here it looks often, at what is new, and leaves that out from then on. A run that
is let go is no cycle, but a connection that was closed may be one, and an error. Cycles among what was left out are
found when all is looked through again: while nobody trains, or where the process has grown and nobody knows why.
"""

import gc
from asyncio import sleep
from collections.abc import Callable
from time import monotonic

from ..runs.memory import resident

EVERY = 0.1  # seconds
QUIET, LONGEST = 600.0, 3600.0  # seconds between two looks at everything: while nobody trains, and in any case
SOON = 60.0  # seconds at least: what runs hold is known a little later than they hold it
GROWN = 300_000_000  # bytes beside what is known to be held, more than after the last look at everything
NEVER = 1_000_000_000  # collections of the younger generation before Python would look at everything


async def collect_what_is_new(is_quiet: Callable[[], bool], known: Callable[[], int]) -> None:
    """Until it is cancelled; then Python looks by itself again.

    `is_quiet`: nobody would notice a tenth of a second. `known`: bytes that are held for good reason.
    """
    thresholds = gc.get_threshold()
    gc.set_threshold(*thresholds[:2], NEVER)
    looked, others = monotonic(), resident() - known()
    try:
        while True:
            await sleep(EVERY)
            since = monotonic() - looked
            grown = since > SOON and resident() - known() > others + GROWN
            everything = grown or since > (QUIET if is_quiet() else LONGEST)
            if everything:
                gc.unfreeze()
            gc.collect()
            gc.freeze()
            if everything:
                looked, others = monotonic(), resident() - known()
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()
