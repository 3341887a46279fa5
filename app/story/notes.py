"""The notes below the picture, as drawings: trials, losses, a derivative, counts, a measurement.

Each note is one drawing, a function of the values. The page carries those of the fixed run; when the reader changes
something, the same functions draw them again. Parts that may be pulled carry data-drag with their scale.
"""

from collections.abc import Callable, Mapping
from math import exp, log10
from typing import Any

from .number_format import format_number, group_thousands
from .svg import circle, gradient_hue, line, name_of, path, picture, rect, tag, text, value_hue

Values = Mapping[str, Any]
WIDTH = 660


def note(name: str, values: Values) -> str:
    """The drawing of a chapter's note, "" where it has none."""
    return NOTES[name](values) if name in NOTES else ""


def unit(values: Values) -> str:
    w, x, b = values["W1"][0][0], values["x"][0], values["b1"][0]
    z, a = values["z1"][0], values["a1"][0]
    arrow = "h46m-7 -5l7 5l-7 5"
    return picture(
        WIDTH,
        104,
        f"{format_number(w)} times {format_number(x)} plus {format_number(b)} is {format_number(z)};"
        f" through the sigmoid, {format_number(a)}",
        text(0, 20, "Inside the upper unit", "heading"),
        text(0, 72, f"{format_number(w)} × {format_number(x)} + {format_number(b)}", f"figure {value_hue(w)}"),
        path(f"M176 66{arrow}", "arrow"),
        text(199, 48, "add up", "small", "middle"),
        text(236, 72, f"_z_ = {format_number(z)}", f"figure {value_hue(z)}"),
        path(f"M336 66{arrow}", "arrow"),
        text(359, 48, "activate, _σ_", "small", "middle"),
        text(396, 72, f"_a_ = {format_number(a)}", f"figure {value_hue(a)}"),
        path(f"M506 66{arrow}", "arrow"),
        text(529, 48, "record", "small", "middle"),
        text(566, 72, "cell _a_¹", "figure"),
    )


def _parabola(values: Values, tangent: bool) -> str:
    x0, y0, w, h = 60.0, 176.0, 380.0, 128.0
    guess, target, loss = float(values["a3"][0]), float(values["y"][0]), float(values["L"])
    low, high = -0.1, 1.1  # a sigmoid answers between 0 and 1
    top = max(0.15, 1.1 * loss)

    def across(v: float) -> float:
        return x0 + (v - low) / (high - low) * w

    def up(v: float) -> float:
        return y0 - v / top * h

    guesses = [low + i * (high - low) / 128 for i in range(129)]
    points = [(across(v), up(0.5 * (v - target) ** 2)) for v in guesses if 0.5 * (v - target) ** 2 < 1.06 * top]
    parts = [
        text(0, 16, "The loss for every possible prediction", "heading"),
        path(f"M{x0} {y0}H{x0 + w}", "axis"),
        path(line(points), "loss-curve"),
    ]
    x, y = across(guess), up(loss)
    if tangent:
        slope = values["da3"][0]
        reach = 0.22
        ends = [(across(guess + d), up(loss + d * slope)) for d in (-reach, reach)]
        parts.append(path(line(ends), f"tangent {gradient_hue(slope)}"))
        parts.append(text(470, 84, f"slope {format_number(slope)}", f"figure {gradient_hue(slope)}"))
        raised = "falls" if slope < 0 else "rises" if slope > 0 else "stays"
        parts.append(text(470, 106, "= _ŷ_ − _y_", "small"))
        parts.append(text(470, 124, f"A higher prediction, and the loss {raised}.", "small"))
    else:
        parts.append(path(f"M{x:.1f} {y0}V{y:.1f}", "read"))
        parts.append(text(470, 84, f"_L_ = {format_number(loss)}", "figure"))
        parts.append(text(470, 106, "half the squared difference", "small"))
    parts += [
        circle(x, y, 5.5, "dot"),
        path(f"M{across(target):.1f} {y0 - 5}v10", "axis strong"),
        text(x, y0 + 19, f"_ŷ_ {format_number(guess)}", "value-positive", "end" if guess <= target else "start"),
        text(
            across(target) + (8 if guess <= target else -8),
            y0 + 19,
            f"_y_ {format_number(target)}",
            "",
            "start" if guess <= target else "end",
        ),
        _handle("y", across(0), across(1), 0, 1, x0, y0 - h - 10, w, h + 34),
    ]
    return picture(
        WIDTH, 202, f"The loss over the prediction; at {format_number(guess)} it is {format_number(loss)}", *parts
    )


