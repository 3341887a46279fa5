"""Pages and pictures that take some tens of milliseconds to render: in a thread, one client after another."""

from asyncio import Lock, get_running_loop
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from starlette.requests import Request

from .precompressed import Precompressed
from .work.clients import client_of
from .work.queue import FairQueue

T = TypeVar("T")
_thread = ThreadPoolExecutor(1, "drawing")  # one: several would hold up the event loop among themselves


async def drawn(request: Request, draw: Callable[[], T]) -> T:
    """What a function returns, once it is the client's turn. ClientLimitError, OverloadedError."""
    queue: FairQueue = request.app.state.desk.drawing
    async with queue.place(client_of(request.scope)):
        return await get_running_loop().run_in_executor(_thread, draw)


class Rendered:
    """Pages by key: each is rendered once, when it is first asked for."""

    def __init__(self, render: Callable[..., str]) -> None:
        self._render = render
        self._pages: dict[tuple[Any, ...], Precompressed] = {}
        self._rendering = Lock()

    async def page(self, request: Request, *key: Any) -> Precompressed:
        if key not in self._pages:
            async with self._rendering:  # a class that comes at once waits for one rendering, and queues for it once
                if key not in self._pages:
                    self._pages[key] = Precompressed((await drawn(request, lambda: self._render(*key))).encode())
        return self._pages[key]
