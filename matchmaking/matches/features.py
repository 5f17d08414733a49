"""Company rows → ``engine.Profile``: the only adapter between the directory and the recommender.

Two kinds of profile exist. The *public* one is what the recommender is trained on and what others are matched
against: it holds nothing that is not public. The *own* one adds the needs that are anonymous or private and serves
the lists of its owner alone; a private need serves nothing but its own list. No-lists and verdicts never enter a
profile; they are applied to the lists.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from alliances.models import Membership
from directory.models import (
    Company,
    Confidentiality,
    Credential,
    Need,
    NeedState,
    Offer,
    Product,
    TermKind,
)
from matchmaking.engine import profiles as engine
from matchmaking.matches.hierarchy import Codes, TermTree
from matchmaking.matches.keys import need_key, product_key

Links = Mapping[int, Codes]
NO_CODES: Codes = frozenset()


def public_profiles(company_ids: Iterable[int] | None = None) -> dict[int, engine.Profile]:
    """Profiles of the visible companies (all, or those of ``company_ids``) as others may be matched with them."""
    return _load(company_ids, own=False)


def own_profiles(company_ids: Iterable[int] | None = None) -> dict[int, engine.Profile]:
    """Profiles with every open need, for the owners' lists only. Never hand one to ``fit`` or ``update``."""
    return _load(company_ids, own=True)


def without_private_needs(profile: engine.Profile) -> engine.Profile:
    """The profile behind the list of the company as such, which an alliance's staff may read too."""
    return replace(profile, needs=profile.public_needs())


def product_profile(profile: engine.Profile, pk: int) -> engine.Profile | None:
    """The company seen as the seller of one product: its words and its only offer. None if it is not offered."""
    offer = next((offer for offer in profile.offers if offer.key == product_key(pk)), None)
    if offer is None:
        return None
    summary = engine.Text(
        zh=f"{offer.title.zh}\n{offer.text.zh}".strip(), en=f"{offer.title.en}\n{offer.text.en}".strip()
    )
    return replace(profile, summary=summary, offers=(offer,), needs=())


def _load(company_ids: Iterable[int] | None, *, own: bool) -> dict[int, engine.Profile]:
    """Build profiles with a fixed number of queries, however many companies."""
    companies = Company.objects.visible().select_related("place", "size_band")
    if company_ids is not None:
        companies = companies.filter(pk__in=list(company_ids))
    rows = list(companies)
    chosen = None if company_ids is None else [company.pk for company in rows]
    parts = _Parts.read(chosen, own=own)
    return {company.pk: parts.profile(company) for company in rows}


@dataclass(frozen=True)
class _Parts:
    """What belongs to companies, by company number."""

    offers: Mapping[int, list[engine.Offer]]
    needs: Mapping[int, list[engine.Need]]
    sectors: Links
    languages: Links
    credentials: Links
    alliances: Links

    @classmethod
    def read(cls, company_ids: list[int] | None, *, own: bool) -> "_Parts":
        """Read all parts of these companies (all companies for None)."""
        tree = TermTree.read()
        owned = Q() if company_ids is None else Q(company_id__in=company_ids)
        selves = Q() if company_ids is None else Q(pk__in=company_ids)
        offers = defaultdict(list)
        for company_id, offer in [*_offers(owned, tree), *_products(owned, tree)]:
            offers[company_id].append(offer)
        companies = Company.objects.filter(selves)
        return cls(
            offers,
            _needs(owned, own=own),
            _links(companies, "sectors"),
            _links(companies, "languages"),
            _credentials(owned),
            _alliances(owned),
        )

    def profile(self, company: Company) -> engine.Profile:
        """Assemble one profile."""
        pk = company.pk
        return engine.Profile(
            key=str(pk),
            country=company.country,
            name=_names(company),
            summary=_summary(company),
            sectors=self.sectors.get(pk, NO_CODES),
            languages=self.languages.get(pk, NO_CODES),
            place=company.place.code if company.place else "",
            group=company.group_name.strip().casefold() or None,
            offers=tuple(self.offers.get(pk, ())),
            needs=tuple(self.needs.get(pk, ())),
            credentials=self.credentials.get(pk, NO_CODES),
            alliances=self.alliances.get(pk, NO_CODES),
            visible=company.is_visible,
            size=company.size_band.code if company.size_band else "",
        )


