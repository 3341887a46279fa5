"""`export`: a run as a file of another kind."""

from pathlib import Path

import click

FORMATS = ("json", "npz", "numpy", "pytorch", "keras", "samples")


@click.command("export")
@click.argument("source", metavar="SOURCE")
@click.option("--format", "kind", type=click.Choice(FORMATS), default="json", show_default=True, help="See above.")
@click.option("--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
def export_command(source: str, kind: str, output: Path | None) -> None:
    """Write a run as a file.

    SOURCE is what `train` takes: a run that was saved, a config, or a link of the page.

    \b
    json      opens again, exactly where the run stands
    npz       arrays by name, for numpy.load
    numpy     a Python file that predicts with NumPy alone
    pytorch   a Python file that builds the same network
    keras     the same for Keras 3
    samples   the data that the run is trained and tested on, as CSV

    \b
    backprop-playground export run.json --format pytorch -o network.py
    backprop-playground export "http://127.0.0.1:8000/?run=…" -o run.json
    """
    from ..runs.exporting import samples
    from .report import exported, write
    from .source import run_of

    run = run_of(source)
    content = samples.write(run.plan.samples) if kind == "samples" else exported(run, kind)
    if output is None:
        write(content)
    else:
        output.write_bytes(content)
