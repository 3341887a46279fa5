"""The short form of `python -m tests.attacks`: what is refused, and that others are served. It measures no time."""

import asyncio
from collections.abc import Iterator

import pytest

from tests.attacks.attacks import BIG, DEEP, HALF_BODY, WORDS, Doing, flood, garbage, held_open, repeated
from tests.attacks.client import Attacker
from tests.processes import ServerProcess, server

FEW = {"BACKPROP_CLIENT_WORK": "3", "BACKPROP_CONNECTIONS": "40", "BACKPROP_CLIENT_CONNECTIONS": "12"}


@pytest.fixture(scope="module")
def attacked() -> Iterator[ServerProcess]:
    with server("memory:", **FEW) as started:
        yield started


async def crowd(attacker: Attacker, size: float) -> None:
    """Questions that take as long as is allowed; all hang up once one is refused."""
    name = await attacker.create(DEEP)
    asked = [asyncio.ensure_future(attacker.ask("GET", f"{name}/gradcheck")) for _ in range(round(100 * size))]
    await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
    for each in asked:
        each.cancel()
    await asyncio.gather(*asked, return_exceptions=True)


@pytest.mark.parametrize(
    ("attack", "refused"),
    [
        pytest.param(flood(BIG, "gradcheck"), {"409"}, id="too much is asked"),
        pytest.param(crowd, {"429"}, id="too many ask, and hang up"),
        pytest.param(held_open(HALF_BODY, 300), {"503"}, id="half bodies"),
        pytest.param(repeated("POST", "/api/runs", WORDS, 20), {"422", "429"}, id="no cell of a large table fits"),
        pytest.param(garbage, {"400"}, id="no requests at all"),
    ],
)
def test_an_attack_is_refused_and_others_are_served(attacked: ServerProcess, attack: Doing, refused: set[str]) -> None:
    attacker = Attacker(attacked.port)
    asyncio.run(attack(attacker, 0.1))
    assert refused <= attacker.answers.keys(), attacker.answers
    assert attacked.client.get("/healthz").status_code == 200
    run = attacked.create()
    assert len(attacked.train(run, steps=2)) == 3
    assert attacked.client.get(f"/api/runs/{run}/gradcheck").status_code == 200
