"""The design language: formats, colours, parts, charts, paging, and the pages that need no data."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from babel.numbers import parse_decimal
from django import forms
from django.contrib.contenttypes.models import ContentType
from django.http import QueryDict
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from egenmakt.core.money import DECIMALS, Money, NotAnAmount
from egenmakt.interfaces.web import charts, formats
from egenmakt.interfaces.web.fields import DateField, MoneyField, read_amount
from egenmakt.interfaces.web.paging import UnknownPage, keyset_page
from egenmakt.interfaces.web.parts import KINDS, Column, KeyFigure, Row, Step, Table

WEB = Path(formats.__file__).parent
SHEET = (WEB / "static/web/egenmakt.css").read_text()
NARROW_SPACE, NO_BREAK = "\u202f", "\u00a0"


# ---- formats ----


@pytest.mark.parametrize(
    ("minor", "currency", "language", "written"),
    [
        (125_050, "SEK", "sv", "1 250,50 kr"),
        (125_050, "KES", "en", "KES 1,250.50"),
        (125_050, "EUR", "en", "€1,250.50"),
        (125_050, "EUR", "de", "1.250,50 €"),
        (-125_050, "SEK", "sv", "\u22121 250,50 kr"),
        (1_250, "UGX", "en", "UGX 1,250"),
        (1_250_123, "JOD", "sv", "1 250,123 JOD"),
        (12_505_000, "INR", "hi", "₹1,25,050.00"),
        (5, "KES", "en", "KES 0.05"),
        (2**53 - 1, "KES", "en", "KES 90,071,992,547,409.91"),
    ],
)
def test_an_amount_is_written_as_the_language_writes_it(minor: int, currency: str, language: str, written: str) -> None:
    text = formats.money_text(Money(minor, currency), language=language)

    assert text.replace(NO_BREAK, " ").replace(NARROW_SPACE, " ") == written


@given(
    minor=st.integers(min_value=-(2**53) + 1, max_value=2**53 - 1),
    currency=st.sampled_from(sorted(DECIMALS)),
    language=st.sampled_from(["en", "sv", "de", "fr", "hi", "sw", "pt-br"]),
)
@settings(max_examples=60, deadline=None)
def test_what_is_written_can_be_read_back_exactly_by_babel_itself(minor: int, currency: str, language: str) -> None:
    money = Money(minor, currency)

    text = formats.amount_text(money, language=language).replace("\u2212", "-")

    assert parse_decimal(text, locale=formats.locale_of(language)) == money.major()


@given(
    minor=st.integers(min_value=-(2**53) + 1, max_value=2**53 - 1),
    currency=st.sampled_from(sorted(DECIMALS)),
    language=st.sampled_from(["en", "sv", "de", "fr", "hi", "sw", "pt-br"]),
)
@settings(max_examples=60, deadline=None)
def test_what_is_written_can_be_typed_into_a_form(minor: int, currency: str, language: str) -> None:
    money = Money(minor, currency)

    assert read_amount(formats.amount_text(money, language=language), currency=currency, language=language) == money


@pytest.mark.parametrize(
    ("text", "language", "minor"),
    [
        ("1250", "en", 125_000),
        ("1,250", "en", 125_000),
        ("12,50,500.5", "hi", 125_050_050),
        ("1 250,50", "sv", 125_050),
        ("1250.50", "sv", 125_050),
        ("1.250,50", "de", 125_050),
        ("१२५०", "hi", 125_000),
        ("١٢٥٠٫٥", "ar", 125_050),
        ("\u22125", "sv", -500),
    ],
)
def test_an_amount_is_read_as_the_language_writes_it(text: str, language: str, minor: int) -> None:
    assert read_amount(text, currency="KES", language=language) == Money(minor, "KES")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("12,5", "en"),
        ("1.25", "de"),
        ("1,25,0", "en"),
        ("1.250", "sv"),
        ("1,250", "sv"),
        ("5 KES", "en"),
        ("1 2 x", "sv"),
    ],
)
def test_an_amount_that_could_mean_two_things_is_refused(text: str, language: str) -> None:
    with pytest.raises(NotAnAmount):
        read_amount(text, currency="KES", language=language)


def test_the_reader_sees_a_mistake_in_an_amount_with_an_example() -> None:
    class Form(forms.Form):
        price = MoneyField(currency="KES", maximum=Money(100_000, "KES"))

    with override("en"):
        assert Form({"price": "x"}).errors["price"] == ["“x” is not an amount in KES. Write it like 1,250.00."]
        assert Form({"price": "-1"}).errors["price"] == [f"The amount is at least KES{NO_BREAK}0.00."]
        assert Form({"price": "1000.01"}).errors["price"] == [f"The amount is at most KES{NO_BREAK}1,000.00."]
        assert Form({"price": "1000"}).is_valid()


def test_percentages_numbers_and_dates_follow_the_language() -> None:
    assert formats.percent_text(Fraction(1, 3), places=1, language="sv") == f"33,3{NO_BREAK}%"
    assert formats.percent_text(Fraction(1, 3), places=1, language="en") == "33.3%"
    assert formats.number_text(1_250_500, language="hi") == "12,50,500"
    assert formats.number_text(Fraction(2, 3), places=2, language="en") == "0.67"
    assert formats.number_text(Decimal("1.5"), language="sv") == "1,5"
    assert formats.date_text(date(2026, 3, 3), language="sv") == "3 mars 2026"
    assert formats.date_text(date(2026, 3, 3), language="en") == "March 3, 2026"


def test_a_moment_is_shown_as_the_clock_of_the_place() -> None:
    noon = datetime(2026, 3, 3, 22, 30, tzinfo=UTC)

    assert formats.datetime_text(noon, zone="Africa/Nairobi", language="sv") == "4 mars 2026 01:30"
    with pytest.raises(ValueError, match="has no time zone"):
        formats.datetime_text(datetime(2026, 3, 3))  # noqa: DTZ001 - the fault that is tested


def test_a_duration_has_its_plural() -> None:
    with override("en"):
        assert [formats.duration_text(days) for days in (0, 1, 2, 7, 8, 23)] == [
            "0 days",
            "1 day",
            "2 days",
            "1 week",
            "1 week 1 day",
            "3 weeks 2 days",
        ]


def test_the_direction_comes_from_the_language() -> None:
    right_to_left = [
        code
        for code in ("ar", "fa-af", "ur", "he", "sv", "en", "hi", "sw", None)
        if formats.text_direction(code) == "rtl"
    ]

    assert right_to_left == ["ar", "fa-af", "ur", "he"]


def test_a_name_keeps_its_direction_and_cannot_carry_markup() -> None:
    assert Template("{% load formats %}{{ name|named }}").render(Context({"name": "<b>Amina"})) == (
        "<bdi>&lt;b&gt;Amina</bdi>"
    )


# ---- colours and the sheet ----

PAPERS = ("paper", "surface", "sunken")
TEXT_PAIRS = [
    *((text, paper) for text in ("ink", "ink-soft", "link", "error") for paper in PAPERS),
    ("on-primary", "primary"),
    ("on-primary", "primary-hover"),
    ("on-error", "error"),
    ("on-error", "error-hover"),
    *((kind, f"{kind}-paper") for kind in ("info", "success", "warning", "error")),
    *(("ink", f"{kind}-paper") for kind in ("info", "success", "warning", "error")),
    *(("surface", f"series-{i}") for i in range(1, 5)),
]
MARK_PAIRS = [
    *((mark, paper) for mark in ("edge", "primary", "focus", "error") for paper in ("paper", "surface")),
    *((f"series-{i}", "surface") for i in range(1, 5)),
    ("series-1", "sunken"),
    ("edge", "sunken"),
]


def _themes() -> dict[str, dict[str, str]]:
    blocks = {
        "light": r":root \{(.*?)\}",
        "dark by device": r':root:not\(\[data-theme="light"\]\) \{(.*?)\}',
        "dark by choice": r':root\[data-theme="dark"\] \{(.*?)\}',
    }
    themes = {}
    for name, pattern in blocks.items():
        found = re.search(pattern, SHEET, re.DOTALL)
        assert found, name
        themes[name] = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", found[1]))
    return themes


def _luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_contrast_formula_agrees_with_known_values() -> None:
    assert _contrast("#000000", "#ffffff") == pytest.approx(21)
    assert _contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)  # the known near miss


def test_all_text_has_contrast_enough_in_both_themes() -> None:
    weak = [
        (theme, text, paper)
        for theme, tokens in _themes().items()
        for text, paper in TEXT_PAIRS
        if _contrast(tokens[text], tokens[paper]) < 4.5
    ]

    assert weak == []


def test_all_marks_have_contrast_enough_in_both_themes() -> None:
    weak = [
        (theme, mark, paper)
        for theme, tokens in _themes().items()
        for mark, paper in MARK_PAIRS
        if _contrast(tokens[mark], tokens[paper]) < 3
    ]

    assert weak == []


def test_dark_by_choice_and_dark_by_device_are_the_same() -> None:
    themes = _themes()

    assert themes["dark by device"] == themes["dark by choice"]
    assert themes["dark by choice"].keys() == themes["light"].keys()


def test_the_sheet_is_small_and_fetches_nothing() -> None:
    assert len(SHEET.encode()) < 25_000
    assert "url(" not in SHEET
    assert "@import" not in SHEET
    assert "@font-face" not in SHEET


def test_the_sheet_names_no_left_and_no_right() -> None:
    rules = re.sub(r"/\*.*?\*/", "", SHEET, flags=re.DOTALL)

    assert re.findall(r"[\w-]*(?:left|right)\b[\w-]*", rules) == []
    assert re.findall(r"\b(?:float|animation|transition)\s*:", rules) == []


def test_every_colour_that_is_used_is_defined() -> None:
    defined = set(re.findall(r"(--[\w-]+):", SHEET))

    assert set(re.findall(r"var\((--[\w-]+)\)", SHEET)) - defined == set()


def test_no_template_has_inline_style_or_script() -> None:
    found = [
        (path.name, match)
        for path in (WEB / "templates").rglob("*.html")
        for match in re.findall(r"\sstyle=|\son[a-z]+=|<style|<script(?![^>]*\ssrc=)", path.read_text())
    ]

    assert found == []


# ---- parts ----


def _render(source: str, **values: Any) -> str:
    request = RequestFactory().get(values.pop("path", "/list/?sort=name&after=x"))
    return Template("{% load parts formats %}" + source).render(Context({"request": request, **values}))


def test_a_row_with_the_wrong_number_of_cells_is_refused() -> None:
    with pytest.raises(ValueError, match="has 2 columns, and a row of 1 cells"):
        Table(caption="Members", columns=[Column("Name"), Column("Shares")], rows=[Row(["Amina"])])


def test_a_table_has_caption_scopes_and_sort_links_that_turn_and_begin_anew() -> None:
    table = Table(
        caption="Members",
        columns=[Column("Name", sort_key="name"), Column("Shares", is_numeric=True, sort_key="shares")],
        rows=[Row(["<Amina>", 3], url="/amina/")],
        foot=Row(["Together", 3]),
    )

    html = _render("{% table table %}", table=table)

    assert "<caption>Members" in html
    assert 'aria-sort="ascending"' in html
    assert html.count("aria-sort") == 1
    assert 'href="?sort=-name"' in html
    assert 'href="?sort=shares"' in html
    assert '<a class="row-link" href="/amina/"><bdi>&lt;Amina&gt;</bdi></a>' in html
    assert 'data-label="Shares" class="number">3' in html


def test_a_form_says_its_mistakes_at_the_top_and_at_the_field() -> None:
    class Form(forms.Form):
        name = forms.CharField(help_text="As the members say it.")
        day = DateField(required=False)
        pace = forms.ChoiceField(choices=[("w", "Weekly")], widget=forms.RadioSelect)

    html = _render(
        "{% error_summary form %}{% field form.name %}{% field form.pace %}{% field form.day %}", form=Form({})
    )

    assert 'href="#id_name"' in html
    assert 'href="#id_pace_0"' in html
    assert 'id="id_pace_0"' in html
    assert '<label for="id_name">' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert "<legend>Pace" in html
    assert 'type="date"' in html


def test_a_form_without_mistakes_has_no_summary() -> None:
    class Form(forms.Form):
        name = forms.CharField()

    assert _render("{% error_summary form %}", form=Form()).strip() == ""
    assert _render("{% error_summary form %}", form=Form({"name": "Amina"})).strip() == ""


def test_a_state_is_a_word_and_a_shape_and_the_shapes_differ() -> None:
    drawn = {kind: _render("{% badge 'Word' kind %}", kind=kind) for kind in KINDS}

    shapes = {re.search(r"<(?:path|circle)[^>]*>", html)[0] for html in drawn.values()}  # type: ignore[index]  # every badge has a shape
    assert len(shapes) == 5
    assert all("Word" in html for html in drawn.values())


def test_the_current_step_is_named_and_later_steps_are_no_links() -> None:
    html = _render(
        "{% steps steps 1 %}", steps=[Step("Attendance", "/1/", True), Step("Savings", "/2/"), Step("Loans")]
    )

    assert re.findall(r'aria-current="step"><span>(\w+)', html) == ["Savings"]
    assert re.findall(r'href="([^"]*)"', html) == ["/1/", "/2/"]
    assert re.findall(r"(done|now|later)</span>", html) == ["done", "now", "later"]


def test_key_figures_notices_and_codes_escape_what_people_typed() -> None:
    html = _render(
        "{% key_figures figures %}{% notice text %}{% meeting_code text %}"
        "{% empty_state text %}{{ text }}{% end_empty_state %}",
        figures=[KeyFigure("<i>", "<i>", "<i>")],
        text="<i>",
    )

    assert "<i>" not in html


def test_a_deed_that_cannot_be_undone_says_first_what_will_happen() -> None:
    request = RequestFactory().get("/reverse/")

    html = render_to_string(
        "web/confirm.html",
        {"title": "Reverse?", "consequences": ["The loan opens."], "deed": "Reverse", "back_url": "/back/"},
        request,
    )

    assert "<li>The loan opens.</li>" in html
    assert '<form method="post">' in html
    assert "csrfmiddlewaretoken" in html
    assert html.index("The loan opens.") < html.index('<button class="button danger">Reverse</button>')
    assert '<a class="button secondary" href="/back/">' in html


# ---- charts ----


def _line(**changes: Any) -> charts.LineChart:
    values: dict[str, Any] = {
        "title": "Savings <of the group>",
        "description": "Rising.",
        "labels": ["January", "February", "March"],
        "series": [charts.Series("Savings", [0, 10_000, 40_000]), charts.Series("Loans", [None, 5_000, 0])],
        "write": charts.money_writer("KES", language="en"),
        "label_heading": "Month",
        **changes,
    }
    return charts.LineChart(**values)


def _elements(svg: str, name: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(f"<div>{svg}</div>").iter(name))


@given(st.lists(st.integers(min_value=-(10**12), max_value=10**12), min_size=1, max_size=20))
@settings(max_examples=60)
def test_the_axis_holds_zero_and_all_values_on_round_figures(values: list[int]) -> None:
    low, high, step = charts.scale(values)

    assert low <= min([0, *values])
    assert high >= max([0, *values])
    assert low % step == high % step == 0
    assert 1 <= (high - low) // step <= 6
    assert str(step).rstrip("0") in ("1", "2", "5")


def test_the_height_of_a_point_is_in_proportion_to_its_value() -> None:
    path = next(e.get("d") or "" for e in _elements(_line().draw(), "path") if e.get("class") == "line series-1")

    x, y = zip(*((Decimal(a), Decimal(b)) for a, b in re.findall(r"[ML]([\d.]+) ([\d.]+)", path)), strict=True)
    assert x == (2, 50, 98)
    assert (y[0] - y[2]) == 4 * (y[0] - y[1])


def test_a_value_that_is_not_known_leaves_a_gap_and_a_dash_in_the_table() -> None:
    chart = _line(series=[charts.Series("Loans", [1, None, 3])])

    assert len([e for e in _elements(chart.draw(), "path") if (e.get("class") or "").startswith("fill")]) == 2
    path = next(e.get("d") or "" for e in _elements(chart.draw(), "path") if e.get("class") == "line series-1")
    assert path.count("M") == 2
    assert [row.cells for row in chart.table().rows][1] == ["February", "–"]


def test_right_to_left_mirrors_every_position() -> None:
    def places(direction: charts.Direction) -> list[Decimal]:
        svg = _line().draw(direction=direction)
        return [Decimal((e.get("x") or "0").rstrip("%")) for e in _elements(svg, "svg") if "%" in (e.get("x") or "")]

    assert len(places("ltr")) == 5
    assert places("rtl") == [100 - x for x in places("ltr")]


def test_a_chart_is_named_and_described_and_escapes_its_words() -> None:
    svg = _elements(_line().draw(), "svg")[1]

    names = [svg.find(f".//*[@id='{key}']") for key in (svg.get("aria-labelledby") or "").split()]
    assert svg.get("role") == "img"
    assert [name.text for name in names if name is not None] == ["Savings <of the group>", "Rising."]


def test_bars_and_parts_are_in_proportion_and_fill_the_width() -> None:
    write = charts.count_writer(language="en")
    bars = charts.BarChart("Uses", "", [("Trade", 8), ("School", 2)], write, "Use", "Loans")
    whole = charts.StackedBar("Money", "", [("Box", 1), ("Lent", 3)], write, "Place", "Amount")

    def widths(svg: str) -> list[Decimal]:
        return [Decimal((e.get("width") or "").rstrip("%")) for e in _elements(svg, "rect")]

    assert widths(bars.draw()) == [100, 25]
    assert widths(whole.draw()) == [25, 75]
    assert [row.cells[1] for row in whole.table().rows] == ["1", "3"]


def test_charts_that_would_mislead_are_refused() -> None:
    write = charts.count_writer()
    with pytest.raises(ValueError, match="values for 3 labels"):
        _line(series=[charts.Series("Savings", [1])])
    with pytest.raises(ValueError, match="nothing to show"):
        _line(labels=[], series=[])
    with pytest.raises(ValueError, match="cannot be negative"):
        charts.BarChart("Uses", "", [("Trade", -1)], write, "Use", "Loans")
    with pytest.raises(ValueError, match="whole above zero"):
        charts.StackedBar("Money", "", [("Box", 0)], write, "Place", "Amount")
    with pytest.raises(ValueError, match="goal is above zero"):
        charts.progress_bar(reached=1, goal=0, label="Goal")


@pytest.mark.parametrize(("reached", "width"), [(-5, "0%"), (0, "0%"), (250, "25%"), (1000, "100%"), (5000, "100%")])
def test_progress_stays_within_its_bar(reached: int, width: str) -> None:
    svg = charts.progress_bar(reached=reached, goal=1000, label="Goal")

    assert _elements(svg, "rect")[1].get("width") == width


# ---- paging ----


@pytest.mark.django_db
@pytest.mark.parametrize("order", [("app_label", "id"), ("-app_label", "id"), ("model", "-id")])
def test_turning_pages_forth_and_back_shows_every_row_once_and_in_order(order: tuple[str, ...]) -> None:
    ContentType.objects.bulk_create(ContentType(app_label=f"label{i % 3}", model=f"model{i}") for i in range(11))
    wanted = list(ContentType.objects.order_by(*order))
    seen: list[ContentType] = []
    pages = []

    query = "lang=sv"
    while True:
        page = keyset_page(ContentType.objects.all(), order=order, query=QueryDict(query), size=4)
        pages.append(page.rows)
        seen += page.rows
        if not page.next_query:
            break
        query = page.next_query[1:]
        assert "lang=sv" in query
    back = []
    while page.previous_query:
        page = keyset_page(ContentType.objects.all(), order=order, query=QueryDict(page.previous_query[1:]), size=4)
        back.append(page.rows)

    assert seen == wanted
    assert back == pages[-2::-1]


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["x", "bnVsbA", "WzFd", "W3t9LDFd", "é"])
def test_a_page_address_that_somebody_made_up_is_refused(token: str) -> None:
    with pytest.raises(UnknownPage):
        keyset_page(ContentType.objects.all(), order=("model", "id"), query=QueryDict(f"after={token}"))


# ---- pages ----


@pytest.fixture
def demo(settings: Any) -> None:
    settings.DEMO = True


@pytest.mark.django_db
def test_the_first_page_tells_a_visitor_what_this_is_and_links_only_to_pages_that_exist(client: Client) -> None:
    html = client.get("/").content.decode()

    assert "Egenmakt keeps the books of savings groups" in html
    for address in set(re.findall(r'href="(/[^"#]*)"', html)) - {"/"}:
        if not address.startswith("/static/"):
            assert client.get(address).status_code in (200, 302), address


@pytest.mark.django_db
@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("language", ["en", "sv"])
@pytest.mark.parametrize("query", ["", "?dir=rtl", "?theme=dark", "?dir=rtl&theme=dark", "?dir=<x>&theme=<x>"])
def test_the_design_page_shows_every_part_in_every_way(client: Client, language: str, query: str) -> None:
    answer = client.get("/design/" + query, headers={"accept-language": language})
    html = answer.content.decode()

    assert answer.status_code == 200
    assert f'<html lang="{language}" dir="{"rtl" if "rtl" in query else "ltr"}"' in html
    assert ('data-theme="dark"' in html) == ("dark" in query)
    ids = re.findall(r'\sid="([^"]*)"', html)
    assert sorted(ids) == sorted(set(ids))
    assert " style=" not in html


@pytest.mark.django_db
def test_a_visitor_is_sent_to_sign_in_before_the_design_page(client: Client, settings: Any) -> None:
    settings.DEMO = settings.DEBUG = False

    answer = client.get("/design/")

    assert answer.status_code == 302
    assert "next=/design/" in answer.headers["Location"]


@pytest.mark.django_db
def test_the_choice_of_light_or_dark_is_kept_and_can_be_taken_back(client: Client) -> None:
    answer = client.post("/display/", {"theme": "dark", "next": "/?a=1"})
    kept = client.get("/").content.decode()
    client.post("/display/", {"theme": ""})
    after = client.get("/").content.decode()

    assert answer.headers["Location"] == "/?a=1"
    assert 'data-theme="dark"' in kept
    assert "data-theme" not in after


@pytest.mark.django_db
def test_the_choice_of_light_or_dark_leads_to_no_other_site(client: Client) -> None:
    answer = client.post("/display/", {"theme": "purple", "next": "https://elsewhere.example/"})

    assert answer.headers["Location"] == "/"
    assert "purple" not in client.get("/").content.decode()


@pytest.mark.django_db
def test_the_language_is_changed_by_a_form_and_stays(client: Client) -> None:
    client.post("/language/", {"language": "sv", "next": "/"})

    assert '<html lang="sv"' in client.get("/").content.decode()


@pytest.mark.django_db
def test_a_wrong_address_is_answered_with_a_page_that_helps(client: Client, settings: Any) -> None:
    settings.DEBUG = False

    answer = client.get("/no-such-page/")

    assert answer.status_code == 404
    assert "There is no such page" in answer.content.decode()


@pytest.mark.django_db
def test_a_form_that_was_not_ours_is_answered_with_a_page_that_helps() -> None:
    answer = Client(enforce_csrf_checks=True).post("/display/", {"theme": "dark"})

    assert answer.status_code == 403
    assert "Please send that once more" in answer.content.decode()


@pytest.mark.parametrize("name", ["400.html", "403.html", "404.html", "500.html", "403_csrf.html"])
@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("ar", "rtl")])
def test_error_pages_need_neither_request_nor_database(name: str, language: str, direction: str) -> None:
    with override(language):
        html = render_to_string(name)

    assert f'dir="{direction}"' in html
    assert html.count("<h1>") == 1
    assert 'href="/"' in html


@pytest.mark.django_db
def test_the_design_page_shows_each_picture_of_patterns_with_its_table(client: Client, settings: Any) -> None:
    settings.DEMO = True

    html = client.get("/design/").content.decode()

    part = html.split('id="patterns"')[1].split('id="timeline"')[0]
    titles = ("Where does the group meet?", "Rights-holders", "Means with their intervals", "A triad",
              "Two scales against each other", "Two choices against each other")  # fmt: skip
    captions = [" ".join(each.split()) for each in re.findall(r"<caption[^>]*>([^<]*)", part)]
    assert captions == list(titles)
    assert part.count("<svg") > 5
    assert part.count('class="visually-hidden">hidden') >= 4
