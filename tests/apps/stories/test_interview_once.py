"""One interview is recorded once, also when it comes under two ids at the same instant."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from threading import Event

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from uuid6 import uuid7

from egenmakt.apps.stories.marks import hash_of_id
from egenmakt.apps.stories.models import Story, StoryArrival
from egenmakt.apps.stories.services.quarantine import accept_quarantined
from egenmakt.apps.stories.services.receiving import Receipt
from egenmakt.apps.stories.services.receiving_many import receive_stories
from tests.support.stories import AT, Telling, begin_round
from tests.support.tree import Tree, grow


def _copy(story: Story) -> Story:
    """The same interview under another id, not written yet."""
    id = uuid7()
    fields = {field.attname: getattr(story, field.attname) for field in Story._meta.concrete_fields}
    return Story(**{**fields, "id": id, "id_hash": hash_of_id(id)})


def test_the_database_refuses_a_second_row_of_one_interview(tree: Tree) -> None:
    story = begin_round(tree).tell()

    with pytest.raises(IntegrityError), transaction.atomic():
        _copy(story).save(force_insert=True)

    tried = _copy(story)
    tried.mode = "test"
    tried.save(force_insert=True)  # trying the form out with the same words is another thing
    assert Story.objects.count() == 2


def test_a_twin_that_a_person_lets_in_stands_beside_the_first_and_a_third_one_asks_again(tree: Tree) -> None:
    telling = begin_round(tree)
    document = telling.document()
    telling.send(document)
    telling.send({**document, "id": str(uuid7())})

    receipt = accept_quarantined(arrival=StoryArrival.objects.get(state="quarantined"), by=tree.officer, at=AT)

    assert receipt.status == "accepted"
    assert list(Story.objects.order_by("id").values_list("twin_let_in_at", flat=True)) == [None, AT]
    assert telling.send({**document, "id": str(uuid7())}).status == "quarantined"


def test_what_was_let_in_before_is_marked_when_the_database_is_brought_up_to_date(tree: Tree) -> None:
    first = begin_round(tree).tell()
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX stories_story_interview_once")
    second = _copy(first)
    second.save(force_insert=True)

    import_module("egenmakt.apps.stories.migrations.0005_an_interview_once").mark_twins(apps, None)

    marks = dict(Story.objects.values_list("id", "twin_let_in_at"))
    assert marks == {first.id: None, second.id: second.received_at}


def _waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("in_a_file", [False, True], ids=["one by one", "in a file"])
def test_of_two_phones_that_send_one_interview_at_the_same_instant_one_is_recorded_and_one_is_a_question(
    in_a_file: bool,
) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    telling = begin_round(grow())
    document = telling.document()
    other = {**document, "id": str(uuid7())}
    is_written = Event()

    def first() -> Receipt:
        try:
            with transaction.atomic():
                receipt = telling.send(document)
                is_written.set()
                for _ in range(200):  # until the second one waits to hear what becomes of the first
                    if _waits_for_a_lock():
                        break
                    time.sleep(0.05)
                else:
                    raise AssertionError("The second story did not wait for the first.")
            return receipt
        finally:
            connection.close()

    def second() -> Receipt:
        try:
            assert is_written.wait(timeout=20)
            return _send_in_a_file(telling, other) if in_a_file else telling.send(other)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        receipts = [each.result(timeout=60) for each in (pool.submit(first), pool.submit(second))]

    assert [receipt.status for receipt in receipts] == ["accepted", "quarantined"]
    assert [str(id) for id in Story.objects.values_list("id", flat=True)] == [document["id"]]
    assert [each["code"] for each in receipts[1].findings] == ["same_interview"]


def _send_in_a_file(telling: Telling, document: dict[str, object]) -> Receipt:
    (receipt,) = receive_stories(documents=[document], round=telling.round, by=telling.by, at=AT)
    return receipt
