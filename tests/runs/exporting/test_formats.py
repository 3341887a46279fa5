"""Exports predict as the playground does; generated source holds numbers and quoted strings, never code."""

import ast
import json
import runpy
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.data.scaling import SCALINGS
from app.runs.build import plan
from app.runs.catalog import catalog
from app.runs.choices import ACTIVATIONS
from app.runs.config import FileRequest, RunConfig, TrainRequest
from app.runs.exporting.formats import FORMATS
from app.runs.run import Run
from app.runs.tables import make

SOURCES = ("numpy", "pytorch", "keras")
NAMES = ['"""\nimport os\n"""', "\\", "'", "a\u2028b", "{x}", "__import__('os')"]


def trained(steps: int = 20, **config: Any) -> Run:
    run = Run(plan(RunConfig.model_validate(config)))
    list(run.train(TrainRequest(steps=steps, every=steps)))
    return run


def mixed(number: int) -> Run:
    """A run like no other: each has an activation, a scaling, a data set and a task of its own."""
    names, scalings = list(ACTIVATIONS), list(SCALINGS)
    datasets = ["circles", "blobs3", "penguins", "house_prices", "hills", "housing", "spirals3", "moons"]
    hidden = [
        {"units": 5, "activation": names[number], "batch_norm": number % 2 == 0, "dropout": [0.0, 0.2][number % 2]},
        {"units": 3, "activation": names[number - 3]},
    ]
    config: dict[str, Any] = {"dataset": datasets[number], "scaling": scalings[number % 5], "hidden": hidden}
    if number % 2 == 0 and datasets[number] != "penguins":
        config["features"] = ["x1^2", "x2^2", "x1*x2", "sin(x1)", "sin(x2)", "x2", "x1"]
    if datasets[number] in ("hills", "house_prices"):
        config["output_activation"] = ["tanh", "sigmoid"][number % 2]
    return trained(**config, learning_rate=0.05)


def named_columns() -> Run:
    table = {"inputs": [[k, k * k, 1, 2, 3, 4] for k in range(6)], "targets": ["'", "\n"] * 3, "task": "binary"}
    return trained(2, dataset=table | {"columns": NAMES}, test_fraction=0)


def source(run: Run, name: str) -> str:
    return FORMATS[name].file(run, "{}").decode()


def executed(text: str, folder: Path) -> dict[str, Any]:
    file = folder / "model.py"
    file.write_text(text, encoding="utf-8")
    return runpy.run_path(str(file))


@pytest.mark.parametrize("number", range(len(ACTIVATIONS)), ids=list(ACTIVATIONS))
def test_the_numpy_file_answers_as_the_run_does(number: int, tmp_path: Path) -> None:
    run = mixed(number)
    found = executed(source(run, "numpy"), tmp_path)
    rows = run.plan.samples.inputs
    assert np.abs(found["predict"](rows) - run.predict(rows.tolist())).max() <= 1e-12
    assert tuple(found["CLASSES"]) == run.plan.samples.classes


