"""The store that an address names."""

from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from ..runs.errors import StoreDownError
from .memory import MemoryStore
from .protocol import Limits, Store
from .redis import RedisStore
from .sqlite import SqliteStore

MEMORY = "memory:"


def opened(address: str, limits: Limits) -> Store:
    """`memory:`, `sqlite:///path` with the path from the root on, or an address of Redis; StoreDownError.

    A Redis that is not there yet is no error: the server is not ready until it is.
    """
    if address == MEMORY:
        return MemoryStore(limits)
    found = urlsplit(address)
    if found.scheme == "sqlite" and not found.netloc and len(found.path) > 1:
        return SqliteStore(Path(url2pathname(found.path)), limits)
    if found.scheme in ("redis", "rediss", "unix"):
        return RedisStore(address, limits)
    raise StoreDownError(f"{address!r} is no store; allowed: {MEMORY}, sqlite:///path/to/file, redis://host:6379/0")


def sqlite_address(path: Path) -> str:
    return path.absolute().as_uri().replace("file:", "sqlite:", 1)
