"""Asks and firms as long sparse rows whose product is nearly the full score of one direction.

Coded fields, deal sizes and sectors are products as they are: shares of what is asked × what is given. The text is
BM25 in concept space: what an ask says, by rarity, × what a firm says, saturated; long texts add their topics. What is
lost against the full score: that it takes the best of a firm's offers (here the highest weight of each concept), that a
full answer counts no more than 1, names that are met by pinyin, and that nearness of meaning begins at a threshold.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ..bridge import B, TextBridge
from ..columns import K1
from ..features import CODED, Ask, Block, code_columns, wanted
from ..meaning import MEANING_WEIGHT
from ..profiles import BANDS
from ..scoring import full_answer
from ..sectors import SectorMap
from ..topics import TOPIC_WEIGHT
from ..weights import FIELDS
from .concepts import Concepts, sublinear
from .rows import Rows
from .words import Words

Columns = dict[str, int]


class LongRows:
    """Fitted on what the firms of a block say and offer; what they ask for teaches nothing here."""

    def __init__(self, bridge: TextBridge, sectors: SectorMap, words: Words | None = None) -> None:
        self.bridge, self.sectors = bridge, sectors
        self.words = words or Words()
        self.concepts = Concepts(bridge.lexicon_, least_texts=1)

    def fit(self, block: Block) -> "LongRows":
        """Learn the concepts that firms speak of, and which codes are given at all."""
        counts = self.words.counts([give.analysis.text for give in block.gives])
        self.concepts.fit(counts, self.words.columns)
        self.mean_length = float(counts.sum()) / max(1, counts.shape[0]) or 1.0
        self.codes = {name: _columns(frozenset[str]().union(*(given[name] for given in block.given))) for name in CODED}
        return self

    def asks(self, block: Block, rows: NDArray[np.intp]) -> Rows:
        """Some asks of a block, (rows, long)."""
        asks, queries = [block.asks[row] for row in rows], block.queries
        weights = dict(zip(FIELDS, block.ask_weights[rows].T, strict=True))
        full = full_answer(queries.topic_share[rows], has_encoder=self.bridge.has_encoder)
        text = weights["text"] / np.asarray(full)
        topics = queries.topics[rows] * (text * TOPIC_WEIGHT * queries.topic_share[rows])[:, None]
        meaning = queries.meaning[rows] * (text * MEANING_WEIGHT / queries.standing.spread[rows])[:, None]
        codes = []
        for name, columns in self.codes.items():
            wants = _wants(asks, name)
            counts = np.array([1 if name == "language" else max(1, len(codes)) for codes in wants])
            codes.append(_scaled(weights[name] / counts, code_columns(wants, columns)))
        codes.append(_scaled(weights["deal_size"], _budgets(asks)))
        codes.append(_scaled(weights["sector"], self._near([block.profiles[ask.firm].sectors for ask in asks])))
        return _beside(_scaled(text, self._asked(asks)), topics, meaning, codes)

    def firms(self, block: Block) -> Rows:
        """All firms of a block, (firms, long)."""
        owner = np.array([give.firm for give in block.gives], np.intp)
        documents, count = block.documents, len(block)
        topics = np.zeros((count, documents.topics.shape[1]))
        np.add.at(topics, owner, documents.topics * documents.topic_share[:, None])
        meaning = np.zeros((count, documents.meaning.shape[1]))
        np.add.at(meaning, owner, documents.meaning / np.bincount(owner)[owner][:, None])
        codes = [
            *(code_columns([given[name] for given in block.given], columns) for name, columns in self.codes.items()),
            sparse.csr_array(block.size_table),
            code_columns([profile.sectors for profile in block.profiles], self.sectors.index),
        ]
        words = highest(self._given([give.analysis.text for give in block.gives]), owner, count)
        return _beside(words, topics, meaning, codes)

    def _asked(self, asks: Sequence[Ask]) -> sparse.csr_array:
        """What asks say in concept space: each a share of the most that their words could gain."""
        # Words of private asks are counted apart: nothing that is kept may know them.
        rows = [sparse.csr_array((0, len(self.concepts.rarity_)), dtype=np.float32)]
        places: list[int] = []
        for private, words in ((False, self.words), (True, Words(most_kept=0))):
            chosen = [place for place, ask in enumerate(asks) if ask.private is private]
            counts = words.counts([asks[place].analysis.text for place in chosen])
            rows.append(self.concepts.shared(sublinear(counts), words.columns))
            places += chosen
        found = sparse.csr_array(sparse.vstack(rows))[np.argsort(places)]
        # A concept that every text holds says nothing: rarity without its constant.
        found.data *= self.concepts.rarity_[found.indices] - 1
        most = found.sum(axis=1) * (K1 + 1)
        return _scaled(1 / np.where(most > 0, most, 1), found)

    def _given(self, texts: Sequence[str]) -> sparse.csr_array:
        """What texts say in concept space, saturated as in BM25."""
        counts = self.words.counts(texts)
        lengths = counts.sum(axis=1)
        found = self.concepts.shared(counts, self.words.columns)
        norms = K1 * (1 - B + B * lengths / self.mean_length)
        rows = np.repeat(np.arange(found.shape[0]), np.diff(found.indptr))
        found.data *= (K1 + 1) / (found.data + norms[rows])
        return found

    def _near(self, sectors: Sequence[frozenset[str]]) -> sparse.csr_array:
        """Nearness of each sector to the nearest of one's own."""
        index, near = self.sectors.index, self.sectors.nearness
        rows = np.zeros((len(sectors), len(index)))
        for row, codes in enumerate(sectors):
            known = [index[code] for code in codes if code in index]
            if known:
                rows[row] = near[known].max(axis=0)
        return sparse.csr_array(rows)


