"""A call of `calls` as a method that waits for its answer, or as one that is awaited; signature and docstring stay."""

from collections.abc import Callable, Coroutine
from functools import wraps
from inspect import Signature, signature
from typing import Any, Concatenate, ParamSpec, TypeVar, get_args

from .exchange import Work

C = TypeVar("C")
P = ParamSpec("P")
T = TypeVar("T")


def blocking(work: Callable[Concatenate[C, P], Work[T]]) -> Callable[Concatenate[Any, P], T]:
    """For a class that has `_calls`, and carries one out with `_do`."""

    @wraps(work)
    def method(self: Any, /, *args: P.args, **fields: P.kwargs) -> T:
        found: T = self._do(work(self._calls, *args, **fields))
        return found

    method.__signature__ = _answering(work)  # type: ignore[attr-defined]
    return method


def awaited(work: Callable[Concatenate[C, P], Work[T]]) -> Callable[Concatenate[Any, P], Coroutine[Any, Any, T]]:
    """The same where `_do` is awaited."""

    @wraps(work)
    async def method(self: Any, /, *args: P.args, **fields: P.kwargs) -> T:
        found: T = await self._do(work(self._calls, *args, **fields))
        return found

    method.__signature__ = _answering(work)  # type: ignore[attr-defined]
    return method


def _answering(work: Callable[..., Any]) -> Signature:
    """The signature as `help` shows it: what comes in the end, not the generator on the way."""
    found = signature(work)
    return found.replace(return_annotation=get_args(found.return_annotation)[2])
