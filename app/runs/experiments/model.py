"""The parts of an experiment: the experiment itself, its variants and its questions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from app.data.datasets import DATASETS
from app.runs.conditions import Condition, at_least, equals, field_is
from app.runs.config import RunConfig

Topic = Literal["gradients", "data", "regularization", "how it works"]

LINEAR_UNIT = (
    equals("linear_unit", 1),
    field_is("optimizer", "sgd"),
    at_least("batch_share", 1),
)
"""Plain gradient descent on a linear unit with squared error: the setting in which 2/λmax is exact."""


@dataclass(frozen=True, kw_only=True)
class Variant:
    """The experiment with something changed: a cure, or something else to see beside it.

    `changes` go over the experiment's config (keys as in a RunConfig). With `from_step` the run is trained that far
    first, then changed, then trained `steps` more: PATCH it, or fork it there. "well" stands for the last step before
    its numbers ended: fork it there, and train as far as the experiment goes. `helps`: yes, partly, no, or "" where it
    is no cure. `words` are said when its conditions hold, `otherwise` when they don't.
    """

    id: str
    title: str
    why: str
    changes: Mapping[str, Any]
    conditions: tuple[Condition, ...]
    headline: str
    words: str
    otherwise: str = "The loss is {train_loss}."
    helps: str = "yes"
    steps: int = 0
    from_step: int | Literal["well"] | None = None


@dataclass(frozen=True)
class Question:
    """Something to find out by trying. A run that meets every condition answers it, and its numbers fill `answer`.

    In `answer`, a measure's name stands for this run's number, with "other." before it for the second run's.
    """

    id: str
    text: str
    conditions: tuple[Condition, ...]
    answer: str


@dataclass(frozen=True)
class Experiment:
    """A claim and how to see it. `number` groups related ones; `headline` is the measure to print large.

    `scope` are the settings that the claim is about: a run that doesn't meet them is no evidence for or against it.
    """

    id: str
    number: str
    title: str
    subtitle: str
    topic: Topic
    claim: str
    watch: str
    instrument: str
    config: Mapping[str, Any]
    steps: int
    evaluate_every: int
    conditions: tuple[Condition, ...]
    headline: str
    words: str
    otherwise: str
    cures: tuple[Variant, ...] = ()
    beside: tuple[Variant, ...] = ()
    questions: tuple[Question, ...] = ()
    measures: tuple[str, ...] = ()
    scope: tuple[Condition, ...] = ()

    @property
    def variants(self) -> tuple[Variant, ...]:
        return self.cures + self.beside


def config_of(experiment: Experiment, variant: Variant | None = None, seed: int = 0) -> RunConfig:
    """The run that an experiment begins with, or one of its variants; a change at a known step comes in later."""
    changes = {} if variant is None or isinstance(variant.from_step, int) else variant.changes
    return RunConfig.model_validate({**experiment.config, **changes, "seed": seed})


def layers(units: int, activation: str, count: int) -> list[dict[str, Any]]:
    return [{"units": units, "activation": activation}] * count


def columns(name: str) -> list[str]:
    return list(DATASETS[name].columns)
