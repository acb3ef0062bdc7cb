"""A monthly report from draft to published: two people, a check that names causes, a lock, and corrections beside."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError
from uuid6 import uuid7

from egenmakt.apps.access.queries import NotAllowed
from egenmakt.apps.access.roles import Role
from egenmakt.apps.access.services import give_grant
from egenmakt.apps.audit.models import Event
from egenmakt.apps.groups.models import Membership, SavingsGroup
from egenmakt.apps.learning.services.common import ReasonMissing
from egenmakt.apps.people.models import Person
from egenmakt.apps.reports.models import MonthlyAnswer, MonthlyLine, MonthlyReport, MonthlyReturn
from egenmakt.apps.reports.queries.facts import facts_of
from egenmakt.apps.reports.queries.monthly import overview, published_series, report_page, reports_of
from egenmakt.apps.reports.queries.monthly_series import check_of, first_day
from egenmakt.apps.reports.queries.own_figures import own_figures
from egenmakt.apps.reports.services.monthly import (
    AlreadyReported,
    MovedOn,
    NoOwnFigure,
    NotAFigure,
    NotReportable,
    NotTheLatest,
    TypedLine,
    WrongStep,
    bring_back,
    discard,
    start_correction,
    start_draft,
    take_own,
    write_figures,
)
from egenmakt.apps.reports.services.monthly_steps import (
    NothingFound,
    NothingReported,
    OpenFindings,
    SamePerson,
    answer_finding,
    approve,
    check_report,
    publish,
    return_for_changes,
)
from egenmakt.core.evidence.answering import finding_from_json, print_of
from egenmakt.core.evidence.catalogue.catalogue import shipped
from egenmakt.core.evidence.counts import read_count
from egenmakt.core.evidence.measures.evaluation import figure
from egenmakt.core.evidence.monthly_lines import report_lines
from egenmakt.core.evidence.months import Month
from tests.support.groups import form_group
from tests.support.monthly_reports import AT, FIRST, FLOWS, approved, draft, figures, published, series
from tests.support.tree import Tree


def fresh(report: MonthlyReport) -> MonthlyReport:
    return MonthlyReport.objects.select_related("node").get(id=report.id)


def typed(flow: str, accumulated: str, note: str = "") -> TypedLine:
    return TypedLine(read_count(flow), read_count(accumulated), note)


def test_a_month_that_adds_up_goes_from_draft_to_published_by_different_people(tree: Tree) -> None:
    series(tree, tree.north, 2)

    last = published(tree, tree.north, 2)

    assert last.state == "published"
    assert (last.written_by, last.checked_by, last.approved_by) == (tree.amina.id, tree.monitoring.id, tree.officer.id)
    assert check_of(last).mine == ()
    deeds = Event.objects.filter(subject_id=str(last.id)).order_by("id").values_list("deed", flat=True)
    assert list(deeds) == [
        "monthly.begun",
        "monthly.written",
        "monthly.checked",
        "monthly.approved",
        "monthly.published",
    ]


@pytest.mark.parametrize("who", ["wrote", "only added a line", "checked"])
def test_nobody_approves_what_is_partly_her_own(tree: Tree, who: str) -> None:
    give_grant(user=tree.monitoring, role=Role.PROGRAMME_OFFICER, node=tree.umoja, by=None, at=AT)
    made = draft(tree.north, 0, tree.officer if who == "wrote" else tree.amina)
    if who == "only added a line":
        write_figures(report=made, figures={"jobs": typed("18", "18")}, changes=1, by=tree.officer, at=AT)
    check_report(report=made, by=tree.officer if who == "checked" else tree.amina, at=AT)

    with pytest.raises(SamePerson):
        approve(report=made, by=tree.officer, at=AT)

    approve(report=made, by=tree.monitoring, at=AT)
    assert fresh(made).state == "approved"


def test_the_database_itself_refuses_who_approves_her_own(tree: Tree) -> None:
    made = draft(tree.north, 0, tree.amina)
    check_report(report=made, by=tree.monitoring, at=AT)
    columns = {"state": "approved", "approved_by_name": "X", "approved_at": AT}

    for own in (tree.amina.id, tree.monitoring.id):
        with pytest.raises(DatabaseError), transaction.atomic():
            MonthlyReport.objects.filter(id=made.id).update(approved_by=own, **columns)

    assert MonthlyReport.objects.filter(id=made.id).update(approved_by=tree.officer.id, **columns) == 1


def test_a_report_never_skips_a_step(tree: Tree) -> None:
    made = draft(tree.north, 0, tree.amina)

    with pytest.raises(WrongStep):
        approve(report=made, by=tree.officer, at=AT)
    with pytest.raises(WrongStep):
        publish(report=made, by=tree.officer, at=AT)
    with pytest.raises(DatabaseError), transaction.atomic():
        MonthlyReport.objects.filter(id=made.id).update(
            state="approved", checked_by=tree.monitoring.id, checked_at=AT, approved_by=tree.officer.id, approved_at=AT
        )
    with pytest.raises(DatabaseError), transaction.atomic():
        MonthlyReport.objects.create(
            id=uuid7(), node=tree.south, organisation_id=tree.umoja.id, month=date(2025, 10, 1), state="checked",
            checked_by=tree.monitoring.id, checked_at=AT, written_by=tree.amina.id, written_by_name="A", written_at=AT,
        )  # fmt: skip


def test_a_published_report_cannot_be_changed_by_anybody(tree: Tree) -> None:
    made = published(tree, tree.north, 0, women=(63, 63))
    line = made.lines.get(indicator="members")

    attacks = (
        lambda: MonthlyReport.objects.filter(id=made.id).update(reason="x"),
        lambda: MonthlyReport.objects.filter(id=made.id).update(state="draft"),
        lambda: MonthlyReport.objects.filter(id=made.id).update(removed_at=AT),
        lambda: MonthlyLine.objects.filter(id=line.id).update(flow=7),
        lambda: MonthlyLine.objects.filter(id=line.id).delete(),
        lambda: MonthlyLine.objects.create(report=made, indicator="more", flow=1),
        lambda: MonthlyAnswer.objects.filter(report=made).update(words="other"),
        lambda: MonthlyAnswer.objects.filter(report=made).delete(),
        lambda: MonthlyAnswer.objects.create(
            id=uuid7(), report=made, fingerprint="0" * 64, finding={}, words="x", written_by=tree.amina.id,
            written_by_name="A", written_at=AT,
        ),
        lambda: MonthlyReport.objects.filter(id=made.id)._raw_delete("default"),
    )  # fmt: skip
    for attack in attacks:
        with pytest.raises(DatabaseError), transaction.atomic():
            attack()

    assert MonthlyLine.objects.get(id=line.id).flow == 61
    with pytest.raises(WrongStep):
        write_figures(report=made, figures=figures(0), changes=made.changes, by=tree.amina, at=AT)


def test_a_truncate_is_refused_where_there_is_one(tree: Tree) -> None:
    published(tree, tree.north, 0)
    if connection.vendor != "postgresql":
        return  # SQLite has none: it is a DELETE, which the test above tries

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE reports_monthlyline")


def test_a_month_that_does_not_add_up_waits_for_a_written_reason(tree: Tree) -> None:
    series(tree, tree.north, 4)
    made = approved(tree, tree.north, 4, members=(95, 351))  # 220 + 95 = 315: two digits are swapped

    with pytest.raises(OpenFindings) as stopped:
        publish(report=made, by=tree.officer, at=AT)

    finding = stopped.value.findings[0]
    assert (finding.code, finding.values["expected"], finding.values["shown"]) == ("sum", 315, 351)
    assert [cause.code for cause in finding.causes] == ["digits_swapped"]
    with pytest.raises(ReasonMissing):
        answer_finding(id=uuid7(), report=made, fingerprint=print_of(finding), words=" ", by=tree.amina, at=AT)
    answer = answer_finding(
        id=uuid7(), report=made, fingerprint=print_of(finding), words="36 came by a merger.", by=tree.amina, at=AT
    )
    publish(report=made, by=tree.officer, at=AT)
    assert fresh(made).state == "published"
    assert finding_from_json(MonthlyAnswer.objects.get(id=answer.id).finding) == finding


def test_an_answer_counts_no_more_when_the_figures_change(tree: Tree) -> None:
    series(tree, tree.north, 4)
    made = draft(tree.north, 4, tree.amina, members=(95, 351))
    finding = check_of(made).open[0]
    answer_finding(id=uuid7(), report=made, fingerprint=print_of(finding), words="So it is.", by=tree.amina, at=AT)
    assert check_of(made).open == ()

    write_figures(report=made, figures={"members": typed("95", "352")}, changes=1, by=tree.amina, at=AT)

    assert len(check_of(made).open) == 1
    with pytest.raises(NothingFound):
        answer_finding(id=uuid7(), report=made, fingerprint=print_of(finding), words="Again", by=tree.amina, at=AT)


def test_figures_copied_from_another_body_of_the_organisation_are_found(tree: Tree) -> None:
    for place in range(5):
        published(tree, tree.north, place)
        published(tree, tree.south, place, **of_south(place))
    last = published(tree, tree.north, 5)
    copied = {line.indicator: (line.flow, line.accumulated) for line in last.lines.all()}

    made = draft(tree.south, 5, tree.beatrice, **copied)

    found = check_of(made)
    causes = {cause.code for one in found.open for cause in one.causes}
    named = {value for one in found.open for cause in one.causes for value in cause.values.values()}
    assert causes & {"row_of_other", "other_region"}
    assert str(tree.north.id) in named
    assert all(str(tree.south.id) in {place.region for place in one.places} for one in found.mine)


def of_south(place: int) -> dict[str, tuple[int, int]]:
    """Figures of a larger body that agree with themselves."""
    flows = {code: [3 * flow + n + 1 for n, flow in enumerate(those)] for code, those in FLOWS.items()}
    return {code: (those[place], 1000 + sum(those[: place + 1])) for code, those in flows.items()}


def test_a_mistake_that_a_later_month_shows_is_answered_there_once(tree: Tree) -> None:
    published(tree, tree.north, 0, members=(61, 16))  # 61 with its digits swapped: nothing before it could say so
    made = draft(tree.north, 1, tree.amina)  # 61 + 47 = 108, as it should be

    found = check_of(made)

    assert [one.code for one in found.open] == ["sum"]
    published(tree, tree.south, 0)
    answer_finding(
        id=uuid7(), report=made, fingerprint=print_of(found.open[0]), words="October was wrong.", by=tree.amina, at=AT
    )
    check_report(report=made, by=tree.monitoring, at=AT)
    approve(report=made, by=tree.officer, at=AT)
    publish(report=made, by=tree.officer, at=AT)
    assert check_of(draft(tree.north, 2, tree.amina)).open == ()


def test_a_published_report_is_corrected_by_a_new_edition_beside_it(tree: Tree) -> None:
    first = published(tree, tree.north, 0)
    second = published(tree, tree.north, 1)
    with pytest.raises(ReasonMissing):
        start_correction(id=uuid7(), report=second, reason="", by=tree.amina, at=AT)

    again = start_correction(id=uuid7(), report=second, reason="Two groups were missed.", by=tree.amina, at=AT)

    with pytest.raises(AlreadyReported):
        start_correction(id=uuid7(), report=second, reason="Once more", by=tree.amina, at=AT)
    write_figures(report=again, figures={"groups": typed("5", "9")}, changes=0, by=tree.amina, at=AT)
    _node, before = published_series(user=tree.amina, node_id=tree.north.id)
    assert [one.id for one in before] == [first.id, second.id]
    check_report(report=again, by=tree.amina, at=AT)
    approve(report=again, by=tree.officer, at=AT)
    publish(report=again, by=tree.officer, at=AT)
    _node, after = published_series(user=tree.amina, node_id=tree.north.id)
    assert [one.id for one in after] == [first.id, again.id]
    page = report_page(user=tree.amina, report_id=second.id)
    assert page.later is not None
    assert page.later.id == again.id
    assert page.lines["groups"].accumulated == 7
    corrected = report_page(user=tree.amina, report_id=again.id)
    assert (corrected.corrected["groups"].accumulated, corrected.lines["groups"].accumulated) == (7, 9)
    with pytest.raises(NotTheLatest):
        start_correction(id=uuid7(), report=second, reason="Late", by=tree.amina, at=AT)


def test_a_correction_of_another_month_is_refused_by_the_database(tree: Tree) -> None:
    first = published(tree, tree.north, 0)

    with pytest.raises(DatabaseError), transaction.atomic():
        MonthlyReport.objects.create(
            id=uuid7(), node=tree.north, organisation_id=tree.umoja.id, month=date(2025, 11, 1), edition=2,
            corrects=first, reason="x", written_by=tree.amina.id, written_by_name="A", written_at=AT,
        )  # fmt: skip


def test_a_report_is_sent_back_with_a_reason_and_is_a_draft_again(tree: Tree) -> None:
    made = approved(tree, tree.north, 0)
    with pytest.raises(ReasonMissing):
        return_for_changes(id=uuid7(), report=made, words="", by=tree.officer, at=AT)

    back = return_for_changes(id=uuid7(), report=made, words="Jobs are too many.", by=tree.officer, at=AT)

    now = fresh(made)
    assert (now.state, now.checked_by, now.approved_at) == ("draft", None, None)
    assert (back.from_state, back.words) == ("approved", "Jobs are too many.")
    with pytest.raises(DatabaseError), transaction.atomic():
        MonthlyReturn.objects.filter(id=back.id).update(words="Never mind")
    write_figures(report=now, figures={"jobs": typed("16", "16")}, changes=1, by=tree.amina, at=AT)


def test_a_draft_is_put_away_and_brought_back_unless_another_took_its_place(tree: Tree) -> None:
    made = draft(tree.north, 0, tree.amina)
    discard(report=made, by=tree.amina, at=AT)
    with pytest.raises(WrongStep):
        write_figures(report=made, figures=figures(0), changes=1, by=tree.amina, at=AT)
    bring_back(report=made, by=tree.amina, at=AT)
    assert fresh(made).removed_at is None
    discard(report=made, by=tree.amina, at=AT)
    other = start_draft(id=uuid7(), node=tree.north, month=FIRST, by=tree.amina, at=AT)

    with pytest.raises(AlreadyReported):
        bring_back(report=made, by=tree.amina, at=AT)

    assert fresh(other).removed_at is None
    with pytest.raises(IntegrityError), transaction.atomic():
        MonthlyReport.objects.filter(id=made.id).update(removed_at=None)
    published_one = published(tree, tree.south, 0)
    with pytest.raises(WrongStep):
        discard(report=published_one, by=tree.beatrice, at=AT)


def test_two_people_who_write_at_once_do_not_overwrite_each_other(tree: Tree) -> None:
    made = draft(tree.north, 0, tree.amina)
    write_figures(report=made, figures={"jobs": typed("18", "18")}, changes=1, by=tree.monitoring, at=AT)

    with pytest.raises(MovedOn):
        write_figures(report=made, figures={"jobs": typed("19", "19")}, changes=1, by=tree.amina, at=AT)

    line = made.lines.get(indicator="jobs")
    assert (line.flow, line.written_by, fresh(made).changes) == (18, tree.monitoring.id, 2)
    with pytest.raises(NotAFigure):
        typed("some", "1")


def test_a_report_is_begun_once_for_a_month_and_never_for_one_to_come(tree: Tree) -> None:
    id = uuid7()
    made = start_draft(id=id, node=tree.north, month=FIRST, by=tree.amina, at=AT)

    assert start_draft(id=id, node=tree.north, month=FIRST, by=tree.amina, at=AT) == made
    with pytest.raises(AlreadyReported):
        start_draft(id=uuid7(), node=tree.north, month=FIRST, by=tree.amina, at=AT)
    with pytest.raises(NotReportable):
        start_draft(id=uuid7(), node=tree.north, month=Month(2026, 6), by=tree.amina, at=AT)
    with pytest.raises(NotReportable):
        start_draft(id=uuid7(), node=tree.tumaini, month=FIRST, by=tree.amina, at=AT)
    with pytest.raises(NothingReported):
        check_report(report=made, by=tree.amina, at=AT)


def test_who_may_not_is_refused_and_sees_nothing(tree: Tree) -> None:
    made = approved(tree, tree.north, 0)

    for outsider in (tree.beatrice, tree.chipo, tree.nobody, tree.member, tree.facilitator):
        with pytest.raises(NotAllowed):
            write_figures(report=made, figures=figures(0), changes=0, by=outsider, at=AT)
        with pytest.raises(NotAllowed):
            publish(report=made, by=outsider, at=AT)
        with pytest.raises(NotAllowed):
            answer_finding(id=uuid7(), report=made, fingerprint="0" * 64, words="x", by=outsider, at=AT)
        with pytest.raises(NotAllowed):
            discard(report=made, by=outsider, at=AT)
    for outsider in (tree.beatrice, tree.chipo, tree.nobody, tree.treasurer):
        assert not reports_of(user=outsider).exists()
        with pytest.raises(NotAllowed):
            report_page(user=outsider, report_id=made.id)
    assert [one.id for one in reports_of(user=tree.auditor)] == [made.id]
    with pytest.raises(NotAllowed):
        return_for_changes(id=uuid7(), report=made, words="x", by=tree.auditor, at=AT)


def test_own_registers_count_each_person_once_and_add_up(tree: Tree) -> None:
    group = form_group(tree)
    to_learn = form_group(tree, name="Only to learn")
    SavingsGroup.objects.filter(id=to_learn.row.id).update(is_training=True)
    formed = group.row.formed_on
    month = Month(formed.year, formed.month)
    made = start_draft(id=uuid7(), node=tree.north, month=month, by=tree.amina, at=AT)

    own = report_page(user=tree.amina, report_id=made.id).own

    people = group.row.memberships.filter(person__isnull=False)
    assert own["groups"].accumulated == 1
    assert own["members"].accumulated == people.count()
    assert own["women"].accumulated == people.filter(person__sex="female").count()
    assert own["groups"].flow == own["groups"].accumulated
    assert set(own) == {"groups", "members", "women"}
    take_own(report=made, indicator="members", by=tree.amina, at=AT)
    line = made.lines.get(indicator="members")
    assert (line.flow, line.accumulated, line.source) == (own["members"].flow, own["members"].accumulated, "own")
    with pytest.raises(NoOwnFigure):
        take_own(report=made, indicator="jobs", by=tree.amina, at=AT)
    later = start_draft(id=uuid7(), node=tree.north, month=month.later(1), by=tree.amina, at=AT)
    after = report_page(user=tree.amina, report_id=later.id).own
    assert all(own[code].accumulated + after[code].flow == after[code].accumulated for code in own)


def test_own_figures_are_the_catalogues_indicators_by_another_route(tree: Tree) -> None:
    first, second = (
        form_group(tree),
        form_group(tree, name="Upendo Savings", names=("Zawadi", "Yusra", "Winnie", "Vera", "Una")),
    )
    amina = first.members["Amina"].person
    again = second.members["Una"]
    Membership.objects.filter(id=again.id).update(person=amina, joined_on=date(2026, 2, 10))  # in both groups
    Membership.objects.filter(id=first.members["Beatrice"].id).update(
        status="left", joined_on=date(2025, 12, 1), left_on=date(2026, 2, 1)
    )
    Person.objects.filter(id=first.members["Chipo"].person_id).update(sex="male")
    SavingsGroup.objects.filter(id=second.row.id).update(formed_on=date(2026, 2, 3), closed_on=date(2026, 3, 1))
    by_catalogue = shipped()

    for month in (Month(2025, 12), Month(2026, 1), Month(2026, 2), Month(2026, 3)):
        own = own_figures(node_id=tree.north.id, month=month)
        until = first_day(month.later(1))
        facts = facts_of(node_id=tree.north.id, until_on=until)
        before = facts_of(node_id=tree.north.id, until_on=first_day(month))
        for line in report_lines():
            if not line.counted_as:
                assert line.code not in own
                continue
            now, then = (
                figure(
                    those,
                    by_catalogue.spec(line.counted_as, from_on=date(2000, 1, 1), until_on=end, cell=line.counted_where),
                ).value
                for those, end in ((facts, until), (before, first_day(month)))
            )
            assert (own[line.code].accumulated, own[line.code].flow) == (now, (now or 0) - (then or 0)), (line, month)


def test_the_overview_says_which_months_are_missing(tree: Tree) -> None:
    published(tree, tree.north, 0)
    third = draft(tree.north, 2, tree.amina)

    rows = overview(user=tree.monitoring, from_month=FIRST, until_month=FIRST.later(5), on=date(2026, 1, 20))

    assert [(row.node.name, [cell.state for cell in row.cells]) for row in rows] == [
        ("North", ["published", "missing", "draft", "", ""]),
        ("South", ["", "", "", "", ""]),
    ]
    assert rows[0].cells[2].report_id == third.id
    assert (rows[0].missing, rows[0].may_write) == (1, True)
    assert overview(user=tree.nobody, from_month=FIRST, until_month=FIRST.later(5), on=date(2026, 1, 20)) == []


def test_a_month_is_kept_by_its_first_day(tree: Tree) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        MonthlyReport.objects.create(
            id=uuid7(), node=tree.north, organisation_id=tree.umoja.id, month=date(2025, 10, 2),
            written_by=tree.amina.id, written_by_name="A", written_at=datetime(2026, 1, 1, tzinfo=UTC),
        )  # fmt: skip
