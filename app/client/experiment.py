"""A run before the claim of an experiment."""

from collections.abc import Mapping
from typing import Any, Protocol

from .records import Verdict


class Judged(Protocol):
    """A run that is measured."""

    def verdict(self, experiment: str, cure: str | None = None) -> Verdict: ...
    def answer(self, experiment: str, question: str, other: str | None = None) -> Mapping[str, Any]: ...


class AsyncJudged(Protocol):
    """The same, awaited."""

    async def verdict(self, experiment: str, cure: str | None = None) -> Verdict: ...
    async def answer(self, experiment: str, question: str, other: str | None = None) -> Mapping[str, Any]: ...


class Experiment:
    """What a run says to an experiment; nothing of it moves the run."""

    def __init__(self, run: Judged, name: str) -> None:
        self._run, self.name = run, name

    def verdict(self, cure: str | None = None) -> Verdict:
        """The verdict on the claim, or on one of its cures. Invalid, NotFound."""
        return self._run.verdict(self.name, cure)

    def answer(self, question: str, other: str | None = None) -> Mapping[str, Any]:
        """Whether the run answers one of its questions; `other` is the id of a second run. NotFound."""
        return self._run.answer(self.name, question, other)


class AsyncExperiment:
    """The same, awaited."""

    def __init__(self, run: AsyncJudged, name: str) -> None:
        self._run, self.name = run, name

    async def verdict(self, cure: str | None = None) -> Verdict:
        """The verdict on the claim, or on one of its cures. Invalid, NotFound."""
        return await self._run.verdict(self.name, cure)

    async def answer(self, question: str, other: str | None = None) -> Mapping[str, Any]:
        """Whether the run answers one of its questions; `other` is the id of a second run. NotFound."""
        return await self._run.answer(self.name, question, other)
