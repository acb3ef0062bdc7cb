"""Covering what could tell who told a story: proposals to tick, a preview, and acceptance by a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from uuid6 import uuid7

from egenmakt.apps.groups.models import Membership
from egenmakt.apps.people.models import Place
from egenmakt.apps.stories.models import Masking, Story
from egenmakt.apps.stories.queries.reach import stories_reached
from egenmakt.apps.stories.services.beside import accept_masks, text_in, text_sha256
from egenmakt.apps.stories.services.reading import read_story_page
from egenmakt.core.masking import INSTEAD, Kind, proposals
from egenmakt.core.signification.story import LEVELS
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.reading import read_uuid
from egenmakt.interfaces.web.story_pages.beside import reachable
from egenmakt.interfaces.web.story_pages.story import story_crumb, story_crumbs
from egenmakt.interfaces.web.story_pages.words import language_text
from egenmakt.interfaces.web.writing import me

AROUND = 40
"""So many characters on either side are shown, so that one sees what a word means there."""
NAMES_MAX = 3000
WORDS_MAX = 100
FIELDS = ("title", "text")


@dataclass(frozen=True, slots=True)
class Mask:
    """One place that is covered or could be, as `accept_masks` takes it."""

    field: str
    start: int
    end: int
    replacement: str

    @property
    def value(self) -> str:
        return f"{self.field}:{self.start}:{self.end}"

    def as_kept(self) -> dict[str, Any]:
        return {"field": self.field, "start": self.start, "end": self.end, "replacement": self.replacement}


@dataclass(frozen=True, slots=True)
class Line:
    """One mask with the words around it, and why it is proposed."""

    mask: Mask
    before: str
    covered: str
    after: str
    why: str
    is_chosen: bool


def known_names(story: Story) -> set[str]:
    """The people whom the story could be about: the members of its group, or of all groups of its partner."""
    members = Membership.objects.filter(person__isnull=False)
    if story.group_id:
        members = members.filter(group_id=story.group_id)
    else:
        members = members.filter(group__node__above__ancestor_id=story.node_id)
    return set(members.order_by("id").values_list("person__name", flat=True)[:NAMES_MAX])


def known_places(story: Story) -> set[str]:
    """The places of the partner's country that lie nearer than what may be shown."""
    if story.node.country_id is None:
        return set()
    places = Place.objects.filter(country_id=story.node.country_id, parent__isnull=False).exclude(level__in=LEVELS)
    return set(places.order_by("id").values_list("name", flat=True)[:NAMES_MAX])


def proposed(story: Story, parts: Mapping[str, str], language: str) -> list[tuple[Mask, str]]:
    """What could be covered in title and text, with why."""
    names, places = known_names(story), known_places(story)
    return [
        (Mask(field, each.start, each.end, each.instead), " ".join(_(why) for why in each.why.split("; ")))
        for field in FIELDS
        for each in proposals(parts[field], names=names, places=places, language=language)
    ]


def written(parts: Mapping[str, str], words: Sequence[str], language: str) -> list[Mask]:
    """Every place at which words stand that somebody typed, whatever their capitals."""
    instead = f"[{INSTEAD.get(language.split('-')[0], INSTEAD['en'])[Kind.NAME]}]"
    found = []
    for field in FIELDS:
        text = parts[field]
        # a letter whose small form has another length (İ) would shift every place after it
        small = text.lower() if len(text.lower()) == len(text) else text
        for word in words:
            start = small.find(word.lower())
            while start >= 0:
                found.append(Mask(field, start, start + len(word), instead))
                start = small.find(word.lower(), start + len(word))
    return found


def without_overlap(masks: Sequence[Mask]) -> list[Mask]:
    """The masks in the order of the text; of those that overlap, the one that begins first covers as far as both."""
    kept: list[Mask] = []
    for mask in sorted(masks, key=lambda each: (each.field, each.start, -each.end)):
        last = kept[-1] if kept else None
        if last and last.field == mask.field and mask.start < last.end:
            kept[-1] = Mask(last.field, last.start, max(last.end, mask.end), last.replacement)
        else:
            kept.append(mask)
    return kept


