"""How often each experiment held, over seeds 0 to 19."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Evidence:
    """Over `seeds` seeds it held in `held`; the rest is about the headline measure, where it was a number."""

    seeds: int
    held: int
    median: float | None
    least: float | None
    most: float | None


EVIDENCE: dict[tuple[str, str], Evidence] = {}
