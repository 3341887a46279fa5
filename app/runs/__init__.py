"""Runs: a config, a seed, and what was changed when; building, training, rewinding and keeping them."""

from .. import threads  # noqa: F401  before NumPy
