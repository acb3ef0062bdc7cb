"""The fields that a column can be: what each is, and by which headings it is recognised."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Reading = Literal["key", "text", "choice", "year", "whole", "amount", "date", "period", "yes_no"]


@dataclass(frozen=True, slots=True)
class Field:
    """One line of the table: its name in mappings, how it is read, its words on pages, and the headings it goes by."""

    name: str
    reading: Reading
    label: Promise
    headings: tuple[str, ...]
    entry: str = ""
    """The type of entry that an amount becomes in a meeting; "" when it becomes none by itself."""
    reason: str = ""
    """The reason of the transfer that it makes, by which its total is proved."""


def _f(name: str, reading: Reading, label: Promise, headings: str, entry: str = "", reason: str = "") -> Field:
    return Field(name, reading, label, tuple(headings.split("|")), entry, reason)


# Headings in English, Swedish, Portuguese, French, Spanish and Swahili, without accents and signs.
FIELDS: Mapping[str, Field] = {
    field.name: field
    for field in (
        _f("group", "key", _("Group: its name or number"),
           "group|group name|group id|group no|group number|association|association id|associd|vsla|shg|club|grupp|"
           "gruppnamn|gruppens namn|forening|grupo|associacao|groupe|nom du groupe|kikundi|jina la kikundi"),
        _f("group_kind", "choice", _("Kind of group"), "group kind|group type|kind of group|type of group|typ av grupp|grupptyp"),
        _f("formed_on", "date", _("Day the group was formed"),
           "formed on|formed|date formed|formation date|bildad|bildad den|grundad|data de formacao|date de creation"),
        _f("member_number", "key", _("Member's number"),
           "member number|member no|member id|membership number|no|nr|passbook|passbook number|household id|hhid|"
           "medlemsnummer|medlemsnr|medlem nr|numero|numero de membro|numero du membre|namba"),
        _f("member_name", "text", _("Member's name"),
           "member name|name|full name|member|namn|medlem|medlemmens namn|nome|nome do membro|nom|nom du membre|nombre|jina"),
        _f("sex", "choice", _("Sex"), "sex|gender|kon|sexo|genero|sexe|genre|jinsia"),
        _f("birth_year", "year", _("Year of birth"),
           "birth year|year of birth|born|yob|fodelsear|fodd|ano de nascimento|annee de naissance|mwaka wa kuzaliwa"),
        _f("has_disability", "yes_no", _("Lives with a disability"), "disability|has disability|funktionsnedsattning|deficiencia|handicap"),
        _f("phone", "text", _("Phone"), "phone|telephone|mobile|phone number|telefon|mobil|telefone|telephone portable|simu"),
        _f("joined_on", "date", _("Day the member joined"),
           "joined on|joined|date joined|join date|gick med|medlem sedan|intrade|data de adesao|date d adhesion"),
        _f("savings_goal", "amount", _("Savings goal of the member"),
           "savings goal|saving goal|goal|target|savings target|sparmal|mal|meta|objectif d epargne"),
        _f("held_on", "date", _("Day of the meeting"),
           "held on|date|meeting date|day|datum|motesdatum|mote|data|data da reuniao|date de la reunion|fecha|tarehe"),
        _f("period", "period", _("Period, such as a quarter or month"),
           "period|quarter|month|week|kvartal|manad|vecka|trimestre|mes|periode|mois|mwezi"),
        _f("attendance", "choice", _("At the roll call"), "attendance|present|roll call|narvaro|narvarande|presenca|presence|mahudhurio"),
        _f("shares", "whole", _("Shares bought (how many)"),
           "shares|shares bought|number of shares|no of shares|stamps|andelar|antal andelar|acoes|parts|hisa", "shares", "share_purchase"),
        _f("compulsory", "amount", _("Compulsory saving"),
           "compulsory|compulsory saving|compulsory savings|mandatory savings|obligatoriskt sparande|poupanca obrigatoria|epargne obligatoire",
           "compulsory", "compulsory_saving"),
        _f("voluntary", "amount", _("Saving of a free amount"),
           "voluntary|voluntary saving|voluntary savings|saving|savings|contribution|box contribution|deposit|sparande|insattning|"
           "frivilligt sparande|poupanca|epargne|ahorro|akiba", "voluntary", "voluntary_saving"),
        _f("withdrawal", "amount", _("Savings taken out"), "withdrawal|withdrawn|uttag|levantamento|retrait|retiro", "withdrawal", "withdrawal"),
        _f("social_fund", "amount", _("Paid to the social fund"),
           "social fund|social|welfare|welfare fund|solidarity fund|social fond|sociala fonden|socialfond|fundo social|caisse sociale|mfuko wa jamii",
           "contribution", "social_fund_contribution"),
        _f("fine_paid", "amount", _("Fine paid"), "fine|fines|fine paid|fines paid|penalty|bot|boter|multa|multas|amende|amendes|faini", "fine_payment", "fine_paid"),
        _f("loan_granted", "amount", _("Loan paid out"),
           "loan|loan granted|loan given|loan taken|loan amount|lan|lan utbetalt|emprestimo|pret|prestamo|mkopo", "loan", "loan_disbursed"),
        _f("loan_instalments", "whole", _("Instalments of that loan (how many)"),
           "instalments|installments|loan term|months|avbetalningar|prestacoes|mensualites"),
        _f("loan_repaid", "amount", _("Paid on loans"),
           "loan repaid|repayment|loan repayment|repaid|aterbetalning|aterbetalat|amortering|reembolso|remboursement|marejesho", "repayment"),
        _f("expected_cumulative", "amount", _("Check: the member's savings after this row"),
           "cumulative|cumulative savings|running total|expected cumulative|balance|ackumulerat|ackumulerat sparande|saldo|cumul|solde"),
        _f("expected_total", "amount", _("Check: the member's savings after the last row"),
           "total|total savings|final|final contribution|summa|totalt|totalt sparande|total poupado|total epargne|jumla"),
    )
}  # fmt: skip

MEMBER_FIELDS = ("group", "group_kind", "formed_on", "member_number", "member_name", "sex", "birth_year",
                 "has_disability", "phone", "joined_on", "savings_goal", "expected_total")  # fmt: skip
MONEY_FIELDS = tuple(name for name, field in FIELDS.items() if field.entry)
AMOUNT_FIELDS = tuple(name for name, field in FIELDS.items() if field.reading == "amount")

CHOICES: Mapping[str, Mapping[str, str]] = {
    "sex": {
        **dict.fromkeys(("female", "f", "woman", "women", "girl", "kvinna", "k", "feminino", "mulher", "femme", "mujer", "mke", "أنثى"), "female"),
        **dict.fromkeys(("male", "m", "man", "boy", "masculino", "homem", "homme", "hombre", "mume", "ذكر"), "male"),
        **dict.fromkeys(("other", "x", "annat", "annan", "outro", "autre", "otro"), "other"),
        **dict.fromkeys(("unknown", "okänt", "okänd", "?"), "unknown"),
    },
    "group_kind": {
        **{name: name for name in ("self_help", "savings", "credit", "cooperative", "youth", "farmers", "disability", "network")},
        "self-help": "self_help", "self help": "self_help", "shg": "self_help", "självhjälpsgrupp": "self_help",
        "vsla": "savings", "sparande": "savings", "spargrupp": "savings", "kredit": "credit", "kooperativ": "cooperative",
        "ungdom": "youth", "ungdomsgrupp": "youth", "bönder": "farmers", "funktionsnedsättning": "disability", "nätverk": "network",
    },
    "attendance": {
        **dict.fromkeys(("present", "p", "1", "yes", "true", "närvarande", "ja"), "present"),
        **dict.fromkeys(("late", "l", "sen"), "late"),
        **dict.fromkeys(("excused", "e", "giltigt frånvarande", "anmäld"), "excused"),
        **dict.fromkeys(("leave", "ledig"), "leave"),
        **dict.fromkeys(("absent", "a", "0", "no", "false", "frånvarande", "nej"), "absent"),
    },
    "has_disability": {
        **dict.fromkeys(("yes", "y", "true", "1", "ja", "sim", "oui", "si", "ndiyo"), "yes"),
        **dict.fromkeys(("no", "n", "false", "0", "nej", "não", "nao", "non", "hapana"), "no"),
    },
}  # fmt: skip
"""Words for the choices of a field; a mapping may add its own under `values`."""


def heading_key(heading: str) -> str:
    """A heading as it is compared: without accents, signs, units in brackets and difference of case."""
    bare = re.sub(r"\([^)]*\)|\[[^]]*\]", " ", heading)
    letters = unicodedata.normalize("NFKD", bare.casefold())
    return " ".join(re.sub(r"[^\w]|_", " ", "".join(c for c in letters if not unicodedata.combining(c))).split())


_BY_HEADING = {heading: field.name for field in FIELDS.values() for heading in field.headings}
_BY_HEADING |= {heading_key(name): name for name in FIELDS}


def proposed_field(heading: str) -> str:
    """The field that a heading names, or "" when it names none. A currency at its end does not disturb."""
    key = heading_key(heading)
    return _BY_HEADING.get(key) or _BY_HEADING.get(re.sub(r" [a-z]{3}$", "", key), "")
