"""The training and test split, label noise, and the batches of each epoch, all determined by the seed.

A position is that number, `used`: epoch and offset are `divmod(used, n)`, and a run that changes its batch size goes
on from the same place. Epoch e visits `default_rng([seed, 1, e]).permutation(n)`; the remainder is its last batch.
"""

import numpy as np

from .datasets import Array, Indices
from .errors import DataError


def split(rows: int, test_fraction: float, seed: int, classes: Array | None = None) -> tuple[Indices, Indices]:
    """Row numbers of the training and of the test split, shuffled by `default_rng([seed, 0, 2])`.

    round(rows · test_fraction) rows are for testing, but one always stays for training. With class numbers (rows,)
    every class gives its share, and the classes stay as balanced as they were.
    """
    if not 0 <= test_fraction < 1:
        raise DataError(f"test_fraction {test_fraction} is not in [0, 1)", ("test_fraction",), test_fraction, "[0, 1)")
    order = np.random.default_rng([seed, 0, 2]).permutation(rows)
    if classes is not None:
        place = np.empty(rows)
        for number in np.unique(classes):
            members = np.flatnonzero(classes[order] == number)
            place[members] = (np.arange(len(members)) + 0.5) / len(members)
        order = order[np.argsort(place, kind="stable")]
    test = min(round(rows * test_fraction), rows - 1)
    return order[test:], order[:test]


def flip_labels(labels: Array, share: float, classes: int, seed: int) -> Array:
    """A copy of the class numbers (n,) in which round(share · n) carry another class, each other class as likely.

    Drawn from `default_rng([seed, 0, 3])`; a larger share flips the same ones and more.
    """
    rng = np.random.default_rng([seed, 0, 3])
    others = 1 + rng.integers(0, classes - 1, len(labels))
    which = rng.permutation(len(labels))[: round(share * len(labels))]
    flipped = labels.copy()
    flipped[which] = (labels[which] + others[which]) % classes
    return flipped


def permutation(seed: int, epoch: int, n: int) -> Indices:
    """The order in which an epoch visits the n training samples."""
    return np.random.default_rng([seed, 1, epoch]).permutation(n)


class Sampler:
    """The batches of one run. Keeps the last epoch's permutation, so that asking in order costs next to nothing."""

    def __init__(self, seed: int, n: int) -> None:
        self.seed = seed
        self.n = n
        self._epoch = -1
        self._order: Indices = np.empty(0, np.int64)

    def batch(self, used: int, batch_size: int) -> Indices:
        """The sample numbers (batch,) of the step after `used` samples, read-only; the next is at `used + batch`."""
        epoch, offset = divmod(used, self.n)
        if epoch != self._epoch:
            self._order = permutation(self.seed, epoch, self.n)
            self._order.flags.writeable = False
            self._epoch = epoch
        return self._order[offset : offset + batch_size]
