"""The program and its commands. Their modules load what they need when they run, so that help is there at once."""

import io
import sys
from collections.abc import Sequence
from typing import Any

import click

from .. import __version__
from .experiment import experiment_command
from .export import export_command
from .predict import predict_command
from .serve import run_server, serve_command, serve_options
from .train import train_command

NAME = "backprop-playground"
EPILOG = """\b
Exit codes: 0 done; 1 it could not be done; 2 something in the command, a file or a config can't be;
3 the run overflowed; 4 an experiment's claim was contradicted.

\b
Completion in the shell, for instance in bash:
  eval "$(_BACKPROP_PLAYGROUND_COMPLETE=bash_source backprop-playground)"
"""


@click.group(NAME, invoke_without_command=True, epilog=EPILOG, context_settings={"max_content_width": 100})
@serve_options
@click.version_option(__version__, message=f"{NAME} {__version__}")
@click.pass_context
def program(context: click.Context, /, **options: Any) -> None:
    """See how a neural network learns, operation by operation.

    Without a command the playground is served and opened in a browser. The other commands need no server.
    """
    if context.invoked_subcommand is None:
        run_server(**options)
    given = [name for name in options if context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE]
    if given:
        option = f"--{given[0].replace('_', '-')}"
        raise click.UsageError(f"{option} belongs behind the command: {NAME} {context.invoked_subcommand} {option} …")


for command in (serve_command, train_command, experiment_command, predict_command, export_command):
    program.add_command(command)


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the program; it exits with one of the codes that its help names."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a Windows pipe has no −
    program(argv, prog_name=NAME)
    return 0
