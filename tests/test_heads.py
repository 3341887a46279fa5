"""A request's head, over a real socket: it can't grow without end, wherever in the request that is tried."""

import json
import socket
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import urlsplit

import httpx
import pytest

PIECE = b"x" * 4096
BEGINNINGS = {
    "path": b"GET /",
    "header": b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Long: ",
    "headers": b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n",
    "trailer": b"POST /api/runs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX-Long: ",
    "after a request": b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\nGET /healthz HTTP/1.1\r\nX-Long: ",
}


@pytest.mark.parametrize("where", BEGINNINGS)
def test_a_head_without_an_end_is_cut_off(server_url: str, where: str) -> None:
    address = urlsplit(server_url)
    piece = PIECE if where != "headers" else b"X-Short: 1\r\n" * 400
    with socket.create_connection((address.hostname, address.port), timeout=20) as connection:
        connection.sendall(BEGINNINGS[where])
        sent, answer = 0, b""
        with suppress(ConnectionError):  # the server has closed it
            while sent < 10_000_000:
                connection.sendall(piece)
                sent += len(piece)
        with suppress(ConnectionError):
            while part := connection.recv(1 << 16):
                answer += part
    assert sent < 10_000_000
    if answer:  # what was sent after it may have made the system forget it
        assert b" 400 Bad Request" in answer


def test_a_body_may_come_in_many_small_chunks(server_url: str) -> None:
    def rows() -> Iterator[bytes]:
        yield b"size,sold\n"
        for n in range(4000):
            yield f"{n},{'yes' if n % 3 else 'no'}\n".encode()

    headers = {"Content-Type": "text/csv"}
    answer = httpx.post(f"{server_url}/api/datasets?target=sold", content=rows(), headers=headers, timeout=60)
    assert answer.status_code == 201, answer.text
    assert json.loads(answer.content)["rows"] == 4000
