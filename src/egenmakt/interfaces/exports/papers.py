"""What stands on each paper, put together from what is read of a group; the papers themselves are in `pdf`."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from egenmakt.apps.groups.models import OfficeHeld
from egenmakt.apps.groups.queries.access import OpenedGroup
from egenmakt.apps.groups.queries.loans import LoanPage
from egenmakt.apps.groups.queries.members import MemberName
from egenmakt.apps.groups.queries.minutes import Minutes as ToldMinutes
from egenmakt.apps.groups.queries.minutes import ToldEntry
from egenmakt.apps.groups.queries.passbook import PassbookLine as ReadLine
from egenmakt.apps.groups.queries.share_out import ShareOutToday
from egenmakt.apps.lending.models import Loan
from egenmakt.core.lending.schedule import Schedule
from egenmakt.core.meetings.document import ClosingCount as Closing
from egenmakt.core.meetings.fields import BOXES
from egenmakt.core.meetings.fields import Vote as Votes
from egenmakt.core.savings.constitution import Constitution
from egenmakt.core.savings.share_out_result import ShareOut
from egenmakt.interfaces.exports.loan_decisions import loan_decision
from egenmakt.interfaces.exports.paper_words import BLOCKS, ENTRIES, METHODS, OFFICES, STEPS
from egenmakt.interfaces.exports.pdf.documents.loan_agreement import Instalment, LoanAgreement
from egenmakt.interfaces.exports.pdf.documents.minutes import (
    ClosingCount,
    CorrectionNote,
    Decision,
    KeyTurn,
    LoanGranted,
    Minutes,
    OpeningCount,
    RollLine,
    Step,
    StepEntry,
)
from egenmakt.interfaces.exports.pdf.documents.passbook import Passbook, PassbookLine, PassbookLoan
from egenmakt.interfaces.exports.pdf.documents.share_out_list import ShareOutLine, ShareOutList
from egenmakt.interfaces.exports.pdf.labels import Words
from egenmakt.interfaces.exports.pdf.parts import Group, NotPrintable, Person, Vote

SAVINGS = ("shares", "compulsory_savings", "voluntary_savings")
TAKEN = ("loan_disbursed", "opening_balance")
REPAID = ("repayment_principal", "set_off_principal")


def paper_group(opened: OpenedGroup) -> Group:
    """The group as it stands on every paper."""
    place = opened.group.node.place
    return Group(name=opened.name, currency=opened.currency, place=place.name if place else "")


def paper_person(member: MemberName | None, *, role: str = "") -> Person:
    """A member as she stands on paper."""
    return Person(name=member.name, number=str(member.number), role=role) if member else Person(name="–")


def passbook_paper(
    *, opened: OpenedGroup, member: MemberName, lines: Iterable[ReadLine], loans: Iterable[Loan], share_price_minor: int
) -> Passbook:
    """A member's passbook, a line for each meeting. Raises: NotPrintable before the first meeting."""
    by_meeting: defaultdict[int, list[ReadLine]] = defaultdict(list)
    for line in lines:
        by_meeting[line.meeting_number].append(line)
    opening = by_meeting.pop(0, [])
    savings, loan = _change(opening, SAVINGS), _change(opening, ("loan_principal",))
    opening_savings, opening_loan = savings, loan
    made = []
    for number in sorted(by_meeting):
        found = by_meeting[number]
        savings += _change(found, SAVINGS)
        loan += _change(found, ("loan_principal",))
        made.append(_passbook_line(number, found, savings, loan, share_price_minor))
    read = [line for found in (opening, *by_meeting.values()) for line in found]
    return Passbook(
        group=paper_group(opened),
        member=paper_person(member),
        lines=tuple(made),
        loans=tuple(paper for loan_row in loans if (paper := _passbook_loan(loan_row, read))),
        opening_savings_minor=opening_savings,
        opening_loan_minor=opening_loan,
    )


