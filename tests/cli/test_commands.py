"""Commands that need no server: what they print, write and exit with."""

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from app.cli.program import NAME, program
from app.client import Playground

CONFIG: dict[str, Any] = {"dataset": "penguins", "scaling": "standard", "hidden": [], "learning_rate": 0.1}


def command(*arguments: str | Path, stdin: str | None = None) -> Result:
    return CliRunner().invoke(program, list(map(str, arguments)), prog_name=NAME, input=stdin)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.json"
    path.write_text(json.dumps(CONFIG))
    return path


@pytest.fixture
def saved(config: Path, tmp_path: Path) -> Path:
    path = tmp_path / "run.json"
    assert command("train", config, "--steps", 30, "--save", path, "--quiet").exit_code == 0
    return path


def test_a_config_is_trained_and_said_how_well(config: Path) -> None:
    done = command("train", config, "--steps", "20", "--every", "10")
    assert done.exit_code == 0
    first, second, last = done.stdout.splitlines()
    assert (first.split()[:2], second.split()[:2]) == (["step", "10"], ["step", "20"])
    assert last.startswith("Step 20: training loss ")
    assert "test accuracy" in last


def test_json_lines_are_those_of_the_api(config: Path, server_url: str) -> None:
    done = command("train", config, "--steps", "7", "--every", "3", "--json", "--detail", "full")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line.get("step") for line in lines] == [3, 6, 7, 7]
    assert done.stderr == ""
    with Playground(server_url) as play:
        run = play.run(**CONFIG)
        steps = list(run.train(7, every=3))
    assert steps[1]["dW1"].tolist() == next(each["value"] for each in lines[1]["tape"] if each["name"] == "dW1")


def test_a_saved_run_goes_on_where_it_stood(config: Path, saved: Path, tmp_path: Path) -> None:
    longer, whole = tmp_path / "longer.json", tmp_path / "whole.json"
    assert command("train", saved, "--steps", "20", "--save", longer, "--quiet").exit_code == 0
    assert command("train", config, "--steps", "50", "--save", whole, "--quiet").exit_code == 0
    assert longer.read_bytes() == whole.read_bytes()
    moment = {"config": CONFIG, "step": 50, "changes": []}
    done = command("export", "-", stdin=json.dumps(moment))
    assert json.loads(done.stdout)["parameters"] == json.loads(whole.read_bytes())["parameters"]


def test_a_link_is_trained_with_its_changes(server_url: str, tmp_path: Path) -> None:
    link = f"{server_url}/?dataset=xor&hidden=3tanh&seed=4&change=5:learning_rate:0.01&step=8"
    done = command("train", link, "--steps", "2", "--save", tmp_path / "run.json")
    assert done.exit_code == 0, done.output
    with Playground(server_url) as play:
        run = play.run(dataset="xor", hidden=[3], seed=4)
        run.train(5).wait()
        run.patch(learning_rate=0.01)
        run.train(5).wait()
        theirs, ours = run.state().parameters, play.open(tmp_path / "run.json").state().parameters
        assert all(np.array_equal(theirs[name], ours[name]) for name in theirs)
        copied = command("export", run.url, "--format", "json")
        assert json.loads(copied.stdout) == json.loads(run.export())
    lesson = command("train", f"{server_url}/?experiment=dying", "--steps", "1", "--json")
    assert json.loads(lesson.stdout.splitlines()[0])["step"] == 1


