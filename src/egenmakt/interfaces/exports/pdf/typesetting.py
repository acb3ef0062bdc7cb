"""Setting a page: a template, the reader's words and plain data become a tagged PDF.

Data reach the template as JSON and are never read as markup: `#eval` in a name is printed as those five signs.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Final

import typst

from egenmakt.interfaces.exports.pdf.direction import Direction, fence, without_isolates
from egenmakt.interfaces.exports.pdf.fonts import choose_fonts, printable
from egenmakt.interfaces.exports.pdf.labels import Words

TEMPLATE_FOLDER: Final = Path(__file__).parent / "templates"
STANDARD: Final = "ua-1"
CONTROLS: Final = frozenset({"kind", "layout"})
"""Keys whose values steer the template and are never printed."""

Content = None | bool | int | str | list["Content"] | dict[str, "Content"]
"""What a template may be given: everything that a reader reads is already a string."""


class NoTimeZone(ValueError):
    """A time of printing without a time zone would be another time on another machine."""


def typeset(*, template: str, title: str, content: dict[str, Content], words: Words, printed_at: datetime) -> bytes:
    """One document as PDF/UA-1: the same arguments give the same bytes.

    Args: template, the name of a file in `templates` without its ending; content, plain data with strings that are
    already in the reader's language; printed_at, with a time zone.
    Raises: NoTimeZone; typst.TypstError when the template itself is wrong.
    """
    if printed_at.tzinfo is None:
        raise NoTimeZone(f"printed_at {printed_at} has no time zone; give one, such as UTC.")
    shown = _printable(
        {
            **content,
            "title": title,
            "words": {**words.labels()},
            "printed": words.text("printed_at", at=words.instant(printed_at)),
        },
        words.direction,
    )
    assert isinstance(shown, dict)
    document: dict[str, Content] = {
        **shown,
        "language": words.language,
        "direction": words.direction,
        "plain_title": without_isolates(printable(title)),
        "plain_group": _plain_group(content),
    }
    text = json.dumps(document, ensure_ascii=False)
    fonts = choose_fonts(text=text)
    pdf: bytes = typst.compile(
        str(TEMPLATE_FOLDER / f"{template}.typ"),
        root=str(TEMPLATE_FOLDER),
        font_paths=[str(folder) for folder in fonts.folders],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps({**document, "fonts": list(fonts.families)}, ensure_ascii=False)},
        pdf_standards=[STANDARD],
        timestamp=int(printed_at.timestamp()),
    )
    return pdf


def _plain_group(content: dict[str, Content]) -> str:
    group = content.get("group")
    return printable(str(group["name"])) if isinstance(group, dict) else ""


def _printable(value: Content, direction: Direction) -> Content:
    if isinstance(value, str):
        return fence(printable(value), within=direction)
    if isinstance(value, list):
        return [_printable(item, direction) for item in value]
    if isinstance(value, dict):
        return {key: item if key in CONTROLS else _printable(item, direction) for key, item in value.items()}
    return value
