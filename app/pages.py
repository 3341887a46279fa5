"""The playground's page, with the catalog in it, and of the default network the caption: the first paint asks for
nothing, and shows words.
"""

import hashlib
from functools import lru_cache
from typing import Any

import orjson
from fastapi import APIRouter, FastAPI, Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import NotModifiedResponse

from app import __version__
from app.precompressed import Precompressed
from app.runs.catalog import catalog
from app.runs.experiments import experiments
from app.static_files import addresses, folder, modules


def environment() -> Environment:
    """What every page is rendered by; its filter `tojson` escapes what could close a <script>.

    Not Starlette's Jinja2Templates: that renders for a request, and here a page is rendered once for all.
    """
    loader = FileSystemLoader(folder("templates"))
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    environment.policies["json.dumps_function"] = lambda value: orjson.dumps(value).decode()
    environment.policies["json.dumps_kwargs"] = {}
    return environment


def context(root_path: str, script: str) -> dict[str, Any]:
    """What every page needs: where things are, and what its script imports."""
    return {
        "root": root_path,
        "static": addresses(root_path),
        "script": script,
        "modules": modules(script),
        "version": __version__,
    }


async def answer(request: Request, page: bytes | Precompressed) -> Response:
    """A page, or 304 where the asker's is the same. Bytes alone are compressed later, by the middleware."""
    body = page.bodies[""] if isinstance(page, Precompressed) else page
    tag = f'W/"{hashlib.sha256(body).hexdigest()[:12]}"'
    headers = {"Cache-Control": "no-cache", "ETag": tag}
    known = {each.strip() for each in request.headers.get("if-none-match", "").split(",")}
    if known & {tag, "*"}:
        return NotModifiedResponse(Headers(headers | {"Vary": "Accept-Encoding"}))
    if isinstance(page, Precompressed):
        body, encoding = await page.encoded(request.headers.get("accept-encoding", ""))
        headers |= encoding
    return HTMLResponse(body, headers=headers)


def root_path_of(request: Request) -> str:
    """The path that a proxy puts before ours, without a slash at its end."""
    path: str = request.scope.get("root_path", "")
    return path.rstrip("/")


def install(app: FastAPI) -> None:
    """Mounts the page."""
    templates = environment()
    router = APIRouter(include_in_schema=False)

    @lru_cache(maxsize=8)
    def rendered(root_path: str, default: bool) -> Precompressed:
        text = templates.get_template("playground.html").render(
            **context(root_path, "js/main.js"),
            catalog=catalog(),
            experiments=list(experiments().values()),
            default=default,
        )
        return Precompressed(text.encode())

    @router.get("/")
    async def playground(request: Request) -> Response:
        return await answer(request, rendered(root_path_of(request), not request.url.query))

    app.include_router(router)
