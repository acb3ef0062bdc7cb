"""The parts of a page as template tags: {% load parts %}. The page /design/ shows each with its use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from babel import Locale, UnknownLocaleError
from django import template
from django.conf import settings
from django.template import Context
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from egenmakt.interfaces.web import formats

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
        design_visible=bool(settings.DEBUG or getattr(settings, "DEMO", False) or getattr(user, "is_authenticated", False)),
    )


@register.simple_tag(takes_context=True)
def current(context: Context, url: str) -> SafeString:
    """{% current url %}: aria-current for the link to this page (page) or to a page above it (true)."""
    request = context.get("request")
    if request is None or not url or url == "/":
        return mark_safe("")
    if request.path == url:
        return mark_safe(' aria-current="page"')
    return mark_safe(' aria-current="true"' if request.path.startswith(url) else "")


@register.inclusion_tag("web/parts/notice.html")
def notice(text: object, kind: str = "info", title: str = "") -> dict[str, Any]:
    """{% notice text "warning" title %}: a message of kind info, success, warning or error."""
    known = kind if kind in ("info", "success", "warning", "error") else "info"
    return {"text": text, "kind": known, "title": title}
