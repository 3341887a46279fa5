"""Everything an experiment can measure in a run, by name: one number each, or None where there is none."""

import math
from collections.abc import Callable, Generator
from dataclasses import dataclass

import numpy as np

from app.engine import curvature, ensemble, paths, pathsum, signal
from app.engine.health import EXPLODING_LOSS, LEAST_LOSS, decades
from app.engine.masks import Masks
from app.engine.network import Array
from app.engine.tape import Step
from app.runs.facts import Facts
from app.runs.walker import Walker

OVERFLOW = 1.34e154
"""The square of anything larger is no number of float64."""

SUM_LIMIT = 3_000_000
"""Multiplications that a verdict spends on a sum over paths: about half a second."""

MEMBERS = 64
MASKS = 5_000
"""Steps whose masks are counted, the last ones."""


@dataclass(frozen=True)
class Measure:
    """A number that a run has. `replay` says that the losses of all its steps are needed to know it."""

    name: str
    title: str
    unit: str
    kind: str  # number | percent | integer | seconds | yes
    take: Callable[[Facts], float | None]
    replay: bool = False


def value(facts: Facts, name: str) -> float | None:
    """The measure of that name; None where it is not there, or is not a number. Infinity is None too."""
    with facts.lock:
        if name not in facts.values:
            with np.errstate(all="ignore"):
                taken = MEASURES[name].take(facts)
            usable = taken is not None and math.isfinite(taken)
            facts.values[name] = float(taken) if usable and taken is not None else None
        return facts.values[name]


# Weights


def _moved(facts: Facts, names: tuple[str, ...]) -> float:
    """The largest change of any number in these parameters; 0 where there are none. NaN where one is no number."""
    before, after = facts.named(facts.start), facts.named(facts.now)
    return max((float(np.abs(after[name] - before[name]).max()) for name in names), default=0.0)


def _moved_share(facts: Facts) -> float | None:
    before, after = facts.named(facts.start)["W1"], facts.named(facts.now)["W1"]
    size = float(np.linalg.norm(before))
    return float(np.linalg.norm(after - before)) / size if size > 0 else None


def _all_but_last_bias(facts: Facts) -> tuple[str, ...]:
    last = len(facts.plan.network.spec.hidden) + 1
    return tuple(name for name in facts.plan.network.names if name != f"b{last}")


def _spread(facts: Facts) -> float | None:
    """The largest difference between two units of a hidden layer in the weights they receive through one edge."""
    named, hidden = facts.named(facts.now), facts.plan.network.spec.hidden
    spreads = [float(np.ptp(named[f"W{k}"], axis=1).max()) for k in range(1, len(hidden) + 1)]
    return max(spreads, default=None)


def _nan_share(facts: Facts) -> float:
    return float(np.isnan(facts.now.state.parameters).mean())


# Gradients at the start


def roots(facts: Facts) -> tuple[float, ...]:
    """rms(dL/dz) of every layer before the first step, as training computes them."""
    return signal.gradient_roots(facts.plan.network, facts.start.state.parameters, facts.whole)


def _slope(facts: Facts) -> float | None:
    return decades(roots(facts)[:-1]) if facts.start.state.step == 0 else None


def _per_layer(facts: Facts) -> float | None:
    slope = value(facts, "gradient_slope")
    return None if slope is None else 10**slope


def _first_over_last(facts: Facts) -> float | None:
    found = roots(facts)[:-1]
    return found[0] / found[-1] if len(found) > 1 and found[-1] > 0 and facts.start.state.step == 0 else None


def _noise_slope(facts: Facts) -> float | None:
    if facts.start.state.step > 0:
        return None
    inputs = facts.whole.inputs
    return signal.signal_to_noise(
        facts.plan.network, facts.start.state.parameters, inputs, facts.plan.config.seed
    ).per_layer


# Explosions


def _exploded_at(facts: Facts) -> float | None:
    """The first step whose loss is not finite, or above a million times the first; None where there is none."""
    most = EXPLODING_LOSS * max(facts.at_start.train_loss, LEAST_LOSS)
    for number, loss in enumerate(facts.losses, facts.start.state.step + 1):
        if not loss <= most:
            return number
    return facts.step if not facts.finite or not facts.evaluation.train_loss <= most else None


def _exploded(facts: Facts) -> float:
    return float(_exploded_at(facts) is not None)


def _stopped_at(facts: Facts) -> float | None:
    return None if facts.finite else facts.step


