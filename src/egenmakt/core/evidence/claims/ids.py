"""Codes of claims: short names that an author can type in prose."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

CODE: Final = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
CODE_LONGEST: Final = 60


def is_code(text: str) -> bool:
    """Whether a text can be the code of a claim: members-ke."""
    return len(text) <= CODE_LONGEST and bool(CODE.fullmatch(text))


def nearest(code: str, known: Iterable[str]) -> str:
    """The known code that a mistyped one is most like, or nothing."""
    return next(iter(get_close_matches(code, sorted(known), n=1)), "")
