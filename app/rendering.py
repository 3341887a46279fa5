"""What takes some tens of milliseconds to draw, beside the event loop: of one client after that of another."""

from asyncio import get_running_loop
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from starlette.requests import Request

from .precompressed import Precompressed
from .work.clients import client_of
from .work.queue import FairQueue

T = TypeVar("T")
AT_ONCE = 1  # more would hold up the event loop among themselves
_threads = ThreadPoolExecutor(AT_ONCE, "drawing")


async def drawn(request: Request, draw: Callable[[], T]) -> T:
    """What a function returns, once it is the client's turn. ClientLimitError, OverloadedError."""
    queue: FairQueue = request.app.state.drawing
    async with queue.place(client_of(request.scope)):
        return await get_running_loop().run_in_executor(_threads, draw)


class Rendered:
    """Pages by what they are rendered for: each is, once, when somebody asks for it."""

    def __init__(self, render: Callable[..., str]) -> None:
        self._render = render
        self._pages: dict[tuple[Any, ...], Precompressed] = {}

    async def page(self, request: Request, *key: Any) -> Precompressed:
        if key not in self._pages:
            self._pages[key] = Precompressed((await drawn(request, lambda: self._render(*key))).encode())
        return self._pages[key]
