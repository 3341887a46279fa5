"""`serve`: what the program does when nothing else is asked for."""

import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])
MEMORY = "memory:"


def serve_options(command: Command) -> Command:
    """The options of serving, for the program itself and for the command of that name."""
    for option in (
        click.option(
            "--stop-with-input",
            is_flag=True,
            help="Stop at the end of standard input: with the program that started it.",
        ),
        click.option("--no-open", is_flag=True, help="Do not open a browser."),
        click.option("--workers", type=click.IntRange(1), default=1, show_default=True, help="Processes that serve."),
        click.option(
            "--store",
            envvar="BACKPROP_STORE",
            show_envvar=True,
            help="Where runs are kept: memory:, sqlite:///path/to/file or redis://host:6379/0. Without, in a file in "
            "the user's data folder.",
        ),
        click.option(
            "--port",
            type=click.IntRange(0, 65535),
            default=8000,
            envvar="PORT",
            show_envvar=True,
            show_default=True,
            help="0 takes any free one.",
        ),
        click.option(
            "--host",
            default="127.0.0.1",
            envvar="BACKPROP_HOST",
            show_envvar=True,
            show_default=True,
            help="Address to listen on; 0.0.0.0 lets a class in.",
        ),
    ):
        command = option(command)
    return command


def run_server(host: str, port: int, store: str | None, workers: int, no_open: bool, stop_with_input: bool) -> None:
    """Serves, and exits with the server's code."""
    if workers > 1 and store == MEMORY:
        message = "several processes share no memory; --store sqlite:///path/to/file does"
        raise click.BadParameter(message, param_hint="--workers")
    from .server import Serving, serve

    sys.exit(serve(Serving(host, port, store, workers, not no_open, stop_with_input)))


@click.command("serve")
@serve_options
def serve_command(**options: Any) -> None:
    """Serve the playground, and open it in a browser.

    Ctrl-C stops it. The same without the word `serve`.
    """
    run_server(**options)
