"""The time of an update here, in a minimal loop, as a textbook writes it, and in PyTorch, interleaved in one run.

`rows()` gives the measurements; `python -m tests.benchmarks engine` prints them.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy: a second thread only makes noise here

import gc
import statistics
from collections.abc import Callable, Iterator, Mapping
from itertools import cycle
from time import perf_counter
from typing import Any

from app.engine.batch import Batch, make_batch
from app.engine.network import Network
from app.engine.spec import LayerSpec, NetworkSpec, OptimizerSpec, settings_of
from app.engine.training import Trainer, initial_state

from .floor import NETS, Floor, Net, Textbook, data, torch_step, weights
from .row import Row

BLOCK = 0.004  # seconds of one uninterrupted measurement


def spec_of(net: Net) -> NetworkSpec:
    hidden = tuple(LayerSpec(units, net.activation, net.dropout, net.batch_norm) for units in net.sizes[1:-1])
    return NetworkSpec(net.sizes[0], hidden, net.sizes[-1], net.loss)


def trainer_of(net: Net) -> tuple[Trainer, Iterator[Batch]]:
    """A trainer that starts from the floor's weights, and its batches, for ever."""
    network = Network(spec_of(net))
    named: dict[str, Any] = {}
    for k, (w, b) in enumerate(weights(net), 1):
        named |= {f"W{k}": w, f"b{k}": b}
    for k, units in enumerate(net.sizes[1:-1], 1):
        named |= {f"gamma{k}": [1.0] * units, f"beta{k}": [0.0] * units} if net.batch_norm else {}
    state = initial_state(network, network.pack(named))
    settings = settings_of(network.spec, net.learning_rate)
    batches = [make_batch(range(net.batch), x, y) for x, y in data(net)]
    return Trainer(network, OptimizerSpec(), settings, state, 0), cycle(batches)


def ours(net: Net, recorded: bool = False) -> Callable[[], object]:
    trainer, batches = trainer_of(net)
    return map(trainer.recorded_step if recorded else trainer.step, batches).__next__


def interleaved(peers: Mapping[str, Callable[[], object]], rounds: int = 40) -> dict[str, float]:
    """Seconds a call: each round times a block of every peer in turn; the median of the faster half of rounds."""
    counts = {name: max(3, int(BLOCK / _seconds(call, 20))) for name, call in peers.items()}
    times: dict[str, list[float]] = {name: [] for name in peers}
    gc.disable()
    try:
        for _ in range(rounds):
            for name, call in peers.items():
                times[name].append(min(_seconds(call, counts[name] // 3 + 1) for _ in range(3)))
    finally:
        gc.enable()
    return {name: statistics.median(sorted(found)[: rounds // 2 + 1]) for name, found in times.items()}


def _seconds(call: Callable[[], object], times: int) -> float:
    start = perf_counter()
    for _ in range(times):
        call()
    return (perf_counter() - start) / times


def rows(rounds: int = 40) -> list[Row]:
    """Every ratio that the engine promises, measured now."""
    found: list[Row] = []
    for name in ("N1", "N2a", "N2b", "N3", "N4"):
        found += _plain(NETS[name], rounds)
    return found + _normalised(NETS["N5"], rounds)


def _plain(net: Net, rounds: int) -> list[Row]:
    torch = torch_step(net)
    peers = {
        "ours": ours(net),
        "recorded": ours(net, recorded=True),
        "floor": Floor(net).step,
        "book": Textbook(net).step,
    }
    took = interleaved(peers | ({"torch": torch} if torch else {}), rounds)
    update = took["ours"]
    faster = took["torch"] / update if torch else None
    return [
        Row(f"{net.name}: update ÷ floor", update / took["floor"], 1.25, f"{update * 1e6:.1f} µs"),
        Row(f"{net.name}: textbook ÷ update", took["book"] / update, None, f"{took['book'] * 1e6:.1f} µs", True),
        Row(f"{net.name}: recorded ÷ unrecorded", took["recorded"] / update, 1.3, f"{took['recorded'] * 1e6:.1f} µs"),
        _torch_row(net.name, faster, 15.0 if net.name != "N4" else None),
    ]


def _normalised(net: Net, rounds: int) -> list[Row]:
    """Batch norm has no floor here: its limit is 1.3 times ordinary formulas, 176 µs where the floor's N2a takes 16."""
    torch = torch_step(net)
    peers = {
        "ours": ours(net),
        "recorded": ours(net, recorded=True),
        "floor": Floor(NETS["N2a"]).step,
        "book": Textbook(net).step,
    }
    took = interleaved(peers | ({"torch": torch} if torch else {}), rounds)
    update = took["ours"]
    return [
        Row(f"{net.name}: update ÷ floor's N2a", update / took["floor"], 1.3 * 176 / 16, f"{update * 1e6:.1f} µs"),
        Row(f"{net.name}: textbook ÷ update", took["book"] / update, None, f"{took['book'] * 1e6:.1f} µs", True),
        Row(f"{net.name}: recorded ÷ unrecorded", took["recorded"] / update, 1.3, f"{took['recorded'] * 1e6:.1f} µs"),
        _torch_row(net.name, took["torch"] / update if torch else None, None),
    ]


def _torch_row(name: str, faster: float | None, limit: float | None) -> Row:
    note = "eager" if faster else "PyTorch is not installed"
    return Row(f"{name}: PyTorch ÷ update", faster, limit, note, at_least=True)
