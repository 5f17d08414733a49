"""A multilingual model of an operator: a tiny one, made here; and the English one, where it is installed."""

import numpy as np
import pytest

from matchmaking.engine.encoding.english import english_folder

needs_english = pytest.mark.skipif(english_folder() is None, reason="the English encoder is not installed")


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
