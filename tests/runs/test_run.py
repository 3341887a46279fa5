"""A run is trained, patched, rewound and replayed, and every number comes again to the last bit."""

import gc
from weakref import ref

import numpy as np
import pytest

from app.api import wire
from app.runs import checkpoints
from app.runs.build import plan
from app.runs.config import LayerConfig, RunConfig
from app.runs.errors import (
    BusyError,
    FieldsError,
    NotFiniteError,
    StateNotKeptError,
    StepConflictError,
    UnknownStepError,
)
from app.runs.lines import line_numbers
from app.runs.requests import CustomSample, TrainRequest
from app.runs.run import EvaluationLine, Run, StepLine, View
from app.runs.slices import finish
from app.runs.tableconfig import TableConfig
from tests.runs.streams import RICH, evaluations, state, steps, train


def test_lines_are_those_that_every_divides_and_the_last(run: Run) -> None:
    assert [line.step.step for line in steps(train(run, steps=10, every=4))] == [4, 8, 10]
    assert [line.step.step for line in steps(train(run, steps=3, every=4))] == [12, 13]
    assert run.step == 13


def test_a_stream_ends_with_one_evaluation(run: Run) -> None:
    lines = train(run, steps=6, evaluate_every=3)
    assert [type(line) for line in lines] == [StepLine] * 3 + [EvaluationLine] + [StepLine] * 3 + [EvaluationLine]
    assert [line.evaluation.step for line in evaluations(lines)] == [3, 6]


def test_steps_that_are_not_shown_are_trained_too(run: Run) -> None:
    other = Run(run.plan)
    train(run, steps=50)
    train(other, steps=50, every=50)
    assert state(run) == state(other)


def test_a_step_takes_its_parameters_to_those_of_the_next(run: Run) -> None:
    first, second = steps(train(run, steps=2))
    moved = first.step.flat + first.step.update
    assert moved.tobytes() == second.step.flat.tobytes()


def test_epochs_count_samples_of_the_training_split() -> None:
    run = Run(plan(RunConfig(samples=30, test_fraction=0, batch_size=12)))
    lines = steps(train(run, steps=4))
    assert [line.epoch for line in lines] == [12 / 30, 24 / 30, 1.0, 42 / 30]
    assert [line.step.batch.size for line in lines] == [12, 12, 6, 12]
    assert sorted(i for line in lines[:3] for i in line.step.batch.indices) == list(range(30))


def test_a_step_can_be_replayed_exactly(run: Run) -> None:
    spot = run.resolve_spotlight(3)
    sent = {line.step.step: wire.steps.step(line) for line in steps(train(run, steps=40, spotlight=3))}
    for number in (1, 15, 16, 17, 40):
        assert wire.steps.step(finish(run.recorded(number, "full", spot))) == sent[number]


def test_a_summary_can_be_replayed_exactly(run: Run) -> None:
    sent = {line.step.step: wire.steps.step(line) for line in steps(train(run, steps=20, detail="summary"))}
    assert wire.steps.step(finish(run.recorded(20, "summary", None))) == sent[20]


def test_replaying_does_not_move_the_run(run: Run) -> None:
    train(run, steps=20)
    before = state(run)
    finish(run.recorded(5, "full", None))
    finish(run.evaluation_at(3, View()))
    assert state(run) == before


def test_the_evaluation_after_a_step_can_be_replayed(run: Run) -> None:
    lines = evaluations(train(run, steps=9, evaluate_every=3, surfaces=5))
    for line in lines:
        again = finish(run.evaluation_at(line.evaluation.step, View(5)))
        assert wire.dumps(wire.steps.evaluation(again)) == wire.dumps(wire.steps.evaluation(line))


def test_rewinding_and_training_on_repeats_the_same_numbers(run: Run) -> None:
    sent = [wire.steps.step(line) for line in steps(train(run, steps=30))]
    end = state(run)
    finish(run.rewind(12))
    assert run.step == 12
    assert run.furthest == 30
    assert [wire.steps.step(line) for line in steps(train(run, steps=18))] == sent[12:]
    assert state(run) == end
    finish(run.rewind(0))
    finish(run.rewind(30))
    assert state(run) == end


def test_checkpoints_are_thinned_but_every_step_stays_in_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "MAX_CHECKPOINTS", 8)
    monkeypatch.setattr(checkpoints, "MIN_CHECKPOINTS", 4)
    run = Run(plan(RunConfig(samples=50)))
    train(run, steps=1000, every=1000)
    end = state(run)
    assert len(run._checkpoints.steps) <= 8
    assert run._checkpoints.steps[0] == 0
    finish(run.rewind(333))
    train(run, steps=667, every=667)
    assert state(run) == end


def test_a_patch_is_in_force_from_the_next_step_on(run: Run) -> None:
    train(run, steps=3)
    run.patch({"learning_rate": 0.5, "batch_size": 7, "dropout": 0.4})
    line = steps(train(run, steps=1))[0]
    assert (line.step.learning_rate, line.step.batch.size, line.step.dropout) == (0.5, 7, 0.4)
    changed = {change.field: (change.step, change.value) for change in run.changes}
    assert changed["learning_rate"] == (3, 0.5)
    assert changed["batch_size"] == (3, 7)


