"""An invented report with every kind of block, in Swedish, English, Arabic and Nepali. Nobody in it exists."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from datetime import date

from PIL import Image, ImageDraw

from egenmakt.core.evidence.blocks import (
    Block,
    Bullets,
    Cell,
    Chart,
    ClaimLine,
    Column,
    Direction,
    Heading,
    KeyFigure,
    KeyFigures,
    Note,
    Picture,
    Placed,
    Prose,
    Quotation,
    Report,
    Series,
    Table,
    Text,
)
from egenmakt.interfaces.exports.report.labels import labels_of

LANGUAGES = ("sv", "en", "ar", "ne")

WORDS = {
    "sv": {
        "title": "Effektrapport 2025: egen makt över egna liv",
        "subtitle": "Vad som hände i grupperna, och hur vi vet det",
        "organisation": "Föreningen Exempel",
        "period": "1 januari–31 december 2025",
        "day": "31 december 2025",
        "h_work": "Vad arbetar vi för?",
        "h_change": "Vad har det skett för förändring?",
        "h_where": "Var det hände",
        "h_better": "Vad kan bli bättre?",
        "p_before": "Vid årets slut sparade ",
        "p_after": " medlemmar tillsammans i tre länder. Det är fler än förra året, och de flesta är kvinnor. ",
        "strong": "Gruppen bestämmer själv vad den gör.",
        "unproved": "Omkring 40 byar",
        "unproved_after": " har hört talas om arbetet.",
        "b1": "Grupperna väljer sina egna mål.",
        "b2": "Varje tal i rapporten leder till sitt belägg.",
        "members": "Medlemmar i grupper",
        "saved": "Sparat under året",
        "women": "Andel kvinnor",
        "country": "Land",
        "groups": "Grupper",
        "month": "Månad",
        "types": "Slag av förändring",
        "better": "Bättre",
        "same": "Ingen skillnad",
        "worse": "Sämre",
        "influence": "Inflytande över beslut i byn och i kommunen",
        "income": "Egen inkomst",
        "health": "Hälsa",
        "share": "Andel",
        "chart_bars": "Medlemmar och kvinnor i varje land",
        "chart_lines": "Grupper månad för månad",
        "chart_shares": "Hur berättarna själva bedömde förändringen",
        "chart_intervals": "Andel som deltog i beslut, med osäkerhet",
        "chart_map": "Länderna där grupperna finns",
        "chart_money": "Sparande och lån i varje land",
        "description": "Staplarna visar att Kenya har flest medlemmar, sedan Nepal och Palestina.",
        "note": "En medlem räknas en gång, också när hon är med i två grupper.",
        "caution": "Bara de som ville svara har svarat.",
        "empty": "Lärdomar skrivs när regionerna har träffats.",
        "hidden": "färre än 5",
        "caption": "Grupper och medlemmar vid årets slut",
        "table_note": "Tal under fem visas inte.",
        "alternative": "Fyra personer sitter på en matta kring en kassalåda.",
        "photo": "Ett möte i en invented by. Fotografiet visas med samtycke.".replace("invented", "påhittad"),
        "translation": "Nu frågar de oss innan vägen byggs.",
        "translated_by": "Maria Lind",
        "attribution": "Medlem i en kreditgrupp",
        "method": "Räknat i registret på periodens sista dag.",
        "source": "Registret över medlemmar",
    },
    "en": {
        "title": "Effect report 2025: power over one’s own life",
        "subtitle": "What happened in the groups, and how we know",
        "organisation": "The Example Society",
        "period": "1 January–31 December 2025",
        "day": "31 December 2025",
        "h_work": "What do we work for?",
        "h_change": "What has changed?",
        "h_where": "Where it happened",
        "h_better": "What can be better?",
        "p_before": "At the end of the year ",
        "p_after": " members saved together in three countries. That is more than last year, and most are women. ",
        "strong": "The group itself decides what it does.",
        "unproved": "About 40 villages",
        "unproved_after": " have heard of the work.",
        "b1": "The groups choose their own goals.",
        "b2": "Each number in the report leads to its evidence.",
        "members": "Members in groups",
        "saved": "Saved in the year",
        "women": "Share of women",
        "country": "Country",
        "groups": "Groups",
        "month": "Month",
        "types": "Type of change",
        "better": "Better",
        "same": "No difference",
        "worse": "Worse",
        "influence": "Influence on decisions in the village and the district",
        "income": "Income of her own",
        "health": "Health",
        "share": "Share",
        "chart_bars": "Members and women in each country",
        "chart_lines": "Groups month by month",
        "chart_shares": "How the tellers themselves judged the change",
        "chart_intervals": "Share who took part in decisions, with its uncertainty",
        "chart_map": "The countries where the groups are",
        "chart_money": "Savings and loans in each country",
        "description": "The bars show that Kenya has most members, then Nepal and Palestine.",
        "note": "A member is counted once, also when she is in two groups.",
        "caution": "Only those who wanted to answer have answered.",
        "empty": "Lessons are written when the regions have met.",
        "hidden": "fewer than 5",
        "caption": "Groups and members at the end of the year",
        "table_note": "Numbers below five are not shown.",
        "alternative": "Four people sit on a mat around a cash box.",
        "photo": "A meeting in an invented village. The photograph is shown with consent.",
        "translation": "Now they ask us before the road is built.",
        "translated_by": "Maria Lind",
        "attribution": "Member of a credit group",
        "method": "Counted in the register on the last day of the period.",
        "source": "The register of members",
    },
    "ar": {
        "title": "تقرير الأثر 2025: القدرة على تقرير الحياة",
        "subtitle": "ماذا حدث في المجموعات، وكيف نعرف ذلك",
        "organisation": "جمعية المثال",
        "period": "1 يناير–31 ديسمبر 2025",
        "day": "31 ديسمبر 2025",
        "h_work": "من أجل ماذا نعمل؟",
        "h_change": "ما الذي تغيّر؟",
        "h_where": "أين حدث ذلك",
        "h_better": "ما الذي يمكن تحسينه؟",
        "p_before": "في نهاية العام كان ",
        "p_after": " عضوًا يدّخرون معًا في ثلاثة بلدان. هذا أكثر من العام الماضي، وأكثرهم نساء. ",
        "strong": "المجموعة نفسها تقرر ما تفعله.",
        "unproved": "نحو 40 قرية",
        "unproved_after": " سمعت عن العمل.",
        "b1": "تختار المجموعات أهدافها.",
        "b2": "كل رقم في التقرير يقود إلى دليله.",
        "members": "الأعضاء في المجموعات",
        "saved": "المدّخرات خلال العام",
        "women": "نسبة النساء",
        "country": "البلد",
        "groups": "المجموعات",
        "month": "الشهر",
        "types": "نوع التغيير",
        "better": "أفضل",
        "same": "لا فرق",
        "worse": "أسوأ",
        "influence": "التأثير في قرارات القرية والبلدية",
        "income": "دخل خاص بها",
        "health": "الصحة",
        "share": "النسبة",
        "chart_bars": "الأعضاء والنساء في كل بلد",
        "chart_lines": "المجموعات شهرًا بعد شهر",
        "chart_shares": "كيف قيّم الرواة التغيير بأنفسهم",
        "chart_intervals": "نسبة من شاركوا في القرارات (مع هامش الخطأ)",
        "chart_map": "البلدان التي توجد فيها المجموعات",
        "chart_money": "المدّخرات والقروض في كل بلد",
        "description": "تُظهر الأعمدة أن كينيا فيها أكثر الأعضاء، ثم نيبال وفلسطين.",
        "note": "يُحسب العضو مرة واحدة، حتى لو كان في مجموعتين.",
        "caution": "أجاب من أراد الإجابة فقط.",
        "empty": "تُكتب الدروس بعد أن تلتقي المناطق.",
        "hidden": "أقل من 5",
        "caption": "المجموعات والأعضاء في نهاية العام",
        "table_note": "لا تُعرض الأرقام الأقل من خمسة.",
        "alternative": "أربعة أشخاص يجلسون على حصيرة حول صندوق نقود.",
        "photo": "اجتماع في قرية متخيَّلة. تُعرض الصورة بموافقة.",
        "translation": "الآن يسألوننا قبل أن يُبنى الطريق.",
        "translated_by": "ماريا ليند",
        "attribution": "عضوة في مجموعة ائتمان",
        "method": "حُسب من السجل في اليوم الأخير من الفترة.",
        "source": "سجل الأعضاء",
    },
    "ne": {
        "title": "प्रभाव प्रतिवेदन २०२५: आफ्नै जीवनमाथि आफ्नै अधिकार",
        "subtitle": "समूहहरूमा के भयो, र हामीलाई कसरी थाहा छ",
        "organisation": "उदाहरण सङ्घ",
        "period": "१ जनवरी–३१ डिसेम्बर २०२५",
        "day": "३१ डिसेम्बर २०२५",
        "h_work": "हामी केका लागि काम गर्छौँ?",
        "h_change": "के परिवर्तन भयो?",
        "h_where": "कहाँ भयो",
        "h_better": "के अझ राम्रो हुन सक्छ?",
        "p_before": "वर्षको अन्त्यमा ",
        "p_after": " सदस्यले तीन देशमा सँगै बचत गर्‍यो। यो गत वर्षभन्दा बढी हो, र धेरैजसो महिला छन्। ",
        "strong": "समूह आफैँले निर्णय गर्छ।",
        "unproved": "करिब ४० गाउँ",
        "unproved_after": " ले यस कार्यक्रमबारे सुनेका छन्।",
        "b1": "समूहहरूले आफ्ना लक्ष्य आफैँ छान्छन्।",
        "b2": "प्रतिवेदनको हरेक सङ्ख्याको प्रमाण छ।",
        "members": "समूहका सदस्य",
        "saved": "वर्षभरिको बचत",
        "women": "महिलाको हिस्सा",
        "country": "देश",
        "groups": "समूह",
        "month": "महिना",
        "types": "परिवर्तनको प्रकार",
        "better": "राम्रो",
        "same": "फरक छैन",
        "worse": "नराम्रो",
        "influence": "गाउँ र जिल्लाका निर्णयमा प्रभाव",
        "income": "आफ्नै आम्दानी",
        "health": "स्वास्थ्य",
        "share": "हिस्सा",
        "chart_bars": "हरेक देशका सदस्य र महिला",
        "chart_lines": "महिनैपिच्छे समूह",
        "chart_shares": "सुनाउनेहरूले परिवर्तनलाई कसरी हेरे",
        "chart_intervals": "निर्णयमा भाग लिनेको हिस्सा, अनिश्चिततासहित",
        "chart_map": "समूह भएका देश",
        "chart_money": "हरेक देशको बचत र ऋण",
        "description": "केन्यामा सबैभन्दा धेरै सदस्य छन्, त्यसपछि नेपाल र प्यालेस्टाइनमा।",
        "note": "दुई समूहमा भए पनि सदस्य एक पटक मात्र गनिन्छ।",
        "caution": "उत्तर दिन चाहनेले मात्र उत्तर दिएका छन्।",
        "empty": "क्षेत्रहरू भेटेपछि सिकाइ लेखिन्छ।",
        "hidden": "५ भन्दा कम",
        "caption": "वर्षको अन्त्यमा समूह र सदस्य",
        "table_note": "पाँचभन्दा कम सङ्ख्या देखाइँदैन।",
        "alternative": "चार जना मान्छे पैसाको बाकस वरिपरि गुन्द्रीमा बसेका छन्।",
        "photo": "काल्पनिक गाउँको बैठक। तस्बिर सहमतिमा देखाइएको हो।",
        "translation": "अब बाटो बनाउनुअघि हामीलाई सोध्छन्।",
        "translated_by": "मारिया लिन्ड",
        "attribution": "ऋण समूहकी सदस्य",
        "method": "अवधिको अन्तिम दिन दर्ताबाट गनिएको।",
        "source": "सदस्य दर्ता",
    },
}
COUNTRIES = {
    "sv": ("Kenya", "Nepal", "Palestina"),
    "en": ("Kenya", "Nepal", "Palestine"),
    "ar": ("كينيا", "نيبال", "فلسطين"),
    "ne": ("केन्या", "नेपाल", "प्यालेस्टाइन"),
}
CODES = ("KE", "NP", "PS")
SPACE = "\u00a0"
MONTHS = tuple(f"2025-{month:02d}" for month in range(1, 13))


def photograph(seed: int = 0) -> bytes:
    """A picture with a place in its metadata, as telephones write it: a renderer must not pass that on."""
    picture = Image.new("RGB", (1800, 1200), (214, 190, 150))
    draw = ImageDraw.Draw(picture)
    for i in range(4):
        draw.ellipse((200 + 350 * i, 400, 480 + 350 * i, 900), fill=(60 + 40 * i, 80, 110 + 10 * seed))
    draw.rectangle((800, 850, 1050, 1020), fill=(110, 60, 30))
    exif = Image.Exif()
    exif[0x010E] = "Secret village 27.7172 N"
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=80, exif=exif)
    return buffer.getvalue()


PHOTOGRAPH = photograph()
PICTURES = {hashlib.sha256(PHOTOGRAPH).hexdigest(): PHOTOGRAPH}


def a_report(language: str = "sv", *, is_draft: bool = False) -> Report:
    """The report in one of LANGUAGES."""
    direction: Direction = "rtl" if language == "ar" else "ltr"
    return Report(
        title=WORDS[language]["title"],
        subtitle=WORDS[language]["subtitle"],
        organisation=WORDS[language]["organisation"],
        language=language,
        direction=direction,
        period=WORDS[language]["period"],
        as_of=date(2026, 1, 31),
        edition=2,
        is_draft=is_draft,
        blocks=blocks(language),
        claims=claims(language),
        labels=labels_of(language),
        data_version="4f1c22aa90b37d15",
    )


def many_pages(language: str = "sv", *, parts: int) -> Report:
    """The same report with its parts repeated, as long as one likes."""
    report = a_report(language)
    repeated: list[Block] = []
    for part in range(parts):
        for block in report.blocks:
            if isinstance(block, Heading):
                block = replace(block, text=f"{block.text} ({part + 1})", anchor=f"{block.anchor}-{part}")
            repeated.append(block)
    return replace(report, blocks=tuple(repeated))


def number(value: int) -> str:
    return f"{value:,}".replace(",", SPACE)


def claims(language: str) -> tuple[ClaimLine, ...]:
    words = WORDS[language]
    what = {
        "members": (words["members"], number(14212), number(14212)),
        "saved": (words["saved"], f"2{SPACE}310{SPACE}400,50{SPACE}KES", number(9800)),
        "women": (words["women"], f"78,4{SPACE}%", number(14212)),
        "groups-ke": (words["groups"], number(612), number(612)),
        "change": (words["chart_shares"], number(1204), number(1204)),
        "voice-1": (words["attribution"], words["translation"], "1"),
        "photo-1": (words["photo"], words["alternative"], "1"),
    }
    return tuple(
        ClaimLine(
            code=code,
            statement=statement,
            value=value,
            n=n,
            period=words["period"],
            method=words["method"],
            source=words["source"],
            fingerprint=hashlib.sha256(code.encode()).hexdigest(),
        )
        for code, (statement, value, n) in what.items()
    )


def blocks(language: str) -> tuple[Block, ...]:
    words = WORDS[language]
    return (
        Heading(level=1, text=words["h_work"], anchor="work"),
        Prose(
            inlines=(
                Text(words["p_before"]),
                Placed(claim="members", text=number(14212)),
                Text(words["p_after"]),
                Text(words["strong"], strong=True),
            )
        ),
        Prose(inlines=(Text(words["unproved"], unproved=True), Text(words["unproved_after"]))),
        Bullets(items=((Text(words["b1"]),), (Text(words["b2"] + " "), Text("Kwa pamoja tunaweza.", language="sw")))),
        KeyFigures(
            figures=(
                KeyFigure(words["members"], number(14212), number(14212), words["day"], "members"),
                KeyFigure(words["saved"], f"2{SPACE}310{SPACE}400,50{SPACE}KES", "", words["day"], "saved"),
                KeyFigure(words["women"], f"78,4{SPACE}%", number(14212), words["day"], "women"),
            )
        ),
        Heading(level=1, text=words["h_change"], anchor="change"),
        _shares(language),
        _intervals(language),
        Heading(level=2, text=words["types"], anchor="types"),
        Quotation(
            text="अब बाटो बनाउनुअघि हामीलाई सोध्छन्।",
            language="ne",
            translation="" if language == "ne" else words["translation"],
            translated_by="" if language == "ne" else words["translated_by"],
            attribution=words["attribution"],
            claim="voice-1",
        ),
        Note(kind="caution", inlines=(Text(words["caution"]),)),
        Picture(
            sha256=next(iter(PICTURES)),
            media_type="image/jpeg",
            alternative=words["alternative"],
            caption=words["photo"],
            claim="photo-1",
        ),
        Heading(level=1, text=words["h_where"], anchor="where"),
        _table(language),
        _map(language),
        a_bar_chart(language),
        _lines(language),
        _money(language),
        Note(kind="method", inlines=(Text(words["note"]),)),
        Heading(level=1, text=words["h_better"], anchor="better"),
        Note(kind="empty", inlines=(Text(words["empty"]),)),
        Prose(inlines=(Text("“التغيير بدأ من بيوتنا” (2025)", language="ar"),), language="ar"),
    )


def _of(language: str, heads: tuple[str, ...], rows: list[tuple[str, ...]], caption: str) -> Table:
    columns = (Column(heads[0]), *(Column(head, is_number=True) for head in heads[1:]))
    return Table(caption=caption, columns=columns, rows=tuple(tuple(Cell(text) for text in row) for row in rows))


def _table(language: str) -> Table:
    words, names = WORDS[language], COUNTRIES[language]
    return Table(
        caption=words["caption"],
        columns=(Column(words["country"]), Column(words["groups"], True), Column(words["members"], True)),
        rows=(
            (Cell(names[0]), Cell(number(612), claim="groups-ke"), Cell(number(9800))),
            (Cell(names[1]), Cell(number(218)), Cell(number(4400))),
            (Cell(names[2]), Cell(words["hidden"]), Cell(number(12))),
        ),
        note=words["table_note"],
    )


def a_bar_chart(language: str) -> Chart:
    words, names = WORDS[language], COUNTRIES[language]
    members, women = (9800, 4400, 12), (7600, 3530, None)
    rows = [
        (names[i], number(members[i]), words["hidden"] if women[i] is None else number(women[i] or 0)) for i in range(3)
    ]
    heads = (words["country"], words["members"], words["women"])
    return Chart(
        kind="bars",
        title=words["chart_bars"],
        description=words["description"],
        keys=CODES,
        series=(Series(words["members"], members), Series(words["women"], women)),
        table=_of(language, heads, rows, words["chart_bars"]),
        claims=("members",),
    )


def _money(language: str) -> Chart:
    words, names = WORDS[language], COUNTRIES[language]
    values = (231_040_050, 98_000_000, -1_250_000)
    texts = (f"2{SPACE}310{SPACE}400,50", f"980{SPACE}000,00", f"−12{SPACE}500,00")
    return Chart(
        kind="bars",
        title=words["chart_money"],
        description=words["description"],
        keys=CODES,
        series=(Series(words["saved"], values),),
        table=_of(
            language, (words["country"], words["saved"]), list(zip(names, texts, strict=True)), words["chart_money"]
        ),
        claims=("saved",),
        unit="KES",
    )


def _lines(language: str) -> Chart:
    words, names = WORDS[language], COUNTRIES[language]
    first = tuple(480 + 12 * i for i in range(12))
    second = tuple(None if i == 4 else 150 + i * i // 2 for i in range(12))
    third = tuple(4 + i % 3 for i in range(12))
    rows = [
        (MONTHS[i], *(NOTHING if s[i] is None else number(s[i] or 0) for s in (first, second, third)))
        for i in range(12)
    ]
    return Chart(
        kind="lines",
        title=words["chart_lines"],
        description=words["description"],
        keys=MONTHS,
        series=(Series(names[0], first), Series(names[1], second), Series(names[2], third)),
        table=_of(language, (words["month"], *names), rows, words["chart_lines"]),
    )


NOTHING = "–"


def _shares(language: str) -> Chart:
    words = WORDS[language]
    types = (words["influence"], words["income"], words["health"])
    better, same, worse = (7200, 5510, 3333), (2400, 3990, 3333), (400, 500, None)
    rows = [
        (
            types[i],
            percent(better[i]),
            percent(same[i]),
            words["hidden"] if worse[i] is None else percent(worse[i] or 0),
        )
        for i in range(3)
    ]
    return Chart(
        kind="shares",
        title=words["chart_shares"],
        description=words["description"],
        keys=("influence", "income", "health"),
        series=(Series(words["better"], better), Series(words["same"], same), Series(words["worse"], worse)),
        table=_of(
            language, (words["types"], words["better"], words["same"], words["worse"]), rows, words["chart_shares"]
        ),
        claims=("change",),
        unit="%",
    )


def percent(parts: int) -> str:
    return f"{parts // 100},{parts % 100 // 10}{SPACE}%"


def _intervals(language: str) -> Chart:
    words, names = WORDS[language], COUNTRIES[language]
    value, low, high = (4210, 3500, 6000), (3900, 2800, 2600), (4530, 4270, 8800)
    rows = [(names[i], percent(value[i]), f"{percent(low[i])}–{percent(high[i])}") for i in range(3)]
    return Chart(
        kind="intervals",
        title=words["chart_intervals"],
        description=words["description"],
        keys=CODES,
        series=(Series(words["share"], value, low=low, high=high),),
        table=_of(language, (words["country"], words["share"], "95 %"), rows, words["chart_intervals"]),
        unit="%",
    )


def _map(language: str) -> Chart:
    words, names = WORDS[language], COUNTRIES[language]
    values = (9800, 4400, 12)
    rows = [(names[i], number(values[i])) for i in range(3)]
    return Chart(
        kind="map",
        title=words["chart_map"],
        description=words["description"],
        keys=CODES,
        series=(Series(words["members"], values),),
        table=_of(language, (words["country"], words["members"]), rows, words["chart_map"]),
    )
