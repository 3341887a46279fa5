"""Instruments to hold against a run: each gathers copies in slices, then measures where nobody waits. No run moves."""

from app.runs.instruments.edge import Edge, check_every_edge, hold_edge
from app.runs.instruments.flip import Flip, flip
from app.runs.instruments.ladder import Ladder, ladder
from app.runs.instruments.limit import Limit, limit
from app.runs.instruments.members import Asked, ask_members
from app.runs.instruments.paths import Estimate, Summed, sum_paths
from app.runs.instruments.place import Work
from app.runs.instruments.scalings import Scalings, scalings

__all__ = [
    "Asked",
    "Edge",
    "Estimate",
    "Flip",
    "Ladder",
    "Limit",
    "Scalings",
    "Summed",
    "Work",
    "ask_members",
    "check_every_edge",
    "flip",
    "hold_edge",
    "ladder",
    "limit",
    "scalings",
    "sum_paths",
]