def _change(lines: Iterable[ReadLine], kinds: tuple[str, ...], reasons: tuple[str, ...] = ()) -> int:
    """What some lines added to some kinds of account, for some reasons or for any; what was taken back counts back."""
    return sum(
        line.amount_minor
        for line in lines
        if line.kind in kinds and (not reasons or line.reason.removeprefix("reversal_of_") in reasons)
    )


def _passbook_line(number: int, lines: list[ReadLine], savings: int, loan: int, share_price_minor: int) -> PassbookLine:
    first = next(line for line in lines if line.code) if any(line.code for line in lines) else lines[0]
    bought = _change(lines, ("shares",))
    return PassbookLine(
        meeting_number=number,
        held_on=first.on,
        code=first.code,
        savings_balance_minor=savings,
        loan_balance_minor=loan,
        shares=bought // share_price_minor if share_price_minor and bought > 0 else None,
        savings_minor=_change(lines, SAVINGS),
        social_fund_minor=_change(lines, ("social_fund",)),
        fines_minor=-_change(lines, ("fines_due",), ("fine_cleared",)),
        loan_taken_minor=_change(lines, ("loan_principal",), TAKEN),
        loan_repaid_minor=-_change(lines, ("loan_principal",), REPAID),
        charges_minor=_change(lines, ("loan_interest", "loan_fees")),
        loan_written_off_minor=-_change(lines, ("loan_principal",), ("loan_written_off",)),
        note=_("Corrected after the meeting; the minutes say why.") if any(x.is_correction for x in lines) else "",
    )


def _passbook_loan(loan: Loan, lines: list[ReadLine]) -> PassbookLoan | None:
    own = [line for line in lines if line.loan_id == loan.id]
    taken = _change(own, ("loan_principal",), TAKEN)
    if taken <= 0 or not loan.schedule:
        return None
    return PassbookLoan(
        taken_on=loan.granted_on,
        due_on=date.fromisoformat(max(row["due_on"] for row in loan.schedule["rows"])),
        amount_minor=taken,
        repaid_minor=-_change(own, ("loan_principal",), REPAID),
        charges_minor=_change(own, ("loan_interest", "loan_fees")),
        left_minor=_change(own, ("loan_principal",)),
        written_off_minor=-_change(own, ("loan_principal",), ("loan_written_off",)),
    )


def minutes_paper(
    *, opened: OpenedGroup, told: ToldMinutes, offices: Mapping[UUID, tuple[str, ...]], words: Words
) -> Minutes:
    """The minutes of a meeting as it is in force. Raises: NotPrintable for a period from a paper book."""
    document = told.document
    counters = [by for count in document.closing for by, _amount in count.counts]
    if not counters:
        raise NotPrintable("Nobody counted the boxes at the end of this meeting, so it has no minutes to sign.")
    signing = [
        paper_person(told.names.get(member), role=", ".join(str(OFFICES[office]) for office in held))
        for member, held in offices.items()
        if set(held) & set(OfficeHeld.COMMITTEE)
    ]
    return Minutes(
        group=paper_group(opened),
        meeting_number=told.meeting.number,
        held_on=document.held_on,
        code=told.meeting.code,
        roll=tuple(
            RollLine(paper_person(told.names.get(member)), "on_leave" if state == "leave" else state)
            for member, state in document.roll_call
        ),
        opening=tuple(_opening(told)),
        steps=tuple(
            Step(
                str(STEPS[step.name]), tuple(_entry(entry, told) for entry in step.entries if entry.type != "decision")
            )
            for step in told.steps
            if step.name != "decisions"
        ),
        closing=tuple(_closings(told)),
        first_counter=paper_person(told.names.get(counters[0])),
        second_counter=paper_person(told.names.get(counters[1 if len(counters) > 1 else 0])),
        keys=tuple(
            KeyTurn(paper_person(told.names.get(key.member)), key.member not in told.committee) for key in document.keys
        ),
        signatories=tuple(signing),
        loans=tuple(_granted(entry, told) for step in told.steps for entry in step.entries if entry.type == "loan"),
        decisions=tuple(_decisions(told, opened.currency, words)),
        corrections=tuple(
            CorrectionNote(
                recorded_on=correction.corrected_at.date(),
                text=correction.reason,
                decided_in_meeting=correction.decided_in.number if correction.decided_in else None,
            )
            for correction in told.corrections
        ),
    )


