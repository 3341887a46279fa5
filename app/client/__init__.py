"""The client: runs of a server, from Python, as NumPy arrays. It needs httpx and NumPy, and nothing of the server."""

from .playground import AsyncPlayground, Playground
from .problems import Busy, Conflict, Disconnected, Invalid, NotFound, Problem
from .records import Evaluation, GradientCheck, Prediction, Record, Samples, State, Step, Table, Verdict
from .run import AsyncRun, Run

__all__ = [
    "AsyncPlayground",
    "AsyncRun",
    "Busy",
    "Conflict",
    "Disconnected",
    "Evaluation",
    "GradientCheck",
    "Invalid",
    "NotFound",
    "Playground",
    "Prediction",
    "Problem",
    "Record",
    "Run",
    "Samples",
    "State",
    "Step",
    "Table",
    "Verdict",
]
