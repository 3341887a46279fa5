"""What `pip install .` installs: the page, its files and the table, found from any folder."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from app import __version__

ROOT = Path(__file__).resolve().parents[1]

ASK = """
import asyncio, re, httpx, backprop_playground
from backprop_playground.main import app as application

async def ask():
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        page = await client.get("/")
        assert page.status_code == 200, page.text
        assert (await client.get("/healthz")).status_code == 200
        found = re.findall(r'"(/static/[^"]+)"', page.text)
        assert {path.rpartition(".")[2] for path in found} == {"js", "css", "svg", "woff2"}
        for path in found:
            answer = await client.get(path)
            assert answer.headers["cache-control"] == "public, max-age=31536000, immutable", path
        made = await client.post("/api/runs", json={"dataset": "penguins"})
        assert made.status_code == 201, made.text
    print(backprop_playground.__file__)

asyncio.run(ask())
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(out), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    return next(out.glob("*.whl"))


def test_the_wheel_carries_the_page_and_nothing_under_generic_names(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert tops == {"backprop_playground", f"backprop_playground-{__version__}.dist-info"}
    inside = {name.removeprefix("backprop_playground/") for name in names}
    assert {"templates/playground.html", "static/js/main.js", "data/penguins.csv", "py.typed"} <= inside
    assert "client/notebooks/first-steps.ipynb" in inside
    assert not [name for name in inside if name.startswith("static/") and name.endswith((".py", ".pyc"))]


def test_the_wheel_serves_the_page_from_any_folder(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    env = {**os.environ, "PYTHONPATH": str(tmp_path / "site"), "PYTHONDONTWRITEBYTECODE": "1"}
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    done = subprocess.run([sys.executable, "-c", ASK], cwd=elsewhere, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().startswith(str(tmp_path / "site")), (
        "the wheel's own files must answer, not the checkout's"
    )


def test_the_command_carries_the_package_s_name(wheel: Path, tmp_path: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    archive.extractall(tmp_path / "site")
    entry = archive.read(f"backprop_playground-{__version__}.dist-info/entry_points.txt").decode()
    assert "backprop-playground = backprop_playground.__main__:main" in entry
    env = {**os.environ, "PYTHONPATH": str(tmp_path / "site"), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "backprop_playground", "--version"]
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True)
    assert done.stdout.strip() == f"backprop-playground {__version__}", done.stderr
