"""A capture that was made up for these tests: its definition, and tables of it in the older and the newer export."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from typing import Any

STORY, TITLE, LIST, SEVERAL, TRIAD, DYAD, STONES, TICK = [
    "q-story",
    "q-title",
    "q-list",
    "q-several",
    "q-triad",
    "q-dyad",
    "q-stones",
    "q-tick",
]

DEFINITION: dict[str, Any] = {
    "id": "d-1",
    "name": ["Water in the village"],
    "language": ["en"],
    "fragment_signifier_id": [STORY],
    "signifiers": [
        {"id": "q-hello", "type": "label", "order": 1, "title": "Welcome", "content": {}},
        {"id": STORY, "type": "freetext", "order": 2, "title": "What happened?", "fragment": True, "content": {}},
        {"id": LIST, "type": "list", "order": 3, "title": "<b>Who</b> acted?", "content": {
            "items": [{"id": "i-we", "title": "We did"}, {"id": "i-they", "title": "<p>They</p>"}],
            "max_responses": 1}},
        {"id": SEVERAL, "type": "list", "order": 4, "title": "What helped?", "allow_na": True, "content": {
            "items": [{"id": "i-a", "title": "Money"}, {"id": "i-b", "title": "Words"}, {"id": "i-c", "title": "Time"}],
            "max_responses": 2}},
        {"id": TRIAD, "type": "triad", "order": 5, "title": "It came from", "allow_na": True, "content": {
            "labels": [{"id": "l-top", "text": "courage"}, {"id": "l-left", "text": "need"},
                       {"id": "l-right", "text": "custom"}]}},
        {"id": DYAD, "type": "dyad", "order": 6, "title": "It was", "allow_na": True, "content": {
            "labels": [{"id": "l-slow", "text": "slow"}, {"id": "l-fast", "text": "fast"}]}},
        {"id": STONES, "type": "stones", "order": 7, "title": "Where do they stand?", "allow_na": True, "content": {
            "stones": [{"id": "s-us", "title": "Us"}, {"id": "s-them", "title": "Them"}]}},
        {"id": TICK, "type": "list", "order": 8, "title": "Only for the team", "content": {
            "items": [{"id": "i-yes", "title": "Please"}], "max_responses": 1}},
    ],
}  # fmt: skip

HEADER = [
    "id", "project_id", "version", "language", "server_upload_time", STORY, LIST,
    *(f"{SEVERAL}_i-{letter}" for letter in "abc"), f"{SEVERAL}_NA",
    f"{TRIAD}_percentX", f"{TRIAD}_percentY", f"{TRIAD}_l-top", f"{TRIAD}_l-left", f"{TRIAD}_l-right", f"{TRIAD}_NA",
    f"{DYAD}_percentX", f"{DYAD}_l-slow", f"{DYAD}_l-fast", f"{DYAD}_NA",
    f"{STONES}_s-us_percentX", f"{STONES}_s-us_percentY", f"{STONES}_s-them_percentX", f"{STONES}_s-them_percentY",
    f"{STONES}_NA", TICK, "meta_started", "meta_platform",
]  # fmt: skip


def definition() -> str:
    """The definition as a file."""
    return json.dumps(DEFINITION)


def triad(parts: tuple[str, str, str], *, whole: int = 1, factor: str = "1", with_parts: bool = True) -> dict[str, str]:
    """The cells of a triad whose corners (top, left, right) have these parts of 1."""
    top, left, right = (Decimal(part) for part in parts)
    cells = {
        f"{TRIAD}_percentX": str((right + top / 2) * whole),
        f"{TRIAD}_percentY": str(top * whole * Decimal(factor)),
    }
    if with_parts:
        labels = zip(("top", "left", "right"), (top, left, right), strict=True)
        cells |= {f"{TRIAD}_l-{label}": str(part * whole) for label, part in labels}
    return cells


def table(*rows: dict[str, str], header: list[str] | None = None) -> str:
    """A table of the capture; what a row does not say is empty."""
    out = io.StringIO()
    writer = csv.DictWriter(out, header or HEADER, restval="", lineterminator="\n")
    writer.writeheader()
    for number, row in enumerate(rows, start=1):
        base = {"id": f"f-{number}", "project_id": "d-1", "version": "1", "language": "en",
                "server_upload_time": "1772614800000", STORY: f"The story of number {number}."}  # fmt: skip
        writer.writerow({**base, **row})
    return out.getvalue()
