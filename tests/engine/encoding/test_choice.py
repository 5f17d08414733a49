import importlib.util

import pytest

from matchmaking.engine.encoding.choice import encoder_for
from matchmaking.engine.encoding.encoder import EncoderError, NoEncoder


def test_without_an_encoder_vectors_have_no_dimensions():
    none = encoder_for("none")
    assert isinstance(none, NoEncoder)
    assert none.encode(["tea", "茶"]).shape == (2, 0)


def test_where_nothing_is_installed_auto_means_none(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert encoder_for("auto").name == "none"


def test_a_folder_without_a_model_is_refused(tmp_path):
    with pytest.raises(EncoderError):
        encoder_for(str(tmp_path))
