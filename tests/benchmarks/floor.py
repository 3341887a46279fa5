"""What the engine is compared with: a minimal loop over layers, the textbook's code, and PyTorch.

`Floor` is written for speed alone: no loss value of use, no record, no optimizer but SGD, one activation. `Textbook` is
what one writes first. All train exactly the same networks on the same batches.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Net:
    name: str
    sizes: tuple[int, ...]
    activation: str
    batch: int
    loss: str = "squared_error"
    batch_norm: bool = False
    dropout: float = 0.0
    learning_rate: float = 0.03
    batches: int = 8


NETS = {
    net.name: net
    for net in (
        Net("N1", (2, 4, 2, 1), "tanh", 10),
        Net("N2a", (2, *(8,) * 6, 1), "tanh", 10),
        Net("N2b", (2, *(8,) * 6, 1), "tanh", 30),
        Net("N3", (7, *(8,) * 6, 1), "relu", 30),
        Net("N4", (2, 64, 64, 64, 1), "relu", 128),
        Net("N5", (10, *(8,) * 10, 3), "sigmoid", 32, "softmax_cross_entropy", True, 0.2),
    )
}


def data(net: Net) -> list[tuple[Any, Any]]:
    """Batches of inputs (batch, inputs) and targets (batch, outputs)."""
    rng = np.random.default_rng(1)
    count = net.batch * net.batches
    inputs = rng.uniform(-1, 1, (count, net.sizes[0]))
    signal = np.sin(3 * inputs[:, 0]) * np.cos(2 * inputs[:, 1]) + 0.2 * inputs.sum(1)
    if net.loss == "squared_error":
        targets = np.tanh(2 * signal)[:, None]
    else:
        targets = np.eye(3)[np.digitize(signal, np.quantile(signal, [1 / 3, 2 / 3]))]
    return [(inputs[i : i + net.batch], targets[i : i + net.batch]) for i in range(0, count, net.batch)]


def weights(net: Net) -> list[tuple[Any, Any]]:
    """Start weights (inputs, units) and biases (units,)."""
    rng = np.random.default_rng(2)
    layers = []
    for inputs, units in zip(net.sizes, net.sizes[1:], strict=False):
        limit = np.sqrt(6 / (inputs + units))
        layers.append((rng.uniform(-limit, limit, (inputs, units)), np.full(units, 0.0 if net.batch_norm else 0.01)))
    return layers


class Floor:
    """Feature-major arrays with a row of ones, flat parameters and gradients, plain loops over tuples of views."""

    def __init__(self, net: Net) -> None:
        sizes, batch = net.sizes, net.batch
        self.relu = net.activation == "relu"
        count = sum(units * (inputs + 1) for inputs, units in pairwise(sizes))
        self.P, self.G, self.T = np.empty(count), np.zeros(count), np.empty(count)
        W, gW, at = [], [], 0
        for (w, b), inputs, units in zip(weights(net), sizes, sizes[1:], strict=False):
            stop = at + units * (inputs + 1)
            W.append(self.P[at:stop].reshape(units, inputs + 1))
            gW.append(self.G[at:stop].reshape(units, inputs + 1))
            W[-1][:, :-1], W[-1][:, -1] = w.T, b
            at = stop
        hidden = sizes[1:-1]
        total = sum((units + 1) * batch for units in hidden)

        def carve(flat: Any) -> list[Any]:
            views, at = [], 0
            for units in hidden:
                views.append(flat[at : at + (units + 1) * batch].reshape(units + 1, batch))
                at += (units + 1) * batch
            return views

        self.A_flat, self.D_flat, dA_flat, dZ_flat = (np.zeros(total) for _ in range(4))
        A, D, dA, dZ_full = map(carve, (self.A_flat, self.D_flat, dA_flat, dZ_flat))
        for a in A:
            a[-1] = 1
        Z = [np.empty((units, batch)) for units in sizes[1:]]
        dZ = [*(z[:-1] for z in dZ_full), np.empty((sizes[-1], batch))]
        self.one, self.zero = np.array(1.0), np.array(0.0)
        self.share, self.rate = np.array(1 / batch), np.array(net.learning_rate)
        self.forward = [(w, z, a[:-1], a) for w, z, a in zip(W, Z, A, strict=False)]
        self.backward = [
            (dZ[k], A[k - 1].T, gW[k], W[k].T, dA[k - 1], D[k - 1], dZ_full[k - 1]) for k in range(len(W) - 1, 0, -1)
        ]
        self.W_last, self.Z_last, self.dZ_last, self.dZ_first, self.gW_first = W[-1], Z[-1], dZ[-1], dZ[0], gW[0]
        self.batches = []
        for x, y in data(net):
            augmented = np.ones((sizes[0] + 1, batch))
            augmented[:-1] = x.T
            self.batches.append((augmented, augmented.T, np.ascontiguousarray(y.T)))
        self.at = 0

    def step(self) -> float:
        h, xT, y = self.batches[self.at]
        self.at = (self.at + 1) % len(self.batches)
        if self.relu:
            for W, Z, A_units, A in self.forward:
                W.dot(h, Z)
                np.maximum(Z, self.zero, out=A_units)
                h = A
            np.sign(self.A_flat, self.D_flat)
        else:
            for W, Z, A_units, A in self.forward:
                W.dot(h, Z)
                np.tanh(Z, A_units)
                h = A
            np.square(self.A_flat, self.D_flat)
            np.subtract(self.one, self.D_flat, self.D_flat)
        Z, d = self.Z_last, self.dZ_last
        self.W_last.dot(h, Z)
        np.subtract(Z, y, d)
        loss: float = np.vdot(d, d)
        np.multiply(d, self.share, d)
        for dZ, AT, gW, WT, dA, D, dZ_before in self.backward:
            dZ.dot(AT, gW)
            WT.dot(dZ, dA)
            np.multiply(dA, D, dZ_before)
        self.dZ_first.dot(xT, self.gW_first)
        np.multiply(self.G, self.rate, self.T)
        np.subtract(self.P, self.T, self.P)
        return loss


class Textbook:
    """Batch-major, one list entry a layer, everything allocated anew."""

    def __init__(self, net: Net) -> None:
        self.net = net
        self.W, self.b = (list(parts) for parts in zip(*weights(net), strict=True))
        self.gamma, self.beta = [np.ones(n) for n in net.sizes[1:-1]], [np.zeros(n) for n in net.sizes[1:-1]]
        self.mean, self.variance = [np.zeros(n) for n in net.sizes[1:-1]], [np.ones(n) for n in net.sizes[1:-1]]
        self.batches, self.at, self.rng = data(net), 0, np.random.default_rng(3)
        self.step: Callable[[], float] = self.step_normalised if net.batch_norm else self.step_plain

    def activate(self, z: Any) -> Any:
        name = self.net.activation
        return np.tanh(z) if name == "tanh" else np.maximum(z, 0) if name == "relu" else 1 / (1 + np.exp(-z))

    def slope(self, a: Any) -> Any:
        name = self.net.activation
        return 1 - a**2 if name == "tanh" else (a > 0) if name == "relu" else a * (1 - a)

    def batch(self) -> tuple[Any, Any]:
        self.at = (self.at + 1) % len(self.batches)
        return self.batches[self.at - 1]

    def step_plain(self) -> float:
        x, y = self.batch()
        last = len(self.W) - 1
        a = [x]
        for k in range(last + 1):
            z = a[-1] @ self.W[k] + self.b[k]
            a.append(self.activate(z) if k < last else z)
        error = a[-1] - y
        dz = error / len(x)
        gradients = []
        for k in range(last, -1, -1):
            gradients.append((k, a[k].T @ dz, dz.sum(axis=0)))
            if k:
                dz = (dz @ self.W[k].T) * self.slope(a[k])
        for k, dW, db in gradients:
            self.W[k] -= self.net.learning_rate * dW
            self.b[k] -= self.net.learning_rate * db
        return float(0.5 * np.mean(error**2))

    def step_normalised(self) -> float:
        x, y = self.batch()
        count, last, keep, h, cache = len(x), len(self.W) - 1, 1 - self.net.dropout, x, []
        for k in range(last):
            z = h @ self.W[k] + self.b[k]
            mean = z.mean(axis=0)
            centred = z - mean
            variance = (centred**2).mean(axis=0)
            inverse = 1 / np.sqrt(variance + 1e-5)
            self.mean[k] = 0.9 * self.mean[k] + 0.1 * mean
            self.variance[k] = 0.9 * self.variance[k] + 0.1 * variance * count / (count - 1)
            normal = centred * inverse
            a = self.activate(self.gamma[k] * normal + self.beta[k])
            mask = (self.rng.random(a.shape) < keep) / keep
            cache.append((h, normal, inverse, a, mask))
            h = a * mask
        z = h @ self.W[-1] + self.b[-1]
        z = z - z.max(axis=1, keepdims=True)
        p = np.exp(z)
        p /= p.sum(axis=1, keepdims=True)
        loss = -np.mean(np.log((p * y).sum(axis=1)))
        dz = (p - y) / count
        rate = self.net.learning_rate
        dh = dz @ self.W[-1].T
        self.W[-1] -= rate * (h.T @ dz)
        self.b[-1] -= rate * dz.sum(axis=0)
        for k in range(last - 1, -1, -1):
            h, normal, inverse, a, mask = cache[k]
            dn = dh * mask * self.slope(a)
            dgamma, dbeta = (dn * normal).sum(axis=0), dn.sum(axis=0)
            dx = dn * self.gamma[k]
            dz = inverse * (dx - dx.mean(axis=0) - normal * (dx * normal).mean(axis=0))
            if k:
                dh = dz @ self.W[k].T
            self.W[k] -= rate * (h.T @ dz)
            self.b[k] -= rate * dz.sum(axis=0)
            self.gamma[k] -= rate * dgamma
            self.beta[k] -= rate * dbeta
        return float(loss)


def torch_step(net: Net) -> Callable[[], float] | None:
    """One update in eager PyTorch, float64, one thread; None where PyTorch is not installed."""
    try:
        import torch  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        return None
    torch.set_num_threads(1)
    activations = {"tanh": torch.nn.Tanh, "relu": torch.nn.ReLU, "sigmoid": torch.nn.Sigmoid}
    layers: list[Any] = []
    for k, (w, b) in enumerate(weights(net)):
        dense = torch.nn.Linear(*w.shape, dtype=torch.float64)
        dense.weight.data, dense.bias.data = torch.from_numpy(w.T.copy()), torch.from_numpy(b.copy())
        layers.append(dense)
        if k < len(net.sizes) - 2:
            layers += [torch.nn.BatchNorm1d(w.shape[1], dtype=torch.float64)] if net.batch_norm else []
            layers.append(activations[net.activation]())
            layers += [torch.nn.Dropout(net.dropout)] if net.dropout else []
    model = torch.nn.Sequential(*layers)
    optimizer = torch.optim.SGD(model.parameters(), lr=net.learning_rate)
    batches = [(torch.from_numpy(x), torch.from_numpy(y)) for x, y in data(net)]
    crossed = net.loss != "squared_error"
    at = 0

    def step() -> float:
        nonlocal at
        x, y = batches[at]
        at = (at + 1) % len(batches)
        optimizer.zero_grad()
        out = model(x)
        loss = torch.nn.functional.cross_entropy(out, y) if crossed else 0.5 * torch.mean((out - y) ** 2)
        loss.backward()
        optimizer.step()
        return float(loss.detach())

    return step
