"""One story: as its teller told and classed it, what others put beside it, what she allows, and what may be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from uuid6 import uuid7

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import Rights
from egenmakt.apps.stories.frameworks import framework_of
from egenmakt.apps.stories.models import Attachment, ConsentRecord, ModerationDecision, Story, Translation
from egenmakt.apps.stories.queries.listing import translations_signed
from egenmakt.apps.stories.queries.stories import readings
from egenmakt.apps.stories.services.attachments import read_attachment
from egenmakt.apps.stories.services.reading import StoryPage, read_story_page
from egenmakt.core.signification.framework import Framework
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.parts import Column, Crumb, Row, Table
from egenmakt.interfaces.web.reading import reading_page
from egenmakt.interfaces.web.story_pages.answers import read_out
from egenmakt.interfaces.web.story_pages.forms import AnnotationForm
from egenmakt.interfaces.web.story_pages.words import (
    CHANNELS,
    COLLECTED,
    GIVEN,
    READERS,
    STATES,
    WHAT_WAS_READ,
    allowed_words,
    kind_text,
    language_text,
    refused_words,
    step_text,
    voice_text,
    warning_text,
    when_text,
    where_text,
)
from egenmakt.interfaces.web.templatetags import formats as filters
from egenmakt.interfaces.web.writing import me

READINGS_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Wording:
    """The story in one language, as this reader may see it."""

    language: str
    language_name: str
    direction: str
    title: str
    text: str
    is_told: bool
    """Whether these are the teller's own words."""
    is_masked: bool
    source: str
    """By whom the translation is, and whether a machine made it; "" for the teller's own."""
    masks_url: str


def story_crumbs(*more: Crumb) -> list[Crumb]:
    """The list of stories, and whatever else stands above the page."""
    return [Crumb(_("Stories"), reverse("stories")), *more]


def story_crumb(story: Story) -> Crumb:
    """The story itself, above a page about something in it; its title names too much for that."""
    return Crumb(_("The story"), reverse("story", args=[story.id]))


@never_cache
@reading_page
def story(request: HttpRequest, story_id: UUID) -> HttpResponse:
    """One story to read; that it was read with names is written down."""
    page = read_story_page(story_id=story_id, by=me(request), at=timezone.now())
    return render(request, "web/story_pages/story.html", story_context(request, page))


def story_context(
    request: HttpRequest, page: StoryPage, *, annotation_form: AnnotationForm | None = None
) -> dict[str, Any]:
    """Everything that the story's page says."""
    found = page.story
    rights = Rights(request.user)
    framework = framework_of(version=found.framework_version)
    may_annotate = rights.may("story.annotate", found.node_id)
    return {
        **shown(page, framework, rights=rights),
        "crumbs": story_crumbs(),
        "facts": facts_of(page),
        "annotations": _annotations(page, framework),
        "annotation_form": (annotation_form or new_annotation(framework)) if may_annotate else None,
        "decisions": _decisions(found) if rights.may("story.moderate", found.node_id) else [],
        "consents": _consents(found) if page.is_personal else None,
        "readings": _readings(request, found) if rights.may("story.read_personal", found.node_id) else None,
        "deeds": deeds_of(found, rights),
        "flag_url": reverse("story_flag", args=[found.id]),
    }


def shown(page: StoryPage, framework: Framework, *, rights: Rights | None = None) -> dict[str, Any]:
    """The story itself: its words, answers and consent, for every page that shows one."""
    found = page.story
    reader = formats.reader()
    is_mirrored = formats.text_direction(reader) == "rtl"
    may_mask = rights is not None and page.is_personal and rights.may("story.moderate", found.node_id)
    return {
        "title": _title(page),
        "story": found,
        "language": reader,
        "page_language": reader,
        "languages": framework.languages,
        "is_personal": page.is_personal,
        "is_test": found.mode == Story.Mode.TEST,
        "state": STATES[found.state],
        "kind": kind_text(framework, page.answers),
        "wordings": wordings_of(page, may_mask=may_mask),
        "prompt": next((each.text for each in framework.prompts if each.code == found.prompt), {}),
        "answers": read_out(framework, page.answers, is_personal=page.is_personal, is_mirrored=is_mirrored),
        "warnings": [warning_text(each) for each in found.warnings],
        "allowed": allowed_words(found),
        "refused": refused_words(found),
        "readers": READERS[found.visibility],
        "files": [_file(found, each) for each in page.attachments if each.stored_at],
    }


def _title(page: StoryPage) -> str:
    told = next((each for each in page.wordings if each.made == "told"), None)
    return told.title if told and told.title else _("A story without a title") if told else _("A covered story")


def wordings_of(page: StoryPage, *, may_mask: bool = False) -> list[Wording]:
    """The story in each language in which this reader may see it, with who translated it."""
    signed = translations_signed(story=page.story)
    return [
        Wording(
            language=each.language,
            language_name=language_text(each.language),
            direction=formats.text_direction(each.language),
            title=each.title,
            text=each.text,
            is_told=each.made == "told",
            is_masked=each.is_masked,
            source="" if each.made == "told" else _source(signed.get(each.language)),
            masks_url=reverse("story_masks", args=[page.story.id, each.language]) if may_mask else "",
        )
        for each in page.wordings
    ]


def _source(translation: Translation | None) -> str:
    if translation is None:
        return ""
    told = {
        "who": formats.isolated_text(translation.added_by_name),
        "day": formats.date_text(translation.added_at.date()),
        "program": formats.isolated_text(translation.made_with),
    }
    if translation.made == Translation.Made.MACHINE:
        return _("Translated by a machine (%(program)s), brought in by %(who)s, %(day)s") % told
    return _("Translated by %(who)s, %(day)s") % told


