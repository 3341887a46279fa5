"""The training stream: each step is sent before the next is computed, and a slow reader slows training down."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from starlette.datastructures import Headers

from app.api import streaming
from app.api.compression import zstd
from app.runs import slices
from app.runs.run import Run

pytestmark = pytest.mark.anyio

SMALL = {"hidden": [{"units": 2, "activation": "tanh"}], "batch_size": 2}
Send = Callable[[dict[str, Any]], Awaitable[None]]


async def create_run(app: FastAPI, client: httpx.AsyncClient, **config: Any) -> Run:
    answer = await client.post("/api/runs", json=config)
    run: Run = await app.state.runs.get(answer.json()["id"])
    return run


class Reader:
    """Calls a training stream as a server would, and may be slow, or leave."""

    def __init__(self, app: FastAPI, run: Run, send: Send, accepted: bytes = b"gzip", **fields: Any) -> None:
        self.left = asyncio.Event()
        self.unread = [{"type": "http.request", "body": json.dumps(fields).encode(), "more_body": False}]
        path = f"/api/runs/{run.id}/train"
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": "POST",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": [(b"content-type", b"application/json"), (b"accept-encoding", accepted)],
            "client": ("test", 1),
            "server": ("test", 80),
        }
        self.task = asyncio.ensure_future(app(scope, self._receive, send))  # type: ignore[arg-type]

    async def _receive(self) -> dict[str, Any]:
        if self.unread:
            return self.unread.pop()
        await self.left.wait()
        return {"type": "http.disconnect"}


async def turns(number: int) -> None:
    for _ in range(number):
        await asyncio.sleep(0)


async def test_a_line_is_sent_before_the_next_step_is_computed(app: FastAPI, client: httpx.AsyncClient) -> None:
    run = await create_run(app, client, **SMALL)
    stood_at = []

    async def send(message: dict[str, Any]) -> None:
        if message.get("body"):
            stood_at.append((json.loads(message["body"]).get("step"), run.step))

    await Reader(app, run, send, steps=5).task
    assert stood_at == [(1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (5, 5)]


async def test_a_slow_reader_slows_the_training(app: FastAPI, client: httpx.AsyncClient) -> None:
    run = await create_run(app, client, **SMALL)
    ready = asyncio.Semaphore(0)

    async def send(message: dict[str, Any]) -> None:
        if message.get("body"):
            await ready.acquire()

    reader = Reader(app, run, send, steps=5)
    await turns(200)
    assert run.step == 1
    ready.release()
    await turns(200)
    assert run.step == 2
    for _ in range(5):
        ready.release()
    await reader.task
    assert run.step == 5
    assert not run.busy


class Clock:
    """Time that passes only while somebody sleeps, or reads slowly."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        self.naps: list[float] = []
        monkeypatch.setattr(streaming, "monotonic", lambda: self.now)
        monkeypatch.setattr(streaming, "sleep", self.sleep)

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.naps.append(seconds)
        await asyncio.sleep(0)


