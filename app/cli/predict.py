"""`predict`: a saved run answers the rows of a CSV file."""

import csv
import json
import sys
from typing import IO, Any

import click


@click.command("predict")
@click.argument("source", metavar="SOURCE")
@click.argument("rows", type=click.File("r", encoding="utf-8-sig"), metavar="ROWS.csv")
@click.option("--json", "as_json", is_flag=True, help="Print an object a row: answer, probabilities and notes.")
def predict_command(source: str, rows: IO[str], as_json: bool) -> None:
    """Predict for the rows of a CSV file.

    SOURCE is a run that was saved, or a link with ?run=. The file's first line names its columns, values are written as
    in the data that the run was trained on; an empty cell is missing. What is printed is the same table with the
    answers behind it: the class and the probability of each, or the number in the target's own units. What was filled
    in is said on standard error.

    \b
    backprop-playground predict run.json rows.csv > answers.csv
    """
    from ..runs.answers import answer
    from ..runs.errors import FieldsError
    from .source import run_of

    table = list(csv.DictReader(rows))
    run = run_of(source)
    samples = run.plan.samples
    known = {source.name for source in samples.sources}
    given = set(table[0]) if table else set()
    if table and not given & known:
        raise click.UsageError(
            f"none of the columns is an input of this run; its inputs are {', '.join(sorted(known))}"
        )
    try:
        found = answer(run, [{name: row[name] or None for name in known & given} for row in table])
    except FieldsError as error:
        raise click.UsageError(str(error)) from error
    for number, notes in enumerate(found.notes, 1):
        for note in notes:
            click.echo(f"row {number}: {note.text}", err=True)
    columns = [_columns(each, samples.target or "prediction") for each in found.answers]
    if as_json:
        for row in columns:
            click.echo(json.dumps(row, ensure_ascii=False))
        return
    writer = csv.writer(sys.stdout, lineterminator="\n")
    if table:
        writer.writerow([*table[0], *(name if name not in given else f"predicted {name}" for name in columns[0])])
    for row, more in zip(table, columns, strict=True):
        writer.writerow([*row.values(), *more.values()])


def _columns(found: Any, target: str) -> dict[str, Any]:
    """The columns that an answer becomes."""
    if isinstance(found, float):
        return {target: found}
    if isinstance(found, list):
        return {f"{target}{number}": value for number, value in enumerate(found, 1)}
    return {target: found.answer, **{f"P({name})": share for name, share in found.probabilities.items()}}