def _beside(
    words: sparse.csr_array, topics: NDArray[np.floating], meaning: NDArray[np.floating], codes: list[sparse.csr_array]
) -> Rows:
    dense = np.hstack([topics, meaning]).astype(np.float32)
    return Rows((words.astype(np.float32), dense, sparse.csr_array(sparse.hstack(codes), dtype=np.float32)))


def highest(rows: sparse.csr_array, owner: NDArray[np.intp], owners: int) -> sparse.csr_array:
    """The largest value of each column among the rows of one owner, (owners, columns); values are above 0."""
    cells = sparse.coo_array(rows)
    keys = owner[cells.row].astype(np.int64) * rows.shape[1] + cells.col
    order = np.argsort(keys, kind="stable")
    keys, values = keys[order], cells.data[order]
    starts = np.flatnonzero(np.append(True, keys[1:] != keys[:-1])) if len(keys) else np.zeros(0, np.intp)
    best = np.maximum.reduceat(values, starts) if len(keys) else values
    row, column = np.divmod(keys[starts], max(1, rows.shape[1]))
    return sparse.csr_array((best, (row, column)), shape=(owners, rows.shape[1]))


def _wants(asks: Sequence[Ask], name: str) -> list[frozenset[str]]:
    return [wanted(ask.need)[name] if ask.need else frozenset() for ask in asks]


def _columns(codes: frozenset[str]) -> Columns:
    return {code: column for column, code in enumerate(sorted(codes))}


def _budgets(asks: Sequence[Ask]) -> sparse.csr_array:
    budgets = [None if ask.need is None else ask.need.budget for ask in asks]
    rows = [row for row, budget in enumerate(budgets) if budget is not None]
    return sparse.csr_array(
        (np.ones(len(rows)), (rows, [budget for budget in budgets if budget is not None])), shape=(len(asks), BANDS)
    )


def _scaled(weights: NDArray[np.floating], rows: sparse.csr_array) -> sparse.csr_array:
    return sparse.csr_array(sparse.diags_array(weights) @ rows)
