"""Bodies in JSON. A large one is read in a process: meanwhile the event loop would serve nobody else."""

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from .validation import few_errors, read
from .work import Work

LARGE = 20_000  # bytes: some milliseconds, where every value in it is wrong


class JsonRequest(Request):
    """A request whose body is to be of a type. `failed`: why a large one could not be read; `why` hands it out once."""

    def __init__(self, request: Request, kind: Any) -> None:
        super().__init__(request.scope, request.receive)
        self._request, self._kind = request, kind
        self.failed: Exception | None = None

    def why(self) -> Exception:
        """Why it could not be read. It is let go here: the error's traceback refers to this request, a cycle."""
        assert self.failed is not None
        failed, self.failed = self.failed, None
        return failed

    async def body(self) -> bytes:
        """It stays with the request that was given: whoever says what is wrong with it reads it there."""
        return await self._request.body()

    async def json(self) -> Any:
        """The value that the body stands for: of a large one as its type, of another as FastAPI goes on to read it."""
        body = await self.body()
        if len(body) <= LARGE:
            value = await super().json()
            if few_errors(self._kind, value):
                return value
        work = Work(self._request, self.app.state.desk)
        try:
            return await work.read(partial(read, self._kind, body))
        except Exception as error:
            self.failed = error
            raise


class JsonRoute(APIRoute):
    """A route that reads its bodies so."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle, field = super().get_route_handler(), self.body_field
        kind = None if field is None else field.field_info.annotation

        async def handle_json(request: Request) -> Response:
            asked = JsonRequest(request, kind)
            try:
                return await handle(asked)
            except Exception:
                if asked.failed is None:
                    raise
            raise asked.why()  # whatever a parser raises FastAPI takes for a body that is no JSON

        return handle_json
