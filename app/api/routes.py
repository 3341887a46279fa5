"""Routes of runs, the catalog and the server's health; a request is checked before the first byte of its answer."""

from contextlib import suppress
from dataclasses import asdict
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from .. import __version__, glossary, metrics, precompressed
from ..precompressed import Precompressed
from ..runs import costs, instruments
from ..runs.build import fork, plan
from ..runs.catalog import catalog
from ..runs.config import RunConfig
from ..runs.errors import StoreDownError
from ..runs.requests import ForkRequest, PatchRequest, PredictRequest, RewindRequest, TrainRequest
from ..runs.run import Run
from ..runs.tables import UploadedTable, is_uploaded
from ..store.tables import LiveTables
from . import schemas, wire
from .bodies import JsonRoute
from .dependencies import (
    DetailQuery,
    RunFromPath,
    RunId,
    Runs,
    SampleQuery,
    StepPath,
    Tables,
    ViewQuery,
)
from .examples.runs import CONFIG, EXAMPLES, FORK, PRICES, ROWS, TABLE, TRAIN
from .responses import (
    BODY_PROBLEMS,
    JSON,
    LOCATION,
    body,
    created,
    described,
    json_response,
    problem_responses,
    responses,
    unknown_step,
)
from .streaming import StepStream
from .wire import dumps
from .work import WorkOfRequest

router = APIRouter(route_class=JsonRoute)

STREAM_LINE = {"$ref": "#/components/schemas/StreamLine"}

CATALOG = Precompressed(dumps(catalog()) + b"\n")
GLOSSARY = Precompressed(dumps({"terms": glossary.TERMS}) + b"\n")
METRICS = "# HELP backprop_runs_live Runs in memory\n# TYPE backprop_runs_live gauge\nbackprop_runs_live 3.0\n"


@router.get(
    "/healthz",
    tags=["server"],
    summary="The server's health",
    responses={
        200: {"model": schemas.runs.Status, "content": {JSON: {"example": {"status": "ok", "version": __version__}}}}
    },
)
async def get_health() -> Response:
    """The server answers requests: that, and which version it is."""
    return json_response(dumps({"status": "ok", "version": __version__}))


@router.get(
    "/readyz",
    tags=["server"],
    summary="Whether the server can take more work",
    responses={
        200: {"model": schemas.runs.Status, "content": {JSON: {"example": {"status": "ok", "version": __version__}}}},
        **problem_responses(503),
    },
)
async def get_readiness(runs: Runs) -> Response:
    """It is ready, or 503: where the store does not answer, there is no room in it, or the server is about to stop."""
    await runs.check()
    return json_response(dumps({"status": "ok", "version": __version__}))


@router.get(
    "/metrics",
    tags=["server"],
    summary="What the server counts of itself, as Prometheus reads it",
    response_class=Response,
    responses={
        200: {"description": "Metrics", "content": {"text/plain": {"schema": {"type": "string"}, "example": METRICS}}}
    },
)
async def get_metrics(runs: Runs) -> Response:
    """Also where the store does not answer: what is kept in it is as it was known last."""
    with suppress(StoreDownError):
        await runs.usage()
    return Response(await run_in_threadpool(metrics.text), media_type=metrics.MEDIA_TYPE)


@router.get(
    "/api/catalog",
    tags=["catalog"],
    summary="Every choice, its limits and defaults",
    responses=responses(schemas.runs.Catalog, EXAMPLES["catalog"], "The catalog"),
)
async def get_catalog(request: Request) -> Response:
    """Every field of a RunConfig, a layer, a training request and a file's query, with its type, limits, default and
    one line of what it is; the data sets, activations, losses, optimizers and other choices by name."""
    return await precompressed.answer(request, CATALOG, JSON)


@router.get(
    "/api/glossary",
    tags=["catalog"],
    summary="What the terms and symbols mean",
    responses=responses(
        schemas.glossary.Glossary,
        {"terms": [asdict(glossary.BY_ID["error"])]},
        "Every term in one sentence, in the order of the page /glossary",
    ),
)
async def get_glossary(request: Request) -> Response:
    """What each term and symbol means, in a sentence, as the page says it."""
    return await precompressed.answer(request, GLOSSARY, JSON)


