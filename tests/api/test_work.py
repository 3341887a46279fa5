"""What takes long, over HTTP: what is refused, who waits, and what ends when nobody does."""

import asyncio
import json
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send

from app.api.middleware import BodyDeadline
from app.main import create_app
from app.settings import Settings

pytestmark = pytest.mark.anyio

BIG: dict[str, Any] = {
    "samples": 5000,
    "batch_size": 5000,
    "hidden": [{"units": 16, "activation": "relu"}] * 10,
    "dropout": 0.3,
}


async def create(client: httpx.AsyncClient, config: dict[str, Any]) -> str:
    answer = await client.post("/api/runs", json=config)
    assert answer.status_code == 201, answer.text
    return f"/api/runs/{answer.json()['id']}"


async def test_what_would_take_too_long_is_refused_with_what_is_allowed(client: httpx.AsyncClient) -> None:
    run = await create(client, BIG)
    for path, field in [
        ("gradcheck", "batch_size"),
        ("checks", "batch_size"),
        ("ensemble?members=256&surfaces=60", "members"),
        ("scaling?steps=4999", "steps"),
        ("pathsum", "seconds"),
    ]:
        answer = await client.get(f"{run}/{path}")
        problem = answer.json()
        assert (answer.status_code, problem["type"]) == (409, "urn:backprop-playground:unsuited"), problem
        assert problem["errors"][0]["path"] == field
        assert problem["errors"][0]["allowed"]
        assert "multiplications" in problem["detail"]


async def test_one_client_is_refused_where_another_waits_its_turn() -> None:
    app = create_app(Settings(client_work=1, queue=1, processes=1))
    places = app.state.desk.measuring
    crowd, single, third = (
        httpx.AsyncClient(transport=httpx.ASGITransport(app, client=(host, 1)), base_url="http://test")
        for host in ("2001:db8::1", "192.0.2.7", "192.0.2.8")
    )
    async with crowd, single, third:
        run = await create(crowd, {})
        async with places.place("2001:db8::/64"):  # another address of the same customer has the only place
            waiting = asyncio.create_task(single.get(f"{run}/limit"))
            while not places.waits:
                await asyncio.sleep(0)
            for client, status, kind in [(crowd, 429, "too-much"), (third, 503, "overloaded")]:
                refused = await client.get(f"{run}/limit")
                assert (refused.status_code, refused.json()["type"]) == (status, f"urn:backprop-playground:{kind}")
                assert int(refused.headers["Retry-After"]) >= 1
        assert (await waiting).status_code == 200
        assert (await crowd.get(f"{run}/limit")).status_code == 200
        counted = (await crowd.get("/metrics")).text
    assert 'backprop_work_refused_total{kind="measuring",reason="client"}' in counted
    assert 'backprop_work_refused_total{kind="measuring",reason="full"}' in counted


@pytest.mark.parametrize("path", ["verdict?experiment=exploding", "limit", "ensemble?rate=0.5", "scaling?steps=500"])
async def test_work_ends_when_its_client_hangs_up(app: FastAPI, client: httpx.AsyncClient, path: str) -> None:
    """In slices, in a thread, and in a process."""
    run = await create(client, {})
    await client.post(f"{run}/train", json={"steps": 300, "every": 300})
    path, _, query = path.partition("?")
    asked, said = asyncio.Event(), []

    async def receive() -> dict[str, Any]:
        if not asked.is_set():
            asked.set()
            return {"type": "http.request", "body": b"", "more_body": False}
        await asyncio.sleep(0)
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        said.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "path": f"{run}/{path}",
        "query_string": query.encode(),
        "headers": [],
        "client": ("192.0.2.9", 1),
        "server": ("test", 80),
    }
    await asyncio.wait_for(app(scope, receive, send), 30)  # type: ignore[arg-type]
    assert said[0]["status"] == 499
    assert not app.state.desk.measuring.taken
    assert not app.state.desk.replaying.taken


async def test_streams_of_one_client_are_bounded() -> None:
    app = create_app(Settings(client_streams=1))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        run = await create(client, {})
        async with app.state.desk.streaming.place("127.0.0.1"):
            refused = await client.post(f"{run}/train", json={})
            assert (refused.status_code, refused.json()["detail"].partition(".")[0]) == (
                429,
                "One client may have 1 training streams at the same time",
            )
        assert (await client.post(f"{run}/train", json={})).status_code == 200


async def test_a_body_that_comes_too_slowly_is_refused() -> None:
    async def app(_: Scope, receive: Receive, __: Send) -> None:
        while (await receive()).get("more_body"):
            pass

    pieces = [{"type": "http.request", "body": b"{", "more_body": True}]

    async def receive() -> dict[str, Any]:
        if pieces:
            return pieces.pop()
        await asyncio.Event().wait()
        raise AssertionError

    with pytest.raises(HTTPException, match="The body came too slowly: 1 bytes") as refused:
        await BodyDeadline(app, seconds=0)({"type": "http"}, receive, None)  # type: ignore[arg-type]
    assert refused.value.status_code == 408


def test_the_description_says_which_calls_may_have_to_wait(app: FastAPI) -> None:
    described = app.openapi()["paths"]
    for path, method in [("/api/runs/{run_id}/gradcheck", "get"), ("/api/runs/{run_id}/train", "post")]:
        answers = described[path][method]["responses"]
        assert {"429", "503"} <= answers.keys()
        assert "Retry-After" in answers["429"]["headers"]
    assert "429" not in described["/api/catalog"]["get"]["responses"]


async def test_a_step_that_never_was_is_unknown_however_far(client: httpx.AsyncClient) -> None:
    run = await create(client, {})
    assert (await client.get(f"{run}/predictions/{2**40}")).status_code == 404


async def test_a_large_run_is_computed_in_a_thread_and_read_between_its_steps(client: httpx.AsyncClient) -> None:
    """What is read amid a stream is of a whole step: parameters and all that is computed from them."""
    big = {"samples": 3000, "batch_size": 2000, "seed": 3, "learning_rate": 0.05}
    run, alone = await create(client, big), await create(client, big)
    lines = (await client.post(f"{alone}/train", json={"steps": 12, "evaluate_every": 1, "detail": "summary"})).text
    told = [json.loads(line) for line in lines.splitlines()]
    losses = {line["step"]: line["train_loss"] for line in told if line["type"] == "evaluation"}
    streaming = asyncio.create_task(client.post(f"{run}/train", json={"steps": 12, "every": 12}))
    turns = 0
    while not streaming.done():
        found = (await client.get(run)).json()
        if found["step"]:
            assert found["evaluation"]["step"] == found["step"]
            assert found["evaluation"]["train_loss"] == losses[found["step"]]
        turns += 1
    assert turns > 1
    changed = (await client.patch(run, json={"batch_size": 5})).json()
    assert (changed["step"], changed["controls"]["batch_size"]) == (12, 5)
