"""What the first page promises is there: its links, its pictures, and the commands that it names."""

from __future__ import annotations

import re
from pathlib import Path

from egenmakt.interfaces.cli.main import COMMANDS

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
MAKE = (ROOT / "Makefile").read_text(encoding="utf-8")


def test_every_link_and_picture_of_the_readme_leads_to_a_file() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", TEXT)

    assert len(links) > 10
    assert [link for link in links if "://" not in link and not (ROOT / link).is_file()] == []


def test_every_command_of_the_readme_exists() -> None:
    named = set(re.findall(r"(?<![\w/])egenmakt ([a-z]+)\b", TEXT.replace(".venv/bin/", "")))

    assert {"verify", "export", "setup", "serve"} <= named
    assert named <= set(COMMANDS)


def test_every_target_of_make_in_the_readme_exists() -> None:
    named = set(re.findall(r"\bmake ([a-z]+)\b", TEXT.replace("makes ", "")))

    assert {"demo", "test"} <= named
    assert {target for target in named if not re.search(rf"^{target}:", MAKE, re.MULTILINE)} == set()


def test_pictures_are_small_enough_to_be_fetched_by_a_slow_line() -> None:
    pictures = sorted((ROOT / "docs" / "pictures").glob("*.png"))

    assert pictures
    assert [picture.name for picture in pictures if picture.stat().st_size > 200_000] == []
