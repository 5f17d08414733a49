import random
from collections import Counter

import numpy as np
import pytest

from matchmaking.engine.folding import words as module
from matchmaking.engine.folding.words import Words, quick_normal
from matchmaking.engine.text import tokenise_en, tokenise_zh

AWKWARD = [
    "冷链物流中心，Cold-chain logistics for the restaurants",
    "冷鏈物流，以及食品出口",
    "Café résumé ＡＢＣ１２ Ⅳ № ™ ﬁne ㈱",
    "R&D and a farmer’s m² at 25℃, 3.5% ½",
    "in\u200bvisible so\u00adft \u202eright",
    "ａ\u3000ｂ\xa0c\r\nd\te",
    "",
    "的",
    "\ud800 lone",
]


def named(words, text):
    """Word → count of one text."""
    row = words.counts([text])
    names = list(words.columns)
    return {names[i]: int(n) for i, n in zip(row.indices, row.data, strict=True)}


@pytest.mark.parametrize("text", AWKWARD)
def test_the_words_are_those_of_the_text_module(text):
    assert named(Words(), text) == Counter(tokenise_zh(text) + tokenise_en(text))


def test_so_they_are_for_any_mixture_of_characters():
    chance = random.Random(0)
    marks = "".join(AWKWARD[:-1]) + "重庆火锅 ' & '' && abc 123 \n"
    for _ in range(500):
        text = "".join(chance.choices(marks, k=40))
        assert named(Words(), text) == Counter(tokenise_zh(text) + tokenise_en(text)), text


def test_an_ordinary_text_is_not_taken_through_the_full_normal_form(monkeypatch):
    monkeypatch.setattr(module, "normalise", lambda text: pytest.fail("took the long way"))
    assert quick_normal("重庆火锅（Hotpot），一流！Farmer’s") == "重庆火锅（hotpot），一流！farmer's"


def test_only_changed_texts_are_taken_apart(monkeypatch):
    words = Words()
    before = words.counts(["冷链物流", "loan"])
    taken = []
    of = words._of
    monkeypatch.setattr(words, "_of", lambda text: taken.append(text) or of(text))
    after = words.counts(["loan", "trademark", "冷链物流"])
    assert taken == ["trademark"]
    np.testing.assert_array_equal(after[[2, 0]][:, : before.shape[1]].toarray(), before.toarray())


def test_the_oldest_counts_go_first(monkeypatch):
    words = Words(most_kept=2)
    words.counts(["one"])
    words.counts(["two"])
    words.counts(["one", "three"])
    taken = []
    of = words._of
    monkeypatch.setattr(words, "_of", lambda text: taken.append(text) or of(text))
    words.counts(["one", "three", "two"])
    assert taken == ["two"]


def test_equal_texts_and_no_texts():
    words = Words()
    twice = words.counts(["loan loan", "loan loan"])
    assert twice.toarray().tolist() == [[2], [2]]
    assert words.counts([]).shape == (0, 1)
    assert twice.dtype == np.float32
