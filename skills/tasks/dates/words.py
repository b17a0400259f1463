"""The words of dates in several languages, each as the sign that the rules are written in.

Signs are in upper case (texts are folded to lower case, so no text can hold one): W0 to W6 are Monday to Sunday, M01
to M12 the months. English, German, French and Spanish share one grammar by sharing signs: "bis Freitag", "avant
vendredi" and "by Friday" are all `by W4`.
"""

from __future__ import annotations

_WEEKDAYS = (
    "monday mon montag lundi lunes",
    "tuesday tue tues dienstag mardi martes",
    "wednesday wed weds mittwoch mercredi miércoles miercoles wensday wednsday wedensday",
    "thursday thu thur thurs donnerstag jeudi jueves",
    "friday fri freitag vendredi viernes",
    "saturday sat samstag sonnabend samedi sábado",
    "sunday sun sonntag dimanche domingo",
)

_MONTHS = (
    "january jan januar jänner janvier enero",
    "february feb februar février fevrier febrero feburary",
    "march mar märz maerz mars marzo",
    "april apr avril abril",
    "may mai mayo",
    "june jun juni juin junio",
    "july jul juli juillet julio",
    "august aug août aout agosto",
    "september sep sept septembre septiembre",
    "october oct oktober okt octobre octubre",
    "november nov novembre noviembre",
    "december dec dezember dez décembre decembre diciembre",
)

_SIGNS = {
    "TODAY": "today 2day tdy heute aujourd'hui hoy",
    "TOMORROW": "tomorrow tommorow tommorrow tomorow tomorrrow tomorro tommorw tmrw tmr tmw tmrrw 2moro 2morrow 2mrw "
    "morgen demain mañana manana",
    "OVERMORROW": "übermorgen uebermorgen overmorrow",
    "YESTERDAY": "yesterday gestern hier ayer",
    "TONIGHT": "tonight tonite 2nite 2night",
    "MORNING": "morning mornin matin früh vormittag",
    "NOON": "noon midday mittag midi mediodía",
    "LUNCH": "lunch lunchtime",
    "AFTERNOON": "afternoon arvo nachmittag tarde",
    "EVENING": "evening abend soir",
    "NIGHT": "night nite nacht",
    "MIDNIGHT": "midnight mitternacht minuit medianoche",
    "MINUTE": "minute minutes min mins minuten minuto minutos",
    "HOUR": "hour hours hr hrs stunde stunden heure heures hora horas",
    "DAY": "day days tag tage tagen jour jours día dia días dias",
    "WORKDAY": "workday workdays werktag werktage werktagen arbeitstag arbeitstage arbeitstagen",
    "WEEK": "week weeks wk wks woche wochen semaine semaines semana semanas",
    "WEEKEND": "weekend weekends wknd wochenende",
    "FORTNIGHT": "fortnight fortnights",
    "MONTH": "month months monat monate monaten monats mois mes meses",
    "QUARTER": "quarter quarters quartal quartals trimestre",
    "YEAR": "year years yr yrs jahr jahre jahren jahres an ans année año años",
    "next": "next nxt nächste nächsten nächster nächstes naechsten naechste prochain prochaine próximo próxima proximo",
    "this": "this dieser diese diesen dieses ce cette este esta",
    "coming": "coming upcoming kommenden kommende kommender",
    "following": "following",
    "last": "last letzte letzten letzter dernier dernière último última",
    "past": "past previous prior vergangenen",
    "end": "end ende fin",
    "start": "start beginning begin anfang début comienzo",
    "middle": "middle mid mitte milieu mediados",
    "middle WEEK": "midweek",
    "MONTH end": "monatsende",
    "QUARTER end": "quartalsende",
    "YEAR end": "jahresende",
    "early": "early",
    "late": "late later spät",
    "by": "by d'ici bis spätestens",
    "before": "before b4 bfr vor avant antes ahead",
    "until": "until till til jusqu'à jusqu'au hasta",
    "at": "at um à",
    "on": "on am",
    "within": "within innerhalb",
    "in": "in dans en",
    "for": "for pour para für",
    "of": "of de del du des",
    "the": "the teh le la el las los dem den der die das zum zur l",
    "to": "to thru through",
    "from": "from ab von desde dès",
    "every": "every each per alternate jeden jede jedes chaque cada",
    "half": "half halben demi media",
    "EOD": "eod",
    "COB": "cob eob cop",
    "UHR": "uhr",
    "YPT": "pacific",
    "YET": "eastern",
    "YBST": "london",
    "YCET": "berlin paris madrid zurich",
    "YJST": "tokyo",
    "YHKT": "beijing shanghai",
    "YIST": "india indian",
}

