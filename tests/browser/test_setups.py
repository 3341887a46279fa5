"""All that the engine can do, on the page: a table of setups, each at three widths, looked at by machine and eye."""

import os
import re
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import Open, arrived, each_font
from tests.browser.waiting import PATIENCE, at_rest, becomes, resized

ARTEFACTS = Path(__file__).resolve().parents[2] / "artefacts" / "setups"
SIZES = {"desk": (1440, 900), "tablet": (1024, 768), "phone": (390, 844)}


def layers(count: int, units: int, activation: str) -> str:
    return ",".join([f"{units}{activation}"] * count)


# Readable addresses, as the page itself writes them.
SETUPS: dict[str, str] = {
    "no hidden layer": "?hidden=none&step=3",
    "one unit": "?hidden=1tanh&step=3",
    "a batch of one": "?batch_size=1&step=3",
    "three classes": "?dataset=spirals3&hidden=8tanh,6tanh&step=60",
    "three classes by squared error": "?dataset=blobs3&loss=squared_error&output_activation=sigmoid&step=20",
    "squared error with tanh": "?loss=squared_error&output_activation=tanh&step=3",
    "regression": "?dataset=hills&step=40&learning_rate=0.05",
    "regression in deep tanh": f"?dataset=plane&hidden={layers(5, 8, 'tanh')}&learning_rate=0.05&step=10",
    "penguins": "?dataset=penguins&hidden=6tanh&scaling=standard&learning_rate=0.1&step=60",
    "penguins unscaled": "?dataset=penguins&step=3",
    "housing": "?dataset=housing&scaling=clip&step=10",
    "all features": "?features=x1,x2,x1^2,x2^2,x1*x2,sin(x1),sin(x2)&step=3",
    "dropout by the sample": "?dropout=0.5&dropout_mask=per_sample&hidden=6relu,6relu&step=3",
    "dropout of everything": "?dropout=1&step=3",
    "batch norm and adam": "?batch_norm=true&optimizer=adam&learning_rate=0.01&step=20",
    "nesterov, clipped": "?optimizer=nesterov&clip_norm=0.05&l2=0.01&step=5",
    "eight of eight": f"?hidden={layers(8, 8, 'sigmoid')}&learning_rate=0.03&step=10",
    "ten of sixteen": f"?hidden={layers(10, 16, 'relu')}&initializer=he_normal&step=3",
    "penguins, ten of sixteen": f"?dataset=penguins&scaling=standard&hidden={layers(10, 16, 'tanh')}&step=3",
    "digits": "?dataset=digits&step=30",
    "digits, three layers": "?dataset=digits&hidden=16relu,12relu,10tanh&learning_rate=0.1&step=3",
    "digits, no hidden layer": "?dataset=digits&hidden=none&learning_rate=0.1&step=3",
    "dead units": "?hidden=6relu,4relu&initializer=zeros&step=3",
    "a step layer": "?hidden=6step,4relu&step=3",
}

# Tables in place have no address: they are made by the API, and opened as somebody else's run.
TABLES: dict[str, dict[str, Any]] = {
    "a table in place with a gap": {
        "dataset": {
            "inputs": [[i % 7, i % 5, None if i == 11 else i % 3] for i in range(60)],
            "targets": [i % 2 for i in range(60)],
            "task": "binary",
        },
        "scaling": "standard",
    },
    "sixteen columns, twelve classes": {
        "dataset": {
            "inputs": [[(i * (j + 3)) % 17 / 17 for j in range(16)] for i in range(120)],
            "targets": [f"kind {i % 12}" for i in range(120)],
            "task": "multiclass",
        },
    },
    "sixty-four columns": {
        "dataset": {
            "inputs": [[(i * (j + 5) + j) % 23 / 23 for j in range(64)] for i in range(90)],
            "targets": [i % 3 for i in range(90)],
            "task": "multiclass",
            "columns": [f"measurement {j + 1}" for j in range(64)],
        },
    },
    "three numbers to predict": {
        "dataset": {
            "inputs": [[i / 30 - 1, (i % 7) / 7, (i % 4) / 4] for i in range(60)],
            "targets": [[i / 30, (i % 7) / 7 - 1, 0.5] for i in range(60)],
            "task": "regression",
        },
        "learning_rate": 0.1,
    },
}

