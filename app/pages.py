"""The pages: HTML with the catalog in it, so that the first paint asks for nothing, and the static files beside it."""

import gzip
import mimetypes
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson
from fastapi import APIRouter, FastAPI, Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.datastructures import Headers
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from app import __version__
from app.runs.catalog import catalog
from app.runs.experiments import experiments

HERE = Path(__file__).resolve().parent
IMPORT = re.compile(r'^(?:import|export)\s[^;]*?from "\./([\w-]+\.js)";', re.M)
PACKED = (".js", ".css", ".svg")

mimetypes.add_type("font/woff2", ".woff2")  # a machine's own list may lack it


def folder(name: str) -> Path:
    """`static` or `templates`: inside the package in a wheel, beside it in a checkout."""
    return next(path for path in (HERE / name, HERE.parent / name) if path.is_dir())


@lru_cache(maxsize=512)
def packed(path: str, _etag: str) -> bytes:
    """A file as small as gzip makes it, once for each of its versions."""
    return gzip.compress(Path(path).read_bytes(), 9, mtime=0)


class FreshFiles(StaticFiles):
    """Static files that a browser asks about each time, by their tag alone, and mostly hears 304."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "no-cache"
        asked = Headers(scope=scope)
        small = "gzip" in asked.get("accept-encoding", "") and "range" not in asked
        if not (small and isinstance(response, FileResponse) and path.endswith(PACKED)):
            return response
        headers = {name: response.headers[name] for name in ("etag", "content-type", "cache-control")}
        headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        return Response(packed(str(response.path), headers["etag"]), headers=headers)


@lru_cache
def modules(root: str) -> tuple[str, ...]:
    """The scripts that one reaches by its static imports, so that a page can ask for all of them at once."""
    found: dict[str, None] = {}
    waiting = [root]
    while waiting:
        name = waiting.pop(0)
        text = (folder("static") / "js" / name).read_text()
        imports = [each for each in IMPORT.findall(text) if each not in found]
        found |= dict.fromkeys(imports)
        waiting += imports
    return tuple(found)


class Html(str):
    """Text that a template puts into the page as it is."""

    def __html__(self) -> str:
        return self


def data_block(value: Any) -> Html:
    """JSON for a <script type="application/json">: no "<" in it, so nothing can close the block."""
    return Html(orjson.dumps(value).decode().replace("<", "\\u003c"))


def environment() -> Environment:
    """What every page is rendered by."""
    loader = FileSystemLoader(folder("templates"))
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)


def install(app: FastAPI) -> None:
    """Mounts /static and the pages."""
    app.mount("/static", FreshFiles(directory=folder("static")), name="static")
    templates = environment()
    embedded = data_block(catalog())
    router = APIRouter(include_in_schema=False)

    @lru_cache(maxsize=8)
    def rendered(template: str, root: str) -> bytes:
        """The page, as small as gzip makes it: nothing in it changes while the server runs."""
        text = templates.get_template(template).render(
            root=root,
            static=lambda path: f"{root}/static/{path}",
            catalog=catalog(),
            catalog_json=embedded,
            experiments=list(experiments().values()),
            version=__version__,
            modules=modules("main.js"),
        )
        return gzip.compress(text.encode(), 9, mtime=0)

    @router.get("/")
    async def playground(request: Request) -> HTMLResponse:
        page = rendered("playground.html", request.scope.get("root_path", "").rstrip("/"))
        headers = {"Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return HTMLResponse(gzip.decompress(page), headers=headers)
        return HTMLResponse(page, headers=headers | {"Content-Encoding": "gzip"})

    app.include_router(router)
