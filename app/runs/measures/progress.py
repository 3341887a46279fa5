"""Measures of how far a run has come, and how it is set up."""

from app.engine.curvature import is_linear_unit
from app.runs.measures.measure import Measure
from app.runs.snapshots import RunSnapshot


def _dropout(snapshot: RunSnapshot) -> float | None:
    return max(snapshot.controls.settings.dropout, default=None)


def _batch_share(snapshot: RunSnapshot) -> float:
    return min(1.0, snapshot.controls.batch_size / snapshot.plan.samples.train)


MEASURES = (
    Measure("step", "steps trained", "steps", "integer", lambda f: f.step),
    Measure("began_at", "step it began with", "", "integer", lambda f: f.start.state.step),
    Measure("hidden_layers", "hidden layers", "", "integer", lambda f: len(f.plan.network.spec.hidden)),
    Measure("learning_rate", "learning rate", "", "number", lambda f: f.controls.settings.learning_rate),
    Measure(
        "linear_unit", "a linear unit with squared error", "", "yes", lambda f: float(is_linear_unit(f.plan.network))
    ),
    Measure("batch_share", "batch size ÷ training samples", "", "percent", _batch_share),
    Measure("dropout", "dropout", "", "number", _dropout),
)
