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
from tests.browser.reach import out_of_reach
from tests.browser.waiting import in_scheme

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
    own_table(page).set_input_files(table(text, name))
    return settled(page)


def own_table(page: Page) -> Locator:
    """The field for a file: it stands below all data sets."""
    every = page.get_by_role("button", name=re.compile("^All .* data sets"))
    if every.get_attribute("aria-expanded") == "false":
        every.click()
    field = page.get_by_label("your own table")
    expect(page.locator("label").filter(has=field)).to_be_visible()
    return field


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
    panel.get_by_role("radio", name="Leave the 2 rows out").check()
    expect(panel.get_by_role("row", name=re.compile("^train|^rows to train"))).to_contain_text("229 / 113")
    used(panel)
    page.wait_for_url(re.compile(r"dataset=table-.*scaling=standard"))
    expect(page.get_by_role("slider", name="Learning rate")).to_have_attribute("aria-valuetext", re.compile("0.1"))
    expect(page.get_by_role("radio", name="my-penguins.csv")).to_be_checked()
    expect(page.locator("#split")).to_have_text("229 / 113")
    page.get_by_role("button", name="Next epoch", exact=True).click()
    page.wait_for_url("**step=15")
    run = run_of(page, server_url)
    assert run["config"]["dataset"].startswith("table-")
    assert run["step"] == 15
    assert run["evaluation"]["test_accuracy"] > 0.6
    page.get_by_role("radio", name="circles").click()
    page.wait_for_url(re.compile(r"^((?!dataset=|learning_rate=|l2=).)*$"))
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
    expect(panel).to_contain_text("grade=2")
    expect(panel.get_by_label("grade: kind")).to_be_focused()
    panel.get_by_label("note: role").select_option("left out")
    panel.get_by_label("Column to predict").select_option("size")
    expect(panel).to_contain_text("a number, squared error")
    expect(panel.get_by_label("size: role")).to_have_value("target")
    panel.get_by_label("kind: role").select_option("left out")
    used(panel)
    page.wait_for_url("**dataset=table-**")
    config = run_of(page, server_url)["config"]
    assert config["features"] == ["grade=2"]


GAPS = "a,b,kind\n1,2,x\n3,NA,y\n5,6,x\n2,1,y\n4,3,x\n2,6,y\n"


def test_missing_values_are_filled_and_the_network_is_told_where(open_page: Open, server_url: str) -> None:
    page = open_page("?test_fraction=0")
    panel = chosen(page, GAPS, "my-gaps.csv")
    expect(panel.get_by_role("radio", name="Fill with the column’s mean")).to_be_checked()
    expect(panel).to_contain_text("These are of all rows")
    panel.get_by_role("radio", name="Fill with the median").check()
    panel.get_by_role("checkbox", name="Tell the network too").check()
    expect(panel.get_by_role("row", name=re.compile("^inputs"))).to_contain_text("3")
    used(panel)
    page.wait_for_url("**dataset=table-**")
    run = run_of(page, server_url)
    assert run["config"]["features"] == ["a", "b", "b missing"]
    assert run["evaluation"]["train_loss"] is not None


def test_missing_values_left_missing_are_filled_in_place_where_they_broke_the_run(
    open_page: Open, server_url: str
) -> None:
    page = open_page("?test_fraction=0", quiet=False)
    panel = chosen(page, GAPS, "my-gaps.csv")
    panel.get_by_role("radio", name="Leave them missing").check()
    settled(page)
    used(panel)
    page.wait_for_url("**dataset=table-**")
    page.get_by_role("button", name="Next batch", exact=True).click()
    expect(page.locator("#caption")).to_contain_text(re.compile("Sample . has no b"))
    before = run_of(page, server_url)["config"]["dataset"]
    page.get_by_role("button", name="Fill the gaps with the mean").click()
    page.wait_for_function("name => !location.search.includes(name)", arg=before)
    page.wait_for_url("**dataset=table-**")
    page.get_by_role("button", name="Next batch", exact=True).click()
    page.wait_for_url("**step=1")
    run = run_of(page, server_url)
    assert run["evaluation"]["stopped"] is None
    assert run["evaluation"]["train_loss"] is not None


