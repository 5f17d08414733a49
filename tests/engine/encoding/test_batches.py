"""How texts are put together for the products, and their rows back in their places."""

from types import SimpleNamespace

import numpy as np
import pytest

from matchmaking.engine.encoding import batches as module
from matchmaking.engine.encoding.batches import batches, gathered, in_threads, pooled


class Letters:
    """A token for each letter: its number in the alphabet."""

    def encode_batch(self, texts):
        return [SimpleNamespace(ids=[ord(letter) - 96 for letter in text]) for text in texts]


@pytest.fixture(autouse=True)
def two_cores(monkeypatch):
    monkeypatch.setattr(module, "CORES", 2)


def test_every_text_is_in_one_batch_the_longest_first_and_padding_is_masked():
    found = list(batches(Letters(), ["ab", " ", "abcd", "", "c"]))
    assert [place for places, _, _ in found for place in places] == [2, 0, 4]
    (_, tokens, mask) = found[0]
    assert tokens.tolist() == [[1, 2, 3, 4], [1, 2, 0, 0], [3, 0, 0, 0]]
    assert mask.tolist() == [[1, 1, 1, 1], [1, 1, 0, 0], [1, 0, 0, 0]]


def test_few_tokens_are_one_product_and_many_are_shared_out():
    sizes = {number: [len(places) for places, _, _ in batches(Letters(), ["a" * 50] * number)] for number in (2, 5, 20)}
    assert sizes == {2: [2], 5: [5], 20: [10, 10]}


def test_no_batch_holds_more_tokens_than_stay_in_the_cache():
    found = list(batches(Letters(), ["a" * 250] * 100))
    assert max(tokens.size for _, tokens, _ in found) <= module.TOKENS_AT_ONCE
    assert sum(len(places) for places, _, _ in found) == 100


def test_rows_come_back_to_their_places_whatever_thread_made_them():
    texts = ["a" * (1 + i % 7) * 60 for i in range(12)]
    found = list(batches(Letters(), texts))
    assert len(found) > 1
    rows = in_threads(lambda batch: (batch[0], batch[2].sum(axis=1, keepdims=True)), found)
    assert gathered(rows, (12, 1), None)[:, 0].tolist() == [len(text) for text in texts]


def test_the_mean_counts_tokens_alone():
    state = np.array([[[3, 0], [0, 4], [9, 9]]], np.float32)
    found = pooled(state, np.array([[1, 1, 0]], np.float32))
    np.testing.assert_allclose(found, [[0.6, 0.8]], atol=1e-6)
