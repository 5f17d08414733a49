"""What goes into the recommender and what comes out: frozen records of codes and words, never sentences.

The engine speaks no language to people: the caller turns codes and words into sentences in whatever language is read.
"""

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["fits", "conflict", "missing", "change"]
Direction = Literal["forward", "reverse"]
Band = Literal["strong", "good", "possible"]
# Bands of money, from 0.
BANDS = 6


@dataclass(frozen=True, slots=True)
class Text:
    """The same content in Chinese and English; either may be empty."""

    zh: str = ""
    en: str = ""

    def joined(self) -> str:
        """Both languages, Chinese first."""
        return "\n".join(part for part in (self.zh, self.en) if part)

    def __bool__(self) -> bool:
        return bool(self.zh or self.en)


@dataclass(frozen=True, slots=True)
class Offer:
    """What a company can do or deliver. ``deal_size`` is a band 0–5; ``capacity`` 0 means closed, None not stated.

    Raises ValueError for a ``deal_size`` that is no band.
    """

    key: str
    service_types: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    title: Text = Text()
    text: Text = Text()
    markets: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    deal_size: int | None = None
    capacity: int | None = None
    lead_days: int | None = None

    def __post_init__(self) -> None:
        _check_band("deal_size", self.deal_size)


@dataclass(frozen=True, slots=True)
class Need:
    """What a company wants. ``budget`` is a band 0–5; a ``private`` need serves its owner's lists and nothing else.

    Raises ValueError for a ``budget`` that is no band.
    """

    key: str
    service_types: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    title: Text = Text()
    text: Text = Text()
    markets: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    budget: int | None = None
    required_credentials: frozenset[str] = frozenset()
    alliance: str | None = None
    private: bool = False

    def __post_init__(self) -> None:
        _check_band("budget", self.budget)


def _check_band(name: str, band: int | None) -> None:
    if band is not None and not (isinstance(band, int) and 0 <= band < BANDS):
        raise ValueError(f"{name}: {band!r} is no band from 0 to {BANDS - 1}")


@dataclass(frozen=True, slots=True)
class Profile:
    """One company as matching sees it. ``no_list`` holds keys of companies it never wants to meet.

    ``size`` is the code of a band of staff, empty where not stated; it serves variety, never a score.
    """

    key: str
    country: str
    name: Text = Text()
    summary: Text = Text()
    sectors: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    place: str = ""
    group: str | None = None
    offers: tuple[Offer, ...] = ()
    needs: tuple[Need, ...] = ()
    credentials: frozenset[str] = frozenset()
    alliances: frozenset[str] = frozenset()
    no_list: frozenset[str] = frozenset()
    visible: bool = True
    size: str = ""

    def open_offers(self) -> tuple[Offer, ...]:
        """Offers that still take requests."""
        return tuple(offer for offer in self.offers if offer.capacity is None or offer.capacity > 0)

    def public_needs(self) -> tuple[Need, ...]:
        """Needs that others may hear of."""
        return tuple(need for need in self.needs if not need.private)


@dataclass(frozen=True, slots=True)
class Reason:
    """One part of a score, or one thing that stands in its way (then ``contribution`` is 0).

    ``yours`` and ``theirs`` are codes (or, for ``text``, words) of the seeker and of the candidate. ``direction`` says
    whose wish it is about: ``forward`` the seeker's, ``reverse`` the candidate's public one.
    """

    kind: Kind
    field: str
    yours: tuple[str, ...] = ()
    theirs: tuple[str, ...] = ()
    contribution: float = 0.0
    direction: Direction = "forward"
    need_key: str | None = None
    offer_key: str | None = None


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A candidate for a seeker. ``score`` (0 to 1) is the sum of the contributions of its reasons, and of its parts."""

    seeker: str
    candidate: str
    score: float
    band: Band
    need_key: str | None = None
    parts: dict[str, float] = field(default_factory=dict)
    reasons: tuple[Reason, ...] = ()
    forward: float = 0.0
    reverse: float = 0.0
