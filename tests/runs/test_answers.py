"""Predictions for rows in the data's own columns and values: answered as its samples are, and what was filled."""

from typing import Any

import numpy as np
import pytest

from app.data.datasets import RawColumn
from app.data.filling import fills_of
from app.data.rows import text_of
from app.runs.answers import ClassAnswer, answer
from app.runs.build import plan
from app.runs.config import RunConfig
from app.runs.errors import FieldsError
from app.runs.filerequest import FileRequest
from app.runs.requests import TrainRequest
from app.runs.run import Run
from app.runs.tables import make

ROOMS = "district,size,note,price\n" + "".join(
    f"{['north', 'south', 'west'][k % 3]},{'' if k == 5 else 40 + 2 * k},x{k},{90_000 + 2_100 * k + 9_000 * (k % 3)}\n"
    for k in range(36)
)


def trained(file: str = ROOMS, request: FileRequest | None = None, steps: int = 60, **config: Any) -> Run:
    table = make(file.encode(), request or FileRequest(missing="mean", target="price", task="regression"))
    run = Run(plan(RunConfig.model_validate({"dataset": table.name} | config), table))
    list(run.train(TrainRequest(steps=steps, every=steps)))
    return run


def built_in(dataset: str) -> Run:
    run = Run(plan(RunConfig(dataset=dataset, scaling="standard")))
    list(run.train(TrainRequest(steps=60, every=60)))
    return run


def row_of(run: Run, sample: int) -> dict[str, Any]:
    """A sample of the run as its file had it."""
    row: dict[str, Any] = {}
    named = dict(zip(run.plan.samples.columns, run.plan.samples.inputs[sample].tolist(), strict=True))
    for source in run.plan.samples.sources:
        if source.values:
            ones = [value for value, name in zip(source.indicates, source.becomes, strict=True) if named[name] == 1]
            row[source.name] = ones[0] if ones else next(v for v in source.values if v not in source.indicates)
        else:
            row[source.name] = named[source.name]
    return row


def test_rows_of_a_table_are_answered_as_its_samples_are() -> None:
    run = trained()
    rows = [row_of(run, sample) for sample in range(len(run.plan.samples.inputs))]
    assert rows[0].keys() == {"district", "size"}
    found = answer(run, rows)
    assert np.array_equal(found.outputs, run.predict(run.plan.samples.inputs.tolist()))
    assert found.answers == found.outputs[:, 0].tolist()
    assert found.notes == [[] for _ in rows]
    assert 80_000 < found.outputs.mean() < 180_000, "in the target's own units"


@pytest.mark.parametrize("dataset", ["penguins", "housing"])
def test_classes_are_answered_by_name_with_probabilities(dataset: str) -> None:
    run = built_in(dataset)
    rows = [row_of(run, sample) for sample in range(40)]
    outputs = run.predict(run.plan.samples.inputs[:40].tolist())
    for found, row in zip(answer(run, rows).answers, outputs, strict=True):
        assert isinstance(found, ClassAnswer)
        assert list(found.probabilities) == list(run.plan.samples.classes)
        assert sum(found.probabilities.values()) == pytest.approx(1)
        assert found.answer is not None
        assert found.probabilities[found.answer] == max(found.probabilities.values())
        assert list(found.probabilities.values())[-1] == row[-1]


def test_house_prices_are_answered_in_their_own_units() -> None:
    run = built_in("house_prices")
    found = answer(run, [{"size": 100, "rooms": 3}])
    assert found.answers == run.predict([[100, 3]])[0].tolist()


def test_a_missing_value_is_filled_from_the_training_split_and_said() -> None:
    run = trained()
    samples = run.plan.samples
    known = samples.inputs[: samples.train, samples.columns.index("size")]
    found = answer(run, [{"district": "north", "size": None}, {"district": "north"}])
    filled = answer(run, [{"district": "north", "size": float(samples.fills[samples.columns.index("size")])}])
    assert found.outputs.tolist() == [*filled.outputs.tolist(), *filled.outputs.tolist()]
    assert [(note.column, note.kind) for note in found.notes[0]] == [("size", "filled")]
    assert f"{known.mean():.4g} is filled in" in found.notes[0][0].text
    assert found.notes[0] == found.notes[1]


def test_gaps_in_the_file_are_filled_from_the_training_split_alone() -> None:
    run = trained(test_fraction=0.5, seed=1, steps=1)
    samples = run.plan.samples
    column = samples.columns.index("size")
    raw = run.plan.table.built.table.inputs[:, column]  # type: ignore[union-attr]
    assert np.isnan(raw).sum() == 1
    assert np.isfinite(samples.inputs).all()
    assert samples.fills[column] != pytest.approx(np.nanmean(raw), rel=1e-6)
    assert samples.fills[column] in samples.inputs[:, column]


def test_a_category_that_never_came_is_none_of_the_known_and_said() -> None:
    run = trained()
    found = answer(run, [{"district": "east", "size": 60}])
    columns = [0.0 if name.startswith("district") else 60.0 for name in run.plan.samples.columns]
    assert found.outputs.tolist() == run.predict([columns]).tolist()
    assert [(note.column, note.kind) for note in found.notes[0]] == [("district", "never_seen")]
    assert "'east'" in found.notes[0][0].text


def test_a_missing_category_is_filled_with_the_share_of_each() -> None:
    run = trained()
    found = answer(run, [{"size": 60}])
    assert "share of each category" in found.notes[0][0].text
    assert np.isfinite(found.outputs).all()


