"""A server of one's own: a process on a free port, which ends with this one."""

import atexit
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

PACKAGE = __package__.partition(".")[0]
GRACE = 5  # seconds that it may take to stop


class LocalServer:
    """`python -m backprop_playground serve` with its runs in memory. It stops when its standard input is closed, and so
    with this process however that ends. RuntimeError says why it did not start.
    """

    def __init__(self) -> None:
        # Any page may frame it: which address a notebook is shown at, this process can't know.
        env = {**os.environ, "BACKPROP_EMBED": "*", "PYTHONUNBUFFERED": "1", "PYTHONPATH": _path()}
        command = [sys.executable, "-P", "-m", PACKAGE, "serve", "--host", "127.0.0.1", "--port", "0"]
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115  closed with the server
        self._process = subprocess.Popen(
            [*command, "--no-open", "--store", "memory:", "--stop-with-input"],
            env=env,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            start_new_session=True,  # Ctrl-C interrupts the reader, not the server
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),  # the same on Windows
        )
        assert self._process.stdout is not None
        said = self._process.stdout.readline()
        found = re.search(r"http://\S+", said)
        if found is None:
            self._process.wait(GRACE)
            self._errors.seek(0)
            raise RuntimeError(f"The server did not start: {self._errors.read().strip() or said.strip()}")
        self.url = found.group().rstrip("/")
        atexit.register(self.close)

    @property
    def pid(self) -> int:
        return self._process.pid

    def close(self) -> None:
        """Ends it; the second time nothing happens."""
        atexit.unregister(self.close)
        if self._errors.closed:
            return
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
        self._errors.close()


def _path() -> str:
    """Where modules are looked for: first where this very package lies."""
    known = os.environ.get("PYTHONPATH")
    here = str(Path(__file__).absolute().parents[2])
    return os.pathsep.join([here, known] if known else [here])
