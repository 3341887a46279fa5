"""The story's page at /story, and what it asks for when its reader changes a number."""

from dataclasses import asdict
from functools import lru_cache
from typing import Any

import orjson
from fastapi import APIRouter, FastAPI, Request
from starlette.responses import Response

from app import pages
from app.precompressed import Precompressed
from app.runs.catalog import catalog
from app.story import notes
from app.story.chapters import CHAPTERS
from app.story.page import Page, all_values, fixed_page
from app.story.page import page as told
from app.story.setting import FIXED, SHAPES, from_query
from app.story.user_run import FIELDS, STEP
from app.story.values import parameter_indices


def install(app: FastAPI) -> None:
    """Mounts /story and /api/story/trials."""
    templates = pages.environment()
    router = APIRouter(include_in_schema=False)

    def rendered(root_path: str, page: Page) -> bytes:
        context = pages.context(root_path, "js/story.js")
        text = templates.get_template("story.html").render(**context, page=page, facts=facts(page.values))
        return text.encode()

    @lru_cache(maxsize=8)
    def fixed(root_path: str) -> Precompressed:
        return Precompressed(rendered(root_path, fixed_page()))

    @router.get("/story")
    async def story(request: Request) -> Response:
        root_path, setting = pages.root_path_of(request), from_query(request.query_params)
        page = fixed(root_path) if setting == FIXED else rendered(root_path, told(setting))
        return await pages.answer(request, page)

    @router.get("/api/story/trials")
    async def trials(request: Request) -> Response:
        """What the engine says around a setting, and the notes drawn from it; `weight` chooses the hand calculation."""
        query = request.query_params
        values = all_values(from_query(query))
        drawn = {name: notes.note(name, values) for name in notes.NOTES}
        if _is_parameter(query.get("weight", "")):
            drawn["hand"] = notes.hand(values, query["weight"])
        layers, wide = query.get("layers", "2"), query.get("wide") == "1"
        if layers.isdecimal() and 1 <= int(layers) <= len(values["wide" if wide else "grow"]):
            drawn["paths"] = notes.paths(values, int(layers), wide)
        body = orjson.dumps({"trials": values["trials"], "notes": drawn})
        return Response(body, media_type="application/json", headers={"Cache-Control": "no-cache"})

    app.include_router(router)


def facts(values: dict[str, Any]) -> dict[str, Any]:
    """What the page's script is told: what can't change, and where it begins."""
    fixed = {name: values[name] for name in ("count", "grow", "wide", "big", "mine")}
    doors = values["doors"]
    return {
        "fixed": {
            **fixed,
            "doors": {"vanish": {"ratio": doors["vanish"]["ratio"]}, "die": {"hot": doors["die"]["hot"]}},
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