def test_a_run_that_overflows_exits_with_3() -> None:
    hot = {"dataset": "plane", "hidden": [{"units": 4, "activation": "relu"}] * 2, "learning_rate": 100}
    done = command("train", "-", "--quiet", stdin=json.dumps(hot))
    assert done.exit_code == 3
    assert "was not finite" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "stdin", "named"),
    [
        (["train", "-"], '{"learning_rate": -1}', "learning_rate"),
        (["train", "-"], '{"parameters": {"W9": [1]}}', "parameters.W9"),
        (["train", "-"], '{"start": {}}', "config"),
        (["train", "-"], "{", "not JSON"),
        (["train", "no/such.json"], "", "no/such.json"),
        (["train", "http://127.0.0.1/?lr=1"], "", "lr=1"),
        (["train", "http://127.0.0.1/?experiment=none"], "", "vanishing"),
        (["train", "-", "--steps", "0"], "{}", "--steps"),
        (["experiment", "none"], "", "vanishing"),
        (["export", "-", "--format", "onnx"], "{}", "pytorch"),
        (["--port", "0", "train", "-"], "{}", "--port belongs behind the command"),
        (["serve", "--workers", "2", "--store", "memory:"], "", "--workers"),
        (["fly"], "", "fly"),
    ],
)
def test_what_can_t_be_exits_with_2_and_is_named(arguments: list[str], stdin: str, named: str) -> None:
    done = command(*arguments, stdin=stdin)
    assert done.exit_code == 2
    assert named in done.stderr
    assert "Traceback" not in done.output


def test_an_experiment_holds_or_is_contradicted(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = command("experiment")
    assert "vanishing" in listed.stdout
    done = command("experiment", "symmetry", "--seeds", "2", "--quiet")
    assert done.exit_code == 0
    assert done.stdout.splitlines()[-1] == "Of 2 seeds: held with 2."
    monkeypatch.setattr("app.runs.verdicts.all_held", lambda _: False)
    done = command("experiment", "symmetry", "--json")
    assert done.exit_code == 4
    assert json.loads(done.stdout)["status"] == "contradicted"


def test_rows_of_a_file_are_answered(saved: Path, tmp_path: Path) -> None:
    rows = tmp_path / "rows.csv"
    rows.write_text(
        "id,bill_length_mm,bill_depth_mm,flipper_length_mm,body_mass_g\n1,46.1,13.2,211,4500\n2,39.1,,181,3750\n"
    )
    done = command("predict", saved, rows)
    assert done.exit_code == 0, done.output
    first, second = csv.DictReader(done.stdout.splitlines())
    assert (first["id"], first["species"], second["species"]) == ("1", "Gentoo", "Adelie")
    assert sum(float(first[f"P({name})"]) for name in ("Adelie", "Chinstrap", "Gentoo")) == pytest.approx(1)
    assert "row 2: bill_depth_mm is missing" in done.stderr
    as_json = [json.loads(line) for line in command("predict", saved, rows, "--json").stdout.splitlines()]
    assert [row["species"] for row in as_json] == ["Gentoo", "Adelie"]
    rows.write_text("length\n3\n")
    assert "its inputs are bill_depth_mm" in command("predict", saved, rows).stderr


def test_a_run_is_exported_in_every_format(saved: Path, tmp_path: Path) -> None:
    assert command("export", saved).stdout_bytes == saved.read_bytes()
    out = tmp_path / "run.npz"
    assert command("export", saved, "--format", "npz", "-o", out).exit_code == 0
    assert np.load(out)["parameters/W1"].tolist() == json.loads(saved.read_bytes())["parameters"]["W1"]
    assert "import torch" in command("export", saved, "--format", "pytorch").stdout
    assert command("export", saved, "--format", "samples").stdout.startswith("bill_length_mm,")


@pytest.mark.parametrize("name", [[], ["serve"], ["train"], ["experiment"], ["predict"], ["export"]])
def test_every_command_explains_itself(name: list[str]) -> None:
    done = command(*name, "--help")
    assert done.exit_code == 0
    assert "Usage: backprop-playground" in done.stdout
    assert len(done.stdout.splitlines()) > 8


def test_help_is_there_at_once_and_names_complete() -> None:
    """Nothing of the server or of the engine is loaded for it."""
    code = "import sys, app.cli.program; print({'numpy', 'fastapi', 'pydantic', 'httpx'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"
    env = {"_BACKPROP_PLAYGROUND_COMPLETE": "bash_complete", "COMP_WORDS": f"{NAME} experiment vani", "COMP_CWORD": "2"}
    assert "vanishing" in CliRunner(env=env).invoke(program, prog_name=NAME).output
