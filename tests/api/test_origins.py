"""Whose pages may use this server: what a browser says of it (Fetch Metadata, Origin), and the name it is called by."""

import httpx
import pytest
from fastapi import FastAPI

from app.api.origins import is_loopback
from app.main import create_app
from app.settings import Settings
from tests.api.test_problems import problem

pytestmark = pytest.mark.anyio

FOREIGN = "https://elsewhere.example"


def at(app: FastAPI, base_url: str) -> httpx.AsyncClient:
    """A client that comes in at the address of `base_url`."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=base_url)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "http://test"},
        {"sec-fetch-site": "same-origin", "origin": "https://a-proxy.example"},
        {"sec-fetch-site": "none"},
    ],
)
async def test_our_own_page_and_a_script_may_change_something(
    client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    assert (await client.post("/api/runs", headers=headers)).status_code == 201


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": FOREIGN},
        {"origin": "null"},
        {"origin": "http://test:81"},
        {"origin": "http://["},
        {"origin": "http://test.elsewhere.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site", "origin": "http://test"},
    ],
)
async def test_another_site_s_page_changes_nothing(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
    run = (await client.post("/api/runs")).json()["id"]
    for method, path in (
        ("POST", "/api/runs"),
        ("POST", f"/api/runs/{run}/train"),
        ("POST", "/api/datasets"),
        ("PATCH", f"/api/runs/{run}"),
        ("DELETE", f"/api/runs/{run}"),
    ):
        problem(await client.request(method, path, headers=headers), 403)
    found = await client.get(f"/api/runs/{run}", headers=headers)  # which its page can't read: no CORS header is sent
    assert found.json()["step"] == 0
    assert "access-control-allow-origin" not in found.headers


async def test_plain_text_changes_nothing(client: httpx.AsyncClient) -> None:
    for path in ("/api/runs", "/api/datasets"):
        answer = await client.post(path, content=b"a,b\n1,2\n", headers={"content-type": "text/plain; charset=utf-8"})
        problem(answer, 415)


async def test_on_the_loopback_interface_a_foreign_name_is_refused(app: FastAPI) -> None:
    async with at(app, "http://127.0.0.1:8000") as client:
        for name in ("127.0.0.1:8000", "localhost:8000", "LOCALHOST", "play.localhost:1", "[::1]:8000", "127.9.9.9"):
            assert (await client.get("/healthz", headers={"host": name})).status_code == 200, name
        for name in ("elsewhere.example", "localhost.elsewhere.example", "10.0.0.1:8000", "", "]", "127.0.0.1.nip.io"):
            found = problem(await client.get("/healthz", headers={"host": name}), 421)
            assert "BACKPROP_HOSTS" in found["detail"], name


async def test_a_proxy_s_name_is_known_once_it_is_set() -> None:
    async with at(create_app(Settings(hosts="play.example.org")), "http://127.0.0.1:8000") as client:
        for origin in ("https://play.example.org", "http://127.0.0.1:8000"):
            answer = await client.post("/api/runs", headers={"host": "play.example.org", "origin": origin})
            assert answer.status_code == (201 if "play" in origin else 403)
        # A proxy that passes its own name for us on, and the browser's Origin as it was.
        assert (await client.post("/api/runs", headers={"origin": "https://play.example.org"})).status_code == 201
        assert (await client.get("/healthz", headers={"host": "elsewhere.example"})).status_code == 421
    async with at(create_app(Settings(hosts="*")), "http://127.0.0.1:8000") as client:
        assert (await client.get("/healthz", headers={"host": "elsewhere.example"})).status_code == 200


async def test_on_another_interface_any_name_is_answered(app: FastAPI) -> None:
    async with at(app, "http://192.0.2.7:8000") as client:
        assert (await client.get("/healthz", headers={"host": "play.example.org"})).status_code == 200


@pytest.mark.parametrize(
    ("embed", "ancestors"),
    [("", "'self'"), ("https://a.example http://b.example:81", "'self' https://a.example http://b.example:81")],
)
async def test_who_may_frame_the_page_is_a_setting(embed: str, ancestors: str) -> None:
    async with at(create_app(Settings(embed=embed)), "http://test") as client:
        for path in ("/", "/story", "/api/catalog"):
            policy = (await client.get(path)).headers["content-security-policy"]
            assert policy.endswith(f"; frame-ancestors {ancestors}"), path


async def test_the_page_knows_who_may_frame_it_and_what_it_is_for_from_the_first_paint_on() -> None:
    async with at(create_app(Settings(embed="https://a.example http://b.example:81")), "http://test") as client:
        page = (await client.get("/?embed=1")).text
        assert 'data-embed="https://a.example http://b.example:81"' in page
        assert 'class="app without-run embed"' in page
        assert "/css/page/embed.css" in page
        for query in ("", "?embed=2", "?seed=1"):
            page = (await client.get(f"/{query}")).text
            assert "without-run embed" not in page
            assert "/css/page/embed.css" not in page
    async with at(create_app(Settings()), "http://test") as client:
        assert "data-embed" not in (await client.get("/?embed=1")).text


@pytest.mark.parametrize("embed", ["https://a.example/", "a.example", "https://a.example; script-src *", "* *"])
def test_an_origin_that_is_none_is_refused_at_the_start(embed: str) -> None:
    with pytest.raises(ValueError, match="embed"):
        Settings(embed=embed)


def test_what_is_loopback() -> None:
    assert all(map(is_loopback, ["localhost", "a.localhost", "127.0.0.1", "127.1.2.3", "::1"]))
    assert not any(map(is_loopback, [None, "", "localhost.example", "10.0.0.1", "::2", "example"]))
