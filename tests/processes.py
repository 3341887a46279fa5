"""Servers in processes of their own, as a user runs them: to be killed, stopped and started again."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import httpx
import orjson

ROOT = Path(__file__).resolve().parents[1]


class ServerProcess:
    """`python -m app` on a port of its own choice, or on the one that is given."""

    def __init__(self, store: str, *arguments: str, port: int = 0, **environment: str) -> None:
        command = [sys.executable, "-m", "app", "--no-open", "--port", str(port), "--store", store, *arguments]
        env = {**os.environ, "PYTHONUNBUFFERED": "1", **environment}
        # Not a pipe: one that nobody reads holds up a server that complains much.
        self._errors = TemporaryFile("w+")  # noqa: SIM115  closed by kill and stop
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=env, text=True, stdout=subprocess.PIPE, stderr=self._errors
        )
        assert self.process.stdout is not None
        said = self.process.stdout.readline()
        found = re.search(r"http://\S+", said)
        if found is None:
            self.process.wait()
            raise RuntimeError(f"{said}{self._said()}")
        self.url = found.group().rstrip("/")
        self.port = int(self.url.rpartition(":")[2])
        self.client = httpx.Client(base_url=self.url, timeout=60)

    def create(self, **config: Any) -> str:
        answer = self.client.post("/api/runs", json=config)
        assert answer.status_code == 201, answer.text
        run: str = answer.json()["id"]
        return run

    def run(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = self.client.get(f"/api/runs/{name}").raise_for_status().json()
        return found

    @contextmanager
    def stream(self, name: str, **fields: Any) -> Iterator[Iterator[bytes]]:
        """The lines of a training stream, as they come."""
        with self.client.stream("POST", f"/api/runs/{name}/train", json=fields) as answer:
            if answer.status_code != 200:
                answer.read()
                raise httpx.HTTPStatusError(answer.text, request=answer.request, response=answer)
            yield lines_of(answer)

    def train(self, name: str, **fields: Any) -> list[bytes]:
        with self.stream(name, **fields) as lines:
            return list(lines)

    def resident(self, peak: bool = False) -> int:
        """Bytes of memory that it has now, or the most that it has had."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return 1024 * int(status.partition("VmHWM:" if peak else "VmRSS:")[2].split()[0])

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()
        self._errors.close()
        self.client.close()

    def stop(self) -> tuple[int, str]:
        """By SIGTERM: its exit code, and what it said of errors."""
        self.process.terminate()
        self.process.communicate(timeout=60)
        self.client.close()
        return self.process.returncode, self._said()

    def _said(self) -> str:
        """What it has written to its standard error; once."""
        with self._errors:
            self._errors.seek(0)
            return self._errors.read()


def lines_of(answer: httpx.Response) -> Iterator[bytes]:
    """Whole lines alone, until the stream ends or breaks off."""
    rest = b""
    try:
        for piece in answer.iter_raw():
            *whole, rest = (rest + piece).split(b"\n")
            yield from whole
    except httpx.TransportError:
        return


def step_of(line: bytes) -> int:
    step: int = orjson.loads(line)["step"]
    return step


@contextmanager
def server(store: str, *arguments: str, port: int = 0, **environment: str) -> Iterator[ServerProcess]:
    started = ServerProcess(store, *arguments, port=port, **environment)
    try:
        yield started
    finally:
        started.kill()
