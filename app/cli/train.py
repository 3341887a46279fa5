"""`train`: a config, a saved run or a link is trained in this process."""

import sys
from pathlib import Path

import click


@click.command("train")
@click.argument("source", metavar="SOURCE")
@click.option("--steps", type=click.IntRange(1), default=200, show_default=True, help="How many steps to train.")
@click.option("--every", type=click.IntRange(1), help="Report each step that it divides; without, the end alone.")
@click.option("--seed", type=click.IntRange(0), help="Another seed than the config's.")
@click.option("--save", type=click.Path(dir_okay=False, path_type=Path), help="Write the trained run to this file.")
@click.option(
    "--detail",
    type=click.Choice(["summary", "full"]),
    default="summary",
    show_default=True,
    help="With --json: a summary of each record, or every value.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON Lines, as the API streams them.")
@click.option("--quiet", is_flag=True, help="No progress line.")
def train_command(
    source: str,
    steps: int,
    every: int | None,
    seed: int | None,
    save: Path | None,
    detail: str,
    as_json: bool,
    quiet: bool,
) -> None:
    """Train a network, and say how well it does.

    SOURCE is a RunConfig as JSON ({} is the default network), a run that was saved, or a link of the page; `-` reads
    standard input. A run that was saved goes on exactly where it stood, a link with ?run= takes a copy of that run.

    \b
    backprop-playground train config.json --steps 500 --save run.json
    backprop-playground train "http://127.0.0.1:8000/?dataset=moons&hidden=8relu,8relu" --every 50
    echo '{"dataset": "xor"}' | backprop-playground train - --json

    Exit code 3 where a step is not finite.
    """
    from ..api import wire
    from ..progress import Progress
    from ..runs.errors import FieldsError
    from ..runs.run import StepLine
    from .report import NOT_FINITE, exported, words_of, write
    from .source import run_of
    from .training import train

    run = run_of(source, seed)
    progress = Progress(run.step, steps)
    shown = not (quiet or as_json)

    def tell(line: StepLine) -> None:
        if as_json:
            write(wire.steps.line(line))
            return
        if shown:
            progress.show(line.step.step, line.step.loss)
        if every:
            click.echo(f"step {line.step.step}  loss {line.step.loss:.6g}")

    try:
        found = train(run, steps, every, detail, tell)
    except FieldsError as error:
        raise click.UsageError(str(error)) from error
    if as_json:
        write(wire.steps.line(found))
    else:
        click.echo(words_of(found))
    if save:
        save.write_bytes(exported(run))
    if run.stopped:
        click.echo(f"Step {run.step} was not finite, so training ended there.", err=True)
        sys.exit(NOT_FINITE)
