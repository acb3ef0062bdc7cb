"""Photos and voices: told apart by their content, and freed of where, when and with what they were made."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

PHOTO_BYTES_MAX: Final = 15_000_000
AUDIO_BYTES_MAX: Final = 50_000_000
PIXELS_MAX: Final = 50_000_000
SIDE_MAX: Final = 2048
"""A photo's longer side, in pixels, as it is kept."""

_PHOTOS: Final = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}


class NotTaken(ValueError):
    """The file is too large, damaged, or of a kind that is not taken; the sentence says which."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A file as it is kept."""

    content: bytes
    media_type: str


def clean_photo(*, content: bytes) -> Cleaned:
    """A photo drawn anew: turned upright, made smaller, and without EXIF, XMP, comments or a colour profile.

    Raises: NotTaken.
    """
    if len(content) > PHOTO_BYTES_MAX:
        raise NotTaken(f"The photo has {len(content)} bytes; at most {PHOTO_BYTES_MAX} are taken.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=list(_PHOTOS)) as opened:
                if opened.width * opened.height > PIXELS_MAX:
                    raise NotTaken(f"The photo has more than {PIXELS_MAX} pixels.")
                kind = str(opened.format)
                upright = ImageOps.exif_transpose(opened).convert("RGB")
    except (UnidentifiedImageError, Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise NotTaken("The file is not a photo that can be read: JPEG, PNG and WebP are.") from None
    except (OSError, SyntaxError, ValueError) as error:
        if isinstance(error, NotTaken):
            raise
        raise NotTaken("The photo is damaged or cut short.") from None
    upright.thumbnail((SIDE_MAX, SIDE_MAX))
    # only the pixels go on: whatever else the file carried is left behind
    plain = Image.frombytes("RGB", upright.size, upright.tobytes())
    out = io.BytesIO()
    plain.save(out, format=kind, **({} if kind == "PNG" else {"quality": 85}))
    return Cleaned(out.getvalue(), _PHOTOS[kind])


def clean_audio(*, content: bytes) -> Cleaned:
    """A recording without the tags that can hold a place or a name: ID3 of MP3, and the user data of MP4 and 3GP.

    Told apart by its first bytes. Ogg and WebM as phones record them carry no place. Raises: NotTaken.
    """
    if len(content) > AUDIO_BYTES_MAX:
        raise NotTaken(f"The recording has {len(content)} bytes; at most {AUDIO_BYTES_MAX} are taken.")
    if content[:4] == b"OggS":
        return Cleaned(content, "audio/ogg")
    if content[:4] == b"\x1aE\xdf\xa3":
        return Cleaned(content, "audio/webm")
    if content[:4] == b"RIFF" and content[8:12] == b"WAVE":
        return Cleaned(content, "audio/wav")
    if content[:5] == b"#!AMR":
        return Cleaned(content, "audio/amr")
    if content[4:8] == b"ftyp":
        return Cleaned(_without_user_data(content), "audio/mp4")
    if content[:3] == b"ID3" or (len(content) > 1 and content[0] == 0xFF and content[1] & 0xE0 == 0xE0):
        return Cleaned(_without_id3(content), "audio/mpeg")
    raise NotTaken("The file is not a recording that can be read: Ogg, WebM, MP4, MP3, WAV and AMR are.")


def _without_id3(content: bytes) -> bytes:
    if content[:3] == b"ID3" and len(content) > 10:
        size = 0
        for byte in content[6:10]:
            size = size << 7 | byte & 0x7F
        content = content[10 + size :]
    return content[:-128] if content[-128:-125] == b"TAG" else content


_HOLDERS: Final = frozenset({b"moov", b"trak", b"mdia", b"moof", b"traf"})
_TAGS: Final = frozenset({b"udta", b"meta", b"uuid"})


def _without_user_data(content: bytes) -> bytes:
    """Boxes with tags become empty room of the same size, so that no offset in the file moves (ISO 14496-12)."""
    out = bytearray(content)
    places = [(0, len(out))]
    while places:
        start, end = places.pop()
        while start + 8 <= end:
            size, kind = int.from_bytes(out[start : start + 4], "big"), bytes(out[start + 4 : start + 8])
            head = 8
            if size == 1:
                size, head = int.from_bytes(out[start + 8 : start + 16], "big"), 16
            size = size or end - start
            if size < head or start + size > end:
                raise NotTaken("The recording is damaged or cut short.")
            if kind in _TAGS:
                out[start + 4 : start + 8] = b"free"
                out[start + head : start + size] = bytes(size - head)
            elif kind in _HOLDERS:
                places.append((start + head, start + size))
            start += size
    return bytes(out)
