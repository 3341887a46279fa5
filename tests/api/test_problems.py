"""Problems: every error is answered as one, with the security headers."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.api.problems import PROBLEMS
from app.api.shown import shown
from app.runs import errors
from app.static_files import addresses

pytestmark = pytest.mark.anyio

SCRIPT = addresses("")("js/main.js")
JSON = {"content-type": "application/json"}


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = answer.json()
    assert found["status"] == status
    assert found["title"]
    assert found["detail"]
    return found


async def test_a_bad_field_is_named_with_the_value_it_got(client: httpx.AsyncClient) -> None:
    body = {"hidden": [{"units": 0, "activation": "swish"}], "learning_rate": False}
    found = problem(await client.post("/api/runs", json=body), 422)
    by_path = {item["path"]: item for item in found["errors"]}
    assert by_path["hidden[0].units"]["value"] == 0
    assert by_path["hidden[0].activation"]["value"] == "swish"
    assert "tanh" in by_path["hidden[0].activation"]["allowed"]
    assert by_path["learning_rate"]["value"] is False


async def test_the_tags_of_our_unions_stay_inside(client: httpx.AsyncClient) -> None:
    table = {"inputs": [[1, "a"]], "targets": [True], "task": "guess"}
    found = problem(await client.post("/api/runs", json={"dataset": table}), 422)
    assert [item["path"] for item in found["errors"]] == [
        "dataset.inputs[0][1]",
        "dataset.targets[0]",
        "dataset.task",
    ]


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"{", JSON, 400),
        (b"[" * 90_000, JSON, 400),
        (b"\xff", JSON, 400),
        (b'{"seed": ' + b"9" * 5000 + b"}", JSON, 400),
        (b"a=1", {"content-type": "application/x-www-form-urlencoded"}, 415),
        (b"{}", {"content-type": "text/plain"}, 415),
        (b" " * 100_001, JSON, 413),
        (b"[]", JSON, 422),
        (b'{"seed": ' + b"9" * 400 + b"}", JSON, 422),
        (b'{"learning_rate": NaN}', JSON, 422),
        (b'{"learning_rate": 1e999}', JSON, 422),
        (b'{"\\ud800": 1}', JSON, 422),
        (b'{"dataset": {"inputs": ' + b"[" * 900 + b"]" * 900 + b"}}", JSON, 422),
        (b'{"dataset": ' + b'{"a":' * 900 + b"1" + b"}" * 901, JSON, 422),
        (b'{"seed": 1, "seed": -1}', JSON, 422),
        (b"{}", {"content-type": "%%%"}, 415),
    ],
)
async def test_a_body_that_can_not_be_read_is_a_problem(
    client: httpx.AsyncClient, content: bytes, headers: dict[str, str], status: int
) -> None:
    problem(await client.post("/api/runs", content=content, headers=headers), status)


async def test_an_unknown_path_and_a_method_that_is_not_allowed_are_problems(client: httpx.AsyncClient) -> None:
    problem(await client.get("/nothing"), 404)
    problem(await client.get(addresses("")("js/nothing.js")), 404)
    problem(await client.get("/api/runs/%00%ff"), 404)
    answer = await client.put("/api/runs/x")
    problem(answer, 405)
    assert answer.headers["allow"] == "DELETE, GET, HEAD, PATCH"
    assert (await client.options(SCRIPT)).headers["allow"] == "GET, HEAD"
    assert (await client.head("/api/runs")).headers["allow"] == "POST"


@pytest.mark.parametrize("path", ["/", "/healthz", "/api/catalog", "/api/docs", "/api/openapi.json", SCRIPT])
async def test_head_is_answered_like_get_without_a_body(client: httpx.AsyncClient, path: str) -> None:
    name = {"X-Request-ID": "same"}  # of each request it would be another
    head, get = await client.head(path, headers=name), await client.get(path, headers=name)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers == get.headers


@pytest.mark.parametrize("path", ["/healthz", "/api/catalog", "/api/experiments", "/api/openapi.json", "/api/runs/x"])
async def test_an_answer_in_json_ends_its_line(client: httpx.AsyncClient, path: str) -> None:
    content = (await client.get(path)).content
    assert content.endswith((b"}\n", b"]\n"))
    assert not content.endswith(b"\n\n")


@pytest.mark.parametrize("path", ["/api/catalog", "/api/glossary", "/api/experiments", "/api/openapi.json"])
async def test_what_never_changes_is_sent_once(client: httpx.AsyncClient, path: str) -> None:
    first = await client.get(path)
    assert first.headers["cache-control"] == "no-cache"
    again = await client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    other = await client.get(path, headers={"If-None-Match": '"another"'})
    assert (other.status_code, other.json()) == (200, first.json())


async def test_a_body_that_is_announced_too_large_is_refused_before_it_is_read(app: FastAPI) -> None:
    async def receive() -> dict[str, Any]:
        raise AssertionError("the body should not be read")

    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/api/runs",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json"), (b"content-length", b"100001")],
    }
    await app(scope, receive, send)  # type: ignore[arg-type]
    assert sent[0]["status"] == 413


async def test_what_a_run_can_not_do_is_a_problem(client: httpx.AsyncClient) -> None:
    run = (await client.post("/api/runs")).json()["id"]
    path = f"/api/runs/{run}"
    assert problem(await client.get(f"{path}/steps/1"), 404)["type"].endswith("no-such-step")
    problem(await client.get(f"{path}/steps/x"), 422)
    problem(await client.get(f"{path}?surfaces=101"), 422)
    problem(await client.post(f"{path}/train", json={"from_step": 3}), 409)
    assert problem(await client.post(f"{path}/rewind", json={"step": 1}), 409)["type"].endswith("out-of-reach")
    problem(await client.post(f"{path}/forks", json={"step": 1}), 409)
    assert problem(await client.post(f"{path}/train", json={"spotlight": 300}), 422)["errors"][0]["value"] == 300
    problem(await client.get(f"{path}/steps/0"), 404)


def test_every_domain_error_has_a_status() -> None:
    found = {error for error in vars(errors).values() if isinstance(error, type) and issubclass(error, errors.RunError)}
    assert found - {errors.RunError} == set(PROBLEMS)


def test_values_in_problems_are_escaped_and_shortened() -> None:
    assert shown(2**60) == str(2**60)
    assert shown(float("nan")) == "nan"
    assert shown([1] * 50) == "a list of 50"
    assert shown("\ud800") == "?"
    assert shown({"a": [1.5, None, True]}) == {"a": [1.5, None, True]}
    assert len(shown("x" * 1000)) == 200
    assert shown([[[[[[1]]]]]]) == [[[["a list of 1"]]]]


async def test_every_answer_carries_the_security_headers(app: FastAPI) -> None:
    @app.get("/broken")
    async def broken() -> None:
        raise RuntimeError("a bug")

    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        run = (await client.post("/api/runs")).json()["id"]
        answers = [
            await client.get(path)
            for path in ("/", "/healthz", "/nothing", "/api/docs", "/broken", addresses("")("js/nothing.js"))
        ]
        answers.append(await client.post(f"/api/runs/{run}/train"))
        module = await client.get(SCRIPT)
    assert module.headers["x-content-type-options"] == "nosniff"
    assert module.headers["cross-origin-resource-policy"] == "same-origin"
    problem(answers[4], 500)
    assert "a bug" not in answers[4].text
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cross-origin-opener-policy"] == "same-origin"
