"""What the public page of a company and of a need shows: facts, evidence, and what nobody has checked.

Everything is read with a fixed number of queries. Contacts, private needs, no-lists and evidence files are not
read here at all, so that no template can print them.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext, ngettext

from directory.countries import country_name
from directory.models import ClaimCheck, Company, Confidentiality, Credential, Need, Offer, Product
from directory.permissions import CompanyPolicy, NeedPolicy
from directory.taxonomy import money_bands
from matchmaking.core.bilingual import pick
from matchmaking.core.components import Tab, Tone
from matchmaking.core.wording import Bilingual, bilingual, day

EXPIRES_SOON = datetime.timedelta(days=60)
OUTDATED = datetime.timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Badge:
    """One claim and how far it is checked. ``facts`` are (label, text) rows, ``text`` a sentence instead of them."""

    title: str
    tone: Tone
    note: str = ""
    facts: list[tuple[str, str]] = field(default_factory=list)
    text: str = ""

    @property
    def checked(self) -> bool:
        """Say whether a check stands behind the claim."""
        return self.tone in ("good", "warn")


@dataclass(frozen=True, slots=True)
class CredentialRow:
    """A credential with the badge that goes with it."""

    record: Credential
    badge: Badge


def profile_context(company: Company, user: Any, *, instead: Any = None) -> dict[str, Any]:
    """Return the context of ``directory/company.html``.

    ``instead`` is an unsaved or draft version of one offer, product, need or credential that takes the place of
    its row in a preview.
    """
    policy = CompanyPolicy(user, company)
    offers, products = _offers(company, instead), _products(company, instead)
    credentials, needs = _credentials(company, instead), named_needs(company)
    registration = registration_badge(company)
    badges = [registration, *(row.badge for row in credentials)]
    return {
        "company": company,
        "name": company_name(company),
        "headline": _headline(company),
        "offers": offers,
        "products": products,
        "credentials": credentials,
        "needs": needs,
        "badges": sorted(badges, key=lambda badge: not badge.checked),
        "unchecked": not_checked(registration, credentials),
        "tabs": _tabs(offers, products, credentials, needs),
        "bands": money_bands() if offers or products else {},
        "full": bool(offers) and all(offer.capacity == 0 for offer in offers),
        "outdated": _is_outdated(company),
        "policy": policy,
    }


def company_name(company: Any) -> Bilingual:
    """Return the legal name, or where there is none the short one, of a company or its card, in both languages."""
    has_legal = company.legal_name_zh or company.legal_name_en
    return bilingual(company, "legal_name" if has_legal else "short_name")


def _headline(company: Company) -> list[str]:
    """Place, size and age, each only where known."""
    parts = [str(company.place or ""), country_name(company.country), str(company.size_band or "")]
    if company.founded:
        parts.append(gettext("since %(year)s") % {"year": company.founded})
    return list(dict.fromkeys(part for part in parts if part))


def _is_outdated(company: Company) -> bool:
    confirmed = company.last_published_at or company.updated_at
    return confirmed is not None and timezone.now() - confirmed > OUTDATED


# --- Parts -----------------------------------------------------------------------------------------


def _offers(company: Company, instead: Any) -> list[Offer]:
    rows = Offer.objects.filter(company_id=company.pk, live=True).select_related("service_type")
    return _with(rows.prefetch_related("markets", "languages"), instead, Offer)


def _products(company: Company, instead: Any) -> list[Product]:
    rows = Product.objects.filter(company_id=company.pk, live=True).select_related("category")
    return _with(rows.prefetch_related("markets"), instead, Product)


def _credentials(company: Company, instead: Any) -> list[CredentialRow]:
    rows = Credential.objects.filter(company_id=company.pk, live=True).select_related("scheme")
    rows = rows.prefetch_related("checks", "markets")
    return [CredentialRow(row, credential_badge(row)) for row in _with(rows, instead, Credential)]


def _with(rows: Iterable[Any], instead: Any, model: type) -> list[Any]:
    found = list(rows)
    if not isinstance(instead, model):
        return found
    return [row for row in found if row.pk != instead.pk] + [instead]  # type: ignore[attr-defined]


def named_needs(company: Company) -> list[Need]:
    """Open needs that may stand beside the company's name: public ones only, never the anonymous ones."""
    shown = Need.objects.shown().filter(company_id=company.pk, confidentiality=Confidentiality.PUBLIC)
    return list(shown.order_by("answer_by_date", "pk").prefetch_related("markets"))


# --- Evidence ----------------------------------------------------------------------------------------


