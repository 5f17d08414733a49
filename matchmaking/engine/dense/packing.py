"""Candidates as single integers: (row, score, counterpart) in 64 bits, so that one integer sort ranks them.

Sorting 64-bit integers costs a sixty-fifth of sorting three keys. The counterpart is stored reversed: equal scores rank
the lower number first, so results do not depend on the order in which blocks were computed.
"""

import numpy as np
from numpy.typing import NDArray

Packed = NDArray[np.uint64]

ID_BITS = 21
SCORE_BITS = 32
ROW_BITS = 64 - SCORE_BITS - ID_BITS
MOST_IDS = 1 << ID_BITS
MOST_ROWS = 1 << ROW_BITS

_SIGN = np.uint32(0x8000_0000)


def pack(rows: NDArray[np.integer], scores: NDArray[np.float32], ids: NDArray[np.integer]) -> Packed:
    """Rows below 2^11, float32 scores, counterparts below 2^21 → uint64, ascending by row, then from worst to best."""
    packed = rows.astype(np.uint64) << np.uint64(SCORE_BITS + ID_BITS)
    packed |= rising_bits(scores).astype(np.uint64) << np.uint64(ID_BITS)
    packed |= np.uint64(MOST_IDS - 1) - ids.astype(np.uint64)
    return packed


def rising_bits(scores: NDArray[np.float32]) -> NDArray[np.uint32]:
    """Whole numbers in the order of the scores."""
    # A negative zero would rank below a positive one; adding zero makes them equal.
    bits = np.ascontiguousarray(scores + np.float32(0), dtype=np.float32).view(np.uint32)
    return np.where(bits & _SIGN, ~bits, bits | _SIGN)


def rows_of(packed: Packed) -> NDArray[np.intp]:
    """The rows that were packed."""
    return (packed >> np.uint64(SCORE_BITS + ID_BITS)).astype(np.intp)


def scores_of(packed: Packed) -> NDArray[np.float32]:
    """The scores that were packed."""
    ordered = (packed >> np.uint64(ID_BITS)).astype(np.uint32)
    return np.where(ordered & _SIGN, ordered ^ _SIGN, ~ordered).view(np.float32)


def ids_of(packed: Packed) -> NDArray[np.int32]:
    """The counterparts that were packed."""
    return (np.uint64(MOST_IDS - 1) - (packed & np.uint64(MOST_IDS - 1))).astype(np.int32)


def best_per_row(packed: Packed, k: int) -> Packed:
    """Of each row its k best, sorted: rows ascending, from worst to best within a row."""
    if not len(packed):
        return packed
    packed = np.sort(packed)
    rows = packed >> np.uint64(SCORE_BITS + ID_BITS)
    # Place k further on belongs to another row, or to none: then this one is among the last k of its row.
    kept = np.ones(len(packed), dtype=bool)
    if len(packed) > k:
        kept[:-k] = rows[:-k] != rows[k:]
    return packed[kept]
