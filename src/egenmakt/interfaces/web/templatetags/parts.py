"""The parts of a page as template tags: {% load parts %}. The page /design/ shows each with its use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from babel import Locale, UnknownLocaleError
from django import template
from django.conf import settings
from django.forms import BaseForm, BoundField
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from egenmakt.core.money import Money
from egenmakt.interfaces.web import charts, formats
from egenmakt.interfaces.web.parts import KINDS, Column, Crumb, Event, KeyFigure, Step, Tab, Table

THEME_COOKIE = "egenmakt_theme"
THEMES = ("light", "dark")
DIRECTIONS = ("ltr", "rtl")

register = template.Library()


@dataclass(frozen=True, slots=True)
class PageSettings:
    """What the reader chose: light, dark or as the device; the direction of the text; the languages on offer."""

    theme: str
    direction: str
    languages: tuple[tuple[str, str], ...]
    design_visible: bool


def own_name(language: str) -> str:
    """A language's name in the language itself: svenska, العربية."""
    try:
        name = Locale.parse(language, sep="-").display_name
    except (UnknownLocaleError, ValueError):
        name = None
    return name[:1].upper() + name[1:] if name else language


@register.simple_tag(takes_context=True)
def page_settings(context: Context) -> PageSettings:
    """{% page_settings as page_settings %}: theme, direction and languages; works without a request too."""
    request = context.get("request")
    theme = context.get("forced_theme") or (request.COOKIES.get(THEME_COOKIE, "") if request else "")
    direction = context.get("forced_direction") or formats.text_direction(get_language())
    user = getattr(request, "user", None)
    return PageSettings(
        theme=theme if theme in THEMES else "",
        direction=direction if direction in DIRECTIONS else "ltr",
        languages=tuple((code, own_name(code)) for code, _ in settings.LANGUAGES),
        design_visible=bool(
            settings.DEBUG or getattr(settings, "DEMO", False) or getattr(user, "is_authenticated", False)
        ),
    )


@register.simple_tag(takes_context=True)
def current(context: Context, url: str, *beside: str) -> SafeString:
    """{% current url %}: aria-current for the link to this page (page) or to a page above it (true).

    Args: beside, the beginnings of other addresses that belong under the same link.
    """
    request = context.get("request")
    if request is None or not url or url == "/":
        return mark_safe("")
    if request.path == url:
        return mark_safe(' aria-current="page"')
    return mark_safe(' aria-current="true"' if request.path.startswith((url, *beside)) else "")


def _direction(context: Context) -> charts.Direction:
    return "rtl" if page_settings(context).direction == "rtl" else "ltr"


def _kind(kind: str) -> str:
    """One of the five kinds; Django's message levels "debug" and unknown words count as information."""
    return kind if kind in KINDS else "info"


@register.inclusion_tag("web/parts/breadcrumbs.html")
def breadcrumbs(crumbs: Sequence[Crumb]) -> dict[str, Any]:
    """{% breadcrumbs crumbs %}: the pages above this one, from the top; Crumb(name, url)."""
    return {"crumbs": crumbs}


@register.simple_block_tag(end_name="end_page_header")
def page_header(content: str, title: object, lead: object = "") -> SafeString:
    """{% page_header "Title" lead="One sentence." %}buttons{% end_page_header %}: the heading of a page."""
    sentence = format_html('<p class="lead">{}</p>', lead) if lead else ""
    deeds = format_html('<div class="actions">{}</div>', content) if content.strip() else ""
    return format_html('<div class="page-header"><div><h1>{}</h1>{}</div>{}</div>', title, sentence, deeds)


@register.inclusion_tag("web/parts/notice.html")
def notice(text: object, kind: str = "info", title: object = "") -> dict[str, Any]:
    """{% notice text "warning" title="…" %}: a message of kind info, success, warning or error."""
    return {"text": text, "kind": _kind(kind), "title": title}


@register.simple_block_tag(end_name="end_empty_state")
def empty_state(content: str, title: object, level: int = 2) -> SafeString:
    """{% empty_state "No groups yet" %}<p>What this is.</p> one button: what to do first{% end_empty_state %}."""
    return format_html('<div class="empty"><h{}>{}</h{}>{}</div>', level, title, level, content)


@register.inclusion_tag("web/parts/badge.html")
def badge(text: object, kind: str = "neutral") -> dict[str, Any]:
    """{% badge "Paid" "success" %}: a state as a word and a shape; the colour only repeats it."""
    return {"text": text, "kind": _kind(kind)}


@register.inclusion_tag("web/parts/key_figures.html")
def key_figures(figures: Sequence[KeyFigure]) -> dict[str, Any]:
    """{% key_figures figures %}: two to five numbers in a row; KeyFigure(label, value, note)."""
    return {"figures": figures}


@register.simple_tag
def money_big(value: Money, label: object = "") -> SafeString:
    """{% money_big balance "In the cash box" %}: the one amount of a page, in large numerals."""
    words = format_html('<span class="soft">{}</span> ', label) if label else ""
    return format_html('<p>{}<span class="money-big"><bdi>{}</bdi></span></p>', words, formats.money_text(value))


@dataclass(frozen=True, slots=True)
class Heading:
    """A column as it is drawn: with the link that sorts by it, and how it is sorted now."""

    column: Column
    sort_query: str
    sorted: str


