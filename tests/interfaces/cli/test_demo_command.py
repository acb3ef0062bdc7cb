"""`egenmakt demo`: the same programme each time, made once, finished when it was stopped, never beside other data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.test import Client, override_settings

from egenmakt.apps.access.models import User
from egenmakt.apps.access.roles import Role
from egenmakt.apps.audit.models import Event
from egenmakt.apps.groups.models import Meeting
from egenmakt.apps.people.models import Node
from egenmakt.interfaces.cli.demo_programme.programme import Programme
from egenmakt.interfaces.cli.main import group as egenmakt
from tests.support.demo import OPTIONS, SMALL, first_made, made_now, undone
from tests.support.tree import Tree

pytestmark = pytest.mark.xdist_group("demo")


def _run(*words: str) -> Result:
    return CliRunner().invoke(egenmakt, list(words))


def test_a_demo_that_was_interrupted_goes_on_to_the_same_end(db: None) -> None:
    whole = first_made()
    assert not Node.objects.exists()
    programme = Programme(SMALL)
    programme.begin()
    programme.make_group(programme.plans[0])

    answer = _run(*OPTIONS)

    assert answer.exit_code == 0, answer.output
    assert made_now() == whole


def test_a_database_with_real_data_is_left_alone(tree: Tree) -> None:
    before = (Node.objects.count(), User.objects.count(), Event.objects.count())

    answer = _run(*OPTIONS)

    assert answer.exit_code == 1
    assert "data that no demo has made" in answer.output
    assert (Node.objects.count(), User.objects.count(), Event.objects.count()) == before


@pytest.fixture(scope="module")
def answer(django_db_setup: None, django_db_blocker: Any) -> Iterator[Result]:
    """What the command said when it made a small programme that is there for every test below. Change nothing in it."""
    with django_db_blocker.unblock(), override_settings(DEMO=True):
        first_made()  # before there is one
        with undone():
            yield _run(*OPTIONS)


def test_the_same_seed_gives_the_same_programme_to_the_last_hash(answer: Result, db: None) -> None:
    found = made_now()

    assert len(found.groups) == 3
    assert [len(group["meetings"]) > 5 for group in found.groups] == [True, True, False]
    assert found.groups[2]["meetings"]
    assert found == first_made()


def test_the_command_says_what_is_invented_and_how_to_sign_in_for_each_role(answer: Result, db: None) -> None:
    assert answer.exit_code == 0, answer.output
    assert "none of these people, groups or organisations exist" in answer.output
    assert "2 organisations, 6 countries, 3 groups of 3 kinds" in answer.output
    for role in Role.values:
        assert f"({role.replace('_', ' ')}): http://localhost:8000/" in answer.output
    link = "/sign-in/" + answer.output.rsplit("/sign-in/", 1)[1].split()[0]
    assert Client().get(link).status_code == 302


def test_a_real_installation_gives_no_links(answer: Result, db: None, settings: Any) -> None:
    settings.DEMO = False

    again = _run(*OPTIONS, "--no-report")

    assert again.exit_code == 0, again.output
    assert "/sign-in" not in again.output
    assert "EGENMAKT_DEMO=1" in again.output


def test_once_more_changes_nothing_and_says_so(answer: Result, db: None) -> None:
    before = (Event.objects.count(), Meeting.objects.count())
    assert "here already" not in answer.output

    again = _run(*OPTIONS)

    assert again.exit_code == 0
    assert "here already; nothing was changed" in again.output
    assert (Event.objects.count(), Meeting.objects.count()) == before


def test_another_demo_is_not_mixed_with_one_that_is_there(answer: Result, db: None) -> None:
    before = Meeting.objects.count()

    other = _run("demo", "--groups", "4", "--months", "2")

    assert other.exit_code == 1
    assert "another demo programme (" in other.output
    assert all(given in other.output for given in ("groups 3", "months 2", "seed 1", "until 2026-10-31"))
    assert Meeting.objects.count() == before
