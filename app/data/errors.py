"""What can be wrong with data that was asked for or sent in, as facts."""

from collections.abc import Sequence


class DataError(ValueError):
    """`path` leads to the field, `("dataset", "inputs", 3, 1)`; `value` is what it held, `allowed` what it may be."""

    def __init__(self, message: str, path: Sequence[str | int], value: object = None, allowed: object = None) -> None:
        super().__init__(message)
        self.path = tuple(path)
        self.value = value
        self.allowed = allowed