def loss(values: Values) -> str:
    return _parabola(values, False)


def turn(values: Values) -> str:
    return _parabola(values, True)


def blame(values: Values) -> str:
    """Thirteen bars; each is tied to its number."""
    trials = values["trials"]["all"]
    largest = max(abs(trial["slope"]) for trial in trials) or 1.0
    zero, pitch = 122.0, 47.0
    parts = [
        text(0, 16, "Thirteen trials", "heading"),
        text(
            104,
            16,
            "what _L_ does, per unit, when one number alone is raised by 0.1 and the network run again",
            "small",
        ),
        path(f"M44 {zero}H{WIDTH}", "axis strong"),
        text(0, zero - 8, "_L_ rises", "small"),
        text(0, zero + 18, "_L_ falls", "small"),
    ]
    for i, trial in enumerate(trials):
        slope = trial["slope"]
        x, size = 62 + pitch * i, max(1.5, abs(slope) / largest * 54)
        hue, digits = gradient_hue(slope), 2 if abs(slope) >= 0.001 else 1  # a long number would touch the next
        up = slope > 0
        parts.append(
            tag(
                "g",
                rect(x - pitch / 2 + 2, 28, pitch - 4, 166, "back", 6),
                text(x, 48, name_of(trial["of"]), "", "middle"),
                rect(x - 9, zero - size if up else zero, 18, size, f"fill {hue}", 1.5),
                text(
                    x,
                    zero - size - 6 if up else zero + size + 15,
                    format_number(slope, digits),
                    f"tiny {hue}",
                    "middle",
                ),
                kind="trial",
                data_weight=trial["of"],
            )
        )
    closing = "Thirteen estimates cost thirteen complete runs. The backward pass finds the exact slopes in one."
    return picture(
        WIDTH,
        222,
        "An estimate of the slope of the loss for each of the thirteen numbers",
        *parts,
        text(0, 216, closing, "say"),
    )


def tangent(values: Values) -> str:
    x0, y0, w, h = 60.0, 176.0, 380.0, 128.0
    z, a = values["z3"][0], values["a3"][0]
    steep = a * (1 - a)

    def across(v: float) -> float:
        return x0 + (v + 4) / 8 * w

    def up(v: float) -> float:
        return y0 - v * h

    points = [(across(v), up(1 / (1 + exp(-v)))) for v in (-4 + i / 8 for i in range(65))]
    z = min(4.0, max(-4.0, z))
    reach = 1.7
    return picture(
        WIDTH,
        202,
        f"The sigmoid; at {format_number(values['z3'][0])} its derivative is {format_number(steep)}",
        text(0, 16, "The sigmoid and its derivative at our sum", "heading"),
        path(f"M{x0} {y0}h{w}M{across(0)} {y0}v{-h}", "axis"),
        path(line(points), "curve"),
        path(line([(across(z - reach), up(a - reach * steep)), (across(z + reach), up(a + reach * steep))]), "tangent"),
        circle(across(z), up(a), 5.5, "dot"),
        text(across(z), y0 + 19, f"_z_³ {format_number(values['z3'][0])}", value_hue(values["z3"][0]), "middle"),
        text(470, 62, f"_σ_′ = {format_number(steep)}", "figure"),
        text(470, 84, "= _a_ (1 − _a_), with _a_ from the tape", "small"),
        text(
            470,
            124,
            f"{format_number(values['da3'][0])} × {format_number(steep)}",
            f"figure {gradient_hue(values['da3'][0])}",
        ),
        text(470, 150, f"= {format_number(values['dz3'][0])} = _δ_³", f"figure {gradient_hue(values['dz3'][0])}"),
    )


