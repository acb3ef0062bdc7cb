"""What an import has to say about a file: where it is, what is wrong or worth knowing, and what to do about it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

Severity = Literal["error", "note"]
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Source:
    """A place in a file, counted as the reader's own program counts: the header is row 1."""

    file: str
    row: int = 0
    field: str = ""

    @property
    def place(self) -> str:
        """Where it is: 'book.csv, row 3, field sex'."""
        parts = [self.file]
        if self.row:
            parts.append(_("row %(row)s") % {"row": self.row})
        if self.field:
            parts.append(_("field %(field)s") % {"field": self.field})
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about a file. An error keeps its group out; a note keeps out nothing."""

    source: Source
    text: str
    remedy: str = ""
    value: str = ""
    severity: Severity = "error"
    group: str = ""
    """The group's key in the file, "" where the finding is about the whole file."""

    @property
    def place(self) -> str:
        """Where it is."""
        return self.source.place

    def __str__(self) -> str:
        value = f" “{shown(self.value)}”" if self.value else ""
        return f"{self.place}:{value} {self.text}" + (f" — {self.remedy}" if self.remedy else "")


def shown(value: str, length: int = 60) -> str:
    """A value as it can be shown: control characters by their numbers, and not longer than a line."""
    visible = "".join(c if c.isprintable() else f"[U+{ord(c):04X}]" for c in value)
    return visible if len(visible) <= length else visible[: length - 1] + "…"


class Unreadable(ValueError):
    """A file cannot be read at all. It reads as a sentence with file, place and remedy."""

    def __init__(self, file: str, text: str, remedy: str = "", row: int = 0) -> None:
        self.finding = Finding(Source(file, row), text, remedy)
        super().__init__(str(self.finding))


def errors_of(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that keep something out."""
    return [finding for finding in findings if finding.severity == "error"]


def findings_csv(findings: Sequence[Finding]) -> str:
    """All findings as a table to work through. A value that a spreadsheet would take for a formula is quoted."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["file", "row", "field", "severity", "group", "value", "text", "remedy"])
    for f in findings:
        cells = [f.source.file, str(f.source.row or ""), f.source.field, f.severity, f.group, f.value, f.text, f.remedy]
        writer.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells])
    return out.getvalue()
