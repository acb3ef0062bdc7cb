"""The demo programme: the same for everybody, whole, and never beside real data."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db.models import Count

from egenmakt.apps.access.models import User
from egenmakt.apps.groups.models import Arrival, Correction, Cycle, Meeting, Membership, SavingsGroup
from egenmakt.apps.groups.state import state_now
from egenmakt.apps.ledger.checks import audit_books, audit_entries
from egenmakt.apps.ledger.queries import cash_flow
from egenmakt.apps.lending.models import Loan, LoanChange
from egenmakt.apps.people.models import Node, Person
from egenmakt.core.lending.position import position
from egenmakt.core.meetings.closing import if_closed_today
from egenmakt.core.money import decimals
from egenmakt.interfaces.cli.demo import make, summary
from egenmakt.interfaces.cli.demo_programme.chance import Chance
from egenmakt.interfaces.cli.demo_programme.plans import RECIPES, plan_groups
from egenmakt.interfaces.cli.demo_programme.programme import Programme, Wanted
from egenmakt.interfaces.exports.group_file import export_group
from egenmakt_verify.main import verify
from tests.support.demo import UNTIL, undone

pytestmark = pytest.mark.xdist_group("demo")


def test_another_seed_gives_another_programme_that_shares_no_id(db: None) -> None:
    ids: list[set[UUID]] = []
    for seed in (1, 2):
        wanted = Wanted(groups=1, months=2, seed=seed, until=UNTIL)
        with undone():
            make(Programme(wanted))
            ids.append({row.id for model in (Meeting, User, Membership) for row in model.objects.all()})

    one, other = ids
    assert len(one) > 20
    assert not one & other


def test_sixty_groups_are_every_kind_in_every_country_with_names_of_their_own() -> None:
    plans = plan_groups(chance=Chance("any"), groups=60, months=12, until=UNTIL)

    assert {(plan.recipe, plan.country.code) for plan in plans} == {
        (recipe, code) for recipe in RECIPES for code in ("KE", "NP", "JO", "RW", "GT", "UA")
    }
    assert len({(plan.country.code, plan.name) for plan in plans}) == 60
    assert {plan.rules.kind for plan in plans} == set(SavingsGroup.Kind.values)
    assert {decimals(plan.country.currency) for plan in plans} == {0, 2, 3}
    assert all(plan.meets_on[-1] <= UNTIL for plan in plans)


def test_a_network_has_groups_as_members_and_lends_to_them(db: None) -> None:
    programme = Programme(Wanted(groups=60, months=2, seed=1, until=UNTIL))
    programme.begin()

    for plan in programme.plans:
        if plan.country.code == "RW":
            programme.make_group(plan)

    network = SavingsGroup.objects.get(kind="network")
    members = Membership.objects.filter(group=network)
    assert members.count() == 9
    assert not members.filter(member_group__isnull=True).exists()
    assert Meeting.objects.filter(group=network).count() == 2
    assert audit_books() == []


def test_in_a_year_a_loan_is_planned_anew_and_one_is_lost(db: None) -> None:
    programme = Programme(Wanted(groups=60, months=12, seed=1, until=UNTIL))
    programme.begin()

    programme.make_group(next(plan for plan in programme.plans if plan.index == 8))

    changes = dict(LoanChange.objects.values_list("kind").annotate(count=Count("id")))
    assert set(changes) == {"repaid", "rescheduled", "written_off"}
    assert changes["written_off"] == 1
    assert [loan.status for loan in Loan.objects.filter(changes__kind="written_off")] == ["written_off"]


@pytest.fixture(scope="module")
def programme(django_db_setup: None, django_db_blocker: Any) -> Iterator[Programme]:
    """Eighteen groups that met for half a year: enough for everything that is sure to happen. Read it only."""
    with django_db_blocker.unblock(), undone():
        made = Programme(Wanted(groups=18, months=6, seed=1, until=UNTIL))
        make(made)
        yield made


def _group(programme: Programme, index: int) -> SavingsGroup:
    return programme._groups[index]


def test_every_book_of_the_programme_adds_up(programme: Programme, db: None) -> None:
    assert audit_books() == []
    assert audit_entries() == []
    assert all(flow.is_proved for flow in cash_flow().values())
    assert set(cash_flow()) == {"KES", "NPR", "JOD", "RWF", "GTQ", "UAH"}


def test_the_verifier_accepts_an_exported_group(programme: Programme, db: None, tmp_path: Path) -> None:
    for index in (0, 3, 5):
        file = tmp_path / f"{index}.zip"
        file.write_bytes(export_group(_group(programme, index).id, by=None, at=datetime(2026, 11, 1, tzinfo=UTC)))

        assert verify(file).finding is None


def test_every_body_says_in_its_name_that_it_is_invented(programme: Programme, db: None) -> None:
    bodies = Node.objects.exclude(kind="group").values_list("name", flat=True)

    assert len(bodies) == 8
    assert all(name.startswith("Demo: ") and name.endswith("(invented)") for name in bodies)
    assert all(email.endswith("@demo.example") for email in User.objects.values_list("email", flat=True))
    assert "none of these people" in summary()


def test_names_are_in_the_letters_of_their_country(programme: Programme, db: None) -> None:
    names = {
        code: " ".join(Person.objects.filter(node__country_id=code).values_list("name", flat=True))
        for code in ("NP", "JO", "UA")
    }

    assert "\u0900" <= names["NP"][0] <= "\u097f"
    assert "\u0600" <= names["JO"][0] <= "\u06ff"
    assert "\u0400" <= names["UA"][0] <= "\u04ff"


def test_a_group_stands_right_at_its_share_out_with_a_debt_to_decide(programme: Programme, db: None) -> None:
    group = _group(programme, 0)
    on = Cycle.objects.get(group=group).end_planned_on

    result = if_closed_today(state=state_now(group=group, on=on), on=on)

    assert on == group.last_held_on
    assert {block.code for block in result.blocks} == {"undecided_debt"}


def test_a_group_has_shared_out_and_borrowed_outside_in_its_second_cycle(programme: Programme, db: None) -> None:
    group = _group(programme, 3)

    first, second = Cycle.objects.filter(group=group).order_by("number")

    assert first.closed_on is not None
    assert first.shared_out_minor > 0
    assert second.closed_on is None
    outside = Loan.objects.get(book_id=group.book_id, borrower__isnull=True)
    assert 0 < outside.lent_minor <= first.shared_out_minor


def test_what_waits_for_people_is_there_once_each(programme: Programme, db: None) -> None:
    waiting = Arrival.objects.exclude(state="accepted").values_list("group_id", "state")

    assert sorted(waiting) == sorted(
        [
            (_group(programme, 2).id, "quarantined"),
            (_group(programme, 12).id, "settled"),
            (_group(programme, 17).id, "refused"),
            (_group(programme, 17).id, "held"),
        ]
    )


def test_mistakes_in_old_meetings_were_corrected(programme: Programme, db: None) -> None:
    corrected = set(Correction.objects.values_list("meeting__group_id", flat=True))

    assert {_group(programme, 0).id, _group(programme, 3).id} <= corrected


def test_some_groups_pay_late_and_some_fall_apart(programme: Programme, db: None) -> None:
    late = 0
    for group in SavingsGroup.objects.all():
        state = state_now(group=group, on=UNTIL)
        late += sum(
            position(schedule=loan.schedule, paid=state.paid(loan), on=UNTIL).days_past_due > 30
            for loan in state.loans.values()
            if loan.borrower
        )
    meetings = list(Meeting.objects.filter(group=_group(programme, 7)).order_by("number"))

    assert late > 0
    assert meetings[-1].present < meetings[0].present * 0.7


def test_a_training_group_and_a_paper_book_and_a_cut_off_sheet_are_there(programme: Programme, db: None) -> None:
    assert list(SavingsGroup.objects.filter(is_training=True)) == [_group(programme, 10)]
    assert set(Meeting.objects.filter(source="paper").values_list("group_id", flat=True)) == {_group(programme, 11).id}
    assert _group(programme, 5).cut_off_sheet.entry.kind == "opening"


def test_members_join_and_leave_in_mid_cycle(programme: Programme, db: None) -> None:
    group = _group(programme, 12)

    assert Membership.objects.filter(group=group).exclude(status="active").count() == 1
    assert Membership.objects.filter(group=group, joined_on__gt=group.formed_on).count() == 1
