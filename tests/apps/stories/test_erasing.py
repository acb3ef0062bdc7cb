"""What is withdrawn is gone: from every table, every index, every file and every byte of the database; and stays so."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from uuid6 import uuid7

from egenmakt.apps.access.queries import NotAllowed
from egenmakt.apps.audit.models import Event, Job
from egenmakt.apps.stories.models import Draft, Erased, ExportedStory, Story, StoryArrival
from egenmakt.apps.stories.queries.search import searched
from egenmakt.apps.stories.queries.stories import recipients_to_tell
from egenmakt.apps.stories.services.erasing import (
    HANGING_ON_A_STORY,
    UnknownCode,
    erase_again,
    erase_arrival,
    erase_expired,
    withdraw,
    withdraw_for_teller,
)
from egenmakt.apps.stories.services.exporting import mark_told, record_export
from egenmakt.core.codes import NotACode
from tests.apps.stories.erasing_scene import MARKERS
from tests.support.stories import AT, begin_round, slip
from tests.support.tree import Tree

ROOT = Path(__file__).resolve().parents[3]


def _played(home: Path, url: str) -> dict[str, Any]:
    environment = {
        **os.environ,
        "EGENMAKT_HOME": str(home),
        "EGENMAKT_SECRET_KEY": "only-for-tests",
        "DATABASE_URL": url,
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }
    program = [sys.executable, "-m", "tests.apps.stories.erasing_scene"]
    answer = subprocess.run(program, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr[-3000:]
    played: dict[str, Any] = json.loads(answer.stdout)
    return played


def _assert_forgotten(played: Mapping[str, Any]) -> None:
    for name in (*MARKERS, "id", "teller", "slip", "stays"):
        assert played["before"][name], f"the search would not find {name}"
    for moment in ("after", "after_again"):
        left = {name: where for name, where in played[moment].items() if where and name != "stays"}
        assert left == {}
        assert played[moment]["stays"]
    assert played["again"] == ["erased", "erased"]
    assert played["recalled"] == ["Giver"]
    tables = played["tables"]
    assert (tables["Story"], tables["StoryArrival"], tables["Draft"], tables["files"]) == (31, 31, 0, 0)
    assert (tables["Erased"], tables["SearchText"], tables["FileToRemove"]) == (2, 31, 0)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="once is enough: it has a database of its own")
def test_no_byte_of_a_withdrawn_story_is_left_in_sqlite_its_log_or_the_files(tmp_path: Path) -> None:
    _assert_forgotten(_played(tmp_path, ""))


@pytest.mark.postgresql
@pytest.mark.skipif(connection.vendor != "sqlite", reason="once is enough: it has a server of its own")
def test_no_byte_of_a_withdrawn_story_is_left_in_postgresql_after_the_night(
    tmp_path: Path, postgresql_url: str
) -> None:
    _assert_forgotten(_played(tmp_path, postgresql_url))


def test_every_table_that_hangs_on_a_story_is_emptied_with_it() -> None:
    models = apps.get_app_config("stories").get_models()
    hanging = {model for model in models if any(field.related_model is Story for field in model._meta.fields)}

    assert hanging == set(HANGING_ON_A_STORY)
    # wings above must not point to a story by a foreign key: they would keep it from being forgotten
    everywhere = {
        model for model in apps.get_models() if any(field.related_model is Story for field in model._meta.fields)
    }
    assert everywhere == hanging


def test_a_code_erases_all_stories_of_its_slip_and_no_other(tree: Tree) -> None:
    telling = begin_round(tree)
    one, two = (telling.tell(code=slip("Amina")) for _ in range(2))
    other = telling.tell(code=slip("Beatrice"))

    forgotten = withdraw(code=slip("Amina").lower().replace(" ", "-"), at=AT)

    assert forgotten.stories == 2
    assert list(Story.objects.all()) == [other]
    assert set(Erased.objects.values_list("id_hash", "reason", "round_id")) == {
        (one.id_hash, "withdrawn", telling.round.id),
        (two.id_hash, "withdrawn", telling.round.id),
    }
    with pytest.raises(UnknownCode):
        withdraw(code=slip("Amina"), at=AT)
    with pytest.raises(NotACode):
        withdraw(code="AAAA AAAA", at=AT)


def test_stories_without_a_slip_are_not_found_by_an_empty_code(tree: Tree) -> None:
    begin_round(tree).tell(withdrawal=None)

    with pytest.raises(NotACode):
        withdraw(code="", at=AT)
    assert Story.objects.count() == 1


def test_the_trail_keeps_the_fact_alone_and_news_goes_up(tree: Tree) -> None:
    story = begin_round(tree).tell(code=slip("Amina"), title="Njeri's house")
    withdraw(code=slip("Amina"), at=AT)

    event = Event.objects.get(deed="story.erased")
    assert (event.actor_id, event.node_id, event.data["reason"]) == (None, tree.north.id, "withdrawn")
    trail = json.dumps(list(Event.objects.values("subject_id", "data")))
    assert str(story.id) not in trail
    assert "Njeri" not in trail
    jobs = {name.rpartition(".")[2] for name in Job.objects.filter(event=event).values_list("name", flat=True)}
    assert jobs == {"finish_erasure", "rebuild_facts", "follow_story"}


def test_who_may_erase_for_a_teller(tree: Tree) -> None:
    telling = begin_round(tree)
    story = telling.tell()

    for user in (tree.facilitator, tree.monitoring, tree.auditor, tree.member, tree.beatrice, tree.chipo, tree.nobody):
        with pytest.raises(NotAllowed):
            withdraw_for_teller(story=story, by=user, at=AT)
    assert withdraw_for_teller(story=story, by=tree.amina, at=AT).stories == 1
    assert Erased.objects.get().erased_by == tree.amina.id


def test_a_document_in_quarantine_is_erased_with_its_story(tree: Tree) -> None:
    telling = begin_round(tree)
    document = telling.document()
    telling.send(document)
    telling.send({**document, "title": "Another"})

    erase_arrival(arrival=StoryArrival.objects.get(state="quarantined"), by=tree.amina, at=AT)

    assert (Story.objects.count(), StoryArrival.objects.count()) == (0, 0)


def test_stories_go_when_their_date_has_come_and_drafts_when_they_expire(tree: Tree) -> None:
    from uuid import UUID

    from egenmakt.apps.stories.services.drafts import save_draft

    telling = begin_round(tree)
    lasting = begin_round(tree, version=telling.version, keep_until_on=date(2030, 1, 1)).tell()
    for _ in range(3):
        telling.tell()
    telling.send(telling.document(language="not one"))
    document = telling.document()
    save_draft(id=UUID(document["id"]), round=telling.round, typed=document, at=AT)

    assert erase_expired(today=date(2028, 3, 31), at=AT) == 0
    assert erase_expired(today=date(2028, 4, 1), at=AT + timedelta(days=8), limit=2) == 4
    assert list(Story.objects.all()) == [lasting]
    assert set(Erased.objects.values_list("reason", flat=True)) == {"retention"}
    assert (Draft.objects.count(), StoryArrival.objects.count()) == (0, 1)


def test_recipients_of_files_are_named_until_they_were_told(tree: Tree) -> None:
    telling = begin_round(tree)
    story, other = telling.tell(code=slip("Amina")), telling.tell()
    record_export(
        id=uuid7(),
        node=tree.north,
        story_ids=[story.id, other.id],
        purpose="donor",
        format="csv",
        file_name="march.csv",
        recipient="Giver",
        by=tree.amina,
        at=AT,
    )

    exports = withdraw(code=slip("Amina"), at=AT).exports

    assert [(each.file_name, each.recipient, each.made_by_name) for each in exports] == [
        ("march.csv", "Giver", "Amina")
    ]
    entry = recipients_to_tell(user=tree.amina).get()
    assert list(recipients_to_tell(user=tree.beatrice)) == []
    mark_told(entry=entry, by=tree.amina, at=AT)
    assert list(recipients_to_tell(user=tree.amina)) == []
    assert ExportedStory.objects.filter(recalled_at__isnull=True).count() == 1


def test_what_an_old_backup_brought_back_is_erased_again(tree: Tree) -> None:
    telling = begin_round(tree)
    document = telling.document(text="Zawadi")
    telling.send(document)
    story = Story.objects.get()

    assert erase_again(id_hashes=[story.id_hash, "0" * 64], at=AT) == 1
    assert Story.objects.count() == 0
    assert Erased.objects.count() == 2
    assert telling.send(document).status == "erased"
    assert list(searched(Story.objects.all(), "zawadi")) == []


def _refused(statement: str, params: list[Any]) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, params)
    except IntegrityError:
        return True
    return False


def test_the_database_itself_refuses_every_other_way(tree: Tree) -> None:
    story = begin_round(tree).tell()
    id = connection.ops.adapt_uuidfield_value(story.id) if hasattr(connection.ops, "adapt_uuidfield_value") else None
    id = id or (story.id.hex if connection.vendor == "sqlite" else story.id)

    for column, value in (("answers", "{}"), ("title", "x"), ("text", "x"), ("voice", "staff"), ("language", "sv")):
        assert _refused(f"UPDATE stories_story SET {column} = %s WHERE id = %s", [value, id]), column
    assert _refused("DELETE FROM stories_story WHERE id = %s", [id])
    assert _refused("DELETE FROM stories_consentrecord WHERE story_id = %s", [id])
    assert _refused("UPDATE stories_consentrecord SET visibility = 'anyone' WHERE story_id = %s", [id])
    assert _refused("UPDATE stories_storyarrival SET content = %s WHERE story_id = %s", [b"x", id])
    assert _refused("UPDATE stories_frameworkversion SET content = '{}'", [])
    assert _refused("DELETE FROM stories_frameworkversion", [])
    Erased.objects.create(id_hash="1" * 64, reason="office", erased_at=AT)
    assert _refused("DELETE FROM stories_erased", [])
    assert _refused("UPDATE stories_erased SET reason = 'retention'", [])
    # and what may follow what happens still may
    assert Story.objects.filter(id=story.id).update(state="waiting", visibility="team") == 1
