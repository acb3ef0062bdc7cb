"""The words by which a draft is looked through, in Swedish and English. A new language is one more entry in `LEXICONS`.

They are patterns, not understanding: what they find is put before a person, who may write a reason and go on. How
often they are right is measured on labelled sentences (benchmarks/honesty.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Pattern = re.Pattern[str]
Bound = Literal["over", "at_least", "just_over", "nearly", "at_most", "under", "about", "exactly"]
OWN: Final = "@"
"""Stands in a pattern for the organisation's own name."""


def _any(*patterns: str) -> str:
    return "|".join(f"(?:{pattern})" for pattern in patterns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """The patterns of one language, as texts: the organisation's name comes in later."""

    causal: str
    """That one thing brought about another."""
    by_us: str
    """That we brought something about."""
    others: str
    """Those beside us who may have had a part: people, partners, others."""
    softened: str
    """Before a causal word: what makes it a wish, a question or a doubt."""
    outcomes: str
    """What became different for people, and is never what an organisation does."""
    outputs: str
    """What was done by the organisation and its partners."""
    limits: str
    """What did not succeed, is not known, or is hard."""
    praise_only: str
    """Under what can be better: that there is nothing."""
    titles: str
    """Before a quotation: what makes it a title or a name."""
    rates: str
    """After a number: what makes it a rate that needs no day, such as three meals a day."""
    when: str
    """When something was, beside years and days."""
    people: str
    """Whom a small number would point to."""
    majority: str
    """More than a half, in words."""
    bounds: Mapping[Bound, str]

    def pattern(self, name: str, own: str = "") -> Pattern:
        """One of the patterns, ready to search with. The organisation is named by `own` as well as by *we*."""
        text: str = getattr(self, name)
        return re.compile(rf"\b(?:{text.replace(OWN, re.escape(own) if own else '(?!)')})", re.IGNORECASE)


_SV_US: Final = (
    rf"(?:vi|(?:vårt|våra|vår)\s+\w+|{OWN}(?:\s*:?s\s+\w+)?|(?:projektet|programmet|stödet|insatsen|insatserna|"
    r"utbildningen|utbildningarna|kursen|kurserna|satsningen))"
)
_SV_HAVE: Final = r"(?:\s+(?:har|hade))?(?:\s+(?:också|även|nu|därmed|själva))?"
_SV_ATTRIBUTED: Final = (
    r"\s+(?:lett|ledde|leder)\s+till|\s+resulter(?:at|ade|ar)\s+i|\s+orsaka(?:t|de|r)|\s+medför(?:t|de)|\s+(?:gjorde|gjort|gör)\s+att|"
    r"\s+skapa(?:t|de)\s+(?!rum|utrymme|möjligheter|förutsättningar|en plats)|\s+(?:minska|öka|förbättra|förändra|"
    r"rädda|befria|avskaffa|stoppa|omvandla|tvinga|utrota|övertyga|återställ|säkra|garantera)(?:t|de)\b|\s+åstadkom(?:mit)?\b|\s+lyf(?:t|te|ter)\s+(?:\w+\s+){1,3}ur|"
    r"\s+fick\s+\w+\s+att|\s+gett\s+\w+\s+(?:makt|inkomst|egenmakt)|\s+uppnått\b|\s+satt?e?\s+stopp\s+för|\s+drev\s+igenom|\s+drivit\s+igenom|\s+lös(?:te|t)\b|\s+bröt\b"
)
_EN_US: Final = (
    rf"(?:we|our\s+(?:\w+\s+)?\w+|{OWN}(?:['’]s?\s+\w+)?|(?:the|this)\s+(?:project|programme|program|support|"
    r"intervention|training|trainings|course|courses|initiative))"
)
_EN_HAVE: Final = r"(?:\s+(?:have|has|had))?(?:\s+(?:also|now|thereby))?"
_EN_ATTRIBUTED: Final = (
    r"\s+(?:led|leads)\s+to|\s+result(?:ed|s)\s+in|\s+cause[ds]|\s+brought\s+about|\s+created?\s+(?!space|room|"
    r"opportunit|conditions|a place)|\s+(?:reduced|increased|improved|transformed|changed|ended|saved|lifted|stopped|"
    r"freed|achieved|empowered|forced|secured|convinced|persuaded|solved|restored|broke|eliminated|eradicated)\b|\s+made\s+\w+\s+(?:safer|richer|stronger|independent)|"
    r"\s+(?:is|are|was|were)\s+responsible\s+for|\s+gave\s+\w+\s+(?:power|an?\s+income)|\s+put\s+an\s+end\s+to|\s+got\s+the\s+\w+\s+to\b"
)

LEXICONS: Final[Mapping[str, Lexicon]] = {
    "sv": Lexicon(
        causal=_any(
            r"orsaka(?:de|t|r|ts|des)\b",
            r"(?:ledde|lett|leder)\s+(?:\w+\s+)?till\b",
            r"resultera(?:de|t|r)\s+i\b",
            r"medför(?:de|t|r)\b",
            r"(?:utlös|förorsaka|framkalla|föranled)(?:te|t|de|er|dde|tt)?\b",
            r"driv(?:it|er)\s+fram|drev\s+fram",
            r"till\s+följd\s+av",
            r"gav\s+upphov\s+till",
            r"gett\s+upphov\s+till",
            r"(?:fick|fått)\s+till\s+följd",
            r"(?:gjorde|gjort)\s+att\b",
            r"(?:var|är)\s+(?:orsaken|skälet|anledningen)\s+till",
            r"(?:var|är)\s+ett?\s+(?:direkt\s+)?(?:följd|resultat)\s+av",
            r"som\s+ett?\s+(?:direkt\s+)?(?:följd|resultat)\s+av",
            r"ber(?:odde|or|ott)\s+på\b",
        ),
        by_us=_any(
            r"tack\s+vare\s+(?:oss|vårt|våra|vår|" + OWN + r"|projektet|programmet|stödet|utbildning\w*|insats\w*)",
            r"på\s+grund\s+av\s+(?:oss|vårt|våra|vår|" + OWN + r"|projektet|programmet|stödet)",
            r"beror\s+på\s+(?:oss|vårt|våra|vår)\b",
            r"(?:vår|" + OWN + r"(?::?s)?)\s+förtjänst",
            r"utan\s+(?:oss|vårt|vår|våra|" + OWN + r"|projektet|programmet|stödet)\b.{0,30}\b(?:hade|skulle)\b",
            r"(?:vår|vårt|våra)\s+\w+\s+(?:som\s+)?ligger\s+bakom",
            r"vi\s+(?:har\s+)?(?:såg|sett)\s+till\s+att",
            r"genom\s+(?:vårt|våra|vår)\s+\w+\s+(?:har|fick|kunde)\s+.{0,40}(?:minskat|ökat|förbättrats|lyfts|skapats)",
            _SV_US + _SV_HAVE + r"(?:" + _SV_ATTRIBUTED + ")",
        ),
        others=r"(?:andra|tillsammans|samarbet\w+|grupper\w*|partner\w*|nätverk\w*|myndighet\w*|kommun\w*|organisation\w+|"
        r"rörelse\w*|medlemm\w+|kvinno\w*|människor\w*|själva|lokala|flera)\b",
        softened=r"\b(?:inte|aldrig|kan|kunde|ska|skulle|bör|vill|hoppas|väntas|förväntas|om|huruvida|vad\s+som|vem\s+som|syftar|möjligen|"
        r"kanske|troligen|mål\w*|syfte\w*|vision\w*|för\s+att|så\s+att|att\s+veta|bidra(?:r|git|gande)?(?:\s+till)?|bidrog(?:\s+till)?)\b",
        outcomes=_any(
            r"förbättra(?:ts|des)\b",
            r"(?:har|hade)\s+(?:\w+\s+)?(?:förbättrat|höjt|ökat|minskat|dubblat|fördubblat|ändrat)\s+(?:sin|sina|sitt)\b",
            r"(?:inkomst|besparing|trygghet|våldet|skuld|deltagande|avkastning|frånvaro)\w*\s+(?:\w+\s+){0,3}"
            r"(?:ökat|ökade|ökar|minskat|minskade|höjts|steg|sjönk|har\s+blivit|förbättrats)",
            r"(?:har|hade)\s+blivit\b",
            r"(?:högre|bättre|tryggare|stabilare|mer\s+stabil\w*)\s+(?:inkomst|livsmedel|liv\b|vardag|väg|skörd|hälsa|produktion)\w*",
            r"(?:fick|fått|får|fick\s+\w+)\s+igenom",
            r"stoppa(?:de|t|des|ts)\b",
            r"(?:kommunen|myndighet\w+|regeringen|rådet|staten|domstolen|fullmäktige)\s+(?:\w+\s+){0,2}(?:beslutade|beslutat|"
            r"införde|infört|antog|antagit|beviljade|beviljat|ändrade|ändrat|byggde|genomförde|genomfört|började|lovade|öppnade)",
            r"(?:startade|startat|öppnade|öppnat|driver\s+nu)\s+(?:\w+\s+){0,3}(?:företag|småföretag|butik|verksamhet|eget|kooperativ)\w*",
            r"vågar\b",
            r"(?:kan\s+nu|nu\s+kan|kan\s+numera)\b",
            r"tjänar\s+(?:nu|mer|dubbelt|i\s+snitt)",
            r"(?:resultatet|utfallet|effekten)\s+(?:blev|är|var)\b",
            r"(?:har|hade)\s+(?:\w+\s+)?(?:ökat|minskat|förändrats|förbättrats)\b",
            r"(?:valdes|valts)\s+in\b",
            r"fått\s+(?:tillgång\s+till|rätt\s+till|inflytande)",
            r"lyckades\b",
            r"(?:är|känner\s+sig|blev|blivit)\s+(?:nu\s+)?(?:mer|mindre)\s+\w+",
            r"(?:gav|fick|fått|gett)\s+(?:\w+\s+)?rätt\b",
            r"(?:dömde|friade|erkände|bad\s+om\s+ursäkt)\b",
            r"\w*(?:skulder|skulden|skuldsättning|hunger|svält|sjuklighet|arbetslöshet|barnäktenskap)\w*\s+(?:\w+\s+){0,2}"
            r"(?:sjönk|minskade|minskat|föll|försvann|blivit\s+färre)",
        ),
        outputs=_any(
            r"vi\s+(?:har\s+)?(?:\w+\s+)?(?:utbilda(?:t|de)|anordna(?:t|de)|arrangera(?:t|de)|hållit|höll|delat\s+ut|delade\s+ut|"
            r"genomför(?:t|de)|ordna(?:t|de)|finansiera(?:t|de)|stött|stödde|stötta(?:t|de)|byggt|byggde|tränat|tränade|producerat|tryckt)",
            r"utbilda(?:des|ts)\b",
            r"(?:vi|partner(?:n|na|s)?|projektledaren|projektet|personalen|fältarbetarna|kontoret|teamet|organisationen|"
            + OWN
            + r")\s+"
            r"(?:har\s+)?(?:\w+t\s+)?(?:besök|anställ|köp|ordna|rest|skicka|sänd|tryck|handle|följ|samla|instruera|utrusta|bjöd|hyr|bygg)"
            r"(?:te|de|t|dde|tt|it|er)?\b",
            r"(?:utbildning|kurs|workshop|träff|seminari|möte|konferens)\w*\s+(?:\w+\s+){0,2}(?:hölls|hållits|genomfördes|"
            r"genomförts|anordnades|anordnats|arrangerades)",
            r"(?:genomfördes|genomförts|hölls|hållits|anordnades|arrangerades)\s+(?:\w+\s+){0,2}(?:utbildning|kurs|workshop|träff)\w*",
            r"(?:genomförde|genomfört|anordnade|anordnat|höll|hållit)\s+(?:\S+\s+){0,3}(?:utbildning|kurs|workshop|träff|seminari)\w*",
            r"(?:deltog|deltagit)\s+i\s+(?:\w+\s+){0,2}(?:utbildning|kurs|workshop|träning|seminari)\w*",
            r"(?:fick|fått)\s+(?:\w+\s+){0,2}(?:utbildning|handledning|rådgivning)\b",
            r"delades\s+ut|delats\s+ut|delade\s+ut|distribuera(?:des|ts|de)",
            r"finansiera(?:des|ts)\b",
        ),
        limits=r"(?:inte|ingen|inga|inget|svår\w*|trots|dock|ännu|misslyck\w+|sakna\w+|brist\w*|mindre|försämr\w+|sämre|"
        r"kvarstår|hinder|avbrott|avbröts|försen\w+|avslog|avslag|nekades|nekats|motstånd|lämnade\s+gruppen|upphörde|lades\s+ned|för\s+få)\b",
        praise_only=r"(?:inget|ingenting|inga\s+förbättring\w*|allt\s+(?:har\s+)?(?:fungera\w+|gick|är\s+bra)|"
        r"vi\s+är\s+(?:mycket\s+)?nöjda|–|-|n/?a|ej\s+aktuellt)",
        titles=r"(?:heter|hette|kalla\w*|rubriken|titeln|namnet|boken|rapporten|strategin|policyn|projektet|programmet|parollen|temat)",
        rates=r"\s+(?:\w+\s+){0,2}(?:om\s+dagen|om\s+året|i\s+veckan|i\s+månaden|per\s+\w+)",
        when=r"(?:under\s+(?:året|perioden|hösten|våren|sommaren|vintern|första|andra|tredje|fjärde)|i\s+(?:år|fjol|våras|höstas|somras)|"
        r"förra\s+året|vid\s+(?:årets|periodens)\s+slut|årsskiftet|(?:i|sedan|från|till|under|efter|före)\s+(?:januari|"
        r"februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december))",
        people=r"(?:kvinn|män\b|man\b|flick|pojk|barn|ungdom|person|människ|medlem|deltagare|lantbrukare|bönder|mödrar|änk|"
        r"rättighetsbärare|familjer|hushåll)",
        majority=r"(?:majoriteten|en\s+majoritet|de\s+flesta|flertalet|merparten)",
        bounds={
            "over": r"(?:långt\s+)?över|mer\s+än|fler\s+än",
            "at_least": r"minst|åtminstone|inte\s+färre\s+än",
            "just_over": r"drygt|strax\s+över|lite\s+över",
            "nearly": r"nästan|närmare|knappt|strax\s+under|inemot",
            "at_most": r"upp\s+till|högst|som\s+mest|max(?:imalt)?",
            "under": r"färre\s+än|mindre\s+än",
            "about": r"omkring|ungefär|cirka|ca\.?|runt|uppskattningsvis",
            "exactly": r"exakt|precis",
        },
    ),
    "en": Lexicon(
        causal=_any(
            r"caus(?:ed|es|ing)\b(?!\s+by\s+(?:the\s+)?(?:drought|flood|war|storm))",
            r"(?:led|leads|leading)\s+(?:\w+ly\s+)?to\b",
            r"result(?:ed|s|ing)\s+in\b",
            r"brought\s+about",
            r"(?:triggered|sparked|prompted|drove|produced|ensured)\s+(?:an?|the|new|lasting|this|that)\b",
            r"(?:is|are|was|were)\s+the\s+(?:reason|reasons|cause)\s+(?:why|for|of|that)",
            r"owing\s+to\b|on\s+account\s+of\b",
            r"g(?:ave|iven)\s+rise\s+to",
            r"(?:was|were|is|are)\s+(?:the\s+)?(?:direct\s+)?(?:result|consequence)\s+of",
            r"as\s+a\s+(?:direct\s+)?(?:result|consequence)\s+of",
            r"(?:was|were|is|are)\s+(?:due|attributable)\s+to",
            r"(?:was|were|is|are)\s+the\s+(?:cause|reason)\b",
            r"made\s+sure\s+that\s+.{0,30}(?:stopped|changed|improved)",
        ),
        by_us=_any(
            r"(?:because\s+of|thanks\s+to|due\s+to|as\s+a\s+(?:direct\s+)?result\s+of|owing\s+to)\s+"
            r"(?:us\b|our\b|" + OWN
            + r"|(?:the|this)\s+(?:project|programme|program|support|training|intervention))",
            r"attribut(?:ed|able)\s+to\s+(?:us\b|our\b|" + OWN + r"|the\s+(?:project|programme|program))",
            r"without\s+(?:us|our\s+\w+|" + OWN + r"|the\s+(?:project|programme|support))\b.{0,40}\bwould\b",
            r"our\s+\w+\s+(?:that\s+)?(?:is|are|stands|stand|lies|lie)\s+behind",
            r"we\s+(?:have\s+)?(?:made\s+sure|ensured|saw\s+to\s+it)\b",
            _EN_US + _EN_HAVE + r"(?:" + _EN_ATTRIBUTED + ")",
        ),
        others=r"(?:others?|together|alongside|partners?|groups?|networks?|authorit(?:y|ies)|municipalit(?:y|ies)|organi[sz]ations?|"
        r"movements?|members?|women|people|themselves|local|many|several)\b",
        softened=r"\b(?:not|never|cannot|n['’]t|may|might|can|could|should|would|will|hope|expect(?:ed)?|intend(?:ed)?|what|who|"
        r"whether|if|perhaps|possibly|aims?|in\s+order|so\s+that|to\s+know|contribut(?:ed|es|ing|e)(?:\s+to)?|"
        r"helped|how|goals?|purpose|want|vision)\b",
        outcomes=_any(
            r"(?:have|has|had)\s+(?:\w+\s+)?(?:improved|increased|decreased|fallen|risen|doubled|changed|become|grown|dropped)\b",
            r"(?:improved|increased|raised|doubled|reduced|changed|diversified)\s+(?:their|her|his)\b",
            r"(?:incomes?|savings|violence|debts?|attendance|harvests?|safety|participation|yields?)\s+(?:\w+\s+){0,2}"
            r"(?:rose|increased|improved|fell|dropped|decreased|doubled|grew|became|went\s+(?:up|down))",
            r"(?:can\s+now|now\s+can|are\s+now\s+able|is\s+now\s+able|now\s+able)\b",
            r"earns?\s+(?:now|more|twice|an?\s+average)",
            r"(?:feel|feels|are|is)\s+(?:safer|more\s+confident|more\s+respected|less\s+afraid)",
            r"(?:stopped|ended|closed|shut)\s+(?:the|illegal|an?)\b",
            r"(?:municipality|council|government|authorit(?:y|ies)|ministry|court|state|mayor)\s+(?:\w+\s+){0,2}(?:decided|adopted|"
            r"introduced|agreed|granted|changed|built|approved|opened|began|promised|carried\s+out|passed)",
            r"(?:started|opened|set\s+up|now\s+run)\s+(?:\w+\s+){0,3}(?:business|businesses|enterprises?|shops?|cooperatives?)\b",
            r"(?:won|secured|negotiated|obtained|gained)\s+(?:\w+\s+){0,3}(?:access|rights?|land|seats?|influence|permits?|title)",
            r"(?:was|were)\s+elected",
            r"dare\s+to|dares\s+to",
            r"the\s+(?:result|outcome|effect)\s+(?:was|is)\b(?!\s+tied)",
            r"(?:are|is|feel|feels|became|have\s+become|has\s+become)\s+(?:now\s+)?(?:more|less)\s+\w+",
            r"ruled\s+(?:in\s+favour|for|against)|acquitted|apologi[sz]ed|recogni[sz]ed\s+(?:the|their|her|his)",
            r"(?:debt|hunger|illness|unemployment|dropout|child\s+marriages?)\w*\s+(?:\w+\s+){0,2}(?:fell|dropped|decreased|declined)",
            r"(?:persuaded|convinced)\s+(?:the|their|a)\b",
            r"became\s+(?:\w+\s+)?(?:safer|independent|leaders?|members?\s+of\s+the\s+council|self-\w+)",
        ),
        outputs=_any(
            r"we\s+(?:have\s+)?(?:\w+ly\s+)?(?:trained|organi[sz]ed|held|ran|run|conducted|delivered|provided|distributed|supported|"
            r"funded|built|arranged|hosted|printed|produced|carried\s+out)\b",
            r"(?:was|were|been)\s+trained\b",
            r"(?:we|the\s+partner|partners|the\s+project\s+(?:leader|team|manager)|staff|field\s+(?:officers|workers|staff)|"
            r"the\s+(?:office|team|organi[sz]ation)|" + OWN + r")\s+(?:have\s+|has\s+)?"
            r"(?:visited|hired|employed|bought|arranged|travelled|sent|"
            r"broadcast|mentored|"
            r"collected|instructed|equipped|invited|rented|met\s+with|built)\b",
            r"(?:training|workshop|course|seminar|session|meeting|conference)s?\s+(?:\w+\s+){0,2}(?:was|were)\s+(?:held|organi[sz]ed|"
            r"delivered|conducted|carried\s+out|arranged)",
            r"(?:held|organi[sz]ed|conducted|delivered|ran|arranged)\s+(?:\S+\s+){0,3}(?:training|workshop|course|seminar)s?\b",
            r"(?:took\s+part\s+in|attended|participated\s+in|completed)\s+(?:\S+\s+){0,3}(?:training|workshop|course|seminar)s?\b",
            r"received\s+(?:\w+\s+){0,2}(?:training|coaching|advice|mentoring)\b",
            r"(?:was|were)\s+(?:distributed|handed\s+out|funded|provided\s+with)\b",
        ),
        limits=r"(?:not|no|never|none|difficult\w*|despite|however|yet|fail\w*|lack\w*|worse\w*|remain\w*|obstacle\w*|delay\w*|"
        r"refused|denied|rejected|unable|setbacks?|declin\w+|resist\w+|interrupt\w+|left\s+the\s+group|closed\s+down|too\s+few|"
        r"still)\b",
        praise_only=r"(?:nothing|none|no\s+improvements?|everything\s+(?:has\s+)?(?:worked|went|is\s+fine)|"
        r"we\s+are\s+(?:very\s+)?(?:pleased|happy|satisfied)|–|-|n/?a|not\s+applicable)",
        titles=r"(?:called|titled|entitled|named|headed|title|book|report|strategy|policy|project|programme|slogan|theme)",
        rates=r"\s+(?:\w+\s+){0,2}(?:a\s+(?:day|week|month|year)|per\s+\w+|each\s+\w+)",
        when=r"(?:(?:during|in|over|throughout|by\s+the\s+end\s+of)\s+(?:the|this|last)\s+(?:year|period|autumn|spring|summer|winter|"
        r"quarter|first|second|third|fourth)|this\s+year|last\s+year|at\s+(?:the\s+)?year-?end|(?:in|since|from|until|by|during)\s+"
        r"(?:January|February|March|April|May|June|July|August|September|October|November|December))",
        people=r"(?:wom[ae]n|m[ae]n\b|girl|boy|child|youth|young|person|people|member|participant|farmer|mother|widow|"
        r"rights-?holder|famil(?:y|ies)|household)",
        majority=r"(?:(?:the|a)\s+majority|most\s+of\s+(?:the|them|those|our)|most\s+(?:women|members|people|groups|tellers))",
        bounds={
            "over": r"(?:well\s+)?over|more\s+than|above|upwards\s+of",
            "at_least": r"at\s+least|no\s+fewer\s+than|no\s+less\s+than",
            "just_over": r"just\s+over|slightly\s+(?:over|more\s+than)",
            "nearly": r"nearly|almost|close\s+to|just\s+under|just\s+short\s+of",
            "at_most": r"up\s+to|at\s+most|no\s+more\s+than",
            "under": r"fewer\s+than|less\s+than|under|below",
            "about": r"about|around|approximately|roughly|some",
            "exactly": r"exactly|precisely",
        },
    ),
}  # fmt: skip
"""Language -> its patterns. A draft in another language is checked for everything but words."""
