"""Encodings on disk: only unseen texts are encoded, and damage costs no more than encoding again."""

import hashlib

import numpy as np
import pytest

from matchmaking.engine.encoding.cache import EncodingCache
from matchmaking.engine.encoding.encoder import NoEncoder


class CountingEncoder:
    """Unit vectors out of the hash of a text; remembers what it was asked."""

    dimensions = 8
    multilingual = True

    def __init__(self, name="counting", stop_after=None):
        self.name = name
        self.asked = []
        self._stop_after = stop_after

    def encode(self, texts, progress=None):
        if self._stop_after is not None and len(self.asked) >= self._stop_after:
            raise KeyboardInterrupt
        self.asked += texts
        rows = [np.frombuffer(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest(), "i4") for text in texts]
        rows = np.array(rows, np.float32).reshape(-1, 8)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


TEXTS = ["tea", "茶", "steel", "🍲", "", "tea", "\ud800", "cold chain", "冷链", "rice"]
DISTINCT = [text for text in dict.fromkeys(TEXTS) if text]


@pytest.fixture
def filled(tmp_path):
    """A cache of all texts in chunks of three; returns (folder, vectors)."""
    return tmp_path, EncodingCache(tmp_path, CountingEncoder(), chunk=3).encode(TEXTS)


def again(folder, name="counting"):
    encoder = CountingEncoder(name)
    return EncodingCache(folder, encoder).encode(TEXTS), encoder.asked


def files(folder, kind):
    return sorted(folder.glob(f"*/*.{kind}.npy"))


def test_vectors_are_those_of_the_encoder_and_empty_texts_are_zero(filled):
    vectors = filled[1]
    assert vectors.dtype == np.float32
    kept = [i for i, text in enumerate(TEXTS) if text]
    np.testing.assert_allclose(vectors[kept], CountingEncoder().encode([TEXTS[i] for i in kept]), atol=1e-3)
    np.testing.assert_allclose(np.linalg.norm(vectors[kept], axis=1), 1, atol=1e-6)
    assert not vectors[4].any()


def test_a_text_is_encoded_once_and_keeps_its_bits(filled):
    folder, first = filled
    second, asked = again(folder)
    assert asked == []
    np.testing.assert_array_equal(first, second)


def test_only_the_new_text_is_encoded(filled):
    encoder = CountingEncoder()
    EncodingCache(filled[0], encoder).encode([*TEXTS, "new"])
    assert encoder.asked == ["new"]


def test_another_encoder_shares_nothing(filled):
    assert again(filled[0], "other weights")[1] == DISTINCT


def test_an_interrupted_run_is_taken_up_where_it_stopped(tmp_path):
    seen = []
    with pytest.raises(KeyboardInterrupt):
        EncodingCache(tmp_path, CountingEncoder(stop_after=6), chunk=3).encode(TEXTS, lambda *at: seen.append(at))
    assert seen == [(3, 8), (6, 8)]
    assert again(tmp_path)[1] == DISTINCT[6:]
    assert not list(tmp_path.glob("*/*.part"))


@pytest.mark.parametrize("kind", ["rows", "keys"])
@pytest.mark.parametrize("left", [0, 5, 64, 130, -1])
def test_a_truncated_segment_is_encoded_again(filled, kind, left):
    folder, first = filled
    path = files(folder, kind)[0]
    path.write_bytes(path.read_bytes()[:left])
    second, asked = again(folder)
    assert 2 <= len(asked) <= 3
    np.testing.assert_array_equal(first, second)
    assert again(folder)[1] == []


def test_a_changed_byte_costs_its_row_alone(filled):
    folder, first = filled
    path = files(folder, "rows")[0]
    data = bytearray(path.read_bytes())
    data[-1] ^= 64
    path.write_bytes(data)
    second, asked = again(folder)
    assert len(asked) == 1
    np.testing.assert_array_equal(first, second)


def test_rows_without_keys_and_segments_of_another_shape_are_passed_over(filled):
    folder, first = filled
    files(folder, "keys")[0].unlink()
    np.save(files(folder, "rows")[1], np.zeros((3, 5), np.float16))
    second, asked = again(folder)
    assert len(asked) >= 5
    np.testing.assert_array_equal(first, second)


def test_merging_keeps_every_sound_row(filled):
    folder, first = filled
    EncodingCache(folder, CountingEncoder()).compact()
    assert len(files(folder, "keys")) == len(files(folder, "rows")) == 1
    second, asked = again(folder)
    assert asked == []
    np.testing.assert_array_equal(first, second)
    EncodingCache(folder, CountingEncoder()).compact()
    assert again(folder)[1] == []


def test_few_segments_are_not_worth_merging(filled):
    folder, _ = filled
    before = files(folder, "keys")
    EncodingCache(folder, CountingEncoder()).compact(least=len(before) + 1)
    assert files(folder, "keys") == before
    EncodingCache(folder, CountingEncoder()).compact(least=len(before))
    assert len(files(folder, "keys")) == 1


def test_without_an_encoder_nothing_is_written(tmp_path):
    assert EncodingCache(tmp_path, NoEncoder()).encode(TEXTS).shape == (len(TEXTS), 0)
    assert not list(tmp_path.iterdir())
