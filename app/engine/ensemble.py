"""Dropout as an ensemble: what many sub-networks answer, what their average answers, and what is used in their place.

A network with H hidden units that may drop holds 2^H sub-networks which share their weights. In use nothing is dropped:
that one pass stands for the average of them all. Here the average is really taken, member by member.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .network import Array, Network
from .passes import answers, forward, sample_losses
from .spec import NetworkSpec

ALL = 12  # with at most this many units that may drop, every sub-network is enumerated
MOST_MEMBERS = 256
REFERENCE = 1024  # members whose average stands for all where they are too many to enumerate
_NUMBERS_AT_ONCE = 1 << 20
_NUMBERS = 4_000_000  # of all members' answers together: more samples than fit are not asked about


@dataclass(frozen=True)
class Average:
    """Of averages over `members` members: the mean distance from the average of all, and the mean loss."""

    members: int
    distance: float
    loss: float | None


@dataclass(frozen=True)
class Ensemble:
    """Losses are of the split `where`; distances are root mean squares over its samples and outputs.

    `geometric_difference` is the largest distance between the network as it is used and the normalised geometric mean
    of every sub-network: 0 but for rounding with one hidden layer; None where they were not enumerated, or not a
    cross-entropy. `slope` is that of log distance against log members: −½ where members are drawn by lot.
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
    averages: tuple[Average, ...]
    slope: float | None
    used_distance: float
    geometric_difference: float | None


class Members:
    """The sub-networks of one state: their masks by lot, from default_rng([seed, 8]), or all there are."""

    def __init__(self, network: Network, parameters: Array, running: Array, rates: Sequence[float], seed: int) -> None:
        self.network, self.parameters, self.running = network, parameters, running
        self.rates, self.seed = tuple(rates), seed
        self.widths = [layer.units for layer in network.spec.hidden]
        self.dropping = [0 < rate < 1 for rate in rates]
        self.units = sum(width for width, drops in zip(self.widths, self.dropping, strict=True) if drops)

    def drawn(self, members: int) -> list[Array]:
        """Masks over 1 − p of each hidden layer, (members, 1, units)."""
        rng = np.random.default_rng([self.seed, 8])
        numbers = rng.random((members, sum(self.widths)))
        return self._scaled(np.split(numbers, np.cumsum(self.widths)[:-1], axis=1))

    def every(self) -> tuple[list[Array], Array]:
        """All sub-networks' masks, and how likely each is (2^units,)."""
        count = 1 << self.units
        bits = (np.arange(count)[:, None] >> np.arange(self.units)) & 1
        masks, at, chance = [], 0, np.ones(count)
        for width, drops, rate in zip(self.widths, self.dropping, self.rates, strict=True):
            if drops:
                kept = bits[:, at : at + width].astype(np.float64)
                at += width
                chance *= np.prod(np.where(kept == 1, 1 - rate, rate), axis=1)
                masks.append(kept[:, None, :] / (1 - rate))
            else:
                masks.append(np.full((count, 1, width), 0.0 if rate == 1 else 1.0))
        return masks, chance

    def _scaled(self, numbers: list[Array]) -> list[Array]:
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
                touch=lambda k, a, start=start: a * masks[k - 1][start : start + at_once],  # type: ignore[misc]
            )
            for start in range(0, count, at_once)
        ]
        return np.concatenate([part.reshape(-1, *part.shape[-2:]) for part in parts])

    def used(self, inputs: Array) -> Array:
        """The last z of the network as it is used, (samples, outputs): nothing dropped, but for layers of rate 1."""

        def touch(k: int, a: Array) -> Array:
            return a * 0.0 if self.rates[k - 1] == 1 else a

        return forward(self.network, self.parameters, inputs, running=self.running, touch=touch)


