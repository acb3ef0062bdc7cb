"""Each entry of a meeting in a sentence, with names and money, as somebody would read the minutes aloud."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from egenmakt.apps.groups.queries.minutes import Minutes, ToldEntry
from egenmakt.core.meetings.fields import Vote
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.reading import member_text, money_text
from egenmakt.interfaces.web.reading_words import BOXES


@dataclass(frozen=True)
class Teller:
    """Says who and how much, in one group's minutes."""

    minutes: Minutes
    currency: str

    def who(self, member: UUID | None) -> str:
        """A member by name."""
        return member_text(self.minutes.names.get(member) if member else None)

    def borrower(self, loan: UUID) -> str:
        """Whose a loan is."""
        return self.who(self.minutes.borrowers.get(loan))

    def money(self, minor: int) -> str:
        """An amount."""
        return money_text(minor, self.currency)


def sentence(entry: ToldEntry, teller: Teller) -> str:
    """What one entry says."""
    return SENTENCES[entry.type](entry, teller)


def vote_words(vote: Vote | None) -> str:
    """How the group voted, or "" where no vote was written down."""
    if vote is None:
        return ""
    return _("Votes: %(votes_for)s for, %(against)s against, %(abstained)s abstained.") % {
        "votes_for": formats.number_text(vote.votes_for),
        "against": formats.number_text(vote.against),
        "abstained": formats.number_text(vote.abstained),
    }


def vote_of(entry: ToldEntry) -> str:
    """The vote of an entry in words, where it has one."""
    found = entry.fields.get("vote")
    return vote_words(found) if isinstance(found, Vote) else ""


Say = Callable[[ToldEntry, Teller], str]


def _member_amount(words: Callable[[], str]) -> Say:
    def say(entry: ToldEntry, teller: Teller) -> str:
        values = {"who": teller.who(entry.fields["member"]), "amount": teller.money(entry.fields["amount"])}
        return words() % values

    return say


def _words_amount(words: Callable[[], str]) -> Say:
    def say(entry: ToldEntry, teller: Teller) -> str:
        values = {
            "amount": teller.money(entry.fields["amount"]),
            "words": entry.fields.get("words", ""),
            "box": str(BOXES.get(entry.fields.get("box", ""), "")),
        }
        return words() % values

    return say


def _social_grant(entry: ToldEntry, teller: Teller) -> str:
    values = {"amount": teller.money(entry.fields["amount"]), "words": entry.fields["words"]}
    member = entry.fields["member"]
    if member is None:
        return _("The social fund gave %(amount)s: %(words)s") % values
    return _("%(who)s got %(amount)s from the social fund: %(words)s") % {**values, "who": teller.who(member)}


def _shares(entry: ToldEntry, teller: Teller) -> str:
    count = entry.fields["shares"]
    words = ngettext(
        "%(who)s bought %(count)s share for %(amount)s.", "%(who)s bought %(count)s shares for %(amount)s.", count
    )
    amount = entry.paid_in_minor or count * teller.minutes.state.constitution.share_price_minor
    return words % {
        "who": teller.who(entry.fields["member"]),
        "count": formats.number_text(count),
        "amount": teller.money(amount),
    }


def _buy_in(entry: ToldEntry, teller: Teller) -> str:
    return _("%(who)s bought in with %(count)s shares for %(amount)s.") % {
        "who": teller.who(entry.fields["member"]),
        "count": formats.number_text(entry.fields["shares"]),
        "amount": teller.money(entry.fields["amount"]),
    }


def _prepayment(entry: ToldEntry, teller: Teller) -> str:
    if entry.fields["effect"] == "shorten":
        effect = _("The instalments stay as they are, and the loan ends earlier.")
    else:
        effect = _("The loan ends when it was to end, and its instalments get lower.")
    return f"{_repayment(entry, teller)} {_('It is paid back early.')} {effect}"


def _rate_change(entry: ToldEntry, teller: Teller) -> str:
    return _("The interest on the loan of %(who)s is %(rate)s %% from %(day)s.") % {
        "who": teller.borrower(entry.fields["loan"]),
        "rate": formats.number_text(entry.fields["rate_percent"]),
        "day": formats.date_text(entry.fields["on"]),
    }


def _repayment(entry: ToldEntry, teller: Teller) -> str:
    made = {transfer.reason: transfer.amount_minor for transfer in entry.made}
    words = _("%(who)s repaid %(amount)s") % {
        "who": teller.borrower(entry.fields["loan"]),
        "amount": teller.money(entry.fields["amount"]),
    }
    named = (
        ("repayment_principal", _("%(amount)s of the loan")),
        ("repayment_interest", _("%(amount)s interest")),
        ("repayment_fee", _("%(amount)s fee")),
    )
    parts = [text % {"amount": teller.money(made[reason])} for reason, text in named if made.get(reason)]
    return f"{words}: {', '.join(parts)}." if parts else f"{words}."


def _fine(entry: ToldEntry, teller: Teller) -> str:
    return _("%(who)s was fined %(amount)s: %(fine)s.") % {
        "who": teller.who(entry.fields["member"]),
        "amount": teller.money(entry.fields["amount"]),
        "fine": entry.fields["fine"],
    }


def _waiver(entry: ToldEntry, teller: Teller) -> str:
    return _("The group waived a fine of %(amount)s for %(who)s: %(words)s") % {
        "who": teller.who(entry.fields["member"]),
        "amount": teller.money(entry.fields["amount"]),
        "words": entry.fields["words"],
    }


