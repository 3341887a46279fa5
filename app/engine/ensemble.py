"""Dropout as an ensemble: the losses of many sub-networks, of their average, and of the network without dropout.

A network with H hidden units that may drop holds 2^H sub-networks which share their weights. For inference nothing is
dropped: that one pass approximates the average of them all. Here the average is really taken, member by member.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .arrays import Array
from .network import Network
from .passes import forward, outputs_of, sample_losses, softmax
from .spec import NetworkSpec

MAX_ENUMERATED = 12  # with at most this many units that may drop, every sub-network is enumerated
REFERENCE_MEMBERS = 4096  # members whose average stands for all where they are too many to enumerate
DRAWS = 300  # how often members are drawn at random, to see how much one draw may differ from another
DRAW_SIZE = 256  # members of each
_NUMBERS_AT_ONCE = 1 << 20
_NUMBERS = 4_000_000  # of all members' outputs together: more samples than fit are left out


@dataclass(frozen=True)
class Average:
    """Of averages over `members` members, in many draws: how far they lie from the average of all, and their mean loss.

    `distance` is the median draw's; a tenth of the draws lie closer than `low`, and a tenth farther than `high`.
    `root` is their root mean square: that is what falls with exactly one over the root of the members.
    """

    members: int
    distance: float
    low: float
    high: float
    root: float
    loss: float | None


@dataclass(frozen=True)
class Draw:
    """The sampled members, averaged one after the other: the first alone, the first two, ..., all of them."""

    distances: tuple[float, ...]
    losses: tuple[float, ...]


@dataclass(frozen=True)
class Ensemble:
    """Losses are of the split `where`; distances are root mean squares over its samples and outputs.

    `better_than_average` is how likely a member's own loss is below that of the average of all.
    `geometric_difference` is the largest distance between the network as it is used and the normalised geometric mean
    of every sub-network: 0 but for rounding with one hidden layer; None where they were not enumerated, or not a
    cross-entropy. `slope` is that of log `root` against log members: −½, but for the randomness of the draws.
    `reference` members are averaged to represent all.
    """

    rates: tuple[float, ...]
    units: int
    subnetworks: int
    enumerated: bool
    members: int
    member_losses: tuple[float, ...]
    member_loss: float
    average_loss: float
    used_loss: float
    better_than_average: float
    reference: int
    averages: tuple[Average, ...]
    draw: Draw
    slope: float | None
    used_distance: float
    geometric_difference: float | None


class SubNetworks:
    """The sub-networks of one state: their masks drawn from default_rng([seed, 8]), or all there are."""

    def __init__(self, network: Network, parameters: Array, running: Array, rates: Sequence[float], seed: int) -> None:
        self.network, self.parameters, self.running = network, parameters, running
        self.rates, self.seed = tuple(rates), seed
        self.widths = [layer.units for layer in network.spec.hidden]
        self.dropping = [0 < rate < 1 for rate in rates]
        self.units = sum(width for width, drops in zip(self.widths, self.dropping, strict=True) if drops)

    def drawn_masks(self, members: int) -> list[Array]:
        """Masks over 1 − p of each hidden layer, (members, 1, units)."""
        rng = np.random.default_rng([self.seed, 8])
        numbers = rng.random((members, sum(self.widths)))
        return self._scaled_masks(np.split(numbers, np.cumsum(self.widths)[:-1], axis=1))

    def all_masks(self) -> tuple[list[Array], Array]:
        """All sub-networks' masks, and how likely each is (2^units,)."""
        count = 1 << self.units
        bits = (np.arange(count)[:, None] >> np.arange(self.units)) & 1
        masks, at, probability = [], 0, np.ones(count)
        for width, drops, rate in zip(self.widths, self.dropping, self.rates, strict=True):
            if drops:
                kept = bits[:, at : at + width].astype(np.float64)
                at += width
                probability *= np.prod(np.where(kept == 1, 1 - rate, rate), axis=1)
                masks.append(kept[:, None, :] / (1 - rate))
            else:
                masks.append(np.full((count, 1, width), 0.0 if rate == 1 else 1.0))
        return masks, probability

    def _scaled_masks(self, numbers: list[Array]) -> list[Array]:
        found = []
        for part, rate in zip(numbers, self.rates, strict=True):
            scale = 0.0 if rate == 1 else 1 / (1 - rate)
            found.append(np.where(part >= rate, scale, 0.0)[:, None, :])
        return found

    def logits(self, inputs: Array, masks: list[Array]) -> Array:
        """The last z of each member, (members, samples, outputs)."""
        count = len(masks[0]) if masks else 1
        widest = max([self.network.spec.inputs, *self.widths])
        at_once = max(1, _NUMBERS_AT_ONCE // max(1, len(inputs) * widest))
        parts = [
            forward(
                self.network,
                self.parameters,
                inputs,
                running=self.running,
                activation_hook=lambda k, a, start=start: a * masks[k - 1][start : start + at_once],  # type: ignore[misc]
            )
            for start in range(0, count, at_once)
        ]
        return np.concatenate([part.reshape(-1, *part.shape[-2:]) for part in parts])

    def inference_logits(self, inputs: Array) -> Array:
        """The last z of the network as it is used, (samples, outputs): nothing dropped, but for layers of rate 1."""

        def activation_hook(k: int, a: Array) -> Array:
            return a * 0.0 if self.rates[k - 1] == 1 else a

        return forward(self.network, self.parameters, inputs, running=self.running, activation_hook=activation_hook)


def members_evaluated(units: int, count: int) -> int:
    """How many sub-networks are evaluated where so many units may drop and so many members are asked for."""
    return 1 << units if 0 < units <= MAX_ENUMERATED else max(count, REFERENCE_MEMBERS)


def samples_evaluated(members: int, outputs: int) -> int:
    """On how many samples at most."""
    return max(20, _NUMBERS // (members * outputs))


def evaluate_ensemble(subnetworks: SubNetworks, inputs: Array, targets: Array, count: int) -> Ensemble:
    """Evaluates `count` members drawn at random, and, where there are few enough, every one.

    Of many samples only the first are used, as many as memory should hold outputs of.
    """
    spec = subnetworks.network.spec
    most = samples_evaluated(members_evaluated(subnetworks.units, count), spec.outputs)
    inputs, targets = inputs[:most], targets[:most]
    own = subnetworks.logits(inputs, subnetworks.drawn_masks(count))
    used_z = subnetworks.inference_logits(inputs)
    used = outputs_of(spec, used_z)
    enumerated = 0 < subnetworks.units <= MAX_ENUMERATED
    geometric: float | None = None
    if enumerated:
        masks, probability = subnetworks.all_masks()
        z = subnetworks.logits(inputs, masks)
        if spec.loss in ("binary_cross_entropy", "softmax_cross_entropy"):
            geometric = float(np.abs(_geometric(spec.loss, z, probability) - used).max())
    else:
        z = subnetworks.logits(inputs, subnetworks.drawn_masks(max(count, REFERENCE_MEMBERS)))
        probability = np.full(len(z), 1 / len(z))
    pool = OutputPool(spec, z, targets, probability)
    each = sample_losses(spec, own, targets).mean(axis=1)
    average_loss = pool.average_loss()
    averages = _averages(subnetworks.seed, pool)
    return Ensemble(
        rates=subnetworks.rates,
        units=subnetworks.units,
        subnetworks=1 << subnetworks.units,
        enumerated=enumerated,
        members=count,
        member_losses=tuple(each.tolist()),
        member_loss=float(probability @ pool.losses.mean(axis=1)),
        average_loss=average_loss,
        used_loss=float(sample_losses(spec, used_z, targets).mean()),
        better_than_average=float(probability @ (pool.losses.mean(axis=1) < average_loss)),
        reference=len(z),
        averages=averages,
        draw=Draw(*(tuple(row.tolist()) for row in pool.averaged(own, np.arange(1, count + 1)))),
        slope=_slope(averages),
        used_distance=_distance(used, pool.mean),
        geometric_difference=geometric,
    )


class OutputPool:
    """The members that represent all, each with its probability, and their average output."""

    def __init__(self, spec: NetworkSpec, z: Array, targets: Array, probability: Array) -> None:
        self.spec, self.z, self.targets, self.probability = spec, z, targets, probability
        self.outputs = outputs_of(spec, z)
        self.losses = sample_losses(spec, z, targets)
        self.mean: Array = np.tensordot(probability, self.outputs, axes=1)

    def average_loss(self) -> float:
        """Of the average of all. A cross-entropy is -log of what the true class was given, averaged before the log."""
        if self.spec.loss == "squared_error":
            return float(0.5 * ((self.mean - self.targets) ** 2).sum(axis=-1).mean())
        with np.errstate(divide="ignore"):  # what is too improbable for a float adds nothing
            log_probability = np.log(self.probability)
        return float(-np.logaddexp.reduce(log_probability[:, None] - self.losses, axis=0).mean())

    def averaged(self, z: Array, sizes: NDArray[np.intp]) -> Array:
        """(2, sizes): distance from the average of all, and loss, of the average of the first 1, 2, ... of z's members.

        `sizes` grow from 1 and end with all of z.
        """
        return self._averaged(outputs_of(self.spec, z), sample_losses(self.spec, z, self.targets), sizes)

    def draw(self, chosen: NDArray[np.intp], sizes: NDArray[np.intp]) -> Array:
        """The same of members of the pool."""
        return self._averaged(self.outputs[chosen], self.losses[chosen], sizes)

    def _averaged(self, answered: Array, losses: Array, sizes: NDArray[np.intp]) -> Array:
        begins = np.concatenate([[0], sizes[:-1]])
        means = np.add.reduceat(answered, begins).cumsum(axis=0) / sizes[:, None, None]
        away = np.sqrt(np.mean((means - self.mean) ** 2, axis=(1, 2)))
        if self.spec.loss == "squared_error":
            return np.stack([away, 0.5 * ((means - self.targets) ** 2).sum(axis=-1).mean(axis=-1)])
        least = losses.min(axis=0)  # so that at least one member's probability does not underflow to 0
        shares = np.add.reduceat(np.exp(least - losses), begins).cumsum(axis=0) / sizes[:, None]
        return np.stack([away, (least - np.log(shares)).mean(axis=-1)])


def _averages(seed: int, pool: OutputPool) -> tuple[Average, ...]:
    """1, 2, 4, ... members drawn from the pool: how far their average lies from the whole's, over many draws."""
    rng = np.random.default_rng([seed, 9])
    sizes = 2 ** np.arange(DRAW_SIZE.bit_length())
    chosen = rng.choice(len(pool.probability), (DRAWS, DRAW_SIZE), p=pool.probability / pool.probability.sum())
    distances, losses = np.stack([pool.draw(members, sizes) for members in chosen], axis=1)
    low, middle, high = np.quantile(distances, (0.1, 0.5, 0.9), axis=0)
    root = np.sqrt(np.mean(distances**2, axis=0))
    columns = (sizes, middle, low, high, root, losses.mean(axis=0))
    return tuple(Average(*row) for row in zip(*(column.tolist() for column in columns), strict=True))


def _distance(one: Array, other: Array) -> float:
    return float(np.sqrt(np.mean((one - other) ** 2)))


def _geometric(loss: str, z: Array, probability: Array) -> Array:
    """The normalised geometric mean of the members' probabilities."""
    if loss == "binary_cross_entropy":
        yes, no = -np.logaddexp(0, -z), -np.logaddexp(0, z)
        odds: Array = np.tensordot(probability, no - yes, axes=1)
        mean: Array = 1 / (1 + np.exp(odds))
        return mean
    return softmax(np.tensordot(probability, z - np.logaddexp.reduce(z, axis=-1, keepdims=True), axes=1))


def _slope(averages: Sequence[Average]) -> float | None:
    pairs = [(math.log(a.members), math.log(a.root)) for a in averages if a.root > 0]
    if len(pairs) < 3:
        return None
    x, y = np.array(pairs).T
    return float(np.polyfit(x, y, 1)[0])
