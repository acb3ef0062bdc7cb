"""What many tests share: a small tree with its users, throwaway databases, and a browser."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.postgresql import binaries, throwaway_server
from tests.support.tools import CHROMIUM, REQUIRED
from tests.support.tree import Tree, plant

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.support.browser import Live

ON_POSTGRESQL = bool(os.environ.get("DATABASE_URL"))


WITH_DATABASE = {"db", "transactional_db", "live_server", "django_db_serialized_rollback"}


def _depends_on_database(item: pytest.Item) -> bool:
    """Whether the test may end otherwise on another database: only then does it run on both.

    What a browser shows is the same on both; the journeys that write through it from end to end are marked `both`.
    """
    in_the_browser = "live" in getattr(item, "fixturenames", ()) and not item.get_closest_marker("both")
    if item.get_closest_marker("once") or in_the_browser:
        return False
    fixtures = WITH_DATABASE & set(getattr(item, "fixturenames", ()))
    return bool(fixtures or item.get_closest_marker("django_db") or item.get_closest_marker("postgresql"))


def pytest_collection_finish() -> None:
    """Thousands of tests and all that they load stay to the end: looking it through again and again was a twentieth."""
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if ON_POSTGRESQL:
        config.hook.pytest_deselected(items=[item for item in items if not _depends_on_database(item)])
        items[:] = [item for item in items if _depends_on_database(item)]
    items.sort(key=lambda item: "/test_every_page.py" not in item.nodeid)  # the longest first: nobody waits for them
    for item in items:
        if "postgresql_url" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("postgresql"))  # one server for all of them
        if "live" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
        if "browser" in item.keywords and not CHROMIUM and not REQUIRED:
            item.add_marker(pytest.mark.skip(reason="browser: Chromium is not installed"))
        if "postgresql" in item.keywords and not binaries() and not ON_POSTGRESQL and not REQUIRED:
            item.add_marker(pytest.mark.skip(reason="postgresql: PostgreSQL is not installed"))


@pytest.fixture(autouse=True, scope="session")
def _secrets_cost_little() -> Iterator[None]:
    """Passwords and PINs are slow to guess, so slow to make: each group of a test has five. test_secrets.py looks at
    the cost that a real process pays."""
    from django.contrib.auth.hashers import Argon2PasswordHasher

    from egenmakt.core.meetings import keys

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys, "ROUNDS", 10)
        for cost, least in {"time_cost": 1, "memory_cost": 8, "parallelism": 1}.items():
            patch.setattr(Argon2PasswordHasher, cost, least)
        yield


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """The address of an empty throwaway PostgreSQL, whichever database the other tests use."""
    with throwaway_server() as url:
        yield url


@pytest.fixture
def tree(db: None) -> Tree:
    """A network with two organisations; one of them with two partners and a group each; and their users."""
    return plant()


@pytest.fixture(autouse=True)
def _every_test_begins_in_english() -> None:
    """A page that was asked for in Swedish leaves its thread speaking Swedish; the next test must not hear it."""
    from django.utils.translation import activate

    activate("en")


@pytest.fixture(scope="session")
def _homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Folders for tests that ask for none. pytest's own look through all that are there whenever one is made."""
    folder = tmp_path_factory.mktemp("homes")
    return (folder / str(number) for number in count())


@pytest.fixture(autouse=True)
def _every_test_has_a_folder_of_its_own(settings: Any, request: pytest.FixtureRequest, _homes: Iterator[Path]) -> None:
    """What one test erases or stores, such as the list of erased stories, is no other test's business."""
    if "tmp_path" in request.fixturenames:
        settings.HOME = request.getfixturevalue("tmp_path")
    else:
        settings.HOME = next(_homes)
        settings.HOME.mkdir()


@pytest.fixture(autouse=True, scope="session")
def _flush_can_empty_guarded_tables() -> Iterator[None]:
    """Tests with real transactions clean up by emptying all tables, which is just what the guards refuse."""
    from django.db import connection
    from django.test import TransactionTestCase

    from egenmakt.apps.audit.guards import all_guards, remove

    original = TransactionTestCase._fixture_teardown

    def teardown(self: TransactionTestCase) -> None:
        with connection.schema_editor() as editor:
            remove(all_guards(), editor)
        original(self)  # ends with Django's post_migrate, which puts the guards back

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", teardown)
        yield


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium for all browser tests: starting it anew for each costs three seconds."""
    from tests.support.browser import chromium

    assert CHROMIUM, "Chromium is not installed: apt-get install chromium"
    # Playwright keeps an event loop in this thread, where Django would refuse the ORM.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with chromium(CHROMIUM) as started:
        yield started


@pytest.fixture
def live(live_server: object, browser: Browser) -> Iterator[Live]:
    """A served site and a browser page that looks at it."""
    from tests.support.browser import open_page

    with open_page(browser, address=str(live_server)) as opened:
        yield opened
    _end_sessions_of_the_server()


def _end_sessions_of_the_server() -> None:
    """A thread of the test's server may still hold one, which would keep PostgreSQL from dropping the database."""
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture
def page(live: Live) -> Page:
    """The browser's page alone, as wide as Playwright makes it, for tests that say themselves where to go."""
    live.page.set_viewport_size({"width": 1280, "height": 720})
    return live.page


@pytest.fixture
def axe() -> Callable[[Page], list[str]]:
    """What is wrong with a page for people who see, hear or move otherwise."""
    from tests.support.browser import axe

    return axe
