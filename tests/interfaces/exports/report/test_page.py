"""The page: light, alone, in its languages, with a way from every number to its claim and back."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lxml import html as parser
from PIL import Image

from egenmakt.core.evidence.blocks import Picture, claims_in
from egenmakt.interfaces.exports.report.html import content_security_policy, render_html
from egenmakt.interfaces.exports.report.photographs import MissingPicture, WrongPicture
from tests.interfaces.exports.report.samples import HOSTILE, hostile_report, html
from tests.support.a_report import LANGUAGES, PHOTOGRAPH, PICTURES, WORDS, a_report
from tests.support.browser import axe as faults

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.once


def page(text: str) -> parser.HtmlElement:
    return parser.document_fromstring(text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_leads_to_its_claim_and_back_to_every_place(language: str) -> None:
    report = a_report(language)
    tree = page(html(language))

    codes = [line.code for line in report.claims]
    asked = Counter(codes.index(code) + 1 for code in claims_in(report.blocks))
    found = Counter(int(link.get("href").removeprefix("#claim-")) for link in tree.xpath("//sup/a"))
    assert found == asked
    ids = Counter(tree.xpath("//@id"))
    assert [name for name, times in ids.items() if times > 1] == []
    targets = tree.xpath("//a/@href")
    assert [href for href in targets if not href.startswith("#") or href[1:] not in ids] == []
    for number, times in asked.items():
        backs = tree.xpath(f"//li[@id='claim-{number}']/a/@href")
        assert backs == [f"#place-{number}-{place}" for place in range(1, times + 1)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_light_and_asks_nobody_for_anything(language: str) -> None:
    text = html(language)

    without_photographs = re.sub(r"base64,[\w+/=]+", "", text)
    assert len(without_photographs.encode()) < 100_000
    tree = page(text)
    assert tree.xpath("//script | //link | //iframe | //object | //@onload | //@style") == []
    assert all(source.startswith("data:image/jpeg;base64,") for source in tree.xpath("//@src"))
    assert "url(" not in text
    assert "@import" not in text


def test_the_language_and_direction_of_the_page_and_of_its_parts() -> None:
    swedish, arabic = page(html("sv")), page(html("ar"))

    assert (swedish.get("lang"), swedish.get("dir")) == ("sv", "ltr")
    assert (arabic.get("lang"), arabic.get("dir")) == ("ar", "rtl")
    quoted = swedish.xpath("//blockquote/p[@lang]")[0]
    assert (quoted.get("lang"), quoted.get("dir"), quoted.text) == ("ne", "ltr", WORDS["ne"]["translation"])
    assert [(part.get("lang"), part.get("dir")) for part in swedish.xpath("//main/p[@lang] | //li/span[@lang]")] == [
        ("sw", "ltr"),
        ("ar", "rtl"),
    ]
    assert arabic.xpath("//main/p[@lang='ar']") == []


def test_contents_list_the_headings_with_what_is_inside_them() -> None:
    tree = page(html("sv"))

    words = WORDS["sv"]
    outer = [item.findtext("a") for item in tree.xpath("//nav/ol/li")]
    assert outer == [
        *(words["h_work"], words["h_change"], words["h_where"], words["h_better"]),
        "Påståenden och deras belägg",
    ]
    assert tree.xpath("//nav/ol/li/ol/li/a/text()") == [words["types"]]
    assert [f"{heading.tag} {heading.text}" for heading in tree.xpath("//h1 | //main/h2 | //h3")][:4] == [
        f"h1 {words['title']}",
        f"h2 {words['h_work']}",
        f"h2 {words['h_change']}",
        f"h3 {words['types']}",
    ]


def test_only_a_draft_says_so_and_marks_what_was_typed_by_hand() -> None:
    draft, final = page(html("sv", is_draft=True)), page(html("sv"))

    assert draft.xpath("//mark/text()") == [WORDS["sv"]["unproved"]]
    assert draft.xpath("//abbr/@title") == ["skrivet för hand, utan belägg"]
    assert draft.xpath("//h2[@id='unproved']/following-sibling::ul[1]/li/text()") == [WORDS["sv"]["unproved"]]
    assert len(draft.find_class("draft")) == 1
    assert final.xpath("//mark | //abbr | //*[@id='unproved'] | //*[@class='draft']") == []
    assert WORDS["sv"]["unproved"] in final.text_content()


def test_every_table_names_its_columns_and_rows_and_every_chart_has_its_table() -> None:
    tree = page(html("en"))

    for table in tree.xpath("//table"):
        assert table.xpath("./caption")
        columns = table.xpath("./thead/tr/th[@scope='col']")
        for row in table.xpath("./tbody/tr"):
            assert [cell.tag for cell in row] == ["th"] + ["td"] * (len(columns) - 1)
            assert row[0].get("scope") == "row"
    charts = tree.xpath("//figure[not(contains(@class, 'photo'))]")
    assert len(charts) == 6
    assert all(len(chart.xpath("./svg")) == len(chart.xpath("./details//table")) == 1 for chart in charts)


def test_what_is_typed_into_any_field_is_shown_and_never_done() -> None:
    text = render_html(hostile_report(), {})

    tree = page(text.replace("\x00", ""))
    assert tree.xpath("//script") == []
    assert text.count("<script") == 0
    assert "&lt;script&gt;" in text
    assert len(Counter(tree.xpath("//@id"))) == len(tree.xpath("//@id"))
    assert HOSTILE[:20] in tree.findtext(".//h1")


def test_a_photograph_comes_without_what_the_camera_wrote_into_it() -> None:
    tree = page(html("sv"))

    content = base64.b64decode(tree.xpath("//img/@src")[0].split(",")[1])
    with Image.open(io.BytesIO(content)) as shown, Image.open(io.BytesIO(PHOTOGRAPH)) as taken:
        assert dict(taken.getexif())
        assert dict(shown.getexif()) == {}
        assert max(shown.size) == 1400
    assert b"Secret village" in PHOTOGRAPH
    assert b"Secret village" not in content
    assert tree.xpath("//img/@alt") == [WORDS["sv"]["alternative"]]


def test_only_the_picture_that_was_consented_to_is_shown() -> None:
    report = a_report("en")
    sha256 = next(block.sha256 for block in report.blocks if isinstance(block, Picture))

    with pytest.raises(MissingPicture, match="not given"):
        render_html(report, {})
    with pytest.raises(WrongPicture, match="another picture"):
        render_html(report, {sha256: PHOTOGRAPH + b" "})
    no_picture = b"not a picture"
    wrong = hashlib.sha256(no_picture).hexdigest()
    blocks = tuple(replace(block, sha256=wrong) if isinstance(block, Picture) else block for block in report.blocks)
    with pytest.raises(WrongPicture, match="cannot be read"):
        render_html(replace(report, blocks=blocks), {wrong: no_picture})


def test_the_same_report_is_the_same_page() -> None:
    assert render_html(a_report("ne"), PICTURES) == html("ne")


@pytest.mark.browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_browser_finds_nothing_wrong_wide_or_narrow_light_or_dark(
    language: str, browser: Browser, tmp_path: Path
) -> None:
    path = tmp_path / "report.html"
    path.write_text(html(language, is_draft=language == "sv"), encoding="utf-8")
    with browser.new_context(color_scheme="dark" if language in ("en", "ar") else "light") as context:
        tab = context.new_page()
        said: list[str] = []
        asked: list[str] = []
        tab.on("console", lambda message: said.append(message.text))
        tab.on("request", lambda request: asked.append(request.url))
        for width in (360, 1280):
            tab.set_viewport_size({"width": width, "height": 800})
            tab.goto(path.as_uri())
            assert tab.evaluate("document.documentElement.scrollWidth") <= width
            # axe takes seconds: in light and as a draft narrow and wide, from right to left and dark narrow
            if (language, width) in (("sv", 360), ("sv", 1280), ("ar", 360)):
                assert faults(tab) == []
        # its own style is let through, and nothing else is asked for
        assert tab.evaluate("getComputedStyle(document.querySelector('main')).maxWidth") != "none"

    assert said == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert "unsafe" not in content_security_policy()


@pytest.mark.browser
def test_printed_the_tables_beside_the_charts_are_open(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text(html("en"), encoding="utf-8")
    with browser.new_context() as context:
        tab = context.new_page()
        tab.goto(path.as_uri())
        seen = "Array.from(document.querySelectorAll('details table')).filter(t => t.checkVisibility()).length"
        on_screen = tab.evaluate(seen)
        tab.emulate_media(media="print")
        on_paper = tab.evaluate("Array.from(document.querySelectorAll('details table')).map(t => t.offsetHeight > 0)")

    assert on_screen == 0
    assert on_paper == [True] * 6
