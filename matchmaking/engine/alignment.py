"""What pairs of texts teach about words: IBM model 1, with the dictionary as its prior.

Reference: Brown et al. 1993.
"""

from collections.abc import Sequence

import numpy as np
from scipy import sparse

PRIOR_WEIGHT = 4.0
EM_ROUNDS = 5
LEARNED_SHARE = 0.5


def blend(dictionary: sparse.csr_array, sentences: Sequence[tuple[list[int], list[int]]]) -> sparse.csr_array:
    """The dictionary's p(e | z), (heads, stems), with what sentences as (rows, columns) of their words teach.

    Share ½·n/(n+2) of the learned row for a word that was seen n times.
    """
    expected, seen = _expected_counts(dictionary, sentences)
    has_gloss = (np.diff(dictionary.indptr) > 0).astype(float)
    learned = unit_rows(sparse.csr_array(expected + PRIOR_WEIGHT * dictionary))
    share = seen / (seen + 2.0)
    share = np.where(has_gloss > 0, LEARNED_SHARE * share, share)
    mixed = sparse.diags_array(share) @ learned + sparse.diags_array(1 - share) @ dictionary
    return unit_rows(sparse.csr_array(mixed))


def _expected_counts(
    dictionary: sparse.csr_array, sentences: Sequence[tuple[list[int], list[int]]]
) -> tuple[sparse.csr_array, np.ndarray]:
    """IBM model 1 by expectation maximisation: expected counts (heads, stems), how often each head was seen."""
    heads, stems = dictionary.shape
    nothing = heads  # the empty source word takes target words that render nothing
    sources = [np.append(np.asarray(s), nothing) for s, _ in sentences]
    targets = [np.asarray(t) for _, t in sentences]
    source = np.concatenate([np.tile(s, len(t)) for s, t in zip(sources, targets, strict=True)])
    target = np.concatenate([np.repeat(t, len(s)) for s, t in zip(sources, targets, strict=True)])
    slot = np.repeat(
        np.arange(sum(len(t) for t in targets)),
        np.concatenate([np.full(len(t), len(s)) for s, t in zip(sources, targets, strict=True)]),
    )
    keys, place = np.unique(source.astype(np.int64) * stems + target, return_inverse=True)
    key_source, key_target = keys // stems, keys % stems
    padded = sparse.csr_array(
        (dictionary.data, dictionary.indices, np.append(dictionary.indptr, dictionary.nnz)), shape=(heads + 1, stems)
    )
    prior = PRIOR_WEIGHT * np.asarray(padded[key_source, key_target]).ravel()
    strength = PRIOR_WEIGHT * np.append(np.diff(dictionary.indptr) > 0, False)
    counts = np.full(len(keys), 0.1)
    for _ in range(EM_ROUNDS):
        totals = np.bincount(key_source, counts, minlength=heads + 1) + strength
        chance = (counts + prior) / totals[key_source]
        chance = chance[place]
        counts = np.bincount(place, chance / np.bincount(slot, chance)[slot], minlength=len(keys))
    seen = np.bincount(np.concatenate([s[:-1] for s in sources]), minlength=heads).astype(float)
    real = key_source < heads
    expected = sparse.csr_array((counts[real], (key_source[real], key_target[real])), shape=(heads, stems))
    return expected, seen


def unit_rows(table: sparse.csr_array) -> sparse.csr_array:
    """The table with every row scaled to sum to 1; empty rows stay empty."""
    sums = table.sum(axis=1)
    return sparse.csr_array(sparse.diags_array(1 / np.where(sums > 0, sums, 1)) @ table)
