"""The digits over HTTP: 64 inputs, ten classes, a picture each; and a digit that is none of the run's samples."""

import json
from typing import Any

import httpx
import pytest

from app.data.digits import COLUMNS
from tests.api.test_runs import create_run, train

pytestmark = pytest.mark.anyio

TEN = {"dataset": "digits", "hidden": [{"units": 10, "activation": "tanh"}]}


async def test_all_pixels_are_inputs_and_scaled_as_the_data_set_proposes(client: httpx.AsyncClient) -> None:
    run = await create_run(client, dataset="digits")
    assert run["config"]["features"] == list(COLUMNS)
    assert run["config"]["scaling"] == "linear"
    assert run["config"]["hidden"] == TEN["hidden"]
    assert (len(run["parameters"]["W1"]), len(run["parameters"]["b2"])) == (64, 10)
    samples = (await client.get(f"/api/runs/{run['id']}/samples")).json()
    assert (len(samples["inputs"]), samples["train"], samples["extent"]) == (1000, 670, None)
    assert samples["classes"] == list("0123456789")
    values = [value for row in samples["values"][: samples["train"]] for value in row]
    assert (min(values), max(values)) == (-1, 1)
    unscaled = await create_run(client, dataset="digits", scaling="none")
    assert unscaled["config"]["scaling"] == "none"


async def test_a_plane_and_its_features_are_not_for_them(client: httpx.AsyncClient) -> None:
    run = await create_run(client, **TEN)
    *_, evaluation = await train(client, run["id"], surfaces=6)
    assert evaluation["surfaces"] is None
    refused = await client.post("/api/runs", json={"dataset": "digits", "features": ["x1", "r1c1"]})
    assert (refused.status_code, refused.json()["errors"][0]["path"]) == (422, "features[0]")


async def test_the_catalog_says_what_is_a_picture_and_what_to_begin_with(client: httpx.AsyncClient) -> None:
    sets = {each["name"]: each for each in (await client.get("/api/catalog")).json()["datasets"]}
    digits, penguins = sets["digits"], sets["penguins"]
    assert digits["picture"] == [8, 8]
    assert digits["proposal"] == {"scaling": "linear", "hidden": TEN["hidden"]}
    assert "CC BY 4.0" in digits["source"]
    assert (penguins["picture"], penguins["proposal"]) == (None, None)


@pytest.mark.parametrize("seed", range(3))
async def test_what_is_proposed_tells_nine_of_ten_apart_within_300_steps(client: httpx.AsyncClient, seed: int) -> None:
    run = await create_run(client, **TEN, seed=seed)
    *_, evaluation = await train(client, run["id"], steps=300, every=300, detail="summary")
    assert evaluation["test_accuracy"] > 0.9
    assert evaluation["train_accuracy"] > 0.9


async def test_a_drawn_digit_goes_through_any_step_again(client: httpx.AsyncClient) -> None:
    """As the step was, with the sample of one's own that a training stream takes."""
    run = await create_run(client, **TEN)
    path = f"/api/runs/{run['id']}"
    drawn: dict[str, Any] = {"input": [float((3 * n) % 17) for n in range(64)], "target": "7"}
    streamed = await train(client, run["id"], steps=3, spotlight=drawn)
    again = (await client.get(f"{path}/steps/2", params={"spotlight": json.dumps(drawn)})).json()
    assert again == streamed[1]
    spot = again["spotlight"]
    assert (len(spot["x"]), len(spot["dx"]), len(spot["outputs"])) == (64, 64, 10)
    assert sum(spot["outputs"]) == pytest.approx(1)
    # δ through the first layer's weights, by hand
    for pixel in (0, 9, 36, 63):
        by_hand = sum(w * d for w, d in zip(again["parameters"]["W1"][pixel], spot["dz1"], strict=True))
        assert spot["dx"][pixel] == pytest.approx(by_hand, rel=1e-12)


@pytest.mark.parametrize(
    ("spotlight", "path"),
    [
        ("1000", "spotlight"),
        ("1e2", "spotlight"),
        ("three", "spotlight"),
        ("{oh}", "spotlight"),
        ('{"input": [1, 2], "target": 3}', "spotlight.input"),
        ('{"input": [1, 2]}', "spotlight.target"),
        ('{"input": ["ink"], "target": 3}', "spotlight.input[0]"),
        (json.dumps({"input": [0] * 64, "target": "x"}), "spotlight.target"),
        ('{"input": [1, 2], "target": 3, "more": 1}', "spotlight.more"),
    ],
)
async def test_a_spotlight_that_is_none_is_named(client: httpx.AsyncClient, spotlight: str, path: str) -> None:
    run = await create_run(client, **TEN)
    await train(client, run["id"])
    answer = await client.get(f"/api/runs/{run['id']}/steps/1", params={"spotlight": spotlight})
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert path in [error["path"] for error in answer.json()["errors"]]
