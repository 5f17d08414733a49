"""What hangs on a company: offers, needs, products with their sites, credentials with their checks."""

from typing import Any

from directory.models import (
    ClaimCheck,
    Confidentiality,
    Credential,
    Establishment,
    Need,
    NeedState,
    Offer,
    Product,
    TemperatureRegime,
    TermKind,
)
from directory.translation import CONFIRMED
from matchmaking.demo.claims import make_checks, make_credentials
from matchmaking.demo.content import Entry
from matchmaking.demo.profiles import texts
from matchmaking.demo.stage import UNPUBLISHED, Stage


def seed_parts(stage: Stage) -> None:
    """Write the parts of all companies, each kind in one go."""
    offers = [offer for key in stage.entries for offer in _offers(stage, key)]
    for key in stage.entries:
        stage.needs[key] = _needs(stage, key)
    sites = {key: _sites(stage, key) for key in stage.entries}
    Establishment.objects.bulk_create([site for row in sites.values() for site in row])
    for key in stage.entries:
        stage.products[key] = _products(stage, key, sites[key])
    credentials = [made for key in stage.entries for made in make_credentials(stage, key)]
    rows: dict[type[Any], list[Any]] = {
        Offer: offers,
        Need: [need for row in stage.needs.values() for need in row],
        Product: [product for row in stage.products.values() for product in row],
        Credential: [credential for _key, credential, _method in credentials],
    }
    for model, made in rows.items():
        model.objects.bulk_create(made)
        stage.counts[str(model._meta.verbose_name_plural)] = len(made)
    ClaimCheck.objects.bulk_create(make_checks(stage, credentials))
    stage.links.write()


def _status(columns: dict[str, str]) -> dict[str, str]:
    return {column: CONFIRMED for column, text in columns.items() if text}


def _live(stage: Stage, key: str) -> dict[str, Any]:
    company = stage.companies[key]
    return stage.published(stage.chance.randint(2, 200)) if company.first_published_at else UNPUBLISHED


def _offers(stage: Stage, key: str) -> list[Offer]:
    entry, offers = stage.entries[key], []
    for item in entry.get("offers", []):
        offer = Offer(
            company=stage.companies[key], service_type=stage.terms.one(TermKind.SERVICE_TYPE, item["type"]),
            deal_size=item["size"], capacity=item["open"], lead_days=item["days"],
            **texts(item, "title", "title"), **texts(item, "text", "text"), **_live(stage, key),
        )
        stage.links.add(offer, "markets", stage.terms.many(TermKind.MARKET, item["for"]))
        stage.links.add(offer, "languages", stage.terms.many(TermKind.LANGUAGE, entry["langs"]))
        offers.append(offer)
    return offers


def _needs(stage: Stage, key: str) -> list[Need]:
    return [_need(stage, key, item) for item in stage.entries[key].get("needs", [])]


def _need(stage: Stage, key: str, item: Entry) -> Need:
    columns = {**texts(item, "title", "title"), **texts(item, "text", "text")}
    state = NeedState(item.get("state", "open"))
    published = UNPUBLISHED if state == NeedState.DRAFT else _live(stage, key)
    need = Need(
        company=stage.companies[key], budget=item["budget"], answer_by_date=stage.day(item["by"]), state=state,
        confidentiality=Confidentiality(item.get("show", "public")), translation_status=_status(columns),
        **columns, **published,
    )
    terms, links = stage.terms, stage.links
    links.add(need, "service_types", terms.many(TermKind.SERVICE_TYPE, item.get("services", "")))
    links.add(need, "product_categories", terms.many(TermKind.PRODUCT_CATEGORY, item.get("goods", "")))
    links.add(need, "markets", terms.many(TermKind.MARKET, item["in"]))
    links.add(need, "languages", terms.many(TermKind.LANGUAGE, stage.entries[key]["langs"]))
    links.add(need, "required_credentials", terms.many(TermKind.CREDENTIAL_SCHEME, item.get("require", "")))
    return need


def _sites(stage: Stage, key: str) -> list[Establishment]:
    return [
        Establishment(
            company=stage.companies[key], kind=kind, name_zh=zh, name_en=en,
            place=stage.terms.one(TermKind.PLACE, place),
            registration=f"DEMO-{stage.companies[key].pk:05d}-{number}",
        )
        for number, (kind, place, zh, en) in enumerate(stage.entries[key].get("sites", []), start=1)
    ]


def _products(stage: Stage, key: str, sites: list[Establishment]) -> list[Product]:
    products = []
    for item in stage.entries[key].get("products", []):
        category = stage.terms.one(TermKind.PRODUCT_CATEGORY, item["of"])
        columns = {**texts(item, "name", "name"), **texts(item, "text", "text")}
        product = Product(
            company=stage.companies[key], category=category, hs6=category.extra.get("hs6", ""),
            pack=item["pack"], minimum_order=item["moq"], price_band=item["price"], incoterm=item["term"],
            shelf_life_days=item["life"], temperature=item.get("keep", TemperatureRegime.AMBIENT),
            harvest_months=item.get("months", []), origin_mark=item.get("mark", ""),
            establishment=sites[item["made"]] if "made" in item else None, translation_status=_status(columns),
            **columns, **_live(stage, key),
        )
        stage.links.add(product, "markets", stage.terms.many(TermKind.MARKET, item["to"]))
        products.append(product)
    return products
