"""The chapters' notation as HTML and MathML: bound numbers, linked symbols, wordings by case."""

import html
import json
import re
from collections.abc import Mapping
from typing import Any

from .chapters import SYMBOLS
from .expressions import evaluate
from .number_format import format_number

SUPER, SUB = "⁰¹²³⁴⁵⁶⁷⁸⁹", "₀₁₂₃₄₅₆₇₈₉"
RECORD = re.compile(r"^(d?[Wbxyzad]\d?|L|next\.[Wb]\d)((?:\[\d+\])*)$")
GRADIENT = re.compile(r"^(d[Wbza]\d|trials\.w\.(slope|fine)|trials\.second\.(slope|mean))")
VALUE = re.compile(r"^([xzaWb]\d?\[|next\.)")
LIVE = re.compile(r"⟦(.*?)⟧", re.S)
CASES = re.compile(r"\[\[(.*?)\]\]", re.S)
BOUND = re.compile(r"\{([^}]+)\}")
SYMBOL = re.compile(r"_([^_\s{}]{1,4})_")
DERIVATIVE = re.compile(r"∂L/∂([a-zŷ]?)([⁰¹²³]?)([₀-₉]*)")


def paragraphs(text: str, values: Mapping[str, Any]) -> str:
    """A chapter's text as <p> elements; a paragraph break is an empty line."""
    return "".join(f"<p>{inline(part, values)}</p>" for part in text.split("\n\n"))


def inline(text: str, values: Mapping[str, Any]) -> str:
    """One stretch of text. The order matters: cases hold conditions in brackets, numbers hold expressions."""
    kept: list[str] = []

    def keep(markup: str) -> str:
        kept.append(markup)
        return f"\0{len(kept) - 1}\0"

    text = CASES.sub(lambda m: keep(cases(m[1], values)), text)
    text = BOUND.sub(lambda m: keep(number(m[1], values)), text)
    text = SYMBOL.sub(lambda m: keep(symbol(m[1])), text)
    text = DERIVATIVE.sub(lambda m: keep(f'<i class="variable">∂L/∂{m[1]}</i>{m[2]}{m[3]}'), text)
    text = LIVE.sub(r'<span class="live-only">\1</span>', html.escape(text, quote=False))
    while "\0" in text:
        text = re.sub(r"\0(\d+)\0", lambda m: kept[int(m[1])], text)
    return text


def cases(source: str, values: Mapping[str, Any]) -> str:
    """`condition | words | condition | words | else words`: all of them travel, the right one is shown."""
    *pairs, otherwise = [part.strip() for part in source.split("|")]
    choices = list(zip(pairs[::2], pairs[1::2], strict=True))
    wording = next((words for condition, words in choices if evaluate(condition, values)), otherwise)
    wordings = json.dumps([*map(list, choices), otherwise], ensure_ascii=False)
    return f'<span data-cases="{html.escape(wordings)}">{html.escape(wording, quote=False)}</span>'


def split(binding: str) -> tuple[str, int]:
    """An expression and how many digits are shown of it."""
    expression, _, digits = binding.partition("|")
    return expression, int(digits or 4)


def hue(expression: str, values: Mapping[str, Any]) -> str:
    """The class of a number's colour: values blue and orange, slopes green and purple, everything else ink."""
    if re.search(r"[*/+]|-(?!\d)", expression):
        return ""
    kind = "gradient" if GRADIENT.match(expression) else "value" if VALUE.match(expression) else ""
    return kind and kind + ("-negative" if evaluate(expression, values) < 0 else "-positive")


def reference(expression: str) -> str:
    """The record that a plain path names, as the picture and the tape name it; "" where there is none."""
    return expression if RECORD.match(expression) and not expression.startswith("next") else ""


def bound(binding: str) -> str:
    """The attributes of an element that shows a bound number."""
    expression, digits = split(binding)
    ref = reference(expression)
    attributes = f' data-ref="{ref}"' if ref else ""
    return f'data-bind="{html.escape(expression)}" data-digits="{digits}"{attributes}'


def number(binding: str, values: Mapping[str, Any]) -> str:
    expression, digits = split(binding)
    value = evaluate(expression, values)
    if isinstance(value, str):
        return f'<span data-text="{html.escape(expression)}">{html.escape(value)}</span>'
    kind = f"quantity {hue(expression, values)}".strip()
    title = f"{html.escape(expression)} = {value!r}"
    return (
        f'<data class="{kind}" value="{value!r}" {bound(binding)} title="{title}">{format_number(value, digits)}</data>'
    )


def symbol(name: str) -> str:
    """w³₁₁: the letter in italics, its indices upright, tied to its place where it has one."""
    letter = re.match(rf"[^{SUPER}{SUB}]+", name)
    assert letter is not None, name
    ref = SYMBOLS.get(name)
    attributes = f' data-ref="{ref}"' if ref else ""
    return f'<span class="symbol"{attributes}><i class="variable">{letter[0]}</i>{name[letter.end() :]}</span>'


# Formulas


