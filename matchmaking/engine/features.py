"""Profiles → arrays: who asks what (queries), who gives what (documents), and the coded fields of both as columns."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from .analysis import Analysis, Documents, Prepared, Queries
from .breakdown import prepare
from .bridge import TextBridge
from .profiles import BANDS, Need, Offer, Profile
from .weights import FIELDS, PRESENT, Weights

CODED = ("service", "category", "market", "language")


@dataclass(frozen=True)
class Ask:
    """One query of a profile: a stated need, or None for the affinity of a company that states none.

    ``bare``: nothing but a name and a summary is known of the company, no need and no open offer.
    """

    firm: int
    need: Need | None
    analysis: Analysis
    bare: bool = False

    @property
    def private(self) -> bool:
        """Whether only the owner's lists may use it."""
        return self.need is not None and self.need.private


@dataclass(frozen=True)
class Give:
    """One document of a profile: an open offer, or None for the profile itself."""

    firm: int
    offer: Offer | None
    analysis: Analysis


def wanted(need: Need) -> dict[str, frozenset[str]]:
    """The coded fields of a need."""
    return {
        "service": need.service_types,
        "category": need.categories,
        "market": need.markets,
        "language": need.languages,
    }


def given(profile: Profile) -> dict[str, frozenset[str]]:
    """The coded fields of what a profile gives: the union of its open offers; its own languages count too."""
    offers = profile.open_offers()
    return {
        "service": frozenset[str]().union(*(o.service_types for o in offers)),
        "category": frozenset[str]().union(*(o.categories for o in offers)),
        "market": frozenset[str]().union(*(o.markets for o in offers)),
        "language": profile.languages.union(*(o.languages for o in offers)),
    }


def field_weights(need: Need | None, has_sector: bool, weights: Weights = PRESENT) -> dict[str, float]:
    """Weights of the fields that a query states; they sum to 1."""
    if need is None:
        stated = {f: w for f, w in weights.affinity.items() if f == "text" or has_sector}
    else:
        codes = wanted(need)
        stated = {f: w for f, w in weights.need.items() if f == "text" or codes.get(f)}
        if need.budget is not None:
            stated["deal_size"] = weights.need["deal_size"]
        if not (need.title or need.text):
            stated.pop("text")
    total = sum(stated.values())
    return {f: w / total for f, w in stated.items()} if total else {}


def size_fit(budget: int, sizes: Iterable[int]) -> float:
    """1 for the same band, .2 less per band away; 0 where no size is stated."""
    return max((1 - abs(budget - size) / (BANDS - 1) for size in sizes), default=0.0)


def describing_text(profile: Profile) -> str:
    """Name and summary, both languages."""
    return f"{profile.name.joined()}\n{profile.summary.joined()}"


class Reader(Protocol):
    """What takes texts apart for a block: the bridge, or a stand-in that reads less of them."""

    def analyse(self, text: str, *, private: bool = False) -> Analysis:
        """Take one text apart."""

    def admit(self, analyses: Iterable[Analysis]) -> None:
        """Get ready for the terms of these texts."""

    def documents(self, analyses: Sequence[Analysis]) -> Documents:
        """Texts as what is given."""

    def queries(self, analyses: Sequence[Analysis]) -> Queries:
        """Texts as what is asked for."""


