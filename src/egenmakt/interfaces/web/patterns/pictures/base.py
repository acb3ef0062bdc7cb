"""What the pictures of patterns share: a number that may be hidden, its text and share, marks that can be followed.

Positions are floats here, which a picture of measured answers may be: no money is drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from textwrap import wrap

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from egenmakt.core.disclosure import Suppressed
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.charts import Direction
from egenmakt.interfaces.web.patterns.published import Shown

HIDDEN = "∗"
LINE = 18
"""Pixels from one line of text to the next."""
LETTERS = 34
"""What fits on a line of a picture on a phone of 360 pixels."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A number of stories as it may be shown, of how many, and the address of the stories behind it."""

    shown: Shown
    whole: Shown = Suppressed.WITHHELD
    url: str = ""

    @property
    def number(self) -> int | None:
        """The number, or None where it is hidden."""
        return None if isinstance(self.shown, Suppressed) else self.shown

    @property
    def share(self) -> Fraction | None:
        """The share of the whole, where both are shown."""
        if self.number is None or isinstance(self.whole, Suppressed) or not self.whole:
            return None
        return Fraction(self.number, self.whole)

    def text(self) -> str:
        """The number with its share: 12 (34 %)."""
        if self.number is None:
            return HIDDEN
        share = self.share
        count = formats.number_text(self.number)
        return count if share is None else f"{count} ({formats.percent_text(share)})"

    def in_table(self) -> SafeString | str:
        """The number for a cell of a table, as a link where its stories may be read."""
        if self.number is None:
            inner = format_html(
                '<span aria-hidden="true">{}</span><span class="visually-hidden">{}</span>', HIDDEN, _("hidden")
            )
        else:
            inner = format_html("{}", self.text())
        return format_html('<a class="row-link" href="{}">{}</a>', self.url, inner) if self.url else inner


def hidden_note(k: int) -> str:
    """What the sign of a hidden number means."""
    return _("%(sign)s is hidden: fewer than %(k)s stories, or it would give away such a number by subtraction.") % {
        "sign": HIDDEN,
        "k": formats.number_text(k),
    }


def at(value: float) -> str:
    """A position with two decimals at most."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if "." in f"{value:.2f}" else f"{value:.2f}"


def lines(text: str, letters: int = LETTERS) -> list[str]:
    """A text in lines that fit beside or above a mark."""
    return wrap(text, letters) or [""]


def text_lines(
    words: Sequence[str], *, x: str, y: float, anchor: str = "start", kind: str = "", step: int = LINE
) -> SafeString:
    """Lines of text below each other, the first at y."""
    return format_html_join(
        "",
        '<text x="{}" y="{}" text-anchor="{}"{}>{}</text>',
        (
            (x, at(y + step * number), anchor, format_html(' class="{}"', kind) if kind else "", line)
            for number, line in enumerate(words)
        ),
    )


def followed(mark: SafeString, *, label: str, url: str) -> SafeString:
    """A mark with its words for who points at it, and as a link where its stories may be read.

    By keyboard the same links are followed in the table beside the picture, one for each number, in reading order.
    """
    told = format_html("<title>{}</title>{}", label, mark)
    if not url:
        return format_html("<g>{}</g>", told)
    return format_html('<a href="{}" tabindex="-1">{}</a>', url, told)


def joined(parts: Iterable[SafeString]) -> SafeString:
    """Parts of a drawing, one after the other."""
    return format_html_join("", "{}", ((part,) for part in parts))


def mirrored(x: float, width: float, direction: Direction) -> float:
    """A position counted from where the reader's lines begin."""
    return x if direction == "ltr" else width - x