def test_a_file_is_sent_once_however_much_is_decided_about_it(open_page: Open) -> None:
    page = open_page()
    sent: list[tuple[str, bool]] = []  # what was asked for, and whether by the file's name
    page.on("request", lambda r: sent.append((r.url.partition("/api/")[2].partition("?")[0], "&file=file-" in r.url)))
    panel = chosen(page, PENGUINS)
    panel.get_by_label("Column to predict").select_option("body_mass_g")
    expect(panel).to_contain_text("a number, squared error")
    panel.get_by_label("bill_depth_mm: role").select_option("left out")
    expect(panel.get_by_label("bill_depth_mm: role")).to_have_value("left out")
    settled(page)
    used(panel)
    page.wait_for_url("**dataset=table-**")
    files = [(path, named) for path, named in sent if path in ("inspections", "datasets")]
    assert files == [("inspections", False), ("inspections", True), ("inspections", True), ("datasets", True)]
    assert any(path.startswith("inspections/file-") for path, _ in sent), "and forgotten in the end"


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


NONSENSE = {
    "empty": (b"", "the file is empty"),
    "bytes": (b"\xff\x00\xfe\x01\x02" * 40, "can’t be taken"),
    "words": (b"only words\nand nothing else\n", "no column can be a target"),
    "large": (b"a,b\n" + b"1,2\n" * 12_600_000, "50 000 000 are the most"),
}


def test_nonsense_is_answered_and_another_file_can_be_chosen(open_page: Open, tmp_path: Path) -> None:
    page = open_page(quiet=False)
    for name, (content, said) in NONSENSE.items():
        (tmp_path / f"{name}-nonsense.csv").write_bytes(content)
        own_table(page).set_input_files(tmp_path / f"{name}-nonsense.csv")
        panel = page.get_by_role("dialog", name=re.compile(f"{name}-nonsense"))
        expect(panel).to_be_visible()
        page.wait_for_selector("#upload[open][aria-busy=false]")
        expect(panel).to_contain_text(re.compile(said.replace(" ", r"\s")))
        expect(panel.get_by_role("button", name="Use this table")).to_be_disabled()
        if "Another file" in panel.inner_text():
            panel.get_by_label("Another file").set_input_files(table(PENGUINS, f"my-other-{name}.csv"))
            other = page.get_by_role("dialog", name=re.compile(f"my-other-{name}"))
            expect(other).to_contain_text("five columns")
        page.keyboard.press("Escape")
        expect(page.locator("#upload")).to_be_hidden()


def test_of_a_large_file_a_sample_is_taken_in_one_click(open_page: Open, server_url: str) -> None:
    rows = "".join(f"{n * 37 % 101},{n * 11 % 17},{'rare' if n % 50 == 0 else 'often'}\n" for n in range(20_640))
    page = open_page()
    panel = chosen(page, f"size,age,kind\n{rows}", "my-large.csv")
    offer = panel.get_by_role("region", name="More rows than a run can hold")
    expect(offer).to_contain_text(re.compile(r"20.640 rows: take 5.000 at random, each class as often\?"))
    expect(panel.get_by_role("button", name="Use this table")).to_be_disabled()
    offer.get_by_role("button", name="at random").click()
    expect(panel).to_contain_text("each class as often as in the file (seed 0)")
    panel.get_by_role("button", name="Take others").click()
    expect(panel).to_contain_text("(seed 1)")
    used(settled(page))
    page.wait_for_url("**dataset=table-**")
    run = run_of(page, server_url)
    assert httpx.get(f"{server_url}/api/datasets/{run['config']['dataset']}").json()["counts"] == [4900, 100]


