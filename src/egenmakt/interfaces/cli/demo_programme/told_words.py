"""What the invented tellers say, in sentences of which each story is put together. Nobody has told any of it.

Every sentence stands in English, Swedish, Spanish and Arabic, so that a story and its translation say the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Final

from egenmakt.interfaces.cli.demo_programme.told_events import BY_OTHERS, BY_TELLERS, Sentence

LANGUAGES: Final = ("en", "sv", "es", "ar")

OPENINGS: Final[Sequence[Sentence]] = (
    ("This happened in {place}.", "Det här hände i {place}.", "Esto pasó en {place}.", "حدث هذا في {place}."),
    (
        "We had talked about it for a long time in {place}.",
        "Vi hade pratat om det länge i {place}.",
        "Llevábamos mucho tiempo hablando de esto en {place}.",
        "تحدثنا عن هذا وقتًا طويلًا في {place}.",
    ),
    (
        "It began at a meeting of our group in {place}.",
        "Det började på ett möte med vår grupp i {place}.",
        "Todo empezó en una reunión de nuestro grupo en {place}.",
        "بدأ الأمر في اجتماع لمجموعتنا في {place}.",
    ),
    (
        "Before the rains came to {place}, nobody believed it.",
        "Innan regnet kom till {place} trodde ingen på det.",
        "Antes de que llegaran las lluvias a {place}, nadie lo creía.",
        "قبل أن يصل المطر إلى {place} لم يصدق ذلك أحد.",
    ),
    (
        "I remember the day well; it was market day in {place}.",
        "Jag minns dagen väl, det var marknadsdag i {place}.",
        "Recuerdo bien el día; era día de mercado en {place}.",
        "أتذكر ذلك اليوم جيدًا، كان يوم السوق في {place}.",
    ),
    (
        "People in {place} still speak of it.",
        "I {place} talar folk fortfarande om det.",
        "En {place} la gente todavía habla de ello.",
        "ما زال الناس في {place} يتحدثون عن ذلك.",
    ),
)

DETAILS: Final[Sequence[Sentence]] = (
    (
        "It took three months and many walks.",
        "Det tog tre månader och många promenader.",
        "Tardó tres meses y muchas caminatas.",
        "استغرق ذلك ثلاثة أشهر ومشاوير كثيرة.",
    ),
    (
        "My family did not believe it at first.",
        "Min familj trodde inte på det först.",
        "Mi familia no lo creía al principio.",
        "لم تصدق عائلتي ذلك في البداية.",
    ),
    (
        "The facilitator had shown us how to keep minutes.",
        "Handledaren hade visat oss hur man för protokoll.",
        "La facilitadora nos había enseñado a llevar actas.",
        "كانت الميسّرة قد علّمتنا كتابة المحاضر.",
    ),
    (
        "Some of us were afraid to come along.",
        "Några av oss vågade knappt följa med.",
        "A algunos nos daba miedo ir.",
        "خاف بعضنا من المجيء.",
    ),
    (
        "Nobody had asked us before.",
        "Ingen hade frågat oss förut.",
        "Nadie nos había preguntado antes.",
        "لم يسألنا أحد من قبل.",
    ),
    (
        "It cost each of us a day's work.",
        "Det kostade oss en dags arbete var.",
        "Nos costó un día de trabajo a cada quien.",
        "كلّف ذلك كل واحد منا يوم عمل.",
    ),
)

ENDINGS: Final[Sequence[Sentence]] = (
    (
        "I think of it when I go to sleep.",
        "Jag tänker på det när jag ska somna.",
        "Pienso en eso antes de dormir.",
        "أفكر في ذلك قبل أن أنام.",
    ),
    (
        "Next we want to talk about the school.",
        "Härnäst vill vi tala om skolan.",
        "Lo siguiente que queremos tratar es la escuela.",
        "نريد بعد ذلك أن نتحدث عن المدرسة.",
    ),
    (
        "My children ask me about it.",
        "Mina barn frågar mig om det.",
        "Mis hijos me preguntan por eso.",
        "يسألني أولادي عن ذلك.",
    ),
    (
        "We shall see what the next year brings.",
        "Vi får se vad nästa år för med sig.",
        "Veremos qué trae el próximo año.",
        "سنرى ما يأتي به العام القادم.",
    ),
    (
        "I told my sister all of it.",
        "Jag berättade alltihop för min syster.",
        "Se lo conté todo a mi hermana.",
        "حكيت كل ذلك لأختي.",
    ),
    ("That is how it is today.", "Så är det i dag.", "Así estamos hoy.", "هكذا هو الحال اليوم."),
)

TITLES: Final[Mapping[str, Sentence]] = {
    "collective_action": ("Together", "Tillsammans", "Entre todos", "معًا"),
    "economic_independence": ("My own money", "Egna pengar", "Mi propio dinero", "مالي أنا"),
    "participation": ("They listened", "De lyssnade", "Nos escucharon", "سمعونا"),
    "organisation": ("Our group", "Vår grupp", "Nuestro grupo", "مجموعتنا"),
    "no_change": ("Still the same", "Som förut", "Todo igual", "كما كان"),
    "worse": ("A hard season", "En svår tid", "Un tiempo difícil", "موسم صعب"),
    "other": ("Something else", "Något annat", "Otra cosa", "شيء آخر"),
}

NEEDED: Final[Sequence[Sentence]] = (
    (
        "That somebody at the office had time for us.",
        "Att någon på kontoret hade haft tid för oss.",
        "Que alguien en la oficina tuviera tiempo para atendernos.",
        "أن يجد أحد في المكتب وقتًا لنا.",
    ),
    (
        "A little money put aside for bad months.",
        "Lite pengar undanlagda för dåliga månader.",
        "Tener algo de dinero guardado para los meses malos.",
        "قليل من المال المدّخر للأشهر الصعبة.",
    ),
)

OWN_WORDS: Final[Sentence] = ("Courage", "Mod", "Valor", "الشجاعة")
"""For a change of another kind than those offered."""

CONCERN: Final = (
    "A lender comes to my neighbour's door in the evenings and shouts. She is afraid to be alone at home now, and "
    "asked me to tell it, because somebody ought to know."
)
"""The story of a teller who is worried for somebody; told in English."""


class Told:
    """A story in the sentences that chance has chosen for it: the same story in every language."""

    def __init__(self, draw: Random, *, kind: str, voice: str, place: str) -> None:
        events = BY_TELLERS[kind] if voice == "rights_holder" else BY_OTHERS[kind]
        opening = draw.choice(OPENINGS)
        rest = [draw.choice(events), draw.choice(DETAILS), draw.choice(ENDINGS)]
        self._sentences = [opening, *rest] if voice == "rights_holder" else [opening, rest[0]]
        self._title = TITLES[kind] if draw.random() < 0.7 else ("", "", "", "")
        self.place = place

    def text(self, language: str) -> str:
        """The story in a language."""
        at = LANGUAGES.index(language)
        return " ".join(sentence[at] for sentence in self._sentences).format(place=self.place)

    def title(self, language: str) -> str:
        """Its title, which many have left out."""
        return self._title[LANGUAGES.index(language)]
