"""The short way for a meeting that can be accepted as it stands: nobody can tell it from the whole site."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import OperationalError
from django.test import RequestFactory, override_settings
from django.urls import reverse
from uuid6 import uuid7

from egenmakt.apps.access.devices import Device, enrol_device, revoke_device
from egenmakt.apps.access.models import DeviceToken
from egenmakt.apps.groups.models import Arrival, Meeting
from egenmakt.apps.groups.writing import _WRITERS
from egenmakt.core.ledger.chain import canonical
from egenmakt.core.meetings.document import BYTES_MAX
from egenmakt.interfaces.sync import usual_way
from egenmakt.interfaces.sync.usual_way import UsualWay
from tests.support.groups import START, Group, form_group
from tests.support.many import WEEK
from tests.support.tree import AT, Tree

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Answer:
    """What a WSGI application answered."""

    status: int
    headers: dict[str, str]
    content: bytes


@dataclass
class Phone:
    """A phone before a site of its own, of which is counted how often it was asked the whole way."""

    secret: str
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.whole = WSGIHandler()
        self.site = UsualWay(self._counted)

    def _counted(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        self.asked.append(environ["PATH_INFO"])
        return self.whole(environ, start)

    def send(self, content: bytes, *, method: str = "POST", address: str = "/api/v1/meetings", **more: Any) -> Answer:
        headers = {"HTTP_AUTHORIZATION": f"Bearer {self.secret}", **more}
        environ = RequestFactory().generic(method, address, content, "application/json", **headers).environ
        started: list[tuple[str, list[tuple[str, str]]]] = []
        body = self.site(environ, lambda status, headers, *_: started.append((status, headers)))
        whole = b"".join(body)
        if hasattr(body, "close"):
            body.close()
        ((status, given),) = started
        return Answer(int(status.split()[0]), dict(given), whole)


@pytest.fixture
def group(tree: Tree) -> Group:
    return form_group(tree)


@pytest.fixture
def phone(tree: Tree) -> Iterator[Phone]:
    yield Phone(enrol_device(user=tree.facilitator, node=tree.north, name="Nokia", by=None, at=AT).secret)
    while _WRITERS._kept:  # a session that is left open would keep PostgreSQL from dropping the database
        _WRITERS._kept.pop().close()


def next_meeting(group: Group, week: int) -> bytes:
    """The group's next meeting, in which Amina buys a share."""
    bought = [{"type": "shares", "member": group.id("Amina"), "shares": 1}]
    return canonical(group.document(START + week * WEEK, entries=bought))


def test_the_address_is_the_one_of_the_whole_site() -> None:
    assert reverse("api:send_meeting") == "/api/v1/meetings"


def test_the_first_goes_the_whole_way_and_the_next_ones_are_answered_alike(group: Group, phone: Phone) -> None:
    first = phone.send(next_meeting(group, 0))
    second = phone.send(next_meeting(group, 1))

    assert (first.status, second.status) == (201, 201)
    assert phone.asked == ["/api/v1/meetings"]
    assert second.headers == {**first.headers, "Content-Length": str(len(second.content))}
    assert list(json.loads(second.content)) == list(json.loads(first.content))
    newest = Meeting.objects.order_by("number").last()
    assert newest is not None
    assert json.loads(second.content) == {
        "status": "accepted",
        "meeting_id": str(newest.id),
        "code": newest.code,
        "hash": newest.hash,
        "findings": [],
        "arrival_id": str(newest.arrival_id),
        "followed_by": [],
    }


def test_whatever_is_not_as_usual_is_answered_by_the_whole_site(group: Group, phone: Phone) -> None:
    known = next_meeting(group, 0)
    phone.send(known)
    phone.send(next_meeting(group, 1))
    phone.asked.clear()
    next_one = json.loads(next_meeting(group, 2))
    answers = [
        phone.send(known),
        phone.send(canonical({**next_one, "id": str(uuid7()), "previous": "a" * 64})),
        phone.send(canonical({**next_one, "cycle": str(uuid7())})),
        phone.send(known[:-9]),
        phone.send(b" " * (BYTES_MAX + 1)),
        phone.send(known, HTTP_AUTHORIZATION="Bearer nobody"),
        phone.send(known, HTTP_AUTHORIZATION=""),
        phone.send(known, method="GET"),
        phone.send(b"", method="GET", address="/api/v1/nothing"),
    ]

    assert [answer.status for answer in answers] == [200, 202, 422, 422, 413, 401, 401, 405, 404]
    assert len(phone.asked) == len(answers)
    assert Arrival.objects.filter(state="held").count() == 1
    assert Arrival.objects.filter(state="refused").count() == 2  # kept once, though both ways have looked at it


def test_a_fault_on_the_short_way_is_met_by_the_whole_site(
    group: Group, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone.send(next_meeting(group, 0))

    def away(**_: str) -> Device:
        raise OperationalError("the database is away")

    monkeypatch.setattr(usual_way, "device_of", away)

    assert phone.send(next_meeting(group, 1)).status == 201
    assert len(phone.asked) == 2


def test_a_body_whose_length_is_not_said_is_left_to_the_whole_site(group: Group, phone: Phone) -> None:
    phone.send(next_meeting(group, 0))

    answer = phone.send(next_meeting(group, 1), CONTENT_LENGTH="")

    assert answer.status == 422  # as the framework reads it: nothing was sent
    assert len(phone.asked) == 2


def test_a_phone_that_was_stopped_is_turned_away_at_once(group: Group, phone: Phone) -> None:
    phone.send(next_meeting(group, 0))
    revoke_device(token=DeviceToken.objects.get(), by=None, at=AT)

    assert phone.send(next_meeting(group, 1)).status == 401
    assert Meeting.objects.count() == 1


@override_settings(SECURE_SSL_REDIRECT=True, SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https"))
def test_where_only_https_is_spoken_nothing_is_taken_in_without(group: Group, phone: Phone) -> None:
    phone.whole = WSGIHandler()
    secured = {"HTTP_X_FORWARDED_PROTO": "https"}
    assert phone.send(next_meeting(group, 0), **secured).status == 201
    assert phone.send(next_meeting(group, 1), **secured).status == 201

    plain = [phone.send(next_meeting(group, 2)).status for _ in range(2)]

    assert plain == [301, 301]
    assert Meeting.objects.count() == 2