def _file(story: Story, attachment: Attachment) -> dict[str, Any]:
    return {"kind": attachment.kind, "url": reverse("story_file", args=[story.id, attachment.id])}


def facts_of(page: StoryPage) -> list[tuple[str, object]]:
    """When, where, whose, by whom and in which round; what could name somebody only for those who see names."""
    found = page.story
    facts: list[tuple[str, object]] = [
        (_("Happened"), when_text(found.told_of)),
        (_("Voice"), voice_text(found.voice)),
        (_("Round"), _link(reverse("story_round", args=[found.round_id]), found.round.name)),
        (_("At"), formats.isolated(found.node.name)),
        (_("Language"), language_text(found.language)),
        (_("Collected"), COLLECTED[found.collected_by]),
        (_("Received"), filters.day(found.received_at.date())),
    ]
    if page.is_personal:
        facts.insert(1, (_("Where"), where_text(found.where)))
        facts.append((_("Step"), step_text(found.step)))
        if found.group_id and found.group:
            name = found.group.node.name
            facts.append((_("Group"), _link(reverse("group", args=[found.group_id]), name)))
    return facts


def _link(url: str, name: str) -> object:
    return format_html('<a class="row-link" href="{}"><bdi>{}</bdi></a>', url, name)


def new_annotation(framework: Framework, data: Mapping[str, Any] | None = None) -> AnnotationForm:
    """An empty note; its id is in the form, so that sending it twice writes it once."""
    return AnnotationForm(data, framework=framework, initial={"id": str(uuid7())})


def _annotations(page: StoryPage, framework: Framework) -> list[dict[str, Any]]:
    """What others wrote, signed and dated, each with the question that it speaks of."""
    found = []
    for each in page.annotations:
        question = next((one for one in framework.questions if one.code == each.question), None)
        chosen = (each.answer or {}).get("value", ())
        chosen = [chosen] if isinstance(chosen, str) else chosen
        found.append(
            {
                "written": each,
                "question": question.text if question else None,
                "options": [one.text for one in question.options if one.code in chosen] if question else [],
            }
        )
    return found


def _decisions(story: Story) -> Table | None:
    rows = [
        Row(
            [
                _decision_words(each),
                each.reason or "–",
                formats.isolated(each.decided_by_name),
                _moment(each.decided_at),
            ]
        )
        for each in story.decisions.order_by("-decided_at", "-id")[:50]
    ]
    columns = [Column(_("Decision")), Column(_("Why")), Column(_("By")), Column(_("When"))]
    return Table(caption=_("What was decided about it"), columns=columns, rows=rows) if rows else None


def _decision_words(decision: ModerationDecision) -> str:
    return {
        "approve": _("Approved"),
        "set_aside": _("Set aside"),
        "wait": _("Put back in the queue"),
    }[decision.decision]


def _moment(value: Any) -> object:
    return filters.moment(value)


def _consents(story: Story) -> Table:
    """Every consent that was ever given, the latest first."""
    columns = [Column(_("When")), Column(_("How")), Column(_("To which text")), Column(_("Who may read it"))]
    rows = [
        Row([_moment(each.recorded_at), _given(each), each.version, READERS[each.visibility]])
        for each in story.consents.order_by("-recorded_at", "-id")[:50]
    ]
    return Table(caption=_("Every consent that was given"), columns=columns, rows=rows)


def _given(consent: ConsentRecord) -> str:
    said = f"{CHANNELS[consent.channel]}, {GIVEN[consent.given]}"
    return f"{said}: {formats.isolated_text(consent.documented)}" if consent.documented else said


def _readings(request: HttpRequest, story: Story) -> Table:
    columns = [Column(_("Who")), Column(_("When")), Column(_("What"))]
    rows = [
        Row([formats.isolated(each.read_by_name), _moment(each.read_at), WHAT_WAS_READ.get(each.what, each.what)])
        for each in readings(user=request.user, story=story)[:READINGS_SHOWN]
    ]
    note = _("Each reading with names is written down; yours too.")
    return Table(caption=_("Who has read it"), note=note, columns=columns, rows=rows, is_tall=True)


def deeds_of(story: Story, rights: Rights) -> list[tuple[str, str]]:
    """What this reader may do with the story beside reading it, each with its page."""
    named = [
        (_("Decide about it"), "story_decide", "story.moderate"),
        (_("Put a translation beside it"), "story_translate", "story.translate"),
        (_("Write down a changed consent"), "story_consent", "withdrawal.handle"),
        (_("Take it back for the teller"), "story_take_back", "withdrawal.handle"),
    ]
    found = [(name, reverse(page, args=[story.id])) for name, page, deed in named if rights.may(deed, story.node_id)]
    found.append((_("Stories like this one"), reverse("story_alike", args=[story.id])))
    if story.may_learn and rights.may("learning.write", story.node_id):
        query = urlencode({"from": reverse("story", args=[story.id]), "story": story.id})
        found.append((_("Write down what is seen in it"), f"{reverse('learning_observe_where')}?{query}"))
    return found


@never_cache
@reading_page
def file(request: HttpRequest, story_id: UUID, attachment_id: UUID) -> HttpResponse:
    """A photo or a voice, to look at or hear; each time it is written down. Raises: NotAllowed, Http404."""
    attachment = get_object_or_404(Attachment, id=attachment_id, story_id=story_id)
    by: User = me(request)
    try:
        content, media_type = read_attachment(attachment=attachment, by=by, at=timezone.now())
    except FileNotFoundError as missing:
        raise Http404(str(missing)) from missing
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = "inline"
    return response
