"""Examples of experiments, verdicts and instruments, about a run of a small network with dropout."""

from typing import Any

from orjson import loads

from ...runs import instruments, verdicts
from ...runs.build import plan
from ...runs.config import LayerConfig, RunConfig
from ...runs.experiments import experiments
from ...runs.requests import TrainRequest
from ...runs.run import Run
from ...runs.slices import finish
from .. import wire
from ..wire import dumps
from .runs import RUN_ID


def _answers() -> dict[str, Any]:
    config = RunConfig(
        dataset="house_prices",
        samples=6,
        features=["size", "rooms"],
        scaling="standard",
        hidden=[LayerConfig(units=2, activation="sigmoid")],
        dropout=0.5,
        batch_size=4,
    )
    run = Run(plan(config))
    run.id = RUN_ID
    list(run.train(TrainRequest()))
    vanishing, symmetry = experiments()["vanishing"], experiments()["symmetry"]
    small = wire.experiments.experiment(vanishing)
    small |= {"cures": small["cures"][:1], "questions": small["questions"][:1]}
    question = symmetry.questions[0]
    perturbation = instruments.Perturbation("W2", (1, 0))
    check = loads(wire.instruments.weight_check(finish(instruments.check_weight(run, perturbation, None, None))()))
    check["curve"], check["line"] = check["curve"][:2], {name: part[:2] for name, part in check["line"].items()}
    scaling = loads(wire.instruments.scaling_comparison(finish(instruments.compare_scalings(run, 2))()))
    path_sum = loads(wire.instruments.path_sum(finish(instruments.sum_paths(run, None, None, True))()))
    return {
        "experiments": [loads(dumps(small))],
        "verdict": loads(
            wire.experiments.verdict(verdicts.verdict(finish(verdicts.prepare_case(run, vanishing, None))), RUN_ID)
        ),
        "answer": loads(
            wire.experiments.answer(
                verdicts.answer_question(symmetry, question, finish(verdicts.prepare_question(run, None, question))),
                RUN_ID,
            )
        ),
        "weight_check": check,
        "checks": loads(wire.instruments.gradient_errors(finish(instruments.check_all_weights(run, None))())),
        "layer_profile": loads(wire.instruments.layer_profile(finish(instruments.layer_profile(run, None))())),
        "limit": loads(wire.instruments.stability_limit(finish(instruments.stability_limit(run, None))())),
        "surfaces": loads(wire.instruments.slopes(finish(instruments.slopes(run, None, "slope", 2, 0))())),
        "scaling": scaling | {"scalings": scaling["scalings"][:1]},
        "ensemble": loads(wire.instruments.ensemble(finish(instruments.measure_ensemble(run, 4, 0, None))())),
        "pathsum": path_sum | {"deeper": path_sum["deeper"][:2]},
    }


EXAMPLES = _answers()
