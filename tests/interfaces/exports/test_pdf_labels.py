"""Words, figures and letters on paper."""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st

from egenmakt.core.money import DECIMALS, MINOR_MAX, Money
from egenmakt.interfaces.exports.pdf.direction import fence
from egenmakt.interfaces.exports.pdf.fonts import (
    UNSHOWABLE,
    VENDORED,
    VENDORED_FOLDER,
    choose_fonts,
    printable,
    read_coverage,
)
from egenmakt.interfaces.exports.pdf.labels import UnknownLabel, Words, label_languages, read_labels
from egenmakt.interfaces.exports.pdf.typesetting import TEMPLATE_FOLDER

pytestmark = pytest.mark.once

SOURCE = "#set page(width: 10cm, height: auto)\n#set document(title: \"t\")\n#let i = json(bytes(sys.inputs.data))\n" \
    "#set text(font: i.fonts, fallback: false)\n#i.text"  # fmt: skip


def places(label: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", label))


@pytest.mark.parametrize("language", label_languages())
def test_every_language_has_every_label_with_the_same_places(language: str) -> None:
    source, labels = read_labels("en"), read_labels(language)

    assert {key: places(label) for key, label in labels.items()} == {
        key: places(label) for key, label in source.items()
    }
    assert all(label.strip() for label in labels.values())


@pytest.mark.parametrize("language", sorted(set(label_languages(for_tellers=True)) - set(label_languages())))
def test_a_language_of_tellers_has_all_labels_of_their_papers_with_the_same_places(language: str) -> None:
    source, labels = read_labels("en"), read_labels(language)
    own = {key for key in source if key.startswith(("story_form.", "return_page."))}
    shared = {"page_of", "printed_at", "date", "amounts_in", "amounts_in_blank"}

    assert {key: places(label) for key, label in labels.items()} == {key: places(source[key]) for key in own | shared}
    assert all(label.strip() for label in labels.values())
    assert Words.of(language, for_tellers=True).language == language
    assert Words.of(language).language == "en"  # the papers of the office have no words in it


def test_every_label_that_a_template_asks_for_exists_and_none_is_left_over() -> None:
    folder = TEMPLATE_FOLDER.parent
    code = "\n".join(path.read_text(encoding="utf-8") for path in [*folder.rglob("*.typ"), *folder.rglob("*.py")])
    built = ("attendance.", "box.", "key.", "vote.", "shares.", "blank_cut_off.", "blank_loan.", "column.", "minutes.",
        "story_form.", "story_cards.", "return_page.", "monthly_report.")  # fmt: skip
    labels = read_labels("en")

    asked = set(re.findall(r'words\.(?:at|text)\("([\w.]+)"', code)) - {"passbook.how_to_"}
    unused = {
        key
        for key in labels
        if f'"{key}"' not in code and f"words.{key}" not in code and not key.startswith((*built, "passbook.how_to_"))
    }

    assert {key for key in asked if key not in labels and not key.endswith(".")} == set()
    assert unused == set()


def test_amounts_have_the_decimals_of_their_currency_and_no_place_to_break() -> None:
    assert Words.of("en").money(123456789, "KES") == "1,234,567.89\u00a0KES"
    assert Words.of("sv").money(123456789, "KES") == "1\u00a0234\u00a0567,89\u00a0KES"
    assert Words.of("en").money(1234567, "UGX") == "1,234,567\u00a0UGX"
    assert Words.of("en").money(1234567, "TND") == "1,234.567\u00a0TND"
    assert Words.of("sv").amount(-5, "SEK") == "\u22120,05"


def test_a_negative_amount_keeps_its_minus_on_the_left_in_right_to_left_text() -> None:
    assert Words.of("ar").amount(-12345, "KES") == "\u200e\u2212123.45"


@settings(max_examples=60)
@given(minor=st.integers(-MINOR_MAX, MINOR_MAX), currency=st.sampled_from(sorted(DECIMALS)))
def test_an_amount_on_paper_reads_back_as_the_same_money(minor: int, currency: str) -> None:
    shown = Words.of("sv").amount(minor, currency)

    assert Money.parse(shown.replace(",", "."), currency) == Money(minor, currency)


def test_dates_and_rates_are_written_as_the_reader_writes_them() -> None:
    assert Words.of("sv").day_in_full(date(2026, 3, 14)) == "14\u00a0mars\u00a02026"
    assert Words.of("sw").day_in_full(date(2026, 3, 14)) == "14\u00a0Machi\u00a02026"
    assert Words.of("sv").percent(Decimal("23.705")) == "23,71\u00a0%"
    assert Words.of("en").count("shares", 1) == "1 share"
    assert Words.of("sv").count("shares", 3) == "3 andelar"


def test_a_missing_label_is_named() -> None:
    with pytest.raises(UnknownLabel, match="no_such_label"):
        Words.of("en").text("no_such_label")


def test_the_vendored_fonts_cover_the_letters_that_members_write() -> None:
    coverage = {name: read_coverage(VENDORED_FOLDER / file) for name, file in VENDORED.items()}

    assert {ord(letter) for letter in "Åsa Öberg Ng'ang'a Ẹniọlá ñ Đặng –·×"} <= coverage["Noto Sans"]
    assert ord("−") in frozenset().union(*coverage.values())
    assert {ord(letter) for letter in "أمينةگپچ"} <= coverage["Noto Sans Arabic"]
    assert {ord(letter) for letter in "सावित्री"} <= coverage["Noto Sans Devanagari"]
    assert ord("😀") not in coverage["Noto Sans"]


def test_the_common_papers_need_no_font_of_the_machine() -> None:
    labels = "".join("".join(read_labels(language).values()) for language in label_languages())

    choice = choose_fonts(text=labels + "أمينة सावित्री আমিনা கல்பனா አልማዝ")

    assert choice.folders == (VENDORED_FOLDER,)


def test_what_cannot_be_shown_is_marked_and_what_misleads_is_left_out() -> None:
    assert printable("A\U000f0000b") == f"A{UNSHOWABLE}b"
    assert printable("a\u202eb\ufeffc") == "abc"
    assert printable("a\u2069b\u2066c") == "ab\u2066c\u2069"
    assert printable("a\nb\x00c") == "a b c"
    assert printable("e\u0301") == "é"
    assert printable("x" * 50).replace("\u200b", "") == "x" * 50
    assert "\u200b" in printable("x" * 50)


def test_words_that_run_against_the_page_are_fenced_so_that_their_figures_stay_in_place() -> None:
    assert fence("0.03 KES is left.", within="rtl") == "\u20660.03 KES is left.\u2069"
    assert fence("أمينة", within="ltr") == "\u2067أمينة\u2069"
    assert fence("1,250.00", within="rtl") == "1,250.00"
    assert fence("Amina", within="ltr") == "Amina"
    assert Words.of("ar").text("printed_at", at="14 مارس") == "Printed \u206714 مارس\u2069"


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=40))
def test_any_text_at_all_can_be_put_on_paper(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    source: Path = tmp_path_factory.getbasetemp() / "any.typ"
    source.write_text(SOURCE, encoding="utf-8")
    shown = printable(text)
    fonts = choose_fonts(text=shown)

    pdf = typst.compile(
        str(source),
        root=str(source.parent),
        font_paths=[str(folder) for folder in fonts.folders],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps({"text": "a" + shown, "fonts": list(fonts.families)}, ensure_ascii=False)},
        pdf_standards=["ua-1"],
        timestamp=0,
    )

    assert pdf.startswith(b"%PDF-")
