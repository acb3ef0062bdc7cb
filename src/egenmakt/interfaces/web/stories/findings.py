"""Why a story was not taken in, in words: the sentences of core, and those of the round that it came to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from egenmakt.core.signification.differences import SENTENCES as DIFFERENCES
from egenmakt.core.signification.differences import Difference
from egenmakt.core.signification.problems import SENTENCES, Problem

ROUND_SENTENCES: dict[str, Any] = {
    "unreadable": gettext_lazy("It cannot be read: %(problem)s"),
    "unknown_round": gettext_lazy("There is no such round."),
    "other_content": gettext_lazy(
        "The same story is here already with other content. A person decides which one counts."
    ),
    "same_interview": gettext_lazy("The same interview is here already. A person decides whether it is another one."),
    "outside_round": gettext_lazy("The round runs from %(starts_on)s until the day before %(until_on)s."),
    "round_closed": gettext_lazy("The round was closed before this story was told."),
    "not_told_alone": gettext_lazy("By a link only the teller herself tells."),
    "other_teller": gettext_lazy("This link is for another teller."),
    "not_a_facilitator": gettext_lazy("Whoever collected it does not collect in this round."),
    "unknown_group": gettext_lazy("This group does not belong to the organisation."),
    "attachment_taken": gettext_lazy("One of the files belongs to another story already."),
}


def problem_sentence(problem: Problem) -> str:
    """What is wrong with a framework or a target, in the reader's language."""
    return str(_(SENTENCES[problem.code]) % problem.values)


def difference_sentence(difference: Difference) -> str:
    """What changed from one version to the next, in the reader's language."""
    told = {"old": difference.old, "new": difference.new, "fields": difference.fields}
    return str(_(DIFFERENCES[difference.kind]) % told)


def sentence_of(finding: Mapping[str, Any]) -> str:
    """One finding as a sentence in the reader's language."""
    code, values = str(finding["code"]), finding.get("values", {})
    if code in ROUND_SENTENCES:
        return str(ROUND_SENTENCES[code] % values)
    try:
        return f"{finding.get('where', '')}: {_(SENTENCES[code]) % values}" if code in SENTENCES else code
    except (KeyError, ValueError):
        return code
