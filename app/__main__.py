"""The command line: serve the playground and open it in a browser."""

import argparse
import contextlib
import socket
import sys
import webbrowser
from collections.abc import Sequence

import uvicorn

from app import __version__
from app.main import create_app
from app.settings import Settings


class Server(uvicorn.Server):
    """Uvicorn, which says where it listens and opens that address once it answers."""

    def __init__(self, config: uvicorn.Config, address: str, open_browser: bool) -> None:
        super().__init__(config)
        self.address = address
        self.open_browser = open_browser

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.started:
            return
        print(f"Backprop Playground {__version__} listens on {self.address}  (Ctrl-C stops it)", flush=True)
        if self.open_browser:
            webbrowser.open(self.address)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; OSError where the address can't be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family, backlog=2048)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # asyncio leaves it off on a socket it is given
    return listener


def address_of(host: str, port: int, root_path: str) -> str:
    """What to type into a browser on this machine: 0.0.0.0 is not a place to go to."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{port}{root_path}/"


def parse(argv: Sequence[str] | None, settings: Settings) -> argparse.Namespace:
    parser = argparse.ArgumentParser("backprop-playground", description="See how a neural network learns.")
    parser.add_argument("--host", default=settings.host, help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=settings.port, help="0 takes any free one (default: %(default)s)")
    parser.add_argument("--no-open", action="store_true", help="do not open a browser")
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    args = parser.parse_args(argv)
    if not 0 <= args.port <= 65535:
        parser.error(f"argument --port: {args.port} is not a port; allowed: 0 to 65535")
    return args


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until Ctrl-C. 0 after a clean stop, 1 where the address can't be had."""
    settings = Settings()
    args = parse(argv, settings)
    try:
        listener = listen(args.host, args.port)
    except OSError as error:
        reason = error.strerror or str(error)
        print(f"Can't listen on {args.host} port {args.port}: {reason}. Another port: --port 0.", file=sys.stderr)
        return 1
    port = listener.getsockname()[1]
    config = uvicorn.Config(
        create_app(settings),
        log_level="warning",
        timeout_graceful_shutdown=2,  # an open stream must not hold up Ctrl-C
        server_header=False,
    )
    server = Server(config, address_of(args.host, port, settings.root_path), not args.no_open)
    with listener, contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[listener])
    return 0


if __name__ == "__main__":
    sys.exit(main())
