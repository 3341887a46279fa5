"""A reader's own table: dropped or chosen, looked at, decided about, trained on, found again, and missed."""

import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

import app.data
from tests.browser.axe import violations
from tests.browser.conftest import Open, arrived
from tests.browser.test_access import SIZES

PENGUINS = (Path(app.data.__file__).parent / "penguins.csv").read_text()  # two of its 344 rows hold nothing


def malformed() -> str:
    rows = PENGUINS.splitlines()
    rows[211] = rows[211].replace(",", ',"', 1)
    return "\n".join(rows)


def table(text: str | bytes, name: str = "my-penguins.csv") -> Any:
    return {"name": name, "mimeType": "text/csv", "buffer": text if isinstance(text, bytes) else text.encode()}


def chosen(page: Page, text: str | bytes, name: str = "my-penguins.csv") -> Locator:
    if page.viewport_size and page.viewport_size["width"] <= 720:
        page.get_by_role("tab", name="Data").click()
    elif page.viewport_size and page.viewport_size["width"] <= 1180:
        page.locator(".menu").click()
    page.get_by_label("your own table").set_input_files(table(text, name))
    return settled(page)


def dropped(page: Page, text: str, name: str = "my-penguins.csv") -> Locator:
    page.evaluate(
        """([text, name]) => {
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File([text], name, { type: "text/csv" }));
            for (const type of ["dragenter", "dragover", "drop"])
              document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
        }""",
        [text, name],
    )
    return settled(page)


def settled(page: Page) -> Locator:
    page.wait_for_selector("#upload[open][aria-busy=false]")
    return page.get_by_role("dialog", name=re.compile("my-|nonsense"))


def used(panel: Locator) -> None:
    panel.get_by_role("button", name="Use this table").click()
    panel.wait_for(state="hidden")


def run_of(page: Page, server_url: str) -> dict[str, Any]:
    answer: dict[str, Any] = httpx.get(f"{server_url}/api/runs/{page.evaluate('sessionStorage.getItem(`run`)')}").json()
    return answer


def test_a_chosen_table_really_trains(open_page: Open, server_url: str) -> None:
    page = open_page()
    panel = chosen(page, PENGUINS)
    expect(panel).to_contain_text("my-penguins.csv: five columns")
    expect(panel).to_contain_text("2 rows of 344")
    panel.get_by_role("radio", name="Drop the 2 rows").check()
    expect(panel.get_by_role("row", name=re.compile("^train|^rows to train"))).to_contain_text("229 / 113")
    used(panel)
    page.wait_for_url("**dataset=table-**&scaling=standard")
    expect(page.get_by_role("radio", name="my-penguins.csv")).to_be_checked()
    expect(page.locator("#split")).to_have_text("229 / 113")
    page.get_by_role("button", name="Next epoch", exact=True).click()
    page.wait_for_url("**step=15")
    run = run_of(page, server_url)
    assert run["config"]["dataset"].startswith("table-")
    assert run["step"] == 15
    assert run["evaluation"]["test_accuracy"] > 0.6
    page.get_by_role("radio", name="circles").click()
    page.wait_for_url(re.compile(r"^((?!dataset=).)*$"))
    page.get_by_role("radio", name="my-penguins.csv").click()
    page.wait_for_url("**dataset=table-**")


def test_a_dropped_file_is_told_where_it_does_not_fit(open_page: Open) -> None:
    page = open_page()
    panel = dropped(page, malformed())
    expect(panel).to_contain_text("one line that does not fit")
    expect(panel).to_contain_text("Line 212, column 8: a quotation mark opens and never closes")
    expect(panel.locator("pre .near")).to_have_count(2)
    expect(panel.locator("pre mark")).to_have_text('"▴ here')
    use = panel.get_by_role("button", name="Use this table")
    expect(use).to_be_disabled()
    expect(use).to_contain_text("first decide about line 212")
    panel.get_by_role("button", name="Leave line 212 out").click()
    expect(use).to_be_enabled()
    expect(panel).to_contain_text("Line 212 is left out.")
    panel.get_by_role("button", name="Show again").click()
    panel.get_by_label("A corrected file").set_input_files(table(PENGUINS))
    expect(use).to_be_enabled()
    expect(panel).not_to_contain_text("does not fit")


