"""One thread for matrix products, set before NumPy is there: they are too small for a second, which would spin."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
