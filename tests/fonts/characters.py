"""The characters that the page may show: those in its texts, and those likely in a text to come or a reader's table."""

import ast
import html
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ESCAPED = re.compile(r"\\u\{([0-9a-fA-F]+)\}|\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})")

LATIN = {*range(0x20, 0x7F), *range(0xA0, 0x100), *map(ord, "ıŒœŠšŸŽžŷ–—‘’‚“”„†‡•…‰‹›€™")}
SIGNS = set(map(ord, "±×÷·−√∂∇∞≈≠≤≥∑∏←↑→↓↔✓✗"))
GREEK = {*range(0x391, 0x3A2), *range(0x3A3, 0x3AA), *range(0x3B1, 0x3CA)}


def strings(tree: ast.AST) -> Iterator[str]:
    """The strings of a module, but not those that stand alone: docstrings."""
    nodes = list(ast.walk(tree))
    alone = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone:
            yield node.value


def texts(path: Path) -> Iterator[str]:
    """What a file can show of itself: strings of Python, scripts and sheets without their comments, templates whole."""
    text = path.read_text()
    if path.suffix == ".py":
        yield from strings(ast.parse(text))
        return
    if path.suffix in {".js", ".css"}:
        text = re.sub(r"/\*.*?\*/|(?<![:\"'])//[^\n]*", "", text, flags=re.S)
    yield html.unescape(ESCAPED.sub(lambda found: chr(int(found[1] or found[2] or found[3], 16)), text))


def shown() -> dict[str, str]:
    """Every printed character in the texts, by a file that has it."""
    files = [*ROOT.glob("templates/**/*.html"), *ROOT.glob("static/**/*.[jc]s*"), *ROOT.glob("app/**/*.py")]
    return {
        character: path.name
        for path in sorted(files)
        for text in texts(path)
        for character in text
        if character.isprintable() or character in "\u00a0\u202f"
    }
