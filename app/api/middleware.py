"""What surrounds every answer: the path in front of ours, HEAD, the security headers, a limit to what is read."""

from asyncio import timeout
from collections.abc import Mapping
from time import monotonic
from types import MappingProxyType

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "font-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",  # last: who else may frame us is added
    ]
)
PART_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}
SECURITY_HEADERS = {
    **PART_HEADERS,
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "no-referrer",  # an address holds a run's id
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
PARTS = ("text/css", "text/javascript")  # never a document: a page's own policy governs the sheets and modules it loads


class SecurityHeaders:
    """Adds the headers to every answer. Plain ASGI: a stream passes through line by line.

    Not the package secure: it has one set of headers for all answers, and each of many small parts would carry all.
    """

    def __init__(self, app: ASGIApp, embed: str = "") -> None:
        self.app = app
        self.headers = SECURITY_HEADERS | {"Content-Security-Policy": f"{CONTENT_SECURITY_POLICY} {embed}".rstrip()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                part = headers.get("content-type", "").startswith(PARTS)
                for name, value in (PART_HEADERS if part else self.headers).items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


class BodyLimit:
    """Refuses, with 413, a body of more than `most` bytes: before it is sent where its header says so, else on the way.

    Only who reads the body is told, so a call that needs none does not mind. Not FastAPI's `max_body_size`: where the
    header says so, it answers with plain text in place of our problem.
    """

    def __init__(self, app: ASGIApp, most: int, files: Mapping[str, int] = MappingProxyType({})) -> None:
        self.app = app
        self.most = most
        self.files = files  # by path: what a file may have

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        taken = 0
        path = scope.get("path", "").removeprefix(scope.get("root_path", ""))
        most = self.files.get(path, self.most)
        promised = dict(scope.get("headers", ())).get(b"content-length", b"0")

        async def limited() -> Message:
            nonlocal taken
            if not (promised.isdigit() and len(promised) < 20 and int(promised) <= most):
                raise HTTPException(413, f"A body may have {most} bytes at most.")
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > most:
                raise HTTPException(413, f"A body may have {most} bytes at most.")
            return message

        await self.app(scope, limited if scope["type"] == "http" else receive, send)


class BodyDeadline:
    """Refuses, with 408, a body that comes too slowly: not within `seconds`, and less than `rate` bytes a second after.

    Else a request that is half sent would hold its connection, and what was read of it, for good.
    """

    def __init__(self, app: ASGIApp, seconds: float = 30, rate: float = 20_000) -> None:
        self.app, self.seconds, self.rate = app, seconds, rate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        began, taken, whole = monotonic(), 0, False

        async def in_time() -> Message:
            nonlocal taken, whole
            if whole:
                return await receive()
            left = self.seconds + taken / self.rate - (monotonic() - began)
            try:
                async with timeout(max(left, 0)):
                    message = await receive()
            except TimeoutError:
                text = f"The body came too slowly: {taken} bytes in {monotonic() - began:.0f} seconds."
                raise HTTPException(408, text, {"Connection": "close"}) from None
            taken += len(message.get("body", b""))
            whole = not message.get("more_body", False)
            return message

        await self.app(scope, in_time if scope["type"] == "http" else receive, send)


class HeadLikeGet:
    """Answers HEAD wherever GET answers: the same status and headers, and no body (RFC 9110, 9.3.2).

    Starlette's routes and files do so by themselves, FastAPI's routes answer GET alone.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_headers(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        if scope["type"] == "http" and scope["method"] == "HEAD":
            await self.app({**scope, "method": "GET"}, receive, send_headers)
        else:
            await self.app(scope, receive, send)


class BelowPath:
    """Serves below a path that a proxy puts before ours, whether the proxy strips it or not.

    uvicorn's own `root_path` is for a proxy that strips it; Starlette alone finds no mounted file behind such a one.
    """

    def __init__(self, app: ASGIApp, root_path: str) -> None:
        self.app = app
        self.root_path = root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.root_path and scope["type"] == "http":
            path = scope["path"]
            if not f"{path}/".startswith(f"{self.root_path}/"):
                path = self.root_path + path
            scope = {**scope, "root_path": self.root_path, "path": path, "raw_path": path.encode()}
        await self.app(scope, receive, send)