def _offers(owned: Q, tree: TermTree) -> list[tuple[int, engine.Offer]]:
    rows = Offer.objects.filter(owned, live=True).select_related("service_type").order_by("pk")
    markets, languages = _links(rows, "markets"), _links(rows, "languages")
    return [
        (
            row.company_id,
            engine.Offer(
                key=f"offer:{row.pk}",
                service_types=tree.with_broader(TermKind.SERVICE_TYPE, row.service_type.code),
                title=_text(row, "title"),
                text=_text(row, "text"),
                markets=tree.with_members(markets.get(row.pk, NO_CODES)),
                languages=languages.get(row.pk, NO_CODES),
                deal_size=_band(row.deal_size),
                capacity=row.capacity,
                lead_days=row.lead_days,
            ),
        )
        for row in rows
    ]


def _products(owned: Q, tree: TermTree) -> list[tuple[int, engine.Offer]]:
    rows = Product.objects.filter(owned, live=True).select_related("category").order_by("pk")
    markets = _links(rows, "markets")
    return [
        (
            row.company_id,
            engine.Offer(
                key=product_key(row.pk),
                categories=tree.with_broader(TermKind.PRODUCT_CATEGORY, row.category.code),
                title=_text(row, "name"),
                text=_text(row, "text"),
                markets=tree.with_members(markets.get(row.pk, NO_CODES)),
                deal_size=_band(row.price_band),
            ),
        )
        for row in rows
    ]


def _needs(owned: Q, *, own: bool) -> dict[int, list[engine.Need]]:
    rows = Need.objects.filter(owned, state=NeedState.OPEN, live=True).order_by("pk")
    if not own:
        # A candidate is shown by name, so a need whose owner is not named must not lead to it either.
        rows = rows.filter(confidentiality=Confidentiality.PUBLIC)
    fields = ("service_types", "product_categories", "markets", "languages", "required_credentials")
    links = {name: _links(rows, name) for name in fields}
    needs = defaultdict(list)
    for row in rows:
        codes = {name: links[name].get(row.pk, NO_CODES) for name in fields}
        needs[row.company_id].append(
            engine.Need(
                key=need_key(row.pk),
                service_types=codes["service_types"],
                categories=codes["product_categories"],
                title=_text(row, "title"),
                text=_text(row, "text"),
                markets=codes["markets"],
                languages=codes["languages"],
                budget=_band(row.budget),
                required_credentials=codes["required_credentials"],
                private=row.confidentiality == Confidentiality.PRIVATE,
            )
        )
    return needs


def _credentials(owned: Q) -> Links:
    today = timezone.localdate()
    found: dict[int, set[str]] = defaultdict(set)
    for row in Credential.objects.filter(owned, live=True).select_related("scheme"):
        if row.is_current(today):
            found[row.company_id].add(row.scheme.code)
    return {pk: frozenset(codes) for pk, codes in found.items()}


def _alliances(owned: Q) -> Links:
    found: dict[int, set[str]] = defaultdict(set)
    for company_id, code in Membership.objects.active().filter(owned).values_list("company_id", "alliance__code"):
        found[company_id].add(code)
    return {pk: frozenset(codes) for pk, codes in found.items()}


def _links(rows: QuerySet[Any], name: str) -> Links:
    """Codes a many-to-many field of these rows points to, in one query; cluster fields cannot prefetch."""
    field: Any = rows.model._meta.get_field(name)
    source, target = field.m2m_field_name(), field.m2m_reverse_field_name()
    through = field.remote_field.through.objects.filter(**{f"{source}__in": rows.order_by().values("pk")})
    found: dict[int, set[str]] = defaultdict(set)
    for owner, code in through.values_list(f"{source}_id", f"{target}__code"):
        found[owner].add(code)
    return {pk: frozenset(codes) for pk, codes in found.items()}


def _text(row: Model, name: str) -> engine.Text:
    return engine.Text(zh=getattr(row, f"{name}_zh"), en=getattr(row, f"{name}_en"))


def _band(ordinal: int | None) -> int | None:
    """The band of money. A number that is none, as pages show none for it either, must not stop everybody's lists."""
    return ordinal if ordinal in range(engine.BANDS) else None


def _names(company: Company) -> engine.Text:
    return engine.Text(
        zh=" ".join(dict.fromkeys(filter(None, (company.legal_name_zh, company.short_name_zh)))),
        en=" ".join(dict.fromkeys(filter(None, (company.legal_name_en, company.short_name_en)))),
    )


def _summary(company: Company) -> engine.Text:
    return engine.Text(
        zh=f"{company.summary_zh}\n{company.description_zh}".strip(),
        en=f"{company.summary_en}\n{company.description_en}".strip(),
    )
