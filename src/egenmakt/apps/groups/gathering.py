"""Work that several threads bring at the same moment, done by one of them for all."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Work = TypeVar("Work")


@dataclass(eq=False, slots=True)
class _Brought(Generic[Work]):
    """What one thread brought, and what wakes it: the work is done, or it is this thread's turn."""

    work: Work
    bell: threading.Lock = field(default_factory=threading.Lock)
    """A lock that is held from the beginning; whoever rings lets go of it."""
    is_done: bool = False

    def __post_init__(self) -> None:
        self.bell.acquire()


class Gathering(Generic[Work]):
    """Does at once what has come while the work before it was being done.

    Nobody waits for company: who comes alone begins at once. Who comes while another thread is at it sleeps, and the
    next of the sleepers does the work of all of them. So the busier it is, the more is done by one journey to the
    database and one waiting for the disk; and nothing is slower when it is not busy.

    Args: do, which does some works, of which none has the place of another, and raises nothing; place, what must not
    be twice in one gathering, such as the group; most, how many works are done together.
    """

    def __init__(
        self, *, do: Callable[[Sequence[Work]], None], place: Callable[[Work], Hashable], most: int = 32
    ) -> None:
        self._do, self._place, self._most = do, place, most
        self._door = threading.Lock()
        self._waiting: list[_Brought[Work]] = []
        self._is_busy = False

    def bring(self, work: Work) -> None:
        """Come back when the work was done, by this thread or another."""
        mine = _Brought(work)
        with self._door:
            self._waiting.append(mine)
            leads, self._is_busy = not self._is_busy, True
        if not leads:
            mine.bell.acquire()
            if mine.is_done:
                return
        together = self._gather()
        try:
            self._do([brought.work for brought in together])
        finally:
            self._leave(together, mine)

    def _gather(self) -> list[_Brought[Work]]:
        """Take what waits, in the order in which it came, but of each place only the first."""
        with self._door:
            places: set[Hashable] = set()
            taken: list[_Brought[Work]] = []
            left: list[_Brought[Work]] = []
            for brought in self._waiting:
                place = self._place(brought.work)
                if place in places or len(taken) == self._most:
                    left.append(brought)
                else:
                    places.add(place)
                    taken.append(brought)
            self._waiting = left
        return taken

    def _leave(self, together: Sequence[_Brought[Work]], mine: _Brought[Work]) -> None:
        """Wake those whose work is done, and the one that goes on with what has come meanwhile."""
        with self._door:
            following = self._waiting[0] if self._waiting else None
            self._is_busy = following is not None
        for brought in together:
            if brought is not mine:
                brought.is_done = True
                brought.bell.release()
        if following:
            following.bell.release()
