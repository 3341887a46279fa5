"""Instruments to hold against a run: each gathers copies in slices, then measures where nobody waits. No run moves."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from app.data.scaling import SCALINGS
from app.engine import curvature, ensemble, paths, pathsum, probe, signal
from app.engine.batch import make_batch
from app.engine.flipped import Flipped, flipped
from app.engine.gradcheck import H
from app.engine.health import EXPLODING_SLOPE, LEAST_HIDDEN, VANISHING_SLOPE, decades
from app.engine.network import Array, Network
from app.engine.passes import answers
from app.engine.spec import LayerSpec, NetworkSpec, OptimizerSpec, settings_of
from app.engine.surfaces import LayerBytes, quantised
from app.engine.tape import Histogram, Step, histogram
from app.engine.training import Trainer, initial_state
from app.runs.build import Controls, Start
from app.runs.config import MAX_LAYERS, RunConfig
from app.runs.errors import FieldError, FieldsError, NoSuchStepError
from app.runs.facts import Facts, trained
from app.runs.measures import lowest_tenth, value
from app.runs.run import Run, Slices
from app.runs.walker import Walker
from app.runs.words import integer, seconds

Work = Callable[[], Any]
Sample = tuple[Array, Array, int | None]

PATIENCE = 30.0
"""Seconds that a sum over paths may take."""

MOST_CHECKED = 1_000_000_000
"""Products in a check of every parameter: about ten seconds."""

CURVE_POINTS = 100
SHOWN_MEMBERS = 24


# A step, held


def before_step(run: Run, step: int | None) -> Slices[Walker]:
    """A walker of its own, before a step: the last one trained, or, where none was, the first to come.

    The step after the furthest may be asked about too: it is the one that would be taken next.
    """
    asked = max(run.step, run.first + 1) if step is None else step
    if not run.first < asked <= run.furthest + 1:
        raise NoSuchStepError(asked, run.first + 1, run.furthest + 1)
    _, start = yield from run.fork_at(asked - 1)
    return Walker(run.plan, start, run.changes)


def state_after(run: Run, step: int | None) -> Slices[tuple[Controls, Start]]:
    """Controls and state after a step; without one, as the run stands."""
    if step is None:
        return run.walker.controls, run.walker.here()
    if not run.first <= step <= run.furthest:
        raise NoSuchStepError(step, run.first, run.furthest)
    return (yield from run.fork_at(step))


def _sample(run: Run, walker: Walker, index: int | None) -> Sample:
    """The sample under the spotlight, and its row in the batch; without one, the batch's first."""
    batch = walker.batch()
    spot = run.spot(int(batch.indices[0]) if index is None else index)
    assert spot is not None
    rows = np.flatnonzero(batch.indices == spot.index)
    return spot.inputs, spot.target, int(rows[0]) if len(rows) else None


@dataclass(frozen=True)
class Edge:
    """Which number to move, how far, and how far to draw the loss along it."""

    parameter: str
    index: Sequence[int]
    h: float = H
    reach: float = 1.0


def hold_edge(run: Run, edge: Edge, step: int | None, spotlight: int | None) -> Slices[Work]:
    """The loss at w ± h on a step's batch, its mask held; FieldsError where there is no such parameter."""
    try:
        probe.place(run.plan.network, edge.parameter, edge.index)
    except ValueError as error:
        known = edge.parameter in run.plan.network.shapes
        path, got = ("index", ",".join(map(str, edge.index))) if known else ("parameter", edge.parameter)
        allowed = list(run.plan.network.shapes[edge.parameter]) if known else list(run.plan.network.names)
        raise FieldsError(FieldError(path, got, str(error), allowed)) from error
    walker = yield from before_step(run, step)
    sample = None if spotlight is None else _sample(run, walker, spotlight)
    held = partial(_held, run, walker)
    return lambda: probe.probe(held(), edge.parameter, edge.index, edge.h, edge.reach, sample)


def check_every_edge(run: Run, step: int | None) -> Slices[Work]:
    """Each parameter's own relative error against central differences; FieldsError where that would take too long."""
    walker = yield from before_step(run, step)
    size, samples = run.plan.network.size, walker.batch().size
    if 2 * size**2 * samples > MOST_CHECKED:
        message = f"two losses for each of {size} parameters, over {samples} samples, would take too long"
        raise FieldsError(FieldError("batch_size", samples, message, f"at most {MOST_CHECKED // (2 * size**2)}"))
    return lambda: probe.check_all(_held(run, walker))


