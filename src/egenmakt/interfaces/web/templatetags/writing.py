"""Tags for pages on which a group's business is written down: {% load writing %}."""

from __future__ import annotations

from typing import Any

from django import template
from django.forms import BaseForm, BoundField

from egenmakt.interfaces.web.parts import Table

register = template.Library()


@register.filter
def bound(form: BaseForm, name: str) -> BoundField:
    """{{ form|bound:name }}: the field of that name."""
    return form[name]


@register.filter
def is_table(note: object) -> bool:
    """{% if note|is_table %}: whether a note is a table or a sentence."""
    return isinstance(note, Table)


@register.inclusion_tag("web/recording/cell.html")
def cell(form: BaseForm, name: str, row: str) -> dict[str, Any]:
    """{% cell form name row_label %}: a field in a grid; its label is heard, not seen, and names the row."""
    field = form[name]
    extra: dict[str, str | bool] = {"aria-label": f"{row}: {field.label}"}
    if field.errors:
        extra |= {"aria-invalid": "true", "aria-describedby": f"{field.auto_id}_error"}
    widget = field.field.widget
    return {"field": field, "control": field.as_widget(attrs=extra), "currency": getattr(widget, "currency", "")}


@register.filter
def at(items: list[object], place: int) -> object:
    """{{ columns|at:1 }}: what stands at a place of a list."""
    return items[place]
