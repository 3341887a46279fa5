"""A body that is not JSON: the reason, and the place by line and column."""

import json

import httpx
import pytest

from app.api.unreadable import unreadable

JSON = {"content-type": "application/json"}

BODIES = [
    (b'{"seed": 1,\n "steps": }', 2, 11, "Expecting value"),
    (b'{"seed": 1}\n{}', 2, 1, "Extra data"),
    (b'{\n"seed": ' + b"9" * 5000 + b"}", 2, 9, "5000 digits"),
    (b'{"' + b"8" * 5000 + b'\\"": [1,\n-' + b"9" * 5000 + b"]}", 2, 2, "5000 digits"),
    ('{"né": "'.encode() + b"\xff\xfe" + b'"}', 1, 9, "0xff is no UTF-8"),
    (b'{"[[[[":\n' + b"[" * 90_000, 2, None, "brackets are open"),
    (b'{"a":' * 90_000, 1, None, "brackets are open"),
]


@pytest.mark.parametrize(("body", "line", "column", "reason"), BODIES, ids=[reason for *_, reason in BODIES])
def test_the_place_is_found_where_the_parser_says_none(body: bytes, line: int, column: int | None, reason: str) -> None:
    found = unreadable(body)
    assert found is not None
    assert reason in found.reason
    assert found.line == line
    assert column is None or found.column == column


@pytest.mark.parametrize("body", [b"{}", '[1, "ü"]'.encode("utf-16"), b'"' + b"9" * 5000 + b'"'])
def test_what_can_be_read_has_no_such_place(body: bytes) -> None:
    json.loads(body)
    assert unreadable(body) is None


@pytest.mark.anyio
@pytest.mark.parametrize(("body", "line", "column", "reason"), BODIES, ids=[reason for *_, reason in BODIES])
async def test_the_problem_names_the_place(
    client: httpx.AsyncClient, body: bytes, line: int, column: int | None, reason: str
) -> None:
    answer = await client.post("/api/runs", content=body[:99_000], headers=JSON)
    found = answer.json()
    assert (answer.status_code, found["type"]) == (400, "urn:backprop-playground:not-json")
    error = found["errors"][0]
    assert (error["path"], error["line"]) == ("", line)
    assert column is None or error["column"] == column
    assert reason in found["detail"]
    assert f"line {line}, column {error['column']}" in found["detail"]
