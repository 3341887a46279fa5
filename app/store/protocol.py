"""What a store of runs and tables does. It knows bytes and leases, and nothing of what the bytes mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from .record import StoredRun


@dataclass(frozen=True)
class Limits:
    """What a store may hold; the least recently used goes first, and what is held by a lease stays.

    `idle` is in seconds: what was not used for so long is no longer kept.
    """

    runs: int
    bytes: int
    idle: float


@dataclass(frozen=True)
class Head:
    """Where a kept run stands: the version of what is kept, and whether a server holds its lease.

    A stream that is under way, or that broke off, may have gone `promised` steps beyond what is kept.
    """

    version: str
    held: bool = False
    promised: int = 0


@dataclass(frozen=True)
class Lease:
    """The right to change a run until the lease runs out. `token` grows with each lease of the run: an older one is
    refused by the store, so a holder that was away does no harm.
    """

    run: str
    holder: str
    token: int
    head: Head  # as the run was found


@dataclass(frozen=True)
class Update:
    """What to write of a run: where it stands, if it moved, and checkpoints to add and to drop."""

    moving: bytes | None = None
    added: Mapping[int, bytes] = field(default_factory=dict)
    dropped: Sequence[int] = ()


@dataclass(frozen=True)
class Usage:
    runs: int
    bytes: int


class Store(Protocol):
    """Each call is one transaction. StoreDownError where the store can't be had: then nothing was changed, or all."""

    async def create(self, run: str, fixed: bytes, moving: bytes, table: str | None) -> str:
        """Keeps a new run, lets others go where room is needed, and says its version. StoreFullError."""

    async def head(self, run: str) -> Head:
        """UnknownRunError."""

    async def load(self, run: str) -> tuple[StoredRun, Head]:
        """UnknownRunError."""

    async def take(self, run: str, holder: str, seconds: float, promised: int = 0) -> Lease:
        """The lease, for so long; `promised` steps may be sent before it is written to. UnknownRunError.

        BusyError while another has it; who has it himself gets a new one.
        """

    async def write(self, lease: Lease, update: Update, seconds: float) -> str:
        """Writes, holds the lease for so long from now (0: gives it back), and says the new version.

        LeaseLostError where another was given since, UnknownRunError.
        """

    async def touch(self, run: str) -> None:
        """The run counts as used now."""

    async def remove(self, run: str) -> None:
        """UnknownRunError. Whoever holds it is told at the next write."""

    async def add_table(self, name: str, content: bytes) -> None:
        """Keeps a table, and lets others go where room is needed, but none that a kept run is trained on."""

    async def has_table(self, name: str) -> bool:
        """Whether it can be had by name, which counts as using it."""

    async def table(self, name: str) -> bytes | None:
        """What was kept, also of one that was removed, as long as a run is trained on it."""

    async def remove_table(self, name: str) -> bool:
        """Whether there was one. Runs that are trained on it keep it."""

    async def usage(self) -> Usage:
        """What is kept."""

    async def close(self) -> None:
        """Lets go of files and connections."""
