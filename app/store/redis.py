"""The store in Redis: for any number of machines.

Each call that changes something is one script, which Redis runs alone from its first to its last command: the check of
the token and the write are never apart. Leases and what was not used for long run out by Redis's own clock. It is made
for one Redis, with its persistence on, not for a cluster.
"""

from asyncio import CancelledError, create_task, shield
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from .. import metrics
from ..runs.errors import BusyError, LeaseLostError, StoreDownError, StoreFullError, UnknownRunError
from .protocol import Head, Lease, Limits, Update, Usage
from .record import StoredRun

T = TypeVar("T")
PATIENCE = 2.0  # seconds until a command counts as not answered

SHARED = """
local prefix = 'backprop:'
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local function key(...) return prefix .. table.concat({...}, ':') end
local function held(run) return redis.call('EXISTS', key('lease', run)) == 1 end
local function head(run)
  local row = redis.call('HMGET', key('run', run), 'version', 'promised')
  if not row[1] then return nil end
  return {row[1], held(run) and 1 or 0, tonumber(row[2])}
end
local function use(run, idle)
  redis.call('ZADD', key('used'), now, run)
  redis.call('EXPIRE', key('run', run), idle)
  redis.call('EXPIRE', key('checkpoints', run), idle)
end
local function resize(name, bytes)
  local old = tonumber(redis.call('HGET', key('bytes'), name) or 0)
  if bytes then redis.call('HSET', key('bytes'), name, bytes) else redis.call('HDEL', key('bytes'), name) end
  redis.call('INCRBY', key('total'), (bytes or 0) - old)
end
local function total() return tonumber(redis.call('GET', key('total')) or 0) end
local function free_table(name) return redis.call('SCARD', key('table-runs', name)) == 0 end
local function delete_table(name)
  redis.call('DEL', key('table', name))
  redis.call('ZREM', key('tables'), name)
  resize(name, nil)
end
local function delete_run(run)
  local on = redis.call('HGET', key('on'), run)
  if on then
    redis.call('HDEL', key('on'), run)
    redis.call('SREM', key('table-runs', on), run)
    if free_table(on) and redis.call('HGET', key('table', on), 'listed') ~= '1' then delete_table(on) end
  end
  redis.call('DEL', key('run', run), key('checkpoints', run))
  redis.call('ZREM', key('used'), run)
  resize(run, nil)
end
local function make_room(idle, most_runs, most_bytes, more_runs, more_bytes)
  for _, run in ipairs(redis.call('ZRANGEBYSCORE', key('used'), '-inf', '(' .. string.format('%.6f', now - idle))) do
    if not held(run) then delete_run(run) end
  end
  for _, name in ipairs(redis.call('ZRANGEBYSCORE', key('tables'), '-inf', '(' .. string.format('%.6f', now - idle))) do
    if free_table(name) then delete_table(name) end
  end
  if total() + more_bytes > most_bytes then
    for _, name in ipairs(redis.call('ZRANGE', key('tables'), 0, -1)) do
      if total() + more_bytes <= most_bytes then break end
      if free_table(name) then delete_table(name) end
    end
  end
  local runs = redis.call('ZCARD', key('used')) + more_runs
  if runs > most_runs or total() + more_bytes > most_bytes then
    for _, run in ipairs(redis.call('ZRANGE', key('used'), 0, -1)) do
      if runs <= most_runs and total() + more_bytes <= most_bytes then break end
      if not held(run) then
        delete_run(run)
        runs = runs - 1
      end
    end
  end
  return runs <= most_runs
end
"""
SCRIPTS = {
    "create": """
local run, fixed, moving, on = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local idle, bytes = tonumber(ARGV[5]), #fixed + #moving
if not make_room(idle, tonumber(ARGV[6]), tonumber(ARGV[7]), 1, bytes) then return 'full' end
redis.call('HSET', key('run', run), 'fixed', fixed, 'moving', moving, 'version', '0', 'writes', 0,
  'token', 0, 'holder', '', 'promised', 0)
if on ~= '' then
  redis.call('HSET', key('on'), run, on)
  redis.call('SADD', key('table-runs', on), run)
end
resize(run, bytes)
use(run, idle)
return '0'
""",
    "head": "return head(ARGV[1])",
    "load": """
local run = ARGV[1]
local found = head(run)
if not found then return nil end
local row = redis.call('HMGET', key('run', run), 'fixed', 'moving')
return {found, row[1], row[2], redis.call('HGETALL', key('checkpoints', run))}
""",
    "take": """
local run, holder = ARGV[1], ARGV[2]
local found = head(run)
if not found then return 'unknown' end
if found[2] == 1 and redis.call('HGET', key('run', run), 'holder') ~= holder then return 'busy' end
local token = redis.call('HINCRBY', key('run', run), 'token', 1)
redis.call('HSET', key('run', run), 'holder', holder, 'promised', math.max(found[3], tonumber(ARGV[4])))
redis.call('SET', key('lease', run), token, 'PX', ARGV[3])
use(run, tonumber(ARGV[5]))
return {token, found}
""",
    "write": """
local run, holder, token, ms, moved, moving = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), ARGV[5], ARGV[6]
local row = redis.call('HMGET', key('run', run), 'token', 'holder', 'version')
if not row[1] then return {'unknown'} end
if row[1] ~= token or row[2] ~= holder then return {'lost'} end
local version = row[3]
if moved == '1' then
  version = holder .. '.' .. token .. '.' .. redis.call('HINCRBY', key('run', run), 'writes', 1)
  redis.call('HSET', key('run', run), 'moving', moving, 'version', version)
end
if moved == '1' or ms == 0 then redis.call('HSET', key('run', run), 'promised', 0) end
local dropped, at = tonumber(ARGV[8]), 9
for number = 1, dropped do redis.call('HDEL', key('checkpoints', run), ARGV[at]); at = at + 1 end
local changed = dropped > 0
while at < #ARGV do
  redis.call('HSET', key('checkpoints', run), ARGV[at], ARGV[at + 1])
  at, changed = at + 2, true
end
if changed then
  local bytes = redis.call('HSTRLEN', key('run', run), 'fixed') + redis.call('HSTRLEN', key('run', run), 'moving')
  for _, step in ipairs(redis.call('HKEYS', key('checkpoints', run))) do
    bytes = bytes + redis.call('HSTRLEN', key('checkpoints', run), step)
  end
  resize(run, bytes)
end
if ms > 0 then redis.call('SET', key('lease', run), token, 'PX', ms) else redis.call('DEL', key('lease', run)) end
use(run, tonumber(ARGV[7]))
return {'written', version}
""",
    "touch": "if head(ARGV[1]) then use(ARGV[1], tonumber(ARGV[2])) end",
    "remove": """
if not head(ARGV[1]) then return 0 end
delete_run(ARGV[1])
redis.call('DEL', key('lease', ARGV[1]))
return 1
""",
    "add_table": """
local name, content = ARGV[1], ARGV[2]
make_room(tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), 0, #content)
redis.call('HSET', key('table', name), 'content', content, 'listed', '1')
redis.call('ZADD', key('tables'), now, name)
resize(name, #content)
""",
    "has_table": """
if redis.call('HGET', key('table', ARGV[1]), 'listed') ~= '1' then return 0 end
redis.call('ZADD', key('tables'), now, ARGV[1])
return 1
""",
    "table": "return redis.call('HGET', key('table', ARGV[1]), 'content')",
    "remove_table": """
if redis.call('HGET', key('table', ARGV[1]), 'listed') ~= '1' then return 0 end
redis.call('HSET', key('table', ARGV[1]), 'listed', '0')
if free_table(ARGV[1]) then delete_table(ARGV[1]) end
return 1
""",
    "usage": "return {redis.call('ZCARD', key('used')), total()}",
}


