"""What others put beside the invented stories: translations, covered words, signed notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from egenmakt.apps.access.models import User
from egenmakt.apps.stories.models import Story
from egenmakt.apps.stories.services.beside import accept_masks, add_translation, annotate
from egenmakt.interfaces.cli.demo_programme.chance import Chance
from egenmakt.interfaces.cli.demo_programme.told_documents import OneTold
from egenmakt.interfaces.cli.demo_programme.told_rounds import People

MACHINE: Final = "Demo translator 1 (invented)"
SPAN: Final = 9
"""In each row of so many stories, one is translated by a person, one by a machine, one covered."""


def translate(*, chance: Chance, told: Sequence[OneTold], rows: Mapping[UUID, Story], by: User) -> None:
    """Some stories in a second language: by people, and by a machine where the teller allowed it."""
    for place, each in enumerate(told):
        is_machine = place % SPAN == 1 and each.document["consent"]["purposes"]["machine_translation"]
        if not is_machine and place % SPAN != 4:
            continue
        language = "sv" if each.document["language"] == "en" else "en"
        at = each.finished_at + timedelta(days=6)
        add_translation(
            id=chance.id(at, "translation", each.id),
            story=rows[each.id],
            language=language,
            title=each.words.title(language),
            text=each.words.text(language),
            made_with=MACHINE if is_machine else "",
            by=by,
            at=at,
        )


def cover(*, chance: Chance, told: Sequence[OneTold], rows: Mapping[UUID, Story], by: User) -> None:
    """In some stories the place is covered, so that those who may not know who told can read them."""
    for place, each in enumerate(told):
        if place % SPAN not in (1, 2, 4):
            continue
        text, name, at = each.document["text"], each.words.place, each.finished_at + timedelta(days=5)
        start = text.index(name)
        mask = {"field": "text", "start": start, "end": start + len(name), "replacement": "[…]"}
        accept_masks(
            id=chance.id(at, "masking", each.id),
            story=rows[each.id],
            language=each.document["language"],
            masks=[mask],
            by=by,
            at=at,
        )


def note(*, chance: Chance, told: Sequence[OneTold], rows: Mapping[UUID, Story], people: People) -> None:
    """Signed notes: what staff know besides, and one who would have answered a question otherwise."""
    notes: tuple[tuple[int, dict[str, Any]], ...] = (
        (0, {"words": "The same was told at our visit in the spring; it was repaired within a month."}),
        (3, {"words": "I see it as taking part as well.", "question": "kind", "answer": {"value": ["participation"]}}),
        (8, {"words": "Ask again next year whether it has lasted."}),
    )
    for place, content in notes:
        if place < len(told):
            each = told[place]
            at = each.finished_at + timedelta(days=8)
            id = chance.id(at, "annotation", each.id)
            annotate(id=id, story=rows[each.id], by=people.staff, at=at, **content)
