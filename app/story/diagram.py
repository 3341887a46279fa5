"""The diagram of the small network for print and for pages without scripts: curves in tiles, weights on lines."""

from collections.abc import Mapping
from typing import Any

from .number_format import format_number
from .svg import circle, gradient_hue, line, path, picture, rect, tag, text, value_hue

WIDTH, HEIGHT, TILE = 780, 316, 78
COLUMNS, MIDDLE, RISE = (96.0, 262.0, 420.0, 578.0), 158.0, 74.0
LOSS = 706.0
LOW, HIGH = 0.3, 0.78  # the answers between which all tiles are drawn
OPERATIONS = (
    "x",
    "z1",
    "a1",
    "z2",
    "a2",
    "z3",
    "a3",
    "L",
    "da3",
    "dz3",
    "dW3",
    "da2",
    "dz2",
    "dW2",
    "da1",
    "dz1",
    "dW1",
    "update",
)
LABELS = ("x", "z¹", "a¹", "z²", "a²", "z³", "ŷ", "L", "∂ŷ", "δ³", "∂W³", "∂a²", "δ²", "∂W²", "∂a¹", "δ¹", "∂W¹", "W′")
READS = {"da3": ("a3",), "dz3": ("a3", "da3"), "dW3": ("a2", "dz3"), "da2": ("dz3",), "dz2": ("a2", "da2")}
READS |= {"dW2": ("a1", "dz2"), "da1": ("dz2",), "dz1": ("a1", "da1"), "dW1": ("x", "dz1")}
READS |= {"update": ("dW3", "dW2", "dW1"), "z1": ("x",), "a1": ("z1",), "z2": ("a1",), "a2": ("z2",), "z3": ("a2",)}
READS |= {"a3": ("z3",), "L": ("a3",), "x": ()}


def position(layer: int, unit: int) -> tuple[float, float]:
    return COLUMNS[layer], MIDDLE + (RISE * (2 * unit - 1) if layer in (1, 2) else 0)


def diagram(values: Mapping[str, Any], op: str, selection: str, title: str) -> str:
    """The network as it stands at an operation; `selection` names the unit or weight that the others fade behind."""
    at = OPERATIONS.index(op)
    known = set(OPERATIONS[: at + 1])
    marks = [_edge(values, known, op, selection, k, i, j) for k, i, j in _edges()]
    marks += [_unit(values, known, op, k, u) for k, u in ((1, 0), (1, 1), (2, 0), (2, 1), (3, 0))]
    return picture(WIDTH, HEIGHT, title, *marks, _input(values), *_loss(values, known, op), kind="network")


def tape(op: str) -> str:
    """The tape as one strip: what is recorded, what this operation reads, itself."""
    at = OPERATIONS.index(op)
    cells = []
    for i, label in enumerate(LABELS):
        kind = "now" if i == at else "used" if OPERATIONS[i] in READS[op] else "done" if i < at else ""
        cells.append(tag("li", label, kind=kind or None))
    return tag("ol", *cells, kind="tape-summary", aria_label=f"The tape at operation {at + 1} of {len(LABELS)}")


def _edges() -> list[tuple[int, int, int]]:
    sizes = (1, 2, 2, 1)
    return [(k, i, j) for k in (1, 2, 3) for i in range(sizes[k - 1]) for j in range(sizes[k])]


