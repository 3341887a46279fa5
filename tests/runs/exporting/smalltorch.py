"""PyTorch as far as the exported file needs it, on NumPy: layers load their weights by name, (units, inputs)."""

import math
from contextlib import nullcontext
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np


class Tensor:
    """An array that gives itself back by `numpy()` alone."""

    def __init__(self, values: Any) -> None:
        self.values = np.asarray(values)

    def numpy(self) -> Any:
        return self.values

    def __mul__(self, factor: float) -> "Tensor":
        return Tensor(self.values * factor)


class Module:
    weights: tuple[str, ...] = ()

    def __call__(self, x: Tensor) -> Tensor:
        found: Tensor = self.forward(x)  # type: ignore[attr-defined]
        return found

    def eval(self) -> None:
        pass


class Linear(Module):
    weights = ("weight", "bias")

    def __init__(self, inputs: int, units: int, **_: Any) -> None:
        self.shape = (units, inputs)

    def forward(self, x: Tensor) -> Tensor:
        assert self.weight.shape == self.shape  # type: ignore[attr-defined]
        return Tensor(x.values @ self.weight.T + self.bias)  # type: ignore[attr-defined]


class BatchNorm1d(Module):
    weights = ("weight", "bias", "running_mean", "running_var", "num_batches_tracked")

    def __init__(self, _: int, eps: float, **__: Any) -> None:
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        spread = np.sqrt(self.running_var + self.eps)  # type: ignore[attr-defined]
        return Tensor((x.values - self.running_mean) / spread * self.weight + self.bias)  # type: ignore[attr-defined]


class Elementwise(Module):
    def __init__(self, function: Any) -> None:
        self.function = function

    def forward(self, x: Tensor) -> Tensor:
        return Tensor(self.function(x.values))


class Sequential(Module):
    def __init__(self, *modules: Module) -> None:
        self.modules = modules

    def load_state_dict(self, values: dict[str, Tensor]) -> None:
        wanted = {f"{at}.{name}" for at, module in enumerate(self.modules) for name in module.weights}
        assert set(values) == wanted
        for name, tensor in values.items():
            at, attribute = name.split(".")
            setattr(self.modules[int(at)], attribute, tensor.values)

    def forward(self, x: Tensor) -> Tensor:
        for module in self.modules:
            x = module(x)
        return x


def _softmax(x: Tensor, dim: int) -> Tensor:
    powers = np.exp(x.values - x.values.max(axis=dim, keepdims=True))
    return Tensor(powers / powers.sum(axis=dim, keepdims=True))


def _sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def module() -> dict[str, ModuleType]:
    """What `import torch` and `from torch import nn` find, by name."""
    torch: Any = ModuleType("torch")
    nn: Any = ModuleType("torch.nn")
    nn.Module, nn.Linear, nn.BatchNorm1d, nn.Sequential = Module, Linear, BatchNorm1d, Sequential
    nn.Identity = lambda: Elementwise(lambda z: z)
    nn.Dropout = lambda _: Elementwise(lambda z: z)
    nn.Sigmoid = lambda: Elementwise(_sigmoid)
    nn.Tanh = lambda: Elementwise(np.tanh)
    nn.ReLU = lambda: Elementwise(lambda z: np.maximum(z, 0))
    nn.LeakyReLU = lambda slope: Elementwise(lambda z: np.where(z > 0, z, slope * z))
    nn.ELU = lambda: Elementwise(lambda z: np.where(z > 0, z, np.expm1(np.minimum(z, 0))))
    nn.GELU = lambda **_: Elementwise(lambda z: 0.5 * z * (1 + np.tanh(math.sqrt(2 / math.pi) * (z + 0.044715 * z**3))))
    torch.nn = nn
    torch.float64 = np.float64
    torch.tensor = lambda values, dtype=None: Tensor(np.array(values, dtype=dtype))
    torch.as_tensor = torch.tensor
    torch.no_grad = nullcontext
    torch.softmax = _softmax
    torch.sigmoid = lambda x: Tensor(_sigmoid(x.values))
    torch.zeros_like = lambda x: Tensor(np.zeros_like(x.values))
    torch.heaviside = lambda x, at: Tensor(np.heaviside(x.values, at.values))
    nn.functional = SimpleNamespace()
    return {"torch": torch, "torch.nn": nn}
