"""Which column holds what: by the words people put into headers, then by the user's own choice."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from matchmaking.engine.text import normalise

# Fields without a language ("name", "text") are sorted into zh or en by their script, cell by cell.
FIELDS = {
    "name": _("name (language by its script)"),
    "legal_name_zh": _("legal name (Chinese)"),
    "legal_name_en": _("legal name (English)"),
    "short_name_zh": _("short name (Chinese)"),
    "short_name_en": _("short name (English)"),
    "country": _("country"),
    "city": _("district or city"),
    "zone": _("park or zone"),
    "sector": _("sector"),
    "industry": _("industry (closer than the sector)"),
    "number": _("registration number"),
    "symbol": _("stock symbol, kept as a number of another register"),
    "website": _("website"),
    "founded": _("founded in"),
    "size": _("number of employees"),
    "languages": _("working languages"),
    "group_name": _("corporate group"),
    "summary_zh": _("summary (Chinese)"),
    "summary_en": _("summary (English)"),
    "description_zh": _("description (Chinese)"),
    "description_en": _("description (English)"),
    "text": _("description (language by its script; the summary is taken from its beginning)"),
}
IGNORE = "-"
SYNONYMS = {
    "name": "name|company|company name|enterprise|firm|organisation|organization|member|企业|企业名称|公司|公司名称"
    "|单位名称|单位|名称|会员名称|机构名称|成员单位",
    "legal_name_zh": "name zh|name_zh|chinese name|name (chinese)|legal name zh|中文名|中文名称|企业中文名称"
    "|公司中文名称",
    "legal_name_en": "name en|name_en|english name|name (english)|英文名|英文名称|企业英文名称|公司英文名称|legal name"
    "|legal name en|registered name",
    "short_name_zh": "short name zh|简称|企业简称|公司简称|中文简称",
    "short_name_en": "short name|short name en|brand|英文简称",
    "country": "country|country/region|nation|国家|国家/地区|国别|所在国家|国家或地区",
    "city": "city|city/district|location|place|district|town|城市|所在地|地区|区县|所在城市|所在区县|注册地",
    "zone": "zone|park|industrial park|园区|开发区|所在园区",
    "sector": "sector|sectors|行业|所属行业|行业门类|行业大类",
    "industry": "industry|industry group|sub-industry|细分行业|行业小类|主营行业",
    "number": "registration number|reg no|reg. no.|company number|uen|uscc|unified social credit code|business number"
    "|统一社会信用代码|社会信用代码|信用代码|注册号|登记号|工商注册号|企业代码",
    "website": "website|web site|url|homepage|web|网址|网站|官网|公司网址",
    "founded": "founded|year founded|established|year of establishment|成立年份|成立时间|成立于|成立年",
    "size": "employees|size|staff|headcount|number of employees|人数|员工人数|从业人数|规模",
    "languages": "languages|language|working languages|语言|工作语言",
    "group_name": "group|parent|parent company|corporate group|集团|所属集团|母公司",
    "summary_zh": "summary zh|summary_zh|中文简介|一句话简介",
    "summary_en": "summary en|summary_en|英文简介",
    "description_zh": "description zh|description_zh|中文介绍|企业中文介绍",
    "description_en": "description en|description_en|英文介绍|企业英文介绍",
    "text": "summary|description|profile|about|business|introduction|business description|简介|企业简介|公司简介|介绍"
    "|主营业务|业务范围|经营范围",
}
_BY_HEADER = {
    normalise(word).replace("_", " "): field for field, words in SYNONYMS.items() for word in words.split("|")
}


class MappingError(ValueError):
    """The user's mapping names a column or a field that does not exist."""


def guess_mapping(header: list[str]) -> dict[str, str]:
    """Return header → field for the columns whose header is known; each field once, the first column wins."""
    found: dict[str, str] = {}
    for name in header:
        field = _BY_HEADER.get(normalise(name).replace("_", " "), "")
        if name and field and field not in found.values():
            found[name] = field
    return found


def complete_mapping(header: list[str], chosen: Mapping[str, str] | None) -> dict[str, str]:
    """Return the guess corrected by the user's choice (header → field, ``-`` to leave a column out).

    Raises :class:`MappingError` for unknown columns and fields, and for a field that was chosen twice.
    """
    mapping = guess_mapping(header)
    by_name = {name.casefold(): name for name in header if name}
    taken: set[str] = set()
    for column, field in (chosen or {}).items():
        name = by_name.get(column.strip().casefold())
        if name is None:
            raise MappingError(str(_("There is no column “%(name)s”.")) % {"name": column[:60]})
        if field != IGNORE and field not in FIELDS:
            raise MappingError(str(_("There is no field “%(name)s”.")) % {"name": field[:60]})
        if field in taken:
            raise MappingError(str(_("The field “%(name)s” was chosen twice.")) % {"name": field})
        mapping = {other: target for other, target in mapping.items() if other != name and target != field}
        if field != IGNORE:
            mapping[name] = field
            taken.add(field)
    return mapping


def parse_map(text: str) -> dict[str, str]:
    """Read ``"name=legal_name_en,行业=sector,notes=-"``; raises :class:`MappingError`."""
    pairs: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        column, equals, field = part.rpartition("=")
        if not equals or not column.strip():
            raise MappingError(str(_("Write column=field, not “%(name)s”.")) % {"name": part[:60]})
        pairs[column.strip()] = field.strip()
    return pairs
