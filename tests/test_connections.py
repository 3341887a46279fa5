"""Connections: how many are let in, and who is cut off."""

import asyncio
import socket
from contextlib import suppress
from threading import Event, Thread

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from app import connections
from app.connections import Doorkeeper, GuardedProtocol
from tests.conftest import ThreadedServer


def test_connections_are_counted_by_client_and_in_all() -> None:
    door = Doorkeeper(10, 3, ["127.0.0.1", "10.0.0.0/8"])
    assert [door.admits("192.0.2.1") for _ in range(4)] == [True, True, True, False]
    door.leaves("192.0.2.1")
    assert door.admits("192.0.2.1")
    assert [door.admits(f"2001:db8::{number}") for number in range(4)] == [True, True, True, False]  # one customer
    assert [door.admits("10.1.2.3") for _ in range(5)] == [True, True, True, True, False]  # a proxy, until it is full


def test_one_client_has_half_of_all_at_most() -> None:
    assert Doorkeeper(10, 500, []).each == 5


@pytest.mark.parametrize("sent", [b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", b"GET / HTTP/1.1\r\nHo"])
def test_who_keeps_the_server_waiting_is_cut_off(monkeypatch: pytest.MonkeyPatch, sent: bytes) -> None:
    """A reader who takes nothing, and a request whose head does not end."""
    monkeypatch.setattr(connections, "door", lambda: (Doorkeeper(10, 5, []), 0.2))
    monkeypatch.setattr(connections, "HEAD", 0.2)
    gone = Event()

    async def endless(_: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

        async def fill() -> None:
            while True:
                await send({"type": "http.response.body", "body": bytes(1 << 16), "more_body": True})
                await asyncio.sleep(0)

        filling = asyncio.create_task(fill())
        while (await receive())["type"] != "http.disconnect":
            pass
        filling.cancel()
        gone.set()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(endless, http=GuardedProtocol, lifespan="off", log_level="critical")
        server = ThreadedServer(config)
        thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        assert server.ready.wait(20)
        with socket.create_connection(listener.getsockname()) as client:
            client.settimeout(20)
            client.sendall(sent)
            if sent.endswith(b"\r\n\r\n"):
                assert gone.wait(20)
            else:
                with suppress(ConnectionResetError):
                    assert client.recv(1) == b""
        server.should_exit = True
        thread.join(20)
