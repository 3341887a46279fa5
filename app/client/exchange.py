"""What the client says to the server and when, without any input or output of its own.

Each call is a generator: it yields effects (send this, wait so long, read a line), is sent what came of them, and
returns the result. `transport` carries the effects out, once for threads and once for asyncio.
"""

import json
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

from .problems import Disconnected, Problem, problem_of, retry_after

T = TypeVar("T")
TRIES = 8  # that a server may be away, or busy, in a row
FIRST_WAIT, LONGEST_WAIT = 0.25, 10.0  # seconds between two tries, doubled each time
AWAY = (502, 503, 504)  # a server that stops, a store that does not answer, a proxy that finds neither


@dataclass(frozen=True)
class Call:
    """A request; `repeatable`: sent twice, it does what it does once. With `stream` its lines are read one by one."""

    method: str
    path: str
    body: Any = None
    query: Mapping[str, Any] = field(default_factory=dict)
    content: bytes | None = None  # a file, in place of a body
    repeatable: bool = True
    stream: bool = False


@dataclass(frozen=True)
class Reply:
    """An answer; of a stream that was opened, `content` is empty."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    def json(self) -> Any:
        return json.loads(self.content)


@dataclass(frozen=True)
class Wait:
    """Nothing for so many seconds."""

    seconds: float


@dataclass(frozen=True)
class NextLine:
    """The next whole line of the stream that is open, or None at its end."""


@dataclass(frozen=True)
class Hangup:
    """The stream that is open is closed."""


Effect: TypeAlias = Call | Wait | NextLine | Hangup
Work: TypeAlias = Generator[Effect, Any, T]


def waits() -> Generator[float, None, None]:
    """Seconds to wait after each failure in a row; it ends when it is time to give up."""
    seconds = FIRST_WAIT
    for _ in range(TRIES):
        yield seconds
        seconds = min(2 * seconds, LONGEST_WAIT)


def answered(call: Call) -> Work[Reply]:
    """The answer to a call. Problem where it is refused, Disconnected where there is none.

    A server that is busy or away is asked again, after as long as it says; but what may have been done already, and
    would be done twice, is not sent again.
    """
    pause = waits()
    while True:
        failure: Problem | Disconnected
        try:
            reply: Reply = yield call
        except Disconnected as error:
            if error.sent and not call.repeatable:
                raise
            failure, seconds = error, None
        else:
            if reply.status < 400:
                return reply
            failure, seconds = problem_of(reply.status, reply.headers, reply.content), retry_after(reply.headers)
            if reply.status != 429 and reply.status not in AWAY:
                raise failure
        least = next(pause, None)
        if least is None:
            raise failure
        yield Wait(max(least, min(seconds or 0.0, LONGEST_WAIT)))


def get(path: str, **query: Any) -> Work[Any]:
    """The JSON of a GET; what is None is left out of the query."""
    return (yield from answered(Call("GET", path, query=known(query)))).json()


def post(path: str, body: Any = None, repeatable: bool = False) -> Work[Any]:
    """The JSON that a POST is answered with."""
    return (yield from answered(Call("POST", path, body, repeatable=repeatable))).json()


def known(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is None."""
    return {name: value for name, value in fields.items() if value is not None}
