"""Dependencies of routes: the stores, the run that a path names, and queries that several routes share."""

from typing import Annotated

from fastapi import Depends, Path, Query, Request

from app.runs.config import MAX_ROWS, MAX_SURFACE, Detail, SurfaceFormat
from app.runs.run import Run, View
from app.runs.store import RunStore
from app.runs.tables import TableStore


async def store_of(request: Request) -> RunStore:
    store: RunStore = request.app.state.store
    return store


async def tables_of(request: Request) -> TableStore:
    tables: TableStore = request.app.state.tables
    return tables


Store = Annotated[RunStore, Depends(store_of)]
Tables = Annotated[TableStore, Depends(tables_of)]


async def run_of(
    run_id: Annotated[str, Path(description="a run's id, as POST /api/runs answered it")], store: Store
) -> Run:
    return await store.get(run_id)


async def view_of(
    surfaces: Annotated[
        int, Query(ge=0, le=MAX_SURFACE, description="N: every unit's value on an N by N grid of the input plane")
    ] = 0,
    surface_format: Annotated[
        SurfaceFormat, Query(description="lists of rows, or base64 of a byte a point")
    ] = "numbers",
    swarms: Annotated[
        bool, Query(description="other than two columns: every unit's value over the training samples, as uint8")
    ] = False,
) -> View:
    return View(surfaces, surface_format, swarms)


RunFromPath = Annotated[Run, Depends(run_of)]
ViewQuery = Annotated[View, Depends(view_of)]
StepPath = Annotated[int, Path(ge=0, le=2**53 - 1, description="the number of a step")]
DetailQuery = Annotated[Detail, Query(description="every recorded value, or a summary of each record")]
StepQuery = Annotated[int | None, Query(ge=0, le=2**53 - 1, description="the number of a step")]
SpotlightQuery = Annotated[int | None, Query(ge=0, le=MAX_ROWS - 1, description="a sample's index")]
