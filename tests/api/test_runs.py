"""The calls of the contract over HTTP."""

import json
from base64 import b64decode
from typing import Any

import httpx
import pytest

pytestmark = pytest.mark.anyio

DROPPING = {
    "hidden": [{"units": 3, "activation": "relu", "batch_norm": True}, {"units": 2, "activation": "tanh"}],
    "dropout": 0.25,
    "optimizer": "adam",
    "batch_size": 8,
}


async def create_run(client: httpx.AsyncClient, **config: Any) -> dict[str, Any]:
    answer = await client.post("/api/runs", json=config)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def fork_run(client: httpx.AsyncClient, parent: str, **changes: Any) -> dict[str, Any]:
    answer = await client.post(f"/api/runs/{parent}/forks", json=changes)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def train(client: httpx.AsyncClient, run: str, **fields: Any) -> list[dict[str, Any]]:
    answer = await client.post(f"/api/runs/{run}/train", json=fields)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/jsonl"
    return [json.loads(line) for line in answer.text.splitlines()]


async def test_an_empty_body_makes_the_default_run(client: httpx.AsyncClient) -> None:
    for body in ({"json": {}}, {}):
        answer = await client.post("/api/runs", **body)  # type: ignore[arg-type]
        run = answer.json()
        assert answer.headers["location"] == f"/api/runs/{run['id']}"
        assert (run["step"], run["epoch"], run["changes"]) == (0, 0.0, [])
        assert run["config"]["hidden"] == [{"units": 6, "activation": "tanh"}, {"units": 4, "activation": "tanh"}]
        assert [len(run["parameters"][name]) for name in ("W1", "b1", "W2", "b2", "W3", "b3")] == [2, 6, 6, 4, 4, 1]
        assert run["evaluation"]["type"] == "evaluation"
        assert (await client.get(answer.headers["location"])).json() == run


async def test_the_config_of_a_run_makes_the_same_run(client: httpx.AsyncClient) -> None:
    run = await create_run(client, **DROPPING, dataset="penguins", scaling="standard")
    again = await create_run(client, **run["config"])
    first, second = await train(client, run["id"], steps=3), await train(client, again["id"], steps=3)
    assert first == second


async def test_the_graph_is_enough_to_draw_the_network(client: httpx.AsyncClient) -> None:
    run = await create_run(client, dataset="blobs3", hidden=[{"units": 4, "activation": "relu"}])
    graph = run["graph"]
    assert [node["label"] for node in graph["nodes"]][:2] == ["x1", "x2"]
    assert len(graph["nodes"]) == 2 + 4 + 3
    assert len(graph["edges"]) == 2 * 4 + 4 * 3
    for edge in graph["edges"]:
        row, column = edge["index"]
        assert isinstance(run["parameters"][edge["parameter"]][row][column], float)


async def test_a_step_holds_what_the_contract_says(client: httpx.AsyncClient) -> None:
    run = await create_run(client, **DROPPING)
    step, evaluation = await train(client, run["id"], spotlight=0)
    assert (step["type"], step["step"], step["finite"], step["dropout"]) == ("step", 1, True, 0.25)
    assert step["epoch"] == 8 / 201
    assert step["parameters"] == run["parameters"]
    assert (step["paths"], step["penalty"]) == (2 * 3 * 2, 0.0)
    forward = [record["name"] for record in step["tape"] if record["phase"] == "forward"]
    assert forward == ["x", "z1", "n1", "a1", "d1", "z2", "a2", "d2", "z3"]
    assert [record["name"] for record in step["tape"] if record["phase"] == "loss"] == ["L"]
    assert step["tape"][-1]["name"] == "update"
    assert step["tape"][-1]["layer"] is None
    records = {record["name"]: record for record in step["tape"]}
    assert records["z1"]["reads"] == ["x", "W1", "b1"]
    assert {kept for row in records["d1"]["mask"] for kept in row} <= {0, 1}
    assert len(records["L"]["outputs"]) == 8
    assert isinstance(records["dW1"]["norm"], float)
    assert all("finite" not in record for record in step["tape"])
    assert {"x", "z1", "n1", "a1", "d1", "L", "outputs", "dz3", "dW1", "db1", "dgamma1"} <= set(step["spotlight"])
    assert step["loss_predicted"] < step["tape"][9]["value"]
    assert evaluation["step"] == 1


