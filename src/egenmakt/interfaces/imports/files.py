"""Reading any file that can be brought in: one line for each kind of file."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from django.utils.translation import gettext as _

from egenmakt.interfaces.imports.csv_file import read_csv
from egenmakt.interfaces.imports.findings import Unreadable
from egenmakt.interfaces.imports.tables import BOOKS, Limits, Table, base_name
from egenmakt.interfaces.imports.workbook import read_workbook

_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_PDF = b"%PDF"


def read_table(*, content: bytes, name: str, sheet: str = "", limits: Limits = BOOKS) -> Table:
    """Read a file by what is in it, whatever its name says. Raises: Unreadable, with a remedy."""
    file = base_name(name)
    if not content.strip(b"\x00 \r\n\t"):
        raise Unreadable(file, _("The file is empty."), _("Save the table again and send it once more."))
    fingerprint = hashlib.sha256(content).hexdigest()
    if content.startswith(b"PK\x03\x04"):
        return replace(read_workbook(content=content, file=file, sheet=sheet, limits=limits), fingerprint=fingerprint)
    if content.startswith(_OLD_EXCEL):
        raise Unreadable(file, _("This is an old Excel file, or one with a password."), _("Save it as XLSX or CSV."))
    if content.startswith(_PDF):
        raise Unreadable(file, _("This is a PDF."), _("Send the table itself, as XLSX or CSV."))
    return replace(read_csv(content=content, file=file, limits=limits), fingerprint=fingerprint)
