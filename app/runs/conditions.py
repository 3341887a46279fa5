"""Conditions on a run: a measure or a field of its config, a relation and a bound."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .measures import MEASURES, value
from .snapshots import RunSnapshot
from .tableconfig import TableConfig

RELATIONS = {
    "above": "more than",
    "at_least": "at least",
    "below": "less than",
    "at_most": "at most",
    "equal": "exactly",
    "not_equal": "not",
    "one_of": "one of",
    "equal_but": "that of the other run, but for",
}

Runs = Mapping[str, RunSnapshot | None]
"""this: the run asked about; before: without the cure, or when it began; other: a second run to compare with."""


@dataclass(frozen=True)
class Condition:
    """`measure` (or the config's `field`) of `run` stands in `relation` to `bound`, or to `times` that of `of`.

    A field's path may pass through lists: hidden[*].activation must hold for every layer, hidden[0].units for one. Of a
    field that was PATCHed, every value that some step has met must be as wanted.
    """

    relation: str
    bound: float | str | bool | tuple[str, ...] | None = None
    measure: str | None = None
    field: str | None = None
    run: str = "this"
    of: str | None = None
    times: float = 1.0


def above(measure: str, bound: float) -> Condition:
    return Condition("above", bound, measure)


def below(measure: str, bound: float) -> Condition:
    return Condition("below", bound, measure)


def at_least(measure: str, bound: float) -> Condition:
    return Condition("at_least", bound, measure)


def at_most(measure: str, bound: float) -> Condition:
    return Condition("at_most", bound, measure)


def equals(measure: str, bound: float) -> Condition:
    return Condition("equal", bound, measure)


def compared(measure: str, relation: str, *, to: str, times: float = 1.0) -> Condition:
    """A measure of this run against `times` the same measure of another: before, or other."""
    return Condition(relation, None, measure, of=to, times=times)


def other(condition: Condition) -> Condition:
    """The same condition, of the second run."""
    return replace(condition, run="other")


def field(path: str, relation: str, bound: float | str | bool | None) -> Condition:
    """A field of the config, by its path: batch_size, hidden[*].activation."""
    return Condition(relation, bound, field=path)


def field_is(path: str, value: float | str | bool | None) -> Condition:
    return field(path, "equal", value)


def field_is_not(path: str, value: float | str | bool) -> Condition:
    return field(path, "not_equal", value)


def field_is_one_of(path: str, *values: str) -> Condition:
    return Condition("one_of", values, field=path)


def same_but(name: str) -> Condition:
    """The config of this run is that of the second one in every field but one."""
    return Condition("equal_but", name, field="config", of="other")


EXPLODED = equals("exploded", 1)
NOT_EXPLODED = equals("exploded", 0)


@dataclass(frozen=True)
class CheckedCondition:
    """A condition and what was found: the value, what it was compared with, and whether it holds (None: unknown)."""

    condition: Condition
    value: Any
    bound: Any
    held: bool | None


def check(condition: Condition, runs: Runs) -> CheckedCondition:
    """Looks a condition up in the runs given. Unknown: a run or a number that is not there."""
    snapshot = runs.get(condition.run)
    if condition.relation == "equal_but":
        return _check_same(condition, snapshot, runs.get(condition.of or ""))
    if condition.field is not None:
        return _check_field(condition, snapshot)
    found = None if snapshot is None else value(snapshot, condition.measure or "")
    bound = _bound(condition, runs)
    if found is None or bound is None or isinstance(bound, str):
        return CheckedCondition(condition, found, bound, None)
    return CheckedCondition(condition, found, bound, compare(found, condition.relation, bound))


def _bound(condition: Condition, runs: Runs) -> Any:
    if condition.of is None:
        return condition.bound
    other = runs.get(condition.of)
    found = None if other is None else value(other, condition.measure or "")
    return None if found is None else found * condition.times


def _check_field(condition: Condition, snapshot: RunSnapshot | None) -> CheckedCondition:
    if snapshot is None:
        return CheckedCondition(condition, None, condition.bound, None)
    found = [item for config in snapshot.configs for item in field_values(config, condition.field or "")]
    if len(found) == 0:
        return CheckedCondition(condition, None, condition.bound, False)
    held = all(compare(item, condition.relation, condition.bound) for item in found)
    shown: list[Any] = ["a table in place" if isinstance(item, TableConfig) else item for item in found]
    return CheckedCondition(condition, shown[0] if len(shown) == 1 else shown, condition.bound, held)


def _check_same(condition: Condition, this: RunSnapshot | None, that: RunSnapshot | None) -> CheckedCondition:
    """What is found are the names of the fields that differ."""
    if this is None or that is None:
        return CheckedCondition(condition, None, condition.bound, None)
    one, another = this.configs[0], that.configs[0]
    differ = [name for name in type(one).model_fields if getattr(one, name) != getattr(another, name)]
    held = all(name == condition.bound for name in differ)
    return CheckedCondition(condition, differ, condition.bound, held)


def compare(found: Any, relation: str, bound: Any) -> bool:
    """Whether the relation holds; what is not a number can only be equal, or one of several."""
    if relation == "equal":
        return bool(found == bound)
    if relation == "not_equal":
        return bool(found != bound)
    if relation == "one_of":
        return found in bound
    if not isinstance(found, int | float) or not isinstance(bound, int | float):
        return False
    return {"above": found > bound, "at_least": found >= bound, "below": found < bound, "at_most": found <= bound}[
        relation
    ]


def field_values(config: Any, path: str) -> Sequence[Any]:
    """Every value at a path of a config: dataset, hidden[*].activation, hidden[0].units."""
    found: list[Any] = [config]
    for name, index in re.findall(r"(\w+)(?:\[(\*|-?\d+)\])?", path):
        found = [getattr(item, name) for item in found]
        if index == "*":
            found = [item for items in found for item in items]
        elif index:
            found = [items[int(index)] for items in found if -len(items) <= int(index) < len(items)]
    return found


def all_held(checked: Sequence[CheckedCondition]) -> bool | None:
    """True where all hold, False where one does not, None where that is not known."""
    if any(item.held is False for item in checked):
        return False
    return None if any(item.held is None for item in checked) else True


def replays(conditions: Sequence[Condition], names: Sequence[str] = ()) -> bool:
    """Whether the losses of all steps are needed."""
    measured = [c.measure for c in conditions if c.measure is not None]
    return any(MEASURES[name].replay for name in [*measured, *names])
