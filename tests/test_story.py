"""The story's numbers, wordings, pictures and links, against the engine."""

import html
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from app.engine.batch import make_batch
from app.engine.gradcheck import gradcheck
from app.engine.training import Trainer
from app.glossary import marked
from app.main import create_app
from app.runs.build import plan
from app.runs.config import RunConfig
from app.runs.experiments import config_of, experiments
from app.runs.measures import value as measured
from app.runs.slices import finish
from app.runs.snapshots import trained_snapshot
from app.settings import Settings
from app.story import diagram, notes, previews, user_run
from app.story.chapters import CHAPTERS, SYMBOLS
from app.story.expressions import ExpressionError, evaluate
from app.story.number_format import format_number
from app.story.page import all_values, fixed_page, page_of
from app.story.prose import plain
from app.story.setting import FIXED, Setting, from_query
from app.story.thumbnails import Preview, dropout_words
from app.story.thumbnails import previews as all_previews
from app.story.values import count, recorded, sigmoids, values_of
from tests.golden import story as golden
from tests.story_claims import CLAIMS
from tests.test_golden import same

VALUES = all_values(FIXED)


@pytest.mark.parametrize(("claim", "condition"), CLAIMS, ids=[claim for claim, _ in CLAIMS])
def test_what_the_text_claims_is_so(claim: str, condition: str) -> None:
    assert evaluate(condition, VALUES) is True, claim


@pytest.mark.parametrize("name", golden.SETTINGS)
def test_every_number_is_there_at_every_setting(name: str) -> None:
    values = all_values(golden.SETTINGS[name])
    for expression, digits in golden.bindings():
        assert np.isfinite(evaluate(expression, values)), expression
        assert format_number(evaluate(expression, values), digits)
    for cases in golden.wordings():
        assert golden.chosen_wording(cases, values)
    page_of(golden.SETTINGS[name])


def test_no_number_of_the_network_is_a_digit_in_the_text() -> None:
    """Decimals in the prose are the trial's 0.001 and the formula's 0.1: everything else is looked up."""
    for chapter in CHAPTERS:
        typed = re.sub(r"\{[^}]*\}|\[\[.*?\]\]", "", chapter.text + " ".join(chapter.formula))
        assert set(re.findall(r"\d+\.\d+", typed)) <= {"0.1", "0.001"}, chapter.id


def test_the_records_are_those_of_the_worked_example() -> None:
    """At the example's own target; the story's lies where a long step can overshoot."""
    article = json.loads((Path(__file__).parent / "engine" / "google_1221.json").read_text())
    parameters = {f"W{k}": w for k, w in enumerate(article["W"], 1)} | {
        f"b{k}": b for k, b in enumerate(article["b"], 1)
    }
    assert parameters == FIXED.parameters
    assert (FIXED.x, FIXED.eta) == (article["x_input"][0], article["lr"])
    values = values_of(Setting(y=article["y_target"][0]))
    assert values["L"] == pytest.approx(article["E"], abs=1e-15)
    assert values["after"] == pytest.approx(article["E_after"], abs=1e-15)
    for k, gradient in enumerate(article["dEdw"], 1):
        assert values[f"dW{k}"] == [pytest.approx(row, abs=1e-15) for row in gradient]


def test_what_a_step_promises_is_the_loss_less_the_rate_times_the_squared_gradient() -> None:
    slopes = [evaluate("d" + trial["of"], VALUES) for trial in VALUES["trials"]["all"]]
    assert VALUES["trials"]["squares"] == pytest.approx(sum(slope**2 for slope in slopes), rel=1e-14)
    assert VALUES["promised"] == pytest.approx(VALUES["L"] - VALUES["eta"] * VALUES["trials"]["squares"], rel=1e-14)


