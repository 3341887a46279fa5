"""Page, docs and files: below any path, and without a network."""

import json
import re

import httpx
import pytest

from app.main import create_app
from app.settings import Settings

pytestmark = pytest.mark.anyio


async def test_the_page_carries_the_catalog(client: httpx.AsyncClient) -> None:
    page = await client.get("/")
    assert page.status_code == 200
    block = re.search(r'<script type="application/json" id="catalog">(.*?)</script>', page.text, re.S)
    assert block is not None
    assert json.loads(block[1]) == (await client.get("/api/catalog")).json()


async def test_the_page_is_the_same_packed_or_plain(client: httpx.AsyncClient) -> None:
    packed = await client.get("/", headers={"accept-encoding": "gzip"})
    plain = await client.get("/", headers={"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.text == plain.text
    assert int(packed.headers["content-length"]) < len(plain.content) / 3


async def test_files_are_revalidated_each_time(client: httpx.AsyncClient) -> None:
    first = await client.get("/static/css/frame.css")
    assert first.headers["cache-control"] == "no-cache"
    assert "last-modified" not in first.headers  # the tag says it, and each of many small files is a header lighter
    again = await client.get("/static/css/frame.css", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304


async def test_everything_works_below_a_path() -> None:
    app = create_app(Settings(root_path="/play"))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        for prefix in ("", "/play"):  # a proxy may strip the path, or leave it
            page = await client.get(f"{prefix}/")
            assert page.status_code == 200
            assert 'src="/play/static/js/main.js"' in page.text
            assert (await client.get(f"{prefix}/static/js/main.js")).status_code == 200
            made = await client.post(f"{prefix}/api/runs")
            assert made.headers["location"].startswith("/play/api/runs/")
            assert (await client.get(f"{prefix}/api/openapi.json")).json()["servers"] == [{"url": "/play"}]


async def test_the_docs_need_no_network_and_no_inline_script(client: httpx.AsyncClient) -> None:
    page = await client.get("/api/docs")
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert addresses
    for address in addresses:
        assert "//" not in address
        assert (await client.get(f"/api/{address}")).status_code == 200, address
    assert not re.search(r"<script>|<style|style=", page.text)


async def test_every_call_is_described_with_examples(client: httpx.AsyncClient) -> None:
    found = (await client.get("/api/openapi.json")).json()
    calls = [(path, method, call) for path, item in found["paths"].items() for method, call in item.items()]
    assert calls
    tags = {tag["name"]: tag["description"] for tag in found["tags"]}
    assert set(tags) == {tag for _, _, call in calls for tag in call["tags"]}
    for path, method, call in calls:
        where = f"{method} {path}"
        assert call["summary"], where
        for parameter in call.get("parameters", []):
            assert parameter.get("description"), (where, parameter["name"])
        for status, answer in call["responses"].items():
            for media, content in answer.get("content", {}).items():
                assert "example" in content, (where, status)
                assert media == "application/problem+json" or status < "300", where
        for media, content in call.get("requestBody", {}).get("content", {}).items():
            assert content["examples"], (where, media)
    references = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(found)))
    assert references <= set(found["components"]["schemas"])
    assert "HTTPValidationError" not in found["components"]["schemas"]


async def test_only_streams_are_tagged_live(client: httpx.AsyncClient) -> None:
    found = (await client.get("/api/openapi.json")).json()
    live = [path for path, item in found["paths"].items() for call in item.values() if "live" in call["tags"]]
    assert live == ["/api/runs/{run_id}/train"]
