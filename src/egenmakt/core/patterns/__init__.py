"""Patterns in stories: describe, compare, discover, follow over rounds; nothing dropped in silence."""
