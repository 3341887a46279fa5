"""Expressions in the story's text: parsed once, evaluated over named values, never executed as code.

    a3[0]*(1-a3[0])     trials.w.slope     after < L and after > promised

Names, indices, fields, numbers, + − * /, comparisons, and/or, abs, min, max.
static/js/story/expressions.js reads the same.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

Values = Mapping[str, Any]
Expression = Callable[[Values], Any]

TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d+)?(?:e-?\d+)?)|([A-Za-z_]\w*)|(<=|>=|==|[<>+\-*/()\[\].,]))")
FUNCTIONS: dict[str, Callable[..., Any]] = {"abs": abs, "min": min, "max": max}
COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
}


class ExpressionError(ValueError):
    """What can't be read as an expression, or names something that is not there."""


def evaluate(text: str, values: Values) -> Any:
    """The value of an expression over named values; ExpressionError names what is wrong."""
    return parse(text)(values)


@lru_cache(maxsize=512)
def parse(text: str) -> Expression:
    """The function that an expression stands for."""
    parser = _Parser(text)
    found = parser.disjunction()
    if parser.tokens[parser.position] != "":
        raise ExpressionError(f"{text!r}: {parser.tokens[parser.position]!r} was not expected")
    return found


class _Parser:
    """Recursive descent over a list of tokens that ends with ""."""

    def __init__(self, text: str) -> None:
        self.text, self.position, self.tokens = text, 0, list[str]()
        at = 0
        while at < len(text.rstrip()):
            match = TOKEN.match(text, at)
            if match is None:
                raise ExpressionError(f"{text!r}: {text[at:]!r} can't be read")
            self.tokens.append(match[0].strip())
            at = match.end()
        self.tokens.append("")

    def take(self, *wanted: str) -> str:
        """The next token if it is one of those, else ""."""
        token = self.tokens[self.position]
        if token not in wanted or not token:
            return ""
        self.position += 1
        return token

    def need(self, token: str) -> None:
        if not self.take(token):
            raise ExpressionError(f"{self.text!r}: {token!r} is missing before {self.tokens[self.position]!r}")

    def next(self, pattern: str) -> str:
        """The next token, which must look like this."""
        token = self.tokens[self.position]
        if not re.fullmatch(pattern, token):
            raise ExpressionError(f"{self.text!r}: {token!r} was not expected")
        self.position += 1
        return token

    def disjunction(self) -> Expression:
        left = self.conjunction()
        while self.take("or"):
            left = _binary(lambda a, b: a or b, left, self.conjunction())
        return left

    def conjunction(self) -> Expression:
        left = self.comparison()
        while self.take("and"):
            left = _binary(lambda a, b: a and b, left, self.comparison())
        return left

    def comparison(self) -> Expression:
        left = self.sum()
        sign = self.take(*COMPARISONS)
        return _binary(COMPARISONS[sign], left, self.sum()) if sign else left

    def sum(self) -> Expression:
        left = self.product()
        while sign := self.take("+", "-"):
            left = _binary((lambda a, b: a + b) if sign == "+" else (lambda a, b: a - b), left, self.product())
        return left

    def product(self) -> Expression:
        left = self.factor()
        while sign := self.take("*", "/"):
            left = _binary((lambda a, b: a * b) if sign == "*" else (lambda a, b: a / b), left, self.factor())
        return left

    def factor(self) -> Expression:
        if self.take("-"):
            inner = self.factor()
            return lambda values: -inner(values)
        if self.take("("):
            found = self.disjunction()
            self.need(")")
            return found
        token = self.tokens[self.position]
        self.position += 1
        if token[:1].isdigit():
            number = float(token) if re.search(r"[.e]", token) else int(token)
            return lambda _: number
        if not re.fullmatch(r"[A-Za-z_]\w*", token):
            raise ExpressionError(f"{self.text!r}: {token!r} was not expected")
        return self.call(token) if token in FUNCTIONS else self.path(token)

    def call(self, name: str) -> Expression:
        self.need("(")
        parts = [self.disjunction()]
        while self.take(","):
            parts.append(self.disjunction())
        self.need(")")
        return lambda values: FUNCTIONS[name](*(part(values) for part in parts))

    def path(self, name: str) -> Expression:
        steps: list[str | int] = [name]
        while True:
            if self.take("["):
                steps.append(int(self.next(r"\d+")))
                self.need("]")
            elif self.take("."):
                steps.append(self.next(r"[A-Za-z]\w*"))
            else:
                return lambda values: _lookup(values, steps, self.text)


def _binary(operation: Callable[[Any, Any], Any], left: Expression, right: Expression) -> Expression:
    return lambda values: operation(left(values), right(values))


def _lookup(values: Values, steps: list[str | int], text: str) -> Any:
    value: Any = values
    for step in steps:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            raise ExpressionError(f"{text!r}: there is no {step!r}") from None
    return value
