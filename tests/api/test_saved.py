"""A run as a file that opens again, and its samples as a table."""

import csv
from typing import Any

import httpx
import pytest

from tests.api.test_runs import create_run, fork_run, train

pytestmark = pytest.mark.anyio

HARD = {
    "dataset": "penguins",
    "hidden": [{"units": 4, "activation": "relu", "batch_norm": True}, {"units": 3, "activation": "tanh"}],
    "dropout": 0.25,
    "optimizer": "adam",
    "learning_rate": 0.02,
    "batch_size": 7,
    "scaling": "standard",
    "seed": 5,
}


async def saved_run(client: httpx.AsyncClient, run: str) -> dict[str, Any]:
    found: dict[str, Any] = (await client.get(f"/api/runs/{run}/export")).raise_for_status().json()
    return found


async def open_saved(client: httpx.AsyncClient, file: dict[str, Any]) -> dict[str, Any]:
    answer = await client.post("/api/saved_runs", json=file)
    assert answer.status_code == 201, answer.text
    run: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"/api/runs/{run['id']}"
    return run


async def changed_run(client: httpx.AsyncClient) -> str:
    """A fork, amid an epoch, with changes behind it and before it."""
    parent = (await create_run(client, **HARD))["id"]
    await train(client, parent, steps=13, every=13)
    run: str = (await fork_run(client, parent, learning_rate=0.03))["id"]
    for change in ({"dropout": 0.5}, {"batch_size": 11, "clip_norm": 1.0}, {"clip_norm": None}):
        await train(client, run, steps=9, every=9)
        assert (await client.patch(f"/api/runs/{run}", json=change)).status_code == 200
    await train(client, run, steps=9, every=9)
    await client.post(f"/api/runs/{run}/rewind", json={"step": 37})
    return run


async def test_an_opened_run_stands_exactly_where_it_was(client: httpx.AsyncClient) -> None:
    run = await changed_run(client)
    file = await saved_run(client, run)
    opened = await open_saved(client, file)
    assert opened["id"] != run
    there = (await client.get(f"/api/runs/{run}")).json()
    assert opened | {"id": run} == there
    assert await saved_run(client, opened["id"]) == file
    for step in (14, 23, 41):  # before, at and behind the place where it stands
        lines = [(await client.get(f"/api/runs/{each}/steps/{step}")).content for each in (run, opened["id"])]
        assert lines[0] == lines[1]
    assert await train(client, run, steps=20) == await train(client, opened["id"], steps=20)
    for each in (run, opened["id"]):
        await client.post(f"/api/runs/{each}/rewind", json={"step": 13})
    assert await train(client, run, steps=20) == await train(client, opened["id"], steps=20)


async def test_a_run_of_another_machine_goes_on_from_where_it_stands(client: httpx.AsyncClient) -> None:
    run = await changed_run(client)
    file = await saved_run(client, run)
    opened = await open_saved(client, file | {"computed_by": "an abacus"})
    assert (opened["step"], opened["exact_from"], opened["parameters"]) == (37, 37, file["parameters"])
    refused = await client.get(f"/api/runs/{opened['id']}/steps/20")
    assert (refused.status_code, refused.json()["type"].split(":")[-1]) == (409, "not-replayable")
    assert len(await train(client, opened["id"], steps=5)) == 6
    assert (await saved_run(client, opened["id"]))["computed_by"] is None


async def test_a_run_that_overflowed_opens_and_can_be_rewound(client: httpx.AsyncClient) -> None:
    run = await create_run(client, dataset="plane", hidden=[{"units": 4, "activation": "relu"}] * 2, learning_rate=100)
    *_, before, _, _ = await train(client, run["id"], steps=200)
    file = await saved_run(client, run["id"])
    assert file["stopped"] == "not_finite"
    opened = await open_saved(client, file)
    assert (await client.post(f"/api/runs/{opened['id']}/train")).json()["type"].endswith(":not-finite")
    again = await client.get(f"/api/runs/{opened['id']}/steps/{before['step']}")
    assert again.json() == before
    assert (await client.post(f"/api/runs/{opened['id']}/rewind", json={"step": 0})).status_code == 200
    assert len(await train(client, opened["id"], steps=1)) == 2


async def test_a_run_whose_parameters_are_no_numbers_opens_as_it_was(client: httpx.AsyncClient) -> None:
    gap = {"inputs": [[1], [None], [2], [3]], "targets": [0, 1, 0, 1], "task": "binary"}
    run = await create_run(client, dataset=gap, test_fraction=0)
    await train(client, run["id"])
    file = await saved_run(client, run["id"])
    assert file["parameters"]["W1"][0][0] is None
    opened = await open_saved(client, file)
    there = (await client.get(f"/api/runs/{run['id']}")).json()
    assert opened | {"id": run["id"]} == there
    rewound = (await client.post(f"/api/runs/{opened['id']}/rewind", json={"step": 0})).json()
    assert rewound["parameters"] == file["start"]["parameters"] == run["parameters"]


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        (["parameters", "W1"], [[1.0]], "parameters"),
        (["start", "parameters", "b1", 0], None, "start"),
        (["state", "optimizer"], {"velocity": {}}, "state.optimizer"),
        (["state", "batch_norm"], {}, "state.batch_norm"),
        (["furthest_step"], 3, "furthest_step"),
        (["step"], 20_000_000, "step"),
        (["changes", 0, "value"], 7, "changes[0].value"),
        (["changes", 0, "field"], "seed", "changes[0].field"),
        (["changes", 1, "step"], 1, "changes[1].step"),
        (["config", "learning_rate"], -1, "config.learning_rate"),
        (["weights"], 1, "weights"),
    ],
)
async def test_what_does_not_fit_in_a_file_is_named(
    client: httpx.AsyncClient, path: list[Any], value: Any, named: str
) -> None:
    file = await saved_run(client, await changed_run(client))
    inner = file
    for part in path[:-1]:
        inner = inner[part]
    inner[path[-1]] = value
    answer = await client.post("/api/saved_runs", json=file)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["path"] == named


