"""A class at work on two servers, while one of them is killed every minute: `python -m tests.soak`.

Each learner has a run of his own, trains it in short streams, turns the learning rate, looks back. At the end every
line that he got is compared with an uninterrupted run: no step may be lost, doubled or different in a single bit. The
memory of the servers is told as it goes. `--learners 50 --minutes 60 --every 60` is the default; the checks run a
short one.
"""

import argparse
import asyncio
import random
import sys
import time
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

import httpx
import orjson

from app.api import wire
from app.runs.build import plan
from app.runs.config import RunConfig
from app.runs.requests import TrainRequest
from app.runs.run import Run
from tests.cluster import Cluster, cluster

AGAIN = 0.1  # seconds until a request is repeated that could not be answered
STEPS = 5  # a request


@dataclass
class Learner:
    """Who trains a run through the proxy, whatever becomes of the servers behind it."""

    client: httpx.AsyncClient
    number: int
    pause: float
    name: str = ""
    seen: int = 0
    lines: Any = field(default_factory=blake2b)
    changes: list[tuple[int, float]] = field(default_factory=list)
    repeated: int = 0
    longest: float = 0.0

    @property
    def config(self) -> RunConfig:
        return RunConfig(seed=self.number, dropout=0.25 if self.number % 2 else 0.0, samples=100)

    async def ask(self, method: str, path: str, body: Any = None) -> httpx.Response:
        """The answer, once somebody can give it."""
        began = time.monotonic()
        while True:
            try:
                answer = await self.client.request(method, path, json=body)
            except httpx.TransportError:
                answer = httpx.Response(502)
            busy = answer.status_code == 409 and answer.json()["type"].endswith(":busy")
            if answer.status_code not in (502, 503, 504) and not busy:
                self.longest = max(self.longest, time.monotonic() - began)
                return answer
            self.repeated += 1
            await asyncio.sleep(AGAIN)

    async def work(self, until: asyncio.Event) -> None:
        config = wire.runs.config(self.config)
        self.name = (
            await self.ask("POST", "/api/runs", {"seed": config["seed"], "dropout": config["dropout"], "samples": 100})
        ).json()["id"]
        dice = random.Random(self.number)
        while not until.is_set():
            await self.train()
            if dice.random() < 0.1:
                await self.change(dice.choice([0.01, 0.1, 0.3]))
            if dice.random() < 0.1:
                step = dice.randint(1, self.seen)
                found = orjson.loads((await self.ask("GET", f"/api/runs/{self.name}/steps/{step}")).content)
                assert found["step"] == step, found
            await asyncio.sleep(self.pause * (0.5 + dice.random()))

    async def train(self) -> None:
        began = time.monotonic()
        body = {"steps": STEPS, "from_step": self.seen}
        while True:
            path = f"/api/runs/{self.name}/train"
            try:
                async with self.client.stream("POST", path, json=body) as answer:
                    if answer.status_code == 200:
                        await self.read(answer)
                        self.longest = max(self.longest, time.monotonic() - began)
                        return
                    content = await answer.aread()
            except httpx.TransportError:
                return  # it broke off; the next request says how far it was seen
            self.repeated += 1
            if answer.status_code == 409 and content and orjson.loads(content)["type"].endswith(":elsewhere"):
                await self.catch_up()  # more was trained than arrived
                return
            assert answer.status_code in (409, 502, 503, 504), content
            await asyncio.sleep(AGAIN)

    async def read(self, answer: httpx.Response) -> None:
        rest = b""
        async for piece in answer.aiter_raw():
            *whole, rest = (rest + piece).split(b"\n")
            for line in whole:
                self.take(line)

    def take(self, line: bytes) -> None:
        record = orjson.loads(line)
        if record["type"] == "step":
            assert record["step"] == self.seen + 1, f"step {record['step']} came after {self.seen}"
            self.seen += 1
            self.lines.update(line)

    async def catch_up(self) -> None:
        stands = (await self.ask("GET", f"/api/runs/{self.name}")).json()["step"]
        assert stands > self.seen, f"stands at {stands}, {self.seen} were seen"
        while self.seen < stands:
            self.take((await self.ask("GET", f"/api/runs/{self.name}/steps/{self.seen + 1}")).content.rstrip(b"\n"))

    async def change(self, rate: float) -> None:
        """Where all that was trained is seen: a change made elsewhere would be another run."""
        stands = (await self.ask("GET", f"/api/runs/{self.name}")).json()
        if stands["training"] or stands["step"] != self.seen:
            return
        answer = await self.ask("PATCH", f"/api/runs/{self.name}", {"learning_rate": rate})
        assert answer.status_code == 200, answer.text
        self.changes.append((self.seen, rate))

    def is_exact(self) -> bool:
        """Whether every line is that of a run that nothing happened to."""
        run, lines = Run(plan(self.config)), blake2b()
        for at, rate in [*self.changes, (self.seen, None)]:
            if at > run.step:
                request = TrainRequest(steps=at - run.step)
                run.begin(request)
                for line in run.train(request):
                    if line is not None and not run.finished:
                        lines.update(wire.steps.line(line).rstrip(b"\n"))
                run.end()
            if rate is not None:
                run.patch({"learning_rate": rate})
        return bool(lines.digest() == self.lines.digest())


