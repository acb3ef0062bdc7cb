"""Marking what people will read, so that it is found by those who translate it."""

from __future__ import annotations


def _(text: str) -> str:
    """The text itself. Core says everything in English; a page translates it where it is shown."""
    return text
