"""Scores of one direction: how well what one side gives meets what the other asks; and the bands of pairs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .bridge import TextBridge
from .eligibility import need_mask
from .features import CODED, Ask, Block, code_columns, wanted
from .meaning import MEANING_FULL, MEANING_WEIGHT
from .profiles import Band
from .sectors import SectorMap
from .weights import FIELDS

# Pipeline score of a full answer: a short query's words saturate slowly, so a third of the most they could gain is a
# full answer; a long one also gains from common topics.
SHORT_FULL = 0.35
LONG_FULL = 0.65
# Where an answer begins: texts about different things still meet in a word now and then, and in another one in another
# language. So as much cover as this many words of the query are worth, at most MOST_CHANCE, counts for nothing, nor do
# so many deviations of meaning. Chosen by judged lists and parity of the demonstration: docs/model-card.md. A *bare*
# company, a name and perhaps a line, has nothing else to be known by: each of its words counts.
CHANCE_WORDS = 1.2
MOST_CHANCE = 0.12
CHANCE_DEVIATIONS = 1.1
# A band may be reached by the pair's score, or by how fully one side's *stated* need is met: a provider that does all a
# need asks for is a strong match even where its own wishes lie elsewhere.
BAND_FLOORS: tuple[tuple[Band, float], ...] = (("strong", 0.50), ("good", 0.30), ("possible", 0.0))
STATED_FLOORS: tuple[tuple[Band, float], ...] = (("strong", 0.60), ("good", 0.40), ("possible", 0.0))
BAND_ORDER: dict[Band, int] = {"strong": 0, "good": 1, "possible": 2}
FLOOR = 0.05

Floats = NDArray[np.float64]
Scores = NDArray[np.float32]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Directed:
    """Best score per (seeker, candidate) in one direction, float32, and the row of the query it comes from."""

    scores: NDArray[np.float32]
    asks: NDArray[np.intp]


def band_of(score: float, stated: float = 0.0, *, conflict: bool = False) -> Band:
    """The better band of the pair's score and of ``stated``, the share of a stated need that is met (0 to 1).

    A pair with a conflict is never strong: something must be talked about first.
    """
    by_score = next(band for band, floor in BAND_FLOORS if score >= floor)
    by_need = next(band for band, floor in STATED_FLOORS if stated >= floor)
    best = min(by_score, by_need, key=BAND_ORDER.__getitem__)
    return "good" if conflict and best == "strong" else best


def full_answer(topic_share: Floats | float, *, has_encoder: bool = False) -> Floats | float:
    """The pipeline score that counts as 1, by how far a query is a long text (0 to 1) and whether meaning counts."""
    return SHORT_FULL + (LONG_FULL - SHORT_FULL) * topic_share + MEANING_WEIGHT * MEANING_FULL * has_encoder


def chance(words: Floats | float, bare: Bools | bool = False, *, has_encoder: bool = False) -> Floats:
    """The pipeline score that is no answer yet, by the number of content words of a query, and whether it is bare."""
    cover = np.minimum(MOST_CHANCE, CHANCE_WORDS / np.maximum(words, 1.0))
    return np.where(bare, 0.0, cover + MEANING_WEIGHT * CHANCE_DEVIATIONS * has_encoder)


def text_strength(
    scores: NDArray[np.floating[Any]],
    words: Floats | float,
    topic_share: Floats | float,
    bare: Bools | bool = False,
    *,
    has_encoder: bool = False,
) -> NDArray[np.float32]:
    """How full an answer is, 0 to 1: on a straight line from ``chance`` to ``full_answer``, float32 as ``scores``."""
    least = chance(words, bare, has_encoder=has_encoder)
    span = full_answer(topic_share, has_encoder=has_encoder) - least
    return np.clip((scores - least) / span, 0.0, 1.0).astype(np.float32)


def ask_scores(
    asking: Block,
    rows: NDArray[np.intp],
    giving: Block,
    bridge: TextBridge,
    sectors: SectorMap,
    firms: NDArray[np.intp] | None = None,
) -> NDArray[np.float32]:
    """Score queries (rows of ``asking``) against the firms of ``giving`` (or only ``firms``); float32 (rows, firms).

    Pairs whose gate of the need is closed (capacity, alliance, credential) score 0.
    """
    chosen = np.arange(len(giving)) if firms is None else firms
    weights = asking.ask_weights[rows]
    strength = text_strength(
        _text_scores(asking, rows, giving, bridge, chosen),
        asking.ask_words[rows, None],
        asking.queries.topic_share[rows, None],
        asking.ask_bare[rows, None],
        has_encoder=bridge.has_encoder,
    )
    total = weights[:, [FIELDS.index("text")]] * strength
    asks = [asking.asks[row] for row in rows]
    _add_codes(total, weights, asks, giving, chosen)
    _add_sizes(total, weights, asks, giving, chosen)
    column = weights[:, FIELDS.index("sector")]
    if column.any():
        total += column[:, None] * sectors.table(
            [asking.profiles[a.firm].sectors for a in asks], [giving.profiles[f].sectors for f in chosen]
        )
    total[~need_mask(asks, [giving.profiles[f] for f in chosen])] = 0
    return total


def _add_codes(total: Scores, weights: Scores, asks: Sequence[Ask], giving: Block, firms: NDArray[np.intp]) -> None:
    for name in CODED:
        column = weights[:, FIELDS.index(name)]
        if column.any():
            total += column[:, None] * _code_scores(
                [wanted(a.need)[name] if a.need else frozenset() for a in asks],
                [giving.given[f][name] for f in firms],
                name,
            )


def _add_sizes(total: Scores, weights: Scores, asks: Sequence[Ask], giving: Block, firms: NDArray[np.intp]) -> None:
    column = weights[:, FIELDS.index("deal_size")]
    if column.any():
        budgets = np.array([a.need.budget if a.need and a.need.budget is not None else 0 for a in asks])
        total += column[:, None] * giving.size_table[firms][:, budgets].T


def _text_scores(
    asking: Block, rows: NDArray[np.intp], giving: Block, bridge: TextBridge, firms: NDArray[np.intp]
) -> NDArray[np.float32]:
    ends = np.append(giving.first_give[1:], len(giving.gives))
    spans = [np.arange(giving.first_give[f], ends[f]) for f in firms]
    if not spans:
        return np.zeros((len(rows), 0), np.float32)
    whole = len(firms) == len(giving)
    documents = giving.documents if whole else giving.documents.take(np.concatenate(spans))
    queries = asking.queries if len(rows) == len(asking.asks) else asking.queries.take(rows)
    starts = np.cumsum([0, *(len(span) for span in spans[:-1])])
    return np.maximum.reduceat(bridge.scores(queries, documents), starts, axis=1)


def _code_scores(wants: list[frozenset[str]], gives: list[frozenset[str]], name: str) -> NDArray[np.float32]:
    columns = {code: i for i, code in enumerate(sorted(frozenset[str]().union(*wants)))}
    shared = (code_columns(wants, columns) @ code_columns(gives, columns).T).toarray()
    if name == "language":  # one common language is enough
        return np.minimum(shared, 1)
    return np.asarray(shared / np.maximum([len(codes) for codes in wants], 1)[:, None], dtype=np.float32)


def best_per_firm(scores: NDArray[np.float32], rows: NDArray[np.intp], firms: NDArray[np.intp]) -> Directed:
    """Queries of a firm → its best one per candidate. ``firms`` names the firm of each row and is sorted."""
    starts = np.flatnonzero(np.append(True, firms[1:] != firms[:-1]))
    best = np.maximum.reduceat(scores, starts, axis=0)
    which = np.empty(best.shape, dtype=np.intp)
    for i, (start, stop) in enumerate(zip(starts, np.append(starts[1:], len(firms)), strict=True)):
        which[i] = rows[start] if stop == start + 1 else rows[start + scores[start:stop].argmax(axis=0)]
    return Directed(best, which)
