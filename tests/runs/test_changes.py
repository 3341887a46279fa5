"""What was changed is a value: a replay under way never mixes two runs, and costs what its own changes cost."""

from collections.abc import Callable

import pytest

from app.api import wire
from app.engine.training import Trainer
from app.runs.build import plan
from app.runs.changes import Change, Changes
from app.runs.config import RunConfig
from app.runs.errors import RunError, UnsuitedRunError
from app.runs.lines import NO_VIEW
from app.runs.run import Run
from app.runs.slices import Slices, finish
from app.runs.snapshots import take_snapshot
from tests.runs.streams import state, train

LAST, ASKED = 15, 12
BEGINNING = {"learning_rate": 0.1, "dropout": 0.25}


def changed_run() -> Run:
    """Fifteen steps, the last ten of them under another rate."""
    run = Run(plan(RunConfig(samples=60)))
    train(run, steps=5, every=5)
    run.patch(BEGINNING)
    train(run, steps=LAST - 5, every=LAST)
    return run


def patch(run: Run) -> None:
    run.patch({"learning_rate": 0.02})


def rewind(run: Run) -> None:
    finish(run.rewind(3))


def rewind_and_patch(run: Run) -> None:
    finish(run.rewind(8))
    patch(run)


def rewind_and_patch_before(run: Run) -> None:
    """The state before the step that is asked for stays; the step will be another one."""
    finish(run.rewind(ASKED - 1))
    patch(run)


def rewind_patch_and_train_on(run: Run) -> None:
    rewind_and_patch(run)
    train(run, steps=20, every=20)


def patch_in_a_stream(run: Run) -> None:
    patch(run)
    train(run, steps=5, every=5)
    patch(run)


ACTIONS = [patch, rewind, rewind_and_patch, rewind_and_patch_before, rewind_patch_and_train_on, patch_in_a_stream]


def step(run: Run) -> Slices[bytes]:
    return wire.steps.step((yield from run.recorded(ASKED, "full", None)))


def evaluation(run: Run) -> Slices[bytes]:
    return wire.dumps(wire.steps.evaluation((yield from run.evaluation_at(ASKED, NO_VIEW))))


def forked(run: Run) -> Slices[bytes]:
    controls, start = yield from run.fork_at(ASKED)
    return repr(controls).encode() + start.state.parameters.tobytes()


def answered(work: Slices[bytes]) -> bytes | str:
    try:
        return finish(work)
    except RunError as error:
        return str(error)


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("question", [step, evaluation, forked])
def test_a_replay_answers_of_the_run_as_it_is_in_the_end(
    question: Callable[[Run], Slices[bytes]], action: Callable[[Run], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.runs.slices.SLICE", -1.0)  # a turn for others after each step
    uninterrupted = changed_run()
    action(uninterrupted)
    wanted = answered(question(uninterrupted))
    for turn in (1, 6, 9, 11):
        run = changed_run()
        work = question(run)
        for _ in range(turn):
            next(work)
        action(run)
        assert answered(work) == wanted
        assert state(run) == state(uninterrupted)
        assert run.furthest == uninterrupted.furthest


@pytest.mark.parametrize("action", ACTIONS)
def test_a_snapshot_is_of_the_moment_at_which_it_was_begun(
    action: Callable[[Run], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.runs.slices.SLICE", -1.0)
    wanted = finish(take_snapshot(changed_run(), replay=True, cure_step=ASKED))
    for turn in (1, 9, LAST + 3):
        run = changed_run()
        work = take_snapshot(run, replay=True, cure_step=ASKED)
        for _ in range(turn):
            next(work)
        action(run)
        found = finish(work)
        assert list(found.losses) == list(wanted.losses)
        assert found.changes == wanted.changes
        assert found.now.state.parameters.tobytes() == wanted.now.state.parameters.tobytes()
        assert found.cure_start is not None
        assert wanted.cure_start is not None
        assert found.cure_start.state.parameters.tobytes() == wanted.cure_start.state.parameters.tobytes()
        after = finish(take_snapshot(run, replay=True))  # what was noted then is not taken for the other run's
        action(fresh := changed_run())
        assert list(after.losses) == list(finish(take_snapshot(fresh, replay=True)).losses)


def test_a_replay_puts_each_change_on_its_way_into_force_once(monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run(plan(RunConfig(samples=60)))
    for k in range(300):
        train(run, steps=1, every=2)
        run.patch({"learning_rate": 0.1 + k / 1000})
    counted: list[float] = []
    put = Trainer.settings.fset
    assert put is not None

    def count(trainer: Trainer, settings: object) -> None:
        counted.append(0)
        put(trainer, settings)

    def refuse(*_: object) -> None:
        raise AssertionError("a replay works out no controls")

    monkeypatch.setattr(Trainer, "settings", Trainer.settings.setter(count))
    monkeypatch.setattr("app.runs.build.Controls.changed", refuse)
    before = max(step for step in run._checkpoints.steps if step < 300)
    finish(run.evaluation_at(299, NO_VIEW))
    assert len(counted) == 299 - before + 1  # and what is in force at the start


def test_changes_kept_field_by_field_are_the_same_changes() -> None:
    run = changed_run()
    run.patch({"l2": 0.1})
    kept = Changes.of(run.plan.controls, list(run.changes))
    assert kept == run.changes
    assert list(kept) == [
        Change(5, "learning_rate", run.plan.controls.settings.learning_rate, 0.1),
        Change(5, "dropout", 0.0, 0.25),
        Change(LAST, "l2", 0.0, 0.1),
    ]
    assert [kept.next_after(step) for step in (0, 5, LAST)] == [5, LAST, None]


def test_so_many_changes_are_kept_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.runs.run.MAX_CHANGES", 2)
    run = changed_run()
    with pytest.raises(UnsuitedRunError, match="a fork of it can be changed"):
        patch(run)
    assert list(run.changes)[-1].field == "dropout"
    assert run.furthest == LAST
    finish(run.rewind(5))
    patch(run)  # in the place of the other
