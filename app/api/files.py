"""Uploaded files: received in a stream, read in a thread while somebody waits for the answer, and kept for a while."""

from asyncio import Semaphore, create_task, sleep
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from tempfile import SpooledTemporaryFile
from threading import Event
from typing import IO, Annotated, TypeVar, cast

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from ..runs.files import KeptFiles, UploadedFile, opened
from ..runs.limits import FILE_LIMITS

PATHS = ("/api/inspections", "/api/datasets")
REFUSED = ("multipart/form-data", "application/json", "application/xml", "application/problem+json")
PIECE = 1 << 20  # bytes that are written to the temporary file at once
WATCHED = 0.25  # seconds between two looks whether the client is still there
T = TypeVar("T")


class GoneError(Exception):
    """The client hung up while its file was read."""


class Reading:
    """How files are read: `memory` bytes of each are held, and only so many are read at the same time."""

    def __init__(self, memory: int, readers: int, kept: KeptFiles) -> None:
        self.memory, self.kept = memory, kept
        self._readers = Semaphore(readers)

    async def run(self, request: Request, work: Callable[[Callable[[], None]], T]) -> T:
        """The work's result, in a thread; it calls what it is given now and then, which raises once nobody waits."""
        gone = Event()

        def tick() -> None:
            if gone.is_set():
                raise GoneError

        async def watch() -> None:
            while not await request.is_disconnected():
                await sleep(WATCHED)
            gone.set()

        watching = create_task(watch())
        try:
            async with self._readers:
                return await run_in_threadpool(work, tick)
        finally:
            watching.cancel()

    @asynccontextmanager
    async def file(self, request: Request, name: str | None, keep: bool) -> AsyncIterator[tuple[UploadedFile, str]]:
        """The file that is kept under that name, or else the body, and its name; UnknownFileError.

        A body is closed in the end, unless it is to be kept and could be read.
        """
        if name is not None:
            yield self.kept.get(name), name
            return
        source = await self._received(request)
        try:
            yield source, self.kept.add(source) if keep else ""
        except BaseException:
            self.kept.discard(source)
            raise
        if not keep:
            await run_in_threadpool(source.close)  # to let go of a large one takes a while

    async def _received(self, request: Request) -> UploadedFile:
        """The body as it is, in a temporary file: a form or JSON is no file."""
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind in REFUSED:
            raise HTTPException(415, "Send the file itself as the body, with the header Content-Type: text/csv.")
        file = cast(IO[bytes], SpooledTemporaryFile(max_size=self.memory))  # noqa: SIM115  it is closed by whoever opens it as a table
        try:
            size, piece = 0, bytearray()
            async for chunk in request.stream():
                size += len(chunk)
                if size > FILE_LIMITS.bytes:
                    raise HTTPException(413, f"A file may have {FILE_LIMITS.bytes} bytes at most.")
                piece += chunk
                if len(piece) >= PIECE:
                    await run_in_threadpool(file.write, bytes(piece))
                    piece.clear()
            file.write(bytes(piece))
        except BaseException:
            file.close()
            raise
        return opened(file, self.memory)


async def reading_of(request: Request) -> Reading:
    reading: Reading = request.app.state.reading
    return reading


Files = Annotated[Reading, Depends(reading_of)]
