"""What importing the client costs, and that its names are all there."""

import subprocess
import sys

import app
from app import client

SERVER = {"fastapi", "starlette", "pydantic", "uvicorn", "orjson", "redis", "app.runs", "app.engine", "app.main"}
CODE = "import sys; from app import Playground, AsyncPlayground, Problem; print(*sys.modules)"


def test_importing_the_client_takes_httpx_and_numpy_alone() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert {"httpx", "numpy", "app.client"} <= loaded
    assert loaded & SERVER == set()


def test_the_package_hands_out_the_client_s_names() -> None:
    for name in set(app.__all__) - {"__version__"}:
        assert getattr(app, name) is getattr(client, name)
    assert set(app.__all__) - {"__version__"} <= set(client.__all__)