def _rate_limit(facts: Facts) -> float | None:
    start, settings = facts.start.state.parameters, facts.plan.controls.settings
    return curvature.curvature(facts.plan.network, start, facts.whole, settings.l2).limit


def _rate_over_limit(facts: Facts) -> float | None:
    limit = value(facts, "rate_limit")
    return None if limit is None else facts.controls.settings.learning_rate / limit


def _growth(facts: Facts) -> float | None:
    """|1 − lr·λ|: by how much the error along the steepest direction is multiplied in a step."""
    limit = value(facts, "rate_limit")
    return None if limit is None else abs(1 - 2 * facts.plan.controls.settings.learning_rate / limit)


def _predicted_stop(facts: Facts) -> float | None:
    """The step whose loss overflows, as predicted from the data alone: ln(1.34e154)/ln(growth) steps later."""
    growth = value(facts, "error_growth")
    if growth is None or growth <= 1 or not curvature.is_linear_unit(facts.plan.network):
        return None
    return 1 + math.log(OVERFLOW) / math.log(growth)


def _prediction_error(facts: Facts) -> float | None:
    predicted, stopped = value(facts, "predicted_stop"), value(facts, "stopped_at")
    return None if predicted is None or stopped is None else abs(stopped - predicted)


# Units


def _units(facts: Facts) -> int:
    return sum(layer.units for layer in facts.plan.network.spec.hidden)


def _dead_share(facts: Facts) -> float | None:
    units = _units(facts)
    return sum(layer.dead for layer in facts.evaluation.health.layers) / units if units else None


def _dead_at_start(facts: Facts) -> float | None:
    units = _units(facts)
    return sum(layer.dead for layer in facts.at_start.health.layers) / units if units else None


def _dead_then(facts: Facts) -> float | None:
    units = _units(facts)
    return sum(layer.dead for layer in facts.at_since.health.layers) / units if units and facts.at_since else None


def _loss_then(facts: Facts) -> float | None:
    return facts.at_since.train_loss if facts.at_since else None


def _dead_weights_moved(facts: Facts) -> float | None:
    """How far the incoming weights of first-layer units that were dead when the cure began have moved since."""
    if facts.since is None or facts.at_since is None or not facts.plan.network.spec.hidden:
        return None
    dead = list(facts.at_since.health.layers[0].dead_units)
    if not dead:
        return None
    before, after = facts.named(facts.since)["W1"], facts.named(facts.now)["W1"]
    return float(np.abs(after[:, dead] - before[:, dead]).max())


def _saturated_at_start(facts: Facts) -> float | None:
    units = _units(facts)
    return sum(layer.saturated for layer in facts.at_start.health.layers) / units if units else None


# Data


def _kappa(facts: Facts) -> float | None:
    return curvature.kappa(facts.whole.inputs)


def _lowest_tenth(facts: Facts) -> float | None:
    return lowest_tenth(facts.whole.inputs)


def lowest_tenth(values: Array) -> float | None:
    """Of the column with the longest tail: the share of its values in the lowest tenth of its range."""
    shares = []
    for column in values.T:
        known = column[np.isfinite(column)]
        spread = float(np.ptp(known)) if known.size else 0.0
        if spread > 0:
            shares.append(float((known < known.min() + spread / 10).mean()))
    return max(shares, default=None)


def _base_rate(facts: Facts) -> float | None:
    """The loss of the best constant answer to the training split."""
    spec, targets = facts.plan.network.spec, facts.whole.targets
    mean = targets.mean(axis=0)
    if spec.loss == "squared_error":
        return float(0.5 * ((targets - mean) ** 2).sum(axis=1).mean())
    shares = np.array([mean[0], 1 - mean[0]]) if spec.loss == "binary_cross_entropy" else mean
    return float(-sum(share * math.log(share) for share in shares if share > 0))


def _above_base_rate(facts: Facts) -> float | None:
    base = _base_rate(facts)
    return None if base is None else abs(facts.evaluation.train_loss - base)


def _gap(facts: Facts) -> float | None:
    test = facts.evaluation.test_loss
    return None if test is None else test - facts.evaluation.train_loss


# Ensembles


def members(facts: Facts) -> ensemble.Members:
    state = facts.now.state
    return ensemble.Members(
        facts.plan.network,
        state.parameters,
        state.running,
        facts.controls.settings.dropout,
        facts.plan.config.seed,
    )


def asked(facts: Facts) -> ensemble.Ensemble | None:
    """64 members asked about the test split; None where nothing may drop."""
    group = members(facts)
    return ensemble.ensemble(group, *facts.test, MEMBERS) if group.units else None


