"""Verdicts on claims and answers to questions: conditions measured in a run, in words, with how sure one may be.

A verdict is about the run at hand. It never says that a claim held because it should: where the numbers contradict it,
the verdict says so, and why that may be.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.runs.conditions import RELATIONS, CheckedCondition, Condition, all_held, check, replays
from app.runs.experiments import Experiment, Question, Variant, config_of
from app.runs.formatting import fill_template, format_value, template_names
from app.runs.measures import MEASURES, value
from app.runs.run import Run
from app.runs.seed_results import SEED_RESULTS, SeedResults
from app.runs.slices import Slices
from app.runs.snapshots import RunSnapshot, control_run, take_snapshot

OUTSIDE = "The claim isn't about this setting: {unmet}."
TOO_FEW_STEPS = "The run has not come far enough to say: {step} of {steps} steps."


@dataclass(frozen=True)
class VerdictCase:
    """An experiment, or one of its variants, with the runs that its conditions name."""

    experiment: Experiment
    variant: Variant | None
    runs: Mapping[str, RunSnapshot | None]

    @property
    def about(self) -> Experiment | Variant:
        return self.variant or self.experiment

    @property
    def steps(self) -> int:
        """How many steps the claim is about."""
        variant, whole = self.variant, self.experiment.steps
        if variant is None:
            return whole
        began = variant.from_step if isinstance(variant.from_step, int) else 0
        return began + (variant.steps or whole)

    @property
    def this(self) -> RunSnapshot:
        snapshot = self.runs["this"]
        assert snapshot is not None
        return snapshot


@dataclass(frozen=True)
class Verdict:
    """`status`: measuring (not enough steps yet), held, contradicted, unknown (something could not be measured), or
    outside (the run's setting isn't one that the claim is about).

    `held` is None while measuring, where unknown and outside. `changed` names the config's fields that are not the
    experiment's any more (seed aside). `why` is why a run may contradict, or else None.
    """

    case: VerdictCase
    status: str
    held: bool | None
    conditions: tuple[CheckedCondition, ...]
    measures: Mapping[str, float | None]
    before: Mapping[str, float | None] | None
    words: str
    changed: tuple[str, ...]
    confidence: str
    evidence: SeedResults | None
    why: str | None


def prepare_case(run: Run, experiment: Experiment, variant: Variant | None) -> Slices[VerdictCase]:
    """Gathers what the verdict needs; then `verdict` may be left to any thread."""
    about: Experiment | Variant = variant or experiment
    names = [*_measure_names(about), *experiment.measures]
    cure_step = None if variant is None else run.first if variant.from_step == "well" else variant.from_step
    snapshot = yield from take_snapshot(run, replays(about.conditions, names), cure_step)
    before: RunSnapshot | None = None
    if variant is not None and cure_step is None:
        before = yield from control_run(snapshot, _undone(experiment, variant))
    elif snapshot.cure_start is not None:
        before = RunSnapshot(snapshot.plan, snapshot.cure_start, snapshot.controls)
    return VerdictCase(experiment, variant, {"this": snapshot, "before": before})


def _undone(experiment: Experiment, variant: Variant) -> dict[str, Any]:
    """The fields that a cure changed, as the experiment has them."""
    config = config_of(experiment)
    return {name: getattr(config, name) for name in variant.changes}


def verdict(case: VerdictCase) -> Verdict:
    """Measures, compares, and puts it into words."""
    about, this = case.about, case.this
    checked = tuple(check(condition, case.runs) for condition in about.conditions)
    unmet = [] if case.variant else [check(each, case.runs) for each in case.experiment.scope]
    unmet = [item for item in unmet if item.held is False]
    complete = this.step >= case.steps or not this.finite
    found = all_held(checked) if complete and not unmet else None
    status = {True: "held", False: "contradicted", None: "unknown" if complete else "measuring"}[found]
    names = dict.fromkeys([*_measure_names(about), *case.experiment.measures])
    before = case.runs.get("before")
    changed = _changed(case)
    evidence = SEED_RESULTS.get((case.experiment.id, case.variant.id if case.variant else ""))
    return Verdict(
        case=case,
        status="outside" if unmet else status,
        held=found,
        conditions=checked,
        measures={name: value(this, name) for name in names},
        before=None if before is None else {name: value(before, name) for name in names},
        words=_told(case, found, complete, unmet),
        changed=changed,
        confidence=_confidence(found, evidence, changed),
        evidence=evidence,
        why=_why(case, checked, changed) if found is False else None,
    )


def _told(case: VerdictCase, found: bool | None, complete: bool, unmet: Sequence[CheckedCondition]) -> str:
    """The verdict in words: the claim's own, or why there is none."""
    if unmet:
        return fill_template(OUTSIDE, {"unmet": "; ".join(map(_missing, unmet))}.__getitem__)
    if not complete:
        return fill_template(TOO_FEW_STEPS, {"step": str(case.this.step), "steps": str(case.steps)}.__getitem__)
    return _worded(case.about.otherwise if found is False else case.about.words, case.runs)


