"""What a group's page shows, put into the parts of the design."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from egenmakt.apps.groups.models import Meeting
from egenmakt.apps.groups.queries.access import OpenedGroup
from egenmakt.apps.groups.queries.loans import LoanLine
from egenmakt.apps.groups.queries.members import GoalProgress, MemberName, MemberStanding
from egenmakt.apps.groups.queries.overview import GroupOverview, group_overview
from egenmakt.core.money import Money
from egenmakt.core.savings.warnings import Warning
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.charts import LineChart, Series
from egenmakt.interfaces.web.parts import Column, KeyFigure, Row, Table
from egenmakt.interfaces.web.reading import (
    amount,
    exact_money_text,
    member_text,
    money,
    money_text,
    short_day,
    url_of,
)
from egenmakt.interfaces.web.reading_words import (
    GROUP_KINDS,
    MEETING_EVERY,
    MEMBER_STATES,
    OFFICES,
    SEVERITIES,
    WARNINGS,
)

MEMBERS_LEAST = 5
"""Fewer cannot lock a box with three keys, two of them counted apart, and still vote."""


@dataclass(frozen=True, slots=True)
class NextStep:
    """One thing to do, with where it is done ("" where this installation has no page for it)."""

    text: str
    url: str = ""
    button: str = ""


@dataclass(frozen=True, slots=True)
class ShownWarning:
    """A warning in the reader's language: how serious, what, and what to do."""

    kind: str
    title: Promise
    sentence: str
    remedy: Promise


@dataclass(frozen=True, slots=True)
class ShownGoal:
    """A goal with how far it has come."""

    words: str
    due_on: date
    reached: Money
    target: Money
    is_reached: bool


@dataclass(frozen=True, slots=True)
class CycleProgress:
    """How far the cycle has run, in days."""

    number: int
    starts_on: date
    end_planned_on: date
    meetings: int
    meetings_left: int
    days_gone: int
    days_all: int
    next_meeting_on: date | None
    every: Promise


def context_of(opened: OpenedGroup, *, on: date) -> dict[str, Any]:
    """Everything that the template of a group's page needs."""
    overview = group_overview(group=opened.group, on=on)
    currency = opened.currency
    return {
        "overview": overview,
        "currency": currency,
        "lead": _lead(opened),
        "figures": _figures(overview, currency) if overview.state else [],
        "cycle": _cycle(overview),
        "next_steps": _next_steps(opened, overview),
        "warnings": [_warning(warning, overview, currency) for warning in overview.warnings],
        "attendance": _attendance(overview.meetings),
        "loans": loans_table(overview.portfolio.lines, overview.names, currency),
        "outside": overview.outside,
        "risk": _risk(overview),
        "goals": [shown_goal(goal, currency) for goal in overview.goals],
        "members": _members(overview, currency),
        "meetings": meetings_table(overview.meetings, caption=_("Last meetings")),
        "share_out": _share_out(overview, currency),
        "may_record": opened.may("meeting.record"),
        "may_update": opened.may("group.update"),
    }


def _lead(opened: OpenedGroup) -> str:
    node, group = opened.group.node, opened.group
    where = ", ".join(
        part for part in (node.place.name if node.place else "", node.country.name if node.country else "") if part
    )
    formed = formats.date_text(group.formed_on)
    return _("%(kind)s, %(where)s, formed on %(day)s.") % {
        "kind": GROUP_KINDS[group.kind],
        "where": where,
        "day": formed,
    }


def _figures(overview: GroupOverview, currency: str) -> list[KeyFigure]:
    def shown(kind: str) -> str:
        return money_text(overview.balance(kind), currency)

    loans = len(overview.portfolio.lines)
    figures = [
        KeyFigure(_("Loan fund box"), shown("loan_fund_box"), _("cash that can be lent")),
        KeyFigure(_("Social fund box"), shown("social_fund_box"), _("for illness and need")),
        KeyFigure(_("Savings"), money_text(overview.savings_minor, currency), _("of all members")),
        KeyFigure(
            _("Loans outstanding"),
            money_text(overview.balance("loan_principal"), currency),
            ngettext("%(count)s loan", "%(count)s loans", loans) % {"count": formats.number_text(loans)},
        ),
        KeyFigure(
            _("Profit so far"), money_text(overview.profit_minor, currency), _("interest, fees, fines, less costs")
        ),
    ]
    if overview.balance("bank"):
        figures.insert(2, KeyFigure(_("Bank or mobile money"), shown("bank")))
    return figures


def _cycle(overview: GroupOverview) -> CycleProgress | None:
    state = overview.state
    if state is None:
        return None
    days = (state.cycle_end_planned_on - state.cycle_starts_on).days
    return CycleProgress(
        number=state.cycle_number,
        starts_on=state.cycle_starts_on,
        end_planned_on=state.cycle_end_planned_on,
        meetings=overview.meetings_in_cycle,
        meetings_left=overview.meetings_left,
        days_gone=max(0, min(days, (overview.on - state.cycle_starts_on).days)),
        days_all=days,
        next_meeting_on=overview.next_meeting_on,
        every=MEETING_EVERY[state.constitution.meeting_every],
    )