# Text that is cut off or lies over other text.
TROUBLE = """() => {
  const rangeOf = (e) => {
    const range = document.createRange();
    range.selectNodeContents(e);
    return range;
  };
  const boxOf = (e) => (e.namespaceURI.endsWith("svg") ? e : rangeOf(e)).getBoundingClientRect();
  const linesOf = (e) => [...(e.namespaceURI.endsWith("svg") ? e : rangeOf(e)).getClientRects()];
  const seen = (e) => {
    const r = boxOf(e);
    if (!e.checkVisibility()) return null; // in a fold that is closed
    if (r.width < 2 || r.bottom < 0 || r.top > innerHeight || r.right < 0 || r.left > innerWidth) return null;
    for (let p = e; p && p.getAttribute; p = p.parentNode) {
      const s = getComputedStyle(p);
      if (s.display === "none" || s.visibility === "hidden" || s.opacity < 0.2) return null;
      if (s.clipPath.startsWith("inset(50%")) return null; // for readers of the screen alone
    }
    return r;
  };
  const clip = (e) => {
    for (let p = e.parentElement; p; p = p.parentElement)
      if (/(hidden|auto|scroll)/.test(getComputedStyle(p).overflow)) return p.getBoundingClientRect();
    return { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
  };
  const name = (e) => e.textContent.trim().replace(/\\s+/g, " ").slice(0, 30);
  const found = [];
  const scrolls = !!document.querySelector(".graph-map:not([hidden])");
  const groups = [".graph-svg text, .graph-heads b", ".stats text", ".tape-label", ".side :is(figure, section) text",
    ".rail :is(label, b, p, span, small, button)", ".band-head :is(b, span, em, button)", ".top :is(label, span, b)",
    ".stage-caption :is(h2, p), .stage-tools :is(span, label, button, select), .graph-heads b"];
  for (const group of groups) {
    const own = (e) => name(e) && !e.querySelector("b, span, button, label, p");
    const texts = [...document.querySelectorAll(group)].filter(own).map((e) => [e, seen(e)]).filter(([, r]) => r);
    for (const [e, r] of texts) {
      const c = clip(e);
      const sideways = e.closest(".graph") && scrolls || e.closest(".tape-slider");
      if (!sideways && (r.left < c.left - 1.5 || r.right > c.right + 1.5)) found.push(`cut: ${name(e)}`);
    }
    for (let i = 0; i < texts.length; i++)
      for (let j = i + 1; j < texts.length; j++) {
        const [[a, r], [b, s]] = [texts[i], texts[j]];
        if (a.contains(b) || b.contains(a)) continue;
        const meet = (r, s) =>
          Math.min(r.right, s.right) - Math.max(r.left, s.left) > 2 &&
          Math.min(r.bottom, s.bottom) - Math.max(r.top, s.top) > 5;
        if (meet(r, s) && linesOf(a).some((r) => linesOf(b).some((s) => meet(r, s))))
          found.push(`${name(a)} lies over ${name(b)}`);
      }
  }
  return found;
}"""


def recorded(page: Page) -> None:
    """Waits until a step is there."""
    page.locator(".tape-cells .tape-cell:not(.future)").first.wait_for(state="attached")


# From x to the update by the keys' own events, in the page: a call from outside for each of sixty operations took
# longer than to draw them. What stays wrong at an operation for a second's frames is found.
WALK = """async (patience) => {
  const wrong = WRONG;
  const frame = () => new Promise(requestAnimationFrame);
  const press = (key) =>
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  const names = [];
  const found = [];
  for (let k = 0; names.at(-1) !== "update"; k += 1) {
    press(k ? "ArrowRight" : "Home");
    const now = () => document.querySelector(`.tape-cells .tape-cell.now[data-op='${k}']`);
    for (const begun = performance.now(); !now(); await frame())
      if (performance.now() - begun > patience) throw new Error(`operation ${k + 1} never came`);
    for (let frames = 60; wrong && (frames === 60 || wrong()); frames -= 1) {
      await frame();
      if (frames === 0) {
        found.push(now().dataset.ref);
        break;
      }
    }
    names.push(now().dataset.ref);
  }
  return [names, found];
}"""