def _edge(values: Mapping[str, Any], known: set[str], op: str, selection: str, k: int, i: int, j: int) -> str:
    (x1, y1), (x2, y2) = position(k - 1, i), position(k, j)
    half = TILE / 2 + 13
    x1, x2 = x1 + (34 if k == 1 else half), x2 - half
    y1, y2 = y1 + (0 if k == 3 else 16 * j - 8), y2 + (0 if k == 1 else 16 * i - 8)
    bend = (x2 - x1) * 0.42
    d = f"M{x1:.0f} {y1:.0f}C{x1 + bend:.0f} {y1:.0f} {x2 - bend:.0f} {y2:.0f} {x2:.0f} {y2:.0f}"
    weight, gradient = values[f"W{k}"][i][j], values[f"dW{k}"][i][j]
    ref = f"W{k}[{i}][{j}]"
    turned = f"dW{k}" in known and op != "update"
    steepest = max(abs(g) for n in (1, 2, 3) for row in values[f"dW{n}"] for g in row) or 1
    size = abs(gradient) / steepest
    wide = 1.3 + 6 * max(size, 0.1 * (size > 0)) if turned else 1.2 + 6 * abs(weight)
    hue = gradient_hue(gradient) if turned else value_hue(weight)
    fade = 1.0 if not selection or selection[0] == "W" or _touches(selection, k, i, j) else 0.35
    parts = [path(d, f"edge {hue}", stroke_width=f"{wide:.1f}", opacity=f"{0.75 * fade:.2f}")]
    if ref == selection:
        parts.insert(0, path(d, "chosen", stroke_width=f"{wide + 6:.1f}"))
    level = k == 2 and i == j
    t = 0.5 if k != 2 or level else 0.24
    u = 1 - t
    x = u**3 * x1 + 3 * u * u * t * (x1 + bend) + 3 * u * t * t * (x2 - bend) + t**3 * x2
    y = u**3 * y1 + 3 * u * u * t * y1 + 3 * u * t * t * y2 + t**3 * y2
    low = j if k == 1 else i
    across, down = {1: ((-17, -8), (-17, 17)), 2: ((0, -8), (0, 16)), 3: ((17, -8), (-17, -5))}[k][low]
    if op == "update":
        across, down = {1: ((-40, -12), (-40, 22)), 2: ((0, -9), (0, 18)), 3: ((40, -12), (4, 46))}[k][low]
    change = f"{format_number(weight, 3)} → {format_number(values['next'][f'W{k}'][i][j], 3)}" if op == "update" else ""
    label = change or format_number(gradient if turned else weight, 3)
    if fade == 1 and not (change and k == 2 and not level):
        parts.append(text(x + across, y + down, label, f"on {hue}", "middle"))
    return "".join(parts)


def _touches(selection: str, k: int, i: int, j: int) -> bool:
    """Whether an edge ends at the selected unit."""
    layer, unit = int(selection.strip("dza")[0]), int(selection.split("[")[1][0])
    forward = not selection.startswith("d")
    return (k == layer and j == unit) if forward else (k == layer + 1 and i == unit)


