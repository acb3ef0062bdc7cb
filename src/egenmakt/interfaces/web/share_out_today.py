"""The share-out as it would be today: every member's part, the unit left over, and what must be decided first."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from egenmakt.apps.groups.queries.access import open_group
from egenmakt.apps.groups.queries.members import MemberName
from egenmakt.apps.groups.queries.share_out import ShareOutToday, share_out_page
from egenmakt.apps.groups.state import NotReady
from egenmakt.core.savings.share_out_result import Block, NegativeClaim, ShareOut
from egenmakt.interfaces.web import formats
from egenmakt.interfaces.web.parts import Column, KeyFigure, Row, Table
from egenmakt.interfaces.web.reading import (
    amount,
    exact_money_text,
    group_crumbs,
    group_tabs,
    member_text,
    money_text,
    reading_page,
    today,
    url_of,
)
from egenmakt.interfaces.web.reading_words import BLOCKS, RESIDUE_RULES, SHARE_OUT_KINDS

Names = Mapping[str, str]
"""Who each member of a share-out is, by the key as text."""


@reading_page
def share_out_today(request: HttpRequest, id: UUID) -> HttpResponse:
    """The simulated share-out of a group; nothing moves."""
    opened = open_group(user=request.user, group_id=id)
    context: dict[str, object] = {"opened": opened, "crumbs": group_crumbs(opened), "tabs": group_tabs(opened)}
    try:
        page = share_out_page(group=opened.group, on=today())
    except NotReady:
        return render(request, "web/groups/share_out_today.html", context)
    result = page.result
    if result is None:
        return render(request, "web/groups/share_out_today.html", {**context, "is_unbalanced": True})
    names = {str(member): member_text(name) for member, name in page.names.items()}
    rules = page.state.constitution
    context |= {
        "result": result,
        "figures": figures_of(result, opened.currency),
        "table": lines_table(result, names, opened.currency, shares=_shares(page), urls=_urls(page.names)),
        "residue": residue_words(result, names, opened.currency),
        "blocks": [block_words(block, names, opened.currency) for block in result.blocks],
        "negative": [_negative(claim, names, opened.currency) for claim in result.negative_claims],
        "rule": rules.clause_for("share_out").words,
        "rule_name": SHARE_OUT_KINDS[rules.share_out.kind],
        "residue_rule": RESIDUE_RULES[rules.residue_rule],
        "list_url": url_of("paper_share_out", id),
        "close_url": url_of("share_out", id) if opened.may("share_out.close") else "",
    }
    return render(request, "web/groups/share_out_today.html", context)


def _shares(page: ShareOutToday) -> dict[str, int] | None:
    if page.state.constitution.savings_form != "shares":
        return None
    return {str(member): count for member, count in page.shares.items()}


def _urls(names: Mapping[UUID, MemberName]) -> dict[str, str]:
    return {str(member): reverse("member", args=[member]) for member in names}


def figures_of(result: ShareOut, currency: str) -> list[KeyFigure]:
    """The sums of a share-out."""
    totals = result.totals
    figures = [
        KeyFigure(_("Claims of all members"), money_text(totals.claims_minor, currency), _("savings and profit")),
        KeyFigure(_("Paid out"), money_text(totals.payouts_minor, currency), _("after loans and fines")),
        KeyFigure(_("Profit divided"), money_text(totals.profit_parts_minor, currency)),
    ]
    if result.value_per_share is not None:
        figures.append(KeyFigure(_("Value of a share"), exact_money_text(result.value_per_share, currency)))
    if result.shortage_minor:
        figures.append(
            KeyFigure(_("Cash lacking"), money_text(result.shortage_minor, currency), _("to pay everybody today"))
        )
    return figures


def lines_table(
    result: ShareOut,
    names: Names,
    currency: str,
    *,
    shares: Mapping[str, int] | None = None,
    urls: Mapping[str, str] | None = None,
) -> Table:
    """A line for each member, with the sums below."""
    headings = (
        _("Savings back"),
        _("Part of profit"),
        _("Claim"),
        _("Taken for loans"),
        _("Taken for fines"),
        _("Paid out"),
        _("Still owes"),
    )
    columns = [Column(_("Member"))]
    columns += [Column(_("Shares"), is_numeric=True)] if shares is not None else []
    columns += [Column(heading, is_numeric=True) for heading in headings]
    rows = []
    sums = [0] * len(headings)
    for line in result.lines:
        member = str(line.member)
        amounts = (
            line.savings_back_minor + line.voluntary_back_minor,
            line.profit_part_minor,
            line.claim_minor,
            line.set_off_minor,
            line.fines_deducted_minor,
            line.payout_minor,
            line.still_owed_minor,
        )
        sums = [before + minor for before, minor in zip(sums, amounts, strict=True)]
        counted = [] if shares is None else [formats.number_text(shares.get(member, 0))]
        cells: list[object] = [names.get(member, member), *counted]
        rows.append(Row([*cells, *(amount(minor, currency) for minor in amounts)], url=(urls or {}).get(member, "")))
    together = [] if shares is None else [formats.number_text(sum(shares.values()))]
    foot = Row([_("Together"), *together, *(amount(minor, currency) for minor in sums)])
    note = _("All amounts in %(currency)s.") % {"currency": currency}
    return Table(caption=_("Each member's part"), note=note, columns=columns, rows=rows, foot=foot, narrow="cards")


def residue_words(result: ShareOut, names: Names, currency: str) -> list[str]:
    """What became of the units that could not be divided."""
    residue = result.residue
    if not residue.amount_minor and not residue.kept_minor:
        return [_("Nothing was left over: the parts are whole and add up to the fund.")]
    words = []
    if residue.amount_minor:
        left = money_text(residue.amount_minor, currency)
        words.append(_("%(amount)s could not be divided evenly.") % {"amount": left})
    if residue.given_to:
        who = ", ".join(names.get(str(member), str(member)) for member in residue.given_to)
        words.append(_("One smallest unit each went to: %(names)s. It is in their parts.") % {"names": who})
    rest = (
        (residue.to_social_fund_minor, _("%(amount)s goes to the social fund.")),
        (residue.undrawn_minor, _("%(amount)s waits for lots to be drawn.")),
        (residue.kept_minor, _("%(amount)s stays in the box for the next cycle.")),
    )
    words += [sentence % {"amount": money_text(minor, currency)} for minor, sentence in rest if minor]
    return words


def block_words(block: Block, names: Names, currency: str) -> str:
    """What stops the cycle from being closed, in the reader's language."""
    who = names.get(str(block.member), "") if block.member is not None else ""
    return str(BLOCKS[block.code]) % {"who": who, "amount": money_text(block.amount_minor, currency)}


def _negative(claim: NegativeClaim, names: Names, currency: str) -> str:
    return _("%(who)s has %(claim)s coming and owes %(owed)s: %(missing)s is missing.") % {
        "who": names.get(str(claim.member), ""),
        "claim": money_text(claim.claim_minor, currency),
        "owed": money_text(claim.owed_minor, currency),
        "missing": money_text(-claim.net_minor, currency),
    }


urlpatterns: list[URLPattern] = [
    path("groups/<uuid:id>/share-out-today/", share_out_today, name="share_out_today"),
]
