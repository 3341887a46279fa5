"""A run as a picture: its graph with weights and biases, and the loss so far, as SVG in the page's own colours."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from .curve import curve
from .records import Evaluation

POINTS = 25  # evaluations of the curve
WIDTH, HEIGHT, CURVE = 720, 320, 230
TOP, BOTTOM, LEFT, GAP = 46, 26, 52, 40
WIDEST, THINNEST = 6.0, 0.5  # pixels of an edge
NUMBERED = 14  # edges between two layers whose weights are written beside them, at most
STYLE = """
.bp-run{--paper:#fcf9f2;--ink:#231f1a;--dim:#857b69;--hair:#c2b7a1;--pos:#1b5fa6;--neg:#b54a00;--test:#93278a}
@media(prefers-color-scheme:dark){.bp-run{--paper:#151a24;--ink:#ece6d8;--dim:#87897b;--hair:#3b4456;--pos:#74b5f5;
--neg:#ffa154;--test:#ea92e3}}
.bp-run text{font:12px "Source Sans 3","Segoe UI",Arial,sans-serif;fill:var(--ink)}
.bp-run .dim{fill:var(--dim);font-size:11px}.bp-run .title{font-size:14px;font-weight:600}
.bp-run .paper{fill:var(--paper)}.bp-run .pos{stroke:var(--pos)}.bp-run .neg{stroke:var(--neg)}
.bp-run .node.pos{fill:var(--pos)}.bp-run .node.neg{fill:var(--neg)}.bp-run .node.input{fill:var(--paper)}
.bp-run .node{stroke:var(--ink);stroke-width:1.5}.bp-run .nan{stroke:#f2c21a;stroke-dasharray:4 4;fill:#f2c21a}
.bp-run .axis{stroke:var(--hair);fill:none}.bp-run .line{fill:none;stroke-width:1.8}
.bp-run .train{stroke:var(--ink)}.bp-run .test{stroke:var(--test);stroke-dasharray:5 3}
.bp-run .halo{stroke:var(--paper);stroke-width:3;paint-order:stroke;font-size:10px}
"""


@dataclass(frozen=True)
class Picture:
    """`svg` is the drawing, `html` the same as a notebook shows it, with a caption."""

    svg: str
    caption: str

    @property
    def html(self) -> str:
        return f'<figure style="margin:0">{self.svg}<figcaption>{escape(self.caption)}</figcaption></figure>'

    def _repr_svg_(self) -> str:
        return self.svg

    def _repr_html_(self) -> str:
        return self.html


def picture_of(run: Mapping[str, Any], evaluations: Sequence[Evaluation]) -> Picture:
    """The picture of a Run as JSON, with evaluations of its steps so far, in order."""
    caption = caption_of(run, evaluations[-1])
    drawing = [*graph(run), *curve(evaluations, WIDTH - CURVE, TOP, CURVE - 24, HEIGHT - TOP - BOTTOM - 20)]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="bp-run" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'height="{HEIGHT}" role="img" aria-label="{escape(caption)}"><style>{STYLE}</style>'
        f'<rect class="paper" width="{WIDTH}" height="{HEIGHT}" rx="8"/>'
        f'<text class="title" x="16" y="26">{escape(title_of(run))}</text>'
    )
    return Picture(head + "".join(drawing) + "</svg>", caption)


def title_of(run: Mapping[str, Any]) -> str:
    dataset = run["config"]["dataset"]
    name = "a table in place" if not isinstance(dataset, str) else "your table" if "table-" in dataset else dataset
    return f"{name}, step {run['step']}"


def caption_of(run: Mapping[str, Any], found: Evaluation) -> str:
    told = [f"epoch {run['epoch']:.1f}", f"training loss {number(found.train_loss)}"]
    if found.test_loss is not None:
        told.append(f"test loss {number(found.test_loss)}")
    if found.test_accuracy is not None:
        told.append(f"test accuracy {found.test_accuracy:.0%}")
    return f"{title_of(run)}: {', '.join(told)}. Width: size of a weight; blue positive, orange negative."


def graph(run: Mapping[str, Any]) -> Iterable[str]:
    """Edges first, so that nodes lie upon them."""
    labels = [node["label"] for node in run["graph"]["nodes"] if node["layer"] == 0]
    hidden = run["config"]["hidden"]
    weights = [run["parameters"][f"W{k}"] for k in range(1, len(hidden) + 2)]
    biases = [run["parameters"][f"b{k}"] for k in range(1, len(hidden) + 2)]
    widths = [len(weights[0]), *(len(bias) for bias in biases)]
    places = [[place(layer, unit, widths) for unit in range(width)] for layer, width in enumerate(widths)]
    for k, matrix in enumerate(weights, 1):
        yield from edges(f"W{k}", matrix, places[k - 1], places[k])
    radius = max(2.5, min(11.0, 0.36 * (HEIGHT - TOP - BOTTOM) / max(widths)))
    for unit, (x, y) in enumerate(places[0]):
        yield f'<circle class="node input" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"/>'
        if len(labels) <= 16:
            yield f'<text x="{x - radius - 5:.1f}" y="{y + 4:.1f}" text-anchor="end">{escape(labels[unit][:8])}</text>'
    for k, bias in enumerate(biases, 1):
        largest = max((abs(b) for b in bias if b is not None), default=0.0) or 1.0
        for unit, ((x, y), b) in enumerate(zip(places[k], bias, strict=True)):
            strength = 0.15 + 0.85 * abs(b) / largest if b is not None else 1.0
            yield (
                f'<circle class="paper" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"/><circle class="node {sign(b)}" '
                f'cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill-opacity="{strength:.2f}"><title>b{k}[{unit}] = '
                f"{number(b)}</title></circle>"
            )
    names = ["input", *(layer["activation"] for layer in hidden), "output"]
    for layer, name in enumerate(names):
        x = column(layer, len(widths))
        yield f'<text class="dim" x="{x:.1f}" y="{HEIGHT - 8}" text-anchor="middle">{name}</text>'


def edges(name: str, matrix: Sequence[Sequence[Any]], sources: Any, targets: Any) -> Iterable[str]:
    """The weights between two layers, the widest last; few of them with their numbers."""
    found = [(w, i, j) for i, row in enumerate(matrix) for j, w in enumerate(row)]
    largest = max((abs(w) for w, _, _ in found if w is not None), default=0.0) or 1.0
    for w, i, j in sorted(found, key=lambda each: math.inf if each[0] is None else abs(each[0])):
        (x1, y1), (x2, y2) = sources[i], targets[j]
        share = 0.5 if w is None else abs(w) / largest
        width = THINNEST + (WIDEST - THINNEST) * share
        ends = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
        look = f'stroke-width="{width:.2f}" stroke-opacity="{0.35 + 0.55 * share:.2f}"'
        yield f'<line class="{sign(w)}" {ends} {look}><title>{name}[{i}][{j}] = {number(w)}</title></line>'
    if len(found) <= NUMBERED:
        for w, i, j in found:
            (x1, y1), (x2, y2) = sources[i], targets[j]
            at = 0.25 if len(sources) > len(targets) else 0.75  # where the edges are furthest from each other
            x, y = x1 + at * (x2 - x1), y1 + at * (y2 - y1)
            yield f'<text class="halo" x="{x:.1f}" y="{y + 3:.1f}" text-anchor="middle">{number(w, 2)}</text>'


def column(layer: int, layers: int) -> float:
    return LEFT + 12 + (WIDTH - CURVE - GAP - LEFT - 24) * layer / max(1, layers - 1)


def place(layer: int, unit: int, widths: Sequence[int]) -> tuple[float, float]:
    height = HEIGHT - TOP - BOTTOM
    return column(layer, len(widths)), TOP + height * (unit + 0.5) / widths[layer]


def sign(value: float | None) -> str:
    return "nan" if value is None else "neg" if value < 0 else "pos"


def number(value: float | None, digits: int = 3) -> str:
    return "not finite" if value is None or not math.isfinite(value) else f"{value:.{digits}g}".replace("-", "−")
