"""Every paper: same bytes for the same data, tagged, and the figures on paper are the figures in the data."""

from __future__ import annotations

import re
import subprocess
import unicodedata
from dataclasses import replace
from pathlib import Path

import pdfua
import pytest

from egenmakt.interfaces.exports.pdf.documents import DOCUMENTS
from egenmakt.interfaces.exports.pdf.documents.passbook import imposition
from egenmakt.interfaces.exports.pdf.labels import Words
from egenmakt.interfaces.exports.pdf.parts import BlankList, NotPrintable, Person, Vote, shown_code
from egenmakt.interfaces.exports.pdf.typesetting import NoTimeZone
from tests.interfaces.exports.pdf_examples import (
    EXAMPLES,
    GROUP,
    PRINTED_AT,
    code,
    loan_agreement,
    minutes,
    passbook,
    people,
    share_out_list,
)

pytestmark = pytest.mark.once

HOSTILE = (
    '#eval("1 + 1")',
    "*x* _y_ `z`",
    "$y$ \\ @ref <tag>",
    "#panic()",
    "Åsa 😀 Öberg",
    "a\u202egnp.exe",
    "\x00\x07\ufeff",
)


def read_text(pdf: bytes, tmp_path: Path) -> str:
    """What a reader who copies, searches or listens gets, with every kind of space as one."""
    path = tmp_path / "paper.pdf"
    path.write_bytes(pdf)
    result = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True)
    return " ".join(unicodedata.normalize("NFC", result.stdout.decode()).split())