async def test_next_is_before_plus_update_on_the_wire(client: httpx.AsyncClient) -> None:
    run = await create_run(client)
    first, second, _ = await train(client, run["id"], steps=2)
    before, update = first["parameters"]["W1"], first["tape"][-1]["value"]["W1"]
    moved = [[w + u for w, u in zip(*rows, strict=True)] for rows in zip(before, update, strict=True)]
    assert moved == second["parameters"]["W1"]


async def test_a_summary_has_numbers_about_each_record_instead_of_values(client: httpx.AsyncClient) -> None:
    run = await create_run(client, **DROPPING)
    step = (await train(client, run["id"], detail="summary"))[0]
    for record in step["tape"]:
        assert "value" not in record
        assert {"mean", "std", "norm", "histogram", "dead"} <= set(record)
        assert len(record["histogram"]["counts"]) == 25
    assert "loss_after" not in step


async def test_losses_that_overflow_after_a_finite_step_say_what_they_were(client: httpx.AsyncClient) -> None:
    run = await create_run(client, dataset="plane", hidden=[{"units": 4, "activation": "relu"}] * 2, learning_rate=100)
    *steps, last = await train(client, run["id"], steps=200)
    before, broken = steps[-2:]
    assert (before["finite"], before["loss_after"]) == (True, None)
    assert before["not_finite"] == {"nan": 0, "+inf": 1, "-inf": 0}
    assert all(record.get("finite", True) for record in before["tape"])
    assert broken["finite"] is False
    nulls = [name for name in ("loss", "loss_after", "loss_predicted", "penalty") if broken[name] is None]
    assert sum(broken["not_finite"].values()) == len(nulls) > 1
    assert "not_finite" not in steps[0]
    assert last["finite"] is False


async def test_an_evaluation_says_how_good_the_answers_are(client: httpx.AsyncClient) -> None:
    rows = [[x / 40, (x * 7 % 40) / 40] for x in range(40)]
    table = {"inputs": rows, "targets": [int(x >= 38) for x in range(40)], "task": "binary"}
    run = await create_run(client, dataset=table, test_fraction=0, learning_rate=0.1)
    (last,) = [line for line in await train(client, run["id"], steps=40) if line["type"] == "evaluation"]
    always_no = {"accuracy": 0.95, "balanced_accuracy": 0.5, "never_answered": [1]}
    assert last["metrics"] == {"train": always_no, "test": None}
    assert last["notes"] == []
    classes = (await create_run(client))["evaluation"]
    assert classes["metrics"]["test"]["accuracy"] == classes["test_accuracy"]


async def test_an_evaluation_of_numbers_is_told_in_their_own_units(client: httpx.AsyncClient) -> None:
    table = {"inputs": [[1], [2], [3], [4]], "targets": [1000, 3000, 5000, 7000], "task": "regression"}
    line = {"dataset": table, "test_fraction": 0, "hidden": []}
    wanted = {"rmse": pytest.approx(100), "r2": pytest.approx(1 - 100**2 / 5_000_000)}
    run = await create_run(client, **line, target_scaling="none", parameters={"W1": [[2000]], "b1": [-900]})
    assert run["evaluation"]["metrics"]["train"] == wanted
    spread = 5_000_000**0.5
    scaled = {"W1": [[2000 / spread]], "b1": [(-900 - 4000) / spread]}
    run = await create_run(client, **line, parameters=scaled)
    assert run["evaluation"]["metrics"]["train"] == wanted
    assert run["evaluation"]["train_loss"] == pytest.approx(0.5 * 100**2 / 5_000_000)
    answered = await client.post(f"/api/runs/{run['id']}/predict", json={"inputs": [[2]]})
    assert answered.json()["outputs"] == [[pytest.approx(3100)]]
    samples = (await client.get(f"/api/runs/{run['id']}/samples")).json()
    assert samples["target_scaling"] == {"scaling": "standard", "offset": [4000], "scale": [pytest.approx(spread)]}
    assert sorted(samples["targets"]) == [[1000], [3000], [5000], [7000]]