def hand(values: Values, ref: str = "W3[0][0]") -> str:
    """The hand calculation for one weight or bias."""
    layer, indices = int(ref[1]), [int(i) for i in ref[2:].strip("[]").split("][")]
    weight = ref[0] == "W"
    error = values[f"dz{layer}"][indices[-1]]
    source = ("x[0]" if layer == 1 else f"a{layer - 1}[{indices[0]}]") if weight else ""
    value = (values["x"] if layer == 1 else values[f"a{layer - 1}"])[indices[0]] if weight else 1.0
    product = values[f"d{ref[:2]}"]
    for i in indices:
        product = product[i]
    given = "_x_" if source.startswith("x") else name_of(source) if source else ""
    rows = [
        text(0, 16, f"By hand: the gradient of {name_of(ref)}", "heading"),
        text(0, 60, f"error {name_of(f'dz{layer}[{indices[-1]}]')}", "figure"),
        text(290, 60, format_number(error), f"figure {gradient_hue(error)}", "end"),
        text(308, 60, "arrived from the right", "small"),
        path("M0 108H290", "axis strong"),
        text(0, 138, f"∂_L_/∂{name_of(ref)}", "figure"),
        text(290, 138, format_number(product), f"figure bold {gradient_hue(product)}", "end"),
    ]
    if weight:
        rows.append(text(0, 94, f"input {given}", "figure"))
        rows.append(text(290, 94, f"× {format_number(value)}", f"figure {value_hue(value)}", "end"))
        rows.append(text(308, 94, "read from the tape", "small"))
    else:
        rows.append(text(0, 94, "nothing to multiply", "small"))
    trial = next(trial for trial in values["trials"]["all"] if trial["of"] == ref)
    label = (
        f"Estimated by raising it by 0.1: {format_number(trial['slope'])}, by 0.001: {format_number(trial['fine'])}."
    )
    return picture(
        460,
        176,
        f"{format_number(error)} times {format_number(value)} is {format_number(product)}",
        *rows,
        text(0, 170, label, "small"),
    )


def sum_(values: Values) -> str:
    total = values["da1"][0]
    rows = [text(0, 16, "What comes back to the upper unit", "heading")]
    for j, label in enumerate(("over the level line", "over the slanting line")):
        weight, error = values["W2"][0][j], values["dz2"][j]
        y = 56.0 + 32 * j
        rows.append(text(0, y, f"{format_number(weight)}", f"figure {value_hue(weight)}"))
        rows.append(text(64, y, f"× {format_number(error, 5)}", f"figure {gradient_hue(error)}"))
        plus = "+ " if j and weight * error >= 0 else ""
        rows.append(text(330, y, plus + format_number(weight * error), f"figure {gradient_hue(weight * error)}", "end"))
        rows.append(text(350, y, label, "small"))
    rows += [
        path("M0 104H330", "axis strong"),
        text(0, 134, "∂_L_/∂_a_¹₁", "figure"),
        text(330, 134, format_number(total), f"figure bold {gradient_hue(total)}", "end"),
        text(350, 134, "the sum of both, and nothing else", "small"),
    ]
    return picture(WIDTH, 150, f"Two products add up to {format_number(total)}", *rows)