def _of_ensemble(read: Callable[[ensemble.Ensemble], float | None]) -> Callable[[Facts], float | None]:
    def take(facts: Facts) -> float | None:
        found = _asked_once(facts)
        return None if found is None else read(found)

    return take


def _asked_once(facts: Facts) -> ensemble.Ensemble | None:
    if "ensemble" not in facts.kept:
        facts.kept["ensemble"] = asked(facts)
    found: ensemble.Ensemble | None = facts.kept["ensemble"]
    return found


def _masks_drawn(facts: Facts) -> float | None:
    """How many different masks the steps so far had, at the rates in force now; None where each sample has its own."""
    spec, rates = facts.plan.network.spec, facts.controls.settings.dropout
    if spec.dropout_mask == "per_sample":
        return None
    masks = Masks(facts.plan.config.seed, spec, rates)
    rows = sum(layer.units + 1 for layer in spec.hidden)
    keep, seen = np.zeros((rows, 1)), set()
    for step in range(max(facts.start.state.step, facts.step - MASKS) + 1, facts.step + 1):
        masks.write(step, keep)
        seen.add(keep.tobytes())
    return len(seen)


def _sixteen(found: ensemble.Ensemble) -> float | None:
    losses = {average.members: average.loss for average in found.averages}
    one, sixteen = losses.get(1), losses.get(16)
    return sixteen - one if one is not None and sixteen is not None else None


# Paths


def _path_multiplications(facts: Facts) -> float:
    return paths.path_multiplications(facts.plan.network.spec, facts.controls.settings.dropout)


def next_step(facts: Facts) -> Step:
    """The step that would come now, recorded; nothing moves."""
    return Walker(facts.plan, facts.now, {}).record()


def _tape_multiplications(facts: Facts) -> float:
    return sum(record.multiplications for record in next_step(facts).tape if record.phase != "update")


def _path_sum(facts: Facts) -> pathsum.PathSum | None:
    """The sum of the next step's first sample, path by path; None where that would take too long here."""
    if _path_multiplications(facts) > SUM_LIMIT:
        return None
    if "paths" not in facts.kept:
        step = next_step(facts)
        facts.kept["paths"] = _done(
            pathsum.path_sum(step, facts.plan.network, (step.batch.inputs[0], step.batch.targets[0], 0))
        )
    found: pathsum.PathSum = facts.kept["paths"]
    return found


def _done(work: Generator[None, None, pathsum.PathSum]) -> pathsum.PathSum:
    """What slices of work return, done at once: a measure is taken where nobody waits."""
    while True:
        try:
            next(work)
        except StopIteration as done:
            found: pathsum.PathSum = done.value
            return found


def _path_seconds(facts: Facts) -> float | None:
    found = _path_sum(facts)
    return None if found is None else found.seconds


def _path_difference(facts: Facts) -> float | None:
    found = _path_sum(facts)
    return None if found is None else found.largest_difference / max(found.largest_gradient, 1e-300)


def _rate(dropout: tuple[float, ...]) -> float | None:
    return max(dropout, default=None)


def _list(*found: Measure) -> dict[str, Measure]:
    return {item.name: item for item in found}


