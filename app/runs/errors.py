"""Errors about runs; each carries facts, and the web layer alone knows statuses."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..data.errors import DataError


def path_text(parts: Iterable[str | int]) -> str:
    """("hidden", 0, "units") -> "hidden[0].units"."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)
    return text.removeprefix(".")


@dataclass(frozen=True)
class FieldError:
    """One field that can't be: its path in the body ("hidden[0].units"), the value it got, and what would do.

    `place` says where in a file: line, column, and the lines around.
    """

    path: str
    value: Any
    message: str
    allowed: Any = None
    place: Mapping[str, Any] | None = None


def field_error(error: DataError) -> FieldError:
    """The field that data was refused for."""
    allowed = list(error.allowed) if isinstance(error.allowed, tuple | list) else error.allowed
    return FieldError(path_text(error.path), error.value, str(error), allowed)


class RunError(Exception):
    """Something about a request that the client can correct. It can be pickled: it may be raised in another process."""

    def __reduce__(self) -> Any:
        return _again, (type(self), self.args, self.__dict__)


def _again(kind: type[RunError], args: tuple[Any, ...], facts: Mapping[str, Any]) -> RunError:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(facts)
    return error


class FieldsError(RunError):
    """Fields that are wrong one by one, or do not go together."""

    def __init__(self, *errors: FieldError) -> None:
        super().__init__("; ".join(f"{error.path}: {error.message}" for error in errors))
        self.errors: Sequence[FieldError] = errors


class UnknownPairError(FieldsError):
    """A name or an index that exists elsewhere, but not in this experiment or in this run's network."""


class UnsuitedRunError(FieldsError):
    """Something that can't be had of this run as it is: of another, or of this one later, it may."""


class UnknownRunError(RunError):
    """No run of that name is kept (any longer)."""

    def __init__(self, run: str) -> None:
        super().__init__(f"There is no run {run[:100]!r}: it never was, was deleted, or is no longer kept.")


class FileError(FieldsError):
    """A file that can't be read as it is, or a decision about it that can't be."""

    def __init__(self, detail: str, *errors: FieldError) -> None:
        super().__init__(*errors)
        self.args = (detail,)


class UnknownTableError(RunError):
    """No table of that name is kept (any longer)."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no table {name[:100]!r}: it never was, or is no longer kept. Send the file again.")


class UnknownFileError(RunError):
    """No file of that name is kept (any longer)."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no file {name[:100]!r}: it never was, or is no longer kept. Send it again.")


class UnknownStepError(RunError):
    """A step that the run has not reached, or that lies before its start."""

    def __init__(self, step: int, first: int, last: int) -> None:
        super().__init__(
            f"This run holds steps {first} to {last}, not {step}."
            if last >= first
            else f"This run has not trained a step yet; there is no step {step}."
        )


class StateNotKeptError(RunError):
    """A state that the run does not hold, so that it can't be rewound or forked there."""

    def __init__(self, step: int, first: int, last: int) -> None:
        super().__init__(f"This run holds the states after steps {first} to {last}, not after {step}.")


class NotReplayableError(RunError):
    """A step that was computed by a machine which differs from this one in the last bit."""

    def __init__(self, step: int, exact_from: int) -> None:
        super().__init__(
            f"Step {step} was computed on a machine whose arithmetic differs from this one's in the last bit. "
            f"What came before step {exact_from} can't be shown again exactly; the run goes on from there."
        )


class BusyError(RunError):
    """Another request is moving the run."""

    def __init__(self) -> None:
        super().__init__("Another request is training or rewinding this run; one at a time.")


class StepConflictError(RunError):
    """`from_step` names another step than the one the run stands at."""

    def __init__(self, asked: int, stands_at: int) -> None:
        super().__init__(f"The run stands at step {stands_at}, not at {asked}: nothing was trained.")


class NotFiniteError(RunError):
    """The run has overflowed; it can only be rewound."""

    def __init__(self, step: int) -> None:
        super().__init__(f"Step {step} was not finite. Rewind to an earlier step to train on.")


class StoreFullError(RunError):
    """Every run that is kept is being trained just now."""

    def __init__(self, runs: int) -> None:
        super().__init__(f"All {runs} runs that can be kept are in training; try again when one has ended.")


class StoreDownError(RunError):
    """The store does not answer, or can't write."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"The store of runs can't be used at present: {reason}. Nothing was changed; try again soon.")


class StoppingError(RunError):
    """The server is about to stop, and begins nothing that takes long."""

    def __init__(self) -> None:
        super().__init__("This server is about to stop; another one, or the same a little later, can do it.")


class ClientLimitError(RunError):
    """One client asks for more at the same time than a client may; others are served. `retry`: in so many seconds."""

    def __init__(self, most: str, retry: int) -> None:
        self.retry = retry
        super().__init__(f"One client may have {most}. Try again in {_seconds(retry)}.")


class OverloadedError(RunError):
    """More is asked for by all clients together than the server takes on. `retry`: in so many seconds."""

    def __init__(self, reason: str, retry: int) -> None:
        self.retry = retry
        super().__init__(f"The server has more to do than it can: {reason}. Try again in {_seconds(retry)}.")


def _seconds(count: int) -> str:
    return "a second" if count == 1 else f"{count} seconds"


class LeaseLostError(RunError):
    """Another server has taken the run over: what this one wrote was refused."""

    def __init__(self, run: str) -> None:
        super().__init__(f"Another server has taken over the run {run[:100]!r}; nothing was changed here. Try again.")
