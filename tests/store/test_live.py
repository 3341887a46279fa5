"""Live runs: made again exactly, changed by one server at a time, and let go by their real bytes."""

import asyncio
import gc
import threading
import time
import tracemalloc

import pytest

from app.api import wire
from app.runs.build import plan
from app.runs.config import LayerConfig, RunConfig
from app.runs.errors import BusyError, StoppingError, UnknownRunError, UnknownTableError
from app.runs.filerequest import FileRequest
from app.runs.memory import bytes_held
from app.runs.requests import TrainRequest
from app.runs.run import Run
from app.runs.slices import finish
from app.runs.tableconfig import TableConfig
from app.runs.tables import UploadedTable, make
from app.store import machine
from app.store.encoding import pack, unpack
from app.store.exclusive import lock_of, settled
from app.store.record import pack_fixed, unpack_plan
from tests.runs.streams import RICH, train
from tests.store.kinds import KINDS, Server, Shelf

pytestmark = pytest.mark.anyio


async def train_kept(server: Server, run: Run, steps: int, write_every: int = 10**9) -> None:
    async with server.runs.hold(run.id, steps) as held:
        request = TrainRequest(steps=steps, detail="summary")
        held.run.begin(request)
        for line in held.run.train(request):
            if line is not None and held.run.step % write_every == 0:
                await held.write()


def lines(run: Run) -> list[bytes]:
    return [
        wire.steps.line(finish(run.recorded(step, "full", None)))
        for step in range(run.exact_from + 1, run.furthest + 1)
    ]


async def test_every_step_can_be_shown_again_by_another_server(shelf: Shelf) -> None:
    """Also after a rewind and a change, which make the checkpoints that were kept of the old way worthless."""
    one, two = Server(await shelf.open()), Server(await shelf.open())
    run, plain = Run(plan(RICH)), Run(plan(RICH))
    await one.runs.add(run)
    await train_kept(one, run, 64, write_every=8)
    train(plain, steps=64)
    async with one.runs.hold(run.id) as held:
        finish(held.run.rewind(10))
    finish(plain.rewind(10))
    for number in range(6):
        values = {"learning_rate": 0.1 / (number + 1)}
        await one.runs.change(run.id, values)
        plain.patch(values)
        await train_kept(one, run, 7 + number, write_every=4)
        train(plain, steps=7 + number)
    found = await two.runs.get(run.id)
    assert found is not run
    assert list(found.changes) == list(plain.changes)
    assert lines(found) == lines(plain)
    await one.die()
    await two.die()


@pytest.mark.parametrize(
    "config",
    [
        RunConfig(dataset="penguins", features=["bill_length_mm", "body_mass_g"], label_noise=0.1),
        RunConfig(dataset="housing", scaling="standard", loss="squared_error", test_fraction=0.0),
        RunConfig(dataset=TableConfig(inputs=[[0.1, None], [2, 3], [4, 5.5]], targets=["a", "b", "a"], task="binary")),
        RunConfig(parameters={"b1": [0.1, 0.2, 0.3, 0.4, 0.5, 1 / 3]}, clip_norm=None),
        RICH,
    ],
)
def test_a_plan_is_made_again_from_what_is_kept(config: RunConfig) -> None:
    made = plan(config)
    again = unpack_plan(pack_fixed(made), None)
    assert wire.dumps(wire.runs.config(again.config)) == wire.dumps(wire.runs.config(made.config))
    assert again.controls == made.controls
    for name in ("inputs", "values", "targets", "scaled_targets"):
        assert getattr(again.samples, name).tobytes() == getattr(made.samples, name).tobytes()
    assert again.start.state.parameters.tobytes() == made.start.state.parameters.tobytes()


def test_a_plan_that_an_earlier_version_kept_is_made_again() -> None:
    """It kept a table's rows in the config."""
    rows = [[0.1, None], [2.0, 3.0], [4.0, 5.5]]
    made = plan(RunConfig.model_validate({"dataset": {"inputs": rows, "targets": [1, 2, 3], "task": "regression"}}))
    header, arrays = unpack(pack_fixed(made))
    assert header.pop("rows") == 1
    header["config"]["dataset"]["inputs"] = rows
    again = unpack_plan(pack(header, arrays[1:]), None)
    assert again.config == made.config
    assert again.samples.values.tobytes() == made.samples.values.tobytes()


def table() -> UploadedTable:
    return make("größe,b,y\n1,,no\n2,x,yes\n3,y,no\n4.5,x,yes\n".encode(), FileRequest(title="Mine", missing="mean"))


