"""Match documents: recommended pairs, found only by the keys of those they belong to.

Reasons are written from the seeker's own data and the candidate's public fields, so no document says more
than its owners may read. Matches of private needs stay out: private data has no index.
"""

from collections.abc import Mapping

from search.documents.schema import DocumentSchema, keywords, only, texts, whole
from search.engines.base import DocumentRefusedError, SearchDocument, SortKeys, Tier
from search.naming import sort_name

MATCH = DocumentSchema(
    kind="match",
    fields={
        "candidate_zh": Tier.NAME,
        "candidate_en": Tier.NAME,
        "seeker_zh": Tier.NAME,
        "seeker_en": Tier.NAME,
        "need_title_zh": Tier.OFFER,
        "need_title_en": Tier.OFFER,
        "services_zh": Tier.OFFER,
        "services_en": Tier.OFFER,
        "reasons_zh": Tier.TEXT,
        "reasons_en": Tier.TEXT,
    },
    facets=("band", "service", "alliance", "country", "verdict"),
    filters=("seeker", "need", "candidate"),
    owned=True,
)


def match_document(source: Mapping[str, object]) -> SearchDocument:
    """Build the document of a match from a plain record with the fields and groups of ``MATCH``.

    ``owners`` are keys such as ``company:7`` or ``alliance:finance``; ``confidentiality`` is that of the
    need (leave it out when the match is not about one). Raises ``DocumentRefusedError`` without owners, for a
    private need, or for any key not listed.
    """
    only(
        source,
        ("id", "version", "owners", "confidentiality", "score", "updated_at", *MATCH.fields, *MATCH.keywords),
    )
    if source.get("confidentiality") == "private":
        raise DocumentRefusedError("matches of private needs do not go into an index")
    owners = keywords(source, ("owners",)).get("owners", ())
    if not owners:
        raise DocumentRefusedError("a match belongs to somebody")
    fields = texts(source, MATCH.fields)
    zh, en = fields.get("candidate_zh", ""), fields.get("candidate_en", "")
    return SearchDocument(
        kind="match",
        id=str(source["id"]),
        version=whole(source, "version"),
        fields=fields,
        keywords=keywords(source, MATCH.keywords),
        owners=owners,
        sort=SortKeys(
            weight=round(1000 * float(str(source.get("score") or 0))),
            updated_at=whole(source, "updated_at"),
            name_zh=sort_name(zh or en),
            name_en=sort_name(en or zh),
        ),
    )
