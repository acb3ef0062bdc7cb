"""The pages of monthly reports: from the calendar to a published figure, for those who may, on a phone too."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from uuid6 import uuid7

from egenmakt.apps.access.models import User
from egenmakt.apps.access.queries import NotAllowed
from egenmakt.apps.learning.services import common
from egenmakt.apps.reports.models import MonthlyReport
from egenmakt.apps.reports.queries.monthly_series import check_of
from egenmakt.apps.reports.services import monthly, monthly_steps
from egenmakt.apps.reports.services.monthly import start_correction, take_own, write_figures
from egenmakt.apps.reports.services.monthly_steps import return_for_changes
from egenmakt.core.evidence.answering import print_of
from egenmakt.interfaces.web.reports.monthly_words import REFUSALS
from tests.support.groups import form_group
from tests.support.monthly_reports import AT, approved, draft, figures, published, series
from tests.support.reading import queries_of, stand_still, words_of
from tests.support.tree import Tree


@pytest.fixture(autouse=True)
def _one_day(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_still(monkeypatch)


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def typed(page: Any) -> dict[str, Any]:
    """What stands in the fields of a form, as a browser would send it."""
    form = page.context["form"]
    return {bound.name: bound.value() for bound in form if bound.value() is not None}


def test_the_calendar_shows_what_is_there_and_what_is_missing(tree: Tree) -> None:
    published(tree, tree.north, 0)
    draft(tree.north, 2, tree.amina)

    page = as_user(tree.amina).get(reverse("monthly_reports"))

    words = words_of(page)
    assert "5 months are missing." in words  # November, January to April
    assert "North Begin : North, May 2026 Missing Begin : North, April 2026" in words
    assert "Published : North, October 2025 – – – –" in words
    assert "Missing" in words
    assert "Draft : North, December 2025" in words
    assert "South" not in words
    assert "Nothing to report here" in words_of(as_user(tree.nobody).get(reverse("monthly_reports")))


def test_from_begun_to_published_by_the_pages_alone(tree: Tree) -> None:
    amina, muthoni, ochieng = (as_user(user) for user in (tree.amina, tree.monitoring, tree.officer))
    form = amina.get(reverse("monthly_new") + f"?node={tree.north.id}&month=2025-10")
    assert (form.context["form"]["node"].value(), form.context["form"]["month"].value()) == (
        str(tree.north.id),
        "2025-10",
    )
    begun = amina.post(reverse("monthly_new"), typed(form))
    fields = {
        **typed(amina.get(begun.url)),
        "members-flow": "1 061",
        "members-accumulated": "١٬٠٦١",
        "jobs-note": "none",
    }

    saved = amina.post(begun.url, fields)

    report = MonthlyReport.objects.get()
    assert saved.url == reverse("monthly_report", args=[report.id])
    assert report.lines.get(indicator="members").accumulated == 1061
    assert "1,061" in words_of(amina.get(saved.url))
    muthoni.post(reverse("monthly_check", args=[report.id]))
    ochieng.post(reverse("monthly_approve", args=[report.id]))
    for finding in check_of(report).open:  # what was left empty has to be answered for
        address = reverse("monthly_answer", args=[report.id, print_of(finding)])
        ochieng.post(address, {**typed(ochieng.get(address)), "words": "Not counted yet."})
    assert "locked" in words_of(ochieng.get(reverse("monthly_publish", args=[report.id])))
    ochieng.post(reverse("monthly_publish", args=[report.id]))
    report.refresh_from_db()
    assert report.state == "published"
    assert "Not counted yet." in words_of(amina.get(saved.url))


def test_what_was_typed_stays_when_it_cannot_be_read(tree: Tree) -> None:
    report = draft(tree.north, 0, tree.amina)
    amina, address = as_user(tree.amina), reverse("monthly_figures", args=[report.id])

    page = amina.post(address, {**typed(amina.get(address)), "jobs-flow": "about 12", "women-accumulated": "12.5"})

    assert page.status_code == 422
    words = words_of(page)
    assert "“about 12” cannot be read as a whole number." in words
    assert "“12.5” is not a whole number" in words
    assert 'value="about 12"' in page.content.decode()
    assert report.lines.get(indicator="jobs").flow == 17


def test_who_writes_at_the_same_time_sees_the_others_figures_and_loses_nothing(tree: Tree) -> None:
    report = draft(tree.north, 0, tree.amina)
    amina, address = as_user(tree.amina), reverse("monthly_figures", args=[report.id])
    fields = {**typed(amina.get(address)), "jobs-flow": "99", "jobs-accumulated": "99"}
    write_figures(report=report, figures=figures(0, jobs=(18, 18)), changes=1, by=tree.monitoring, at=AT)

    page = amina.post(address, fields)

    assert page.status_code == 422
    assert "Written meanwhile: 18." in words_of(page)
    assert 'value="99"' in page.content.decode()
    amina.post(address, typed(page))
    assert report.lines.get(indicator="jobs").flow == 99


def test_a_finding_is_said_in_a_sentence_with_its_arithmetic_and_cause(tree: Tree) -> None:
    series(tree, tree.north, 4)
    report = draft(tree.north, 4, tree.amina, members=(95, 351))

    words = words_of(as_user(tree.amina).get(reverse("monthly_report", args=[report.id])))

    assert "220 before and 95 in the month make 315; 351 is written, a difference of 36." in words
    assert "Two digits are swapped: 351 is written, 315 fits." in words
    assert "Members in groups, February 2026, accumulated figure" in words
    assert "1 finding waits for a correction or a written reason." in words
    swedish = as_user(tree.amina)
    swedish.cookies["django_language"] = "sv"
    assert "220 tidigare och 95 under månaden blir 315" in words_of(
        swedish.get(reverse("monthly_report", args=[report.id]))
    )


def test_a_correction_stands_beside_what_it_corrects(tree: Tree) -> None:
    first = published(tree, tree.north, 0)
    again = start_correction(id=uuid7(), report=first, reason="A group was missed.", by=tree.amina, at=AT)
    write_figures(report=again, figures=figures(0, groups=(5, 5)), changes=0, by=tree.amina, at=AT)

    words = words_of(as_user(tree.amina).get(reverse("monthly_report", args=[again.id])))

    assert "Edition 2: a correction." in words
    assert "Why it is corrected: A group was missed." in words
    assert "What is corrected" in words
    assert "Groups 4 5 4 5" in words
    assert "Corrected on" not in words_of(as_user(tree.amina).get(reverse("monthly_report", args=[first.id])))
    monthly_steps.check_report(report=again, by=tree.monitoring, at=AT)
    monthly_steps.approve(report=again, by=tree.officer, at=AT)
    monthly_steps.publish(report=again, by=tree.officer, at=AT)
    assert "Corrected on May 20, 2026 : A group was missed." in words_of(
        as_user(tree.amina).get(reverse("monthly_report", args=[first.id]))
    )


def test_one_click_takes_what_our_registers_count(tree: Tree) -> None:
    form_group(tree)
    report = draft(tree.north, 3, tree.amina)  # January 2026, in which the group was formed
    amina, address = as_user(tree.amina), reverse("monthly_report", args=[report.id])
    assert "Members in groups 5 +24 5 +215 Take this : Members in groups" in words_of(amina.get(address))

    amina.post(reverse("monthly_take", args=[report.id, "members"]))

    line = report.lines.get(indicator="members")
    assert (line.flow, line.accumulated, line.source) == (5, 5, "own")
    assert "Members in groups 5 0 5 0" in words_of(amina.get(address))
    answer = amina.post(reverse("monthly_take", args=[report.id, "jobs"]), follow=True)
    assert str(REFUSALS[monthly.NoOwnFigure]) in words_of(answer)


def test_a_draft_is_put_away_brought_back_and_a_checked_one_sent_back(tree: Tree) -> None:
    report, amina = draft(tree.north, 0, tree.amina), as_user(tree.amina)
    amina.post(reverse("monthly_put_away", args=[report.id]))
    assert "Drafts that were put away" in words_of(amina.get(reverse("monthly_reports")))
    amina.post(reverse("monthly_bring_back", args=[report.id]))
    amina.post(reverse("monthly_check", args=[report.id]))
    address = reverse("monthly_send_back", args=[report.id])

    amina.post(address, {**typed(amina.get(address)), "words": "Jobs are too many."})

    report.refresh_from_db()
    assert report.state == "draft"
    assert "Jobs are too many." in words_of(amina.get(reverse("monthly_report", args=[report.id])))


def test_who_wrote_it_is_told_that_somebody_else_approves(tree: Tree) -> None:
    report = draft(tree.north, 0, tree.officer)
    monthly_steps.check_report(report=report, by=tree.monitoring, at=AT)
    ochieng = as_user(tree.officer)

    page = words_of(ochieng.get(reverse("monthly_report", args=[report.id])))

    assert "somebody else approves it" in page
    answer = ochieng.post(reverse("monthly_approve", args=[report.id]), follow=True)
    assert str(REFUSALS[monthly_steps.SamePerson]) in words_of(answer)


def test_a_series_is_drawn_and_told_with_its_gaps(tree: Tree) -> None:
    series(tree, tree.north, 2)
    published(tree, tree.north, 3)

    page = as_user(tree.amina).get(reverse("monthly_series", args=[tree.north.id]) + "?indicator=women")

    chart = page.context["charts"][1]
    assert list(chart.series[0].values) == [52, 91, None, 186]
    assert "Of whom women: accumulated" in words_of(page)
    assert page.context["table"].rows[0].cells[:3] == ["January 2026", "24", "186"]


def test_an_outsider_finds_no_page_and_no_deed(tree: Tree) -> None:
    report = approved(tree, tree.north, 0)
    gets = [reverse(name, args=[report.id]) for name in ("monthly_report", "monthly_figures", "monthly_send_back")]
    gets += [reverse("monthly_series", args=[tree.north.id]), reverse("monthly_publish", args=[report.id])]
    posts = [
        reverse(name, args=[report.id])
        for name in ("monthly_check", "monthly_approve", "monthly_publish", "monthly_put_away", "monthly_bring_back")
    ]

    for user in (tree.beatrice, tree.chipo, tree.nobody, tree.treasurer):
        client = as_user(user)
        assert {client.get(address).status_code for address in gets} == {403}
        assert {client.post(address).status_code for address in posts} == {403}
    assert {Client().get(address).status_code for address in gets} == {302}
    report.refresh_from_db()
    assert report.state == "approved"


def test_the_calendar_asks_as_often_for_one_body_as_for_three(tree: Tree) -> None:
    published(tree, tree.north, 0)
    client = as_user(tree.monitoring)
    one = queries_of(client, reverse("monthly_reports"))
    published(tree, tree.south, 0)
    draft(tree.umoja, 0, tree.monitoring)

    assert queries_of(client, reverse("monthly_reports")) == one


def test_a_report_asks_as_often_after_one_month_as_after_six(tree: Tree) -> None:
    series(tree, tree.north, 1)
    client = as_user(tree.amina)
    second = draft(tree.north, 1, tree.amina)
    few = queries_of(client, reverse("monthly_report", args=[second.id]))
    monthly.discard(report=second, by=tree.amina, at=AT)
    for place in range(1, 5):
        published(tree, tree.north, place)
    sixth = draft(tree.north, 5, tree.amina)

    assert queries_of(client, reverse("monthly_report", args=[sixth.id])) == few


def test_every_refusal_of_a_service_has_its_sentence() -> None:
    raised = {
        kind
        for module in (monthly, monthly_steps, common)
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Exception) and kind.__module__ == module.__name__
    }

    beyond = {monthly.NotAFigure, common.NotTogether, common.NotReachable}  # forms refuse the first, stories the others
    assert set(REFUSALS) == raised - beyond
    assert NotAllowed not in raised
    assert take_own
    assert return_for_changes
