"""The five previews of experiments: a thumbnail of what was measured, and a link."""

from dataclasses import dataclass
from math import log10
from typing import Any

from .number_format import SUPERSCRIPTS, format_number, group_thousands
from .previews import measurements
from .svg import circle, line, path, picture, rect, tag, text

WIDTH, HEIGHT = 244, 100


@dataclass(frozen=True)
class Preview:
    """A way in which a factor can go wrong, what was measured of it, and the experiment behind it."""

    id: str
    factor: str
    title: str
    picture: str
    words: str
    link: str
    query: str


def previews() -> tuple[Preview, ...]:
    found = measurements()
    vanish, explode, die, scale, drop = (found[name] for name in ("vanish", "explode", "die", "scale", "dropout"))
    second = _power(explode["sick"][1])
    return (
        Preview(
            "vanish",
            "factors below 1",
            "It vanishes",
            _vanish(vanish),
            f"After eight sigmoid layers the error is {group_thousands(int(round(vanish['ratio'], -3)))} times"
            f" smaller. With ReLU: {format_number(vanish['relu_ratio'], 2)} times.",
            "Vanishing gradients",
            "?experiment=vanishing&from=story",
        ),
        Preview(
            "explode",
            "factors above 1",
            "It explodes",
            _explode(explode),
            f"Weights twice as large: loss {format_number(explode['sick'][0], 4)} at step 1, {second} at step 2."
            f" Clipped at 1 it comes down to {format_number(explode['clipped'][39], 2)}.",
            "Exploding gradients",
            "?experiment=exploding&from=story",
        ),
        Preview(
            "die",
            "a factor of exactly 0",
            "It dies",
            _die(die),
            f"{die['hot']['count']} of 16 units are dead at η = 3, {die['calm']['count'] or 'none'} at 0.3."
            " Lower the rate before; afterwards is too late.",
            "Dying ReLUs",
            "?experiment=dying&from=story",
        ),
        Preview(
            "scale",
            "a factor that is no number",
            "Scales, and where numbers end",
            _scale(scale),
            f"Before a logarithm, {format_number(100 * scale['raw_share'], 2)} % of this column lies in the lowest"
            f" tenth, after it {format_number(100 * scale['log_share'], 2)} %. Behind the door, raw inputs overflow"
            f" at step {scale['overflow']}; scaled, the loss is {format_number(scale['scaled_loss'], 2)}.",
            "Scaling, and the NaN trap",
            "?experiment=overflow&from=story",
        ),
        Preview(
            "dropout",
            "factors left out by lot",
            "Dropout, and many networks in one",
            _dropout(drop),
            "Leaving units out makes the training worse and the answers on new points better: a test loss of"
            f" {format_number(drop['none']['test'], 3)} becomes {format_number(drop['half']['test'], 3)}.",
            "Dropout as an ensemble",
            "?experiment=dropout&from=story",
        ),
    )


def _power(value: float) -> str:
    return f"10{str(round(log10(value))).translate(SUPERSCRIPTS)}"


def _vanish(found: dict[str, Any]) -> str:
    low = log10(min(found["sigmoid"]))

    def points(values: list[float]) -> list[tuple[float, float]]:
        return [(20 + i * 25, 8 + (log10(v) + 2) / (low + 2) * 70) for i, v in enumerate(values)]

    parts = [path("M12 3V84H236", "axis")]
    for name, kind in (("relu", "calm"), ("sigmoid", "sick")):
        parts.append(path(line(points(found[name])), kind))
        parts += [circle(x, y, 2.6, kind) for x, y in points(found[name])]
    parts += [text(20, 97, "layer 1", "tiny"), text(232, 97, "output", "tiny", "end")]
    parts += [text(56, 20, "ReLU", "tiny ink"), text(112, 66, "sigmoid", "tiny warning")]
    return picture(WIDTH, HEIGHT, "The size of the error, layer by layer", *parts, kind="thumbnail")


def _explode(found: dict[str, Any]) -> str:
    top = log10(found["sick"][1])

    def points(values: list[float]) -> list[tuple[float, float]]:
        return [(20 + i * 5, 80 - (log10(v) / top) * 72) for i, v in enumerate(values)]

    return picture(
        WIDTH,
        HEIGHT,
        "The loss, step by step",
        path("M12 3V84H236", "axis"),
        path(line(points(found["clipped"])), "calm"),
        path(line(points(found["sick"])), "sick"),
        text(34, 13, f"step 2: {_power(found['sick'][1])}", "tiny warning"),
        text(128, 70, "clipped at 1", "tiny ink"),
        text(20, 97, "step 1", "tiny"),
        text(232, 97, "step 40", "tiny", "end"),
        kind="thumbnail",
    )


def _die(found: dict[str, Any]) -> str:
    parts = []
    for k, layer in enumerate(found["hot"]["dead"]):
        parts.append(text(20, 29 + k * 36, str(k + 1), "tiny", "end"))
        for i, dead in enumerate(layer):
            x, y = 30 + i * 26, 14 + k * 36
            mark = circle(10.5, 10.5, 4, "dead-ring") if dead else path("M3 14h7l7-9", "bend")
            tile = rect(0, 0, 21, 21, "dead" if dead else "alive", 4)
            parts.append(tag("g", tile, mark, transform=f"translate({x} {y})"))
    parts.append(text(30, 97, "two layers of eight after 400 steps", "tiny"))
    return picture(WIDTH, HEIGHT, f"{found['hot']['count']} of 16 units are dead", *parts, kind="thumbnail")


def _scale(found: dict[str, Any]) -> str:
    parts = [path("M44 22H236M44 66H236", "axis"), text(0, 26, "raw", "tiny ink"), text(0, 70, "log", "tiny ink")]
    for name, y in (("raw", 22), ("log", 66)):
        dots = "".join(f"M{44 + 192 * v:.1f} {y + (i * 7919) % 23 - 11}h0" for i, v in enumerate(found[name][::2]))
        parts.append(path(dots, "dots"))
    parts.append(text(44, 97, "populations, place by place", "tiny"))
    return picture(WIDTH, HEIGHT, "One column before and after a logarithm", *parts, kind="thumbnail")


def _dropout(found: dict[str, Any]) -> str:
    largest = max(found[name][kind] for name in found for kind in found[name])
    parts = []
    for k, (name, label) in enumerate((("none", "_p_ = 0"), ("half", "_p_ = ½"))):
        parts.append(text(0, 24 + 40 * k, label, "tiny ink"))
        for j, (kind, size) in enumerate((("train", 5), ("test", 9))):
            value, y = found[name][kind], 12 + 40 * k + 14 * j
            width = max(1.0, value / largest * 140)
            parts.append(rect(44, y - size / 2, width, size, f"bar-{kind}"))
            parts.append(text(50 + width, y + 4, format_number(value, 2), "tiny ink"))
    parts.append(text(0, 97, "loss: thin in training, thick on new points", "tiny"))
    return picture(WIDTH, HEIGHT, "Losses without and with dropout", *parts, kind="thumbnail")
