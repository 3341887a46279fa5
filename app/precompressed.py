"""A body that many ask for and that never changes: compressed once, as small as it gets, kept, and sent once a reader.

Starlette's GZipMiddleware compresses each answer anew and knows no Brotli; it serves the answers that differ.
"""

import gzip
import hashlib
import re
from functools import partial

import brotli  # type: ignore[import-untyped]
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import NotModifiedResponse

ENCODERS = {"br": brotli.compress, "gzip": partial(gzip.compress, mtime=0)}  # the best first
REFUSED = re.compile(r";\s*q=0(\.0*)?\s*$")


def encoding_for(accepted: str) -> str:
    """The best of ENCODERS that a header Accept-Encoding allows; "" where it allows none."""
    names = {item.partition(";")[0].strip().lower() for item in accepted.split(",") if not REFUSED.search(item)}
    return next((name for name in ENCODERS if name in names), "")


class Precompressed:
    """Bytes, and what each encoder made of them, once somebody has asked for it."""

    def __init__(self, body: bytes) -> None:
        self.bodies = {"": body}

    async def encoded(self, accepted: str) -> tuple[bytes, dict[str, str]]:
        """The body as a header Accept-Encoding allows it, and the headers that say how it is encoded."""
        name = encoding_for(accepted)
        if name not in self.bodies:  # Brotli takes a hundred times as long as gzip, and lets others go on meanwhile
            self.bodies[name] = await run_in_threadpool(ENCODERS[name], self.bodies[""])
        return self.bodies[name], {"Content-Encoding": name, "Vary": "Accept-Encoding"} if name else {}


async def answer(request: Request, content: bytes | Precompressed, media_type: str) -> Response:
    """The content, or 304 where the asker's is the same. Bytes alone are compressed later, by the middleware."""
    body = content.bodies[""] if isinstance(content, Precompressed) else content
    tag = f'W/"{hashlib.sha256(body).hexdigest()[:12]}"'
    headers = {"Cache-Control": "no-cache", "ETag": tag}
    known = {each.strip() for each in request.headers.get("if-none-match", "").split(",")}
    if known & {tag, "*"}:
        return NotModifiedResponse(Headers(headers | {"Vary": "Accept-Encoding"}))
    if isinstance(content, Precompressed):
        body, encoding = await content.encoded(request.headers.get("accept-encoding", ""))
        headers |= encoding
    return Response(body, headers=headers, media_type=media_type)
