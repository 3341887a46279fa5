"""Models of requests: checked strictly, each limit written once."""

from typing import Any

import pytest
from pydantic import ValidationError

from app.data.scaling import SCALINGS
from app.engine import spec
from app.runs import choices
from app.runs.build import plan
from app.runs.catalog import catalog
from app.runs.config import LayerConfig, RunConfig
from app.runs.errors import FieldsError
from app.runs.requests import PATCHABLE, PatchRequest, TrainRequest
from app.runs.tableconfig import TableConfig


def refused(body: dict[str, Any]) -> list[str]:
    """The paths that a body is refused for, by the model or by what does not go together."""
    try:
        plan(RunConfig.model_validate(body))
    except ValidationError as error:
        return [".".join(str(part) for part in item["loc"]) for item in error.errors()]
    except FieldsError as error:
        return [item.path for item in error.errors]
    return []


def test_every_field_has_a_default() -> None:
    config = RunConfig.model_validate({})
    assert (config.dataset, config.samples, config.learning_rate, config.batch_size) == ("circles", 300, 0.3, 16)
    assert [(layer.units, layer.activation) for layer in config.hidden] == [(6, "tanh"), (4, "tanh")]


def test_an_integer_will_do_for_a_number_but_false_will_not() -> None:
    assert RunConfig.model_validate({"learning_rate": 1}).learning_rate == 1
    assert refused({"learning_rate": False}) == ["learning_rate"]
    assert refused({"batch_norm": 0}) == ["batch_norm"]
    assert refused({"batch_size": True}) == ["batch_size"]


def test_a_float_without_fraction_is_an_integer() -> None:
    assert RunConfig.model_validate({"batch_size": 16.0}).batch_size == 16
    assert refused({"batch_size": 16.5}) == ["batch_size"]


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"learning_rate": -1}, "learning_rate"),
        ({"learning_rate": 1001}, "learning_rate"),
        ({"learning_rate": float("nan")}, "learning_rate"),
        ({"noise": float("inf")}, "noise"),
        ({"dropout": 1.1}, "dropout"),
        ({"clip_norm": 0}, "clip_norm"),
        ({"test_fraction": 0.91}, "test_fraction"),
        ({"seed": -1}, "seed"),
        ({"surprise": 1}, "surprise"),
        ({"from": {"run": "x", "step": 0}}, "from"),
        ({"dataset": "moon"}, "dataset.#name"),
        ({"hidden": [{"units": 17, "activation": "relu"}]}, "hidden.0.units"),
        ({"hidden": [{"units": 2, "activation": "swish"}]}, "hidden.0.activation"),
        ({"hidden": [{"units": 1, "activation": "relu"}] * 11}, "hidden"),
        ({"features": []}, "features"),
        ({"features": ["x1", "x3"]}, "features[1]"),
        ({"features": ["x1", "x1"]}, "features[1]"),
        ({"dataset": "penguins", "features": ["x1"]}, "features[0]"),
        ({"dataset": "blobs3", "loss": "binary_cross_entropy"}, "loss"),
        ({"dataset": "hills", "loss": "softmax_cross_entropy"}, "loss"),
        ({"output_activation": "tanh"}, "output_activation"),
        ({"parameters": {"W1": [[1, 2]]}}, "parameters.W1"),
        ({"parameters": {"W1": [[1], [1, 2]]}}, "parameters.W1"),
        ({"parameters": {"gamma1": [1, 1, 1, 1, 1, 1]}}, "parameters.gamma1"),
        ({"dataset": {"inputs": [[1]], "targets": [1, 2], "task": "regression"}}, "dataset.targets"),
    ],
)
def test_an_invalid_field_is_refused_with_its_path(body: dict[str, Any], path: str) -> None:
    assert refused(body) == [path]


def test_all_errors_are_reported_at_once() -> None:
    body = {"dataset": "hills", "loss": "softmax_cross_entropy", "output_activation": "tanh"}
    assert refused(body) == ["loss", "output_activation"]


def test_limits_themselves_are_allowed() -> None:
    layers = [{"units": 16, "activation": "relu"}] * 10
    assert refused({"hidden": layers, "learning_rate": 0, "dropout": 1, "test_fraction": 0, "momentum": 1}) == []
    assert refused({"hidden": [], "learning_rate": 1000, "samples": 5000, "label_noise": 1}) == []


def test_features_left_out_are_all_columns_of_other_tables() -> None:
    assert plan(RunConfig()).config.features == ["x1", "x2"]
    assert plan(RunConfig(dataset="point")).config.features == ["x1"]
    assert len(plan(RunConfig(dataset="penguins")).config.features) == 4
    table = TableConfig(inputs=[[1, 2, 3], [4, 5, None]], targets=[0, 1], task="binary")
    assert plan(RunConfig(dataset=table, test_fraction=0)).config.features == ["x1", "x2", "x3"]


