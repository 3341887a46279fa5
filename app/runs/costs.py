"""What takes long, estimated before it begins: in multiplications, and in calls of NumPy as so many multiplications.

The factors are measured: one multiplication is about a nanosecond of one core, within a factor of three. So an estimate
is the same on every machine, and what is allowed is, too.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from ..engine import ensemble
from ..engine.network import Network
from .build import Plan
from .config import RunConfig
from .errors import FieldError, UnsuitedRunError
from .tableconfig import TableConfig

QUICK = 60_000_000
"""Up to this, tens of milliseconds, a thread beside the event loop will do; beyond, a process that can be ended."""

BRIEF = 3_000_000
"""Up to this, a few milliseconds, it is done at once."""

MOST = 20_000_000_000
"""Nothing that would take more is begun: some twenty seconds."""

CALLS = 15_000
"""What NumPy's calls for one layer, in one direction, take beside the multiplications."""

GRADIENT_CHECK = 40  # a loss of many points, and again in long double where a gradient is small
EVALUATION = 30  # losses, histograms, health
SIGNAL = 1_000  # many noisy passes
SURFACES = 20
PREDICTION = 25
CURVATURE_GRADIENTS = 4 * 100  # two starts, a hundred directions each, the gradient to both sides
MEMBER = 3
DRAWS = 3_000_000  # of averages of sub-networks, for each sample and output
NUMBER = 150  # written as JSON, or read from it
CELL = 1_500  # of a CSV table
COLUMN = 200_000  # as a line of a program
PATH = 100  # a product in plain Python


@dataclass(frozen=True)
class Costed:
    """A function that any thread or process may call, made of plain data, and what it costs."""

    call: Callable[[], Any]
    cost: float

    def __call__(self) -> Any:
        return self.call()


def require(cost: float, path: str, value: Any, allowed: Any = None) -> float:
    """The cost again; UnsuitedRunError where it is more than allowed, naming what was asked for and what would do."""
    if cost > MOST:
        message = f"this would take about {cost:.1e} multiplications, more than {MOST:.0e}, which is what is allowed"
        raise UnsuitedRunError(FieldError(path, value, message, allowed))
    return cost


def largest(most: float, least: int = 0) -> str:
    """What `allowed` says of a number that may be at most so large."""
    return f"at most {max(least, int(most))}"


# A kind of work each


def step(network: Network, samples: int) -> float:
    """One step of training: forward, back to the layer below, back to the weights."""
    return 6.0 * network.size * samples + 2 * CALLS * len(network.blocks)


def replay(plan: Plan, batch_size: int, steps: int) -> float:
    """Steps that are trained again; UnsuitedRunError where they are too many for their size."""
    samples = min(batch_size, plan.samples.train)
    each = step(plan.network, samples)
    return require(each * steps, "step", steps, f"{largest(MOST / each)} steps from a checkpoint with this batch size")


def evaluation(plan: Plan, surface: int = 0) -> float:
    """The network on all samples of both splits, and every unit's values on a grid of so many places a side."""
    size = plan.network.size
    return EVALUATION * size * len(plan.samples.values) + SURFACES * size * surface**2


def prediction(network: Network, rows: int) -> float:
    return (PREDICTION * network.size + NUMBER * network.spec.inputs) * rows


def samples(plan: Plan, as_table: bool) -> float:
    """A run's samples as JSON, raw and as the network sees them; or one of both as a CSV table."""
    samples = plan.samples
    if as_table:
        return float(CELL * (max(samples.inputs.size, samples.values.size) + samples.targets.size))
    return float(NUMBER * (samples.inputs.size + samples.values.size + samples.targets.size))


def export(plan: Plan, as_program: bool) -> float:
    """A run as a program, which reads every column; or as a file, with a table that is in no other place."""
    if as_program:
        return float(COLUMN * len(plan.samples.columns))
    in_place = plan.table is not None or isinstance(plan.config.dataset, TableConfig)
    return float(3 * NUMBER * plan.samples.inputs.size) if in_place else 0.0


def gradient_check(network: Network, samples: int) -> float:
    """Two losses for each parameter, over the samples of a batch."""
    a_sample = 2.0 * GRADIENT_CHECK * network.size**2
    return require(a_sample * samples, "batch_size", samples, largest(MOST / a_sample, 1))


def profile(plan: Plan) -> float:
    """Gradient and signal, layer by layer, over the training split."""
    return require(SIGNAL * plan.network.size * plan.samples.train, "samples", plan.samples.train)


def stability_limit(plan: Plan) -> float:
    """The largest curvature, by gradients over the training split."""
    each = step(plan.network, plan.samples.train)
    directions = min(100, plan.network.size) / 100
    return require(CURVATURE_GRADIENTS * directions * each, "samples", plan.samples.train)


def slopes(plan: Plan, size: int) -> float:
    return SURFACES * plan.network.size * (plan.samples.train + size**2)


def ensembles(network: Network, units: int, members: int, samples: int, places: int = 0) -> float:
    """Sub-networks of so many units that may drop: on the test split, and on a grid of so many places."""
    count = ensemble.members_evaluated(units, members)
    samples = min(samples, ensemble.samples_evaluated(count, network.spec.outputs))
    cost = float(DRAWS * samples * network.spec.outputs)
    cost += MEMBER * network.size * (float(count) * samples + float(members) * places)
    return require(cost, "members", members, "a run of fewer units, samples or outputs")


def scalings(config: RunConfig, network: Network, train: int, steps: int, kinds: int) -> float:
    """The run trained anew under each kind of scaling."""
    each = kinds * step(network, min(config.batch_size, train))
    return require(each * steps, "steps", steps, largest(MOST / each, 1))


def verdict(plans: Iterable[Plan], with_ensembles: bool, with_paths: bool) -> float:
    """The measures of some runs: evaluations of each, and more where sub-networks or paths are measured."""
    cost = 0.0
    for plan in plans:
        cost += 6 * evaluation(plan)
        if with_ensembles:
            units = sum(layer.units for layer in plan.network.spec.hidden)
            cost += ensembles(plan.network, units, 64, len(plan.samples.values))
        if with_paths:
            cost += PATH * 3_000_000
    return cost
