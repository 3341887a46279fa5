"""Links from the words of a text to their entries."""

import re
from collections.abc import Iterable

from .terms import TERMS

_SPELLINGS = {word.lower(): term.id for term in TERMS for word in (term.name, *term.also)}
_WORDS = re.compile(
    r"(?<![\w-])(?:" + "|".join(sorted(map(re.escape, _SPELLINGS), key=len, reverse=True)) + r")(?![\w-])", re.I
)
_TAGS = re.compile(r"(<[^>]*>)")
_WHOLE = ("a", "button", "math", "svg", "data", "h2", "i")
"""In these elements no word is marked: they are links already, or formulas."""


def marked(html: str, address: str, known: Iterable[str] = ()) -> str:
    """HTML in which the first use of each term links to its entry at `address`; those `known` are left as they are."""
    seen, inside, parts = set(known), 0, []

    def link(match: re.Match[str]) -> str:
        term = _SPELLINGS[match[0].lower()]
        if term in seen:
            return match[0]
        seen.add(term)
        return f'<a class="term" data-term="{term}" href="{address}#{term}">{match[0]}</a>'

    for part in _TAGS.split(html):
        if part.startswith("<"):
            name = re.match(r"</?(\w*)", part)
            if name and name[1] in _WHOLE and not part.endswith("/>"):
                inside += -1 if part.startswith("</") else 1
            parts.append(part)
        else:
            parts.append(part if inside else _WORDS.sub(link, part))
    return "".join(parts)