def test_kinds_and_roles_are_changed_in_place(open_page: Open, server_url: str) -> None:
    page = open_page()
    panel = chosen(page, "size,grade,note,kind\n1.5,1,a,x\n2.5,2,b,y\n3.5,1,b,x\n4.5,2,a,y\n", "my-kinds.csv")
    panel.get_by_label("grade: kind").focus()
    panel.get_by_label("grade: kind").select_option("categories")
    expect(panel).to_contain_text("grade=1")
    expect(panel.get_by_label("grade: kind")).to_be_focused()
    panel.get_by_label("note: role").select_option("left out")
    panel.get_by_label("Column to predict").select_option("size")
    expect(panel).to_contain_text("a number, squared error")
    expect(panel.get_by_label("size: role")).to_have_value("target")
    panel.get_by_label("kind: role").select_option("left out")
    used(panel)
    page.wait_for_url("**dataset=table-**")
    config = run_of(page, server_url)["config"]
    assert config["features"] == ["grade=1", "grade=2"]


def test_missing_values_stay_missing_unless_decided(open_page: Open) -> None:
    page = open_page("?test_fraction=0", quiet=False)
    used(chosen(page, "a,b,kind\n1,2,x\n3,NA,y\n5,6,x\n2,1,y\n4,3,x\n2,6,y\n", "my-gaps.csv"))
    page.wait_for_url("**dataset=table-**")
    page.get_by_role("button", name="Next batch", exact=True).click()
    expect(page.locator("#caption")).to_contain_text(re.compile("Sample . has no b"))


def test_names_are_text_whatever_they_hold(open_page: Open) -> None:
    page = open_page()
    nasty = "<img src=x onerror=alert(1)>"
    text = f'"{nasty}","b, c",kind\n1,2,<b>x</b>\n3,4,=1+1\n5,6,<b>x</b>\n2,1,=1+1\n'
    panel = chosen(page, text, "my-<i>.csv")
    expect(panel).to_contain_text(nasty)
    expect(panel.locator("img")).to_have_count(0)
    used(panel)
    page.wait_for_url("**dataset=table-**")
    page.get_by_role("button", name="Next batch", exact=True).click()
    page.wait_for_url("**step=1")
    assert page.locator("#app img, .rail b:has-text('x')").count() == 0
    page.reload()
    page.wait_for_selector(".app:not(.without-run)")
    page.wait_for_url("**step=1")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b"\xff\x00\xfe\x01\x02" * 40, "can’t be taken"),
        (b"only words\nand nothing else\n", "no column can be a target"),
        (b"a,b\n" + b"1,2\n" * 600_000, "2 000 000 are the most"),
        (b"a,b\n" + b"1,2\n" * 5001, "5"),
    ],
    ids=["empty", "bytes", "words", "large", "long"],
)
def test_nonsense_is_answered_and_another_file_can_be_chosen(open_page: Open, content: bytes, said: str) -> None:
    page = open_page(quiet=False)
    page.get_by_label("your own table").set_input_files(table(content, "nonsense.csv"))
    panel = page.get_by_role("dialog", name=re.compile("nonsense"))
    page.wait_for_selector("#upload[open][aria-busy=false]")
    expect(panel).to_contain_text(re.compile(said.replace(" ", r"\s")))
    expect(panel.get_by_role("button", name="Use this table")).to_be_disabled()
    if "Another file" in panel.inner_text():
        panel.get_by_label("Another file").set_input_files(table(PENGUINS, "my-other.csv"))
        expect(page.get_by_role("dialog", name=re.compile("my-other"))).to_contain_text("five columns")


def test_a_reload_keeps_the_table_and_a_link_opens_it(open_page: Open, server_url: str) -> None:
    page = open_page()
    used(chosen(page, PENGUINS))
    page.wait_for_url("**dataset=table-**")
    run = run_of(page, server_url)["id"]
    page.reload()
    page.wait_for_selector(".app:not(.without-run)")
    assert run_of(page, server_url)["id"] == run
    expect(page.get_by_role("radio", name="my-penguins.csv")).to_be_checked()
    other = open_page(page.url.removeprefix(server_url).removeprefix("/"))
    expect(other.get_by_role("radio", name="my-penguins.csv")).to_be_checked()


