"""Hold a file against an IATI ruleset: our own reading of the official rules, so that no network is needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from egenmakt.interfaces.exports.iati.findings import Finding, Severity, place, text_of
from egenmakt.interfaces.exports.iati.rule_kinds import KINDS, Ground, Node, UnknownRule, evaluate, holds
from egenmakt.interfaces.exports.iati.rule_words import in_words

_CONDITIONS_ON_IDENTIFIERS = {"NOT_EXISTING_ORG_ID", "NOT_EXISTING_ORG_ID_PREFIX"}


@dataclass(frozen=True, slots=True)
class Leaf:
    """One rule as it is held against a file: where, for each what, of which kind, and the case itself."""

    number: int
    context: str
    foreach: str | None
    kind: str
    case: Mapping[str, Any]

    @property
    def rule(self) -> str:
        """The official number; several leaves may share one."""
        return str(self.case["ruleInfo"]["id"])

    @property
    def severity(self) -> Severity:
        """Error, or warning."""
        return "error" if self.case["ruleInfo"]["severity"] == "error" else "warning"


def leaves(rules: Mapping[str, Any]) -> tuple[Leaf, ...]:
    """All rules of a ruleset, numbered from 1 in its own order.

    Raises: UnknownRule, for a kind or a condition that has no meaning here.
    """
    return tuple(
        Leaf(number, context, foreach, kind, case)
        for number, (context, foreach, kind, case) in enumerate(
            (leaf for context, kinds in rules.items() for leaf in _leaves(context, None, kinds)), start=1
        )
    )


def _leaves(
    context: str, foreach: str | None, kinds: Mapping[str, Any]
) -> Iterator[tuple[str, str | None, str, Mapping[str, Any]]]:
    for kind, body in kinds.items():
        for case in body["cases"]:
            if kind == "loop":
                if foreach is not None:
                    raise UnknownRule("A loop inside a loop has no meaning here.")
                yield from _leaves(context, case["foreach"], case["do"])
                continue
            if kind not in KINDS:
                raise UnknownRule(f"The ruleset has a kind of rule that is not known: {kind}.")
            if case.get("idCondition", "NOT_EXISTING_ORG_ID") not in _CONDITIONS_ON_IDENTIFIERS:
                raise UnknownRule(f"The ruleset has a condition that is not known: {case['idCondition']}.")
            yield context, foreach, kind, case


def faults(leaf: Leaf, root: Node, ground: Ground) -> Iterator[Node]:
    """The places of a file at which one rule is broken."""
    for node in root.getroottree().xpath(leaf.context):
        for value in _values(leaf, node, ground):
            here = Ground(ground.now, value, ground.known_organisations, ground.agency_prefixes)
            if "condition" in leaf.case and not holds(node, leaf.case["condition"], here):
                continue
            found = KINDS[leaf.kind](node, leaf.case, here)
            yield from (one for one in found if not _excused(leaf, one, ground))


def _values(leaf: Leaf, node: Node, ground: Ground) -> list[str]:
    if leaf.foreach is None:
        return [""]
    return list(dict.fromkeys(text_of(one) for one in evaluate(node, leaf.foreach, ground)))


def _excused(leaf: Leaf, found: Node, ground: Ground) -> bool:
    """Identifiers of organisations that are registered already keep their form, however old it is."""
    condition = leaf.case.get("idCondition")
    if condition is None:
        return False
    text = text_of(found).strip()
    if condition == "NOT_EXISTING_ORG_ID":
        return text in ground.known_organisations
    return any(text.startswith(known) for known in ground.known_organisations)


def check(root: Node, rules: tuple[Leaf, ...], ground: Ground) -> list[Finding]:
    """Everything in a file that breaks a rule, in the order of the rules. The root is that of the whole file."""
    findings = []
    for leaf in rules:
        for fault in faults(leaf, root, ground):
            line, path = place(fault)
            sentence, remedy = in_words(leaf.rule, official=leaf.case["ruleInfo"]["message"])
            findings.append(Finding("ruleset", leaf.rule, leaf.severity, line, path, sentence, remedy))
    return findings
