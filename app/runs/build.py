"""The plan of a run, built from its RunConfig: samples, network, optimizer, start; misfits are named by field."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..data.datasets import Table
from ..data.errors import DataError
from ..data.prepare import Samples, prepare
from ..engine.network import Network
from ..engine.spec import LayerSpec, NetworkSpec, OptimizerSpec, Settings
from ..engine.training import State, initial_state
from .config import RunConfig
from .errors import FieldError, FieldsError, field_error
from .limits import MAX_FEATURES
from .proposal import with_proposal
from .requests import ForkRequest
from .tableconfig import TableConfig
from .tables import UploadedTable, is_uploaded

LOSS_OF_TASK = {
    "binary": "binary_cross_entropy",
    "multiclass": "softmax_cross_entropy",
    "regression": "squared_error",
}


@dataclass(frozen=True, slots=True)
class Controls:
    """What may change while a run trains: the engine's settings, and how many samples make a step."""

    settings: Settings
    batch_size: int

    def value(self, field: str) -> Any:
        """What is in force; of `dropout` the one rate, or the list of them where layers differ."""
        if field == "batch_size":
            return self.batch_size
        found = getattr(self.settings, field)
        if field != "dropout":
            return found
        return found[0] if len(set(found)) == 1 else list(found)

    def changed(self, field: str, value: Any) -> "Controls":
        """With one PATCHed field at another value; `dropout` is set for every hidden layer."""
        if field == "batch_size":
            return replace(self, batch_size=value)
        if field == "dropout":
            value = (float(value),) * len(self.settings.dropout)
        elif value is not None:
            value = float(value)
        return replace(self, settings=replace(self.settings, **{field: value}))


@dataclass(frozen=True)
class Start:
    """A state, and how many samples were used to get there."""

    state: State
    used: int


@dataclass(frozen=True)
class Plan:
    """A run before its first step; everything in it is fixed for good."""

    config: RunConfig
    samples: Samples
    network: Network
    optimizer: OptimizerSpec
    controls: Controls
    start: Start
    table: UploadedTable | None = None  # what `config.dataset` names, where that is an uploaded table


def plan(config: RunConfig, table: UploadedTable | None = None) -> Plan:
    """A run that starts from its initializer or from its `parameters`; FieldsError says what does not fit."""
    config = with_proposal(config, None if table is None else table.built)
    samples = read_samples(config, table)
    config = _resolved(config, samples)
    network = Network(network_spec(config, samples))
    state = initial_state(network, _parameters(config, network))
    return Plan(config, samples, network, _optimizer(config), _controls(config), Start(state, 0), table)


def fork(
    request: ForkRequest, parent: Plan, controls: Controls, start: Start, table: UploadedTable | None = None
) -> Plan:
    """A run that starts in the state `start` of another, where `controls` held, with the named fields changed."""
    config = _inherited(request.changed(), parent.config, controls)
    if config.dataset == parent.config.dataset:
        table = parent.table
    samples = read_samples(config, table)
    config = _resolved(config, samples)
    network = Network(network_spec(config, samples))
    _check_shape(config, parent, network, samples)
    state = _carried_over(config, parent, network, start.state)
    used = _same_place(start.used, parent.samples.train, samples.train)
    return Plan(config, samples, network, _optimizer(config), _controls(config), Start(state, used), table)


def restored_plan(config: RunConfig, start: Start, table: UploadedTable | None = None) -> Plan:
    """The plan that was made of this config, which is resolved: a run that starts in this state."""
    samples = read_samples(config, table)
    network = Network(network_spec(config, samples))
    return Plan(config, samples, network, _optimizer(config), _controls(config), start, table)


def read_samples(config: RunConfig, table: UploadedTable | None = None) -> Samples:
    """What a config's data becomes; `table` is the one that it names, where it names an uploaded one."""
    dataset: str | Mapping[str, object] | Table
    if table is not None and config.dataset == table.name:
        dataset = table.built.table
    elif is_uploaded(config.dataset):
        raise FieldsError(FieldError("dataset", config.dataset, "this table is not at hand"))
    else:
        dataset = config.dataset.plain() if isinstance(config.dataset, TableConfig) else config.dataset
    try:
        return prepare(
            dataset,
            samples=config.samples,
            noise=config.noise,
            label_noise=config.label_noise,
            test_fraction=config.test_fraction,
            features=config.features if "features" in config.model_fields_set else None,
            scaling=config.scaling,
            target_scaling=_target_scaling(config),
            seed=config.seed,
        )
    except DataError as error:
        raise FieldsError(field_error(error)) from error


