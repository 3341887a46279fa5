"""The trainer: takes training steps, records them on request, and saves and restores its state.

The trainer writes in its own memory; what it hands out is copied and never written to again.
"""

from collections.abc import Mapping
from contextvars import Context
from dataclasses import dataclass, field
from math import isfinite

import numpy as np

from .arrays import Array, aligned, read_only
from .batch import Batch, make_batch, make_batches
from .masks import Masks
from .network import Network
from .optimizers import load, make_optimizer
from .spec import OptimizerSpec, Settings
from .summary import norm
from .tape import Step
from .workspace import Layout, Workspace

__all__ = ["Batch", "State", "Trainer", "initial_state", "make_batch", "make_batches"]

MOMENTUM = 0.1  # of batch norm's running averages
_KEPT_WORKSPACES = 4


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """Everything that the next step depends on, but for batch and settings. Arrays are flat and read-only.

    `moments` are the optimizer's, by name, each laid out like the parameters; `updates` counts the updates they have
    seen. `running` holds batch norm's means, then variances (Network.unpack_running names them). `batch_size` is how
    many samples the last step saw, 0 before the first; what comes next doesn't depend on it.
    """

    step: int
    parameters: Array
    running: Array
    moments: Mapping[str, Array] = field(default_factory=dict)
    updates: int = 0
    finite: bool = True
    batch_size: int = 0


def initial_state(network: Network, parameters: Array) -> State:
    """The state before the first step, with moments at zero."""
    if parameters.shape != (network.size,):
        raise ValueError(f"parameters have shape {parameters.shape}, wanted ({network.size},)")
    return State(0, read_only(parameters.copy()), read_only(network.initial_running()))