def _unit(values: Mapping[str, Any], known: set[str], op: str, k: int, u: int) -> str:
    x, y = position(k, u)
    x, y, z = x - TILE / 2, y - TILE / 2, float(TILE)
    curves = values["trials"]["curves"]
    answer, error, bias = values[f"a{k}"][u], values[f"dz{k}"][u], values[f"b{k}"][u]
    done, back = f"a{k}" in known, f"dz{k}" in known

    def across(v: float) -> float:
        return (v + 3) / 6 * z

    def up(v: float) -> float:
        return min(z, max(0.0, z - 5 - (v - LOW) / (HIGH - LOW) * (z - 10)))

    points = [(across(at), up(v)) for at, v in zip(curves["x"][::3], curves["a"][k - 1][u][::3], strict=True)]
    inside = [(x, y) for x, y in points if 0 < y < z]
    now = {f"z{k}", f"a{k}", f"dz{k}", f"da{k}"} & {op}
    parts = [
        rect(0, 0, z, z, "ground", 8),
        path(line(points) + f"L{z:.0f} {z - 1:.0f}L0 {z - 1:.0f}z", "under", opacity="1" if done else ".4"),
        path(line(inside), "curve", opacity="1" if done else ".4"),
    ]
    dot = (across(values["x"][0]), up(answer))
    if done:
        parts += [path(f"M{dot[0]:.1f} {z - 1}V{dot[1]:.1f}H0", "read"), circle(*dot, 4, "dot")]
    parts += [rect(0, 0, z, z, "frame now" if now else "frame", 8)]
    parts += _gauge(-7, z, answer if done else None, 1.0, value_hue(answer))
    steepest = max(abs(v) for n in (1, 2, 3) for v in values[f"dz{n}"]) or 1
    parts += _gauge(z + 7, z, error if back else None, steepest, gradient_hue(error))
    bar = max(-1, min(1, bias / 0.3)) * (z / 2 - 4)
    parts += [path(f"M4 -6H{z - 4}", "track thin"), path(f"M{z / 2} -6h{bar:.1f}", f"bar thin {value_hue(bias)}")]
    parts += [path(f"M{z / 2} -9v6", "zero")]
    index = "₁₂"[u] if k < 3 else ""
    letter = "ŷ" if k == 3 else f"_a_{'⁰¹²³'[k]}{index}"
    if done:
        parts.append(text(-6, z + 16, f"{letter} {format_number(answer)}", value_hue(answer)))
    if back:
        parts.append(text(-6, z + 31, f"_δ_{'⁰¹²³'[k]}{index} {format_number(error)}", gradient_hue(error)))
    elif f"da{k}" in known and k < 3:
        slope = values[f"da{k}"][u]
        parts.append(text(-6, z + 31, f"_∂a_{'⁰¹²³'[k]}{index} {format_number(slope)}", gradient_hue(slope)))
    return tag("g", *parts, transform=f"translate({x:.0f} {y:.0f})")


def _gauge(x: float, z: float, value: float | None, limit: float, hue: str) -> list[str]:
    parts = [path(f"M{x} 3V{z - 3}", "track")]
    if value is not None:
        parts.append(path(f"M{x} {z / 2}V{z / 2 - (z / 2 - 3) * max(-1, min(1, value / limit)):.1f}", f"bar {hue}"))
    return [*parts, path(f"M{x - 3.5} {z / 2}h7", "zero")]


def _input(values: Mapping[str, Any]) -> str:
    x, y = position(0, 0)
    value = values["x"][0]
    at = x + value / 3 * 30
    return "".join(
        [
            path(f"M{x - 30} {y}h60M{x - 30} {y - 4}v8M{x} {y - 4}v8M{x + 30} {y - 4}v8", "axis"),
            text(x - 30, y + 18, "−3", "small", "middle"),
            text(x + 30, y + 18, "3", "small", "middle"),
            circle(at, y, 8, f"fill {value_hue(value)}"),
            text(at, y - 16, f"_x_ {format_number(value)}", "", "middle"),
        ]
    )


def _loss(values: Mapping[str, Any], known: set[str], op: str) -> list[str]:
    x, y = LOSS, MIDDLE
    error, on = values["da3"][0], "L" in known
    back = "da3" in known and op != "update"
    begin, end = COLUMNS[3] + TILE / 2 + 13, x - 29
    parts = [
        path(
            f"M{begin} {y}H{end}",
            f"edge {gradient_hue(error) if back else 'value-positive'}",
            stroke_width="5" if back else "2",
        )
    ]
    if back:
        middle = (begin + end) / 2
        parts.append(
            path(f"M{middle + 9} {y - 6}l-7 6l7 6M{middle + 1} {y - 6}l-7 6l7 6", f"chevron {gradient_hue(error)}")
        )
    parts += [
        path(f"M{x} {y - 62}v30M{x - 3} {y - 38}l3 5l3 -5", "axis"),
        text(x, y - 69, f"_y_ = {format_number(values['y'][0])}", "", "middle"),
        circle(x, y, 26, "loss now" if op == "L" else "loss"),
        text(x, y - 1 if on else y + 6, "_L_", "big", "middle"),
    ]
    return [*parts, text(x, y + 14, format_number(values["L"]), "small ink", "middle")] if on else parts
