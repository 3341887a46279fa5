"""The static files below a path with the hash of their content: a browser that has them never asks again.

Relative imports, `import.meta.url` and the sheets inherit the path. Everything is hashed once, at the start: whoever
changes a file starts the server anew. (ServeStatic does nearly this, but has a 404 for a page that was opened before an
update, and wants compressed copies beside the files.)
"""

import hashlib
import mimetypes
import posixpath
import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.staticfiles import NotModifiedResponse, StaticFiles
from starlette.types import Scope

from .precompressed import Precompressed, encoding_for

HERE = Path(__file__).resolve().parent
FOR_GOOD = "public, max-age=31536000, immutable"
TEXT = (".js", ".css", ".svg")

# Sheets that a page needs all of before its first paint, as one file: over HTTP/1.1 thirteen wait for each other. (The
# playground's stay apart: those that come later go between them.)
JOINED = {
    "css/story.css": (
        "css/tokens.css",
        "css/network/graph.css",
        "css/tape/tape.css",
        "css/dom/figures.css",
        "css/plane/plane.css",
        "css/charts/charts.css",
        "css/story/story.css",
        "css/story/experiments.css",
        "css/story/interactive.css",
        "css/story/picture.css",
        "css/story/responsive.css",
        "css/story/print.css",
        "css/story/pictures.css",
    )
}

# A parser of JavaScript (tree-sitter) would be two compiled packages; V8 judges this expression in the tests.
IMPORT = re.compile(r"""^(?:import|export)\b(?:[^"';]*?\bfrom)?\s*["']([^"']+)["']""", re.M)

mimetypes.add_type("font/woff2", ".woff2")  # a machine's own list may lack it


def folder(name: str) -> Path:
    """`static` or `templates`: inside the package in a wheel, beside it in a checkout."""
    return next(path for path in (HERE / name, HERE.parent / name) if path.is_dir())


@lru_cache
def version(root: Path) -> str:
    """Twelve digits of the SHA-256 of every file below a folder, with its name."""
    digest = hashlib.sha256()
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        body = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()}\n{len(body)}\n".encode() + body)
    return digest.hexdigest()[:12]


def addresses(root_path: str) -> Callable[[str], str]:
    """From a file's path below `static` to its address."""
    prefix = f"{root_path}/static/{version(folder('static'))}"
    return lambda path: f"{prefix}/{path}"


def script_imports(script: str) -> list[str]:
    """What a module imports by its static imports, as written there."""
    return IMPORT.findall(script)


@lru_cache
def modules(root: str) -> tuple[str, ...]:
    """The scripts that one reaches by its static imports, so that a page can ask for all of them at once.

    Names are paths below `static`, as that of the root: "js/main.js".
    """
    found = {root: None}
    waiting = [root]
    while waiting:
        name = waiting.pop(0)
        imported = script_imports((folder("static") / name).read_text())
        paths = [posixpath.normpath(posixpath.join(posixpath.dirname(name), each)) for each in imported]
        waiting += [path for path in dict.fromkeys(paths) if path not in found]
        found |= dict.fromkeys(paths)
    return tuple(found)[1:]


class VersionedFiles(StaticFiles):
    """Files for good below the present version, and below any other for a page that was opened before an update."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory=directory)
        self.version = version(directory)
        self.kept: dict[tuple[str, str], Precompressed] = {}

    async def get_response(self, path: str, scope: Scope) -> Response:
        asked = Headers(scope=scope)
        if path in JOINED and scope["method"] in ("GET", "HEAD"):
            response = await self._joined(path, asked)
        else:
            response = await super().get_response(path, scope)
            small = path.endswith(TEXT) and encoding_for(asked.get("accept-encoding", "")) and "range" not in asked
            if small and isinstance(response, FileResponse):
                response = await self._encoded(response, asked)
        present = scope["path_params"]["version"] == self.version
        response.headers["Cache-Control"] = FOR_GOOD if present else "no-cache"
        return response

    async def _encoded(self, response: FileResponse, asked: Headers) -> Response:
        key = (str(response.path), response.headers["etag"])
        if key not in self.kept:
            self.kept[key] = Precompressed(Path(response.path).read_bytes())
        body, headers = await self.kept[key].encoded(asked.get("accept-encoding", ""))
        # The tag is weak: it names the file, not its bytes as sent. No date beside it, which says less.
        headers |= {"content-type": response.headers["content-type"], "etag": f"W/{response.headers['etag']}"}
        return Response(body, headers=headers)

    async def _joined(self, path: str, asked: Headers) -> Response:
        key = (path, self.version)
        if key not in self.kept:
            self.kept[key] = Precompressed(b"".join((folder("static") / name).read_bytes() for name in JOINED[path]))
        tag = f'"{self.version}"'
        if self.is_not_modified(Headers({"etag": tag}), asked):
            return NotModifiedResponse(Headers({"etag": f"W/{tag}"}))
        body, headers = await self.kept[key].encoded(asked.get("accept-encoding", ""))
        return Response(body, headers=headers | {"etag": f"W/{tag}"}, media_type="text/css")


def install(app: FastAPI) -> None:
    """Mounts /static/{version}."""
    app.mount("/static/{version}", VersionedFiles(folder("static")), name="static")
