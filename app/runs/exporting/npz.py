"""Export as NumPy's archive: parameters, state, scaling and features by name, loaded without pickle."""

from io import BytesIO
from typing import Any

import numpy as np

from ..run import Run
from .model import Model


def write(run: Run, model: Model, config: str) -> bytes:
    """`parameters/W1` …, `running/running_mean1` …, `optimizer/velocity/W1` …, `scaler/offset` …; `config` is JSON."""
    state, network = run.cursor.trainer.state(), run.plan.network
    found: dict[str, Any] = {
        "step": np.array(state.step),
        "updates": np.array(state.updates),
        "config": np.array(config),
        "columns": _texts(model.columns),
        "features": _texts(model.features),
        "classes": _texts(model.classes),
        "scaler/kind": np.array(model.scaler.kind),
        "scaler/offset": model.scaler.offset,
        "scaler/scale": model.scaler.scale,
        "scaler/shift": model.scaler.shift,
        "fills": model.fills,
        "target_scaler/kind": np.array(model.target_scaler.kind),
        "target_scaler/offset": model.target_scaler.offset,
        "target_scaler/scale": model.target_scaler.scale,
    }
    if model.scaler.low is not None and model.scaler.high is not None:
        found |= {"scaler/low": model.scaler.low, "scaler/high": model.scaler.high}
    found |= {f"parameters/{name}": value for name, value in network.unpack(state.parameters).items()}
    found |= {f"running/{name}": value for name, value in network.unpack_running(state.running).items()}
    for moment, flat in state.moments.items():
        found |= {f"optimizer/{moment}/{name}": value for name, value in network.unpack(flat).items()}
    file = BytesIO()
    np.savez(file, **found)
    return file.getvalue()


def _texts(names: tuple[str, ...]) -> np.typing.NDArray[np.str_]:
    return np.array(names, dtype=np.str_)
