"""Why a meeting was not accepted, as a sentence in the reader's language."""

from __future__ import annotations

from typing import Any

from babel import Locale, UnknownLocaleError
from babel.numbers import format_currency
from django.utils.translation import get_language, gettext, gettext_noop

from egenmakt.core.meetings.refusals import SENTENCES
from egenmakt.core.money import Money, UnknownCurrency

# What is said about a document before, or after, the group's rules have been asked.
AROUND_THE_RULES = {
    "unreadable": gettext_noop("The document cannot be read. At %(where)s it %(problem)s."),
    "unknown_group": gettext_noop(
        "The group %(group)s is not known here. Choose the right group, or the right server."
    ),
    "not_ready": gettext_noop("The group cannot meet yet: %(problem)s"),
    "other_content": gettext_noop(
        "Meeting %(number)s is recorded already with another content. Both are kept; the group decides which is right."
    ),
    "second_child": gettext_noop(
        "Another phone has recorded meeting %(number)s after the same meeting. Both are kept; the group decides which "
        "is right."
    ),
    "contradiction": gettext_noop(
        "The meeting contradicts what is recorded already (%(problem)s). It is kept; show it to your organisation."
    ),
    "not_allowed": "%(problem)s",
}
_UNKNOWN = gettext_noop("The meeting was not accepted (%(code)s). It is kept; show it to your organisation.")


def sentence(finding: dict[str, Any], *, currency: str) -> str:
    """A finding in the language that is active now; amounts in the group's currency."""
    code, values = finding["code"], dict(finding["values"])
    text = SENTENCES.get(code) or AROUND_THE_RULES.get(code)
    if text is None:
        return gettext(_UNKNOWN) % {"code": code}
    shown = {name: _shown(name, value, currency) for name, value in values.items()}
    return gettext(text) % {**shown, "where": finding["where"] or "/"}


def _shown(name: str, value: Any, currency: str) -> Any:
    if not name.endswith("_minor") or not currency:
        return value
    try:
        major = Money(value, currency).major()
    except (UnknownCurrency, ValueError):
        return value
    return format_currency(major, currency, locale=_locale())


def _locale() -> Locale:
    try:
        return Locale.parse(get_language() or "en", sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en")
