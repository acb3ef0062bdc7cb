"""The official rules in our own words, and what to do where one is broken."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

_TRIM = _("Take away the spaces and new lines before and after it.")
_RENAME = _("Use an identifier of letters, digits and hyphens, and keep it once it is published.")
_NAME = _("Write the organisation's identifier, its name, or both.")
_OMIT_OR_100 = _("Leave the percentage out, or write 100.")
_EACH = _("Write a percentage for each, so that they add up to 100.")
_TO_100 = _("Change the percentages so that they add up to exactly 100.")
_BETWEEN = _("Write a number from 0 to 100, without the sign %.")
_LATER_DAY = _("Correct the date, or wait with it until the day has come: what is planned has fields of its own.")
_SWAP = _("Correct the two dates; perhaps they were swapped.")
_ONE_LEVEL = _("Keep it on the activity, or on every transaction, and take the other away.")
_NUMBER = _("Write a plain number, such as 12.5; words belong in the comment.")
_TO_COMMENT = _("Take the value away and write the finding as a comment.")
_GIVE_VALUE = _("Write the number, or take the element away until there is one.")
_ONE_AID_TYPE = _("Keep one code for each vocabulary.")
_DAC_TOO = _("Add a code of the vocabulary 1 (OECD DAC) beside your own.")
_AGENCY = _("Begin with the code of the register that gave the identifier, such as SE-ON- in Sweden (org-id.guide).")
_CURRENCY = _("Write a default currency, or a currency at each value.")
_LANGUAGE = _("Write a default language, or a language at each text.")
_TEXT = _("Write the text, in at least one language.")

_SPACES = _("The identifier begins or ends with a space or a new line.")
_SYMBOLS = _("The identifier contains one of the signs / & | ?.")
_MEASURED = _("The indicator is measured in numbers, and the value is missing.")
_NOT_A_NUMBER = _("The indicator is measured in numbers, and the value is not one.")
_QUALITATIVE = _("The indicator is qualitative and has a value all the same.")

SENTENCES: Mapping[str, tuple[str, str]] = {
    "1.1.3": (
        _("The activity has the same identifier as the organisation that reports it."),
        _("Put a hyphen and a name of its own after the organisation's identifier."),
    ),
    "1.1.21": (
        _("The activity's identifier does not begin with that of the organisation that reports it, and a hyphen."),
        _("Put the organisation's identifier and a hyphen in front; an earlier one is an other-identifier, type B1."),
    ),
    **dict.fromkeys(
        [f"1.{number}.1" for number in (*range(3, 13), *range(14, 19))],
        (_SPACES, _TRIM),
    ),
    **dict.fromkeys(
        ("1.3.13", "1.8.13", "1.10.13", "1.11.13", "1.12.13", "1.14.13", "1.15.13", "1.18.13"), (_SYMBOLS, _RENAME)
    ),
    **dict.fromkeys(
        ("1.14.8", "1.18.8"),
        (_("The reporting organisation's identifier does not begin with the code of an approved register."), _AGENCY),
    ),
    "2.1.1": (_("There are several sectors of one vocabulary, and not each has a percentage."), _EACH),
    "2.1.2": (_("The percentages of the sectors of one vocabulary do not add up to 100."), _TO_100),
    "2.1.4": (_("There is one sector, and its percentage is not 100."), _OMIT_OR_100),
    "2.2.1": (
        _("A sector of the organisation's own list (vocabulary 98 or 99) has no text that says what it is."), _TEXT,
    ),
    "3.1.1": (_("There are several countries, and not each has a percentage."), _EACH),
    "3.1.2": (_("The percentages of the countries do not add up to 100."), _TO_100),
    "3.1.4": (_("There is one country, and its percentage is not 100."), _OMIT_OR_100),
    "3.4.1": (_("There are several regions of one vocabulary, and not each has a percentage."), _EACH),
    "3.4.2": (_("The percentages of the countries and regions do not add up to 100."), _TO_100),
    "3.4.4": (_("There is one region, and its percentage is not 100."), _OMIT_OR_100),
    "3.6.2": (_("Countries or regions are named both for the activity and for transactions."), _ONE_LEVEL),
    **dict.fromkeys(
        ("3.7.1", "3.7.2"),
        (
            _("No country or region is named, neither for the activity nor for every transaction."),
            _("Name the country or region of the activity; 998 is a region that is not specified."),
        ),
    ),
    **dict.fromkeys(
        ("4.1.1", "4.5.1"), (_("A text does not say in which language it is, and there is no default."), _LANGUAGE)
    ),
    "4.3.1": (_("A title is empty."), _TEXT),
    "4.4.1": (_("A description is empty."), _TEXT),
    "6.2.2": (
        _("The activity has no sector."), _("Name its sector; 99810 is one that is not specified."),
    ),
    "6.6.2": (_("Sectors are named both for the activity and for transactions."), _ONE_LEVEL),
    "6.7.2": (_("Some transactions have a sector and this one has none."), _("Name the sector of every transaction.")),
    "6.8.1": (_("The owner of an identifier is not named."), _NAME),
    "6.9.1": (_("Who gave the money is not named."), _NAME),
    "6.9.2": (_("Who got the money is not named."), _NAME),
    "6.10.1": (_("A participating organisation is not named."), _NAME),
    "6.11.1": (
        _("The activity has no start, neither planned nor actual."),
        _("Write the planned start (type 1) or the actual start (type 2)."),
    ),
    "6.13.1": (_("A marker of the organisation's own list (vocabulary 99) has no text that says what it is."), _TEXT),
    "6.14.1": (
        _("A policy marker does not say how significant it is."), _("Write the significance, from 0 to 4."),
    ),
    "7.5.3": (
        _("The period of a budget is longer than a year."), _("Divide the budget into one for each year."),
    ),
    "7.8.1": (_("A value does not say in which currency it is, and the activity has no default."), _CURRENCY),
    "7.8.2": (_("A value does not say in which currency it is, and the organisation has no default."), _CURRENCY),
    "7.9.1": (_("There are several budget items, and none has a percentage."), _EACH),
    "7.9.2": (_("The percentages of the budget items do not add up to 100."), _TO_100),
    "7.9.4": (_("There is one budget item, and its percentage is not 100."), _OMIT_OR_100),
    "8.6.1": (_("The period of an indicator starts after its end."), _SWAP),
    "8.6.3": (_("A period starts after its end."), _SWAP),
    **dict.fromkeys(("8.8.1", "8.9.1", "8.10.1"), (_MEASURED, _GIVE_VALUE)),
    **dict.fromkeys(("8.8.2", "8.9.2", "8.10.2"), (_NOT_A_NUMBER, _NUMBER)),
    **dict.fromkeys(("8.8.3", "8.9.3", "8.10.3"), (_QUALITATIVE, _TO_COMMENT)),
    "8.11.1": (
        _("A reference stands both at a result and at its indicator."),
        _("Keep it at the result, or at the indicators."),
    ),
    "11.1.1": (_("The activity was last updated in the future."), _("Write when the activity was changed last.")),
    "11.1.2": (_("The planned start is after the planned end."), _SWAP),
    "11.1.3": (_("The actual start is after the actual end."), _SWAP),
    "11.1.4": (_("The actual start is in the future."), _LATER_DAY),
    "11.1.5": (_("The actual end is in the future."), _LATER_DAY),
    "11.2.1": (_("The transaction is dated in the future."), _LATER_DAY),
    "11.2.2": (_("The day of a transaction's value is in the future."), _LATER_DAY),
    "11.3.1": (
        _("The day of a budget line's value lies outside the period of the budget."),
        _("Write a day within the period."),
    ),
    "11.4.1": (
        _("The organisation was last updated in the future."), _("Write when the organisation was changed last."),
    ),
    "12.1.1": (_("The percentage of a country or region is not a number from 0 to 100."), _BETWEEN),
    "12.2.1": (_("A percentage is not a number from 0 to 100."), _BETWEEN),
    "12.3.1": (_("The percentage of a sector is not a number from 0 to 100."), _BETWEEN),
    "102.1.1": (_("Sectors are given only in other vocabularies than that of OECD DAC."), _DAC_TOO),
    "107.1.1": (_("Types of aid are given only in other vocabularies than that of OECD DAC."), _DAC_TOO),
    "107.1.2": (_("The activity has several default types of aid of one vocabulary."), _ONE_AID_TYPE),
    "107.2.1": (
        _("Transactions have types of aid only of other vocabularies than that of OECD DAC."), _DAC_TOO,
    ),
    "107.2.2": (_("A transaction has several types of aid of one vocabulary."), _ONE_AID_TYPE),
}  # fmt: skip
"""Number of the rule -> what is wrong, and the remedy."""


def in_words(rule: str, *, official: str) -> tuple[str, str]:
    """What is wrong and the remedy, in the language of the moment; a rule that is new here says its own words."""
    if rule not in SENTENCES:
        return official, gettext("Change what the rule speaks of.")
    sentence, remedy = SENTENCES[rule]
    return gettext(sentence), gettext(remedy)
