"""The time of heat maps and of an evaluation, in updates.

`rows()` gives the measurements as in `engine`; `python -m tests.benchmarks surfaces` prints them.
"""

from collections.abc import Callable

import numpy as np

from app.engine.evaluation import Evaluator
from app.engine.surfaces import Surfaces
from tests.benchmarks.engine import interleaved, ours, trainer_of
from tests.benchmarks.floor import NETS, Net
from tests.benchmarks.row import Row


def heat_maps(net: Net, size: int) -> Callable[[], object]:
    trainer, _ = trainer_of(net)
    state = trainer.state()
    grid = np.random.default_rng(0).uniform(-1, 1, (size * size, net.sizes[0]))
    surfaces, dropout = Surfaces(trainer.network, grid, size), trainer.settings.dropout
    return lambda: surfaces.bytes(state.parameters, state.running, dropout)


def evaluation(net: Net, samples: int) -> Callable[[], object]:
    trainer, _ = trainer_of(net)
    state, rng = trainer.state(), np.random.default_rng(0)
    inputs, targets = rng.uniform(-1, 1, (samples, net.sizes[0])), rng.uniform(-1, 1, (samples, net.sizes[-1]))
    cut = samples * 2 // 3
    evaluator = Evaluator(trainer.network, "regression", (inputs[:cut], targets[:cut]), (inputs[cut:], targets[cut:]))
    return lambda: evaluator.evaluate(state, trainer.settings.dropout)


def rows(rounds: int = 40) -> list[Row]:
    """Heat maps at 50 × 50 cost at most ten updates of N2; an evaluation has no promise in updates, only in time."""
    found: list[Row] = []
    for name in ("N1", "N2a"):
        net = NETS[name]
        peers = {
            "update": ours(net),
            "24": heat_maps(net, 24),
            "50": heat_maps(net, 50),
            "100": heat_maps(net, 100),
            "evaluation": evaluation(net, 200),
        }
        took = interleaved(peers, rounds)
        for size, limit in (("24", None), ("50", 10.0), ("100", None)):
            note = f"{took[size] * 1e6:.0f} µs"
            found.append(Row(f"{name}: heat maps {size}×{size} ÷ update", took[size] / took["update"], limit, note))
        note = f"{took['evaluation'] * 1e6:.0f} µs, 200 samples"
        found.append(Row(f"{name}: evaluation ÷ update", took["evaluation"] / took["update"], None, note))
    return found
