"""What the recommender learns from: the public profiles, and the pairs of Chinese and English of the vocabulary."""

from collections.abc import Iterator
from dataclasses import dataclass

from directory.models import Term, TermKind
from matchmaking.engine.encoding.cache import MANY_SEGMENTS, EncodingCache
from matchmaking.engine.profiles import Profile
from matchmaking.engine.recommender import MatchRecommender
from matchmaking.matches.encoders import product_encoder
from matchmaking.matches.features import public_profiles

TAUGHT_KINDS = (
    TermKind.SECTOR,
    TermKind.SERVICE_TYPE,
    TermKind.PRODUCT_CATEGORY,
    TermKind.CREDENTIAL_SCHEME,
    TermKind.MARKET,
)


def term_pairs() -> Iterator[tuple[str, str]]:
    """(Chinese, English) of every label, and of every synonym with the label of the other language."""
    terms = Term.objects.filter(kind__in=TAUGHT_KINDS, active=True)
    for zh, en, more_zh, more_en in terms.values_list("label_zh", "label_en", "synonyms_zh", "synonyms_en"):
        yield zh, en
        yield from ((synonym, en) for synonym in more_zh)
        yield from ((zh, synonym) for synonym in more_en)


@dataclass(frozen=True)
class Material:
    """What one training reads."""

    profiles: list[Profile]
    pairs: list[tuple[str, str]]

    def figures(self) -> dict[str, int]:
        """How much there was to learn from."""
        return {"companies": len(self.profiles), "pairs": len(self.pairs)}


def read() -> Material:
    """Read the public directory and the vocabulary; fixed number of queries."""
    return Material(list(public_profiles().values()), list(dict.fromkeys(term_pairs())))


def fit(material: Material) -> MatchRecommender:
    """Fit a recommender. The bilingual texts of the profiles are pairs too; it takes them from the profiles itself.

    Raises EncoderError for vectors that are none, and OSError where they cannot be kept.
    """
    encoder = product_encoder()
    recommender = MatchRecommender(encoder=encoder).fit(material.profiles, material.pairs)
    if isinstance(encoder, EncodingCache):
        # Every change since the last training left two files, and each process opens them all.
        encoder.compact(MANY_SEGMENTS)
    return recommender
