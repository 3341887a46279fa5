"""Trained runs for the tests: of an experiment, of one of its variants, or with a learner's own changes."""

from collections.abc import Mapping
from typing import Any

from app.runs.build import fork, plan
from app.runs.config import RunConfig
from app.runs.experiments import Experiment, Variant, config_of, experiments
from app.runs.requests import ForkRequest, TrainRequest
from app.runs.run import Run
from app.runs.slices import finish
from app.runs.verdicts import Answer, Verdict, answer_question, prepare_case, prepare_question
from app.runs.verdicts import verdict as reach_verdict


def train(run: Run, steps: int) -> Run:
    """So many steps, or until a number is not finite."""
    if steps:
        request = TrainRequest(steps=steps, every=steps, detail="summary")
        run.begin(request)
        for _ in run.train(request):
            pass
        run.end()
    return run


def layers(units: int, activation: str, count: int = 1) -> list[dict[str, Any]]:
    """So many equal hidden layers, as in a config."""
    return [{"units": units, "activation": activation}] * count


def changed_run(experiment: str, changes: Mapping[str, Any], steps: int, seed: int = 0) -> Run:
    """An experiment's run with a learner's own changes."""
    config = RunConfig.model_validate({**experiments()[experiment].config, **changes, "seed": seed})
    return train(Run(plan(config)), steps)


def experiment_run(experiment: Experiment, variant: Variant | None, seed: int) -> Run:
    """The run of an experiment or of one of its variants, trained as far as its claim goes."""
    if variant is not None and variant.from_step == "well":
        diverged = experiment_run(experiment, None, seed)
        forked = forked_run(diverged, diverged.step - 1, variant.changes)
        return train(forked, experiment.steps - forked.first)
    run = Run(plan(config_of(experiment, variant, seed)))
    if variant is not None and variant.from_step is not None:
        train(run, variant.from_step)
        run.patch(dict(variant.changes))
        return train(run, variant.steps)
    return train(run, (variant.steps if variant else 0) or experiment.steps)


def forked_run(run: Run, step: int, changes: Mapping[str, Any]) -> Run:
    """A run that goes on from that step of another with something changed."""
    return Run(fork(ForkRequest.model_validate(changes), run.plan, *finish(run.fork_at(step))))


def verdict(run: Run, experiment: Experiment, variant: Variant | None = None) -> Verdict:
    return reach_verdict(finish(prepare_case(run, experiment, variant)))


def answer(experiment: str, question: str, run: Run, other: Run | None = None) -> Answer:
    found = experiments()[experiment]
    wanted = next(item for item in found.questions if item.id == question)
    return answer_question(found, wanted, finish(prepare_question(run, other, wanted)))
