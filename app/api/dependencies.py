"""Dependencies of routes: the stores, the run that a path names, and queries that several routes share."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Path, Query, Request
from fastapi.exceptions import RequestValidationError
from pydantic import TypeAdapter, ValidationError

from ..runs.limits import MAX_ROWS, MAX_SURFACE
from ..runs.requests import CustomSample, Detail, Spotlight, SurfaceFormat
from ..runs.run import Run, View
from ..store.exclusive import settled
from ..store.live import LiveRuns
from ..store.tables import LiveTables


async def runs_of(request: Request) -> LiveRuns:
    runs: LiveRuns = request.app.state.runs
    return runs


async def tables_of(request: Request) -> LiveTables:
    tables: LiveTables = request.app.state.tables
    return tables


Runs = Annotated[LiveRuns, Depends(runs_of)]
Tables = Annotated[LiveTables, Depends(tables_of)]
RunId = Annotated[str, Path(description="a run's id, as POST /api/runs answered it")]


async def run_of(run_id: RunId, runs: Runs) -> AsyncIterator[Run]:
    run = await runs.get(run_id)
    await settled(run)
    yield run
    runs.used(run_id)


async def view_of(
    surfaces: Annotated[
        int, Query(ge=0, le=MAX_SURFACE, description="N: every unit's value on an N by N grid of the input plane")
    ] = 0,
    surface_format: Annotated[
        SurfaceFormat, Query(description="lists of rows, or base64 of a byte a point")
    ] = "numbers",
    beeswarms: Annotated[
        bool, Query(description="other than two columns: every unit's value over the training samples, as uint8")
    ] = False,
) -> View:
    return View(surfaces, surface_format, beeswarms)


RunFromPath = Annotated[Run, Depends(run_of)]
ViewQuery = Annotated[View, Depends(view_of)]
StepPath = Annotated[int, Path(ge=0, le=2**53 - 1, description="the number of a step")]
DetailQuery = Annotated[Detail, Query(description="every recorded value, or a summary of each record")]
StepQuery = Annotated[int | None, Query(ge=0, le=2**53 - 1, description="the number of a step")]
SpotlightQuery = Annotated[int | None, Query(ge=0, le=MAX_ROWS - 1, description="a sample's index")]

_SPOTLIGHT: TypeAdapter[int | CustomSample] = TypeAdapter(Spotlight)


async def spotlight_of(
    spotlight: Annotated[
        str | None,
        Query(
            pattern=r"^(\d+|\{.*\})$",
            max_length=8000,
            description="a sample's index, or a sample of one's own as JSON, both as a training stream takes them",
            openapi_examples={
                "a sample of the run": {"value": "3"},
                "a sample of one's own": {"value": '{"input": [0.5, -0.5], "target": 1}'},
            },
        ),
    ] = None,
) -> int | CustomSample | None:
    try:
        return None if spotlight is None else _SPOTLIGHT.validate_json(spotlight)
    except ValidationError as error:
        found = [item | {"loc": ("query", "spotlight", *item["loc"])} for item in error.errors(include_url=False)]
        for item in found:
            if item["type"] == "json_invalid":  # of the query, not of a body
                item |= {"type": "value_error", "msg": "this is no JSON"}
        raise RequestValidationError(found) from error


SampleQuery = Annotated[int | CustomSample | None, Depends(spotlight_of)]
