"""Verdicts on claims and answers to questions: conditions measured in a run, in words, with how sure one may be.

A verdict is about the run at hand. It never says that a claim held because it should: where the numbers contradict it,
the verdict says so, and why that may be.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from . import costs
from .conditions import RELATIONS, CheckedCondition, Condition, all_held, check, replays
from .costs import Costed
from .experiments import Experiment, Question, Variant, config_of
from .formatting import fill_template, format_value, template_names
from .measures import MEASURES, ensembles, paths, value
from .run import Run
from .seed_results import SEED_RESULTS, SeedResults
from .slices import Slices
from .snapshots import RunSnapshot, control_run, take_snapshot

OUTSIDE = "The claim isn't about this setting: {unmet}."
OTHER_SETTING = "This was measured with the experiment's own settings, and {changed} changed: {unmet}."
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
    outside (the run's setting isn't one that the claim is about; of a variant: something else was changed as well, and
    the numbers don't fit).

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
    names = [*_measure_names(experiment, about), *experiment.measures]
    cure_step = None if variant is None else run.first if variant.from_step == "well" else variant.from_step
    asked = (*about.conditions, *(() if variant else experiment.scope))
    snapshot = yield from take_snapshot(run, replays(asked, names), cure_step)
    before: RunSnapshot | None = None
    if variant is not None and cure_step is None:
        before = yield from control_run(snapshot, _undone(experiment, variant))
    elif snapshot.cure_start is not None:
        before = RunSnapshot(snapshot.plan, snapshot.cure_start, snapshot.controls)
    return VerdictCase(experiment, variant, {"this": snapshot, "before": before})


def measurement(run: Run, experiment: Experiment, variant: Variant | None) -> Slices[Costed]:
    """The verdict, to be measured anywhere; UnsuitedRunError where it would take too long."""
    case = yield from prepare_case(run, experiment, variant)
    names = [*_measure_names(experiment, case.about), *experiment.measures]
    return Costed(partial(verdict, case), _cost(case.runs, names))


def _cost(runs: Mapping[str, RunSnapshot | None], names: Sequence[str]) -> float:
    plans = [snapshot.plan for snapshot in runs.values() if snapshot is not None]
    asked = set(names)
    with_ensembles = not asked.isdisjoint(measure.name for measure in ensembles.MEASURES)
    return costs.verdict(plans, with_ensembles, not asked.isdisjoint(measure.name for measure in paths.MEASURES))


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
    changed = _changed(case)
    if case.variant and changed and found is False:
        unmet, found = [item for item in checked if item.held is False], None
    status = {True: "held", False: "contradicted", None: "unknown" if complete else "measuring"}[found]
    names = dict.fromkeys([*_measure_names(case.experiment, about), *case.experiment.measures])
    before = case.runs.get("before")
    evidence = SEED_RESULTS.get((case.experiment.id, case.variant.id if case.variant else ""))
    return Verdict(
        case=case,
        status="outside" if unmet else status,
        held=found,
        conditions=checked,
        measures={name: value(this, name) for name in names},
        before=None if before is None else {name: value(before, name) for name in names},
        words=_told(case, found, complete, unmet, changed),
        changed=changed,
        confidence=_confidence(found, evidence, changed),
        evidence=evidence,
        why=_why(case, checked, changed) if found is False else None,
    )


def _told(
    case: VerdictCase, found: bool | None, complete: bool, unmet: Sequence[CheckedCondition], changed: Sequence[str]
) -> str:
    """The verdict in words: the claim's own, or why there is none."""
    if unmet:
        told = {"unmet": "; ".join(map(_missing, unmet)), "changed": ", ".join(changed)}
        return fill_template(OTHER_SETTING if case.variant else OUTSIDE, told.__getitem__)
    if not complete:
        return fill_template(TOO_FEW_STEPS, {"step": str(case.this.step), "steps": str(case.steps)}.__getitem__)
    template = case.about.words if found else case.about.otherwise
    return _worded(_phrased(template, case.experiment, case.runs), case.runs)


def _phrased(template: str, experiment: Experiment, runs: Mapping[str, RunSnapshot | None]) -> str:
    """The template with each phrase's name replaced by the words that this run's numbers choose."""
    for phrase in experiment.phrases:
        if phrase.name in template_names(template):
            held = (text for condition, text in phrase.cases if check(condition, runs).held)
            template = template.replace("{" + phrase.name + "}", next(held, phrase.otherwise))
    return template


def _measure_names(experiment: Experiment, about: Experiment | Variant) -> list[str]:
    """Every measure that is compared, printed large, or said."""
    compared = [condition.measure for condition in about.conditions if condition.measure is not None]
    named = [*template_names(about.words), *template_names(about.otherwise)]
    phrases = [phrase for phrase in experiment.phrases if phrase.name in named]
    for phrase in phrases:
        compared += [condition.measure for condition, _ in phrase.cases if condition.measure is not None]
        named += [name for text in phrase.texts for name in template_names(text)]
    said = [name.rpartition(".")[2] for name in named if name not in {phrase.name for phrase in phrases}]
    return list(dict.fromkeys([about.headline, *compared, *said]))


def _worded(template: str, runs: Mapping[str, RunSnapshot | None]) -> str:
    """The template with the measures of this run, or of the one named before the dot, in it."""

    def lookup(name: str) -> str:
        whose, _, measured = name.rpartition(".")
        snapshot, measure = runs.get(whose or "this"), MEASURES[measured]
        return format_value(measure.kind, None if snapshot is None else value(snapshot, measure.name))

    return fill_template(template, lookup)


def _changed(case: VerdictCase) -> tuple[str, ...]:
    """Fields in which the run's config is another than the experiment's."""
    wanted, found = config_of(case.experiment, case.variant), case.this.configs
    fields = [name for name in type(wanted).model_fields if name != "seed"]
    late = set(case.variant.changes) if case.variant and isinstance(case.variant.from_step, int) else set()

    def differs(name: str) -> bool:
        return any(getattr(config, name) != getattr(wanted, name) for config in found)

    return tuple(name for name in fields if name not in late and differs(name))


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


def answer_measurement(run: Run, other: Run | None, experiment: Experiment, question: Question) -> Slices[Costed]:
    """The answer, to be measured anywhere; UnsuitedRunError where it would take too long."""
    runs = yield from prepare_question(run, other, question)
    compared = [condition.measure for condition in question.conditions if condition.measure is not None]
    names = [*compared, *(name.rpartition(".")[2] for name in template_names(question.answer))]
    return Costed(partial(answer_question, experiment, question, runs), _cost(runs, names))


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
    if condition.relation == "equal_but":
        return (
            f"the two runs must differ in {condition.bound} only, and differ in {', '.join(item.value or ['nothing'])}"
        )
    if condition.field is not None and condition.bound is None:
        return f"{whose}{condition.field} must not be set"
    if condition.field is not None:
        wanted = condition.bound if not isinstance(condition.bound, tuple) else ", ".join(condition.bound)
        return f"{whose}{condition.field} must be {RELATIONS[condition.relation]} {wanted}"
    measure = MEASURES[condition.measure or ""]
    bound = format_value(measure.kind, item.bound) if not isinstance(item.bound, str) else item.bound
    wanted = f"{whose}{measure.title} must be {RELATIONS[condition.relation]} {bound}"
    return f"{wanted}, and is {format_value(measure.kind, item.value)}" if item.value is not None else wanted
