"""Connections: how many there may be, of all and of one client, and how long one may keep the server waiting.

uvicorn by itself waits for good: for a request that never comes, for the rest of its head, and for a reader who takes
nothing of his answer. Behind a proxy these are the proxy's connections, which counts its own clients.
"""

import sys
from asyncio import BaseTransport, Protocol, TimerHandle, Transport, get_running_loop
from collections import Counter
from collections.abc import Collection
from contextlib import suppress
from functools import cache
from ipaddress import ip_address, ip_network
from socket import SO_SNDBUF, SOL_SOCKET
from typing import cast

from .heads import BoundedHead
from .settings import Settings
from .work.clients import UNKNOWN, key_of

SENT = 1 << 17  # bytes that the system may hold of an answer that was not taken yet
HEAD = 15.0  # seconds until the head of a request is there
LINGERING = 16  # connections that are refused, and still to be told so
SPARE = 80  # open files that are no admitted connections: those being accepted, the store, uploads, processes
FULL = (
    b"HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/problem+json\r\nretry-after: 5\r\n"
    b'connection: close\r\n\r\n{"type":"about:blank","title":"Service Unavailable","status":503,'
    b'"detail":"Too many connections are open. Try again in 5 seconds."}\n'
)


class Doorkeeper:
    """The open connections of a server, by client; those of a trusted proxy are of many clients."""

    def __init__(self, most: int, each: int, proxies: Collection[str]) -> None:
        self.most = min(most, open_files() - SPARE)
        self.each = max(1, min(each, self.most // 2))
        self._trusted = "*" in proxies
        self._proxies = [ip_network(proxy, strict=False) for proxy in proxies if _is_network(proxy)]
        self._open: Counter[str] = Counter()
        self.lingering: set[Protocol] = set()  # refused, until they are told

    def admits(self, host: str) -> bool:
        """Whether one more connection may be kept; then it is counted until it `leaves`."""
        client = key_of(host)
        if self._open.total() >= self.most or (self._open[client] >= self.each and not self._is_proxy(host)):
            return False
        self._open[client] += 1
        return True

    def leaves(self, host: str) -> None:
        client = key_of(host)
        self._open[client] -= 1
        if not self._open[client]:
            del self._open[client]

    def _is_proxy(self, host: str) -> bool:
        if self._trusted:
            return True
        try:
            address = ip_address(host)
        except ValueError:
            return False
        return any(address in network for network in self._proxies)


def _is_network(text: str) -> bool:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def open_files() -> int:
    """How many files this process may have open, as many as the system lets it have."""
    if sys.platform == "win32":
        return 1 << 16  # no limit that could be met
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = 1 << 16 if hard == resource.RLIM_INFINITY else min(hard, 1 << 16)
    if soft < most:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


@cache
def door() -> tuple[Doorkeeper, float]:
    """Of this process, as the environment sets it: also in a worker, which is given no more than a class's name."""
    settings = Settings()
    return Doorkeeper(settings.connections, settings.client_connections, settings.proxies.split(",")), settings.patience


class GuardedProtocol(BoundedHead):
    """uvicorn's connection: refused where there are too many, cut off where its other end keeps it waiting."""

    def connection_made(self, transport: BaseTransport) -> None:
        self._door, self._patience = door()
        self._late: TimerHandle | None = None  # cuts off who does not send the head of a request
        self._stalled: TimerHandle | None = None  # or does not take an answer
        self._socket = cast(Transport, transport)
        self._host = str((transport.get_extra_info("peername") or [UNKNOWN])[0])
        found = transport.get_extra_info("socket")
        if found is not None:  # else Linux keeps megabytes for a reader who takes nothing
            with suppress(OSError):
                found.setsockopt(SOL_SOCKET, SO_SNDBUF, SENT)
        self._admitted = self._door.admits(self._host)
        if self._admitted:
            super().connection_made(self._socket)
            self._await_head(HEAD)
        elif len(self._door.lingering) < LINGERING:
            self._door.lingering.add(self)
            self._await_head(1.0)
        else:
            self._socket.abort()

    def data_received(self, data: bytes) -> None:
        if not self._admitted:  # what was sent has been read: closed before that, the answer would not be seen
            self._socket.write(FULL)
            self._socket.close()
            return
        super().data_received(data)
        if self.cycle is None or self.cycle.response_complete:
            self._await_head(HEAD)
        else:
            self._head_is_there()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._stalled = get_running_loop().call_later(self._patience, self._socket.abort)

    def resume_writing(self) -> None:
        self._reader_goes_on()
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_is_there()
        self._reader_goes_on()
        if self._admitted:
            self._door.leaves(self._host)
            super().connection_lost(exc)
        else:
            self._door.lingering.discard(self)

    def eof_received(self) -> None:
        if self._admitted:
            super().eof_received()

    def _await_head(self, seconds: float) -> None:
        if self._late is None:
            self._late = get_running_loop().call_later(seconds, self._socket.abort)

    def _head_is_there(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _reader_goes_on(self) -> None:
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None
