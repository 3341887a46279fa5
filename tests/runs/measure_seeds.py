"""Measures every experiment and variant over twenty seeds: `python -m tests.runs.measure_seeds`.

It writes the table in app/runs/seed_results.py. Names of experiments after the command: only those are measured again.
"""

import sys
from pathlib import Path
from statistics import median

from app.runs import seed_results
from app.runs.experiments import Experiment, Variant, experiments
from tests.runs.trained import experiment_run, verdict

SEEDS = range(20)


def table_row(experiment: Experiment, variant: Variant | None) -> str:
    """One line of the table of seed results."""
    about = variant or experiment
    verdicts = [verdict(experiment_run(experiment, variant, seed), experiment, variant) for seed in SEEDS]
    held = sum(found.held is True for found in verdicts)
    values = [value for found in verdicts if (value := found.measures[about.headline]) is not None]
    numbers = [repr(float(f"{of(values):.4g}")) if values else "None" for of in (median, min, max)]
    name = variant.id if variant else ""
    return f'    ("{experiment.id}", "{name}"): SeedResults({len(SEEDS)}, {held}, {", ".join(numbers)}),'


def main(names: list[str]) -> None:
    path = Path(seed_results.__file__)
    head, _, table = path.read_text().partition("SEED_RESULTS: ")
    kept = {line.partition("): ")[0]: line for line in table.splitlines() if line.startswith("    (")}
    rows = []
    for experiment in experiments().values():
        for variant in (None, *experiment.variants):
            key = f'    ("{experiment.id}", "{variant.id if variant else ""}"'
            known = names and experiment.id not in names and key in kept
            rows.append(kept[key] if known else table_row(experiment, variant))
            print(rows[-1], file=sys.stderr, flush=True)
    path.write_text(head + "SEED_RESULTS: dict[tuple[str, str], SeedResults] = {\n" + "\n".join(rows) + "\n}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