def test_a_step_can_be_too_long() -> None:
    """The measured loss falls, has a minimum, and rises above where it was."""
    after = [entry["after"] for entry in VALUES["trials"]["etas"]]
    lowest = after.index(min(after))
    assert after[: lowest + 1] == sorted(after[: lowest + 1], reverse=True)
    assert after[lowest:] == sorted(after[lowest:])
    assert after[-1] > VALUES["L"] == after[0]
    assert "too long, and overshoots" in plain(CHAPTERS[9].text, VALUES)
    never = all_values(Setting(y=1.0))
    assert "overshoots" not in plain(CHAPTERS[9].text, never)


def test_the_gradients_are_those_of_central_differences() -> None:
    made = plan(FIXED.config())
    step = recorded(made)
    assert gradcheck(made.network, made.start.state, made.controls.settings, 0, step.batch).max_relative_error < 1e-8
    for trial in VALUES["trials"]["all"]:
        assert trial["fine"] == pytest.approx(evaluate("d" + trial["of"], VALUES), rel=0.01, abs=1e-6)


def test_the_chain_of_factors_is_one_path_of_the_sum() -> None:
    paths = "x[0]*a1[0]*(1-a1[0])*W2[0][{0}]*a2[{0}]*(1-a2[{0}])*W3[{0}][0]*dz3[0]"
    total = sum(evaluate(paths.format(j), VALUES) for j in (0, 1))
    assert total == pytest.approx(VALUES["dW1"][0][0], rel=1e-12)


def test_the_last_chapter_describes_the_playgrounds_own_network() -> None:
    mine = VALUES["mine"]
    assert mine["shape"] == "two inputs, six units, four, one"
    assert user_run.shape((1, 1)) == "one input, one output"
    assert user_run.shape((13, 1, 16, 3)) == "13 inputs, one unit, 16, three"
    assert (mine["masks"], mine["out"]) == (2, 3)
    unit = mine["unit"]
    assert unit["error"] / (1 - unit["rate"]) * (1 - unit["activation"] ** 2) == pytest.approx(unit["slope"], rel=1e-12)


def test_at_rate_one_no_weight_learns() -> None:
    made = plan(RunConfig.model_validate({"dropout": 1.0}))
    trainer = Trainer(made.network, made.optimizer, made.controls.settings, made.start.state, made.config.seed)
    before = made.network.unpack(made.start.state.parameters.copy())
    for _ in range(5):
        trainer.step(make_batch(range(7), made.samples.values[:7], made.samples.targets[:7]))
    after = made.network.unpack(trainer.state().parameters)
    for name, value in before.items():
        assert (value == after[name]).all() == (name != "b3"), name


def test_cross_entropy_s_error_is_prediction_minus_target() -> None:
    recorded_step, samples = user_run.step(), plan(RunConfig.model_validate(user_run.FIELDS)).samples
    values = recorded_step.spotlight(samples.values[0], samples.targets[0], recorded_step.batch.row_of(0))
    assert np.allclose(values["dz3"], np.asarray(values["outputs"]) - samples.targets[0], rtol=0, atol=1e-15)


def test_the_weights_of_a_unit_that_is_left_out_get_no_gradient() -> None:
    """With one mask for the step; and plain gradient descent then leaves them where they are."""
    step = user_run.step()
    mask = step["d1"].mask
    assert mask is not None
    dropped = ~np.asarray(mask[0], dtype=bool)
    assert dropped.any()
    assert (np.asarray(step["dW1"].value)[:, dropped] == 0).all()
    assert (np.asarray(step["dW2"].value)[dropped] == 0).all()


# Formulas


def arithmetic(side: str) -> float | None:
    """The value of a side that is only numbers, else None."""
    text = side.replace("½ ×", "0.5*").replace("½", "0.5*").replace("×", "*").replace("·", "*")
    text = text.replace("−", "-").replace("\u202f", "").replace(")²", ")*2").replace("² ", "*2 ")
    if match := re.fullmatch(r"\s*sigmoid\((.+)\)\s*", text):
        return float(1 / (1 + np.exp(-float(match[1]))))
    if not text.strip() or re.search(r"[^\d\s().+*/e-]", text):
        return None
    squared = re.sub(r"(\([^()]*\))\*2", r"\1*\1", text)
    return float(evaluate(" ".join(squared.split()), {}))


