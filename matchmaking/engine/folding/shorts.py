"""The short vectors of many profiles with what their gates need: all that the first stage knows of a directory.

Texts are gone by then, so a hundred thousand firms take some hundred megabytes, and are made a few thousand at a time.
"""

import gc
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from ..eligibility import capacity_of, held_codes, is_full, required_codes
from ..features import Block
from ..profiles import Profile
from ..weights import PRESENT, Weights
from .fold import Folding
from .quick import QuickTexts
from .svd import Floats

# So many profiles are taken apart at a time, so that their sentence vectors never lie in memory together.
AT_ONCE = 8000


@dataclass(frozen=True, slots=True)
class Gates:
    """What keeps a firm from others.

    ``shown``: it may stand in lists; ``answers``: it takes requests for a need; ``capacity``: how many, None not said.
    """

    country: str
    group: str | None
    no_list: frozenset[str]
    held: frozenset[str]
    shown: bool
    answers: bool
    capacity: int | None

    @classmethod
    def of(cls, profile: Profile) -> "Gates":
        """The gates of one profile."""
        return cls(
            profile.country,
            profile.group,
            profile.no_list,
            held_codes(profile),
            profile.visible and not is_full(profile, for_need=False),
            not is_full(profile, for_need=True),
            capacity_of(profile),
        )


@dataclass(frozen=True)
class Shorts:
    """Firms by key, ``gives`` float32 (firms, dimensions); asks, ``needs`` float32 (asks, dimensions), sorted by firm.

    ``own`` and ``public``, bool (asks): which serve the firm's own list, and which others may be shown. ``stated``,
    bool (asks): which a firm says itself. ``requires``: the codes that each ask insists on.
    """

    keys: list[str]
    gates: list[Gates]
    gives: Floats
    needs: Floats
    ask_firm: NDArray[np.intp]
    own: NDArray[np.bool_]
    public: NDArray[np.bool_]
    stated: NDArray[np.bool_]
    requires: list[frozenset[str]]

    def __len__(self) -> int:
        return len(self.keys)

    @classmethod
    def of(cls, block: Block, folding: Folding) -> "Shorts":
        """Fold the firms of a block; whoever takes no more requests gives nothing."""
        gates = [Gates.of(profile) for profile in block.profiles]
        gives = folding.firms(block)
        gives[[not one.answers for one in gates]] = 0
        own, public = np.zeros(len(block.asks), bool), np.zeros(len(block.asks), bool)
        own[block.own_asks()], public[block.public_asks()] = True, True
        return cls(
            [profile.key for profile in block.profiles],
            gates,
            gives,
            folding.asks(block, np.arange(len(block.asks))),
            block.ask_firm,
            own,
            public,
            block.ask_stated,
            [required_codes(ask) for ask in block.asks],
        )

    @classmethod
    def joined(cls, parts: Sequence["Shorts"]) -> "Shorts":
        """Several as one, in their order. At least one is needed."""
        starts = np.cumsum([0, *(len(part) for part in parts)])
        return cls(
            [key for part in parts for key in part.keys],
            [one for part in parts for one in part.gates],
            np.concatenate([part.gives for part in parts]),
            np.concatenate([part.needs for part in parts]),
            np.concatenate([part.ask_firm + start for part, start in zip(parts, starts, strict=False)]),
            np.concatenate([part.own for part in parts]),
            np.concatenate([part.public for part in parts]),
            np.concatenate([part.stated for part in parts]),
            [codes for part in parts for codes in part.requires],
        )


def folded(
    profiles: Iterable[Profile],
    folding: Folding,
    texts: QuickTexts,
    weights: Weights = PRESENT,
    *,
    at_once: int = AT_ONCE,
    workers: int = 1,
) -> Shorts:
    """Short vectors of any number of profiles, read a few thousand at a time.

    ``workers``: processes that fold while this one reads on; they share what was learned and hand back vectors alone.
    """
    batches = _batches(profiles, at_once)
    if workers == 1:
        parts = [Shorts.of(Block(some, texts, weights), folding) for some in batches]
    else:
        parts = list(_folded_apart(batches, (folding, texts, weights), workers))
    return Shorts.joined(parts or [Shorts.of(Block([], texts, weights), folding)])


def _batches(profiles: Iterable[Profile], size: int) -> Iterator[list[Profile]]:
    waiting = iter(profiles)
    while some := list(islice(waiting, size)):
        yield some


def _folded_apart(
    batches: Iterator[list[Profile]], learned: tuple[Folding, QuickTexts, Weights], workers: int
) -> Iterator[Shorts]:
    """Fold batches in forked processes, in their order; never more of them wait than there are workers."""
    waiting: deque[Future[Shorts]] = deque()
    # Forked, so that nobody copies the model; what is handed over are profiles and vectors.
    with ProcessPoolExecutor(workers, get_context("fork"), _take_over, (learned,)) as pool:
        for some in batches:
            waiting.append(pool.submit(_fold, some))
            if len(waiting) > workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


_learned: tuple[Folding, QuickTexts, Weights] | None = None


def _take_over(learned: tuple[Folding, QuickTexts, Weights]) -> None:
    global _learned
    _learned = learned
    # What was there before the fork is never garbage: looking through it again and again takes a quarter of the time.
    gc.freeze()


def _fold(profiles: list[Profile]) -> Shorts:
    assert _learned is not None
    folding, texts, weights = _learned
    with threadpool_limits(limits=1, user_api="blas"):
        return Shorts.of(Block(profiles, texts, weights), folding)
