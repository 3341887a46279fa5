"""The attacks, each a few seconds of one client's doing; `size` is 1, or less in the short form."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from tests.attacks.client import Attacker, at_once

SECONDS = 6.0  # that connections are held, or streams read
DEEP: dict[str, Any] = {"hidden": [{"units": 16, "activation": "relu"}] * 10}
BIG: dict[str, Any] = {**DEEP, "samples": 5000, "batch_size": 5000}
SLOW: dict[str, Any] = {**BIG, "hidden": [{"units": 16, "activation": "gelu"}] * 10, "batch_norm": True}
DROPPING: dict[str, Any] = {"samples": 500, "hidden": [{"units": 16, "activation": "tanh"}] * 2, "dropout": 0.5}

Doing = Callable[[Attacker, float], Awaitable[None]]


@dataclass(frozen=True)
class Attack:
    """`expected`: an answer that has to be among the refusals, where the attack is to be refused."""

    name: str
    run: Doing
    expected: str | None = None
    environment: dict[str, str] = field(default_factory=dict)
    files: int | None = None  # that the server may have open


def many(size: float, number: int) -> range:
    return range(max(2, round(number * size)))


def flood(config: dict[str, Any], path: str, number: int = 45, after: float | None = None) -> Doing:
    """So many questions about a run at once; hung up after some seconds, or read to the end."""

    async def run(attacker: Attacker, size: float) -> None:
        name = await attacker.create(config)
        if after is None:
            await at_once(*(attacker.ask("GET", f"{name}/{path}") for _ in many(size, number)))
        else:
            await at_once(*(attacker.hang_up("GET", f"{name}/{path}", after=after) for _ in many(size, number)))

    return run


async def nothing(_: Attacker, size: float) -> None:
    """To compare the others with."""
    await asyncio.sleep(SECONDS * size)


async def memory(attacker: Attacker, size: float) -> None:
    """Runs whose workspaces are large."""
    for _ in many(size, 40):
        name = await attacker.create({**BIG, "seed": 1})
        await attacker.ask("POST", f"{name}/train", {"steps": 1, "detail": "summary"})


async def stalled_readers(attacker: Attacker, size: float) -> None:
    """Streams that nobody reads, with room for no more runs; then somebody wants one."""
    ended = asyncio.Event()
    runs = [await attacker.create({}) for _ in many(size, 20)]
    stalled = []
    for name in runs:
        body = json.dumps({"steps": 100_000, "surfaces": 24, "evaluate_every": 1}).encode()
        head = f"POST {name}/train HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        data = f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
        stalled.append(asyncio.create_task(attacker.stall(data, ended)))
    other = Attacker(attacker.port, "127.0.0.3")
    while (await other.ask("POST", "/api/runs", {}))[0] != "201":
        await asyncio.sleep(1)
    attacker.answers["201 to another"] += 1
    ended.set()
    await at_once(*stalled)


async def replays(attacker: Attacker, size: float) -> None:
    """Looks back into a long run, hung up after 0.3 s."""
    name = await attacker.create({})
    await attacker.ask("POST", f"{name}/train", {"steps": 4000, "every": 4000})
    await at_once(
        *(attacker.hang_up("GET", f"{name}/steps/{3000 + 7 * k}", after=0.3) for k in many(size, 100)),
    )


def held_open(data: bytes, number: int) -> Doing:
    """So many connections that send this and no more."""

    async def run(attacker: Attacker, size: float) -> None:
        ended = asyncio.Event()
        held = [asyncio.create_task(attacker.stall(data, ended)) for _ in many(size, number)]
        await asyncio.sleep(SECONDS * size)
        ended.set()
        await at_once(*held)

    return run


def streams(config: dict[str, Any], request: dict[str, Any], number: int) -> Doing:
    """So many training streams as fast as they go, for some seconds."""

    async def run(attacker: Attacker, size: float) -> None:
        names = [await attacker.create({**config, "seed": seed}) for seed in many(size, number)]

        async def read(name: str) -> None:
            async with attacker.connection() as (reader, writer):
                await attacker.send(writer, "POST", f"{name}/train", {"steps": 100_000, **request})
                attacker.answers[(await reader.readline())[9:12].decode()] += 1
                while await reader.read(1 << 16):
                    pass

        reading = [asyncio.create_task(read(name)) for name in names]
        await asyncio.sleep(SECONDS * size)
        for task in reading:
            task.cancel()
        await asyncio.gather(*reading, return_exceptions=True)

    return run


def repeated(method: str, path: str, body: Any = None, number: int = 30, config: dict[str, Any] | None = None) -> Doing:
    """The same again and again, four at a time."""

    async def run(attacker: Attacker, size: float) -> None:
        name = "" if config is None else await attacker.create(config)
        content = None if body is None else json.dumps(body).encode()

        async def some() -> None:
            for _ in many(size, number // 4):
                await attacker.ask(method, path.format(run=name), content)

        await at_once(*(some() for _ in range(4)))

    return run


async def garbage(attacker: Attacker, size: float) -> None:
    """Requests that are none."""

    async def one() -> None:
        async with attacker.connection() as (reader, writer):
            writer.write(b"\x16\x03\x01 nonsense\r\n\r\n")
            attacker.answers[(await reader.readline())[9:12].decode()] += 1

    for _ in many(size, 20):
        await at_once(*(one() for _ in range(20)))


HALF_BODY = (
    b"POST /api/runs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
)
TABLE = {"inputs": [[0.5] * 32] * 4900, "targets": [0.5] * 4900, "task": "regression"}
WORDS = {"dataset": {**TABLE, "inputs": [["a"] * 32] * 4900}}
UNKNOWN = {f"field{number}": 1 for number in range(5000)}
WIDE = {"dataset": {**TABLE, "inputs": [[0.5 + column for column in range(64)]] * 4900}}
ENSEMBLE = "ensemble?members=256&surfaces=60"
CROWD = {"BACKPROP_CLIENT_WORK": "20"}

ATTACKS = [
    Attack("0  nothing", nothing),
    Attack("1  40 runs with large workspaces, memory 64 MB", memory, None, {"BACKPROP_MEMORY": "64"}),
    Attack("2  45 gradchecks of a batch of 5000", flood(BIG, "gradcheck"), "409"),
    Attack("2  45 gradchecks, as large as allowed, hung up", flood(DEEP, "gradcheck", after=0.5), "429", CROWD),
    Attack("2  45 ensembles on a grid of 60", flood(DROPPING, ENSEMBLE, after=5), "429", CROWD),
    Attack("2  45 comparisons of scalings", flood({}, "scaling?steps=4999", after=5), "429", CROWD),
    Attack("2  45 stability limits", flood(BIG, "limit", after=5), "429", CROWD),
    Attack("2  45 sums over paths", flood({"hidden": DEEP["hidden"][:3]}, "pathsum", after=5), "429", CROWD),
    Attack("2  45 verdicts with ensembles", flood(DROPPING, "verdict?experiment=ensemble", after=5), "429", CROWD),
    Attack("3  20 streams that nobody reads, room for 20 runs", stalled_readers, None, {"BACKPROP_RUNS": "20"}),
    Attack("4  100 looks back, hung up", replays),
    Attack("9  300 half bodies, 256 open files", held_open(HALF_BODY, 300), "503", {}, 256),
    Attack("9  300 half heads, 256 open files", held_open(b"GET / HTTP/1.1\r\nHost: lo", 300), "503", {}, 256),
    Attack("9  400 requests that are none", garbage, "400"),
    Attack("12 training with a batch of 5000, 10×16 GELU", streams(SLOW, {"every": 10, "detail": "summary"}, 4)),
    Attack("12 surfaces of 100 in streams", streams(DEEP, {"surfaces": 100, "surface_format": "uint8"}, 4)),
    Attack("12 predictions of 5000 rows", repeated("POST", "{run}/predict", {"inputs": [[0.1, 0.2]] * 5000}, 24, DEEP)),
    Attack("12 tables in place, 4900 × 32", repeated("POST", "/api/runs", {"dataset": TABLE}, 12)),
    Attack("12 tables in place, no cell of which fits", repeated("POST", "/api/runs", WORDS, 12), "422"),
    Attack("12 bodies of 5000 unknown fields", repeated("POST", "/api/runs", UNKNOWN, 40), "422"),
    Attack("12 samples of 4900 × 64 as JSON", repeated("GET", "{run}/samples", None, 12, WIDE)),
    Attack("12 samples of 4900 × 64 as CSV", repeated("GET", "{run}/samples?format=csv", None, 12, WIDE)),
    Attack("12 exports of 4900 × 64", repeated("GET", "{run}/export?format=npz", None, 12, WIDE)),
    Attack("12 QR codes of long links", repeated("GET", f"/qr.svg?link=http://localhost/{'a%2' * 600}", None, 40)),
    Attack("12 runs of 5000 samples", repeated("GET", "{run}", None, 60, BIG)),
    Attack("12 runs made of 5000 samples", repeated("POST", "/api/runs", BIG, 40)),
    Attack("12 swarms of 5000 samples", repeated("GET", "{run}?beeswarms=true", None, 40, BIG)),
    Attack("12 story pages", repeated("GET", "/story?x=0.3,0.4", None, 40)),
    Attack("12 story trials", repeated("GET", "/api/story/trials?x=0.3,0.4", None, 40)),
    Attack("   100 streams as fast as they go", streams({}, {"surfaces": 24, "evaluate_every": 5}, 100)),
]
