"""All JSON of the API, written from the domain's values."""

from app.api.wire import experiments, instruments, runs, steps
from app.api.wire.encoding import dumps

__all__ = ["dumps", "experiments", "instruments", "runs", "steps"]
