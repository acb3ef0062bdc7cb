"""Reading CSV as it comes: encoding and separator are found out, and said."""

from __future__ import annotations

import codecs
import csv
import io

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from egenmakt.interfaces.imports.findings import Finding, Source, Unreadable
from egenmakt.interfaces.imports.tables import BOOKS, Limits, Table, make_table, too_large, too_many_rows

DELIMITERS = {
    ",": gettext_lazy("commas"),
    ";": gettext_lazy("semicolons"),
    "\t": gettext_lazy("tabs"),
    "|": gettext_lazy("bars"),
}
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_SAMPLE = 200
_C1 = {chr(point) for point in range(0x80, 0xA0)}


def read_csv(*, content: bytes, file: str, delimiter: str = "", encoding: str = "", limits: Limits = BOOKS) -> Table:
    """Read a CSV file. What is not given is found out.

    Args: delimiter, one of `, ; tab |`; encoding, a name Python knows. Raises: Unreadable.
    """
    if len(content) > limits.bytes:
        raise too_large(file, len(content), limits)
    findings: list[Finding] = []
    text, code = _decode(content, file, encoding, findings)
    if "\x00" in text:
        line = text[: text.index("\x00")].count("\n") + 1
        findings.append(
            Finding(
                Source(file, line),
                _("The file holds %(count)s NUL characters, which are left out.") % {"count": text.count("\x00")},
                _("Save it again as CSV in UTF-8; it may have been cut off or broken on the way."),
            )
        )
        text = text.replace("\x00", "")
    chosen = delimiter or declared(text) or sniff(text)
    raw = _rows(text, chosen, file, findings, limits)
    how = _("%(encoding)s, divided by %(delimiter)s") % {
        "encoding": code,
        "delimiter": str(DELIMITERS.get(chosen, repr(chosen))),
    }
    return make_table(file=file, raw=raw, how=how, findings=findings, limits=limits)


def _decode(content: bytes, file: str, encoding: str, findings: list[Finding]) -> tuple[str, str]:
    if encoding:
        try:
            return content.decode(encoding).removeprefix("\ufeff"), encoding
        except (UnicodeDecodeError, LookupError) as error:
            raise Unreadable(file, _("The file is not in %(encoding)s.") % {"encoding": encoding}, str(error)) from None
    for bom, name, shown in _BOMS:
        if content.startswith(bom):
            try:
                return content.decode(name).removeprefix("\ufeff"), _("%(name)s with a BOM") % {"name": shown}
            except UnicodeDecodeError:
                # some programs put a BOM of UTF-8 before text of another encoding
                content = content[len(bom) :]
                text = _("The file begins with the mark of %(name)s but is not in it; the mark is left out.")
                findings.append(Finding(Source(file), text % {"name": shown}, severity="note"))
    nuls = content[:4000].count(0)
    if nuls > len(content[:4000]) // 4:
        name = "utf-16-le" if content[1:2] == b"\x00" else "utf-16-be"
        try:
            return content.decode(name), _("UTF-16 without a BOM")
        except UnicodeDecodeError:
            pass
    try:
        return content.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
    return _eight_bits(content, file, line, findings)


def _eight_bits(content: bytes, file: str, line: int, findings: list[Finding]) -> tuple[str, str]:
    """Windows-1252, or Latin-1 where bytes occur that Windows-1252 leaves out. It is a guess, and said to be one."""
    try:
        text, name = content.decode("cp1252"), "Windows-1252"
    except UnicodeDecodeError:
        text, name = content.decode("latin-1"), "Latin-1"
        strange = next((c for c in text if c in _C1), "")
        row = text[: text.index(strange)].count("\n") + 1 if strange else line
        findings.append(
            Finding(
                Source(file, row),
                _("The file is neither UTF-8 nor Windows-1252; some characters cannot be told."),
                _("Save it again as CSV in UTF-8."),
                strange,
            )
        )
    if name == "Windows-1252" and not any(0x80 <= byte < 0xA0 for byte in content):
        name = "Latin-1 (Windows-1252)"
    sample = next((part for part in text.split("\n")[line - 1 : line]), "").strip()
    findings.append(
        Finding(
            Source(file, line),
            _("The file is not UTF-8 and is read as %(name)s.") % {"name": name},
            _("Look whether the letters are right; otherwise save it again in UTF-8."),
            sample,
            "note",
        )
    )
    return text, name


def declared(text: str) -> str:
    """Excel's own first line: sep=;"""
    first = text[:10].split("\n", 1)[0].strip().lower()
    return first[4] if first.startswith("sep=") and len(first) == 5 and first[4] in DELIMITERS else ""


def sniff(text: str) -> str:
    """The separator that divides the first rows into the same number of cells, and into most of them."""
    best, best_score = ",", (0.0, 0)
    for delimiter in DELIMITERS:
        counts = []
        reader = csv.reader(io.StringIO(text[:100_000], newline=""), delimiter=delimiter)
        try:
            for row in reader:
                if any(cell.strip() for cell in row):
                    counts.append(len(row))
                if len(counts) >= _SAMPLE:
                    break
        except csv.Error:
            pass
        if not counts or counts[0] < 2:
            continue
        same = sum(count == counts[0] for count in counts) / len(counts)
        score = (same, counts[0])
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _rows(text: str, delimiter: str, file: str, findings: list[Finding], limits: Limits) -> list[tuple[int, list[str]]]:
    """Rows numbered as a spreadsheet numbers them: a cell with a line break is still one row."""
    lines = text.count("\n") + text.count("\r")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    raw: list[tuple[int, list[str]]] = []
    is_declared = bool(declared(text))
    number = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            raise Unreadable(
                file,
                _("The row cannot be taken apart: a quotation mark is opened and never closed, or stands in a cell."),
                _("Write a quotation mark inside a text twice, or look whether the file was cut off (%(error)s).")
                % {"error": error},
                row=number + 1,
            ) from None
        number += 1
        if is_declared and number == 1:
            continue
        if len(raw) > limits.rows:
            raise too_many_rows(file, limits)
        raw.append((number, cells))
    if lines and text and text[-1] not in "\r\n" and len(raw) > 2 and len(raw[-1][1]) < len(raw[0][1]):
        findings.append(
            Finding(
                Source(file, number),
                _("The last row ends in the middle; the file may have been cut off."),
                _("Compare the last row with the original, and send the file whole."),
            )
        )
    return raw
