"""The renderers' own few words, in the report's language: one file for each language in `labels/`.

English and Swedish are written by people who know them. Arabic and Nepali are drafts that nobody has reviewed; where
they lack a word, and in every other language, English stands.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from egenmakt.core.evidence.blocks import Report
from egenmakt.interfaces.exports.pdf.direction import Direction, fence

FOLDER: Final = Path(__file__).parent / "labels"
SOURCE_LANGUAGE: Final = "en"
REVIEWED: Final = frozenset({"en", "sv"})
"""Languages whose words somebody who speaks them has read through."""


def labels_of(language: str) -> tuple[tuple[str, str], ...]:
    """All words of the renderers for a report in this language, to be given as `Report.labels`."""
    own = language.replace("_", "-").split("-")[0].lower()
    return tuple(sorted({**_read(SOURCE_LANGUAGE), **_read(own)}.items()))


def label_languages() -> list[str]:
    """The languages that have words of their own, in alphabetical order."""
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def words_of(report: Report) -> dict[str, str]:
    """The words of one report: its own, and those of its language for what it does not say itself."""
    return {**dict(labels_of(report.language)), **dict(report.labels)}


def filled(labels: Mapping[str, str], code: str, *, within: Direction, **values: str) -> str:
    """A label with its places filled; what runs against the page is fenced."""
    return labels[code].format(**{name: fence(value, within=within) for name, value in values.items()})


@cache
def _read(language: str) -> dict[str, str]:
    path = FOLDER / f"{language}.json"
    if language not in label_languages():
        return {}
    labels: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return labels
