"""Sentence encoders: what they answer, and what they refuse."""

import hashlib
import importlib.util
import json

import numpy as np
import pytest

from matchmaking.engine import encoder as encoders
from matchmaking.engine.encoder import EncoderError, EnglishEncoder, NoEncoder, OnnxEncoder, encoder_for

needs_english = pytest.mark.skipif(encoders.english_folder() is None, reason="the English encoder is not installed")


@pytest.fixture(scope="module")
def english():
    return encoder_for("auto")


@needs_english
def test_a_text_is_nearer_to_its_paraphrase_than_to_another_trade(english):
    asked, same, other = english.encode(["cold chain logistics", "refrigerated freight", "corporate tax advice"])
    assert asked @ same > asked @ other + 0.2


@needs_english
def test_rows_have_length_one_and_empty_texts_none(english):
    vectors = english.encode(["noodles", "", "  \n", "🍲", "x" * 1_000_000])
    assert vectors.shape == (5, english.dimensions)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), [1, 0, 0, 1, 1], atol=1e-5)
    assert english.encode([]).shape == (0, english.dimensions)


@needs_english
def test_a_vector_does_not_depend_on_its_neighbours(english):
    texts = ["tea", "export of tea to Malaysia and Vietnam", "a word " * 90]
    together = english.encode(texts)
    alone = np.vstack([english.encode([text]) for text in texts])
    np.testing.assert_allclose(together, alone, atol=2e-5)
    np.testing.assert_allclose(together[::-1], english.encode(texts[::-1]), atol=2e-5)


@needs_english
def test_progress_ends_with_all_texts(english):
    seen = []
    english.encode(["one", "two three", "four"], progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (3, 3)


@needs_english
def test_changed_weights_are_refused(tmp_path):
    folder = encoders.english_folder()
    for name in ("tokenizer.json", "config.json"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    (tmp_path / "model.safetensors").write_bytes(b"other weights")
    with pytest.raises(EncoderError, match="changed or damaged"):
        EnglishEncoder(tmp_path)


def test_a_missing_model_is_named(tmp_path):
    with pytest.raises(EncoderError, match=r"model\.safetensors"):
        EnglishEncoder(tmp_path)


def test_the_sum_of_a_file_is_checked(tmp_path):
    path = tmp_path / "weights"
    path.write_bytes(b"right")
    right = hashlib.sha256(b"right").hexdigest()
    assert encoders._checked(path, right) == right
    path.write_bytes(b"wrong")
    with pytest.raises(EncoderError, match="sha256"):
        encoders._checked(path, right)


def test_without_an_encoder_vectors_have_no_dimensions():
    none = encoder_for("none")
    assert isinstance(none, NoEncoder)
    assert none.encode(["tea", "茶"]).shape == (2, 0)


def test_where_nothing_is_installed_auto_means_none(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert encoder_for("auto").name == "none"


# --- A multilingual model of an operator: a tiny one, made here -------------------------------------------


@pytest.fixture
def tiny_folder(tmp_path):
    """A model whose state is a row of a table per token: 4 tokens, 3 dimensions."""
    onnx = pytest.importorskip("onnx")
    tokenizers = pytest.importorskip("tokenizers")
    words = {"[UNK]": 0, "tea": 1, "茶": 2, "steel": 3}
    tokenizer = tokenizers.Tokenizer(tokenizers.models.WordLevel(words, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    table = np.array([[0, 0, 1], [1, 0.1, 0], [1, 0, 0], [0, 1, 0]], np.float32)
    made = onnx.helper.make_graph(
        [onnx.helper.make_node("Gather", ["table", "input_ids"], ["state"])],
        "tiny",
        [onnx.helper.make_tensor_value_info("input_ids", onnx.TensorProto.INT64, ["texts", "length"])],
        [onnx.helper.make_tensor_value_info("state", onnx.TensorProto.FLOAT, ["texts", "length", 3])],
        [onnx.numpy_helper.from_array(table, "table")],
    )
    model = onnx.helper.make_model(made, opset_imports=[onnx.helper.make_opsetid("", 13)], ir_version=8)
    (tmp_path / "model.onnx").write_bytes(model.SerializeToString())
    return tmp_path


def test_a_multilingual_model_takes_both_languages_as_they_are(tiny_folder):
    pytest.importorskip("onnxruntime")
    encoder = encoder_for(str(tiny_folder))
    assert encoder.multilingual
    chinese, english, other = encoder.encode(["茶", "tea", "steel"])
    assert chinese @ english > 0.9 > chinese @ other
    np.testing.assert_allclose(np.linalg.norm(encoder.encode(["tea steel"]), axis=1), 1, atol=1e-6)


def test_a_folder_without_a_model_is_refused(tmp_path):
    with pytest.raises(EncoderError):
        encoder_for(str(tmp_path))


def test_a_broken_model_is_refused(tmp_path):
    pytest.importorskip("onnxruntime")
    pytest.importorskip("tokenizers")
    (tmp_path / "tokenizer.json").write_text(json.dumps({"not": "a tokenizer"}))
    (tmp_path / "model.onnx").write_bytes(b"not a model")
    with pytest.raises(EncoderError):
        OnnxEncoder(tmp_path)