def ensemble(members: Members, inputs: Array, targets: Array, count: int) -> Ensemble:
    """Asks `count` members drawn by lot, and, where there are few enough, every one.

    Of many samples only the first are asked about, as many as memory should hold answers of.
    """
    spec = members.network.spec
    asked = 1 << members.units if 0 < members.units <= ALL else max(count, REFERENCE)
    most = max(20, _NUMBERS // (asked * spec.outputs))
    inputs, targets = inputs[:most], targets[:most]
    drawn = members.logits(inputs, members.drawn(count))
    used_z = members.used(inputs)
    used = answers(spec, used_z)
    enumerated = 0 < members.units <= ALL
    geometric: float | None = None
    if enumerated:
        masks, chance = members.every()
        z = members.logits(inputs, masks)
        if spec.loss in ("binary_cross_entropy", "softmax_cross_entropy"):
            geometric = float(np.abs(_geometric(spec.loss, z, chance) - used).max())
    else:
        z = members.logits(inputs, members.drawn(max(count, REFERENCE)))
        chance = np.full(len(z), 1 / len(z))
    pool = Pool(spec, z, targets, chance)
    each = sample_losses(spec, drawn, targets).mean(axis=1)
    average_loss = pool.average_loss()
    averages = _averages(members.seed, pool, count)
    return Ensemble(
        rates=members.rates,
        units=members.units,
        subnetworks=1 << members.units,
        enumerated=enumerated,
        members=count,
        member_losses=tuple(each.tolist()),
        member_loss=float(chance @ pool.losses.mean(axis=1)),
        average_loss=average_loss,
        used_loss=float(sample_losses(spec, used_z, targets).mean()),
        better_than_average=float((each < average_loss).mean()),
        averages=averages,
        slope=_slope(averages),
        used_distance=_distance(used, pool.centre),
        geometric_difference=geometric,
    )


class Pool:
    """The members that stand for all, each with its chance: what they answer, and each one's loss at each sample."""

    def __init__(self, spec: NetworkSpec, z: Array, targets: Array, chance: Array) -> None:
        self.spec, self.targets, self.chance = spec, targets, chance
        self.answers = answers(spec, z)
        self.losses = sample_losses(spec, z, targets)
        self.centre: Array = np.tensordot(chance, self.answers, axes=1)

    def average_loss(self) -> float:
        """Of the average of all. A cross-entropy is -log of what the true class was given, averaged before the log."""
        if self.spec.loss == "squared_error":
            return float(0.5 * ((self.centre - self.targets) ** 2).sum(axis=-1).mean())
        return float(-np.logaddexp.reduce(np.log(self.chance)[:, None] - self.losses, axis=0).mean())

    def lot(self, chosen: NDArray[np.intp]) -> tuple[float, float]:
        """Of the plain average of some members: how far it lies from the average of all, and its loss."""
        mean: Array = self.answers[chosen].mean(axis=0)
        if self.spec.loss == "squared_error":
            loss = float(0.5 * ((mean - self.targets) ** 2).sum(axis=-1).mean())
        else:
            together = np.logaddexp.reduce(-self.losses[chosen], axis=0) - math.log(len(chosen))
            loss = float(-together.mean())
        return _distance(mean, self.centre), loss


def _averages(seed: int, pool: Pool, count: int) -> tuple[Average, ...]:
    """1, 2, 4, ... members by lot from the pool: how far their average lies from the whole's, over many lots."""
    rng = np.random.default_rng([seed, 9])
    found, size = [], 1
    while size <= count:
        lots = max(4, min(64, 512 // size))
        chosen = rng.choice(len(pool.chance), (lots, size), p=pool.chance / pool.chance.sum())
        pairs = [pool.lot(lot) for lot in chosen]
        distance, loss = (sum(numbers) / lots for numbers in zip(*pairs, strict=True))
        found.append(Average(size, distance, loss))
        size *= 2
    return tuple(found)


def _distance(one: Array, other: Array) -> float:
    return float(np.sqrt(np.mean((one - other) ** 2)))


def _geometric(loss: str, z: Array, chance: Array) -> Array:
    """The normalised geometric mean of the members' probabilities."""
    if loss == "binary_cross_entropy":
        yes, no = -np.logaddexp(0, -z), -np.logaddexp(0, z)
        odds: Array = np.tensordot(chance, no - yes, axes=1)
        mean: Array = 1 / (1 + np.exp(odds))
        return mean
    logs = np.tensordot(chance, z - np.logaddexp.reduce(z, axis=-1, keepdims=True), axes=1)
    raised = np.exp(logs - logs.max(axis=-1, keepdims=True))
    shares: Array = raised / raised.sum(axis=-1, keepdims=True)
    return shares


def _slope(averages: Sequence[Average]) -> float | None:
    pairs = [(math.log(a.members), math.log(a.distance)) for a in averages if a.distance > 0]
    if len(pairs) < 3:
        return None
    x, y = np.array(pairs).T
    return float(np.polyfit(x, y, 1)[0])