@pytest.mark.parametrize("name", ["fixed", "target above the guess", "other weights"])
@pytest.mark.parametrize("chapter", CHAPTERS, ids=[chapter.id for chapter in CHAPTERS])
def test_every_formula_multiplies_out_with_the_digits_shown(name: str, chapter: Any) -> None:
    values = all_values(golden.SETTINGS[name])
    lines = re.sub(r"\n(?=[×+−] )", " ", "\n".join(chapter.formula)).split("\n")
    checked = 0
    for line in lines:
        written = re.sub(r"\{([^}]+)\}", lambda m: shown_of(m[1], values), line)
        sides = [arithmetic(side) for side in re.split(r"\s[=≈]\s", written)]
        numbers = [side for side in sides if side is not None]
        if len(numbers) < 2:
            continue
        checked += 1
        parts = [abs(float(part)) for part in re.findall(r"\d+\.?\d*(?:e-?\d+)?", written.replace("\u202f", ""))]
        # two losses that differ in their third digit leave fewer digits to their difference
        tolerance = (
            (1e-3 if chapter.id == "blame" else 3e-4) * max(abs(numbers[0]), *(part for part in parts if part < 1))
            if parts
            else 0
        )
        assert numbers[0] == pytest.approx(numbers[1], abs=tolerance), written
    assert checked or chapter.id == "function", chapter.id


def shown_of(binding: str, values: Mapping[str, Any]) -> str:
    expression, _, digits = binding.partition("|")
    text = format_number(evaluate(expression, values), int(digits or 4))
    return re.sub(r"·10(⁻?)([⁰¹²³⁴-⁹]+)", lambda m: f"e{'-' if m[1] else ''}{figures(m[2])}", text)


def figures(raised: str) -> str:
    return "".join(str("⁰¹²³⁴⁵⁶⁷⁸⁹".index(c)) for c in raised)


# Counts, previews, golden file


def test_counts_agree_with_enumerating_every_path() -> None:
    for widths in ((1, 2, 2, 1), (1, 2, 2, 2, 1), (2, 3, 1)):
        counts = count(sigmoids(*widths))
        lengths = [length for k in range(len(widths) - 1) for length in onward(widths, k)]
        assert counts["all"] == len(lengths)
        assert counts["naive"] == sum(2 * length for length in lengths)
        assert counts["paths"] == np.prod(widths)


def onward(widths: tuple[int, ...], k: int) -> list[int]:
    """The lengths of all paths that begin with a weight into layer k + 1."""
    return [len(widths) - 1 - k] * int(np.prod(widths[k:]))


def test_the_previews_are_measured_by_this_engine() -> None:
    kept, now = previews.measurements(), previews.measure()
    assert same(kept["vanishing"]["run"]["sizes"], now["vanishing"]["run"]["sizes"])
    assert kept["overflow"]["run"]["stopped_at"] == now["overflow"]["run"]["stopped_at"]
    for name in ("run", "cure"):  # after a few steps the last bits of another machine have grown
        assert np.allclose(kept["exploding"][name]["curve"][:3], now["exploding"][name]["curve"][:3], rtol=1e-6)
    for key, condition in CLAIMS:
        if key.startswith("11"):
            assert evaluate(condition, {**VALUES, "doors": now}) is True, key


@pytest.mark.parametrize("lesson", previews.CURES)
def test_a_door_shows_the_run_of_its_lesson(lesson: str) -> None:
    """What the lesson's own page measures after its steps is what the door before it says."""
    experiment = experiments()[lesson]
    snapshot = finish(trained_snapshot(config_of(experiment), experiment.steps))
    shown = next(preview for preview in all_previews() if preview.id == lesson)
    assert experiment.title.startswith(shown.title)
    number = {
        "vanishing": lambda: format_number(measured(snapshot, "shrink_per_layer") or 0, 2),
        "exploding": lambda: format_number(measured(snapshot, "first_loss") or 0),
        "dying": lambda: str(round(16 * (measured(snapshot, "dead_share") or 0))),
        "overflow": lambda: str(round(measured(snapshot, "stopped_at") or 0)),
        "dropout": lambda: format_number(measured(snapshot, "test_loss") or 0, 3),
    }[lesson]()
    assert re.search(rf"(?<!\d){re.escape(number)}(?!\d)", shown.words), shown.words


