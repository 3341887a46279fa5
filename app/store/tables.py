"""Uploaded tables as this server has them in memory; they are kept in the store."""

from asyncio import to_thread
from collections import OrderedDict
from weakref import WeakValueDictionary

from ..runs.errors import UnknownTableError
from ..runs.tables import UploadedTable
from .encoding import pack_table, unpack_table
from .protocol import Store
from .record import table_of


class LiveTables:
    """Tables by name. `memory` bytes of them stay at hand beside those that a live run holds."""

    def __init__(self, store: Store, memory: int) -> None:
        self._store, self._memory = store, memory
        self._recent: OrderedDict[str, UploadedTable] = OrderedDict()  # least recently used first
        self._by_name: WeakValueDictionary[str, UploadedTable] = WeakValueDictionary()

    def __len__(self) -> int:
        return len(self._recent)

    async def add(self, table: UploadedTable) -> None:
        """Keeps a table. StoreDownError."""
        await self._store.add_table(table.name, await to_thread(pack_table, table))
        self._use(table)

    async def get(self, name: str) -> UploadedTable:
        """The table of that name, which counts as using it; UnknownTableError."""
        if not await self._store.has_table(name):
            raise UnknownTableError(name)
        return await self._loaded(name)

    async def remove(self, name: str) -> None:
        """Removes a table; UnknownTableError. Runs that are trained on it keep their samples."""
        if not await self._store.remove_table(name):
            raise UnknownTableError(name)
        self._recent.pop(name, None)

    async def of_run(self, fixed: bytes) -> UploadedTable | None:
        """The table that a kept run is trained on, also one that was removed since."""
        name = table_of(fixed)
        return None if name is None else await self._loaded(name)

    async def _loaded(self, name: str) -> UploadedTable:
        table = self._by_name.get(name)
        if table is None:
            content = await self._store.table(name)
            if content is None:
                raise UnknownTableError(name)
            table = await to_thread(unpack_table, content)
        self._use(table)
        return table

    def _use(self, table: UploadedTable) -> None:
        self._by_name[table.name] = self._recent[table.name] = table
        self._recent.move_to_end(table.name)
        taken = sum(kept.memory for kept in self._recent.values())
        while len(self._recent) > 1 and taken > self._memory:
            taken -= self._recent.popitem(last=False)[1].memory