async def test_a_stream_is_paced_and_a_step_comes_together_with_its_evaluation(
    app: FastAPI, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = await create_run(app, client, **SMALL)
    clock, sent = Clock(monkeypatch), []

    async def send(message: dict[str, Any]) -> None:
        if message.get("body"):
            lines = [json.loads(line) for line in message["body"].splitlines()]
            sent.append((clock.now, *((line["type"], line["step"]) for line in lines)))
            clock.now += 3 if lines[0]["step"] == 20 else 0.125  # once the reader is slow

    await Reader(app, run, send, steps=60, every=10, evaluate_every=20, per_second=2).task
    assert sent == [
        (100.0, ("step", 10)),
        (100.5, ("step", 20), ("evaluation", 20)),
        (103.5, ("step", 30)),
        (104.0, ("step", 40), ("evaluation", 40)),
        (105.0, ("step", 50)),
        (105.5, ("step", 60)),
        (106.0, ("evaluation", 60)),  # once the run is kept
    ]
    assert max(clock.naps) <= streaming.LONGEST_NAP


async def test_a_change_amid_a_paced_stream_is_in_force_in_the_next_line(
    app: FastAPI, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = await create_run(app, client, **SMALL)
    clock, rates = Clock(monkeypatch), []
    waits = asyncio.Event()

    async def sleep(seconds: float) -> None:
        if seconds and not waits.is_set():  # the first wait, amid which the change comes
            waits.set()
            await turns(200)
            assert (await client.patch(f"/api/runs/{run.id}", json={"learning_rate": 0.01})).status_code == 200
        await Clock.sleep(clock, seconds)

    monkeypatch.setattr(streaming, "sleep", sleep)

    async def send(message: dict[str, Any]) -> None:
        if message.get("body"):
            rates.append(json.loads(message["body"]).get("learning_rate"))

    await Reader(app, run, send, steps=3, per_second=1).task
    assert rates == [0.3, 0.01, 0.01, None]


async def test_hanging_up_while_a_paced_stream_stands_ends_it(app: FastAPI, client: httpx.AsyncClient) -> None:
    run = await create_run(app, client, **SMALL)
    first = asyncio.Event()

    async def send(message: dict[str, Any]) -> None:
        if message.get("body"):
            first.set()

    reader = Reader(app, run, send, steps=1000, per_second=0.1)
    await first.wait()
    reader.left.set()
    await reader.task
    assert (run.step, run.busy) == (1, False)
    assert (await client.post(f"/api/runs/{run.id}/train")).status_code == 200


@pytest.mark.parametrize("rate", [0, -1, 0.09, 1001, "ten"])
async def test_a_pace_that_is_none_is_refused(app: FastAPI, client: httpx.AsyncClient, rate: Any) -> None:
    run = await create_run(app, client, **SMALL)
    answer = await client.post(f"/api/runs/{run.id}/train", json={"per_second": rate})
    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, "per_second")
    assert run.step == 0


@pytest.mark.parametrize("every", [1, 100_000])
async def test_disconnecting_ends_training_on_a_complete_step(
    app: FastAPI, client: httpx.AsyncClient, every: int
) -> None:
    run, other = await create_run(app, client, **SMALL), await create_run(app, client, **SMALL)
    far = asyncio.Event()

    async def send(_: dict[str, Any]) -> None:
        if run.step > 50:
            far.set()

    reader = Reader(app, run, send, steps=100_000, every=every)
    while not far.is_set() and run.step <= 50:
        await asyncio.sleep(0)
    reader.left.set()
    await reader.task
    reached = run.step
    assert 50 < reached < 100_000
    assert not run.busy
    await client.post(f"/api/runs/{other.id}/train", json={"steps": reached, "every": reached})
    states = [(await client.get(f"/api/runs/{each.id}")).json() for each in (run, other)]
    assert states[0]["parameters"] == states[1]["parameters"]
    assert (await client.post(f"/api/runs/{run.id}/train")).status_code == 200


async def test_a_change_is_in_force_in_a_stream_under_way(app: FastAPI, client: httpx.AsyncClient) -> None:
    run = await create_run(app, client, **SMALL)
    rates = []

    async def send(message: dict[str, Any]) -> None:
        line = json.loads(message["body"]) if message.get("body") else {}
        if line.get("type") == "step":
            rates.append(line["learning_rate"])
            if line["step"] == 3:
                answer = await client.patch(f"/api/runs/{run.id}", json={"learning_rate": 0.5})
                assert answer.status_code == 200

    await Reader(app, run, send, steps=6).task
    assert rates == [0.3, 0.3, 0.3, 0.5, 0.5, 0.5]


async def test_one_stream_at_a_time(app: FastAPI, client: httpx.AsyncClient) -> None:
    run = await create_run(app, client, **SMALL)
    answers = []

    async def send(message: dict[str, Any]) -> None:
        if message.get("body") and not answers:
            answers.append(await client.post(f"/api/runs/{run.id}/train"))
            answers.append(await client.post(f"/api/runs/{run.id}/rewind", json={"step": 0}))
            answers.append(await client.get(f"/api/runs/{run.id}"))

    await Reader(app, run, send, steps=3).task
    assert [answer.status_code for answer in answers] == [409, 409, 200]
    assert answers[0].json()["type"] == "urn:backprop-playground:busy"
    assert answers[2].json()["training"] is True
    assert (await client.get(f"/api/runs/{run.id}")).json()["training"] is False


async def test_deleting_a_run_ends_its_stream(app: FastAPI, client: httpx.AsyncClient) -> None:
    run = await create_run(app, client, **SMALL)
    lines = []

    async def send(message: dict[str, Any]) -> None:
        if message.get("body"):
            lines.append(json.loads(message["body"])["type"])
            if len(lines) == 2:
                await client.delete(f"/api/runs/{run.id}")

    await Reader(app, run, send, steps=100).task
    assert lines == ["step", "step", "evaluation"]


async def test_a_stream_is_not_compressed_on_the_same_machine_but_a_run_is(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    run = await create_run(app, client, **SMALL)
    headers = {"accept-encoding": "gzip, zstd"}
    stream = await client.post(f"/api/runs/{run.id}/train", json={"steps": 3}, headers=headers)
    assert "content-encoding" not in stream.headers
    answer = await client.get(f"/api/runs/{run.id}", headers={"accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"


async def streamed(app: FastAPI, run: Run, accepted: bytes) -> tuple[Headers, list[bytes]]:
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await Reader(app, run, send, accepted, steps=3).task
    return Headers(raw=sent[0]["headers"]), [message["body"] for message in sent[1:]]


@pytest.mark.parametrize("accepted", [b"zstd", b"gzip, deflate, br, ZSTD;q=0.5"])
async def test_a_stream_to_another_machine_is_compressed_line_by_line(
    app: FastAPI, client: httpx.AsyncClient, accepted: bytes
) -> None:
    """What has come can be read before the next line is computed."""
    first, second = [await create_run(app, client, **SMALL) for _ in range(2)]
    _, plain = await streamed(app, first, b"gzip")
    headers, parts = await streamed(app, second, accepted)
    assert (headers["content-encoding"], headers["vary"]) == ("zstd", "Accept-Encoding")
    unpack = zstd.ZstdDecompressor()
    assert [unpack.decompress(part) for part in parts] == plain
    assert unpack.eof


@pytest.mark.parametrize("accepted", [b"", b"gzip, br", b"zstd;q=0", b"gzip, zstd; q=0.000"])
async def test_a_stream_is_not_compressed_for_who_does_not_take_zstd(
    app: FastAPI, client: httpx.AsyncClient, accepted: bytes
) -> None:
    headers, parts = await streamed(app, await create_run(app, client, **SMALL), accepted)
    assert "content-encoding" not in headers
    assert json.loads(parts[0])["step"] == 1


async def test_other_requests_are_answered_after_every_slice(
    app: FastAPI, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a clock on which a look takes half a millisecond, a slice of 2 ms is four steps: counted, not timed."""
    ticks = count()
    monkeypatch.setattr(slices, "perf_counter", lambda: next(ticks) * 0.0005)
    runs = [await create_run(app, client, **SMALL) for _ in range(4)]

    async def send(_: dict[str, Any]) -> None:
        return

    readers = [Reader(app, run, send, steps=2000, every=2000) for run in runs]
    answered, most, before = 0, 0, [0] * 4
    while not all(reader.task.done() for reader in readers):
        await asyncio.sleep(0)
        now = [run.step for run in runs]
        most = max(most, *(after - earlier for after, earlier in zip(now, before, strict=True)))
        before = now
        if answered < 20:
            assert (await client.get("/healthz")).status_code == 200
            answered += 1
            before = [run.step for run in runs]
    assert answered == 20
    assert most <= 6
    assert [run.step for run in runs] == [2000] * 4


async def test_replaying_and_rewinding_yield_to_other_requests(
    app: FastAPI, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = await create_run(app, client, **SMALL)
    await client.post(f"/api/runs/{run.id}/train", json={"steps": 400, "every": 400})
    run._checkpoints.discard_after(0)  # replayed from the start
    ticks = count()
    monkeypatch.setattr(slices, "perf_counter", lambda: next(ticks) * 0.0005)
    turns_taken = 0
    task = asyncio.ensure_future(client.post(f"/api/runs/{run.id}/rewind", json={"step": 399}))
    while not task.done():
        turns_taken += 1
        await asyncio.sleep(0)
    assert (await task).json()["step"] == 399
    assert turns_taken > 50


# Over a real socket


async def test_a_socket_that_is_not_read_pauses_the_training(live_app: FastAPI, server_url: str) -> None:
    async with httpx.AsyncClient(base_url=server_url) as client:
        run = await create_run(live_app, client)
        async with client.stream("POST", f"/api/runs/{run.id}/train", json={"steps": 100_000}) as answer:
            lines = answer.aiter_lines()
            assert json.loads(await anext(lines))["step"] == 1
            stood, still = 0, 0
            while still < 20:  # as many answers to other questions without a step between
                assert (await client.get("/healthz")).status_code == 200
                still = still + 1 if run.step == stood else 0
                stood = run.step
            assert stood < 20_000
            assert json.loads(await anext(lines))["step"] == 2
        while run.busy:  # the server sees the hang-up within a few turns
            await client.get("/healthz")
        assert run.step < 100_000
        again = await client.post(f"/api/runs/{run.id}/train", json={"from_step": run.step})
        assert again.status_code == 200


async def test_lines_arrive_one_by_one(live_app: FastAPI, server_url: str) -> None:
    async with httpx.AsyncClient(base_url=server_url) as client:
        run = await create_run(live_app, client, **SMALL)
        async with client.stream("POST", f"/api/runs/{run.id}/train", json={"steps": 300, "every": 3}) as answer:
            assert answer.headers["content-type"] == "application/jsonl"
            found = [json.loads(line) async for line in answer.aiter_lines()]
    assert [line["step"] for line in found] == [*range(3, 301, 3), 300]
    assert [line["type"] for line in found[-2:]] == ["step", "evaluation"]