def formula(lines: tuple[str, ...], values: Mapping[str, Any]) -> str:
    """Lines `left = right` as one MathML table aligned at the sign; a line that begins with one continues the last."""
    rows = "".join(_line(line, values) for line in lines)
    return f'<math display="block"><mtable columnalign="right left">{rows}</mtable></math>'


def _line(line: str, values: Mapping[str, Any]) -> str:
    match = re.match(r"^(.*?)\s([=≈←])\s(.*)$", line)
    if match is None:
        return f'<mtr><mtd></mtd><mtd class="right"><mrow>{_side(line, values)}</mrow></mtd></mtr>'
    left, sign, right = match.groups()
    return (
        f'<mtr><mtd class="left"><mrow>{_side(left, values)}</mrow></mtd>'
        f'<mtd class="right"><mrow><mo>{sign}</mo>{_side(right, values)}</mrow></mtd></mtr>'
    )


def _side(text: str, values: Mapping[str, Any]) -> str:
    parts: list[str] = []
    for token in text.split():
        if token in ("²", ")²"):  # raises what stands before it
            base = '<mo stretchy="false">)</mo>' if token == ")²" or not parts else parts.pop()
            parts.append(f"<msup>{base}<mn>2</mn></msup>")
        else:
            parts.append(_token(token, values))
    return "".join(parts)


SIGNS = {"½": '<mfrac displaystyle="false"><mn>1</mn><mn>2</mn></mfrac>', "network": "<mtext>network</mtext>"}
SIGNS |= {"path": "<mtext>path\u00a0</mtext>", "a": "<mtext>a</mtext>", "b": "<mtext>b</mtext>"}
SIGNS["|g|"] = (
    '<mrow><mo stretchy="false" form="prefix">|</mo><mi>g</mi><mo stretchy="false" form="postfix">|</mo></mrow>'
)
SIGNS |= {f"{letter}′": f'<mrow><mi>{letter}</mi><mo lspace="0" rspace="0">′</mo></mrow>' for letter in ("σ", "L")}


def _token(token: str, values: Mapping[str, Any]) -> str:
    if token in SIGNS:
        return SIGNS[token]
    if match := re.match(r"^sigmoid\(\{(.+)\}\)$", token):
        value = evaluate(match[1], values)
        minus = "" if value < 0 else "<mo>−</mo>"
        inner = f'{minus}<mn data-bind="{match[1]}" data-size="1">{format_number(abs(value))}</mn>'
        return f"<mfrac><mn>1</mn><mrow><mn>1</mn><mo>+</mo><msup><mi>e</mi><mrow>{inner}</mrow></msup></mrow></mfrac>"
    if match := re.match(r"^1/\(1−(.+)\)$", token):
        below = f"<mrow><mn>1</mn><mo>−</mo>{_token(match[1], values)}</mrow>"
        return f'<mfrac displaystyle="false"><mn>1</mn>{below}</mfrac>'
    if match := re.match(r"^\{(.+)\}$", token):
        expression, digits = split(match[1])
        text = format_number(evaluate(expression, values), digits)
        return f'<mn class="{hue(expression, values)}" {bound(match[1])}>{text}</mn>'
    if match := re.match(r"^frac\(([^)]+)\)(?:@(.+))?$", token):
        attributes = _record_attributes(match[2], values)
        return f"<mfrac{attributes}><mrow><mi>∂</mi><mi>L</mi></mrow><mrow><mi>∂</mi>{_letter(match[1])}</mrow></mfrac>"
    if match := re.match(r"^([^@]+)@(.+)$", token):
        return f"<mrow{_record_attributes(match[2], values)}>{_letter(match[1])}</mrow>"
    if re.fullmatch(r"[()]", token):
        return f'<mo stretchy="false">{token}</mo>'
    if re.fullmatch(r"[×·+−/…]", token):
        return f'<mo form="infix">{token}</mo>'
    if re.fullmatch(r"[\d.]+", token):
        return f"<mn>{token}</mn>"
    return _letter(token)


def _record_attributes(record: str | None, values: Mapping[str, Any]) -> str:
    if record is None:
        return ""
    ref = reference(record)
    return f' class="{hue(record, values)}" data-hue="{record}"' + (f' data-ref="{ref}"' if ref else "")


def _letter(token: str) -> str:
    """w^3_11: a letter with its layer raised and its units lowered."""
    match = re.match(r"^([^\^_]+)(?:\^(\d+))?(?:_(\d+))?$", token)
    assert match is not None, token
    name, up, low = match.groups()
    base = f"<mi>{name}</mi>"
    if name == "ŷ":
        base = '<mover accent="true"><mi>y</mi><mo>^</mo></mover>'
    elif name.startswith("∂"):
        return f"<mrow><mi>∂</mi>{_letter(token[1:])}</mrow>"
    if up and low:
        return f"<msubsup>{base}<mn>{low}</mn><mn>{up}</mn></msubsup>"
    return f"<msup>{base}<mn>{up}</mn></msup>" if up else f"<msub>{base}<mn>{low}</mn></msub>" if low else base


def plain(text: str, values: Mapping[str, Any]) -> str:
    """The same text without any markup, for tests, titles and screen readers."""
    return html.unescape(re.sub(r"<[^>]+>", "", inline(text, values)))