def walk(page: Page, wrong: str = "null") -> tuple[list[str], list[str]]:
    """A step from x to the update; names of the records that were come past, and of those where `wrong` held."""
    names, found = page.evaluate(WALK.replace("WRONG", wrong), PATIENCE)
    return names, found


def look(page: Page, name: str, size: str) -> None:
    """The page at rest; and its picture, where somebody wants to look: PICTURES=1."""
    at_rest(page)
    if os.environ.get("PICTURES"):
        ARTEFACTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=ARTEFACTS / f"{name.replace(' ', '-').replace(',', '')}-{size}.png")


def open_fold(page: Page, name: str) -> None:
    """A fold of the rail, opened."""
    fold = page.locator("#rail details").filter(has=page.locator("summary b", has_text=name))
    if fold.get_attribute("open") is None:
        fold.locator("summary").click()
    expect(fold).to_have_attribute("open", "")


def charts(page: Page) -> Iterator[str]:
    """Every chart beside the network, one after the other, the first one last; a run that broke has none."""
    tabs = page.locator("#chart-tabs").get_by_role("tab")
    names = tabs.all_inner_texts()
    for name in [*names[1:], *names[:1]]:
        tab = tabs.filter(has_text=name)
        tab.click()
        expect(tab).to_have_attribute("aria-selected", "true")
        yield name


# What must be drawn at the update: of each layer the weight of its first edge, and none of its gradients.
UNMARKED = """([layers, many]) => {
  const count = (stem, layer) => // of many inputs only the strongest edges are drawn
    document.querySelectorAll(
      `.graph-svg [data-ref${layer === 1 && many ? `^='${stem}1['` : `='${stem}${layer}[0][0]'`}]`).length;
  const right = (layer) =>
    count("dW", layer) === 0 && (layer === 1 && many ? count("W", 1) > 0 : count("W", layer) === 1);
  return Array.from({ length: layers }, (_, k) => k + 1).filter((layer) => !right(layer))
    .map((layer) => `the update does not show the weights of layer ${layer}`);
}"""
# One operation earlier: every layer's gradients are drawn, and, where nothing is dropped, no weights.
UNGRADED = """([layers, dropout]) => {
  const count = (stem, layer) => document.querySelectorAll(`.graph-lines [data-ref^='${stem}${layer}[']`).length;
  return Array.from({ length: layers }, (_, k) => k + 1) // a dropped edge keeps its weight
    .every((layer) => (dropout === 1 || count("dW", layer) > 0) && (dropout > 0 || count("W", layer) === 0));
}"""
# Looked at in every font.
WORDY = {"three classes", "regression", "penguins", "nesterov, clipped", "eight of eight"}


