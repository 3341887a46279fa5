"""Forks: runs that start in the exact state of another, and what of it may be changed."""

from typing import Any

import pytest

from app.api import wire
from app.runs.build import fork, plan
from app.runs.config import RunConfig
from app.runs.errors import FieldsError, StateNotKeptError, UnknownStepError
from app.runs.requests import ForkRequest
from app.runs.run import Run
from app.runs.slices import finish
from tests.runs.streams import steps, train


def forked(run: Run, step: int, **changed: Any) -> Run:
    request = ForkRequest.model_validate(changed)
    return Run(fork(request, run.plan, *finish(run.fork_at(step))))


def test_a_fork_starts_in_that_exact_state_and_repeats_its_steps(run: Run) -> None:
    train(run, steps=10)
    run.patch({"learning_rate": 0.02, "dropout": 0.1})
    sent = [wire.steps.step(line) for line in steps(train(run, steps=10))]
    other = forked(run, 10)
    assert (other.first, other.step) == (10, 10)
    assert [wire.steps.step(line) for line in steps(train(other, steps=10))] == sent
    assert list(other.changes) == []


def test_a_fork_is_the_parents_config_with_the_named_fields_changed(run: Run) -> None:
    train(run, steps=4)
    run.patch({"learning_rate": 0.02})
    other = forked(run, 4, optimizer="rmsprop", l1=0.5)
    config = other.plan.config
    assert (config.optimizer, config.l1, config.learning_rate) == ("rmsprop", 0.5, 0.02)
    assert config.dataset == run.plan.config.dataset
    assert config.features == run.plan.config.features
    assert len(train(other, steps=2)) == 3


def test_a_fork_can_not_go_back_behind_its_start(run: Run) -> None:
    train(run, steps=4)
    other = forked(run, 4)
    train(other, steps=2)
    for work in (other.rewind(3), other.recorded(4, "full", None)):
        with pytest.raises((StateNotKeptError, UnknownStepError)):
            finish(work)
    finish(other.rewind(4))


def test_a_fork_may_switch_batch_norm_on_and_optimizers_over() -> None:
    run = Run(plan(RunConfig(optimizer="adam")))
    train(run, steps=5)
    other = forked(run, 5, batch_norm=True, optimizer="momentum")
    named = other.plan.network.unpack(other.plan.start.state.parameters)
    assert (named["gamma1"] == 1).all()
    assert (named["beta2"] == 0).all()
    assert (named["W1"] == run.plan.network.unpack(run.cursor.trainer.state().parameters)["W1"]).all()
    assert not other.plan.start.state.moments
    train(other, steps=3)
    back = forked(other, 8, batch_norm=False)
    assert set(back.plan.network.names) == {"W1", "b1", "W2", "b2", "W3", "b3"}
    assert set(back.plan.start.state.moments) == {"velocity"}


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"hidden": []}, "hidden"),
        ({"features": ["x1"]}, "features"),
        ({"dataset": "blobs3"}, "dataset"),
    ],
)
def test_a_fork_keeps_its_shape(changed: dict[str, Any], path: str) -> None:
    run = Run(plan(RunConfig()))
    with pytest.raises(FieldsError) as refused:
        forked(run, 0, **changed)
    assert refused.value.errors[0].path == path
    assert "fork" in refused.value.errors[0].message


def test_a_fork_of_a_step_that_was_not_reached_is_refused(run: Run) -> None:
    with pytest.raises(StateNotKeptError):
        forked(run, 1)


def test_a_fork_may_change_the_data_and_single_weights() -> None:
    run = Run(plan(RunConfig()))
    train(run, steps=20)
    other = forked(run, 20, dataset="xor", samples=40, parameters={"b1": [0, 0, 0, 0, 0, 0]})
    assert other.plan.network.unpack(other.plan.start.state.parameters)["b1"].tolist() == [0] * 6
    assert divmod(run.cursor.used, run.plan.samples.train) == (1, 112)
    assert divmod(other.cursor.used, other.plan.samples.train) == (2, 0)  # past the end of its epoch: the next
    train(other, steps=5)
