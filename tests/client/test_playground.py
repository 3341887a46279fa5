"""Runs from Python: the same numbers as over HTTP, as arrays, waiting or awaited."""

import json
import math
import os
import select
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import httpx
import numpy as np
import pytest

from app.client import AsyncPlayground, Conflict, Disconnected, Invalid, NotFound, Playground, Step

HARD: dict[str, Any] = {"dataset": "moons", "hidden": [4, 3], "dropout": 0.25, "optimizer": "adam", "batch_size": 8}
CSV = "size,rooms,sold\n" + "\n".join(f"{40 + 3 * n},{1 + n % 4},{'yes' if n % 3 else 'no'}" for n in range(30))


@pytest.fixture
def play(server_url: str) -> Iterator[Playground]:
    with Playground(server_url) as found:
        yield found


def same(one: Step, other: Step) -> bool:
    return one.step == other.step and all(
        np.array_equal(one.parameters[name], other.parameters[name]) and one.loss == other.loss
        for name in one.parameters
    )


def test_a_run_trains_and_every_step_is_there_as_arrays(play: Playground, server_url: str) -> None:
    run = play.run(**HARD)
    steps = list(run.train(20, evaluate_every=8))
    assert [step.step for step in steps] == list(range(1, 21))
    step = run.step(17)
    assert same(step, steps[16])
    wire = httpx.get(f"{server_url}/api/runs/{run.id}/steps/17").json()
    records = {record["name"]: record for record in wire["tape"]}
    assert step["dW1"].shape == (2, 4)
    assert step["dW1"].tolist() == records["dW1"]["value"]
    assert step["W2"].tolist() == wire["parameters"]["W2"]
    assert step["y"].tolist() == wire["batch"]["targets"]
    assert step.record("dW2").reads == ("dz2", "d1")
    mask = step.record("d1").mask
    assert mask is not None
    assert mask.tolist() == records["d1"]["mask"]
    assert np.array_equal(steps[17]["W1"], step["W1"] + step["update"]["W1"])
    with pytest.raises(KeyError, match="dW1"):
        step["dw1"]
    with pytest.raises(ValueError, match="read-only"):
        step["W1"][0, 0] = 0


def test_evaluations_come_with_the_steps_and_alone(play: Playground) -> None:
    run = play.run(dataset="xor", hidden=[{"units": 4, "activation": "relu"}])
    training = run.train(20, every=20, detail="summary", evaluate_every=8, surfaces=5)
    (step,) = training
    assert step.record("dW1").summary["norm"] == step.record("dW1").norm
    with pytest.raises(KeyError, match="summary"):
        step["dW1"]
    assert [found.step for found in training.evaluations] == [8, 16]
    last = training.evaluation
    assert last is not None
    assert last.surfaces is not None
    assert [layer.shape for layer in last.surfaces.layers] == [(4, 5, 5), (1, 5, 5)]
    assert last.confusion is not None
    assert last.confusion["train"].sum() == 201
    assert run.evaluate(8).train_loss == training.evaluations[0].train_loss
    assert run.evaluate().train_loss == last.train_loss


def test_a_run_is_changed_rewound_forked_and_measured(play: Playground) -> None:
    run = play.run(**HARD)
    first = list(run.train(10))
    run.patch(learning_rate=0.01, clip_norm=None)
    assert next(iter(run.train(1))).learning_rate == 0.01
    run.rewind(3)
    assert run.at_step == 3
    assert same(next(iter(run.train(1))), first[3])
    fork = run.fork(2, learning_rate=1.0)
    assert (fork.at_step, fork.config["learning_rate"]) == (2, 1.0)
    assert run.gradcheck().max_relative_error < 1e-5
    assert run.state(0).parameters["W1"].tolist() == first[0]["W1"].tolist()
    assert set(run.state().optimizer) == {"mean", "square"}
    outputs = run.predict(np.array([[0.5, -0.5], [math.nan, 0.0]])).outputs
    assert outputs.shape == (2, 1)
    verdict = run.experiment("vanishing").verdict()
    assert (verdict.status, verdict.held) == ("outside", None)
    assert run.experiment("vanishing").answer("depth")["answered"] is False
    assert len(run.instrument("layer_profile")["layers"]) > 2
    fork.delete()
    with pytest.raises(NotFound) as caught:
        fork.evaluate()
    assert (caught.value.status, caught.value.type) == (404, "unknown-run")


def test_what_is_wrong_is_named_field_by_field(play: Playground) -> None:
    with pytest.raises(Invalid) as caught:
        play.run(learning_rate=-1, hidden=[{"units": 99, "activation": "tanh"}])
    assert {error["path"] for error in caught.value.errors} == {"learning_rate", "hidden[0].units"}
    assert caught.value.title in str(caught.value)
    run = play.run(dataset="plane", hidden=[{"units": 4, "activation": "relu"}] * 2, learning_rate=100)
    training = run.train(200)
    *_, last = training
    assert not last.finite
    assert training.evaluation is not None
    assert training.evaluation.stopped == "not_finite"
    with pytest.raises(Conflict) as refused:
        run.train(1).wait()
    assert refused.value.type == "not-finite"


def test_leaving_the_loop_ends_the_training_on_a_whole_step(play: Playground) -> None:
    run = play.run()
    for step in run.train(100_000):
        if step.step == 5:
            break
    assert run.at_step >= 5
    run.rewind(5)  # nobody holds it any more
    assert [step.step for step in run.train(2)] == [6, 7]


