"""Parts of the page saved as pictures: what is in the files."""

import re
from base64 import b64encode
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import Open, arrived
from tests.browser.test_share import opened

SVG = "{http://www.w3.org/2000/svg}"


def saved(page: Page, name: str, kind: str) -> bytes:
    panel = page.get_by_role("dialog", name="Share this moment")
    panel.get_by_role("combobox", name="Picture").select_option(name)
    with page.expect_download() as download:
        panel.get_by_role("button", name=f"Save {kind}").click()
    assert download.value.suggested_filename == f"{name}-step-4.{kind.lower()}"
    return download.value.path().read_bytes()


def test_a_picture_holds_all_that_it_shows_and_says_of_which_run(open_page: Open) -> None:
    page = open_page("?hidden=5tanh,3relu&dataset=moons&change=2:learning_rate:0.1&step=4")
    arrived(page)
    panel = opened(page)
    panel.get_by_text("Save a picture or a video").click()
    panel.get_by_text("Put it into a page").click()
    expect(panel.get_by_label("HTML of the frame")).to_have_value(re.compile(r"<iframe src=.*step=4&amp;embed=1#op="))
    assert violations(page) == []
    panel.get_by_role("combobox", name="Colours").select_option("dark")
    picture = ElementTree.fromstring(saved(page, "network", "SVG"))
    assert page.locator("html").get_attribute("data-theme") == "light", "the page is as it was"
    texts = ["".join(text.itertext()) for text in picture.iter(f"{SVG}text")]
    assert any(text == "Hidden 1" for text in texts)
    caption = "moons, 2-5-3 tanh/relu, sgd, η 0.30, p 0, seed 0, 1 change on the way. Step 4, operation 16 of 16"
    assert any(text.startswith(caption) for text in texts)
    style = picture.findtext(f"{SVG}style") or ""
    assert style.count('url("data:font/woff2') == style.count("@font-face") >= 2
    ground = picture.find(f"{SVG}rect")
    assert ground is not None
    assert ground.get("fill") == "rgb(15, 19, 27)"
    written = ElementTree.tostring(picture).decode()
    assert len(set(re.findall(r"stroke: (rgb[^;]*)", written))) > 3, "edges of both signs, and what frames them"
    assert not re.search(r"<script|foreignObject|\\son\\w+=", written)

    panel.get_by_role("combobox", name="Colours").select_option("light")
    box = page.locator("#operations").bounding_box()
    png = saved(page, "tape", "PNG")
    assert png.startswith(b"\x89PNG")
    assert box is not None
    assert int.from_bytes(png[16:20]) == round((box["width"] + 32) * 300 / 96), "300 dots an inch"


def test_the_picture_of_a_chapter_of_the_story_is_saved_as_it_stands(open_page: Open, server_url: str) -> None:
    page = open_page()
    page.goto(f"{server_url}/story#slope")
    expect(page.locator("#live #caption")).to_contain_text("operation 10 of 18")
    with page.expect_download() as download:
        page.locator("#slope").get_by_role("button", name="Save the picture as SVG").click()
    assert download.value.suggested_filename == "story-6-slope.svg"
    picture = ElementTree.fromstring(download.value.path().read_bytes())
    texts = ["".join(text.itertext()) for text in picture.iter(f"{SVG}text")]
    assert texts[-1].startswith(
        "Chapter 6: The chain rule, read off the tape. Layers of 1, 2, 2 and 1, x 1, target 0.3, η 0.5."
    )
    assert {"Layer 1", "The tape", "0.2538 × 0.2471"} <= set(texts)


# The browser plays the file: its length, and whether two of its pictures differ. The end of a file that was recorded is
# known once it has been sought.
PLAYED = """async ([bytes, type]) => {
  const video = document.createElement("video");
  const happens = (name) => new Promise((done, fail) => {
    video.addEventListener(name, done, { once: true });
    video.addEventListener("error", () => fail(new Error(video.error.message)), { once: true });
  });
  video.src = URL.createObjectURL(new Blob([Uint8Array.from(atob(bytes), (each) => each.charCodeAt(0))], { type }));
  await happens("loadeddata");
  const picture = async (seconds) => {
    video.currentTime = seconds;
    await happens("seeked");
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
    const ctx = canvas.getContext("2d");
    ctx.drawImage(video, 0, 0);
    return ctx.getImageData(0, 0, canvas.width, canvas.height).data;
  };
  await picture(1e6);
  const seconds = video.currentTime;
  const [first, last] = [await picture(0.1), await picture(seconds - 0.1)];
  const differs = first.filter((value, k) => Math.abs(value - last[k]) > 40).length;
  return { seconds, width: video.videoWidth, differs };
}"""


def test_a_step_is_recorded_as_a_video_operation_by_operation(open_page: Open, browser: Browser) -> None:
    page = open_page("?dataset=moons&hidden=none&step=4")
    arrived(page)
    expect(page.locator("#caption")).to_contain_text(re.compile(r"operation (\d+) of \1"))
    operations = int(page.locator("#caption").inner_text().partition("operation ")[2].split()[0])
    panel = opened(page)
    panel.get_by_text("Save a picture or a video").click()
    assert violations(page, within=("#share",)) == []
    panel.get_by_role("combobox", name="An operation lasts").select_option("0.25")
    with page.expect_download() as download:
        panel.get_by_role("button", name="Record this step as a video").click()
        expect(panel.get_by_role("button", name="Stop")).to_be_visible()
    name = download.value.suggested_filename
    assert re.fullmatch(r"network-step-4\.(mp4|webm)", name)
    expect(panel.get_by_text(f"Saved: {name}")).to_be_visible()
    expect(page.locator("#caption")).to_contain_text(f"operation {operations} of {operations}")  # the playhead is back
    bytes_ = b64encode(download.value.path().read_bytes()).decode()
    player = browser.new_page()  # of no site, which would allow no film
    played = player.evaluate(PLAYED, [bytes_, f"video/{name.partition('.')[2]}"])
    player.close()
    graph = page.locator("#graph").bounding_box()
    assert graph is not None
    assert played["width"] == pytest.approx(min(1920, 2 * (graph["width"] + 32)), abs=4)
    assert played["seconds"] > 0.25 * (operations - 1)
    assert played["differs"] > 1000, "the first operation is not the last"