def test_a_change_goes_on_from_the_same_place_in_the_epoch() -> None:
    run = Run(plan(RunConfig(samples=30, test_fraction=0, batch_size=10)))
    first = steps(train(run, steps=1))
    run.patch({"batch_size": 20})
    second = steps(train(run, steps=1))
    visited = [*first[0].step.batch.indices, *second[0].step.batch.indices]
    assert sorted(visited) == list(range(30))


def test_after_a_rewind_later_changes_come_into_force_again(run: Run) -> None:
    train(run, steps=5)
    run.patch({"learning_rate": 0.05, "batch_size": 5})
    train(run, steps=5)
    run.patch({"dropout": 0.5})
    train(run, steps=20)
    end = state(run)
    for target in (10, 5, 3, 0):
        finish(run.rewind(target))
        train(run, steps=30 - target)
        assert state(run) == end
    assert len(list(run.changes)) == 3


def test_a_patch_after_a_rewind_drops_the_later_ones(run: Run) -> None:
    train(run, steps=5)
    run.patch({"learning_rate": 0.05})
    train(run, steps=40)
    finish(run.rewind(2))
    run.patch({"l1": 0.01})
    assert [(change.step, change.field) for change in run.changes] == [(2, "l1")]
    assert run.furthest == 2
    with pytest.raises(StateNotKeptError):
        finish(run.rewind(3))
    rate = run.plan.controls.settings.learning_rate
    assert {line.step.learning_rate for line in steps(train(run, steps=10))} == {rate}


def test_a_patch_that_changes_nothing_keeps_later_changes(run: Run) -> None:
    train(run, steps=5)
    finish(run.rewind(2))
    run.patch({})
    run.patch({"learning_rate": run.plan.controls.settings.learning_rate})
    assert run.furthest == 5
    assert list(run.changes) == []


def test_two_patches_at_one_step_are_one_change(run: Run) -> None:
    before = run.plan.controls.settings.l2
    run.patch({"l2": 0.5})
    run.patch({"l2": 0.25, "l1": 0.125})
    assert [(c.field, c.before, c.value) for c in run.changes] == [("l1", 0.0, 0.125), ("l2", before, 0.25)]
    run.patch({"l2": before, "l1": 0.0})
    assert list(run.changes) == []


def test_one_writer_at_a_time(run: Run) -> None:
    request = TrainRequest(steps=5)
    run.begin(request)
    with pytest.raises(BusyError):
        run.begin(request)
    with pytest.raises(BusyError):
        finish(run.rewind(0))
    run.end()
    run.begin(request)


def test_a_run_that_is_being_rewound_can_not_be_patched(run: Run) -> None:
    train(run, steps=5)
    work = run.rewind(2)
    run.busy = True  # as between two slices of a rewind
    with pytest.raises(BusyError):
        run.patch({"l1": 0.5})
    with pytest.raises(BusyError):
        next(work)


def test_a_repeated_request_can_not_train_twice(run: Run) -> None:
    train(run, steps=5, from_step=0)
    with pytest.raises(StepConflictError):
        train(run, steps=5, from_step=0)
    assert run.step == 5


def test_an_abandoned_stream_stops_on_a_complete_step(run: Run) -> None:
    other = Run(run.plan)
    request = TrainRequest(steps=100)
    run.begin(request)
    lines = run.train(request)
    for _ in range(7):
        next(lines)
    del lines
    run.end()
    reached = run.step
    train(other, steps=reached)
    assert state(run) == state(other)
    train(run, steps=3)
    train(other, steps=3)
    assert state(run) == state(other)


def test_a_deleted_run_ends_its_stream_with_an_evaluation(run: Run) -> None:
    request = TrainRequest(steps=100)
    run.begin(request)
    lines = run.train(request)
    next(lines)
    run.deleted = True
    assert [type(line) for line in lines if line is not None] == [EvaluationLine]


@pytest.mark.parametrize("every", [1, 1000])
def test_a_step_that_is_not_finite_is_the_last_line_before_the_evaluation(every: int) -> None:
    run = Run(plan(RunConfig(dataset="hills", learning_rate=1000)))
    lines = train(run, steps=1000, every=every)
    broken, last = lines[-2], lines[-1]
    assert isinstance(broken, StepLine)
    assert isinstance(last, EvaluationLine)
    assert not broken.step.finite
    assert all(line.step.finite for line in steps(lines)[:-1])
    assert last.evaluation.stopped == "not_finite"
    assert run.step == broken.step.step
    with pytest.raises(NotFiniteError):
        train(run, steps=1)
    finish(run.rewind(run.step - 1))
    assert run.stopped is None
    run.patch({"learning_rate": 0.01})
    assert evaluations(train(run, steps=1))[0].evaluation.stopped in (None, "not_finite")