class Block:
    """Profiles with everything that scoring needs about them, as arrays. Immutable once built.

    ``asks`` and ``gives`` are sorted by firm; every firm has at least one of each.
    """

    def __init__(self, profiles: Sequence[Profile], bridge: Reader, weights: Weights = PRESENT) -> None:
        self.profiles = list(profiles)
        self.weights = weights
        self.index = {profile.key: i for i, profile in enumerate(self.profiles)}
        self.asks = [ask for i, p in enumerate(self.profiles) for ask in _asks(i, p, bridge)]
        self.gives = [give for i, p in enumerate(self.profiles) for give in _gives(i, p, bridge)]
        bridge.admit(give.analysis for give in self.gives)
        bridge.admit(replace(ask.analysis, latin={}) for ask in self.asks)
        self.documents: Documents = bridge.documents([give.analysis for give in self.gives])
        self.queries: Queries = bridge.queries([ask.analysis for ask in self.asks])
        self.first_give = np.searchsorted([give.firm for give in self.gives], np.arange(len(self.profiles)))
        self.ask_firm = np.array([ask.firm for ask in self.asks], dtype=np.intp)
        self.ask_words = np.array([ask.analysis.length for ask in self.asks], dtype=float)
        self.ask_private = np.array([ask.private for ask in self.asks], dtype=bool)
        self.ask_stated = np.array([ask.need is not None for ask in self.asks], dtype=bool)
        self.ask_bare = np.array([ask.bare for ask in self.asks], dtype=bool)
        self.ask_weights = np.zeros((len(self.asks), len(FIELDS)), dtype=np.float32)
        for row, ask in enumerate(self.asks):
            for name, weight in field_weights(ask.need, bool(self.profiles[ask.firm].sectors), weights).items():
                self.ask_weights[row, FIELDS.index(name)] = weight
        self.given = [given(profile) for profile in self.profiles]
        self.size_table = np.array(
            [
                [size_fit(b, [o.deal_size for o in p.open_offers() if o.deal_size is not None]) for b in range(BANDS)]
                for p in self.profiles
            ],
            dtype=np.float32,
        ).reshape(-1, BANDS)
        self._topic_rows = self.documents.topics[self.first_give] if self.profiles else np.zeros((0, 0))

        self._prepared: dict[int, Prepared] = {}

    def __len__(self) -> int:
        return len(self.profiles)

    def prepared(self, row: int, bridge: TextBridge) -> Prepared:
        """The query of a row, ready to be explained; kept, since a company's query is explained many times."""
        if row not in self._prepared:
            self._prepared[row] = prepare(bridge, self.asks[row].analysis, self.queries.meaning[[row]])
        return self._prepared[row]

    def asks_of(self, firm: int, *, private: bool) -> NDArray[np.intp]:
        """Rows of the queries of one firm; without private needs, a firm that states no other asks by affinity."""
        rows = np.flatnonzero(self.ask_firm == firm)
        stated = rows[self.ask_stated[rows] & (private | ~self.ask_private[rows])]
        return stated if len(stated) else rows[~self.ask_stated[rows]]

    def public_asks(self) -> NDArray[np.intp]:
        """Rows of the queries that others may be shown: public needs, or the affinity of firms without one."""
        public = self.ask_stated & ~self.ask_private
        has_public = np.bincount(self.ask_firm[public], minlength=len(self)) > 0
        return np.flatnonzero(public | (~self.ask_stated & ~has_public[self.ask_firm]))

    def own_asks(self) -> NDArray[np.intp]:
        """Rows of the queries that serve the firms' own lists: all stated needs, or affinity."""
        has_need = np.bincount(self.ask_firm[self.ask_stated], minlength=len(self)) > 0
        return np.flatnonzero(self.ask_stated | ~has_need[self.ask_firm])

    def likeness_vectors(self, firms: NDArray[np.intp]) -> NDArray[np.float64]:
        """Topic vectors of the profiles themselves, (firms, dimensions); zero for short profiles."""
        return np.asarray(self._topic_rows[firms])


def _asks(firm: int, profile: Profile, bridge: Reader) -> list[Ask]:
    stated = [
        Ask(firm, n, bridge.analyse(f"{n.title.joined()}\n{n.text.joined()}", private=n.private)) for n in profile.needs
    ]
    if profile.public_needs():
        return stated
    # No need that others may hear of: what the company does stands in for it.
    text = (
        profile.summary.joined()
        or "\n".join(f"{o.title.joined()}\n{o.text.joined()}" for o in profile.open_offers())
        or profile.name.joined()
    )
    return [*stated, Ask(firm, None, bridge.analyse(text), bare=not stated and not profile.open_offers())]


def _gives(firm: int, profile: Profile, bridge: Reader) -> list[Give]:
    own = Give(firm, None, bridge.analyse(describing_text(profile)))
    offers = [Give(firm, o, bridge.analyse(f"{o.title.joined()}\n{o.text.joined()}")) for o in profile.open_offers()]
    return [own, *offers]


def code_columns(rows: Sequence[frozenset[str]], columns: Mapping[str, int]) -> sparse.csr_array:
    """Binary sparse matrix (rows, columns) of code sets; codes without a column are left out."""
    pairs = [(i, columns[code]) for i, codes in enumerate(rows) for code in codes if code in columns]
    row, col = zip(*pairs, strict=True) if pairs else ((), ())
    return sparse.csr_array((np.ones(len(pairs), np.float32), (row, col)), shape=(len(rows), len(columns)))