def _measure_names(about: Experiment | Variant) -> list[str]:
    """Every measure that is compared, printed large, or said."""
    compared = [condition.measure for condition in about.conditions if condition.measure is not None]
    named = [*template_names(about.words), *template_names(about.otherwise)]
    return list(dict.fromkeys([about.headline, *compared, *(name.removeprefix("before.") for name in named)]))


def _worded(template: str, runs: Mapping[str, RunSnapshot | None]) -> str:
    """The template with the measures of this run, or of the one named before the dot, in it."""

    def lookup(name: str) -> str:
        whose, _, measured = name.rpartition(".")
        snapshot, measure = runs.get(whose or "this"), MEASURES[measured]
        return format_value(measure.kind, None if snapshot is None else value(snapshot, measure.name))

    return fill_template(template, lookup)


def _changed(case: VerdictCase) -> tuple[str, ...]:
    """Fields in which the run's config is another than the experiment's."""
    wanted, found = config_of(case.experiment, case.variant), case.this.plan.config
    fields = [name for name in type(wanted).model_fields if name not in ("seed", "from_", "parameters")]
    late = set(case.variant.changes) if case.variant and isinstance(case.variant.from_step, int) else set()
    differs = [name for name in fields if name not in late and getattr(wanted, name) != getattr(found, name)]
    return tuple(differs)


def _confidence(found: bool | None, evidence: SeedResults | None, changed: Sequence[str]) -> str:
    if changed:
        return f"This is your own version of it ({', '.join(changed)} changed), so there is nothing to compare it with."
    if evidence is None:
        return "Measured in this run only."
    many = f"{evidence.held} of {evidence.seeds} seeds"
    if found is False:
        return f"It held in {many} that we measured, and not in this one."
    return f"It held in {many} that we measured."


def _why(case: VerdictCase, checked: Sequence[CheckedCondition], changed: Sequence[str]) -> str:
    """Why a run may say otherwise than the claim."""
    if changed:
        return f"The config is not the experiment's any more: {', '.join(changed)}."
    if case.this.start.state.step > 0 and case.variant is None:
        return "The run is a fork and did not start at step 0, so its beginning is another's end."
    failed = [item.condition for item in checked if item.held is False]
    titles = [_title(condition) for condition in failed]
    return (
        f"What differs is: {', '.join(titles)}. Data and start come from the seed, and with so small a network a lucky "
        "or an unlucky draw shows. Try other seeds, and count."
    )


def _title(condition: Condition) -> str:
    return condition.field or MEASURES[condition.measure or ""].title


# Questions


@dataclass(frozen=True)
class Answer:
    """Whether a run (with another beside it where the question needs two) answers a question.

    `answer` is the question's, with the run's numbers in it, or None as long as a condition isn't met.
    """

    experiment: Experiment
    question: Question
    answered: bool | None
    conditions: tuple[CheckedCondition, ...]
    answer: str | None
    words: str


def prepare_question(run: Run, other: Run | None, question: Question) -> Slices[Mapping[str, RunSnapshot | None]]:
    """The facts that a question needs."""
    said = [name.rpartition(".")[2] for name in template_names(question.answer)]
    replay = replays(question.conditions, said)
    this = yield from take_snapshot(run, replay)
    that = (yield from take_snapshot(other, replay)) if other is not None else None
    return {"this": this, "other": that}


def answer_question(experiment: Experiment, question: Question, runs: Mapping[str, RunSnapshot | None]) -> Answer:
    checked = tuple(check(condition, runs) for condition in question.conditions)
    found = all_held(checked)
    missing = [item for item in checked if item.held is not True]
    answer = _worded(question.answer, runs) if found else None
    if answer:
        words = answer
    elif any(item.condition.run == "other" or item.condition.of == "other" for item in checked) and not runs["other"]:
        words = "This takes two runs to compare."
    else:
        words = "Not yet: " + "; ".join(_missing(item) for item in missing) + "."
    return Answer(experiment, question, found, checked, answer, words)


def _missing(item: CheckedCondition) -> str:
    """What is not as it must be, in a few words."""
    condition = item.condition
    whose = "the other run's " if condition.run == "other" else ""
    if condition.field is not None and condition.bound is None:
        return f"{whose}{condition.field} must not be set"
    if condition.field is not None:
        return f"{whose}{condition.field} must be {RELATIONS[condition.relation]} {condition.bound}"
    measure = MEASURES[condition.measure or ""]
    bound = format_value(measure.kind, item.bound) if not isinstance(item.bound, str) else item.bound
    wanted = f"{whose}{measure.title} must be {RELATIONS[condition.relation]} {bound}"
    return f"{wanted}, and is {format_value(measure.kind, item.value)}" if item.value is not None else wanted
