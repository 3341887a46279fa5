"""Writes story.json: what the story's text says at several settings, for both languages to read.

`python -m tests.golden.story`; tests/test_story.py says when it is out of date,
tests/js/story/expressions.test.js says it again.
"""

import html
import json
import re
from pathlib import Path
from typing import Any

from app.api import wire
from app.runs.build import plan
from app.runs.run import StepLine
from app.story.chapters import CHAPTERS
from app.story.expressions import evaluate
from app.story.number_format import format_number
from app.story.page import all_values, page_of
from app.story.prose import hue
from app.story.setting import FIXED, SHAPES, Setting
from app.story.values import recorded

FILE = Path(__file__).with_name("story.json")
SETTINGS: dict[str, Setting] = {
    "fixed": FIXED,
    "target above the guess": Setting(y=0.9),
    "negative input, long step": Setting(x=-2.5, eta=17.25),
    "other weights": Setting(0.4, 0.9, 3.0, (-1.2, 0.4, 0.1, -0.3, 1.3, 0.8, 0.6, -2.0, 0.5, 0.0, -0.7, 1.5, -0.2)),
    "nothing moves": Setting(eta=0.0),
}


def bindings() -> list[tuple[str, int]]:
    """Every bound number of the text: its expression and its digits."""
    found = set()
    for rendered in page_of(FIXED).chapters:
        written = rendered.text + rendered.formula + rendered.only + rendered.answer
        for expression, digits in re.findall(r'data-bind="([^"]+)" data-digits="(\d)"', written):
            found.add((html.unescape(expression), int(digits)))
    return sorted(found)


def wordings() -> list[list[Any]]:
    """Every sentence that has more than one wording."""
    written = "".join(rendered.text + rendered.answer for rendered in page_of(FIXED).chapters)
    return [json.loads(html.unescape(cases)) for cases in re.findall(r'data-cases="([^"]+)"', written)]


def chosen_wording(cases: list[Any], values: dict[str, Any]) -> str:
    return next((words for condition, words in cases[:-1] if evaluate(condition, values)), cases[-1])


def golden_story() -> dict[str, Any]:
    found: dict[str, Any] = {"shapes": SHAPES, "chapters": [chapter.id for chapter in CHAPTERS], "settings": {}}
    for name, setting in SETTINGS.items():
        values = all_values(setting)
        step = recorded(plan(setting.config()))
        spotlight = step.spotlight(step.batch.inputs[0], step.batch.targets[0], 0)
        trials = {key: value for key, value in values["trials"].items() if key not in ("etas", "curves")}
        fixed = {key: values[key] for key in ("count", "big", "mine", "grow")}
        fixed["doors"] = {key: values["doors"][key] for key in ("vanishing", "dying")}
        found["settings"][name] = {
            "setting": {"x": setting.x, "y": setting.y, "eta": setting.eta, "w": setting.weights},
            "step": json.loads(wire.steps.step(StepLine(step, 1.0, "full", spotlight))),
            "trials": trials,
            "fixed": fixed,
            "shown": [
                [at, digits, format_number(evaluate(at, values), digits), hue(at, values)] for at, digits in bindings()
            ],
            "wordings": [[cases, chosen_wording(cases, values)] for cases in wordings()],
        }
    return json.loads(json.dumps(found))  # type: ignore[no-any-return]


if __name__ == "__main__":
    FILE.write_text(json.dumps(golden_story(), ensure_ascii=False, indent=1) + "\n")
