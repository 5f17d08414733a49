"""What matters in a query that says more than its documents can answer: its rare words.

A long query holds general words beside the few that name the thing. Short documents hold only some of either kind, so
those that are about general things would cover most of it. Therefore, the more content words a query has beside the
mean document, the more its rare words count, up to the square of their rarity from twice the length on; and its meaning
is also read from these words alone. Queries no longer than the mean document are left as they are.

Reference: Kumaran & Carvalho 2009 (reducing long queries).
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
from scipy import sparse

from .analysis import Floats
from .text import HAN, STOP_ZH, fold, has_han, normalise, plain_words, stem

# The core of a text is its rarest words that hold this share of the squares of all rarities.
CORE_SHARE = 0.4

_HAN_RUN = re.compile(f"([{HAN}]+)")


def surplus(lengths: Floats, mean_length: float) -> Floats:
    """How much more queries say than the mean document: 0 up to its length, 1 from twice its length on."""
    return np.asarray(np.clip(np.log2(np.maximum(lengths, 1e-9) / mean_length), 0, 1))


def sharpened(weights: sparse.csr_array, rarity: Floats, held: Floats, powers: Floats) -> sparse.csr_array:
    """Weights of query terms, (queries, terms), times rarity to the power of each query.

    ``held``: 1 for terms that any document holds. What these could gain in all stays the same for every query.
    """
    rows = np.repeat(np.arange(weights.shape[0]), np.diff(weights.indptr))
    gains = (rarity * held)[weights.indices]
    data = weights.data * rarity[weights.indices] ** powers[rows]
    before = np.bincount(rows, weights.data * gains, minlength=weights.shape[0])
    after = np.bincount(rows, data * gains, minlength=weights.shape[0])
    scale = np.divide(before, after, out=np.ones(weights.shape[0]), where=after > 0)
    return sparse.csr_array((data * scale[rows], weights.indices, weights.indptr), shape=weights.shape)


def core(text: str, words_of: Callable[[str], Sequence[str]], rarity: Mapping[str, float]) -> str:
    """The rarest words of a text in their order, each once; Chinese on a line of its own.

    ``words_of`` splits Chinese; ``rarity`` by stem or Chinese word. Empty where the rarity of no word is known.
    """
    spelt: dict[str, str] = {}
    for word in _words(normalise(text), words_of):
        spelt.setdefault(word if has_han(word) else stem(word), word)
    known = {term: rarity[term] for term in spelt if term in rarity}
    wanted = CORE_SHARE * sum(value**2 for value in known.values())
    kept, mass = set[str](), 0.0
    for term in sorted(known, key=known.__getitem__, reverse=True):
        if mass >= wanted:
            break
        kept.add(term)
        mass += known[term] ** 2
    chosen = [word for term, word in spelt.items() if term in kept]
    lines = (" ".join(w for w in chosen if has_han(w)), " ".join(w for w in chosen if not has_han(w)))
    return "\n".join(line for line in lines if line)


def _words(normal: str, words_of: Callable[[str], Sequence[str]]) -> Iterator[str]:
    for piece in _HAN_RUN.split(normal):
        if has_han(piece):
            yield from (word for word in words_of(piece) if word not in STOP_ZH)
        else:
            yield from plain_words(fold(piece))
