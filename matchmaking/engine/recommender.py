"""The recommender: learns from profiles and bilingual pairs, then lists counterparts with reasons."""

import copy
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from .bridge import TextBridge
from .dense.backends import THREADS, Backend
from .eligibility import Closed, capacity_of, closed_gates, pair_mask
from .encoding.encoder import Encoder
from .explain import Explainer, Side, share_of
from .features import PRESENT, Block, SectorMap, Weights, describing_text
from .folding.fold import Folding
from .folding.pools import pools
from .holding import Holding
from .learning import own_pairs, public_texts, surfaces
from .lexicon import Lexicon
from .pairing import Found, Pairing
from .persistence import fingerprint
from .profiles import Need, Profile, Recommendation
from .ranking import DIVERSITY, POOL, best_k, diverse_k, exposure_cap, share_out
from .reciprocity import MEAN, balance, mean_named
from .results import directions, recommendation
from .scoring import BAND_ORDER, FLOOR, ask_scores
from .variety import likeness
from .word_tables import Wordings

# From so many profiles on, lists are made in two stages. There both ways take about as long; above, scoring every pair
# grows with the square of the profiles, in time and in memory (17 bytes a pair: 270 MB here, 1.7 GB at 10,000).
POOLED_FROM = 4000
# So many times the places of a list are scored fully then.
NEAREST = 10


