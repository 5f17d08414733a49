"""Credentials in the data files' short form, and who has checked which.

A credential is ``"scheme days method"`` or ``["scheme days method", zh, en]`` with its scope: it runs out in so
many days (``-`` = without end), and was checked by a method of ``CLAIM_METHODS`` or is the company's word (``self``).
"""

import datetime

from alliances.claim_methods import CLAIM_METHODS
from directory.models import ClaimCheck, Credential, TermKind
from matchmaking.demo.content import words
from matchmaking.demo.profiles import texts
from matchmaking.demo.stage import Stage
from matchmaking.users.models import User

CERTIFIERS = ("Verituso Certification (fictional)", "衡信谱认证（虚构）", "Kandarex Assurance (fictional)")
SELF = "self"
# Key of the company, credential, method of its check.
Claimed = tuple[str, Credential, str]


def make_credentials(stage: Stage, key: str) -> list[Claimed]:
    """Return the unsaved credentials of a company, each with the method of its check."""
    made: list[Claimed] = []
    company = stage.companies[key]
    published = stage.published(stage.chance.randint(10, 300))
    for item in stage.entries[key].get("credentials", []):
        short, *scope = [item] if isinstance(item, str) else item
        code, days, method = words(short)
        scheme = stage.terms.one(TermKind.CREDENTIAL_SCHEME, code)
        until = None if days == "-" else stage.day(int(days))
        begun = (until or stage.today) - datetime.timedelta(days=365 * 3)
        credential = Credential(
            company=company, scheme=scheme, issuer=_issuer(stage, scheme.extra, company.country),
            number=f"DEMO-{code.rpartition('.')[2].upper()}-{company.pk:05d}", valid_from_date=begun,
            valid_until_date=until, **texts({"scope": scope} if scope else {}, "scope", "scope"), **published,
        )
        made.append((key, credential, method))
    return made


def _issuer(stage: Stage, extra: dict[str, str], country: str) -> str:
    """Name the authority of the scheme; certificates of many certifiers get an invented one."""
    if extra.get("kind") == "certificate" and not extra.get("country"):
        return stage.chance.choice(CERTIFIERS)
    return extra.get("issuer_zh" if country == "CN" else "issuer_en", "")[:200]


def make_checks(stage: Stage, credentials: list[Claimed]) -> list[ClaimCheck]:
    """Return the checks of credentials and, for every firm that was published, of its registration."""
    checks = [_check(stage, *claimed) for claimed in credentials if claimed[2] != SELF]
    for key, company in stage.companies.items():
        if company.first_published_at and stage.chance.random() < 0.8:
            zh, en = CLAIM_METHODS["register"]
            checks.append(
                ClaimCheck(
                    company=company, method_zh=zh, method_en=en, checked_by=_checker(stage, key),
                    checked_at=stage.moment(stage.chance.randint(1, 80)), outcome=ClaimCheck.Outcome.CONFIRMED,
                    valid_until_date=stage.day(stage.chance.randint(20, 300)),
                )
            )
    return checks


def _check(stage: Stage, key: str, credential: Credential, method: str) -> ClaimCheck:
    zh, en = CLAIM_METHODS[method]
    year_on = stage.day(stage.chance.randint(100, 360))
    return ClaimCheck(
        company=credential.company, credential=credential, method_zh=zh, method_en=en,
        checked_by=_checker(stage, key), alliance_code=stage.entries[key].get("alliance", ""),
        checked_at=stage.moment(stage.chance.randint(5, 150)), outcome=ClaimCheck.Outcome.CONFIRMED,
        valid_until_date=min(credential.valid_until_date or year_on, year_on),
    )


def _checker(stage: Stage, key: str) -> User:
    """Name the reviewer of the firm's alliance; firms outside the alliances are looked up by the trade desk."""
    alliance = stage.entries[key].get("alliance", "investment-trade")
    return stage.staff[alliance, "reviewer"]