@register.inclusion_tag("web/parts/table.html", takes_context=True)
def table(context: Context, table: Table) -> dict[str, Any]:
    """{% table table %}: a Table with caption; its columns sort by ?sort=key and ?sort=-key where they have a key."""
    request = context.get("request")
    now = request.GET.get("sort", "") if request else ""
    headings = []
    for column in table.columns:
        key = column.sort_key
        way = "" if not key or now.lstrip("-") != key else "descending" if now.startswith("-") else "ascending"
        query = ""
        if key and request:
            kept = request.GET.copy()
            for name in ("after", "before"):
                kept.pop(name, None)
            kept["sort"] = f"-{key}" if way == "ascending" else key
            query = "?" + kept.urlencode()
        headings.append(Heading(column=column, sort_query=query, sorted=way))
    return {
        "table": table,
        "headings": headings,
        "rows": [(row, list(zip(table.columns, row.cells, strict=True))) for row in table.rows],
        "foot": list(zip(table.columns, table.foot.cells, strict=True)) if table.foot else [],
    }


@register.inclusion_tag("web/parts/pager.html")
def pager(page: Any) -> dict[str, Any]:
    """{% pager page %}: earlier and later, for a Page of paging.keyset_page; nothing when all fits on one page."""
    return {"page": page}


@register.inclusion_tag("web/parts/field.html")
def field(bound: BoundField) -> dict[str, Any]:
    """{% field form.name %}: label above, hint, error beside the field; a group of choices becomes a fieldset."""
    widget = bound.field.widget
    input_type = getattr(widget, "input_type", "")
    is_multiple = bool(bound.use_fieldset)
    extra: dict[str, Any] = {}
    described = [f"{bound.auto_id}_helptext"] if bound.help_text else []
    described += [f"{bound.auto_id}_error"] if bound.errors else []
    if bound.errors:
        extra["aria-invalid"] = "true"
    if described and not is_multiple:
        extra["aria-describedby"] = " ".join(described)
    return {
        "field": bound,
        "control": bound.as_widget(attrs=extra),
        "described_by": " ".join(described),
        "is_fieldset": is_multiple,
        "is_checkbox": input_type == "checkbox" and not is_multiple,
        "currency": getattr(widget, "currency", ""),
    }


@dataclass(frozen=True, slots=True)
class Mistake:
    """One line of the error summary: the sentence, and where the field is ("" for the whole form)."""

    text: str
    target: str
    label: str


@register.inclusion_tag("web/parts/error_summary.html")
def error_summary(form: BaseForm) -> dict[str, Any]:
    """{% error_summary form %}: above the form, all mistakes as links to their fields; nothing when there is none."""
    mistakes = (
        [Mistake(text=str(text), target="", label="") for text in form.non_field_errors()] if form.is_bound else []
    )
    for bound in form:
        if form.is_bound:
            target = bound.id_for_label or (f"{bound.auto_id}_0" if bound.use_fieldset else bound.auto_id)
            label = "" if bound.is_hidden else str(bound.label)
            mistakes += [Mistake(text=str(text), target=target, label=label) for text in bound.errors]
    return {"mistakes": mistakes}


@dataclass(frozen=True, slots=True)
class ShownStep:
    """A step with what is said of it: done, now or later."""

    step: Step
    state: str
    is_current: bool


@register.inclusion_tag("web/parts/steps.html")
def steps(steps: Sequence[Step], current_index: int, layout: str = "") -> dict[str, Any]:
    """{% steps steps 2 %} or {% steps steps 2 "across" %}: the steps of a meeting, the current one counted from 0."""
    shown = []
    for i, step in enumerate(steps):
        state = _("now") if i == current_index else _("done") if step.is_done else _("later")
        shown.append(ShownStep(step=step, state=state, is_current=i == current_index))
    return {"steps": shown, "layout": layout}


@register.inclusion_tag("web/parts/tabs.html", takes_context=True)
def tabs(context: Context, tabs: Sequence[Tab], label: str) -> dict[str, Any]:
    """{% tabs tabs "This group" %}: views of one thing as links; Tab(name, url)."""
    request = context.get("request")
    return {"tabs": tabs, "label": label, "path": request.path if request else ""}


@register.inclusion_tag("web/parts/timeline.html")
def timeline(events: Sequence[Event]) -> dict[str, Any]:
    """{% timeline events %}: what happened, latest first; Event(when, title, text)."""
    return {"events": events}


@register.inclusion_tag("web/parts/meeting_code.html")
def meeting_code(code: str, title: object = "") -> dict[str, Any]:
    """{% meeting_code meeting.code %}: the code for the paper passbook, in fours, large enough to copy by hand."""
    letters = "".join(code.split())
    groups = [letters[i : i + 4] for i in range(0, len(letters), 4)]
    return {"letters": letters, "spaced": " ".join(groups), "title": title}


@register.inclusion_tag("web/parts/chart.html", takes_context=True)
def chart(context: Context, chart: charts.Chart) -> dict[str, Any]:
    """{% chart chart %}: a LineChart, BarChart or StackedBar with its legend and its table."""
    direction = _direction(context)
    return {
        "request": context.get("request"),
        "chart": chart,
        "svg": chart.draw(direction=direction),
        "legend": chart.legend(),
        "table": chart.table(),
    }


@register.simple_tag(takes_context=True)
def sparkline(context: Context, values: Sequence[int], label: str) -> SafeString:
    """{% sparkline values "Savings rose from 400 to 900" %}."""
    return charts.sparkline(values, label=label, direction=_direction(context))


@register.simple_tag(takes_context=True)
def progress(context: Context, reached: Money, goal: Money) -> SafeString:
    """{% progress saved goal %}: how far towards a goal, in words and as a bar."""
    words = _("%(reached)s of %(goal)s") % {
        "reached": formats.money_text(reached),
        "goal": formats.money_text(goal),
    }
    bar = charts.progress_bar(reached=reached.minor, goal=goal.minor, label=words, direction=_direction(context))
    return format_html('<p class="progress-words">{}</p>{}', words, bar)
