"""Routes of experiments, verdicts and instruments; none of them moves a run."""

from asyncio import Lock, sleep
from collections.abc import Callable
from contextlib import closing
from typing import Annotated, Any, Literal, TypeVar

from fastapi import APIRouter, Path, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from app.api import schemas, wire
from app.api.dependencies import RunFromPath, SpotlightQuery, StepQuery, Store
from app.api.examples.experiments import EXAMPLES
from app.api.responses import json_response, responses
from app.api.streaming import in_slices
from app.runs import instruments, verdicts
from app.runs.config import MAX_ROWS
from app.runs.errors import FieldError, FieldsError
from app.runs.experiments import Experiment, Question, Variant, experiments
from app.runs.instruments import Measurement, PathSumResult, Perturbation
from app.runs.slices import Slices

router = APIRouter()
Handler = TypeVar("Handler", bound=Callable[..., Any])

EXPERIMENTS = wire.experiments.experiment_list()
NAMES: dict[str, Any] = {"enum": list(experiments())}


def instrument(name: str, model: Any, summary: str, description: str) -> Callable[[Handler], Handler]:
    """A GET below a run, with the example of the same name."""
    described = responses(model, EXAMPLES[name], description, 404, 422)
    return router.get(f"/api/runs/{{run_id}}/{name}", tags=["instruments"], summary=summary, responses=described)


async def respond(encode: Callable[[Any], bytes], work: Slices[Measurement]) -> Response:
    """Prepares in slices, then measures in a thread: numbers only, on copies."""
    measure = await in_slices(work)
    return json_response(encode(await run_in_threadpool(measure)))


# Experiments and verdicts


@router.get(
    "/api/experiments",
    tags=["experiments"],
    summary="Everything that can be tried, with what proves it",
    responses=responses(schemas.experiments.ExperimentList, EXAMPLES["experiments"], "The experiments"),
)
async def list_experiments() -> Response:
    return json_response(EXPERIMENTS, headers={"Cache-Control": "no-cache"})


@router.get(
    "/api/runs/{run_id}/verdict",
    tags=["experiments"],
    summary="What this run says to a claim",
    responses=responses(
        schemas.experiments.Verdict, EXAMPLES["verdict"], "The verdict, measured in this run as it stands", 404, 422
    ),
)
async def get_verdict(
    run: RunFromPath,
    experiment: Annotated[str, Query(description="an experiment's id", json_schema_extra=NAMES)],
    cure: Annotated[str | None, Query(max_length=100, description="one of its cures, or of what is beside it")] = None,
) -> Response:
    found = _experiment(experiment)
    case = await in_slices(verdicts.prepare_case(run, found, _variant(found, cure)))
    return json_response(wire.experiments.verdict(await run_in_threadpool(verdicts.verdict, case), run.id))


@router.get(
    "/api/runs/{run_id}/questions/{experiment}/{question}",
    tags=["experiments"],
    summary="Does this run answer the question?",
    responses=responses(schemas.experiments.Answer, EXAMPLES["answer"], "Each condition, measured", 404, 422),
)
async def get_answer(
    run: RunFromPath,
    store: Store,
    experiment: Annotated[str, Path(description="an experiment's id", json_schema_extra=NAMES)],
    question: Annotated[str, Path(max_length=100, description="one of its questions")],
    other: Annotated[str | None, Query(max_length=100, description="a second run, where it takes two")] = None,
) -> Response:
    found = _experiment(experiment)
    asked_question = _question(found, question)
    second = None if other is None else await store.get(other)
    runs = await in_slices(verdicts.prepare_question(run, second, asked_question))
    return json_response(
        wire.experiments.answer(await run_in_threadpool(verdicts.answer_question, found, asked_question, runs), run.id)
    )


def _experiment(name: str) -> Experiment:
    if name not in experiments():
        raise FieldsError(FieldError("experiment", name, "there is no such experiment", list(experiments())))
    return experiments()[name]


def _variant(experiment: Experiment, name: str | None) -> Variant | None:
    known = {variant.id: variant for variant in experiment.variants}
    if name is not None and name not in known:
        raise FieldsError(FieldError("cure", name, f"{experiment.id} has no such cure", list(known)))
    return None if name is None else known[name]


def _question(experiment: Experiment, name: str) -> Question:
    known = {question.id: question for question in experiment.questions}
    if name not in known:
        raise FieldsError(FieldError("question", name, f"{experiment.id} has no such question", list(known)))
    return known[name]


# Instruments


def _index(text: str) -> list[int]:
    """ "3,1" -> [3, 1]"""
    return [int(part) for part in text.split(",")]


