"""A NumPy network that records every operation of a training step; knows nothing of data sets, runs or HTTP."""

from .. import threads  # noqa: F401  before NumPy
