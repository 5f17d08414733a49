"""Sentence vectors of whole texts: kept as long as the model that they were made with."""

import numpy as np

from matchmaking.engine.analysis import Analysis
from matchmaking.engine.bridge import TextBridge
from matchmaking.engine.folding.quick import QuickTexts

from ..test_meaning import DOCUMENTS, TopicEncoder


def read(texts):
    return texts.documents([Analysis({}, {}, {}, {}, text) for text in ("ship and soup", "tax")]).meaning


def test_what_other_models_kept_is_dropped_and_ones_own_stays(small_lexicon, tmp_path):
    earlier, present = (
        QuickTexts(TextBridge(lexicon=small_lexicon, encoder=TopicEncoder()).fit(some), folder=tmp_path)
        for some in (DOCUMENTS[:9], DOCUMENTS)
    )
    read(earlier)
    kept = read(present)
    (tmp_path / "minilm").mkdir()
    assert len(list(tmp_path.glob("document-*"))) == 2
    present.drop_others()
    assert len(list(tmp_path.glob("document-*"))) == 1
    assert (tmp_path / "minilm").exists()
    present.bridge.encoder.asked.clear()
    np.testing.assert_array_equal(read(present), kept)
    assert not present.bridge.encoder.asked
