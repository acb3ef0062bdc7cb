"""Tags of the pages on which stories are told: {% load stories %}."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from egenmakt.interfaces.web.pictures import picture_address
from egenmakt.interfaces.web.wording import marked
from egenmakt.interfaces.web.wording import said as find

if TYPE_CHECKING:
    from egenmakt.interfaces.web.stories.asking import Asked

register = template.Library()


@register.simple_tag(takes_context=True)
def said(context: Context, text: Any) -> SafeString:
    """{% said question.text %}: a framework's text in the teller's language, marked where it is in another one."""
    language = context["language"]
    found = find(text, language=language, languages=context.get("languages") or ())
    return marked(found, page_language=context.get("page_language") or language)


@register.simple_tag(takes_context=True)
def said_plain(context: Context, text: Any) -> str:
    """{% said_plain corner %}: the same without marks, for an attribute."""
    return find(text, language=context["language"], languages=context.get("languages") or ()).text


@register.inclusion_tag("web/stories/question.html", takes_context=True)
def question(context: Context, asked: Asked) -> dict[str, Any]:
    """{% question asked %}: one question with its control, its help and what is wrong with the answer."""
    inherited = {name: context.get(name) for name in ("language", "languages", "page_language", "request")}
    return {**inherited, "asked": asked, "question": asked.question, "error": asked.error, **asked.control_context}


@register.simple_tag
def picture(name: str) -> SafeString | str:
    """{% picture option.picture %}: a picture beside its word, which says the same; nothing for a name without one."""
    address = picture_address(name)
    return format_html('<img src="{}" alt="" width="80" height="80">', address) if address else ""


@register.simple_tag
def picture_in_canvas(name: str) -> SafeString | str:
    """{% picture_in_canvas question.picture %}: the picture on which stones are laid."""
    address = picture_address(name)
    return format_html('<image href="{}" width="400" height="400"/>', address) if address else ""
