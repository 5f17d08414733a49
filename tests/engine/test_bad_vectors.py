"""Encoders that break their promise: a typed error that names the encoder, nothing kept of it, and nothing changed."""

import json

import numpy as np
import pytest

from matchmaking.engine import encoder as encoders
from matchmaking.engine import encoding_cache
from matchmaking.engine.encoder import EncoderError, EnglishEncoder, OnnxEncoder
from matchmaking.engine.encoding_cache import EncodingCache
from matchmaking.engine.recommender import MatchRecommender

from .conftest import provider
from .test_encoder import needs_english, tiny_folder  # noqa: F401 (a fixture)


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


# -- folders of models -------------------------------------------------------------------------------------------------


def onnx_model(folder, node, outputs, inputs=("input_ids",)):
    """Write a model of one node over int64 inputs of (texts, length)."""
    onnx = pytest.importorskip("onnx")
    pytest.importorskip("onnxruntime")
    table = np.array([[0, 0, 1], [1, 0.1, 0], [1, np.nan, 0], [0, 1, 0]], np.float32)
    given = [onnx.helper.make_tensor_value_info(i, onnx.TensorProto.INT64, ["texts", "length"]) for i in inputs]
    out = [onnx.helper.make_tensor_value_info("state", onnx.TensorProto.FLOAT, outputs)]
    graph = onnx.helper.make_graph(
        [node(onnx.helper)], "tiny", given, out, [onnx.numpy_helper.from_array(table, "table")]
    )
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 13)], ir_version=8)
    (folder / "model.onnx").write_bytes(model.SerializeToString())
    return folder


def gathered(helper):
    return helper.make_node("Gather", ["table", "input_ids"], ["state"])


def as_numbers(helper):
    return helper.make_node("Cast", ["input_ids"], ["state"], to=1)


def test_a_model_that_answers_no_numbers_is_refused(tiny_folder):  # noqa: F811
    encoder = OnnxEncoder(onnx_model(tiny_folder, gathered, ["texts", "length", 3]))
    assert encoders.encoded(encoder, ["tea"]).shape == (1, 3)
    with pytest.raises(EncoderError, match="onnx-"):
        encoders.encoded(encoder, ["tea", "茶"])  # the row of 茶 is not a number


def test_a_model_without_a_vector_for_each_token_is_refused(tiny_folder):  # noqa: F811
    folder = onnx_model(tiny_folder, as_numbers, ["texts", "length"])
    with pytest.raises(EncoderError, match=r"model\.onnx"):
        OnnxEncoder(folder)


def test_a_model_with_fewer_words_than_its_tokenizer_is_refused(tiny_folder):  # noqa: F811
    tokenizer = json.loads((tiny_folder / "tokenizer.json").read_text(encoding="utf-8"))
    tokenizer["model"]["vocab"]["rice"] = 99
    (tiny_folder / "tokenizer.json").write_text(json.dumps(tokenizer), encoding="utf-8")
    encoder = OnnxEncoder(tiny_folder)
    with pytest.raises(EncoderError, match="onnx-"):
        encoder.encode(["rice"])


@needs_english
@pytest.mark.parametrize(
    "config", [None, b"{", b"[]", b"{}", b'{"hidden_size": "wide", "num_attention_heads": 12, "num_hidden_layers": 6}']
)
def test_an_english_model_without_a_sound_configuration_is_refused(tmp_path, config):
    folder = encoders.english_folder()
    for name in ("tokenizer.json", "model.safetensors"):
        (tmp_path / name).symlink_to(folder / name)
    if config is not None:
        (tmp_path / "config.json").write_bytes(config)
    with pytest.raises(EncoderError, match=r"config\.json"):
        EnglishEncoder(tmp_path)
