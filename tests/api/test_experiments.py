"""Experiments and instruments over HTTP: each begun and evaluated as the list says, while others are answered."""

import asyncio
import sys
from base64 import b64decode
from typing import Any

import httpx
import pytest

from app.runs.config import RunConfig

pytestmark = pytest.mark.anyio


async def create_run(client: httpx.AsyncClient, config: dict[str, Any]) -> str:
    answer = await client.post("/api/runs", json=config)
    assert answer.status_code == 201, answer.text
    found: str = answer.json()["id"]
    return found


async def fork_run(client: httpx.AsyncClient, parent: str, changes: dict[str, Any]) -> str:
    answer = await client.post(f"/api/runs/{parent}/forks", json=changes)
    assert answer.status_code == 201, answer.text
    found: str = answer.json()["id"]
    return found


async def list_experiments(client: httpx.AsyncClient) -> dict[str, dict[str, Any]]:
    answer = await client.get("/api/experiments")
    assert answer.status_code == 200
    return {item["id"]: item for item in answer.json()}


async def train(client: httpx.AsyncClient, run: str, steps: int) -> None:
    answer = await client.post(f"/api/runs/{run}/train", json={"steps": steps, "every": steps, "detail": "summary"})
    assert answer.status_code == 200


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = answer.json()
    return found


async def test_the_list_has_everything_that_a_page_needs(client: httpx.AsyncClient) -> None:
    for item in (await list_experiments(client)).values():
        assert item["title"]
        assert item["subtitle"]
        assert item["topic"] in ("gradients", "data", "regularization", "how it works")
        assert item["claim"]
        assert item["watch"]
        assert item["measure"]["title"]
        assert item["conditions"]
        assert item["evidence"]["seeds"] == 20
        assert item["train"]["steps"] > 0
        assert len(item["questions"]) == 2
        RunConfig.model_validate(item["config"])
        for variant in (*item["cures"], *item["beside"]):
            assert variant["steps"] > 0
            assert variant["helps"] in ("yes", "partly", "no", "")
            RunConfig.model_validate({**item["config"], **variant["changes"]})


async def test_an_experiment_and_its_variant_are_begun_and_evaluated(client: httpx.AsyncClient) -> None:
    item = (await list_experiments(client))["exploding_rate"]
    run = await create_run(client, item["config"])
    await train(client, run, item["train"]["steps"])
    query = {"experiment": "exploding_rate"}
    found = (await client.get(f"/api/runs/{run}/verdict", params=query)).json()
    assert (found["status"], found["held"]) == ("held", True)
    assert found["measure"]["name"] == "exploded_at"
    assert found["measure"]["text"] == str(int(found["measure"]["value"]))
    assert found["measure"]["text"] in found["words"]

    cure = item["cures"][0]
    changed = await create_run(client, {**item["config"], **cure["changes"]})
    await train(client, changed, cure["steps"])
    found = (await client.get(f"/api/runs/{changed}/verdict", params=query | {"cure": cure["id"]})).json()
    assert found["held"] is True
    assert found["measure"]["value"] < 0.05 < found["measure"]["before"]


async def test_a_remedy_that_comes_later_is_a_fork(client: httpx.AsyncClient) -> None:
    item = (await list_experiments(client))["dying"]
    later = next(cure for cure in item["cures"] if cure["from_step"])
    run = await create_run(client, item["config"])
    await train(client, run, later["from_step"])
    forked = await fork_run(client, run, later["changes"])
    await train(client, forked, later["steps"])
    query = {"experiment": "dying", "cure": later["id"]}
    found = (await client.get(f"/api/runs/{forked}/verdict", params=query)).json()
    assert found["held"] is True
    moved = next(item for item in found["conditions"] if item["measure"] == "dead_weights_moved")
    assert moved["value"] == 0


