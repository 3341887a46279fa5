"""The command line: serve the playground, train, try experiments, predict and export without a server."""

from .program import main

__all__ = ["main"]