async def test_a_table_is_kept_with_all_that_was_decided(shelf: Shelf) -> None:
    one, two = Server(await shelf.open()), Server(await shelf.open())
    own = table()
    await one.tables.add(own)
    found = await two.tables.get(own.name)
    assert found is not own
    assert (found.title, found.name, found.built.decisions) == (own.title, own.name, own.built.decisions)
    assert (found.built.counts, found.built.scaling, found.built.sample) == (
        own.built.counts,
        own.built.scaling,
        own.built.sample,
    )
    assert found.built.table.sources == own.built.table.sources
    assert found.built.table.inputs.tobytes() == own.built.table.inputs.tobytes()
    await one.die()
    await two.die()


async def test_a_removed_table_is_unknown_but_its_runs_keep_it(shelf: Shelf) -> None:
    one, two = Server(await shelf.open()), Server(await shelf.open())
    own = table()
    await one.tables.add(own)
    run = Run(plan(RunConfig(dataset=own.name), own))
    await one.runs.add(run)
    await two.tables.remove(own.name)
    for server in (one, two):
        with pytest.raises(UnknownTableError):
            await server.tables.get(own.name)
        with pytest.raises(UnknownTableError):
            await server.tables.remove(own.name)
    found = await two.runs.get(run.id)
    assert found.plan.samples.inputs.tobytes() == run.plan.samples.inputs.tobytes()
    await two.runs.remove(run.id)
    assert await one.store.table(own.name) is None
    await one.die()
    await two.die()


async def test_one_server_changes_a_run_at_a_time(shelf: Shelf) -> None:
    one, two = Server(await shelf.open()), Server(await shelf.open())
    run = Run(plan(RunConfig(samples=10)))
    await one.runs.add(run)
    async with one.runs.hold(run.id, 5):
        with pytest.raises(BusyError):
            await two.runs.take(run.id)
        with pytest.raises(BusyError):
            await one.runs.take(run.id)
        assert (await two.runs.get(run.id)).busy_elsewhere
    assert not (await two.runs.get(run.id)).busy_elsewhere
    async with two.runs.hold(run.id):
        pass
    await one.die()
    await two.die()


async def test_a_change_is_not_refused_while_a_stream_begins_or_ends(shelf: Shelf) -> None:
    server, run = Server(await shelf.open()), Run(plan(RunConfig(samples=10)))
    await server.runs.add(run)

    async def stream(steps: int) -> None:
        held = await server.runs.take(run.id, steps)
        request = TrainRequest(steps=steps)
        held.run.begin(request)
        for _ in held.run.train(request):
            await asyncio.sleep(0)
            if held.must_wait:
                await held.turn()
        await server.runs.give_back(held)

    async def change(turns: int, rate: float) -> None:
        for _ in range(turns):
            await asyncio.sleep(0)
        await server.runs.change(run.id, {"learning_rate": rate})

    for turns in range(12):
        await asyncio.gather(stream(3), change(turns, 0.1 + turns / 100))
        assert (await server.runs.get(run.id)).cursor.controls.settings.learning_rate == 0.1 + turns / 100
    await server.die()


async def test_what_another_server_streams_can_be_looked_at_before_it_is_written(shelf: Shelf) -> None:
    one, two = Server(await shelf.open()), Server(await shelf.open())
    run = Run(plan(RunConfig(samples=10)))
    await one.runs.add(run)
    async with one.runs.hold(run.id, 30) as held:
        request = TrainRequest(steps=30)
        held.run.begin(request)
        sent = [wire.steps.line(line) for line in held.run.train(request) if line is not None][:-1]
        elsewhere = await two.runs.get(run.id)
        assert elsewhere.step == 0
        assert wire.steps.line(finish(elsewhere.recorded(25, "full", None))) == sent[24]
    await one.die()
    await two.die()


async def test_a_run_that_is_removed_is_gone_everywhere_and_its_stream_is_told(shelf: Shelf) -> None:
    one, two = Server(await shelf.open()), Server(await shelf.open())
    run = Run(plan(RunConfig(samples=10)))
    await one.runs.add(run)
    held = await one.runs.take(run.id, 5)
    await two.runs.remove(run.id)
    with pytest.raises(UnknownRunError):
        await held.write()
    assert held.run.deleted
    with pytest.raises(UnknownRunError):
        await two.runs.get(run.id)
    await one.die()
    await two.die()


async def test_a_server_that_stops_begins_nothing() -> None:
    async with KINDS["memory"]() as shelf:
        server, run = Server(await shelf.open()), Run(plan(RunConfig(samples=10)))
        await server.runs.add(run)
        server.runs.stop()
        with pytest.raises(StoppingError):
            await server.runs.take(run.id)
        assert (await server.runs.get(run.id)).step == 0


