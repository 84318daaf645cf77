"""Takes "2 days ago" in the words of a dozen languages, gives the stretch of time it stands for.

Sites round ages before they print them, so an age is an interval. The thresholds are those of day.js, which most sites
use (https://day.js.org/docs/en/display/from-now): "an hour ago" is 45 to 89 minutes, "2 days ago" 35.5 to 60 hours.

Next: briefing/collect/dates.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache

from briefing.collect.spelt_ages import read_spelt_age, spell_digits

_UNITS = {
    "s": "seconds? secs? segundos? segs? secondes? sekunden? sek secondo secondi seconde seconden sekund sekunder"
    " секунды? секунду секунд sekund[ęy]? saniye",
    "m": "minutes? mins? min minutos? minuten? minuto minuti minuut minut minuter минут[ыу]? minut[ęy]? dakika",
    "h": "hours? hrs? hr h heures? stunden? std horas? ora ore uur uren timm[ea]r? час(?:а|ов)? godzin[aęy]? saat",
    "D": "days? jours? j tage?n? d[ií]as? giorno giorni dag dagen dagar день дня дней dni dzień gün",
    "W": "weeks? wks? w semaines? wochen? semanas? settiman[ae] week weken veck(?:a|or) недел[июь] tydzień"
    " tygodnie? hafta",
    "M": "months? mos? mois monate?n? mes meses mese mesi m[êe]s maanden maand månad månader месяц(?:а|ев)?"
    " miesiąc miesiące ay",
    "Y": "years? yrs? yr ans? années? jahre?n? años? anno anni anos? jaar år год года лет rok lata lat yıl",
}
_ONE = "an? one une? eine[rnm]? ein una? uno un['’] uma? een eene ett?"
_FEW = (
    "a few,a couple of,several,quelques,plusieurs,ein"
    " paar,wenigen?,einigen,unos,unas,algunos,algunas,pochi,poche,alcuni,alcune,alguns,enkele"
)
_BEFORE = "il y a|vor|hace|h[áa]|för"
_AFTER = "ago|fa|atrás|geleden|temu|назад|önce|sedan"
#: Few lines have one of these, and looking for them first makes a megabyte of other lines ten times faster to read.
_HINT = re.compile(rf"(?:{_BEFORE})\s|\s(?:{_AFTER})\b|[前전]", re.IGNORECASE)
_ABOUT = (
    "about|around|almost|over|environ|plus d[e'’]|etwa|ca\\.?|circa|rund|ungefähr|alrededor de|casi|cerca"
    " de|quasi|ongeveer"
)

_SPANS = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "D": timedelta(days=1),
    "W": timedelta(days=7),
    "M": timedelta(days=30.44),
    "Y": timedelta(days=365.25),
}
#: What "a minute", "an hour", "a day"… stand for in day.js, which has no weeks: those take half a week either way.
_SINGLE = {
    "s": (timedelta(0), timedelta(seconds=44.5)),
    "m": (timedelta(seconds=44.5), timedelta(seconds=90)),
    "h": (timedelta(minutes=44.5), timedelta(minutes=90)),
    "D": (timedelta(hours=21.5), timedelta(hours=35.5)),
    "M": (timedelta(days=25.5), timedelta(days=45.5)),
    "Y": (timedelta(days=319), timedelta(days=548)),
}
#: "Several" of a unit: the most a site prints before it changes to the next unit, or a handful.
_SEVERAL = {"s": 45, "m": 15, "h": 12, "D": 7, "W": 4, "M": 6, "Y": 6}
#: More than this many of a unit is a misread: sites change to the next unit long before ("France 24" + "2 days ago").
_MOST = {"s": 120, "m": 120, "h": 48, "D": 31, "W": 60, "M": 30, "Y": 40}

_DAY_WORDS = {
    0: "today,this morning,this afternoon,this evening,tonight,aujourd'hui,ce matin"
    ",cet après-midi,ce soir,heute,heute früh"
    ",heute morgen,heute vormittag,heute mittag,heute nachmittag,heute abend,hoy,esta mañana,esta tarde,oggi,stamattina"
    ",questa mattina,stasera,hoje,hoje de manhã,vandaag,vanmorgen,vanochtend,vanmiddag,vanavond,сегодня,сегодня утром"
    ",сьогодні,dziś,dzisiaj,dziś rano,idag,i dag,i morse,bugün,dnes,dnes ráno,tänään,avui,astăzi,azi,danas,днес,σήμερα"
    ",hari ini,hôm nay,今日,今天,今朝,今早,오늘,اليوم,היום,आज",
    1: "yesterday,yesterday morning,yesterday afternoon,yesterday evening,last night,hier,hier matin,hier soir,gestern"
    ",gestern abend,gestern früh,gestern nachmittag,ayer,ayer por la tarde,anoche,ieri,ieri sera,ieri mattina,ontem"
    ",ontem à noite,gisteren,gisteravond,вчера,вчера вечером,вчора,wczoraj,igår,i går,igår kväll,i går kväll,dün"
    ",dün akşam,včera,eilen,ahir,tegnap,jučer,juče,χθες,χτες,kemarin,hôm qua,昨日,きのう"
    ",昨天,昨晚,어제,أمس,امس,אתמול,कल",
    2: "avant-hier,avant hier,vorgestern,anteayer,antier,antes de ayer,l'altro ieri,l'altroieri,avantieri,anteontem"
    ",eergisteren,позавчера,позавчора,przedwczoraj,förrgår,i förrgår,i forgårs,i forgårs,evvelsi gün,evvelki gün"
    ",předevčírem,toissapäivänä,abans-d'ahir,alaltăieri,tegnapelőtt,prekjučer"
    ",προχθές,προχτές,一昨日,おととい,前天,그저께"
    ",그제,أول أمس,أول من أمس,שלשום,परसों,day before yesterday,the day before yesterday",
}
_NOW_WORDS = (
    "just now,right now,now,moments ago,a moment ago,less than a minute ago,seconds ago,a few seconds ago,just posted"
    ",à l'instant,maintenant,il y a un instant,il y a quelques instants"
    ",il y a moins d'une minute,il y a quelques secondes"
    ",gerade eben,soeben,eben,jetzt,vor wenigen augenblicken,vor weniger als einer minute,vor wenigen sekunden"
    ",vor einigen sekunden,ahora mismo,justo ahora,ahora,hace un momento,hace un instante,hace unos instantes"
    ",hace unos segundos,hace menos de un minuto,adesso,proprio ora,ora,poco fa,un attimo fa,pochi secondi fa"
    ",meno di un minuto fa,agora,agora mesmo,agora há pouco,há pouco,há instantes"
    ",há menos de um minuto,há poucos segundos"
    ",há alguns segundos,zojuist,zonet,nu,een ogenblik geleden,minder dan een minuut geleden,enkele seconden geleden"
    ",только что,сейчас,щойно,зараз,przed chwilą,teraz,az önce,şimdi,nyss,just nu,lige nu,akkurat nå,nå,nettopp"
    ",juuri nyt,äsken,hetki sitten,právě teď,právě,před chvílí,μόλις τώρα,τώρα,chiar acum,acum,éppen most,ara mateix"
    ",baru saja,vừa xong,刚刚,剛剛,刚才,たった今,방금,방금 전,지금,الآن,قبل قليل,منذ قليل,منذ لحظات,עכשיו,הרגע,अभी"
)
#: The calendar's last week, month and year, which may be anything up to two of them ago.
_LAST_WORDS = {
    "W": "last week,la semaine dernière,semaine dernière,letzte woche,vergangene woche,la semana pasada,semana pasada"
    ",la settimana scorsa,settimana scorsa,na semana passada,semana passada"
    ",vorige week,afgelopen week,на прошлой неделе"
    ",минулого тижня,w zeszłym tygodniu,geçen hafta,förra veckan,sidste uge,forrige uke,viime viikolla,minulý týden"
    ",săptămâna trecută,múlt héten,la setmana passada,先週,上周,上週,上星期,지난주,지난 주"
    ",الأسبوع الماضي,पिछले हफ्ते,पिछले सप्ताह",
    "M": "last month,le mois dernier,mois dernier,letzten monat,letzter monat,el mes pasado,mes pasado,il mese scorso"
    ",mese scorso,no mês passado,mês passado,vorige maand,afgelopen maand,в прошлом месяце,минулого місяця"
    ",w zeszłym miesiącu,geçen ay,förra månaden,sidste måned,forrige måned,viime kuussa,minulý měsíc,luna trecută,先月"
    ",上个月,上個月,지난달,지난 달,الشهر الماضي,पिछले महीने",
    "Y": "last year,l'année dernière,l'an dernier,letztes jahr,el año pasado,año pasado,l'anno scorso,no ano passado"
    ",ano passado,vorig jaar,в прошлом году,минулого року,w zeszłym roku,geçen yıl"
    ",förra året,sidste år,i fjor,viime vuonna"
    ",minulý rok,anul trecut,去年,昨年,작년,지난해,السنة الماضية,العام الماضي,पिछले साल",
}
_MAX_SHORT_FORM = 36
_SHORT = re.compile(r"(\d{1,2})\s?(s|sec|m|min|h|hr|hrs|std|j|d|w|wk)\.?(?: ago)?")
_SHORT_UNITS = {"s": "s", "sec": "s", "m": "m", "min": "m", "h": "h", "hr": "h", "hrs": "h", "std": "h"}
_CJK = re.compile(
    r"(\d{1,3})\s?(秒|分钟?|分鐘|小时|小時|時間|日|天|週間|周|か月|个月|年|초|분|시간|일|주|개월|년)(?:之?前|\s?전)"
)
_CJK_UNITS = {
    **dict.fromkeys(("秒", "초"), "s"),
    **dict.fromkeys(("分", "分钟", "分鐘", "분"), "m"),
    **dict.fromkeys(("小时", "小時", "時間", "시간"), "h"),
    **dict.fromkeys(("日", "天", "일"), "D"),
    **dict.fromkeys(("週間", "周", "주"), "W"),
    **dict.fromkeys(("か月", "个月", "개월"), "M"),
    **dict.fromkeys(("年", "년"), "Y"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Age:
    """Says how long ago something happened and where in a line that is written.

    Attributes:
        start, end: the words, in code points of the line.
        least, most: the youngest and the oldest it can be, both inclusive.
    """

    start: int
    end: int
    least: timedelta
    most: timedelta


def has_age_words(line: str) -> bool:
    """Says at once whether a line can hold an age at all."""
    return _HINT.search(line) is not None


def find_age(line: str) -> Age | None:
    """Finds the first age in a line, also when it is glued to the word before it ("Le Figaro2 days ago")."""
    if not has_age_words(line):
        return None
    match = _age_pattern().search(line)
    while match is not None:
        inside_number = match.start() > 0 and line[match.start() - 1].isdigit()
        if inside_number and not any(letter.isupper() for letter in line[: match.start()]):
            break  # only a name ("France 24") can have lent its digits
        if (bounds := _bounds(match)) is not None:
            return Age(start=match.start(), end=match.end(), least=bounds[0], most=bounds[1])
        match = _age_pattern().search(line, match.start() + 1)
    if (far := _CJK.search(line)) is not None:
        least, most = _rounded(int(far[1]), _CJK_UNITS[far[2]])
        return Age(start=far.start(), end=far.end(), least=least, most=most)
    return None


def read_age(text: str) -> Age | None:
    """Reads a text that is nothing but an age, also the short forms "5h", "just now" and "last week"."""
    words = text.strip().rstrip(".").casefold().replace("’", "'")
    if len(words) <= _MAX_SHORT_FORM and (bounds := _short_form(words)) is not None:
        return Age(start=0, end=len(text), least=bounds[0], most=bounds[1])
    digits = spell_digits(words)
    found = find_age(digits)
    if found is not None and not digits[: found.start].strip() and not digits[found.end :].strip(" ."):
        return replace(found, start=0, end=len(text))
    if len(words) > _MAX_SHORT_FORM or (spelt := read_spelt_age(words)) is None or spelt[0] > _MOST[spelt[1]]:
        return None
    least, most = _rounded(*spelt)
    return Age(start=0, end=len(text), least=least, most=most)


def _short_form(words: str) -> tuple[timedelta, timedelta] | None:
    now, last = _short_words()
    if words in now:
        return timedelta(0), timedelta(minutes=2)
    if (short := _SHORT.fullmatch(words)) is not None:
        return _rounded(int(short[1]), _SHORT_UNITS.get(short[2], "W" if short[2][0] == "w" else "D"))
    if words in last:
        return timedelta(days=1), 2 * _SPANS[last[words]]
    return None


@cache
def _short_words() -> tuple[frozenset[str], dict[str, str]]:
    last = {word: unit for unit, words in _LAST_WORDS.items() for word in words.split(",")}
    return frozenset(_NOW_WORDS.split(",")), last


def days_back(text: str) -> int | None:
    """Says how many calendar days "today", "gestern" or "avant-hier" lie back; None for anything else."""
    return _day_words().get(text.strip(" ,.:").casefold().replace("’", "'"))


@cache
def _day_words() -> dict[str, int]:
    return {word: back for back, words in _DAY_WORDS.items() for word in words.split(",")}


@cache
def _age_pattern() -> re.Pattern[str]:
    unit = "|".join(f"(?:{'|'.join(words.split())})" for words in _UNITS.values())
    count = rf"(?:\d{{1,3}}|{'|'.join(_ONE.split())}|{'|'.join(_FEW.split(','))})"
    about = rf"(?:(?:{_ABOUT})\s)?"
    first = rf"{count}\s?(?:{unit})\b\.?"
    more = rf"(?:[\s,]+(?:(?:and|et|und|y|e|en)\s)?\d{{1,2}}\s?(?:{unit})\b\.?)*"
    bare = r"(?:godzinę|minutę|tydzień|miesiąc|rok|час|минуту|день|неделю|месяц|год)"
    return re.compile(
        rf"(?:(?:{_BEFORE})\s{about}{first}{more}(?:\satrás|\ssedan)?)|(?:{about}(?:{first}{more}"
        rf"|{bare})\s(?:{_AFTER})\b)",
        re.IGNORECASE,
    )


@cache
def _unit_words() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((unit, re.compile("|".join(words.split()), re.IGNORECASE)) for unit, words in _UNITS.items())


def _unit_of(word: str) -> str | None:
    return next((unit for unit, pattern in _unit_words() if pattern.fullmatch(word)), None)


def _bounds(match: re.Match[str]) -> tuple[timedelta, timedelta] | None:
    words = re.sub(rf"^(?:{_BEFORE})\s|\s(?:{_AFTER})$", "", match[0], flags=re.IGNORECASE)
    words = re.sub(rf"^(?:{_ABOUT})\s", "", words, flags=re.IGNORECASE)
    counts = [(int(n), _unit_of(u)) for n, u in re.findall(r"(\d+)\s?([^\W\d_]+)", words)]
    if not counts:
        unit = _unit_of(re.split(r"[\s'’]", words.rstrip("."))[-1])
        few = re.match(rf"(?:{'|'.join(_FEW.split(','))})\s", words, re.IGNORECASE)
        if unit is None:
            return None
        return (2 * _SPANS[unit], _SEVERAL[unit] * _SPANS[unit]) if few else _rounded(1, unit)
    read = [(count, unit) for count, unit in counts if unit is not None and count <= _MOST[unit]]
    if len(read) < len(counts):
        return None
    if len(read) == 1:
        return _rounded(*read[0])
    total = sum((count * _SPANS[unit] for count, unit in read), timedelta(0))
    finest = min(_SPANS[unit] for _, unit in read)
    return total - finest / 2, total + finest  # sites cut compound ages off rather than round them


def _rounded(count: int, unit: str) -> tuple[timedelta, timedelta]:
    if count == 1 and unit in _SINGLE:
        return _SINGLE[unit]
    half = _SPANS[unit] / 2
    if (count, unit) == (2, "D"):
        return timedelta(hours=35.5), count * _SPANS[unit] + half
    return max(count * _SPANS[unit] - half, timedelta(0)), count * _SPANS[unit] + half
