"""Every address of monthly reports: with a draft in which something is found, a correction, and an import."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from uuid6 import uuid7

from egenmakt.apps.access.models import User
from egenmakt.apps.people.models import Node
from egenmakt.apps.reports.models import MonthlyReport
from egenmakt.apps.reports.queries.monthly_series import check_of
from egenmakt.apps.reports.services.monthly import TypedLine, discard, start_correction, write_figures
from egenmakt.apps.reports.services.monthly_steps import approve, check_report, return_for_changes
from egenmakt.core.evidence.answering import print_of
from egenmakt.core.evidence.counts import read_count
from tests.support.monthly_reports import AT, approved, draft, figures, published, series
from tests.support.tree import Tree

FILE = "\n".join(
    [
        "month,region,indicator,flow,accumulated,note",
        "2025-10,شركاء الأمل,grupper,4,1 204,من الهاتف",
        "2025-11,شركاء الأمل,grupper,l3,1 207,",
        "2026-12,شركاء الأمل,grupper,3,9,",
        "",
    ]
)


def monthly_pages(tree: Tree) -> dict[str, list[tuple[User | None, str]]]:
    """The name of an address -> who looks, and where. Names and notes are Arabic: what stays English is ours."""
    Node.objects.filter(id=tree.south.id).update(name="شركاء الأمل")
    tree.south.refresh_from_db()
    first = series(tree, tree.north, 3)[0]
    answered = published(tree, tree.north, 3, members=(29, 202))
    found = draft(tree.north, 4, tree.amina, members=(95, 351), jobs=("", 92))
    discard(report=draft(tree.north, 5, tree.amina), by=tree.amina, at=AT)
    ready = approved(tree, tree.south, 0)
    correction = _corrected(tree, first)
    waiting = draft(tree.north, 6, tree.officer)
    check_report(report=waiting, by=tree.monitoring, at=AT)
    fingerprint = print_of(check_of(found).open[0])
    names, report = _import(tree)

    def of(name: str, *arguments: object, who: User = tree.amina, query: str = "") -> list[tuple[User | None, str]]:
        return [(who, reverse(name, args=arguments) + query)]

    officer = tree.officer
    return {
        "monthly_reports": [
            *of("monthly_reports"),
            *of("monthly_reports", who=officer, query="?until=2026-05"),
            *of("monthly_reports", who=tree.nobody),
        ],
        "monthly_report": [
            *of("monthly_report", found.id),
            *of("monthly_report", first.id),
            *of("monthly_report", answered.id),
            *of("monthly_report", ready.id, who=officer),
            *of("monthly_report", waiting.id, who=officer),
            *of("monthly_report", correction.id),
        ],
        "monthly_new": of("monthly_new"),
        "monthly_figures": of("monthly_figures", found.id),
        "monthly_correct": of("monthly_correct", first.id),
        "monthly_publish": of("monthly_publish", ready.id, who=officer),
        "monthly_send_back": of("monthly_send_back", ready.id, who=officer),
        "monthly_answer": of("monthly_answer", found.id, fingerprint),
        "monthly_series": [
            *of("monthly_series", tree.north.id, query="?indicator=women"),
            *of("monthly_series", tree.south.id, who=officer),
        ],
        "monthly_imports": of("monthly_imports", who=officer),
        "monthly_import_names": [(officer, names)],
        "monthly_import_report": [(officer, report)],
        "monthly_import_result": [(officer, report + "result/")],
    }


def _corrected(tree: Tree, published_report: MonthlyReport) -> MonthlyReport:
    """A correction that was sent back once."""
    made = start_correction(id=uuid7(), report=published_report, reason="نُسيت مجموعة", by=tree.amina, at=AT)
    line = TypedLine(read_count("25"), read_count("25"), "مجموعة أخرى")
    write_figures(report=made, figures={**figures(0), "jobs": line}, changes=0, by=tree.amina, at=AT)
    check_report(report=made, by=tree.monitoring, at=AT)
    approve(report=made, by=tree.officer, at=AT)
    return_for_changes(id=uuid7(), report=made, words="لماذا؟", by=tree.officer, at=AT)
    return made


def _import(tree: Tree) -> tuple[str, str]:
    """An import with a row that has no place, brought in without it. Returns: the page of names, and the dry run."""
    client = Client()
    client.force_login(tree.officer)
    sent = client.post(
        reverse("monthly_imports"),
        {
            "below": str(tree.umoja.id),
            "as_what": "published",
            "tables": SimpleUploadedFile("months.csv", FILE.encode()),
        },
    )
    form = client.get(sent.url).context["form"]
    report: str = client.post(sent.url, {bound.name: bound.value() for bound in form}).url
    client.post(report + "run/", {"partly": "1"})
    return sent.url, report
