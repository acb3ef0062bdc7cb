"""The pages of effect reports: from the first word to a published edition, by those who may, and nothing is lost."""

from __future__ import annotations

import hashlib
import io
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from PIL import Image
from uuid6 import uuid7

from egenmakt.apps.access.models import User
from egenmakt.apps.reports.models import ClaimVersion, Edition, EditionStory, EffectReport, FindingAnswer, SectionText
from egenmakt.apps.reports.queries.effect import latest_claims, latest_texts, notices_of
from egenmakt.apps.reports.services.effect_freezing import freeze, publish
from egenmakt.apps.reports.services.effect_writing import put_claim
from egenmakt.apps.stories.models import Attachment
from egenmakt.apps.stories.services.attachments import store_attachment
from egenmakt.apps.stories.services.erasing import withdraw_for_teller
from egenmakt.core.evidence.claims.outline import load_outline
from tests.support.effect import AT, WORDS, answer_everything, begin, fill, told_stories, write
from tests.support.learning import Told, do_jobs
from tests.support.reading import stand_still, words_of
from tests.support.tree import Tree


@pytest.fixture(autouse=True)
def _one_day(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_still(monkeypatch)


@pytest.fixture
def told(tree: Tree) -> Told:
    return told_stories(tree)


def as_user(user: User | None) -> Client:
    client = Client()
    if user:
        client.force_login(user)
    return client


def typed(page: Any) -> dict[str, Any]:
    """What stands in the fields of a form, as a browser would send it."""
    return {bound.html_name: bound.value() for bound in page.context["form"] if bound.value() is not None}


def at(name: str, *arguments: object) -> str:
    return reverse(name, args=arguments)


def test_from_the_first_word_to_a_published_edition_by_two_people(told: Told, tree: Tree) -> None:
    ochieng, muthoni, adhiambo = (as_user(user) for user in (tree.officer, tree.monitoring, tree.administrator))
    form = typed(ochieng.get(at("effect_new")))
    assert (form["from_on"], form["last_on"], form["outline"]) == ("2025-01-01", "2025-12-31", "effect")
    given = {**form, "node": str(tree.umoja.id), "from_on": "2026-01-01", "last_on": "2026-12-31"}
    assert "title in at least one language" in words_of(ochieng.post(at("effect_new"), given))
    begun = ochieng.post(at("effect_new"), {**given, "outline": "questions", "title_en": "Our year"})
    report = EffectReport.objects.get()
    assert (begun.url, report.languages) == (at("effect_report", report.id), ["en"])
    assert "Our year" in words_of(ochieng.get(at("effect_reports")))

    for section in load_outline("questions").sections:
        page = at("effect_section", report.id, section.code)
        saved = ochieng.post(page, {"text_en": WORDS[section.expects], "after_en": "0"})
        assert saved.url == page
    by_hand = {"text_en": "We held 340 meetings in 2026.", "after_en": "1"}
    ochieng.post(at("effect_section", report.id, "activities"), by_hand)
    assert SectionText.objects.filter(report=report).count() == 11
    new_id = str(uuid7())
    refused = ochieng.post(at("effect_freeze", report.id), {"id": new_id})
    assert (refused.url, Edition.objects.count()) == (at("effect_findings", report.id), 0)

    found = muthoni.get(refused.url).context["left"]
    assert found
    assert not any(each["stops"] for each in found)
    silent = muthoni.post(refused.url, {"finding": found[0]["fingerprint"], "reason": " "})
    assert silent.status_code == 422
    long = muthoni.post(refused.url, {"finding": found[0]["fingerprint"], "reason": "a" * 2001})
    assert "too long" in words_of(long)
    assert "a" * 2001 in long.content.decode()
    for each in found:
        muthoni.post(refused.url, {"finding": each["fingerprint"], "reason": "We have\r\nlooked."})
    assert set(FindingAnswer.objects.values_list("reason", flat=True)) == {"We have\nlooked."}
    again = muthoni.post(refused.url, {"finding": found[0]["fingerprint"], "reason": "Once more"})
    assert "answered meanwhile" in words_of(again)

    ready = ochieng.get(at("effect_report", report.id))
    assert ready.context["is_ready"]
    frozen = [ochieng.post(at("effect_freeze", report.id), {"id": new_id}) for _twice in range(2)]
    edition = Edition.objects.get()
    assert [one.url for one in frozen] == [at("effect_edition", edition.id)] * 2
    assert "somebody else looks at it" in words_of(ochieng.get(frozen[0].url))
    said = ochieng.post(at("effect_publish", edition.id), follow=True)
    assert "You have frozen this edition" in words_of(said)
    public = at("effect_public", edition.id, "en")
    assert Client().get(public).status_code == 404
    published = adhiambo.post(at("effect_publish", edition.id), follow=True)
    assert "The edition is published." in words_of(published)
    shown = Client().get(public)
    assert shown.status_code == 200
    # behind the number stands the mark of its claim
    assert re.search(r"\b8 \S+ rights-holders tell of a change for the better", words_of(shown))


def test_two_who_write_the_same_section_lose_no_word(tree: Tree) -> None:
    report = begin(tree, titles={"sv": "Rapport", "en": "Report"})
    address, ochieng = at("effect_section", report.id, "participation"), as_user(tree.officer)
    before = typed(ochieng.get(address))
    write(report, "participation", "Muthoni was first.", tree)

    mine = {**before, "text_en": "Ochieng wrote this.", "text_sv": "Ochieng skrev detta."}
    page = ochieng.post(address, mine)

    assert page.status_code == 422
    body = words_of(page)
    assert "Somebody else saved this while you wrote" in body
    assert "Muthoni was first." in body
    assert page.context["form"]["text_en"].value() == "Ochieng wrote this."
    texts = latest_texts(report=report)
    assert texts["participation", "sv"].text == "Ochieng skrev detta."
    assert texts["participation", "en"].text == "Muthoni was first."
    both = {**typed(page), "text_en": "Muthoni was first.\n\nOchieng wrote this.", "text_sv": "Ochieng skrev om."}
    assert ochieng.post(address, both).status_code == 302
    texts = latest_texts(report=report)
    assert texts["participation", "en"].text.endswith("Ochieng wrote this.")
    assert texts["participation", "sv"].text == "Ochieng skrev om."
    # and the earlier text can be taken up again
    first = SectionText.objects.get(report=report, language="en", number=1)
    assert "Take this text up again" in words_of(ochieng.get(address))
    ochieng.post(at("effect_take_up", report.id, "participation"), {"version": str(first.id)})
    assert latest_texts(report=report)["participation", "en"].text == "Muthoni was first."


def test_a_text_as_long_as_a_section_may_be_can_be_saved_from_its_page(tree: Tree) -> None:
    report = begin(tree)
    address, ochieng = at("effect_section", report.id, "participation"), as_user(tree.officer)

    assert ochieng.post(address, {"text_en": "å" * 20_000, "after_en": "0"}).status_code == 302
    too_long = ochieng.post(address, {"text_en": "å" * 50_001, "after_en": "1"})

    assert too_long.status_code == 422
    assert len(latest_texts(report=report)["participation", "en"].text) == 20_000
    assert ochieng.post(at("effect_section", report.id, "unknown"), {"text_en": "a"}).status_code == 404


def claims_row(page: Any, code: str) -> str:
    """What the list says that a claim states."""
    (row,) = (row for row in page.context["table"].rows if row.url.endswith(f"/{code}/"))
    return re.sub("<[^>]+>", "", str(row.cells[0]))


def test_a_number_is_asked_for_placed_refused_where_it_is_about_few_and_taken_away(told: Told, tree: Tree) -> None:
    told.tell(kind="participation")
    report, ochieng = begin(tree, outline="questions"), as_user(tree.officer)
    ask, claims = at("effect_claim_new", report.id), at("effect_claims", report.id)
    form = {"section": "achieved", "kind": "figure", "step": "100"}
    assert ochieng.post(ask, {**form, "indicator": "unknown"}).status_code == 422

    asked: list[dict[str, Any]] = [
        {"indicator": "stories", "country": "ke"},
        {"indicator": "stories", "kind": "at_least", "step": "10"},
        {"indicator": "stories", "kind": "table", "by": "kind"},
        {"indicator": "stories_of_participation", "voice": "rights_holder"},
    ]
    for each in asked:
        assert ochieng.post(ask, {**form, **each}).url == claims
    page = ochieng.get(claims)

    assert set(latest_claims(report=report)) == {
        "stories-ke", "stories", "stories-kind", "stories-of-participation-rights-holder",
    }  # fmt: skip
    body = words_of(page)
    assert [each.code for each in page.context["refused"]] == ["stories-of-participation-rights-holder"]
    assert "It is about few people" in body
    assert claims_row(page, "stories-ke") == "Stories told (Kenya)"
    in_swedish = ochieng.get(claims, headers={"accept-language": "sv"})
    assert claims_row(in_swedish, "stories-ke") == "Berättelser (Kenya)"
    assert "about 1 people" not in body
    table = words_of(ochieng.get(at("effect_claim", report.id, "stories-kind")))
    assert "collective_action" not in table.split("To place it")[0]
    gone = ochieng.post(at("effect_claim_remove", report.id, "stories-of-participation-rights-holder"), follow=True)
    assert "The claim is taken away." in words_of(gone)
    assert not gone.context["refused"]


def test_somebodys_words_are_chosen_only_where_she_opened_them_to_everybody(told: Told, tree: Tree) -> None:
    told.tell(kind="worse", text="Not covered yet.", is_covered=False)
    told.tell(kind="worse", text="For us alone.", consent={"visibility": "organisation"})
    story = told.tell(kind="participation", text="We spoke at the meeting.")
    report, ochieng = begin(tree, outline="questions"), as_user(tree.officer)
    choose = at("effect_quote_new", report.id)

    body = words_of(ochieng.get(choose))
    assert "We spoke at the meeting." in body
    assert "Not covered yet." not in body
    assert "For us alone." not in body
    nothing = ochieng.post(choose, {"section": "achieved", "story": "f" * 64})
    assert (nothing.status_code, latest_claims(report=report)) == (422, {})
    ochieng.post(choose, {"section": "achieved", "story": story.id_hash})
    (code,) = latest_claims(report=report)
    section = words_of(ochieng.get(at("effect_section", report.id, "achieved")))
    assert f"{{{{{code}}}}}" in section
    claim = words_of(ochieng.get(at("effect_claim", report.id, code)))
    assert "We spoke at the meeting." in claim
    assert "Consent" in claim


@pytest.fixture
def edition(told: Told, tree: Tree) -> Edition:
    """Frozen, in English, with a quotation that an author chose."""
    report = begin(tree, outline="questions")
    fill(report, tree)
    story = told.tell(kind="participation", text="Zanzibarmarker spoke at the meeting.")
    document: dict[str, Any] = {
        "kind": "quotation", "statement": {"en": "Her words"}, "query": {"story": story.id_hash}, "method": {},
    }  # fmt: skip
    put_claim(report=report, section="achieved", code="her-words", document=document, by=tree.officer, at=AT)
    write(report, "achieved", WORDS["outcomes"] + "\n\n{{her-words}}", tree)
    answer_everything(report, tree)
    return freeze(id=uuid7(), report=report, by=tree.officer, at=AT)


def pages_of(edition: Edition) -> list[str]:
    report = edition.report_id
    return [
        at("effect_report", report),
        at("effect_section", report, "achieved"),
        at("effect_claims", report),
        at("effect_claim", report, "changes-better"),
        at("effect_findings", report),
        at("effect_edition", edition.id),
        at("effect_changes", edition.id),
        at("effect_draft", report, "en", "html"),
    ]


def deeds_of(edition: Edition) -> list[tuple[str, dict[str, str]]]:
    report = edition.report_id
    entry = str(EditionStory.objects.filter(edition=edition).order_by("id")[0].id)
    version = str(SectionText.objects.get(report=report, section="achieved", number=1).id)
    return [
        (at("effect_section", report, "achieved"), {"text_en": "Mine", "after_en": "2"}),
        (at("effect_findings", report), {"finding": "a", "reason": "b"}),
        (at("effect_claim_new", report), {"section": "achieved", "indicator": "stories", "kind": "figure"}),
        (at("effect_quote_new", report), {"section": "achieved", "story": "a"}),
        (at("effect_claim_remove", report, "her-words"), {}),
        (at("effect_take_up", report, "achieved"), {"version": version}),
        (at("effect_freeze", report), {"id": str(uuid7())}),
        (at("effect_aside", report), {}),
        (at("effect_publish", edition.id), {}),
        (at("effect_told", edition.id), {"entry": entry, "words": "The board"}),
    ]


def counts() -> list[int]:
    kept: list[Any] = [SectionText, ClaimVersion, FindingAnswer, Edition]
    return [
        *(kind.objects.count() for kind in kept),
        Edition.objects.filter(published_at__isnull=False).count(),
        EffectReport.objects.filter(discarded_at__isnull=False).count(),
    ]


def test_who_may_see_a_report_and_who_may_change_it(edition: Edition, tree: Tree) -> None:
    before = counts()
    auditor = as_user(tree.auditor)
    assert [auditor.get(page).status_code for page in pages_of(edition)] == [200] * 8
    assert {auditor.post(*deed).status_code for deed in deeds_of(edition)} == {403}
    assert auditor.get(at("effect_new")).status_code == 403
    assert "Freeze an edition" not in words_of(auditor.get(at("effect_report", edition.report_id)))
    for stranger in (tree.member, tree.chipo, tree.amina, tree.nobody):
        client = as_user(stranger)
        assert {client.get(page).status_code for page in pages_of(edition)} == {404}, stranger
        assert {client.post(*deed).status_code for deed in deeds_of(edition)} == {404}, stranger
        assert client.get(at("effect_pack", edition.id)).status_code == 404
        assert "Effect report 2026" not in words_of(client.get(at("effect_reports")))
    nobody = Client()
    for page in (*pages_of(edition), at("effect_pack", edition.id)):
        assert nobody.get(page).url.startswith(reverse("sign_in")), page
    for name in ("effect_public", "effect_file"):
        more = ("html",) if name == "effect_file" else ()
        assert nobody.get(at(name, edition.id, "en", *more)).status_code == 404
    assert counts() == before
    # a published edition is for everybody; its pack and its report are not
    publish(edition=edition, by=tree.administrator, at=AT)
    assert nobody.get(at("effect_public", edition.id, "en")).status_code == 200
    assert nobody.get(at("effect_public", edition.id, "sv")).status_code == 404
    assert nobody.get(at("effect_file", edition.id, "en", "exe")).status_code == 404
    assert as_user(tree.member).get(at("effect_pack", edition.id)).status_code == 404
    assert as_user(tree.chipo).get(at("effect_edition", edition.id)).status_code == 404


def test_files_have_their_types_and_names_and_are_kept_by_nobody_before_they_are_published(
    edition: Edition, tree: Tree
) -> None:
    ochieng = as_user(tree.officer)
    begins = {"html": b"<!doctype html>", "pdf": b"%PDF-", "docx": b"PK", "xlsx": b"PK"}

    def fetched(name: str, *arguments: object, client: Client = ochieng) -> HttpResponse:
        found: Any = client.get(at(name, *arguments))
        assert found.status_code == 200
        return found

    for ending, magic in begins.items():
        file = fetched("effect_file", edition.id, "en", ending)
        assert file.content.lower().startswith(magic.lower()), ending
        assert file["Cache-Control"] == "private, no-store"
        assert file["X-Content-Type-Options"] == "nosniff"
        if ending == "html":
            assert file["Content-Type"] == "text/html; charset=utf-8"
            assert file["Content-Security-Policy"].startswith("default-src 'none'")
        else:
            assert file["Content-Disposition"] == f'attachment; filename="umoja-2026-2027-1.en.{ending}"'
    pack = fetched("effect_pack", edition.id)
    assert (pack["Content-Type"], pack.content[:2]) == ("application/zip", b"PK")
    assert "no-store" in pack["Cache-Control"]
    draft = fetched("effect_draft", edition.report_id, "en", "html")
    assert ("no-store" in draft["Cache-Control"], "Content-Disposition" in draft) == (True, False)
    assert "draft" in words_of(draft).lower()
    assert ochieng.get(at("effect_draft", edition.report_id, "sv", "html")).status_code == 404
    publish(edition=edition, by=tree.administrator, at=AT)
    public = fetched("effect_public", edition.id, "en", client=Client())
    assert public["Cache-Control"] == "public, max-age=300"
    assert "Zanzibarmarker" in words_of(public)


def test_a_withdrawn_story_is_out_of_every_file_and_somebody_is_told(edition: Edition, told: Told, tree: Tree) -> None:
    publish(edition=edition, by=tree.administrator, at=AT)
    ochieng, page = as_user(tree.officer), at("effect_edition", edition.id)
    public = at("effect_public", edition.id, "en")
    assert b"Zanzibarmarker" in Client().get(public).content
    entry = EditionStory.objects.get(edition=edition, claim="her-words")
    (story,) = (one for one in told.telling.round.stories.all() if one.id_hash == entry.id_hash)
    withdraw_for_teller(story=story, by=tree.amina, at=AT)
    do_jobs()

    assert b"Zanzibarmarker" not in Client().get(public).content
    assert "withdrawn by the one who told it" in words_of(Client().get(public))
    listed = ochieng.get(at("effect_reports"))
    assert "Tell those who have them" in words_of(listed)
    assert [url for _name, url in listed.context["notices"]] == [page]  # once, however many words are withdrawn
    assert "Tell those who have them" not in words_of(as_user(tree.auditor).get(at("effect_reports")))
    assert "Withdrawn words" in words_of(ochieng.get(page))
    for wrong in ({"entry": str(entry.id), "words": " "}, {"entry": str(entry.id), "words": "a" * 2001}):
        ochieng.post(at("effect_told", edition.id), wrong)
    for unknown in ("", "x", "9" * 30):
        assert ochieng.post(at("effect_told", edition.id), {"entry": unknown, "words": "All"}).url == page
    assert notices_of(user=tree.officer).exists()
    for entry in EditionStory.objects.filter(edition=edition, withdrawn_at__isnull=False):
        ochieng.post(at("effect_told", edition.id), {"entry": str(entry.id), "words": "The board, by letter"})
    assert not notices_of(user=tree.officer).exists()
    assert "The board, by letter" in words_of(ochieng.get(page))
    assert "Tell those who have them" not in words_of(ochieng.get(at("effect_reports")))
    # the report says which claim stands in the way of the next edition
    claims = ochieng.get(at("effect_claims", edition.report_id))
    assert [each.code for each in claims.context["refused"]] == ["her-words"]
    assert "may not be quoted any more" in words_of(claims)


def test_what_came_in_later_is_told_claim_by_claim(edition: Edition, told: Told, tree: Tree) -> None:
    ochieng, page = as_user(tree.officer), at("effect_changes", edition.id)
    assert "Every claim comes out today as it stands in the edition." in words_of(ochieng.get(page))
    told.tell(kind="collective_action")

    changed = ochieng.get(page, headers={"accept-language": "sv"})

    assert "collective_action" not in words_of(changed)
    cells = [[str(cell) for cell in row.cells] for row in changed.context["table"].rows]
    assert any(row[1:] == ["9", "10"] for row in cells)  # changes for the better, then and now
    assert any(row[1].endswith(": 8") and row[2].endswith(": 9") for row in cells)  # a table: only what changed


@pytest.mark.parametrize("outline", ["effect", "questions"])
def test_a_report_without_any_data_says_what_to_do(tree: Tree, outline: str) -> None:
    report = begin(tree, node=tree.elsewhere, outline=outline, by=tree.chipo, titles={"sv": "Tomt", "en": "Empty"})
    chipo = as_user(tree.chipo)

    body = words_of(chipo.get(at("effect_report", report.id)))
    assert "Nothing is frozen yet" in body
    assert "To be written" in body
    assert "No claims" in words_of(chipo.get(at("effect_claims", report.id)))
    nothing = words_of(chipo.get(at("effect_quote_new", report.id)))
    assert ("No story of this period may be quoted" in nothing, "Add the quotation" in nothing) == (True, False)
    assert "Nothing is written here yet" in words_of(chipo.get(at("effect_findings", report.id)))
    draft = chipo.get(at("effect_draft", report.id, "sv", "html"))
    assert "Tomt" in words_of(draft)
    new = str(uuid7())
    assert chipo.post(at("effect_freeze", report.id), {"id": new}).url == at("effect_findings", report.id)
    assert chipo.post(at("effect_freeze", report.id), {"id": "none"}).status_code == 404
    aside = chipo.post(at("effect_aside", report.id), follow=True)
    assert "This report was laid aside." in words_of(aside)
    assert "This report was laid aside." not in words_of(chipo.post(at("effect_aside", report.id), follow=True))


def test_the_lists_of_all_reports_lead_to_each_other(tree: Tree) -> None:
    client = as_user(tree.officer)

    for page in ("monthly_reports", "effect_reports", "indicators"):
        body = client.get(at(page)).content.decode()
        for other in ("monthly_reports", "effect_reports", "indicators"):
            assert f'href="{at(other)}"' in body, (page, other)
    assert "No effect reports yet" in words_of(client.get(at("effect_reports")))


def test_a_photograph_is_shown_only_while_its_teller_lets_it_be(told: Told, tree: Tree) -> None:
    content = io.BytesIO()
    Image.new("RGB", (80, 60), (10, 120, 80)).save(content, "JPEG")
    photo = content.getvalue()
    sent = {
        "id": str(uuid7()), "kind": "photo", "sha256": hashlib.sha256(photo).hexdigest(), "bytes": len(photo),
        "media_type": "image/jpeg",
    }  # fmt: skip
    story = told.tell(kind="participation", title="The new road", attachments=[sent], purposes={"photo": True})
    attachment = Attachment.objects.get(id=str(sent["id"]))
    sender = User.objects.get(id=story.received_by)
    store_attachment(attachment=attachment, content=photo, by=sender, at=AT)
    attachment.refresh_from_db()
    report, ochieng = begin(tree, outline="questions"), as_user(tree.officer)
    choose = at("effect_picture_new", report.id)

    assert "The new road" in words_of(ochieng.get(choose))
    given = {
        "section": "achieved",
        "picture": attachment.stored_sha256,
        "caption": "The road that was built",
        "alternative": "A road",
    }
    assert ochieng.post(choose, {**given, "alternative": " "}).status_code == 422
    ochieng.post(choose, given)
    (code,) = latest_claims(report=report)
    fill(report, tree)
    write(report, "achieved", WORDS["outcomes"] + f"\n\n{{{{{code}}}}}", tree)
    answer_everything(report, tree)
    edition = freeze(id=uuid7(), report=report, by=tree.officer, at=AT)
    page = ochieng.get(at("effect_file", edition.id, "en", "html")).content.decode()
    assert 'alt="A road"' in page
    assert "The road that was built" in page
    assert ochieng.get(at("effect_file", edition.id, "en", "pdf")).content.startswith(b"%PDF")
    withdraw_for_teller(story=story, by=tree.amina, at=AT)
    do_jobs()
    assert 'alt="A road"' not in ochieng.get(at("effect_file", edition.id, "en", "html")).content.decode()
    assert not list((Path(settings.HOME) / "files" / "reports").rglob("*.photo"))
    assert "No photograph of this period may be shown." in words_of(ochieng.get(choose))
