"""Names of countries and territories, from Babel's data, in the reader's language."""

from functools import lru_cache

from babel import Locale

from matchmaking.core.bilingual import reader_suffix
from matchmaking.engine.text import normalise

# Babel writes long administrative names; these are the ones in daily use on both sides.
_OWN_NAMES = {
    "zh": {"HK": "中国香港", "MO": "中国澳门", "TW": "中国台湾"},
    "en": {"HK": "Hong Kong, China", "MO": "Macao, China", "TW": "Taiwan, China", "MM": "Myanmar"},
}
REGISTRATION_COUNTRIES = ("CN", "SG", "MY", "TH", "ID", "VN", "PH", "LA", "KH", "MM", "BN", "HK", "MO", "TW")
_ALSO_WRITTEN = {
    "prc": "CN", "pr china": "CN", "people's republic of china": "CN", "mainland china": "CN", "中华人民共和国": "CN",
    "republic of singapore": "SG", "s'pore": "SG", "viet nam": "VN", "hong kong": "HK", "hong kong sar": "HK",
    "香港": "HK", "macau": "MO", "macao": "MO", "澳门": "MO", "taiwan": "TW", "台湾": "TW", "usa": "US",
    "united states of america": "US", "uk": "GB", "great britain": "GB", "korea": "KR", "republic of korea": "KR",
    "uae": "AE", "burma": "MM", "myanmar (burma)": "MM", "laos": "LA", "brunei": "BN",
}  # fmt: skip


@lru_cache(maxsize=4)
def country_names(language: str) -> dict[str, str]:
    """ISO 3166 alpha-2 code → name, for ``"zh"`` or ``"en"``."""
    territories = Locale.parse("zh_Hans" if language == "zh" else "en").territories
    names = {code: name for code, name in territories.items() if len(code) == 2 and code.isalpha()}
    return {**names, **_OWN_NAMES[language]}


def country_name(code: str) -> str:
    """Return the name in the reader's language; an unknown code as it is."""
    return country_names(reader_suffix()).get(code, code)


def registration_countries() -> list[tuple[str, str]]:
    """Return ``(code, name)`` of the countries a member may be registered in, in the order of the form."""
    return [(code, country_name(code)) for code in REGISTRATION_COUNTRIES]


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    found = dict(_ALSO_WRITTEN)
    for language in ("zh", "en"):
        for code, name in country_names(language).items():
            found.setdefault(normalise(name), code)
            found.setdefault(code.lower(), code)
    return found


def country_code(text: str) -> str:
    """Return the alpha-2 code of a country as people write it in either language, ``""`` when it is none."""
    return _codes().get(normalise(text), "")
