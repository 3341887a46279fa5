"""Exports predict as the playground does; generated source holds numbers and quoted strings, never code."""

import ast
import json
import runpy
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.data.scaling import SCALINGS
from app.runs.answers import answer
from app.runs.build import plan
from app.runs.catalog import catalog
from app.runs.choices import ACTIVATIONS
from app.runs.config import RunConfig
from app.runs.exporting.formats import FORMATS
from app.runs.filerequest import FileRequest
from app.runs.requests import TrainRequest
from app.runs.run import Run
from app.runs.tables import make

# What Keras asks of an array of PyTorch, NumPy calls outdated.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning:keras")

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
    return FORMATS[name].file(run, lambda: "{}").decode()


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
    file.write_bytes(FORMATS["numpy"].file(mixed(2), str))
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


@pytest.fixture(scope="module", autouse=True)
def keras_on_pytorch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keras computes with PyTorch, and writes its settings into a folder that goes away."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KERAS_BACKEND", "torch")
        patch.setenv("KERAS_HOME", str(tmp_path_factory.mktemp("keras")))
        yield


@pytest.mark.parametrize("number", range(len(ACTIVATIONS)), ids=list(ACTIVATIONS))
def test_the_pytorch_file_answers_as_the_run_does(number: int, tmp_path: Path) -> None:
    run = mixed(number)
    found = executed(source(run, "pytorch"), tmp_path)
    rows = run.plan.samples.inputs
    assert np.abs(found["predict"](rows) - run.predict(rows.tolist())).max() <= 1e-12


@pytest.mark.parametrize("number", range(len(ACTIVATIONS)), ids=list(ACTIVATIONS))
def test_the_keras_file_answers_in_float64_where_layers_of_keras_round(number: int, tmp_path: Path) -> None:
    run = mixed(number)
    found = executed(source(run, "keras"), tmp_path)
    rows = run.plan.samples.inputs
    assert np.abs(found["predict"](rows) - run.predict(rows.tolist())).max() <= 1e-12


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
    with np.load(BytesIO(FORMATS["npz"].file(run, lambda: '{"seed": 0}')), allow_pickle=False) as found:
        state, network = run.cursor.trainer.state(), run.plan.network
        parameters = {key: found[f"parameters/{key}"] for key in network.names}
        assert np.array_equal(network.pack(parameters), state.parameters)
        running = {key: found[f"running/{key}"] for key in network.unpack_running(state.running)}
        assert np.array_equal(network.pack_running(running), state.running)
        assert {key.split("/")[1] for key in found if key.startswith("optimizer/")} == {"mean", "square"}
        assert tuple(found["features"]) == run.plan.samples.features
        assert {"scaler/offset", "scaler/low", "scaler/high", "target_scaler/offset", "fills"} <= set(found)
        assert int(found["step"]) == 20
        assert json.loads(str(found["config"])) == {"seed": 0}


def test_an_uploaded_table_goes_into_every_source(tmp_path: Path) -> None:
    own = make(b"sex;size;y\nf;1,5;no\nm;2,5;yes\nm;;no\nf;2;yes\n", FileRequest(missing="mean", target="y"))
    run = Run(plan(RunConfig(dataset=own.name, test_fraction=0), own))
    found = executed(source(run, "numpy"), tmp_path)
    assert found["COLUMNS"] == ["sex=m", "size"]
    assert found["CLASSES"] == ["no", "yes"]


ROOMS = "district,size,price\n" + "".join(
    f"{['north', 'south', 'west'][k % 3]},{'' if k == 5 else 40 + 2 * k},{90_000 + 2_100 * k}\n" for k in range(30)
)
ROWS: list[dict[str, Any]] = [
    {"district": "north", "size": 71},
    {"district": "south", "size": None},
    {"district": None, "size": 50.5},
    {"size": 50},
    {"district": "nowhere", "size": 200},
]


