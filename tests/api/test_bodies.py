"""Large JSON bodies are read in a process, and as the others are."""

import json
import os
import signal
from asyncio import CancelledError, create_task, sleep
from collections.abc import Callable
from functools import partial
from time import sleep as sleep_for
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from starlette.requests import Request
from starlette.types import Message

from app.api.bodies import LARGE
from app.api.work import Work
from app.work.processes import Processes

pytestmark = pytest.mark.anyio
ROWS = 4000
JSON = {"Content-Type": "application/json"}
SCOPE = {"type": "http", "client": ("192.0.2.7", 1), "headers": []}


async def never() -> Message:
    """Nobody hangs up."""
    await sleep(600)
    raise AssertionError


def table(cell: Any) -> str:
    """A request for a run on so many rows and one more, whose first cell is written so."""
    data = {"inputs": [[0.25, -1e-3]] * ROWS + [["cell", 1]], "targets": [0, 1] * (ROWS // 2) + [1], "task": "binary"}
    text = json.dumps({"dataset": data, "test_fraction": 0, "batch_size": 10}).replace('"cell"', cell)
    assert len(text) > LARGE
    return text


async def post(client: httpx.AsyncClient, text: str) -> httpx.Response:
    return await client.post("/api/runs", content=text, headers=JSON)


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was called in a process."""
    found: list[str] = []
    call = Processes.call

    async def observed(processes: Processes, function: Callable[[], Any]) -> Any:
        found.append(getattr(function, "func", function).__name__)
        return await call(processes, function)

    monkeypatch.setattr(Processes, "call", observed)
    return found


async def test_a_large_table_is_read_in_a_process(client: httpx.AsyncClient, called: list[str]) -> None:
    made = await post(client, table("1e-7"))
    assert made.status_code == 201, made.text
    assert made.json()["config"]["dataset"]["inputs"][-1] == [1e-7, 1]
    assert called == ["read"]


async def test_a_small_body_is_read_at_once(client: httpx.AsyncClient, called: list[str]) -> None:
    assert (await post(client, '{"seed": 3}')).status_code == 201
    assert (await post(client, '{"seed": -3, "samples": 0}')).status_code == 422
    assert called == []


@pytest.mark.parametrize(
    ("cell", "value"), [("1" * 400, "an integer of more than 40 digits"), ('"1.5"', "1.5"), ("Infinity", "inf")]
)
async def test_what_is_no_number_is_named_by_its_place(client: httpx.AsyncClient, cell: str, value: str) -> None:
    told = await post(client, table(cell))
    assert told.status_code == 422, told.text
    assert [(error["path"], error["value"]) for error in told.json()["errors"]] == [
        (f"dataset.inputs[{ROWS}][0]", value)
    ]


@pytest.mark.parametrize("cell", ["[[", "[" * 2000, "1" * 5000, "0.5.5"])
async def test_what_is_no_json_is_said_with_line_and_column(client: httpx.AsyncClient, cell: str) -> None:
    told = await post(client, table(cell))
    assert told.status_code == 400
    assert "line 1, column" in told.json()["detail"]


@pytest.mark.parametrize("number", [7, 100, 101, 900, 4000])
async def test_an_answer_names_a_hundred_fields_and_counts_the_others(
    client: httpx.AsyncClient, called: list[str], number: int
) -> None:
    """Up to a hundred are told at once, more, or of a large body, in a process; the answers are alike."""
    text = json.dumps({f"f{field}": field for field in range(number)})
    told = (await post(client, text)).json()
    assert [(error["path"], error["value"]) for error in told["errors"]] == [
        (f"f{field}", field) for field in range(min(number, 100))
    ]
    first = "; ".join(f"f{field}: Extra inputs are not permitted" for field in range(5))
    assert told["detail"] == f"{first}; and {number - 5} more"
    assert called == (["read"] if number > 100 or len(text) > LARGE else [])


async def test_a_large_body_that_is_not_said_to_be_json_is_refused_as_a_small_one(client: httpx.AsyncClient) -> None:
    told = await client.post("/api/runs", content=table("1"), headers={"Content-Type": "text/plain"})
    assert told.status_code == 415


async def test_a_client_with_too_many_large_bodies_waits(app: FastAPI, client: httpx.AsyncClient) -> None:
    app.state.desk.reading.each = 0
    told = await post(client, table("1"))
    assert told.status_code == 429
    assert "large bodies" in told.json()["detail"]
    assert int(told.headers["retry-after"]) >= 1


async def test_predictions_for_many_rows_are_those_for_few(client: httpx.AsyncClient, called: list[str]) -> None:
    run = f"/api/runs/{(await client.post('/api/runs', json={})).json()['id']}"
    rows = [[0.001 * row, None if row % 7 == 0 else -0.3] for row in range(3000)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.runs.costs.BRIEF", 1000)
        patch.setattr("app.runs.costs.QUICK", 1000)
        many = await client.post(f"{run}/predict", json={"inputs": rows})
    assert called == ["read", "of_copy"]
    del called[:]
    few = await client.post(f"{run}/predict", json={"inputs": rows[:30]})
    assert called == []
    assert few.json()["outputs"] == many.json()["outputs"][:30]
    wrong = await client.post(f"{run}/predict", json={"inputs": [[1.0, None, 3.0]] * 3000})
    assert wrong.status_code == 422
    assert wrong.json()["errors"][0] == {
        "path": "inputs[0]",
        "value": [1.0, None, 3.0],
        "message": "3 values for 2 columns (x1, x2)",
        "allowed": "2 numbers",
    }


@pytest.mark.parametrize("path", ["samples", "samples?format=csv", "export", "export?format=npz"])
async def test_an_answer_is_the_same_written_at_once_in_a_thread_or_in_a_process(
    client: httpx.AsyncClient, called: list[str], monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    table = {"inputs": [[0.1 * row, row % 3] for row in range(100)], "targets": [0, 1] * 50, "task": "binary"}
    made = await client.post("/api/runs", json={"dataset": table})
    run = f"/api/runs/{made.json()['id']}"
    monkeypatch.setattr("app.api.wire.encoding.BLOCK", 30)
    found = [await client.get(f"{run}/{path}")]
    for limit in ("BRIEF", "QUICK"):
        assert called == []
        monkeypatch.setattr(f"app.runs.costs.{limit}", 1000)
        found.append(await client.get(f"{run}/{path}"))
    assert called == ["write" if "csv" in path else "of_copy"]
    assert len({len(each.content) for each in found}) == 1
    if "npz" not in path:  # an archive holds the time
        assert len({each.content for each in found}) == 1


async def test_who_hangs_up_leaves_the_process_to_the_next(client: httpx.AsyncClient, app: FastAPI) -> None:
    """To start another takes a second, what it does some tens of milliseconds."""
    assert (await post(client, table("1"))).status_code == 201
    processes = app.state.desk.processes
    first = await processes.call(os.getpid)
    reading = create_task(Work(Request(SCOPE, never), app.state.desk).read(partial(sleep_for, 0.3)))
    while not app.state.desk.reading.taken:
        await sleep(0.01)
    reading.cancel()
    with pytest.raises(CancelledError):
        await reading
    assert app.state.desk.reading.taken == 0
    assert await processes.call(os.getpid) == first


async def test_a_lost_process_is_replaced(client: httpx.AsyncClient, app: FastAPI) -> None:
    assert (await post(client, table("1"))).status_code == 201
    os.kill(await app.state.desk.processes.call(os.getpid), signal.SIGKILL)
    assert (await post(client, table("2"))).status_code == 201
