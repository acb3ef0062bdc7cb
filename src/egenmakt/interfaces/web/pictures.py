"""The pictures that ship: a framework names them, and nothing is fetched from elsewhere."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final

from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

FOLDER: Final = Path(__file__).resolve().parent / "static/web/stories/pictures"

WORDS: Final[dict[str, Any]] = {
    "afraid": _("A face: afraid"),
    "angry": _("A face: angry"),
    "calm": _("A face: calm"),
    "coins": _("Coins"),
    "down": _("An arrow down"),
    "field": _("A field with plants"),
    "glad": _("A face: glad"),
    "group": _("A group of people"),
    "hopeful": _("A face: hopeful"),
    "house": _("A house"),
    "level": _("Two equal lines"),
    "neutral": _("A face: neither glad nor sad"),
    "person": _("One person"),
    "proud": _("A face: proud"),
    "roof": _("A house with pillars"),
    "sad": _("A face: sad"),
    "together": _("People side by side"),
    "up": _("An arrow up"),
    "very_glad": _("A face: very glad"),
    "very_sad": _("A face: very sad"),
    "voice": _("A speech bubble"),
    "worried": _("A face: worried"),
}
"""What each picture shows, for those who choose one."""


@cache
def picture_names() -> tuple[str, ...]:
    """The names that a framework may use, without their ending."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.svg")))


def picture_word(name: str) -> str:
    """What a picture shows; its name, where nobody has put it in words."""
    return str(WORDS.get(name, name))


def picture_address(name: str) -> str:
    """Where a picture lies; "" for a name that this installation has no picture for."""
    stem = name.removesuffix(".svg")
    return static(f"web/stories/pictures/{stem}.svg") if stem in picture_names() else ""
