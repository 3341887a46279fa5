"""What can go wrong in a network, or right: a claim, a run that shows it, how it is told, and the cures.

An experiment is data. Its RunConfig reproduces the phenomenon, its conditions tell from a run's own numbers whether it
showed, and each of its variants is a change to the config with conditions of its own. What folklore promises and the
measurements deny is in here too, with helps = "no". Numbers in the prose are filled in from the run at hand.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from app.data.datasets import DATASETS, load
from app.runs.conditions import Condition
from app.runs.config import RunConfig


@dataclass(frozen=True)
class Variant:
    """The experiment with something changed: a cure, or something else to see beside it.

    `changes` go over the experiment's config (keys as in a RunConfig). With `from_step` the run is trained that far
    first, then changed, then trained `steps` more: PATCH it, or fork it there. `helps`: yes, partly, no, or "" where
    it is no cure. `words` are said when its conditions hold, `otherwise` when they don't.
    """

    id: str
    title: str
    why: str
    changes: Mapping[str, Any]
    conditions: tuple[Condition, ...]
    headline: str
    words: str
    otherwise: str
    helps: str = "yes"
    steps: int = 0
    from_step: int | None = None


@dataclass(frozen=True)
class Question:
    """Something to find out by trying. A run that meets every condition answers it; no answer is written down here."""

    id: str
    text: str
    conditions: tuple[Condition, ...]


@dataclass(frozen=True)
class Experiment:
    """A claim and how to see it. `number` groups experiments of one topic; `headline` is the measure to print large."""

    id: str
    number: str
    title: str
    claim: str
    watch: str
    instrument: str
    config: Mapping[str, Any]
    steps: int
    evaluate_every: int
    conditions: tuple[Condition, ...]
    headline: str
    words: str
    otherwise: str
    cures: tuple[Variant, ...] = ()
    beside: tuple[Variant, ...] = ()
    questions: tuple[Question, ...] = ()
    measures: tuple[str, ...] = field(default=())

    @property
    def variants(self) -> tuple[Variant, ...]:
        return self.cures + self.beside


def config_of(experiment: Experiment, variant: Variant | None = None, seed: int = 0) -> RunConfig:
    """The run that an experiment, or one of its variants, begins with."""
    changes = variant.changes if variant is not None and variant.from_step is None else {}
    return RunConfig.model_validate({**experiment.config, **changes, "seed": seed})


# Conditions, as they are said


def above(measure: str, bound: float) -> Condition:
    return Condition("above", bound, measure)


def below(measure: str, bound: float) -> Condition:
    return Condition("below", bound, measure)


def at_least(measure: str, bound: float) -> Condition:
    return Condition("at_least", bound, measure)


def at_most(measure: str, bound: float) -> Condition:
    return Condition("at_most", bound, measure)


def equals(measure: str, bound: float) -> Condition:
    return Condition("equal", bound, measure)


def less_than_before(measure: str, times: float = 1.0) -> Condition:
    return Condition("below", None, measure, of="before", times=times)


def chosen(path: str, value: str | bool | float) -> Condition:
    return Condition("equal", value, field=path)


def not_chosen(path: str, value: str | bool | float) -> Condition:
    return Condition("not_equal", value, field=path)


EXPLODED = equals("exploded", 1)
WHOLE = equals("exploded", 0)


def layers(units: int, activation: str, count: int) -> list[dict[str, Any]]:
    return [{"units": units, "activation": activation}] * count


def columns(name: str) -> list[str]:
    return list(DATASETS[name].columns)


# Tables in place: 200 points of moons with one thing wrong


def _moons() -> tuple[list[list[float | None]], list[int]]:
    table = load("moons", 200, 0.1, 0)
    rows: list[list[float | None]] = [[round(float(cell), 3) for cell in row] for row in table.inputs]
    return rows, [int(label) for label in table.targets[:, 0]]


def _table(row: int, values: Mapping[int, float | None]) -> dict[str, Any]:
    """The points, with some cells of one row replaced."""
    rows, labels = _moons()
    for column, value in values.items():
        rows[row][column] = value
    return {"inputs": rows, "targets": labels, "task": "binary"}


def _without(row: int) -> dict[str, Any]:
    rows, labels = _moons()
    return {"inputs": rows[:row] + rows[row + 1 :], "targets": labels[:row] + labels[row + 1 :], "task": "binary"}


MISSING_ROW, OUTLIER_ROW = 7, 0


def differentiable() -> Experiment:
    return Experiment(
        id="differentiable",
        number="1",
        title="No slope, no lesson",
        claim="What is differentiable can be learned. A step has slope 0 everywhere, so no error gets past it.",
        watch="∂W1, the gradients left of the hidden layer: every one is exactly 0. The loss moves a little all the "
        "same, because the output's own weights still learn.",
        instrument="gradients",
        config={
            "dataset": "circles",
            "hidden": layers(8, "step", 1),
            "initializer": "glorot_normal",
            "learning_rate": 1.0,
            "batch_size": 300,
        },
        steps=1000,
        evaluate_every=20,
        conditions=(equals("first_weights_moved", 0), above("train_loss", 0.5)),
        headline="first_weights_moved",
        words="After {step} steps W1 has moved by exactly {first_weights_moved}. The loss stands at {train_loss}; "
        "knowing nothing would cost {base_rate}.",
        otherwise="W1 moved by {first_weights_moved} and the loss is {train_loss}. Where the hidden layer's random "
        "answers happen to part the classes, the output alone can do the work.",
        cures=(
            Variant(
                "sigmoid",
                "Bend the step: sigmoid",
                "The same shape, drawn with a soft pencil: it has a slope everywhere.",
                {"hidden": layers(8, "sigmoid", 1)},
                (above("first_weights_moved", 0.1), below("train_loss", 0.45)),
                "train_loss",
                "Same data, same seed, same start: the loss is {train_loss}, and W1 moved by {first_weights_moved}.",
                "The loss is {train_loss}. It has a slope to follow now; give it more steps.",
            ),
            Variant(
                "tanh",
                "Steeper: tanh",
                "Its slope is up to 1, four times the sigmoid's.",
                {"hidden": layers(8, "tanh", 1)},
                (above("first_weights_moved", 0.1), below("train_loss", 0.2)),
                "train_loss",
                "The loss is {train_loss}.",
                "The loss is {train_loss}. It has a slope to follow now; give it more steps.",
            ),
        ),
        questions=(
            Question(
                "below",
                "Put a sigmoid layer before the step layer. Does the first layer learn now?",
                (
                    chosen("hidden[0].activation", "sigmoid"),
                    chosen("hidden[-1].activation", "step"),
                    at_least("hidden_layers", 2),
                    at_least("step", 100),
                    equals("first_weights_moved", 0),
                ),
            ),
            Question(
                "anyway",
                "Find data that a step layer, frozen as it is, solves all the same.",
                (chosen("hidden[*].activation", "step"), at_least("hidden_layers", 1), below("train_loss", 0.1)),
            ),
        ),
        measures=("train_accuracy", "base_rate"),
    )


def vanishing() -> Experiment:
    sigmoids = layers(8, "sigmoid", 5)
    return Experiment(
        id="vanishing",
        number="2",
        title="The gradient that fades",
        claim="Through sigmoid layers the gradient shrinks at least fourfold a layer, so the first layers are told "
        "almost nothing, and each layer also drowns a little more of the signal in noise.",
        watch="The ladder: rms(∂L/∂z) of each layer on a logarithmic scale, beside the line of log₁₀ 4 = 0.602 decades "
        "a layer. On the way up, signal against noise falls by about 12 dB a layer.",
        instrument="ladder",
        config={
            "dataset": "moons",
            "hidden": sigmoids,
            "initializer": "glorot_normal",
            "learning_rate": 0.3,
            "batch_size": 300,
        },
        steps=600,
        evaluate_every=20,
        conditions=(above("gradient_slope", 0.4), above("train_loss", 0.68)),
        headline="shrink_per_layer",
        words="Each layer on the way back leaves 1/{shrink_per_layer} of the gradient: {gradient_slope} decades a "
        "layer. After {step} steps the loss is {train_loss}, and guessing has {base_rate}.",
        otherwise="The gradient changes by {gradient_slope} decades a layer and the loss is {train_loss}.",
        cures=(
            Variant(
                "relu",
                "ReLU with He's start",
                "A ReLU's slope is 1 where it lets anything through.",
                {"hidden": layers(8, "relu", 5), "initializer": "he_normal"},
                (below("gradient_slope", 0.4), below("train_loss", 0.1)),
                "train_loss",
                "{gradient_slope} decades a layer instead of 0.65, and the loss comes down to {train_loss}.",
                "The slope is {gradient_slope} decades a layer, the loss {train_loss}. With eight units a layer, a "
                "start can be unlucky: most of a layer blocked. Try another seed.",
            ),
            Variant(
                "shallow",
                "One hidden layer",
                "What is not there shrinks nothing.",
                {"hidden": layers(8, "sigmoid", 1)},
                (below("train_loss", 0.45),),
                "train_loss",
                "One sigmoid layer learns: the loss is {train_loss}.",
                "The loss is {train_loss}: one layer learns slowly at this rate, but watch it go.",
            ),
            Variant(
                "batch_norm",
                "Batch norm",
                "It lifts every layer's sums back to a spread of 1, on the way up and on the way back.",
                {"batch_norm": True},
                (below("gradient_slope", 0.4), below("train_loss", 0.3)),
                "train_loss",
                "Still five sigmoid layers: {gradient_slope} decades a layer, and the loss is {train_loss}.",
                "The loss is {train_loss}. Evaluation uses running averages, which lag behind in the first steps.",
            ),
            Variant(
                "larger",
                "Six times larger weights",
                "The product of weight and slope is what shrinks; a larger weight pays for a small slope.",
                {"initializer_scale": 6.0},
                (below("gradient_slope", 0.4), below("train_loss", 0.45)),
                "train_loss",
                "{gradient_slope} decades a layer, loss {train_loss}.",
                "The slope is {gradient_slope} decades a layer, the loss {train_loss}: how much it helps depends on "
                "the start.",
            ),
            Variant(
                "adam",
                "Adam",
                "It divides every step by the gradient's own recent size, so a faint gradient still makes a full step.",
                {"optimizer": "adam", "learning_rate": 0.01},
                (above("gradient_slope", 0.4), below("train_loss", 0.1)),
                "train_loss",
                "The gradient vanishes as before ({gradient_slope} decades a layer), and yet the loss is {train_loss}: "
                "with exact arithmetic and full batches, faint is not lost.",
                "The loss is {train_loss}. Adam does not mend the gradient, it only turns it up.",
            ),
            Variant(
                "he",
                "He's start alone",
                "Often advised. Made for ReLU, it makes these weights 1.2 times larger.",
                {"initializer": "he_normal"},
                (above("gradient_slope", 0.4), above("train_loss", 0.6)),
                "train_loss",
                "It does not help: {gradient_slope} decades a layer, loss {train_loss}.",
                "Here it did more than it does as a rule: the loss is {train_loss}.",
                helps="no",
            ),
            Variant(
                "rate",
                "Learning rate 10",
                "Often advised. It turns up the last layers, which were not faint, just as much.",
                {"learning_rate": 10.0},
                (above("train_loss", 0.5),),
                "train_loss",
                "It does not help: the loss is {train_loss}. The last layer overshoots, the first still hears nothing.",
                "Here it got through: the loss is {train_loss}. At rates between 0.01 and 10 that is the exception.",
                helps="no",
            ),
        ),
        questions=(
            Question(
                "depth",
                "How many sigmoid layers can be stacked so that the loss still falls below 0.4 in 600 steps? Find a "
                "network of at least two.",
                (
                    chosen("hidden[*].activation", "sigmoid"),
                    chosen("optimizer", "sgd"),
                    chosen("batch_norm", False),
                    at_least("hidden_layers", 2),
                    at_most("step", 600),
                    below("train_loss", 0.4),
                ),
            ),
            Question(
                "tanh",
                "Which other activation has no fading, at five layers and with the same start?",
                (
                    not_chosen("hidden[*].activation", "sigmoid"),
                    chosen("initializer", "glorot_normal"),
                    at_least("hidden_layers", 5),
                    below("gradient_slope", 0.2),
                    above("gradient_slope", -0.15),
                ),
            ),
        ),
        measures=("first_over_last", "noise_slope", "first_weights_moved_share", "train_accuracy", "base_rate"),
    )


def exploding() -> Experiment:
    return Experiment(
        id="exploding",
        number="3a",
        title="Too large a start",
        claim="With weights twice too large the gradient doubles with every layer on the way back, and one step of an "
        "ordinary size throws the network out.",
        watch="The ladder leans the other way: the first layer has the largest gradient. Then the loss, in a step or "
        "two.",
        instrument="ladder",
        config={
            "dataset": "plane",
            "samples": 150,
            "noise": 0.0,
            "hidden": layers(16, "relu", 5),
            "initializer": "he_normal",
            "initializer_scale": 2.0,
            "learning_rate": 0.1,
            "batch_size": 150,
        },
        steps=500,
        evaluate_every=1,
        conditions=(below("gradient_slope", -0.15), EXPLODED),
        headline="exploded_at",
        words="{gradient_slope} decades a layer: the first layer's gradient is the largest, not the smallest. In step "
        "{exploded_at} the loss passed a million times what it began with.",
        otherwise="The slope at the start is {gradient_slope} decades a layer, and the run did not explode within "
        "{step} steps. The loss is {train_loss}.",
        cures=(
            Variant(
                "scale",
                "Weights of the right size",
                "He's start keeps the size of a signal from layer to layer. Half of what we had is exactly that.",
                {"initializer_scale": 1.0},
                (above("gradient_slope", -0.15), WHOLE, below("train_loss", 0.02)),
                "train_loss",
                "{gradient_slope} decades a layer: level. The loss is {train_loss}.",
                "The loss is {train_loss}.",
            ),
            Variant(
                "clip",
                "Clip the gradient at 1",
                "A gradient may say where to go, but not how far.",
                {"clip_norm": 1.0},
                (WHOLE, below("train_loss", 0.2)),
                "train_loss",
                "The gradient is as steep as before, the steps are not: the loss is {train_loss}.",
                "It did not explode, and the loss is {train_loss}; clipped steps take their time.",
            ),
            Variant(
                "batch_norm",
                "Batch norm",
                "Whatever the weights do to a sum, it is brought back to a spread of 1.",
                {"batch_norm": True},
                (WHOLE, below("train_loss", 0.02)),
                "train_loss",
                "Same weights, and the loss is {train_loss}.",
                "The loss is {train_loss}.",
            ),
            Variant(
                "rate",
                "Learning rate 0.0001",
                "A gradient a thousand times too large wants a step a thousand times smaller.",
                {"learning_rate": 0.0001},
                (WHOLE, below("train_loss", 2.0)),
                "train_loss",
                "It works, slowly: from {first_loss} to {train_loss} in {step} steps.",
                "The loss is {train_loss} after {step} steps.",
                helps="partly",
            ),
        ),
        questions=(
            Question(
                "fewer",
                "Leave the weights too large and the rate at 0.1. Can you save it by taking layers away?",
                (
                    chosen("initializer_scale", 2.0),
                    chosen("learning_rate", 0.1),
                    chosen("hidden[*].activation", "relu"),
                    at_least("hidden_layers", 1),
                    at_least("step", 300),
                    WHOLE,
                    below("train_loss", 0.05),
                ),
            ),
            Question(
                "tanh",
                "Which activation survives weights twice too large, and why does it not learn as well for it?",
                (
                    chosen("initializer_scale", 2.0),
                    not_chosen("hidden[*].activation", "relu"),
                    at_least("hidden_layers", 5),
                    at_least("step", 300),
                    WHOLE,
                ),
            ),
        ),
        measures=("first_loss", "first_over_last", "train_loss", "stopped_at"),
    )


def exploding_rate() -> Experiment:
    return Experiment(
        id="exploding_rate",
        number="3b",
        title="Too long a stride",
        claim="A learning rate can be too large for the valley: each step lands higher on the other side.",
        watch="The loss: up and down, each time higher, then off the chart in a handful of steps.",
        instrument="loss",
        config={
            "dataset": "plane",
            "noise": 0.0,
            "hidden": layers(8, "relu", 2),
            "initializer": "he_normal",
            "learning_rate": 3.0,
            "batch_size": 10,
        },
        steps=300,
        evaluate_every=1,
        conditions=(EXPLODED,),
        headline="exploded_at",
        words="In step {exploded_at} the loss passed a million times what it began with.",
        otherwise="It held for {step} steps at a rate of {learning_rate}; the loss is {train_loss}.",
        cures=(
            Variant(
                "rate",
                "Learning rate 0.1",
                "Shorter strides stay in the valley.",
                {"learning_rate": 0.1},
                (WHOLE, below("train_loss", 0.05)),
                "train_loss",
                "The loss is {train_loss} after {step} steps.",
                "It did not explode; the loss is {train_loss}.",
            ),
            Variant(
                "clip",
                "Clip the gradient at 0.1",
                "No step is longer than 0.3 now, wherever it starts.",
                {"clip_norm": 0.1},
                (WHOLE, below("train_loss", 0.1)),
                "train_loss",
                "The rate is still 3, and the loss is {train_loss}.",
                "It did not explode; the loss is {train_loss}.",
            ),
            Variant(
                "clip_1",
                "Clip the gradient at 1",
                "No step is longer than 3: the loss cannot run away, but it cannot settle either.",
                {"clip_norm": 1.0},
                (WHOLE, above("train_loss", 0.2)),
                "train_loss",
                "It does not explode and does not learn: the loss stays at {train_loss}. A limit must fit the valley.",
                "Here it settled after all: the loss is {train_loss}.",
                helps="partly",
            ),
            Variant(
                "batch_norm",
                "Batch norm",
                "It tames the hidden layers; the output's weights still stride too far.",
                {"batch_norm": True},
                (EXPLODED,),
                "exploded_at",
                "It does not help: it explodes all the same, in step {exploded_at}.",
                "Here it held, at a loss of {train_loss}.",
                helps="no",
            ),
            Variant(
                "smaller",
                "Half the weights",
                "A smaller start is only further from the cliff.",
                {"initializer_scale": 0.5},
                (EXPLODED,),
                "exploded_at",
                "It does not help: it explodes in step {exploded_at}, a little later.",
                "Here it held, at a loss of {train_loss}.",
                helps="no",
            ),
        ),
        questions=(
            Question(
                "edge",
                "Find the edge: two runs of at least 300 steps, one that holds and one that explodes, with rates less "
                "than a fifth apart.",
                (
                    WHOLE,
                    at_least("step", 300),
                    Condition("equal", 1, "exploded", run="other"),
                    Condition("at_least", None, "learning_rate", of="other", times=1 / 1.2),
                    Condition("below", None, "learning_rate", of="other"),
                ),
            ),
            Question(
                "fast",
                "Which is the largest rate that learns best? Get below 0.0005 in 300 steps without clipping.",
                (chosen("dataset", "plane"), at_most("step", 300), below("train_loss", 0.0005), WHOLE),
            ),
        ),
        measures=("first_loss", "train_loss", "stopped_at", "rate_limit"),
    )


def dying() -> Experiment:
    return Experiment(
        id="dying",
        number="4",
        title="Units that went silent",
        claim="A ReLU that answers 0 to every sample has slope 0 for every sample: nothing can wake it. A few too long "
        "strides are enough to kill most of a network.",
        watch="The dashed rings: units that answer 0 to every sample of the training set, counted over time.",
        instrument="health",
        config={
            "dataset": "circles",
            "hidden": layers(8, "relu", 2),
            "initializer": "he_normal",
            "learning_rate": 3.0,
            "batch_size": 10,
        },
        steps=400,
        evaluate_every=5,
        conditions=(at_least("dead_share", 0.4), above("train_loss", 0.5)),
        headline="dead_share",
        words="{dead_share} of the hidden units are dead ({dead_at_start} were before the first step). The loss is "
        "{train_loss}; knowing nothing costs {base_rate}.",
        otherwise="{dead_share} of the hidden units are dead, and the loss is {train_loss}: the survivors manage.",
        cures=(
            Variant(
                "rate",
                "Learning rate 0.3, from the start",
                "Nobody is thrown so far that no sample reaches it any more.",
                {"learning_rate": 0.3},
                (at_most("dead_share", 0.3), below("train_loss", 0.35)),
                "dead_share",
                "{dead_share} are dead, and the loss is {train_loss}. Keep calm and lower your learning rate.",
                "{dead_share} are dead, the loss is {train_loss}.",
            ),
            Variant(
                "clip",
                "Clip the gradient at 0.1",
                "The rate stays at 3, but no step is longer than 0.3.",
                {"clip_norm": 0.1},
                (at_most("dead_share", 0.3), below("train_loss", 0.35)),
                "dead_share",
                "{dead_share} are dead, and the loss is {train_loss}.",
                "{dead_share} are dead, the loss is {train_loss}.",
            ),
            Variant(
                "leaky",
                "Leaky ReLU",
                "It lets a hundredth through where a ReLU blocks, so its slope is never 0.",
                {"hidden": layers(8, "leaky_relu", 2)},
                (equals("dead_share", 0), above("train_loss", 0.2)),
                "train_loss",
                "Nobody dies, and yet nothing is learned: the loss is {train_loss}. The rate was the illness; the "
                "dead units were its mark.",
                "Nobody dies, and here it learned something: the loss is {train_loss}.",
                helps="partly",
            ),
            Variant(
                "leaky_calm",
                "Leaky ReLU and a rate of 0.3",
                "Both together: no unit can die, and no step is too long.",
                {"hidden": layers(8, "leaky_relu", 2), "learning_rate": 0.3},
                (equals("dead_share", 0), below("train_loss", 0.35)),
                "train_loss",
                "Nobody dies, and the loss is {train_loss}.",
                "Nobody dies; the loss is {train_loss}.",
            ),
            Variant(
                "batch_norm",
                "Batch norm",
                "Often advised. Its own scale and shift can be thrown just as far.",
                {"batch_norm": True},
                (at_least("dead_share", 0.25), above("train_loss", 0.5)),
                "dead_share",
                "It does not help: {dead_share} are dead, the loss is {train_loss}.",
                "Here it did: {dead_share} are dead, and the loss is {train_loss}.",
                helps="no",
            ),
            Variant(
                "later",
                "Lower the rate afterwards",
                "The same medicine, after the harm is done.",
                {"learning_rate": 0.1},
                (
                    Condition("at_least", None, "dead_share", of="before", times=0.8),
                    equals("dead_weights_moved", 0),
                    above("train_loss", 0.4),
                ),
                "dead_share",
                "{dead_then} were dead, {dead_share} are now. The weights into the dead units of layer 1 moved by "
                "exactly {dead_weights_moved}. It prevents; it does not revive.",
                "{dead_then} were dead, {dead_share} are now; the loss is {train_loss}. Units of a later layer can "
                "come back when the layer below them moves.",
                helps="no",
                steps=2000,
                from_step=400,
            ),
        ),
        questions=(
            Question(
                "bearable",
                "How high can the rate go before more than a third of the units die? Find a rate of at least 0.8 that "
                "still learns.",
                (
                    chosen("hidden[*].activation", "relu"),
                    at_least("learning_rate", 0.8),
                    at_least("step", 400),
                    at_most("dead_share", 0.34),
                    below("train_loss", 0.2),
                ),
            ),
            Question(
                "smooth",
                "Find an activation other than leaky ReLU that never dies, and learns at a rate of 0.3.",
                (
                    not_chosen("hidden[*].activation", "relu"),
                    not_chosen("hidden[*].activation", "leaky_relu"),
                    chosen("learning_rate", 0.3),
                    at_least("hidden_layers", 2),
                    equals("dead_share", 0),
                    below("train_loss", 0.3),
                ),
            ),
        ),
        measures=("dead_at_start", "train_accuracy", "base_rate"),
    )


def scaling() -> Experiment:
    return Experiment(
        id="scaling",
        number="5a",
        title="Rooms and people",
        claim="Columns of very different size make a valley that is steep one way and flat the other: no single "
        "learning rate fits both.",
        watch="κ, the ratio of the steepest to the flattest curve, and the hidden units: every tanh sits at its end "
        "before the first step.",
        instrument="scaling",
        config={
            "dataset": "housing",
            "samples": 600,
            "features": columns("housing"),
            "hidden": layers(8, "tanh", 1),
            "initializer": "glorot_normal",
            "learning_rate": 0.1,
            "batch_size": 600,
        },
        steps=500,
        evaluate_every=10,
        conditions=(above("kappa", 1e5), above("train_loss", 0.6)),
        headline="kappa",
        words="κ = {kappa}. {saturated_at_start} of the hidden units were stuck at an end before the first step, and "
        "after {step} steps the accuracy is {train_accuracy}.",
        otherwise="κ = {kappa}, and the loss is {train_loss}.",
        cures=(
            Variant(
                "log",
                "Logarithm, then z-score",
                "Incomes, crowds and prices grow by factors; the logarithm counts factors.",
                {"scaling": "log"},
                (below("kappa", 100), below("train_loss", 0.5), above("train_accuracy", 0.8)),
                "train_accuracy",
                "κ = {kappa}, accuracy {train_accuracy}, loss {train_loss}.",
                "κ = {kappa}, accuracy {train_accuracy}.",
            ),
            Variant(
                "clip",
                "Cut off the tail, then linear",
                "A handful of outliers no longer decides the scale.",
                {"scaling": "clip"},
                (below("kappa", 100), below("train_loss", 0.5), above("train_accuracy", 0.8)),
                "train_accuracy",
                "κ = {kappa}, accuracy {train_accuracy}, loss {train_loss}.",
                "κ = {kappa}, accuracy {train_accuracy}.",
            ),
            Variant(
                "standard",
                "z-score",
                "Mean 0, spread 1: the columns weigh the same.",
                {"scaling": "standard"},
                (below("kappa", 100), below("train_loss", 0.55), above("train_accuracy", 0.8)),
                "train_accuracy",
                "κ = {kappa}, accuracy {train_accuracy}, loss {train_loss}.",
                "κ = {kappa}, accuracy {train_accuracy}.",
            ),
            Variant(
                "linear",
                "Smallest to −1, largest to 1",
                "The usual first idea. The largest is an outlier.",
                {"scaling": "linear"},
                (below("kappa", 1e4), above("train_loss", 0.5)),
                "train_accuracy",
                "Half a cure: κ falls to {kappa}, but {lowest_tenth} of the points crowd into a tenth of an axis. "
                "Accuracy {train_accuracy}, loss {train_loss}.",
                "κ = {kappa}, accuracy {train_accuracy}.",
                helps="partly",
            ),
            Variant(
                "slower",
                "A smaller learning rate instead",
                "Small enough for the steep way is nothing at all for the flat one.",
                {"learning_rate": 0.001},
                (above("kappa", 1e5), above("train_loss", 0.6)),
                "train_loss",
                "It does not help: the loss is {train_loss}.",
                "The loss is {train_loss}.",
                helps="no",
            ),
        ),
        beside=(
            Variant(
                "penguins",
                "Real penguins, in millimetres and grams",
                "Bills of 44 mm, bodies of 4200 g.",
                {"dataset": "penguins", "features": columns("penguins"), "hidden": layers(6, "tanh", 1)},
                (above("kappa", 1e8), below("train_accuracy", 0.6)),
                "train_accuracy",
                "κ = {kappa}: the network calls every penguin an Adelie, which is right for {train_accuracy}.",
                "κ = {kappa}, accuracy {train_accuracy}.",
                helps="",
            ),
            Variant(
                "penguins_standard",
                "The same penguins, z-scored",
                "Nothing else changed.",
                {
                    "dataset": "penguins",
                    "features": columns("penguins"),
                    "hidden": layers(6, "tanh", 1),
                    "scaling": "standard",
                },
                (below("kappa", 100), above("train_accuracy", 0.95)),
                "train_accuracy",
                "κ = {kappa}, and {train_accuracy} of the penguins are told apart.",
                "κ = {kappa}, accuracy {train_accuracy}.",
                helps="",
            ),
        ),
        questions=(
            Question(
                "best",
                "Which scaling tells the most houses apart in 500 steps? Reach 91 %.",
                (
                    chosen("dataset", "housing"),
                    chosen("learning_rate", 0.1),
                    at_most("step", 500),
                    at_least("train_accuracy", 0.91),
                ),
            ),
            Question(
                "one",
                "Do the penguins without the body's mass need scaling? Try features in millimetres only.",
                (
                    chosen("dataset", "penguins"),
                    chosen("scaling", "none"),
                    not_chosen("features[*]", "body_mass_g"),
                    at_least("train_accuracy", 0.9),
                ),
            ),
        ),
        measures=("saturated_at_start", "lowest_tenth", "train_accuracy", "test_accuracy"),
    )


def limit() -> Experiment:
    return Experiment(
        id="limit",
        number="5b",
        title="The edge, to the percent",
        claim="For a linear unit with squared error the largest stable learning rate is 2/λmax, and λmax comes from "
        "the data alone.",
        watch="The tick on the learning rate's slider. Just past it the error grows with every step; just below it "
        "comes down.",
        instrument="limit",
        config={
            "dataset": "house_prices",
            "features": columns("house_prices"),
            "scaling": "standard",
            "hidden": [],
            "initializer": "zeros",
            "learning_rate": 1.1,
            "batch_size": 300,
        },
        steps=300,
        evaluate_every=5,
        conditions=(above("rate_over_limit", 1), EXPLODED),
        headline="rate_limit",
        words="2/λmax = {rate_limit}. At a rate of {learning_rate} the error is multiplied by {error_growth} in each "
        "step; step {exploded_at} passed a million times the first loss.",
        otherwise="2/λmax = {rate_limit}, the rate is {learning_rate}, and the loss is {train_loss}.",
        cures=(
            Variant(
                "under",
                "Learning rate 1.0",
                "Five percent below the limit.",
                {"learning_rate": 1.0},
                (below("rate_over_limit", 1), WHOLE, below("train_loss", 0.02)),
                "train_loss",
                "2/λmax = {rate_limit}: just below it, the loss comes down to {train_loss}.",
                "2/λmax = {rate_limit}, and the loss is {train_loss}.",
            ),
            Variant(
                "linear",
                "Another scaling: linear",
                "A smaller spread curves less, so the same rate is no longer too large.",
                {"scaling": "linear"},
                (below("rate_over_limit", 1), WHOLE, below("train_loss", 0.02)),
                "rate_limit",
                "The limit is {rate_limit} now. The rate stayed at {learning_rate}, and the loss is {train_loss}.",
                "The limit is {rate_limit}, the loss {train_loss}.",
            ),
        ),
        questions=(
            Question(
                "percent",
                "Find two rates less than two percent apart, of which one comes down and the other explodes.",
                (
                    chosen("dataset", "house_prices"),
                    WHOLE,
                    at_least("step", 300),
                    Condition("equal", 1, "exploded", run="other"),
                    Condition("at_least", None, "learning_rate", of="other", times=0.98),
                    Condition("below", None, "learning_rate", of="other"),
                ),
            ),
            Question(
                "wide",
                "Which scaling allows the largest rate? Learn at 1.5 or more.",
                (
                    chosen("dataset", "house_prices"),
                    at_least("learning_rate", 1.5),
                    at_least("step", 100),
                    WHOLE,
                    below("train_loss", 0.02),
                ),
            ),
        ),
        measures=("rate_over_limit", "kappa", "train_loss"),
    )


def overflow() -> Experiment:
    return Experiment(
        id="overflow",
        number="5c",
        title="Where numbers end",
        claim="On raw columns an ordinary learning rate is a thousand times too large. When the numbers end can be "
        "told beforehand, to the step.",
        watch="The exponent of the loss: seven more digits in every step, until float64 has no more.",
        instrument="loss",
        config={
            "dataset": "house_prices",
            "features": columns("house_prices"),
            "hidden": [],
            "initializer": "zeros",
            "learning_rate": 0.1,
            "batch_size": 300,
        },
        steps=60,
        evaluate_every=1,
        conditions=(at_most("prediction_error", 2),),
        headline="stopped_at",
        words="The error is multiplied by {error_growth} in each step. Predicted end: step {predicted_stop}; the loss "
        "was no number in step {stopped_at}.",
        otherwise="Predicted was step {predicted_stop}; the run stands at {step}, with a loss of {train_loss}.",
        cures=(
            Variant(
                "standard",
                "z-score",
                "The columns curve alike; 0.1 is an ordinary rate again.",
                {"scaling": "standard"},
                (WHOLE, below("train_loss", 0.1)),
                "train_loss",
                "Same rate: the loss is {train_loss} after {step} steps.",
                "The loss is {train_loss}.",
            ),
            Variant(
                "linear",
                "Smallest to −1, largest to 1",
                "There are no outliers in these two columns, so this is enough.",
                {"scaling": "linear"},
                (WHOLE, below("train_loss", 0.1)),
                "train_loss",
                "Same rate: the loss is {train_loss} after {step} steps.",
                "The loss is {train_loss}.",
            ),
            Variant(
                "rate",
                "A rate below the limit: 0.00005",
                "Then the numbers do not end. But the flat direction has hardly been walked.",
                {"learning_rate": 0.00005},
                (WHOLE, above("train_loss", 0.1)),
                "train_loss",
                "No overflow, and no lesson: the loss is {train_loss} after {step} steps, κ = {kappa}.",
                "The loss is {train_loss}.",
                helps="partly",
            ),
            Variant(
                "clip",
                "Clip the gradient at 1",
                "The step is short, and still far too long for a size that multiplies 300 m².",
                {"clip_norm": 1.0},
                (WHOLE, above("train_loss", 0.1)),
                "train_loss",
                "No overflow, but it only jumps from side to side: the loss is {train_loss}.",
                "The loss is {train_loss}.",
                helps="partly",
            ),
        ),
        questions=(
            Question(
                "double",
                "Make the end come sooner: reach it before step 35.",
                (chosen("dataset", "house_prices"), below("stopped_at", 35)),
            ),
            Question(
                "adam",
                "Keep the raw columns and the rate of 0.1. Which optimizer does not overflow?",
                (
                    chosen("dataset", "house_prices"),
                    chosen("scaling", "none"),
                    chosen("learning_rate", 0.1),
                    not_chosen("optimizer", "sgd"),
                    at_least("step", 60),
                    WHOLE,
                    below("train_loss", 0.3),
                ),
            ),
        ),
        measures=("rate_limit", "rate_over_limit", "kappa", "train_loss"),
    )


def missing() -> Experiment:
    healthy = {
        "hidden": layers(8, "relu", 2),
        "initializer": "he_normal",
        "learning_rate": 0.1,
        "batch_size": 16,
        "test_fraction": 0.0,
    }
    return Experiment(
        id="missing",
        number="5d",
        title="One empty cell",
        claim="One missing cell in a table of 400 is enough: the first batch that holds it turns every weight of the "
        "network into no number.",
        watch="One backward pass: the front runs from the loss to the first layer and leaves nothing behind it.",
        instrument="tape",
        config={"dataset": _table(MISSING_ROW, {0: None}), "features": ["x1", "x2"], **healthy},
        steps=400,
        evaluate_every=1,
        conditions=(equals("nan_share", 1), at_most("stopped_at", 13)),
        headline="nan_share",
        words="The batch of step {stopped_at} held the empty cell. After it {nan_share} of the parameters are no "
        "number.",
        otherwise="{nan_share} of the parameters are no number after {step} steps.",
        cures=(
            Variant(
                "drop",
                "Leave the row out",
                "One sample of 200 is soon forgone.",
                {"dataset": _without(MISSING_ROW)},
                (equals("nan_share", 0), below("train_loss", 0.4)),
                "train_loss",
                "199 samples, and the loss is {train_loss}.",
                "The loss is {train_loss}.",
            ),
            Variant(
                "fill",
                "Fill the cell with the column's mean",
                "Not the truth, but a number.",
                {"dataset": _table(MISSING_ROW, {0: 0.0})},
                (equals("nan_share", 0), below("train_loss", 0.4)),
                "train_loss",
                "All 200 samples, and the loss is {train_loss}.",
                "The loss is {train_loss}.",
            ),
            Variant(
                "standard",
                "Scaling",
                "The mean and the spread are taken from the cells that are there; the empty one stays empty.",
                {"scaling": "standard"},
                (equals("nan_share", 1),),
                "nan_share",
                "It does not help: {nan_share} of the parameters are no number.",
                "{nan_share} of the parameters are no number.",
                helps="no",
            ),
            Variant(
                "clip",
                "Clip the gradient at 1",
                "The norm of what is no number is no number.",
                {"clip_norm": 1.0},
                (equals("nan_share", 1),),
                "nan_share",
                "It does not help: {nan_share} of the parameters are no number.",
                "{nan_share} of the parameters are no number.",
                helps="no",
            ),
        ),
        questions=(
            Question(
                "survivors",
                "Can anything survive the empty cell? Find a run that has met it and still has whole parameters.",
                (above("nan_share", 0), below("nan_share", 1)),
            ),
            Question(
                "late",
                "Put off the end: make the run hold for at least 25 steps without changing the table.",
                (equals("nan_share", 0), at_least("step", 25), chosen("test_fraction", 0.0), above("learning_rate", 0)),
            ),
        ),
        measures=("train_loss",),
    )


def outlier() -> Experiment:
    return Experiment(
        id="outlier",
        number="5e",
        title="One point far away",
        claim="A scaling that trusts the smallest and the largest value is at the mercy of a single one: all other "
        "points end up on a dot.",
        watch="The plane, edge to edge: 199 points in one corner, and one in the other.",
        instrument="scaling",
        config={
            "dataset": _table(OUTLIER_ROW, {0: 1000.0, 1: 1000.0}),
            "features": ["x1", "x2"],
            "test_fraction": 0.0,
            "scaling": "linear",
            "hidden": layers(8, "tanh", 1),
            "initializer": "glorot_normal",
            "learning_rate": 0.3,
            "batch_size": 200,
        },
        steps=1000,
        evaluate_every=20,
        conditions=(above("lowest_tenth", 0.95), below("train_accuracy", 0.6)),
        headline="lowest_tenth",
        words="{lowest_tenth} of the points share a tenth of the axis. After {step} steps the accuracy is "
        "{train_accuracy}: a coin.",
        otherwise="{lowest_tenth} of the points share a tenth of the axis; the accuracy is {train_accuracy}.",
        cures=(
            Variant(
                "clip",
                "Cut off below 1 % and above 95 %",
                "The far point becomes an ordinary one at the edge.",
                {"scaling": "clip"},
                (below("lowest_tenth", 0.5), above("train_accuracy", 0.8)),
                "train_accuracy",
                "Accuracy {train_accuracy}.",
                "Accuracy {train_accuracy}.",
            ),
            Variant(
                "log",
                "Logarithm, then z-score",
                "A thousand is not so far from two, counted in factors.",
                {"scaling": "log"},
                (above("train_accuracy", 0.8),),
                "train_accuracy",
                "Accuracy {train_accuracy}.",
                "Accuracy {train_accuracy}.",
            ),
            Variant(
                "none",
                "No scaling at all",
                "The other 199 points were fine as they were, and a tanh shrugs at a thousand.",
                {"scaling": "none"},
                (above("train_accuracy", 0.8),),
                "train_accuracy",
                "Accuracy {train_accuracy}: here the medicine was the illness.",
                "Accuracy {train_accuracy}.",
            ),
            Variant(
                "standard",
                "z-score",
                "The far point stretches the spread too, only less.",
                {"scaling": "standard"},
                (above("train_loss", 0.4), at_most("train_accuracy", 0.9)),
                "train_accuracy",
                "Half a cure: accuracy {train_accuracy}, loss {train_loss}.",
                "Accuracy {train_accuracy}, loss {train_loss}.",
                helps="partly",
            ),
        ),
        questions=(
            Question(
                "patience",
                "Keep the linear scaling. Does a larger rate or more steps get it above 75 %?",
                (chosen("scaling", "linear"), above("lowest_tenth", 0.95), above("train_accuracy", 0.75)),
            ),
            Question(
                "best",
                "Get the loss below 0.1, outlier included.",
                (above("lowest_tenth", 0), below("train_loss", 0.1)),
            ),
        ),
        measures=("kappa", "train_loss"),
    )


def _noisy(rate: float, **more: Any) -> dict[str, Any]:
    return {
        "dataset": "moons",
        "samples": 600,
        "test_fraction": 0.9,
        "noise": 0.3,
        "label_noise": 0.1,
        "hidden": layers(16, "relu", 2),
        "initializer": "he_normal",
        "optimizer": "adam",
        "learning_rate": 0.01,
        "batch_size": 100,
        "dropout": rate,
        **more,
    }


def _dose(rate: float, title: str, why: str, gap: float) -> Variant:
    return Variant(
        f"rate_{round(rate * 100)}",
        title,
        why,
        {"dropout": rate},
        (less_than_before("test_loss"), less_than_before("gap", gap)),
        "gap",
        "Train {train_loss}, test {test_loss}: a gap of {gap}, where it is {before.gap} without dropout.",
        "Train {train_loss}, test {test_loss}: a gap of {gap}, where it is {before.gap} without dropout.",
    )


def dropout() -> Experiment:
    return Experiment(
        id="dropout",
        number="6a",
        title="Learned by heart",
        claim="A network too large for sixty noisy samples learns them by heart, mistakes included. Leaving units out "
        "by lot, another sub-network in every step, narrows the gap between training and test; the more, the stronger.",
        watch="The two losses: the training loss goes to zero, the test loss turns and climbs. With dropout, the "
        "struck units: each step draws another lot.",
        instrument="loss",
        config=_noisy(0.0),
        steps=1500,
        evaluate_every=25,
        conditions=(above("gap", 0.5), below("train_loss", 0.1)),
        headline="gap",
        words="The training loss is {train_loss}, the test loss {test_loss}. It knows its sixty samples by heart.",
        otherwise="The training loss is {train_loss}, the test loss {test_loss}: a gap of {gap}.",
        cures=(
            _dose(0.2, "Drop a fifth", "A light dose.", 0.9),
            _dose(0.5, "Drop half", "The usual dose.", 0.8),
            _dose(0.8, "Drop four fifths", "A strong dose: three units of sixteen are left.", 0.5),
            Variant(
                "rate_100",
                "Drop everything",
                "At 1.0 no unit takes part, and only the output's bias learns.",
                {"dropout": 1.0},
                (equals("all_but_bias_moved", 0), at_most("above_base_rate", 1e-6)),
                "all_but_bias_moved",
                "No weight and no hidden bias moved: exactly {all_but_bias_moved}. The loss is {train_loss}, that of "
                "the best constant answer, {base_rate}.",
                "The loss is {train_loss}; the best constant answer has {base_rate}.",
                helps="no",
            ),
        ),
        beside=(
            Variant(
                "per_sample",
                "Half, with a lot for every sample",
                "The usual implementation. A lot for every step can be drawn on the screen; is it worse?",
                {"dropout": 0.5, "dropout_mask": "per_sample"},
                (less_than_before("test_loss"), less_than_before("gap", 0.8)),
                "gap",
                "The same picture: train {train_loss}, test {test_loss}, a gap of {gap}.",
                "Train {train_loss}, test {test_loss}: a gap of {gap}.",
                helps="",
            ),
        ),
        questions=(
            Question(
                "smaller",
                "Close the gap without dropout: get it below 0.5 with a test loss below 0.6.",
                (
                    equals("dropout", 0),
                    at_least("step", 500),
                    chosen("dataset", "moons"),
                    chosen("label_noise", 0.1),
                    below("gap", 0.5),
                    below("test_loss", 0.6),
                ),
            ),
            Question(
                "honest",
                "How good can it honestly get? Reach 83 % on the test with sixty noisy samples.",
                (
                    chosen("dataset", "moons"),
                    chosen("noise", 0.3),
                    chosen("label_noise", 0.1),
                    chosen("test_fraction", 0.9),
                    at_least("test_accuracy", 0.83),
                ),
            ),
        ),
        measures=("test_loss", "train_accuracy", "test_accuracy"),
    )


def ensemble() -> Experiment:
    return Experiment(
        id="ensemble",
        number="6b",
        title="A thousand networks in one",
        claim="With dropout one network is many that share their weights. In use nothing is dropped: with one hidden "
        "layer that is exactly the geometric mean of all the sub-networks.",
        watch="Many members, each with units struck out, disagree; their average is smooth, and beside it stands the "
        "network as it is used. The average comes closer with one over the root of the members.",
        instrument="ensemble",
        config={
            "dataset": "moons",
            "samples": 800,
            "test_fraction": 0.9,
            "noise": 0.3,
            "hidden": layers(10, "relu", 1),
            "initializer": "he_normal",
            "learning_rate": 0.3,
            "batch_size": 100,
            "dropout": 0.5,
        },
        steps=1500,
        evaluate_every=50,
        conditions=(
            at_most("geometric_difference", 1e-12),
            above("average_gain", 0),
            at_most("ensemble_slope", -0.4),
            at_least("ensemble_slope", -0.6),
        ),
        headline="geometric_difference",
        words="{subnetworks} sub-networks. One alone has a test loss of {member_loss}, their average {average_loss}. "
        "The network in use ({used_loss}) differs from their geometric mean by {geometric_difference}: rounding. The "
        "average of K members comes closer as K to the power of {ensemble_slope}.",
        otherwise="One sub-network has a test loss of {member_loss}, the average {average_loss}, the network in use "
        "{used_loss}.",
        beside=(
            Variant(
                "deep",
                "Two hidden layers: four thousand million members",
                "They cannot all be asked, and the network in use is no longer exactly their mean.",
                _noisy(0.5),
                (above("average_gain", 0), below("sixteen_gain", 0)),
                "average_gain",
                "{subnetworks} sub-networks. A single one: {member_loss}; a thousand, averaged: {average_loss}; the "
                "network in use: {used_loss}.",
                "A single one: {member_loss}; a thousand, averaged: {average_loss}.",
                helps="",
            ),
        ),
        questions=(
            Question(
                "linear",
                "When do the members agree? Find a rate above 0 at which averaging gains less than 0.02.",
                (above("dropout", 0), below("dropout", 1), at_least("step", 200), below("average_gain", 0.02)),
            ),
            Question(
                "worse",
                "Can the network in use be better than the average of its members? Find such a run.",
                (at_least("step", 100), Condition("above", 0, "used_gain")),
            ),
        ),
        measures=("member_loss", "average_loss", "used_loss", "subnetworks", "average_gain"),
    )


def paths() -> Experiment:
    return Experiment(
        id="paths",
        number="7",
        title="Count the paths",
        claim="Every weight's gradient is a sum over all paths from it to the loss. Their number multiplies with each "
        "layer; with every result recorded, the work only adds.",
        watch="The counter: path by path against the tape, and the time that the sum really takes here.",
        instrument="pathsum",
        config={"dataset": "moons", "hidden": layers(8, "sigmoid", 3), "learning_rate": 0.3, "batch_size": 16},
        steps=1,
        evaluate_every=0,
        conditions=(at_most("path_difference", 1e-12), above("multiplication_ratio", 10)),
        headline="multiplication_ratio",
        words="{paths} paths. Path by path, all gradients of one sample took {path_multiplications} multiplications "
        "and {path_seconds}; with the tape {tape_multiplications}. They agree to {path_difference}.",
        otherwise="{paths} paths, {path_multiplications} multiplications path by path and {tape_multiplications} with "
        "the tape.",
        cures=(
            Variant(
                "shallow",
                "Two layers fewer",
                "With one hidden layer there is nothing to share: a path is an edge and an edge.",
                {"hidden": layers(8, "sigmoid", 1)},
                (at_most("path_difference", 1e-12), below("multiplication_ratio", 2)),
                "multiplication_ratio",
                "{paths} paths: {path_multiplications} multiplications, with the tape {tape_multiplications}.",
                "{paths} paths: {path_multiplications} multiplications.",
            ),
        ),
        beside=(
            Variant(
                "five",
                "Five layers of 8",
                "Two layers more: 64 times the paths.",
                {"hidden": layers(8, "sigmoid", 5)},
                (at_most("path_difference", 1e-12), above("multiplication_ratio", 1000)),
                "multiplication_ratio",
                "{paths} paths, {path_multiplications} multiplications, {path_seconds}. With the tape: "
                "{tape_multiplications}.",
                "{paths} paths, {path_multiplications} multiplications.",
                helps="",
            ),
            Variant(
                "ten",
                "Ten layers of 8",
                "Nobody will wait for this.",
                {"hidden": layers(8, "sigmoid", 10)},
                (above("multiplication_ratio", 1e7),),
                "multiplication_ratio",
                "{paths} paths, {path_multiplications} multiplications. With the tape: {tape_multiplications}.",
                "{paths} paths.",
                helps="",
            ),
        ),
        questions=(
            Question(
                "wide",
                "Same number of hidden units, fewer paths: find a network with 24 hidden units and fewer than 500 "
                "paths.",
                (equals("hidden_units", 24), below("paths", 500)),
            ),
            Question(
                "million",
                "With how few hidden units do you get more than a million paths? Stay below 50.",
                (above("paths", 1e6), below("hidden_units", 50)),
            ),
        ),
        measures=("paths", "path_multiplications", "tape_multiplications", "path_seconds"),
    )


def symmetry() -> Experiment:
    return Experiment(
        id="symmetry",
        number="8",
        title="Twins stay twins",
        claim="Units that start alike are told the same and do the same, for ever. So weights start at random.",
        watch="The tiles of a layer: eight pictures, all the same, however long it trains.",
        instrument="units",
        config={
            "dataset": "moons",
            "hidden": layers(8, "tanh", 2),
            "initializer": "constant",
            "initializer_scale": 0.5,
            "learning_rate": 0.3,
            "batch_size": 300,
        },
        steps=500,
        evaluate_every=10,
        conditions=(equals("unit_spread", 0), above("train_loss", 0.1)),
        headline="unit_spread",
        words="After {step} steps the largest difference between two units of a layer is exactly {unit_spread}: eight "
        "units do the work of one. The loss is stuck at {train_loss}.",
        otherwise="The largest difference between two units of a layer is {unit_spread}; the loss is {train_loss}.",
        cures=(
            Variant(
                "random",
                "Start at random",
                "Different from the first step on.",
                {"initializer": "glorot_normal", "initializer_scale": 1.0},
                (above("unit_spread", 0.5), below("train_loss", 0.35)),
                "train_loss",
                "They differ by up to {unit_spread}, and the loss is {train_loss}.",
                "They differ by up to {unit_spread}; the loss is {train_loss}, still on its way.",
            ),
            Variant(
                "zeros",
                "All zeros",
                "Alike again, and worse: what is multiplied by zero hears nothing either.",
                {"initializer": "zeros", "initializer_scale": 1.0},
                (equals("unit_spread", 0), equals("first_weights_moved", 0), above("train_loss", 0.69)),
                "train_loss",
                "It does not help: W1 moved by exactly {first_weights_moved}, and the loss stays at {train_loss}.",
                "The loss is {train_loss}.",
                helps="no",
            ),
            Variant(
                "dropout",
                "Dropout breaks the tie",
                "Each step leaves other units out, so no two of them have the same story.",
                {"dropout": 0.2},
                (above("unit_spread", 0.01), above("train_loss", 0.1)),
                "unit_spread",
                "They differ by {unit_spread} now. In {step} steps that is not yet worth much: the loss is "
                "{train_loss}.",
                "They differ by {unit_spread}; the loss is {train_loss}.",
                helps="partly",
            ),
        ),
        questions=(
            Question(
                "batch",
                "Do smaller batches, and with them a different path, make the twins differ? Train at least 100 steps.",
                (
                    chosen("initializer", "constant"),
                    chosen("dropout", 0.0),
                    at_least("hidden_layers", 1),
                    at_least("step", 100),
                    at_most("unit_spread", 1e-9),
                    Condition("below", 100, field="batch_size"),
                ),
            ),
            Question(
                "tiny",
                "How little randomness is enough? Learn to a loss below 0.1 from weights a tenth of the usual size.",
                (
                    not_chosen("initializer", "constant"),
                    not_chosen("initializer", "zeros"),
                    Condition("at_most", 0.1, field="initializer_scale"),
                    below("train_loss", 0.1),
                ),
            ),
        ),
        measures=("first_weights_moved", "train_accuracy"),
    )


@cache
def experiments() -> dict[str, Experiment]:
    """All of them by id, in the order of the page."""
    made = (
        differentiable(),
        vanishing(),
        exploding(),
        exploding_rate(),
        dying(),
        scaling(),
        limit(),
        overflow(),
        missing(),
        outlier(),
        dropout(),
        ensemble(),
        paths(),
        symmetry(),
    )
    return {item.id: item for item in made}