def _opening(told: ToldMinutes) -> Iterable[OpeningCount]:
    counted = {count.box: count for count in told.document.opening}
    for box in BOXES:
        if box in counted:
            count = counted[box]
            yield OpeningCount(box, count.expected_minor, count.counted_minor, count.reason)
        elif box == "loan_fund_box" or told.expected[box]:
            # a box that was empty is not counted; it still stands on the paper
            yield OpeningCount(box, 0, 0)


def _closings(told: ToldMinutes) -> Iterable[ClosingCount]:
    for count in told.document.closing:
        yield _closing(count, told.expected[count.box])
    done = {count.box for count in told.document.closing}
    for box in BOXES:
        if box not in done and (box == "loan_fund_box" or told.expected[box]):
            yield ClosingCount(box, told.expected[box], told.expected[box], told.expected[box])


def _closing(count: Closing, expected_minor: int) -> ClosingCount:
    """The first two counts; where they differ, what most counters found settles it."""
    amounts = [amount for _by, amount in count.counts] or [expected_minor]
    first, second = amounts[0], amounts[1 if len(amounts) > 1 else 0]
    agreed = Counter(amounts).most_common(1)[0][0]
    third = None if first == second else agreed
    return ClosingCount(count.box, expected_minor, first, second, third, count.reason)


def _entry(entry: ToldEntry, told: ToldMinutes) -> StepEntry:
    member = entry.fields.get("member")
    if member is None and "loan" in entry.fields:
        member = told.borrowers.get(entry.fields["loan"])
    name = told.names.get(member) if member else None
    who = f"{name.name} ({name.number})" if name else _("The group")
    words = str(entry.fields.get("words") or entry.fields.get("fine") or entry.fields.get("lender") or "")
    what = f"{ENTRIES[entry.type]}: {words}" if words else str(ENTRIES[entry.type])
    return StepEntry(who, what, entry.paid_in_minor, entry.paid_out_minor)


def _granted(entry: ToldEntry, told: ToldMinutes) -> LoanGranted:
    schedule = Schedule.from_json({"terms": entry.fields["terms"], "rows": []})
    rows = [row.due_on for row in schedule.exact_rows]
    return LoanGranted(
        borrower=paper_person(told.names.get(entry.fields["member"])),
        amount_minor=entry.fields["terms"]["principal_minor"],
        due_on=max(rows),
        vote=_vote(entry.fields["vote"], told),
        guarantors=tuple(paper_person(told.names.get(guarantor)) for guarantor in entry.fields["guarantors"]),
    )


def _decisions(told: ToldMinutes, currency: str, words: Words) -> Iterable[Decision]:
    """What was decided about loans on the way, and everything else that the group decided in its own words."""
    for entry in (entry for step in told.steps for entry in step.entries):
        if entry.type == "decision":
            yield Decision(entry.fields["words"], _vote(entry.fields["vote"], told))
        elif "loan" in entry.fields and "vote" in entry.fields:
            name = told.names.get(told.borrowers.get(entry.fields["loan"]) or UUID(int=0))
            who = f"{name.name} ({name.number})" if name else "–"
            text = loan_decision(entry, borrower=who, currency=currency, words=words)
            yield Decision(text, _vote(entry.fields["vote"], told))


