"""Schemathesis throws what the description allows, and what it forbids, at a live server, and finds nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    "asked",
    [
        ["--phases", "examples,coverage,fuzzing", "--max-examples", "15"],
        ["--phases", "stateful", "--max-examples", "8", "--exclude-tag", "live"],
    ],
    ids=["single calls", "chains of calls"],
)
def test_schemathesis_finds_nothing(server_url: str, tmp_path: Path, asked: list[str]) -> None:
    command = [Path(sys.executable).parent / "schemathesis", "run", f"{server_url}/api/openapi.json"]
    options = ["--generation-deterministic", "--no-color", "--generation-database", "none", *asked]
    env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([*command, *options], cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
