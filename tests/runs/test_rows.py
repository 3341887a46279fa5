"""Rows of a table in a request are kept as a matrix, and are told and compared as lists of lists are."""

import json

import numpy as np
import pytest
from pydantic import ValidationError

from app.engine.arrays import read_only
from app.runs.build import plan
from app.runs.config import RunConfig
from app.runs.errors import FieldsError
from app.runs.rows import listed
from app.runs.tableconfig import TableConfig


def table(inputs: list[list[float | None]]) -> TableConfig:
    return TableConfig.model_validate({"inputs": inputs, "targets": [0.0] * len(inputs), "task": "regression"})


def test_rows_are_a_matrix_that_nobody_changes() -> None:
    rows = table([[1, None], [2.5, -3]]).inputs
    assert isinstance(rows, np.ndarray)
    assert np.array_equal(rows, [[1, np.nan], [2.5, -3]], equal_nan=True)
    assert not rows.flags.writeable


def test_rows_are_written_as_they_were_sent() -> None:
    sent: list[list[float | None]] = [[1.0, None], [2.5, -3.0]]
    found = table(sent)
    assert listed(found.inputs) == found.model_dump()["inputs"] == json.loads(found.model_dump_json())["inputs"] == sent


def test_a_matrix_is_taken_as_it_is() -> None:
    rows = read_only(np.array([[1.0, np.nan]]))
    taken = TableConfig.model_validate({"inputs": rows, "targets": [0.0], "task": "regression"})
    assert taken.inputs is rows
    for other in (np.array([[1.0, np.nan]]), read_only(np.array([1.0])), read_only(np.array([[1]]))):
        with pytest.raises(ValidationError, match="list"):
            TableConfig.model_validate({"inputs": other, "targets": [0.0], "task": "regression"})


def test_tables_are_equal_where_all_their_cells_are() -> None:
    one: list[list[float | None]] = [[1, None], [2, 3]]
    assert table(one) == table(one)
    assert RunConfig(dataset=table(one)) == RunConfig(dataset=table(one))
    assert table(one) != table([[1, None], [2, 4]])
    assert table(one) != table([[1, 0], [2, 3]])
    assert table(one) != table([[1, 2], [3]])
    assert table([[1, 2], [3]]) == table([[1, 2], [3]])
    assert RunConfig(dataset=table(one)) != RunConfig()


def test_rows_of_different_lengths_stay_lists_and_are_refused_by_their_number() -> None:
    ragged = table([[1, 2], [3]])
    assert isinstance(ragged.inputs, list)
    with pytest.raises(FieldsError, match="row 1 of inputs has 1 values, the first has 2"):
        plan(RunConfig(dataset=ragged))


@pytest.mark.parametrize("cell", ["1", True, float("inf"), float("nan"), [1]])
def test_what_is_no_finite_number_is_refused_by_its_place(cell: object) -> None:
    with pytest.raises(ValidationError) as refused:
        TableConfig.model_validate({"inputs": [[1.0], [cell]], "targets": [0.0, 0.0], "task": "regression"})
    assert refused.value.errors()[0]["loc"] == ("inputs", 1, 0)
