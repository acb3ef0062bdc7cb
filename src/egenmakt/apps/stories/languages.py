"""A guess at a text's language, which only ever warns: the teller's word about her own language wins."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import pycld2

LENGTH_MIN: Final = 40
"""Shorter texts are guessed wrongly too often."""


def other_language(*, text: str, language: str, known: Iterable[str]) -> str:
    """Another of the known languages, when the text looks very much like it; otherwise nothing.

    Args: known, the languages in which this organisation collects: no other is ever guessed.
    """
    wanted = {each.split("-")[0] for each in known} | {language.split("-")[0]}
    if len(text) < LENGTH_MIN or len(wanted) < 2:
        return ""
    try:
        is_reliable, _, details = pycld2.detect(text, bestEffort=False)
    except pycld2.error:  # such as text that is not valid Unicode for the library
        return ""
    guess: str = details[0][1]
    return guess if is_reliable and guess in wanted and guess != language.split("-")[0] else ""
