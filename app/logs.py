"""Logs as JSON, a line each. They hold no personal data: no address, no name, and no id of a run, which is its key."""

import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime

request_id: ContextVar[str] = ContextVar("request_id", default="")
access = logging.getLogger("backprop_playground.access")


class JsonLines(logging.Formatter):
    """When, how grave, what, in which request, and whatever `extra={"fields": …}` adds."""

    def format(self, record: logging.LogRecord) -> str:
        found = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **({"request_id": request_id.get()} if request_id.get() else {}),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            found["exception"] = self.formatException(record.exc_info)
        return json.dumps(found, ensure_ascii=False)


class NotAgain(logging.Filter):
    """Lets what anybody can cause from outside through once in a while, so that it fills no disk.

    asyncio writes a message for each connection that it has no file for, thousands a second.
    """

    EVERY = 10.0  # seconds
    MESSAGES = ("socket.accept() out of system resource", "Invalid HTTP request", "Unsupported upgrade", "No supported")

    def __init__(self) -> None:
        super().__init__()
        self._last: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        text = next((each for each in self.MESSAGES if str(record.msg).startswith(each)), None)
        if text is None:
            return True
        if record.created < self._last.get(text, 0.0) + self.EVERY:
            return False
        self._last[text] = record.created
        return True


_not_again = NotAgain()


def limit_repeats() -> None:
    """To be called before anything is served."""
    for name in ("asyncio", "uvicorn.error"):
        logging.getLogger(name).addFilter(_not_again)


def install() -> None:
    """Everything that is logged goes to the standard error, as JSON; each request is logged."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    access.setLevel(logging.INFO)