def test_a_layers_own_dropout_and_batch_norm_override_the_runs() -> None:
    layers = [
        LayerConfig(units=2, activation="relu", dropout=0.5, batch_norm=False),
        LayerConfig(units=2, activation="relu"),
    ]
    made = plan(RunConfig(hidden=layers, dropout=0.25, batch_norm=True))
    assert made.controls.settings.dropout == (0.5, 0.25)
    assert [layer.batch_norm for layer in made.network.spec.hidden] == [False, True]


def test_start_values_may_be_given_in_part() -> None:
    made = plan(RunConfig(parameters={"b1": [1, 2, 3, 4, 5, 6]}))
    usual = plan(RunConfig())
    named = made.network.unpack(made.start.state.parameters)
    assert named["b1"].tolist() == [1, 2, 3, 4, 5, 6]
    assert (named["W1"] == usual.network.unpack(usual.start.state.parameters)["W1"]).all()


def test_the_catalogs_choices_are_the_engines() -> None:
    assert tuple(choices.ACTIVATIONS) == spec.ACTIVATION_NAMES
    assert tuple(choices.LOSSES)[1:] == spec.LOSS_NAMES
    assert tuple(choices.OUTPUT_ACTIVATIONS)[1:] == spec.OUTPUT_ACTIVATION_NAMES[1:]
    assert tuple(choices.OPTIMIZERS) == spec.OPTIMIZER_NAMES
    assert tuple(choices.DROPOUT_MASKS) == spec.MASK_NAMES
    assert [item["name"] for item in catalog()["scalings"]] == list(SCALINGS)


def test_the_catalog_states_each_fields_limits_and_default() -> None:
    fields = catalog()["fields"]
    assert set(fields) == set(RunConfig.model_fields)
    rate = fields["learning_rate"]
    assert (rate["type"], rate["min"], rate["max"], rate["default"], rate["restart"]) == ("number", 0, 1000, 0.3, False)
    assert fields["clip_norm"]["above"] == 0
    assert fields["clip_norm"]["nullable"]
    assert fields["hidden"]["most"] == 10
    assert fields["seed"]["restart"]
    assert all(field["description"] for field in fields.values())
    assert catalog()["defaults"].keys() == fields.keys()


def test_a_patch_names_what_it_changes() -> None:
    assert tuple(PatchRequest.model_fields) == PATCHABLE
    assert PatchRequest.model_validate({"clip_norm": None, "l1": 1}).changed() == {"l1": 1, "clip_norm": None}
    with pytest.raises(ValidationError):
        PatchRequest.model_validate({"learning_rate": None})


def test_a_train_request_is_bounded() -> None:
    assert TrainRequest().steps == 1
    for body in (
        {"steps": 0},
        {"steps": 100_001},
        {"every": 0},
        {"surfaces": 101},
        {"spotlight": -1},
        {"spotlight": True},
    ):
        with pytest.raises(ValidationError):
            TrainRequest.model_validate(body)


def test_the_schema_says_which_features_each_data_set_has() -> None:
    def stated(config: dict[str, Any]) -> list[str] | None:
        schema = RunConfig.model_json_schema()
        while schema:
            condition = schema["if"]
            known = all(name in config for name in condition.get("required", []))
            if known and ("dataset" not in config or config["dataset"] in condition["properties"]["dataset"]["enum"]):
                features: list[str] = schema["then"]["properties"]["features"]["items"]["enum"]
                return features
            schema = schema["else"]
        return None

    for dataset in catalog()["datasets"]:
        assert stated({"dataset": dataset["name"]}) == dataset["features"]
    assert stated({}) == stated({"dataset": "circles"})
    assert stated({"dataset": "table-" + "A" * 22}) is None


def test_a_plain_config_is_what_pydantic_writes_with_the_rows_themselves() -> None:
    table = {"inputs": [[1, None], [2, 0.5]], "targets": ["a", "b"], "task": "binary", "columns": ["p", "q"]}
    config = RunConfig.model_validate({"dataset": table})
    assert isinstance(config.dataset, TableConfig)
    plain = config.plain()
    rows = plain["dataset"].pop("inputs")
    assert rows is config.dataset.inputs
    assert plain | {"dataset": plain["dataset"] | {"inputs": table["inputs"]}} == config.model_dump(by_alias=True)
    assert RunConfig().plain() == RunConfig().model_dump(by_alias=True)