async def test_guessing_is_said_after_an_epoch(client: httpx.AsyncClient) -> None:
    run = await create_run(client, initializer="zeros", learning_rate=0.01)
    assert run["evaluation"]["health"]["learning"] is None
    assert run["evaluation"]["health"]["status"] == "no_gradient"
    last = (await train(client, run["id"], steps=13, every=13))[-1]
    assert last["health"]["learning"] == "guessing"
    assert last["train_loss"] >= 0.95 * last["health"]["constant_loss"]
    back = await client.post(f"/api/runs/{run['id']}/rewind", json={"step": 12})
    assert back.json()["evaluation"]["health"]["learning"] is None


async def test_what_a_batch_of_one_does_to_batch_norm_is_said(client: httpx.AsyncClient) -> None:
    hidden = [{"units": 8, "activation": "relu"}] * 2
    run = await create_run(client, samples=65, test_fraction=0, batch_norm=True, hidden=hidden)
    assert run["evaluation"]["notes"] == []
    lines = await train(client, run["id"], steps=95, every=95, evaluate_every=19)
    first, *_, last = [line for line in lines if line["type"] == "evaluation"]
    (note,) = last["notes"]
    assert (note["kind"], note["batch_size"], note["train"]) == ("batch_of_one", 16, 65)
    assert note["train_loss"] == last["train_loss"] > 2 * note["batch_statistics_loss"]
    assert "65 training samples in batches of 16 leave a last batch of one" in note["text"]
    assert [layer["status"] for layer in last["health"]["layers"]] == ["no_gradient", "no_gradient", "healthy"]
    assert first["health"]["status"] == "healthy", "step 19 saw sixteen samples"
    even = await create_run(client, samples=64, test_fraction=0, batch_norm=True, hidden=hidden)
    assert (await train(client, even["id"], steps=95, every=95))[-1]["notes"] == []
    plain = await create_run(client, samples=65, test_fraction=0, hidden=hidden)
    assert (await train(client, plain["id"], steps=95, every=95))[-1]["notes"] == []


async def test_steps_of_one_sample_stop_the_gradient_before_batch_norm(client: httpx.AsyncClient) -> None:
    run = await create_run(client, batch_size=1, batch_norm=True)
    await train(client, run["id"], steps=20, every=20)
    now = (await client.get(f"/api/runs/{run['id']}")).json()
    assert [layer["status"] for layer in now["evaluation"]["health"]["layers"]][:2] == ["no_gradient"] * 2
    assert now["evaluation"]["health"]["status"] == "no_gradient"
    assert "a single sample" in now["evaluation"]["notes"][0]["text"]
    again = (await client.get(f"/api/runs/{run['id']}/evaluations/16")).json()  # kept there, not replayed
    assert again["health"]["status"] == "no_gradient"
    fork = await fork_run(client, run["id"], step=20)
    assert fork["evaluation"]["health"]["status"] == "no_gradient"


async def test_a_step_again_is_the_line_that_was_streamed(client: httpx.AsyncClient) -> None:
    run = await create_run(client, **DROPPING)
    answer = await client.post(f"/api/runs/{run['id']}/train", json={"steps": 20, "spotlight": 5})
    sent = answer.content.splitlines()
    again = await client.get(f"/api/runs/{run['id']}/steps/13?spotlight=5")
    assert again.content == sent[12] + b"\n"
    last = await client.get(f"/api/runs/{run['id']}/evaluations/20")
    assert last.content == sent[20] + b"\n"


