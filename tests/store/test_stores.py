"""What every kind of store promises: bounds, leases and fences."""

from pathlib import Path

import pytest

from app.runs.build import plan
from app.runs.config import RunConfig
from app.runs.errors import BusyError, LeaseLostError, StoreDownError, StoreFullError, UnknownRunError
from app.runs.run import Run
from app.store import sqlite
from app.store.protocol import Limits, Update
from tests.store.kinds import KINDS, LIMITS, Clock, Server, Shelf

pytestmark = pytest.mark.anyio


async def test_a_run_is_kept_as_it_was_written(shelf: Shelf) -> None:
    store = await shelf.open()
    version = await store.create("a", b"fixed", b"moving", None)
    assert (await store.head("a")).version == version
    lease = await store.take("a", "me", 5)
    assert lease.head.version == version
    written = await store.write(lease, Update(b"moved", {16: b"x", 32: b"y"}), 5)
    assert written != version
    await store.write(lease, Update(None, {48: b"z"}, [16]), 0)
    stored, head = await store.load("a")
    assert (stored.fixed, stored.moving, dict(stored.checkpoints)) == (b"fixed", b"moved", {32: b"y", 48: b"z"})
    assert head.version == written
    assert not head.held
    await store.remove("a")
    for call in (store.head("a"), store.load("a"), store.take("a", "me", 5), store.remove("a")):
        with pytest.raises(UnknownRunError):
            await call
    with pytest.raises(UnknownRunError):
        await store.write(lease, Update(b"again"), 5)
    await store.close()


async def test_an_older_lease_is_refused_by_the_store_itself(shelf: Shelf) -> None:
    one, two = await shelf.open(), await shelf.open()
    await one.create("a", b"fixed", b"0", None)
    old = await one.take("a", "one", 5)
    with pytest.raises(BusyError):
        await two.take("a", "two", 5)
    await shelf.expire("a")
    new = await two.take("a", "two", 5)
    assert new.token > old.token
    await two.write(new, Update(b"two"), 0)
    with pytest.raises(LeaseLostError):
        await one.write(old, Update(b"one"), 5)
    assert (await one.load("a"))[0].moving == b"two"
    await one.close()
    await two.close()


async def test_a_lease_that_ran_out_is_still_good_while_nobody_else_took_one(shelf: Shelf) -> None:
    store = await shelf.open()
    await store.create("a", b"", b"0", None)
    lease = await store.take("a", "me", 5)
    await shelf.expire("a")
    await store.write(lease, Update(b"1"), 5)
    with pytest.raises(BusyError):
        await store.take("a", "other", 5)
    await store.close()


async def test_promised_steps_are_known_until_something_is_written(shelf: Shelf) -> None:
    store = await shelf.open()
    await store.create("a", b"", b"0", None)
    lease = await store.take("a", "me", 5, promised=100)
    assert lease.head.promised == 0
    assert (await store.head("a")).promised == 100
    await shelf.expire("a")
    lease = await store.take("a", "other", 5, promised=10)
    assert lease.head.promised == 100
    await store.write(lease, Update(), 0)
    assert (await store.head("a")).promised == 0
    await store.close()


@pytest.mark.parametrize("kind", KINDS)
async def test_the_least_recently_used_go_first_and_what_is_held_stays(kind: str) -> None:
    async with KINDS[kind](Limits(2, 10**6, 10**6)) as shelf:
        store = await shelf.open()
        await store.create("a", b"", b"", None)
        await store.create("b", b"", b"", None)
        await store.touch("a")
        await store.create("c", b"", b"", None)
        with pytest.raises(UnknownRunError):
            await store.head("b")
        await store.take("a", "me", 50)
        await store.create("d", b"", b"", None)
        await store.head("a")
        with pytest.raises(UnknownRunError):
            await store.head("c")
        await store.take("d", "me", 50)
        with pytest.raises(StoreFullError):
            await store.create("e", b"", b"", None)
        assert (await store.usage()).runs == 2
        await store.close()


