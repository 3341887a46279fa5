"""Two servers, Redis and a proxy without affinity, as compose.yaml has them: killed one after the other."""

import asyncio
from collections.abc import Iterator

import httpx
import pytest

from tests import soak
from tests.cluster import Cluster, cluster


@pytest.fixture(scope="module")
def there() -> Iterator[Cluster]:
    with cluster() as found:
        yield found


def test_a_class_loses_no_step_while_its_servers_are_killed(there: Cluster) -> None:
    """The soak, shortened: both servers are killed, and Redis once."""
    found = asyncio.run(soak.run(there, learners=3, kills=2, every=1, pause=0.1))
    assert all(learner.is_exact() for learner in found.learners)
    assert all(learner.seen > 0 for learner in found.learners)


def test_without_redis_it_is_a_503_and_afterwards_it_goes_on(there: Cluster) -> None:
    server = there.servers[0]
    run = server.create(seed=5)
    server.train(run, steps=20)
    there.kill_redis()
    for answer in (
        server.client.get("/readyz"),
        server.client.get(f"/api/runs/{run}"),
        server.client.post("/api/runs", json={}),
        server.client.post(f"/api/runs/{run}/train", json={}),
        server.client.post("/api/datasets?target=y", content=b"a,y\n1,0\n2,1\n"),
    ):
        assert answer.status_code == 503, answer.request.url
        assert answer.headers["Retry-After"]
    assert server.client.get("/healthz").status_code == 200
    there.start_redis()
    assert server.client.get("/readyz").status_code == 200
    assert server.run(run)["step"] == 20
    assert len(server.train(run, steps=5, from_step=20)) == 6


def test_any_server_answers_for_any_run(there: Cluster) -> None:
    """Each request over a connection of its own, so that the proxy asks them in turn."""
    with httpx.Client(base_url=there.url, verify=False) as client:
        run = client.post("/api/runs", json={"seed": 6}).json()["id"]
    for turn in range(8):
        with httpx.Client(base_url=there.url, verify=False) as client:
            lines = client.post(f"/api/runs/{run}/train", json={"from_step": 3 * turn, "steps": 3}).content.splitlines()
            assert len(lines) == 4
    assert {server.run(run)["step"] for server in there.servers} == {24}
