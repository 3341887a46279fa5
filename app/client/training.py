"""A training stream as a client reads it: every step once, also where the connection breaks off on the way.

The run itself says how far it came: what was computed and did not arrive is asked for again, step by step, and training
goes on from there (`from_step`).
"""

import json
from collections import deque
from collections.abc import Generator
from typing import Any, Protocol

from .exchange import Call, Hangup, NextLine, Reply, Wait, Work, answered, get, known, waits
from .problems import Conflict, Disconnected, Problem
from .records import Evaluation, Step

HUNG_UP = 100  # looks at a run, until the server has noticed that nobody reads any more
LOOK = 0.05  # seconds between two of them


class Position(Protocol):
    """What a training moves: a run that knows where it stands."""

    path: str
    at_step: int


class Training:
    """The steps of one request. `evaluations` are those asked for on the way; `evaluation` is the one at the end."""

    def __init__(self, run: Position, steps: int, **fields: Any) -> None:
        self.evaluations: list[Evaluation] = []
        self.evaluation: Evaluation | None = None
        self.first, self.steps = run.at_step, steps
        self._run, self._fields = run, known(fields)
        self._every: int = fields.get("every") or 1
        self._evaluate_every: int = fields.get("evaluate_every") or 0
        self._received = run.at_step  # the last step that arrived
        self._ready: deque[Step] = deque()
        self._evaluated = run.at_step  # the last step whose evaluation arrived
        self._missing: deque[Work[None]] = deque()  # what was computed, and did not arrive
        self._reading = self._broken = self._ended = False
        self._pause: Generator[float, None, None] = waits()

    @property
    def goal(self) -> int:
        return self.first + self.steps

    @property
    def is_reading(self) -> bool:
        """Whether a stream is open."""
        return self._reading

    def next_step(self) -> Work[Step | None]:
        """The next recorded step, or None at the end."""
        while not self._ready:
            if self._missing:
                yield from self._missing.popleft()
            elif self.evaluation is not None:
                return None
            elif self._ended:
                yield from self._finish()
            elif self._reading:
                yield from self._read()
            elif self._broken:
                yield from self._recover()
            else:
                yield from self._begin()
        return self._ready.popleft()

    def abandon(self) -> Work[None]:
        """Hangs up, and waits until the server has noticed it: then the run stands on a whole step."""
        yield Hangup()
        if not self._reading:
            return
        self._reading = False
        for _ in range(HUNG_UP):
            try:
                reply: Reply = yield Call("GET", self._run.path)
            except Disconnected:  # whoever calls next is told
                return
            if reply.status != 200:
                return
            run = reply.json()
            self._run.at_step = run["step"]
            if not run["training"]:
                return
            yield Wait(LOOK)

    def _begin(self) -> Work[None]:
        body = {**self._fields, "steps": self.goal - self._received, "from_step": self._received}
        try:
            yield from answered(Call("POST", f"{self._run.path}/train", body, repeatable=False, stream=True))
        except Disconnected as error:
            yield from self._stumble(error)
        except Conflict as problem:
            if problem.type != "elsewhere" or self._received > self.first:
                raise
            yield from self._stand(problem)
        else:
            self._reading = True

    def _stand(self, problem: Problem) -> Work[None]:
        """Somebody else moved the run, and nothing was trained yet: these steps follow upon where it stands now."""
        yield from self._wait(problem)
        run = yield from get(self._run.path)
        self.first = self._received = self._evaluated = self._run.at_step = run["step"]

    def _read(self) -> Work[None]:
        try:
            line: bytes | None = yield NextLine()
        except Disconnected as error:
            return (yield from self._stumble(error))
        if line is None:
            return (yield from self._stumble(Disconnected("The server ended the stream amid the training.", True)))
        self._pause = waits()
        fields = json.loads(line)
        if fields["type"] == "step":
            self._take(Step.of(fields))
            return None
        found = Evaluation.of(fields)
        if found.step == self.goal or found.stopped:
            self._take_last(found)
        else:
            self._take_evaluation(found)
        return None

    def _take(self, step: Step) -> None:
        self._ready.append(step)
        self._received = self._run.at_step = max(step.step, self._received)

    def _take_evaluation(self, found: Evaluation) -> None:
        self.evaluations.append(found)
        self._evaluated = found.step

    def _take_last(self, found: Evaluation) -> None:
        self.evaluation, self._reading = found, False
        self._run.at_step = found.step

    def _stumble(self, error: Disconnected) -> Work[None]:
        self._reading, self._broken = False, True
        yield Hangup()
        yield from self._wait(error)

    def _wait(self, failure: Exception) -> Work[None]:
        """Before another try; raises the failure where there were too many in a row."""
        seconds = next(self._pause, None)
        if seconds is None:
            raise failure
        yield Wait(seconds)

    def _recover(self) -> Work[None]:
        """After the connection broke off: how far the run came, and what of it did not arrive."""
        run = yield from get(self._run.path)
        if run["training"]:  # the lease of a server that died has not run out, or ours has not noticed
            return (yield from self._wait(Disconnected("The run is still held by a server that is gone.", True)))
        self._broken = False
        stands, stopped = min(run["step"], self.goal), run["evaluation"]["stopped"]
        reached = max(self._received, stands)  # a server that was killed may have kept less than it sent
        self._ended = reached == self.goal or stopped is not None
        for step in range(min(self._received, self._evaluated) + 1, reached + 1):
            last = self._ended and step == reached
            if step > self._received and (last or step % self._every == 0):
                self._missing.append(self._fetch_step(step))
            if step > self._evaluated and self._evaluate_every and step % self._evaluate_every == 0 and not last:
                self._missing.append(self._fetch_evaluation(step))
        self._received = reached
        return None

    def _fetch_step(self, step: int) -> Work[None]:
        """A step that was trained already, exactly as it would have arrived."""
        spotlight = self._fields.get("spotlight")
        query = {"detail": self._fields.get("detail"), "spotlight": spotlight and json.dumps(spotlight)}
        self._take(Step.of((yield from get(f"{self._run.path}/steps/{step}", **query))))

    def _fetch_evaluation(self, step: int) -> Work[None]:
        self._take_evaluation((yield from self._evaluation_of(step)))

    def _finish(self) -> Work[None]:
        self._take_last((yield from self._evaluation_of(self._received)))

    def _evaluation_of(self, step: int) -> Work[Evaluation]:
        surfaces = self._fields.get("surfaces")
        return Evaluation.of((yield from get(f"{self._run.path}/evaluations/{step}", surfaces=surfaces)))