MEASURES: dict[str, Measure] = _list(
    Measure("step", "steps trained", "steps", "integer", lambda f: f.step),
    Measure("began_at", "step it began with", "", "integer", lambda f: f.start.state.step),
    Measure("train_loss", "training loss", "", "number", lambda f: f.evaluation.train_loss),
    Measure("test_loss", "test loss", "", "number", lambda f: f.evaluation.test_loss),
    Measure("first_loss", "training loss before the first step", "", "number", lambda f: f.at_start.train_loss),
    Measure("gap", "test loss − training loss", "", "number", _gap),
    Measure("train_accuracy", "training accuracy", "", "percent", lambda f: f.evaluation.train_accuracy),
    Measure("test_accuracy", "test accuracy", "", "percent", lambda f: f.evaluation.test_accuracy),
    Measure("base_rate", "loss of the best constant answer", "", "number", _base_rate),
    Measure("above_base_rate", "distance from the best constant answer's loss", "", "number", _above_base_rate),
    Measure("first_weights_moved", "largest change in W1", "", "number", lambda f: _moved(f, ("W1",))),
    Measure("first_weights_moved_share", "change of W1 beside its size", "", "percent", _moved_share),
    Measure(
        "all_but_bias_moved",
        "largest change in anything but the output's bias",
        "",
        "number",
        lambda f: _moved(f, _all_but_last_bias(f)),
    ),
    Measure("unit_spread", "largest difference between two units of a layer", "", "number", _spread),
    Measure("nan_share", "parameters that are no number", "", "percent", _nan_share),
    Measure("gradient_slope", "gradient, decades a layer", "decades a layer", "number", _slope),
    Measure("shrink_per_layer", "gradient, factor a layer", "×", "number", _per_layer),
    Measure("first_over_last", "gradient of the first hidden layer ÷ the last", "", "number", _first_over_last),
    Measure("noise_slope", "signal against noise, decibels a layer", "dB a layer", "number", _noise_slope),
    Measure("exploded", "exploded", "", "yes", _exploded, replay=True),
    Measure("exploded_at", "step at which it exploded", "", "integer", _exploded_at, replay=True),
    Measure("stopped_at", "step at which numbers ended", "", "integer", _stopped_at),
    Measure("rate_limit", "largest stable learning rate, 2/λmax", "", "number", _rate_limit),
    Measure("rate_over_limit", "learning rate ÷ the limit", "", "number", _rate_over_limit),
    Measure("error_growth", "growth of the error in a step", "×", "number", _growth),
    Measure("predicted_stop", "step at which it should overflow", "", "number", _predicted_stop),
    Measure("prediction_error", "steps between prediction and overflow", "steps", "number", _prediction_error),
    Measure("dead_share", "dead units", "", "percent", _dead_share),
    Measure("dead_at_start", "dead units before the first step", "", "percent", _dead_at_start),
    Measure("dead_then", "dead units when the cure began", "", "percent", _dead_then),
    Measure("loss_then", "training loss when the cure began", "", "number", _loss_then),
    Measure("dead_weights_moved", "largest change in a dead unit's weights since", "", "number", _dead_weights_moved),
    Measure("saturated_at_start", "saturated units before the first step", "", "percent", _saturated_at_start),
    Measure("kappa", "condition κ of the data", "", "number", _kappa),
    Measure("empty_cells", "empty cells in the table", "", "integer", lambda f: np.isnan(f.plan.samples.inputs).sum()),
    Measure("lowest_tenth", "points in the lowest tenth of an axis", "", "percent", _lowest_tenth),
    Measure("member_loss", "test loss of a single sub-network", "", "number", _of_ensemble(lambda e: e.member_loss)),
    Measure("average_loss", "test loss of their average", "", "number", _of_ensemble(lambda e: e.average_loss)),
    Measure("used_loss", "test loss of the network in use", "", "number", _of_ensemble(lambda e: e.used_loss)),
    Measure(
        "average_gain",
        "single − average, in test loss",
        "",
        "number",
        _of_ensemble(lambda e: e.member_loss - e.average_loss),
    ),
    Measure("sixteen_gain", "average of 16 − single, in test loss", "", "number", _of_ensemble(_sixteen)),
    Measure("ensemble_slope", "power with which the average converges", "", "number", _of_ensemble(lambda e: e.slope)),
    Measure(
        "geometric_difference",
        "geometric mean of all − network in use",
        "",
        "number",
        _of_ensemble(lambda e: e.geometric_difference),
    ),
    Measure("masks_drawn", "different sub-networks trained", "", "integer", _masks_drawn),
    Measure("subnetworks", "sub-networks", "", "integer", lambda f: float(1 << members(f).units)),
    Measure("paths", "paths from input to output", "", "integer", lambda f: paths.paths(f.plan.network.spec)),
    Measure("path_multiplications", "multiplications path by path", "", "integer", _path_multiplications),
    Measure("tape_multiplications", "multiplications with the tape", "", "integer", _tape_multiplications),
    Measure(
        "multiplication_ratio",
        "path by path ÷ with the tape",
        "×",
        "number",
        lambda f: _path_multiplications(f) / _tape_multiplications(f),
    ),
    Measure("path_seconds", "time of the sum over paths, here", "s", "seconds", _path_seconds),
    Measure("path_difference", "sum over paths − tape, relatively", "", "number", _path_difference),
    Measure(
        "used_gain",
        "average − network in use, in test loss",
        "",
        "number",
        _of_ensemble(lambda e: e.average_loss - e.used_loss),
    ),
    Measure("hidden_units", "hidden units", "", "integer", _units),
    Measure("hidden_layers", "hidden layers", "", "integer", lambda f: len(f.plan.network.spec.hidden)),
    Measure("learning_rate", "learning rate", "", "number", lambda f: f.controls.settings.learning_rate),
    Measure("dropout", "dropout", "", "number", lambda f: _rate(f.controls.settings.dropout)),
)
