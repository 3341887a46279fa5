"""Batch norm and the hidden layer: all that happens between two matrix products, forward and backward.

Arrays are (units, batch). A layer's output is a block (units + 1, batch) whose last row is ones: with it, the bias of
the next layer is part of the product.
"""

from dataclasses import dataclass

import numpy as np

from .activations import Forward
from .arrays import Array

EPSILON = np.array(1e-5)


@dataclass(slots=True, eq=False)
class BatchNorm:
    """n = γ x̂ + β, x̂ = (z − mean) / √(variance + ε); mean and (biased) variance over the batch (Ioffe & Szegedy 2015).

    With `fixed_statistics`, mean and variance are given and held constant: for evaluation, and for one sample of a
    recorded batch.
    A batch of one sample is its own mean, so x̂ = 0. Arrays of one number a unit come as a vector and as a column of it.
    """

    fixed_statistics: bool
    z: Array
    n: Array
    dn: Array
    dz: Array
    x_hat: Array
    scratch: Array
    mean: Array
    variance: Array
    root: Array
    gamma: Array
    beta: Array
    dgamma: Array
    dbeta: Array

    ones: Array  # (batch,)
    shares: Array  # (batch,), all 1 / batch
    share: Array  # 1 / batch

    mean_column: Array
    root_column: Array
    gamma_column: Array
    beta_column: Array
    factor: Array  # workspace (units,)
    factor_column: Array

    def forward(self) -> None:
        if self.fixed_statistics:
            np.subtract(self.z, self.mean_column, self.x_hat)
        else:
            self.z.dot(self.shares, self.mean)
            np.subtract(self.z, self.mean_column, self.x_hat)
            np.square(self.x_hat, self.scratch)
            self.scratch.dot(self.shares, self.variance)
        np.add(self.variance, EPSILON, self.root)
        np.sqrt(self.root, self.root)
        np.divide(self.x_hat, self.root_column, self.x_hat)
        np.multiply(self.x_hat, self.gamma_column, self.n)
        np.add(self.n, self.beta_column, self.n)

    def backward(self) -> None:
        """dγ = Σ dn·x̂, dβ = Σ dn, dz = γ/√(variance + ε) · (dn − x̂·dγ/batch − dβ/batch).

        With fixed statistics without the last two terms."""
        dn, dz = self.dn, self.dz
        np.multiply(dn, self.x_hat, dz)
        dz.dot(self.ones, self.dgamma)
        dn.dot(self.ones, self.dbeta)
        if self.fixed_statistics:
            np.divide(self.gamma, self.root, self.factor)
            np.multiply(dn, self.factor_column, dz)
            return
        np.multiply(self.dgamma, self.share, self.factor)
        np.multiply(self.x_hat, self.factor_column, dz)
        np.subtract(dn, dz, dz)
        np.multiply(self.dbeta, self.share, self.factor)
        np.subtract(dz, self.factor_column, dz)
        np.divide(self.gamma, self.root, self.factor)
        np.multiply(dz, self.factor_column, dz)


@dataclass(slots=True, eq=False)
class HiddenLayer:
    """n = batch norm(z), a = f(n), d = a · keep; each of n and d only where the layer has it.

    `keep` is the dropout mask over 1 − p, and 0 where p is 1. Backward starts from `dout`, the gradient of the output.
    """

    z: Array
    norm: BatchNorm | None
    activate: Forward
    pre_activation: Array  # n or z
    dpre_activation: Array
    a: Array
    da: Array
    slope: Array
    scratch: Array
    keep: Array | None
    d: Array  # a again where nothing is dropped, like dd
    dd: Array
    out: Array  # d with its row of ones: (units + 1, batch)
    dout: Array  # dd, and a row that is not used

    def forward(self) -> Array:
        if self.norm is not None:
            self.norm.forward()
        self.activate(self.pre_activation, self.a, self.scratch)
        if self.keep is not None:
            np.multiply(self.a, self.keep, self.d)
        return self.out

    def backward(self) -> None:
        if self.keep is not None:
            np.multiply(self.dd, self.keep, self.da)
        np.multiply(self.da, self.slope, self.dpre_activation)
        if self.norm is not None:
            self.norm.backward()
