"""A NumPy network that records every operation of a training step. Knows nothing of data sets, runs or HTTP."""
