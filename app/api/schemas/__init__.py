"""Schemas of all answers, for the API's description."""

from . import experiments, glossary, instruments, problems, runs, steps, tables

__all__ = ["experiments", "glossary", "instruments", "problems", "runs", "steps", "tables"]
