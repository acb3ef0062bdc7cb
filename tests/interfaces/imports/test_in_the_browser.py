"""An import in a real browser: axe, narrow screens, no JavaScript needed, nothing blocked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from egenmakt.apps.groups.models import Meeting
from tests.interfaces.imports.help import csv
from tests.support.browser import Live
from tests.support.tree import grow

if TYPE_CHECKING:
    from collections.abc import Callable

BOOK = csv(
    "Grupp;Medlemsnummer;Namn;Kvartal;Sparande;Ackumulerat",
    "Tumaini;1;Amina;1;1 250,50;1250,50",
    "Tumaini;2;أمينة محمد;1;50,00;50,00",
    "Tumaini;1;Amina;2;0;1250,50",
    "Tumaini;2;أمينة محمد;2;20,00;75,00",
    "Upendo;1;Chipo 🐟;1;300,00;300,00",
)


@pytest.fixture(autouse=True)
def _home(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path


@pytest.mark.django_db(transaction=True)
def test_an_import_from_upload_to_result(live: Live, axe: Callable[..., list[str]], tmp_path: Path) -> None:
    tree = grow()
    live.sign_in(tree.administrator)
    book = tmp_path / "sparbok.csv"
    book.write_bytes(BOOK)
    faults: dict[str, list[str]] = {}

    def look(name: str) -> None:
        wide = ["scrolls sideways"] if live.is_scrolled_sideways() else []
        faults[name] = [*axe(live.page), *wide]
        live.pictures(name)

    page = live.open("/import/")
    look("start")
    page.select_option("#id_below", label="North")
    page.get_by_label("Savings by period").check()
    page.set_input_files("#id_tables", str(book))
    page.get_by_role("button", name="Read the files").click()
    look("mapping")
    page.get_by_label("Day the groups were formed").fill("2026-01-01")
    page.get_by_role("button", name="Try it out").click()
    look("report-with-errors")
    page.get_by_role("link", name="Change the columns").click()
    page.get_by_role("textbox", name="1 (may be left empty)", exact=True).fill("2026-03-31")
    page.get_by_role("textbox", name="2 (may be left empty)", exact=True).fill("2026-06-30")
    page.get_by_role("button", name="Try it out").click()
    look("report")
    assert page.get_by_text("1 differ").or_(page.get_by_text("1 differ.")).count() >= 1
    page.get_by_role("button", name="Bring in 2 groups").click()
    look("result")

    assert page.get_by_text("Everything is written.").is_visible()
    assert Meeting.objects.count() == 3
    assert {name: found for name, found in faults.items() if found} == {}
    assert live.errors == []
