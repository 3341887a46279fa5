"""What a table proposes for the fields that a config leaves out: scaling, network, learning rate, L2 penalty.

The figures of uploaded ones come from the tables of `tests/runs/usual_tables.py`. At a learning rate of 0.3 small and
noisy ones are learned by heart within 300 steps, without a penalty within 2 000; ten classes do not pass through four
units.
"""

from typing import Any

from ..data.csvbuild import BuiltTable
from .config import LayerConfig, RunConfig
from .limits import MAX_UNITS

LEARNING_RATE = 0.1
MOST_INPUTS, MOST_CLASSES = 16, 4  # beyond these one wide layer lets through what the default's two do not
FEW_ROWS, L2 = 1_000, 0.02  # with fewer rows the penalty is proposed; with more it only costs accuracy


#: Of built-in data sets that the defaults learn badly. Ten tanh units tell nine digits of ten apart within 300 steps.
BUILT_IN: dict[str, dict[str, Any]] = {
    "digits": {"scaling": "linear", "hidden": [LayerConfig(units=10, activation="tanh")]},
}


def proposal_of(built: BuiltTable) -> dict[str, Any]:
    """Fields of a RunConfig, for a table as it was built."""
    narrow = len(built.table.columns) <= MOST_INPUTS and len(built.table.classes) <= MOST_CLASSES
    hidden = list(RunConfig().hidden) if narrow else [LayerConfig(units=MAX_UNITS, activation="tanh")]
    l2 = L2 if len(built.table.inputs) < FEW_ROWS else 0.0
    return {"scaling": built.scaling.scaling, "hidden": hidden, "learning_rate": LEARNING_RATE, "l2": l2}


def with_proposal(config: RunConfig, built: BuiltTable | None) -> RunConfig:
    """The config, with what its table, uploaded or built in, proposes for the fields that it leaves out."""
    known = BUILT_IN.get(config.dataset, {}) if isinstance(config.dataset, str) else {}
    fields = known if built is None else proposal_of(built)
    return config.model_copy(update={name: v for name, v in fields.items() if name not in config.model_fields_set})
