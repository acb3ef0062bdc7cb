"""Office files that are the same bytes each time: no clock in the archive, and no control signs in the text."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from datetime import date
from typing import Final

_MODIFIED: Final = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:\2>)")
CORE: Final = "docProps/core.xml"


def xml_text(text: str) -> str:
    """Text that XML can hold: control signs become spaces, half pairs and signs that are none are left out."""
    kept = []
    for sign in text:
        category = unicodedata.category(sign)
        if category == "Cc":
            kept.append(" ")
        elif category != "Cs" and ord(sign) & 0xFFFE != 0xFFFE:
            kept.append(sign)
    return "".join(kept)


def packed_again(content: bytes, *, on: date) -> bytes:
    """An office file with the day of the report as its only time, in the archive and in the file's own properties."""
    stamp = f"{on.isoformat()}T00:00:00Z".encode()
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as target,
    ):
        for name in source.namelist():
            data = source.read(name)
            if name == CORE:
                data = _MODIFIED.sub(rb"\g<1>" + stamp + rb"\g<3>", data)
            # an archive knows no year before 1980
            entry = zipfile.ZipInfo(name, date_time=(max(on.year, 1980), on.month, on.day, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            entry.create_system = 3
            target.writestr(entry, data)
    return buffer.getvalue()
