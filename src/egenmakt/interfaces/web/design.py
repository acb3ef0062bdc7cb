"""The home page, the design page and the reader's choice of light or dark."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from egenmakt.core.money import Money
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.charts import (
    BarChart,
    LineChart,
    Series,
    StackedBar,
    axis_writer,
    count_writer,
    money_writer,
)
from egenmakt.interfaces.web.fields import DateField, MoneyField
from egenmakt.interfaces.web.paging import Page
from egenmakt.interfaces.web.parts import Column, Crumb, Event, KeyFigure, Row, Step, Tab, Table
from egenmakt.interfaces.web.patterns.examples import example_pictures, example_tiles
from egenmakt.interfaces.web.patterns.pictures.base import hidden_note
from egenmakt.interfaces.web.stories.examples import SCRIPTS, example_questions
from egenmakt.interfaces.web.story_pages.waiting import story_links, waiting_for
from egenmakt.interfaces.web.templatetags.parts import DIRECTIONS, THEME_COOKIE, THEMES

A_YEAR_SECONDS = 365 * 24 * 60 * 60
CURRENCY = "KES"

COLOURS = (
    ("paper", _("the page")),
    ("surface", _("cards, tables, fields")),
    ("sunken", _("headings of tables, quiet areas")),
    ("line", _("quiet lines between rows")),
    ("edge", _("edges of fields and marks that must be seen")),
    ("ink", _("text")),
    ("ink-soft", _("hints and captions")),
    ("primary", _("the main button, the current place")),
    ("link", _("links")),
    ("focus", _("where the keyboard is")),
    ("info", _("information")),
    ("success", _("success")),
    ("warning", _("warning")),
    ("error", _("error and danger")),
)
SERIES = (("series-1", "1"), ("series-2", "2"), ("series-3", "3"), ("series-4", "4"))
SPACES = (("s1", "4"), ("s2", "8"), ("s3", "12"), ("s4", "16"), ("s5", "24"), ("s6", "36"), ("s7", "56"))


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What Egenmakt is, for those who are signed out; where to begin, for those who are signed in."""
    waiting = [each for each in waiting_for(request.user, is_all=True) if each.count]
    return render(request, "web/home.html", {"waiting": waiting, "story_links": story_links(request.user)})