def check(page: Page, name: str) -> None:
    """Every width: screenshot, no trouble with text, the marks that must be there; at one of them nothing for axe.

    It begins where the page was opened, on a phone: whatever else is opened is opened at the last width.
    """
    arrived(page)
    expect(page.locator(".graph-svg .node").first).to_be_attached()
    run = page.evaluate("fetch(`api/runs/${sessionStorage.getItem('run')}`).then((answer) => answer.json())")
    layers = len(run["config"]["hidden"]) + 1
    troubles: list[str] = []
    for size in ("phone", "tablet", "desk"):
        resized(page, *SIZES[size])
        if size == "desk":
            names, _ = walk(page)
            assert (names[0], names[-1]) == ("x", "update")
        look(page, name, size)
        judged = size == ("desk", "phone")[[*SETUPS, *TABLES].index(name) % 2]  # by axe: every other setup at each size
        found = page.evaluate(TROUBLE) + (violations(page) if judged else [])
        found += page.evaluate(UNMARKED, [layers, len(run["parameters"]["W1"]) > 10])
        troubles += [f"{size}: {trouble}" for trouble in found]
        if name in WORDY:
            troubles += [f"{size}, {font}: {trouble}" for font in each_font(page) for trouble in page.evaluate(TROUBLE)]
    for chart in charts(page):
        troubles += [f"{chart}: {trouble}" for trouble in at_rest(page).evaluate(TROUBLE)]
    page.get_by_role("button", name="Layers", exact=True).click()
    expect(page.locator("#stats")).to_be_visible()
    look(page, name, "layers")
    troubles += [f"layers: {trouble}" for trouble in page.evaluate(TROUBLE)]
    page.get_by_role("button", name=re.compile("^Tape")).click()
    for fold in ("Noise and split", "Inputs and scaling", "Network"):
        open_fold(page, fold)
    troubles += [f"folds: {trouble}" for trouble in page.evaluate(TROUBLE)]
    assert troubles == []
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("ArrowLeft")
    becomes(page, UNGRADED, [layers, run["config"]["dropout"]])


# What is looked at here is how a page stands, not how it came there: without motion it stands a second earlier.
STILL = {"reduced_motion": "reduce"}


@pytest.mark.parametrize("name", SETUPS)
def test_a_setup_is_drawn_whole(open_page: Open, name: str) -> None:
    page = open_page(SETUPS[name], *SIZES["phone"], **STILL)
    recorded(page)
    check(page, name)


@pytest.mark.parametrize("name", TABLES)
def test_a_table_in_place_is_drawn_whole(open_page: Open, server_url: str, name: str) -> None:
    run = httpx.post(f"{server_url}/api/runs", json=TABLES[name]).json()
    httpx.post(f"{server_url}/api/runs/{run['id']}/train", json={"steps": 2})
    page = open_page(f"?run={run['id']}", *SIZES["phone"], **STILL)
    recorded(page)
    check(page, name)


def test_a_table_shows_beeswarms_confusion_and_a_scatter(open_page: Open) -> None:
    page = open_page(SETUPS["penguins"])
    page.get_by_role("tab", name="Confusion").click()
    table = page.locator("#confusion table")
    expect(table.get_by_role("row")).to_have_count(4)
    at_rest(page)
    counts = [int(cell) for cell in table.locator("tbody td").all_inner_texts()]
    assert sum(counts) == 113
    page.get_by_label("Columns across").select_option(label="flipper length")
    expect(page.get_by_label("Columns across")).to_have_value("flipper_length_mm")
    expect(page.locator("#dataset-facts")).to_contain_text("2 rows are left out")
    expect(page.locator("#dataset-facts li")).to_have_count(3)
    becomes(
        page,
        """() => {
          const canvas = document.querySelector(".graph-heat");
          const tile = document.querySelector("[data-unit='1,0'] .frame").getBoundingClientRect();
          const box = canvas.getBoundingClientRect();
          const k = canvas.width / box.width;
          const [x, y, w, h] = [tile.x - box.x, tile.y - box.y, tile.width, tile.height].map((v) => v * k);
          const { data } = canvas.getContext("2d").getImageData(x, y, w, h);
          const colors = Array.from({ length: data.length / 4 }, (_, i) => data.slice(4 * i, 4 * i + 3).join());
          return new Set(colors).size > 3;
        }""",
    )


SPILLS = """() => {
  const side = document.querySelector("#side");
  return [side.scrollHeight - side.clientHeight, side.scrollWidth - side.clientWidth].some((over) => over > 1);
}"""


def classes(count: int) -> dict[str, Any]:
    """A run's configuration: a table in place with so many classes."""
    rows = [[(i * (j + 3)) % 17 / 17 for j in range(4)] for i in range(140)]
    targets = [f"kind {i % count}" for i in range(140)]
    return {"dataset": {"inputs": rows, "targets": targets, "task": "multiclass"}}


