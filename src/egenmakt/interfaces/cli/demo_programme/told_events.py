"""The events that the invented stories are about, by the kind of change: as tellers say them, and as others do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

Sentence = tuple[str, str, str, str]
"""The same in English, Swedish, Spanish and Arabic."""

BY_TELLERS: Final[Mapping[str, Sequence[Sentence]]] = {
    "collective_action": (
        (
            "We went to the water office together, and the pump that had stood broken was repaired.",
            "Vi gick tillsammans till vattenkontoret, och pumpen som hade stått trasig lagades.",
            "Fuimos juntos a la oficina del agua y repararon la bomba que estaba dañada.",
            "ذهبنا معًا إلى مكتب المياه فأُصلحت المضخة التي كانت معطلة.",
        ),
        (
            "Together we repaired the road to the school, so that it can be walked in the rain.",
            "Tillsammans lagade vi vägen till skolan, så att man kan gå där när det regnar.",
            "Entre todos arreglamos el camino a la escuela, y ahora se puede pasar con lluvia.",
            "أصلحنا معًا الطريق إلى المدرسة فصار يمكن السير فيه تحت المطر.",
        ),
        (
            "We bought seed together and paid less than each of us had paid alone.",
            "Vi köpte utsäde tillsammans och betalade mindre än var och en hade gjort för sig.",
            "Compramos la semilla en grupo y pagamos menos que comprando cada quien por su lado.",
            "اشترينا البذور معًا فدفعنا أقل مما كان كل منا يدفعه وحده.",
        ),
        (
            "We wrote a letter about the hours of the clinic and all of us signed it; now it is open in the evenings.",
            "Vi skrev ett brev om klinikens öppettider och alla skrev under; nu har den öppet på kvällarna.",
            "Escribimos una carta sobre el horario de la clínica y la firmamos todos; ahora abre por las tardes.",
            "كتبنا رسالة عن مواعيد العيادة ووقّعنا عليها جميعًا، وهي الآن تفتح في المساء.",
        ),
    ),
    "economic_independence": (
        (
            "I borrowed from the group, bought a sewing machine, and now I earn my own money.",
            "Jag lånade av gruppen och köpte en symaskin, och nu tjänar jag egna pengar.",
            "Pedí un préstamo al grupo, compré una máquina de coser y ahora gano mi propio dinero.",
            "اقترضت من المجموعة واشتريت ماكينة خياطة، وأنا الآن أكسب مالي بنفسي.",
        ),
        (
            "For the first time I decided myself what the savings were for: school fees for my daughter.",
            "För första gången bestämde jag själv vad sparpengarna skulle gå till: min dotters skolavgift.",
            "Por primera vez decidí yo para qué eran los ahorros: la escuela de mi hija.",
            "لأول مرة قررت بنفسي فيمَ تُنفق المدخرات: رسوم مدرسة ابنتي.",
        ),
        (
            "I sell vegetables at the market and keep a book of what comes in and what goes out.",
            "Jag säljer grönsaker på marknaden och för bok över vad som kommer in och vad som går ut.",
            "Vendo verduras en el mercado y anoto en un cuaderno lo que entra y lo que sale.",
            "أبيع الخضار في السوق وأدوّن في دفتر ما يدخل وما يخرج.",
        ),
        (
            "I paid the last of my debt to the lender and need not go to him again.",
            "Jag betalade det sista av min skuld till långivaren och behöver inte gå till honom igen.",
            "Pagué lo último que debía al prestamista y ya no necesito volver con él.",
            "سددت آخر ما عليّ للمُقرض ولم أعد بحاجة إليه.",
        ),
    ),
    "participation": (
        (
            "Two of us were chosen for the village committee, where nobody from the group had sat before.",
            "Två av oss valdes till bykommittén, där ingen från gruppen hade suttit förut.",
            "Eligieron a dos de nosotros para el comité de la comunidad, donde nunca había estado nadie del grupo.",
            "اختير اثنان منا للجنة القرية التي لم يجلس فيها أحد من المجموعة من قبل.",
        ),
        (
            "At the assembly I stood up and spoke, and what I said was written down.",
            "På stormötet reste jag mig och talade, och det jag sade skrevs ner.",
            "En la asamblea me levanté a hablar, y lo que dije quedó escrito.",
            "في الاجتماع العام وقفت وتكلمت، ودُوّن ما قلته.",
        ),
        (
            "The council read its budget aloud to us and answered our questions.",
            "Kommunen läste upp sin budget för oss och svarade på våra frågor.",
            "El concejo nos leyó su presupuesto y respondió a nuestras preguntas.",
            "قرأ لنا المجلس ميزانيته وأجاب عن أسئلتنا.",
        ),
    ),
    "organisation": (
        (
            "We wrote our own rules, and now every member can see the book.",
            "Vi skrev våra egna regler, och nu kan alla medlemmar se boken.",
            "Escribimos nuestras propias reglas y ahora cada quien puede ver el libro.",
            "كتبنا قواعدنا بأنفسنا، والآن يستطيع كل عضو أن يرى الدفتر.",
        ),
        (
            "We changed chair by a vote, without a quarrel.",
            "Vi bytte ordförande genom omröstning, utan bråk.",
            "Cambiamos la presidencia por votación, sin pleitos.",
            "غيّرنا رئاسة المجموعة بالتصويت ومن دون خلاف.",
        ),
        (
            "The group met through all the hard months and nobody left it.",
            "Gruppen träffades genom alla de svåra månaderna, och ingen lämnade den.",
            "El grupo se siguió reuniendo durante los meses difíciles y nadie se fue.",
            "استمرت المجموعة في الاجتماع طوال الأشهر الصعبة ولم يتركها أحد.",
        ),
    ),
    "no_change": (
        (
            "We asked for the land paper three times and are told to come back next month.",
            "Vi har bett om markpappret tre gånger och får höra att vi ska komma tillbaka nästa månad.",
            "Pedimos el documento de la tierra tres veces y nos dicen que volvamos el mes que viene.",
            "طلبنا وثيقة الأرض ثلاث مرات ويقال لنا أن نعود في الشهر القادم.",
        ),
        (
            "There was a training, but my days are as before.",
            "Det var en utbildning, men mina dagar är som förut.",
            "Hubo una capacitación, pero mis días siguen igual.",
            "كانت هناك دورة تدريبية، لكن أيامي لم تتغير.",
        ),
    ),
    "worse": (
        (
            "The price of fodder rose, and I had to sell the goat that I had bought with the loan.",
            "Fodret blev dyrare, och jag fick sälja geten som jag hade köpt för lånet.",
            "Subió el precio del forraje y tuve que vender la cabra que compré con el préstamo.",
            "ارتفع سعر العلف فاضطررت إلى بيع العنزة التي اشتريتها بالقرض.",
        ),
        (
            "The bridge was washed away, and we reach the market only on foot.",
            "Bron spolades bort, och till marknaden kommer vi bara till fots.",
            "La crecida se llevó el puente y al mercado solo llegamos a pie.",
            "جرفت السيول الجسر، ولم نعد نصل إلى السوق إلا مشيًا.",
        ),
    ),
    "other": (
        (
            "I learnt to read the signs of the buses and travelled alone to my sister.",
            "Jag lärde mig läsa bussarnas skyltar och reste ensam till min syster.",
            "Aprendí a leer los letreros de los buses y viajé sin compañía a ver a mi hermana.",
            "تعلمت قراءة لافتات الحافلات وسافرت وحدي إلى أختي.",
        ),
        (
            "My neighbour and I speak with each other again after two years.",
            "Min granne och jag talar med varandra igen efter två år.",
            "Mi vecina y yo volvimos a hablarnos después de dos años.",
            "عدنا أنا وجارتي نتكلم بعد عامين.",
        ),
    ),
}

_GROUPS: Final[Sentence] = (
    "The groups that we visit act without waiting for us, and we only heard of it afterwards.",
    "Grupperna som vi besöker handlar utan att vänta på oss, och vi fick höra det först efteråt.",
    "Los grupos que visitamos actúan sin esperarnos, y nosotros lo supimos después.",
    "المجموعات التي نزورها تتحرك دون أن تنتظرنا، ولم نعرف بذلك إلا لاحقًا.",
)
_OFFICE: Final[Sentence] = (
    "The district office now invites the groups to its planning, after we had asked for it for a year.",
    "Distriktskontoret bjuder numera in grupperna till sin planering, efter att vi bett om det i ett år.",
    "La oficina del distrito ahora invita a los grupos a planificar, después de un año de pedirlo.",
    "صار مكتب المنطقة يدعو المجموعات إلى التخطيط بعد أن طلبنا ذلك عامًا كاملًا.",
)
_LATE: Final[Sentence] = (
    "The visits stopped for two months because the car stood still, and two groups nearly ended.",
    "Besöken upphörde i två månader därför att bilen stod stilla, och två grupper höll på att ta slut.",
    "Las visitas se detuvieron dos meses porque el carro estaba parado, y dos grupos casi se deshacen.",
    "توقفت الزيارات شهرين لأن السيارة كانت معطلة، وكادت مجموعتان تنتهيان.",
)

BY_OTHERS: Final[Mapping[str, Sequence[Sentence]]] = {
    "collective_action": (_GROUPS,),
    "economic_independence": (_GROUPS,),
    "participation": (_OFFICE,),
    "organisation": (_GROUPS, _OFFICE),
    "no_change": (_LATE,),
    "worse": (_LATE,),
    "other": (_OFFICE,),
}
"""What staff of partners and of the organisation tell: their own view, which is never pooled with the tellers'."""