async def test_a_question_is_checked_against_two_runs(client: httpx.AsyncClient) -> None:
    item = (await list_experiments(client))["limit"]
    question = item["questions"][0]
    assert question["runs"] == 2
    under = await create_run(client, item["config"] | {"learning_rate": 1.045})
    over = await create_run(client, item["config"] | {"learning_rate": 1.066})
    await train(client, under, 600)
    await train(client, over, 1500)
    address = f"/api/runs/{under}/questions/limit/{question['id']}"
    alone = (await client.get(address)).json()
    assert alone["answered"] is not True
    assert alone["answer"] is None
    both = (await client.get(address, params={"other": over})).json()
    assert both["answered"] is True, both["words"]
    assert both["answer"] == both["words"]
    assert len(both["conditions"]) == len(question["conditions"])


async def test_a_question_about_the_data_set_is_answered_for_a_run_on_a_table_in_place(
    client: httpx.AsyncClient,
) -> None:
    table = {"inputs": [[0, 0], [0, 1], [1, 0], [1, 1]], "targets": [0, 1, 1, 0], "task": "binary"}
    run = await create_run(client, {"dataset": table, "test_fraction": 0})
    answer = await client.get(f"/api/runs/{run}/questions/overflow/double")
    assert answer.status_code == 200
    condition = answer.json()["conditions"][0]
    assert (condition["field"], condition["value"], condition["held"]) == ("dataset", "a table in place", False)


@pytest.mark.parametrize(
    ("request_path", "path"),
    [
        ("verdict?experiment=levitation", "experiment"),
        ("verdict?experiment=vanishing&cure=prayer", "cure"),
        ("surfaces?sample=4000", "sample"),
        ("questions/levitation/depth", "experiment"),
        ("questions/vanishing/why", "question"),
        ("verdict", "experiment"),
        ("weight_check?parameter=W12&index=0,0", "parameter"),
        ("weight_check?parameter=W1&index=a", "index"),
        ("weight_check?parameter=W1&index=0,0&h=0", "h"),
        ("weight_check?parameter=W1&index=0,0&spotlight=4000", "spotlight"),
        ("ensemble?rate=0", "rate"),
        ("ensemble?rate=1", "rate"),
        ("ensemble?members=1000", "members"),
        ("scaling?steps=100000", "steps"),
    ],
)
async def test_what_is_wrong_is_named(client: httpx.AsyncClient, request_path: str, path: str) -> None:
    run = await create_run(client, {})
    found = problem(await client.get(f"/api/runs/{run}/{request_path}"), 422)
    assert [item["path"] for item in found["errors"]] == [path]


@pytest.mark.parametrize(
    ("request_path", "path", "allowed"),
    [
        ("verdict?experiment=vanishing&cure=clip", "cure", "relu"),
        ("questions/vanishing/double", "question", "depth"),
        ("weight_check?parameter=W9&index=0,0", "parameter", "W1"),
        ("weight_check?parameter=gamma1&index=0", "parameter", "W1"),
        ("weight_check?parameter=W1&index=0", "index", 2),
        ("weight_check?parameter=W1&index=0,99", "index", 6),
    ],
)
async def test_what_exists_elsewhere_is_not_found_here(
    client: httpx.AsyncClient, request_path: str, path: str, allowed: str | int
) -> None:
    run = await create_run(client, {})
    found = problem(await client.get(f"/api/runs/{run}/{request_path}"), 404)
    assert found["type"] == "urn:backprop-playground:unknown-pair"
    assert [item["path"] for item in found["errors"]] == [path]
    assert allowed in found["errors"][0]["allowed"]


async def test_what_depends_on_the_run_as_it_is_is_a_conflict(client: httpx.AsyncClient) -> None:
    run = await create_run(
        client, {"samples": 5000, "batch_size": 5000, "hidden": [{"units": 16, "activation": "tanh"}] * 4}
    )
    for name, path in (("ensemble", "rate"), ("checks", "batch_size")):
        found = problem(await client.get(f"/api/runs/{run}/{name}"), 409)
        assert found["type"] == "urn:backprop-playground:unsuited"
        assert [item["path"] for item in found["errors"]] == [path]
    assert (await client.get(f"/api/runs/{run}/ensemble?rate=0.5")).status_code == 200
    await client.patch(f"/api/runs/{run}", json={"batch_size": 10})
    assert (await client.get(f"/api/runs/{run}/checks")).status_code == 200