def paths(values: Values, layers: int = 2, wide: bool = False) -> str:
    """Multiplications against hidden layers, on a logarithmic scale."""
    grow = values["wide"] if wide else values["grow"]
    x0, x1, y0, y1 = 62.0, 452.0, 190.0, 42.0
    top = max(6, len(str(grow[-1]["naive"])))

    def across(k: int) -> float:
        return x0 + (k - 1) * (x1 - x0) / (len(grow) - 1)

    def up(v: int) -> float:
        return y0 - (log10(v) - 0.7) / (top - 0.7) * (y0 - y1)

    title = f"as layers of {'eight' if wide else 'two'} units are added"
    parts = [text(0, 16, "Multiplications for all gradients", "heading"), text(222, 16, title, "small")]
    for e in range(1, top, 2 if top > 7 else 1):
        parts.append(path(f"M{x0} {up(10**e):.1f}H{x1}", "grid"))
        label = group_thousands(10**e) if e < 6 else f"10{str(e).translate(str.maketrans('0123456789', '⁰¹²³⁴⁵⁶⁷⁸⁹'))}"
        parts.append(text(x0 - 8, up(10**e) + 4, label, "tiny", "end"))
    for key, kind in (("naive", "by-path"), ("tape", "with-tape")):
        points = [(across(i + 1), up(entry[key])) for i, entry in enumerate(grow)]
        parts += [path(line(points), kind), circle(*points[layers - 1], 5.5, f"dot {kind}")]
    parts += [
        text(across(k), y0 + 17, str(k), "tiny strong" if k == layers else "tiny", "middle")
        for k in range(1, len(grow) + 1)
    ]
    parts.append(text(x1 + 14, y0 + 17, "hidden layers", "tiny"))
    parts.append(text(x1 - 4, up(grow[-1]["naive"]) - 6, "path by path", "small warning", "end"))
    parts.append(text(x1 - 4, up(grow[-1]["tape"]) + 17, "with the tape", "small", "end"))
    shown = grow[layers - 1]
    many = shown["naive"] >= 10**7
    parts += [
        text(WIDTH, 100, group_thousands(shown["naive"]), "count many warning" if many else "count warning", "end"),
        text(WIDTH, 116, "multiplications, path by path,", "tiny", "end"),
        text(
            WIDTH,
            131,
            f"{group_thousands(shown['naive'] - shown['tape'])} of them done before",
            "tiny warning repeats",
            "end",
        ),
        text(WIDTH, 168, group_thousands(shown["tape"]), "count", "end"),
        text(WIDTH, 184, "with the tape", "tiny", "end"),
    ]
    return picture(WIDTH, 212, f"{shown['naive']} multiplications path by path, {shown['tape']} with the tape", *parts)


def update(values: Values) -> str:
    """The loss after the step, for every learning rate."""
    etas = values["trials"]["etas"]
    last = float(etas[-1]["eta"])
    x0, x1, y0, y1 = 52.0, 400.0, 190.0, 40.0
    measured = [entry["after"] for entry in etas]
    high = float(max(*measured, values["L"])) * 1.08 or 1.0
    low = max(float(min(entry["promised"] for entry in etas)), -1.2 * high)
    low = min(low, 0.0)

    def across(v: float) -> float:
        return x0 + v / last * (x1 - x0)

    def up(v: float) -> float:
        return y0 - (v - low) / (high - low) * (y0 - y1)

    kept = [entry for entry in etas if entry["promised"] >= low - 1e-9]
    eta = values["eta"]
    near = eta < 0.8 * last
    parts = [
        text(0, 16, "Loss after the step", "heading"),
        text(136, 16, f"for every learning rate from 0 to {format_number(last)}", "small"),
        path(f"M{x0} {up(0):.1f}H{x1}", "axis"),
        text(x0 - 8, up(0) + 4, "0", "tiny", "end"),
        path(f"M{x0} {up(values['L']):.1f}H{x1}", "grid"),
        text(x0 - 8, up(values["L"]) + 4, format_number(values["L"], 2), "tiny", "end"),
        path(line([(across(entry["eta"]), up(entry["promised"])) for entry in kept]), "by-path"),
        path(line([(across(entry["eta"]), up(entry["after"])) for entry in etas]), "with-tape"),
        path(f"M{across(eta):.1f} {y0}V{y1}", "read"),
        circle(across(eta), up(values["after"]), 5.5, "dot"),
        text(
            across(eta) + (8 if near else -8),
            y0 - 5,
            f"_η_ = {format_number(eta)}",
            "small ink",
            None if near else "end",
        ),
        text(across(etas[26]["eta"]), up(measured[26]) + 20, "measured", "small ink bold", "start"),
        _promise(across(kept[-1]["eta"]), up(kept[-1]["promised"]), x1),
    ]
    parts += [text(across(last * i / 5), y0 + 17, format_number(last * i / 5, 2), "tiny", "middle") for i in range(6)]
    parts += [
        text(440, 50, "before", "small"),
        text(WIDTH, 50, format_number(values["L"]), "figure", "end"),
        text(440, 84, "promised", "small warning"),
        text(WIDTH, 84, format_number(values["promised"]), "figure warning", "end"),
        path(f"M440 100H{WIDTH}", "axis"),
        text(440, 136, "measured", "small ink bold"),
        text(WIDTH, 138, format_number(values["after"]), "count", "end"),
        text(440, 170, "Hollow: the gradient. Filled: what _η_", "tiny"),
        text(440, 186, "leaves of it, as a change of the weight.", "tiny"),
        _handle("eta", across(0), across(last), 0, last, x0, y1, x1 - x0, y0 - y1 + 20),
    ]
    return picture(
        WIDTH,
        212,
        f"From {format_number(values['L'])} to {format_number(values['after'])};"
        f" promised {format_number(values['promised'])}",
        *parts,
    )


