import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matchmaking.engine.dense.packing import MOST_IDS, MOST_ROWS, best_per_row, ids_of, pack, rows_of, scores_of

CANDIDATES = st.lists(
    st.tuples(
        st.integers(0, MOST_ROWS - 1),
        st.floats(-4, 4, width=32),
        st.integers(0, MOST_IDS - 1),
    ),
    max_size=60,
)


def packed(candidates):
    rows, scores, ids = (np.array(part) for part in zip(*candidates, strict=True)) if candidates else ([], [], [])
    return pack(np.asarray(rows, np.uint32), np.asarray(scores, np.float32), np.asarray(ids, np.int64))


@given(CANDIDATES)
def test_what_is_packed_can_be_unpacked(candidates):
    found = packed(candidates)
    assert list(zip(rows_of(found), scores_of(found), ids_of(found), strict=True)) == candidates


@given(CANDIDATES, st.integers(1, 5))
def test_the_best_of_each_row_are_kept_and_ties_go_to_the_lower_number(candidates, k):
    expected = []
    for row in sorted({r for r, _, _ in candidates}):
        own = sorted((c for c in candidates if c[0] == row), key=lambda c: (-c[1], c[2]))[:k]
        expected += own[::-1]
    found = best_per_row(packed(candidates), k)
    assert list(zip(rows_of(found), scores_of(found), ids_of(found), strict=True)) == expected
