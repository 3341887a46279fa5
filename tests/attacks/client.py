"""An attacker: connections from an address of its own, that send what they like and read when they like."""

import asyncio
import json
from asyncio import StreamReader, StreamWriter
from collections import Counter
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

ATTACKER = "127.0.0.2"  # all of 127.0.0.0/8 is this machine: the server sees another client than who watches
BROKEN = "cut off"  # a connection that ended without an answer


class Attacker:
    """Counts how it was answered, by status."""

    def __init__(self, port: int, address: str = ATTACKER) -> None:
        self.port, self.address = port, address
        self.answers: Counter[str] = Counter()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[tuple[StreamReader, StreamWriter]]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, local_addr=(self.address, 0))
        try:
            yield reader, writer
        finally:
            writer.transport.abort()

    async def send(self, writer: StreamWriter, method: str, path: str, body: Any = None) -> None:
        """A whole request."""
        content = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        if body is not None:
            head += f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n"
        writer.write(head.encode() + b"\r\n" + content)
        await writer.drain()

    async def ask(self, method: str, path: str, body: Any = None) -> tuple[str, bytes]:
        """A request and its whole answer: status and body."""
        status, rest = BROKEN, b""
        with suppress(ConnectionError, OSError):
            async with self.connection() as (reader, writer):
                await self.send(writer, method, path, body)
                whole = await reader.read()
                head, _, rest = whole.partition(b"\r\n\r\n")
                status = head[9:12].decode() or BROKEN
                if b"transfer-encoding: chunked" in head.lower():
                    rest = unchunked(rest)
        self.answers[status] += 1
        return status, rest

    async def hang_up(self, method: str, path: str, body: Any = None, after: float = 0.0) -> None:
        """A request, and nobody who waits for the answer."""
        with suppress(ConnectionError, OSError):
            async with self.connection() as (reader, writer):
                await self.send(writer, method, path, body)
                with suppress(TimeoutError):
                    async with asyncio.timeout(after):
                        self.answers[(await reader.readline())[9:12].decode() or BROKEN] += 1

    async def stall(self, data: bytes, ended: asyncio.Event) -> None:
        """Sends something, and then neither sends nor reads, until it is cut off or the attack has ended."""
        with suppress(ConnectionError, OSError):
            reader, writer = await asyncio.open_connection(
                "127.0.0.1", self.port, local_addr=(self.address, 0), limit=1
            )
            try:
                writer.write(data)
                writer.transport.pause_reading()  # type: ignore[attr-defined]
                await ended.wait()
                writer.transport.resume_reading()  # type: ignore[attr-defined]
                with suppress(TimeoutError, ConnectionError):
                    async with asyncio.timeout(0.2):
                        self.answers[(await reader.read(12))[9:12].decode() or BROKEN] += 1
            finally:
                writer.transport.abort()

    async def create(self, config: dict[str, Any]) -> str:
        """The path of a new run."""
        status, answer = await self.ask("POST", "/api/runs", config)
        if status != "201":
            raise RuntimeError(f"{status}: {answer[:200].decode(errors='replace')}")
        del self.answers[status]
        return f"/api/runs/{json.loads(answer)['id']}"


def unchunked(body: bytes) -> bytes:
    found = b""
    while body:
        size, _, body = body.partition(b"\r\n")
        length = int(size, 16)
        if not length:
            break
        found, body = found + body[:length], body[length + 2 :]
    return found


async def at_once(*attempts: Coroutine[Any, Any, Any]) -> None:
    await asyncio.gather(*attempts)