async def test_what_is_not_finite_is_null_and_says_what_it_was(client: httpx.AsyncClient) -> None:
    run = await create_run(client, dataset="hills", learning_rate=1000)
    lines = await train(client, run["id"], steps=100)
    broken, last = lines[-2], lines[-1]
    assert broken["finite"] is False
    bad = [record for record in broken["tape"] if record.get("finite") is False]
    assert bad
    assert set(bad[0]["not_finite"]) == {"nan", "+inf", "-inf"}
    assert last["stopped"] == "not_finite"
    again = await client.post(f"/api/runs/{run['id']}/train")
    assert (again.status_code, again.json()["type"]) == (409, "urn:backprop-playground:not-finite")
    now = (await client.get(f"/api/runs/{run['id']}")).json()
    assert now["evaluation"]["stopped"] == "not_finite"
    assert (now["evaluation"]["train_loss"], now["evaluation"]["finite"]) == (None, False)
    back = await client.post(f"/api/runs/{run['id']}/rewind", json={"step": 0})
    assert back.status_code == 200
    assert back.json()["parameters"] == run["parameters"]
    summary = await train(client, run["id"], steps=100, detail="summary", every=100)
    assert summary[0]["finite"] is False
    assert sum(summary[0]["not_finite"].values()) == 1, "its loss"
    assert any(record.get("finite") is False for record in summary[0]["tape"])


async def test_paths_beyond_what_javascript_counts_are_strings(client: httpx.AsyncClient) -> None:
    table = {"inputs": [[0] * 16] * 20, "targets": [*range(20)], "task": "multiclass"}
    deep = [{"units": 16, "activation": "tanh"}] * 10
    run = await create_run(client, dataset=table, test_fraction=0, hidden=deep, dropout=0.5)
    step = (await train(client, run["id"], detail="summary"))[0]
    assert step["paths"] == 16**11 * 20
    assert isinstance(step["path_multiplications"], str)
    assert int(step["path_multiplications"]) > 2**53


async def test_a_missing_cell_is_null_in_samples_and_makes_the_step_not_finite(client: httpx.AsyncClient) -> None:
    table = {"inputs": [[0, 1], [None, 2], [3, 4]], "targets": [0, 1, 1], "task": "binary"}
    run = await create_run(client, dataset=table, test_fraction=0)
    samples = (await client.get(f"/api/runs/{run['id']}/samples")).json()
    assert sorted(row[0] is None for row in samples["inputs"]) == [False, False, True]
    assert samples["not_finite"]["nan"] == 2
    step, evaluation = await train(client, run["id"])
    assert not step["finite"]
    assert evaluation["stopped"] == "not_finite"


@pytest.mark.parametrize("surface_format", ["numbers", "uint8"])
async def test_surfaces_come_on_request(client: httpx.AsyncClient, surface_format: str) -> None:
    run = await create_run(client)
    lines = await train(client, run["id"], surfaces=6, surface_format=surface_format)
    found = await client.get(f"/api/runs/{run['id']}?surfaces=6&surface_format={surface_format}")
    surfaces = found.json()["evaluation"]["surfaces"]
    assert surfaces == lines[-1]["surfaces"]
    assert surfaces["extent"] == (await client.get(f"/api/runs/{run['id']}/samples")).json()["extent"]
    if surface_format == "numbers":
        assert [[len(unit) for unit in layer] for layer in surfaces["layers"]] == [[6] * 6, [6] * 4, [6]]
    else:
        assert [len(layer["units"]) for layer in surfaces["layers"]] == [6, 4, 1]
    assert "surfaces" not in (await client.get(f"/api/runs/{run['id']}")).json()["evaluation"]


async def test_other_than_two_columns_have_no_surfaces(client: httpx.AsyncClient) -> None:
    run = await create_run(client, dataset="penguins")
    assert (await train(client, run["id"], surfaces=6))[-1]["surfaces"] is None


async def test_beeswarms_come_on_request_where_no_plane_can_be_drawn(client: httpx.AsyncClient) -> None:
    run = await create_run(client, dataset="penguins", hidden=[{"units": 5, "activation": "tanh"}])
    beeswarms = (await train(client, run["id"], beeswarms=True))[-1]["beeswarms"]
    assert beeswarms["rows"] == list(range(229))
    assert 0 < len(beeswarms["wrong"]) < 342
    assert [[len(b64decode(unit)) for unit in layer["units"]] for layer in beeswarms["layers"]] == [
        [229] * 5,
        [229] * 3,
    ]
    assert (await client.get(f"/api/runs/{run['id']}?beeswarms=true")).json()["evaluation"]["beeswarms"] == beeswarms
    assert "beeswarms" not in (await client.get(f"/api/runs/{run['id']}")).json()["evaluation"]
    plane = await create_run(client)
    assert (await client.get(f"/api/runs/{plane['id']}?beeswarms=true")).json()["evaluation"]["beeswarms"] is None


