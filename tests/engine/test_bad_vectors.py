"""Encoders that break their promise: a typed error that names the encoder, nothing kept of it, and nothing changed."""

import numpy as np
import pytest

from matchmaking.engine.encoding import cache as encoding_cache
from matchmaking.engine.encoding.cache import EncodingCache
from matchmaking.engine.encoding.encoder import EncoderError
from matchmaking.engine.recommender import MatchRecommender

from .conftest import provider


class Promising:
    """Keeps its promise of unit vectors of 4 dimensions until told to break it."""

    name, dimensions, multilingual = "promising", 4, True

    def __init__(self):
        self.broken = None

    def encode(self, texts, progress=None):
        sound = np.array([np.roll([0.6, 0.8, 0, 0], len(text)) for text in texts], np.float32).reshape(-1, 4)
        return self.broken(sound) if self.broken else sound


def spoilt(value):
    def spoil(vectors):
        vectors[-1:, 2] = value
        return vectors

    return spoil


BROKEN = {
    "not a number": spoilt(np.nan),
    "infinite": spoilt(np.inf),
    "too large to have a length": spoilt(3e38),
    "too short": lambda vectors: vectors[:, :3],
    "too long": lambda vectors: np.hstack([vectors, vectors]),
    "one too few": lambda vectors: vectors[1:],
    "one too many": lambda vectors: np.vstack([vectors, vectors[:1]]),
    "flat": lambda vectors: vectors.ravel(),
    "whole numbers": lambda vectors: vectors.astype(int),
    "words": lambda vectors: [["a"] * 4] * len(vectors),
    "nothing": lambda vectors: None,
}


@pytest.fixture
def encoder():
    return Promising()


@pytest.fixture(params=BROKEN.values(), ids=BROKEN)
def broken(request):
    return request.param


@pytest.fixture
def served(encoder, directory, small_lexicon):
    return MatchRecommender(lexicon=small_lexicon, encoder=encoder).fit(directory)


def test_a_fit_with_broken_vectors_is_refused(broken, encoder, directory, small_lexicon):
    encoder.broken = broken
    with pytest.raises(EncoderError, match="promising"):
        MatchRecommender(lexicon=small_lexicon, encoder=encoder).fit(directory)


def test_a_change_that_cannot_be_encoded_leaves_the_lists_as_they_were(broken, encoder, served, directory):
    before = {p.key: served.recommend(p.key) for p in directory}
    encoder.broken = broken
    with pytest.raises(EncoderError):
        served.update(provider("p-loans", "patents"))
    with pytest.raises(EncoderError):
        served.populate(directory)
    with pytest.raises(EncoderError):
        served.recommend(provider("new", "loans"))
    assert {p.key: served.recommend(p.key) for p in directory} == before


def test_broken_vectors_are_not_kept(broken, encoder, tmp_path):
    cache = EncodingCache(tmp_path, encoder, chunk=2)
    encoder.broken = broken
    with pytest.raises(EncoderError, match="promising"):
        cache.encode(["tea", "steel", "rice"])
    encoder.broken = None
    assert list(tmp_path.rglob("*.npy")) == []
    np.testing.assert_allclose(cache.encode(["tea", "rice"]), encoder.encode(["tea", "rice"]), atol=1e-3)


def test_vectors_that_are_kept_and_are_no_numbers_are_encoded_again(encoder, tmp_path):
    first = EncodingCache(tmp_path, encoder)
    first.encode(["steel"])
    first._write([encoding_cache._key("tea")], np.full((1, 4), np.nan, np.float16))
    found = EncodingCache(tmp_path, encoder).encode(["tea"])
    np.testing.assert_allclose(found, encoder.encode(["tea"]), atol=1e-3)