@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Remember light, dark or "as the device" in a cookie, and go back to the page."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target)
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        response.set_cookie(
            THEME_COOKIE,
            theme,
            max_age=A_YEAR_SECONDS,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    else:
        response.delete_cookie(THEME_COOKIE, samesite="Lax")
    return response


@require_GET
def design(request: HttpRequest) -> HttpResponse:
    """Every part of the pages with invented content: ?dir=rtl mirrors it, ?theme=dark shows it dark."""
    if not (settings.DEBUG or settings.DEMO or request.user.is_authenticated):
        try:
            return redirect_to_login(request.get_full_path(), reverse("sign_in"))
        except NoReverseMatch:
            return redirect_to_login(request.get_full_path(), "/")
    theme, direction = request.GET.get("theme", ""), request.GET.get("dir", "")
    context: dict[str, Any] = {
        "forced_theme": theme if theme in THEMES else "",
        "forced_direction": direction if direction in DIRECTIONS else "",
        "colours": COLOURS,
        "series": SERIES,
        "spaces": SPACES,
        "crumbs": [Crumb(str(_("Groups")), "#"), Crumb("Tumaini", "#")],
        "balance": Money(4_125_050, CURRENCY),
        "saved": Money(1_840_000, CURRENCY),
        "goal": Money(3_000_000, CURRENCY),
        "negative": Money(-12_550, CURRENCY),
        "whole": Money(350_000, "UGX"),
        "held_on": date(2026, 3, 3),
        "closed_at": datetime(2026, 3, 3, 12, 42, tzinfo=UTC),
        "share": Fraction(23, 25),
        "figures": _figures(),
        "table": _members(),
        "wide_table": _wide(),
        "empty_table": Table(caption=str(_("Fines")), columns=[Column(str(_("Member")))], rows=[]),
        "page": Page(rows=[], previous_query="?before=invented#tables", next_query="?after=invented#tables"),
        "form": InventedForm(auto_id="id_%s"),
        "wrong_form": InventedForm({"name": "", "amount": "12,3456", "held_on": ""}, auto_id="wrong_%s"),
        "steps": _steps(),
        "tabs": [
            Tab(str(_("Overview")), request.path),
            Tab(str(_("Members")), "#tabs"),
            Tab(str(_("Loans")), "#tabs"),
            Tab(str(_("History")), "#tabs"),
        ],
        "events": _events(),
        "line_chart": _line_chart(),
        "bar_chart": _bar_chart(),
        "stacked_bar": _stacked_bar(),
        "pictures": example_pictures(),
        "tiles": example_tiles(),
        "hidden_note": hidden_note(5),
        "spark": [400, 420, 480, 470, 560, 640, 900],
        "questions": example_questions(),
        "scripts": SCRIPTS,
        "language": "",
        "names": ["Amina Wanjiru", "أمينة الحسن", "सुनीता देवी", "Åsa Öberg"],
    }
    return render(request, "web/design.html", context)


class InventedForm(forms.Form):
    """The fields of the design page; what is typed there goes nowhere."""

    name = forms.CharField(label=_("Name of the group"), help_text=_("As the members say it."))
    amount = MoneyField(currency=CURRENCY, label=_("Price of one share"), help_text=_("Decided once for each cycle."))
    held_on = DateField(label=_("First meeting"), help_text=_("The day of the first meeting of the cycle."))
    meets = forms.ChoiceField(
        label=_("How often does the group meet?"),
        widget=forms.RadioSelect,
        choices=[("week", _("Every week")), ("fortnight", _("Every second week")), ("month", _("Every month"))],
    )
    funds = forms.MultipleChoiceField(
        label=_("What does the group keep beside the savings?"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        choices=[("social", _("A social fund")), ("fines", _("Fines"))],
    )
    place = forms.ChoiceField(
        label=_("Where does the group meet?"), choices=[("", _("Choose")), ("school", _("School")), ("tree", _("Tree"))]
    )
    note = forms.CharField(label=_("Note"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    agreed = forms.BooleanField(label=_("The members have agreed to these rules"))


def _kes(minor: int) -> str:
    return formats.amount_text(Money(minor, CURRENCY))


def _figures() -> list[KeyFigure]:
    return [
        KeyFigure(_("Savings"), formats.money_text(Money(2_840_000, CURRENCY)), _("since the cycle began")),
        KeyFigure(_("Loans outstanding"), formats.money_text(Money(1_560_000, CURRENCY)), _("7 loans")),
        KeyFigure(_("Members"), formats.number_text(23), _("of whom 19 women")),
        KeyFigure(_("Attendance"), formats.percent_text(Fraction(23, 25)), _("last four meetings")),
    ]


def _members() -> Table:
    people = [
        ("Amina Wanjiru", 19, 190_000, 0),
        ("Beatrice Achieng", 24, 240_000, 500_000),
        ("Chipo Moyo", 8, 80_000, 125_050),
        ("Dalia Hassan", 30, 300_000, 0),
    ]
    columns = [
        Column(str(_("Member")), sort_key="name"),
        Column(str(_("Shares")), is_numeric=True, sort_key="shares"),
        Column(str(_("Savings (KES)")), is_numeric=True, sort_key="savings"),
        Column(str(_("Loan outstanding (KES)")), is_numeric=True),
    ]
    rows = [
        Row([name, formats.number_text(shares), _kes(savings), _kes(loan)], url="#tables")
        for name, shares, savings, loan in people
    ]
    foot = Row(
        [
            str(_("Together")),
            formats.number_text(sum(shares for _name, shares, _savings, _loan in people)),
            _kes(sum(savings for _name, _shares, savings, _loan in people)),
            _kes(sum(loan for _name, _shares, _savings, loan in people)),
        ]
    )
    return Table(caption=str(_("Members and their savings")), columns=columns, rows=rows, foot=foot)


def _wide() -> Table:
    columns = [Column(str(_("Meeting")), is_numeric=False)]
    headings = (
        _("Opening cash"),
        _("Savings"),
        _("Loans paid out"),
        _("Loans paid back"),
        _("Fines"),
        _("Closing cash"),
    )
    columns += [Column(str(heading), is_numeric=True) for heading in headings]
    rows, cash = [], 0
    flows = [(240_000, 0, 0, 5_000), (250_000, 300_000, 0, 0), (230_000, 0, 110_000, 10_000)]
    for number, (savings, lent, repaid, fines) in enumerate(flows, start=1):
        closing = cash + savings - lent + repaid + fines
        amounts = (cash, savings, lent, repaid, fines, closing)
        rows.append(Row([formats.number_text(number), *(_kes(amount) for amount in amounts)]))
        cash = closing
    return Table(
        caption=str(_("Money in each meeting")),
        note=str(_("All amounts in KES.")),
        columns=columns,
        rows=rows,
        narrow="scroll",
        is_tall=True,
    )


def _steps() -> list[Step]:
    names = (
        _("Attendance"),
        _("Opening cash"),
        _("Savings"),
        _("Loans paid back"),
        _("New loans"),
        _("Count and close"),
    )
    return [Step(str(name), url="#steps" if i < 3 else "", is_done=i < 2) for i, name in enumerate(names)]


def _events() -> list[Event]:
    def when(day: int) -> str:
        return formats.date_text(date(2026, 3, day))

    return [
        Event(when(17), _("Loan paid back"), _("Beatrice Achieng paid the last instalment.")),
        Event(when(10), _("Meeting closed"), _("Counted twice, no difference.")),
        Event(when(3), _("Cycle opened")),
    ]


def _line_chart() -> LineChart:
    months = [formats.month_text(date(2026, month, 1)) for month in range(1, 9)]
    savings = [240_000, 490_000, 720_000, 980_000, 1_260_000, 1_480_000, 1_750_000, 2_010_000]
    lent = [None, 300_000, 300_000, 520_000, 470_000, 900_000, 860_000, 1_560_000]
    return LineChart(
        title=str(_("Savings and loans in this cycle")),
        description=str(_("Savings rose every month; loans began in the second.")),
        labels=months,
        series=[Series(str(_("Savings")), savings), Series(str(_("Loans outstanding")), lent)],
        write=money_writer(CURRENCY),
        label_heading=str(_("Month")),
        write_axis=axis_writer(CURRENCY),
        axis_unit=CURRENCY,
    )


def _bar_chart() -> BarChart:
    uses = [(_("School fees"), 9), (_("Trade"), 14), (_("Farming"), 11), (_("Health"), 3)]
    return BarChart(
        title=str(_("What the loans were used for")),
        description=str(_("Most loans went to trade.")),
        bars=[(str(name), count) for name, count in uses],
        write=count_writer(),
        label_heading=str(_("Use")),
        value_heading=str(_("Loans")),
    )


def _stacked_bar() -> StackedBar:
    parts = [
        (_("Cash box"), 1_280_000),
        (_("Loans outstanding"), 1_560_000),
        (_("Bank"), 1_150_000),
        (_("Social fund"), 135_050),
    ]
    return StackedBar(
        title=str(_("Where the group's money is")),
        description=str(_("A good third is lent to members.")),
        parts=[(str(name), minor) for name, minor in parts],
        write=money_writer(CURRENCY),
        label_heading=str(_("Place")),
        value_heading=str(_("Amount")),
    )
