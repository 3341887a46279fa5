"""The export formats by name."""

from collections.abc import Callable
from dataclasses import dataclass

from ..run import Run
from . import keras, npz, numpy, pytorch
from .model import Model, model_of


@dataclass(frozen=True)
class Format:
    """What a format is called and is, and how its file is named and written.

    `write` takes the run, and a function that gives its config as JSON: only some need it, and it may be large.
    """

    name: str
    description: str
    filename: str
    media_type: str
    write: Callable[[Run, Callable[[], str]], bytes] | None  # None: the JSON that the API writes itself

    def file(self, run: Run, config: Callable[[], str]) -> bytes:
        """What is in the file."""
        assert self.write is not None
        return self.write(run, config)


def _source(write: Callable[[Model], bytes]) -> Callable[[Run, Callable[[], str]], bytes]:
    return lambda run, _: write(model_of(run))


PYTHON = "text/x-python; charset=utf-8"

FORMATS: dict[str, Format] = {
    found.name: found
    for found in (
        Format(
            "json",
            "config, step, parameters and state, as numbers; a table of one's own row by row",
            "backprop-playground.json",
            "application/json",
            None,
        ),
        Format(
            "npz",
            "the same as arrays by name, for numpy.load",
            "backprop-playground.npz",
            "application/octet-stream",
            lambda run, config: npz.write(run, model_of(run), config()),
        ),
        Format(
            "numpy",
            "a Python file that predicts with NumPy alone, rows of the data too; categories, fills and scales included",
            "backprop_playground_numpy.py",
            PYTHON,
            _source(numpy.write),
        ),
        Format(
            "pytorch",
            "a Python file that builds the same network for PyTorch",
            "backprop_playground_pytorch.py",
            PYTHON,
            _source(pytorch.write),
        ),
        Format(
            "keras",
            "a Python file that builds the same network for Keras 3",
            "backprop_playground_keras.py",
            PYTHON,
            _source(keras.write),
        ),
    )
}
