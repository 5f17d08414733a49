from dataclasses import replace

import numpy as np
import pytest

from matchmaking.engine.folding.fold import Folding
from matchmaking.engine.folding.long_rows import LongRows, highest
from matchmaking.engine.scoring import ask_scores

from ..worlds import TRADES, buyer, fitted, seller


def folding_of(model, **options):
    block = model.counterparts.holding.consolidated()
    return block, Folding(model.bridge_, model.sectors_, **options).fit(block)


@pytest.fixture(scope="module")
def model(directory):
    return fitted(directory)


def test_long_rows_come_close_to_the_full_score(model):
    block = model.counterparts.holding.consolidated()
    long = LongRows(model.bridge_, model.sectors_).fit(block)
    everybody = np.arange(len(block.asks))
    near = long.asks(block, everybody).toarray() @ long.firms(block).toarray().T
    full = ask_scores(block, everybody, block, model.bridge_, model.sectors_)
    counted = full > 0  # gates of needs are not part of the rows
    # Rows are linear: what words in common by chance are worth is in them, and not in the full score.
    assert np.corrcoef(near[counted], full[counted])[0, 1] > 0.8


def test_short_vectors_come_close_to_long_rows(model):
    block, folding = folding_of(model)
    everybody = np.arange(len(block.asks))
    long = folding._long.asks(block, everybody).toarray() @ folding._long.firms(block).toarray().T
    short = folding.asks(block, everybody) @ folding.firms(block).T
    np.testing.assert_allclose(short, long, atol=0.02)
    assert folding.asks(block, everybody).shape == (len(block.asks), 128)


def test_a_trade_is_found_across_languages():
    trades = sorted(TRADES)
    sellers = [seller(f"p-{t}", "CN", t) for t in trades]
    block, folding = folding_of(fitted([*sellers, *(buyer(f"s-{t}", "SG", t) for t in trades)]))
    found = folding.asks(block, block.public_asks()) @ folding.firms(block).T
    for row, ask in enumerate(block.public_asks()):
        key = block.profiles[block.asks[ask].firm].key
        if key.startswith("s-"):
            best = int(found[row].argmax())
            assert block.profiles[best].key == key.replace("s-", "p-")


def test_private_needs_are_not_learned_from(directory):
    secret = replace(directory[0], needs=(replace(buyer("x", "CN", "污水").needs[0], private=True),))
    vectors = []
    for first in (secret, replace(secret, needs=())):
        block, folding = folding_of(fitted([first, *directory[1:]]))
        vectors.append((folding.asks(block, block.public_asks()), folding.firms(block)))
    for one, other in zip(*vectors, strict=True):
        np.testing.assert_array_equal(one, other)


def test_words_of_private_needs_are_not_kept(directory):
    wish = replace(buyer("x", "SG", "污水").needs[0], private=True)
    wish = replace(wish, text=replace(wish.text, en="zirconium"))
    block, folding = folding_of(fitted([replace(directory[0], needs=(wish,)), *directory[1:]]))
    folding.asks(block, np.arange(len(block.asks)))
    assert "zirconium" not in folding._long.words.columns


def test_the_highest_weight_of_each_owner():
    from scipy import sparse

    rows = sparse.csr_array(np.array([[1, 0, 2], [3, 0, 1], [0, 0, 0], [0, 5, 0]], float))
    found = highest(rows, np.array([0, 0, 1, 3]), 4)
    assert found.toarray().tolist() == [[3, 0, 2], [0, 0, 0], [0, 0, 0], [0, 5, 0]]
