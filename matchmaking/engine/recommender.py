"""The recommender: learns from profiles and bilingual pairs, then lists counterparts with reasons."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from .bridge import TextBridge
from .eligibility import Closed, closed_gates, pair_mask
from .explain import Explainer, Side
from .features import Block, SectorMap, describing_text
from .lexicon import Lexicon
from .persistence import fingerprint
from .profiles import Need, Profile, Reason, Recommendation
from .ranking import DIVERSITY, POOL, best_k, diverse_k, exposure_cap, share_out
from .scoring import BAND_ORDER, FLOOR, FORWARD_SHARE, Directed, ask_scores, band_of, best_per_firm
from .text import STOP_EN, latin_words, stem

ROWS_AT_ONCE = 256


class MatchRecommender(BaseEstimator):
    """Recommend companies to companies across two languages.

    A pair's score, from the seeker's side, is .6 × (what the seeker wants, met by the candidate) + .4 × (what the
    candidate publicly wants, met by the seeker). Gates come before scores; reasons add up to the score.

    Parameters
    ----------
    lexicon : Lexicon or None, default None
        Bilingual lexicon to learn on top of; None reads CC-CEDICT (a few seconds).
    floor : float, default .05
        Pairs that score no more than this are not recommended.
    diversity : float, default .1
        How much a candidate loses for being like one already chosen.

    Attributes
    ----------
    bridge_ : TextBridge
    sectors_ : SectorMap
    surfaces_ : dict, English stem → a word people write
    fingerprint_ : str, sha256 of everything learned

    Notes
    -----
    ``fit`` freezes the learned state; ``populate``, ``update`` and ``remove`` change which profiles are known, never
    what was learned. Private needs and no-lists are not part of the learned state.
    """

    def __init__(self, *, lexicon: Lexicon | None = None, floor: float = FLOOR, diversity: float = DIVERSITY) -> None:
        self.lexicon = lexicon
        self.floor = floor
        self.diversity = diversity

    def fit(self, profiles: Iterable[Profile], pairs: Iterable[tuple[str, str]] = ()) -> "MatchRecommender":
        """Learn from the profiles and from (Chinese, English) pairs such as taxonomy labels; then hold the profiles.

        Only what is public is learned from: names, summaries, offers and public needs of visible profiles.
        """
        known = list(profiles)
        visible = [p for p in known if p.visible]
        texts = [text for p in visible for text in _public_texts(p)]
        self.bridge_ = TextBridge(lexicon=self.lexicon).fit(texts, [*pairs, *_own_pairs(visible)])
        self.surfaces_ = _surfaces(texts)
        summaries = [self.bridge_.analyse(describing_text(p)) for p in visible]
        self.sectors_ = SectorMap.learn(visible, self.bridge_.documents(summaries).topics)
        self.fingerprint_ = fingerprint(self)
        return self.populate(known)

    def populate(self, profiles: Iterable[Profile]) -> "MatchRecommender":
        """Hold exactly these profiles, without learning from them. Raises ValueError for a key given twice."""
        check_is_fitted(self, "bridge_")
        known = list(profiles)
        if len({p.key for p in known}) != len(known):
            raise ValueError("profiles: every key must be given once")
        self._blocks = [Block(known, self.bridge_), Block([], self.bridge_)]
        self._gone: set[str] = set()
        self._explainer = Explainer(self.bridge_, self.sectors_, self.surfaces_)
        return self

    def update(self, profile: Profile) -> None:
        """Add or replace one profile, without refitting."""
        changed = {p.key: p for p in self._blocks[1].profiles} | {profile.key: profile}
        self._gone.add(profile.key) if profile.key in self._blocks[0].index else None
        self._blocks[1] = Block(list(changed.values()), self.bridge_)

    def remove(self, key: str) -> None:
        """Forget one profile. Raises KeyError if it is not known."""
        self._find(key)
        self._gone.add(key)
        if key in self._blocks[1].index:
            self._blocks[1] = Block([p for p in self._blocks[1].profiles if p.key != key], self.bridge_)

    def profiles(self) -> list[Profile]:
        """The profiles held at present."""
        return [block.profiles[firm] for block, firm in self._held()]

    def recommend(
        self, seeker: str | Profile, *, need: str | Need | None = None, k: int = 20, cross_border: bool = True
    ) -> list[Recommendation]:
        """The best k counterparts of a company, or of one of its needs, best first.

        Raises KeyError for an unknown company or need.
        """
        block, firm = self._locate(seeker, need)
        key = need.key if isinstance(need, Need) else need
        rows = self._own_rows(block, firm, key)
        found = [pair for other in self._blocks for pair in self._pairs(block, firm, rows, other, key, cross_border)]
        return self._listed(block, firm, found, k)

    def recommend_to(self, key: str, *, cross_border: bool = True, k: int | None = None) -> list[Recommendation]:
        """The changed company as a candidate: one recommendation of it per seeker it now suits, best first.

        With ``recommend`` this rescores one company against everyone in both directions.
        """
        block, firm = self._find(key)
        found = []
        for other in self._blocks:
            if not len(other):
                continue
            rows = other.own_asks()
            forward = best_per_firm(
                ask_scores(other, rows, block, self.bridge_, self.sectors_, np.array([firm])),
                rows,
                other.ask_firm[rows],
            )
            back_rows = block.asks_of(firm, private=False)
            reverse = self._reverse(block, back_rows, other)
            scores = FORWARD_SHARE * forward.scores[:, 0] + (1 - FORWARD_SHARE) * reverse.scores[0]
            mask = pair_mask(other.profiles, [block.profiles[firm]], cross_border=cross_border)[:, 0]
            for seeker in np.flatnonzero(mask & (scores > self.floor) & self._alive(other)):
                found.append(
                    (float(scores[seeker]), other, int(seeker), forward.asks[seeker, 0], reverse.asks[0, seeker])
                )
        found.sort(key=lambda f: (-f[0], f[1].profiles[f[2]].key))
        return [
            self._recommendation(other, seeker, ask, block, firm, back) for _, other, seeker, ask, back in found[:k]
        ]

    def recommend_all(self, k: int = 20, *, cross_border: bool = True) -> dict[str, list[Recommendation]]:
        """Lists of all visible profiles at once, with no candidate in more lists than its capacity allows.

        Memory: one float32 matrix of (profiles, profiles), plus blocks of 256 rows. Holds changes in one block first.
        """
        self._consolidate()
        block = self._blocks[0]
        if not len(block):
            return {}
        public = np.concatenate([d.scores for _, d in self._sweep(block, block.public_asks())])
        pools: dict[int, list[tuple[int, float]]] = {}
        for start, directed in self._sweep(block, block.own_asks()):
            seekers = range(start, start + len(directed.scores))
            total = FORWARD_SHARE * directed.scores + (1 - FORWARD_SHARE) * public[:, start : start + len(seekers)].T
            total[~pair_mask([block.profiles[s] for s in seekers], block.profiles, cross_border=cross_border)] = 0
            for seeker, row in zip(seekers, total, strict=True):
                best = best_k(row, POOL * k, self.floor)
                pools[seeker] = self._preferences(block, best, row[best], k)
        caps = {i: exposure_cap(_capacity(p), len(block), len(block), k) for i, p in enumerate(block.profiles)}
        lists = share_out(pools, caps, k)
        return {
            block.profiles[s].key: self._explained(block, s, [c for c, _ in row])
            for s, row in lists.items()
            if block.profiles[s].visible
        }

    def similar(self, key: str, k: int = 20) -> list[Recommendation]:
        """Companies that do what this one does, on either side of the border; scored by its text and sector alone."""
        block, firm = self._find(key)
        profile = block.profiles[firm]
        peer = Block([replace(profile, needs=())], self.bridge_)
        found = []
        for other in self._blocks:
            if len(other):
                scores = ask_scores(peer, np.array([0]), other, self.bridge_, self.sectors_)[0]
                mask = pair_mask([profile], other.profiles, cross_border=False)[0] & self._alive(other)
                found += [(other, int(c), float(scores[c])) for c in best_k(np.where(mask, scores, 0), k, self.floor)]
        found.sort(key=lambda f: (-f[2], f[0].profiles[f[1]].key))
        return [self._similar(peer, other, candidate) for other, candidate, _ in found[:k]]

    def closed(
        self, seeker: str, candidate: str, need: str | None = None, *, cross_border: bool = True
    ) -> list[Closed]:
        """Which gates keep a candidate from a seeker. Only the fixable ones may be shown to people."""
        asking, giving = self._find(seeker), self._find(candidate)
        wish = self._need(asking[0].profiles[asking[1]], need) if need is not None else None
        return closed_gates(
            asking[0].profiles[asking[1]], giving[0].profiles[giving[1]], wish, cross_border=cross_border
        )

    # -- the parts -------------------------------------------------------------------------------------------------

    def _pairs(
        self, block: Block, firm: int, rows: NDArray[np.intp], other: Block, need_key: str | None, cross_border: bool
    ) -> Iterator[tuple[float, Block, int, int, int]]:
        if not len(other):
            return
        scores = ask_scores(block, rows, other, self.bridge_, self.sectors_)
        forward = best_per_firm(scores, rows, block.ask_firm[rows])
        back = other.public_asks()
        reverse = best_per_firm(
            ask_scores(other, back, block, self.bridge_, self.sectors_, np.array([firm])), back, other.ask_firm[back]
        )
        mask = pair_mask([block.profiles[firm]], other.profiles, cross_border=cross_border)[0] & self._alive(other)
        if need_key is not None:
            mask &= scores[0] > 0
        total = np.where(mask, FORWARD_SHARE * forward.scores[0] + (1 - FORWARD_SHARE) * reverse.scores[:, 0], 0)
        for candidate in np.flatnonzero(total > self.floor):
            yield (
                float(total[candidate]),
                other,
                int(candidate),
                int(forward.asks[0, candidate]),
                int(reverse.asks[candidate, 0]),
            )

    def _listed(
        self, block: Block, firm: int, found: list[tuple[float, Block, int, int, int]], k: int
    ) -> list[Recommendation]:
        found.sort(key=lambda f: (-f[0], f[1].profiles[f[2]].key))
        pool = found[: POOL * k]
        chosen = diverse_k([f[0] for f in pool], self._likeness([(f[1], f[2]) for f in pool]), k, self.diversity)
        listed = [self._recommendation(block, firm, f[3], f[1], f[2], f[4]) for f in (pool[i] for i in chosen)]
        return sorted(listed, key=lambda r: BAND_ORDER[r.band])  # stable: inside a band the chosen order stays

    def _reverse(self, block: Block, rows: NDArray[np.intp], giving: Block) -> Directed:
        return best_per_firm(ask_scores(block, rows, giving, self.bridge_, self.sectors_), rows, block.ask_firm[rows])

    def _sweep(self, block: Block, rows: NDArray[np.intp]) -> Iterator[tuple[int, Directed]]:
        """Best scores of firms against all firms, some 256 firms at a time: (first firm, scores)."""
        bounds = [*range(0, len(block), ROWS_AT_ONCE), len(block)]
        for start, stop in pairwise(bounds):
            some = rows[(block.ask_firm[rows] >= start) & (block.ask_firm[rows] < stop)]
            yield (
                start,
                best_per_firm(ask_scores(block, some, block, self.bridge_, self.sectors_), some, block.ask_firm[some]),
            )

    def _preferences(
        self, block: Block, pool: NDArray[np.intp], scores: NDArray[np.float32], k: int
    ) -> list[tuple[int, float]]:
        """The pool with the diverse choice of k lifted above the rest, from which whom a cap pushes out is replaced."""
        likeness = self._likeness([(block, int(firm)) for firm in pool])
        lifted = scores.astype(float)
        lifted[diverse_k(scores.tolist(), likeness, k, self.diversity)] += 1
        return list(zip(pool.tolist(), lifted.tolist(), strict=True))

    def _explained(self, block: Block, seeker: int, candidates: Sequence[int]) -> list[Recommendation]:
        rows = block.asks_of(seeker, private=True)
        if not candidates:
            return []
        best = dict.fromkeys(candidates, int(rows[0]))
        if len(rows) > 1:
            chosen = np.sort(np.array(candidates))
            scores = ask_scores(block, rows, block, self.bridge_, self.sectors_, chosen)
            best = dict(zip(chosen.tolist(), rows[scores.argmax(axis=0)].tolist(), strict=True))
        out = []
        for candidate in candidates:
            back = block.asks_of(candidate, private=False)
            if len(back) > 1:
                scores = ask_scores(block, back, block, self.bridge_, self.sectors_, np.array([seeker]))
                back = back[[int(scores[:, 0].argmax())]]
            out.append(self._recommendation(block, seeker, best[candidate], block, candidate, int(back[0])))
        return sorted(out, key=lambda r: (BAND_ORDER[r.band], -r.score, r.candidate))

    def _recommendation(
        self, block: Block, firm: int, ask: int, other: Block, candidate: int, back: int
    ) -> Recommendation:
        forward = Side(block, ask, other, candidate, "forward")
        reverse = Side(other, back, block, firm, "reverse")
        reasons = self._explainer.reasons(forward, reverse)
        return _recommendation(
            block.profiles[firm].key,
            other.profiles[candidate].key,
            reasons,
            block.asks[ask].need,
            FORWARD_SHARE,
            back_need=other.asks[back].need,
        )

    def _similar(self, peer: Block, other: Block, candidate: int) -> Recommendation:
        side = Side(peer, 0, other, candidate, "forward")
        reasons = self._explainer.one_way(side)
        return _recommendation(peer.profiles[0].key, other.profiles[candidate].key, reasons, None, 1.0)

    def _likeness(self, pool: Sequence[tuple[Block, int]]) -> NDArray[np.float64]:
        if not pool:
            return np.zeros((0, 0))
        vectors = np.vstack([block.likeness_vectors(np.array([firm])) for block, firm in pool])
        profiles = [block.profiles[firm] for block, firm in pool]
        groups = np.array([p.group or f"\0{p.key}" for p in profiles])
        return np.maximum(np.maximum(vectors @ vectors.T, 0), groups[:, None] == groups[None, :])

    def _own_rows(self, block: Block, firm: int, need_key: str | None) -> NDArray[np.intp]:
        rows = block.asks_of(firm, private=True)
        if need_key is None:
            return rows
        chosen = [r for r in rows if (n := block.asks[r].need) is not None and n.key == need_key]
        if not chosen:
            raise KeyError(need_key)
        return np.array(chosen[:1])

    def _locate(self, seeker: str | Profile, need: str | Need | None) -> tuple[Block, int]:
        if isinstance(seeker, str) and not isinstance(need, Need):
            return self._find(seeker)
        profile = seeker if isinstance(seeker, Profile) else self._profile(seeker)
        if isinstance(need, Need):
            profile = replace(profile, needs=(need,))
        return Block([profile], self.bridge_), 0

    def _profile(self, key: str) -> Profile:
        block, firm = self._find(key)
        return block.profiles[firm]

    @staticmethod
    def _need(profile: Profile, key: str) -> Need:
        return next(need for need in profile.needs if need.key == key)

    def _find(self, key: str) -> tuple[Block, int]:
        check_is_fitted(self, "bridge_")
        if key in self._blocks[1].index:
            return self._blocks[1], self._blocks[1].index[key]
        if key in self._gone or key not in self._blocks[0].index:
            raise KeyError(key)
        return self._blocks[0], self._blocks[0].index[key]

    def _alive(self, block: Block) -> NDArray[np.bool_]:
        alive = np.ones(len(block), dtype=bool)
        if block is self._blocks[0]:
            alive[[block.index[key] for key in self._gone if key in block.index]] = False
        return alive

    def _held(self) -> Iterator[tuple[Block, int]]:
        for block in self._blocks:
            yield from ((block, int(firm)) for firm in np.flatnonzero(self._alive(block)))

    def _consolidate(self) -> None:
        if self._gone or len(self._blocks[1]):
            self.populate(self.profiles())


def _recommendation(
    seeker: str,
    candidate: str,
    reasons: Sequence[Reason],
    need: Need | None,
    forward_share: float,
    back_need: Need | None = None,
) -> Recommendation:
    parts: dict[str, float] = {}
    for reason in reasons:
        if reason.contribution:
            parts[reason.field] = parts.get(reason.field, 0.0) + reason.contribution
    forward = sum(r.contribution for r in reasons if r.direction == "forward")
    reverse = sum(r.contribution for r in reasons if r.direction == "reverse")
    back_share = 1 - forward_share
    met = {"forward": forward / forward_share, "reverse": reverse / back_share if back_share else 0.0}
    stated = [direction for direction, wish in (("forward", need), ("reverse", back_need)) if wish is not None]
    best = max(stated, key=met.__getitem__, default=None)
    conflict = any(r.kind == "conflict" and r.direction == (best or "forward") for r in reasons)
    return Recommendation(
        seeker=seeker,
        candidate=candidate,
        score=forward + reverse,
        band=band_of(forward + reverse, met[best] if best else 0.0, conflict=conflict),
        need_key=need.key if need else None,
        parts=parts,
        reasons=tuple(reasons),
        forward=met["forward"],
        reverse=met["reverse"],
    )


def _public_texts(profile: Profile) -> list[str]:
    offers = [f"{o.title.joined()}\n{o.text.joined()}" for o in profile.offers]
    return [describing_text(profile), *offers]


def _own_pairs(profiles: Sequence[Profile]) -> Iterator[tuple[str, str]]:
    """What the profiles say in both languages; names are left to pinyin, since they are spelt, not translated."""
    for profile in profiles:
        texts = [
            profile.summary,
            *(t for o in profile.offers for t in (o.title, o.text)),
            *(t for n in profile.public_needs() for t in (n.title, n.text)),
        ]
        yield from ((t.zh, t.en) for t in texts if t.zh and t.en)


def _surfaces(texts: Iterable[str]) -> dict[str, str]:
    counts = Counter(word for text in texts for word in latin_words(text) if word not in STOP_EN)
    best: dict[str, str] = {}
    for word, _ in sorted(counts.items(), key=lambda c: (-c[1], c[0])):
        best.setdefault(stem(word), word)
    return best


def _capacity(profile: Profile) -> int | None:
    """Requests a company can still take: the sum over its offers, None where one states no limit."""
    stated = [offer.capacity for offer in profile.open_offers()]
    return sum(c for c in stated if c is not None) if stated and None not in stated else None