class RedisStore:
    """`url` as redis-py has it: redis://host:6379/0, rediss:// with TLS, unix:///path/to/socket."""

    def __init__(self, url: str, limits: Limits) -> None:
        self._client = Redis.from_url(
            url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE, retry=Retry(NoBackoff(), 1)
        )
        self._scripts: dict[str, Callable[..., Awaitable[Any]]] = {
            name: self._client.register_script(SHARED + text) for name, text in SCRIPTS.items()
        }
        self._idle, self._limits = int(limits.idle), (int(limits.idle), limits.runs, limits.bytes)

    async def _ask(self, script: str, *values: Any) -> Any:
        """In a task of its own: a command that is cancelled halfway would leave its answer to the next one."""
        task = create_task(self._answer(script, values))
        try:
            return await shield(task)
        except CancelledError:
            task.add_done_callback(lambda done: done.cancelled() or done.exception())
            raise

    async def _answer(self, script: str, values: tuple[Any, ...]) -> Any:
        try:
            return await self._scripts[script](args=values)
        except (RedisError, OSError) as error:
            metrics.STORE_ERRORS.inc()
            raise StoreDownError(f"Redis does not answer ({error})") from error

    async def create(self, run: str, fixed: bytes, moving: bytes, table: str | None) -> str:
        version: bytes = await self._ask("create", run, fixed, moving, table or "", *self._limits)
        if version == b"full":
            raise StoreFullError(self._limits[1])
        return version.decode()

    async def head(self, run: str) -> Head:
        return _head(run, await self._ask("head", run))

    async def load(self, run: str) -> tuple[StoredRun, Head]:
        found = await self._ask("load", run)
        if found is None:
            raise UnknownRunError(run)
        head, fixed, moving, flat = found
        checkpoints = {int(step): state for step, state in zip(flat[::2], flat[1::2], strict=True)}
        return StoredRun(fixed, moving, checkpoints), _head(run, head)

    async def take(self, run: str, holder: str, seconds: float, promised: int = 0) -> Lease:
        found = await self._ask("take", run, holder, round(1000 * seconds), promised, self._idle)
        if found == b"busy":
            raise BusyError
        if found == b"unknown":
            raise UnknownRunError(run)
        return Lease(run, holder, found[0], _head(run, found[1]))

    async def write(self, lease: Lease, update: Update, seconds: float) -> str:
        moved = update.moving is not None
        added = [value for pair in update.added.items() for value in pair]
        what, *version = await self._ask(
            "write",
            lease.run,
            lease.holder,
            lease.token,
            round(1000 * seconds),
            int(moved),
            update.moving or b"",
            self._idle,
            len(update.dropped),
            *update.dropped,
            *added,
        )
        if what == b"unknown":
            raise UnknownRunError(lease.run)
        if what == b"lost":
            raise LeaseLostError(lease.run)
        written: bytes = version[0]
        return written.decode()

    async def touch(self, run: str) -> None:
        await self._ask("touch", run, self._idle)

    async def remove(self, run: str) -> None:
        if not await self._ask("remove", run):
            raise UnknownRunError(run)

    async def add_table(self, name: str, content: bytes) -> None:
        await self._ask("add_table", name, content, *self._limits)

    async def has_table(self, name: str) -> bool:
        return bool(await self._ask("has_table", name))

    async def table(self, name: str) -> bytes | None:
        content: bytes | None = await self._ask("table", name)
        return content

    async def remove_table(self, name: str) -> bool:
        return bool(await self._ask("remove_table", name))

    async def usage(self) -> Usage:
        return Usage(*await self._ask("usage"))

    async def close(self) -> None:
        await self._client.aclose()


def _head(run: str, found: Any) -> Head:
    if found is None:
        raise UnknownRunError(run)
    version, held, promised = found
    return Head(version.decode(), bool(held), promised)
