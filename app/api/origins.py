"""Whose pages may use this server: its own, and for reading anybody's script; never another site's page."""

import ipaddress
from collections.abc import Collection
from urllib.parse import SplitResult, urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from .problems import problem

READING = ("GET", "HEAD", "OPTIONS")
OWN = ("same-origin", "none")  # a page of ours, or the reader's own doing (an address typed, a bookmark)


class OwnOrigin:
    """Refuses, with 403, what another site's page would change here.

    A browser says in Sec-Fetch-Site, or at least in Origin, whose page asks (Fetch Standard, W3C Fetch Metadata);
    programs send neither. Text, which a page may send anywhere without asking, is refused with 415 whoever sends it.
    Not Starlette's CORSMiddleware: that keeps another page from reading an answer, not from sending a request.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str]) -> None:
        self.app = app
        self.hosts = {host.lower() for host in hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in READING:
            headers = Headers(scope=scope)
            if not is_own(headers, self.hosts):
                text = "A page of another site may not change anything here. Scripts may: without the header Origin."
                refusal = problem(403, text, kind="other-site", title="Another site's page")
                return await refusal(scope, receive, send)
            if headers.get("content-type", "").lower().startswith("text/plain"):
                refusal = problem(415, "Send JSON as application/json, a table as text/csv; text/plain is not taken.")
                return await refusal(scope, receive, send)
        return await self.app(scope, receive, send)


def is_own(headers: Headers, hosts: Collection[str] = ()) -> bool:
    """Whether a request comes from a page of this very host, or of one of the `hosts`, or from no page at all."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None:
        return site in OWN
    if origin is None:
        return True
    page = parts(origin)
    return (page.netloc or origin).lower() == headers.get("host", "").lower() or page.hostname in hosts


class KnownHost:
    """Refuses, with 421, a name that is not this machine's, where a request comes in by the loopback interface.

    Else a page of another site could have its own name lead here (DNS rebinding) and count as ours. Behind a proxy on
    the same machine that keeps the public name, that name belongs into `hosts`; "*" allows any. Not Starlette's
    TrustedHostMiddleware: it can't tell the loopback interface from another, and answers with plain text.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str]) -> None:
        self.app = app
        self.hosts = {host.lower() for host in hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and "*" not in self.hosts and is_loopback((scope.get("server") or [""])[0]):
            host = parts(f"//{Headers(scope=scope).get('host', '')}").hostname or ""
            if host not in self.hosts and not is_loopback(host):
                text = f"This server listens on this machine alone, not as {host!r}; BACKPROP_HOSTS names others."
                refusal = problem(421, text, kind="other-host", title="Another host's name")
                return await refusal(scope, receive, send)
        return await self.app(scope, receive, send)


def parts(address: str) -> SplitResult:
    """An address in its parts; one that is none has no host, so that it equals no other."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def is_loopback(host: str | None) -> bool:
    """Whether a host's name or address means the machine itself."""
    if host is None or host == "localhost" or host.endswith(".localhost"):
        return host is not None
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