def test_categories_that_are_numbers_may_come_as_numbers() -> None:
    assert [text_of(cell) for cell in ("2", 2, 2.0, 2.5)] == ["2", "2", "2", "2.5"]


@pytest.mark.parametrize(
    ("row", "path", "words"),
    [
        ({"colour": "red"}, "rows[1].colour", "no input column 'colour'; its inputs are district, size"),
        ({"size": "7.5%"}, "rows[1].size", "'7.5%' is not a finite number"),
        ({"size": "large"}, "rows[1].size", "'large' is not a finite number"),
        ({"size": "inf"}, "rows[1].size", "not a finite number"),
    ],
)
def test_what_does_not_fit_is_named_by_row_and_column(row: dict[str, Any], path: str, words: str) -> None:
    with pytest.raises(FieldsError) as caught:
        answer(trained(steps=1), [{"size": 50}, row])
    assert caught.value.errors[0].path == path
    assert words in caught.value.errors[0].message


SALES = "day;fee;discount;code;paid\n" + "".join(
    f"{2000 + k % 20}-0{k % 9 + 1}-1{k % 9};1.{200 + k},50 €;{k % 9},5 %;{-999 if k == 4 else k};{1000 + k},25 €\n"
    for k in range(30)
)


def sales(**request: Any) -> Run:
    return trained(SALES, FileRequest(missing_values=["code:-999"], **request))


def test_cells_are_taken_as_the_file_writes_them() -> None:
    run = sales()
    texts = {"day": "2021-03-04", "fee": "1.234,50 €", "discount": "7,5%", "code": "12", "paid": "n/a"}
    numbers = {"day": 18_690, "fee": 1234.5, "discount": 7.5, "code": 12}
    found = answer(run, [texts, numbers, {**texts, "fee": "1234,5"}])
    assert found.outputs[0] == found.outputs[1] == found.outputs[2]
    assert found.notes == [[], [], []], "the target and what was left out may be there, and are not looked at"
    assert run.plan.samples.target_unit == "€"
    assert run.plan.samples.units == ("", "€", "%", "")


@pytest.mark.parametrize("gap", ["-999", -999, -999.0, "?", "NULL", " ", None])
def test_what_stands_for_a_missing_value_in_the_file_does_so_in_a_row(gap: float | str | None) -> None:
    found = answer(sales(), [{"day": "2021-03-04", "fee": 1200, "discount": 7, "code": gap}])
    assert [(note.column, note.kind) for note in found.notes[0]] == [("code", "filled")]


def test_numbers_in_another_form_than_the_file_s_are_refused_with_that_form() -> None:
    for cell in ("1.234,50 $", "$5", "4 March 2021"):
        with pytest.raises(FieldsError, match="not a finite number"):
            answer(sales(), [{"fee": cell, "day": "2021-03-04"}])
    with pytest.raises(FieldsError) as caught:
        answer(sales(), [{"day": "03/04/2021"}])
    assert "dates (year, month, day)" in caught.value.errors[0].message


def test_an_input_says_whether_a_value_was_missing() -> None:
    run = sales(missing_indicator="yes")
    samples = run.plan.samples
    assert samples.columns == ("day", "fee", "discount", "code", "code missing")
    assert sorted(set(samples.inputs[:, 4])) == [0, 1]
    assert samples.fills[4] == 1
    found = answer(run, [{"day": 1, "fee": 1200, "discount": 7, "code": cell} for cell in (None, 5)])
    raw = [[1, 1200, 7, samples.fills[3], 1], [1, 1200, 7, 5, 0]]
    assert found.outputs.tolist() == run.predict(raw).tolist()


def test_a_column_of_gaps_alone_costs_no_other_column() -> None:
    rows = "".join(f"{k},{'' if k > 2 else k},{k % 2}\n" for k in range(100))
    run = trained(f"a,b,y\n{rows}", FileRequest(), test_fraction=0.9)
    assert np.isfinite(run.plan.samples.values).all()
    assert not run.stopped


def test_columns_that_no_feature_reads_need_no_value() -> None:
    run = Run(plan(RunConfig(dataset="penguins", features=["body_mass_g"])))
    assert answer(run, [{"body_mass_g": 4000}]).notes == [[]]
    own = Run(plan(RunConfig(dataset="house_prices", features=["x1^2"])))
    assert [note.column for note in answer(own, [{}]).notes[0]] == ["size"]


def test_the_fills_are_mean_median_or_most_frequent() -> None:
    sources = (RawColumn("n", ("n",)), RawColumn("c", ("c=b",), ("a", "b"), ("b",)), RawColumn("gone", ("gone",)))
    values = np.array([[1, 0, np.nan], [2, 0, np.nan], [9, 1, np.nan], [9, np.nan, np.nan], [np.nan, 0, np.nan]])
    wanted = {"mean": [5.25, 0.25], "median": [5.5, 0], "most_frequent": [9, 0]}
    for kind, numbers in wanted.items():
        assert fills_of(kind, sources, values)[:2].tolist() == numbers
        assert np.isnan(fills_of(kind, sources, values)[2])


def test_numbers_that_are_not_finite_name_no_class() -> None:
    table = {"inputs": [[1, None], [2, 3], [4, 5]], "targets": [0, 1, 1], "task": "binary"}
    run = Run(plan(RunConfig.model_validate({"dataset": table, "test_fraction": 0})))
    list(run.train(TrainRequest(steps=2, every=2)))
    found = answer(run, [{"x1": 1, "x2": 2}]).answers[0]
    assert isinstance(found, ClassAnswer)
    assert found.answer is None
