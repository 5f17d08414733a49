"""Registration numbers: normalise and check the Chinese USCC (GB 32100-2015) and the Singapore UEN.

A number that passes was copied without a slip. Whether the entity exists is for a secretariat to check: a
fresh number always stays "not yet verified".
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from directory.models import RegistrationScheme
from matchmaking.core.components import Cell

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = [pow(3, i, 31) for i in range(17)]
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_UEN_OTHER_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWX0123456789"
_SEPARATORS = re.compile(r"[\s\-–—‐‑_.·/\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
_OTHER_NUMBER = re.compile(r"[0-9A-Z]{4,40}")
COUNTRY_SCHEMES = {"CN": RegistrationScheme.USCC, "SG": RegistrationScheme.UEN}


class RegistrationError(ValueError):
    """The number cannot be right. ``position`` counts from 1 and names the wrong character, 0 = the whole."""

    def __init__(self, code: str, message: str, number: str, position: int = 0) -> None:
        super().__init__(message)
        self.code = code
        self.number = number
        self.position = position


@dataclass(frozen=True, slots=True)
class Registration:
    """A number in its normal form, with warnings (codes) that do not forbid it."""

    scheme: str
    number: str
    warnings: tuple[str, ...] = field(default=())


def scheme_for(country: str) -> str:
    """Return the register that a company of this country (ISO 3166) is entered in."""
    return COUNTRY_SCHEMES.get(country, RegistrationScheme.OTHER).value


def normalise_number(raw: str) -> str:
    """Fold full width and case, and drop spaces, separators and invisible characters."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", raw)).upper()


def check_registration(scheme: str, raw: str, *, today: date | None = None) -> Registration:
    """Return the normalised number or raise :class:`RegistrationError` saying which position is wrong."""
    number = normalise_number(raw)
    if scheme == RegistrationScheme.USCC:
        return _check_uscc(number)
    if scheme == RegistrationScheme.UEN:
        return _check_uen(number, today or timezone.localdate())
    if not _OTHER_NUMBER.fullmatch(number):
        raise RegistrationError("format", _("Use 4 to 40 letters and digits."), number[:60])
    return Registration(RegistrationScheme.OTHER.value, number)


def uscc_check_character(first17: str) -> str:
    """Return the 18th character for the first 17 (GB 32100-2015: weights 3^i, modulus 31)."""
    total = sum(USCC_ALPHABET.index(c) * w for c, w in zip(first17, _USCC_WEIGHTS, strict=True))
    return USCC_ALPHABET[-total % 31]


def organisation_check_character(first8: str) -> str:
    """Return the 9th character of an organisation code (GB 11714-1997, modulus 11)."""
    rest = 11 - sum(int(c, 36) * w for c, w in zip(first8, _ORGANISATION_WEIGHTS, strict=True)) % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))


def _check_uscc(number: str) -> Registration:
    for position, character in enumerate(number[:18], start=1):
        if character not in USCC_ALPHABET or (3 <= position <= 8 and not character.isdigit()):
            message = _uscc_character_message(character, position)
            raise RegistrationError("character", message, number[:40], position)
    if len(number) != 18:
        message = _("The code has 18 characters; you entered %(count)s.") % {"count": len(number)}
        raise RegistrationError("length", message, number[:40])
    expected = uscc_check_character(number[:17])
    if number[17] != expected:
        message = _(
            "Position 18 should be %(expected)s, you entered %(found)s. "
            "Please compare positions 9–18 with the licence."
        ) % {"expected": expected, "found": number[17]}
        raise RegistrationError("check_digit", message, number, 18)
    # Real codes exist whose inner organisation code does not check, so this only warns.
    warnings = () if organisation_check_character(number[8:16]) == number[16] else ("inner_check_digit",)
    return Registration(RegistrationScheme.USCC.value, number, warnings)


