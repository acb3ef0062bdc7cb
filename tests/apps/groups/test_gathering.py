"""Threads that bring work at the same moment: one of them does it for all."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import pytest

from egenmakt.apps.groups.gathering import Gathering

PATIENCE = 20.0


@dataclass
class Slow:
    """Work that waits until it is told to go on, so that more can come meanwhile."""

    done: list[list[str]] = field(default_factory=list)
    begun: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)
    fails: bool = False

    def do(self, works: Sequence[str]) -> None:
        self.begun.set()
        assert self.go_on.wait(PATIENCE)
        self.done.append(list(works))
        if self.fails:
            raise RuntimeError("a fault in the work itself")


def _bring_while_busy(gathering: Gathering[str], slow: Slow, first: str, others: Sequence[str]) -> None:
    """Bring one work, and the others one after the other while it is being done; then wait for all."""
    threads = [threading.Thread(target=_bring, args=(gathering, work)) for work in (first, *others)]
    threads[0].start()
    assert slow.begun.wait(PATIENCE)
    for number, thread in enumerate(threads[1:], start=1):
        thread.start()
        while len(gathering._waiting) < number:
            assert thread.is_alive()
    slow.go_on.set()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()


def _bring(gathering: Gathering[str], work: str) -> None:
    with suppress(RuntimeError):
        gathering.bring(work)


def test_who_comes_alone_is_served_at_once() -> None:
    slow = Slow()
    slow.go_on.set()
    gathering = Gathering(do=slow.do, place=str)

    gathering.bring("a")
    gathering.bring("b")

    assert slow.done == [["a"], ["b"]]


def test_what_comes_while_one_is_busy_is_done_together_in_its_order() -> None:
    slow = Slow()

    _bring_while_busy(Gathering(do=slow.do, place=str), slow, "a", ["b", "c", "d"])

    assert slow.done == [["a"], ["b", "c", "d"]]


def test_two_works_of_one_place_are_never_done_together() -> None:
    slow = Slow()

    _bring_while_busy(Gathering(do=slow.do, place=lambda work: work[0]), slow, "a1", ["b1", "b2", "c1", "b3"])

    assert slow.done == [["a1"], ["b1", "c1"], ["b2"], ["b3"]]


def test_no_more_are_done_together_than_is_said() -> None:
    slow = Slow()

    _bring_while_busy(Gathering(do=slow.do, place=str, most=2), slow, "a", ["b", "c", "d"])

    assert slow.done == [["a"], ["b", "c"], ["d"]]


def test_a_fault_in_the_work_leaves_nobody_asleep() -> None:
    slow = Slow(fails=True)
    gathering = Gathering(do=slow.do, place=str)

    _bring_while_busy(gathering, slow, "a", ["b", "c"])

    assert slow.done == [["a"], ["b", "c"]]
    with pytest.raises(RuntimeError):
        gathering.bring("d")


def test_when_enough_are_waiting_another_gathering_begins_beside_the_first() -> None:
    slow = Slow()
    gathering = Gathering(do=slow.do, place=str, at_once=2, enough=2)
    threads = [threading.Thread(target=_bring, args=(gathering, work)) for work in "abc"]
    threads[0].start()
    assert slow.begun.wait(PATIENCE)
    slow.begun.clear()
    threads[1].start()
    while not gathering._waiting:
        assert threads[1].is_alive()
    assert not slow.begun.is_set()  # one alone is not enough

    threads[2].start()
    assert slow.begun.wait(PATIENCE)
    _bring_and_leave(gathering, slow, threads)

    assert sorted(map(sorted, slow.done)) == [["a"], ["b", "c"]]


def test_two_gatherings_that_end_at_the_same_moment_leave_nobody_asleep() -> None:
    done: list[str] = []
    door = threading.Lock()

    def do(works: Sequence[str]) -> None:
        with door:
            done.extend(works)

    gathering = Gathering(do=do, place=str, at_once=2, enough=2)
    threads = [
        threading.Thread(target=lambda n=n: [gathering.bring(f"{n}/{turn}") for turn in range(200)]) for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()

    assert sorted(done) == sorted(f"{n}/{turn}" for n in range(8) for turn in range(200))
    assert gathering._going_on == 0


def _bring_and_leave(gathering: Gathering[str], slow: Slow, threads: Sequence[threading.Thread]) -> None:
    slow.go_on.set()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()
    assert not gathering._waiting