def _promise(x: float, y: float, right: float) -> str:
    """What the straight line is, beside its end: to the right of it where there is room, else above."""
    room = x < right - 150
    label = "promised: _L_ − _η_ |_g_|²"
    return text(x + 10, y - 2, label, "small warning") if room else text(x, y - 9, label, "small warning", "end")


def chain(values: Values) -> str:
    """One path back, factor by factor; the bar is what is left. A factor comes with its record."""
    factors = [
        ("dz3", "_δ_³", values["dz3"][0], gradient_hue(values["dz3"][0])),
        ("da2", "_w_³₁₁", values["W3"][0][0], value_hue(values["W3"][0][0])),
        ("dz2", "_σ_′ at _z_²₁", values["a2"][0] * (1 - values["a2"][0]), "value-positive"),
        ("da1", "_w_²₁₁", values["W2"][0][0], value_hue(values["W2"][0][0])),
        ("dz1", "_σ_′ at _z_¹₁", values["a1"][0] * (1 - values["a1"][0]), "value-positive"),
    ]
    groups, left, start = [], 1.0, abs(values["dz3"][0]) or 1.0
    for i, (after, name, value, hue) in enumerate(factors):
        x, left = 600.0 - 132 * i, left * value
        size = max(1.5, 40 * abs(left) / start)
        parts = [
            text(x, 16, name, "", "middle"),
            text(x, 40, format_number(value), f"figure {hue}", "middle"),
            rect(x - 4, 76 - size / 2, 8, size, f"fill {gradient_hue(left)}"),
            text(x, 116, format_number(left), f"small {gradient_hue(left)}", "middle"),
        ]
        if i:
            parts += [text(x + 66, 36, "×", "", "middle"), path(f"M{x + 116} 76H{x + 18}m7 -5l-7 5l7 5", "arrow")]
        groups.append(tag("g", *parts, kind="chain-link", data_after=after))
    title = f"One path back: of {format_number(values['dz3'][0])} there is {format_number(left)} left"
    return picture(WIDTH, 122, title, *groups, place="xMidYMid")


def _handle(name: str, x0: float, x1: float, low: float, high: float, x: float, y: float, w: float, h: float) -> str:
    """An area in which a value may be pulled from side to side: at x0 it is low, at x1 high."""
    return rect(x, y, w, h, "drag-handle", data_drag=name, data_scale=f"{x0:.1f} {x1:.1f} {low} {high}")


NOTES: dict[str, Callable[[Values], str]] = {
    "unit": unit,
    "loss": loss,
    "blame": blame,
    "turn": turn,
    "tangent": tangent,
    "hand": hand,
    "sum": sum_,
    "paths": paths,
    "update": update,
    "doors": chain,
}
