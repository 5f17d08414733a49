"""Need documents: open needs that are public, or anonymous without anything that names the company."""

from collections.abc import Mapping

from search.documents.schema import DocumentSchema, keywords, only, texts, whole
from search.engines.base import DocumentRefusedError, SearchDocument, SortKeys, Tier
from search.naming import sort_name

NEED = DocumentSchema(
    kind="need",
    fields={
        "title_zh": Tier.NAME,
        "title_en": Tier.NAME,
        "company_zh": Tier.OFFER,
        "company_en": Tier.OFFER,
        "services_zh": Tier.OFFER,
        "services_en": Tier.OFFER,
        "categories_zh": Tier.OFFER,
        "categories_en": Tier.OFFER,
        "text_zh": Tier.TEXT,
        "text_en": Tier.TEXT,
    },
    facets=("service", "category", "alliance", "market", "country", "budget"),
    filters=("confidentiality",),
    meaning=("title", "text", "services", "categories"),
)
NAMES_THE_COMPANY = ("company_zh", "company_en")


def need_document(source: Mapping[str, object]) -> SearchDocument:
    """Build the document of an open need from a plain record with the fields and groups of ``NEED``.

    ``confidentiality`` must be ``public`` or ``anonymous``: anything else, and any key not listed, raises
    ``DocumentRefusedError``. An anonymous need is indexed without its company's name whatever the record holds.
    """
    only(source, ("id", "version", "updated_at", *NEED.fields, *NEED.keywords))
    confidentiality = source.get("confidentiality")
    if confidentiality not in ("public", "anonymous"):
        raise DocumentRefusedError("only public and anonymous needs go into an index")
    hidden = NAMES_THE_COMPANY if confidentiality == "anonymous" else ()
    fields = texts(source, (name for name in NEED.fields if name not in hidden))
    zh, en = fields.get("title_zh", ""), fields.get("title_en", "")
    return SearchDocument(
        kind="need",
        id=str(source["id"]),
        version=whole(source, "version"),
        fields=fields,
        keywords=keywords(source, NEED.keywords),
        sort=SortKeys(updated_at=whole(source, "updated_at"), name_zh=sort_name(zh or en), name_en=sort_name(en or zh)),
        suggest=tuple(dict.fromkeys(title for title in (zh, en) if title)),
    )
