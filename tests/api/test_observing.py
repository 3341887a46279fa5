"""What is noted of requests: an id that travels, numbers for Prometheus, and logs without personal data."""

import json
import logging

import httpx
import pytest
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families

from app import logs

pytestmark = pytest.mark.anyio


async def numbers(client: httpx.AsyncClient) -> dict[str, float]:
    answer = await client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    found = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            if "le" not in sample.labels:
                found[sample.name] = found.get(sample.name, 0) + sample.value
    return found


async def test_a_server_counts_runs_steps_and_lines(client: httpx.AsyncClient) -> None:
    before = await numbers(client)
    run = (await client.post("/api/runs", json={})).json()["id"]
    await client.post(f"/api/runs/{run}/train", json={"steps": 10, "every": 5})
    after = await numbers(client)
    more = {name: after[name] - before.get(name, 0) for name in after}
    assert more["backprop_steps_total"] == 10
    assert more["backprop_lines_total"] == 3
    assert more["backprop_line_seconds_count"] >= 1
    assert after["backprop_runs_kept"] == after["backprop_runs_live"] == 1
    assert after["backprop_live_bytes"] > 100_000
    assert after["backprop_kept_bytes"] > 1000
    assert after["backprop_streams"] == 0
    assert {"backprop_evictions_total", "backprop_store_errors_total"} <= after.keys()


async def test_a_server_that_stops_is_healthy_and_not_ready(client: httpx.AsyncClient, app: FastAPI) -> None:
    assert (await client.get("/readyz")).status_code == 200
    app.state.runs.stop()
    refused = await client.get("/readyz")
    assert (refused.status_code, refused.json()["type"]) == (503, "urn:backprop-playground:stopping")
    assert refused.headers["Retry-After"]
    assert (await client.get("/healthz")).status_code == 200


@pytest.mark.parametrize(("given", "kept"), [("abc-1", True), ("", False), ("a b", False), ("x" * 65, False)])
async def test_a_request_keeps_the_id_that_a_proxy_gave_it(client: httpx.AsyncClient, given: str, kept: bool) -> None:
    answer = await client.get("/healthz", headers={"X-Request-ID": given})
    assert (answer.headers["X-Request-ID"] == given) == kept
    assert answer.headers["X-Request-ID"]


async def test_a_log_line_is_json_and_names_no_run(client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture) -> None:
    run = (await client.post("/api/runs", json={})).json()["id"]
    with caplog.at_level(logging.INFO, "backprop_playground.access"):
        answer = await client.get(f"/api/runs/{run}", headers={"X-Request-ID": "abc"})
        await client.request("SECRET", "/nothing/here")
    first, second = [json.loads(logs.JsonLines().format(record)) for record in caplog.records]
    assert (first["route"], first["status"], first["method"]) == ("/api/runs/{run_id}", 200, "GET")
    assert (second["method"], second["route"]) == ("(other)", "(none)")
    assert run not in json.dumps(first)
    assert answer.headers["X-Request-ID"] == "abc"