@instrument(
    "probe",
    schemas.instruments.WeightCheck,
    "Hold an edge: the loss a little to both sides of a weight",
    "Losses, the slope between them, and the recorded gradient",
)
async def get_probe(
    run: RunFromPath,
    parameter: Annotated[str, Query(max_length=20, description="W2, b1, gamma1, ...")],
    index: Annotated[str, Query(pattern=r"^\d{1,4}(,\d{1,4})?$", description="indices as in the parameter: 3,1")],
    h: Annotated[float, Query(gt=0, le=10, allow_inf_nan=False, description="how far to each side")] = 1e-5,
    reach: Annotated[float, Query(gt=0, le=1000, allow_inf_nan=False, description="how far the line goes")] = 1.0,
    step: Annotated[
        int | None, Query(ge=1, le=2**53 - 1, description="whose batch and mask are held; without: the last one's")
    ] = None,
    spotlight: SpotlightQuery = None,
) -> Response:
    perturbation = Perturbation(parameter, _index(index), h, reach)
    return await respond(wire.instruments.weight_check, instruments.check_weight(run, perturbation, step, spotlight))


@instrument(
    "checks",
    schemas.instruments.GradientErrors,
    "Hold every edge: each parameter's own error against central differences",
    "Relative errors, in the parameters' shapes",
)
async def get_checks(run: RunFromPath, step: StepQuery = None) -> Response:
    return await respond(wire.instruments.gradient_errors, instruments.check_all_weights(run, step))


@instrument(
    "ladder",
    schemas.instruments.LayerProfile,
    "Gradient and signal, layer by layer",
    "Each layer, the slopes, and what theory says",
)
async def get_ladder(run: RunFromPath, step: StepQuery = None) -> Response:
    return await respond(wire.instruments.layer_profile, instruments.layer_profile(run, step))


@instrument(
    "limit", schemas.instruments.StabilityLimit, "The largest stable learning rate, exact or estimated", "2/λmax"
)
async def get_limit(run: RunFromPath, step: StepQuery = None) -> Response:
    return await respond(wire.instruments.stability_limit, instruments.stability_limit(run, step))


@instrument(
    "surfaces",
    schemas.instruments.Slopes,
    "Flipped tiles: where an error can pass, and what arrives there",
    "Slopes f' or gradients ∂L/∂z over the input plane",
)
async def get_surfaces(
    run: RunFromPath,
    show: Annotated[Literal["slope", "gradient"], Query(description="f' of every unit, or ∂L/∂z")] = "slope",
    size: Annotated[int, Query(ge=2, le=60, description="N: on an N by N grid")] = 24,
    step: StepQuery = None,
    sample: Annotated[int, Query(ge=0, le=MAX_ROWS - 1, description="whose target every place is given")] = 0,
) -> Response:
    return await respond(wire.instruments.slopes, instruments.slopes(run, step, show, size, sample))


@instrument(
    "scaling",
    schemas.instruments.ScalingComparison,
    "The same run under each of the five scalings",
    "What each came to after the same steps",
)
async def get_scaling(
    run: RunFromPath,
    steps: Annotated[
        int | None, Query(ge=1, le=5000, description="how many; without: as many as the run has, or 500")
    ] = None,
) -> Response:
    return await respond(wire.instruments.scaling_comparison, instruments.compare_scalings(run, steps))


@instrument(
    "ensemble",
    schemas.instruments.Ensemble,
    "Ask many sub-networks, and their average",
    "Members, averages and the network in use",
)
async def get_ensemble(
    run: RunFromPath,
    members: Annotated[int, Query(ge=1, le=256, description="how many sub-networks are drawn")] = 64,
    surfaces: Annotated[int, Query(ge=0, le=60, description="N: answers on an N by N grid")] = 0,
    rate: Annotated[
        float | None, Query(ge=0, le=1, allow_inf_nan=False, description="dropout; without: the run's own")
    ] = None,
) -> Response:
    return await respond(wire.instruments.ensemble, instruments.measure_ensemble(run, members, surfaces, rate))


_one_sum = Lock()


@instrument(
    "pathsum",
    schemas.instruments.PathSum,
    "The gradient without the tape: every path, really multiplied out",
    "What it took, and that it agrees with the tape",
)
async def get_path_sum(
    run: RunFromPath,
    request: Request,
    step: Annotated[int | None, Query(ge=1, le=2**53 - 1, description="the number of a step")] = None,
    spotlight: SpotlightQuery = None,
    execute: Annotated[bool, Query(description="false: only the counts, and what it would take")] = True,
) -> Response:
    work = instruments.sum_paths(run, step, spotlight, execute)
    async with _one_sum:  # it takes all the time it is given
        found = await _until_disconnected(request, work)
    return Response(status_code=499) if found is None else json_response(wire.instruments.path_sum(found))


async def _until_disconnected(request: Request, work: Slices[PathSumResult]) -> PathSumResult | None:
    """What the work returns; None when the client has disconnected."""
    with closing(work):
        slices = 0
        while True:
            try:
                next(work)
            except StopIteration as done:
                found: PathSumResult = done.value
                return found
            slices += 1
            if slices % 50 == 0 and await request.is_disconnected():
                return None
            await sleep(0)
