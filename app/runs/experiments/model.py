"""The parts of an experiment: the experiment itself, its variants and its questions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ...data.datasets import DATASETS
from ..conditions import Condition, at_least, equals, field_is
from ..config import RunConfig

Topic = Literal["gradients", "data", "regularization", "how it works"]
Instrument = Literal[
    "gradients",
    "layer_profile",
    "health",
    "loss",
    "limit",
    "scaling",
    "tape",
    "units",
    "ensemble",
    "pathsum",
]
"""What the page shows beside the run, by the name that its script knows."""

LINEAR_UNIT = (
    equals("linear_unit", 1),
    field_is("optimizer", "sgd"),
    at_least("batch_share", 1),
    field_is("clip_norm", None),
    field_is("l1", 0.0),
)
"""Plain gradient descent on a linear unit with squared error: the setting in which 2/λmax is exact."""


@dataclass(frozen=True)
class Phrase:
    """Words that the run's numbers choose: a template's {name} stands for the text of the first case that holds.

    A text may name measures, as a template does, and no other phrase.
    """

    name: str
    cases: tuple[tuple[Condition, str], ...]
    otherwise: str

    @property
    def texts(self) -> tuple[str, ...]:
        return (*(text for _, text in self.cases), self.otherwise)


@dataclass(frozen=True, kw_only=True)
class Variant:
    """The experiment with something changed: a cure, or something else to see beside it.

    `changes` go over the experiment's config (keys as in a RunConfig). With `from_step` the run is trained that far
    first, then changed, then trained `steps` more: PATCH it, or fork it there. "well" stands for the last step before
    its numbers ended: fork it there, and train as far as the experiment goes. `helps`: yes, partly, no, or "" where it
    is no cure. `words` are said when its conditions hold, `otherwise` when they don't or can't be measured. What a
    variant does was measured in the experiment's own setting: with other fields changed too, numbers that don't fit are
    no contradiction.
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
    `phrases` are for its own words and for those of its variants.
    """

    id: str
    number: str
    title: str
    subtitle: str
    topic: Topic
    claim: str
    watch: str
    instrument: Instrument
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
    phrases: tuple[Phrase, ...] = ()

    @property
    def minutes(self) -> int:
        """About how long it takes: reading at 180 words a minute, and a third of a minute to try each cure."""
        texts = [self.claim, self.watch, self.words, *(f"{cure.why} {cure.words}" for cure in self.cures)]
        texts += [question.text for question in self.questions]
        return max(1, round(sum(len(text.split()) for text in texts) / 180 + len(self.cures) / 3))

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
