"""What a test says in words for who is no statistician, and the sober numbers below."""

from __future__ import annotations

from fractions import Fraction
from math import isfinite, sqrt
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from egenmakt.core.patterns.comparison import NOTES, Comparison
from egenmakt.core.patterns.discover import LEFT_OUT
from egenmakt.core.patterns.effects import Effect
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.patterns.pictures.intervals import interval_text

LEVELS: dict[str, tuple[float, float, float]] = {
    "cramers_v": (0.1, 0.3, 0.5),
    "cliffs_delta": (0.147, 0.33, 0.474),
    "spearman": (0.1, 0.3, 0.5),
    "r_squared": (0.01, 0.06, 0.14),
    "r_squared_adjusted": (0.01, 0.06, 0.14),
    "epsilon_squared": (0.01, 0.06, 0.14),
    "partial_epsilon_squared": (0.01, 0.06, 0.14),
}
"""From where a size is called small, medium and large. Sources: Cohen (1988); Romano et al. (2006) for delta."""
DEFAULT_LEVELS = (0.1, 0.3, 0.5)
POWER = 2.8
"""Standard errors that a difference must have to be seen in four cases of five at 5 %: 1.96 + 0.84."""

EFFECT_WORDS: dict[str, Any] = {
    "cramers_v": gettext_lazy("Cramér's V"),
    "cliffs_delta": gettext_lazy("Cliff's delta"),
    "spearman": gettext_lazy("Spearman's rho"),
    "r_squared": gettext_lazy("R²"),
    "r_squared_adjusted": gettext_lazy("R², adjusted"),
    "rho_difference": gettext_lazy("largest difference of rank correlations"),
    "epsilon_squared": gettext_lazy("epsilon²"),
    "partial_epsilon_squared": gettext_lazy("partial epsilon²"),
}
TEST_WORDS: dict[str, Any] = {
    "chi_squared": gettext_lazy("chi-squared test"),
    "kruskal_wallis": gettext_lazy("Kruskal–Wallis test"),
    "mann_whitney": gettext_lazy("Mann–Whitney test, two-sided"),
    "spearman": gettext_lazy("test of Spearman's rank correlation"),
    "permanova": gettext_lazy("PERMANOVA on plain distances"),
    "place_regression": gettext_lazy("PERMANOVA of the place on ranks or on another place"),
    "shares": gettext_lazy("test of the interaction of shares"),
    "interaction": gettext_lazy("F test of the interaction"),
}
SIZE_WORDS = (
    gettext_lazy("hardly any"),
    gettext_lazy("a small"),
    gettext_lazy("a medium"),
    gettext_lazy("a large"),
)
SIZE_NAMES = (
    gettext_lazy("hardly any"),
    gettext_lazy("small"),
    gettext_lazy("medium"),
    gettext_lazy("large"),
)


def level(effect: Effect) -> int:
    """0 for next to nothing, to 3 for large."""
    size = abs(effect.size) if isfinite(effect.size) else 0.0
    return sum(size >= limit for limit in LEVELS.get(effect.name, DEFAULT_LEVELS))


def number(value: float, places: int = 2) -> str:
    """A measured number with the reader's separators."""
    return (
        formats.number_text(Fraction(round(value * 10**places), 10**places), places=places) if isfinite(value) else "–"
    )


def p_text(p: float) -> str:
    """A probability as it is read: p = 0.03; below a thousandth only that."""
    return _("p < %(limit)s") % {"limit": number(0.001, 3)} if p < 0.001 else f"p = {number(p, 3)}"


def effect_text(effect: Effect) -> str:
    """An effect with its interval: Cramér's V = 0.31 (0.12 to 0.47)."""
    name = str(EFFECT_WORDS.get(effect.name, effect.name))
    return f"{name} = {interval_text(effect.size, effect.low, effect.high, write=number)}"


def headline(found: Comparison, *, first: str, second: str) -> str:
    """What the test says, in one sentence."""
    if "too_few" in found.notes or found.effect is None:
        return _("Too few stories to compare these two.")
    values = {"first": first, "second": second, "size": SIZE_WORDS[level(found.effect)]}
    if found.p > 0.05:
        return (
            _("No pattern is shown between “%(first)s” and “%(second)s”. That is not proof that there is none.")
            % values
        )
    if found.test == "spearman":
        if found.effect.size > 0:
            return _("They go together, %(size)s pattern: the higher “%(first)s”, the higher “%(second)s”.") % values
        return (
            _("They go against each other, %(size)s pattern: the higher “%(first)s”, the lower “%(second)s”.") % values
        )
    return _("They go together: %(size)s difference in “%(second)s” by “%(first)s”.") % values


def sober(found: Comparison) -> list[str]:
    """The numbers: test, n, effect with interval, how chance was made, and what must be known to read them."""
    parts = [
        _("n = %(n)s") % {"n": formats.number_text(found.n)},
        str(TEST_WORDS.get(found.test, found.test)),
        p_text(found.p),
    ]
    told = ["; ".join(parts) + "."]
    if found.effect is not None and isfinite(found.effect.size):
        told.append(effect_text(found.effect) + ".")
    if found.triad is not None:
        values = {"spread": p_text(found.triad.dispersion.p), "energy": p_text(found.triad.energy.p)}
        told.append(
            _("Spread beside place (PERMDISP): %(spread)s. Any difference at all (energy): %(energy)s.") % values
        )
    if found.applies_p is not None:
        told.append(_("Whether the question applies, by group: %(p)s.") % {"p": p_text(found.applies_p)})
    if found.permutations:
        told.append(
            _("Chance by %(times)s re-orderings of whole tellers within facilitators.")
            % {"times": formats.number_text(found.permutations)}
        )
    told += [_(NOTES[note]) for note in found.notes if note in NOTES]
    return told


def coarse(found: Comparison) -> list[str]:
    """What may be said of a test whose table has hidden numbers: they could be worked out from the statistic."""
    return [
        _(
            "Some numbers of this table are hidden, so the test's own numbers are not shown: the "
            "hidden ones could be worked out from them."
        ),
        _("At the level of 5 in 100 a pattern is shown.")
        if found.p <= 0.05
        else _("At the level of 5 in 100 no pattern is shown."),
    ]


def seen_least(n: int) -> str:
    """How large a difference must be to be seen with so many stories, half against half."""
    half = n // 2
    if half < 2:
        return ""
    d = POWER * sqrt(2 / half)
    values = {
        "n": formats.number_text(n),
        "half": formats.number_text(half),
        "d": number(d, 1),
    }
    return (
        _(
            "%(n)s stories: differences under about d = %(d)s cannot be seen with %(half)s "
            "against %(half)s. Put rounds together to see smaller ones."
        )
        % values
    )


FEW = 200
"""Below so many stories a page says how large a difference must be to be seen."""


def reason_word(reason: str) -> str:
    """Why a pattern was not tested."""
    return _(LEFT_OUT[reason])
