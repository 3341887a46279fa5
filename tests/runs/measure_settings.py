"""Measures every experiment in other settings, and every question's tries: `python -m tests.runs.measure_settings`.

It writes tests/runs/settings.json, which the tests compare a part of. Names after the command measure those alone. A
status is one letter a seed: h held, o outside, c contradicted, u unknown, m measuring, - no run can be so;
of a question y or n.
"""

import json
import sys
from pathlib import Path
from typing import Any

from app.runs.conditions import check
from app.runs.errors import FieldsError
from app.runs.experiments import Experiment, experiments
from app.runs.slices import finish
from app.runs.snapshots import take_snapshot
from tests.runs.questions import QUESTIONS, Try
from tests.runs.settings import settings
from tests.runs.trained import answer, changed_run, train, verdict

PATH = Path(__file__).with_name("settings.json")
SEEDS, QUESTION_SEEDS, NEAR_SEEDS = 3, 20, 1
"""Of settings; of tries that answer a question; of near ones that must not."""

AFTER_TRAINING = ("dead_share",)
"""Measures of scopes that are known after training only; by the others a setting is found to lie outside at once."""


def status(experiment: Experiment, changes: Any, seed: int) -> str:
    """How the claim stands in this setting, as a letter."""
    try:
        begun = changed_run(experiment.id, changes, min(2, experiment.steps), seed)
    except FieldsError:
        return "-"
    if begun.stopped:
        return verdict(begun, experiment).status[0]
    snapshot = finish(take_snapshot(begun))
    static = (condition for condition in experiment.scope if condition.measure not in AFTER_TRAINING)
    if any(check(condition, {"this": snapshot}).held is False for condition in static):
        return "o"
    return verdict(train(begun, experiment.steps - begun.step), experiment).status[0]


def answered(experiment: str, question: str, tried: Try, seed: int) -> bool:
    """Whether this try answers the question."""
    second = None if tried.second is None else changed_run(experiment, *tried.second, seed)
    run = changed_run(experiment, tried.changes, tried.steps, seed)
    return answer(experiment, question, run, second).answered is True


def main(names: list[str]) -> None:
    found = json.loads(PATH.read_text()) if PATH.exists() else {"settings": {}, "questions": {}}
    for experiment in experiments().values():
        if names and experiment.id not in names:
            continue
        rows = {
            name: "".join(status(experiment, changes, seed) for seed in range(SEEDS))
            for name, changes in settings(experiment).items()
        }
        found["settings"][experiment.id] = rows
        for question in experiment.questions:
            tries = QUESTIONS[experiment.id, question.id]
            names_of = (experiment.id, question.id)
            found["questions"][" ".join(names_of)] = {
                "yes": "".join(
                    "ny"[any(answered(*names_of, tried, seed) for tried in tries.yes)] for seed in range(QUESTION_SEEDS)
                ),
                "no": [
                    "".join("ny"[answered(*names_of, tried, seed)] for seed in range(NEAR_SEEDS)) for tried in tries.no
                ],
            }
        print(experiment.id, rows, file=sys.stderr, flush=True)
        PATH.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
