"""What computes here: where two machines differ in it, the same step may differ in its last bit."""

import platform
from functools import cache
from hashlib import blake2b

import numpy as np


@cache
def computed_by() -> str:
    """NumPy's version, the processor's kind, and a digest of its features and of numbers computed here.

    The matrix products and functions are those that training uses, in sizes that choose different kernels of the BLAS.
    """
    digest = blake2b(digest_size=8)
    found = np.show_config(mode="dicts")
    assert found is not None
    digest.update(repr((found.get("SIMD Extensions"), found["Build Dependencies"]["blas"])).encode())
    rng = np.random.default_rng(0)
    for rows, shared, columns in ((6, 3, 16), (4, 7, 16), (1, 5, 10), (16, 17, 30), (64, 65, 128), (8, 9, 201)):
        a, b = rng.normal(size=(rows, shared)), rng.normal(size=(shared, columns))
        digest.update(a.dot(b).tobytes() + b.T.dot(a.T).tobytes() + a.ravel().dot(a.ravel()).tobytes())
    values = np.linspace(-20, 20, 1003)
    for function in (np.exp, np.tanh, np.log1p, np.expm1, np.sqrt, np.sin):
        digest.update(function(np.abs(values)).tobytes() + function(values[:7] ** 2).tobytes())
    digest.update(np.add.reduce(values * rng.normal(size=1003)).tobytes())
    return f"numpy {np.__version__}, {platform.machine()}, {digest.hexdigest()}"
