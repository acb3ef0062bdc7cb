"""What a phone sends: the bytes of one document, or of many, each just as it came."""

from __future__ import annotations

import json
from collections.abc import Iterator

from django.http import HttpRequest

from egenmakt.core.meetings.document import BYTES_MAX

BATCH_BYTES_MAX = 8 * BYTES_MAX
BATCH_MAX = 500

_WHITE = " \t\r\n"
_DECODER = json.JSONDecoder()


class TooLarge(ValueError):
    """More was sent than is taken in at once; send less at a time."""


def body(request: HttpRequest, *, limit: int = BYTES_MAX) -> bytes:
    """The bytes that were sent. Raises: TooLarge, before reading more than the limit."""
    try:
        announced = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        announced = 0
    content = b"" if announced > limit else request.read(limit + 1)
    if announced > limit or len(content) > limit:
        raise TooLarge(f"At most {limit} bytes are taken in at once; send less at a time.")
    return content


def documents_in(content: bytes) -> list[bytes]:
    """The documents of a batch: one on each line, or the members of a JSON list. Raises: TooLarge.

    What cannot be taken apart is one document more, so that it is kept and answered like any other.
    """
    found = list(
        _members(content) if content.lstrip()[:1] == b"[" else filter(None, map(bytes.strip, content.split(b"\n")))
    )
    if len(found) > BATCH_MAX:
        raise TooLarge(f"At most {BATCH_MAX} documents are taken in at once; send the others afterwards.")
    return found


def _members(content: bytes) -> Iterator[bytes]:
    """The members of a JSON list, each as the bytes that stood there."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        yield content
        return
    place = _skip(text, text.index("[") + 1, "")
    while place < len(text) and text[place] != "]":
        try:
            _, end = _DECODER.raw_decode(text, place)
        except (ValueError, RecursionError):
            yield text[place:].encode()
            return
        yield text[place:end].encode()
        place = _skip(text, end, ",")


def _skip(text: str, place: int, comma: str) -> int:
    while place < len(text) and text[place] in _WHITE + comma:
        place += 1
    return place
