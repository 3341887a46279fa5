"""Experiments, verdicts and answers as JSON."""

from typing import Any

from ...runs.conditions import CheckedCondition, Condition
from ...runs.experiments import Experiment, Question, Variant, config_of, experiments
from ...runs.formatting import format_value
from ...runs.measures import MEASURES
from ...runs.seed_results import SEED_RESULTS
from ...runs.verdicts import Answer, Verdict
from .encoding import dumps
from .runs import config


def experiment_list() -> bytes:
    """Every experiment, whole."""
    return dumps([experiment(item) for item in experiments().values()])


def experiment(item: Experiment) -> dict[str, Any]:
    return {
        "id": item.id,
        "number": item.number,
        "title": item.title,
        "subtitle": item.subtitle,
        "topic": item.topic,
        "claim": item.claim,
        "watch": item.watch,
        "instrument": item.instrument,
        "config": config(config_of(item)),
        "train": {"steps": item.steps, "evaluate_every": item.evaluate_every, "detail": "summary"},
        "measure": measure(item.headline),
        "conditions": [condition(each) for each in item.conditions],
        "evidence": SEED_RESULTS.get((item.id, "")),
        "cures": [variant(item, each) for each in item.cures],
        "beside": [variant(item, each) for each in item.beside],
        "questions": [question(each) for each in item.questions],
    }


def variant(item: Experiment, each: Variant) -> dict[str, Any]:
    return {
        "id": each.id,
        "title": each.title,
        "why": each.why,
        "helps": each.helps,
        "changes": each.changes,
        "from_step": each.from_step,
        "steps": each.steps or item.steps,
        "measure": measure(each.headline),
        "conditions": [condition(found) for found in each.conditions],
        "evidence": SEED_RESULTS.get((item.id, each.id)),
    }


def question(each: Question) -> dict[str, Any]:
    runs = {name for found in each.conditions for name in (found.run, found.of) if name == "other"}
    return {
        "id": each.id,
        "text": each.text,
        "runs": 2 if runs else 1,
        "conditions": [condition(found) for found in each.conditions],
    }


def measure(name: str) -> dict[str, Any]:
    found = MEASURES[name]
    return {"name": found.name, "title": found.title, "unit": found.unit, "kind": found.kind}


def condition(each: Condition) -> dict[str, Any]:
    """A measure with its title, or a field of the config; compared with `bound`, or with `times` that of run `of`."""
    found: dict[str, Any] = {"run": each.run}
    if each.field is not None:
        found["field"] = each.field
    else:
        found |= {"measure": each.measure, "title": MEASURES[each.measure or ""].title}
    found["is"] = each.relation
    if each.of is None:
        return found | {"bound": each.bound}
    return found | {"of": each.of} | ({"times": each.times} if each.bound is None else {"bound": each.bound})


def checked(item: CheckedCondition) -> dict[str, Any]:
    return condition(item.condition) | {"value": item.value, "bound": item.bound, "held": item.held}


# Verdicts


def verdict(found: Verdict, run: str) -> bytes:
    case = found.case
    return dumps(
        {
            "run": run,
            "experiment": case.experiment.id,
            "cure": case.variant.id if case.variant else None,
            "claim": case.variant.why if case.variant else case.experiment.claim,
            "step": case.this.step,
            "steps": case.steps,
            "status": found.status,
            "held": found.held,
            "measure": _measured(found, case.about.headline),
            "conditions": [checked(item) for item in found.conditions],
            "measures": [_measured(found, name) for name in found.measures],
            "words": found.words,
            "changed": found.changed,
            "confidence": found.confidence,
            "evidence": found.evidence,
            "why": found.why,
        }
    )


def _measured(found: Verdict, name: str) -> dict[str, Any]:
    """A measure, its value in this run, the same as it is printed, and, for a cure, what it was without."""
    kind, value = MEASURES[name].kind, found.measures[name]
    shown = measure(name) | {"value": value, "text": format_value(kind, value)}
    if found.before is not None:
        before = found.before[name]
        shown |= {"before": before, "before_text": format_value(kind, before)}
    return shown


def answer(found: Answer, run: str) -> bytes:
    return dumps(
        {
            "run": run,
            "experiment": found.experiment.id,
            "question": found.question.id,
            "text": found.question.text,
            "answered": found.answered,
            "conditions": [checked(item) for item in found.conditions],
            "answer": found.answer,
            "words": found.words,
        }
    )
