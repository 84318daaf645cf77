"""Takes an age spelt out ("vor zwei Stunden", "قبل يومين", "tunti sitten"), gives its number and unit.

Only texts that are nothing but an age come here, so words of two dozen languages can stand in one table: whichever
language it is, one word says that it is an age, one may count, and one is the unit.

Next: briefing/collect/ages.py.
"""

from __future__ import annotations

import re
from functools import cache

_BEFORE = (
    "il y a,vor,hace,há,för,fa,منذ,قبل,לפני,před,před asi,pred,πριν από,πριν,acum,in urmă cu,приблизно,"
    "около,примерно,cách đây"
)
_AFTER = (
    "ago,earlier,fa,atrás,geleden,temu,назад,тому назад,тому,önce,evvel,sedan,siden,sitten,पहले,yang lalu,lalu,trước,"
    "în urmă,nazaj,prije,преди,ezelőtt"
)
_ABOUT = (
    "for,about,around,over,almost,environ,etwa,circa,ca.,rund,unos,unas,casi,cerca de,alrededor de,quasi,ongeveer,около"
)
_COUNTS = {
    1: "a,an,one,un,une,ein,eine,einer,einem,einen,una,uno,um,uma,een,eene,en,ett,et,один,одну,одна,jeden,jedna,jedną"
    ",bir,एक,o,egy,yksi,μία,μια,ένα,ένας,jednu,seorang,một,одна годину",
    2: "two,deux,zwei,dos,due,dois,duas,twee,два,две,дві,dwa,dwie,dwóch,iki,två,to"
    ",kaksi,dva,dvě,δύο,δυο,două,doi,két,kettő"
    ",दो,dues,dua,hai",
    3: "three,trois,drei,tres,tre,três,drie,три,trzy,üç,kolme,tři,τρεις,τρία,trei,három,तीन,tiga,ba",
    4: "four,quatre,vier,cuatro,quattro,quatro,четыре,чотири,cztery,dört,fyra,fire,neljä,čtyři,τέσσερις,patru,négy,चार",
    5: "five,cinq,fünf,cinco,cinque,vijf,пять,п'ять,pięć,beş,fem,viisi,pět,πέντε,cinci,öt,पांच,पाँच,cinc",
    6: "six,sechs,seis,sei,zes,шесть,шість,sześć,altı,sex,seks,kuusi,šest,έξι,șase,hat,छह,sis",
    7: "seven,sept,sieben,siete,sette,sete,zeven,семь,сім,siedem,yedi,sju,syv,seitsemän,sedm,επτά,șapte,hét",
    8: "eight,huit,acht,ocho,otto,oito,восемь,вісім,osiem,sekiz,åtta,otte,kahdeksan,osm,οκτώ,opt,nyolc",
    9: "nine,neuf,neun,nueve,nove,negen,девять,дев'ять,dziewięć,dokuz,nio,ni,yhdeksän,devět,εννέα,nouă,kilenc",
    10: "ten,dix,zehn,diez,dieci,dez,tien,десять,dziesięć,on,tio,ti,kymmenen,deset,δέκα,zece,tíz",
}
_UNITS = {
    "s": "second,seconds,seconde,secondes,sekunde,sekunden,segundo,segundos,secondo"
    ",secondi,seconden,секунд,секунды,секунду"
    ",sekundę,sekundy,sekund,saniye,sekunder,sekuntia,sekundami,δευτερόλεπτα,secunde,másodperce,सेकंड,segons,detik,giây"
    ",ثوان,ثوانٍ,ثانية,שניות",
    "m": "minute,minutes,minuten,minuto,minutos,minuti,minuut,минут,минуту,минуты,хвилин"
    ",хвилину,хвилини,minutę,minuty,minut"
    ",dakika,minuter,minutter,minuutti,minuuttia,minutou,minutami,λεπτό,λεπτά,minute,perce,मिनट,minuts,menit,phút"
    ",دقيقة,دقائق,דקה,דקות",
    "h": "hour,hours,heure,heures,stunde,stunden,hora,horas,ora,ore,uur,uren,час,часа,часов,годину,години,годин,godzinę"
    ",godziny,godzin,saat,timme,timmar,time,timer,tunti,tuntia,hodinou,hodinami,ώρα"
    ",ώρες,oră,órája,óra,घंटा,घंटे,hores,jam"
    ",giờ,tiếng,ساعة,ساعات,שעה,שעות",
    "D": "day,days,jour,jours,tag,tage,tagen,día,días,dia,dias,giorno,giorni,dag,dagen,день,дня,дней,дні,днів,dzień,dni"
    ",gün,dagar,dage,dager,døgn,päivä,päivää,dnem,dny,ημέρα,ημέρες,μέρα,μέρες,zi,zile,napja,nap,दिन,dies,hari,ngày"
    ",يوم,أيام,ايام,יום,ימים",
    "W": "week,weeks,semaine,semaines,woche,wochen,semana,semanas,settimana,settimane"
    ",weken,неделю,недели,недель,тиждень"
    ",тижні,тижнів,tydzień,tygodnie,tygodni,hafta,vecka,veckor,uge,uger,uke,uker,viikko,viikkoa,týdnem,týdny,εβδομάδα"
    ",εβδομάδες,săptămână,săptămâni,hete,हफ्ते,हफ़्ते,सप्ताह,setmana,setmanes,minggu,tuần,أسبوع,أسابيع,שבוע,שבועות",
    "M": "month,months,mois,monat,monate,monaten,mes,meses,mese,mesi,mês,maand,maanden"
    ",месяц,месяца,месяцев,місяць,місяці"
    ",miesiąc,miesiące,miesięcy,ay,månad,månader,måned,måneder,kuukausi,kuukautta,měsícem,měsíci,μήνα,μήνες,lună,luni"
    ",hónapja,महीने,महीना,mesos,bulan,tháng,شهر,أشهر,شهور,חודש,חודשים",
    "Y": "year,years,an,ans,jahr,jahre,jahren,año,años,anno,anni,ano,anos,jaar,год,года,лет,рік,роки,років,rok,lata,lat"
    ",yıl,år,vuosi,vuotta,rokem,lety,χρόνο,χρόνια,ani,éve,साल,वर्ष,any,anys,tahun,năm,سنة,عام,سنوات,أعوام,שנה,שנים",
}
#: Words that count and name the unit at once.
_WHOLE = {
    (2, "m"): "دقيقتين,دقيقتان,שתי דקות",
    (2, "h"): "ساعتين,ساعتان,שעתיים",
    (2, "D"): "يومين,يومان,יומיים",
    (2, "W"): "أسبوعين,أسبوعان,שבועיים",
    (2, "M"): "شهرين,شهران,חודשיים",
    (2, "Y"): "سنتين,عامين,שנתיים",
    (30, "m"): "half an hour,a half hour,half-hour,a half-hour,half hour,une demi-heure,une demi heure,demi-heure"
    ",einer halben stunde,ner halben stunde,media hora,mezz'ora,mezza ora,mezzora"
    ",meia hora,een half uur,half uur,полчаса"
    ",пів години,півгодини,pół godziny,pół godz,yarım saat,en halvtimme,halvtimme"
    ",en halv time,puoli tuntia,půl hodinou,"
    "půlhodinou,μισή ώρα,jumătate de oră,o jumătate de oră,fél órája,आधे घंटे,आधा घंटा,mitja hora,نصف ساعة,חצי שעה"
    ",setengah jam",
    (90, "m"): "an hour and a half,one and a half hours,une heure et demie,anderthalb stunden,eineinhalb stunden"
    ",hora y media,una hora y media,un'ora e mezza,uma hora e meia,anderhalf uur,полтора часа,półtorej godziny",
}
_CJK_COUNTS = str.maketrans("一二三四五六七八九两兩", "12345678922")
_KOREAN_COUNTS = {"한": "1", "두": "2", "세": "3", "네": "4", "다섯": "5", "여섯": "6"}
_KOREAN = re.compile(rf"({'|'.join(_KOREAN_COUNTS)})\s?(?=시간|달|주|해)")
_HALF_HOUR = re.compile(r"半(?:个|個)?(?:小时|小時|時間|钟头)|30분쯤|반\s?시간")
_HOURS_AND_MINUTES = re.compile(r"(?<!\d)(\d{1,2})\s?h\s?(\d{2})\b")
#: The Hungarian age is one word longer: "3 napja".
_AGED_UNIT = re.compile(r"perce|órája|napja|hete|hónapja|éve|másodperce")


