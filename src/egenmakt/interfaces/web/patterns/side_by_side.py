"""A triad for the parts of another question: one triangle beside the other, as large as each other, n on each."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from egenmakt.core.disclosure import Suppressed
from egenmakt.core.patterns.table import STATES, ScaleColumn, TriadColumn
from egenmakt.core.patterns.triads import THIRDS, ZONES
from egenmakt.core.patterns.voices import TOGETHER
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.patterns import blocks, marking
from egenmakt.interfaces.web.patterns.blocks import Block
from egenmakt.interfaces.web.patterns.figures import value_axis
from egenmakt.interfaces.web.patterns.groups import TILES, Compared, Group, column_of
from egenmakt.interfaces.web.patterns.pictures.bars import GroupedBars
from egenmakt.interfaces.web.patterns.pictures.base import Cell
from egenmakt.interfaces.web.patterns.pictures.triangles import TriadPicture
from egenmakt.interfaces.web.patterns.selection import Reading
from egenmakt.interfaces.web.patterns.words import STATE_WORDS


def marks_of(reading: Reading, group: Group) -> Sequence[str]:
    """The categories of a question, as tables count them."""
    column = column_of(reading.selection.whole, group)
    return value_axis(group.code, column, TILES).marks


def mark_of(group: Group, mark: str) -> str:
    """The mark of one of them in an address."""
    return marking.group_mark(group.code, group.option, mark)


def triads(reading: Reading, found: Compared, voice: str | None) -> list[Block]:
    """One triangle for each group, side by side; a group that is too small is named and not drawn."""
    column = reading.selection.whole.columns[found.second.code]
    assert isinstance(column, TriadColumn)
    a, b, c = (reading.words.mark(found.second.code, corner) for corner in column.corners)
    pictures, too_small = [], []
    for option, label, mark in sides(reading, found.first):
        n = found.counts.at("pair", option, None, voice)
        if isinstance(n, Suppressed) or n < reading.selection.k:
            too_small.append(label)
            continue
        middle = found.centres[voice].get(option)
        pictures.append(
            TriadPicture(
                title=label,
                description=_("n = %(n)s") % {"n": formats.number_text(n)},
                corners=(a, b, c),
                place_heading=_("How much of each"),
                count_heading=_("Stories"),
                grid=found.grid,
                cells=[
                    Cell(
                        found.counts.at("pair", option, each, voice),
                        n,
                        reading.stories_url(
                            mark,
                            marking.triad_mark(found.second.code, place, found.grid.divisions),
                            voice=voice or TOGETHER,
                        ),
                    )
                    for place, each in enumerate(found.grid.marks())
                ],
                centre=middle.gravity if middle else None,
                region=middle.region if middle else (),
            )
        )
    shown = [blocks.side_by_side(pictures)] if pictures else []
    if too_small:
        shown.append(blocks.notice(_("Too few stories to draw: %(groups)s.") % {"groups": ", ".join(too_small)}))
    return shown


def applies_block(reading: Reading, found: Compared, voice: str | None) -> Block:
    """Who answered the triad and why the others did not, part by part: looked at before the dots are."""
    counts = found.counts
    url = marking.state_mark
    return blocks.picture(
        GroupedBars(
            title=_("Who answered “%(question)s”") % {"question": reading.words.question(found.second.code)},
            description=_("Look here first: if the question does not apply to many, the triangles are of the others."),
            label_heading=reading.words.question(found.first.name),
            groups=[str(STATE_WORDS[state]) for state in STATES],
            bars=[
                (
                    label,
                    [
                        Cell(
                            counts.at("applies", option, state, voice),
                            counts.at("applies", option, None, voice),
                            reading.stories_url(mark, url(found.second.code, state), voice=voice or TOGETHER),
                        )
                        for state in STATES
                    ],
                )
                for option, label, mark in sides(reading, found.first)
            ],
        )
    )


def sides(reading: Reading, group: Group) -> list[tuple[str, str, str]]:
    """What a triad is drawn for, one beside the other: category, words, and the mark of its stories."""
    column, words, code = column_of(reading.selection.whole, group), reading.words, group.code
    if isinstance(column, (ScaleColumn, TriadColumn)):
        marks = ZONES if isinstance(column, TriadColumn) else THIRDS
        told = [
            words.zone(code, mark) if isinstance(column, TriadColumn) else words.third(code, mark) for mark in marks
        ]
        return [
            (mark, f"{words.question(code)} – {text}", marking.part_mark(code, column, place))
            for place, (mark, text) in enumerate(zip(marks, told, strict=True))
        ]
    return [(mark, words.mark(group.name, mark), mark_of(group, mark)) for mark in marks_of(reading, group)]
