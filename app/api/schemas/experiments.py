"""Schemas of experiments, verdicts and answers to questions."""

from typing import Any, Literal

from pydantic import Field, RootModel

from ...runs.config import RunConfig
from ...runs.requests import TrainRequest
from .base import Real, ResponseModel
from .runs import CompleteConfig


class Measure(ResponseModel):
    name: str
    title: str
    unit: str
    kind: Literal["number", "percent", "integer", "seconds", "yes"]


class Condition(ResponseModel):
    """`measure` (or the config's `field`) of `run` `is` above, ... `bound`, or `times` that of the run `of`."""

    run: Literal["this", "before", "other"]
    measure: str | None = None
    title: str | None = None
    field: str | None = Field(default=None, description="a path into the config: hidden[*].activation")
    is_: str = Field(alias="is", description="above, at_least, below, at_most, equal, not_equal, one_of or equal_but")
    bound: Any = None
    of: str | None = Field(default=None, description="before: without the cure, or when it began; other: a second run")
    times: float | None = None


class SeedResults(ResponseModel):
    """Over that many seeds, measured beforehand: in how many it held, and the measure there."""

    seeds: int
    held: int
    median: Real
    least: Real
    most: Real


class Variant(ResponseModel):
    id: str
    title: str
    why: str
    helps: Literal["yes", "partly", "no", ""] = Field(description="as measured; empty: it is no cure")
    changes: RunConfig = Field(description="over the experiment's config")
    from_step: int | Literal["well"] | None = Field(
        description="change it only after this step; well: fork it from the last step before its numbers ended; "
        "null: from the start"
    )
    steps: int
    measure: Measure
    conditions: list[Condition]
    evidence: SeedResults | None


class Question(ResponseModel):
    id: str
    text: str
    runs: int = Field(description="2: it takes another run to compare with")
    conditions: list[Condition]


class Experiment(ResponseModel):
    id: str
    number: str = Field(description="5a, 5b, ... belong together")
    title: str = Field(description="in the field's words")
    subtitle: str = Field(description="the same in an image")
    topic: Literal["gradients", "data", "regularization", "how it works"]
    claim: str
    watch: str
    instrument: str
    config: CompleteConfig = Field(description="to create a run from")
    train: TrainRequest = Field(description="how to train it")
    measure: Measure = Field(description="the one to print large")
    conditions: list[Condition] = Field(description="the claim holds where all of them do")
    evidence: SeedResults | None
    cures: list[Variant]
    beside: list[Variant] = Field(description="more to see beside it; no cures")
    questions: list[Question]


class ExperimentList(RootModel[list[Experiment]]):
    """The experiments, in order."""


class CheckedCondition(Condition):
    value: Any
    held: bool | None = Field(description="null: could not be measured")


class MeasuredValue(Measure):
    value: Real
    text: str = Field(description="as it is to be printed")
    before: Real = Field(default=None, description="of a cure: without it, or when it began")
    before_text: str | None = None


class Verdict(ResponseModel):
    run: str
    experiment: str
    cure: str | None
    claim: str
    step: int
    steps: int = Field(description="how many the claim is about")
    status: Literal["measuring", "held", "contradicted", "unknown", "outside"] = Field(
        description="outside: the claim isn't about this run's setting"
    )
    held: bool | None
    measure: MeasuredValue
    conditions: list[CheckedCondition]
    measures: list[MeasuredValue]
    words: str
    changed: list[str] = Field(description="fields of the config that are not the experiment's any more")
    confidence: str
    evidence: SeedResults | None
    why: str | None = Field(description="why this run may say otherwise")


class Answer(ResponseModel):
    run: str
    experiment: str
    question: str
    text: str
    answered: bool | None = Field(description="whether every condition is met; null: one could not be measured")
    conditions: list[CheckedCondition]
    answer: str | None = Field(description="the answer, with this run's numbers; null until every condition is met")
    words: str = Field(description="the answer, or what is still missing")