def _next_steps(opened: OpenedGroup, overview: GroupOverview) -> list[NextStep]:
    """What to do now, the most urgent first."""
    id, steps = opened.group.id, []

    def add(text: str, page: str, button: str) -> None:
        steps.append(NextStep(text, url_of(page, id), button))

    if opened.group.closed_on:
        return [NextStep(_("This group is closed. Its book stays readable."))]
    if overview.documents_waiting:
        count = overview.documents_waiting
        text = ngettext(
            "%(count)s meeting document could not be accepted and waits for a decision.",
            "%(count)s meeting documents could not be accepted and wait for a decision.",
            count,
        )
        add(text % {"count": formats.number_text(count)}, "quarantine", _("See what waits"))
    if overview.active_members < MEMBERS_LEAST:
        add(
            _("The group has fewer than five members. Write down who belongs to it."),
            "member_new",
            _("Add a member"),
        )
    if overview.state is None:
        add(_not_ready_words(overview.not_ready), "constitution", _("Open the rules"))
        return steps
    if overview.on >= overview.state.cycle_end_planned_on:
        add(_("The cycle has reached its planned end. Hold the share-out meeting."), "share_out", _("Prepare it"))
    due = overview.next_meeting_on
    if due is None:
        add(_("The group has not met yet. Record its first meeting."), "meeting_record", _("Record a meeting"))
    elif due <= overview.on:
        text = _("A meeting was due on %(day)s. Record it.") % {"day": formats.date_text(due)}
        add(text, "meeting_record", _("Record a meeting"))
    else:
        text = _("The next meeting is on %(day)s.") % {"day": formats.date_text(due)}
        add(text, "meeting_record", _("Record a meeting"))
    late = len(overview.portfolio.late)
    if late:
        text = ngettext(
            "%(count)s loan is late. Talk with the borrower before the next meeting.",
            "%(count)s loans are late. Talk with the borrowers before the next meeting.",
            late,
        )
        steps.append(NextStep(text % {"count": formats.number_text(late)}, "#loans", _("See the loans")))
    return steps


def _not_ready_words(reason: str) -> str:
    if "cycle" in reason:
        return _("The group has no open cycle. Start one before its next meeting.")
    return _("The group has no rules yet. Write down what the members have voted for.")


def _warning(warning: Warning, overview: GroupOverview, currency: str) -> ShownWarning:
    kind, title = SEVERITIES[warning.severity]
    sentence, remedy = WARNINGS[warning.code]
    values = {name: _value(name, text, overview, currency) for name, text in warning.parameters.items()}
    return ShownWarning(kind, title, str(sentence % values), remedy)


def _value(name: str, text: str, overview: GroupOverview, currency: str) -> str | int:
    if name == "loan":
        note = overview.state.loan_notes.get(UUID(text)) if overview.state else None
        return member_text(overview.names.get(note.borrower) if note and note.borrower else None)
    if name.endswith("_minor"):
        return money_text(int(text), currency)
    if name.endswith("_on"):
        return formats.date_text(date.fromisoformat(text))
    return int(text)


def _attendance(meetings: tuple[Meeting, ...]) -> LineChart | None:
    """How many of the members came to each of the last meetings, in percent."""
    called = [meeting for meeting in reversed(meetings) if meeting.members_active]
    if len(called) < 2:
        return None
    shares = [Fraction(meeting.present + meeting.late, meeting.members_active) for meeting in called]
    write: Callable[[int], str] = _percent
    return LineChart(
        title=_("Attendance at the last meetings"),
        description=_("From %(first)s to %(last)s of the members.")
        % {"first": formats.percent_text(shares[0]), "last": formats.percent_text(shares[-1])},
        labels=[_("No. %(number)s") % {"number": formats.number_text(meeting.number)} for meeting in called],
        series=[Series(_("Came, of all members"), [round(share * 100) for share in shares])],
        write=write,
        label_heading=_("Meeting"),
    )


def _percent(value: int) -> str:
    return formats.percent_text(Fraction(value, 100))


def loans_table(lines: tuple[LoanLine, ...], names: dict[UUID, MemberName], currency: str) -> Table:
    """Open loans: who, how much, what is left, and what comes next."""
    columns = [
        Column(_("Borrower")),
        Column(_("Lent"), is_numeric=True),
        Column(_("Left"), is_numeric=True),
        Column(_("Next due")),
        Column(_("To pay then"), is_numeric=True),
        Column(_("Days past due"), is_numeric=True),
    ]
    rows = [
        Row(
            [
                member_text(names.get(line.borrower)),
                amount(line.principal_minor, currency),
                amount(line.position.outstanding_principal_minor, currency),
                short_day(line.position.next_due_on) if line.position.next_due_on else _("All is due"),
                amount(line.next_due_minor, currency),
                formats.number_text(line.position.days_past_due),
            ],
            url=reverse("loan", args=[line.id]),
        )
        for line in lines
    ]
    return Table(caption=_("Open loans"), note=_in(currency), columns=columns, rows=rows)


