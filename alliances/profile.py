"""A company's profile as flat facts, so that two moments of it can be laid side by side.

Only what the public profile shows: no contact person, no needs, no budget, no no-list.
"""

from collections.abc import Iterable

from django.db import models

from directory.models import Company, Credential, Offer, Product, Term

# One fact: {"text": …} where the language is in the key or does not matter, {"zh": …, "en": …} for terms.
Fact = dict[str, str]

COMPANY_FIELDS = (
    "legal_name_zh",
    "legal_name_en",
    "short_name_zh",
    "short_name_en",
    "country",
    "number",
    "place",
    "zone",
    "founded",
    "size_band",
    "website",
    "languages",
    "sectors",
    "summary_zh",
    "summary_en",
    "description_zh",
    "description_en",
    "group_name",
)
OFFER_FIELDS = (
    "service_type",
    "title_zh",
    "title_en",
    "text_zh",
    "text_en",
    "markets",
    "languages",
    "capacity",
    "lead_days",
)
PRODUCT_FIELDS = (
    "category",
    "hs6",
    "name_zh",
    "name_en",
    "text_zh",
    "text_en",
    "pack",
    "minimum_order",
    "markets",
)
CREDENTIAL_FIELDS = (
    "scheme",
    "issuer",
    "number",
    "scope_zh",
    "scope_en",
    "valid_from_date",
    "valid_until_date",
    "markets",
)
PARTS: dict[str, tuple[type[models.Model], tuple[str, ...]]] = {
    "company": (Company, COMPANY_FIELDS),
    "offer": (Offer, OFFER_FIELDS),
    "product": (Product, PRODUCT_FIELDS),
    "credential": (Credential, CREDENTIAL_FIELDS),
}


def text_under_review(company: Company) -> Company:
    """Return the version an alliance judges: what is published or, before that, the newest draft."""
    return company if company.live else company.get_latest_revision_as_object()


def profile_facts(company: Company) -> dict[str, Fact]:
    """Return ``{"part.id.field": fact}`` for all that this version of the profile states; empty fields are left out."""
    facts = _facts_of("company", company, COMPANY_FIELDS)
    rows: dict[str, Iterable[models.Model]] = {
        "offer": company.offers.all(),
        "product": company.products.all(),
        "credential": company.credentials.all(),
    }
    for part, records in rows.items():
        for record in records:
            facts |= _facts_of(part, record, PARTS[part][1])
    return facts


def _facts_of(part: str, row: models.Model, names: Iterable[str]) -> dict[str, Fact]:
    found = {f"{part}.{row.pk}.{name}": _fact(row, name) for name in names}
    return {key: fact for key, fact in found.items() if any(fact.values())}


def _fact(row: models.Model, name: str) -> Fact:
    field = row._meta.get_field(name)
    if field.many_to_many:
        return _of_terms(getattr(row, name).all())
    value = getattr(row, name)
    if isinstance(value, Term):
        return _of_terms([value])
    return {"text": "" if value is None else str(value)}


def _of_terms(terms: Iterable[Term]) -> Fact:
    chosen = sorted(terms, key=lambda term: term.code)
    return {
        "zh": "、".join(term.label_zh for term in chosen),
        "en": ", ".join(term.label_en for term in chosen),
    }
