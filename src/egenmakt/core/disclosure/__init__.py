"""No small number about people can be found out from what is published together. The last gate before publishing."""

from __future__ import annotations

from egenmakt.core.disclosure.protecting import CannotProtect, protect
from egenmakt.core.disclosure.tables import (
    CountTable,
    Protected,
    ProtectedTable,
    Suppressed,
    TablesDisagree,
    safe_share,
    safe_value,
)

__all__ = [
    "CannotProtect",
    "CountTable",
    "Protected",
    "ProtectedTable",
    "Suppressed",
    "TablesDisagree",
    "protect",
    "safe_share",
    "safe_value",
]