class MatchRecommender(BaseEstimator):
    """Recommend companies to companies across two languages.

    A pair's score is a mean of how well the candidate meets what the seeker wants and how well the seeker meets what
    the candidate publicly wants, by how sure each wish is (``reciprocity``). Gates come before scores; reasons add up
    to the score.

    Parameters
    ----------
    lexicon : Lexicon or None, default None
        Bilingual lexicon to learn on top of; None reads CC-CEDICT (a few seconds).
    encoder : Encoder or None, default None
        Sentence encoder that adds likeness of meaning to words.
    floor : float, default .05
        Pairs that score no more than this are not recommended.
    diversity : float, default .05
        How much a candidate loses for being like one already chosen, in the list of a company as such.
    mean : str, default ``reciprocity.MEAN``
        Name of the mean of the two directions: arithmetic, harmonic, geometric or least.
    weights : Weights, default ``features.PRESENT``
        What each field is worth; not part of what is learned by ``fit``, and in force from the next ``populate``.

    Attributes
    ----------
    bridge_ : TextBridge
    sectors_ : SectorMap
    surfaces_ : Wordings, English stem → a word people write
    fingerprint_ : str, sha256 of everything learned

    Notes
    -----
    ``fit`` freezes the learned state; ``populate``, ``update`` and ``remove`` change which profiles are known, never
    what was learned. Private needs and no-lists are not part of the learned state.
    """

    def __init__(
        self,
        *,
        lexicon: Lexicon | None = None,
        encoder: Encoder | None = None,
        floor: float = FLOOR,
        diversity: float = DIVERSITY,
        mean: str = MEAN,
        weights: Weights = PRESENT,
    ) -> None:
        self.lexicon = lexicon
        self.encoder = encoder
        self.floor = floor
        self.diversity = diversity
        self.mean = mean
        self.weights = weights

    def fit(self, profiles: Iterable[Profile], pairs: Iterable[tuple[str, str]] = ()) -> "MatchRecommender":
        """Learn from the profiles and from (Chinese, English) pairs such as taxonomy labels; then hold the profiles.

        Only what is public is learned from: names, summaries, offers and public needs of visible profiles. Raises
        ValueError for a parameter out of its range and for a key given twice, EncoderError for vectors that are none;
        then what was learned and held before stays.
        """
        learned = copy.copy(self)
        learned._learn(list(profiles), pairs)
        self.__dict__.update(learned.__dict__)
        return self

    def _learn(self, known: list[Profile], pairs: Iterable[tuple[str, str]]) -> None:
        self.check_parameters()
        visible = [p for p in known if p.visible]
        texts = [text for p in visible for text in public_texts(p)]
        self.bridge_ = TextBridge(lexicon=self.lexicon, encoder=self.encoder).fit(texts, [*pairs, *own_pairs(visible)])
        self.surfaces_ = Wordings.of(surfaces(texts))
        summaries = [self.bridge_.analyse(describing_text(p)) for p in visible]
        self.sectors_ = SectorMap.learn(visible, self.bridge_.topics(summaries)[0])
        self.fingerprint_ = fingerprint(self)
        self.populate(known)

    def populate(self, profiles: Iterable[Profile]) -> "MatchRecommender":
        """Hold exactly these profiles, without learning from them. Raises ValueError as ``fit``."""
        check_is_fitted(self, "bridge_")
        self.check_parameters()
        self._held = Holding(list(profiles), self.bridge_, self.weights)
        self._pairing = Pairing(self.bridge_, self.sectors_, self.mean, self.floor)
        self._explainer = Explainer(self.bridge_, self.sectors_, self.surfaces_)
        self._nearest: dict[int, NDArray[np.intp]] | None = None
        return self

    def update(self, profile: Profile) -> None:
        """Add or replace one profile, without refitting."""
        self._holding.update(profile)
        self._nearest = None

    def remove(self, key: str) -> None:
        """Forget one profile. Raises KeyError if it is not known."""
        self._holding.remove(key)
        self._nearest = None

    def profiles(self) -> list[Profile]:
        """The profiles held at present."""
        return self._holding.profiles()

    def recommend(
        self,
        seeker: str | Profile,
        *,
        need: str | Need | None = None,
        k: int = 20,
        cross_border: bool = True,
        also_best: bool = False,
    ) -> list[Recommendation]:
        """The k counterparts of a company that suit best and are not all alike; of one of its needs, the k best.

        ``also_best`` adds, after these, those of the k best that variety pushed out. Raises KeyError for an unknown
        company or need, and, as all lists do, ValueError for a negative ``k``.
        """
        _check_places(k)
        block, firm = self._locate(seeker, need)
        key = need.key if isinstance(need, Need) else need
        found = self._found(block, firm, key, cross_border)
        pool = found[: POOL * k]
        alike = likeness([(pair.giving, pair.candidate) for pair in pool])
        # Who asks for one thing wants those who do just that, however alike they are.
        mixed = diverse_k([pair.score for pair in pool], alike, k, self.diversity if key is None else 0.0)
        left_out = [i for i in range(min(k, len(pool))) if i not in mixed] if also_best else []
        return [*self._in_bands(pool[i] for i in mixed), *self._in_bands(pool[i] for i in left_out)]

    def recommend_to(self, key: str, *, cross_border: bool = True, k: int | None = None) -> list[Recommendation]:
        """The changed company as a candidate: one recommendation of it per seeker it now suits, best first.

        With ``recommend`` this rescores one company against everyone in both directions.
        """
        _check_places(k)
        block, firm = self._holding.find(key)
        found = [
            pair
            for other in self._held.blocks()
            for pair in self._pairing.to_candidate(
                block, firm, other, self._held.alive(other), cross_border=cross_border
            )
        ]
        return [self._recommendation(pair) for pair in sorted(found, key=lambda f: f.order)[:k]]

    def recommend_all(
        self, k: int = 20, *, cross_border: bool = True, backend: Backend = THREADS
    ) -> dict[str, list[Recommendation]]:
        """Lists of all visible profiles at once, with no candidate in more lists than its capacity allows.

        Below ``POOLED_FROM`` profiles every pair is scored; from there on, of each company those that short vectors
        find nearest (see ``folding.pools``), by the workers of ``backend``. Holds changes in one block first.
        """
        _check_places(k)
        block = self._holding.consolidated()
        if not len(block):
            return {}
        wishes: dict[int, list[tuple[int, float]]] = {}
        for seeker, firms, scores in self._all_scores(block, k, cross_border, backend):
            best = best_k(scores, POOL * k, self.floor)
            wishes[seeker] = self._preferences(block, firms[best], scores[best], k)
        caps = {i: exposure_cap(capacity_of(p), len(block), len(block), k) for i, p in enumerate(block.profiles)}
        lists = {s: {c for c, _ in row} for s, row in share_out(wishes, caps, k).items()}
        return {
            block.profiles[s].key: self._explained(block, s, [c for c, _ in wishes[s] if c in placed])
            for s, placed in lists.items()
            if block.profiles[s].visible
        }

    def draw_pools(self, k: int = 20, *, backend: Backend = THREADS) -> None:
        """Get ready for the cross-border lists of k of all companies: remember whom short vectors find nearest to each.

        Until the next change of a profile, ``recommend`` scores only these for a held company as such. Does nothing
        below ``POOLED_FROM`` profiles. Holds changes in one block first.
        """
        block = self._holding.consolidated()
        if len(block) >= POOLED_FROM:
            self._nearest = self._pools(block, k, backend, cross_border=True)

    def first(self, seeker: str | Profile, k: int = 10) -> list[str]:
        """Keys of the k best counterparts by score alone, without reasons: cheap enough to be asked many times."""
        _check_places(k)
        found = self._found(*self._locate(seeker, None), None, cross_border=True)
        return [pair.giving.profiles[pair.candidate].key for pair in found[:k]]

    def similar(self, like: str | Profile, k: int = 20) -> list[Recommendation]:
        """Companies that do what this one does, on either side of the border; scored by its text and sector alone."""
        _check_places(k)
        profile = like if isinstance(like, Profile) else self._holding.profile(like)
        peer = Block([replace(profile, needs=())], self.bridge_, self.weights)
        found = []
        for other in self._holding.blocks():
            scores = ask_scores(peer, np.array([0]), other, self.bridge_, self.sectors_)[0]
            mask = pair_mask([profile], other.profiles, cross_border=False)[0] & self._held.alive(other)
            best = best_k(np.where(mask, scores, np.float32(0)), k, self.floor)
            found += [Found(float(scores[c]), peer, 0, 0, other, c, 0) for c in best.tolist()]
        return [self._similar(pair) for pair in sorted(found, key=lambda f: f.order)[:k]]

    def closed(
        self, seeker: str, candidate: str, need: str | None = None, *, cross_border: bool = True
    ) -> list[Closed]:
        """Which gates keep a candidate from a seeker. Only the fixable ones may be shown to people.

        Raises KeyError for an unknown company or need.
        """
        asking, giving = self._holding.profile(seeker), self._holding.profile(candidate)
        wish = next((one for one in asking.needs if one.key == need), None)
        if need is not None and wish is None:
            raise KeyError(need)
        return closed_gates(asking, giving, wish, cross_border=cross_border)

    def check_parameters(self) -> None:
        """Raise ValueError for an unknown mean, and for a floor or a diversity that is no number from 0 up."""
        mean_named(self.mean)
        for name in ("floor", "diversity"):
            # Gated pairs score 0: below that, a floor would let them in.
            if not 0 <= getattr(self, name) < math.inf:
                raise ValueError(f"{name}: {getattr(self, name)} is no number from 0 up")

    # -- the parts -------------------------------------------------------------------------------------------------

    @property
    def _holding(self) -> Holding:
        check_is_fitted(self, "bridge_")
        return self._held

    def _all_scores(
        self, block: Block, k: int, cross_border: bool, backend: Backend
    ) -> Iterator[tuple[int, NDArray[np.intp], NDArray[np.float32]]]:
        """Of each company the scores of those that may stand in its list: (company, others, scores)."""
        if len(block) < POOLED_FROM:
            everyone = np.arange(len(block))
            for seeker, scores in self._pairing.everybody(block, cross_border=cross_border):
                yield seeker, everyone, scores
            return
        nearest = self._pools(block, k, backend, cross_border=cross_border)
        yield from self._pairing.pooled(block, nearest, cross_border=cross_border)

    def _pools(self, block: Block, k: int, backend: Backend, *, cross_border: bool) -> dict[int, NDArray[np.intp]]:
        folding = Folding(self.bridge_, self.sectors_).fit(block)
        return dict(pools(block, folding, NEAREST * k, cross_border=cross_border, backend=backend))

    def _found(self, block: Block, firm: int, need_key: str | None, cross_border: bool) -> list[Found]:
        """All pairs of one seeker, best first."""
        rows = _own_rows(block, firm, need_key)
        blocks = self._held.blocks()
        drawn = self._nearest if need_key is None and cross_border and block in blocks else None
        among = None if drawn is None else drawn[firm]
        met = need_key is not None
        found = [
            pair
            for other in blocks
            for pair in self._pairing.from_seeker(
                block, firm, rows, other, self._held.alive(other), among=among, met=met, cross_border=cross_border
            )
        ]
        return sorted(found, key=lambda f: f.order)

    def _preferences(
        self, block: Block, pool: NDArray[np.intp], scores: NDArray[np.floating], k: int
    ) -> list[tuple[int, float]]:
        """The pool, a varied choice of k first and lifted; the rest replaces whom a cap pushes out."""
        mixed = diverse_k(scores.tolist(), likeness([(block, int(firm)) for firm in pool]), k, self.diversity)
        order = mixed + [i for i in range(len(pool)) if i not in set(mixed)]
        return [(int(pool[i]), float(scores[i]) + (place < len(mixed))) for place, i in enumerate(order)]

    def _explained(self, block: Block, seeker: int, candidates: Sequence[int]) -> list[Recommendation]:
        """Recommendations of candidates in this order, better bands first."""
        if not candidates:
            return []
        chosen = np.sort(np.array(candidates))
        asks = self._pairing.best_asks(block, block.asks_of(seeker, private=True), block, chosen)
        ask_for = dict(zip(chosen.tolist(), asks.tolist(), strict=True))
        seekers = np.array([seeker])
        backs = {
            c: int(self._pairing.best_asks(block, block.asks_of(c, private=False), block, seekers)[0])
            for c in candidates
        }
        return self._in_bands(Found(0.0, block, seeker, ask_for[c], block, c, backs[c]) for c in candidates)

    def _in_bands(self, pairs: Iterable[Found]) -> list[Recommendation]:
        return sorted((self._recommendation(pair) for pair in pairs), key=lambda r: BAND_ORDER[r.band])  # stable

    def _recommendation(self, pair: Found) -> Recommendation:
        forward = Side(pair.asking, pair.ask, pair.giving, pair.candidate, "forward")
        reverse = Side(pair.giving, pair.back, pair.asking, pair.seeker, "reverse")
        reasons = self._explainer.reasons(forward, reverse)
        need, back_need = forward.ask.need, reverse.ask.need
        share = share_of(forward, reverse)
        met = directions(reasons, share=share)
        stated = {"seeker": need is not None, "candidate": back_need is not None}
        factor = balance(self.mean, met["forward"], met["reverse"], **stated)
        scaled = [replace(r, contribution=r.contribution * factor) for r in reasons] if factor != 1 else reasons
        return recommendation(forward.asker.key, forward.giver.key, scaled, need, back_need, share=share, factor=factor)

    def _similar(self, pair: Found) -> Recommendation:
        side = Side(pair.asking, 0, pair.giving, pair.candidate, "forward")
        return recommendation(side.asker.key, side.giver.key, self._explainer.one_way(side), None, share=1.0)

    def _locate(self, seeker: str | Profile, need: str | Need | None) -> tuple[Block, int]:
        if isinstance(seeker, str) and not isinstance(need, Need):
            return self._holding.find(seeker)
        profile = seeker if isinstance(seeker, Profile) else self._holding.profile(seeker)
        if isinstance(need, Need):
            profile = replace(profile, needs=(need,))
        if self._holding.holds(profile, need.key if isinstance(need, Need) else need):
            return self._holding.find(profile.key)
        return Block([profile], self.bridge_, self.weights), 0


def _check_places(k: int | None) -> None:
    if k is not None and k < 0:
        raise ValueError(f"k: {k} is no number of places")


def _own_rows(block: Block, firm: int, need_key: str | None) -> NDArray[np.intp]:
    rows = block.asks_of(firm, private=True)
    if need_key is None:
        return rows
    chosen = [r for r in rows if (n := block.asks[r].need) is not None and n.key == need_key]
    if not chosen:
        raise KeyError(need_key)
    return np.array(chosen[:1])