def _held(run: Run, walker: Walker) -> probe.Held:
    state, settings = walker.trainer.state(), walker.controls.settings
    return probe.hold(run.plan.network, state, settings, run.plan.config.seed, walker.batch())


# The ladder


@dataclass(frozen=True)
class Rung:
    """One layer: rms(dL/dz) over the training split, its logarithm, and, of a hidden layer, signal over noise in dB."""

    layer: int
    activation: str
    rms: float
    log10_rms: float | None
    decibels: float | None


@dataclass(frozen=True)
class Ladder:
    """Slopes are by least squares over the hidden layers; `theory_*` is what sigmoid layers cost at least, else None.

    `status` judges the gradient's slope, and is "" where it means nothing: after step 0, or with too few layers.
    """

    step: int
    layers: tuple[Rung, ...]
    slope: float | None
    factor: float | None
    theory_slope: float | None
    noise_slope: float | None
    theory_noise_slope: float | None
    status: str
    thresholds: dict[str, float]


def ladder(run: Run, step: int | None) -> Slices[Work]:
    """Gradient and signal of each layer in the state after a step; without one, the run's first state."""
    _, start = yield from state_after(run, run.first if step is None else step)
    return lambda: _ladder(run, start)


def _ladder(run: Run, start: Start) -> Ladder:
    network, samples = run.plan.network, run.plan.samples
    values, targets = samples.values[: samples.train], samples.targets[: samples.train]
    whole = make_batch(np.arange(samples.train), values, targets)
    roots = signal.gradient_roots(network, start.state.parameters, whole)
    heard = signal.signal_to_noise(network, start.state.parameters, values, run.plan.config.seed)
    hidden = network.spec.hidden
    names = [*(layer.activation for layer in hidden), network.spec.output_activation]
    rungs = [
        Rung(k, name, root, float(np.log10(root)) if root > 0 else None, level)
        for k, (name, root, level) in enumerate(zip(names, roots, [*heard.decibels, None], strict=True), 1)
    ]
    slope = decades(roots[:-1])
    normed = any(layer.batch_norm for layer in hidden)
    theory = signal.theory(names[:-1], normed)
    return Ladder(
        step=start.state.step,
        layers=tuple(rungs),
        slope=slope,
        factor=None if slope is None else 10**slope,
        theory_slope=theory,
        noise_slope=heard.per_layer,
        theory_noise_slope=None if theory is None else signal.SIGMOID_DECIBELS,
        status=_status(slope) if slope is not None and start.state.step == 0 and len(hidden) >= LEAST_HIDDEN else "",
        thresholds={"vanishing": VANISHING_SLOPE, "exploding": EXPLODING_SLOPE},
    )


def _status(slope: float) -> str:
    if slope > VANISHING_SLOPE:
        return "vanishing"
    return "exploding" if slope < EXPLODING_SLOPE else "healthy"


# The limit


@dataclass(frozen=True)
class Limit:
    """2/λmax for plain gradient descent on the whole training split. `exact`: a linear unit, full batch, sgd.

    An estimate is no limit: nets learn well above it. `over` is learning rate ÷ limit.
    """

    step: int
    learning_rate: float
    limit: float | None
    over: float | None
    curvature: float | None
    kappa: float | None
    exact: bool
    settled: bool
    iterations: int
    why: str


def limit(run: Run, step: int | None) -> Slices[Work]:
    """The largest stable learning rate in the state after a step; without one, as the run stands."""
    controls, start = yield from state_after(run, step)
    return lambda: _limit(run, controls, start)


def _limit(run: Run, controls: Controls, start: Start) -> Limit:
    network, samples = run.plan.network, run.plan.samples
    values, targets = samples.values[: samples.train], samples.targets[: samples.train]
    whole = make_batch(np.arange(samples.train), values, targets)
    found = curvature.curvature(network, start.state.parameters, whole, controls.settings.l2)
    why = _inexact(network, run, controls)
    rate = controls.settings.learning_rate
    return Limit(
        step=start.state.step,
        learning_rate=rate,
        limit=found.limit,
        over=None if found.limit is None else rate / found.limit,
        curvature=found.largest,
        kappa=curvature.kappa(values),
        exact=not why,
        settled=found.settled,
        iterations=found.iterations,
        why=why or "A linear unit with squared error: λ comes from the data alone.",
    )


