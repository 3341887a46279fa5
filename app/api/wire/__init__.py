"""All JSON of the API, written from the domain's values."""

from . import experiments, instruments, runs, steps
from .encoding import dumps

__all__ = ["dumps", "experiments", "instruments", "runs", "steps"]
