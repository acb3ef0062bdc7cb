"""The pictures that ship: a framework names them, and nothing is fetched from elsewhere."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from django.templatetags.static import static

FOLDER: Final = Path(__file__).resolve().parent / "static/web/stories/pictures"


@cache
def picture_names() -> tuple[str, ...]:
    """The names that a framework may use, without their ending."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.svg")))


def picture_address(name: str) -> str:
    """Where a picture lies; "" for a name that this installation has no picture for."""
    stem = name.removesuffix(".svg")
    return static(f"web/stories/pictures/{stem}.svg") if stem in picture_names() else ""