def test_reading_a_large_file_can_be_cancelled(open_page: Open) -> None:
    page = open_page(quiet=False)
    page.route("**/api/inspections**", lambda _: None)  # it never answers
    page.get_by_label("your own table").set_input_files(table(b"a,b\n" + b"1,2\n" * 200_000, "my-slow.csv"))
    panel = page.get_by_role("dialog", name=re.compile("my-slow"))
    panel.get_by_role("button", name="Cancel").click()
    expect(panel).to_contain_text("Reading it was cancelled")
    expect(panel.get_by_label("Another file")).to_be_attached()


def test_what_is_in_doubt_is_said_and_changed_by_one_choice(open_page: Open) -> None:
    page = open_page()
    panel = chosen(page, "a;b;kind\n1;1,250;x\n2;2,125;y\n3;3,500;x\n9;4,750;y\nTotal;11,625;\n", "my-marks.csv")
    expect(panel).to_contain_text("may be 1.25 or 1250")
    panel.get_by_label("b: kind").select_option("decimal_point")
    expect(panel).to_contain_text(re.compile("Comma for thousands: 1,250 → 1.250"))
    expect(panel).to_contain_text("it looks like a total. Left out.")
    panel.get_by_role("button", name="Take it as a row").click()
    expect(panel).to_contain_text("Taken as a row.")


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
    panel.get_by_role("radio", name="Leave the 2 rows out").check()
    used(panel)
    page.wait_for_url("**dataset=table-**")
    page.get_by_role("button", name="Next batch", exact=True).click()
    page.wait_for_url("**step=1")
    page.get_by_label("Learning rate, exact value").fill("0.05")
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
    settled(page).get_by_role("radio", name="Leave the 2 rows out").check()
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
    own_table(page).focus()
    panel = chosen(page, PENGUINS)
    page.keyboard.press("t")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(page.get_by_label("your own table")).to_be_focused()
    assert run_of(page, server_url)["id"] == run["id"]


# Structure differs by size and contrast by scheme: each size once, and both schemes.
@pytest.mark.parametrize(
    ("width", "height", "schemes"),
    [(1440, 900, ("light", "dark")), (1024, 768, ("light",)), (390, 844, ("dark",))],
    ids=["desk", "tablet", "phone"],
)
def test_axe_finds_nothing(open_page: Open, width: int, height: int, schemes: tuple[str, ...]) -> None:
    page = open_page("", width, height, reduced_motion="reduce")
    panel = chosen(page, malformed())
    expect(panel).to_be_visible()
    found = {scheme: violations(in_scheme(page, scheme)) for scheme in schemes}
    assert {scheme: faults for scheme, faults in found.items() if faults} == {}
    assert page.evaluate("document.querySelector('#upload').scrollWidth <= innerWidth")


@pytest.mark.parametrize(("width", "height"), [(720, 450), (390, 844)], ids=["a desk at 200 %", "a phone"])
def test_in_forced_colours_all_of_it_can_be_read_and_reached(open_page: Open, width: int, height: int) -> None:
    page = open_page("", width, height, forced_colors="active")
    expect(chosen(page, malformed())).to_be_visible()
    assert violations(page, within=("#upload",)) == []
    assert out_of_reach(page) == []


def test_a_run_is_taken_away_in_every_format(open_page: Open) -> None:
    page = open_page("?samples=120&step=3")
    arrived(page)
    page.locator(".menu").click()
    setup = page.get_by_role("dialog", name="Setup")
    expect(setup).to_contain_text("after step 3")
    for name in ("JSON", "arrays (.npz)", "NumPy", "PyTorch", "Keras", "samples (CSV)"):
        with page.expect_download() as download:
            setup.get_by_role("link", name=name, exact=True).click()
        assert download.value.path().stat().st_size > 500
    rows = download.value.path().read_text().splitlines()
    assert len(rows) == 1 + 120, "a header, and a row for each sample"
