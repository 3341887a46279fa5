"""Routes of experiments, verdicts and instruments; none of them moves a run."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, Literal, TypeVar

from fastapi import APIRouter, Path, Query, Request
from pydantic import AfterValidator
from starlette.responses import Response

from .. import precompressed
from ..precompressed import Precompressed
from ..runs import instruments, verdicts
from ..runs.choices import one_of
from ..runs.errors import FieldError, UnknownPairError
from ..runs.experiments import Experiment, Question, Variant, experiments
from ..runs.fields import enum_schema
from ..runs.instruments import Measurement, Perturbation
from ..runs.limits import MAX_LAYERS, MAX_ROWS
from ..runs.run import Run
from ..runs.slices import Slices
from . import schemas, wire
from .bodies import JsonRoute
from .dependencies import RunFromPath, Runs, SpotlightQuery, StepQuery
from .examples.experiments import EXAMPLES
from .responses import JSON, json_response, responses
from .work import Work, WorkOfRequest

router = APIRouter(route_class=JsonRoute)
Handler = TypeVar("Handler", bound=Callable[..., Any])

EXPERIMENTS = Precompressed(wire.experiments.experiment_list() + b"\n")


CURES = tuple(dict.fromkeys(variant.id for each in experiments().values() for variant in each.variants))
QUESTIONS = tuple(dict.fromkeys(question.id for each in experiments().values() for question in each.questions))
ExperimentName = Annotated[str, AfterValidator(one_of(experiments())), enum_schema(experiments())]
CureName = Annotated[str, AfterValidator(one_of(CURES)), enum_schema(CURES)]
QuestionName = Annotated[str, AfterValidator(one_of(QUESTIONS)), enum_schema(QUESTIONS)]
PARAMETER = rf"^(W|b|gamma|beta)({'|'.join(str(layer) for layer in range(1, MAX_LAYERS + 2))})$"


def instrument(name: str, model: Any, summary: str, description: str) -> Callable[[Handler], Handler]:
    """A GET below a run, with the example of the same name."""
    described = responses(model, EXAMPLES[name], description, 404, 409, 422)
    return router.get(f"/api/runs/{{run_id}}/{name}", tags=["instruments"], summary=summary, responses=described)


async def respond(
    work: Work, encode: Callable[[Any], bytes], measurement: Slices[Measurement], run: Run, *others: Run
) -> Response:
    """Prepares in slices, then measures in a thread or a process: numbers only, on copies."""
    return json_response(await work.measure(encode, measurement, run, *others))


# Experiments and verdicts


@router.get(
    "/api/experiments",
    tags=["experiments"],
    summary="The experiments, each with its config and the conditions of its claim",
    responses=responses(schemas.experiments.ExperimentList, EXAMPLES["experiments"], "The experiments"),
)
async def list_experiments(request: Request) -> Response:
    """A claim each, with the config to create a run from, how long to train it, the conditions that prove or disprove
    it, cures, and questions."""
    return await precompressed.answer(request, EXPERIMENTS, JSON)


@router.get(
    "/api/runs/{run_id}/verdict",
    tags=["experiments"],
    summary="The verdict on a claim, measured in this run",
    responses=responses(
        schemas.experiments.Verdict,
        EXAMPLES["verdict"],
        "The verdict, measured in this run as it stands",
        404,
        409,
        422,
    ),
)
async def get_verdict(
    run: RunFromPath,
    work: WorkOfRequest,
    experiment: Annotated[ExperimentName, Query(description="an experiment's id")],
    cure: Annotated[CureName | None, Query(description="one of its cures, or of what is beside it")] = None,
) -> Response:
    """Measures every condition of the claim, or of one of its cures, in this run; the run may still be in training."""
    found = experiments()[experiment]
    judging = verdicts.measurement(run, found, _variant(found, cure))
    return await respond(work, partial(wire.experiments.verdict, run=run.id), judging, run)


@router.get(
    "/api/runs/{run_id}/questions/{experiment}/{question}",
    tags=["experiments"],
    summary="Does this run answer the question?",
    responses=responses(schemas.experiments.Answer, EXAMPLES["answer"], "Each condition, measured", 404, 409, 422),
)
async def get_answer(
    run: RunFromPath,
    runs: Runs,
    work: WorkOfRequest,
    experiment: Annotated[ExperimentName, Path(description="an experiment's id")],
    question: Annotated[QuestionName, Path(description="one of its questions")],
    other: Annotated[str | None, Query(max_length=100, description="a second run, where it takes two")] = None,
) -> Response:
    """Whether the run meets the question's conditions, and then the answer with the run's own numbers."""
    found = experiments()[experiment]
    asked_question = _question(found, question)
    second = None if other is None else await runs.get(other)
    both = [run] if second is None or second is run else [run, second]
    answering = verdicts.answer_measurement(run, second, found, asked_question)
    return await respond(work, partial(wire.experiments.answer, run=run.id), answering, *both)


def _variant(experiment: Experiment, name: str | None) -> Variant | None:
    known = {variant.id: variant for variant in experiment.variants}
    if name is not None and name not in known:
        raise UnknownPairError(FieldError("cure", name, f"{experiment.id} has no such cure", list(known)))
    return None if name is None else known[name]


def _question(experiment: Experiment, name: str) -> Question:
    known = {question.id: question for question in experiment.questions}
    if name not in known:
        raise UnknownPairError(FieldError("question", name, f"{experiment.id} has no such question", list(known)))
    return known[name]


# Instruments


def _index(text: str) -> list[int]:
    """ "3,1" -> [3, 1]"""
    return [int(part) for part in text.split(",")]


@instrument(
    "weight_check",
    schemas.instruments.WeightCheck,
    "Gradient check of one parameter: the loss a little to both sides of it",
    "Losses, the slope between them, and the recorded gradient",
)
async def get_weight_check(
    run: RunFromPath,
    work: WorkOfRequest,
    parameter: Annotated[str, Query(pattern=PARAMETER, description="W2, b1, gamma1, ...")],
    index: Annotated[str, Query(pattern=r"^\d{1,4}(,\d{1,4})?$", description="indices as in the parameter: 3,1")],
    h: Annotated[float, Query(gt=0, le=10, allow_inf_nan=False, description="how far to each side")] = 1e-5,
    reach: Annotated[float, Query(gt=0, le=1000, allow_inf_nan=False, description="how far the line goes")] = 1.0,
    step: Annotated[
        int | None, Query(ge=1, le=2**53 - 1, description="whose batch and mask are held; without: the last one's")
    ] = None,
    spotlight: SpotlightQuery = None,
) -> Response:
    """The network is run again with one parameter a little smaller and larger, on a step's batch and under its mask."""
    perturbation = Perturbation(parameter, _index(index), h, reach)
    return await respond(
        work, wire.instruments.weight_check, instruments.check_weight(run, perturbation, step, spotlight), run
    )