@pytest.mark.parametrize("query", [SETUPS["penguins"], SETUPS["housing"], "?dataset=house_prices&step=60"])
def test_a_table_s_column_never_scrolls(open_page: Open, query: str) -> None:
    page = open_page(query.replace("hidden=6tanh&", ""), **STILL)
    recorded(page)
    for font in each_font(page):
        column_fits(page, font)
    page.locator("[data-edge='2,1,0']").focus()
    page.keyboard.press("Enter")
    page.evaluate("document.activeElement.blur()")
    for font in each_font(page):
        column_fits(page, f"{font}, beside an edge")


@pytest.mark.parametrize("count", [5, 6, 7, 12])
def test_a_column_of_many_classes_never_scrolls(open_page: Open, server_url: str, count: int) -> None:
    run = httpx.post(f"{server_url}/api/runs", json=classes(count)).json()
    httpx.post(f"{server_url}/api/runs/{run['id']}/train", json={"steps": 3})
    page = open_page(f"?run={run['id']}", **STILL)
    recorded(page)
    column_fits(page)


def column_fits(page: Page, case: str = "") -> None:
    """At every operation of a step."""
    names, spilled = walk(page, SPILLS)
    assert (names[-1], spilled) == ("update", []), case
    for _ in charts(page):
        becomes(page, f"() => !({SPILLS})()")
    page.evaluate("document.activeElement.blur()")


HEADS_TOUCH = """() => {
  const seen = [...document.querySelectorAll(".graph-heads :is(.head, .head-gap.always)")].map((head) => {
    const shown = [...head.children].filter((e) => e.textContent && getComputedStyle(e).opacity > 0.2);
    const boxes = shown.map((e) => {
      const range = document.createRange();
      range.selectNodeContents(e);
      return range.getBoundingClientRect();
    });
    return [Math.min(...boxes.map((b) => b.left)), Math.max(...boxes.map((b) => b.right))];
  }).filter(([left]) => Number.isFinite(left));
  return seen.some(([left], i) => i > 0 && left < seen[i - 1][1] + 6);
}"""


@pytest.mark.parametrize("count", [2, 3, 4, 10])
def test_the_heads_of_the_columns_keep_apart_at_every_width(open_page: Open, count: int) -> None:
    page = open_page(f"?hidden={layers(count, 12, 'tanh')}&step=1", 721, 800, **STILL)
    recorded(page)
    touching = []
    for width in (721, 768, 834, 900, 961, 1024, 1100, 1180, 1181, 1280, 1366, 1440):
        resized(page, width, 800)
        touching += [(width, font) for font in each_font(page) if page.evaluate(HEADS_TOUCH)]
    assert touching == []


def test_a_finger_s_first_tap_unfolds_a_head_and_changes_nothing(open_page: Open) -> None:
    page = open_page(f"?hidden={layers(4, 12, 'tanh')}&step=1", 1024, 768, has_touch=True)
    recorded(page)
    run = page.evaluate("sessionStorage.getItem('run')")
    head = page.locator(".graph-heads .head").nth(2)
    less = head.get_by_role("button", name="remove a unit from hidden layer 2")
    expect(less).to_have_css("opacity", "0")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(f"{request.method} {request.url}"))
    head.tap()  # its middle: there the button for one unit less has only just appeared
    expect(less).to_have_css("opacity", "1")
    at_rest(page)
    assert not [each for each in sent if each.startswith("POST")]
    assert page.evaluate("sessionStorage.getItem('run')") == run
    less.tap()
    expect(head.locator("span")).to_have_text("11")


def test_the_data_say_how_each_scaling_conditions_them(open_page: Open, server_url: str) -> None:
    page = open_page(SETUPS["penguins"])
    run = page.evaluate("sessionStorage.getItem('run')")
    condition = httpx.get(f"{server_url}/api/runs/{run}/samples").json()["condition"]
    for kind, value in condition.items():
        button = page.locator(f"#rail [data-field=scaling] [role=radio][data-value={kind}]")
        expect(button).to_have_attribute("data-kappa", f"{value:.0f}" if value < 9999 else "10¹⁰")
    expect(page.locator("#rail [data-field=scaling] [role=radio]")).to_have_count(len(condition))


