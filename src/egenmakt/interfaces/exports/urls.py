"""The addresses of what can be taken out."""

from __future__ import annotations

from django.urls import URLPattern, path

from egenmakt.interfaces.exports import group_list, monthly_files, story_download, story_papers, views
from egenmakt.interfaces.exports.report import views as report

urlpatterns: list[URLPattern] = [
    path("groups/list.csv", group_list.groups_csv, name="groups_csv"),
    path("papers/members/<uuid:id>/passbook/", views.paper_passbook, name="paper_passbook"),
    path("papers/meetings/<uuid:id>/minutes/", views.paper_minutes, name="paper_minutes"),
    path("papers/loans/<uuid:id>/agreement/", views.paper_loan_agreement, name="paper_loan_agreement"),
    path("papers/groups/<uuid:id>/share-out/", views.paper_share_out, name="paper_share_out"),
    path("papers/groups/<uuid:id>/blank/<slug:name>/", views.paper_blank, name="paper_blank"),
    path("papers/rounds/<uuid:id>/form/", story_papers.paper_story_form, name="paper_story_form"),
    path("papers/workshops/<uuid:id>/cards/", story_papers.paper_story_cards, name="story_cards"),
    path("papers/returns/<uuid:id>/", story_papers.paper_return, name="paper_return"),
    path("papers/monthly/<uuid:id>/", monthly_files.paper_monthly, name="paper_monthly"),
    path("reports/monthly/<uuid:id>.csv", monthly_files.monthly_csv, name="monthly_csv"),
    path("reports/monthly/<uuid:id>.xlsx", monthly_files.monthly_xlsx, name="monthly_xlsx"),
    path("reports/monthly/bodies/<uuid:id>.csv", monthly_files.monthly_series_csv, name="monthly_series_csv"),
    path("reports/<uuid:id>/<str:language>/", report.effect_public, name="effect_public"),
    # before the files, whose address it would be taken for
    path("reports/editions/<uuid:id>/report.pack.zip", report.effect_pack, name="effect_pack"),
    path("reports/editions/<uuid:id>/report.<str:language>.<slug:ending>", report.effect_file, name="effect_file"),
    path("reports/effect/<uuid:id>/draft.<str:language>.<slug:ending>", report.effect_draft, name="effect_draft"),
    path("stories/taken-out.zip", story_download.story_file, name="story_file_zip"),
]