def read_plain_text(pdf: bytes, tmp_path: Path) -> str:
    """The text in the order in which it stands in the file: for languages that are not set from left to right."""
    path = tmp_path / "paper.pdf"
    path.write_bytes(pdf)
    result = subprocess.run(["pdftotext", "-raw", str(path), "-"], capture_output=True, check=True)
    text = unicodedata.normalize("NFKC", result.stdout.decode())
    steering = dict.fromkeys(map(ord, "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
    return " ".join(text.translate(steering).split())


def spaced(text: str) -> str:
    return " ".join(text.split())


def page_count(pdf: bytes, tmp_path: Path) -> int:
    path = tmp_path / "count.pdf"
    path.write_bytes(pdf)
    info = subprocess.run(["pdfinfo", str(path)], capture_output=True, check=True, text=True).stdout
    return int(next(line.split()[1] for line in info.splitlines() if line.startswith("Pages:")))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_same_data_give_the_same_bytes(name: str) -> None:
    first = DOCUMENTS[name].render(EXAMPLES[name], language="en", printed_at=PRINTED_AT)

    second = DOCUMENTS[name].render(EXAMPLES[name], language="en", printed_at=PRINTED_AT)

    assert first == second
    assert first.startswith(b"%PDF-")


@pytest.mark.parametrize("language", ["en", "sv", "ar"])
@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_paper_passes_the_checks_of_pdf_ua(name: str, language: str, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.pdf"

    path.write_bytes(DOCUMENTS[name].render(EXAMPLES[name], language=language, printed_at=PRINTED_AT))

    report = pdfua.validate(str(path))
    assert [finding.message for finding in report.findings] == []
    assert report.exit_code == 0


def test_the_table_and_the_examples_name_the_same_papers() -> None:
    assert list(DOCUMENTS) == list(EXAMPLES)


def test_another_time_of_printing_is_another_file_and_needs_a_time_zone() -> None:
    render, data = DOCUMENTS["loan_agreement"].render, EXAMPLES["loan_agreement"]

    later = render(data, language="en", printed_at=PRINTED_AT.replace(hour=10))

    assert later != render(data, language="en", printed_at=PRINTED_AT)
    with pytest.raises(NoTimeZone, match="time zone"):
        render(data, language="en", printed_at=PRINTED_AT.replace(tzinfo=None))


@pytest.mark.parametrize(("currency", "scale"), [("KES", 100), ("UGX", 1), ("TND", 1000)])
def test_the_passbook_shows_every_code_and_the_totals_of_its_lines(currency: str, scale: int, tmp_path: Path) -> None:
    data = passbook(currency=currency, scale=scale)
    words = Words.of("sv")

    text = read_text(DOCUMENTS["passbook"].render(data, language="sv", printed_at=PRINTED_AT), tmp_path)

    for line in data.lines:
        assert spaced(shown_code(line.code)) in text
        assert spaced(words.amount(line.savings_balance_minor, currency)) in text
    total_row = [
        words.amount(sum(line.savings_minor for line in data.lines), currency),
        words.amount(sum(line.social_fund_minor for line in data.lines), currency),
        words.amount(sum(line.fines_minor for line in data.lines), currency),
        words.amount(data.lines[-1].savings_balance_minor, currency),
    ]
    assert " ".join(spaced(amount) for amount in total_row) in text


def test_a_booklet_holds_all_pages_of_the_book_on_sheets_that_fold() -> None:
    assert imposition(page_count=8) == [(7, 0, 5, 2), (1, 6, 3, 4)]
    assert imposition(page_count=4) == [(3, 0, None, None), (1, 2, None, None)]
    for pages in range(4, 60, 4):
        places = [place for side in imposition(page_count=pages) for place in side if place is not None]
        assert sorted(places) == list(range(pages))
    with pytest.raises(NotPrintable, match="folded"):
        imposition(page_count=6)


def test_pages_that_share_a_leaf_of_the_booklet_follow_on() -> None:
    sides = imposition(page_count=16)

    for front, back in zip(sides[::2], sides[1::2], strict=True):
        # turned on the long edge, what is left on the front lies behind what is right on the back
        for left, right in ((0, 1), (2, 3)):
            leaves = [sorted((front[left] or 0, back[right] or 0)), sorted((front[right] or 0, back[left] or 0))]
            assert all(second == first + 1 for first, second in leaves)


def test_a_booklet_has_the_same_words_as_the_book(tmp_path: Path) -> None:
    render, data = DOCUMENTS["passbook"].render, passbook()

    booklet = render(data, language="en", printed_at=PRINTED_AT, layout="a4_booklet")

    assert page_count(booklet, tmp_path) == 2
    text = read_text(booklet, tmp_path)
    assert all(spaced(shown_code(line.code)) in text for line in data.lines)


def test_a_passbook_that_does_not_add_up_is_not_printed() -> None:
    data = passbook()
    wrong = replace(data.lines[3], savings_balance_minor=data.lines[3].savings_balance_minor + 1)

    with pytest.raises(NotPrintable, match="After meeting 4 the savings should be"):
        replace(data, lines=(*data.lines[:3], wrong, *data.lines[4:]))


def test_the_minutes_show_counts_votes_keys_and_the_code(tmp_path: Path) -> None:
    data = minutes()
    words = Words.of("en")

    text = read_text(DOCUMENTS["minutes"].render(data, language="en", printed_at=PRINTED_AT), tmp_path)

    assert spaced(shown_code(data.code)) in text
    assert "Present: 18 Late: 1 Excused: 1 On leave: 1 Absent: 1" in text
    assert "A coin of 5 was missing" in text
    assert "QUORUM NOT" in text
    opened = sum(count.counted_minor for count in data.opening)
    closed = sum(count.counted_minor for count in data.closing)
    flow = [opened, data.paid_in_minor, data.paid_out_minor, closed, closed]
    assert " ".join(words.amount(minor, "KES") for minor in flow) in text
    assert all(key.holder.name in text for key in data.keys)
    assert "Meeting 30: one share too many for Chipo Chirwa." in text


def test_minutes_that_lose_a_unit_are_not_printed() -> None:
    data = minutes()
    wrong = replace(data.closing[1], expected_minor=data.closing[1].expected_minor - 1, reason="lost")

    with pytest.raises(NotPrintable, match="the boxes should hold"):
        replace(data, closing=(data.closing[0], wrong))


def test_two_counts_that_differ_need_a_third() -> None:
    with pytest.raises(NotPrintable, match="count again"):
        replace(minutes().closing[0], third_count_minor=None)


def test_an_agreement_shows_what_is_got_paid_back_and_what_it_costs(tmp_path: Path) -> None:
    data = loan_agreement()

    text = read_text(DOCUMENTS["loan_agreement"].render(data, language="en", printed_at=PRINTED_AT), tmp_path)

    # 6,000 less a fee of 50; six times 60 in interest
    assert "5,950.00 KES 6,360.00 KES 410.00 KES 27.42 %" in text
    assert "For each 100.00 KES that you get, you pay back 106.89 KES." in text
    assert "Total 6,000.00 360.00 0.00 6,360.00" in text
    assert "Clause 14: whoever pays late pays a fine of 50 to the loan fund." in text
    assert text.count("1,060.00") == 6


def test_an_agreement_whose_instalments_do_not_return_the_loan_is_not_printed() -> None:
    data = loan_agreement()

    with pytest.raises(NotPrintable, match="unpaid"):
        replace(data, instalments=data.instalments[:-1])


def test_the_share_out_list_shows_totals_that_are_the_sums_of_its_lines(tmp_path: Path) -> None:
    data = share_out_list()
    words = Words.of("en")

    text = read_text(DOCUMENTS["share_out_list"].render(data, language="en", printed_at=PRINTED_AT), tmp_path)

    columns = ("savings", "profit", "claim", "set_off", "fines", "payout", "still_owed")
    sums = [
        sum(line.savings_minor for line in data.lines),
        sum(line.profit_minor for line in data.lines),
        sum(line.savings_minor + line.profit_minor for line in data.lines),
        sum(line.set_off_minor for line in data.lines),
        sum(line.fines_minor for line in data.lines),
        sum(line.payout_minor for line in data.lines),
        sum(line.still_owed_minor for line in data.lines),
    ]
    assert [data.total(column) for column in columns] == sums
    assert " ".join(words.amount(minor, "KES") for minor in sums) in text
    assert "0.03 KES could not be divided evenly." in text


def test_only_an_open_share_out_is_called_a_simulation_and_on_every_page(tmp_path: Path) -> None:
    render = DOCUMENTS["share_out_list"].render

    simulated = render(share_out_list(members=40), language="en", printed_at=PRINTED_AT)
    closed = render(share_out_list(members=40, is_closed=True), language="en", printed_at=PRINTED_AT)

    pages = page_count(simulated, tmp_path)
    assert pages > 1
    assert read_text(simulated, tmp_path).count("SIMULATION: nothing is decided") == pages
    assert "SIMULATION" not in read_text(closed, tmp_path)
    with pytest.raises(NotPrintable, match="block"):
        replace(share_out_list(is_closed=True), blocking=("A loan without a decision.",))


def test_a_payout_that_forgets_a_set_off_is_not_printed() -> None:
    line = next(line for line in share_out_list().lines if line.set_off_minor)

    with pytest.raises(NotPrintable, match="should be paid"):
        replace(line, payout_minor=line.payout_minor + line.set_off_minor)


def test_forty_members_flow_over_pages_under_a_repeated_heading(tmp_path: Path) -> None:
    data = BlankList(group_name=GROUP.name, currency="KES", members=people(40))

    pdf = DOCUMENTS["blank_meeting"].render(data, language="en", printed_at=PRINTED_AT)

    text = read_text(pdf, tmp_path)
    assert all(person.name in text for person in data.members)
    assert text.count("Social fund Loan repaid") == 2


@pytest.mark.parametrize("name", HOSTILE)
def test_marks_of_the_typesetter_in_a_name_are_printed_as_they_are(name: str, tmp_path: Path) -> None:
    member = Person(name=f"{name} Achieng", number="07")

    agreement = DOCUMENTS["loan_agreement"].render(
        loan_agreement(borrower=member), language="en", printed_at=PRINTED_AT
    )
    book = DOCUMENTS["passbook"].render(passbook(member=member), language="en", printed_at=PRINTED_AT)

    letters = "".join(sign for sign in name if sign.isascii() and sign.isprintable()).split()
    for pdf in (agreement, book):
        text = read_text(pdf, tmp_path)
        assert all(word in text for word in letters)
        assert "Achieng" in text


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("ar", "أمينة محمد الحسن"),
        ("fa-AF", "گلثوم رحیمی"),
        ("ne", "सावित्री कुमारी थापा"),
        ("hi", "लक्ष्मी प्रसाद"),
        ("bn", "আমিনা খাতুন"),
        ("ta", "கல்பனா ராஜன்"),
        ("am", "አልማዝ ተስፋዬ"),
    ],
)
def test_names_in_other_scripts_can_be_copied_from_the_paper(language: str, name: str, tmp_path: Path) -> None:
    data = loan_agreement(borrower=Person(name=name, number="3"))

    text = read_plain_text(DOCUMENTS["loan_agreement"].render(data, language=language, printed_at=PRINTED_AT), tmp_path)

    # pdftotext orders words by the direction of most of the line, and may see a space before a glyph that is moved:
    # what counts is that each word has its letters in their order
    for word in unicodedata.normalize("NFKC", name).split():
        assert word in text.replace(" ", "")


def test_a_right_to_left_language_without_labels_gets_english_words_from_right_to_left() -> None:
    words = Words.of("ar")

    assert (words.language, words.direction) == ("en", "rtl")
    assert Words.of("sv-SE").language == "sv"
    assert Words.of("prs").direction == "rtl"
    assert Words.of("no such language").language == "en"


def test_english_sentences_on_a_right_to_left_page_keep_their_figures_in_place(tmp_path: Path) -> None:
    path = tmp_path / "list.pdf"
    path.write_bytes(DOCUMENTS["share_out_list"].render(share_out_list(), language="ar", printed_at=PRINTED_AT))

    # the order on the page, from left to right, whatever the order in the file
    boxes = subprocess.run(["pdftotext", "-bbox", str(path), "-"], capture_output=True, check=True, text=True).stdout
    words = re.findall(r'<word xMin="([\d.]+)" yMin="([\d.]+)"[^>]*>([^<]+)</word>', boxes)
    row = next(y for _, y, word in words if "evenly" in word)
    line = [word for _, y, word in sorted(words, key=lambda item: float(item[0])) if y == row]
    shown = " ".join(word.strip("\u2066\u2069") for word in line)
    assert shown.startswith("0.03 KES could not be divided evenly.")


def test_a_very_long_name_breaks_and_does_not_stop_the_printing(tmp_path: Path) -> None:
    member = Person(name="Ramanathapuramkalyanasundaram" * 6, number="1")
    data = share_out_list()
    lines = (replace(data.lines[0], member=member), *data.lines[1:])

    pdf = DOCUMENTS["share_out_list"].render(replace(data, lines=lines), language="en", printed_at=PRINTED_AT)

    assert "Ramanathapuramkalyana" in read_text(pdf, tmp_path)


def test_a_code_with_a_wrong_character_is_not_printed() -> None:
    line = passbook().lines[0]
    other = "3" if line.code[0] != "3" else "4"

    with pytest.raises(ValueError, match="one character is wrong"):
        replace(line, code=other + line.code[1:])
    assert shown_code(code(1)).replace("\u00a0", "") == code(1)


def test_a_vote_below_the_quorum_says_so() -> None:
    words = Words.of("en")

    assert Vote(5, 1, 0, 6).content(words)["quorum"] == "Quorum reached: 6 voted, at least 6 needed"
    assert Vote(5, 0, 0, 6).content(words)["quorum"] == "QUORUM NOT REACHED: 5 voted, at least 6 needed"
