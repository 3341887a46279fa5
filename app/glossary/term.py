"""A term of the glossary."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    """A term, in one plain sentence, and where to see it.

    `id` is its anchor on the glossary's page and what `data-term` names. `symbols` are the letters it is written with,
    `also` other words for it that a text may use, and `fields` the settings that it explains.
    """

    id: str
    name: str
    topic: str
    sentence: str
    where: str
    symbols: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
