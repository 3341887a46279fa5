"""Notes for teachers on a topic: the aim, a ten-minute path, questions, misconceptions, prepared tasks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode


@dataclass(frozen=True)
class Stage:
    """A part of the path: the minutes it takes, what to do and say, and the address of what is shown, without its ?."""

    minutes: str
    title: str
    words: str
    shows: Mapping[str, str] = field(default_factory=dict)

    @property
    def link(self) -> str:
        """The query of what is shown, in large type."""
        return f"?{written({**self.shows, 'projector': '1'})}" if self.shows else ""


@dataclass(frozen=True)
class Answered:
    """A question, or a misconception, and what to say to it."""

    text: str
    answer: str


@dataclass(frozen=True)
class Task:
    """A task with a goal that the page checks.

    `setup` is its address without task= and goal=. Each of `solutions`, as fields of a config, reaches the goal in
    `steps`, none of `insufficient` does, and `told` says so to the teacher.
    """

    title: str
    text: str
    goal: str
    setup: Mapping[str, str]
    solutions: tuple[Mapping[str, object], ...]
    steps: int
    told: str
    insufficient: tuple[Mapping[str, object], ...] = ()

    @property
    def link(self) -> str:
        return f"?{written({**self.setup, 'task': self.text, 'goal': self.goal})}"


@dataclass(frozen=True)
class Note:
    """A topic as the list of lessons has it; `id` is its address below /teach."""

    id: str
    topic: str
    title: str
    aim: str
    before: str
    path: tuple[Stage, ...]
    questions: tuple[Answered, ...]
    misconceptions: tuple[Answered, ...]
    tasks: tuple[Task, ...]


def written(query: Mapping[str, str]) -> str:
    """A query as the page itself writes it: what needs no escape has none, and a space is %20."""
    return urlencode(query, safe=",:=^*", quote_via=quote)
