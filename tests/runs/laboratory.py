"""Performs experiments as a learner would: one click, and one more for the cure.

`python -m tests.runs.laboratory` performs all of them over twenty seeds and writes app/runs/evidence.py.
"""

import sys
from collections.abc import Generator, Mapping
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

from app.runs import evidence
from app.runs.build import fork, plan
from app.runs.config import RunConfig, TrainRequest
from app.runs.experiments import Experiment, Variant, config_of, experiments
from app.runs.run import Run
from app.runs.verdicts import Answer, Verdict, answered, asked, judged, prepared

T = TypeVar("T")
SEEDS = range(20)


def done(work: Generator[None, None, T]) -> T:
    """What slices of work return."""
    while True:
        try:
            next(work)
        except StopIteration as stop:
            found: T = stop.value
            return found


def train(run: Run, steps: int) -> Run:
    """So many steps, or until numbers end."""
    if steps:
        request = TrainRequest(steps=steps, every=steps, detail="summary")
        run.begin(request)
        for _ in run.train(request):
            pass
        run.end()
    return run


def layers(units: int, activation: str, count: int = 1) -> list[dict[str, Any]]:
    """So many hidden layers alike, as in a config."""
    return [{"units": units, "activation": activation}] * count


def made(experiment: str, changes: Mapping[str, Any], steps: int, seed: int = 0) -> Run:
    """An experiment's run with a learner's own changes."""
    config = RunConfig.model_validate({**experiments()[experiment].config, **changes, "seed": seed})
    return train(Run(plan(config)), steps)


def performed(experiment: Experiment, variant: Variant | None, seed: int) -> Run:
    """The run of an experiment or of one of its variants, trained as far as its claim goes."""
    if variant is not None and variant.from_step == "well":
        sick = performed(experiment, None, seed)
        well = forked(sick, sick.step - 1, variant.changes)
        return train(well, experiment.steps - well.first)
    run = Run(plan(config_of(experiment, variant, seed)))
    if variant is not None and variant.from_step is not None:
        train(run, variant.from_step)
        run.patch(dict(variant.changes))
        return train(run, variant.steps)
    return train(run, (variant.steps if variant else 0) or experiment.steps)


def forked(run: Run, step: int, changes: Mapping[str, Any]) -> Run:
    """A run that goes on from that step of another with something changed."""
    config = RunConfig.model_validate({"from": {"run": run.id, "step": step}, **changes})
    return Run(fork(config, run.plan, *done(run.fork_at(step))))


def verdict(run: Run, experiment: Experiment, variant: Variant | None = None) -> Verdict:
    return judged(done(prepared(run, experiment, variant)))


def answer(experiment: str, question: str, run: Run, other: Run | None = None) -> Answer:
    found = experiments()[experiment]
    wanted = next(item for item in found.questions if item.id == question)
    return answered(found, wanted, done(asked(run, other, wanted)))


def gathered(experiment: Experiment, variant: Variant | None) -> str:
    """One line of the table of evidence."""
    about = variant or experiment
    verdicts = [verdict(performed(experiment, variant, seed), experiment, variant) for seed in SEEDS]
    held = sum(found.held is True for found in verdicts)
    values = [value for found in verdicts if (value := found.measures[about.headline]) is not None]
    numbers = [repr(float(f"{of(values):.4g}")) if values else "None" for of in (median, min, max)]
    name = variant.id if variant else ""
    return f'    ("{experiment.id}", "{name}"): Evidence({len(SEEDS)}, {held}, {", ".join(numbers)}),'


def main() -> None:
    lines = []
    for experiment in experiments().values():
        for variant in (None, *experiment.variants):
            lines.append(gathered(experiment, variant))
            print(lines[-1], file=sys.stderr, flush=True)
    path = Path(evidence.__file__)
    head = path.read_text().partition("EVIDENCE: ")[0]
    table = "EVIDENCE: dict[tuple[str, str], Evidence] = {\n" + "\n".join(lines) + "\n}\n"
    path.write_text(head + table)


if __name__ == "__main__":
    main()