def test_steps_that_are_not_there_are_refused(run: Run) -> None:
    train(run, steps=3)
    for number in (0, 4):
        with pytest.raises(UnknownStepError):
            finish(run.recorded(number, "full", None))
    with pytest.raises(UnknownStepError):
        finish(run.evaluation_at(4, View()))


def test_a_line_that_would_be_too_long_is_refused() -> None:
    layers = [LayerConfig(units=16, activation="tanh")] * 10
    run = Run(plan(RunConfig(hidden=layers, batch_size=5000, samples=2000)))
    with pytest.raises(FieldsError) as refused:
        train(run, steps=1)
    assert refused.value.errors[0].path == "detail"
    assert not run.busy
    train(run, steps=1, detail="summary")
    with pytest.raises(FieldsError):
        finish(run.recorded(1, "full", None))


def test_the_estimate_of_a_lines_length_is_close(run: Run) -> None:
    line = steps(train(run, steps=1))[0]
    step = line.step
    found = step.batch.inputs.size + step.batch.targets.size + 3 * run.plan.network.size
    for record in step.tape[:-1]:
        if record.norm is None:
            found += np.size(record.value) + (0 if record.mask is None else record.mask.size)
            found += 0 if record.outputs is None else record.outputs.size
    assert found <= line_numbers(run.plan, run.plan.controls) <= 1.2 * found


def test_a_stream_of_full_lines_can_not_be_patched_too_long() -> None:
    layers = [LayerConfig(units=16, activation="tanh")] * 10
    run = Run(plan(RunConfig(hidden=layers, samples=2000)))
    run.begin(TrainRequest(steps=10))
    with pytest.raises(FieldsError):
        run.patch({"batch_size": 2000})
    run.end()
    run.patch({"batch_size": 2000})


def test_predictions_are_the_evaluations_outputs(run: Run) -> None:
    train(run, steps=20)
    samples = run.plan.samples
    outputs = run.predict(samples.inputs[: samples.train].tolist())
    answers = (outputs[:, 0] >= 0.5) if outputs.shape[1] == 1 else outputs.argmax(axis=1)
    truth = samples.targets[:, 0] if outputs.shape[1] == 1 else samples.targets.argmax(axis=1)
    assert (answers == truth[: samples.train]).mean() == run.evaluation().evaluation.train_accuracy


def test_predicting_wants_raw_columns(run: Run) -> None:
    with pytest.raises(FieldsError) as refused:
        run.predict([[1.0, 2.0], [1.0]])
    assert refused.value.errors[0].path == "inputs[1]"
    assert run.predict([]).shape[0] == 0
    assert np.isnan(run.predict([[None, 1.0]])).all()


def test_the_gradient_check_agrees(run: Run) -> None:
    train(run, steps=3)
    assert run.gradient_check()().max_relative_error < 1e-6


def test_a_custom_sample_can_be_under_the_spotlight() -> None:
    run = Run(plan(RunConfig(dataset="blobs3")))
    sample = CustomSample(input=[0.25, 0.5], target=run.plan.samples.classes[1])
    line = steps(train(run, steps=1, spotlight=sample))[0]
    assert line.spotlight is not None
    assert line.spotlight["x"].tolist() == [0.25, 0.5]
    for wrong in (CustomSample(input=[1.0], target=0), CustomSample(input=[1.0, 1.0], target="unknown")):
        with pytest.raises(FieldsError):
            run.resolve_spotlight(wrong)
    with pytest.raises(FieldsError):
        run.resolve_spotlight(300)


def test_spotlights_of_the_batch_average_to_its_gradient(run: Run) -> None:
    other = Run(run.plan)
    line = steps(train(run, steps=1))[0]
    indices = line.step.batch.indices
    total = sum(
        done_first(other, int(index)).spotlight["dW3"]  # type: ignore[index]
        for index in indices
    )
    assert np.allclose(total / len(indices), line.step["dW3"].value)


def done_first(run: Run, index: int) -> StepLine:
    fresh = Run(run.plan)
    return steps(train(fresh, steps=1, spotlight=index))[0]


def test_a_table_in_place_is_trained_like_any_other() -> None:
    table = TableConfig(inputs=[[0, 0], [0, 1], [1, 0], [1, 1]], targets=["no", "yes", "yes", "no"], task="binary")
    run = Run(plan(RunConfig(dataset=table, test_fraction=0)))
    last = evaluations(train(run, steps=5))[0].evaluation
    assert run.plan.samples.classes == ("no", "yes")
    assert (last.test_loss, last.test_accuracy) == (None, None)


def test_a_run_that_is_let_go_gives_its_memory_back_at_once() -> None:
    """Nothing in it holds it in a circle: the collector, which comes when it likes, isn't needed."""
    run = Run(plan(RICH))
    lines = steps(train(run, steps=3, spotlight=0, surfaces=8, surface_format="uint8"))
    assert all(wire.steps.line(line) for line in lines)
    held = [ref(lines[0].step.layout), ref(run.cursor.trainer._workspaces[24]), ref(run._evaluator._evaluator)]
    gc.disable()
    try:
        del run, lines
        assert [each() for each in held] == [None] * 3
    finally:
        gc.enable()