def test_steps_follow_upon_where_somebody_else_has_moved_the_run(play: Playground) -> None:
    run = play.run()
    play.get(run.id).train(3).wait()
    assert [step.step for step in run.train(2)] == [4, 5]


def test_a_saved_run_opens_where_it_stood(play: Playground, tmp_path: Path) -> None:
    run = play.run(**HARD)
    run.train(10).wait()
    run.patch(dropout=0.5)
    run.train(10).wait()
    path = run.save(tmp_path / "run.json")
    for file in (path, str(path), path.read_bytes(), json.loads(path.read_text())):
        opened = play.open(file)
        assert opened.at_step == 20
    assert all(map(same, opened.train(20), run.train(20)))
    assert same(opened.step(5), run.step(5))
    assert b"import torch" in run.export("pytorch")


class Frame:
    """As a DataFrame of pandas writes itself."""

    def to_csv(self, index: bool) -> str:
        assert not index
        return CSV


def test_a_table_is_sent_as_a_path_or_as_a_frame(play: Playground, tmp_path: Path) -> None:
    (tmp_path / "flats.csv").write_text(CSV)
    for source in (tmp_path / "flats.csv", Frame(), CSV.encode()):
        table = play.table(source, target="sold", left_out=["rooms"], missing_indicator=False)
        assert (table.columns, table.classes, table.rows) == (("size",), ("no", "yes"), 30)
    named = play.table(tmp_path / "flats.csv", target="sold", as_=["rooms:categories"])
    assert named.title == "flats.csv"
    assert len(named.columns) == 5
    run = play.run(dataset=play.table(Frame(), target="sold"))
    run.train(5).wait()
    assert len(run.predict(Frame()).answers or ()) == 30, "the target's column may be there"
    found = run.predict([{"size": np.float64(70), "rooms": math.nan}, {"size": "82", "rooms": None}])
    assert found.answers is not None
    assert found.answers[0]["class"] in ("yes", "no")
    assert found.notes is not None
    assert [notes[0]["kind"] for notes in found.notes] == ["filled", "filled"]
    assert run.predict({"size": 70}).outputs.tolist() == found.outputs[:1].tolist()
    assert run.samples().inputs.shape == (30, 2)
    assert run.samples_csv("train").splitlines()[0] == "size,rooms,sold"
    with pytest.raises(TypeError, match="DataFrame"):
        play.table(7)


def test_a_run_shows_itself_as_a_picture(play: Playground) -> None:
    run = play.run(dataset="blobs3", hidden=[3])
    run.train(30).wait()
    drawing = ElementTree.fromstring(run._repr_svg_())
    names = {"svg": "http://www.w3.org/2000/svg"}
    titles = [title.text or "" for title in drawing.iterfind(".//svg:title", names)]
    weights = run.state().parameters
    assert len([text for text in titles if text.startswith("W")]) == 2 * 3 + 3 * 3
    assert f"W1[1][2] = {weights['W1'][1, 2]:.3g}".replace("-", "−") in titles
    curves = [line.get("points", "").split() for line in drawing.iterfind(".//svg:polyline", names)]
    assert [len(points) for points in curves] == [25, 25]
    assert "step 30" in run.picture().caption
    assert "<svg" in run._repr_html_()
    assert f"/?run={run.id}&amp;embed=1" in run.show()._repr_html_()


def test_progress_is_one_line_where_nobody_watches(play: Playground, capsys: pytest.CaptureFixture[str]) -> None:
    run = play.run()
    run.train(7, progress=True).wait()
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("step 7/7 ")
    assert said.err.count("\n") == 1


@pytest.mark.anyio
async def test_every_call_can_be_awaited(server_url: str, tmp_path: Path) -> None:
    async with AsyncPlayground(server_url) as play:
        run = await play.run(**HARD)
        steps = [step async for step in run.train(10)]
        assert same(await run.step(7), steps[6])
        async for step in run.train(100_000):
            if step.step == 13:
                break
        await run.rewind(10)
        last = await run.train(5, every=5).wait()
        assert last.train_loss == (await run.evaluate()).train_loss
        opened = await play.open(await run.save(tmp_path / "run.json"))
        fork = await opened.fork(3)
        assert (opened.at_step, fork.at_step) == (15, 3)
        assert "step 15" in (await run.picture()).caption
        assert (await run.experiment("vanishing").verdict()).status == "outside"
        assert "circles" in {each["name"] for each in (await play.catalog())["datasets"]}
        with pytest.raises(NotFound):
            await play.get("no-such-run")


def test_nobody_at_an_address_is_told_after_some_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("app.client.transport.time.sleep", slept.append)
    with Playground("http://127.0.0.1:9") as play, pytest.raises(Disconnected) as caught:
        play.run()
    assert not caught.value.sent
    assert slept == [0.25, 0.5, 1, 2, 4, 8, 10, 10]


OWN = """
import sys
from app import Playground
play = Playground()
run = play.run()
print(run.train(3).wait().step, play._server.pid, flush=True)
sys.stdin.read()
"""


def test_a_server_of_its_own_ends_with_the_program_however_that_ends() -> None:
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", OWN], text=True, stdin=pipe, stdout=pipe) as program:
        assert program.stdout is not None
        step, pid = map(int, program.stdout.readline().split())
        assert step == 3
        server = os.pidfd_open(pid)
        program.kill()
    assert select.select([server], [], [], 60)[0], "the server outlived its program"
    os.close(server)
