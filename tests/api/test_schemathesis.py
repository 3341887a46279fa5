"""Schemathesis against a live server: every call that the description allows or forbids."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from fastapi import FastAPI


@pytest.mark.parametrize(
    "more",
    [
        ["--phases", "examples,coverage"],
        ["--phases", "fuzzing,stateful", "--max-examples", "8", "--exclude-tag", "live"],
    ],
    ids=["every call", "chains of calls"],
)
def test_schemathesis_finds_nothing(server_url: str, tmp_path: Path, more: list[str]) -> None:
    program, settings = Path(sys.executable).parent / "schemathesis", Path(__file__).parent / "schemathesis.toml"
    command = [program, "--config-file", settings, "--no-color", "run", f"{server_url}/api/openapi.json"]
    options = ["--generation-deterministic", *more]
    env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([*command, *options], cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


def test_the_description_states_every_limit_in_json_schema(live_app: FastAPI) -> None:
    assert re.findall(r'"(?:ge|gt|le|lt)":', json.dumps(live_app.openapi())) == []
