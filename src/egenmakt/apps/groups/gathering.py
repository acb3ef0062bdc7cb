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
    database and one waiting for the disk; and nothing is slower when it is not busy. When enough are asleep they need
    not wait either: one gathering is worked out while another waits for the disk.

    Args: do, which does some works, of which none has the place of another, and raises nothing; place, what must not
    be twice in one gathering, such as the group; most, how many works are done together; at_once, how many gatherings
    may go on at the same time; enough, how many works must be there for one to begin beside another.
    """

    def __init__(
        self,
        *,
        do: Callable[[Sequence[Work]], None],
        place: Callable[[Work], Hashable],
        most: int = 32,
        at_once: int = 1,
        enough: int = 6,
    ) -> None:
        self._do, self._place, self._most, self._at_once, self._enough = do, place, most, at_once, enough
        self._door = threading.Lock()
        self._waiting: list[_Brought[Work]] = []
        self._going_on = 0

    def bring(self, work: Work) -> None:
        """Come back when the work was done, by this thread or another."""
        mine = _Brought(work)
        with self._door:
            leads = self._may_begin(len(self._waiting) + 1)
            if leads:
                self._going_on += 1
            else:
                self._waiting.append(mine)
        if not leads:
            mine.bell.acquire()
            if mine.is_done:
                return
        together = self._gather(mine)
        try:
            self._do([brought.work for brought in together])
        finally:
            self._leave(together, mine)

    def _may_begin(self, number: int) -> bool:
        """Whether a gathering of so many works may begin now."""
        if self._going_on == 0:
            return number > 0
        return self._going_on < self._at_once and number >= self._enough

    def _gather(self, mine: _Brought[Work]) -> list[_Brought[Work]]:
        """One's own work and what waits, in the order in which it came, but of each place only the first."""
        with self._door:
            places = {self._place(mine.work)}
            taken = [mine]
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
            self._going_on -= 1
            following = self._waiting.pop(0) if self._may_begin(len(self._waiting)) else None
            if following:
                self._going_on += 1
        for brought in together:
            if brought is not mine:
                brought.is_done = True
                brought.bell.release()
        if following:
            following.bell.release()
