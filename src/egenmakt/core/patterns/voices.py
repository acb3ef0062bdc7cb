"""Three voices: rights-holders, partners and staff stand side by side and are never pooled in silence."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np

from egenmakt.core.patterns.table import StoryTable

TOGETHER = "together"
"""The voice to name when several are to be pooled, so that the pooling is said aloud."""

Result = TypeVar("Result")


class VoicesPooled(ValueError):
    """Several voices would be counted as one and nobody said so."""


def heard(*, table: StoryTable, voice: str | None) -> StoryTable:
    """The stories of one voice.

    Args: a voice's name; TOGETHER for all, said aloud; None when the table has one voice only (or none is known).
    Every function that reads a table passes here first. Raises: VoicesPooled.
    """
    if voice == TOGETHER:
        return table
    if voice is None:
        present = table.voices.present()
        unknown = bool((table.voices.codes < 0).any())
        if len(present) + unknown > 1:
            raise VoicesPooled(
                f"The stories have several voices ({', '.join((*present, *(['not known'] if unknown else [])))}): "
                f"name one, or say {TOGETHER!r}."
            )
        return table
    if voice not in table.voices.names:
        raise VoicesPooled(f"There is no voice {voice}; there are {', '.join(table.voices.names)}.")
    return table.take(np.asarray(table.voices.codes == table.voices.names.index(voice)))


def side_by_side(*, table: StoryTable, read: Callable[[StoryTable, str], Result]) -> dict[str, Result]:
    """The same reading for each voice that occurs, one beside the other; `read` gets the table and the voice's name."""
    return {voice: read(heard(table=table, voice=voice), voice) for voice in table.voices.present()}
