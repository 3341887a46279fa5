"""The five previews of experiments: a thumbnail of what was measured, and a link."""

from dataclasses import dataclass
from math import log10
from typing import Any

from ..runs.experiments import experiments
from .number_format import SUPERSCRIPTS, format_number, group_thousands
from .previews import CURVE_STEPS, measurements
from .svg import circle, line, path, picture, rect, tag, text

WIDTH, HEIGHT = 244, 100


@dataclass(frozen=True)
class Preview:
    """A way in which a factor can go wrong, what was measured of it, and the lesson behind it."""

    id: str
    factor: str
    title: str
    picture: str
    words: str
    link: str
    query: str


def previews() -> tuple[Preview, ...]:
    found = measurements()
    return (
        _preview("vanishing", "factors below 1", _vanishing(found["vanishing"]), vanishing_words(found["vanishing"])),
        _preview("exploding", "factors above 1", _exploding(found["exploding"]), exploding_words(found["exploding"])),
        _preview("dying", "a factor of exactly 0", _dying(found["dying"]), dying_words(found["dying"])),
        _preview("overflow", "factors beyond float64", _overflow(found["overflow"]), overflow_words(found["overflow"])),
        _preview("dropout", "factors set to 0 at random", _dropout(found["dropout"]), dropout_words(found["dropout"])),
    )


def _preview(lesson: str, factor: str, drawing: str, words: str) -> Preview:
    experiment = experiments()[lesson]
    title = experiment.title.removesuffix(": the weights")  # the other kind of explosion has no door
    link = f"Open lesson {experiment.number}"
    return Preview(lesson, factor, title, drawing, words, link, f"?lesson={lesson}&from=story")


# What is said of each, in the numbers of its own run.


def vanishing_words(found: dict[str, Any]) -> str:
    run, cure = found["run"], found["cure"]
    return (
        f"Each of five sigmoid layers leaves about 1/{format_number(run['per_layer'], 2)} of the gradient: layer 1 gets"
        f" {_whole(run['ratio'])} times less than the output. With ReLU: {_whole(cure['ratio'])} times."
    )


def exploding_words(found: dict[str, Any]) -> str:
    run, cure = found["run"], found["cure"]
    first, second = run["curve"][:2]
    return (
        f"Initial weights twice too large: the loss is {format_number(first)} at step 1 and {_power(second)} at step 2."
        f" With the gradient clipped at 1 it falls to {format_number(cure['loss'], 2)}."
    )


def dying_words(found: dict[str, Any]) -> str:
    run, cure, units = found["run"], found["cure"], sum(map(len, found["run"]["dead"]))
    return (
        f"{run['count']} of {units} ReLUs are dead at η = {format_number(run['rate'])};"
        f" {cure['count'] or 'none'} at {format_number(cure['rate'])}. The weights of a dead unit receive no gradient,"
        " so lower the rate from the start."
    )


def overflow_words(found: dict[str, Any]) -> str:
    run, cure = found["run"], found["cure"]
    return (
        f"Columns left in square metres and rooms: each step multiplies the error by {_whole(run['growth'])}, and the"
        f" loss overflows in step {_whole(run['stopped_at'])}. Scaled to z-scores, it falls to"
        f" {format_number(cure['loss'], 2)}."
    )


def dropout_words(found: dict[str, Any]) -> str:
    """A lower loss is not a better accuracy: which of the two is so is read off the numbers."""
    run, cure = found["run"], found["cure"]
    before, after = (round(100 * each["test_accuracy"]) for each in (run, cure))
    if cure["test_loss"] >= run["test_loss"]:
        verdict = "It did not help here."
    elif after > before:
        verdict = "Right more often, and less overconfident."
    else:
        verdict = "Not right more often, but less overconfident."
    return (
        f"Half of the units dropped in each step: the test loss is {format_number(cure['test_loss'], 3)} instead of"
        f" {format_number(run['test_loss'], 3)}, the accuracy on new points {after} % instead of {before} %. {verdict}"
    )


def _whole(value: float) -> str:
    return group_thousands(round(value))


def _power(value: float) -> str:
    return f"10{str(round(log10(value))).translate(SUPERSCRIPTS)}"


# The drawings.


