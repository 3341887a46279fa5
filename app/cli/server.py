"""The server as a program: it says where it listens, and stops cleanly."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
import tempfile
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import uvicorn
from platformdirs import user_data_path
from uvicorn.config import LOGGING_CONFIG
from uvicorn.supervisors import Multiprocess

from .. import __version__
from ..connections import GuardedProtocol
from ..main import limits_of
from ..runs.errors import StoreDownError
from ..settings import Settings
from ..store.opening import MEMORY, opened, sqlite_address

BACKLOG = 2048  # connections that wait to be accepted
ACCEPTED = 32  # at once: each holds a file before it can be refused, and asyncio counts none
STARTING = 60  # seconds that a worker may take until it answers, on a busy machine
GRACE = 2  # seconds: a reader who does not read must not hold up Ctrl-C
PACKAGE = __package__.rpartition(".")[0]
KEPT_NOT = "Runs are kept in memory, and forgotten when it stops"


@dataclass(frozen=True)
class Serving:
    """How to serve. Without `store` runs are kept in a file in the user's data folder."""

    host: str
    port: int
    store: str | None
    workers: int
    open_browser: bool
    stop_with_input: bool


class Server(uvicorn.Server):
    """Uvicorn, which says so once it answers."""

    def __init__(self, config: uvicorn.Config, when_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self.when_ready = when_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self.when_ready()


class Workers(Multiprocess):
    """Several such servers, one for each listening socket; one that dies is started again.

    On Linux each has a socket of its own. Where all listen on one, the first to wake takes nearly every connection:
    eight streams that began at once were seen in one process of two.
    """

    def __init__(self, config: uvicorn.Config, listeners: list[socket.socket], when_ready: Callable[[], None]) -> None:
        super().__init__(config, listeners)
        self.when_ready = when_ready

    @property
    def sockets(self) -> list[socket.socket]:
        """The socket of the process that is about to be started: in turn, else that of the process it replaces."""
        ended = (k for k, each in enumerate(self.processes) if each.parent_conn.closed)
        return [next(self._in_turn, None) or self._listeners[next(ended)]]

    @sockets.setter
    def sockets(self, listeners: list[socket.socket]) -> None:
        self._listeners, self._in_turn = listeners, iter(listeners)

    def init_processes(self) -> None:
        super().init_processes()
        if all(process.wait_until_ready(STARTING, self.should_exit) for process in self.processes):
            self.when_ready()

    def restart_all(self) -> None:
        """One after the other, each once the process that replaces it serves on the same socket."""
        self._in_turn = iter(self._listeners)
        answering, self.config.timeout_worker_healthcheck = self.config.timeout_worker_healthcheck, STARTING
        super().restart_all()  # waits for a process to start only as long as a health check may take
        self.config.timeout_worker_healthcheck = answering
        self._in_turn = iter(())

    def keep_subprocess_alive(self) -> None:
        super().keep_subprocess_alive()
        for listener in self._listeners:
            listener.listen(BACKLOG)  # a process that was started again has set it to ACCEPTED

    def handle_ttin(self) -> None:
        """Does nothing: there are as many processes as sockets."""

    handle_ttou = handle_ttin


def listen(host: str, port: int, workers: int = 1) -> list[socket.socket]:
    """Listening sockets on one address, among which the system deals connections out; OSError where it can't be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listeners = [socket.create_server((host, port), family=family, backlog=BACKLOG)]
    if sys.platform == "linux" and workers > 1:
        # Set only now that the address is ours: a second server is refused. A program of the same user could share it.
        listeners[0].setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        address = listeners[0].getsockname()[:2]
        listeners += [
            socket.create_server(address, family=family, backlog=BACKLOG, reuse_port=True) for _ in range(workers - 1)
        ]
    else:  # where sockets can't share an address, or one of them gets all connections, processes share a socket
        listeners *= workers
    for listener in listeners:
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # asyncio leaves it off on a socket it is given
    return listeners


def address_of(host: str, port: int, root_path: str) -> str:
    """What to type into a browser on this machine: 0.0.0.0 is not a place to go to."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{port}{root_path}/"


def default_path() -> Path:
    """Where the command keeps runs."""
    return user_data_path("backprop-playground", appauthor=False) / "runs.sqlite"


def serve(serving: Serving) -> int:
    """Serves until Ctrl-C. 0 after a clean stop, 1 where the address or the store can't be had."""
    settings = Settings()
    store = serving.store or sqlite_address(default_path())
    try:
        asyncio.run(opened(store, limits_of(settings)).close())
    except StoreDownError as error:
        print(f"{error.reason}. Nothing was changed there. Another store: --store memory:", file=sys.stderr)
        return 1
    try:
        listeners = listen(serving.host, serving.port, serving.workers)
    except OSError as error:
        reason = error.strerror or str(error)
        print(f"Can't listen on {serving.host} port {serving.port}: {reason}. Another port: --port 0.", file=sys.stderr)
        return 1
    address = address_of(serving.host, listeners[0].getsockname()[1], settings.root_path)

    def when_ready() -> None:
        for listener in listeners:
            listener.listen(BACKLOG)  # asyncio has set it to ACCEPTED
        print(f"Backprop Playground {__version__} listens on {address}  (Ctrl-C stops it)")
        print(KEPT_NOT if store == MEMORY else f"Runs are kept in {store}", flush=True)
        if serving.open_browser:
            webbrowser.open(address)

    os.environ["BACKPROP_STORE"] = store  # the workers read it
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # uvicorn raises it again once it has stopped
    if serving.stop_with_input:
        Thread(target=_stop_at_end_of_input, daemon=True).start()
    config = uvicorn.Config(
        f"{PACKAGE}.main:create_app",
        factory=True,
        workers=serving.workers,
        log_level="warning",
        log_config=None if settings.log == "json" else LOGGING_CONFIG,
        timeout_graceful_shutdown=GRACE,
        server_header=False,
        http=GuardedProtocol,
        backlog=ACCEPTED,
        forwarded_allow_ips=settings.proxies,
    )
    with contextlib.ExitStack() as open_until_stopped, contextlib.suppress(KeyboardInterrupt):
        for listener in listeners:
            open_until_stopped.enter_context(listener)
        if serving.workers > 1:
            with tempfile.TemporaryDirectory() as folder:
                os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", folder)  # before a worker loads its metrics
                Workers(config, listeners, when_ready).run()
        else:
            Server(config, when_ready).run(sockets=listeners)
    return 0


def _stop_at_end_of_input() -> None:
    """Stops as by Ctrl-C once whoever started this has closed our input, or has died."""
    while os.read(0, 4096):
        pass
    signal.raise_signal(signal.SIGINT)
