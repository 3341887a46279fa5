"""SVG elements as text; colours and fonts by class, which a strict Content-Security-Policy lets pass."""

import html
import re
from collections.abc import Iterable, Sequence

SUPER = "⁰¹²³⁴⁵⁶⁷⁸⁹"
SUB = "₀₁₂₃₄₅₆₇₈₉"


def tag(name: str, *children: str, **attributes: object) -> str:
    """An element; kind= is its class, text_anchor= is text-anchor, x=1.25 is written to a tenth, None is left out."""
    written = []
    for key, value in attributes.items():
        if value is None:
            continue
        key = "class" if key == "kind" else key.replace("_", "-")
        text = f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)
        written.append(f' {key}="{html.escape(text)}"')
    return f"<{name}{''.join(written)}>{''.join(children)}</{name}>"


def picture(width: int, height: int, title: str, *children: str, kind: str = "note", place: str = "xMinYMid") -> str:
    """A whole drawing with its description. `place`: where it stands in a box that is too wide for it."""
    box = {"viewBox": f"0 0 {width} {height}", "preserveAspectRatio": place}
    return tag("svg", *children, kind=kind, **box, role="img", aria_label=title)


def text(x: float, y: float, label: str, kind: str = "", anchor: str | None = None) -> str:
    """`said` may hold markup: letters in italics between underscores."""
    label = re.sub(r"_([^_]+)_", r'<tspan class="variable">\1</tspan>', html.escape(label, quote=False))
    return tag("text", label, x=float(x), y=float(y), kind=kind or None, text_anchor=anchor)


def path(d: str, kind: str = "", **more: object) -> str:
    return tag("path", d=d, kind=kind or None, **more)


def line(points: Iterable[Sequence[float]]) -> str:
    """The d of a polyline."""
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def circle(x: float, y: float, r: float, kind: str = "") -> str:
    return tag("circle", cx=float(x), cy=float(y), r=float(r), kind=kind or None)


def rect(x: float, y: float, width: float, height: float, kind: str = "", rx: float = 0, **more: object) -> str:
    return tag(
        "rect", x=float(x), y=float(y), width=float(width), height=float(height), kind=kind, rx=rx or None, **more
    )


def value_hue(value: float) -> str:
    return "value-negative" if value < 0 else "value-positive"


def gradient_hue(value: float) -> str:
    return "gradient-negative" if value < 0 else "gradient-positive"


def name_of(ref: str) -> str:
    """W3[0][0] → w³₁₁, b1[1] → b¹₂, b3[0] → b³: as the text writes it, the letter between underscores."""
    match = re.match(r"^(dz|da|[A-Za-z]+)(\d)((?:\[\d+\])*)$", ref)
    assert match is not None, ref
    letter, layer, rest = match.groups()
    units = [int(i) + 1 for i in re.findall(r"\d+", rest)]
    low = "" if letter != "W" and layer == "3" else "".join(SUB[i] for i in units)
    letters = {"W": "w", "dz": "δ", "da": "∂a"}
    return f"_{letters.get(letter, letter)}_{SUPER[int(layer)]}{low}"
