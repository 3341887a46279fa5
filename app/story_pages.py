"""The story's page at /story, and what it asks for when its reader changes a number."""

from dataclasses import asdict
from typing import Any

import orjson
from fastapi import APIRouter, FastAPI, Request
from starlette.datastructures import QueryParams
from starlette.responses import Response

from . import glossary, pages, precompressed
from .rendering import Rendered, drawn
from .runs.catalog import catalog
from .story import notes
from .story.chapters import CHAPTERS
from .story.page import Page, all_values, fixed_page, page_of
from .story.setting import FIXED, SHAPES, from_query
from .story.user_run import FIELDS, STEP
from .story.values import parameter_indices


def install(app: FastAPI) -> None:
    """Mounts /story and /api/story/trials."""
    templates = pages.environment()
    router = APIRouter(include_in_schema=False)

    def rendered(root_path: str, page: Page) -> str:
        context = pages.context(root_path, "js/story.js")
        return templates.get_template("story.html").render(
            **context,
            page=page,
            facts=facts(page.values),
            explained=lambda prose: glossary.marked(prose, f"{root_path}/glossary"),
        )

    fixed = Rendered(lambda root_path: rendered(root_path, fixed_page()))

    @router.get("/story")
    async def story(request: Request) -> Response:
        root_path, setting = pages.root_path_of(request), from_query(request.query_params)
        if setting == FIXED:
            return await precompressed.answer(request, await fixed.page(request, root_path), pages.HTML)
        page = await drawn(request, lambda: rendered(root_path, page_of(setting)).encode())
        return await precompressed.answer(request, page, pages.HTML)

    @router.get("/api/story/trials")
    async def trials(request: Request) -> Response:
        """What the engine says around a setting, and the notes drawn from it; `weight` chooses the hand calculation."""
        body = await drawn(request, lambda: _trials(request.query_params))
        return Response(body, media_type="application/json", headers={"Cache-Control": "no-cache"})

    app.include_router(router)


def _trials(query: QueryParams) -> bytes:
    values = all_values(from_query(query))
    found = {name: notes.note(name, values) for name in notes.NOTES}
    if _is_parameter(query.get("weight", "")):
        found["hand"] = notes.hand(values, query["weight"])
    layers, wide = query.get("layers", "2"), query.get("wide") == "1"
    if layers.isdecimal() and 1 <= int(layers) <= len(values["wide" if wide else "grow"]):
        found["paths"] = notes.paths(values, int(layers), wide)
    return orjson.dumps({"trials": values["trials"], "notes": found})


def facts(values: dict[str, Any]) -> dict[str, Any]:
    """What the page's script needs to know: what can't change, and where it begins."""
    fixed = {name: values[name] for name in ("count", "grow", "wide", "big", "mine")}
    doors = values["doors"]
    return {
        "fixed": {
            **fixed,
            "doors": {
                "vanishing": {"run": {"ratio": doors["vanishing"]["run"]["ratio"]}},
                "dying": {"run": doors["dying"]["run"]},
            },
        },
        "chapters": [{"keys": [asdict(key) for key in chapter.keys]} for chapter in CHAPTERS],
        "defaults": catalog()["defaults"],
        "shapes": SHAPES,
        "start": {"x": FIXED.x, "y": FIXED.y, "eta": FIXED.eta, "w": FIXED.weights},
        "trials": values["trials"],
        "yours": {"config": FIELDS, "step": STEP},
    }


def _is_parameter(ref: str) -> bool:
    """Whether "W3[0][0]" names one of the thirteen numbers."""
    return any(ref == name + "".join(f"[{i}]" for i in at) for name, at in parameter_indices())
