"""Large JSON bodies are read faster, and as the others are."""

import json
from typing import Any

import httpx
import pytest

from app.api.largejson import LARGE

pytestmark = pytest.mark.anyio
ROWS = 4000


def table(cell: Any) -> str:
    """A request for a run on so many rows and one more, whose first cell is written so."""
    data = {"inputs": [[0.25, -1e-3]] * ROWS + [["cell", 1]], "targets": [0, 1] * (ROWS // 2) + [1], "task": "binary"}
    text = json.dumps({"dataset": data, "test_fraction": 0, "batch_size": 10}).replace('"cell"', cell)
    assert len(text) > LARGE
    return text


async def post(client: httpx.AsyncClient, text: str) -> httpx.Response:
    return await client.post("/api/runs", content=text, headers={"Content-Type": "application/json"})


async def test_a_large_table_is_read_without_the_slow_parser(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("starlette.requests.Request.json", pytest.fail)
    made = await post(client, table("1e-7"))
    assert made.status_code == 201, made.text
    assert made.json()["config"]["dataset"]["inputs"][-1] == [1e-7, 1]


@pytest.mark.parametrize("cell", ["1" * 400, '"1.5"', "Infinity"])
async def test_what_is_no_number_is_named_by_its_place(client: httpx.AsyncClient, cell: str) -> None:
    told = await post(client, table(cell))
    assert told.status_code == 422
    assert [error["path"] for error in told.json()["errors"]] == [f"dataset.inputs[{ROWS}][0]"]


@pytest.mark.parametrize("cell", ["[[", "[" * 2000, "1" * 5000, "0.5.5"])
async def test_what_is_no_json_is_said_with_line_and_column(client: httpx.AsyncClient, cell: str) -> None:
    told = await post(client, table(cell))
    assert told.status_code == 400
    assert "line 1, column" in told.json()["detail"]