@router.post(
    "/api/runs",
    tags=["runs"],
    status_code=201,
    summary="Create a run",
    responses=responses(
        schemas.runs.Run,
        EXAMPLES["run"],
        "The new run; it has not trained yet",
        *BODY_PROBLEMS,
        404,
        status=201,
        headers=LOCATION,
    ),
)
async def create_run(
    request: Request,
    runs: Runs,
    tables: Tables,
    work: WorkOfRequest,
    config: Annotated[RunConfig | None, body({}, CONFIG, TABLE, PRICES)] = None,
) -> Response:
    """Builds the network and its data. Every field may be left out; what was left out is filled in in the answer's
    `config`."""
    config = config or RunConfig()
    table = await _table(tables, config)
    # A large table takes long to read; nobody else holds the new run yet, so another thread may make it.
    return await created(request, runs, await work.in_thread(lambda: Run(plan(config, table))))


@router.post(
    "/api/runs/{run_id}/forks",
    tags=["runs"],
    status_code=201,
    summary="Fork the run",
    responses=responses(
        schemas.runs.Run,
        EXAMPLES["run"],
        "The new run, in the state of the other after that step",
        *BODY_PROBLEMS,
        404,
        409,
        status=201,
        headers=LOCATION,
    ),
)
async def fork_run(
    run: RunFromPath,
    request: Request,
    runs: Runs,
    tables: Tables,
    work: WorkOfRequest,
    changes: Annotated[ForkRequest | None, body({}, FORK)] = None,
) -> Response:
    """A new run that starts in the exact state after a step of this one: parameters, the optimizer's moments and batch
    norm's averages. What is not named stays as it was in force there; layers and units can't be changed."""
    changes = changes or ForkRequest()
    table = await _table(tables, changes)
    step = run.step if changes.step is None else changes.step
    start = await work.replay(run, step, run.fork_at(step))
    return await created(request, runs, await work.in_thread(lambda: Run(fork(changes, run.plan, *start, table))))


async def _table(tables: LiveTables, config: RunConfig) -> UploadedTable | None:
    """The uploaded table that a config names, where it names one."""
    return await tables.get(config.dataset) if is_uploaded(config.dataset) else None


@router.get(
    "/api/runs/{run_id}",
    tags=["runs"],
    summary="The run as it stands",
    responses=responses(schemas.runs.Run, EXAMPLES["run"], "The run", 404, 422),
)
async def get_run(run: RunFromPath, view: ViewQuery) -> Response:
    """Where the run stands: config, parameters, what else the next step depends on, and an evaluation of it."""
    return json_response(await described(run, view))


@router.patch(
    "/api/runs/{run_id}",
    tags=["runs"],
    summary="Change settings while it trains",
    responses=responses(
        schemas.runs.Run,
        EXAMPLES["run"],
        "The run; the change is in force from its next step on",
        *BODY_PROBLEMS,
        404,
        409,
    ),
)
async def patch_run(
    run_id: RunId,
    runs: Runs,
    changes: Annotated[PatchRequest, body({"learning_rate": 0.03}, {"dropout": 0.5, "clip_norm": None})],
) -> Response:
    """Changes some settings from the next step on, also of a training stream that is under way. Changes and steps
    beyond where the run stands are dropped: they will not happen."""
    run = await runs.change(run_id, changes.changed())
    return json_response(await described(run))


@router.delete(
    "/api/runs/{run_id}",
    tags=["runs"],
    status_code=204,
    summary="Delete the run",
    response_class=Response,
    responses=problem_responses(404),
)
async def delete_run(run_id: RunId, runs: Runs) -> Response:
    """The run is gone at once; a training stream that is under way ends."""
    await runs.remove(run_id)
    return Response(status_code=204)


@router.post(
    "/api/runs/{run_id}/train",
    tags=["runs", "live"],
    summary="Train, and stream the steps as they are computed",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "JSON Lines: Steps, and at the end an Evaluation",
            "content": {
                StepStream.media_type: {
                    "schema": {"type": "array", "items": STREAM_LINE},  # as OpenAPI 3.2 has it: the lines as an array
                    "itemSchema": STREAM_LINE,
                    "example": EXAMPLES["lines"],
                }
            },
        },
        **problem_responses(*BODY_PROBLEMS, 404, 409),
    },
)
async def train_run(
    run_id: RunId,
    runs: Runs,
    work: WorkOfRequest,
    request: Annotated[TrainRequest | None, body({}, TRAIN, {"steps": 1000, "every": 1000, "from_step": 0})] = None,
) -> Response:
    """A line for each step asked for, and at the end an Evaluation; their `type` tells them apart. Reading slowly slows
    training down, and `per_second` paces it; hanging up ends it, on a whole step. Only one request at a time may train
    a run."""
    return await StepStream.begin(runs, run_id, request or TrainRequest(), work)


