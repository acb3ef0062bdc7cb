"""Papers to fetch: each as PDF, in the reader's language or in the one that is asked for by `?language=`."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import get_language, override
from django.views.decorators.http import require_GET

from egenmakt.apps.groups.queries.access import (
    NotFound,
    OpenedGroup,
    open_group,
    open_loan,
    open_meeting,
    open_member,
)
from egenmakt.apps.groups.queries.loans import loan_page
from egenmakt.apps.groups.queries.members import member_names, offices_on
from egenmakt.apps.groups.queries.minutes import minutes_of
from egenmakt.apps.groups.queries.passbook import passbook_of
from egenmakt.apps.groups.queries.share_out import share_out_page
from egenmakt.apps.groups.state import NotReady, constitution_at
from egenmakt.apps.lending.models import Loan
from egenmakt.interfaces.exports.papers import (
    loan_agreement_paper,
    minutes_paper,
    paper_person,
    passbook_paper,
    share_out_paper,
)
from egenmakt.interfaces.exports.pdf.documents import (
    blank_cut_off_sheet,
    blank_loan_application,
    blank_meeting,
    blank_passbook,
    loan_agreement,
    minutes,
    passbook,
    share_out_list,
)
from egenmakt.interfaces.exports.pdf.documents.passbook import Layout
from egenmakt.interfaces.exports.pdf.labels import Words
from egenmakt.interfaces.exports.pdf.parts import BlankList, NotPrintable

SPARE_LINES = 3
"""Lines without a name on a sheet for a meeting, for who joins today."""
LANGUAGE_LENGTH_MAX = 20


Paper = Callable[..., tuple[bytes, str]]
"""A view that gives a paper's bytes and the name of its file."""


def paper(view: Paper) -> Callable[..., HttpResponse]:
    """A paper to fetch by who may read the group; one that cannot be printed says why."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        language = (request.GET.get("language") or get_language() or "en")[:LANGUAGE_LENGTH_MAX]
        try:
            with override(Words.of(language).language):
                content, name = view(request, *args, language=language, **kwargs)
        except NotFound as problem:
            raise Http404(str(problem)) from problem
        except (NotPrintable, NotReady) as problem:
            return HttpResponse(str(problem), status=409, content_type="text/plain; charset=utf-8")
        response = HttpResponse(content, content_type="application/pdf")
        response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
        response["Cache-Control"] = "private, no-store"
        return response

    return require_GET(login_required(answer))


def file_name(kind: str, *parts: object) -> str:
    """A name that every system takes: small Latin letters, digits and hyphens."""
    return "-".join(word for word in (kind, *(slugify(str(part)) for part in parts)) if word)[:120]


def _layout(request: HttpRequest) -> Layout:
    return "a4_booklet" if request.GET.get("layout") == "a4_booklet" else "a6"


@paper
def paper_passbook(request: HttpRequest, id: UUID, *, language: str) -> tuple[bytes, str]:
    """A member's passbook, in A6 or to fold."""
    opened, membership = open_member(user=request.user, member_id=id)
    now = timezone.now()
    _number, rules, _hash = constitution_at(group_id=opened.group.id, on=now.date())
    member = member_names(group_id=opened.group.id)[membership.id]
    data = passbook_paper(
        opened=opened,
        member=member,
        lines=passbook_of(group_id=opened.group.id, member_id=id),
        loans=Loan.objects.filter(borrower=id).order_by("granted_on", "id"),
        share_price_minor=rules.share_price_minor if rules.savings_form == "shares" else 0,
    )
    content = passbook.render(data, language=language, printed_at=now, layout=_layout(request))
    return content, file_name("passbook", opened.name, member.number, member.name)


@paper
def paper_minutes(request: HttpRequest, id: UUID, *, language: str) -> tuple[bytes, str]:
    """The minutes of a meeting as it is in force."""
    opened, meeting = open_meeting(user=request.user, meeting_id=id)
    told = minutes_of(meeting=meeting, group=opened.group)
    offices = offices_on(group_id=opened.group.id, on=meeting.held_on)
    data = minutes_paper(opened=opened, told=told, offices=offices, words=Words.of(language))
    content = minutes.render(data, language=language, printed_at=timezone.now())
    return content, file_name("minutes", opened.name, meeting.number, meeting.held_on)


@paper
def paper_loan_agreement(request: HttpRequest, id: UUID, *, language: str) -> tuple[bytes, str]:
    """A loan agreement to sign."""
    opened, loan = open_loan(user=request.user, loan_id=id)
    now = timezone.now()
    _number, rules, _hash = constitution_at(group_id=opened.group.id, on=loan.granted_on)
    names = member_names(group_id=opened.group.id)
    data = loan_agreement_paper(opened=opened, page=loan_page(loan=loan, on=now.date()), names=names, rules=rules)
    content = loan_agreement.render(data, language=language, printed_at=now)
    return content, file_name("loan", opened.name, data.borrower.name, loan.granted_on)


@paper
def paper_share_out(request: HttpRequest, id: UUID, *, language: str) -> tuple[bytes, str]:
    """The share-out list as it would be today."""
    opened = open_group(user=request.user, group_id=id)
    now = timezone.now()
    page = share_out_page(group=opened.group, on=now.date())
    data = share_out_paper(opened=opened, page=page, on=now.date(), words=Words.of(language))
    content = share_out_list.render(data, language=language, printed_at=now)
    return content, file_name("share-out", opened.name, now.date())


@paper
def paper_blank(request: HttpRequest, id: UUID, name: str, *, language: str) -> tuple[bytes, str]:
    """An empty form with the group's name, and its members' where they belong on it."""
    opened = open_group(user=request.user, group_id=id)
    if name not in BLANKS:
        raise NotFound(f"There is no empty form {name!r}.")
    return BLANKS[name](opened, request, language), file_name("blank", name.replace("_", "-"), opened.name)


def _members_listed(opened: OpenedGroup) -> BlankList:
    members = [member for member in member_names(group_id=opened.group.id).values() if member.is_active]
    return BlankList(
        group_name=opened.name,
        currency=opened.currency,
        members=tuple(paper_person(member) for member in members),
        empty_lines=SPARE_LINES,
    )


def _meeting(opened: OpenedGroup, request: HttpRequest, language: str) -> bytes:
    return blank_meeting.render(_members_listed(opened), language=language, printed_at=timezone.now())


def _passbook(opened: OpenedGroup, request: HttpRequest, language: str) -> bytes:
    data = blank_passbook.BlankPassbook(group_name=opened.name, currency=opened.currency)
    return blank_passbook.render(data, language=language, printed_at=timezone.now(), layout=_layout(request))


def _loan_application(opened: OpenedGroup, request: HttpRequest, language: str) -> bytes:
    data = blank_loan_application.BlankLoanApplication(group_name=opened.name, currency=opened.currency)
    return blank_loan_application.render(data, language=language, printed_at=timezone.now())


def _cut_off_sheet(opened: OpenedGroup, request: HttpRequest, language: str) -> bytes:
    return blank_cut_off_sheet.render(_members_listed(opened), language=language, printed_at=timezone.now())


BLANKS: dict[str, Callable[[OpenedGroup, HttpRequest, str], bytes]] = {
    "meeting": _meeting,
    "passbook": _passbook,
    "loan_application": _loan_application,
    "cut_off_sheet": _cut_off_sheet,
}
"""The empty forms by name, as it stands in their address."""