async def test_the_state_after_any_step_can_be_computed_again(client: httpx.AsyncClient) -> None:
    run = await create_run(client, **DROPPING)
    await train(client, run["id"], steps=3)
    three = (await client.get(f"/api/runs/{run['id']}")).json()
    await train(client, run["id"], steps=2)
    state = (await client.get(f"/api/runs/{run['id']}/states/3")).json()
    assert state == {"step": 3, "parameters": three["parameters"], "state": three["state"]}
    assert (await client.get(f"/api/runs/{run['id']}/states/6")).status_code == 404


async def test_the_samples_say_how_well_each_scaling_conditions_them(client: httpx.AsyncClient) -> None:
    run = await create_run(client, dataset="penguins")
    condition = (await client.get(f"/api/runs/{run['id']}/samples")).json()["condition"]
    assert list(condition) == ["none", "linear", "standard", "clip", "log"]
    assert condition["none"] > 1e7 > 100 > condition["standard"]
    inputs = [[0.0, 1.0, 2.0], [1.0, 0.0, None], [1.0, 1.0, 0.0], [0.5, 0.2, 0.1], [0.1, 0.3, 0.9]]
    gap = await create_run(
        client, dataset={"inputs": inputs, "targets": [0, 1, 0, 1, 0], "task": "binary"}, test_fraction=0
    )
    condition = (await client.get(f"/api/runs/{gap['id']}/samples")).json()["condition"]
    assert all(value > 1 for value in condition.values())


async def test_surfaces_of_too_many_numbers_are_refused(client: httpx.AsyncClient) -> None:
    run = await create_run(client, hidden=[{"units": 16, "activation": "tanh"}] * 10)
    for call in (
        client.get(f"/api/runs/{run['id']}?surfaces=100"),
        client.get(f"/api/runs/{run['id']}/evaluations/0?surfaces=100"),
        client.post(f"/api/runs/{run['id']}/train", json={"surfaces": 100}),
    ):
        answer = await call
        assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, "surfaces")
    assert (await client.get(f"/api/runs/{run['id']}?surfaces=100&surface_format=uint8")).status_code == 200


async def test_a_patch_answers_the_run_with_its_changes(client: httpx.AsyncClient) -> None:
    run = await create_run(client)
    answer = await client.patch(f"/api/runs/{run['id']}", json={"learning_rate": 0.01, "clip_norm": 2, "dropout": 0.5})
    found = answer.json()
    assert {change["field"] for change in found["changes"]} == {"learning_rate", "clip_norm", "dropout"}
    assert found["changes"][0] == {"step": 0, "field": "learning_rate", "before": 0.3, "value": 0.01}
    assert found["controls"]["dropout"] == [0.5, 0.5]
    assert found["config"]["learning_rate"] == 0.3
    assert (await train(client, run["id"]))[0]["learning_rate"] == 0.01


async def test_predictions_are_probabilities_of_raw_rows(client: httpx.AsyncClient) -> None:
    run = await create_run(client, dataset="penguins", scaling="log")
    answer = await client.post(f"/api/runs/{run['id']}/predict", json={"inputs": [[39.1, 18.7, 181, 3750]]})
    assert sum(answer.json()["outputs"][0]) == pytest.approx(1)
    wrong = await client.post(f"/api/runs/{run['id']}/predict", json={"inputs": [[39.1]]})
    assert (wrong.status_code, wrong.json()["errors"][0]["path"]) == (422, "inputs[0]")
    empty = await client.post(f"/api/runs/{run['id']}/predict", json={"inputs": []})
    assert empty.json()["outputs"] == []


