"""What the cards of companies show, read for a whole list with two queries, and three more where evidence is named.

Plain values, in SQL written out: records with everything prefetched took eleven queries for twenty cards and a third of
an answer, most of it to make objects of which a card shows a label.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.urls import reverse

from directory.models import ClaimCheck, Company, Credential, Offer, Term
from matchmaking.core.bilingual import reader_suffix

COLUMNS = (
    "pk", "slug", "country", "legal_name_zh", "legal_name_en", "short_name_zh", "short_name_en", "summary_zh",
    "summary_en", "last_published_at", "updated_at", "place__code", "place__label_zh", "place__label_en",
)  # fmt: skip
_LABEL = "t.code, t.label_zh, t.label_en"
_TERM, _OF = Term._meta.db_table, "company_id IN ({ids})"
_LINKED = (
    f"SELECT '{{name}}', l.company_id, t.position, NULL, {_LABEL} FROM {{table}} l JOIN {_TERM} t ON t.id = l.term_id "
    f"WHERE l.{_OF}"
)
# (list, company, place in its list, capacity, code, labels); of evidence, that there is some.
_BESIDE = " UNION ALL ".join((
    f"SELECT 'services', o.company_id, o.id, o.capacity, {_LABEL} FROM {Offer._meta.db_table} o "
    f"JOIN {_TERM} t ON t.id = o.service_type_id WHERE o.live AND o.{_OF}",
    *(_LINKED.format(name=name, table=getattr(Company, name).through._meta.db_table, ids="{ids}")
      for name in ("sectors", "languages")),
    f"SELECT 'credentials', c.company_id, 0, NULL, '', '', '' FROM {Credential._meta.db_table} c "
    f"WHERE c.live AND c.{_OF}",
    f"SELECT 'registration', c.company_id, 0, NULL, '', '', '' FROM {ClaimCheck._meta.db_table} c "
    f"WHERE c.credential_id IS NULL AND c.{_OF}",
))  # fmt: skip
_PARTS = 5


class Label(NamedTuple):
    """A term of a company: its code and its label in both languages."""

    code: str
    zh: str
    en: str

    def __str__(self) -> str:
        return (self.en or self.zh) if reader_suffix() == "en" else (self.zh or self.en)


@dataclass(slots=True)
class CompanyCard:
    """A company as everybody may see it now, and what its card shows beside it.

    ``capacities``: open requests that each offer can take, None where the company did not say; ``registration``:
    checks of its registration number, the newest first.
    """

    pk: int
    slug: str
    country: str
    legal_name_zh: str
    legal_name_en: str
    short_name_zh: str
    short_name_en: str
    summary_zh: str
    summary_en: str
    last_published_at: datetime | None
    updated_at: datetime
    place: Label | None
    services: list[Label] = field(default_factory=list)
    capacities: list[int | None] = field(default_factory=list)
    sectors: list[Label] = field(default_factory=list)
    languages: list[Label] = field(default_factory=list)
    credentials: list[Credential] = field(default_factory=list)
    registration: list[ClaimCheck] = field(default_factory=list)

    def get_absolute_url(self) -> str:
        """The address of its page."""
        return reverse("directory:company", args=[self.slug])

    @property
    def paused(self) -> bool:
        """Whether it takes no requests now."""
        return bool(self.capacities) and all(capacity == 0 for capacity in self.capacities)


def company_cards(ids: Collection[str]) -> dict[str, CompanyCard]:
    """The cards, by number as text, of those of these companies that everybody may see at this moment."""
    cards: dict[int, CompanyCard] = {}
    for *own, code, zh, en in Company.objects.visible().filter(pk__in=ids).order_by().values_list(*COLUMNS):
        values = (*own, Label(code, zh, en) if code else None)
        cards[own[0]] = CompanyCard(*values)
    if cards:
        _put_terms(cards)
    return {str(pk): card for pk, card in cards.items()}


def _put_terms(cards: Mapping[int, CompanyCard]) -> None:
    evident: dict[str, set[int]] = {"credentials": set(), "registration": set()}
    with connection.cursor() as cursor:
        cursor.execute(_BESIDE.format(ids=", ".join(["%s"] * len(cards))), [*cards] * _PARTS)
        rows = cursor.fetchall()
    for name, pk, _, capacity, *label in sorted(rows, key=lambda row: (row[2], row[4])):
        if name in evident:
            evident[name].add(pk)
            continue
        getattr(cards[pk], name).append(Label(*label))
        if name == "services":
            cards[pk].capacities.append(capacity)
    _put_evidence(cards, **evident)


def _put_evidence(cards: Mapping[int, CompanyCard], credentials: set[int], registration: set[int]) -> None:
    found: Any = Credential.objects.filter(company_id__in=credentials, live=True).select_related("scheme")
    for credential in found.prefetch_related("checks").order_by("pk") if credentials else ():
        cards[credential.company_id].credentials.append(credential)
    checks = ClaimCheck.objects.filter(company_id__in=registration, credential=None).order_by("-checked_at")
    for check in checks if registration else ():
        cards[check.company_id].registration.append(check)
