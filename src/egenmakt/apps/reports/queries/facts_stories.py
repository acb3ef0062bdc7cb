"""Facts about stories: which kind of change each teller chose. No word of hers, no place, and no key of hers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date
from typing import Any
from uuid import UUID

from django.db.models.functions import Coalesce

from egenmakt.apps.reports.queries.facts_groups import AT_ONCE, Row, partners_below
from egenmakt.apps.reports.queries.facts_hidden import Hidden
from egenmakt.apps.stories.frameworks import framework_of
from egenmakt.apps.stories.models import FrameworkVersion, Story
from egenmakt.apps.stories.queries.reach import with_purpose
from egenmakt.core.signification.question import Option


def story_rows(*, node_id: UUID, hidden: Hidden, until_on: date) -> Iterator[Row]:
    """A row for each kind of change of each story that may be learned from; one without, where none was chosen.

    Left out: stories told to practise, flagged, set aside, and those whose tellers do not allow learning.
    """
    partners = partners_below(node_id=node_id)
    stories = with_purpose(
        Story.objects.filter(node__above__ancestor_id=node_id, mode=Story.Mode.REAL, is_flagged=False), "learn"
    ).exclude(state=Story.State.SET_ASIDE)
    told = stories.annotate(told_at=Coalesce("finished_at", "started_at", "received_at"))
    columns = ("id", "node_id", "node__country_id", "voice", "round_id", "told_at", "collected_by", "answers")
    kinds: dict[int, Mapping[str, Mapping[str, Option]]] = {}
    for version_id, id, node, country, voice, round_id, told_at, collected_by, answers in told.values_list(
        "framework_version_id", *columns
    ).iterator(AT_ONCE):
        told_on = told_at.astimezone(UTC).date()
        if told_on >= until_on:
            continue
        if version_id not in kinds:
            kinds[version_id] = kinds_of(version_id)
        partner = hidden.id(partners[node]) if node in partners else None
        head = (hidden.id(id), country, partner, voice, hidden.id(round_id))
        alone = collected_by == Story.CollectedBy.SELF
        for kind, direction, area in _chosen(answers, kinds[version_id]) or [(None, None, None)]:
            yield (*head, kind, direction, area, told_on, alone)


def kinds_of(version_id: int) -> Mapping[str, Mapping[str, Option]]:
    """The questions of a framework about the kind of change, each with its options by their code."""
    framework = framework_of(version=FrameworkVersion.objects.get(id=version_id))
    return {
        question.code: {option.code: option for option in question.options}
        for question in framework.questions
        if question.type == "change_type"
    }


def _chosen(
    answers: Mapping[str, Any], kinds: Mapping[str, Mapping[str, Option]]
) -> list[tuple[str | None, str | None, str | None]]:
    """Code, direction and area of each kind that was chosen, each once."""
    found: dict[str, tuple[str | None, str | None, str | None]] = {
        code: (code, options[code].direction or None, options[code].area or None)
        for question, options in kinds.items()
        for code in (answers.get(question) or {}).get("value") or ()
        if code in options
    }
    return list(found.values())
