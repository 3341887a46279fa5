"""Every check, two at a time: `python -m tests`. Exit code 0 only if all of them pass.

`python -m tests lint types` runs some, `python -m tests --list` names them, and `python -m tests room engine` checks
one room alone, in half a minute.
"""

import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from tests.checks import CHECKS, ROOT, Commands, room, rooms
from tests.chromium import find_chromium

BIN = Path(sys.executable).parent
LONGEST = "browser"  # begins first; the others go one after the other beside it
RERUN = "RERUN "  # so pytest begins the line of a test that met a time limit and was tried once more


@dataclass(frozen=True)
class Outcome:
    """How a check went, and what it printed: nothing where it printed by itself."""

    passed: bool
    seconds: float
    printed: str = ""


def environment() -> dict[str, str]:
    """This interpreter's own tools (ruff, node, npx, ...) come first on the path, whatever else is installed."""
    return {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}", "PYTHONDONTWRITEBYTECODE": "1"}


def run(command: list[str], env: dict[str, str], alone: bool) -> Outcome:
    """A check that is alone prints as it goes; where two go at once, each one's lines are kept together."""
    began = time.monotonic()
    program = shutil.which(command[0], path=env["PATH"])
    if program is None:
        return Outcome(False, 0, f"{command[0]} is missing: pip install -e '.[dev]'\n")
    done = subprocess.run(
        [program, *command[1:]],
        cwd=ROOT,
        env=env,
        stdout=None if alone else subprocess.PIPE,
        stderr=None if alone else subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    return Outcome(done.returncode == 0, time.monotonic() - began, done.stdout or "")


def run_all(checks: Commands, env: dict[str, str]) -> dict[str, Outcome]:
    """How each check went, by name; it is told as it ends."""
    outcomes: dict[str, Outcome] = {}
    lanes = ThreadPoolExecutor(max_workers=2)
    try:
        names = sorted(checks, key=lambda name: name != LONGEST)
        under_way = {lanes.submit(run, checks[name], env, len(names) == 1): name for name in names}
        for each in as_completed(under_way):
            name, outcome = under_way[each], each.result()
            outcomes[name] = outcome
            print(f"── {name}: {' '.join(checks[name])}\n{outcome.printed}", end="")
            print(f"   {'passed' if outcome.passed else 'FAILED'} in {outcome.seconds:.1f} s", flush=True)
    finally:
        lanes.shutdown(cancel_futures=True)
    return outcomes


def wanted(names: list[str]) -> Commands:
    """The checks that were asked for; ValueError with what there is instead."""
    if names[:1] == ["room"]:
        found = room(names[1]) if len(names) == 2 else {}
        if not found:
            raise ValueError(f"no such room: {' '.join(names[1:])}; there are {', '.join(rooms())}")
        return found
    unknown = [name for name in names if name not in CHECKS]
    if unknown:
        raise ValueError(f"no such check: {', '.join(unknown)}; there are {', '.join(CHECKS)}")
    return {name: CHECKS[name] for name in names or CHECKS}


def main(names: list[str]) -> int:
    if names == ["--list"]:
        print("\n".join(CHECKS))
        return 0
    try:
        checks = wanted(names)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    env = environment()
    if {"browser", "lighthouse"} & set(checks):
        env["CHROMIUM"] = find_chromium(install=True)
    print(f"{len(checks)} checks: {', '.join(checks)}", flush=True)
    outcomes = run_all(checks, env)
    again = [line for each in outcomes.values() for line in each.printed.splitlines() if line.startswith(RERUN)]
    if again:
        print("met a time limit and were tried once more:", *again, sep="\n   ")
    failed = [name for name in checks if not outcomes[name].passed]
    print(f"{len(checks) - len(failed)} passed, {len(failed)} failed" + (f": {', '.join(failed)}" if failed else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
