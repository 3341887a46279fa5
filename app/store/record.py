"""What is kept of a run: what is fixed, what changes as it trains, and the checkpoints, each as bytes."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..engine.training import State
from ..runs.build import Plan, Start, restored_plan
from ..runs.changes import Change
from ..runs.config import RunConfig
from ..runs.run import Progress
from ..runs.tables import UploadedTable
from .encoding import DamagedError, pack, unpack
from .machine import computed_by

CHECKPOINT_BYTES = 48_000  # that the checkpoints of a run may take in the store, but for the first and the last
MIN_CHECKPOINTS = 4


@dataclass(frozen=True)
class StoredRun:
    """A run as it was kept, with its checkpoints by step."""

    fixed: bytes
    moving: bytes
    checkpoints: Mapping[int, bytes]


def pack_fixed(plan: Plan) -> bytes:
    """What never changes in a run: its config and the state that it starts in; the rows of a table in place as an
    array, the first."""
    config = plan.config.plain()
    rows = _taken_out(config["dataset"])
    table = None if plan.table is None else plan.table.name
    header, arrays = _written(plan.start)
    return pack({"config": config, "rows": len(rows), "table": table, "start": header}, [*rows, *arrays])


def _taken_out(dataset: Any) -> list[NDArray[np.float64]]:
    """The rows of a table in place, where it holds them as an array: then they are no longer in it."""
    return [dataset.pop("inputs")] if isinstance(dataset, dict) and isinstance(dataset["inputs"], np.ndarray) else []


def table_of(fixed: bytes) -> str | None:
    """The name of the uploaded table that the run is trained on."""
    name: str | None = unpack(fixed)[0]["table"]
    return name


def unpack_plan(fixed: bytes, table: UploadedTable | None) -> Plan:
    """The same plan again, its samples drawn anew."""
    header, arrays = unpack(fixed)
    count = header.get("rows", 0)  # an earlier version kept them in the config
    for rows in arrays[:count]:
        header["config"]["dataset"]["inputs"] = rows
    config = RunConfig.model_validate(header["config"])
    return restored_plan(config, _read(header["start"], arrays[count:]), table)


def pack_progress(progress: Progress) -> bytes:
    """Where a run stands and what was changed; its checkpoints are kept one by one."""
    header, arrays = _written(progress.now)
    return pack(
        {
            "now": header,
            "furthest": progress.furthest,
            "reachable": progress.reachable,
            "exact_from": progress.exact_from,
            "changes": list(progress.changes),
            "computed_by": computed_by(),
        },
        arrays,
    )


def unpack_progress(stored: StoredRun) -> Progress:
    """How far a run has come. What another kind of machine computed is taken as it is, and not computed again here."""
    header, arrays = unpack(stored.moving)
    now = _read(header["now"], arrays)
    at, reachable = now.state.step, header["reachable"]
    changes = [Change(**change) for change in header["changes"]]
    if header["computed_by"] != computed_by():
        return Progress(now, at, reachable, at, changes, [now])
    return Progress(now, header["furthest"], reachable, header["exact_from"], changes, _undamaged(stored.checkpoints))


def _undamaged(checkpoints: Mapping[int, bytes]) -> list[Start]:
    """Those that are as they were written: a run can do without any of them."""
    found = []
    for step in sorted(checkpoints):
        with suppress(DamagedError):
            found.append(_read(*unpack(checkpoints[step])))
    return found


def pack_checkpoint(start: Start) -> bytes:
    return pack(*_written(start))


def thinned(steps: Iterable[int], newest: int, size: int) -> list[int]:
    """The steps whose checkpoints are kept: the nearer to the newest, the closer together. The first always stays.

    One is let go where the gap that it leaves is no longer than the way from there to the newest; longer ones, where
    all that are kept would take too many bytes.
    """
    kept = sorted(steps)
    most = max(MIN_CHECKPOINTS, CHECKPOINT_BYTES // size)
    share = 1.0
    while True:
        at = 1
        while at < len(kept) - 1:
            if kept[at + 1] - kept[at - 1] <= share * (newest - kept[at + 1]):
                del kept[at]
            else:
                at += 1
        if len(kept) <= most:
            return kept
        share *= 2


def _written(start: Start) -> tuple[dict[str, Any], Sequence[NDArray[np.float64]]]:
    state = start.state
    header = {
        "step": state.step,
        "used": start.used,
        "updates": state.updates,
        "finite": state.finite,
        "batch_size": state.batch_size,
        "moments": list(state.moments),
    }
    return header, [state.parameters, state.running, *state.moments.values()]


def _read(header: Mapping[str, Any], arrays: Sequence[NDArray[np.float64]]) -> Start:
    parameters, running, *moments = arrays
    named = dict(zip(header["moments"], moments, strict=True))
    return Start(
        State(
            header["step"],
            parameters,
            running,
            named,
            header["updates"],
            header["finite"],
            header["batch_size"],
        ),
        header["used"],
    )