def _vote(vote: Votes | None, told: ToldMinutes) -> Vote:
    rules = told.state.constitution
    active = sum(member.active for member in told.state.members.values())
    quorum = -(-active * rules.quorum_numerator // rules.quorum_denominator)
    # a decision without hands counted was agreed by all who were there
    found = vote or Votes(len(told.document.roll_call), 0, 0)
    return Vote(found.votes_for, found.against, found.abstained, quorum if vote else 0)


def quoted(rules: Constitution, rule: str) -> str:
    """A clause in the group's own words, with its number as the reader's language names it."""
    clause = rules.clause_for(rule)
    values = {"number": clause.number, "words": clause.words}
    return _("Clause %(number)s: %(words)s") % values if clause.number else clause.words


def loan_agreement_paper(
    *, opened: OpenedGroup, page: LoanPage, names: Mapping[UUID, MemberName], rules: Constitution
) -> LoanAgreement:
    """A loan as the borrower signs it. Raises: NotPrintable for a loan from outside, or without a yearly rate."""
    schedule, cost, loan = page.schedule, page.cost, page.loan
    if schedule is None or cost is None or loan.borrower is None:
        raise NotPrintable("A loan from outside has the lender's own agreement.")
    if cost.effective_yearly_percent is None:
        raise NotPrintable("No yearly rate can be named for this loan, so its agreement would not say what it costs.")
    late = [quoted(rules, "fines")] if rules.fines.lines else []
    return LoanAgreement(
        group=paper_group(opened),
        borrower=paper_person(names.get(loan.borrower)),
        amount_minor=schedule.terms.principal_minor,
        agreed_on=loan.granted_on,
        paid_out_on=schedule.terms.disbursed_on,
        method_words=str(METHODS[schedule.terms.method]),
        instalments=tuple(
            Instalment(row.due_on, row.principal_minor, row.interest_minor, row.fee_minor, row.balance_after_minor)
            for row in schedule.rows[schedule.rows_before :]
        ),
        effective_yearly_percent=Decimal(cost.effective_yearly_percent),
        fee_deducted_minor=schedule.disbursement_fee_minor,
        guarantors=tuple(paper_person(names.get(UUID(str(guarantor)))) for guarantor in loan.guarantors),
        late_rules=tuple(late),
    )


def share_out_paper(*, opened: OpenedGroup, page: ShareOutToday, on: date, words: Words) -> ShareOutList:
    """The share-out as it would be on a day. Raises: NotPrintable when there is nothing to divide."""
    result = page.result
    if result is None:
        raise NotPrintable("The book does not balance, so no share-out can be worked out from it.")
    rules = page.state.constitution
    residue = result.residue
    over = residue.to_social_fund_minor + residue.undrawn_minor + residue.kept_minor
    in_shares = rules.savings_form == "shares"
    return ShareOutList(
        group=paper_group(opened),
        on=on,
        is_closed=False,
        fund_minor=result.totals.claims_minor + over,
        lines=tuple(
            ShareOutLine(
                member=paper_person(page.names.get(UUID(str(line.member)))),
                savings_minor=line.savings_back_minor + line.voluntary_back_minor,
                profit_minor=line.profit_part_minor,
                payout_minor=line.payout_minor,
                shares=page.shares.get(UUID(str(line.member)), 0) if in_shares else None,
                set_off_minor=line.set_off_minor,
                fines_minor=line.fines_deducted_minor,
                still_owed_minor=line.still_owed_minor,
            )
            for line in result.lines
        ),
        residue_minor=over,
        residue_rule=quoted(rules, "residue_rule"),
        split_rule=quoted(rules, "share_out"),
        blocking=tuple(_blocks(result, page.names, opened.currency, words)),
    )


def _blocks(result: ShareOut, names: Mapping[UUID, MemberName], currency: str, words: Words) -> Iterable[str]:
    for block in result.blocks:
        member = names.get(UUID(str(block.member))) if block.member is not None else None
        who = member.name if member else ""
        yield str(BLOCKS[block.code]) % {"who": who, "amount": words.money(block.amount_minor, currency)}
