"""The store of uploaded tables: unguessable names, bounded, and kept as long as a run that is trained on them."""

import gc

import pytest

from app.runs.build import plan
from app.runs.config import FileRequest, RunConfig
from app.runs.errors import FieldsError, UnknownTableError
from app.runs.run import Run
from app.runs.tables import MemoryTables, UploadedTable, make

pytestmark = pytest.mark.anyio


def table() -> UploadedTable:
    return make(b"a,b,y\n1,2,0\n2,3,1\n3,4,0\n", FileRequest())


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


async def test_names_are_long_and_never_the_same() -> None:
    names = {table().name for _ in range(20)}
    assert len(names) == 20
    assert all(len(name) == len("table-") + 22 for name in names)


async def test_a_table_is_kept_until_it_was_not_used_for_long() -> None:
    clock = Clock()
    tables, own = MemoryTables(10, 10**9, 60, clock), table()
    await tables.add(own)
    name = own.name
    del own
    clock.now = 50
    await tables.get(name)
    clock.now = 100
    assert (await tables.get(name)).name == name
    clock.now = 161
    gc.collect()
    with pytest.raises(UnknownTableError):
        await tables.get(name)


async def test_a_table_is_kept_as_long_as_a_run_that_is_trained_on_it() -> None:
    clock = Clock()
    tables, own = MemoryTables(10, 10**9, 60, clock), table()
    await tables.add(own)
    name = own.name
    run = Run(plan(RunConfig(dataset=name), own))
    del own
    clock.now = 1000
    assert (await tables.get(name)).name == name
    clock.now = 2000
    del run
    gc.collect()
    with pytest.raises(UnknownTableError):
        await tables.get(name)


async def test_the_least_recently_used_are_evicted_where_room_is_needed() -> None:
    for tables in (MemoryTables(2, 10**9, 60), MemoryTables(100, 2 * table().memory, 60)):
        names = []
        for _ in range(3):
            own = table()
            names.append(own.name)
            await tables.add(own)
            await tables.get(names[0])
            del own
        gc.collect()
        assert len(tables) == 2
        with pytest.raises(UnknownTableError):
            await tables.get(names[1])
        assert (await tables.get(names[0])).name == names[0]


async def test_a_removed_table_is_unknown_though_a_run_refers_to_it() -> None:
    tables, own = MemoryTables(2, 10**9, 60), table()
    await tables.add(own)
    await tables.remove(own.name)
    with pytest.raises(UnknownTableError):
        await tables.get(own.name)
    with pytest.raises(UnknownTableError):
        await tables.remove(own.name)


def test_a_config_that_names_a_table_needs_the_table() -> None:
    own = table()
    with pytest.raises(FieldsError):
        plan(RunConfig(dataset=own.name))
    assert plan(RunConfig(dataset=own.name), own).samples.columns == ("a", "b")