def _target_scaling(config: RunConfig) -> str:
    """A sigmoid and a tanh reach no further than 0 to 1 and -1 to 1: targets that are given for them stay there."""
    bounded = config.output_activation in ("sigmoid", "tanh")
    return "none" if config.target_scaling == "auto" and bounded else config.target_scaling


def _resolved(config: RunConfig, samples: Samples) -> RunConfig:
    """With the features that were left out filled in."""
    if len(samples.features) > MAX_FEATURES:
        raise FieldsError(
            FieldError("features", len(samples.features), f"at most {MAX_FEATURES} features; name which columns")
        )
    return config.model_copy(update={"features": list(samples.features)})


def network_spec(config: RunConfig, samples: Samples) -> NetworkSpec:
    loss = LOSS_OF_TASK[samples.task] if config.loss == "auto" else config.loss
    errors = []
    if loss != "squared_error" and loss != LOSS_OF_TASK[samples.task]:
        allowed = sorted({"auto", LOSS_OF_TASK[samples.task], "squared_error"})
        errors.append(FieldError("loss", config.loss, f"{loss} does not fit a {samples.task} task", allowed))
    if loss != "squared_error" and config.output_activation != "auto":
        errors.append(
            FieldError(
                "output_activation", config.output_activation, f"with {loss} the activation is part of it", ["auto"]
            )
        )
    if errors:
        raise FieldsError(*errors)
    hidden = tuple(
        LayerSpec(
            units=layer.units,
            activation=layer.activation,
            dropout=rate,
            batch_norm=config.batch_norm if layer.batch_norm is None else layer.batch_norm,
        )
        for layer, rate in zip(config.hidden, _dropout_rates(config), strict=True)
    )
    return NetworkSpec(
        inputs=len(samples.features),
        hidden=hidden,
        outputs=samples.outputs,
        loss=loss,
        output_activation="linear" if config.output_activation == "auto" else config.output_activation,
        dropout_mask=config.dropout_mask,
    )


def _optimizer(config: RunConfig) -> OptimizerSpec:
    return OptimizerSpec(
        kind=config.optimizer,
        momentum=float(config.momentum),
        beta1=float(config.beta1),
        beta2=float(config.beta2),
        epsilon=float(config.epsilon),
    )


def _dropout_rates(config: RunConfig) -> tuple[float, ...]:
    """Each hidden layer's own rate, or the run's."""
    return tuple(float(config.dropout if layer.dropout is None else layer.dropout) for layer in config.hidden)


def _controls(config: RunConfig) -> Controls:
    settings = Settings(
        learning_rate=float(config.learning_rate),
        l1=float(config.l1),
        l2=float(config.l2),
        clip_norm=None if config.clip_norm is None else float(config.clip_norm),
        momentum=float(config.momentum),
        dropout=_dropout_rates(config),
    )
    return Controls(settings, config.batch_size)


def _parameters(config: RunConfig, network: Network) -> Any:
    flat = network.initial(config.initializer, float(config.initializer_scale), config.seed)
    return flat if config.parameters is None else _with_values(config, network, flat)


def _with_values(config: RunConfig, network: Network, flat: Any) -> Any:
    """`flat` with the parameters that the config gives in place of its own."""
    named: dict[str, Any] = dict(network.unpack(flat))
    errors = []
    for name, value in (config.parameters or {}).items():
        if name not in network.shapes:
            errors.append(FieldError(f"parameters.{name}", None, "this network has no such parameter", network.names))
            continue
        shape = network.shapes[name]
        if _shape(value) != shape:
            errors.append(
                FieldError(f"parameters.{name}", f"shape {_shape(value)}", f"its shape must be {shape}", list(shape))
            )
            continue
        named[name] = np.array(value, dtype=np.float64)
    if errors:
        raise FieldsError(*errors)
    return network.pack(named)


