"""A model of an operator: what it answers, and what is refused of it."""

import json

import numpy as np
import pytest

from matchmaking.engine.encoding.choice import encoder_for
from matchmaking.engine.encoding.encoder import EncoderError, encoded
from matchmaking.engine.encoding.multilingual import OnnxEncoder


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


def test_a_multilingual_model_takes_both_languages_as_they_are(tiny_folder):
    pytest.importorskip("onnxruntime")
    encoder = encoder_for(str(tiny_folder))
    assert encoder.multilingual
    chinese, english, other = encoder.encode(["茶", "tea", "steel"])
    assert chinese @ english > 0.9 > chinese @ other
    np.testing.assert_allclose(np.linalg.norm(encoder.encode(["tea steel"]), axis=1), 1, atol=1e-6)


def test_a_broken_model_is_refused(tmp_path):
    pytest.importorskip("onnxruntime")
    pytest.importorskip("tokenizers")
    (tmp_path / "tokenizer.json").write_text(json.dumps({"not": "a tokenizer"}))
    (tmp_path / "model.onnx").write_bytes(b"not a model")
    with pytest.raises(EncoderError):
        OnnxEncoder(tmp_path)


def test_a_model_that_answers_no_numbers_is_refused(tiny_folder):
    encoder = OnnxEncoder(onnx_model(tiny_folder, gathered, ["texts", "length", 3]))
    assert encoded(encoder, ["tea"]).shape == (1, 3)
    with pytest.raises(EncoderError, match="onnx-"):
        encoded(encoder, ["tea", "茶"])  # the row of 茶 is not a number


def test_a_model_without_a_vector_for_each_token_is_refused(tiny_folder):
    folder = onnx_model(tiny_folder, as_numbers, ["texts", "length"])
    with pytest.raises(EncoderError, match=r"model\.onnx"):
        OnnxEncoder(folder)


def test_a_model_with_fewer_words_than_its_tokenizer_is_refused(tiny_folder):
    tokenizer = json.loads((tiny_folder / "tokenizer.json").read_text(encoding="utf-8"))
    tokenizer["model"]["vocab"]["rice"] = 99
    (tiny_folder / "tokenizer.json").write_text(json.dumps(tokenizer), encoding="utf-8")
    encoder = OnnxEncoder(tiny_folder)
    with pytest.raises(EncoderError, match="onnx-"):
        encoder.encode(["rice"])
