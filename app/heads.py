"""The head of a request: how long it may be. uvicorn's compiled parser by itself takes any number of bytes."""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LONGEST = 1 << 16  # bytes, as h11 has it


class BoundedHead(HttpToolsProtocol):
    """uvicorn's connection; 400 where what is no body (request line, headers, trailers) becomes too long.

    Each chunk of a body has a line of its own, so as much of that may come as there is body.
    """

    _beside_body = 0  # bytes of the request under way, less those of its body

    def data_received(self, data: bytes) -> None:
        self._beside_body += len(data)
        super().data_received(data)
        if self._beside_body > LONGEST and not self.transport.is_closing():
            self.send_400_response("The head of the request is too long.")

    def on_message_begin(self) -> None:
        self._beside_body = 0
        super().on_message_begin()

    def on_body(self, body: bytes) -> None:
        self._beside_body -= 2 * len(body)
        super().on_body(body)
