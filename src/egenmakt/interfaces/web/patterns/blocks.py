"""What a page of patterns is made of, block by block; one template draws them all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from egenmakt.core.patterns.voices import TOGETHER
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.parts import Crumb, Table
from egenmakt.interfaces.web.patterns.filtering import FilterForm
from egenmakt.interfaces.web.patterns.pictures.base import Cell, hidden_note
from egenmakt.interfaces.web.patterns.pictures.tiles import Tiles
from egenmakt.interfaces.web.patterns.selection import Reading
from egenmakt.interfaces.web.patterns.words import voice_word


@dataclass(frozen=True, slots=True)
class Block:
    """One thing on a page. `kind` says which part of the template draws it."""

    kind: str
    content: Any  # Any: what the part needs: a picture, a table, words
    title: str = ""
    tone: str = "info"


def heading(text: str) -> Block:
    """A heading of a part."""
    return Block("heading", text)


def words(text: str, *, soft: bool = False) -> Block:
    """A paragraph."""
    return Block("words", text, tone="soft" if soft else "")


def notice(text: str, *, tone: str = "info", title: str = "") -> Block:
    """Something to mind."""
    return Block("notice", text, title=title, tone=tone)


def picture(content: Any) -> Block:
    """A picture with its table."""
    return Block("picture", content)


def side_by_side(contents: Sequence[Any]) -> Block:
    """Pictures beside each other, to be compared by eye."""
    return Block("pictures", list(contents))


def table(content: Table) -> Block:
    """A table of its own."""
    return Block("table", content)


def tiles(content: Tiles) -> Block:
    """Two questions against each other."""
    return Block("tiles", content)


def links(items: Sequence[tuple[str, str]], *, title: str = "") -> Block:
    """Where to go on."""
    return Block("links", list(items), title=title)


def finding(headline: str, sober: Sequence[str], *, inside: Sequence[str] = ()) -> Block:
    """A finding in plain words, with the numbers for who checks them below.

    `inside` are numbers from which hidden ones could be worked out: for readers who may read the stories themselves,
    marked as not to be passed on, and never printed.
    """
    return Block("finding", {"headline": headline, "sober": list(sober), "inside": list(inside)})


def form(content: Any, *, url: str, deed: str, title: str) -> Block:
    """A form for a deed."""
    return Block("form", {"form": content, "url": url, "deed": deed}, title=title)


def crumbs(reading: Reading, *more: Crumb) -> list[Crumb]:
    """All frameworks, and the overview of this one."""
    return [
        Crumb(_("Patterns"), _pattern_home()),
        Crumb(reading.words.title(), reading.url("pattern_overview")),
        *more,
    ]


def _pattern_home() -> str:
    from django.urls import reverse  # noqa: PLC0415  # the addresses are not there yet when this is read

    return reverse("patterns")


def show(
    request: HttpRequest,
    reading: Reading,
    *,
    title: str,
    blocks: Sequence[Block],
    stories: Sequence[tuple[str, Cell]],
    lead: str = "",
    hidden: int = 0,
    above: Sequence[Crumb] = (),
    is_filtered: bool = True,
    status: int = 200,
) -> HttpResponse:
    """A page: what it is about, its filters, how many stories, and its blocks."""
    selection = reading.selection
    context = {
        "title": title,
        "lead": lead,
        "crumbs": [*crumbs(reading), *above],
        "blocks": list(blocks),
        "filters": FilterForm.of(request, reading) if is_filtered else None,
        "stories": list(stories),
        "hidden_note": hidden_note(selection.k) if hidden else "",
        "about": _about(reading),
        "is_free": selection.is_free,
    }
    return render(request, "web/patterns/page.html", context, status=status)


def _about(reading: Reading) -> str:
    """Which stories, in one sentence."""
    selection = reading.selection
    voices = ", ".join(voice_word(voice or TOGETHER) for voice in selection.shown_voices)
    chosen = selection.chosen
    partners = sorted({each.partner for each in chosen})
    where = ", ".join(formats.isolated_text(name) for name in partners[:4]) + ("…" if len(partners) > 4 else "")
    return _("%(voices)s · %(partners)s · %(rounds)s rounds") % {
        "voices": voices or "–",
        "partners": where or "–",
        "rounds": formats.number_text(len(chosen)),
    }


def waiting(request: HttpRequest, title: str) -> HttpResponse:
    """The page is still being worked out: it asks again by itself."""
    context = {"title": title, "again": request.get_full_path()}
    answer = render(request, "web/patterns/waiting.html", context, status=202)
    answer["Refresh"] = "4"
    return answer
