"""The loss over the steps as a small chart: training and test."""

import math
from collections.abc import Iterable, Sequence

from .records import Evaluation


def curve(found: Sequence[Evaluation], left: float, top: float, width: float, height: float) -> Iterable[str]:
    """Lines and axis of a chart, from 0 to the largest finite loss."""
    losses = [loss for each in found for loss in (each.train_loss, each.test_loss) if loss is not None]
    largest = max((loss for loss in losses if math.isfinite(loss)), default=0.0) or 1.0
    first, last = found[0].step, max(found[-1].step, found[0].step + 1)

    def line(values: Iterable[tuple[int, float | None]], name: str) -> str:
        points = [
            f"{left + width * (step - first) / (last - first):.1f},{top + height * (1 - loss / largest):.1f}"
            for step, loss in values
            if loss is not None and math.isfinite(loss)
        ]
        return f'<polyline class="line {name}" points="{" ".join(points)}"/>'

    yield f'<path class="axis" d="M{left:.1f} {top:.1f}v{height:.1f}h{width:.1f}"/>'
    yield line([(each.step, each.train_loss) for each in found], "train")
    yield line([(each.step, each.test_loss) for each in found], "test")
    yield f'<text class="dim" x="{left:.1f}" y="{top - 8:.1f}">loss, at most {largest:.3g}</text>'
    under = top + height + 16
    yield f'<text class="dim" x="{left:.1f}" y="{under:.1f}">{first}</text>'
    yield f'<text class="dim" x="{left + width:.1f}" y="{under:.1f}" text-anchor="end">step {last}</text>'
    yield f'<text class="dim" x="{left + width:.1f}" y="{top + 4:.1f}" text-anchor="end">training — test - -</text>'
