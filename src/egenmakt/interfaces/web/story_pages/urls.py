"""The addresses at which stories are read and protected."""

from __future__ import annotations

from django.urls import URLPattern, path

from egenmakt.interfaces.web.story_pages import (
    arrivals,
    beside,
    deciding,
    duplicates,
    listing,
    masks,
    safeguarding,
    story,
    taking_back,
)

urlpatterns: list[URLPattern] = [
    path("stories/", listing.stories, name="stories"),
    path("stories/waiting/", deciding.queue, name="story_moderation"),
    path("stories/safeguarding/", safeguarding.queue, name="story_safeguarding"),
    path("stories/safeguarding/<uuid:story_id>/", safeguarding.flagged, name="story_flagged"),
    path("stories/conflicts/", arrivals.arrivals, name="story_arrivals"),
    path("stories/conflicts/<uuid:arrival_id>/", arrivals.arrival, name="story_arrival"),
    path("stories/recipients/", taking_back.recipients, name="story_recipients"),
    path("stories/recipients/<int:entry_id>/told/", taking_back.told, name="story_recipient_told"),
    path("stories/erasing/", taking_back.retention, name="story_retention"),
    path("stories/<uuid:story_id>/", story.story, name="story"),
    path("stories/<uuid:story_id>/note/", beside.note, name="story_note"),
    path("stories/<uuid:story_id>/translation/", beside.translate, name="story_translate"),
    path("stories/<uuid:story_id>/masks/<slug:language>/", masks.masks, name="story_masks"),
    path("stories/<uuid:story_id>/consent/", beside.consent, name="story_consent"),
    path("stories/<uuid:story_id>/decide/", deciding.decide, name="story_decide"),
    path("stories/<uuid:story_id>/flag/", safeguarding.flag, name="story_flag"),
    path("stories/<uuid:story_id>/take-back/", taking_back.take_back, name="story_take_back"),
    path("stories/<uuid:story_id>/files/<uuid:attachment_id>/", story.file, name="story_file"),
    path("rounds/<uuid:round_id>/twice/", duplicates.in_round, name="story_duplicates"),
]
