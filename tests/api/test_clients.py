"""Clients that are made from the API's description: in Python by openapi-python-client, in TypeScript by
openapi-typescript, both driving a run on a live server.
"""

import compileall
import importlib
import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from tests.__main__ import environment

pytestmark = pytest.mark.long

NPX = [
    "npx",
    "--yes",
    "--prefer-offline",
    "-p",
    "openapi-typescript@7",
    "-p",
    "openapi-fetch@0.17",
    "-p",
    "typescript@5.9",
]
STRICT = ["--strict", "--noUncheckedIndexedAccess", "--exactOptionalPropertyTypes", "--skipLibCheck", "false"]
TARGET = [
    "--target",
    "es2022",
    "--module",
    "nodenext",
    "--moduleResolution",
    "nodenext",
    "--lib",
    "es2022,dom,dom.iterable",
]
SCRIPT = Path(__file__).parent / "client.ts"
CSV = b"size,rooms,sold\n40,1,yes\n55,2,no\n70,3,yes\n85,4,no\n"


def run(command: list[str], folder: Path) -> str:
    """What a command prints; it has to end well."""
    program = shutil.which(command[0], path=environment()["PATH"])
    assert program is not None, f"{command[0]} is missing: pip install -e '.[dev]'"
    done = subprocess.run(
        [program, *command[1:]], cwd=folder, env=environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def description(live_app: FastAPI, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The description as a file, in a folder of its own."""
    path = tmp_path_factory.mktemp("clients") / "openapi.json"
    path.write_text(json.dumps(live_app.openapi()))
    return path


@pytest.fixture(scope="module")
def generated(description: Path) -> str:
    """The package `playground`, made in the description's folder: what its maker said of it."""
    command = ["openapi-python-client", "generate", "--path", description.name, "--meta", "none"]
    return run([*command, "--output-path", "playground"], description.parent)


@pytest.fixture
def part(description: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Any]:
    """A module of the package, or a name in it: "api.runs.create_run", "models.Step"."""
    request.getfixturevalue("generated")
    monkeypatch.syspath_prepend(description.parent)

    def found(name: str) -> Any:
        module, _, last = f"playground.{name}".rpartition(".")
        if module.endswith((".models", ".types")) or module == "playground":
            return getattr(importlib.import_module(module), last)
        return importlib.import_module(f"{module}.{last}")

    return found


@pytest.fixture
def client(server_url: str, part: Callable[[str], Any]) -> Iterator[Any]:
    with part("Client")(base_url=server_url) as client:
        yield client


def test_every_call_and_every_model_is_made_for_python(description: Path, generated: str) -> None:
    warned = re.findall(r"WARNING parsing (.*?) within .*?\n\n(.*?)\n\n", generated, re.S)
    # Its maker knows no CSV, and takes the same file as application/octet-stream; a stream is read line by line.
    assert [call for call, why in warned if "text/csv" in why] == ["POST /api/inspections", "POST /api/datasets"]
    assert [call for call, why in warned if "application/jsonl" in why] == ["POST /api/runs/{run_id}/train"]
    assert len(warned) == 3
    assert "Unable to" not in generated
    found, package = json.loads(description.read_text()), description.parent / "playground"
    calls = {call["operationId"] for path in found["paths"].values() for call in path.values()}
    assert {path.stem for path in (package / "api").rglob("*.py")} - {"__init__"} == calls
    models = (package / "models" / "__init__.py").read_text()
    unions = {"ExperimentList", "StreamLine"}  # types of their own that need no class
    assert [name for name in found["components"]["schemas"] if f'"{name}"' not in models and name not in unions] == []
    assert compileall.compile_dir(package, quiet=1)


def test_the_python_client_drives_a_run(client: Any, part: Callable[[str], Any]) -> None:
    call = {name: part(f"api.runs.{name}") for name in ("create_run", "fork_run", "train_run", "patch_run", "get_run")}
    m = part("models")

    moons = m.RunConfig(
        dataset=m.RunConfigDatasetType0.MOONS,
        hidden=[m.LayerConfig(units=2, activation=m.LayerConfigActivation.TANH)],
        seed=7,
    )
    run = call["create_run"].sync(client=client, body=moons)
    assert isinstance(run, m.Run)
    assert (run.config.seed, run.config.learning_rate, run.controls.batch_size) == (7, 0.3, 16)

    content = call["train_run"].sync_detailed(run.id, client=client, body=m.TrainRequest(steps=20, every=10)).content
    kinds = {"step": m.Step, "evaluation": m.Evaluation}
    *steps, evaluation = [kinds[line["type"]].from_dict(line) for line in map(json.loads, content.splitlines())]
    assert [step.step for step in steps] == [10, 20]
    by_name = {record.name: record for record in steps[0].tape}
    assert by_name["L"].value == steps[0].loss
    assert len(by_name["z1"].value) == len(steps[0].batch.indices) == 16
    assert by_name["update"].value["W1"] == by_name["update"].value.additional_properties["W1"]
    assert evaluation.metrics.train.accuracy == evaluation.train_accuracy

    fork = call["fork_run"].sync(run.id, client=client, body=m.ForkRequest(step=10, learning_rate=0.01))
    assert (fork.step, fork.config.seed, fork.config.learning_rate) == (10, 7, 0.01)
    assert fork.config.dataset == m.CompleteConfigDatasetType0.MOONS
    patched = call["patch_run"].sync(fork.id, client=client, body=m.PatchRequest(dropout=0.5))
    assert patched.controls.dropout == [0.5]
    assert [change.field for change in patched.changes] == ["dropout"]

    ahead = call["fork_run"].sync(run.id, client=client, body=m.ForkRequest(step=21))
    assert (ahead.status, ahead.type_) == (409, "urn:backprop-playground:out-of-reach")
    refused = call["create_run"].sync(client=client, body=m.RunConfig(learning_rate=-1))
    assert (refused.status, refused.errors[0].path, refused.errors[0].value) == (422, "learning_rate", -1)
    unknown = call["get_run"].sync("nothing", client=client)
    assert isinstance(unknown, m.Problem)
    assert unknown.status == 404


def test_the_python_client_leaves_out_what_its_caller_did(client: Any, part: Callable[[str], Any]) -> None:
    """Features that nobody named are the table's own, and its scaling is what it proposes."""
    create_run, file, config = part("api.runs.create_run"), part("types.File"), part("models.RunConfig")
    table = part("api.tables.create_dataset").sync(client=client, body=file(payload=BytesIO(CSV)), target="sold")
    run = create_run.sync(client=client, body=config(dataset=table.name, test_fraction=0))
    assert run.config.features == ["size", "rooms"]
    assert run.config.scaling.value == table.scaling["scaling"]
    penguins = create_run.sync(client=client, body=config(dataset="penguins"))
    assert len(penguins.config.features) == 4
    rows = part("models.PredictRequest").from_dict({"rows": [{"size": 60, "rooms": None}]})
    prediction = part("api.looking_closer.predict").sync(run.id, client=client, body=rows)
    assert prediction.answers[0].class_ in ("yes", "no")
    assert prediction.notes[0][0].column == "rooms"


def test_the_python_client_reads_what_is_not_finite(client: Any, part: Callable[[str], Any]) -> None:
    config, request = part("models.RunConfig"), part("models.TrainRequest")
    run = part("api.runs.create_run").sync(client=client, body=config(dataset="hills", learning_rate=1000))
    part("api.runs.train_run").sync_detailed(run.id, client=client, body=request(steps=400, every=400))
    diverged = part("api.runs.get_run").sync(run.id, client=client)
    assert diverged.evaluation.train_loss is None
    assert diverged.evaluation.not_finite["nan"] + diverged.evaluation.not_finite["+inf"] > 0


def test_the_typescript_client_compiles_strictly_and_drives_a_run(description: Path, server_url: str) -> None:
    folder = description.parent
    # One call of npx brings all three programs; from then on they are called themselves.
    programs = Path(run([*NPX, "-c", "command -v tsc"], folder).strip()).parent
    (folder / "node_modules").symlink_to(programs.parent)
    (folder / "package.json").write_text('{"type": "module"}')
    shutil.copy(SCRIPT, folder / "client.ts")
    run([str(programs / "openapi-typescript"), description.name, "-o", "api.d.ts"], folder)
    run([str(programs / "tsc"), *STRICT, *TARGET, "client.ts"], folder)
    told = json.loads(run(["node", "client.js", server_url], folder))
    assert told["config"] == 0.3
    assert [line.split()[:2] for line in told["lines"]] == [["step", "10"], ["step", "20"], ["evaluation", "20"]]
    assert told["lines"][0].split()[2:6] == ["x", "z1", "a1", "z2"]
    assert told["fork"] == [10, 7, 0.01]
    assert told["dropout"] == [0.5]
    assert told["features"] == ["size", "rooms"]
    assert told["refused"] == [422, "learning_rate"]
    assert told["missing"] == [404, "urn:backprop-playground:unknown-run"]
    assert told["lesson"] is True
