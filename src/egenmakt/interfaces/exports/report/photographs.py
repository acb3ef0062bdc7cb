"""Photographs on their way out: as large as a page needs, without what a camera writes into them, such as the place."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from egenmakt.core.evidence.blocks import Picture

LONGEST_SIDE: Final = 1400
QUALITY: Final = 82


class MissingPicture(KeyError):
    """The report shows a photograph whose bytes were not given."""


class WrongPicture(ValueError):
    """The bytes are not those that consent was given for, or no picture at all."""


@dataclass(frozen=True, slots=True)
class Photograph:
    """A JPEG without metadata, and its size in pixels."""

    content: bytes
    width: int
    height: int


def photograph_of(picture: Picture, pictures: Mapping[str, bytes]) -> Photograph:
    """A photograph of a report, made ready. The same bytes give the same bytes, with one version of Pillow.

    Raises: MissingPicture; WrongPicture, when the bytes do not have the fingerprint that consent was given for.
    """
    content = pictures.get(picture.sha256)
    if content is None:
        raise MissingPicture(
            f"The bytes of the picture {picture.alternative!r} ({picture.sha256[:12]}…) are not given."
        )
    if hashlib.sha256(content).hexdigest() != picture.sha256:
        raise WrongPicture(
            f"The bytes given for {picture.alternative!r} are another picture than the one consented to."
        )
    return _prepared(content, picture.alternative)


@lru_cache(maxsize=16)
def _prepared(content: bytes, alternative: str) -> Photograph:
    try:
        with Image.open(io.BytesIO(content)) as opened:
            upright = ImageOps.exif_transpose(opened).convert("RGB")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as problem:
        raise WrongPicture(f"The picture {alternative!r} cannot be read: {problem}.") from None
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    clean = Image.new("RGB", upright.size)
    clean.paste(upright)
    buffer = io.BytesIO()
    clean.save(buffer, "JPEG", quality=QUALITY)
    return Photograph(content=buffer.getvalue(), width=clean.width, height=clean.height)
