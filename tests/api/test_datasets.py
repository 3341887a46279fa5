"""Uploaded tables over HTTP: inspected, decided about, trained on, and deleted."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from fastapi import FastAPI

import app.data
from app.runs.limits import FILE_LIMITS

pytestmark = pytest.mark.anyio

PENGUINS = (Path(app.data.__file__).parent / "penguins.csv").read_bytes()
SMALL = b"length,width,kind\n5.1,3.5,small\n7.0,3.2,large\n4.9,NA,small\n6.4,3.2,large\n"
CSV = {"Content-Type": "text/csv"}
SMALL_NETWORK = {"hidden": [{"units": 3, "activation": "tanh"}], "batch_size": 2, "test_fraction": 0.25}


async def upload(client: httpx.AsyncClient, data: bytes, **query: Any) -> dict[str, Any]:
    answer = await client.post("/api/datasets", content=data, params=query, headers=CSV)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"/api/datasets/{found['name']}"
    return found


async def inspect(client: httpx.AsyncClient, data: bytes, **query: Any) -> dict[str, Any]:
    answer = await client.post("/api/inspections", content=data, params=query, headers=CSV)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def refused(client: httpx.AsyncClient, data: bytes, status: int = 422, **query: Any) -> dict[str, Any]:
    answer = await client.post("/api/datasets", content=data, params=query, headers=CSV)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = answer.json()
    return found


async def create_run(client: httpx.AsyncClient, **config: Any) -> dict[str, Any]:
    answer = await client.post("/api/runs", json=config)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def train_lines(client: httpx.AsyncClient, run: dict[str, Any], **fields: Any) -> list[dict[str, Any]]:
    answer = await client.post(f"/api/runs/{run['id']}/train", json=fields)
    assert answer.status_code == 200, answer.text
    return [json.loads(line) for line in answer.text.splitlines()]


def penguins_with_a_quotation_mark() -> bytes:
    lines = PENGUINS.split(b"\n")
    lines[211] = lines[211].replace(b",", b',"', 1)
    return b"\n".join(lines)


# Looking


async def test_a_file_is_inspected_before_anything_is_decided(client: httpx.AsyncClient, app: FastAPI) -> None:
    found = await inspect(client, PENGUINS)
    assert (found["rows"], found["lines"], found["bytes"]) == (344, 345, len(PENGUINS))
    assert (found["separator"], found["decimal"], found["header"]) == ("comma", "point", "yes")
    assert [column["role"] for column in found["columns"]] == ["target", *["input"] * 4]
    assert found["columns"][0]["values"][0] == {"name": "Adelie", "count": 152}
    mass = found["columns"][4]
    assert (mass["low"], mass["high"], mass["missing"], sum(mass["histogram"]["counts"])) == (2700, 6300, 2, 342)
    assert (found["target"], found["task"]) == ("species", "multiclass")
    assert (found["missing"]["rows"], found["missing"]["remain"]) == (2, 342)
    assert round(found["missing"]["fills"]["mean"]["body_mass_g"]) == 4202
    assert found["first_rows"]["lines"][:2] == [2, 3]
    assert found["first_rows"]["cells"][3] == ["Adelie", None, None, None, None]
    assert found["scaling"]["scaling"] == "standard"
    assert "429×" in found["scaling"]["why"]
    assert found["becomes"]["classes"] == ["Adelie", "Chinstrap", "Gentoo"]
    assert found["becomes"]["loss"] == "softmax_cross_entropy"
    assert found["ready"] is True
    assert len(app.state.tables) == 0


async def test_a_malformed_line_is_reported_with_its_place(client: httpx.AsyncClient) -> None:
    found = await inspect(client, penguins_with_a_quotation_mark())
    (fault,) = found["malformed"]["faults"]
    assert (fault["line"], fault["column"], found["malformed"]["lines"]) == (212, 8, [212])
    assert [near["line"] for near in fault["around"]] == [211, 212, 213]
    assert fault["around"][1]["text"][fault["column"] - fault["starts_at"]] == '"'
    assert [item["path"] for item in found["undecided"]] == ["malformed"]
    assert found["ready"] is False
    assert found["becomes"]["rows"] == 343
    again = await inspect(client, penguins_with_a_quotation_mark(), malformed="leave_out")
    assert again["ready"] is True


async def test_what_was_decided_is_shown_before_it_is_made(client: httpx.AsyncClient) -> None:
    found = await inspect(client, PENGUINS, target="body_mass_g", left_out=["species"], missing="leave_out")
    assert (found["task"], found["becomes"]["loss"], found["becomes"]["rows"]) == ("regression", "squared_error", 342)
    assert found["becomes"]["columns"] == ["bill_length_mm", "bill_depth_mm", "flipper_length_mm"]


async def test_a_file_is_sent_once_and_decided_about_by_its_name(client: httpx.AsyncClient) -> None:
    first = await inspect(client, PENGUINS)
    again = await inspect(client, b"", file=first["file"], target="body_mass_g")
    assert (again["file"], again["target"], again["bytes"]) == (first["file"], "body_mass_g", len(PENGUINS))
    table = await upload(client, b"", file=first["file"], target="body_mass_g")
    assert (table["target"], table["rows"]) == ("body_mass_g", 342)
    other = await inspect(client, SMALL)
    assert other["file"] != first["file"]
    assert (await client.delete(f"/api/inspections/{first['file']}")).status_code == 204
    for answer in (
        await client.post("/api/inspections", params={"file": first["file"]}),
        await client.post("/api/datasets", params={"file": first["file"]}),
        await client.delete(f"/api/inspections/{first['file']}"),
    ):
        assert answer.status_code == 404
        assert answer.json()["type"] == "urn:backprop-playground:unknown-file"
    assert (await refused(client, b"", file="file-x"))["errors"][0]["path"] == "file"


async def test_a_file_that_is_none_is_not_kept(client: httpx.AsyncClient, app: FastAPI) -> None:
    for data in (b"", b"\x00\x01", b"PK\x03\x04zip"):
        answer = await client.post("/api/inspections", content=data, headers=CSV)
        assert answer.status_code == 422
    assert len(app.state.reading.kept) == 0


# Making


async def test_a_table_is_a_data_set_like_any_other(client: httpx.AsyncClient) -> None:
    table = await upload(client, PENGUINS, title="my-penguins.csv", missing="leave_out")
    assert table["description"] == "my-penguins.csv: 342 rows, 4 columns, to predict species."
    assert (table["rows"], table["left_out"], table["why"]) == (342, 2, "2 with a missing value")
    assert (await client.get(f"/api/datasets/{table['name']}")).json() == table
    mine = await create_run(client, dataset=table["name"], scaling="standard", learning_rate=0.3, l2=0)
    theirs = await create_run(client, dataset="penguins", scaling="standard")
    assert mine["config"] == theirs["config"] | {"dataset": table["name"]}
    assert await train_lines(client, mine, steps=3) == await train_lines(client, theirs, steps=3)
    samples = [(await client.get(f"/api/runs/{run['id']}/samples")).json() for run in (mine, theirs)]
    assert samples[0]["inputs"] == samples[1]["inputs"]
    assert samples[0]["classes"] == ["Adelie", "Chinstrap", "Gentoo"]
    row = {"inputs": samples[0]["inputs"][:2]}
    answers = [(await client.post(f"/api/runs/{run['id']}/predict", json=row)).json() for run in (mine, theirs)]
    assert answers[0] == answers[1]


async def test_predictions_of_all_samples_are_in_real_units_also_of_earlier_steps(client: httpx.AsyncClient) -> None:
    csv = "size;rent\n" + "".join(f"{30 + k};{200 + 9 * k},50 €\n" for k in range(60))
    table = await upload(client, csv.encode())
    run = await create_run(client, dataset=table["name"])
    address = f"/api/runs/{run['id']}"
    samples = (await client.get(f"{address}/samples")).json()
    assert samples["target_unit"] == "€"
    asked = {"inputs": samples["inputs"]}
    first = (await client.post(f"{address}/predict", json=asked)).json()
    await train_lines(client, run, steps=40, every=40)
    now = (await client.post(f"{address}/predict", json=asked)).json()
    assert (await client.get(f"{address}/predictions/0")).json() == first
    assert (await client.get(f"{address}/predictions/40")).json() == now != first
    assert (await client.get(f"{address}/predictions/41")).status_code == 404


async def test_it_works_as_curl_sends_it(client: httpx.AsyncClient) -> None:
    for kind in ("application/x-www-form-urlencoded", "application/octet-stream", "application/vnd.ms-excel"):
        answer = await client.post("/api/datasets?target=kind", content=SMALL, headers={"Content-Type": kind})
        assert answer.status_code == 201, kind
    assert (await client.post("/api/datasets", content=SMALL)).status_code == 201


async def test_categories_are_features_by_name(client: httpx.AsyncClient) -> None:
    data = b"sex;size;y\nf;1,5;no\nm;2,5;yes\nm;3;no\nf;2;yes\n"
    table = await upload(client, data, target="y")
    assert table["columns"] == ["sex=m", "size"]
    run = await create_run(client, dataset=table["name"], features=["size", "sex=m"], **SMALL_NETWORK)
    assert [node["label"] for node in run["graph"]["nodes"]][:2] == ["size", "sex=m"]


async def test_two_columns_have_surfaces_and_a_preview(client: httpx.AsyncClient) -> None:
    table = await upload(client, SMALL, missing="mean")
    assert table["features"][:3] == ["length", "width", "x1"]
    assert len(table["preview"]["inputs"]) == 4
    run = await create_run(client, dataset=table["name"], features=["x1", "x1^2"], **SMALL_NETWORK)
    found = (await client.get(f"/api/runs/{run['id']}?surfaces=3")).json()
    assert len(found["evaluation"]["surfaces"]["layers"]) == 2


async def test_what_a_table_proposes_holds_where_a_config_says_nothing(client: httpx.AsyncClient) -> None:
    table = await upload(client, PENGUINS)
    proposal = table["proposal"]
    assert (proposal["scaling"], proposal["learning_rate"], len(proposal["hidden"])) == ("standard", 0.1, 2)
    config = (await create_run(client, dataset=table["name"]))["config"]
    assert (config["scaling"], config["learning_rate"], config["l2"]) == ("standard", 0.1, 0.02)
    chosen = {"scaling": "none", "learning_rate": 0.3, "hidden": [], "l2": 0.0}
    config = (await create_run(client, dataset=table["name"], **chosen))["config"]
    assert {name: config[name] for name in chosen} == chosen


async def test_gaps_are_filled_unless_decided_and_the_answer_says_so(client: httpx.AsyncClient) -> None:
    table = await upload(client, PENGUINS)
    assert (table["missing"], table["filled"], table["decisions"]["missing"]) == (0, 8, "mean")
    run = await create_run(client, dataset=table["name"])
    assert (await train_lines(client, run, steps=30, every=30))[-1]["stopped"] is None


async def test_missing_values_are_decided_about_again_without_the_file(client: httpx.AsyncClient) -> None:
    table = await upload(client, PENGUINS, missing="as_is")
    address = f"/api/datasets/{table['name']}/missing"
    answers = {kind: await client.post(address, params={"missing": kind}) for kind in ("median", "leave_out", "as_is")}
    found = {kind: answer.json() for kind, answer in answers.items()}
    assert all(answer.status_code == 201 for answer in answers.values())
    assert answers["median"].headers["location"] == f"/api/datasets/{found['median']['name']}"
    assert (found["median"]["filled"], found["median"]["missing"], found["median"]["rows"]) == (8, 0, 344)
    assert (found["leave_out"]["rows"], found["leave_out"]["why"]) == (342, "2 with a missing value")
    assert sum(found["leave_out"]["counts"]) == 342
    assert found["as_is"]["missing"] == 2
    assert {kind: one["decisions"]["missing"] for kind, one in found.items()} == {kind: kind for kind in found}
    same = await upload(client, PENGUINS, missing="median")
    assert {**same, "name": ""} == {**found["median"], "name": ""}
    run = await create_run(client, dataset=found["median"]["name"])
    assert (await train_lines(client, run, steps=30, every=30))[-1]["stopped"] is None
    assert (await client.post(address, params={"missing": "guess"})).status_code == 422


async def test_missing_values_that_were_left_make_the_loss_not_finite(client: httpx.AsyncClient) -> None:
    table = await upload(client, PENGUINS, missing="as_is")
    assert table["missing"] == 2
    run = await create_run(client, dataset=table["name"], scaling="standard", test_fraction=0, batch_size=1000)
    step, evaluation = await train_lines(client, run)
    assert step["finite"] is False
    assert evaluation["stopped"] == "not_finite"


async def test_a_fork_keeps_the_table(client: httpx.AsyncClient) -> None:
    table = await upload(client, SMALL, missing="mean")
    parent = await create_run(client, dataset=table["name"], **SMALL_NETWORK)
    await train_lines(client, parent, steps=2)
    fork = (await client.post(f"/api/runs/{parent['id']}/forks", json={"learning_rate": 1.0})).json()
    assert fork["config"]["dataset"] == table["name"]
    assert fork["step"] == 2
    assert (await client.delete(f"/api/datasets/{table['name']}")).status_code == 204
    again = await client.post(f"/api/runs/{fork['id']}/forks", json={"seed": 3})
    assert again.json()["config"]["dataset"] == table["name"]


@pytest.mark.parametrize(
    ("data", "query"),
    [
        (PENGUINS, {"missing": "leave_out"}),
        (PENGUINS, {"target": "body_mass_g", "missing": "mean"}),
        (SMALL, {}),
        (b"a,y\n1,10\n2,2\n3,1\n4,2\n", {"task": "multiclass"}),
        (b"a,y\n1,01\n2,1\n3,1\n4,01\n", {"as": "y:categories"}),
    ],
)
async def test_an_export_holds_the_rows_and_makes_the_same_run_anywhere(
    client: httpx.AsyncClient, data: bytes, query: dict[str, Any]
) -> None:
    table = await upload(client, data, **query)
    run = await create_run(client, dataset=table["name"], scaling="standard", **SMALL_NETWORK)
    export = (await client.get(f"/api/runs/{run['id']}/export")).json()
    assert (await client.delete(f"/api/datasets/{table['name']}")).status_code == 204
    again = await create_run(client, **export["config"])
    assert await train_lines(client, again, steps=4) == await train_lines(client, run, steps=4)
    both = [(await client.get(f"/api/runs/{found['id']}/samples")).json() for found in (run, again)]
    assert both[0]["classes"] == both[1]["classes"]
    assert both[0]["inputs"] == both[1]["inputs"]


async def test_a_table_in_place_may_name_its_columns(client: httpx.AsyncClient) -> None:
    table = {"inputs": [[1, 2], [3, 4]], "targets": [0, 1], "task": "binary", "columns": ["size", "age"]}
    run = await create_run(client, dataset=table, test_fraction=0)
    assert run["config"]["features"] == ["size", "age"]
    assert run["config"]["dataset"] == table
    for names in (["a"], ["a", "a"]):
        answer = await client.post("/api/runs", json={"dataset": table | {"columns": names}})
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["path"] == "dataset.columns"


# Refusing


async def test_a_malformed_file_is_answered_with_line_column_and_the_text_around(client: httpx.AsyncClient) -> None:
    problem = await refused(client, penguins_with_a_quotation_mark())
    assert problem["type"] == "urn:backprop-playground:file"
    assert problem["detail"] == "line 212, column 8: a quotation mark opens and never closes"
    (error,) = problem["errors"]
    assert (error["path"], error["line"], error["column"]) == ("file", 212, 8)
    assert error["around"][1]["text"].startswith('Gentoo,"')
    assert error["allowed"] == ["refuse", "leave_out"]


async def test_the_first_faults_are_listed_and_the_others_counted(client: httpx.AsyncClient) -> None:
    data = b"a,b,y\n" + b"1,2,0\n2,3,1\n" * 100 + b"1,2\n" * 60
    problem = await refused(client, data)
    assert len(problem["errors"]) == 50
    assert "and 59 more" in problem["detail"]


@pytest.mark.parametrize(
    ("data", "query", "path"),
    [
        (SMALL, {"target": "unknown"}, "target"),
        (SMALL, {"task": "binary", "target": "length"}, "target"),
        (SMALL, {"inputs": "unknown"}, "inputs[0]"),
        (SMALL, {"missing": "guess"}, "missing"),
        (SMALL, {"unknown": "1"}, "unknown"),
        (b"", {}, "file"),
        (b"\xff\x00\x01", {}, "file"),
        (b"\x89PNG\r\n\x1a\n\x00", {}, "file"),
    ],
)
async def test_an_impossible_decision_is_a_problem_that_names_it(
    client: httpx.AsyncClient, data: bytes, query: dict[str, Any], path: str
) -> None:
    assert (await refused(client, data, **query))["errors"][0]["path"] == path


async def test_forms_and_json_are_no_files(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/datasets", files={"file": ("my.csv", SMALL)})
    assert answer.status_code == 415
    assert "text/csv" in answer.json()["detail"]
    assert (await client.post("/api/datasets", json={})).status_code == 415


async def test_a_file_that_is_too_large_is_refused(client: httpx.AsyncClient) -> None:
    assert (await refused(client, b"1,2\n" * (FILE_LIMITS.bytes // 4 + 1), 413))["status"] == 413


@pytest.mark.parametrize("name", ["table-" + "A" * 22, "circles", "..", "table-"])
async def test_an_unknown_name_is_not_found(client: httpx.AsyncClient, name: str) -> None:
    assert (await client.get(f"/api/datasets/{name}")).status_code == 404
    assert (await client.delete(f"/api/datasets/{name}")).status_code == 404


async def test_a_removed_table_is_unknown_and_its_run_trains_on(client: httpx.AsyncClient) -> None:
    table = await upload(client, SMALL)
    run = await create_run(client, dataset=table["name"], **SMALL_NETWORK)
    await client.delete(f"/api/datasets/{table['name']}")
    answer = await client.post("/api/runs", json={"dataset": table["name"]})
    assert answer.status_code == 404
    assert answer.json()["type"] == "urn:backprop-playground:unknown-table"
    assert len(await train_lines(client, run)) == 2
    assert (await client.post("/api/runs", json={"dataset": "table-x"})).status_code == 422


async def test_an_archive_holds_the_rows_too(client: httpx.AsyncClient) -> None:
    table = await upload(client, SMALL, missing="as_is")
    run = await create_run(client, dataset=table["name"], **SMALL_NETWORK)
    answer = await client.get(f"/api/runs/{run['id']}/export?format=npz")
    with np.load(BytesIO(answer.content), allow_pickle=False) as found:
        config = json.loads(str(found["config"]))
    assert config["dataset"]["inputs"][2] == [4.9, None]
    assert (await create_run(client, **config))["parameters"] == run["parameters"]


@pytest.mark.parametrize("name", ["json", "npz", "numpy", "pytorch", "keras"])
async def test_every_format_of_the_catalog_can_be_downloaded(client: httpx.AsyncClient, name: str) -> None:
    run = await create_run(client)
    answer = await client.get(f"/api/runs/{run['id']}/export", params={"format": name})
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith('attachment; filename="backprop')
    assert answer.content


# Size


def large() -> bytes:
    rows = "".join(f"{n * 37 % 101},{n * 11 % 17},{'rare' if n % 50 == 0 else 'often'}\n" for n in range(20_640))
    return f"size,age,kind\n{rows}".encode()


async def test_more_rows_than_a_run_may_hold_are_counted_and_sampled(client: httpx.AsyncClient) -> None:
    found = await inspect(client, large())
    assert found["sample"] == {"rows": 5000, "of": 20_640, "most": 5000, "seed": 0, "by": "kind"}
    assert [item["path"] for item in found["undecided"]] == ["sample"]
    assert (await refused(client, large()))["errors"][0]["path"] == "sample"
    tables = [await upload(client, large(), sample=1000, seed=seed) for seed in (1, 1, 2)]
    assert (tables[0]["rows"], tables[0]["sample"]["of"]) == (1000, 20_640)
    assert dict(zip(tables[0]["classes"], tables[0]["counts"], strict=True)) == {"often": 980, "rare": 20}
    runs = [await create_run(client, dataset=table["name"], test_fraction=0) for table in tables]
    inputs = [(await client.get(f"/api/runs/{run['id']}/samples")).json()["inputs"] for run in runs]
    assert inputs[0] == inputs[1] != inputs[2]


async def test_a_file_beyond_the_limit_of_other_bodies_is_read(client: httpx.AsyncClient) -> None:
    assert len(large()) > 100_000  # what the fixture lets other requests send
    assert (await client.post("/api/runs", content=large())).status_code == 413
    assert (await inspect(client, large(), sample=100))["ready"] is True


async def test_what_was_decided_reads_the_file_again_in_the_same_way(client: httpx.AsyncClient) -> None:
    data = "größe;Prix (€);kind\n1,250;12 %;a\n2,125;7 %;b\n3,500;9 %;a\n4,125;1 %;b\n".encode("windows-1252")
    first = await upload(client, data, **{"as": "größe:decimal_point"})
    assert first["decisions"]["encoding"] == "windows-1252"
    assert "größe:decimal_point" in first["decisions"]["as"]
    again = await upload(client, data, **{key: value for key, value in first["decisions"].items() if value})
    assert again["columns"] == first["columns"]
    assert again["decisions"] == first["decisions"]