@pytest.mark.parametrize("rate", [5e-324, 1 - 2**-53])
async def test_an_ensemble_has_members_that_are_as_good_as_impossible(client: httpx.AsyncClient, rate: float) -> None:
    run = await create_run(client, {})
    found = (await client.get(f"/api/runs/{run}/ensemble", params={"rate": rate})).json()
    assert found["rates"] == [rate, rate]
    assert found["average_loss"] > 0


@pytest.mark.parametrize(
    "name", ["weight_check?parameter=W1&index=0,0&", "checks?", "layer_profile?", "limit?", "pathsum?"]
)
async def test_a_step_that_is_not_there_is_a_problem(client: httpx.AsyncClient, name: str) -> None:
    run = await create_run(client, {})
    problem(await client.get(f"/api/runs/{run}/{name}step=7"), 404)
    problem(await client.get(f"/api/runs/unknown/{name}step=1"), 404)


async def test_the_instruments_answer(client: httpx.AsyncClient) -> None:
    hidden = [{"units": 4, "activation": "relu"}, {"units": 3, "activation": "sigmoid"}]
    run = await create_run(client, {"hidden": hidden, "dropout": 0.25})
    await train(client, run, 5)

    async def ask(name: str) -> Any:
        answer = await client.get(f"/api/runs/{run}/{name}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    check = await ask("weight_check?parameter=W2&index=3,1&spotlight=0")
    step = (await client.get(f"/api/runs/{run}/steps/5")).json()
    gradient = next(record for record in step["tape"] if record["name"] == "dW2")["value"][3][1]
    assert check["gradient"] == gradient
    assert check["step"] == 5
    assert set(check["spotlight"]) == {"below", "above"}
    assert len(check["line"]["weights"]) == len(check["line"]["losses"])
    checks = await ask("checks")
    assert checks["worst"]["relative_error"] < 1e-3
    profile = await ask("layer_profile")
    assert [layer["layer"] for layer in profile["layers"]] == [1, 2, 3]
    limit = await ask("limit?step=0")
    assert limit["exact"] is False
    assert limit["limit"] > 0
    slopes = await ask("surfaces?show=slope&size=12")
    assert [len(layer["means"]) for layer in slopes["layers"]] == [4, 3, 1]
    assert slopes["layers"][1]["hi"] <= 0.25
    assert slopes["layers"][1]["zeros"] == []
    sample = step["batch"]["indices"][0]
    blame = await ask(f"surfaces?show=gradient&size=12&sample={sample}&step=4")
    assert blame["target"] == step["batch"]["targets"][0]
    assert len(b64decode(blame["layers"][0]["units"][0])) == 144
    scaling = await ask("scaling")
    assert [item["step"] for item in scaling["scalings"]] == [5] * 5
    ensemble = await ask("ensemble?members=8&surfaces=10")
    assert ensemble["subnetworks"] == 128
    assert len(ensemble["surfaces"]["members"]) == 8
    assert {len(mask) for mask in ensemble["surfaces"]["masks"]} == {ensemble["units"]}
    assert len(ensemble["draw"]["distances"]) == len(ensemble["draw"]["losses"]) == 8
    assert all(one["low"] <= one["distance"] <= one["high"] for one in ensemble["averages"])
    assert (ensemble["averages"][-1]["members"], ensemble["reference"]) == (256, 128)
    paths = await ask("pathsum")
    assert paths["executed"] is True
    assert paths["measured"]["multiplications"] == paths["multiplications"] == step["path_multiplications"]
    below, slopes, top = (paths["measured"]["factors"][name] for name in ("below", "slopes", "top"))
    product = below[2][1]
    for factor in (*(each[0] for each in slopes[2]), top[0]):
        product *= factor
    assert paths["measured"]["gradients"]["W3"][1][0] == product


async def test_a_sum_over_too_many_paths_is_refused_with_their_number(client: httpx.AsyncClient) -> None:
    run = await create_run(client, {"hidden": [{"units": 16, "activation": "sigmoid"}] * 10})
    found = problem(await client.get(f"/api/runs/{run}/pathsum"), 409)
    assert found["errors"][0]["path"] == "seconds"
    assert found["errors"][0]["value"] > 30
    estimate = (await client.get(f"/api/runs/{run}/pathsum", params={"execute": False})).json()
    assert estimate["executed"] is False
    assert estimate["multiplications"] == 71678384694304


async def test_an_overflow_is_reported_without_a_number(client: httpx.AsyncClient) -> None:
    item = (await list_experiments(client))["missing"]
    run = await create_run(client, item["config"])
    await train(client, run, 400)
    found = (await client.get(f"/api/runs/{run}/verdict", params={"experiment": "missing"})).json()
    assert found["held"] is True
    assert found["measure"]["value"] == 1
    for name in (
        "layer_profile?step=0",
        "limit",
        "weight_check?parameter=W1&index=0,0",
        "checks",
        "scaling",
        "pathsum",
        "surfaces",
    ):
        assert (await client.get(f"/api/runs/{run}/{name}")).status_code == 200


async def test_an_empty_cell_is_repaired_in_a_fork_from_the_last_finite_step(client: httpx.AsyncClient) -> None:
    item = (await list_experiments(client))["missing"]
    drop = next(cure for cure in item["cures"] if cure["id"] == "drop")
    assert drop["from_step"] == "well"
    run = await create_run(client, item["config"])
    await train(client, run, 400)
    broken = (await client.get(f"/api/runs/{run}")).json()["step"]
    fork = await fork_run(client, run, {"step": broken - 1, **drop["changes"]})
    await train(client, fork, drop["steps"] - broken + 1)
    query = {"experiment": "missing", "cure": "drop"}
    found = (await client.get(f"/api/runs/{fork}/verdict", params=query)).json()
    assert (found["status"], found["step"], found["steps"]) == ("held", 400, 400)
    assert found["measure"]["before"] > found["measure"]["value"]


async def test_other_requests_are_answered_while_a_verdict_is_measured(client: httpx.AsyncClient) -> None:
    item = (await list_experiments(client))["ensemble"]
    run = await create_run(client, item["config"])
    await train(client, run, 300)
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    beside = asyncio.create_task(others())
    often = sys.getswitchinterval()
    sys.setswitchinterval(1e-4)  # so that even a short measurement in its own thread leaves others many turns
    wide = await create_run(client, {"samples": 2000, "hidden": [{"units": 16, "activation": "tanh"}] * 4})
    for one, request_path in (
        (run, "verdict?experiment=vanishing&cure=relu"),
        (run, "scaling?steps=100"),
        (wide, "limit"),
    ):
        before = turns
        assert (await client.get(f"/api/runs/{one}/{request_path}")).status_code == 200
        assert turns - before > 20, request_path  # were it measured in the loop's own thread: hardly any
    sys.setswitchinterval(often)
    beside.cancel()


async def test_the_description_shows_a_response_of_each(client: httpx.AsyncClient) -> None:
    paths = (await client.get("/api/openapi.json")).json()["paths"]
    ours = [name for name in paths if "verdict" in name or "questions" in name or name.endswith("experiments")]
    ours += [
        f"/api/runs/{{run_id}}/{name}"
        for name in ("weight_check", "checks", "layer_profile", "limit", "surfaces", "scaling", "pathsum")
    ]
    for name in ours:
        right = paths[name]["get"]["responses"]["200"]["content"]["application/json"]
        assert right["example"]
        assert right["schema"]
