"""Measures of how far a run has come, and how it is set up."""

from ...engine.curvature import is_linear_unit
from ..snapshots import RunSnapshot
from .measure import Measure


def _dropout(snapshot: RunSnapshot) -> float | None:
    """The highest rate of a layer that some step has met, or that is in force now."""
    own = [layer.dropout for layer in snapshot.plan.network.spec.hidden]
    if not own:
        return None
    changes = [change for change in snapshot.changes if change.field == "dropout"]
    before = [] if any(change.step <= snapshot.start.state.step for change in changes) else own
    patched = [float(change.value) for change in changes]
    return max([*before, *patched, *snapshot.controls.settings.dropout])


def _batch_share(snapshot: RunSnapshot) -> float:
    return min(1.0, snapshot.controls.batch_size / snapshot.plan.samples.train)


def _step_layers(snapshot: RunSnapshot) -> int:
    return sum(layer.activation == "step" for layer in snapshot.plan.network.spec.hidden)


def _normalized_layers(snapshot: RunSnapshot) -> int:
    return sum(layer.batch_norm for layer in snapshot.plan.network.spec.hidden)


MEASURES = (
    Measure("step", "steps trained", "steps", "integer", lambda f: f.step),
    Measure("began_at", "step it began with", "", "integer", lambda f: f.start.state.step),
    Measure("hidden_layers", "hidden layers", "", "integer", lambda f: len(f.plan.network.spec.hidden)),
    Measure("step_layers", "hidden layers with a step activation", "", "integer", _step_layers),
    Measure("normalized_layers", "hidden layers with batch norm", "", "integer", _normalized_layers),
    Measure("training_samples", "training samples", "", "integer", lambda f: f.plan.samples.train),
    Measure(
        "squared_error",
        "squared error as the loss",
        "",
        "yes",
        lambda f: float(f.plan.network.spec.loss == "squared_error"),
    ),
    Measure("learning_rate", "learning rate", "", "number", lambda f: f.controls.settings.learning_rate),
    Measure(
        "linear_unit", "a linear unit with squared error", "", "yes", lambda f: float(is_linear_unit(f.plan.network))
    ),
    Measure("batch_share", "batch size ÷ training samples", "", "percent", _batch_share),
    Measure("patched", "changes while it trained", "", "integer", lambda f: len(f.configs) - 1),
    Measure("dropout", "dropout", "", "number", _dropout),
)