def test_what_a_door_says_of_its_settings_is_so() -> None:
    """Five sigmoid layers, weights twice too large, clipped at 1, half of the units dropped, raw columns."""
    found = experiments()
    run = {lesson: config_of(found[lesson]) for lesson in previews.CURES}
    cure = {
        lesson: config_of(found[lesson], next(variant for variant in found[lesson].cures if variant.id == name))
        for lesson, name in previews.CURES.items()
    }
    assert [layer.activation for layer in run["vanishing"].hidden] == ["sigmoid"] * 5
    assert {layer.activation for layer in cure["vanishing"].hidden} == {"relu"}
    assert (run["exploding"].initializer_scale, cure["exploding"].clip_norm) == (2.0, 1.0)
    assert [layer.units for layer in run["dying"].hidden] == [8, 8]
    assert (run["overflow"].dataset, run["overflow"].scaling, cure["overflow"].scaling) == (
        "house_prices",
        "none",
        "standard",
    )
    assert (run["dropout"].dropout, cure["dropout"].dropout) == (0.0, 0.5)


def test_a_lower_loss_is_not_called_a_better_answer() -> None:
    """Dropout's test loss falls while its accuracy does: the words follow both numbers."""
    found = previews.measurements()["dropout"]
    assert found["cure"]["test_accuracy"] < found["run"]["test_accuracy"]
    assert "Not right more often, but less overconfident" in dropout_words(found)
    better = {**found, "cure": {**found["cure"], "test_accuracy": 0.9}}
    assert "Right more often, and less" in dropout_words(better)
    worse = {**found, "cure": {**found["cure"], "test_loss": 3.0}}
    assert "did not help" in dropout_words(worse)


@pytest.mark.parametrize("preview", all_previews(), ids=lambda preview: preview.id)
def test_every_preview_opens_an_existing_experiment(preview: Preview) -> None:
    query = httpx.QueryParams(preview.query.removeprefix("?"))
    assert query["lesson"] in experiments()
    assert query["from"] == "story"


def test_the_golden_file_is_current() -> None:
    written, now = json.loads(golden.FILE.read_text()), golden.golden_story()
    assert same(written, now), "python -m tests.golden.story writes it anew"


# The page


@pytest.fixture(scope="module")
def text() -> str:
    return "".join(rendered.text + rendered.formula + rendered.only for rendered in fixed_page().chapters)


@pytest.mark.anyio
async def test_the_page_contains_every_chapter_its_numbers_and_its_still_picture() -> None:
    app = create_app(Settings(root_path="/play"))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        found = await client.get("/story")
    assert found.status_code == 200
    for rendered in fixed_page().chapters:
        part = re.search(rf'<section class="chapter" id="{rendered.chapter.id}".*?</section>', found.text, re.S)
        assert part is not None
        assert marked(rendered.text, "/play/glossary") in part[0]
        assert "<svg" in part[0]
        assert rendered.chapter.still in html.unescape(part[0])
    assert not re.search(r'\sstyle="|\son\w+="|<script(?![^>]*(?:src=|application/json))', found.text)
    assert 'href="/play/?lesson=vanishing' in found.text
    for address in re.findall(r'(?:src|href)="(/[^"]*)"', found.text):
        assert address.startswith("/play/"), address


@pytest.mark.anyio
async def test_anyone_gets_the_same_numbers_from_the_public_api() -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(create_app()), base_url="http://test") as client:
        made = await client.post("/api/runs", json=FIXED.config().model_dump(mode="json", exclude_unset=True))
        assert made.status_code == 201, made.text
        trained = await client.post(f"/api/runs/{made.json()['id']}/train", json={"spotlight": 0})
        step = json.loads(trained.text.partition("\n")[0])
        for name, value in step["spotlight"].items():
            assert VALUES[name] == value, name
        assert (step["loss_after"], step["loss_predicted"]) == (VALUES["after"], VALUES["promised"])
        assert (step["paths"], step["path_multiplications"]) == (VALUES["count"]["paths"], VALUES["count"]["naive"])
        back = sum(record["multiplications"] for record in step["tape"] if record["phase"] == "backward")
        assert back == VALUES["count"]["tape"]