class Trainer:
    """A network under training: its parameters, moments and workspaces, with one owner at a time."""

    def __init__(self, network: Network, optimizer: OptimizerSpec, settings: Settings, state: State, seed: int) -> None:
        self.network, self.seed, self.optimizer = network, seed, optimizer
        self._ignoring_overflow = (
            Context()
        )  # overflow is a result here, not a warning; cheaper than entering np.errstate
        self._ignoring_overflow.run(np.seterr, all="ignore")
        self._parameters = aligned(network.size)
        self._zeros = np.zeros(network.size)
        self._direction = np.zeros(network.size)  # the gradient with penalties, clipped
        self._penalty = np.zeros(network.size)
        self._running, self._normalised = network.initial_running(), network.normalised > 0
        self._rule = make_optimizer(optimizer, network.size, {})
        self._averages: dict[int, RunningAverages] = {}
        self._workspaces: dict[int, Workspace] = {}
        self._dropping: tuple[bool, ...] = ()
        self._masks = Masks(seed, network.spec, settings.dropout)
        self.settings = settings
        self.restore(state)

    @property
    def settings(self) -> Settings:
        """What is in force from the next step on; assign to change it."""
        return self._settings

    @settings.setter
    def settings(self, settings: Settings) -> None:
        dropping = tuple(rate > 0 for rate in settings.dropout)
        if len(dropping) != len(self.network.spec.hidden):
            raise ValueError(f"{len(self.network.spec.hidden)} hidden layers got {len(dropping)} dropout rates")
        if dropping != self._dropping:
            self._workspaces.clear()
            self._averages.clear()
        self._settings, self._dropping = settings, dropping
        self._masks.set(settings.dropout)
        self._plain = not (settings.l1 or settings.l2 or settings.clip_norm)
        self._l1, self._l2 = np.array(settings.l1), np.array(settings.l2)
        self._clip_scale = 1.0
        self._rule.set(settings)

    @property
    def steps(self) -> int:
        """How many steps led here: the number of the last one."""
        return self._steps

    @property
    def finite(self) -> bool:
        """False once a step's loss, gradient or next parameters were not finite."""
        return self._finite

    def step(self, batch: Batch) -> float:
        """One training step, nothing recorded; the loss L of the batch before it, without penalties."""
        return self._ignoring_overflow.run(self._advance, batch)

    def recorded_step(self, batch: Batch) -> Step:
        """The same step to the last bit, and its record."""
        before = self._parameters.tobytes()
        loss = self._ignoring_overflow.run(self._advance, batch)
        workspace = self._workspaces[batch.size]
        return Step(
            self._steps,
            batch,
            workspace.layout,
            before,
            workspace.record(),
            self._settings,
            self.optimizer.kind,
            loss,
            self._clip_scale,
            self._finite,
        )

    def state(self) -> State:
        """A copy of all that the next step depends on."""
        moments = {name: read_only(moment.copy()) for name, moment in self._rule.moments.items()}
        return State(
            self._steps,
            read_only(self._parameters.copy()),
            read_only(self._running.copy()),
            moments,
            self._updates,
            self._finite,
            self._batch_size,
        )

    def restore(self, state: State) -> None:
        """Goes to `state`. Moments of no name start at zero, as in a fork with another optimizer."""
        for name, wanted, value in (
            ("parameters", self._parameters, state.parameters),
            ("running averages", self._running, state.running),
        ):
            if value.shape != wanted.shape:
                raise ValueError(f"{name} have shape {value.shape}, wanted {wanted.shape}")
        load(self._rule, state.moments)
        self._parameters[:] = state.parameters
        self._running[:] = state.running
        self._steps, self._updates, self._finite = state.step, state.updates, state.finite
        self._batch_size = state.batch_size

    def _advance(self, batch: Batch) -> float:
        workspace = self._workspaces.get(batch.size) or self._new_workspace(batch.size)
        self._steps += 1
        self._updates += 1
        self._batch_size = batch.size
        if workspace.keep is not None:
            self._masks.write(self._steps, workspace.keep)
        loss = workspace.forward(batch)
        workspace.backward(batch)
        direction = workspace.gradients if self._plain else self._with_penalties(workspace.gradients)
        self._rule.write(direction, workspace.update, self._updates)
        np.add(self._parameters, workspace.update, self._parameters)
        if self._normalised:
            self._averages[batch.size].update(workspace.statistics)
        # A gradient that is not finite makes an update that is not, so checking the parameters and L is enough;
        # 0 · x is 0 for every finite x, and NaN for every other.
        if not (self._parameters.dot(self._zeros) == 0.0 and isfinite(loss)):
            self._finite = False
        return loss

    def _with_penalties(self, gradients: Array) -> Array:
        """clip(dW + l1·sign W + l2·W): penalties on weights only, clipping by the norm of all parameters together."""
        settings, direction, penalty = self._settings, self._direction, self._penalty
        np.copyto(direction, gradients)
        if settings.l1:
            np.sign(self._parameters, penalty)
            np.multiply(penalty, self.network.weights, penalty)
            np.multiply(penalty, self._l1, penalty)
            np.add(direction, penalty, direction)
        if settings.l2:
            np.multiply(self._parameters, self.network.weights, penalty)
            np.multiply(penalty, self._l2, penalty)
            np.add(direction, penalty, direction)
        if settings.clip_norm is not None:
            self._clip_scale = min(1.0, settings.clip_norm / max(norm(direction), settings.clip_norm))
            if self._clip_scale < 1.0:
                np.multiply(direction, self._clip_scale, direction)
        return direction

    def _new_workspace(self, samples: int) -> Workspace:
        if len(self._workspaces) == _KEPT_WORKSPACES:
            oldest = next(iter(self._workspaces))
            del self._workspaces[oldest], self._averages[oldest]
        workspace = Workspace(Layout(self.network, samples, self._dropping), self._parameters)
        self._workspaces[samples] = workspace
        self._averages[samples] = RunningAverages(self._running, samples)
        return workspace


class RunningAverages:
    """new = 0.9 · old + 0.1 · batch, with the batch's variance unbiased: n/(n − 1) of what normalised it.

    One sample has no unbiased variance, so a batch of one moves the means only.
    """

    def __init__(self, running: Array, samples: int) -> None:
        self._running, self._moved = running, np.zeros(running.size)
        self._old, self._new = np.full(running.size, 1 - MOMENTUM), np.full(running.size, MOMENTUM)
        variances = slice(running.size // 2, None)
        self._old[variances] = 1 - MOMENTUM if samples > 1 else 1.0
        self._new[variances] = MOMENTUM * samples / (samples - 1) if samples > 1 else 0.0

    def update(self, statistics: Array) -> None:
        """Moves the running averages toward a batch's means and biased variances."""
        np.multiply(statistics, self._new, self._moved)
        np.multiply(self._running, self._old, self._running)
        np.add(self._running, self._moved, self._running)