def _inexact(network: Network, run: Run, controls: Controls) -> str:
    if not curvature.is_linear_unit(network):
        return "An estimate at this place: the loss curves otherwise elsewhere, and nets learn well above it."
    if controls.batch_size < run.plan.samples.train:
        return "Exact for the whole training split; a smaller batch has a limit of its own."
    if run.plan.optimizer.kind != "sgd":
        return f"Exact for plain gradient descent; {run.plan.optimizer.kind} has a limit of its own."
    if controls.settings.clip_norm is not None or controls.settings.l1 > 0:
        return "Exact for plain gradient descent; a clipped or l1-penalised step has a limit of its own."
    return ""


# Tiles, flipped


@dataclass(frozen=True)
class Flip:
    """One layer after the other, the outputs last; `layers` is None where the input is no plane.

    `means`: of slopes, over the training split. A gradient is of a loss at `target` everywhere, that of `sample`.
    `zeros`: the units that are exactly 0 at every place.
    """

    step: int
    show: str
    sample: int
    target: Array
    extent: tuple[float, float, float, float] | None
    size: int
    layers: tuple[LayerBytes, ...] | None
    means: tuple[Array | None, ...]
    zeros: tuple[list[int], ...]


def flip(run: Run, step: int | None, show: str, size: int, sample: int) -> Slices[Work]:
    """Slopes or gradients over the input plane after a step, as evaluation sees the network."""
    controls, start = yield from state_after(run, step)
    spot = run.spot(sample)
    assert spot is not None
    return lambda: _flip(run, controls, start, show, size, sample, spot.target)


def _flip(run: Run, controls: Controls, start: Start, show: str, size: int, sample: int, target: Array) -> Flip:
    samples, state = run.plan.samples, start.state
    grid = samples.grid(size)

    def look(inputs: Array) -> Flipped:
        network, rates = run.plan.network, controls.settings.dropout
        return flipped(network, state.parameters, state.running, rates, inputs, target)

    def picture(layer: Array) -> LayerBytes:
        return quantised(layer.reshape(len(layer), size, size))

    trained = look(samples.values[: samples.train]).slopes if show == "slope" else None
    over = None if grid is None else look(grid)
    chosen = None if over is None else over.slopes if show == "slope" else over.gradients
    return Flip(
        step=state.step,
        show=show,
        sample=sample,
        target=target,
        extent=samples.extent,
        size=size,
        layers=None if chosen is None else tuple(picture(layer) for layer in chosen),
        zeros=() if chosen is None else tuple(np.flatnonzero(~layer.any(axis=1)).tolist() for layer in chosen),
        means=tuple(
            [None] * (len(run.plan.network.spec.hidden) + 1) if trained is None else (s.mean(axis=1) for s in trained)
        ),
    )


# Scalings, side by side


@dataclass(frozen=True)
class Scaled:
    """The same run under one scaling, after the same steps. `losses` are [step, loss of that step's batch].

    `tail` is the histogram of the feature with the longest tail, as the network sees it.
    """

    scaling: str
    in_force: bool
    step: int
    kappa: float | None
    lowest_tenth: float | None
    saturated_at_start: float | None
    train_loss: float | None
    test_loss: float | None
    train_accuracy: float | None
    test_accuracy: float | None
    stopped_at: float | None
    rate_limit: float | None
    losses: tuple[tuple[int, float], ...]
    tail: Histogram


@dataclass(frozen=True)
class Scalings:
    steps: int
    feature: str
    scalings: tuple[Scaled, ...]


def scalings(run: Run, steps: int | None) -> Slices[Work]:
    """The run's config under each of the five scalings, trained as far as the run stands, or so many steps."""
    far = (run.step - run.first or 500) if steps is None else steps
    config = run.plan.config
    facts = []
    for name in SCALINGS:
        fields = {field: getattr(config, field) for field in RunConfig.model_fields}
        given = config.model_fields_set | {"scaling", "features"}
        other = RunConfig.model_construct(given, **{**fields, "scaling": name, "from_": None})
        facts.append((yield from trained(other, min(far, 5_000), run.plan.table)))
    return lambda: _scalings(config.scaling, far, facts)


