"""Registration numbers that pass every check and that no register has given out."""

from directory.models import RegistrationScheme
from directory.registration import organisation_check_character, scheme_for, uscc_check_character

_UEN_WEIGHTS = (10, 8, 6, 4, 9, 7, 5, 3, 1)
_UEN_LETTERS = "ZKCMDNERGWH"


def invented_number(country: str, serial: int, since: int) -> tuple[str, str]:
    """Return (scheme, number) for the company with this serial, 1 to 999; unique per country.

    Chinese codes carry ``MAYX``, a range that is not in use; Singapore ones a serial above 99,000, far beyond
    a year's registrations; others say DEMO.
    """
    scheme = scheme_for(country)
    if scheme == RegistrationScheme.USCC:
        return scheme, _uscc(serial)
    if scheme == RegistrationScheme.UEN:
        return scheme, _uen(serial, max(since, 1980))
    return scheme, f"DEMO{country}{serial:06d}"


def _uscc(serial: int) -> str:
    organisation = f"MAYX{serial:04d}"
    first17 = f"91500100{organisation}{organisation_check_character(organisation)}"
    return first17 + uscc_check_character(first17)


def _uen(serial: int, year: int) -> str:
    digits = f"{year}{99000 + serial}"
    total = sum(int(digit) * weight for digit, weight in zip(digits, _UEN_WEIGHTS, strict=True))
    return digits + _UEN_LETTERS[total % 11]
