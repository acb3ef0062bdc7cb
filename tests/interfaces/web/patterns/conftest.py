"""Pages that are worked out are waited for, and nothing of one test is kept for the next."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from egenmakt.apps.stories.queries.patterns import forget_tables
from egenmakt.interfaces.web.patterns import working


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(working, "PATIENCE", 120.0)
    working.forget()
    forget_tables()
    yield
    working.forget()
    forget_tables()