NUMBERS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "thirteen": 13,
    "fourteen": 14,
    "fifteen": 15,
    "sixteen": 16,
    "seventeen": 17,
    "eighteen": 18,
    "nineteen": 19,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "ninety": 90,
    "ein": 1,
    "eine": 1,
    "einem": 1,
    "einer": 1,
    "zwei": 2,
    "drei": 3,
    "vier": 4,
    "fünf": 5,
    "sechs": 6,
    "une": 1,
    "deux": 2,
    "trois": 3,
    "quatre": 4,
    "cinq": 5,
    "dos": 2,
    "tres": 3,
    "cuatro": 4,
    "cinco": 5,
}

_TENS = ("twenty", "thirty", "forty", "fifty")
_UNITS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth twenty-first twenty-second twenty-third twenty-fourth "
    "twenty-fifth twenty-sixth twenty-seventh twenty-eighth twenty-ninth thirtieth thirty-first"
)

_KEPT = (
    "a about after ago alternate am and are around as asap at because between black boxing business but by calendar "
    "called can christmas close come couple current cyber d date dated ddl deadline divided do don due during easter "
    "either enjoy eom eoq eow eoy eta eve few full good great h halloween happy hence her hi his hours however i if "
    "independence instead is it just labor labour latest less let like ll lovely m make max memorial moment months "
    "more most multiplied must my named nd need new nice no not now nye o'clock old or otherwise our over p pasado "
    "per play please pls plz pm possible q que rd ready reported s say shall sharp since so some sometime st starting "
    "t target team th than thank thanks thanksgiving that their then they thing though thx time titled today ty under "
    "unless valentine valentines very viene w was we weeks were when while will with work working works would xmas y "
    "you your z"
)
"""Words of grammar, which mean themselves."""

_MISSPELT_FROM = (
    "monday tuesday wednesday thursday friday saturday sunday january february september october november december "
    "august tomorrow tonight"
)

_SHORT_OR_NAMES = "wed sat sun mar may march april june august mars"
"""Words that are more often something else: a name, a verb, another language's word."""

NOT_MISSPELT = frozenset(["sundry", "sundae", "sundaes", "augusta", "augustus"])


def _table() -> dict[str, str]:
    table = {word: word for word in _KEPT.split()}
    for sign, words in _SIGNS.items():
        table |= dict.fromkeys(words.split(), sign)
    for number, words in enumerate(_WEEKDAYS):
        table |= dict.fromkeys(words.split(), f"W{number}")
        table |= {f"{word}s": f"W{number}s" for word in words.split()[:1]}
    for number, words in enumerate(_MONTHS, start=1):
        table |= dict.fromkeys(words.split(), f"M{number:02}")
    table |= {word: str(number) for word, number in NUMBERS.items()}
    table |= {f"{ten}-{unit}": str(NUMBERS[ten] + NUMBERS[unit]) for ten in _TENS for unit in _UNITS}
    for number, word in enumerate(ORDINALS.split(), start=1):
        table[word] = f"{number}th"
    # "an" is English before it is French.
    return table | {"an": "a", "the": "the", "am": "am", "hier": "hier"}


TABLE = _table()
"""The sign of each known word; a word that isn't in it is shown to the rules as `x`."""

SHORT_OR_NAMES = frozenset(_SHORT_OR_NAMES.split())


def _shortened(word: str) -> set[str]:
    return {word[:at] + word[at + 1 :] for at in range(len(word))}


_BY_SHORTENED: dict[str, list[str]] = {}
for _word in _MISSPELT_FROM.split():
    for _key in {_word, *_shortened(_word)}:
        _BY_SHORTENED.setdefault(_key, []).append(_word)


def misspelt(word: str) -> str | None:
    """Returns the sign of the weekday, month or day that `word`, of 5 to 11 letters, is one slip away from."""
    if not 5 <= len(word) <= 11 or word in NOT_MISSPELT or word.endswith("days"):
        return None
    for key in (word, *(word[:at] + word[at + 1 :] for at in range(len(word)))):
        for meant in _BY_SHORTENED.get(key, ()):
            if meant[0] == word[0] and _is_one_slip(word, meant):
                return TABLE[meant]
    return None


def _is_one_slip(word: str, meant: str) -> bool:
    """Whether one letter is missing, too many, another, or two neighbours are swapped (Damerau's edit distance 1)."""
    same = 0
    while same < min(len(word), len(meant)) and word[same] == meant[same]:
        same += 1
    rest, other = word[same:], meant[same:]
    return (
        rest[1:] == other
        or rest == other[1:]
        or rest[1:] == other[1:]
        or (rest[:2] == other[:2][::-1] and rest[2:] == other[2:])
    )
