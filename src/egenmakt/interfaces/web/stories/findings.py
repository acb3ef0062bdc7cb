"""What is wrong with a framework or a target, and what changed between versions, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from egenmakt.core.signification.differences import SENTENCES as DIFFERENCES
from egenmakt.core.signification.differences import Difference
from egenmakt.core.signification.problems import SENTENCES, Problem


def problem_sentence(problem: Problem) -> str:
    """What is wrong with a framework or a target, in the reader's language."""
    return str(_(SENTENCES[problem.code]) % problem.values)


def difference_sentence(difference: Difference) -> str:
    """What changed from one version to the next, in the reader's language."""
    told = {"old": difference.old, "new": difference.new, "fields": difference.fields}
    return str(_(DIFFERENCES[difference.kind]) % told)
