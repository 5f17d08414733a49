"""The English encoder: what it answers, and what it refuses."""

import numpy as np
import pytest

from matchmaking.engine.encoding.choice import encoder_for
from matchmaking.engine.encoding.encoder import EncoderError
from matchmaking.engine.encoding.english import EnglishEncoder, english_folder

from .conftest import needs_english


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
def test_half_a_character_is_read_as_a_question_mark(english):
    half, mark = english.encode(["cold \ud83c chain", "cold ? chain"])
    np.testing.assert_allclose(half, mark, atol=2e-5)


@needs_english
def test_progress_ends_with_all_texts(english):
    seen = []
    english.encode(["one", "two three", "four"], progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (3, 3)


@needs_english
def test_changed_weights_are_refused(tmp_path):
    folder = english_folder()
    for name in ("tokenizer.json", "config.json"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    (tmp_path / "model.safetensors").write_bytes(b"other weights")
    with pytest.raises(EncoderError, match="changed or damaged"):
        EnglishEncoder(tmp_path)


def test_a_missing_model_is_named(tmp_path):
    with pytest.raises(EncoderError, match=r"model\.safetensors"):
        EnglishEncoder(tmp_path)


@needs_english
@pytest.mark.parametrize(
    "config", [None, b"{", b"[]", b"{}", b'{"hidden_size": "wide", "num_attention_heads": 12, "num_hidden_layers": 6}']
)
def test_an_english_model_without_a_sound_configuration_is_refused(tmp_path, config):
    folder = english_folder()
    for name in ("tokenizer.json", "model.safetensors"):
        (tmp_path / name).symlink_to(folder / name)
    if config is not None:
        (tmp_path / "config.json").write_bytes(config)
    with pytest.raises(EncoderError, match=r"config\.json"):
        EnglishEncoder(tmp_path)
