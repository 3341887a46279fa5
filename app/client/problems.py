"""Problems as exceptions: each carries what the server's problem document says."""

import json
from collections.abc import Mapping, Sequence
from typing import Any


class Problem(Exception):  # noqa: N818  named as the server names it
    """The server refused a request (RFC 9457).

    `type` names the kind ("busy", "no-such-step"; "" where it has no name), `title` and `detail` say what is wrong,
    `status` is HTTP's. `errors` has an entry for each field that is wrong: `path`, `value`, `message`, and `allowed`
    where that can be listed. `retry_after` is the number of seconds after which the server asks to be tried again.
    """

    def __init__(self, status: int, fields: Mapping[str, Any], retry_after: float | None = None) -> None:
        self.status, self.retry_after = status, retry_after
        self.type: str = str(fields.get("type", "")).rpartition(":")[2].removeprefix("blank")
        self.title: str = str(fields.get("title", ""))
        self.detail: str = str(fields.get("detail", "")) or f"The server answered {status}."
        self.errors: Sequence[Mapping[str, Any]] = fields.get("errors", ())
        super().__init__(self.detail)

    def __str__(self) -> str:
        return f"{self.title}: {self.detail}" if self.title else self.detail


class Invalid(Problem):
    """400, 413, 415, 422: something in the request can't be; `errors` names it."""


class NotFound(Problem):
    """404: no such run, step, table or experiment."""


class Conflict(Problem):
    """409: not with the run as it is; it is being trained, stands at another step, or has overflowed."""


class Busy(Problem):
    """429 or 503: the server can't do more at present. It was asked again a number of times already."""


class Disconnected(Exception):  # noqa: N818
    """The server can't be reached, or the connection broke off and could not be made again.

    `sent` says whether the request may have reached it.
    """

    def __init__(self, message: str, sent: bool) -> None:
        self.sent = sent
        super().__init__(message)


KINDS: dict[int, type[Problem]] = {
    **dict.fromkeys((400, 413, 415, 422), Invalid),
    404: NotFound,
    409: Conflict,
    **dict.fromkeys((429, 502, 503, 504), Busy),
}


def problem_of(status: int, headers: Mapping[str, str], content: bytes) -> Problem:
    """The exception that an answer becomes."""
    try:
        fields = json.loads(content)
    except ValueError:
        fields = {}
    return KINDS.get(status, Problem)(status, fields if isinstance(fields, dict) else {}, retry_after(headers))


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds, as the header Retry-After says; None where it says none, or a date."""
    text = headers.get("retry-after", "")
    return float(text) if text.isdecimal() else None
