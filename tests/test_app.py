"""The server sets one thread for matrix products before NumPy is there; the client leaves its program alone."""

import os
import subprocess
import sys

import httpx
import pytest

from app.main import create_app
from tests.conftest import serving

CODE = """
import os, sys, {first}
print("numpy" in sys.modules, os.environ.get("OPENBLAS_NUM_THREADS"))
"""


@pytest.mark.parametrize(
    ("first", "environment", "found"),
    [
        ("app", {}, "False None"),
        ("app.client", {}, "True None"),
        ("app.threads", {}, "False 1"),
        ("app.engine", {"OPENBLAS_NUM_THREADS": "4"}, "False 4"),
        ("app.data", {}, "False 1"),
        ("app.runs", {}, "False 1"),
    ],
)
def test_matrix_products_run_in_one_thread_by_default(first: str, environment: dict[str, str], found: str) -> None:
    env = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"} | environment
    command = [sys.executable, "-c", CODE.format(first=first)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == found


def test_routes_are_prepared_before_the_first_request_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    """FastAPI would do it amid the requests of others."""
    with serving(create_app()) as url, httpx.Client(base_url=url) as client:
        monkeypatch.setattr("fastapi.routing.get_dependant", pytest.fail)
        for path in ("/healthz", "/api/catalog", "/api/experiments", "/story", "/glossary"):
            assert client.get(path).status_code == 200, path


SERVED = """
import asyncio, gc
from app.main import create_app

async def served():
    app = create_app()
    async with app.router.lifespan_context(app):
        print(gc.get_freeze_count())

asyncio.run(served())
"""


def test_a_server_does_not_stop_to_look_through_what_it_is_made_of() -> None:
    done = subprocess.run([sys.executable, "-c", SERVED], capture_output=True, text=True, check=True)
    assert int(done.stdout) > 50_000  # objects that no collection looks at
