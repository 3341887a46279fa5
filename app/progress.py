"""A line that says how far a training has come, on standard error."""

import sys
import time
from typing import TextIO

EVERY = 0.1  # seconds between two writings
WIDTH = 24


class Progress:
    """Counts from one step (or whatever `what` names) to another.

    On a terminal and in a notebook the line is written over, elsewhere only its end is written.
    """

    def __init__(self, first: int, steps: int, what: str = "step", out: TextIO | None = None) -> None:
        self.first, self.steps, self.what = first, steps, what
        self._out = out or sys.stderr
        self._began = self._written = time.monotonic()
        self._moving = self._out.isatty() or in_notebook()
        self._longest = 0

    def show(self, step: int, loss: float | None = None) -> None:
        """So far; does nothing where it was written a moment ago."""
        if self._moving and time.monotonic() >= self._written + EVERY:
            self._write(step, "" if loss is None else f"  loss {loss:.4g}", "\r")

    def end(self, step: int, words: str) -> None:
        self._write(step, f"  {words}", "\n")

    def _write(self, step: int, words: str, end: str) -> None:
        self._written = time.monotonic()
        done = step - self.first
        share = done / self.steps if self.steps else 1.0
        bar = "#" * round(share * WIDTH)
        rate = done / max(self._written - self._began, 1e-9)
        per_second = f"{rate:.0f}" if rate >= 10 else f"{rate:.2g}"
        text = f"{self.what} {step}/{self.first + self.steps} [{bar:.<{WIDTH}}] {share:4.0%}  {per_second}/s{words}"
        self._longest = max(self._longest, len(text))
        print(f"\r{text:<{self._longest}}" if self._moving else text, end=end, file=self._out, flush=True)


def in_notebook() -> bool:
    """Whether this process is a notebook's kernel, which shows a line that is written over."""
    ipython = sys.modules.get("IPython")
    return ipython is not None and hasattr(ipython.get_ipython(), "kernel")
