"""Twenty tables of usual kinds learn at what is proposed for them, as well as scikit-learn's linear models do."""

from typing import Any

import pytest
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import accuracy_score, r2_score

from app.data.prepare import Samples
from app.runs.build import plan
from app.runs.config import RunConfig
from app.runs.filerequest import FileRequest
from app.runs.run import Run
from app.runs.tables import make
from tests.runs.trained import train
from tests.runs.usual_tables import TABLES

CLOSE = 0.05
MORE_STEPS = (300, 700, 1_000)  # 300, 1 000 and 2 000 in all
REQUESTS: dict[str, dict[str, Any]] = {"mileage": {"target": "column 1"}}  # no header, and its target comes first


def started(name: str) -> Run:
    """A run on the table with everything as it is proposed; of a large one the rows that a run may hold."""
    table = make(TABLES[name](), FileRequest(**{"sample": 5_000} | REQUESTS.get(name, {})))
    return Run(plan(RunConfig(dataset=table.name), table))


def linear_score(samples: Samples) -> float:
    """The test score of logistic or ridge regression on the same split and inputs."""
    cut, inputs = samples.train, samples.values
    if samples.task == "regression":
        judge = Ridge().fit(inputs[:cut], samples.targets[:cut, 0])
        return float(judge.score(inputs[cut:], samples.targets[cut:, 0]))
    judge = LogisticRegression(max_iter=2_000).fit(inputs[:cut], _classes(samples.targets[:cut]))
    return float(judge.score(inputs[cut:], _classes(samples.targets[cut:])))


def score(run: Run) -> float:
    """That of the run as it stands, computed by scikit-learn from what it predicts."""
    samples, cut = run.plan.samples, run.plan.samples.train
    outputs, targets = run.predict(samples.inputs[cut:].tolist()), samples.targets[cut:]
    if samples.task == "regression":
        return float(r2_score(targets, outputs))
    return float(accuracy_score(_classes(targets), _classes(outputs)))


def _classes(values: Any) -> Any:
    return values[:, 0] >= 0.5 if values.shape[1] == 1 else values.argmax(axis=1)


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_learned_as_well_as_by_a_linear_model(name: str) -> None:
    run = started(name)
    wanted = linear_score(run.plan.samples)
    for steps in MORE_STEPS:
        train(run, steps)
        assert not run.stopped, "a number is not finite"
        assert score(run) >= wanted - CLOSE, f"after {run.step} steps"


@pytest.mark.parametrize(
    ("name", "target", "left_out"),
    [
        ("passengers", "Survived", ["PassengerId", "Survived", "Name"]),
        ("churn", "Exited", ["RowNumber", "CustomerId", "Surname", "Exited"]),
        ("diamonds", "price", ["column 1", "price"]),
        ("incomes", "column 7", ["column 7"]),
        ("wine quality", "quality", ["quality"]),
        ("rents", "Miete", ["Miete"]),
        ("sales", "revenue", ["revenue"]),
        ("mushrooms", "class", ["class"]),
    ],
)
def test_target_and_inputs_are_proposed_as_a_reader_would_choose_them(
    name: str, target: str, left_out: list[str]
) -> None:
    samples = started(name).plan.samples
    assert samples.target == target
    assert list(samples.ignored) == left_out
