"""Carries out what `exchange` asks for: with httpx, once for threads and once for asyncio."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from typing import Any, TypeVar

import httpx

from .exchange import Call, Effect, Hangup, NextLine, Reply, Wait, Work
from .problems import Disconnected

T = TypeVar("T")
CALL = httpx.Timeout(300, connect=10)  # a gradient check of a large network takes long
STREAM = httpx.Timeout(10, read=None)  # a line comes when its step was computed
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class Lines:
    """Whole lines of bytes that come in pieces; what is cut off at the end is no line."""

    def __init__(self) -> None:
        self._rest = b""
        self._ready: list[bytes] = []

    def add(self, piece: bytes) -> None:
        *whole, self._rest = (self._rest + piece).split(b"\n")
        self._ready = [*whole[::-1], *self._ready]

    def next(self) -> bytes | None:
        return self._ready.pop() if self._ready else None


def request_of(client: "httpx.Client | httpx.AsyncClient", call: Call) -> httpx.Request:
    headers = {} if call.content is None else {"Content-Type": "text/csv"}
    return client.build_request(
        call.method,
        f"api/{call.path}",
        json=call.body,
        content=call.content,
        params=call.query,
        headers=headers,
        timeout=STREAM if call.stream else CALL,
    )


def disconnected(error: httpx.HTTPError) -> Disconnected:
    return Disconnected(f"The server does not answer: {error or type(error).__name__}", not isinstance(error, NOT_SENT))


class Channel:
    """One call, or one stream, after the other; several channels share a client."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self._stream: httpx.Response | None = None
        self._pieces: Iterator[bytes] = iter(())
        self._lines = Lines()

    def run(self, work: Work[T]) -> T:
        """What a call returns."""
        answer: Any = None
        failure: Exception | None = None
        while True:
            try:
                effect = work.throw(failure) if failure else work.send(answer)
            except StopIteration as done:
                result: T = done.value
                return result
            try:
                answer, failure = self._perform(effect), None
            except httpx.HTTPError as error:
                answer, failure = None, disconnected(error)

    def _perform(self, effect: Effect) -> Any:
        match effect:
            case Wait(seconds):
                time.sleep(seconds)
            case NextLine():
                return self._line()
            case Hangup():
                self._hang_up()
            case Call():
                return self._send(effect)
        return None

    def _send(self, call: Call) -> Reply:
        self._hang_up()
        response = self._client.send(request_of(self._client, call), stream=call.stream)
        if call.stream and response.is_success:
            self._stream, self._pieces, self._lines = response, response.iter_raw(), Lines()
            return Reply(response.status_code, response.headers, b"")
        content = response.read()
        response.close()
        return Reply(response.status_code, response.headers, content)

    def _line(self) -> bytes | None:
        while (line := self._lines.next()) is None:
            piece = next(self._pieces, None)
            if piece is None:
                return None
            self._lines.add(piece)
        return line

    def _hang_up(self) -> None:
        stream, self._stream, self._pieces = self._stream, None, iter(())
        if stream is not None:
            with suppress(httpx.HTTPError):
                stream.close()


class AsyncChannel:
    """The same for asyncio."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self._stream: httpx.Response | None = None
        self._pieces: AsyncIterator[bytes] | None = None
        self._lines = Lines()

    async def run(self, work: Work[T]) -> T:
        """What a call returns."""
        answer: Any = None
        failure: Exception | None = None
        while True:
            try:
                effect = work.throw(failure) if failure else work.send(answer)
            except StopIteration as done:
                result: T = done.value
                return result
            try:
                answer, failure = await self._perform(effect), None
            except httpx.HTTPError as error:
                answer, failure = None, disconnected(error)

    async def _perform(self, effect: Effect) -> Any:
        match effect:
            case Wait(seconds):
                await asyncio.sleep(seconds)
            case NextLine():
                return await self._line()
            case Hangup():
                await self._hang_up()
            case Call():
                return await self._send(effect)
        return None

    async def _send(self, call: Call) -> Reply:
        await self._hang_up()
        response = await self._client.send(request_of(self._client, call), stream=call.stream)
        if call.stream and response.is_success:
            self._stream, self._pieces, self._lines = response, response.aiter_raw(), Lines()
            return Reply(response.status_code, response.headers, b"")
        content = await response.aread()
        await response.aclose()
        return Reply(response.status_code, response.headers, content)

    async def _line(self) -> bytes | None:
        while (line := self._lines.next()) is None:
            piece = None if self._pieces is None else await anext(self._pieces, None)
            if piece is None:
                return None
            self._lines.add(piece)
        return line

    async def _hang_up(self) -> None:
        stream, self._stream, self._pieces = self._stream, None, None
        if stream is not None:
            with suppress(httpx.HTTPError):
                await stream.aclose()
