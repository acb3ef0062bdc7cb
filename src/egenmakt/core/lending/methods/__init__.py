"""The loan methods. A new one is one module beside this file and one line in this table."""

from __future__ import annotations

from typing import Final

from egenmakt.core.lending.methods import (
    balloon,
    bullet,
    equal_instalments,
    equal_principal,
    flat,
    interest_free,
    own_percentages,
)
from egenmakt.core.lending.methods.base import Method

METHODS: Final[dict[str, Method]] = {
    "flat": flat.METHOD,
    "equal_instalments": equal_instalments.METHOD,
    "equal_principal": equal_principal.METHOD,
    "bullet": bullet.METHOD,
    "balloon": balloon.METHOD,
    "interest_free": interest_free.METHOD,
    "own_percentages": own_percentages.METHOD,
}