def test_a_table_s_columns_show_their_classes_and_each_scaling_is_really_tried(
    open_page: Open, server_url: str
) -> None:
    page = open_page(SETUPS["penguins"])
    spreads = page.locator("#features .feature .spread")
    expect(spreads).to_have_count(4)
    expect(spreads.first.locator("path")).to_have_count(3)
    expect(page.locator("#features")).to_contain_text("bill length, mm")
    open_fold(page, "Inputs and scaling")
    expect(page.locator(".scaling-test")).to_be_hidden()
    page.get_by_role("button", name="measure each").click()
    expect(page.locator("#rail")).to_contain_text("Measured: this setup, 200 steps under each.")
    run = page.evaluate("sessionStorage.getItem('run')")
    answer = httpx.get(f"{server_url}/api/runs/{run}/scaling", params={"steps": 200}).json()["scalings"]
    expect(page.locator(".scaling-test td")).to_have_text(
        [f"{one[key] * 100:.0f}" for key in ("saturated_at_start", "test_accuracy") for one in answer]
    )
    page.get_by_role("radio", name="none").first.click()
    expect(page.locator(".scaling-test")).to_be_hidden()
    expect(page.get_by_role("button", name="measure each")).to_be_visible()
    page.get_by_role("radio", name="circles").click()
    expect(page.get_by_role("button", name="measure each")).to_be_hidden()


def test_no_layer_has_no_activation_and_a_table_in_place_no_noise(open_page: Open, server_url: str) -> None:
    page = open_page(SETUPS["no hidden layer"])
    open_fold(page, "Network")
    activation = page.get_by_label("Activation, restarts")
    expect(activation).to_be_disabled()
    expect(activation).to_have_value("none")
    run = httpx.post(f"{server_url}/api/runs", json=TABLES["three numbers to predict"]).json()
    page = open_page(f"?run={run['id']}")
    open_fold(page, "Noise and split")
    expect(page.locator("#split")).to_have_text("40 / 20")
    expect(page.locator("#noise")).to_be_hidden()


def test_what_an_optimizer_remembers_is_the_servers(open_page: Open, server_url: str) -> None:
    page = open_page("?optimizer=momentum&step=5&hidden=4tanh")
    arrived(page)
    page.locator("[data-edge='2,1,0']").focus()
    page.keyboard.press("Enter")
    memory = page.locator(".inspect [data-ref='state.optimizer.velocity.W2[1][0]']")
    expect(memory).to_be_attached()
    run = page.evaluate("sessionStorage.getItem('run')")
    velocity = httpx.get(f"{server_url}/api/runs/{run}/states/5").json()["state"]["optimizer"]["velocity"]["W2"][1][0]
    assert str(velocity).replace("-", "−") in (memory.locator("title").text_content() or "")


def test_batch_norm_tells_its_two_means_apart(open_page: Open, server_url: str) -> None:
    page = open_page("?batch_norm=true&step=4")
    arrived(page)
    page.locator("[data-unit='1,2']").click()
    moments = page.locator(".inspect .moments tbody tr")
    expect(moments).to_have_count(2)
    run = page.evaluate("sessionStorage.getItem('run')")
    state = httpx.get(f"{server_url}/api/runs/{run}/states/4").json()["state"]["batch_norm"]
    expect(moments.nth(1)).to_contain_text(f"{state['running_variance1'][2]:.3f}")