def _scalings(in_force: str, steps: int, facts: list[Facts]) -> Scalings:
    raw = facts[0].whole.inputs
    tails = [lowest_tenth(column[:, None]) or 0.0 for column in raw.T]
    column = int(np.argmax(tails))
    return Scalings(
        steps=steps,
        feature=facts[0].plan.samples.features[column],
        scalings=tuple(_scaled(item, in_force, column) for item in facts),
    )


def _scaled(facts: Facts, in_force: str, column: int) -> Scaled:
    name, losses = facts.plan.config.scaling, facts.losses
    every = max(1, -(-len(losses) // CURVE_POINTS))
    linear = curvature.is_linear_unit(facts.plan.network)
    return Scaled(
        scaling=name,
        in_force=name == in_force,
        step=facts.step,
        kappa=value(facts, "kappa"),
        lowest_tenth=value(facts, "lowest_tenth"),
        saturated_at_start=value(facts, "saturated_at_start"),
        train_loss=value(facts, "train_loss"),
        test_loss=value(facts, "test_loss"),
        train_accuracy=value(facts, "train_accuracy"),
        test_accuracy=value(facts, "test_accuracy"),
        stopped_at=value(facts, "stopped_at"),
        rate_limit=value(facts, "rate_limit") if linear else None,
        losses=tuple((k + 1, float(losses[k])) for k in range(0, len(losses), every)),
        tail=histogram(facts.whole.inputs[:, column]),
    )


# The ensemble


@dataclass(frozen=True)
class Pictures:
    """Answers on a grid of the input plane, (N, N) for each output: members, the average of all, the network in use.

    `masks`, 0 or 1, say of each member which of the units that may drop it keeps, layer by layer.
    """

    extent: tuple[float, float, float, float]
    masks: tuple[tuple[int, ...], ...]
    members: tuple[Array, ...]
    average: Array
    used: Array


@dataclass(frozen=True)
class Asked:
    step: int
    where: str  # test | train: whose samples the losses are of
    found: ensemble.Ensemble
    pictures: Pictures | None


def ask_members(run: Run, members: int, size: int, rate: float | None) -> Slices[Work]:
    """Sub-networks of the run as it stands; FieldsError where none differs from another."""
    controls, start = yield from state_after(run, None)
    rates = controls.settings.dropout if rate is None else (rate,) * len(controls.settings.dropout)
    state = start.state
    group = ensemble.Members(run.plan.network, state.parameters, state.running, rates, run.plan.config.seed)
    if not group.units:
        message = "at a dropout rate of 0 or 1, or without hidden layers, there is only one sub-network"
        raise FieldsError(FieldError("rate", max(rates, default=0.0), message, "above 0 and below 1"))
    facts = Facts(run.plan, start, controls)
    grid = run.plan.samples.grid(size) if size else None
    return lambda: _asked(run, facts, group, members, grid)


def _asked(run: Run, facts: Facts, group: ensemble.Members, members: int, grid: Array | None) -> Asked:
    samples = run.plan.samples
    found = ensemble.ensemble(group, *facts.test, members)
    where = "test" if samples.train < len(samples.values) else "train"
    return Asked(facts.step, where, found, None if grid is None else _pictures(run, group, members, grid))


def _pictures(run: Run, group: ensemble.Members, members: int, grid: Array) -> Pictures:
    spec, size = run.plan.network.spec, round(len(grid) ** 0.5)
    masks = group.drawn(members)
    kept = np.concatenate(
        [mask[:SHOWN_MEMBERS, 0] > 0 for mask, may in zip(masks, group.dropping, strict=True) if may], 1
    )
    first: list[Array] = []
    total = np.zeros((len(grid), spec.outputs))
    for start in range(0, members, SHOWN_MEMBERS):
        some = answers(spec, group.logits(grid, [mask[start : start + SHOWN_MEMBERS] for mask in masks]))
        total += some.sum(axis=0)
        first = first or list(some)
    extent = run.plan.samples.extent
    assert extent is not None

    def square(flat: Array) -> Array:
        """(size², outputs) -> (outputs, size, size)"""
        return np.ascontiguousarray(flat.T).reshape(-1, size, size)

    return Pictures(
        extent=extent,
        masks=tuple(tuple(map(int, row)) for row in kept),
        members=tuple(square(member) for member in first),
        average=square(total / members),
        used=square(answers(spec, group.used(grid))),
    )


# The sum over paths


@dataclass(frozen=True)
class Deeper:
    """What hidden layers like the run's widest would take, at the rate measured here."""

    layers: int
    paths: int
    multiplications: int
    seconds: float
    tape_multiplications: int
    tape_seconds: float


@dataclass(frozen=True)
class Estimate:
    """`rate`: multiplications in a second, measured here on a small sum. Seconds are multiplications ÷ rate."""

    step: int
    rate: float
    paths: int
    summed_paths: int
    multiplications: int
    seconds: float
    tape_multiplications: int
    tape_seconds: float
    deeper: tuple[Deeper, ...]


@dataclass(frozen=True)
class Summed:
    estimate: Estimate
    executed: pathsum.PathSum | None
    sample: int | None


def sum_paths(run: Run, step: int | None, spotlight: int | None, execute: bool) -> Slices[Summed]:
    """Every path of a step at one sample, really multiplied out; FieldsError where that would take too long here."""
    rate = yield from measured_rate()
    walker = yield from before_step(run, step)
    sample = _sample(run, walker, spotlight)
    batch = walker.batch()
    index = int(batch.indices[0]) if spotlight is None else spotlight
    recorded = walker.record()
    estimate = _estimate(recorded, run.plan.network.spec, rate)
    if not execute:
        return Summed(estimate, None, index)
    if estimate.seconds > PATIENCE:
        message = (
            f"path by path this would take about {seconds(estimate.seconds)} here: {integer(estimate.multiplications)} "
            f"multiplications, where the tape needs {integer(estimate.tape_multiplications)}"
        )
        raise FieldsError(FieldError("seconds", estimate.seconds, message, f"at most {PATIENCE:.0f}"))
    done = yield from pathsum.path_sum(recorded, run.plan.network, sample)
    return Summed(estimate, done, index)


def _estimate(step: Step, spec: NetworkSpec, rate: float) -> Estimate:
    multiplications = step.path_multiplications
    tape = sum(record.multiplications for record in step.tape if record.phase != "update")
    widest = max((layer.units for layer in spec.hidden), default=0)
    return Estimate(
        step=step.step,
        rate=rate,
        paths=paths.paths(spec),
        summed_paths=pathsum.summed_paths(spec.widths),
        multiplications=multiplications,
        seconds=multiplications / rate,
        tape_multiplications=tape,
        tape_seconds=tape / rate,
        deeper=tuple(_deeper(spec, widest, n, rate) for n in range(1, MAX_LAYERS + 1)) if widest else (),
    )


def _deeper(spec: NetworkSpec, units: int, count: int, rate: float) -> Deeper:
    deep = NetworkSpec(spec.inputs, (LayerSpec(units, "sigmoid"),) * count, spec.outputs, spec.loss)
    products = paths.path_multiplications(deep, (0.0,) * count)
    tape = pathsum.tape_multiplications(deep.widths)
    return Deeper(count, paths.paths(deep), products, products / rate, tape, tape / rate)


_rates: list[float] = []


def measured_rate() -> Slices[float]:
    """Multiplications in a second of the sum over paths on this machine, measured once: 2-8-8-8-1, 11 536 of them."""
    if not _rates:
        spec = NetworkSpec(2, (LayerSpec(8, "sigmoid"),) * 3, 1, "binary_cross_entropy")
        network = Network(spec)
        state = initial_state(network, network.initial("glorot_normal", 1.0, 0))
        trainer = Trainer(network, OptimizerSpec(), settings_of(spec, 0.1), state, 0)
        inputs, targets = np.array([[0.5, -0.5]]), np.array([[1.0]])
        step = trainer.recorded_step(make_batch(np.arange(1), inputs, targets))
        best = 0.0
        for _ in range(3):
            done = yield from pathsum.path_sum(step, network, (inputs[0], targets[0], 0))
            best = max(best, done.multiplications / done.seconds)
        _rates.append(best)
    return _rates[0]
