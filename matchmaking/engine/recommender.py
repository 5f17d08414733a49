"""The recommender: learns from profiles and bilingual pairs, then lists counterparts with reasons."""

import copy
import math
from collections.abc import Iterable

from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from .allocation import allocate
from .bridge import TextBridge
from .counterparts import Counterparts
from .dense.backends import THREADS, Backend
from .eligibility import Closed, closed_gates
from .encoding.encoder import Encoder
from .explain import Explainer
from .features import describing_text
from .holding import Holding
from .learning import own_pairs, public_texts, surfaces
from .lexicon import Lexicon
from .pairing import Pairing
from .persistence import fingerprint
from .profiles import Need, Profile, Recommendation
from .ranking import DIVERSITY, POOL
from .reciprocity import MEAN, mean_named
from .results import Results
from .scoring import FLOOR
from .sectors import SectorMap
from .variety import varied
from .weights import PRESENT, Weights
from .word_tables import Wordings


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
    weights : Weights, default ``weights.PRESENT``
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
        holding = Holding(list(profiles), self.bridge_, self.weights)
        self._known = Counterparts(holding, Pairing(self.bridge_, self.sectors_, self.mean, self.floor))
        self._results = Results(Explainer(self.bridge_, self.sectors_, self.surfaces_), self.mean)
        return self

    def update(self, profile: Profile) -> None:
        """Add or replace one profile, without refitting."""
        self.counterparts.update(profile)

    def remove(self, key: str) -> None:
        """Forget one profile. Raises KeyError if it is not known."""
        self.counterparts.remove(key)

    @property
    def counterparts(self) -> Counterparts:
        """Who suits whom among the profiles held. Raises NotFittedError before ``fit``."""
        check_is_fitted(self, "bridge_")
        return self._known

    def profiles(self) -> list[Profile]:
        """The profiles held at present."""
        return self.counterparts.holding.profiles()

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
        block, firm = self.counterparts.locate(seeker, need)
        key = need.key if isinstance(need, Need) else need
        pool = self.counterparts.of_seeker(block, firm, key, cross_border=cross_border)[: POOL * k]
        # Who asks for one thing wants those who do just that, however alike they are.
        strength = self.diversity if key is None else 0.0
        chosen = varied([(pair.giving, pair.candidate) for pair in pool], [pair.score for pair in pool], k, strength)
        left_out = [i for i in range(min(k, len(pool))) if i not in chosen] if also_best else []
        return [*self._results.in_bands(pool[i] for i in chosen), *self._results.in_bands(pool[i] for i in left_out)]

    def recommend_to(self, key: str, *, cross_border: bool = True, k: int | None = None) -> list[Recommendation]:
        """The changed company as a candidate: one recommendation of it per seeker it now suits, best first.

        With ``recommend`` this rescores one company against everyone in both directions.
        """
        _check_places(k)
        found = self.counterparts.of_candidate(key, cross_border=cross_border)
        return [self._results.of(pair) for pair in found[:k]]

    def recommend_all(
        self, k: int = 20, *, cross_border: bool = True, backend: Backend = THREADS
    ) -> dict[str, list[Recommendation]]:
        """Lists of all visible profiles at once, with no candidate in more lists than its capacity allows.

        Below ``POOLED_FROM`` profiles every pair is scored; from there on, of each company those that short vectors
        find nearest, by the workers of ``backend`` (see ``counterparts``). Holds changes in one block first.
        """
        _check_places(k)
        known = self.counterparts
        block = known.holding.consolidated()
        if not len(block):
            return {}
        scored = known.everybody(block, k, cross_border=cross_border, backend=backend)
        lists = allocate(block, scored, k, floor=self.floor, diversity=self.diversity)
        return {
            block.profiles[seeker].key: self._results.in_bands(known.pairing.paired(block, seeker, candidates))
            for seeker, candidates in lists.items()
        }

    def draw_pools(self, k: int = 20, *, backend: Backend = THREADS) -> None:
        """Get ready for the cross-border lists of k of all companies: remember whom short vectors find nearest to each.

        Until the next change of a profile, ``recommend`` scores only these for a held company as such. Does nothing
        below ``POOLED_FROM`` profiles. Holds changes in one block first.
        """
        self.counterparts.draw_pools(k, backend)

    def first(self, seeker: str | Profile, k: int = 10) -> list[str]:
        """Keys of the k best counterparts by score alone, without reasons: cheap enough to be asked many times."""
        _check_places(k)
        found = self.counterparts.of_seeker(*self.counterparts.locate(seeker))
        return [pair.giving.profiles[pair.candidate].key for pair in found[:k]]

    def similar(self, like: str | Profile, k: int = 20) -> list[Recommendation]:
        """Companies that do what this one does, on either side of the border; scored by its text and sector alone."""
        _check_places(k)
        return [self._results.of_peer(pair) for pair in self.counterparts.peers(like, k)]

    def closed(
        self, seeker: str, candidate: str, need: str | None = None, *, cross_border: bool = True
    ) -> list[Closed]:
        """Which gates keep a candidate from a seeker. Only the fixable ones may be shown to people.

        Raises KeyError for an unknown company or need.
        """
        asking, giving = (self.counterparts.holding.profile(key) for key in (seeker, candidate))
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


def _check_places(k: int | None) -> None:
    if k is not None and k < 0:
        raise ValueError(f"k: {k} is no number of places")
