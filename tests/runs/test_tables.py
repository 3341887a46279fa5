"""Uploaded tables: unguessable names, and runs that are trained on them."""

import pytest

from app.runs.build import plan
from app.runs.config import RunConfig
from app.runs.errors import FieldsError
from app.runs.filerequest import FileRequest
from app.runs.tables import UploadedTable, make


def table() -> UploadedTable:
    return make(b"a,b,y\n1,2,0\n2,3,1\n3,4,0\n", FileRequest())


def test_names_are_long_and_never_the_same() -> None:
    names = {table().name for _ in range(20)}
    assert len(names) == 20
    assert all(len(name) == len("table-") + 22 for name in names)


def test_a_config_that_names_a_table_needs_the_table() -> None:
    own = table()
    with pytest.raises(FieldsError):
        plan(RunConfig(dataset=own.name))
    assert plan(RunConfig(dataset=own.name), own).samples.columns == ("a", "b")
