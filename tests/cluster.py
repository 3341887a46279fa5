"""What runs in compose.yaml, from Debian's packages: two servers, Redis with its persistence on, and a proxy."""

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from redis import Redis
from redis.exceptions import RedisError

from tests.processes import ServerProcess
from tests.proxy import behind_nginx, free_port


class Cluster:
    """Processes that can be killed and started again one by one; `url` is the proxy's, over HTTP/2 and TLS."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.redis_port = folder, free_port()
        self.store = f"redis://127.0.0.1:{self.redis_port}/0"
        self.url = ""
        self.start_redis()
        self.servers = [ServerProcess(self.store) for _ in range(2)]

    def start_redis(self) -> None:
        """Answers once it has read again what it had written."""
        command = ["redis-server", "--port", str(self.redis_port), "--bind", "127.0.0.1", "--dir", str(self.folder)]
        command += ["--appendonly", "yes", "--save", ""]
        self.redis = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        with Redis(port=self.redis_port) as client:
            while True:
                try:
                    client.ping()
                    return
                except RedisError:
                    assert self.redis.poll() is None, "redis-server did not start"

    def kill_redis(self) -> None:
        self.redis.kill()
        self.redis.wait()

    def kill_server(self, number: int) -> None:
        """As by kill -9."""
        self.servers[number].kill()

    def start_server(self, number: int) -> None:
        """Again, where it was."""
        self.servers[number] = ServerProcess(self.store, port=self.servers[number].port)


@contextmanager
def cluster() -> Iterator[Cluster]:
    with ExitStack() as stack:
        found = Cluster(Path(stack.enter_context(TemporaryDirectory())))
        stack.callback(found.kill_redis)
        for number in range(2):
            stack.callback(lambda number=number: found.kill_server(number))
        found.url = stack.enter_context(behind_nginx(*(server.url for server in found.servers)))
        yield found