def of_rows(text: str, target: str) -> Run:
    own = make(text.encode(), FileRequest(missing="mean", target=target))
    run = Run(plan(RunConfig(dataset=own.name), own))
    list(run.train(TrainRequest(steps=50, every=50)))
    return run


@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.parametrize("target", ["price", "district"])
def test_every_file_takes_the_rows_that_predict_takes(target: str, name: str, tmp_path: Path) -> None:
    run = of_rows(ROOMS, target)
    rows = ROWS if target == "price" else [{"size": 55, "price": 120_000}, {"size": None, "price": 99_000}]
    predict = executed(source(run, name), tmp_path)["predict"]
    assert np.abs(predict(rows) / answer(run, rows).outputs - 1).max() <= 1e-12
    inputs = run.plan.samples.inputs
    assert np.abs(predict(inputs) / run.predict(inputs.tolist()) - 1).max() <= 1e-12
    with pytest.raises(ValueError, match="no input column 'colour'"):
        predict([{"colour": 1}])


GERMAN = "Tag;Miete;Rabatt;Zahl;Preis\n" + "".join(
    f"{k % 28 + 1}.{k % 12 + 1}.2021;{1 + k % 3}.{100 + 7 * k},50 €;{k % 9},5 %;{'-999' if k == 4 else k};{k * k},25\n"
    for k in range(1, 31)
)
GERMAN_ROWS: list[dict[str, Any]] = [
    {"Tag": "4.3.2021", "Miete": "1.234,50 €", "Rabatt": "7,5%", "Zahl": "3", "Preis": "?"},
    {"Tag": "31.12.2022", "Miete": "999", "Rabatt": "8 %", "Zahl": "-999"},
    {"Tag": 18_690, "Miete": 1234.5, "Rabatt": 7.5, "Zahl": -999},
    {"Tag": "n/a", "Rabatt": "", "Zahl": None},
]


@pytest.mark.parametrize("name", SOURCES)
def test_every_file_reads_numbers_and_dates_as_the_table_was_written(name: str, tmp_path: Path) -> None:
    request = FileRequest(missing_values=["Zahl:-999"], missing_indicator="yes")
    own = make(GERMAN.encode(), request)
    run = Run(plan(RunConfig(dataset=own.name), own))
    list(run.train(TrainRequest(steps=5, every=5)))
    found = executed(source(run, name), tmp_path)
    assert np.abs(found["predict"](GERMAN_ROWS) / answer(run, GERMAN_ROWS).outputs - 1).max() <= 1e-12
    with pytest.raises(ValueError, match="'7 £' is not a finite number; 'Rabatt' holds without"):
        found["predict"]([{"Rabatt": "7 £"}])


@pytest.mark.parametrize("name", SOURCES)
def test_every_source_holds_categories_fills_and_the_scale_of_the_target(name: str, tmp_path: Path) -> None:
    run = of_rows(ROOMS, "price")
    text, samples = source(run, name), run.plan.samples
    compile(text, name, "exec")
    head = executed(_head(text), tmp_path)
    assert [(column[0], column[2]) for column in head["ROW_COLUMNS"]] == [
        ("district", ["north", "south", "west"]),
        ("size", []),
    ]
    assert [fill for column in head["ROW_COLUMNS"] for fill in column[1]] == samples.fills.tolist()
    assert head["TARGET_OFFSET"].tolist() == samples.target_scaler.offset.tolist()
    assert head["TARGET_SCALE"].tolist() == samples.target_scaler.scale.tolist()
    assert "* TARGET_SCALE + TARGET_OFFSET" in text
    assert "TARGET_SCALE" not in source(trained(2), name)


def _head(text: str) -> str:
    """What a source holds before it needs its own library: columns, fills, scales and `table`."""
    begin = text.index("import math")
    return "import numpy as np\ninf, nan = np.inf, np.nan\n" + text[begin : text.index("def prepare")]


def test_the_catalog_names_every_format() -> None:
    assert [item["name"] for item in catalog()["export_formats"]] == ["json", "npz", "numpy", "pytorch", "keras"]
