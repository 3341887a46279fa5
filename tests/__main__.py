"""Every check, one after the other: `python -m tests`. Exit code 0 only if all of them pass.

`python -m tests lint types` runs some; `python -m tests --list` names them.
"""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from tests.chromium import find_chromium

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
BIOME = "@biomejs/biome@2.6.8"
TYPESCRIPT = "typescript@5.9"

TWO_AT_ONCE = ["--numprocesses=2", "--dist=worksteal"]

CHECKS: dict[str, list[str]] = {
    "format": ["ruff", "format", "--check", "."],
    "lint": ["ruff", "check", "."],
    "types": ["mypy"],
    "js-lint": ["npx", "--yes", BIOME, "ci", "--colors=off", "static/js", "static/css", "tests/js"],
    "js-types": ["npx", "--yes", "-p", TYPESCRIPT, "tsc", "-p", "tests/js/tsconfig.json"],
    "js": ["node", "--test", "tests/js/*/*.test.js"],
    "python": ["pytest", *TWO_AT_ONCE, "--ignore=tests/browser"],
    "browser": ["pytest", *TWO_AT_ONCE, "tests/browser"],
    "lighthouse": ["python", "-m", "tests.lighthouse"],
}


def environment() -> dict[str, str]:
    """This interpreter's own tools (ruff, node, npx, ...) come first on the path, whatever else is installed."""
    return {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}", "PYTHONDONTWRITEBYTECODE": "1"}


def run(name: str, env: dict[str, str]) -> bool:
    began = time.monotonic()
    print(f"── {name}: {' '.join(CHECKS[name])}", flush=True)
    program = shutil.which(CHECKS[name][0], path=env["PATH"])
    if program is None:
        print(f"   {CHECKS[name][0]} is missing: pip install -e '.[dev]'", flush=True)
        return False
    code = subprocess.run([program, *CHECKS[name][1:]], cwd=ROOT, env=env, check=False).returncode
    print(f"   {'passed' if code == 0 else 'FAILED'} in {time.monotonic() - began:.1f} s", flush=True)
    return code == 0


def main(names: list[str]) -> int:
    if names == ["--list"]:
        print("\n".join(CHECKS))
        return 0
    unknown = [name for name in names if name not in CHECKS]
    if unknown:
        print(f"no such check: {', '.join(unknown)}; there are {', '.join(CHECKS)}", file=sys.stderr)
        return 2
    env = environment()
    wanted = names or list(CHECKS)
    if {"browser", "lighthouse"} & set(wanted):
        env["CHROMIUM"] = find_chromium(install=True)
    failed = [name for name in wanted if not run(name, env)]
    print(f"{len(wanted) - len(failed)} passed, {len(failed)} failed" + (f": {', '.join(failed)}" if failed else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
