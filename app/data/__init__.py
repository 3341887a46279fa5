"""Data sets, uploaded tables, features, scalings and splits; knows nothing of the network."""

from .. import threads  # noqa: F401  before NumPy
