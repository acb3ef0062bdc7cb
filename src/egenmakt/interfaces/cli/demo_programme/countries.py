"""Six countries with their money, places and names. The people, groups and bodies are invented; the places are not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CountrySetUp:
    """What the demo needs to know of a country."""

    code: str
    currency: str
    locale: str
    language: str
    """In which the groups keep their books."""
    organisation: str
    partner: str
    facilitator: str
    saving: int
    """One small saving in major units."""
    levels: tuple[str, str]
    places: Mapping[str, tuple[str, ...]]
    """Region -> places in it."""
    women: tuple[str, ...]
    men: tuple[str, ...]
    families: tuple[str, ...]
    groups: tuple[str, ...]
    goal: str
    relief: str
    """Why the social fund helped a member."""


NORTH, SOUTH = "Demo: Northern Light (invented)", "Demo: Open Hands (invented)"
ORGANISATIONS = {NORTH: "KE", SOUTH: "NP"}
"""Name -> the country of its office."""

COUNTRIES = (
    CountrySetUp(
        "KE", "KES", "sw_KE", "sw", NORTH, "Demo: Mwangaza Partners (invented)", "Faraja Wekesa",
        100, ("county", "ward"),
        {"Kisumu": ("Ahero", "Kombewa", "Chemelil"), "Kitui": ("Mutomo", "Mwingi", "Kyuso")},
        ("Amina", "Beatrice", "Chebet", "Dorcas", "Esther", "Fatuma", "Grace", "Halima", "Imani", "Judith", "Khadija",
         "Lucy", "Mercy", "Neema", "Pendo", "Rehema", "Salome", "Tabitha", "Wanjiru", "Zawadi"),
        ("Baraka", "Daudi", "Elijah", "Hassan", "Juma", "Kiprono", "Musa", "Otieno"),
        ("Achieng", "Barasa", "Chepkemoi", "Kamau", "Kilonzo", "Mutua", "Mwangi", "Njeri", "Odhiambo", "Wafula"),
        ("Tumaini", "Umoja", "Upendo", "Jitihada", "Mwamko", "Neema", "Amani", "Maendeleo", "Pamoja", "Nuru"),
        "Ada za shule kwa watoto wote", "Matibabu",
    ),
    CountrySetUp(
        "NP", "NPR", "ne_NP", "ne", SOUTH, "Demo: Sagarmatha Saathi (invented)", "सरिता अधिकारी",
        50, ("district", "village"),
        {"धनकुटा": ("हिले", "पाख्रिबास", "सिधुवा"), "बर्दिया": ("गुलरिया", "राजापुर", "मधुवन")},
        ("अनिता", "बिमला", "चन्द्रकला", "देवकी", "गीता", "हरिमाया", "इन्दिरा", "कमला", "लक्ष्मी", "माया", "निर्मला", "पार्वती",
         "राधा", "सीता", "तारा", "उर्मिला", "यशोदा", "शान्ति", "सुनिता", "जानकी"),
        ("अर्जुन", "बिष्णु", "गोपाल", "हरि", "कृष्ण", "मोहन", "राम", "सूर्य"),
        ("अधिकारी", "तामाङ", "थारू", "राई", "लिम्बू", "गुरुङ", "चौधरी", "श्रेष्ठ", "मगर", "खड्का"),
        ("लालीगुराँस", "सगरमाथा", "नयाँ बिहानी", "एकता", "प्रगति", "उज्यालो", "सिर्जना", "हिमाल", "जनजागृति", "कोपिला"),
        "छोराछोरीको पढाइ खर्च", "औषधि उपचार",
    ),
    CountrySetUp(
        "JO", "JOD", "ar_JO", "ar", NORTH, "Demo: Dar Al-Amal (invented)", "سمر الخطيب",
        2, ("governorate", "town"),
        {"إربد": ("الرمثا", "الحصن", "كفر يوبا"), "الكرك": ("المزار", "القصر", "غور الصافي")},
        ("أمينة", "بسمة", "تهاني", "جميلة", "حنان", "خديجة", "دعاء", "رانيا", "زينب", "سعاد", "شيرين", "عائشة", "فاطمة",
         "كوثر", "ليلى", "مريم", "نادية", "هدى", "ياسمين", "سلمى"),
        ("أحمد", "خالد", "سامي", "عمر", "محمود", "يوسف", "طارق", "زياد"),
        ("الخطيب", "العمري", "الزعبي", "المجالي", "الطراونة", "الشرمان", "عبيدات", "الحداد", "النجار", "القضاة"),
        ("النور", "الأمل", "الياسمين", "التعاون", "البركة", "الزيتون", "الوفاء", "السنابل", "الرحمة", "المستقبل"),
        "رسوم المدرسة للأولاد", "علاج",
    ),
    CountrySetUp(
        "RW", "RWF", "rw_RW", "rw", NORTH, "Demo: Icyizere Partners (invented)", "Diane Uwera",
        500, ("district", "sector"),
        {"Huye": ("Mbazi", "Simbi", "Ruhashya"), "Musanze": ("Kinigi", "Muko", "Remera")},
        ("Aline", "Béatha", "Claudine", "Diane", "Espérance", "Francine", "Gaudence", "Hyacinthe", "Immaculée",
         "Jeannette", "Kamikazi", "Liberata", "Marie", "Niyonsaba", "Odette", "Pélagie", "Rose", "Solange", "Uwase",
         "Vestine"),
        ("Alphonse", "Célestin", "Emmanuel", "Gaspard", "Innocent", "Jean", "Théogène", "Vianney"),
        ("Mukamana", "Uwimana", "Nyirahabimana", "Habimana", "Ingabire", "Mutesi", "Niyonzima", "Uwera", "Bizimana",
         "Iradukunda"),
        ("Twizere", "Abahuje", "Terimbere", "Icyerekezo", "Dufatanye", "Urumuri", "Abishyizehamwe", "Ubumwe",
         "Isangano", "Tuzamurane"),
        "Amafaranga y’ishuri y’abana", "Kwivuza",
    ),
    CountrySetUp(
        "GT", "GTQ", "es_GT", "es", SOUTH, "Demo: Semilla Nueva (invented)", "Marta Choc",
        10, ("departamento", "municipio"),
        {"Alta Verapaz": ("Cobán", "Chisec", "Cahabón"), "Sololá": ("Nahualá", "Panajachel", "Concepción")},
        ("Alicia", "Blanca", "Catarina", "Dolores", "Elvira", "Florinda", "Gloria", "Hermelinda", "Irma", "Juana",
         "Lucía", "Magdalena", "Norma", "Olga", "Petrona", "Rosa", "Santa", "Tomasa", "Virginia", "Yolanda"),
        ("Andrés", "Diego", "Felipe", "Gaspar", "Manuel", "Mateo", "Pedro", "Sebastián"),
        ("Ajú", "Batz", "Caal", "Choc", "Guarcax", "Ixcoy", "Pérez", "Tzoc", "Xol", "Yat"),
        ("La Esperanza", "Nuevo Amanecer", "Flor de Maíz", "Unidas", "El Progreso", "Las Ceibas", "Manos Unidas",
         "Buena Semilla", "Luz del Valle", "Mujeres Activas"),
        "La escuela de nuestros hijos", "Gastos médicos",
    ),
    CountrySetUp(
        "UA", "UAH", "uk_UA", "uk", SOUTH, "Demo: Spilna Sprava (invented)", "Оксана Гриценко",
        100, ("oblast", "hromada"),
        {"Полтавська": ("Диканька", "Гадяч", "Миргород"), "Закарпатська": ("Хуст", "Тячів", "Рахів")},
        ("Алла", "Богдана", "Валентина", "Галина", "Дарина", "Єва", "Зоя", "Ірина", "Катерина", "Леся", "Марія",
         "Надія", "Оксана", "Поліна", "Роксолана", "Світлана", "Тетяна", "Уляна", "Христина", "Юлія"),
        ("Андрій", "Богдан", "Василь", "Григорій", "Іван", "Микола", "Остап", "Тарас"),
        ("Бондаренко", "Гриценко", "Коваленко", "Кравченко", "Лисенко", "Мельник", "Поліщук", "Савченко", "Ткаченко",
         "Шевчук"),
        ("Надія", "Калина", "Світанок", "Джерело", "Єдність", "Громада", "Барвінок", "Злагода", "Промінь", "Добробут"),
        "Ремонт даху до зими", "Ліки",
    ),
)  # fmt: skip
"""Money with no decimals (RWF), two and three (JOD); names in Latin, Devanagari, Arabic and Cyrillic letters."""
