"""Divide the loan fund among the members, to the last unit: simulated on any day, closed when all is decided."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from egenmakt.core.money import split
from egenmakt.core.savings.positions import GroupPosition, MemberPosition
from egenmakt.core.savings.residue import RESIDUE_RULES, ResidueRule, Rounded, round_claims
from egenmakt.core.savings.settlement import Settlement, settle
from egenmakt.core.savings.share_out_blocks import find_blocks, negative_claims, undecided_debts
from egenmakt.core.savings.share_out_result import (
    ConservationBroken,
    Residue,
    ShareOut,
    ShareOutBlocked,
    ShareOutLine,
    ShareOutTotals,
)
from egenmakt.core.savings.share_out_rule import ShareOutRule
from egenmakt.core.savings.share_out_rules.common import Division, Holding, Pool

ExitValue = Literal["par", "value_of_the_day"]
EXIT_VALUES: tuple[ExitValue, ...] = ("par", "value_of_the_day")


@dataclass(frozen=True, slots=True)
class _Attempt:
    """A share-out as it comes out when setting off and writing off are assumed to add `adjustment` to the profit."""

    adjustment: int
    division: Division
    rounded: Rounded
    settlements: tuple[Settlement, ...]

    @property
    def effect(self) -> int:
        """What setting off and writing off really add to the profit."""
        return sum(x.income_minor for x in self.settlements) - sum(x.written_off_minor for x in self.settlements)

    @property
    def excess(self) -> int:
        return self.effect - self.adjustment


def simulate_share_out(
    *, rule: ShareOutRule, residue_rule: ResidueRule, group: GroupPosition, exit_value: ExitValue = "par"
) -> ShareOut:
    """What everybody would get if the group closed today.

    Args: the rule and the residue rule of the constitution; the group's position, in minor units; how members who
    left or died in the cycle are paid: at par, before the others, or as everybody else.

    Savings and profit are divided by the rule, as if all loans were good. Each member's claim first pays her own
    debts and fines. What is set off of interest and fines is income and is divided too, just as if it had been paid
    a minute before; what is written off is a loss that all bear by the rule. The social fund is not in it.

    Raises: UnbalancedGroup; ValueError for an unknown residue rule or exit value.
    Source: VSLA share-out, v = F / S (vsla.net; SPEX, VSLA contributions), with debts set off.
    """
    if residue_rule not in RESIDUE_RULES:
        raise ValueError(f"The residue rule is {residue_rule!r}; choose one of: {', '.join(RESIDUE_RULES)}.")
    if exit_value not in EXIT_VALUES:
        raise ValueError(f"The exit value is {exit_value!r}; choose one of: {', '.join(EXIT_VALUES)}.")
    group.check_balance()

    def attempt(adjustment: int) -> _Attempt:
        return _attempt(rule, residue_rule, group, exit_value, adjustment)

    final, is_solvent = _settle_together(attempt, group)
    return _result(rule, residue_rule, group, exit_value, final, is_solvent)


def close_share_out(
    *, rule: ShareOutRule, residue_rule: ResidueRule, group: GroupPosition, exit_value: ExitValue = "par"
) -> ShareOut:
    """The share-out with which the cycle closes.

    Raises: ShareOutBlocked, listing every debt without a decision, every promise to repay that is not kept yet, a
    lot that is not drawn, or cash that is lacking.
    """
    share_out = simulate_share_out(rule=rule, residue_rule=residue_rule, group=group, exit_value=exit_value)
    if share_out.blocks:
        raise ShareOutBlocked(share_out.blocks)
    return share_out


def _takes_part(member: MemberPosition, exit_value: ExitValue) -> bool:
    return member.status == "active" or exit_value == "value_of_the_day"


def _shared_extras(rule: ShareOutRule, group: GroupPosition) -> tuple[int, int]:
    """Earlier profit and grants, as far as the rule divides them; an earlier loss is always divided with the fund."""
    retained = group.retained_minor if rule.value("shares_retained") else 0
    if rule.closes_fund:
        retained = retained or min(0, group.retained_minor)
    grants = group.grants_minor if rule.value("shares_grants") else 0
    return retained, grants


def _attempt(
    rule: ShareOutRule, residue_rule: ResidueRule, group: GroupPosition, exit_value: ExitValue, adjustment: int
) -> _Attempt:
    sharing = [member for member in group.members if _takes_part(member, exit_value)]
    pool = Pool(
        holdings=tuple(
            Holding(x.shares, x.savings_minor, x.interest_paid_minor, x.lot, x.has_received_pot) for x in sharing
        ),
        profit_minor=group.profit_minor + sum(_shared_extras(rule, group)) + adjustment,
        money_minor=max(0, group.money_minor - group.payable_minor - group.voluntary_minor),
    )
    division = rule.definition.divide(pool, rule.parameters)
    by_rule = dict(zip((x.member for x in sharing), division.claims, strict=True))
    exact = [_exact_claim(rule, member, by_rule.get(member.member)) for member in group.members]
    lots = [member.lot if member.member in by_rule else None for member in group.members]
    rounded = round_claims(exact=exact, rule=residue_rule, lots=lots)
    settlements = tuple(
        settle(claim_minor=claim, member=member, sets_off_all=rule.closes_fund)
        for claim, member in zip(rounded.claims, group.members, strict=True)
    )
    return _Attempt(adjustment, division, rounded, settlements)


def _exact_claim(rule: ShareOutRule, member: MemberPosition, by_rule: Fraction | None) -> Fraction:
    if not rule.closes_fund:
        return by_rule or Fraction(0)
    at_par = Fraction(member.savings_minor) if by_rule is None else by_rule
    return at_par + member.voluntary_minor


def _settle_together(attempt: Callable[[int], _Attempt], group: GroupPosition) -> tuple[_Attempt, bool]:
    """The attempt in which what was assumed about setting off and writing off comes true.

    A bigger fund makes bigger claims, and bigger claims pay more of the debts, but never more than the fund grew:
    so the excess falls as the assumption rises, and halving finds the place where it reaches zero. Where rounding to
    whole units steps over zero there, a zero close by is taken; where there is none, the excess, a unit or two, is
    kept.
    Returns: the attempt, and False when the losses are larger than those who could bear them.
    """
    high = sum(member.fines_due_minor + member.interest_due_minor for member in group.members)
    best = attempt(high)
    if best.excess == 0:
        return best, True
    step = max(1, group.principal_minor)
    low = -step
    best = attempt(low)
    while best.excess < 0:
        if step > 2**60:
            return attempt(0), False
        step *= 2
        low -= step
        best = attempt(low)
    # not stopped at the first zero: rounding can make several, and the highest loses least
    while high - low > 1:
        middle = (low + high) // 2
        tried = attempt(middle)
        if tried.excess < 0:
            high = middle
        else:
            low, best = middle, tried
    if best.excess:
        near = (attempt(low + step) for step in range(len(group.members), -len(group.members) - 1, -1))
        best = next((tried for tried in near if tried.excess == 0), best)
    return best, True


def _paid_now(payouts: list[int], money_minor: int) -> list[int]:
    """As much of each payout as there is cash for: all of it, or the same part for everybody."""
    if sum(payouts) <= money_minor:
        return payouts
    return split(money_minor, payouts)


def _result(
    rule: ShareOutRule,
    residue_rule: ResidueRule,
    group: GroupPosition,
    exit_value: ExitValue,
    final: _Attempt,
    is_solvent: bool,
) -> ShareOut:
    payouts = [settlement.payout_minor for settlement in final.settlements]
    to_social_fund = final.rounded.to_social_fund_minor
    available = max(0, group.money_minor - group.payable_minor - to_social_fund)
    paid_now = _paid_now(payouts, available)
    lines = tuple(
        _line(rule, member, settlement, now)
        for member, settlement, now in zip(group.members, final.settlements, paid_now, strict=True)
    )
    # insolvent: the losses were not divided, so they are shown as still standing
    unshared = final.excess if is_solvent else 0
    standing_losses = 0 if is_solvent else final.excess
    residue = Residue(
        rule=residue_rule,
        amount_minor=final.rounded.left_over_minor,
        given_to=tuple(group.members[place].member for place in final.rounded.given_to),
        to_social_fund_minor=to_social_fund,
        undrawn_minor=final.rounded.undrawn_minor,
        kept_minor=unshared,
    )
    kept = _kept(rule, group, exit_value, final) + residue.undrawn_minor + unshared
    totals = _totals(group, lines, final, to_social_fund, kept, standing_losses)
    if totals.difference_minor:
        raise ConservationBroken(f"The share-out does not add up: {totals.difference_minor} too much is left.")
    shortage = max(0, sum(payouts) - available)
    return ShareOut(
        lines=lines,
        residue=residue,
        totals=totals,
        value_per_share=_value_per_share(rule, group, exit_value, final),
        undecided=undecided_debts(lines, closes_fund=rule.closes_fund),
        negative_claims=negative_claims(group.members, lines, closes_fund=rule.closes_fund),
        shortage_minor=shortage,
        blocks=find_blocks(
            members=group.members,
            lines=lines,
            residue=residue,
            shortage_minor=shortage,
            closes_fund=rule.closes_fund,
            losses_are_borne=is_solvent and not (rule.closes_fund and final.division.kept_minor < 0),
        ),
    )


def _line(rule: ShareOutRule, member: MemberPosition, settled: Settlement, paid_now: int) -> ShareOutLine:
    savings_back = member.savings_minor if rule.closes_fund else 0
    voluntary_back = member.voluntary_minor if rule.closes_fund else 0
    return ShareOutLine(
        member=member.member,
        status=member.status,
        savings_back_minor=savings_back,
        voluntary_back_minor=voluntary_back,
        profit_part_minor=settled.claim_minor - savings_back - voluntary_back,
        claim_minor=settled.claim_minor,
        set_off_interest_minor=settled.interest_set_off_minor,
        set_off_principal_minor=settled.principal_set_off_minor,
        fines_deducted_minor=settled.fines_deducted_minor,
        payout_minor=settled.payout_minor,
        paid_now_minor=paid_now,
        payable_minor=settled.payout_minor - paid_now,
        written_off_minor=settled.written_off_minor,
        still_owed_minor=sum(debt.left_minor for debt in settled.debts) + settled.claim_below_zero_minor,
        fines_still_due_minor=settled.fines_left_minor,
        debts=settled.debts,
    )


def _kept(rule: ShareOutRule, group: GroupPosition, exit_value: ExitValue, final: _Attempt) -> int:
    """What stays in the group by what it is: debts to others, what the rule does not divide, savings that stay."""
    retained, grants = _shared_extras(rule, group)
    kept = group.external_debt_minor + group.payable_minor + final.division.kept_minor
    kept += group.retained_minor - retained + group.grants_minor - grants
    if not rule.closes_fund:
        kept += group.voluntary_minor
        kept += sum(x.savings_minor for x in group.members if not _takes_part(x, exit_value))
    return kept


def _totals(
    group: GroupPosition,
    lines: tuple[ShareOutLine, ...],
    final: _Attempt,
    to_social_fund: int,
    kept: int,
    standing_losses: int,
) -> ShareOutTotals:
    principal_left = sum(debt.principal_left_minor for line in lines for debt in line.debts)
    below_zero = sum(settlement.claim_below_zero_minor for settlement in final.settlements)
    return ShareOutTotals(
        savings_back_minor=sum(line.savings_back_minor for line in lines),
        voluntary_back_minor=sum(line.voluntary_back_minor for line in lines),
        profit_parts_minor=sum(line.profit_part_minor for line in lines),
        claims_minor=sum(line.claim_minor for line in lines),
        set_off_interest_minor=sum(line.set_off_interest_minor for line in lines),
        set_off_principal_minor=sum(line.set_off_principal_minor for line in lines),
        fines_deducted_minor=sum(line.fines_deducted_minor for line in lines),
        written_off_minor=sum(line.written_off_minor for line in lines),
        payouts_minor=sum(line.payout_minor for line in lines),
        paid_now_minor=sum(line.paid_now_minor for line in lines),
        payable_minor=sum(line.payable_minor for line in lines),
        to_social_fund_minor=to_social_fund,
        kept_minor=kept,
        money_minor=group.money_minor,
        standing_minor=principal_left + below_zero - standing_losses,
    )


def _value_per_share(
    rule: ShareOutRule, group: GroupPosition, exit_value: ExitValue, final: _Attempt
) -> Fraction | None:
    sharing = [member for member in group.members if _takes_part(member, exit_value)]
    shares = sum(member.shares for member in sharing)
    if rule.kind != "proportional" or rule.value("by") != "shares" or shares == 0:
        return None
    return sum(final.division.claims, Fraction(0)) / shares
