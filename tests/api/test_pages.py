"""Pages and docs: below any path, and without a network."""

import json
import re
import threading
from asyncio import gather

import httpx
import pytest
from fastapi import FastAPI
from starlette.requests import Request

from app.main import create_app
from app.rendering import Rendered
from app.settings import Settings
from app.static_files import addresses

pytestmark = pytest.mark.anyio

FOR_GOOD = "public, max-age=31536000, immutable"


async def test_the_page_carries_the_catalog(client: httpx.AsyncClient) -> None:
    page = await client.get("/")
    assert page.status_code == 200
    block = re.search(r'<script type="application/json" id="catalog">(.*?)</script>', page.text, re.S)
    assert block is not None
    assert json.loads(block[1]) == (await client.get("/api/catalog")).json()


async def test_a_batch_of_all_samples_is_as_large_as_a_run_can_be(client: httpx.AsyncClient) -> None:
    rows = (await client.get("/api/catalog")).json()["limits"]["rows"]
    assert f'<option value="{rows}">all</option>' in (await client.get("/")).text
    script = (await client.get(addresses("")("js/run/settings.js"))).text
    assert re.search(rf"\bALL_SAMPLES = {rows};", script)


@pytest.mark.parametrize("path", ["/", "/story", "/story?x=0.5"])
async def test_a_page_is_the_same_packed_or_plain(client: httpx.AsyncClient, path: str) -> None:
    plain = await client.get(path, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    for accepted in ("gzip", "gzip, br"):
        packed = await client.get(path, headers={"accept-encoding": accepted})
        assert packed.headers["content-encoding"] == ("gzip" if "?" in path else accepted[-4:].strip(", "))
        assert packed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
        assert packed.text == plain.text
        assert int(packed.headers["content-length"]) < len(plain.content) / 3


@pytest.mark.parametrize("path", ["/", "/?dataset=spirals", "/story", "/story?x=0.5"])
async def test_a_page_is_revalidated_each_time_and_sent_once(client: httpx.AsyncClient, path: str) -> None:
    for accepted in ("identity", "gzip", "gzip, br"):
        first = await client.get(path, headers={"accept-encoding": accepted})
        assert first.headers["cache-control"] == "no-cache"
        for known in (first.headers["etag"], f'"old", {first.headers["etag"]}', "*"):
            again = await client.get(path, headers={"accept-encoding": accepted, "if-none-match": known})
            assert (again.status_code, again.content) == (304, b"")
            assert all(again.headers[name] == first.headers[name] for name in ("etag", "cache-control", "vary"))
        assert (await client.get(path, headers={"if-none-match": 'W/"old"'})).status_code == 200


async def test_a_page_is_rendered_once_and_beside_the_event_loop(app: FastAPI) -> None:
    rendered: list[tuple[str, bool]] = []

    def render(name: str) -> str:
        rendered.append((name, threading.current_thread() is threading.main_thread()))
        return f"This is {name}."

    pages = Rendered(render)
    request = Request({"type": "http", "app": app, "client": ("192.0.2.7", 1), "headers": []})
    for name in ("one", "two", "one"):
        assert (await pages.page(request, name)).bodies[""].decode() == f"This is {name}."
    assert rendered == [("one", False), ("two", False)]


async def test_a_class_behind_one_address_opens_a_page_at_once(client: httpx.AsyncClient) -> None:
    """More than a client may have under way at once: it is rendered once for all of them."""
    answers = await gather(*(client.get("/story") for _ in range(300)))
    assert {answer.status_code for answer in answers} == {200}


async def test_a_client_may_not_have_too_much_drawn_at_once(app: FastAPI, client: httpx.AsyncClient) -> None:
    app.state.desk.drawing.each = 1
    qr = "/qr.svg?link=http://test/?run=1"
    answers = await gather(*(client.get(qr) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [200, 429, 429]
    assert (await client.get(qr)).status_code == 200


async def test_pages_of_other_content_have_other_tags(client: httpx.AsyncClient) -> None:
    tags = {(await client.get(path)).headers["etag"] for path in ("/", "/story", "/story?x=0.5")}
    assert len(tags) == 3


BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


async def test_what_is_not_there_is_a_page_for_a_reader_and_a_problem_for_a_program(client: httpx.AsyncClient) -> None:
    page = await client.get("/nope", headers=BROWSER)
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")
    assert "/nope" in page.text
    assert re.search(r'<a[^>]* href="/"', page.text), "a way to the playground"
    for path, headers in [("/nope", {}), ("/nope", {"accept": "application/json"}), ("/api/nope", BROWSER)]:
        problem = await client.get(path, headers=headers)
        assert problem.status_code == 404
        assert problem.headers["content-type"] == "application/problem+json"
        assert problem.json()["status"] == 404
    run = await client.get("/api/runs/nope", headers=BROWSER)
    assert run.headers["content-type"] == "application/problem+json"


async def test_a_path_that_is_not_there_is_text_on_its_page(client: httpx.AsyncClient) -> None:
    page = await client.get("/<img src=x onerror=alert(1)>", headers=BROWSER)
    assert page.status_code == 404
    assert "<img" not in page.text


async def test_a_qr_code_is_made_of_links_to_this_server_alone(client: httpx.AsyncClient) -> None:
    link = f"{client.base_url}/?step=3#op=dz2"
    code = await client.get("/qr.svg", params={"link": link})
    assert code.status_code == 200
    assert code.headers["content-type"] == "image/svg+xml"
    assert code.text.lstrip().startswith(("<?xml", "<svg"))
    assert code.content != (await client.get("/qr.svg", params={"link": link + "1"})).content
    for other in ("https://example.org/?step=3", "javascript:alert(1)", "", f"{client.base_url}.example.org/"):
        refused = await client.get("/qr.svg", params={"link": other})
        assert refused.status_code == 422, other
        assert refused.headers["content-type"] == "application/problem+json"
    assert (await client.get("/qr.svg", params={"link": link + "x" * 2000})).status_code == 422
    assert (await client.get("/qr.svg")).status_code == 422


async def test_everything_works_below_a_path() -> None:
    app = create_app(Settings(root_path="/play"))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        for prefix in ("", "/play"):  # a proxy may strip the path, or leave it
            page = await client.get(f"{prefix}/")
            assert page.status_code == 200
            script = addresses("/play")("js/main.js")
            assert f'src="{script}"' in page.text
            assert (await client.get(f"{prefix}{script.removeprefix('/play')}")).headers["cache-control"] == FOR_GOOD
            assert addresses("/play")("js/story.js") in (await client.get(f"{prefix}/story")).text
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
        assert call["description"], where
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


async def test_an_operation_is_called_as_its_handler(client: httpx.AsyncClient) -> None:
    found = (await client.get("/api/openapi.json")).json()
    names = [call["operationId"] for item in found["paths"].values() for call in item.values()]
    assert len(set(names)) == len(names)
    assert {"create_run", "fork_run", "train_run", "get_step", "create_dataset"} <= set(names)
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", name) for name in names), names


async def test_only_streams_are_tagged_live(client: httpx.AsyncClient) -> None:
    found = (await client.get("/api/openapi.json")).json()
    live = [path for path, item in found["paths"].items() for call in item.values() if "live" in call["tags"]]
    assert live == ["/api/runs/{run_id}/train"]
