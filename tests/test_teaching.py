"""The notes for teachers: what they link to is there, and each task is neither done at the start nor out of reach."""

import operator
import re
from collections.abc import Mapping
from itertools import pairwise
from urllib.parse import parse_qs

import pytest

from app.runs.config import RunConfig
from app.runs.experiments import experiments
from app.runs.measures import value
from app.runs.slices import finish
from app.runs.snapshots import trained_snapshot
from app.teaching import NOTES, Task
from app.teaching.regularization import SIXTY

TASKS = [task for note in NOTES.values() for task in note.tasks]
RELATIONS = {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt, "=": operator.eq}
OF_THE_PAGE = {"hide", "show"}


def test_every_topic_of_the_lessons_has_its_notes() -> None:
    assert {note.topic for note in NOTES.values()} == {lesson.topic for lesson in experiments().values()}
    for note in NOTES.values():
        assert len(note.questions) >= 4
        assert len(note.misconceptions) >= 3
        assert note.tasks
        minutes = [stage.minutes.split("–") for stage in note.path]
        assert minutes[0][0] == "0"
        assert minutes[-1][1] == "10"
        assert all(end == begin for (_, end), (begin, _) in pairwise(minutes))


def test_what_the_notes_show_is_there() -> None:
    shown = [stage.shows for note in NOTES.values() for stage in note.path] + [task.setup for task in TASKS]
    for query in shown:
        assert query.get("lesson", "vanishing") in experiments()
        assert query.keys() <= {"lesson", "step"} | OF_THE_PAGE | RunConfig.model_fields.keys()


def config_of(setup: Mapping[str, str], changes: Mapping[str, object]) -> RunConfig:
    """The config that an address without lesson= asks for, as the page reads it."""

    def read(name: str, text: str) -> object:
        if name == "hidden":
            layers = [] if text == "none" else [re.fullmatch(r"(\d+)(\w+)", layer) for layer in text.split(",")]
            return [{"units": int(layer[1]), "activation": layer[2]} for layer in layers if layer]
        if name == "features":
            return text.split(",")
        return float(text) if re.fullmatch(r"[\d.]+", text) else text

    named = {name: read(name, text) for name, text in setup.items() if name not in OF_THE_PAGE}
    return RunConfig.model_validate({**named, **changes})


def reached(task: Task, changes: Mapping[str, object], steps: int) -> bool:
    snapshot = finish(trained_snapshot(config_of(task.setup, changes), steps))
    for measure, relation, bound in re.findall(r"(\w+)([<>=]+)([\d.]+)", task.goal):
        measured = value(snapshot, measure)
        if measured is None or not RELATIONS[relation](measured, float(bound)):
            return False
    return True


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.title)
def test_the_solutions_of_a_task_reach_its_goal_and_what_is_said_not_to_suffice_does_not(task: Task) -> None:
    query = parse_qs(task.link.removeprefix("?"))
    assert query["task"] == [task.text]
    assert query["goal"] == [task.goal]
    assert len(task.text) <= 500
    assert "lesson" not in task.setup, "its panel would name the cures"
    for solution in task.solutions:
        assert reached(task, solution, task.steps), solution
    for attempt in task.insufficient:
        assert not reached(task, attempt, task.steps), attempt
    assert not reached(task, {}, 0 if {} in task.solutions else task.steps)


def test_the_notes_on_regularization_say_what_their_setup_does() -> None:
    def losses(dropout: float, steps: int) -> tuple[float, float]:
        snapshot = finish(trained_snapshot(config_of(SIXTY, {"dropout": dropout}), steps))
        train, test = value(snapshot, "train_loss"), value(snapshot, "test_loss")
        assert train is not None
        assert test is not None
        return train, test

    for step in (60, 70, 80):
        assert round(losses(0, step)[1], 2) == 0.28
    assert round(losses(0, 200)[1], 2) == 0.55
    assert value(finish(trained_snapshot(config_of(SIXTY, {}), 500)), "train_accuracy") == 1
    gaps = [test - train for train, test in (losses(dropout, 500) for dropout in (0, 0.2, 0.5))]
    assert gaps == sorted(gaps, reverse=True), "the gap narrows"
    narrow, fitted = losses(0.8, 500), losses(0.2, 500)
    assert abs(narrow[1] - narrow[0]) < 0.05, "with four fifths dropped the gap is narrow"
    assert min(narrow) > max(fitted), "and both losses are higher than need be"
