"""The table: event -> what is done about it.

A job is a function that takes the event (`apps.audit.models.Event`). It is written here by its full name, so that a
wing further down can put it in the queue without knowing it. Each is done once for each event.
"""

from __future__ import annotations

from collections.abc import Mapping

_REBUILD_FACTS = "egenmakt.apps.stories.jobs.rebuild_facts"
_FOLLOW_STORY = "egenmakt.apps.learning.jobs.follow_story"
_FOLLOW_QUOTED = "egenmakt.apps.reports.jobs.follow_story"

TABLE: Mapping[str, tuple[str, ...]] = {
    "story.erased": ("egenmakt.apps.stories.jobs.finish_erasure", _REBUILD_FACTS, _FOLLOW_STORY, _FOLLOW_QUOTED),
    "story.flagged": (_REBUILD_FACTS, _FOLLOW_STORY, _FOLLOW_QUOTED),
    "story.flag_lifted": (_REBUILD_FACTS, _FOLLOW_STORY, _FOLLOW_QUOTED),
    "story.moderated": (_REBUILD_FACTS, _FOLLOW_STORY, _FOLLOW_QUOTED),
    "consent.changed": (_REBUILD_FACTS, _FOLLOW_STORY, _FOLLOW_QUOTED),
}
