"""Training a run in this process."""

from collections.abc import Callable

from ..runs.limits import MAX_STEPS
from ..runs.requests import TrainRequest
from ..runs.run import EvaluationLine, Run, StepLine


def train(
    run: Run,
    steps: int,
    every: int | None = None,
    detail: str = "summary",
    tell: Callable[[StepLine], None] | None = None,
) -> EvaluationLine:
    """So many steps, or up to one that is not finite; `tell` is told of each that `every` divides, and of the last.

    The evaluation at the end. FieldsError where a full line would be too long.
    """
    last = run.step + max(0, steps)
    found = run.evaluation()
    while run.step < last and not run.stopped:
        part = min(MAX_STEPS, last - run.step)
        request = TrainRequest.model_validate({"steps": part, "every": min(every or part, MAX_STEPS), "detail": detail})
        run.begin(request)
        try:
            for line in run.train(request):
                if isinstance(line, EvaluationLine):
                    found = line
                elif line is not None and tell and _is_shown(line, every, last):
                    tell(line)
        finally:
            run.end()
    return found


def _is_shown(line: StepLine, every: int | None, last: int) -> bool:
    step = line.step
    return step.step == last or not step.finite or (every is not None and step.step % every == 0)
