"""Experiments 6a and 6b: dropout, and the ensemble in it."""

from typing import Any

from .. import conditions as when
from .model import Experiment, Question, Variant, layers


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
        id=f"rate_{round(rate * 100)}",
        title=title,
        why=why,
        changes={"dropout": rate},
        conditions=(
            when.compared("test_loss", "below", to="before"),
            when.compared("gap", "below", to="before", times=gap),
        ),
        headline="gap",
        words="Train {train_loss}, test {test_loss}: a gap of {gap}, where it is {before.gap} without dropout. {step} "
        "steps trained {masks_drawn} different sub-networks.",
        otherwise="Train {train_loss}, test {test_loss}: a gap of {gap}, where it is {before.gap} without dropout.",
    )


def dropout() -> Experiment:
    return Experiment(
        id="dropout",
        number="6a",
        title="Overfitting and dropout",
        subtitle="Learned by heart",
        topic="regularization",
        claim="A network too large for sixty noisy samples overfits: it learns them by heart, mistakes included. "
        "Dropout leaves units out at random, another sub-network in every step, and narrows the gap between training "
        "and test loss; the higher the rate, the stronger the regularization.",
        watch="The two losses: the training loss goes to zero, the test loss turns and climbs. With dropout, the "
        "units that are crossed out: a new random mask in each step.",
        instrument="loss",
        config=_noisy(0.0),
        scope=(
            when.equals("dropout", 0),
            when.field_is("l1", 0.0),
            when.field_is("l2", 0.0),
            when.at_least("hidden_layers", 2),
            when.field("hidden[*].units", "at_least", 8),
            when.field_is_one_of("hidden[*].activation", "relu", "leaky_relu", "tanh"),
            when.field_is_not("initializer", "zeros"),
            when.field_is_not("initializer", "constant"),
            when.field_is("dataset", "moons"),
            when.at_most("training_samples", 60),
            when.at_least("batch_share", 1),
            when.field_is("optimizer", "adam"),
            when.field("learning_rate", "at_least", 0.003),
            when.field("learning_rate", "at_most", 0.03),
            when.field("noise", "at_least", 0.2),
            when.field("label_noise", "at_least", 0.1),
        ),
        steps=1500,
        evaluate_every=25,
        conditions=(when.above("gap", 0.5), when.below("train_loss", 0.2)),
        headline="gap",
        words="The training loss is {train_loss}, the test loss {test_loss}. It overfits: the gap is {gap}.",
        otherwise="The training loss is {train_loss}, the test loss {test_loss}: a gap of {gap}.",
        cures=(
            _dose(0.2, "Drop a fifth", "A light dose.", 0.9),
            _dose(0.5, "Drop half", "The usual dose.", 0.8),
            _dose(0.8, "Drop four fifths", "A strong dose: of sixteen units, about three are left.", 0.5),
            Variant(
                id="rate_100",
                title="Drop everything",
                why="At 1.0 no unit takes part, and only the output's bias learns.",
                changes={"dropout": 1.0},
                conditions=(when.equals("all_but_bias_moved", 0), when.at_most("above_base_rate", 1e-6)),
                headline="all_but_bias_moved",
                words="No weight and no hidden bias moved: exactly {all_but_bias_moved}. The loss is {train_loss}, "
                "that of the best constant prediction, {base_rate}.",
                otherwise="The loss is {train_loss}; the best constant prediction has {base_rate}.",
                helps="no",
            ),
        ),
        beside=(
            Variant(
                id="per_sample",
                title="Drop half, with a mask for every sample",
                why="The usual implementation. One mask for a whole step can be drawn on the screen; is it worse?",
                changes={"dropout": 0.5, "dropout_mask": "per_sample"},
                conditions=(
                    when.compared("test_loss", "below", to="before"),
                    when.compared("gap", "below", to="before", times=0.9),
                ),
                headline="gap",
                words="Train {train_loss}, test {test_loss}: a gap of {gap}, where it is {before.gap} without dropout.",
                otherwise="Train {train_loss}, test {test_loss}: a gap of {gap}.",
                helps="",
            ),
        ),
        questions=(
            Question(
                "smaller",
                "Close the gap without dropout: get it below 0.5 with a test loss below 0.6.",
                (
                    when.equals("dropout", 0),
                    when.at_least("step", 500),
                    when.field_is("dataset", "moons"),
                    when.field_is("label_noise", 0.1),
                    when.below("gap", 0.5),
                    when.below("test_loss", 0.6),
                ),
                "Without dropout the gap is {gap} here, and the test loss {test_loss}.",
            ),
            Question(
                "honest",
                "How good can it get? Bring the test loss below 0.5 with sixty noisy samples.",
                (
                    when.field_is("dataset", "moons"),
                    when.field_is("noise", 0.3),
                    when.field_is("label_noise", 0.1),
                    when.field_is("test_fraction", 0.9),
                    when.at_most("training_samples", 60),
                    when.below("test_loss", 0.5),
                ),
                "The test loss is {test_loss}; {test_accuracy} of the new points are classified correctly.",
            ),
        ),
        measures=("test_loss", "train_accuracy", "test_accuracy"),
    )


