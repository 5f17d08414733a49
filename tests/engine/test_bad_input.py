"""Whatever is handed in: a clear typed error or an empty list, never a crash, never a long wait, never a wrong list."""

import time

import pytest

from matchmaking.engine.columns import spellings

MEGABYTE = 1_000_000
# Far above what any of these takes (under a second, most of them), far below what a quadratic step would.
PATIENCE_SECONDS = 8


@pytest.fixture
def patient():
    """Fails a test that took longer than any text of a megabyte may take."""
    started = time.process_time()
    yield
    assert time.process_time() - started < PATIENCE_SECONDS


# -- long and odd texts ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", ["zhongguo", "iao", "anenan", "uai", "ianiang"])
def test_a_word_that_reads_as_pinyin_in_many_ways_is_read_at_once(recommender, patient, unit):
    word = unit * 600 + "q"
    analysis = recommender.bridge_.analyse(word)
    assert spellings(analysis) == {}
    assert spellings(recommender.bridge_.analyse(unit * 600)) == {unit * 600: 1.0}