def _loan(entry: ToldEntry, teller: Teller) -> str:
    terms: Mapping[str, Any] = entry.fields["terms"]
    count = int(terms.get("instalments", 1))
    words = ngettext(
        "%(who)s got a loan of %(amount)s, to be repaid in %(count)s instalment.",
        "%(who)s got a loan of %(amount)s, to be repaid in %(count)s instalments.",
        count,
    ) % {
        "who": teller.who(entry.fields["member"]),
        "amount": teller.money(terms["principal_minor"]),
        "count": formats.number_text(count),
    }
    if entry.fields["box"] == "social_fund_box":
        words += " " + _("It came out of the social fund.")
    guarantors = ", ".join(teller.who(guarantor) for guarantor in entry.fields["guarantors"])
    return f"{words} " + _("Guarantors: %(names)s.") % {"names": guarantors} if guarantors else words


def _disbursement(entry: ToldEntry, teller: Teller) -> str:
    return _("%(who)s was paid a further %(amount)s of her loan.") % {
        "who": teller.borrower(entry.fields["loan"]),
        "amount": teller.money(entry.fields["amount"]),
    }


def _write_off(entry: ToldEntry, teller: Teller) -> str:
    return _("The group wrote off %(amount)s of the loan of %(who)s: %(words)s") % {
        "who": teller.borrower(entry.fields["loan"]),
        "amount": teller.money(sum(transfer.amount_minor for transfer in entry.made)),
        "words": entry.fields["words"],
    }


def _reschedule(entry: ToldEntry, teller: Teller) -> str:
    return _("The group gave %(who)s a new plan for the %(amount)s that is left of her loan.") % {
        "who": teller.borrower(entry.fields["loan"]),
        "amount": teller.money(entry.fields["terms"]["principal_minor"]),
    }


def _external_loan(entry: ToldEntry, teller: Teller) -> str:
    return _("The group borrowed %(amount)s from %(lender)s.") % {
        "amount": teller.money(entry.fields["amount"]),
        "lender": entry.fields["lender"],
    }


def _external_repayment(entry: ToldEntry, teller: Teller) -> str:
    return _("The group repaid %(principal)s of its loan from outside, and %(interest)s interest.") % {
        "principal": teller.money(entry.fields["principal"]),
        "interest": teller.money(entry.fields["interest"]),
    }


def _exit(entry: ToldEntry, teller: Teller) -> str:
    values = {"who": teller.who(entry.fields["member"]), "amount": teller.money(entry.paid_out_minor)}
    if entry.fields["reason"] == "died":
        words = _("%(who)s has died; %(amount)s was paid to the heirs.") % values
    else:
        words = _("%(who)s left the group and was paid %(amount)s.") % values
    return f"{words} {entry.fields['words']}".strip()


def _share_out(entry: ToldEntry, teller: Teller) -> str:
    payouts = {member: amount for member, amount in entry.fields["payouts"].items() if amount}
    parts = [
        _("%(who)s %(amount)s") % {"who": teller.who(member), "amount": teller.money(amount)}
        for member, amount in payouts.items()
    ]
    words = _("The group shared out %(amount)s and closed the cycle.") % {"amount": teller.money(sum(payouts.values()))}
    return f"{words} " + _("Paid out: %(list)s.") % {"list": "; ".join(parts)} if parts else words


def _decision(entry: ToldEntry, teller: Teller) -> str:
    return _("The group decided: %(words)s") % {"words": entry.fields["words"]}


SENTENCES: Mapping[str, Say] = {
    "contribution": _member_amount(lambda: _("%(who)s paid %(amount)s to the social fund.")),
    "social_grant": _social_grant,
    "shares": _shares,
    "compulsory": _member_amount(lambda: _("%(who)s saved %(amount)s.")),
    "voluntary": _member_amount(lambda: _("%(who)s saved %(amount)s of her own will.")),
    "withdrawal": _member_amount(lambda: _("%(who)s took out %(amount)s of her savings.")),
    "buy_in": _buy_in,
    "pot": _member_amount(lambda: _("%(who)s drew the pot of %(amount)s.")),
    "repayment": _repayment,
    "prepayment": _prepayment,
    "fine": _fine,
    "fine_payment": _member_amount(lambda: _("%(who)s paid %(amount)s of her fines.")),
    "fine_waiver": _waiver,
    "loan": _loan,
    "disbursement": _disbursement,
    "write_off": _write_off,
    "reschedule": _reschedule,
    "rate_change": _rate_change,
    "income": _words_amount(lambda: _("The group earned %(amount)s (%(box)s): %(words)s")),
    "expense": _words_amount(lambda: _("The group spent %(amount)s (%(box)s): %(words)s")),
    "grant": _words_amount(lambda: _("The group was given %(amount)s (%(box)s): %(words)s")),
    "bank_deposit": _words_amount(lambda: _("%(amount)s was taken to the bank.")),
    "bank_withdrawal": _words_amount(lambda: _("%(amount)s was fetched from the bank.")),
    "external_loan": _external_loan,
    "external_repayment": _external_repayment,
    "exit": _exit,
    "payout": _member_amount(lambda: _("%(who)s was paid %(amount)s that was owed to her.")),
    "decision": _decision,
    "share_out": _share_out,
}
"""How each type of entry is told; a new type gets its line here."""
