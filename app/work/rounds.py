"""Round-robin: what several clients want, one of each client in turn."""

from collections import OrderedDict, deque
from typing import Generic, TypeVar

T = TypeVar("T")


class Rounds(Generic[T]):
    """Items by client; each client's in their order, the clients one after the other."""

    def __init__(self) -> None:
        self._items: OrderedDict[str, deque[T]] = OrderedDict()  # the client whose turn it is first
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def __contains__(self, item: T) -> bool:
        return any(item in items for items in self._items.values())

    def add(self, client: str, item: T) -> None:
        self._items.setdefault(client, deque()).append(item)
        self._size += 1

    def pop(self) -> T:
        """The next item; IndexError where there is none."""
        if not self._items:
            raise IndexError("nobody waits")
        client, items = self._items.popitem(last=False)
        if len(items) > 1:
            self._items[client] = items  # behind all others
        self._size -= 1
        return items.popleft()

    def remove(self, client: str, item: T) -> None:
        """Takes back an item that was not popped."""
        items = self._items[client]
        items.remove(item)
        self._size -= 1
        if not items:
            del self._items[client]