@pytest.mark.parametrize("missing", ["mean", "median", "as_is"])
async def test_an_uploaded_table_goes_along_with_its_categories(client: httpx.AsyncClient, missing: str) -> None:
    """Rows are predicted as the file has them, also where its table is gone."""
    sizes = ["" if n == 7 else f"{40 + 3 * n} m²" for n in range(30)]
    rows = [f"{n},{size},{'abc'[n % 3]},{'yes' if n % 4 else 'no'}" for n, size in enumerate(sizes)]
    query = {"target": "sold", "missing": missing, "left_out": "id"}
    text = "\n".join(["id,size,kind,sold", *rows])
    table = (await client.post("/api/datasets", params=query, content=text)).json()
    run = (await create_run(client, dataset=table["name"], test_fraction=0.2))["id"]
    if missing != "as_is":
        await train(client, run, steps=5)
    asked = {"rows": [{"id": 1, "size": "70 m²", "kind": "b"}, {"size": None, "kind": "z"}]}
    samples = (await client.get(f"/api/runs/{run}/samples")).json()
    answers = (await client.post(f"/api/runs/{run}/predict", json=asked)).json()
    file = await saved_run(client, run)
    await client.delete(f"/api/runs/{run}")
    assert (await client.delete(f"/api/datasets/{table['name']}")).status_code == 204
    opened = (await open_saved(client, file))["id"]
    assert (await client.get(f"/api/runs/{opened}/samples")).json() == samples
    assert (await client.post(f"/api/runs/{opened}/predict", json=asked)).json() == answers
    assert {note["kind"] for notes in answers["notes"] for note in notes} == {"filled", "never_seen"}
    assert await saved_run(client, opened) == file


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("sources", [{"name": "size", "becomes": ["a"]}], "dataset.sources"),
        ("sources", [{"name": "size", "becomes": ["x1"], "values": ["a", "b"]}], "dataset.sources[0].becomes"),
        (
            "sources",
            [{"name": "size", "becomes": ["x1"], "values": ["a", "b"], "indicates": ["c"]}],
            "dataset.sources[0].indicates",
        ),
        ("units", ["m", "m"], "dataset.units"),
        ("fill", "guess", "dataset.fill"),
    ],
)
async def test_what_does_not_fit_a_table_is_named(
    client: httpx.AsyncClient, field: str, value: Any, named: str
) -> None:
    table = {"inputs": [[0], [1], [0]], "targets": [0, 1, 0], "task": "binary", field: value}
    answer = await client.post("/api/runs", json={"dataset": table})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["path"] == named


# Samples


async def table_of(client: httpx.AsyncClient, run: str, **query: Any) -> list[list[str]]:
    answer = await client.get(f"/api/runs/{run}/samples", params={"format": "csv", **query})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.reader(answer.text.splitlines()))


async def test_samples_are_a_table_with_every_digit(client: httpx.AsyncClient) -> None:
    run = await create_run(client, dataset="moons", samples=30, features=["x1", "x1^2"], scaling="standard")
    samples = (await client.get(f"/api/runs/{run['id']}/samples")).json()
    header, *rows = await table_of(client, run["id"])
    assert header == ["x1", "x2", "class", "split"]
    assert [[float(cell) for cell in row[:2]] for row in rows] == samples["inputs"]
    assert [row[3] for row in rows] == ["train"] * samples["train"] + ["test"] * (30 - samples["train"])
    header, *rows = await table_of(client, run["id"], split="test", scaled="true")
    assert header == ["x1", "x1^2", "class"]
    assert [[float(cell) for cell in row[:2]] for row in rows] == samples["values"][samples["train"] :]
    assert [[float(row[2] == samples["classes"][1])] for row in rows] == samples["targets"][samples["train"] :]


async def test_a_table_of_samples_can_be_uploaded_again(client: httpx.AsyncClient) -> None:
    run = await create_run(client, dataset="penguins")
    text = (await client.get(f"/api/runs/{run['id']}/samples?format=csv&split=train")).content
    table = (await client.post("/api/datasets?target=species", content=text)).json()
    assert table["classes"] == ["Adelie", "Chinstrap", "Gentoo"]
    prices = await create_run(client, dataset="house_prices")
    header, *rows = await table_of(client, prices["id"], scaled="true")
    assert abs(sum(float(row[-2]) for row in rows if row[-1] == "train")) < 1e-9, header
