"""The stories of the demo programme: the same for everybody, of every kind, with patterns that can be found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid5

import pytest
from django.test import Client
from scipy.stats import chi2_contingency, mannwhitneyu

from egenmakt.apps.access.models import User
from egenmakt.apps.stories.models import (
    Annotation,
    Erased,
    Masking,
    ModerationDecision,
    Round,
    SafeguardingFlag,
    Story,
    StoryArrival,
    Translation,
)
from egenmakt.apps.stories.queries.rounds import progress_of
from egenmakt.apps.stories.services.erasing import withdraw
from egenmakt.core.signification.framework import shipped
from egenmakt.interfaces.cli.demo import lines_to_try, make
from egenmakt.interfaces.cli.demo_programme.chance import Chance
from egenmakt.interfaces.cli.demo_programme.countries import COUNTRIES
from egenmakt.interfaces.cli.demo_programme.programme import Programme, what_visitors_may_try
from egenmakt.interfaces.cli.demo_programme.told_answers import answers, chosen_kinds
from egenmakt.interfaces.cli.demo_programme.told_events import BY_OTHERS, BY_TELLERS
from egenmakt.interfaces.cli.demo_programme.told_rounds import plan_rounds
from egenmakt.interfaces.cli.demo_programme.told_tellers import TellersGroup, tellers_of_round
from egenmakt.interfaces.cli.demo_programme.told_words import DETAILS, ENDINGS, LANGUAGES, OPENINGS, TITLES, Told
from tests.support.demo import SMALL, UNTIL, first_made, told_now, undone
from tests.support.stories import SPACE

pytestmark = pytest.mark.xdist_group("demo")

AT = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def told_before(django_db_setup: None, django_db_blocker: Any) -> Iterator[list[Any]]:
    """A small programme that is there for every test, and what the same one had told that was made before it."""
    with django_db_blocker.unblock():
        found = first_made().told
        with undone():
            make(Programme(SMALL))
            yield found


def test_the_same_stories_are_told_each_time(told_before: list[Any], db: None) -> None:
    assert len(told_before) > 60
    assert told_now() == told_before


def test_every_fate_of_a_story_can_be_seen(told_before: list[Any], db: None) -> None:
    rounds = Round.objects.order_by("starts_on")
    assert [round.closed_at is None for round in rounds].count(True) == 4  # one of each country, and the visitors'
    assert set(Story.objects.values_list("mode", flat=True)) == {"real", "test"}
    assert set(Story.objects.values_list("state", flat=True)) == {"waiting", "approved", "set_aside"}
    assert set(Story.objects.values_list("voice", flat=True)) == {"rights_holder", "partner", "staff"}
    assert set(Story.objects.values_list("collected_by", flat=True)) == {"facilitator", "paper", "self"}
    assert set(Story.objects.values_list("visibility", flat=True)) == {"team", "partner", "organisation", "anyone"}
    assert set(Story.objects.values_list("language", flat=True)) == {"en", "ar"}
    assert Counter(StoryArrival.objects.exclude(state="accepted").values_list("state", flat=True)) == {
        "quarantined": 2,
        "refused": 1,
    }
    assert set(Translation.objects.values_list("made", flat=True)) == {"human", "machine"}
    assert all(translation.story.may_machine_translation for translation in Translation.objects.filter(made="machine"))
    assert (Annotation.objects.count(), Masking.objects.exists()) == (12, True)
    assert set(Erased.objects.values_list("reason", flat=True)) == {"withdrawn"}
    assert SafeguardingFlag.objects.filter(lifted_at__isnull=True).count() == 1
    assert SafeguardingFlag.objects.filter(lifted_at__isnull=False).count() == 2
    assert not ModerationDecision.objects.exclude(decision="approve").filter(reason="").exists()
    child = Story.objects.get(consents__minor__isnull=False)
    assert (child.visibility, child.may_public_text) == ("team", False)


def test_the_open_round_says_who_is_missing(told_before: list[Any], db: None) -> None:
    round = Round.objects.get(node__country_id="KE", closed_at__isnull=True, starts_on__year=2026)

    found = progress_of(user=User.objects.get(email="facilitator.ke@demo.example"), round=round)

    assert 0 < found.collected < found.target
    assert found.gaps


def test_a_visitor_may_tell_a_story_and_take_one_back(told_before: list[Any], db: None, settings: Any) -> None:
    settings.DEMO = True
    visitors = what_visitors_may_try()
    assert visitors is not None

    lines = "\n".join(lines_to_try("http://localhost:8000"))
    page = Client().get(f"/tell/{visitors.token}/")
    slip = Client().post("/slip/", {"code": visitors.slip})
    erased = withdraw(code=visitors.slip, at=AT).stories

    assert f"http://localhost:8000/tell/{visitors.token}/" in lines
    assert f"http://localhost:8000/slip/ with the code {visitors.slip}" in lines
    assert (page.status_code, slip.status_code, erased) == (200, 200, 1)
    again = what_visitors_may_try()
    assert again is not None
    assert again.slip == ""


def test_sixty_groups_tell_in_two_or_three_rounds_of_seventy() -> None:
    plans = plan_rounds(groups=dict.fromkeys((setup.code for setup in COUNTRIES), 10), months=12, until=UNTIL)

    assert Counter(plan.setup.code for plan in plans) == {"KE": 3, "NP": 3, "JO": 3, "RW": 3, "GT": 3, "UA": 2}
    assert {plan.target for plan in plans} == {70}
    assert 1000 < sum(plan.stories for plan in plans) < 1300


def test_some_tellers_come_again_and_some_tell_twice() -> None:
    groups = [TellersGroup(uuid5(SPACE, str(number)), "savings") for number in range(10)]

    rounds = [
        tellers_of_round(chance=Chance("x"), setup=COUNTRIES[0], groups=groups, number=number, stories=70, at=AT)
        for number in range(2)
    ]

    first, second = ({teller.key for teller in tellers} for tellers in rounds)
    assert len(first) < 70
    assert 0 < len(first & second) < len(second)
    assert {teller.key: teller for teller in rounds[0]}.items() >= {
        (teller.key, teller) for teller in rounds[1] if teller.key in first
    }


def _answered(number: int) -> list[tuple[Any, list[str], dict[str, Any]]]:
    """A thousand stories in a round, without a database."""
    chance = Chance("planted")
    groups = [TellersGroup(uuid5(SPACE, str(index)), "farmers") for index in range(10)]
    tellers = tellers_of_round(chance=chance, setup=COUNTRIES[0], groups=groups, number=number, stories=1000, at=AT)
    found = []
    for place, teller in enumerate(tellers):
        draw = chance.random("answers", number, place)
        kinds = chosen_kinds(teller, draw)
        given = answers(teller, kinds, round_number=number, language="en", is_hurried=False, draw=draw)
        found.append((teller, kinds, given))
    return found


def test_the_planted_patterns_are_there_and_chance_plants_no_other() -> None:
    first, third = _answered(0), _answered(2)
    by_sex = [
        [sum(("economic_independence" in kinds) is told for teller, kinds, _ in first if teller.sex == sex)
         for told in (True, False)]
        for sex in ("woman", "man")
    ]  # fmt: skip
    ours = [
        [given["who_acted"]["value"][0] for _, _, given in told if "value" in given["who_acted"]]
        for told in (first, third)
    ]
    lasting = {
        is_teller: [
            given["lasting"]["value"]
            for teller, _, given in first
            if "value" in given["lasting"] and (teller.voice == "rights_holder") is is_teller
        ]
        for is_teller in (True, False)
    }
    reach = [
        [sum(given["reach"].get("value") == option for teller, _, given in first if teller.sex == sex)
         for option in ("me", "household", "group", "place")]
        for sex in ("woman", "man")
    ]  # fmt: skip

    assert chi2_contingency(by_sex).pvalue < 1e-6
    assert mannwhitneyu(ours[0], ours[1], alternative="less").pvalue < 1e-6
    assert mannwhitneyu(lasting[True], lasting[False], alternative="less").pvalue < 1e-6
    assert chi2_contingency(reach).pvalue > 0.01


def test_whatever_is_told_stands_in_every_language_and_names_its_place() -> None:
    kinds = next(question for question in shipped().questions if question.code == "kind").option_codes
    sentences = [*OPENINGS, *DETAILS, *ENDINGS, *TITLES.values()]
    sentences += [each for events in (BY_TELLERS, BY_OTHERS) for some in events.values() for each in some]

    assert set(TITLES) == set(BY_TELLERS) == set(BY_OTHERS) == set(kinds)
    assert all(len(sentence) == len(LANGUAGES) == len(set(sentence)) for sentence in sentences)
    told = Told(Chance("x").random("story"), kind="worse", voice="rights_holder", place="Ahero")
    assert all("Ahero" in told.text(language) and "{" not in told.text(language) for language in LANGUAGES)
