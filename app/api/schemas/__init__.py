"""Schemas of all answers, for the API's description."""

from app.api.schemas import experiments, instruments, problems, runs, steps, tables

__all__ = ["experiments", "instruments", "problems", "runs", "steps", "tables"]