@pytest.mark.anyio
async def test_an_address_with_numbers_is_answered_with_those_numbers() -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(create_app()), base_url="http://test") as client:
        found = await client.get("/story?x=0.4&y=0.9&eta=2")
        values = values_of(Setting(0.4, 0.9, 2.0))
        assert format_number(values["L"]) in found.text
        assert "the loss falls" in html.unescape(re.sub(r"<[^>]+>", "", found.text)).replace("\n", " ")
        response = await client.get("/api/story/trials?x=0.4&y=0.9&eta=2&weight=W1[0][1]&layers=6&wide=1")
        assert same(response.json()["trials"], json.loads(json.dumps(values["trials"])))
        assert "w</tspan>¹₁₂" in response.json()["notes"]["hand"]
        assert response.json()["notes"]["paths"] == notes.paths(all_values(Setting(0.4, 0.9, 2.0)), 6, True)
        for query in ("weight=W9[0][0]", "weight=__class__", "layers=99", "x=nan", "w=1,2", "eta=1e999"):
            assert (await client.get(f"/api/story/trials?{query}")).status_code == 200, query


def test_numbers_in_addresses_are_limited() -> None:
    assert from_query({}) == FIXED
    assert from_query({"x": "7", "y": "-1", "eta": "nan", "w": "1,2"}) == Setting(x=3.0, y=0.0)
    assert from_query({"w": ",".join(["99"] * 13)}).weights == (10.0,) * 13


def test_one_changed_record_changes_its_words_and_no_others() -> None:
    changed = {**VALUES, "da3": [-0.25]}
    for chapter in CHAPTERS:
        parts = re.findall(r"\{([^}]+)\}|\[\[(.*?)\]\]", chapter.text)
        touched = any("da3" in part for pair in parts for part in pair)
        assert (plain(chapter.text, VALUES) != plain(chapter.text, changed)) == touched, chapter.id
    assert "the loss falls" in plain(CHAPTERS[4].text, changed)
    before, after = (diagram.diagram(v, "da3", "", "still") for v in (VALUES, changed))
    assert [a for a, b in zip(before.split("<"), after.split("<"), strict=True) if a != b] != []


def test_still_pictures_show_the_numbers_of_the_text() -> None:
    for rendered in fixed_page().chapters[:10]:
        drawn = html.unescape(rendered.picture)
        for ref in ("a1[0]", "a1[1]"):
            assert (format_number(evaluate(ref, VALUES)) in drawn) == (rendered.chapter.op != "x"), rendered.chapter.id
    assert format_number(VALUES["trials"]["w"]["slope"], 2) in notes.blame(VALUES)
    assert format_number(VALUES["dW3"][0][0]) in notes.hand(VALUES)
    assert format_number(VALUES["after"]) in notes.update(VALUES)


def test_every_symbol_names_a_record(text: str) -> None:
    for ref in SYMBOLS.values():
        assert np.isfinite(evaluate(ref, VALUES)), ref
    for ref in re.findall(r'data-ref="([^"]+)"', text):
        assert np.isfinite(evaluate(ref, VALUES)), ref
    for chapter in CHAPTERS:
        for key in chapter.keys:
            assert np.isfinite(evaluate(key.ref, VALUES)), key