@instrument(
    "checks",
    schemas.instruments.GradientErrors,
    "Gradient check of every parameter against central differences, entry by entry",
    "Relative errors, in the parameters' shapes",
)
async def get_checks(run: RunFromPath, work: WorkOfRequest, step: StepQuery = None) -> Response:
    """Two losses for each entry of each parameter, on a step's batch and under its mask."""
    return await respond(work, wire.instruments.gradient_errors, instruments.check_all_weights(run, step), run)


@instrument(
    "layer_profile",
    schemas.instruments.LayerProfile,
    "Gradient and signal, layer by layer",
    "Each layer, the slopes, and what theory says",
)
async def get_layer_profile(run: RunFromPath, work: WorkOfRequest, step: StepQuery = None) -> Response:
    """The root mean square of ∂L/∂z and the signal-to-noise ratio of each layer, and the slopes through them."""
    return await respond(work, wire.instruments.layer_profile, instruments.layer_profile(run, step), run)


@instrument(
    "limit", schemas.instruments.StabilityLimit, "The largest stable learning rate, exact or estimated", "2/λmax"
)
async def get_limit(run: RunFromPath, work: WorkOfRequest, step: StepQuery = None) -> Response:
    """Two over the largest curvature of the loss: exact for a linear unit trained on the whole split, else an
    estimate."""
    return await respond(work, wire.instruments.stability_limit, instruments.stability_limit(run, step), run)


@instrument(
    "surfaces",
    schemas.instruments.Slopes,
    "Slopes f' of every unit, or gradients ∂L/∂z, over the input plane",
    "Slopes f' or gradients ∂L/∂z over the input plane",
)
async def get_surfaces(
    run: RunFromPath,
    work: WorkOfRequest,
    show: Annotated[Literal["slope", "gradient"], Query(description="f' of every unit, or ∂L/∂z")] = "slope",
    size: Annotated[int, Query(ge=2, le=60, description="N: on an N by N grid")] = 24,
    step: StepQuery = None,
    sample: Annotated[int, Query(ge=0, le=MAX_ROWS - 1, description="whose target every place is given")] = 0,
) -> Response:
    """A byte a point on a grid of the input plane; null where the input is no plane."""
    return await respond(work, wire.instruments.slopes, instruments.slopes(run, step, show, size, sample), run)


@instrument(
    "scaling",
    schemas.instruments.ScalingComparison,
    "The same run under each of the five scalings",
    "What each came to after the same steps",
)
async def get_scaling(
    run: RunFromPath,
    work: WorkOfRequest,
    steps: Annotated[
        int | None, Query(ge=1, le=5000, description="how many; without: as many as the run has, or 500")
    ] = None,
) -> Response:
    """Each is trained anew from the same start for the same number of steps."""
    return await respond(work, wire.instruments.scaling_comparison, instruments.compare_scalings(run, steps), run)


@instrument(
    "ensemble",
    schemas.instruments.Ensemble,
    "Dropout's sub-networks, their average, and the network in use",
    "Members, averages and the network in use",
)
async def get_ensemble(
    run: RunFromPath,
    work: WorkOfRequest,
    members: Annotated[int, Query(ge=1, le=256, description="how many sub-networks are drawn")] = 64,
    surfaces: Annotated[int, Query(ge=0, le=60, description="N: answers on an N by N grid")] = 0,
    rate: Annotated[
        float | None, Query(gt=0, lt=1, allow_inf_nan=False, description="dropout; without: the run's own")
    ] = None,
) -> Response:
    """Each sub-network that a dropout mask leaves is a network of its own: what they answer alone, on average, and what
    the network with scaled activations answers in their place."""
    return await respond(
        work, wire.instruments.ensemble, instruments.measure_ensemble(run, members, surfaces, rate), run
    )


@instrument(
    "pathsum",
    schemas.instruments.PathSum,
    "The gradient as a sum over all paths, computed without the tape",
    "What it took, and that it agrees with the tape",
)
async def get_path_sum(
    run: RunFromPath,
    work: WorkOfRequest,
    step: Annotated[int | None, Query(ge=1, le=2**53 - 1, description="the number of a step")] = None,
    spotlight: SpotlightQuery = None,
    execute: Annotated[bool, Query(description="false: only the counts, and what it would take")] = True,
) -> Response:
    """Multiplies out every path from every weight to the loss, for one sample, and compares with the recorded
    gradient."""
    return await respond(work, wire.instruments.path_sum, instruments.sum_paths(run, step, spotlight, execute), run)