def test_a_deep_network_on_a_phone_follows_the_playhead_and_grows_under_two_fingers(open_page: Open) -> None:
    page = open_page(SETUPS["eight of eight"], 390, 844, has_touch=True, is_mobile=True)
    recorded(page)
    at_rest(page)
    scroller = page.locator(".graph-scroll")
    assert scroller.evaluate("(e) => e.scrollWidth") > 700
    page.keyboard.press("Home")
    expect(page.locator("#caption")).to_contain_text("operation 1 of")
    for _ in range(8):
        page.keyboard.press("Shift+ArrowRight")
    becomes(page, "() => document.querySelector('.graph-scroll').scrollLeft > 200")
    at_rest(page)
    scale = page.evaluate(
        """() => {
          const scroller = document.querySelector(".graph-scroll");
          const box = scroller.getBoundingClientRect();
          const fire = (type, gap) => {
            const touches = gap === null ? [] : [-gap, gap].map((dx, identifier) =>
              new Touch({ identifier, target: scroller, clientX: box.x + 180 + dx, clientY: box.y + 150 }));
            scroller.dispatchEvent(new TouchEvent(type, { touches, bubbles: true, cancelable: true }));
          };
          fire("touchstart", 30);
          fire("touchmove", 45);
          fire("touchmove", 60);
          fire("touchend", null);
          return document.querySelector(".graph-content").style.transform;
        }"""
    )
    assert scale == "scale(2)"
    window = page.locator(".graph-map .window")
    assert float(window.get_attribute("width") or 0) < 50


def test_a_long_caption_unfolds_on_a_phone(open_page: Open) -> None:
    page = open_page(SETUPS["nesterov, clipped"], 390, 844, has_touch=True, is_mobile=True, **STILL)
    recorded(page)
    caption = page.locator("#caption")
    hidden = "(e) => e.scrollHeight - e.clientHeight"
    expect(caption).to_contain_text("The penalty pulls towards 0 as well.")  # the update, whose words are long
    for font in each_font(page):
        assert caption.evaluate(hidden) > 4, font
        caption.get_by_role("heading").tap()
        at_rest(page)
        assert caption.evaluate(hidden) <= 1, font
        expect(caption).to_contain_text("The penalty pulls towards 0 as well.")
        last = caption.locator("p").last.bounding_box()
        assert last is not None
        covers = "([x, y]) => document.elementFromPoint(x, y).closest('#caption') !== null"
        assert page.evaluate(covers, [last["x"] + 20, last["y"] + last["height"] - 12]), font
        caption.press("Enter")
        at_rest(page)
        assert caption.evaluate(hidden) > 4, font


