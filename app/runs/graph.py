"""The network as nodes and edges, for drawing it."""

from typing import Any

from ..data.prepare import Samples
from ..engine.network import Network


def graph(network: Network, samples: Samples) -> dict[str, Any]:
    """Nodes "layer.unit" from the inputs (layer 0) on; an edge's weight is `parameter`[index[0]][index[1]]."""
    widths = network.spec.widths
    nodes = [_node(network, samples, layer, unit) for layer, units in enumerate(widths) for unit in range(units)]
    edges = [
        {"source": f"{layer - 1}.{i}", "target": f"{layer}.{j}", "parameter": f"W{layer}", "index": [i, j]}
        for layer in range(1, len(widths))
        for i in range(widths[layer - 1])
        for j in range(widths[layer])
    ]
    return {"nodes": nodes, "edges": edges}


def _node(network: Network, samples: Samples, layer: int, unit: int) -> dict[str, Any]:
    spec = network.spec
    node: dict[str, Any] = {"id": f"{layer}.{unit}", "layer": layer, "unit": unit}
    if layer == 0:
        return node | {"kind": "input", "label": samples.features[unit]}
    if layer <= len(spec.hidden):
        own = spec.hidden[layer - 1]
        facts = {"activation": own.activation, "batch_norm": own.batch_norm, "bias": f"b{layer}"}
        return node | {"kind": "hidden", "label": f"a{layer}[{unit}]"} | facts
    label = samples.classes[unit] if samples.task == "multiclass" else "output"
    return node | {"kind": "output", "label": label, "activation": spec.output_activation, "bias": f"b{layer}"}
