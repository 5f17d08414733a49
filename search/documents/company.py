"""Company documents.

What anyone may find of a live company. No contacts, no registration papers, no private needs.
"""

from collections.abc import Mapping

from search.documents.schema import DocumentSchema, keywords, only, texts, whole
from search.engines.base import SearchDocument, SortKeys, Tier
from search.naming import sort_name

COMPANY = DocumentSchema(
    kind="company",
    fields={
        "name_zh": Tier.NAME,
        "name_en": Tier.NAME,
        "short_name_zh": Tier.NAME,
        "short_name_en": Tier.NAME,
        "former_names": Tier.NAME,
        "services_zh": Tier.OFFER,
        "services_en": Tier.OFFER,
        "offers_zh": Tier.OFFER,
        "offers_en": Tier.OFFER,
        "products_zh": Tier.OFFER,
        "products_en": Tier.OFFER,
        "sectors_zh": Tier.OFFER,
        "sectors_en": Tier.OFFER,
        "summary_zh": Tier.TEXT,
        "summary_en": Tier.TEXT,
        "description_zh": Tier.TEXT,
        "description_en": Tier.TEXT,
        "offer_texts_zh": Tier.TEXT,
        "offer_texts_en": Tier.TEXT,
        "place_zh": Tier.TEXT,
        "place_en": Tier.TEXT,
    },
    facets=(
        "alliance",
        "service",
        "sector",
        "category",
        "place",
        "market",
        "credential",
        "answer",
        "language",
        "size",
    ),
    filters=("country", "role"),
    meaning=("summary", "offers", "products", "services", "sectors"),
)
NUMBERS = ("verified_cases", "answer_days", "verified_at", "updated_at")


def company_document(source: Mapping[str, object]) -> SearchDocument:
    """Build the document of a live company from a plain record.

    ``source`` has ``id``, ``version``, the fields (texts or lists of texts) and groups (codes) of
    ``COMPANY``, and optionally ``paused``, ``verified_cases``, ``answer_days``, ``verified_at``,
    ``updated_at`` (seconds). Any other key raises ``DocumentRefusedError``.
    """
    only(source, ("id", "version", "paused", *NUMBERS, *COMPANY.fields, *COMPANY.keywords))
    fields = texts(source, COMPANY.fields)
    zh, en = fields.get("name_zh", ""), fields.get("name_en", "")
    short = (fields.get("short_name_zh", ""), fields.get("short_name_en", ""))
    return SearchDocument(
        kind="company",
        id=str(source["id"]),
        version=whole(source, "version"),
        fields=fields,
        keywords=keywords(source, COMPANY.keywords),
        sort=SortKeys(
            paused=bool(source.get("paused")),
            weight=whole(source, "verified_cases"),
            answer_days=whole(source, "answer_days", 9999),
            verified_at=whole(source, "verified_at"),
            updated_at=whole(source, "updated_at"),
            name_zh=sort_name(zh or en),
            name_en=sort_name(en or zh),
        ),
        suggest=tuple(dict.fromkeys(name for name in (zh, en, *short) if name)),
    )
