"""The playground's page, with the catalog in it, and of the default network the caption: the first paint asks for
nothing, and shows words. Beside it the glossary's, which needs no script.
"""

import io
from collections.abc import Awaitable
from typing import Annotated, Any, cast
from urllib.parse import urlsplit

import orjson
import segno
from fastapi import APIRouter, FastAPI, Query, Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from . import __version__, glossary, precompressed, teaching
from .rendering import Rendered, drawn
from .runs.catalog import catalog
from .runs.experiments import experiments
from .static_files import addresses, folder, modules

HTML = "text/html"
MODES = ("embed", "projector")  # of the page, each with a sheet of its own from the first paint on
LONGEST_LINK = 2000  # a QR code of more would be too fine for a camera across a classroom


def environment() -> Environment:
    """What every page is rendered by; its filter `tojson` escapes what could close a <script>.

    Not Starlette's Jinja2Templates: that renders for a request, and here a page is rendered once for all.
    """
    loader = FileSystemLoader(folder("templates"))
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    environment.policies["json.dumps_function"] = lambda value: orjson.dumps(value).decode()
    environment.policies["json.dumps_kwargs"] = {}
    return environment


def context(root_path: str, script: str = "") -> dict[str, Any]:
    """What every page needs: where things are, and what its script imports, if it has one."""
    return {
        "root": root_path,
        "static": addresses(root_path),
        "script": script,
        "modules": modules(script) if script else (),
        "terms": glossary.BY_FIELD,
        "version": __version__,
    }


def root_path_of(request: Request) -> str:
    """The path that a proxy puts before ours, without a slash at its end."""
    path: str = request.scope.get("root_path", "")
    return path.rstrip("/")


def install(app: FastAPI, embed: str = "") -> None:
    """Mounts /, /glossary and /teach. `embed`: the origins whose pages may frame the playground, by spaces."""
    templates = environment()
    router = APIRouter(include_in_schema=False)

    def rendered(root_path: str, default: bool, modes: tuple[str, ...]) -> str:
        return templates.get_template("playground.html").render(
            **context(root_path, "js/main.js"),
            catalog=catalog(),
            experiments=list(experiments().values()),
            default=default,
            modes=modes,
            embed=embed,
        )

    playgrounds = Rendered(rendered)

    @router.get("/")
    async def playground(request: Request) -> Response:
        modes = tuple(mode for mode in MODES if request.query_params.get(mode) == "1")
        page = await playgrounds.page(request, root_path_of(request), not request.url.query, modes)
        return await precompressed.answer(request, page, HTML)

    @router.get("/qr.svg")
    async def qr(request: Request, link: Annotated[str, Query(max_length=LONGEST_LINK)]) -> Response:
        """A link to this very host as a QR code: whoever asks for another gets a problem."""
        if urlsplit(link).netloc != request.url.netloc:
            raise HTTPException(422, f"A QR code is made only of links to this server, {request.url.netloc}.")
        picture = await drawn(request, lambda: _qr(link))
        return Response(picture, media_type="image/svg+xml", headers={"Cache-Control": "no-store"})

    def rendered_glossary(root_path: str) -> str:
        return templates.get_template("glossary.html").render(
            **context(root_path), topics=glossary.topics(), notation=glossary.notation()
        )

    glossaries = Rendered(rendered_glossary)

    @router.get("/glossary")
    async def glossary_page(request: Request) -> Response:
        return await precompressed.answer(request, await glossaries.page(request, root_path_of(request)), HTML)

    def rendered_notes(root_path: str, topic: str | None) -> str:
        """Of one topic, or without one the list of all."""
        note = teaching.NOTES[topic] if topic else None
        lessons = [lesson for lesson in experiments().values() if note is None or lesson.topic == note.topic]
        return templates.get_template("teach.html" if note else "teaching.html").render(
            **context(root_path), note=note, notes=teaching.NOTES, lessons=lessons
        )

    all_notes = Rendered(rendered_notes)

    @router.get("/teach")
    async def notes(request: Request) -> Response:
        return await precompressed.answer(request, await all_notes.page(request, root_path_of(request), None), HTML)

    @router.get("/teach/{topic}")
    async def notes_on(request: Request, topic: str) -> Response:
        if topic not in teaching.NOTES:
            raise HTTPException(404, f"There are notes on {', '.join(teaching.NOTES)}; none on {topic!r}.")
        return await precompressed.answer(request, await all_notes.page(request, root_path_of(request), topic), HTML)

    app.include_router(router)
    as_problem = app.exception_handlers[HTTPException]

    async def missing(request: Request, error: Exception) -> Response:
        """A reader gets a page, a program a problem."""
        reader = "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/api/")
        if not reader:
            return await cast("Awaitable[Response]", as_problem(request, error))
        text = templates.get_template("missing.html").render(**context(root_path_of(request)), path=request.url.path)
        return HTMLResponse(text, status_code=404)

    app.add_exception_handler(404, missing)


def _qr(link: str) -> bytes:
    picture = io.BytesIO()
    segno.make(link, error="m").save(picture, kind="svg", border=4, dark="#231f1a", light="#fff")
    return picture.getvalue()
