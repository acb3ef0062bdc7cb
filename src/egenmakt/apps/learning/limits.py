"""How few people may be spoken of together."""

from __future__ import annotations

from typing import Final

LEAST: Final = 5
"""Fewer than so many people are never counted on a page, and a group of fewer has no page of its own."""
