"""Where a body stops being JSON: the reason, and the place by line and column.

Parsers say it only where a sign is wrong, not for a number too long, brackets too deep, or bytes that are no text.
"""

import json
import re
import sys
from dataclasses import dataclass

#: A text as a whole, so that what stands in it counts for nothing; a bracket; a number with too many digits.
TOKENS = re.compile(rf'"(?:[^"\\]|\\.)*"|[\[{{]|[\]}}]|\d{{{sys.get_int_max_str_digits() + 1},}}', re.S)
DEEPEST = sys.getrecursionlimit()  # the parser takes no more brackets within brackets, if as many


@dataclass(frozen=True)
class Unreadable:
    """`line` and `column` count from 1; `found` is what stands there."""

    reason: str
    line: int
    column: int
    found: str


class UnreadableError(Exception):
    """A body can't be read as JSON. It can be pickled."""

    def __init__(self, reason: Unreadable) -> None:
        super().__init__(reason)
        self.reason = reason


def unreadable(body: bytes) -> Unreadable | None:
    """Why and where a body can't be read as JSON; None where it can."""
    encoding = json.detect_encoding(body)
    try:
        text = body.decode(encoding, "surrogatepass")
    except UnicodeDecodeError as error:
        before = body[: error.start].decode(encoding, "replace")
        return _at(before, len(before), f"the byte 0x{body[error.start]:02x} is no {encoding.upper()}")
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return _at(text, error.pos, error.msg)
    except RecursionError:
        depth, at = _deepest(text)
        return _at(text, at, f"{depth} brackets are open here, which is too deep")
    except ValueError:
        number = next(token for token in TOKENS.finditer(text) if token[0][0].isdigit())
        return _at(text, number.start(), f"an integer of {len(number[0])} digits is too long")
    return None


def _at(text: str, offset: int, reason: str) -> Unreadable:
    line_start = text.rfind("\n", 0, offset) + 1
    return Unreadable(reason, text.count("\n", 0, offset) + 1, offset - line_start + 1, text[offset : offset + 20])


def _deepest(text: str) -> tuple[int, int]:
    """How many brackets are open where most are, or as soon as the parser takes no more; and where that is."""
    depth = most = place = 0
    for token in TOKENS.finditer(text):
        if token[0] in "[{":
            depth += 1
            if depth > most:
                most, place = depth, token.start()
        elif token[0] in "]}":
            depth -= 1
        if most == DEEPEST:
            break
    return most, place
