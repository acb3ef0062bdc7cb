"""The rule of a share-out as data: a kind from the table, and its parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from egenmakt.core.savings.share_out_rules import KINDS
from egenmakt.core.savings.share_out_rules.common import JsonValue, NotAShareOutRule, Pool, ShareOutKind


@dataclass(frozen=True, slots=True)
class ShareOutRule:
    """How a group divides at the end of its cycle. A parameter that is not named has the kind's own default, and
    is filled in: two rules that say the same are equal."""

    kind: str
    parameters: Mapping[str, JsonValue] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise NotAShareOutRule(f"The share-out {self.kind!r} is unknown; choose one of: {', '.join(KINDS)}.")
        known = {parameter.name: parameter for parameter in self.definition.parameters}
        for name, value in self.parameters.items():
            if name not in known:
                raise NotAShareOutRule(
                    f"The share-out {self.kind} has no parameter {name}; it has: {', '.join(known) or 'none'}."
                )
            known[name].check(value)
        complete = {name: self.parameters.get(name, parameter.default) for name, parameter in known.items()}
        object.__setattr__(self, "parameters", complete)

    @property
    def definition(self) -> ShareOutKind:
        """The kind's line in the table."""
        return KINDS[self.kind]

    @property
    def closes_fund(self) -> bool:
        """Whether the share-out empties the loan fund, so that all debts must be decided."""
        return self.definition.closes_fund

    def value(self, name: str) -> JsonValue:
        """A parameter's value; False for one that the kind does not have."""
        return self.parameters.get(name, False)

    def to_json(self) -> dict[str, JsonValue]:
        """The rule as JSON: kind and all parameters."""
        return {"kind": self.kind, "parameters": dict(self.parameters)}

    @classmethod
    def from_json(cls, document: object) -> ShareOutRule:
        """Read a rule from JSON. Raises NotAShareOutRule, saying what is wrong."""
        if not isinstance(document, dict) or not isinstance(document.get("kind"), str):
            raise NotAShareOutRule(f'The share-out is {document!r}; write it like {{"kind": "proportional"}}.')
        strange = set(document) - {"kind", "parameters"}
        parameters = document.get("parameters", {})
        if strange or not isinstance(parameters, dict):
            raise NotAShareOutRule(f"The share-out {document!r} may hold only a kind and an object of parameters.")
        return cls(document["kind"], parameters)


__all__ = ["KINDS", "NotAShareOutRule", "Pool", "ShareOutRule"]
