"""A real server for what needs a real socket: streams, and browsers."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest
import uvicorn
from fastapi import FastAPI

from app.heads import BoundedHead
from app.main import create_app
from app.settings import Settings

ROOT = Path(__file__).resolve().parents[1]


class ThreadedServer(uvicorn.Server):
    """Says when it answers, so that tests need not sleep."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """The address at which an app is served, by a thread of its own, on a free port."""
    listener = socket.create_server(("127.0.0.1", 0))
    # asyncio sets this only where a socket names its protocol; without it small answers wait 40 ms for each other.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    server = ThreadedServer(  # as the command serves it
        uvicorn.Config(app, http=BoundedHead, log_level="warning", timeout_graceful_shutdown=2, server_header=False)
    )
    thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    assert server.ready.wait(20), "the server did not start"
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(20)
    listener.close()


@pytest.fixture(scope="session")
def live_app() -> FastAPI:
    """The app behind `server_url`."""
    return create_app(Settings())


@pytest.fixture(scope="session")
def server_url(live_app: FastAPI) -> Iterator[str]:
    """Where a real server listens for the whole session: "http://127.0.0.1:…"."""
    with serving(live_app) as url:
        yield url


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder to import the package from under the name that it is installed by."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "backprop_playground").symlink_to(ROOT / "app", target_is_directory=True)
    return folder


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
