"""Choices by name, each with one line of what it is, and the error that lists them."""

from collections.abc import Callable, Iterable

ACTIVATIONS = {
    "linear": "z itself: several layers of it can do no more than one",
    "sigmoid": "1/(1+e^-z), between 0 and 1; its slope is at most 1/4, so gradients tend to vanish with depth",
    "tanh": "between -1 and 1, slope at most 1",
    "relu": "z where positive, else 0; a unit that is never positive is dead",
    "leaky_relu": "z where positive, else 0.01 z: cannot die",
    "elu": "z where positive, else e^z - 1",
    "gelu": "z times the normal distribution function (tanh form): a smooth relu",
    "step": "1 where z > 0, else 0; slope 0 everywhere, so neither its layer nor one before it can learn",
}
LOSSES = {
    "auto": "by the task: binary_cross_entropy, softmax_cross_entropy or squared_error",
    "binary_cross_entropy": "two classes, one logit; the sigmoid is part of the loss",
    "softmax_cross_entropy": "several classes, one logit each; the softmax is part of the loss",
    "squared_error": "half the squared distance from the target, summed over the outputs",
}
OUTPUT_ACTIVATIONS = {
    "auto": "none: logits for the cross-entropies, linear for squared_error",
    "sigmoid": "with squared_error: outputs between 0 and 1",
    "tanh": "with squared_error: outputs between -1 and 1",
}
DROPOUT_MASKS = {
    "per_step": "a unit that is out is out for the whole step, for every sample of the batch",
    "per_sample": "every sample of the batch has a mask of its own",
}
INITIALIZERS = {
    "glorot_uniform": "uniform within ±sqrt(6/(in+out)): signals about keep their size through tanh layers",
    "glorot_normal": "normal with variance 2/(in+out)",
    "he_normal": "normal with variance 2/in: made for relu",
    "lecun_normal": "normal with variance 1/in",
    "normal": "normal with variance 1, however many inputs",
    "uniform": "uniform between -1 and 1",
    "constant": "every weight the same number: without dropout the units of a layer stay equal",
    "zeros": "every weight 0: no error goes back through them, and the units of a layer stay equal",
}
OPTIMIZERS = {
    "sgd": "a step against the gradient",
    "momentum": "a step along a running sum of past gradients",
    "nesterov": "momentum that looks ahead along its own direction",
    "rmsprop": "each parameter's step divided by the recent size of its gradient",
    "adam": "momentum and rmsprop together, corrected for the start",
}
OPTIMIZER_CONSTANTS = {
    "sgd": (),
    "momentum": ("momentum",),
    "nesterov": ("momentum",),
    "rmsprop": ("epsilon",),
    "adam": ("beta1", "beta2", "epsilon"),
}
TASKS = {
    "binary": "one of two classes",
    "multiclass": "one of several classes",
    "regression": "a number",
}


class ChoiceError(ValueError):
    """A name that is not among the `allowed` ones."""

    def __init__(self, name: str, allowed: Iterable[str]) -> None:
        super().__init__(f"{name[:100]!r} is not one of the choices")
        self.allowed = tuple(allowed)


def one_of(names: Iterable[str]) -> Callable[[str], str]:
    """Refuses a name that is not among `names`, and says which are."""
    allowed = tuple(names)

    def check(name: str) -> str:
        if name not in allowed:
            raise ChoiceError(name, allowed)
        return name

    return check