def _vanishing(found: dict[str, Any]) -> str:
    low = log10(min(found["run"]["sizes"]))
    pitch = 212 / (len(found["run"]["sizes"]) - 1)

    def points(values: list[float]) -> list[tuple[float, float]]:
        return [(20 + i * pitch, 8 + (log10(v) + 2) / (low + 2) * 70) for i, v in enumerate(values)]

    parts = [path("M12 3V84H236", "axis")]
    for name, kind in (("cure", "calm"), ("run", "sick")):
        parts.append(path(line(points(found[name]["sizes"])), kind))
        parts += [circle(x, y, 2.6, kind) for x, y in points(found[name]["sizes"])]
    parts += [text(20, 97, "layer 1", "tiny"), text(232, 97, "output", "tiny", "end")]
    parts += [text(52, 20, "ReLU", "tiny ink"), text(112, 72, "sigmoid", "tiny warning")]
    return picture(WIDTH, HEIGHT, "rms(∂L/∂z), layer by layer", *parts, kind="thumbnail")


def _exploding(found: dict[str, Any]) -> str:
    sick, clipped = found["run"]["curve"][:40], found["cure"]["curve"][:40]
    top = log10(max(sick))

    def points(values: list[float]) -> list[tuple[float, float]]:
        return [(20 + i * 212 / 39, 80 - (log10(v) + 2) / (top + 2) * 72) for i, v in enumerate(values)]

    return picture(
        WIDTH,
        HEIGHT,
        "The loss, step by step",
        path("M12 3V84H236", "axis"),
        path(line(points(clipped)), "calm"),
        path(line(points(sick)), "sick"),
        text(44, 34, f"step 2: {_power(sick[1])}", "tiny warning"),
        text(128, 64, "clipped at 1", "tiny ink"),
        text(20, 97, "step 1", "tiny"),
        text(232, 97, f"step {len(clipped)}", "tiny", "end"),
        kind="thumbnail",
    )


def _dying(found: dict[str, Any]) -> str:
    parts = []
    for k, layer in enumerate(found["run"]["dead"]):
        parts.append(text(20, 29 + k * 36, str(k + 1), "tiny", "end"))
        for i, dead in enumerate(layer):
            x, y = 30 + i * 26, 14 + k * 36
            mark = circle(10.5, 10.5, 4, "dead-ring") if dead else path("M3 14h7l7-9", "bend")
            tile = rect(0, 0, 21, 21, "dead" if dead else "alive", 4)
            parts.append(tag("g", tile, mark, transform=f"translate({x} {y})"))
    parts.append(text(30, 97, f"two layers of eight after {found['steps']} steps", "tiny"))
    return picture(WIDTH, HEIGHT, f"{found['run']['count']} of 16 units are dead", *parts, kind="thumbnail")


def _overflow(found: dict[str, Any]) -> str:
    raw, scaled, most = found["run"]["curve"], found["cure"]["curve"], 308.25

    def points(values: list[float]) -> list[tuple[float, float]]:
        return [(44 + i * 188 / (CURVE_STEPS - 1), 80 - log10(v) / most * 70) for i, v in enumerate(values)]

    return picture(
        WIDTH,
        HEIGHT,
        "The loss, step by step",
        path("M36 3V84H236", "axis"),
        path("M36 10H236", "axis"),
        text(32, 14, f"10{'308'.translate(SUPERSCRIPTS)}", "tiny", "end"),
        text(32, 84, "1", "tiny", "end"),
        path(line(points(scaled)), "calm"),
        path(line(points(raw)), "sick"),
        text(100, 36, "raw", "tiny warning", "end"),
        text(232, 72, "z-scores", "tiny ink", "end"),
        text(44, 97, "step 1", "tiny"),
        text(232, 97, f"step {len(scaled)}", "tiny", "end"),
        kind="thumbnail",
    )


def _dropout(found: dict[str, Any]) -> str:
    runs = (found["run"], "no dropout"), (found["cure"], "dropout ½")
    largest = max(each[f"{split}_loss"] for each, _ in runs for split in ("train", "test"))
    parts = []
    for k, (each, label) in enumerate(runs):
        parts.append(text(0, 24 + 40 * k, label, "tiny ink"))
        for j, (split, size) in enumerate((("train", 5), ("test", 9))):
            value, y = each[f"{split}_loss"], 12 + 40 * k + 14 * j
            width = max(1.0, value / largest * 140)
            parts.append(rect(64, y - size / 2, width, size, f"bar-{split}"))
            parts.append(text(70 + width, y + 4, format_number(value, 2), "tiny ink"))
    parts.append(text(0, 97, "loss: thin in training, thick on new points", "tiny"))
    return picture(WIDTH, HEIGHT, "Losses without and with dropout", *parts, kind="thumbnail")
