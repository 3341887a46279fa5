"""All terms, in the glossary’s order."""

from . import better, data, health, judging, network, training
from .term import Term

TERMS: tuple[Term, ...] = (
    *network.TERMS,
    *training.TERMS,
    *better.TERMS,
    *data.TERMS,
    *judging.TERMS,
    *health.TERMS,
)

BY_ID = {term.id: term for term in TERMS}
BY_FIELD = {field: term.id for term in TERMS for field in term.fields}


def topics() -> dict[str, tuple[Term, ...]]:
    """The terms under their headings, in the glossary’s order."""
    names = dict.fromkeys(term.topic for term in TERMS)
    return {name: tuple(term for term in TERMS if term.topic == name) for name in names}
