"""Every measurement, interleaved with its peers in one run: `python -m tests.benchmarks`, or some parts of it by name.

Only ratios carry over to another machine. `--report` writes them to REPORT.md beside this file. PyTorch comes with
`pip install -e '.[bench]'`; without it its rows say so. Exit code 1 where a promise was missed.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy: a second thread only makes noise here

import argparse
import platform
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import numpy as np

from . import engine, frame, load, page, stores, stream, surfaces
from .row import Row

PARTS = {
    "engine": engine.rows,
    "surfaces": surfaces.rows,
    "frame": frame.rows,
    "stream": stream.rows,
    "stores": stores.rows,
    "load": load.rows,
    "page": page.rows,
}
HEAD = ("", "measured", "promised", "", "")


def table(rows: Iterable[Row]) -> str:
    lines = [HEAD, ("---", "---:", "---:", "---", "---"), *(row.cells() for row in rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def report(rows: Iterable[Row]) -> str:
    machine = (
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, NumPy {np.__version__}"
    )
    return (
        f"# Measured\n\n`python -m tests.benchmarks --report`, {date.today().isoformat()}, {machine}, one thread.\n"
        "Ratios are of times taken in turns in one run; times are of this machine only.\n"
        "N1 2-4-2-1 tanh, batch 10 · N2a, N2b 2-8×6-1 tanh, batch 10 and 30 · N3 7-8×6-1 relu, 30\n"
        "· N4 2-64-64-64-1 relu, 128 · N5 10-8×10-3 sigmoid with batch norm and dropout, 32.\n"
        "· page 2-8×6-1 tanh in a Chromium of 1440 × 900 that draws without a graphics card\n"
        "· frame, replay and load 2-6-4-1 tanh, batch 16; of frame and replay the processor time.\n\n"
        f"{table(rows)}\n"
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__.partition("\n")[0])
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="which; all where none is named")
    parser.add_argument("--report", action="store_true", help="write REPORT.md")
    asked = parser.parse_args()
    rows: list[Row] = []
    for part in asked.parts or PARTS:
        for row in PARTS[part]():
            rows.append(row)
            print("{:42} {:>9}  {:9} {:7} {}".format(*row.cells()), flush=True)
    if asked.report:
        (Path(__file__).parent / "REPORT.md").write_text(report(rows))
    return int(not all(row.kept for row in rows))


if __name__ == "__main__":
    sys.exit(main())