@router.get(
    "/api/runs/{run_id}/steps/{k}",
    tags=["looking back"],
    summary="A step again, exactly as it was streamed",
    responses=responses(schemas.steps.Step, EXAMPLES["step"], "The step", 409, 422) | unknown_step(),
)
async def get_step(
    run: RunFromPath, k: StepPath, work: WorkOfRequest, spotlight: SampleQuery, detail: DetailQuery = "full"
) -> Response:
    """Replayed where it is no longer kept: the same numbers to the last bit."""
    recording = run.recorded(k, detail, run.resolve_spotlight(spotlight))
    return json_response(wire.steps.step(await work.replay(run, k, recording)))


@router.get(
    "/api/runs/{run_id}/evaluations/{k}",
    tags=["looking back"],
    summary="The evaluation after a step",
    responses=responses(schemas.steps.Evaluation, EXAMPLES["evaluation"], "The evaluation", 409, 422) | unknown_step(),
)
async def get_evaluation(run: RunFromPath, k: StepPath, work: WorkOfRequest, view: ViewQuery) -> Response:
    """The network as it was after that step, without dropout, on all samples of both splits."""
    return json_response(dumps(wire.steps.evaluation(await work.replay(run, k, run.evaluation_at(k, view)))))


@router.get(
    "/api/runs/{run_id}/predictions/{k}",
    tags=["looking back"],
    summary="What it predicts for its samples after a step",
    responses=responses(schemas.runs.Prediction, EXAMPLES["prediction"], "Predictions by sample", 409, 422)
    | unknown_step(),
)
async def get_predictions(run: RunFromPath, k: StepPath, work: WorkOfRequest) -> Response:
    """Probabilities, or numbers in the target's own units, for each sample of both splits, in their order."""
    return json_response(wire.runs.prediction(await work.replay(run, k, run.predictions_at(k))))


@router.get(
    "/api/runs/{run_id}/states/{k}",
    tags=["looking back"],
    summary="Parameters, running averages and the optimizer's moments after a step",
    responses=responses(schemas.runs.State, EXAMPLES["state"], "The state", 409, 422) | unknown_step(),
)
async def get_state(run: RunFromPath, k: StepPath, work: WorkOfRequest) -> Response:
    """All that the next step depends on, as it was after that step; 0 is the start."""
    return json_response(wire.runs.state(run, await work.replay(run, k, run.state_at(k))))


@router.post(
    "/api/runs/{run_id}/rewind",
    tags=["looking back"],
    summary="Rewind: back, or forward, to the exact state after a step",
    responses=responses(schemas.runs.Run, EXAMPLES["run"], "The run, there", *BODY_PROBLEMS, 404, 409),
)
async def rewind_run(
    run_id: RunId, runs: Runs, work: WorkOfRequest, request: Annotated[RewindRequest, body({"step": 0})]
) -> Response:
    """Training on from there repeats the same numbers. Changes that were made later come into force again at their
    steps."""
    async with runs.hold(run_id) as held:
        await work.replay(held.run, request.step, held.run.rewind(request.step))
    return json_response(await described(held.run))


@router.post(
    "/api/runs/{run_id}/predict",
    tags=["looking closer"],
    summary="Predictions for rows of data",
    responses=responses(
        schemas.runs.Prediction, EXAMPLES["prediction"], "Probabilities, or numbers", *BODY_PROBLEMS, 404
    ),
)
async def predict(
    run: RunFromPath, work: WorkOfRequest, request: Annotated[PredictRequest, body(ROWS, {"inputs": [[0.5, -0.5]]})]
) -> Response:
    """Probabilities, or numbers in the target's own units, as an Evaluation computes them: without dropout. Send
    `inputs`, in the columns' order, or `rows`, by the columns' names with categories as text; then the answers are
    named too."""
    cost = costs.prediction(run.plan.network, len(request.rows or request.inputs))
    return json_response(await work.write_run(run, partial(wire.runs.predicted, request=request), cost))


@router.get(
    "/api/runs/{run_id}/gradcheck",
    tags=["looking closer"],
    summary="Gradients by backpropagation against central differences",
    responses=responses(schemas.runs.GradientCheck, EXAMPLES["gradcheck"], "The errors", 404, 409),
)
async def get_gradcheck(run: RunFromPath, work: WorkOfRequest) -> Response:
    """The gradient of every parameter by backpropagation, compared with (L(w + h) − L(w − h)) / 2h on the next step's
    batch."""
    return json_response(await work.measure(wire.runs.gradient_check, instruments.check_gradients(run), run))
