"""The README's lines about the client and the commands run as pasted, with the package under its installed name."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_readme import blocks

pytestmark = pytest.mark.long


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder, and beside it the program as it is installed."""
    program = tmp_path / "bin" / "backprop-playground"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m backprop_playground "$@"\n')
    program.chmod(0o755)
    (tmp_path / "here").mkdir()
    return tmp_path / "here"


@pytest.mark.parametrize(
    ("heading", "language", "command"),
    [
        ("From Python", "python", [sys.executable, "-c"]),
        ("From a shell, without a server", "sh", ["bash", "-euo", "pipefail", "-c"]),
    ],
)
def test_the_lines_of_client_and_commands_run_as_pasted(
    folder: Path, installed: Path, heading: str, language: str, command: list[str]
) -> None:
    env = {**os.environ, "PYTHONPATH": str(installed), "PATH": f"{folder.parent / 'bin'}:{os.environ['PATH']}"}
    found = blocks(heading, language)
    assert found
    for block in found:
        done = subprocess.run([*command, block], cwd=folder, env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert done.stdout
    if language == "sh":
        assert len((folder / "answers.csv").read_text().splitlines()) == 301
        assert '"evaluation"' in (folder / "lines.jsonl").read_text()
