"""Invented groups and people for the tests of paper. No person or group here exists."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from egenmakt.core.ledger.chain import meeting_code
from egenmakt.core.money import split
from egenmakt.core.signification.framework import shipped
from egenmakt.interfaces.exports.pdf.documents.blank_loan_application import BlankLoanApplication
from egenmakt.interfaces.exports.pdf.documents.blank_passbook import BlankPassbook
from egenmakt.interfaces.exports.pdf.documents.loan_agreement import Comparison, Instalment, LoanAgreement
from egenmakt.interfaces.exports.pdf.documents.minutes import (
    ATTENDANCE_STATES,
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
from egenmakt.interfaces.exports.pdf.documents.monthly_report import MonthlyPaper, MonthlyPaperLine
from egenmakt.interfaces.exports.pdf.documents.passbook import Passbook, PassbookLine, PassbookLoan
from egenmakt.interfaces.exports.pdf.documents.return_page import ReturnPage
from egenmakt.interfaces.exports.pdf.documents.share_out_list import ShareOutLine, ShareOutList
from egenmakt.interfaces.exports.pdf.documents.story_cards import StoryCard, StoryCards
from egenmakt.interfaces.exports.pdf.documents.story_form import StoryForm
from egenmakt.interfaces.exports.pdf.parts import BlankList, Group, Person, Vote

PRINTED_AT = datetime(2026, 3, 14, 9, 30, tzinfo=UTC)
FIRST_NAMES = ["Amina", "Beatrice", "Chipo", "Dalia", "Esther", "Fatuma", "Grace", "Halima", "Imani", "Joyce"]
FAMILY_NAMES = ["Achieng", "Banda", "Chirwa", "Dube", "Etyang", "Farah", "Gitau", "Hassan", "Isoke", "Juma"]
WIDOW = Person(name="Amina Achieng", number="07", role="Chair")
GROUP = Group(name="Umoja Savings Group", currency="KES", place="Kibwezi, invented village")


def people(count: int) -> tuple[Person, ...]:
    """Invented members with numbers from 1."""
    return tuple(
        Person(name=f"{FIRST_NAMES[index % 10]} {FAMILY_NAMES[(index + index // 10) % 10]}", number=str(index + 1))
        for index in range(count)
    )


def code(number: int) -> str:
    """The code of an invented meeting."""
    return meeting_code(hashlib.sha256(str(number).encode()).hexdigest())


def passbook(currency: str = "KES", meetings: int = 24, member: Person = WIDOW, scale: int = 100) -> Passbook:
    """Shares at every meeting, two loans, one fine, one correction."""
    lines: list[PassbookLine] = []
    savings, loan = 1200 * scale, 0
    for index in range(meetings):
        number = index + 1
        shares = 1 + index % 5
        taken = 6000 * scale if number in (4, 16) else 0
        repaid = 1000 * scale if loan else 0
        savings += shares * 200 * scale
        loan += taken - repaid
        lines.append(
            PassbookLine(
                meeting_number=number,
                held_on=date(2026, 1, 7) + timedelta(weeks=index),
                code=code(number),
                shares=shares,
                savings_minor=shares * 200 * scale,
                social_fund_minor=50 * scale,
                fines_minor=20 * scale if number == 6 else 0,
                loan_taken_minor=taken,
                loan_repaid_minor=repaid,
                charges_minor=300 * scale if repaid else 0,
                savings_balance_minor=savings,
                loan_balance_minor=loan,
                note="Corrected in meeting 9: one share too many was written in meeting 8." if number == 9 else "",
            )
        )
    loans = []
    for taken_line in (line for line in lines if line.loan_taken_minor):
        end = taken_line.meeting_number + 6
        paid = [line for line in lines if taken_line.meeting_number < line.meeting_number <= end]
        repaid = sum(line.loan_repaid_minor for line in paid)
        loans.append(
            PassbookLoan(
                taken_on=taken_line.held_on,
                due_on=taken_line.held_on + timedelta(weeks=6),
                amount_minor=taken_line.loan_taken_minor,
                repaid_minor=repaid,
                charges_minor=sum(line.charges_minor for line in paid),
                left_minor=taken_line.loan_taken_minor - repaid,
                purpose="Maize seed and fertiliser",
            )
        )
    return Passbook(
        group=replace(GROUP, currency=currency),
        member=member,
        lines=tuple(lines),
        loans=tuple(loans),
        opening_savings_minor=1200 * scale,
    )


def minutes(members: int = 22, currency: str = "KES") -> Minutes:
    """A meeting with a difference at the start, two loans, a decision and a correction."""
    crowd = people(members)
    roll = tuple(
        RollLine(member=person, state=ATTENDANCE_STATES[index % 5] if index % 4 == 3 else "present")
        for index, person in enumerate(crowd)
    )
    savings = tuple(
        StepEntry(who=person.name, what=f"shares: {1 + index % 5}", paid_in_minor=(1 + index % 5) * 20000)
        for index, person in enumerate(crowd)
    )
    steps = (
        Step(title="Social fund", entries=tuple(StepEntry(who=person.name, paid_in_minor=5000) for person in crowd)),
        Step(title="Shares", entries=savings),
        Step(
            title="Loan repayments",
            entries=(StepEntry(who=crowd[0].name, what="Of the loan 1 000, interest 100", paid_in_minor=110000),),
        ),
        Step(title="Fines"),
        Step(
            title="New loans",
            entries=(
                StepEntry(who=crowd[1].name, what="Loan", paid_out_minor=300000),
                StepEntry(who=crowd[2].name, what="Loan", paid_out_minor=150000),
            ),
        ),
    )
    loan_fund = 845500 + sum(entry.paid_in_minor for entry in savings) + 110000 - 450000
    social_fund = 212000 + 5000 * members
    vote = Vote(votes_for=17, votes_against=2, votes_abstaining=1, quorum=15)
    return Minutes(
        group=replace(GROUP, currency=currency),
        meeting_number=31,
        held_on=date(2026, 3, 11),
        code=code(31),
        roll=roll,
        opening=(
            OpeningCount("loan_fund_box", 846000, 845500, "A coin of 5 was missing when the box was opened."),
            OpeningCount("social_fund_box", 212000, 212000),
        ),
        steps=steps,
        loans=(
            LoanGranted(crowd[1], 300000, date(2026, 6, 11), vote, "Two goats", (crowd[3], crowd[4])),
            LoanGranted(crowd[2], 150000, date(2026, 4, 11), Vote(9, 3, 1, 15), "School fees", (crowd[5],)),
        ),
        decisions=(Decision("The next meeting is at the school, because the tree has fallen.", vote),),
        closing=(
            ClosingCount("loan_fund_box", loan_fund, loan_fund - 1000, loan_fund, loan_fund),
            ClosingCount("social_fund_box", social_fund, social_fund, social_fund),
        ),
        first_counter=crowd[6],
        second_counter=crowd[7],
        keys=(
            KeyTurn(replace(crowd[8], role="Key-holder"), True),
            KeyTurn(replace(crowd[9], role="Key-holder"), True),
            KeyTurn(replace(crowd[0], role="Chair"), False),
        ),
        signatories=(
            replace(crowd[0], role="Chair"),
            replace(crowd[1], role="Record-keeper"),
            replace(crowd[6], role="Money-counter"),
            replace(crowd[7], role="Money-counter"),
        ),
        corrections=(
            CorrectionNote(date(2026, 3, 11), "Meeting 30: one share too many for Chipo Chirwa.", -20000, 31),
        ),
    )


def loan_agreement(currency: str = "KES", amount: int = 600000, borrower: Person = WIDOW) -> LoanAgreement:
    """Flat one percent a month over six months, with a fee kept back."""
    balance = amount
    instalments = []
    for index, principal in enumerate(split(amount, [1] * 6)):
        balance -= principal
        instalments.append(Instalment(date(2026, 4 + index, 11), principal, amount // 100, 0, balance))
    return LoanAgreement(
        group=replace(GROUP, currency=currency),
        borrower=borrower,
        amount_minor=amount,
        agreed_on=date(2026, 3, 11),
        paid_out_on=date(2026, 3, 11),
        method_words="Every month you pay one sixth of the loan, and one percent of the whole loan as interest.",
        instalments=tuple(instalments),
        effective_yearly_percent=Decimal("27.4183"),
        fee_deducted_minor=amount // 120,
        purpose="Two goats and a shelter for them",
        guarantors=people(12)[4:6],
        late_rules=("Clause 14: whoever pays late pays a fine of 50 to the loan fund.",),
        comparison=Comparison("The shopkeeper's credit", Decimal("120")),
        witnesses=people(12)[7:8],
    )


def share_out_list(members: int = 22, is_closed: bool = False, currency: str = "KES") -> ShareOutList:
    """Profit by shares; the last member owes more than her claim."""
    crowd = people(members)
    shares = [20 + 7 * index % 31 for index in range(members)]
    profits = split(1234567, shares)
    lines = []
    for person, count, profit in zip(crowd, shares, profits, strict=True):
        claim = count * 20000 + profit
        is_last = person is crowd[-1]
        set_off = claim if is_last else (150000 if int(person.number) % 6 == 0 else 0)
        fines = 0 if is_last or int(person.number) % 4 else 5000
        lines.append(
            ShareOutLine(
                member=person,
                shares=count,
                savings_minor=count * 20000,
                profit_minor=profit,
                set_off_minor=set_off,
                fines_minor=fines,
                payout_minor=claim - set_off - fines,
                still_owed_minor=17000 if is_last and not is_closed else 0,
            )
        )
    return ShareOutList(
        group=replace(GROUP, currency=currency),
        on=date(2026, 12, 16),
        is_closed=is_closed,
        fund_minor=sum(line.claim_minor for line in lines) + 3,
        residue_minor=3,
        residue_rule="Clause 21: what cannot be divided goes to the social fund.",
        lines=tuple(lines),
        split_rule="Clause 20: the profit is divided by shares.",
        blocking=() if is_closed else (f"{crowd[-1].name} still owes 170.00: repay, carry over or write off by vote.",),
    )


def story_cards(per_page: int = 2, count: int = 5, **card: Any) -> StoryCards:
    """Cards with three answers each."""
    answers = (
        ("What kind of change does your story tell about?", "We acted together, Something else, in my own words"),
        ("Who made it happen?", "We together 60 %, Our organisation or its partner 30 %, Somebody from outside 10 %"),
        ("How many does it touch?", "Our group"),
    )
    told = "We asked at the office for the water that was promised, and it came. " * 6
    one = StoryCard(**{"title": "The well", "text": told, "answers": answers, **card})
    return StoryCards(name="What spring told us", cards=(one,) * count, left_out=2, per_page=per_page)


RETURN_PAGE = ReturnPage(
    body="Imani",
    round="Spring 2026",
    people=24,
    least=5,
    greeting="Thank you all for what you told.\nThis is what became of it.",
    question="What kind of change does your story tell about?",
    options=(("We acted together and something concrete became better", 17), ("Nothing changed", 6)),
    is_hidden=True,
    stories=(("The well", "We asked.\nThe water came."),),
    decisions=(("Two leaders are trained in May", "Amina", date(2026, 5, 31)),),
)


MONTHLY_REPORT = MonthlyPaper(
    body="North (invented)",
    month=date(2026, 2, 1),
    state="published",
    edition=2,
    reason="Twelve members of a group in Kibwezi were missed.",
    lines=(
        MonthlyPaperLine("groups", 6, 1020, before=1014),
        MonthlyPaperLine("members", 107, 12327, before=12220, note="Twelve came late.", was=(95, 12315)),
        MonthlyPaperLine("women", 80, 11266, before=11186),
        MonthlyPaperLine("enterprises", None, 57, before=41, unread="l6"),
        MonthlyPaperLine("jobs", 27, 92, before=65),
    ),
    found=(("220 before and 95 in the month make 315; 327 is written.", "A group moved here.", "Amina, 3 March 2026"),),
    done=(
        ("begun", "Amina Achieng", date(2026, 3, 2)),
        ("checked", "Beatrice Banda", date(2026, 3, 3)),
        ("approved", "Chipo Chirwa", date(2026, 3, 4)),
        ("published", "Chipo Chirwa", date(2026, 3, 4)),
    ),
)

EXAMPLES: dict[str, Any] = {
    "passbook": passbook(),
    "minutes": minutes(),
    "loan_agreement": loan_agreement(),
    "share_out_list": share_out_list(),
    "blank_meeting": BlankList(group_name=GROUP.name, currency="KES", members=people(22), empty_lines=3),
    "blank_passbook": BlankPassbook(group_name=GROUP.name, currency="KES"),
    "blank_loan_application": BlankLoanApplication(group_name=GROUP.name, currency="KES"),
    "blank_cut_off_sheet": BlankList(group_name=GROUP.name, currency="KES", members=people(22), empty_lines=3),
    "story_form": StoryForm(framework=shipped(), body="North", round="Spring 2026"),
    "story_cards": story_cards(),
    "return_page": RETURN_PAGE,
    "monthly_report": MONTHLY_REPORT,
}