def _in(currency: str) -> str:
    return _("All amounts in %(currency)s.") % {"currency": currency}


def _risk(overview: GroupOverview) -> list[KeyFigure]:
    folio = overview.portfolio
    if folio.at_risk is None or folio.arrears is None:
        return []
    return [
        KeyFigure(
            _("Portfolio at risk"),
            formats.percent_text(folio.at_risk, places=1),
            _("what is left of loans more than 30 days late or rescheduled, of all that is lent"),
        ),
        KeyFigure(
            _("Arrears rate"),
            formats.percent_text(folio.arrears, places=1),
            _("principal that should have been repaid by now, of all that is lent"),
        ),
    ]


def shown_goal(goal: GoalProgress, currency: str) -> ShownGoal:
    """A goal as the page draws it; below nothing counts as nothing."""
    return ShownGoal(
        words=goal.words,
        due_on=goal.due_on,
        reached=Money(max(0, goal.reached_minor), currency),
        target=Money(goal.target_minor, currency),
        is_reached=goal.reached_minor >= goal.target_minor,
    )


def _members(overview: GroupOverview, currency: str) -> Table:
    columns = [
        Column(_("Member")),
        Column(_("Office")),
        Column(_("Savings"), is_numeric=True),
        Column(_("Loan left"), is_numeric=True),
        Column(_("Fines due"), is_numeric=True),
        Column(_("State")),
    ]
    here = overview.members
    rows = [
        Row(
            [
                member_text(line.member),
                _offices(line),
                amount(line.savings_minor, currency),
                amount(line.loans_minor, currency),
                amount(line.fines_due_minor, currency),
                MEMBER_STATES[line.member.status],
            ],
            url=reverse("member", args=[line.member.id]),
        )
        for line in here
    ]
    foot = Row(
        [
            _("Together"),
            "",
            amount(sum(line.savings_minor for line in here), currency),
            amount(sum(line.loans_minor for line in here), currency),
            amount(sum(line.fines_due_minor for line in here), currency),
            "",
        ]
    )
    return Table(caption=_("Members"), note=_in(currency), columns=columns, rows=rows, foot=foot if rows else None)


def _offices(line: MemberStanding) -> str:
    return ", ".join(str(OFFICES[office]) for office in line.offices)


def meetings_table(meetings: tuple[Meeting, ...] | list[Meeting], *, caption: str) -> Table:
    """Meetings with who came and the code, each a link to its minutes."""
    columns = [
        Column(_("Meeting")),
        Column(_("Held on")),
        Column(_("Came"), is_numeric=True),
        Column(_("Of members"), is_numeric=True),
        Column(_("Code")),
    ]
    rows = [
        Row(
            [
                _("Meeting %(number)s") % {"number": formats.number_text(meeting.number)},
                short_day(meeting.held_on),
                formats.number_text(meeting.present + meeting.late),
                formats.number_text(meeting.members_active),
                code_cell(meeting.code),
            ],
            url=reverse("meeting", args=[meeting.id]),
        )
        for meeting in meetings
    ]
    return Table(caption=caption, columns=columns, rows=rows)


def code_cell(code: str) -> Any:
    """A meeting code in two halves, as it is read aloud."""
    return format_html("<code>{} {}</code>", code[:4], code[4:])


def _share_out(overview: GroupOverview, currency: str) -> list[KeyFigure]:
    result = overview.share_out
    if result is None:
        return []
    undecided = len(result.undecided) + len(result.negative_claims)
    figures = []
    if result.value_per_share is not None and overview.state:
        price = money_text(overview.state.constitution.share_price_minor, currency)
        bought = _("bought for %(price)s") % {"price": price}
        figures.append(
            KeyFigure(_("Value of a share today"), exact_money_text(result.value_per_share, currency), bought)
        )
    figures += [
        KeyFigure(_("Paid out to members"), money(result.totals.payouts_minor, currency)),
        KeyFigure(_("Taken for loans and fines"), money(_set_off(result.totals), currency)),
    ]
    if undecided:
        figures.append(KeyFigure(_("To be decided first"), formats.number_text(undecided), _("debts and claims")))
    if result.shortage_minor:
        figures.append(KeyFigure(_("Cash lacking today"), money(result.shortage_minor, currency)))
    return figures


def _set_off(totals: Any) -> int:
    return int(totals.set_off_interest_minor + totals.set_off_principal_minor + totals.fines_deducted_minor)