@pytest.mark.parametrize("width", [390, 320])
def test_a_phone_has_help_and_theme_above_its_thumb_bar(open_page: Open, width: int) -> None:
    page = open_page("", width, 844, has_touch=True, is_mobile=True, **STILL)
    expect(page.get_by_role("button", name="Light or dark")).to_be_hidden()
    page.get_by_role("button", name="more", exact=True).tap()
    for font, theme in zip(each_font(page), ("dark", "light", "dark"), strict=True):
        boxes = page.evaluate(
            """() => [...document.querySelectorAll(".transport > :not(.more-button), .page-actions > *")]
              .filter((e) => e.checkVisibility()).map((e) => {
              const { left, right, top, bottom } = e.getBoundingClientRect();
              return { left, right, top, bottom };
            })"""
        )
        assert len(boxes) >= 5 + 3 + 5, "playing, epoch, new seed and speed, and what belongs to the page"
        assert all(box["left"] >= -1 and box["right"] <= width + 1 for box in boxes), (font, boxes)
        large = [box["right"] - box["left"] >= 43 and box["bottom"] - box["top"] >= 43 for box in boxes]
        assert all(large), (font, boxes)
        for a, b in combinations(boxes, 2):
            beside = a["right"] <= b["left"] + 1 or b["right"] <= a["left"] + 1
            assert beside or a["bottom"] <= b["top"] + 1 or b["bottom"] <= a["top"] + 1, (font, a, b)
        page.get_by_role("button", name="Light or dark").tap()
        expect(page.locator("html")).to_have_attribute("data-theme", theme)
        page.get_by_role("button", name="Help and keys").tap()
        expect(page.get_by_role("dialog")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_be_hidden()


def test_what_broke_leaves_its_sentence_on_a_phone(open_page: Open, server_url: str) -> None:
    run = httpx.post(f"{server_url}/api/runs", json=TABLES["a table in place with a gap"]).json()
    httpx.post(f"{server_url}/api/runs/{run['id']}/train", json={"steps": 2})
    page = open_page(f"?run={run['id']}", 390, 844, has_touch=True, is_mobile=True, **STILL)
    recorded(page)
    walk(page)
    title, helps = page.locator("#caption h2"), page.locator("#remedies")
    expect(title).to_contain_text("has no x3")
    expect(helps).to_contain_text("What usually helps")
    for font in each_font(page):
        above, below = helps.bounding_box(), title.bounding_box()
        assert above is not None
        assert below is not None
        assert above["y"] + above["height"] <= below["y"] + 1, font


def test_forced_colours_and_print_keep_the_page_readable(open_page: Open) -> None:
    page = open_page("?dataset=spirals3&step=5", forced_colors="active")
    arrived(page)
    look(page, "forced colours", "desk")
    assert violations(page) == []
    fills = page.locator(".toggle").evaluate_all(
        "(all) => all.map((e) => [e.ariaChecked, getComputedStyle(e).backgroundColor])"
    )
    assert len({fill for on, fill in fills if on == "true"} & {fill for on, fill in fills if on == "false"}) == 0
    page = open_page("?dataset=penguins&scaling=standard&step=5")
    recorded(page)
    page.emulate_media(media="print")
    look(page, "print", "desk")
    assert page.locator(".transport").is_hidden()
    assert page.locator(".graph-svg[role=group]").is_visible()
    tile = page.locator("[data-unit='1,0'] .frame")
    before = tile.bounding_box()
    paper = page.pdf(prefer_css_page_size=True, format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1
    assert re.search(rb"/MediaBox\s*\[0 0 1080 675(\.\d+)?\]", paper), "as large as the window, in points"
    assert tile.bounding_box() == pytest.approx(before, abs=1)


def test_nothing_is_wider_than_the_window_at_any_zoom(open_page: Open) -> None:
    page = open_page(SETUPS["penguins"])
    for width, height in ((360, 640), (720, 450), (1180, 700), (1920, 1080), (3840, 2160)):
        resized(page, width, height)
        look(page, "penguins", f"{width}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    expect(page.locator(".graph-svg .node")).to_have_count(13)


def test_a_4k_window_shows_all_of_it_larger_and_pointers_still_hit(open_page: Open) -> None:
    page = open_page("?step=20", 3840, 2160)
    arrived(page)
    at_rest(page)
    assert page.evaluate("document.body.currentCSSZoom") == 2
    box = "document.documentElement"
    assert page.evaluate(f"[{box}.scrollWidth, {box}.scrollHeight]") == [3840, 2160]
    assert page.evaluate("document.querySelector('.graph-heat').width > 2600"), "drawn as fine as it is shown"
    place = """(ref) => {
      const edge = document.querySelector(ref);
      const on = edge.getPointAtLength(edge.getTotalLength() * 0.3);
      const to = edge.getScreenCTM();
      return [on.x * to.a + to.e, on.y * to.d + to.f];
    }"""
    page.mouse.move(*page.evaluate(place, "[data-edge='1,0,0']"))
    expect(page.locator(".graph-tip")).to_contain_text("W1[0][0]")
    point = page.locator(".plane-points path").nth(20).bounding_box()
    assert point is not None
    page.mouse.move(point["x"] + point["width"] / 2, point["y"] + point["height"] / 2)
    expect(page.locator(".tooltip")).to_contain_text("sample 20")
    cell = page.locator(".tape-cells .tape-cell").nth(6).bounding_box()
    assert cell is not None
    page.mouse.click(cell["x"] + cell["width"] / 2, cell["y"] + cell["height"] / 2)
    expect(page.locator("#caption")).to_contain_text("operation 7 of 16")
    page.set_viewport_size({"width": 1440, "height": 900})
    expect(page.locator(".graph-heat")).to_have_js_property("width", 972)