def read_spelt_age(words: str) -> tuple[int, str] | None:
    """Gives number and unit (s, m, h, D, W, M or Y); None for what is no age.

    Args:
        words: case-folded, without the final full stop.
    """
    bare, is_age = _without_marks(words.replace("’", "'"))
    if not is_age and not _AGED_UNIT.fullmatch(bare.rpartition(" ")[2]):
        return None
    whole, units, counts = _tables()
    if bare in whole:
        return whole[bare]
    counted, _, unit = bare.rpartition(" ")
    counted = counted or "1"
    number = int(counted) if counted.isdecimal() and len(counted) < 4 else counts.get(counted)
    return (number, units[unit]) if number is not None and unit in units else None


def spell_digits(words: str) -> str:
    """Writes the numbers of Chinese, Japanese and Korean ages in digits, and "2h30" as two hours and thirty minutes."""
    words = _HOURS_AND_MINUTES.sub(r"\1 h \2 min", words)
    words = _KOREAN.sub(lambda found: _KOREAN_COUNTS[found[1]], words)
    if words.endswith(("前", "전")):
        return _HALF_HOUR.sub("30分", words).translate(_CJK_COUNTS)
    return words


def _without_marks(words: str) -> tuple[str, bool]:
    """The age without the words that make it one, and whether there was such a word."""
    before, after, about = _marks()
    bare = before.sub("", after.sub("", words))
    return about.sub("", bare), bare != words


@cache
def _marks() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    def any_of(listed: str) -> str:
        return "|".join(map(re.escape, sorted(listed.split(","), key=len, reverse=True)))

    return (
        re.compile(rf"^(?:{any_of(_BEFORE)})\s"),
        re.compile(rf"\s(?:{any_of(_AFTER)})$"),
        re.compile(rf"^(?:{any_of(_ABOUT)})\s"),
    )


@cache
def _tables() -> tuple[dict[str, tuple[int, str]], dict[str, str], dict[str, int]]:
    whole = {word: told for told, words in _WHOLE.items() for word in words.split(",")}
    units = {word: unit for unit, words in _UNITS.items() for word in words.split(",")}
    counts = {word: count for count, words in _COUNTS.items() for word in words.split(",")}
    return whole, units, counts