INTRODUCED = {
    "x": ("function", "_x_ ="),
    "ŷ": ("function", "_ŷ_ (say"),
    "z": ("forward", "weighted sum, _z_"),
    "b": ("forward", "bias _b_"),
    "σ": ("forward", "sigmoid _σ_ (“sigma”)"),
    "a": ("forward", "activation, _a_"),
    "y": ("loss", "target _y_"),
    "L": ("loss", "loss _L_"),
    "∂": ("blame", "a slope, ∂L/∂w"),
    "σ′": ("slope", "its derivative _σ_′"),
    "δ": ("slope", "error _δ_ (“delta”)"),
    "η": ("update", "learning rate _η_ (“eta”)"),
    "g": ("update", "where |_g_|² is"),
    "p": ("yours", "dropout rate _p_"),
    "d": ("yours", "passes on _d_ ="),
}
"""Each letter's one meaning: the chapter that introduces it, and the words in which it does."""


def letters_of(written: str) -> set[str]:
    """The letters of a text in the chapters' notation or of a formula; a prime makes another letter of σ."""
    bare = re.sub(r"@\S+|\{[^}]+\}|\b(?:network|sigmoid|path|frac)\b|[a-z]{2,}|\d", " ", written.replace("L′", "L"))
    return set(re.findall(r"σ_?′|[xyŷzbσaLδηgpd∂](?![a-z])", bare.replace("_′", "′")))


def test_a_symbol_is_introduced_before_it_is_used() -> None:
    """In the text, the formula or the answer: in the chapter that introduces it, or a later one."""
    order = [chapter.id for chapter in CHAPTERS]
    for letter, (chapter_id, words) in INTRODUCED.items():
        assert words in CHAPTERS[order.index(chapter_id)].text, letter
    for i, chapter in enumerate(CHAPTERS):
        marked = " ".join(re.findall(r"_[^_\s{}]{1,4}_′?", re.sub(r"\[\[.*?\]\]", "", chapter.text + chapter.answer)))
        marked += " ∂ " if "∂" in chapter.text + chapter.answer else ""
        for letter in letters_of(marked + " " + " ".join(chapter.formula)):
            assert i >= order.index(INTRODUCED[letter][0]), (chapter.id, letter)


TERMS = ["weight", "bias", "activation", "activation function", "forward pass", "loss", "sample", "gradient"]
TERMS += ["backward pass", "derivative", "chain rule", "error", "batch", "dynamic programming", "reverse mode"]
TERMS += ["forward mode", "gradient descent", "learning rate", "dropout rate", "mask"]
PRIVATE = ["offset", "guess", "blame", "by lot", "steepness", "kindness", "the truth", "commits itself"]


def test_the_field_s_own_terms_are_used() -> None:
    written = " ".join(plain(f"{c.title} {c.text} {c.ask} {c.answer}", VALUES) for c in CHAPTERS).lower()
    for term in TERMS:
        assert term in written, term
    drawn = " ".join(notes.note(name, VALUES) for name in notes.NOTES) + " ".join(p.words for p in all_previews())
    everything = f"{written} {drawn} {' '.join(c.still + c.invite + c.only for c in CHAPTERS)}".lower()
    for private in PRIVATE:
        assert private not in everything, private


def test_chapters_are_short() -> None:
    for chapter in CHAPTERS:
        words = re.sub(r"\{[^}]+\}", "0", re.sub(r"\[\[(.*?)\|(.*?)\|.*?\]\]", r"\2", chapter.text)).split()
        assert 60 <= len(words) <= 170, (chapter.id, len(words))


@pytest.mark.parametrize(
    "source", ["", "a3[", "a3[0", "(1", "1 +", "a3[0] a3[0]", "min(1", "import os", "a.__class__", "x[0] ** 2", "'a'"]
)
def test_what_is_no_expression_is_refused(source: str) -> None:
    with pytest.raises(ExpressionError):
        evaluate(source, VALUES)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.55384, "0.5538"),
        (1.0, "1"),
        (-0.4, "−0.4"),
        (0.0, "0"),
        (71436700944, "71\u202f436\u202f700\u202f944"),
        (-0.11001495, "−0.1100"),
        (0.0009841841, "0.0009842"),
        (3.2e-07, "3.20·10⁻⁷"),
        (1265.0, "1\u202f265"),
    ],
)
def test_numbers_are_written_with_four_digits(value: float, text: str) -> None:
    assert format_number(value) == text
