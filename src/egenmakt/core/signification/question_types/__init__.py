"""The question types. A new one is one module beside this file and one line in this table."""

from __future__ import annotations

from typing import Final

from egenmakt.core.signification.question_types import (
    audio,
    change_type,
    date,
    dyad,
    number,
    photo,
    picture,
    place,
    several,
    single,
    slider,
    stones,
    text,
    triad,
)
from egenmakt.core.signification.question_types.base import QuestionType

QUESTION_TYPES: Final[dict[str, QuestionType]] = {
    "change_type": change_type.TYPE,
    "single": single.TYPE,
    "several": several.TYPE,
    "picture": picture.TYPE,
    "slider": slider.TYPE,
    "dyad": dyad.TYPE,
    "triad": triad.TYPE,
    "stones": stones.TYPE,
    "text": text.TYPE,
    "number": number.TYPE,
    "date": date.TYPE,
    "place": place.TYPE,
    "audio": audio.TYPE,
    "photo": photo.TYPE,
}
