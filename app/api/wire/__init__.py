"""All JSON that goes out."""

from app.api.wire import experiments, instruments, runs, steps
from app.api.wire.encoding import dumps

__all__ = ["dumps", "experiments", "instruments", "runs", "steps"]
