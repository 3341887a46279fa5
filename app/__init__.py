"""Backprop Playground: shows how a neural network learns, operation by operation."""

import os

__version__ = "0.1.0"

# Before NumPy is there: these products are too small for a second thread, which would spin while others wait.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