@dataclass
class Outcome:
    learners: list[Learner]
    kills: int
    memory: list[tuple[float, int, int]]  # seconds, which server, bytes

    @property
    def steps(self) -> int:
        return sum(learner.seen for learner in self.learners)


async def run(there: Cluster, learners: int, kills: int, every: float, pause: float) -> Outcome:
    """Learners at work while a server is killed so many times, so many seconds apart, and once Redis as well."""
    until, began = asyncio.Event(), time.monotonic()
    limits = httpx.Limits(max_connections=None)
    memory: list[tuple[float, int, int]] = []
    async with httpx.AsyncClient(base_url=there.url, verify=False, timeout=60, limits=limits) as client:
        class_ = [Learner(client, number, pause) for number in range(learners)]
        work = [asyncio.create_task(learner.work(until)) for learner in class_]
        try:
            for kill in range(kills):
                await at_work(class_, work, every)
                memory += [(time.monotonic() - began, each, there.servers[each].resident()) for each in range(2)]
                tell(class_, memory)
                await asyncio.to_thread(there.kill_server, kill % 2)
                if kill == 1:
                    await asyncio.to_thread(there.kill_redis)
                    await asyncio.to_thread(there.start_redis)
                await asyncio.to_thread(there.start_server, kill % 2)
            await at_work(class_, work, every)
        finally:
            until.set()
        await asyncio.gather(*work)
        for learner in class_:  # what a server kept, and did not get to send
            if (await learner.ask("GET", f"/api/runs/{learner.name}")).json()["step"] > learner.seen:
                await learner.catch_up()
    return Outcome(class_, kills, memory)


async def at_work(class_: list[Learner], work: list[asyncio.Task[None]], seconds: float) -> None:
    """For so long, and until everybody has trained on; what went wrong for one is raised."""
    seen = [learner.seen for learner in class_]
    await asyncio.wait(work, timeout=seconds, return_when=asyncio.FIRST_EXCEPTION)
    while any(learner.seen <= before for learner, before in zip(class_, seen, strict=True)):
        for task in work:
            if task.done():
                task.result()
        await asyncio.sleep(AGAIN)


def tell(class_: list[Learner], memory: list[tuple[float, int, int]]) -> None:
    steps = sum(learner.seen for learner in class_)
    resident = ", ".join(f"{taken / 1e6:.0f} MB" for _, _, taken in memory[-2:])
    print(f"{memory[-1][0]:6.0f} s  {steps} steps, {resident}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__.partition("\n")[0])
    parser.add_argument("--learners", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--every", type=float, default=60, help="seconds between two kills")
    parser.add_argument("--pause", type=float, default=0.5, help="seconds between two requests of a learner")
    asked = parser.parse_args()
    with cluster() as there:
        kills = round(60 * asked.minutes / asked.every)
        found = asyncio.run(run(there, asked.learners, kills, asked.every, asked.pause))
    wrong = [learner.number for learner in found.learners if not learner.is_exact()]
    print(
        f"{found.steps} steps of {asked.learners} learners, {found.kills} kills, "
        f"{sum(learner.repeated for learner in found.learners)} requests repeated, "
        f"longest wait {max(learner.longest for learner in found.learners):.1f} s, "
        f"{f'runs that differ: {wrong}' if wrong else 'no step lost, doubled or different'}"
    )
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
