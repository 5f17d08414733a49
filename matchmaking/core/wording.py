"""How names, dates and money read in Chinese and in English.

Pure functions of a value and a language code; the template tags in ``templatetags/yuxin.py`` call them with the
reader's language. The forms follow the interface design: ``11月26日 周四 15:00`` and ``Thu 26 Nov, 15:00``, the
year only when it is not this year's.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from matchmaking.core.bilingual import reader_suffix

ENGLISH_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
ENGLISH_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
CHINESE_DAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
CITIES = {
    "Asia/Shanghai": gettext_lazy("Chongqing"),
    "Asia/Chongqing": gettext_lazy("Chongqing"),
    "Asia/Singapore": gettext_lazy("Singapore"),
    "Asia/Ho_Chi_Minh": gettext_lazy("Ho Chi Minh City"),
    "Asia/Kuala_Lumpur": gettext_lazy("Kuala Lumpur"),
}
CHINESE_CURRENCIES = {"CNY": "元", "SGD": "新元", "USD": "美元", "MYR": "林吉特", "HKD": "港元", "EUR": "欧元"}


def is_chinese(language: str | None = None) -> bool:
    """Whether ``language`` (default: the active one) is a kind of Chinese."""
    return (language or reader_suffix()).lower().startswith("zh")


def html_lang(language: str | None = None) -> str:
    """The tag for an HTML ``lang`` attribute: ``zh-Hans`` or ``en``."""
    return "zh-Hans" if is_chinese(language) else "en"


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A text in the reader's language and the same in the other one.

    ``lang`` and ``other_lang`` say what each text is really written in: when the reader's language is empty the
    other text moves up and keeps its own tag. ``other`` is empty when there is no second text or it is equal.
    """

    text: str
    lang: str
    other: str
    other_lang: str
    is_fallback: bool


def bilingual(record: Any, name: str, language: str | None = None) -> Bilingual:
    """Read the pair ``{name}_zh`` / ``{name}_en`` of a model instance or a dict."""
    read = record.get if isinstance(record, dict) else lambda key: getattr(record, key, "")
    texts = {"zh-Hans": str(read(f"{name}_zh") or ""), "en": str(read(f"{name}_en") or "")}
    first = html_lang(language)
    second = "en" if first == "zh-Hans" else "zh-Hans"
    if not texts[first]:
        return Bilingual(texts[second], second if texts[second] else first, "", first, bool(texts[second]))
    other = texts[second] if texts[second] != texts[first] else ""
    return Bilingual(texts[first], first, other, second, False)


def day(value: date, language: str | None = None, *, weekday: bool = False) -> str:
    """A calendar day: ``11月26日 周四`` or ``Thu 26 Nov``."""
    year = value.year != timezone.localdate().year
    if is_chinese(language):
        text = f"{value.month}月{value.day}日"
        text = f"{value.year}年{text}" if year else text
        return f"{text} {CHINESE_DAYS[value.weekday()]}" if weekday else text
    text = f"{value.day} {ENGLISH_MONTHS[value.month - 1]}"
    text = f"{text} {value.year}" if year else text
    return f"{ENGLISH_DAYS[value.weekday()]} {text}" if weekday else text


def moment(value: datetime, zone: str | None = None, language: str | None = None) -> str:
    """A point in time in ``zone`` (default: the reader's current zone)."""
    local = timezone.localtime(value, ZoneInfo(zone) if zone else None)
    gap = " " if is_chinese(language) else ", "
    return f"{day(local.date(), language, weekday=True)}{gap}{local:%H:%M}"


def utc_offset(value: datetime, zone: str) -> str:
    """``UTC+8`` for a zone at a moment; half hours as ``UTC+5:30``."""
    delta = timezone.localtime(value, ZoneInfo(zone)).utcoffset()
    minutes = int(delta.total_seconds() // 60) if delta else 0
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")


def city(zone: str) -> str:
    """The city people know a time zone by."""
    return str(CITIES.get(zone) or zone.rpartition("/")[2].replace("_", " "))


def money_band(low: int | None, high: int | None, currency: str, language: str | None = None) -> str:
    """An amount as a band, never a float: ``50–200 万元`` or ``CNY 0.5–2 million``."""
    if low is None and high is None:
        return gettext("not given")
    chinese = is_chinese(language)
    if chinese:
        unit, word = _chinese_unit(low, high)
        tail = f" {word}{CHINESE_CURRENCIES.get(currency, currency)}"
        head = ""
    else:
        unit, word = _english_unit(low, high)
        tail, head = (f" {word}" if word else ""), f"{currency} "
    if low is None or high is None:
        amount = f"{head}{_number(high if low is None else low, unit)}{tail}"
        if low is None or low == 0:
            return f"< {amount}"
        return f"{amount}以上" if chinese else f"from {amount}"
    if low == 0:
        return f"< {head}{_number(high, unit)}{tail}"
    if low == high:
        return f"{head}{_number(low, unit)}{tail}"
    return f"{head}{_number(low, unit)}–{_number(high, unit)}{tail}"


def _chinese_unit(low: int | None, high: int | None) -> tuple[int, str]:
    smallest = low or high or 0
    if smallest >= 100_000_000:
        return 100_000_000, "亿"
    return (10_000, "万") if smallest >= 10_000 else (1, "")


def _english_unit(low: int | None, high: int | None) -> tuple[int, str]:
    largest = high or low or 0
    if largest >= 1_000_000_000 and (not low or low >= 100_000_000):
        return 1_000_000_000, "billion"
    return (1_000_000, "million") if largest >= 1_000_000 else (1, "")


def _number(amount: int | None, unit: int) -> str:
    whole, rest = divmod(amount or 0, unit)
    if not rest:
        return f"{whole:,}"
    return f"{(amount or 0) / unit:,.3f}".rstrip("0")
