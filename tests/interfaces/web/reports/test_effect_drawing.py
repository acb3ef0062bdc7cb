"""A report that takes long to draw up: whoever reads is told, and nothing that was sent is lost."""

from __future__ import annotations

import time
from collections.abc import Iterator
from threading import Event
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from uuid6 import uuid7

from egenmakt.apps.reports.models import EffectReport
from egenmakt.apps.reports.queries.effect import latest_texts
from egenmakt.interfaces.web.patterns import working
from egenmakt.interfaces.web.reports import drawing
from tests.support.effect import begin
from tests.support.reading import words_of
from tests.support.tree import Tree, grow

pytestmark = pytest.mark.once  # what a thread sees of another's rows is looked at in the browser's tests


@pytest.fixture
def tree(transactional_db: None) -> Tree:
    return grow()


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """Nothing is drawn up before it opens."""
    opened, draw = Event(), drawing.draw_up

    def slowly(*, report: EffectReport) -> Any:
        opened.wait(20)
        return draw(report=report)

    working.forget()
    monkeypatch.setattr(working, "PATIENCE", 0.05)
    monkeypatch.setattr(drawing, "draw_up", slowly)
    yield opened
    opened.set()
    working.forget()


def kept() -> list[Any]:
    return [key for key in working._kept if isinstance(key, tuple) and key[0] == "effect"]


def soon(client: Client, address: str) -> Any:
    """The page, once it is there."""
    for _try in range(200):
        if (page := client.get(address)).status_code != 202:
            return page
        time.sleep(0.05)
    raise AssertionError(f"{address} is still being drawn up")


def test_whoever_reads_is_told_and_the_page_looks_again(tree: Tree, door: Event) -> None:
    report, client = begin(tree), Client()
    client.force_login(tree.officer)
    address = reverse("effect_claims", args=[report.id])

    waiting = client.get(address, headers={"accept-language": "sv"})

    assert (waiting.status_code, waiting["Refresh"]) == (202, "3")
    assert "no-store" in waiting["Cache-Control"]
    assert f'href="{address}"' in waiting.content.decode()
    assert "Rapporten ställs samman" in words_of(waiting)
    door.set()
    assert "No claims" in words_of(soon(client, address))
    # of a report only the newest that was drawn up is kept
    before = kept()
    client.post(reverse("effect_aside", args=[report.id]))
    soon(client, address)
    assert len(before) == len(kept()) == 1
    assert before != kept()


def test_what_was_sent_is_kept_although_the_report_is_not_drawn_up_yet(tree: Tree, door: Event) -> None:
    report, client = begin(tree), Client()
    client.force_login(tree.officer)
    section = reverse("effect_section", args=[report.id, "participation"])

    saved = client.post(section, {"text_en": "They came in great numbers.", "after_en": "0"})

    assert (saved.status_code, saved.url) == (302, section)
    assert latest_texts(report=report)["participation", "en"].text == "They came in great numbers."
    assert client.get(section).status_code == 202
    door.set()
    soon(client, section)
    # a deed that needs the report drawn up waits for it
    answer = client.post(reverse("effect_freeze", args=[report.id]), {"id": str(uuid7())})
    assert (answer.status_code, answer.url) == (302, reverse("effect_findings", args=[report.id]))