def covered(text: str, field: str, masks: Sequence[Mask]) -> str:
    """A text with its masks carried out."""
    for mask in sorted(masks, key=lambda each: -each.start):
        if mask.field == field:
            text = text[: mask.start] + mask.replacement + text[mask.end :]
    return text


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def masks(request: HttpRequest, story_id: UUID, language: str) -> HttpResponse:
    """What could name somebody in one language of the story: proposals to tick, the preview, and acceptance."""
    story = reachable(request, story_id, deed="story.moderate")
    reached = stories_reached(user=me(request), deed="story.read_personal").filter(id=story.id)
    if not reached.exists():
        raise Http404("Whoever covers names must be able to read them.")
    try:
        title, text = text_in(story=story, language=language)
    except LookupError as missing:
        raise Http404(str(missing)) from missing
    parts, sha256 = {"title": title, "text": text}, text_sha256(title=title, text=text)
    offered = proposed(story, parts, language)
    sent = request.POST if request.method == "POST" else None
    is_stale = sent is not None and sent.get("sha256") != sha256
    chosen = [mask for mask, _why in offered]
    words = _words(sent)
    if not is_stale:
        chosen = _chosen(sent, offered, story, language, sha256)
        words = words or (_earlier_words(chosen, offered, parts) if sent is None else [])
    chosen = without_overlap([*chosen, *written(parts, words, language)])
    if sent is not None and not is_stale and sent.get("go") == "accept":
        id = read_uuid(sent.get("id", "")) or uuid7()
        kept = [mask.as_kept() for mask in chosen]
        accept_masks(id=id, story=story, language=language, masks=kept, by=me(request), at=timezone.now())
        messages.success(request, _accepted(len(kept)))
        return redirect("story", story.id)
    read_story_page(story_id=story_id, by=me(request), at=timezone.now(), what="masks")
    context = {
        "title": _("Cover what could tell who told it"),
        "crumbs": story_crumbs(story_crumb(story)),
        "story_language": language,
        "language_name": language_text(language),
        "direction": formats.text_direction(language),
        "lines": [_line(mask, why, parts, chosen) for mask, why in offered],
        "words": "\n".join(words),
        "preview_title": covered(title, "title", chosen),
        "preview_text": covered(text, "text", chosen),
        "is_previewed": sent is not None,
        "is_stale": is_stale,
        "sha256": sha256,
        "id": str(uuid7()),
    }
    return render(request, "web/story_pages/masks.html", context, status=409 if is_stale else 200)


def _accepted(count: int) -> str:
    if not count:
        return _("Written down: you looked, and nothing needs to be covered.")
    return ngettext("%(count)s place is covered.", "%(count)s places are covered.", count) % {
        "count": formats.number_text(count)
    }


def _words(sent: Mapping[str, Any] | None) -> list[str]:
    typed = str(sent.get("words", "")) if sent else ""
    return list(dict.fromkeys(line.strip() for line in typed.splitlines() if len(line.strip()) >= 2))[:WORDS_MAX]


def _chosen(
    sent: Any,
    offered: Sequence[tuple[Mask, str]],
    story: Story,
    language: str,
    sha256: str,
) -> list[Mask]:
    """What was ticked; before anything was, what was accepted last for just this text, or else everything."""
    if sent is not None:
        ticked = set(sent.getlist("mask"))
        return [mask for mask, _why in offered if mask.value in ticked]
    latest = Masking.objects.filter(story=story, language=language).order_by("-accepted_at", "-id").first()
    if latest is None or latest.text_sha256 != sha256:
        return [mask for mask, _why in offered]
    return [Mask(**each) for each in latest.masks]


def _earlier_words(chosen: Sequence[Mask], offered: Sequence[tuple[Mask, str]], parts: Mapping[str, str]) -> list[str]:
    """What somebody typed the last time: masks that are no proposal."""
    known = {mask.value for mask, _why in offered}
    found = [parts[mask.field][mask.start : mask.end] for mask in chosen if mask.value not in known]
    return list(dict.fromkeys(found))


def _line(mask: Mask, why: str, parts: Mapping[str, str], chosen: Sequence[Mask]) -> Line:
    text = parts[mask.field]
    start = max(0, mask.start - AROUND)
    is_chosen = any(c.field == mask.field and c.start <= mask.start and mask.end <= c.end for c in chosen)
    return Line(
        mask=mask,
        before=("…" if start else "") + text[start : mask.start],
        covered=text[mask.start : mask.end],
        after=text[mask.end : mask.end + AROUND] + ("…" if mask.end + AROUND < len(text) else ""),
        why=why,
        is_chosen=is_chosen,
    )