async def test_predictions_of_rows_name_classes_and_say_what_was_filled(client: httpx.AsyncClient) -> None:
    run = await create_run(client, dataset="penguins", scaling="standard", hidden=[])
    await train(client, run["id"], steps=60)
    row = {"bill_length_mm": 46.1, "bill_depth_mm": None, "flipper_length_mm": 211, "body_mass_g": 4500}
    answer = (await client.post(f"/api/runs/{run['id']}/predict", json={"rows": [row]})).json()
    assert answer["answers"][0]["class"] == "Gentoo"
    assert list(answer["answers"][0]["probabilities"].values()) == answer["outputs"][0]
    (note,) = answer["notes"][0]
    assert (note["column"], note["kind"]) == ("bill_depth_mm", "filled")
    assert "mm is filled in, from the training samples" in note["text"]
    sources = (await client.get(f"/api/runs/{run['id']}/samples")).json()["sources"]
    assert [(source["name"], source["unit"], source["values"]) for source in sources][::3] == [
        ("bill_length_mm", "mm", []),
        ("body_mass_g", "g", []),
    ]


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"rows": [{"wingspan": 3}]}, "rows[0].wingspan"),
        ({"rows": [{"body_mass_g": "heavy"}]}, "rows[0].body_mass_g"),
        ({"rows": [{"body_mass_g": [1]}]}, "rows[0].body_mass_g"),
        ({"rows": [], "inputs": []}, ""),
        ({}, ""),
    ],
)
async def test_rows_that_do_not_fit_are_named(client: httpx.AsyncClient, body: dict[str, Any], path: str) -> None:
    run = await create_run(client, dataset="penguins")
    answer = await client.post(f"/api/runs/{run['id']}/predict", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["path"].startswith(path)


async def test_gradients_agree_with_central_differences(client: httpx.AsyncClient) -> None:
    run = await create_run(client, **DROPPING)
    check = (await client.get(f"/api/runs/{run['id']}/gradcheck")).json()
    assert check["max_relative_error"] < 1e-6
    assert [item["name"] for item in check["parameters"]] == list(run["parameters"])


async def test_entries_at_a_kink_are_counted_and_not_called_lost(client: httpx.AsyncClient) -> None:
    """One unit at its kink for the sample that the step sees: z = w1 + w2 + b = 0."""
    table = {"inputs": [[1, 1]], "targets": [1], "task": "binary"}
    parameters = {"W1": [[1, 1], [1, -2]], "b1": [-2, 3], "W2": [[1], [1]], "b2": [0]}
    hidden = [{"units": 2, "activation": "relu"}]
    run = await create_run(client, dataset=table, test_fraction=0, hidden=hidden, parameters=parameters)
    check = (await client.get(f"/api/runs/{run['id']}/gradcheck")).json()
    kinks = {"W1": 2, "b1": 1, "W2": 0, "b2": 0}
    assert {item["name"]: item["at_kink"] for item in check["parameters"]} == kinks
    assert check["max_relative_error"] == max(item["relative_error"] for item in check["parameters"]) < 1e-7
    errors = (await client.get(f"/api/runs/{run['id']}/checks")).json()
    assert errors["at_kink"] == kinks
    assert [[cell is None for cell in row] for row in errors["parameters"]["W1"]] == [[True, False]] * 2
    assert [cell is None for cell in errors["parameters"]["b1"]] == [True, False]
    assert errors["worst"]["relative_error"] < 1e-6
    assert "finite" not in errors


async def test_an_export_starts_the_same_network(client: httpx.AsyncClient) -> None:
    run = await create_run(client)
    await train(client, run["id"], steps=5)
    export = (await client.get(f"/api/runs/{run['id']}/export?format=json")).json()
    assert (export["format"], export["step"]) == ("json", 5)
    again = await create_run(client, **{**export["config"], "parameters": export["parameters"]})
    now = (await client.get(f"/api/runs/{run['id']}")).json()
    assert again["evaluation"]["train_loss"] == now["evaluation"]["train_loss"]
    assert (await client.get(f"/api/runs/{run['id']}/export?format=exe")).status_code == 422


async def test_a_fork_trains_independently_of_its_parent(client: httpx.AsyncClient) -> None:
    parent = await create_run(client)
    await train(client, parent["id"], steps=10)
    fork = await fork_run(client, parent["id"], step=7, learning_rate=0.01)
    assert (fork["step"], fork["first_step"]) == (7, 7)
    assert fork["config"] == parent["config"] | {"learning_rate": 0.01}
    assert (await train(client, fork["id"], from_step=7))[0]["step"] == 8
    wide = {"step": 7, "hidden": [{"units": 3, "activation": "relu"}]}
    answer = await client.post(f"/api/runs/{parent['id']}/forks", json=wide)
    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, "hidden")
    ahead = await client.post(f"/api/runs/{parent['id']}/forks", json={"step": 11})
    assert (ahead.status_code, ahead.json()["type"]) == (409, "urn:backprop-playground:out-of-reach")


