"""The notebooks run from top to bottom in a kernel of their own, as installed; what they show is a picture."""

import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from app import client

NOTEBOOKS = sorted((Path(client.__file__).parent / "notebooks").glob("*.ipynb"))


def test_there_are_three_and_they_are_kept_without_what_they_printed() -> None:
    assert len(NOTEBOOKS) == 3
    for path in NOTEBOOKS:
        book = nbformat.read(path, as_version=4)
        nbformat.validate(book)
        assert [cell.outputs for cell in book.cells if cell.cell_type == "code" and cell.outputs] == []


@pytest.mark.long
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs(path: Path, installed: Path, tmp_path: Path) -> None:
    book = nbformat.read(path, as_version=4)
    env = {**os.environ, "PYTHONPATH": str(installed)}
    NotebookClient(book, timeout=300, resources={"metadata": {"path": str(tmp_path)}}).execute(env=env)
    shown = [data for cell in book.cells if cell.cell_type == "code" for data in cell.outputs if "data" in data]
    assert any("<svg" in each.data.get("text/html", "") for each in shown)
    assert not [cell for cell in book.cells if cell.cell_type == "code" and cell.execution_count is None]
