"""Whatever happens to servers, leases and caches: a run is the uninterrupted run, to the last bit.

Each rule is done to a run that is kept in a store, by one of two servers, and to the same run in memory alone.
"""

import asyncio
from contextlib import AsyncExitStack, suppress

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from app.api import wire
from app.runs.build import fork, plan
from app.runs.config import LayerConfig, RunConfig
from app.runs.errors import BusyError, LeaseLostError, NotFiniteError, StepConflictError
from app.runs.requests import ForkRequest, TrainRequest
from app.runs.run import Run
from app.runs.slices import finish
from app.store.record import pack_progress
from tests.store.kinds import KINDS, Server, Shelf

CONFIGS = [
    RunConfig(samples=30, batch_size=7),
    RunConfig(
        dataset="blobs3",
        samples=40,
        hidden=[LayerConfig(units=3, activation="relu", batch_norm=True), LayerConfig(units=2, activation="gelu")],
        optimizer="adam",
        learning_rate=0.01,
        dropout=0.25,
        label_noise=0.1,
        l2=0.01,
    ),
    RunConfig(dataset="plane", samples=20, optimizer="momentum", learning_rate=300),  # overflows
]
servers = st.integers(0, 1)
steps = st.integers(1, 40)


class KeptRuns(RuleBasedStateMachine):
    """Runs in a store beside the same runs that nothing ever happened to."""

    kind = "memory"

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.do = self.loop.run
        self.shelf: Shelf = self.do(self.stack.enter_async_context(KINDS[self.kind]()))
        self.servers = [Server(self.do(self.shelf.open())) for _ in range(2)]
        self.runs: list[Run] = []
        self.at = 0

    def teardown(self) -> None:
        for server in self.servers:
            self.do(server.die())
        self.do(self.stack.aclose())
        self.loop.close()

    @property
    def run(self) -> Run:
        return self.runs[self.at % len(self.runs)]

    def train(self, run: Run, count: int) -> bool:
        try:
            run.begin(TrainRequest(steps=count))
        except NotFiniteError:
            return False
        for _ in run.train(TrainRequest(steps=count)):
            pass
        run.end()
        return True

    @precondition(lambda self: len(self.runs) < 3)
    @rule(server=servers, config=st.sampled_from(CONFIGS))
    def create(self, server: int, config: RunConfig) -> None:
        run = Run(plan(config))
        self.runs.append(run)
        self.do(self.servers[server].runs.add(Run(plan(config), run.id)))

    @precondition(lambda self: self.runs and len(self.runs) < 3)
    @rule(server=servers, share=st.floats(0, 1))
    def fork(self, server: int, share: float) -> None:
        step = round(share * self.run.furthest)
        step = max(step, self.run.first)
        made = Run(fork(ForkRequest(dropout=0.5), self.run.plan, *finish(self.run.fork_at(step))))
        parent = self.do(self.servers[server].runs.get(self.run.id))
        kept = Run(fork(ForkRequest(dropout=0.5), parent.plan, *finish(parent.fork_at(step))), made.id)
        self.do(self.servers[server].runs.add(kept))
        self.runs.append(made)

    @precondition(lambda self: self.runs)
    @rule(which=st.integers(0, 2))
    def turn_to(self, which: int) -> None:
        self.at = which

    @precondition(lambda self: self.runs)
    @rule(server=servers, count=steps, every=st.integers(1, 9))
    def train_on(self, server: int, count: int, every: int) -> None:
        """With a write on the way every so many steps."""

        async def stream() -> None:
            async with self.servers[server].runs.hold(self.run.id, count) as held:
                request = TrainRequest(steps=count, every=every, from_step=self.run.step)
                with suppress(NotFiniteError):
                    held.run.begin(request)
                    for line in held.run.train(request):
                        if line is not None:
                            await held.write()

        self.do(stream())
        self.train(self.run, count)

    @precondition(lambda self: self.runs)
    @rule(server=servers, rate=st.sampled_from([0.001, 0.1, 0.5]), dropout=st.sampled_from([None, 0.0, 0.5]))
    def patch(self, server: int, rate: float, dropout: float | None) -> None:
        values = {"learning_rate": rate} | ({} if dropout is None else {"dropout": dropout})
        self.run.patch(values)
        self.do(self.servers[server].runs.change(self.run.id, values))

    @precondition(lambda self: self.runs)
    @rule(server=servers, share=st.floats(0, 1))
    def rewind(self, server: int, share: float) -> None:
        step = max(self.run.first, round(share * self.run.furthest))

        async def back() -> None:
            async with self.servers[server].runs.hold(self.run.id) as held:
                finish(held.run.rewind(step))

        self.do(back())
        finish(self.run.rewind(step))

    @precondition(lambda self: self.runs)
    @rule(server=servers)
    def restart(self, server: int) -> None:
        self.do(self.servers[server].die())
        self.servers[server] = Server(self.do(self.shelf.open()))

    @precondition(lambda self: self.runs)
    @rule(server=servers, count=steps, written=st.integers(0, 40), patched=st.booleans())
    def die_amid_a_stream(self, server: int, count: int, written: int, patched: bool) -> None:
        """All steps were sent, not all were kept; the reader asks the other server for what comes after them."""
        begun = self.run.step

        async def stream() -> int:
            runs = self.servers[server].runs
            held = await runs.take(self.run.id, count)
            request = TrainRequest(steps=count)
            try:
                held.run.begin(request)
            except NotFiniteError:
                await runs.give_back(held)
                return begun
            for _ in held.run.train(request):
                if held.run.step - begun == written:
                    if patched:
                        await runs.change(self.run.id, {"l2": 0.25})
                    await held.write()
            return held.run.step

        seen = self.do(stream())
        if seen > begun:
            if patched and begun < begun + written <= seen:
                self.train(self.run, written)
                self.run.patch({"l2": 0.25})
            if self.run.step < seen:
                self.train(self.run, seen - self.run.step)
        self.restart(server)
        self.do(self.shelf.expire(self.run.id))

        async def go_on() -> None:
            async with self.servers[1 - server].runs.hold(self.run.id) as held:
                assert held.run.step <= seen
                finish(held.run.catch_up(seen))
                assert held.run.step == seen

        self.do(go_on())

    @precondition(lambda self: self.runs)
    @rule(server=servers, count=steps)
    def be_stopped_amid_a_stream(self, server: int, count: int) -> None:
        """Its lease runs out, another server goes on; what it then writes is refused."""

        async def both() -> None:
            slow, other = self.servers[server].runs, self.servers[1 - server].runs
            held = await slow.take(self.run.id, count)
            with pytest.raises(BusyError):
                await other.take(self.run.id)
            with suppress(NotFiniteError):
                request = TrainRequest(steps=count)
                held.run.begin(request)
                for _ in held.run.train(request):
                    pass
            await self.shelf.expire(self.run.id)
            async with other.hold(self.run.id) as taken:
                finish(taken.run.rewind(self.run.first))
            with pytest.raises(LeaseLostError):
                await held.write()
            with suppress(LeaseLostError):
                await slow.give_back(held)

        self.do(both())
        finish(self.run.rewind(self.run.first))

    @precondition(lambda self: self.runs)
    @rule(server=servers)
    def forget(self, server: int) -> None:
        """The cache is emptied; nothing is lost."""
        self.servers[server].runs._live.clear()

    @precondition(lambda self: self.runs)
    @rule(server=servers, share=st.floats(0, 1))
    def look_back(self, server: int, share: float) -> None:
        found = self.do(self.servers[server].runs.get(self.run.id))
        step = round(share * self.run.furthest)
        if self.run.first < step <= self.run.furthest:
            lines = [wire.steps.line(finish(each.recorded(step, "full", None))) for each in (self.run, found)]
            assert lines[0] == lines[1]

    @invariant()
    def the_run_is_the_uninterrupted_one(self) -> None:
        for run in self.runs:
            for server in self.servers:
                found = self.do(server.runs.get(run.id))
                assert pack_progress(found.progress) == pack_progress(run.progress)
                assert found.plan.config.model_dump() == run.plan.config.model_dump()


@pytest.mark.parametrize("kind", KINDS)
def test_a_kept_run_is_the_uninterrupted_run(kind: str) -> None:
    class Machine(KeptRuns):
        pass

    Machine.kind = kind
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=15, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_a_repeated_request_trains_nothing_twice() -> None:
    """`from_step` beyond where a run stands is refused, unless a stream broke off that may have sent that step."""

    async def tried() -> None:
        async with KINDS["memory"]() as shelf:
            server, run = Server(await shelf.open()), Run(plan(RunConfig(samples=10)))
            await server.runs.add(run)
            async with server.runs.hold(run.id, 100) as held:
                finish(held.run.catch_up(50))
                with pytest.raises(StepConflictError):
                    held.run.begin(TrainRequest(steps=100, from_step=50))

    asyncio.run(tried())