def test_the_numpy_file_tests_itself_when_run(tmp_path: Path) -> None:
    file = tmp_path / FORMATS["numpy"].filename
    file.write_bytes(FORMATS["numpy"].file(mixed(2), ""))
    done = subprocess.run([sys.executable, "-I", file], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert float(done.stdout.rpartition(":")[2]) <= 1e-12
    assert done.stderr == ""


def test_a_layer_that_was_always_dropped_stays_left_out(tmp_path: Path) -> None:
    run = trained(hidden=[{"units": 4, "activation": "tanh"}], dropout=1.0)
    found = executed(source(run, "numpy"), tmp_path)
    rows = run.plan.samples.inputs[:5]
    assert np.array_equal(found["predict"](rows), run.predict(rows.tolist()))
    assert "LeftOut()" in source(run, "pytorch")
    assert "Activation(left_out)" in source(run, "keras")


def test_the_keras_file_says_where_it_is_not_float64() -> None:
    text = source(mixed(0), "keras")
    assert 'keras.config.set_floatx("float64")' in text
    assert "with TensorFlow so is all that is computed" in text
    assert "off by about 1e-7" in text
    assert "in float64" not in ast.get_docstring(ast.parse(text))  # type: ignore[operator]


def test_what_overflowed_is_still_written(tmp_path: Path) -> None:
    table = {"inputs": [[1, None], [2, 3], [4, 5]], "targets": [0, 1, 1], "task": "binary"}
    run = trained(2, dataset=table, test_fraction=0, scaling="standard")
    assert run.stopped
    for name in SOURCES:
        compile(source(run, name), name, "exec")
    assert np.isnan(executed(source(run, "numpy"), tmp_path)["predict"]([[1.0, 2.0]])).all()


@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.parametrize("number", range(len(ACTIVATIONS)), ids=list(ACTIVATIONS))
def test_every_parameter_is_in_the_source_to_the_last_bit(number: int, name: str) -> None:
    run = mixed(number)
    tree = ast.parse(source(run, name))
    found = [
        np.array(ast.literal_eval(node))
        for node in ast.walk(tree)
        if isinstance(node, ast.List) and _holds_numbers(node)
    ]
    named = run.plan.network.unpack(run.cursor.trainer.state().parameters)
    for key, value in named.items():
        wanted = value.T if name == "pytorch" and key.startswith("W") else value
        assert any(array.shape == wanted.shape and np.array_equal(array, wanted) for array in found), key


def _holds_numbers(node: ast.List) -> bool:
    kinds = (ast.Constant, ast.UnaryOp, ast.List, ast.USub, ast.Load)
    inner = list(ast.walk(node))
    numbers = [part for part in inner if isinstance(part, ast.Constant)]
    return bool(numbers) and all(isinstance(part, kinds) for part in inner) and isinstance(numbers[0].value, float)


@pytest.mark.parametrize("name", SOURCES)
def test_names_from_outside_are_strings_and_nothing_else(name: str) -> None:
    hostile, plain = source(named_columns(), name), source(trained(2), name)
    tree = ast.parse(hostile)
    strings = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    assert set(NAMES) <= strings
    assert _calls(tree) <= _calls(ast.parse(plain))
    assert hostile.isascii()


def _calls(tree: ast.AST) -> set[str]:
    return {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}


def test_uploaded_columns_named_like_formulas_stay_columns(tmp_path: Path) -> None:
    table = {"inputs": [[k, -k] for k in range(8)], "targets": [0, 1] * 4, "task": "binary", "columns": ["x2", "x1^2"]}
    run = trained(3, dataset=table, features=["x1^2", "x1", "x2"])
    found = executed(source(run, "numpy"), tmp_path)
    rows = run.plan.samples.inputs
    assert np.abs(found["predict"](rows) - run.predict(rows.tolist())).max() <= 1e-12


def test_an_archive_holds_every_array_and_loads_without_pickle() -> None:
    hidden = [{"units": 4, "activation": "relu", "batch_norm": True}]
    run = trained(dataset="penguins", scaling="clip", hidden=hidden, optimizer="adam")
    with np.load(BytesIO(FORMATS["npz"].file(run, '{"seed": 0}')), allow_pickle=False) as found:
        state, network = run.cursor.trainer.state(), run.plan.network
        parameters = {key: found[f"parameters/{key}"] for key in network.names}
        assert np.array_equal(network.pack(parameters), state.parameters)
        running = {key: found[f"running/{key}"] for key in network.unpack_running(state.running)}
        assert np.array_equal(network.pack_running(running), state.running)
        assert {key.split("/")[1] for key in found if key.startswith("optimizer/")} == {"mean", "square"}
        assert tuple(found["features"]) == run.plan.samples.features
        assert {"scaler/offset", "scaler/low", "scaler/high"} <= set(found)
        assert int(found["step"]) == 20
        assert json.loads(str(found["config"])) == {"seed": 0}


def test_an_uploaded_table_goes_into_every_source(tmp_path: Path) -> None:
    own = make(b"sex;size;y\nf;1,5;no\nm;2,5;yes\nm;;no\nf;2;yes\n", FileRequest(missing="mean", target="y"))
    run = Run(plan(RunConfig(dataset=own.name, test_fraction=0), own))
    found = executed(source(run, "numpy"), tmp_path)
    assert found["COLUMNS"] == ["sex=f", "sex=m", "size"]
    assert found["CLASSES"] == ["no", "yes"]


def test_the_catalog_names_every_format() -> None:
    assert [item["name"] for item in catalog()["export_formats"]] == ["json", "npz", "numpy", "pytorch", "keras"]
