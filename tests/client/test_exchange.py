"""How the client waits for a server that is busy or away, without one: no time passes here."""

import inspect
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from app.api import wire
from app.client import AsyncRun, Busy, Conflict, Disconnected, Run
from app.client.calls import RunCalls
from app.runs.build import plan
from app.runs.config import RunConfig
from app.runs.requests import TrainRequest
from app.runs.run import Run as ServerRun

RUN = {"id": "abc", "config": {"hidden": [], "dataset": "xor"}, "step": 0, "first_step": 0}
STANDS = {**RUN, "training": False, "evaluation": {"stopped": None}}
Answer = httpx.Response | Exception


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    found: list[float] = []
    monkeypatch.setattr("app.client.transport.time.sleep", found.append)
    return found


def run_with(*answers: Answer) -> tuple[Run, list[httpx.Request]]:
    """A run whose server gives these answers, one after the other, and what it was asked."""
    asked, rest = [], iter(answers)

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        found = next(rest)
        if isinstance(found, Exception):
            raise found
        return found

    client = httpx.Client(base_url="http://there", transport=httpx.MockTransport(answer))
    return Run(client, RunCalls("http://there", RUN)), asked


def problem(status: int, kind: str = "", **headers: str) -> httpx.Response:
    body = {"type": f"urn:backprop-playground:{kind}", "title": "No", "detail": "Not now.", "status": status}
    return httpx.Response(status, json=body, headers={name.replace("_", "-"): text for name, text in headers.items()})


def test_as_long_as_a_busy_server_says(slept: list[float]) -> None:
    run, asked = run_with(problem(503, Retry_After="2"), problem(429, Retry_After="3"), httpx.Response(200, json=RUN))
    run.patch(learning_rate=0.1)
    assert slept == [2, 3]
    assert len(asked) == 3


def test_not_for_ever(slept: list[float]) -> None:
    run, asked = run_with(*[problem(429, "runs", Retry_After="60")] * 9)
    with pytest.raises(Busy) as caught:
        run.refresh()
    assert (caught.value.status, caught.value.type, caught.value.retry_after) == (429, "runs", 60)
    assert len(asked) == 9
    assert slept == [10] * 8


def test_what_may_have_been_done_is_not_sent_again(slept: list[float]) -> None:
    broken = httpx.ReadError("broken")
    run, asked = run_with(broken)
    with pytest.raises(Disconnected) as caught:
        run.fork()
    assert caught.value.sent
    assert (len(asked), slept) == (1, [])
    run, asked = run_with(broken, httpx.Response(200, json={**RUN, "step": 3}))
    run.rewind(3)  # twice is the same as once
    assert (run.at_step, len(asked)) == (3, 2)


@pytest.mark.usefixtures("slept")
def test_a_request_to_train_that_was_lost_is_not_repeated_blindly() -> None:
    """The server may have trained: the run is asked how far it is, and then for the rest alone."""
    run, asked = run_with(
        httpx.ReadError("broken"),
        httpx.Response(200, json={**STANDS, "training": True}),
        httpx.Response(200, json=STANDS | {"step": 2}),
        problem(404, "no-such-step"),
    )
    with pytest.raises(Exception, match="Not now"):
        run.train(5).wait()
    sent = [(request.method, request.url.path) for request in asked]
    path = "/api/runs/abc"
    assert sent == [("POST", f"{path}/train"), ("GET", path), ("GET", path), ("GET", f"{path}/steps/1")]
    assert json.loads(asked[0].content)["from_step"] == 0


def two_evaluated_steps() -> list[bytes]:
    """The lines of a stream: a step, its evaluation, another step, its evaluation."""
    request = TrainRequest(steps=2, evaluate_every=1)
    there = ServerRun(plan(RunConfig(hidden=[])))
    there.begin(request)
    return [wire.steps.line(line) for line in there.train(request) if line]


@pytest.mark.usefixtures("slept")
def test_an_evaluation_that_did_not_arrive_is_asked_for_in_its_place() -> None:
    """The stream breaks off between a step and its evaluation; the run had gone on to its end."""
    step_1, evaluation_1, step_2, evaluation_2 = two_evaluated_steps()
    lines = (step_1, json.dumps({**STANDS, "step": 2}).encode(), evaluation_1, step_2, evaluation_2)
    run, asked = run_with(*(httpx.Response(200, content=iter([line])) for line in lines))
    training = run.train(2, evaluate_every=1)
    assert [step.step for step in training] == [1, 2]
    assert [found.step for found in training.evaluations] == [1]
    assert training.evaluation is not None
    assert training.evaluation.step == run.at_step == 2
    ends = [request.url.path.removeprefix("/api/runs/abc") for request in asked]
    assert ends == ["/train", "", "/evaluations/1", "/steps/2", "/evaluations/2"]


@pytest.mark.usefixtures("slept")
def test_an_evaluation_is_asked_for_also_where_the_server_lost_its_step() -> None:
    """It is killed between a step and its evaluation, and before it kept the step: it trains that step once more."""
    step_1, evaluation_1, step_2, evaluation_2 = two_evaluated_steps()
    streams = [step_1], [json.dumps(STANDS).encode()], [evaluation_1], [step_2, evaluation_2]
    run, asked = run_with(*(httpx.Response(200, content=iter(stream)) for stream in streams))
    training = run.train(2, evaluate_every=1)
    assert [step.step for step in training] == [1, 2]
    assert [found.step for found in training.evaluations] == [1]
    assert training.evaluation is not None
    assert training.evaluation.step == run.at_step == 2
    ends = [request.url.path.removeprefix("/api/runs/abc") for request in asked]
    assert ends == ["/train", "", "/evaluations/1", "/train"]
    assert json.loads(asked[3].content).items() >= {"from_step": 1, "steps": 1}.items()


def test_a_run_that_somebody_else_trains_is_a_conflict(slept: list[float]) -> None:
    run, _ = run_with(problem(409, "busy"))
    with pytest.raises(Conflict) as caught:
        run.train(5).wait()
    assert caught.value.type == "busy"
    assert slept == []


@pytest.mark.parametrize("kind", [Run, AsyncRun])
def test_help_shows_what_comes_in_the_end(kind: Any) -> None:
    shown: Callable[..., Any] = kind.step
    assert str(inspect.signature(shown)).endswith("-> app.client.records.Step")
    assert "dW1" in (inspect.getdoc(shown) or "")
