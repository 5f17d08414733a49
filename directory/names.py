"""Company names stripped to what tells firms apart: no legal forms, no punctuation, one normal form."""

import re

from matchmaking.engine.text import fold, has_han, normalise

# "Co., Ltd" is written in five ways and more. Legal forms of the region end a name; only PT begins it.
_LATIN_FORMS = (
    r"co\.?\s*,?\s*\(?\s*pte\s*\)?\.?\s*,?\s*ltd",
    r"company\s*,?\s+limited",
    r"co\s*\.?\s*,?\s*limited",
    r"co\s*\.?\s*,?\s*ltd",
    r"public\s+company\s+limited",
    r"public\s+co\s*\.?\s*,?\s*ltd",
    r"pcl",
    r"plc",
    r"\(?\s*pte\s*\.?\s*\)?\s*,?\s*ltd",
    r"private\s+limited",
    r"pvt\s*\.?\s*ltd",
    r"pte",
    r"sdn\s*\.?\s*,?\s*bhd",
    r"berhad",
    r"bhd",
    r"tbk",
    r"limited\s+liability\s+company",
    r"limited",
    r"ltd",
    r"llc",
    r"llp",
    r"lp",
    r"l\.l\.c",
    r"incorporated",
    r"inc",
    r"corporation",
    r"corp",
    r"gmbh",
    r"s\.?a\.?",
    r"pty\s*\.?\s*ltd",
    r"joint\s+stock\s+company",
    r"jsc",
    r"company",
    r"co",
)
_LATIN_TAIL = re.compile(rf"(?:^|[\s,.&]+|(?<=\))\s*)(?:{'|'.join(_LATIN_FORMS)})[\s.,)]*$")
_PT_HEAD = re.compile(r"^p\.?\s*t\.?\s+")
_HAN_TAIL = re.compile(
    r"(?:\(集团\)|集团|\(控股\)|控股|实业)?"
    r"(?:股份有限责任公司|股份有限公司|有限责任公司|集团有限公司|私人有限公司|有限公司|股份公司|总公司|分公司|公司|\(集团\)|集团|股份)$"
)
_SEPARATORS = re.compile(r"[^\w一-鿿㐀-䶿]+")
_MAX = 300


def core_name(name: str) -> str:
    """Return the normal form of a name without its legal form, or all of it where nothing would remain.

    >>> core_name("Chongqing Gangjiu Co.,Ltd"), core_name("PT Indofood CBP Sukses Makmur Tbk")
    ('chongqing gangjiu', 'indofood cbp sukses makmur')
    """
    text = whole = normalise(name[:_MAX])
    for _ in range(3):  # "Holdings Pte. Ltd. Co., Ltd" and the like: a form behind a form
        shorter = (_HAN_TAIL if has_han(text) else _LATIN_TAIL).sub("", text).strip(" ,.-&")
        if shorter == text or not shorter:
            break
        text = shorter
    return _PT_HEAD.sub("", text).strip() or whole


def name_key(name: str) -> str:
    """Return the key under which two spellings of one firm's name meet; ``""`` for an empty name."""
    return _SEPARATORS.sub("", fold(core_name(name)).replace("&", "and"))
