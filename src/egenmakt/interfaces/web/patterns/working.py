"""Working out a page beside the request: once for all who ask, kept, and never longer waited for than a reader waits.

What is worked out touches neither the database nor the reader's language: it is made from tables in memory, and its
name holds everything it was made from: the version of the data, the rounds, the filters, k and the seed.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotDone
from threading import Lock
from typing import Any, TypeVar

Result = TypeVar("Result")

PATIENCE = 4.0
"""Seconds that a reader waits before she is told that it takes longer."""
KEPT_MOST = 200
WORKERS = 2

_kept: OrderedDict[Hashable, Future[Any]] = OrderedDict()  # Any: each page's own result
_lock = Lock()
_pool: ThreadPoolExecutor | None = None


class StillWorking(Exception):
    """It is being worked out; ask again."""


def worked_out(key: Hashable, make: Callable[[], Result], *, patience: float | None = None) -> Result:
    """What `make` returns, kept by its key; made in another thread, once however many ask. Raises: StillWorking."""
    global _pool  # one pool for the process, started when it is needed, after any fork
    with _lock:
        future = _kept.get(key)
        if future is None:
            if _pool is None:
                _pool = ThreadPoolExecutor(max_workers=WORKERS, thread_name_prefix="patterns")
            future = _kept[key] = _pool.submit(make)
        _kept.move_to_end(key)
        for old in [old for old, each in _kept.items() if each.done()][: max(0, len(_kept) - KEPT_MOST)]:
            del _kept[old]
    try:
        found: Result = future.result(timeout=PATIENCE if patience is None else patience)
    except NotDone:
        raise StillWorking from None
    except Exception:
        with _lock:
            _kept.pop(key, None)  # a mistake is not kept: the next who asks sees it anew
        raise
    return found


def at_hand(key: Hashable) -> Any | None:  # Any: each page's own result
    """What was worked out before, or None; nothing is begun."""
    with _lock:
        future = _kept.get(key)
    return future.result() if future is not None and future.done() and future.exception() is None else None


def let_go(is_old: Callable[[Hashable], bool]) -> None:
    """Let go of what was worked out under a key that is old."""
    with _lock:
        for key in [key for key, future in _kept.items() if future.done() and is_old(key)]:
            del _kept[key]


def forget() -> None:
    """Let go of everything that was worked out."""
    with _lock:
        _kept.clear()
