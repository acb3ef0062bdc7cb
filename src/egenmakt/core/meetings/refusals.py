"""Why a meeting is refused: one sentence each, with the numbers in it and the clause that forbids it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from egenmakt.core.words import _

Value = str | int
"""A number ending in `_minor` is money; the page that shows the sentence formats it."""

# The words are English here and translated where they are shown; every sentence says what would be right.
SENTENCES: dict[str, str] = {
    "wrong_group": _("This meeting belongs to another group."),
    "wrong_cycle": _("This meeting names a cycle that is not the group's open cycle. Start or choose the right cycle."),
    "wrong_constitution": _(
        "The meeting was held under version %(given)s of the constitution, but version %(current)s "
        "was in force. Record it under the version in force."
    ),
    "other_rules": _(
        "The rules that this meeting was held by are not version %(number)s of the constitution as it was adopted. "
        "Fetch the constitution anew."
    ),
    "in_the_future": _("The meeting is dated %(held_on)s, which is after today (%(today)s). Correct the date."),
    "before_the_cycle": _(
        "The meeting is dated %(held_on)s, before the cycle began (%(starts_on)s). Correct the date."
    ),
    "before_the_cut_off": _(
        "The meeting is dated %(held_on)s, before the day of the cut-off sheet (%(cut_off_on)s), which holds what was "
        "done until then. Correct the date."
    ),
    "before_the_last": _(
        "The meeting is dated %(held_on)s, before the last meeting (%(last_held_on)s). "
        "Correct the date, or correct the old meeting instead."
    ),
    "wrong_number": _("This is given as meeting %(given)s; the next meeting of the group is number %(next)s."),
    "wrong_previous": _("The meeting does not follow the group's last meeting. Fetch the last meeting first."),
    "member_missing": _("%(member)s is not on the roll call. Every active member is called once."),
    "member_twice": _("%(member)s is on the roll call twice."),
    "not_a_member": _("%(member)s is not an active member of this group."),
    "expected_disagrees": _(
        "The expected balance of %(box)s is %(expected_minor)s by the ledger, not %(given_minor)s."
    ),
    "difference_without_reason": _(
        "%(box)s: %(counted_minor)s were counted and %(expected_minor)s expected, "
        "a difference of %(difference_minor)s. Count again, or write the reason."
    ),
    "box_not_counted": _("%(box)s holds %(expected_minor)s and was not counted."),
    "box_counted_twice": _("%(box)s is counted twice in the same list."),
    "too_few_counters": _("%(box)s was counted by %(given)s; %(needed)s different members must count it."),
    "counts_differ": _("%(box)s: the counters found different amounts. Count a third time until two agree."),
    "counter_counts_twice": _("%(box)s: the same member counted twice. Two different members count."),
    "counter_absent": _(
        "%(box)s: %(member)s was not at the meeting and cannot have counted it. Let a member who was there count."
    ),
    "step_unknown": _("The step %(step)s is not one of the group's meeting."),
    "step_out_of_order": _("The step %(step)s comes too late: the group takes its steps in the order %(order)s."),
    "step_twice": _("The step %(step)s is there twice."),
    "entry_in_wrong_step": _("An entry of type %(type)s does not belong in the step %(step)s."),
    "shares_not_used": _("This group does not save in shares."),
    "amounts_not_used": _("This group saves in shares, not in free amounts."),
    "too_many_shares": _("%(member)s buys %(given)s shares; at most %(most)s may be bought at a meeting."),
    "too_few_shares": _("%(member)s buys %(given)s shares; at least %(least)s must be bought at a meeting."),
    "compulsory_not_whole": _(
        "%(member)s pays %(given_minor)s in compulsory saving; it is %(amount_minor)s each time, "
        "or a whole number of times that."
    ),
    "voluntary_not_allowed": _("Voluntary saving is not allowed."),
    "withdrawal_above_savings": _(
        "%(member)s wants to withdraw %(given_minor)s and has %(balance_minor)s in voluntary savings."
    ),
    "social_fund_amount": _(
        "%(member)s pays %(given_minor)s to the social fund; it is %(amount_minor)s each time, "
        "or a whole number of times that."
    ),
    "loan_unknown": _("The loan is not one of this group's open loans."),
    "repayment_above_debt": _(
        "The repayment of %(given_minor)s is above the whole debt of %(debt_minor)s. "
        "Take %(debt_minor)s and give back %(left_over_minor)s."
    ),
    "prepayment_below_due": _(
        "%(given_minor)s is not more than the %(due_minor)s that is due today. Write it down as a repayment."
    ),
    "prepayment_repays_all": _(
        "%(given_minor)s repays the whole loan, which costs %(debt_minor)s today. Write it down as a repayment."
    ),
    "rate_outside_loan": _(
        "The new rate cannot begin on %(given)s: choose a day from %(held_on)s on, before the loan ends on %(ends_on)s."
    ),
    "loan_changed_twice": _("The plan of this loan is changed twice in one meeting. Write down what holds in the end."),
    "parts_disagree": _("The parts of the repayment make %(parts_minor)s, not %(given_minor)s."),
    "principal_above_debt": _("The repayment takes %(given_minor)s of principal; %(debt_minor)s is left of the loan."),
    "fine_unknown": _("The fine %(fine)s is not in the group's table of fines."),
    "fine_amount": _("The fine %(fine)s is %(amount_minor)s, not %(given_minor)s."),
    "fine_above_due": _("%(member)s pays %(given_minor)s in fines and owes %(due_minor)s."),
    "no_quorum": _("%(present)s members are here; a decision needs %(needed)s of %(members)s."),
    "vote_lost": _("%(votes_for)s of %(cast)s voted for it; %(needed)s are needed."),
    "votes_above_present": _("%(cast)s votes were counted, but only %(present)s members are here."),
    "loan_above_multiple": _(
        "A loan of %(given_minor)s is above the limit of %(limit_minor)s for %(member)s: "
        "%(multiple)s times the own savings of %(savings_minor)s, less what is already owed (%(owed_minor)s)."
    ),
    "loan_above_most": _("A loan of %(given_minor)s is above the most that is lent, %(limit_minor)s."),
    "box_too_small": _("%(box)s holds %(balance_minor)s; %(given_minor)s cannot be taken from it."),
    "loan_terms": _("The terms of the loan cannot be used: %(problem)s"),
    "loan_currency": _("The loan is in %(given)s; the group's book is in %(currency)s."),
    "loan_date": _("The loan is paid out on %(given)s, but the meeting was held on %(held_on)s."),
    "loan_disbursed_beyond": _(
        "%(given_minor)s would be paid out, but only %(left_minor)s is left of the loan agreed."
    ),
    "too_many_instalments": _("%(given)s instalments are above the most allowed, %(most)s."),
    "too_few_guarantors": _("%(given)s guarantors are named; %(needed)s are needed."),
    "guarantor_is_borrower": _("%(member)s cannot guarantee an own loan."),
    "id_used": _("The id of this %(thing)s is already used."),
    "social_fund_may_not_lend": _("The social fund may not lend."),
    "external_loan_too_early": _(
        "The group may borrow from outside from cycle %(from_cycle)s; this is cycle %(cycle)s."
    ),
    "external_loan_above_limit": _(
        "The group may borrow at most %(limit_minor)s from outside (its last share-out); %(given_minor)s is above that."
    ),
    "exit_with_debt": _(
        "%(member)s still owes %(owed_minor)s after the savings are set off. "
        "Let it be repaid, or write it off by vote, before %(member)s leaves."
    ),
    "exit_with_social_debt": _(
        "%(member)s still owes the social fund %(owed_minor)s. "
        "Let it be repaid, or write it off by vote, before %(member)s leaves."
    ),
    "buy_in_price": _(
        "%(member)s pays %(given_minor)s for %(shares)s shares; a share costs %(price_minor)s today, "
        "so it is %(due_minor)s."
    ),
    "pot_not_used": _("This group has no rotating pot."),
    "pot_undrawn": _("%(amount_minor)s has been saved for the pot and not been drawn. Let a member draw it first."),
    "pot_drawn": _("%(member)s has had the pot in this round; %(waiting)s members wait for it."),
    "payout_disagrees": _("%(member)s is to get %(expected_minor)s by the group's rule, not %(given_minor)s."),
    "payable_above": _("%(member)s is owed %(balance_minor)s; %(given_minor)s cannot be paid out."),
    "share_out_blocked": _("The cycle cannot be closed: %(problem)s"),
    "share_out_misplaced": _("A share-out belongs in a share-out meeting, once."),
    "share_out_missing": _("A share-out meeting must hold the share-out itself."),
    "too_few_keys": _("%(given)s keys were turned; %(needed)s different members must lock the meeting."),
    "keys_in_committee": _(
        "Of those who locked the meeting, %(outside)s are outside the committee; at least %(needed)s must be."
    ),
    "wrong_pin": _("The PIN of %(member)s is wrong. Let %(member)s enter it again."),
    "key_turned_twice": _("%(member)s locked the meeting twice. Let another member turn the key."),
    "key_absent": _(
        "%(member)s was not at the meeting and cannot turn a key. Let a member who was there lock the meeting."
    ),
    "pin_must_wait": _(
        "%(member)s has entered wrong PINs too often and waits %(minutes)s minutes more. "
        "Let another member lock the meeting, or wait."
    ),
    "no_pin": _("%(member)s has no PIN yet. Set one before locking a meeting."),
    "below_zero": _("%(account)s would fall below zero (%(balance_minor)s)."),
    "cut_off_in_the_future": _(
        "The cut-off sheet is dated %(cut_off_on)s, which is after today (%(today)s). Correct the date."
    ),
    "cut_off_unbalanced": _(
        "The cut-off sheet does not balance: what the group has is %(assets_minor)s, and what it "
        "owes and owns is %(claims_minor)s, a difference of %(difference_minor)s."
    ),
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason why a meeting is refused: a code, where in the document, the numbers, and the clause."""

    code: str
    where: str
    values: Mapping[str, Value] = field(default_factory=dict)
    clause: str = ""
    clause_words: str = ""

    def __post_init__(self) -> None:
        if self.code not in SENTENCES:
            raise ValueError(f"{self.code!r} has no sentence.")

    def __str__(self) -> str:
        sentence = SENTENCES[self.code] % self.values
        if not self.clause_words:
            return sentence
        return f"{sentence} ({f'Clause {self.clause}: ' if self.clause else ''}{self.clause_words})"


class MeetingRefused(ValueError):
    """The meeting is refused whole; every reason is listed."""

    def __init__(self, refusals: list[Refusal]) -> None:
        super().__init__(" ".join(str(refusal) for refusal in refusals))
        self.refusals = refusals
