"""The glossary over HTTP: the API's terms and the page's are the same."""

import html
import re

import httpx
import pytest

from app.glossary import BY_ID, notation

pytestmark = pytest.mark.anyio


async def test_the_api_and_the_page_say_the_same(client: httpx.AsyncClient) -> None:
    found = (await client.get("/api/glossary")).json()["terms"]
    assert [each["id"] for each in found] == list(BY_ID)
    page = html.unescape((await client.get("/glossary")).text)
    for each in found:
        assert f'<div id="{each["id"]}">' in page
        assert f"<p>{each['sentence']}</p>" in page
        assert each["where"] in page


async def test_the_page_has_one_table_of_the_notation_and_headings_in_order(client: httpx.AsyncClient) -> None:
    page = html.unescape((await client.get("/glossary")).text)
    rows = re.findall(r'<th scope="row"><i>(.*?)</i></th><td><a href="#([\w-]+)">.*?</a></td><td>(.*?)</td>', page)
    assert rows == [(symbol, term.id, meaning) for symbol, meaning, term in notation()]
    assert re.findall(r"<h(\d)", page) == ["1", *["2"] * (page.count("<section") or 1)]
    assert 50 < len(re.search('name="description" content="(.*?)"', page)[1]) < 160
    assert "<script type" not in page


@pytest.mark.parametrize("path", ["/glossary"])
async def test_the_page_is_revalidated_and_packed(client: httpx.AsyncClient, path: str) -> None:
    first = await client.get(path, headers={"accept-encoding": "br"})
    assert first.headers["content-encoding"] == "br"
    assert (await client.get(path, headers={"if-none-match": first.headers["etag"]})).status_code == 304


async def test_the_story_links_its_terms_to_their_entries(client: httpx.AsyncClient) -> None:
    story = (await client.get("/story")).text
    linked = re.findall(r'class="term" data-term="([\w-]+)" href="/glossary#([\w-]+)"', story)
    assert len(linked) > 10
    assert all(term == anchor and term in BY_ID for term, anchor in linked)
    assert 'href="/glossary"' in story