@pytest.mark.parametrize("body", [{"json": {}}, {}])
async def test_a_fork_of_which_nothing_is_said_starts_where_the_parent_stands(
    client: httpx.AsyncClient, body: dict[str, Any]
) -> None:
    parent = await create_run(client, **DROPPING, dataset="penguins", scaling="standard", seed=3)
    await train(client, parent["id"], steps=10)
    await client.post(f"/api/runs/{parent['id']}/rewind", json={"step": 6})
    answer = await client.post(f"/api/runs/{parent['id']}/forks", **body)
    fork = answer.json()
    assert answer.headers["location"] == f"/api/runs/{fork['id']}"
    assert (fork["step"], fork["config"]) == (6, parent["config"])
    again, steps = await train(client, fork["id"], steps=4), await train(client, parent["id"], steps=4)
    assert again[:4] == steps[:4]


async def test_a_run_is_forked_in_one_way_only(client: httpx.AsyncClient) -> None:
    parent = await create_run(client)
    answer = await client.post("/api/runs", json={"from": {"run": parent["id"], "step": 0}})
    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, "from")
    assert "from" not in parent["config"]


async def test_a_deleted_run_is_unknown_to_every_call(client: httpx.AsyncClient) -> None:
    run = (await create_run(client))["id"]
    assert (await client.delete(f"/api/runs/{run}")).status_code == 204
    for method, path, body in [
        ("GET", "", None),
        ("PATCH", "", {}),
        ("DELETE", "", None),
        ("POST", "/train", {}),
        ("POST", "/forks", {}),
        ("POST", "/rewind", {"step": 0}),
        ("POST", "/predict", {"inputs": []}),
        ("GET", "/steps/1", None),
        ("GET", "/evaluations/0", None),
        ("GET", "/samples", None),
        ("GET", "/gradcheck", None),
        ("GET", "/export", None),
    ]:
        answer = await client.request(method, f"/api/runs/{run}{path}", json=body)
        assert answer.status_code == 404, (method, path)
        assert answer.json()["type"] == "urn:backprop-playground:unknown-run"


async def test_the_least_recently_used_run_is_no_longer_kept(client: httpx.AsyncClient) -> None:
    first = (await create_run(client))["id"]
    for _ in range(5):
        await create_run(client)
    answer = await client.get(f"/api/runs/{first}")
    assert answer.status_code == 404
    assert "no longer kept" in answer.json()["detail"]


async def test_the_catalog_is_complete(client: httpx.AsyncClient) -> None:
    catalog = (await client.get("/api/catalog")).json()
    for item in catalog["datasets"]:
        assert item["description"]
        assert (item["preview"] is None) == (len(item["columns"]) != 2)
    for name in ("scalings", "activations", "losses", "initializers", "optimizers", "features", "dropout_masks"):
        assert all(item["name"] and item["description"] for item in catalog[name])
    run = await create_run(client)
    assert run["config"] == catalog["defaults"]


async def test_the_server_reports_its_health(client: httpx.AsyncClient) -> None:
    assert (await client.get("/healthz")).json() == {"status": "ok", "version": "0.1.0"}