def _uscc_character_message(character: str, position: int) -> str:
    likely = {"I": "1", "O": "0", "S": "5", "Z": "2"}.get(character)
    values = {"position": position, "found": character, "likely": likely}
    if 3 <= position <= 8 and character in USCC_ALPHABET:
        return _("Position %(position)s must be a digit, you entered %(found)s.") % values
    if likely:
        return _("Position %(position)s cannot be %(found)s; it may be %(likely)s.") % values
    return _("Position %(position)s cannot be %(found)s.") % values


def _check_uen(number: str, today: date) -> Registration:
    if re.fullmatch(r"[0-9]{8}[A-Z]", number):
        expected = "XMKECAWLJDB"[_weighted(number[:8], (10, 4, 9, 3, 8, 2, 7, 1)) % 11]
    elif re.fullmatch(r"[0-9]{9}[A-Z]", number):
        _refuse_future(int(number[:4]), today, number, 4)
        expected = "ZKCMDNERGWH"[_weighted(number[:9], (10, 8, 6, 4, 9, 7, 5, 3, 1)) % 11]
    elif re.fullmatch(r"[TSR][0-9]{2}[A-Z]{2}[0-9]{4}[A-Z]", number):
        century = {"R": 1800, "S": 1900, "T": 2000}[number[0]]
        _refuse_future(century + int(number[1:3]), today, number, 3)
        expected = _uen_other_check_letter(number)
    else:
        message = _("A UEN looks like 12345678A, 202012345A or T20LL1234A.")
        raise RegistrationError("format", message, number[:40])
    if number[-1] != expected:
        message = _(
            "The last letter should be %(expected)s, you entered %(found)s. "
            "Please compare every character with the register."
        ) % {"expected": expected, "found": number[-1]}
        raise RegistrationError("check_digit", message, number, len(number))
    return Registration(RegistrationScheme.UEN.value, number)


def _weighted(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True))


def _uen_other_check_letter(number: str) -> str:
    body = number[:9]
    for position, character in enumerate(body, start=1):
        if character not in _UEN_OTHER_ALPHABET:
            values = {"position": position, "found": character}
            message = _("Position %(position)s cannot be %(found)s.") % values
            raise RegistrationError("character", message, number, position)
    weights = (4, 3, 5, 3, 10, 2, 2, 5, 7)
    total = sum(_UEN_OTHER_ALPHABET.index(c) * w for c, w in zip(body, weights, strict=True))
    return _UEN_OTHER_ALPHABET[(total - 5) % 11]


def _refuse_future(year: int, today: date, number: str, position: int) -> None:
    """The year of issue is part of the number; ``position`` is where the year ends."""
    if not 1800 <= year <= today.year:
        message = _("The year %(year)s in this number cannot be right.") % {"year": year}
        raise RegistrationError("year", message, number, position)


def cells_of(scheme: str, number: str, position: int = 0) -> list[Cell]:
    """Split a number into labelled parts; the part that holds ``position`` (from 1) is marked as wrong."""
    number = number[:24]
    if scheme == RegistrationScheme.USCC:
        parts = [
            (2, _("authority and kind")), (6, _("place code")),
            (9, _("organisation")), (1, _("check character")),
        ]
    elif scheme == RegistrationScheme.UEN and number[:1].isalpha():
        parts = [(3, _("year")), (2, _("kind")), (4, _("serial")), (1, _("check letter"))]
    elif scheme == RegistrationScheme.UEN and len(number) != 9:
        parts = [(4, _("year")), (5, _("serial")), (1, _("check letter"))]
    elif scheme == RegistrationScheme.UEN:
        parts = [(8, _("serial")), (1, _("check letter"))]
    else:
        return []
    cells, start = [], 0
    for length, label in parts:
        if text := number[start : start + length]:
            cells.append(Cell(text, label, bad=start < position <= start + length))
        start += length
    if len(number) > start:
        cells.append(Cell(number[start:], _("too long"), bad=True))
    return cells
