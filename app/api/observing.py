"""What is noted of a request, but for static files: its id, how long its answer took to begin, and its status."""

import re
import secrets
from time import perf_counter

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .. import logs, metrics

METHODS = frozenset(("GET", "HEAD", "POST", "PATCH", "DELETE", "PUT", "OPTIONS"))
GIVEN = re.compile(r"[\w.-]{1,64}", re.ASCII)


class Observer:
    """The innermost: only there is the route of a request known, which is noted in place of its path.

    The id is the one that a proxy gave in X-Request-ID, or a new one; the answer carries it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "").removeprefix(scope.get("root_path", ""))
        if scope["type"] != "http" or path.startswith("/static/"):
            await self.app(scope, receive, send)
            return
        began, status, seconds = perf_counter(), 500, 0.0
        given = Headers(scope=scope).get("x-request-id", "")
        name = given if GIVEN.fullmatch(given) else secrets.token_hex(8)
        logs.request_id.set(name)

        async def observed(message: Message) -> None:
            nonlocal status, seconds
            if message["type"] == "http.response.start":
                status, seconds = message["status"], perf_counter() - began
                MutableHeaders(scope=message)["X-Request-ID"] = name
            await send(message)

        try:
            await self.app(scope, receive, observed)
        finally:
            route = getattr(scope.get("route"), "path", "") or "(none)"
            method = scope["method"] if scope["method"] in METHODS else "(other)"  # no text that a client chose
            metrics.REQUEST_SECONDS.labels(method, route).observe(seconds or perf_counter() - began)
            metrics.ANSWERS.labels(str(status)).inc()
            logs.access.info(
                "%s %s %d",
                method,
                route,
                status,
                extra={
                    "fields": {
                        "method": method,
                        "route": route,
                        "status": status,
                        "seconds_to_answer": round(seconds, 6),
                        "seconds": round(perf_counter() - began, 6),
                    }
                },
            )
