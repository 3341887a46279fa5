"""A training whose server is killed and started again: each step is trained once and yielded once, to the last bit."""

import signal
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.client import AsyncPlayground, Playground, Step
from app.runs.build import plan
from app.runs.config import RunConfig
from app.runs.requests import TrainRequest
from app.runs.run import EvaluationLine, Run, StepLine
from tests.processes import ServerProcess, server

CONFIG: dict[str, Any] = {"dropout": 0.25, "seed": 7, "optimizer": "adam", "learning_rate": 0.01, "batch_norm": True}
STEPS, EVERY, EVALUATE = 980, 7, 70


@pytest.fixture(scope="module")
def expected() -> tuple[list[StepLine], list[EvaluationLine]]:
    """The lines of a run that nothing happens to."""
    request = TrainRequest(steps=STEPS, every=EVERY, evaluate_every=EVALUATE)
    run = Run(plan(RunConfig.model_validate(CONFIG)))
    run.begin(request)
    lines = [line for line in run.train(request) if line is not None]
    steps = [line for line in lines if isinstance(line, StepLine)]
    return steps, [line for line in lines if isinstance(line, EvaluationLine)]


class Servers:
    """One after the other at the same address, over the same file."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._store, self._stack = (folder / "runs.sqlite").as_uri().replace("file:", "sqlite:"), stack
        self.now: ServerProcess = stack.enter_context(server(self._store))

    def replace(self, how: signal.Signals) -> None:
        """Ends the one, in this way, and starts another."""
        self.now.signal(how)
        self.now.process.wait()
        self.now = self._stack.enter_context(server(self._store, port=self.now.port))


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[Servers]:
    with ExitStack() as stack:
        yield Servers(tmp_path, stack)


def same(step: Step, line: StepLine) -> bool:
    return step.loss == line.step.loss and all(
        np.array_equal(step.parameters[name], value) for name, value in line.step.parameters.items()
    )


@pytest.mark.anyio
async def test_no_step_is_lost_or_doubled_where_servers_are_killed(servers: Servers, expected: Any) -> None:
    """The first half by a client that waits, whose server is killed; the second awaited, and its server stopped."""
    seen = []
    with Playground(servers.now.url) as play:
        run = play.run(**CONFIG)
        first = run.train(STEPS // 2, every=EVERY, evaluate_every=EVALUATE)
        for step in first:
            seen.append(step)
            if step.step == 210:
                servers.replace(signal.SIGKILL)
    async with AsyncPlayground(servers.now.url) as awaited:
        second = (await awaited.get(run.id)).train(STEPS // 2, every=EVERY, evaluate_every=EVALUATE)
        async for step in second:
            seen.append(step)
            if step.step == 700:
                servers.replace(signal.SIGTERM)
    steps, evaluations = expected
    assert [step.step for step in seen] == [line.step.step for line in steps]
    assert all(map(same, seen, steps))
    assert first.evaluation is not None
    assert second.evaluation is not None
    found = [*first.evaluations, first.evaluation, *second.evaluations, second.evaluation]
    assert [each.step for each in found] == [line.evaluation.step for line in evaluations]
    assert [each.train_loss for each in found] == [line.evaluation.train_loss for line in evaluations]
