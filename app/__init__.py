"""Backprop Playground: shows how a neural network learns, operation by operation.

`from backprop_playground import Playground` is a client of it, and takes httpx and NumPy alone: none of the server's
modules is loaded with it.
"""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from .client import (
        AsyncPlayground,
        AsyncRun,
        Busy,
        Conflict,
        Disconnected,
        Evaluation,
        Invalid,
        NotFound,
        Playground,
        Problem,
        Run,
        Step,
    )

__all__ = [
    "AsyncPlayground",
    "AsyncRun",
    "Busy",
    "Conflict",
    "Disconnected",
    "Evaluation",
    "Invalid",
    "NotFound",
    "Playground",
    "Problem",
    "Run",
    "Step",
    "__version__",
]


def __getattr__(name: str) -> Any:
    """The client's names, loaded when they are asked for: the server has no use for httpx."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import client

    return getattr(client, name)
