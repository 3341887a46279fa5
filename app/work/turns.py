"""Turns of the event loop: however many compute in slices, the loop comes round after one slice."""

from asyncio import Future, get_running_loop, sleep

from .rounds import Rounds


class Turns:
    """Between two slices of work its driver awaits a turn.

    With `asyncio.sleep(0)` in its place every driver would compute a slice before the loop looks at its sockets again:
    two hundred streams of 2 ms each make half a second. Here one does, and clients take turns.
    """

    def __init__(self) -> None:
        self._rounds: Rounds[Future[None]] = Rounds()
        self._handing = False

    async def next(self, client: str) -> None:
        """Returns when it is this client's turn."""
        loop = get_running_loop()
        mine: Future[None] = loop.create_future()
        self._rounds.add(client, mine)
        if not self._handing:
            self._handing = True
            loop.call_soon(self._hand_on)
        await mine
        await sleep(0)  # AnyIO cancels no task whose future is done: without this, it might never find another moment

    def _hand_on(self) -> None:
        """Gives the next turn: its slice is computed before this is called again."""
        while self._rounds:
            turn = self._rounds.pop()
            if not turn.done():  # nobody waits for one that was cancelled
                turn.set_result(None)
                get_running_loop().call_soon(self._hand_on)
                return
        self._handing = False
