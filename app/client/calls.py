"""What can be asked of a run and of a server, each once; `run` and `playground` make it a method or a coroutine."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .exchange import Call, Work, answered, get, known, post
from .problems import Conflict
from .records import Evaluation, GradientCheck, Prediction, Samples, State, Step, Verdict
from .tables import rows_of
from .training import Training
from .values import layers, plain


def config_of(fields: Mapping[str, Any], activation: str) -> dict[str, Any]:
    """A RunConfig as JSON: `hidden` may hold numbers of units, `dataset` a table that was sent."""
    config = {name: plain(getattr(value, "name", value)) for name, value in fields.items()}
    if "hidden" in config:
        config["hidden"] = layers(config["hidden"], activation)
    return config


class RunCalls:
    """A run on a server.

    `id` names it, `config` is its RunConfig with every default filled in (start values apart), `at_step` is where it
    stood when the server last said so.
    """

    def __init__(self, url: str, fields: Mapping[str, Any]) -> None:
        self.root = url
        self.id: str = fields["id"]
        self.path = f"runs/{self.id}"
        self.config: dict[str, Any] = fields["config"]
        self.at_step: int = fields["step"]
        self.first_step: int = fields["first_step"]

    def __repr__(self) -> str:
        units = [str(layer["units"]) for layer in self.config["hidden"]]
        dataset = self.config["dataset"] if isinstance(self.config["dataset"], str) else "a table in place"
        return f"<run {self.id}: {dataset}, hidden [{', '.join(units)}], step {self.at_step}>"

    @property
    def url(self) -> str:
        """The address of the page that shows this run."""
        return f"{self.root}/?run={self.id}"

    def _moved(self, fields: Mapping[str, Any]) -> None:
        self.at_step = fields["step"]

    # What `run.train` and its kind return stands in `run`; the rest is here.

    def training(self, steps: int, **fields: Any) -> Training:
        return Training(self, steps, **fields)

    def refresh(self) -> Work[Mapping[str, Any]]:
        """The Run as JSON, as it stands now: evaluation, controls, changes, graph and all. NotFound."""
        fields: Mapping[str, Any] = yield from get(self.path)
        self._moved(fields)
        return fields

    def evaluate(self, step: int | None = None, surfaces: int = 0) -> Work[Evaluation]:
        """The network without dropout on all samples: now, or after a step. With `surfaces` N also every unit's value
        on an N × N grid of the input plane. NotFound where there is no such step."""
        asked = surfaces or None
        if step is not None:
            return Evaluation.of((yield from get(f"{self.path}/evaluations/{step}", surfaces=asked)))
        fields = yield from get(self.path, surfaces=asked)
        self._moved(fields)
        return Evaluation.of(fields["evaluation"])

    def step(self, step: int, detail: str = "full", spotlight: int | None = None) -> Work[Step]:
        """A training step again, exactly as it was computed: `run.step(17)["dW1"]`.

        `detail` is "full" or "summary"; `spotlight` is the index of a sample whose own values are wanted too. NotFound
        where the run has not come so far.
        """
        return Step.of((yield from get(f"{self.path}/steps/{step}", detail=detail, spotlight=spotlight)))

    def state(self, step: int | None = None) -> Work[State]:
        """Parameters, running averages and moments: now, or after a step (0: the start)."""
        if step is None:
            return State.of((yield from self.refresh()))
        return State.of((yield from get(f"{self.path}/states/{step}")))

    def patch(self, /, **changes: Any) -> Work[None]:
        """Changes `learning_rate`, `dropout`, `batch_size`, `momentum`, `l1`, `l2` or `clip_norm` (None: no limit) from
        the next step on, also while it trains. Invalid names what can't be; Conflict where another client moves it."""
        call = Call("PATCH", self.path, plain(changes))
        self._moved((yield from answered(call)).json())

    def rewind(self, step: int) -> Work[None]:
        """Back, or forward again, to the exact state after a step; training on repeats the same numbers. Conflict where
        the run has not been there, or is being trained."""
        self._moved((yield from post(f"{self.path}/rewind", {"step": step}, repeatable=True)))

    def predict(self, rows: Any) -> Work[Prediction]:
        """What the network answers, without dropout.

        `rows` is (rows, columns) numbers in the data's columns (an array, or lists; NaN: missing), or rows by column
        name with categories as text: a list of dicts, or a DataFrame of pandas or polars. Invalid names a row.
        """
        return Prediction.of((yield from post(f"{self.path}/predict", rows_of(rows), repeatable=True)))

    def gradcheck(self) -> Work[GradientCheck]:
        """Backpropagation against central differences, on the next step's batch and mask."""
        return GradientCheck.of((yield from get(f"{self.path}/gradcheck")))

    def samples(self) -> Work[Samples]:
        """What the run is trained and tested on, raw and as the network sees it."""
        return Samples.of((yield from get(f"{self.path}/samples")))

    def samples_csv(self, split: str = "all", scaled: bool = False) -> Work[str]:
        """The samples as a CSV table: `split` is "all", "train" or "test"; `scaled` as the network sees them."""
        query = {"format": "csv", "split": split, "scaled": "true" if scaled else "false"}
        return (yield from answered(Call("GET", f"{self.path}/samples", query=query))).content.decode()

    def export(self, format: str = "json") -> Work[bytes]:  # noqa: A002  the API's name
        """The run as a file: "json" opens again, "npz" is for numpy.load, "numpy", "pytorch" and "keras" are programs
        that give the same outputs."""
        return (yield from answered(Call("GET", f"{self.path}/export", query={"format": format}))).content

    def save(self, path: str | Path) -> Work[Path]:
        """Writes the run to a file that `Playground.open` opens again, exactly where it stands. OSError."""
        Path(path).write_bytes((yield from self.export()))
        return Path(path)

    def verdict(self, experiment: str, cure: str | None = None) -> Work[Verdict]:
        """What this run's numbers say to the claim of an experiment, or of one of its cures. Invalid, NotFound."""
        return Verdict.of((yield from get(f"{self.path}/verdict", experiment=experiment, cure=cure)))

    def answer(self, experiment: str, question: str, other: str | None = None) -> Work[Mapping[str, Any]]:
        """Whether the run answers a question of an experiment, as JSON: `answered`, `words`, `conditions`; `other` is
        the id of a second run where the question takes two."""
        found: Mapping[str, Any] = yield from get(f"{self.path}/questions/{experiment}/{question}", other=other)
        return found

    def instrument(self, name: str, /, **query: Any) -> Work[Mapping[str, Any]]:
        """What an instrument reads off the run, as JSON: "layer_profile", "limit", "checks", "pathsum", …"""
        found: Mapping[str, Any] = yield from get(f"{self.path}/{name}", **query)
        return found

    def delete(self) -> Work[None]:
        """The run is gone; every later call on it is NotFound."""
        yield from answered(Call("DELETE", self.path))

    def forked(self, step: int | None, changes: Mapping[str, Any], activation: str) -> Work[Any]:
        return (yield from post(f"{self.path}/forks", {**config_of(changes, activation), **known({"step": step})}))

    def curve(self, points: int) -> Work[tuple[Mapping[str, Any], list[Evaluation]]]:
        """The run as it stands, and evaluations spread evenly over its steps so far."""
        run = yield from self.refresh()
        first, last = max(run["first_step"], run["exact_from"]), run["step"]
        steps = sorted({first + round((last - first) * each / (points - 1)) for each in range(points)} - {last})
        found: list[Evaluation] = []
        for step in steps:
            try:
                found.append((yield from self.evaluate(step)))
            except Conflict:  # another machine computed it
                continue
        return run, [*found, Evaluation.of(run["evaluation"])]
