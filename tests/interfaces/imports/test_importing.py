"""From tables to groups, members and meetings: what is written, what is not, and that twice is once."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import transaction

from egenmakt.apps.access.queries import NotAllowed
from egenmakt.apps.audit.models import Event, Job
from egenmakt.apps.groups.models import Arrival, ConstitutionVersion, Cycle, Goal, Meeting, Membership, SavingsGroup
from egenmakt.apps.groups.services.goals import set_goals
from egenmakt.apps.groups.services.members import add_members
from egenmakt.apps.ledger.models import Account, JournalEntry, Transfer
from egenmakt.apps.ledger.queries import balances, cash_flow
from egenmakt.apps.lending.models import Loan
from egenmakt.apps.people.models import Node, Person
from egenmakt.core.ledger.chart import AccountRef
from egenmakt.core.savings.templates import village_savings_and_loan
from egenmakt.interfaces.imports import bringing_in
from egenmakt.interfaces.imports.bringing_in import NotBroughtIn, note_import, totals
from egenmakt.interfaces.imports.mapping import GroupDefaults, MemberDefaults
from egenmakt.interfaces.imports.report import report_lines
from tests.interfaces.imports.help import AT, csv, mapping, try_out, workbook, write
from tests.support.groups import form_group
from tests.support.tree import Tree

HEADER = "group,no,name,date,savings"
BOOK = csv(
    HEADER,
    "Tumaini,1,Amina,2026-01-05,100",
    "Tumaini,2,Beatrice,2026-01-05,50.50",
    "Tumaini,1,Amina,2026-02-02,0",
    "Tumaini,2,Beatrice,2026-02-02,",
    "Upendo,1,Chipo,2026-01-07,300",
)


def _counts() -> dict[str, int]:
    models: tuple[Any, ...] = (
        SavingsGroup,
        Membership,
        Person,
        Cycle,
        ConstitutionVersion,
        Meeting,
        Arrival,
        Transfer,
        Goal,
    )
    return {model.__name__: model.objects.count() for model in (*models, Event)}


def _savings(group: str, number: int, kind: str = "voluntary_savings") -> int:
    member = Membership.objects.get(group__node__name=group, number=number)
    return balances(member.group.book_id)[AccountRef(kind, member.id)]


def _errors(tried: Any) -> list[str]:
    return [str(error) for error in tried.errors]


def test_a_dry_run_tells_everything_and_writes_nothing(tree: Tree) -> None:
    before = _counts()

    tried = try_out(tree, BOOK)

    assert _counts() == before
    assert _errors(tried) == []
    assert [(g.group.name, len(g.group.members), len(g.documents), g.transfers) for g in tried.groups] == [
        ("Tumaini", 2, 2, 2),
        ("Upendo", 1, 1, 1),
    ]
    assert [(t.field, t.file_minor, t.ledger_minor) for t in totals(tried)] == [("voluntary", 45050, 45050)]
    savings = next(tally for tally in tried.plan.reading.tallies if tally.field == "voluntary")
    assert (savings.filled, savings.zero, savings.blank, savings.unplaced, savings.rows) == (3, 1, 1, 0, 5)


def test_a_paper_book_becomes_meetings_in_the_ledger(tree: Tree) -> None:
    outcome = write(tree, try_out(tree, BOOK))

    assert (outcome.groups, outcome.members, outcome.meetings, outcome.transfers) == (2, 3, 3, 3)
    assert (_savings("Tumaini", 1), _savings("Tumaini", 2), _savings("Upendo", 1)) == (10000, 5050, 30000)
    assert list(Meeting.objects.order_by("held_on", "id").values_list("held_on", "source", "number")) == [
        (date(2026, 1, 5), "paper", 1),
        (date(2026, 1, 7), "paper", 1),
        (date(2026, 2, 2), "paper", 2),
    ]
    assert all(flow.is_proved for flow in cash_flow().values())
    assert Meeting.objects.filter(present__gt=0).count() == 0  # the book does not say who was there


def test_bringing_in_the_same_file_twice_changes_nothing(tree: Tree) -> None:
    write(tree, try_out(tree, BOOK))
    before = _counts()

    again = try_out(tree, BOOK)
    outcome = write(tree, again)

    assert outcome.is_empty
    assert _counts() == before
    assert [(g.meetings_known, g.transfers_known, g.is_new) for g in again.groups] == [(2, 2, False), (1, 1, False)]


def test_the_same_rows_as_a_workbook_change_nothing_either(tree: Tree) -> None:
    write(tree, try_out(tree, BOOK))
    rows = [line.split(",") for line in BOOK.decode().strip().split("\n")]
    before = _counts()

    write(tree, try_out(tree, workbook(rows), name="book.xlsx"))

    assert _counts() == before


def test_a_book_that_goes_on_is_added_to(tree: Tree) -> None:
    write(tree, try_out(tree, BOOK))
    longer = BOOK + b"Tumaini,1,Amina,2026-03-02,25\nTumaini,3,Dalila,2026-03-02,10\n"

    outcome = write(tree, try_out(tree, longer))

    assert (outcome.groups, outcome.members, outcome.meetings) == (0, 1, 1)
    assert (_savings("Tumaini", 1), _savings("Tumaini", 3)) == (12500, 1000)


def test_an_import_never_writes_over_a_meeting(tree: Tree) -> None:
    write(tree, try_out(tree, BOOK))
    before = _counts()

    tried = try_out(tree, BOOK.replace(b"Amina,2026-01-05,100", b"Amina,2026-01-05,900"))

    assert _errors(tried) == [
        "book.csv, row 2, field savings: The meeting of 2026-01-05 is here already, with other amounts. "
        "— Correct that meeting itself; an import never writes over one."
    ]
    with pytest.raises(NotBroughtIn):
        write(tree, tried)
    assert _counts() == before


def test_a_row_before_the_last_meeting_is_refused_by_the_groups_own_rules(tree: Tree) -> None:
    write(tree, try_out(tree, BOOK))

    tried = try_out(tree, csv(HEADER, "Tumaini,1,Amina,2026-01-20,5"))

    assert "before the last meeting (2026-02-02)" in " ".join(_errors(tried))


def test_a_row_of_a_day_that_is_still_to_come_is_refused(tree: Tree) -> None:
    tried = try_out(tree, csv(HEADER, "Tumaini,1,Amina,2031-01-05,5"))

    assert len(tried.errors) == 1
    assert "dated 2031-01-05, which is after today" in _errors(tried)[0]


def test_a_repayment_above_the_debt_is_named_with_the_debt(tree: Tree) -> None:
    columns = {
        "group": "group",
        "no": "member_number",
        "date": "held_on",
        "savings": "voluntary",
        "loan": "loan_granted",
        "paid": "loan_repaid",
    }
    rows = ["A,1,2026-01-05,900,,", "A,1,2026-02-02,,300,", "A,1,2026-03-02,,,999"]

    tried = try_out(tree, csv("group,no,date,savings,loan,paid", *rows), how=mapping(columns))

    assert len(tried.errors) == 1
    assert _errors(tried)[0].startswith("book.csv, row 4, field paid: The repayment of 999.00 KES is above")


def test_two_members_with_equal_names_are_told_apart_by_number(tree: Tree) -> None:
    rows = ["A,1,Amina,2026-01-05,10", "A,2,Amina,2026-01-05,20", "A,2,,2026-01-12,5"]

    write(tree, try_out(tree, csv(HEADER, *rows)))

    assert (_savings("A", 1), _savings("A", 2)) == (1000, 2500)
    assert Person.objects.filter(name="Amina", node__name="A").count() == 2


def test_two_members_with_equal_names_and_no_numbers_are_not_guessed(tree: Tree) -> None:
    how = mapping({"group": "group", "name": "member_name"}, groups=GroupDefaults(formed_on="2026-01-01"))

    tried = try_out(tree, csv("group,name", "A,Amina", "A,Beatrice", "A,AMINA"), kind="members", how=how)

    assert _errors(tried) == [
        "book.csv, row 4, field name: “AMINA” Row 2 has the same name. — If they are two members, give each a number "
        "of their own; otherwise keep one row."
    ]


def test_a_name_that_two_numbers_bear_needs_the_number_in_each_row(tree: Tree) -> None:
    rows = ["A,1,Amina,2026-01-05,10", "A,2,Amina,2026-01-05,20", "A,,Amina,2026-01-12,5"]

    tried = try_out(tree, csv(HEADER, *rows))

    assert _errors(tried) == [
        "book.csv, row 4, field name: “Amina” 2 members bear this name: numbers 1, 2. "
        "— Write the member's number in this row."
    ]


def test_names_in_arabic_hebrew_and_emoji_arrive_as_they_were_written(tree: Tree) -> None:
    names = ["أمينة محمد", "עמינה", "Amina 🐟", "आमिना", 'O\'Brien "B"']
    quoted = [name.replace('"', '""') for name in names]
    rows = [f'جمعية الأمل,{i},"{name}",2026-01-05,10' for i, name in enumerate(quoted, start=1)]

    write(tree, try_out(tree, csv(HEADER, *rows)))

    kept = Membership.objects.filter(group__node__name="جمعية الأمل").order_by("number")
    assert [member.person.name for member in kept if member.person] == names


def test_latin_1_with_semicolons_and_a_bom_is_brought_in_with_its_letters(tree: Tree) -> None:
    content = b"\xef\xbb\xbf" + csv(
        "Grupp;Medlemsnummer;Namn;Datum;Sparande", "Öland;1;Åsa Ek;31/1/2026;1.250,50", encoding="latin-1"
    )

    tried = try_out(tree, content)
    write(tree, tried)

    member = Membership.objects.get(group__node__name="Öland")
    assert member.person is not None
    assert member.person.name == "Åsa Ek"
    assert _savings("Öland", 1) == 125050
    assert any("day_first, as “31/1/2026” in row 2 proves" in str(note) for note in tried.findings)


def test_every_value_that_has_no_place_is_listed_with_row_field_and_remedy(tree: Tree) -> None:
    rows = [
        "A,1,Amina,2026-01-05,ten",
        "A,2,Beatrice,2026-02-30,10",
        "A,3,Chipo,2026-01-05,-5",
        ",4,Dalila,2026-01-05,10",
        "A,,,2026-01-05,10",
        "A,6,Fatuma,,10",
        "A,7,Grace,2026-01-05,1.005",
    ]

    tried = try_out(tree, csv(HEADER, *rows))

    assert [(e.source.row, e.source.field, e.value) for e in tried.errors] == [
        (2, "savings", "ten"),
        (3, "date", "2026-02-30"),
        (4, "savings", "-5"),
        (8, "savings", "1.005"),
        (5, "group", ""),
        (6, "no", ""),
        (7, "date", ""),
    ]
    assert all(error.remedy for error in tried.errors)
    assert tried.groups[0].documents == []


def test_a_good_group_can_be_brought_in_without_a_bad_one(tree: Tree) -> None:
    tried = try_out(tree, BOOK.replace(b",50.50", b",fifty"))
    with pytest.raises(NotBroughtIn, match="1 things keep"):
        write(tree, tried)

    outcome = write(tree, tried, partly=True)

    assert (outcome.groups, outcome.left_out) == (1, ["Tumaini"])
    assert list(SavingsGroup.objects.values_list("node__name", flat=True)) == ["Upendo"]


def test_a_row_without_a_group_keeps_everything_out(tree: Tree) -> None:
    tried = try_out(tree, BOOK + b",1,Amina,2026-01-05,10\n")

    assert not tried.may_be_done_in_part
    with pytest.raises(NotBroughtIn):
        write(tree, tried, partly=True)


def test_a_member_cannot_have_two_rows_for_one_meeting(tree: Tree) -> None:
    tried = try_out(tree, csv(HEADER, "A,1,Amina,2026-01-05,10", "A,1,Amina,2026-01-05,10"))

    assert _errors(tried) == [
        "book.csv, row 3: Member Amina (1) has another row on this day: book.csv, row 2. "
        "— Keep one row for each member and meeting, and write the sum into it."
    ]


def test_one_number_with_two_names_is_an_error(tree: Tree) -> None:
    tried = try_out(tree, csv(HEADER, "A,1,Amina,2026-01-05,10", "A,1,Beatrice,2026-01-12,10"))

    assert [(e.source.row, e.value) for e in tried.errors] == [(3, "Beatrice")]


def test_shares_fines_the_social_fund_and_loans_go_by_the_groups_rules(tree: Tree) -> None:
    header = "group,no,name,date,shares,social fund,fines,loan,loan repaid"
    rows = [
        "A,1,Amina,2026-01-05,5,10,,,",
        "A,2,Beatrice,2026-01-05,3,10,7.50,,",
        "A,1,Amina,2026-02-02,,,,600,",
        "A,1,Amina,2026-03-02,2,,,,230",
    ]
    columns = {"group": "group", "no": "member_number", "name": "member_name", "date": "held_on", "shares": "shares",
               "social fund": "social_fund", "fines": "fine_paid", "loan": "loan_granted",
               "loan repaid": "loan_repaid"}  # fmt: skip
    how = mapping(columns, groups=GroupDefaults(share_price="100"))

    tried = try_out(tree, csv(header, *rows), how=how)
    write(tree, tried)

    assert _errors(tried) == []
    assert (_savings("A", 1, "shares"), _savings("A", 2, "shares")) == (70000, 30000)
    group = SavingsGroup.objects.get(node__name="A")
    now = balances(group.book_id)
    assert now[AccountRef("social_fund")] == 2000
    assert sum(minor for ref, minor in now.items() if ref.kind == "fines") == 750
    loan = Loan.objects.get(book_id=group.book_id)
    assert loan.principal_minor == 60000
    # flat at 5 per cent a month of 600 over three months: 200 principal and 30 interest each month
    assert now[AccountRef("loan_principal", loan.id)] == 40000
    assert now[AccountRef("loan_interest", loan.id)] == 3000
    assert now[AccountRef("loan_fund_box")] == 100000 - 60000 + 23000 + 750
    assert {t.field: t.file_minor == t.ledger_minor for t in totals(tried)} == dict.fromkeys(
        ("shares", "social_fund", "fine_paid", "loan_granted", "loan_repaid"), True
    )
    assert write(tree, try_out(tree, csv(header, *rows), how=how)).is_empty


def test_a_loan_above_the_groups_limit_is_named_with_the_clause(tree: Tree) -> None:
    columns = {
        "group": "group",
        "no": "member_number",
        "date": "held_on",
        "savings": "voluntary",
        "loan": "loan_granted",
    }
    rows = ["A,1,2026-01-05,100,", "A,2,2026-01-05,900,", "A,1,2026-02-02,,400"]

    tried = try_out(tree, csv("group,no,date,savings,loan", *rows), how=mapping(columns))

    assert len(tried.errors) == 1
    assert str(tried.errors[0]).startswith("book.csv, row 4, field loan: A loan of 400.00 KES is above")


def test_a_repayment_without_a_loan_is_named(tree: Tree) -> None:
    columns = {"group": "group", "no": "member_number", "date": "held_on", "paid": "loan_repaid"}

    tried = try_out(tree, csv("group,no,date,paid", "A,1,2026-01-05,10"), how=mapping(columns))

    assert _errors(tried) == [
        "book.csv, row 2, field paid: The member has no open loan on this day. "
        "— Bring in the loan first, or correct the row."
    ]


def test_a_group_that_is_here_takes_a_book_by_its_own_rules(tree: Tree) -> None:
    group = form_group(tree, village_savings_and_loan("KES", 100))
    columns = {"no": "member_number", "date": "held_on", "shares": "shares"}
    book = csv("no,date,shares", "1,2026-01-12,3", "2,2026-01-12,1")

    tried = try_out(tree, book, how=mapping(columns), below=group.row.node)
    outcome = write(tree, tried)

    assert (outcome.groups, outcome.members, outcome.meetings) == (0, 0, 1)
    assert _savings("Tumaini Savings", 1, "shares") == 30000
    group.meet(date(2026, 1, 19), [])  # and it goes on as if nothing had been


def test_a_group_that_is_here_is_found_by_its_name_and_its_members_by_number(tree: Tree) -> None:
    form_group(tree)
    columns = {"group": "group", "no": "member_number", "name": "member_name", "date": "held_on", "n": "shares"}
    good = csv("group,no,name,date,n", "TUMAINI SAVINGS,1,amina,2026-01-12,3")
    wrong = csv("group,no,name,date,n", "Tumaini Savings,1,Zawadi,2026-01-12,3")

    tried = try_out(tree, good, how=mapping(columns))

    assert [(g.group.known is not None, [m.is_known for m in g.group.members.values()]) for g in tried.groups] == [
        (True, [True])
    ]
    assert "Member number 1 of the group is Amina." in _errors(try_out(tree, wrong, how=mapping(columns)))[0]


def test_members_alone_form_groups_without_money(tree: Tree) -> None:
    header = "group,no,name,sex,born,savings goal"
    rows = ["A,1,Amina,Kvinna,1990,500", "A,2,Bo,m,1985.0,"]
    columns = {"group": "group", "no": "member_number", "name": "member_name", "sex": "sex", "born": "birth_year",
               "savings goal": "savings_goal"}  # fmt: skip
    how = mapping(
        columns, groups=GroupDefaults(formed_on="2026-01-01"), members=MemberDefaults(goal_due_on="2026-12-31")
    )

    outcome = write(tree, try_out(tree, csv(header, *rows), how=how, kind="members"))

    people = Person.objects.filter(node__name="A").order_by("name").values_list("name", "sex", "birth_year")
    assert list(people) == [("Amina", "female", 1990), ("Bo", "male", 1985)]
    assert (outcome.members, outcome.goals, outcome.meetings) == (2, 1, 0)
    assert Goal.objects.get().target_minor == 50000
    assert write(tree, try_out(tree, csv(header, *rows), how=how, kind="members")).is_empty


def test_figures_of_the_file_are_compared_and_every_difference_is_told(tree: Tree) -> None:
    header = "group,no,quarter,savings,cumulative"
    rows = ["A,1,1,10,10", "A,1,2,5,15", "A,2,1,3,3", "A,2,2,4,8"]
    columns = {"group": "group", "no": "member_number", "quarter": "period", "savings": "voluntary",
               "cumulative": "expected_cumulative"}  # fmt: skip
    how = mapping(columns, periods={"1": "2026-01-31", "2": "2026-04-30"})

    tried = try_out(tree, csv(header, *rows), how=how, kind="savings")
    told = "\n".join(report_lines(tried))

    assert "compared with the ledger: 4; equal: 3; different: 1" in told
    assert "row 5, field cumulative: 2 (2) of A: 8.00 KES in the file, 7.00 KES by the contributions" in told
    assert tried.is_good  # the book is brought in as it is, and its own mistake is told
    write(tree, tried)
    again = try_out(tree, csv(header, *rows), how=how, kind="savings")
    assert [(d.file_minor, d.ledger_minor) for g in again.groups for d in g.differences] == [(800, 700)]


def test_a_period_without_a_day_is_named_once(tree: Tree) -> None:
    columns = {"group": "group", "no": "member_number", "quarter": "period", "savings": "voluntary"}

    tried = try_out(tree, csv("group,no,quarter,savings", "A,1,9,1", "A,2,9,1"), how=mapping(columns), kind="savings")

    assert _errors(tried) == [
        "book.csv, field quarter: “9” The period has no day (2 rows). "
        "— Write under “periods” the day that stands for it, such as 2026-03-31."
    ]


def test_a_roll_call_is_kept_where_everybody_is_marked(tree: Tree) -> None:
    columns = {"group": "group", "no": "member_number", "date": "held_on", "savings": "voluntary", "here": "attendance"}
    rows = ["A,1,2026-01-05,1,ja", "A,2,2026-01-05,,absent", "A,1,2026-01-12,1,p", "A,2,2026-01-12,1,"]

    tried = try_out(tree, csv("group,no,date,savings,here", *rows), how=mapping(columns))
    write(tree, tried)

    assert list(Meeting.objects.order_by("number").values_list("present", "absent")) == [(1, 1), (0, 0)]
    assert any("roll call of 2026-01-12" in str(note) for note in tried.findings)


def test_who_may_not_bring_in_data_sees_nothing(tree: Tree) -> None:
    for user in (tree.chipo, tree.nobody, tree.beatrice, tree.treasurer):
        with pytest.raises(NotAllowed):
            try_out(tree, BOOK, by=user)


def test_a_deed_that_is_missing_is_said_before_anything_is_begun(tree: Tree) -> None:
    tried = try_out(tree, BOOK, by=tree.amina)  # partner staff opens no cycles

    assert any("You may not open a savings cycle at North." in error for error in _errors(tried))


def test_a_group_is_written_whole_or_not_at_all(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = try_out(tree, BOOK)
    before = _counts()
    meeting, content = tried.groups[0].documents[1]
    tried.groups[0].documents[1] = (meeting, content.replace(b'"number":2', b'"number":7'))

    with pytest.raises(NotBroughtIn, match="wrong_number"):
        write(tree, tried)

    assert _counts() == before


def test_an_import_that_stopped_half_way_is_done_by_doing_it_again(tree: Tree) -> None:
    from egenmakt.interfaces.imports.bringing_in import bring_in

    next(bring_in(run=try_out(tree, BOOK), by=tree.administrator, at=AT))
    assert SavingsGroup.objects.count() == 1

    outcome = write(tree, try_out(tree, BOOK))

    assert (outcome.groups, outcome.meetings) == (1, 1)
    assert write(tree, try_out(tree, BOOK)).is_empty


def test_the_trail_names_the_files_by_their_fingerprints(tree: Tree) -> None:
    tried = try_out(tree, BOOK)

    note_import(run=tried, outcome=write(tree, tried), by=tree.administrator, at=AT)

    event = Event.objects.get(deed="data.imported")
    assert event.data["files"] == [{"name": "book.csv", "sha256": tried.tables[0].fingerprint}]
    assert (event.data["groups"], event.data["meetings"]) == (2, 3)


def _everything() -> dict[str, list[str]]:
    """All rows that an import can write, but for the ids that the moment gives."""
    by_the_moment = {Event: {"id"}, Arrival: {"id"}, Meeting: {"arrival_id"}}
    models: tuple[Any, ...] = (
        *(Node, SavingsGroup, Membership, Person, ConstitutionVersion, Cycle, Goal, Event, Job),
        *(Arrival, Meeting, JournalEntry, Transfer, Account, Loan),
    )
    return {
        model.__name__: sorted(
            repr({name: value for name, value in row.items() if name not in by_the_moment.get(model, ())})
            for row in model.objects.values()
        )
        for model in models
    }


def test_members_and_goals_written_at_once_are_the_rows_that_one_after_the_other_writes(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    columns = {"group": "group", "no": "member_number", "name": "member_name", "date": "held_on"}
    columns |= {"savings": "voluntary", "goal": "savings_goal"}
    how = mapping(columns, members=MemberDefaults(goal_words="A cow", goal_due_on="2026-12-31"))
    book = csv(
        HEADER + ",goal",
        *(f"{group},{n},Member {n},2026-0{month}-05,{n}00,{n * 900}" for group in "AB" for n in range(1, 9)
          for month in (1, 2)),
    )  # fmt: skip

    def one_member_after_the_other(*, members: Any, **where: Any) -> list[Membership]:
        return [add_members(members=[member], **where)[0] for member in members]

    def one_goal_after_the_other(*, goals: Any, **where: Any) -> list[Goal]:
        return [set_goals(goals=[goal], **where)[0] for goal in goals]

    point = transaction.savepoint()
    at_once = write(tree, try_out(tree, book, how=how)), _everything()
    transaction.savepoint_rollback(point)
    monkeypatch.setattr(bringing_in, "add_members", one_member_after_the_other)
    monkeypatch.setattr(bringing_in, "set_goals", one_goal_after_the_other)
    one_by_one = write(tree, try_out(tree, book, how=how)), _everything()

    assert at_once == one_by_one
    assert (at_once[0].groups, at_once[0].members, at_once[0].goals, at_once[0].meetings) == (2, 16, 16, 4)
