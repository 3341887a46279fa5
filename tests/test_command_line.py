"""The command line: it says where it listens, stops on Ctrl-C, and names what is wrong."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from app import __version__
from app.cli.server import listen

ROOT = Path(__file__).resolve().parents[1]


def start(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    env = {**os.environ, "PYTHONUNBUFFERED": "1", "BACKPROP_STORE": "memory:", **environment}
    command = [sys.executable, "-m", "app", *arguments]
    return subprocess.Popen(
        command, cwd=ROOT, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )


def test_it_says_where_it_listens_and_stops_cleanly_on_ctrl_c() -> None:
    with start("--port", "0", "--no-open") as process:
        assert process.stdout is not None
        address = re.search(r"http://\S+", process.stdout.readline())
        assert address is not None
        with urllib.request.urlopen(address.group() + "healthz", timeout=10) as answer:
            assert answer.status == 200
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)
    assert process.returncode == 0
    assert errors == ""


def test_it_says_where_it_keeps_runs(tmp_path: Path) -> None:
    """In the user's data folder, if nothing else is asked for."""
    with start("--port", "0", "--no-open", BACKPROP_STORE="", XDG_DATA_HOME=str(tmp_path)) as process:
        assert process.stdout is not None
        process.stdout.readline()
        path = tmp_path / "backprop-playground" / "runs.sqlite"
        assert process.stdout.readline() == f"Runs are kept in sqlite://{path}\n"
        assert path.exists()
        process.send_signal(signal.SIGTERM)
        assert process.communicate(timeout=20) == ("", "")
    assert process.returncode == 0


def test_several_processes_share_no_memory() -> None:
    with start("--workers", "2", "--store", "memory:") as process:
        _, errors = process.communicate(timeout=20)
    assert process.returncode == 2
    assert "--workers" in errors


def test_a_port_in_use_is_a_clear_message() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with start("--port", port, "--no-open") as process:
            _, errors = process.communicate(timeout=20)
    assert process.returncode == 1
    assert errors.startswith(f"Can't listen on 127.0.0.1 port {port}: ")
    assert "Traceback" not in errors


def test_connections_are_dealt_out_among_processes_and_a_second_server_is_refused() -> None:
    listeners = listen("127.0.0.1", 0, workers=2)
    address = listeners[0].getsockname()
    with ExitStack() as stack:
        for each in listeners:
            stack.enter_context(each).setblocking(False)
        for _ in range(100):
            stack.enter_context(socket.create_connection(address))
        dealt = [len(accepted(each, stack)) for each in listeners]
        assert sum(dealt) == 100
        assert min(dealt) > 20 or sys.platform != "linux"  # elsewhere they share a socket
        with pytest.raises(OSError, match="in use"):
            listen(*address, workers=2)


def accepted(listener: socket.socket, stack: ExitStack) -> list[socket.socket]:
    """The connections that wait at a socket."""
    found = []
    with suppress(BlockingIOError):
        while True:
            found.append(stack.enter_context(listener.accept()[0]))
    return found


def test_the_port_may_come_from_the_environment() -> None:
    with socket.create_server(("127.0.0.1", 0)) as once_free:
        port = once_free.getsockname()[1]
    with start("--no-open", PORT=str(port)) as process:
        assert process.stdout is not None
        assert f"http://127.0.0.1:{port}/" in process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)


@pytest.mark.parametrize("port", ["70000", "-1", "eighty"])
def test_what_is_no_port_is_refused_by_name(port: str) -> None:
    with start("--port", port, "--no-open") as process:
        _, errors = process.communicate(timeout=20)
    assert process.returncode == 2
    assert "--port" in errors
    assert port in errors


def test_it_prints_its_version() -> None:
    with start("--version") as process:
        said, _ = process.communicate(timeout=20)
    assert said.strip() == f"backprop-playground {__version__}"