def ensemble() -> Experiment:
    return Experiment(
        id="ensemble",
        number="6b",
        title="Dropout as an ensemble",
        subtitle="A thousand networks in one",
        topic="regularization",
        claim="With dropout one network is many that share their weights. In use nothing is dropped: with one hidden "
        "layer that is exactly the renormalized geometric mean of all the sub-networks, each weighted by its mask's "
        "probability.",
        watch="Many members, each with units struck out, disagree; their average is smooth, and beside it stands the "
        "network as it is used. The gap between an average of K and the average of all shrinks as 1/√K.",
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
        scope=(
            when.equals("hidden_layers", 1),
            when.above("dropout", 0),
            when.below("dropout", 1),
            when.at_most("hidden_units", 12),
            when.equals("squared_error", 0),
            when.below("dead_share", 0.9),
        ),
        steps=1500,
        evaluate_every=50,
        conditions=(
            when.at_most("geometric_difference", 1e-12),
            when.above("average_gain", 0),
            when.at_most("ensemble_slope", -0.4),
            when.at_least("ensemble_slope", -0.6),
        ),
        headline="geometric_difference",
        words="{subnetworks} sub-networks. One alone has a test loss of {member_loss}, their average {average_loss}. "
        "The network in use ({used_loss}) differs from their renormalized geometric mean by "
        "{geometric_difference}: rounding. The gap of an average of K members shrinks as K to the power of "
        "{ensemble_slope}.",
        otherwise="One sub-network has a test loss of {member_loss}, the average {average_loss}, the network in use "
        "{used_loss}.",
        beside=(
            Variant(
                id="deep",
                title="Two hidden layers: 2³² members",
                why="They cannot all be evaluated, and the network in use is no longer exactly their mean.",
                changes=_noisy(0.5),
                conditions=(when.above("average_gain", 0), when.below("sixteen_gain", 0)),
                headline="average_gain",
                words="{subnetworks} sub-networks. A single one: {member_loss}; four thousand, averaged: "
                "{average_loss}; the network in use: {used_loss}.",
                otherwise="A single one: {member_loss}; four thousand, averaged: {average_loss}.",
                helps="",
            ),
        ),
        questions=(
            Question(
                "linear",
                "When do the members agree? Find a rate above 0 at which averaging gains less than 0.02.",
                (
                    when.above("dropout", 0),
                    when.below("dropout", 1),
                    when.at_least("step", 200),
                    when.below("share_of_base_rate", 0.8),
                    when.above("average_gain", 0),
                    when.below("average_gain", 0.02),
                ),
                "At a dropout rate of {dropout}, averaging lowers the test loss by {average_gain} only, from "
                "{member_loss} to {average_loss}.",
            ),
            Question(
                "worse",
                "Can the network in use be better than the average of its members? Find such a run.",
                (when.at_least("step", 100), when.above("used_gain", 0)),
                "Yes: the network in use has a test loss of {used_loss}, the average of its members {average_loss}.",
            ),
        ),
        measures=("member_loss", "average_loss", "used_loss", "subnetworks", "average_gain"),
    )
