"""What commands print: an evaluation in words, JSON as the API writes it, and the program's exit codes."""

import math
import sys

from ..api import wire
from ..runs.formatting import format_value
from ..runs.run import EvaluationLine, Run
from ..store.machine import computed_by

NOT_FINITE = 3
CONTRADICTED = 4


def words_of(line: EvaluationLine) -> str:
    """One sentence of an evaluation."""
    found = line.evaluation
    told = [f"training loss {number(found.train_loss)}"]
    if found.test_loss is not None:
        told.append(f"test loss {number(found.test_loss)}")
    if found.test_accuracy is not None:
        told.append(f"test accuracy {format_value('percent', found.test_accuracy)}")
    elif found.train_accuracy is not None:
        told.append(f"training accuracy {format_value('percent', found.train_accuracy)}")
    return f"Step {found.step}: {', '.join(told)}."


def number(value: float) -> str:
    return format_value("number", value) if math.isfinite(value) else "not finite"


def exported(run: Run, kind: str = "json") -> bytes:
    """The run in a format; as JSON it opens again."""
    return wire.runs.exported(run, kind, computed_by())


def write(content: bytes) -> None:
    """Bytes to standard output as they are, at once."""
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()