async def test_what_another_kind_of_machine_computed_is_not_computed_again(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, run = Server(await shelf.open()), Run(plan(RunConfig(samples=10)))
    await one.runs.add(run)
    await train_kept(one, run, 40, write_every=10)
    stood = run.cursor.trainer.state().parameters.tobytes()
    await one.die()
    monkeypatch.setattr("app.store.record.computed_by", lambda: "another machine")
    two = Server(await shelf.open())
    found = await two.runs.get(run.id)
    assert (found.step, found.exact_from) == (40, 40)
    assert found.cursor.trainer.state().parameters.tobytes() == stood
    with pytest.raises(Exception, match="differs from this one's in the last bit"):
        finish(found.recorded(30, "full", None))
    await train_kept(two, found, 50, write_every=10)
    await two.die()
    three = Server(await shelf.open())
    again = await three.runs.get(run.id)
    assert (again.step, again.exact_from) == (90, 40)
    assert lines(again) == lines(found)
    await three.die()


def test_a_machine_says_what_computes_there() -> None:
    assert machine.computed_by() == machine.computed_by.__wrapped__()
    assert machine.computed_by().startswith("numpy ")


# What is in memory

BIG = RunConfig(samples=2000, batch_size=1000, hidden=[LayerConfig(units=16, activation="relu")] * 10)


@pytest.mark.parametrize("config", [RunConfig(), RICH, BIG], ids=["default", "rich", "big"])
def test_the_bytes_of_a_run_are_those_that_python_has_given_it(config: RunConfig) -> None:
    Run(plan(config))  # what all runs share is made
    gc.collect()
    tracemalloc.start()
    try:
        run = Run(plan(config))
        train(run, steps=3, detail="summary", surfaces=24, surface_format="uint8")
        gc.collect()
        given = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert bytes_held(run) == pytest.approx(given, rel=0.15)


async def test_who_waits_for_a_run_does_not_count_as_its_memory() -> None:
    run = Run(plan(RunConfig(samples=10)))
    alone = bytes_held(run)
    async with lock_of(run):
        waiting = asyncio.create_task(settled(run))
        await asyncio.sleep(0)
        assert bytes_held(run) == alone
    await waiting


async def test_live_runs_stay_within_their_bytes_and_none_is_lost() -> None:
    async with KINDS["memory"]() as shelf:
        limit = 30_000_000
        server = Server(await shelf.open(), memory=limit)
        runs = [Run(plan(BIG.model_copy(update={"seed": seed}))) for seed in range(6)]
        for run in runs:
            await server.runs.add(run)
            await train_kept(server, run, 1)
            assert server.runs.bytes <= limit
        assert 1 <= len(server.runs) < 6
        for run in runs:
            found = await server.runs.get(run.id)
            assert found.step == 1
            assert (
                found.cursor.snapshot().state.parameters.tobytes() == run.cursor.snapshot().state.parameters.tobytes()
            )


async def test_what_takes_long_to_measure_is_measured_while_others_are_served(monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[int] = []

    def slow(_: object) -> int:
        threads.append(threading.get_ident())
        time.sleep(0.02)
        return 1000 * len(threads)

    monkeypatch.setattr("app.store.measurements.bytes_held", slow)
    async with KINDS["memory"]() as shelf:
        server = Server(await shelf.open())
        run = Run(plan(RunConfig(samples=10)))
        await server.runs.add(run)
        assert server.runs.bytes == 1000
        server.runs.used(run.id)
        server.runs.used(run.id)  # one at a time
        assert server.runs.bytes == 1000, "nobody has waited"
        await server.runs.close()
        assert server.runs.bytes == 2000
        assert threads[0] == threading.get_ident() != threads[1]
        assert len(threads) == 2


async def test_a_class_is_measured_one_after_the_other_though_all_are_due_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    measured: list[object] = []
    monkeypatch.setattr("app.store.measurements.bytes_held", lambda run: measured.append(run) or 1000)
    async with KINDS["memory"]() as shelf:
        server, runs = Server(await shelf.open()), [Run(plan(RunConfig(samples=10))) for _ in range(5)]
        for run in runs:
            await server.runs.add(run)
        measured.clear()
        server.runs._measurements._next = time.monotonic() + 1.0
        for run in runs:
            server.runs.used(run.id)
        assert not measured, "its time has not come"
        while len(measured) < len(runs):  # nobody has to come for it
            await asyncio.sleep(0.01)
        assert measured == runs, "the longest waiting first"
        await server.die()


async def test_the_least_recently_used_is_let_go_first_and_one_in_training_never() -> None:
    async with KINDS["memory"]() as shelf:
        server, runs = Server(await shelf.open()), [Run(plan(RunConfig(samples=10))) for _ in range(3)]
        for run in runs:
            await server.runs.add(run)
        async with server.runs.hold(runs[0].id):
            server.runs._memory = 1
            await server.runs.get(runs[2].id)
            server.runs.used(runs[2].id)
            assert list(server.runs._live) == [runs[0].id]
        await asyncio.sleep(0)
        assert len(server.runs) == 0
