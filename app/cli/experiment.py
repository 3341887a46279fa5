"""`experiment`: a claim is tried with one seed or with many, and the runs' own numbers say whether it held."""

import sys
from typing import Any

import click
from click.shell_completion import CompletionItem


def complete_name(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    from ..runs.experiments import experiments

    return [CompletionItem(name, help=found.title) for name, found in experiments().items() if name.startswith(begun)]


@click.command("experiment")
@click.argument("name", required=False, shell_complete=complete_name)
@click.option("--seeds", type=click.IntRange(1, 1000), default=1, show_default=True, help="Try seeds 0 to N−1.")
@click.option("--json", "as_json", is_flag=True, help="Print a verdict a line, as the API answers it.")
@click.option("--quiet", is_flag=True, help="No progress line.")
def experiment_command(name: str | None, seeds: int, as_json: bool, quiet: bool) -> None:
    """Try the claim of an experiment, as the page's lessons do.

    Without NAME the experiments are listed.

    \b
    backprop-playground experiment vanishing --seeds 20

    Exit code 4 where the claim was contradicted with any seed.
    """
    from ..runs.experiments import config_of, experiments

    known = experiments()
    if name is None:
        for found in known.values():
            click.echo(f"{found.id:<16} {found.title}")
        return
    if name not in known:
        raise click.BadParameter(f"there is no experiment {name!r}; there are {', '.join(known)}", param_hint="NAME")
    from ..api import wire
    from ..progress import Progress
    from ..runs.build import plan
    from ..runs.run import Run
    from ..runs.slices import finish
    from ..runs.verdicts import Verdict, prepare_case, verdict
    from .report import CONTRADICTED, write
    from .training import train

    experiment = known[name]
    progress = Progress(0, seeds, what="seed")
    verdicts: list[Verdict] = []
    if not as_json:
        click.echo(f"{experiment.title}. {experiment.claim}")
    for seed in range(seeds):
        run = Run(plan(config_of(experiment, seed=seed)))
        train(run, experiment.steps)
        reached = verdict(finish(prepare_case(run, experiment, None)))
        verdicts.append(reached)
        if as_json:
            write(wire.experiments.verdict(reached, f"seed-{seed}") + b"\n")
        else:
            click.echo(f"seed {seed}: {reached.status}. {reached.words}")
            if not quiet:
                progress.show(seed + 1)
    counts: dict[str, Any] = {status: [each.status for each in verdicts].count(status) for status in STATUSES}
    if not as_json:
        told = ", ".join(f"{status} with {count}" for status, count in counts.items() if count)
        click.echo(f"Of {seeds} seed{'s' if seeds > 1 else ''}: {told}.")
    if counts["contradicted"]:
        sys.exit(CONTRADICTED)


STATUSES = ("held", "contradicted", "unknown", "outside", "measuring")
