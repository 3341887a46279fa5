"""The composition root: settings, store, API and pages become one app."""

import signal
import sys
import threading
from asyncio import Task, create_task
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from multiprocessing import parent_process
from multiprocessing.process import BaseProcess
from types import FrameType
from typing import Any

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware

from . import __version__, logs, pages, static_files, story_pages
from .api import datasets, docs, experiments, files, openapi, problems, routes, saved, work
from .api.compression import STREAM, StreamCompression
from .api.middleware import BelowPath, BodyDeadline, BodyLimit, HeadLikeGet, SecurityHeaders
from .api.observing import Observer
from .api.origins import KnownHost, OwnOrigin
from .runs.files import KeptFiles
from .runs.limits import FILE_LIMITS
from .runs.memory import leave_out_of_collections, return_arrays_at_once
from .settings import Settings
from .store.live import LiveRuns
from .store.opening import MEMORY, opened
from .store.protocol import Limits
from .store.tables import LiveTables
from .work.garbage import collect_in_steps

DAY = 86_400
SWITCH = 0.001  # seconds that a thread computes on while the event loop wants to go on; Python's own is 0.005
SAVED_BYTES = 10_000_000  # that a saved run may have: the largest table of one's own, row by row


def limits_of(settings: Settings) -> Limits:
    """What the store may hold."""
    return Limits(settings.runs, settings.kept * 1_000_000, settings.idle * DAY)


def create_app(settings: Settings | None = None) -> FastAPI:
    """The whole service, over the store that the settings name: StoreDownError where that can't be had."""
    settings = settings or Settings()
    app = FastAPI(
        title="Backprop Playground",
        version=__version__,
        description="See how a neural network learns: every operation of every training step, on real numbers.",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=until_stopped,
        generate_unique_id_function=openapi.operation_id,
    )
    store = opened(settings.store or MEMORY, limits_of(settings))
    app.state.tables = LiveTables(store, settings.memory * 250_000)
    app.state.runs = LiveRuns(store, app.state.tables, settings.memory * 1_000_000)
    return_arrays_at_once()
    logs.limit_repeats()
    if settings.log == "json":
        logs.install()
    app.state.desk = work.Desk(settings)
    app.state.reading = files.Reading(settings.spool, settings.readers, KeptFiles(settings.files, 600))
    app.add_middleware(Observer)
    # The last one added is the outermost.
    app.add_middleware(StreamCompression)
    app.add_middleware(GZipMiddleware, compresslevel=4, exclude_content_types=(*DEFAULT_EXCLUDED_CONTENT_TYPES, STREAM))
    larger = dict.fromkeys(files.PATHS, FILE_LIMITS.bytes) | {"/api/saved_runs": max(SAVED_BYTES, settings.body)}
    app.add_middleware(BodyLimit, most=settings.body, files=larger)
    app.add_middleware(BodyDeadline)
    app.add_middleware(work.TakeTurns, turns=app.state.desk.turns)
    app.add_middleware(OwnOrigin, hosts=settings.hosts.split())
    app.add_middleware(KnownHost, hosts=settings.hosts.split())
    app.add_middleware(SecurityHeaders, embed=settings.embed)
    app.add_middleware(HeadLikeGet)
    app.add_middleware(BelowPath, root_path=settings.root_path)
    problems.install(app)
    app.include_router(routes.router)
    app.include_router(saved.router)
    app.include_router(experiments.router)
    app.include_router(datasets.router)
    openapi.install(app)
    docs.install(app)
    static_files.install(app)
    pages.install(app, settings.embed)
    story_pages.install(app)
    return app


@asynccontextmanager
async def until_stopped(app: FastAPI) -> AsyncIterator[None]:
    """Told to stop, streams end at their next step; at the end all that was trained is kept."""
    _prepare_routes(app)
    runs: LiveRuns = app.state.runs
    collecting: Task[None] | None = None
    if threading.current_thread() is threading.main_thread():  # a server, not an app within another program
        _before_signals(runs.stop)
        _stop_with_supervisor()
        leave_out_of_collections()
        sys.setswitchinterval(SWITCH)
        await run_in_threadpool(int)  # what threads need is imported with the first: now, not with the first request
        collecting = create_task(collect_in_steps(lambda: app.state.desk.streaming.taken == 0, lambda: runs.bytes))
    yield
    if collecting is not None:
        collecting.cancel()
    await app.state.desk.close()
    await runs.close()


def _prepare_routes(app: FastAPI) -> None:
    """FastAPI prepares a router's routes, for some 100 ms, when its first request comes: then all others would wait."""
    nowhere = {"type": "http", "method": "GET", "path": "/.", "root_path": "", "headers": []}
    for route in app.routes:
        route.matches(nowhere)


def _before_signals(stop: Callable[[], None]) -> None:
    """Calls `stop` first when the server is told to stop: uvicorn itself tells the app only after its last stream."""
    for number in (signal.SIGINT, signal.SIGTERM):
        handler = signal.getsignal(number)
        if callable(handler):
            signal.signal(number, partial(_stop_first, stop, handler))


def _stop_first(stop: Callable[[], None], handler: Callable[..., Any], number: int, frame: FrameType | None) -> None:
    stop()
    handler(number, frame)


def _stop_with_supervisor() -> None:
    """One of several workers ends when the process ends that started it, however that was killed: else it would hold
    the address, and nobody could start the server again."""
    supervisor = parent_process()
    if supervisor is not None:
        threading.Thread(target=_stop_after, args=[supervisor], name="supervisor", daemon=True).start()


def _stop_after(supervisor: BaseProcess) -> None:
    supervisor.join()
    signal.raise_signal(signal.SIGTERM)


def __getattr__(name: str) -> Any:
    """`app`, for `uvicorn app.main:app`: made when it is asked for, as it opens its store."""
    if name != "app":
        raise AttributeError(name)
    globals()["app"] = made = create_app()
    return made
