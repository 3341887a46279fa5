"""The playground as an object: connected to a server, or with one of its own."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import httpx

from .binding import awaited, blocking
from .calls import RunCalls, config_of
from .exchange import Call, Work, answered, get, post
from .records import Table
from .run import AsyncRun, Run
from .server import LocalServer
from .tables import csv_of, query_of
from .transport import AsyncChannel, Channel
from .values import plain

T = TypeVar("T")


class PlaygroundCalls:
    """What is asked of a server, apart from its runs."""

    def catalog(self) -> Work[Mapping[str, Any]]:
        """Every data set and choice, with limits, defaults and one line of what it is, as JSON."""
        found: Mapping[str, Any] = yield from get("catalog")
        return found

    def experiments(self) -> Work[Sequence[Mapping[str, Any]]]:
        """The experiments as JSON: `id`, `title`, `claim`, the `config` to create a run from, how to `train` it."""
        found: Sequence[Mapping[str, Any]] = yield from get("experiments")
        return found

    def table(self, table: Any, /, *, title: str | None = None, **decisions: Any) -> Work[Table]:
        """Sends a table; a run takes it as its `dataset`.

        `table` is the path of a CSV file, its bytes, or a DataFrame of pandas or polars. `decisions` are those of the
        API: `target` (the column to predict), `left_out=["id"]`, `as_=["price:decimal_comma"]`, `missing="median"`,
        `sample=5000`, `seed=0` … Invalid says what can't be read, line by line; TypeError, OSError.
        """
        if title is None and isinstance(table, str | Path):
            title = Path(table).name
        query = query_of({"title": title, **decisions})
        call = Call("POST", "datasets", query=query, content=csv_of(table), repeatable=False)
        return Table.of((yield from answered(call)).json())

    def created(self, config: Mapping[str, Any], activation: str) -> Work[Any]:
        return (yield from post("runs", config_of(config, activation)))

    def found(self, run: str) -> Work[Any]:
        return (yield from get(f"runs/{run}"))

    def opened(self, file: "str | Path | bytes | Mapping[str, Any]") -> Work[Any]:
        if isinstance(file, str | Path):
            file = Path(file).read_bytes()
        fields = json.loads(file) if isinstance(file, bytes) else plain(file)
        return (yield from post("saved_runs", fields))


def server_of(url: str | None) -> tuple[str, LocalServer | None]:
    """The address without a slash at its end, and the server that was started where there was none."""
    if url is not None:
        return url.rstrip("/"), None
    server = LocalServer()
    return server.url, server


class Playground:
    """A server of runs; every call waits for its answer.

    Without `url` a server is started on a free port of this machine. It keeps its runs in memory, and ends with
    `close`, at the end of a `with`, or with the program. Disconnected where none answers; RuntimeError where none can
    be started.
    """

    _calls = PlaygroundCalls()

    def __init__(self, url: str | None = None) -> None:
        self.url, self._server = server_of(url)
        self._client = httpx.Client(base_url=self.url)

    def run(self, *, activation: str = "tanh", **config: Any) -> Run:
        """Creates a run. Every field of a RunConfig may be left out: `play.run(dataset="moons", hidden=[8, 8])`.

        `dataset` is a name of the catalog, a Table, or {"inputs", "targets", "task"}; `hidden` lists layers, numbers
        of units alone take `activation`. Invalid names each field that can't be, with what is allowed.
        """
        return self._run(self._do(self._calls.created(config, activation)))

    def get(self, run: str) -> Run:
        """The run of that id. NotFound."""
        return self._run(self._do(self._calls.found(run)))

    def open(self, file: str | Path | bytes | Mapping[str, Any]) -> Run:
        """A run that was saved (`run.save`, or exported as JSON): it stands exactly where it stood, with its
        parameters, moments and averages, its place in the data and its changes. Invalid names what does not fit;
        OSError, ValueError where the file is no JSON."""
        return self._run(self._do(self._calls.opened(file)))

    def _run(self, fields: Mapping[str, Any]) -> Run:
        return Run(self._client, RunCalls(self.url, fields))

    def _do(self, work: Work[T]) -> T:
        return Channel(self._client).run(work)

    catalog = blocking(PlaygroundCalls.catalog)
    experiments = blocking(PlaygroundCalls.experiments)
    table = blocking(PlaygroundCalls.table)

    def close(self) -> None:
        """Closes the connections, and ends the server where it is our own; the second time it does nothing."""
        self._client.close()
        if self._server:
            self._server.close()

    def __enter__(self) -> "Playground":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<playground at {self.url}{', its own server' if self._server else ''}>"


class AsyncPlayground:
    """The same as Playground; every call is awaited: `async with AsyncPlayground() as play`."""

    _calls = PlaygroundCalls()

    def __init__(self, url: str | None = None) -> None:
        self.url, self._server = server_of(url)
        self._client = httpx.AsyncClient(base_url=self.url)

    async def run(self, *, activation: str = "tanh", **config: Any) -> AsyncRun:
        """Creates a run, as Playground.run does."""
        return self._run(await self._do(self._calls.created(config, activation)))

    async def get(self, run: str) -> AsyncRun:
        """The run of that id. NotFound."""
        return self._run(await self._do(self._calls.found(run)))

    async def open(self, file: str | Path | bytes | Mapping[str, Any]) -> AsyncRun:
        """A run that was saved, as Playground.open does."""
        return self._run(await self._do(self._calls.opened(file)))

    def _run(self, fields: Mapping[str, Any]) -> AsyncRun:
        return AsyncRun(self._client, RunCalls(self.url, fields))

    async def _do(self, work: Work[T]) -> T:
        return await AsyncChannel(self._client).run(work)

    catalog = awaited(PlaygroundCalls.catalog)
    experiments = awaited(PlaygroundCalls.experiments)
    table = awaited(PlaygroundCalls.table)

    async def close(self) -> None:
        """Closes the connections, and ends the server where it is our own; the second time it does nothing."""
        await self._client.aclose()
        if self._server:
            self._server.close()

    async def __aenter__(self) -> "AsyncPlayground":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