def registration_badge(company: Company) -> Badge:
    """The claim that the company is entered in its register under its number."""
    checks = ClaimCheck.objects.filter(company_id=company.pk, credential=None) if company.pk else []
    today = timezone.localdate()
    check = next((check for check in checks if check.holds(today)), None)
    country = country_name(company.country)
    if check is None:
        text = gettext("The number was written by the company or by whoever entered it; nobody has compared it.")
        return Badge(
            gettext("Registration in %(country)s") % {"country": country}, "quiet", gettext("not checked"),
            text=text if company.number else gettext("No registration number was given."),
        )  # fmt: skip
    words = {"country": country, "number": company.number or "—"}
    claim = gettext("Registered in %(country)s under %(number)s") % words
    return Badge(
        gettext("Registered in %(country)s") % {"country": country}, _tone(check.valid_until_date, today),
        gettext("checked %(day)s") % {"day": day(timezone.localdate(check.checked_at))}, _check_facts(claim, check),
    )  # fmt: skip


def credential_badge(credential: Credential) -> Badge:
    """The claim that the company holds a credential: checked, expired or only self-declared."""
    today = timezone.localdate()
    title = str(credential.scheme)
    until = credential.valid_until_date
    if until is not None and until < today:
        note = gettext("expired %(day)s") % {"day": day(until)}
        return Badge(title, "bad", note, text=gettext("The stated validity is over. No renewal was filed."))
    check = credential.current_check(today) if credential.pk else None
    if check is None:
        text = gettext("Written by the company; nobody has compared it with the issuer's records.")
        name = gettext("Self-declared: %(name)s") % {"name": title}
        return Badge(name, "quiet", gettext("not checked"), text=text)
    ends = min((date for date in (until, check.valid_until_date) if date), default=None)
    note = gettext("until %(day)s") % {"day": day(ends)} if ends else ""
    return Badge(title, _tone(ends, today), note, _check_facts(_credential_claim(credential), check, ends))


def _credential_claim(credential: Credential) -> str:
    parts = [str(credential.scheme), credential.number, credential.issuer, pick(credential, "scope")]
    return " · ".join(part for part in parts if part)


def _check_facts(
    claim: str, check: ClaimCheck, ends: datetime.date | None = None
) -> list[tuple[str, str]]:
    ends = ends or check.valid_until_date
    # The office, not the person: who sat at the desk is in the audit trail, not on a public page.
    by = gettext("the alliance secretariat") if check.alliance_code else gettext("the platform")
    rows = [
        (gettext("Claim"), claim),
        (gettext("How it was checked"), pick(check, "method")),
        (gettext("Checked by"), by),
        (gettext("Checked on"), day(timezone.localdate(check.checked_at))),
    ]
    if ends:
        rows.append((gettext("Valid until"), gettext("%(day)s, then this badge comes off") % {"day": day(ends)}))
    return rows


def _tone(ends: datetime.date | None, today: datetime.date) -> Tone:
    return "warn" if ends is not None and ends - today <= EXPIRES_SOON else "good"


def not_checked(registration: Badge, credentials: list[CredentialRow]) -> list[str]:
    """Return in words what a reader must not take for checked."""
    found = [
        gettext("Accounts, credit and current litigation"),
        gettext("Offers, fees and capacity: as the company states them"),
    ]
    if not registration.checked:
        found.append(gettext("The registration number"))
    open_claims = sum(not row.badge.checked for row in credentials)
    if open_claims:
        words = ngettext("%(count)s credential", "%(count)s credentials", open_claims)
        found.append(words % {"count": open_claims})
    return found


def _tabs(
    offers: list[Offer], products: list[Product], credentials: list[CredentialRow], needs: list[Need]
) -> list[Tab]:
    parts = (
        ("#offers", gettext("Offers"), len(offers)),
        ("#products", gettext("Products"), len(products)),
        ("#credentials", gettext("Credentials"), len(credentials)),
        ("#seeks", gettext("Looking for"), len(needs)),
    )
    tabs = [Tab(f"{label} ({count})", anchor) for anchor, label, count in parts if count]
    return [*tabs, Tab(gettext("Not checked"), "#not")]


# --- A need --------------------------------------------------------------------------------------------


def need_context(need: Need, policy: NeedPolicy) -> dict[str, Any]:
    """Return the context of ``directory/need.html`` for the reader whose ``policy`` on the need was asked.

    An anonymous need brings only the country of its company.
    """
    named = need.confidentiality == Confidentiality.PUBLIC or policy.company_policy.is_member
    return {
        "need": need,
        "company": need.company if named else None,
        "country": country_name(need.company.country),
        "wanted": [*need.service_types.all(), *need.product_categories.all()],
        "markets": list(need.markets.all()),
        "languages": list(need.languages.all()),
        "required": list(need.required_credentials.all()),
        "budget": money_bands().get(need.budget) if need.budget is not None else None,
        "is_member": policy.company_policy.is_member,
    }


def company_for_page(slug: str) -> Company | None:
    """Return the company with the rows that its page names, or None."""
    rows = Company.objects.select_related("place", "zone", "size_band")
    return rows.prefetch_related("languages", "sectors").filter(slug=slug).first()