@pytest.mark.parametrize("kind", KINDS)
async def test_a_stream_uses_its_run_to_its_end(kind: str) -> None:
    async with KINDS[kind](Limits(2, 10**6, 100)) as shelf:
        store = await shelf.open()
        await store.create("watched", b"", b"", None)
        lease = await store.take("watched", "me", 5)
        for _ in range(3):  # longer than the idle time together, where the clock is the test's
            await shelf.expire("watched")
            await store.write(lease, Update(), 5)
        await store.create("looked at", b"", b"", None)
        await store.write(lease, Update(), 0)
        await store.create("new", b"", b"", None)
        await store.head("watched")
        with pytest.raises(UnknownRunError):
            await store.head("looked at")
        await store.close()


@pytest.mark.parametrize("kind", KINDS)
async def test_runs_and_tables_are_bounded_by_their_bytes(kind: str) -> None:
    async with KINDS[kind](Limits(100, 10_000, 10**6)) as shelf:
        store = await shelf.open()
        await store.add_table("table-used", b"x" * 2000)
        await store.create("on it", b"y" * 2000, b"", "table-used")
        await store.add_table("table-idle", b"x" * 2000)
        await store.create("first", b"y" * 3000, b"", None)
        assert await store.table("table-idle") is not None
        await store.create("second", b"y" * 3000, b"", None)
        assert await store.table("table-idle") is None
        assert await store.table("table-used") is not None
        await store.create("third", b"y" * 3000, b"", None)
        with pytest.raises(UnknownRunError):
            await store.head("on it")
        assert (await store.usage()).bytes <= 10_000
        await store.close()


# A clock that jumps, and damage

DAY = 86_400


async def test_a_clock_that_jumps_forgets_no_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limits = Limits(100, 10**6, 30 * DAY)
    wall = Clock()
    monkeypatch.setattr(sqlite, "time", wall)

    async def opened_at(now: float, run: str) -> None:
        wall.now = now
        store = sqlite.SqliteStore(tmp_path / "runs.sqlite", limits)
        await store.create(run, b"", b"", None)
        await store.head("first")
        await store.close()

    await opened_at(2e9, "first")
    await opened_at(2e9 + 3650 * DAY, "ten years ahead")
    await opened_at(0, "in 1970")
    await opened_at(2e9 + DAY, "the day after")
    store = sqlite.SqliteStore(tmp_path / "runs.sqlite", limits)
    assert (await store.usage()).runs == 4
    await store.close()


async def test_a_lease_of_before_the_machine_started_anew_is_none(tmp_path: Path) -> None:
    """Leases are kept by the clock of the machine's uptime, which begins again."""
    late, early = Clock(), Clock()
    late.now, early.now = 1e6, 10.0
    before = sqlite.SqliteStore(tmp_path / "runs.sqlite", LIMITS, late)
    await before.create("a", b"", b"", None)
    await before.take("a", "one", 3)
    await before.close()
    after = sqlite.SqliteStore(tmp_path / "runs.sqlite", LIMITS, early)
    assert not (await after.head("a")).held
    await after.take("a", "two", 3)
    await after.close()


async def test_idle_runs_go_and_with_them_their_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "time", wall := Clock())
    store = sqlite.SqliteStore(tmp_path / "runs.sqlite", limits := Limits(100, 10**6, 30 * DAY))
    await store.add_table("table-a", b"x")
    await store.create("on it", b"", b"", "table-a")
    await store.create("idle", b"", b"", None)
    for _ in range(3):
        await store.close()
        wall.now += 14 * DAY
        store = sqlite.SqliteStore(tmp_path / "runs.sqlite", limits)
        await store.touch("on it")
    await store.create("new", b"", b"", None)
    await store.head("on it")
    assert await store.table("table-a") == b"x"
    with pytest.raises(UnknownRunError):
        await store.head("idle")
    await store.close()


async def test_what_is_damaged_is_named_and_checkpoints_can_be_done_without(shelf: Shelf) -> None:
    one, two = Server(await shelf.open()), Server(await shelf.open())
    run = Run(plan(RunConfig(samples=10)))
    await one.runs.add(run)
    lease = await one.store.take(run.id, "vandal", 5)
    await one.store.write(lease, Update(None, {16: b"no checkpoint at all"}), 5)
    assert (await two.runs.get(run.id)).step == 0
    await one.store.write(lease, Update(b"nothing that a run would write"), 0)
    with pytest.raises(StoreDownError, match="damaged"):
        await Server(two.store).runs.get(run.id)
    await one.die()
    await two.die()