def _shape(value: list[Any]) -> tuple[int, ...]:
    """(rows, columns) or (length,); a ragged matrix has -1 columns."""
    if not value or not isinstance(value[0], list):
        return (len(value),)
    widths = {len(row) for row in value}
    return (len(value), widths.pop() if len(widths) == 1 else -1)


def _inherited(changed: dict[str, Any], parent: RunConfig, controls: Controls) -> RunConfig:
    """The parent's config as it was in force at the fork, with the fields `changed`."""
    fields = {name: getattr(parent, name) for name in RunConfig.model_fields if name != "parameters"}
    settings = controls.settings
    fields |= {"batch_size": controls.batch_size, "learning_rate": settings.learning_rate, "l1": settings.l1}
    fields |= {"l2": settings.l2, "clip_norm": settings.clip_norm, "momentum": settings.momentum}
    fields |= _dropout_fields(parent, settings.dropout)
    if "dataset" in changed and "features" not in changed and changed["dataset"] != parent.dataset:
        fields.pop("features")
    return RunConfig.model_construct(_fields_set=set(fields | changed), **(_defaults() | fields | changed))


def _defaults() -> dict[str, Any]:
    default = RunConfig()
    return {name: getattr(default, name) for name in RunConfig.model_fields}


def _dropout_fields(parent: RunConfig, rates: tuple[float, ...]) -> dict[str, Any]:
    """The parent's dropout fields where they still hold; else the patched rate, without the layers' own."""
    if rates == _dropout_rates(parent):
        return {}
    return {
        "dropout": rates[0],
        "hidden": [layer.model_copy(update={"dropout": None}) for layer in parent.hidden],
    }


def _check_shape(config: RunConfig, parent: Plan, network: Network, samples: Samples) -> None:
    """A fork keeps its parent's layers: what would change a weight's shape can't be changed."""
    old, new = parent.network.spec, network.spec
    if new.widths == old.widths:
        return
    was = [layer.units for layer in old.hidden]
    errors = []
    if [layer.units for layer in new.hidden] != was:
        got = [layer.units for layer in new.hidden]
        errors.append(FieldError("hidden", got, "a fork cannot change the number of layers or units", was))
    if new.inputs != old.inputs:
        wanted = f"{old.inputs} features"
        errors.append(FieldError("features", config.features, "a fork cannot change the number of features", wanted))
    if new.outputs != old.outputs:
        name = config.dataset if isinstance(config.dataset, str) else "a table in place"
        message = f"a fork cannot change the number of outputs; this data needs {samples.outputs}"
        errors.append(FieldError("dataset", name, message, f"{old.outputs} outputs"))
    raise FieldsError(*errors)


def _same_place(used: int, old_train: int, new_train: int) -> int:
    """The same epoch and offset in a training split of another size; past its end: the next epoch."""
    if old_train == new_train:
        return used
    epoch, offset = divmod(used, old_train)
    return epoch * new_train + min(offset, new_train)


def _carried_over(config: RunConfig, parent: Plan, network: Network, state: State) -> State:
    """The parent's state in the fork's network: batch norm that is new starts fresh, and so does another optimizer."""
    old = parent.network
    fresh = network.unpack(network.initial("zeros", 1.0, 0))
    flat = network.pack(_kept(fresh, old.unpack(state.parameters)))
    if config.parameters is not None:
        flat = _with_values(config, network, flat)
    running = network.pack_running(
        _kept(network.unpack_running(network.initial_running()), old.unpack_running(state.running))
    )
    same = config.optimizer == parent.config.optimizer
    zeros = network.unpack(np.zeros(network.size))
    moments = {name: network.pack(_kept(zeros, old.unpack(moment))) for name, moment in state.moments.items()}
    finite = bool(np.isfinite(flat).all())
    updates = state.updates if same else 0
    return State(state.step, flat, running, moments if same else {}, updates, finite, state.batch_size)


def _kept(fresh: Mapping[str, Any], old: Mapping[str, Any]) -> dict[str, Any]:
    """`fresh`, with what `old` has of it."""
    return {name: old.get(name, value) for name, value in fresh.items()}
