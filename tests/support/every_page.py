"""Every address of the site: which pages it shows in a small world, or why it shows none."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from egenmakt.apps.access.models import User
from egenmakt.apps.groups.models import Arrival, Correction, Grading, Meeting
from egenmakt.apps.lending.models import Loan
from tests.interfaces.imports.help import csv
from tests.interfaces.imports.test_pages import _map, _send
from tests.support.every_monthly_page import monthly_pages
from tests.support.groups import Group
from tests.support.reading import TODAY, group_with_history
from tests.support.tree import Tree

BOOK = csv("group,no,name,date,savings", "أ الأمل,1,أمينة,2026-01-05,100", "B,1,सरिता,2026-01-05,20")
STEPS = (
    "start",
    "roll_call",
    "opening",
    "social_fund",
    "savings",
    "repayments",
    "fines",
    "loans",
    "other",
    "decisions",
)


@dataclass
class World:
    """A group with everything that a page can be about, and who looks at it."""

    tree: Tree
    group: Group
    pages: dict[str, list[tuple[User | None, str]]] = field(default_factory=dict)
    """The name of an address -> who looks, and where."""


NO_PAGE = {
    "openapi-json": "for programs",
    "openapi-view": "for programs",
    "api-root": "for programs",
    "send_meeting": "for programs",
    "send_meetings": "for programs",
    "group_state": "for programs",
    "group_meetings": "for programs",
    "set_language": "goes back to the page one came from",
    "set_theme": "goes back to the page one came from",
    "demo_sign_in": "goes on to the first page",
    "sign_out": "goes on to the page of sign-in",
    "meeting_record_discard": "only a deed: goes back to the group",
    "share_out_record_discard": "only a deed: goes back to the group",
    "groups_csv": "a table for a spreadsheet",
    "indicator_csv": "a table for a spreadsheet",
    "paper_passbook": "a PDF",
    "paper_minutes": "a PDF",
    "paper_loan_agreement": "a PDF",
    "paper_share_out": "a PDF",
    "paper_blank": "a PDF",
    "import_mapping_file": "a file to keep",
    "import_findings": "a table for a spreadsheet",
    "outside_import_findings": "a table for a spreadsheet",
    "outside_import_run": "only a deed: goes on to the result",
    "import_run": "only a deed: goes on to the result",
    "monthly_take": "only a deed: goes back to the report",
    "monthly_put_away": "only a deed: goes back to the report",
    "monthly_bring_back": "only a deed: goes back to the report",
    "monthly_check": "only a deed: goes back to the report",
    "monthly_approve": "only a deed: goes back to the report",
    "paper_monthly": "a PDF",
    "monthly_csv": "a table for a spreadsheet",
    "monthly_xlsx": "a table for a spreadsheet",
    "monthly_series_csv": "a table for a spreadsheet",
    "monthly_import_findings": "a table for a spreadsheet",
    "monthly_import_run": "only a deed: goes on to the result",
}
"""Addresses without a page of their own, each with what it is instead."""


def names_of_addresses() -> set[str]:
    """Every name in the table of addresses."""

    def walk(resolver: URLResolver) -> set[str]:
        found: set[str] = set()
        for entry in resolver.url_patterns:
            if isinstance(entry, URLResolver):
                found |= walk(entry)
            elif isinstance(entry, URLPattern):
                found.add(str(entry.name))
        return found

    return walk(get_resolver())


def make_world(tree: Tree) -> World:
    """A group that has met, lent and corrected, with names from three scripts, and an import under way."""
    group = group_with_history(tree, loans=2, meetings=6)
    world = World(tree, group)
    client = Client()
    client.force_login(tree.facilitator)
    _correct(client)
    _grade(client, group)
    _quarantine(group)
    world.pages = {**_pages(world), **monthly_pages(tree)}
    return world


def _correct(client: Client) -> None:
    from tests.interfaces.web.test_correcting import shown

    address = reverse("meeting_correct", args=[Meeting.objects.get(number=4).id])
    effect = client.post(address, {**shown(client.get(address)), "entry-0-0-shares": "2", "deed": "look"})
    content, id = effect.context["content"], effect.context["correction_id"]
    client.post(address, {"content": content, "correction": id, "deed": "confirm", "reason": "She bought two"})


def _grade(client: Client, group: Group) -> None:
    address = reverse("grading", args=[group.row.id]) + "?card=panchsutra"
    form = client.get(address).context["form"]
    typed: dict[str, Any] = {bound.name: bound.value() for bound in form if bound.value() is not None}
    typed |= {"measure-books": "kept properly", "measure-recovery_percent": "90", "keep": "1"}
    client.post(address, {**typed, "id": "0192f0c1-0000-7000-8000-000000000001"})


def _quarantine(group: Group) -> None:
    document = group.document(TODAY, [{"type": "shares", "member": group.id("Amina"), "shares": 1}])
    group.send(document)
    group.send({**document, "notes": "another"})


def _import(tree: Tree) -> str:
    client = Client()
    client.force_login(tree.administrator)
    sent = _send(client, tree, ("book.csv", BOOK))
    report: str = _map(client, sent.url).url
    client.post(report + "run/")
    return report


def _outside(tree: Tree) -> dict[str, list[tuple[User | None, str]]]:
    """The pages on which a table from outside comes in, at each of its steps."""
    from tests.interfaces.imports.test_outside_tables import CSV, through

    client, report, _dry = through(tree, CSV.encode())
    client.post(report + "run/")
    _client, wrong, _page = through(tree, (CSV + "happiness;North;;2025;5;\n").encode())
    return {
        "outside_imports": [(tree.monitoring, reverse("outside_imports"))],
        "outside_import_columns": [(tree.monitoring, report + "columns/")],
        "outside_import_report": [(tree.monitoring, wrong), (tree.monitoring, report)],
        "outside_import_result": [(tree.monitoring, report + "result/")],
    }


def _pages(world: World) -> dict[str, list[tuple[User | None, str]]]:
    tree, group = world.tree, world.group
    row, writer, reader = group.row.id, tree.facilitator, tree.amina
    report = _import(tree)
    meeting, loan = Meeting.objects.get(number=3).id, Loan.objects.order_by("id")[0].id
    member = group.members["Amina"].id

    def of(name: str, *arguments: object, who: User | None = writer, query: str = "") -> list[tuple[User | None, str]]:
        return [(who, reverse(name, args=arguments) + query)]

    ways = ("keys", "closing", "summary", *STEPS)
    terms = "?currency=KES&principal=12000&method=flat&rate=5&per=month&instalments=3&every=month"
    return {
        "home": [*of("home"), *of("home", who=None), *of("home", who=tree.nobody)],
        "design": of("design"),
        "sign_in": of("sign_in", who=None),
        "code": [],  # between the password and the page: looked at in test_access_in_the_browser
        "account": of("account"),
        "change_password": of("change_password"),
        "code_set_up": of("code_set_up"),
        "code_off": [],  # only for who has a code: looked at in test_access_in_the_browser
        "meeting_recorded": of("meeting_recorded", meeting),
        "meeting_record": of("meeting_record", row),
        "meeting_record_step": [page for step in ways for page in of("meeting_record_step", row, step)],
        "share_out_record": of("share_out_record", row),
        "share_out_record_step": of("share_out_record_step", row, "share_out"),
        "meeting_correct": of("meeting_correct", meeting),
        "meeting_corrected": of("meeting_corrected", Correction.objects.get().id),
        "share_out": of("share_out", row),
        "constitution": of("constitution", row),
        "constitution_adopt": [
            *of("constitution_adopt", row),
            *of("constitution_adopt", row, query="?start=present&scale=100"),
        ],
        "group_new": of("group_new"),
        "member_new": of("member_new", row),
        "group_settings": of("group_settings", row),
        "group_cut_off": of("group_cut_off", row),
        "grading": [*of("grading", row), *of("grading", row, query="?card=panchsutra")],
        "grading_card": of("grading_card", row),
        "grading_result": of("grading_result", Grading.objects.get().id),
        "quarantine": of("quarantine", row, who=reader),
        "quarantine_arrival": of("quarantine_arrival", row, Arrival.objects.get(state="quarantined").id, who=reader),
        "groups": [*of("groups", who=reader), *of("groups", who=tree.nobody), *of("groups", query="?name=nothing")],
        "group": of("group", row),
        "member": [*of("member", member), *of("member", member, query="?code=ABC")],
        "meetings": of("meetings", row),
        "meeting": of("meeting", meeting),
        "loan": of("loan", loan),
        "ledger": of("ledger", row),
        "account_history": [
            *of("account_history", row, "loan_fund_box"),
            *of("account_history", row, "shares", member),
        ],
        "share_out_today": of("share_out_today", row),
        "papers": of("papers", row),
        "calc_loan": [*of("calc_loan", who=None), *of("calc_loan", who=None, query=terms)],
        "calc_share_out": of("calc_share_out", who=None),
        "indicators": [*of("indicators", who=reader), *of("indicators", who=tree.chipo)],
        "indicator": [
            *of("indicator", tree.north.id, "members", who=reader),
            *of("indicator", tree.umoja.id, "savings", who=tree.auditor),
            *of("indicator", tree.elsewhere.id, "jobs", who=tree.chipo),
        ],
        "indicator_rows": of("indicator_rows", tree.north.id, "attendance", who=reader),
        "indicator_aim": of("indicator_aim", tree.north.id, "members", who=reader),
        "outside_tables": of("outside_tables", tree.north.id, who=reader),
        **_outside(tree),
        "imports": of("imports", who=tree.administrator),
        "import_mapping": [(tree.administrator, report + "mapping/")],
        "import_report": [(tree.administrator, report)],
        "import_result": [(tree.administrator, report + "result/")],
    }