def test_a_table_that_is_gone_is_said_to_be_and_other_data_are_offered(open_page: Open) -> None:
    page = open_page(f"?dataset=table-{'A' * 22}&hidden=3tanh", quiet=False)
    gone = page.get_by_role("alert").filter(has_text="This table is no longer kept")
    expect(gone).to_be_visible()
    gone.get_by_label("Your file once more").set_input_files(table(PENGUINS))
    used(settled(page))
    page.wait_for_url("**dataset=table-**hidden=3tanh**")
    expect(gone).to_be_hidden()
    page = open_page(f"?dataset=table-{'A' * 22}", quiet=False)
    page.get_by_role("button", name="Palmer penguins").click()
    page.wait_for_url("**dataset=penguins**")


def test_a_link_to_a_lost_table_goes_on_where_it_was_once_the_file_is_there_again(
    open_page: Open, server_url: str
) -> None:
    page = open_page()
    panel = chosen(page, PENGUINS)
    panel.get_by_role("radio", name="Drop the 2 rows").check()
    used(panel)
    page.wait_for_url("**dataset=table-**")
    page.get_by_role("button", name="Next batch", exact=True).click()
    page.wait_for_url("**step=1")
    page.get_by_label("Learning rate, exact value").fill("0.1")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Next epoch", exact=True).click()
    page.wait_for_url("**step=15**")
    old, link = run_of(page, server_url), page.url
    page.close()
    httpx.delete(f"{server_url}/api/runs/{old['id']}")
    httpx.delete(f"{server_url}/api/datasets/{old['config']['dataset']}")
    page = open_page(link.removeprefix(server_url).removeprefix("/"), quiet=False)
    gone = page.get_by_role("alert").filter(has_text="This table is no longer kept")
    gone.get_by_label("Your file once more").set_input_files(table(PENGUINS))
    settled(page).get_by_role("radio", name="Drop the 2 rows").check()
    used(settled(page))
    page.wait_for_url("**step=15**")
    expect(gone).to_be_hidden()
    new = run_of(page, server_url)
    assert new["step"] == 15
    assert new["evaluation"] == old["evaluation"]
    assert [change["step"] for change in new["changes"]] == [1]


def test_a_server_that_forgot_gets_the_file_again(open_page: Open, server_url: str) -> None:
    page = open_page(quiet=False)
    used(chosen(page, PENGUINS))
    page.wait_for_url("**dataset=table-**")
    run = run_of(page, server_url)
    httpx.delete(f"{server_url}/api/runs/{run['id']}")
    httpx.delete(f"{server_url}/api/datasets/{run['config']['dataset']}")
    page.get_by_role("button", name="Next batch", exact=True).click()
    expect(page.get_by_text("The server had forgotten this run.", exact=True)).to_be_visible()
    expect(page.get_by_role("radio", name="my-penguins.csv")).to_be_checked()
    assert run_of(page, server_url)["config"]["dataset"] != run["config"]["dataset"]


def test_escape_closes_and_changes_nothing(open_page: Open, server_url: str) -> None:
    page = open_page()
    run = run_of(page, server_url)
    page.get_by_label("your own table").focus()
    panel = chosen(page, PENGUINS)
    page.keyboard.press("t")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(page.get_by_label("your own table")).to_be_focused()
    assert run_of(page, server_url)["id"] == run["id"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_axe_finds_nothing(open_page: Open, scheme: str, width: int, height: int) -> None:
    page = open_page("", width, height, color_scheme=scheme)
    panel = chosen(page, malformed())
    expect(panel).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.querySelector('#upload').scrollWidth <= innerWidth")


def test_a_run_is_taken_away_in_every_format(open_page: Open) -> None:
    page = open_page("?step=3")
    arrived(page)
    page.locator(".menu").click()
    setup = page.get_by_role("dialog", name="Setup")
    expect(setup).to_contain_text("after step 3")
    for name in ("JSON", "arrays (.npz)", "NumPy", "PyTorch", "Keras"):
        with page.expect_download() as download:
            setup.get_by_role("link", name=name, exact=True).click()
        assert download.value.path().stat().st_size > 500
