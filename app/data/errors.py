"""The error for data that can't be, with the path of the field, its value and what is allowed."""

from collections.abc import Sequence


class DataError(ValueError):
    """`path` leads to the field, `("dataset", "inputs", 3, 1)`; `value` is what it held, `allowed` what it may be."""

    def __init__(self, message: str, path: Sequence[str | int], value: object = None, allowed: object = None) -> None:
        super().__init__(message)
        self.path = tuple(path)
        self.value = value
        self.allowed = allowed
