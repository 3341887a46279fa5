"""Examples for the description: real answers about a run of the smallest network."""

from typing import Any

import orjson

from app.api import experiment_wire as wire
from app.api.examples import RUN_ID
from app.api.wire import dumps
from app.runs import instruments, verdicts
from app.runs.build import plan
from app.runs.config import LayerConfig, RunConfig, TrainRequest
from app.runs.experiments import experiments
from app.runs.run import Run
from app.runs.slices import finish


def _made() -> dict[str, Any]:
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
    small = wire.experiment(vanishing)
    small |= {"cures": small["cures"][:1], "questions": small["questions"][:1]}
    question = symmetry.questions[0]
    perturbation = instruments.Perturbation("W2", (1, 0))
    probe = orjson.loads(wire.weight_check(finish(instruments.check_weight(run, perturbation, None, None))()))
    probe["curve"], probe["line"] = probe["curve"][:2], {name: part[:2] for name, part in probe["line"].items()}
    scaling = orjson.loads(wire.scaling_comparison(finish(instruments.compare_scalings(run, 2))()))
    path_sum = orjson.loads(wire.path_sum(finish(instruments.sum_paths(run, None, None, True))))
    return {
        "experiments": [orjson.loads(dumps(small))],
        "verdict": orjson.loads(
            wire.verdict(verdicts.verdict(finish(verdicts.prepare_case(run, vanishing, None))), RUN_ID)
        ),
        "answer": orjson.loads(
            wire.answer(
                verdicts.answer_question(symmetry, question, finish(verdicts.prepare_question(run, None, question))),
                RUN_ID,
            )
        ),
        "probe": probe,
        "checks": orjson.loads(wire.gradient_errors(finish(instruments.check_all_weights(run, None))())),
        "ladder": orjson.loads(wire.layer_profile(finish(instruments.layer_profile(run, None))())),
        "limit": orjson.loads(wire.stability_limit(finish(instruments.stability_limit(run, None))())),
        "surfaces": orjson.loads(wire.slopes(finish(instruments.slopes(run, None, "slope", 2, 0))())),
        "scaling": scaling | {"scalings": scaling["scalings"][:1]},
        "ensemble": orjson.loads(wire.ensemble(finish(instruments.measure_ensemble(run, 4, 0, None))())),
        "pathsum": path_sum | {"deeper": path_sum["deeper"][:2]},
    }


EXAMPLES = _made()
