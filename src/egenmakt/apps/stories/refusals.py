"""Why a story was not taken in, as a sentence in the reader's language, for every way in which stories come."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext

from egenmakt.core.signification.problems import SENTENCES
from egenmakt.core.words import _

ROUND_SENTENCES: Final[dict[str, str]] = {
    "unreadable": _("It cannot be read: %(problem)s"),
    "unknown_round": _("There is no such round."),
    "other_content": _("The same story is here already with other content. A person decides which one counts."),
    "same_interview": _("The same interview is here already. A person decides whether it is another one."),
    "outside_round": _("The round runs from %(starts_on)s until the day before %(until_on)s."),
    "round_closed": _("The round was closed before this story was told."),
    "not_told_alone": _("By a link only the teller herself tells."),
    "other_group": _("This link is not for the group that the story names."),
    "other_teller": _("This link is for another teller."),
    "not_a_facilitator": _("Whoever collected it does not collect in this round."),
    "unknown_group": _("This group does not belong to the organisation."),
    "attachment_taken": _("One of the files belongs to another story already."),
    "not_allowed": "%(problem)s",
}
"""What is said of a story in its round; what is said of a document by itself stands in core."""


def sentence_of(finding: Mapping[str, Any]) -> str:
    """One finding as a sentence in the reader's language, with its place where it has one."""
    code, values = str(finding["code"]), finding.get("values", {})
    try:
        if code in ROUND_SENTENCES:
            return str(gettext(ROUND_SENTENCES[code]) % values)
        return f"{finding.get('where', '')}: {gettext(SENTENCES[code]) % values}" if code in SENTENCES else code
    except (KeyError, ValueError):
        return code
