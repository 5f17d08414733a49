"""One text, Chinese, English or mixed → its words in both scripts and the pinyin of its head."""

from collections import Counter, defaultdict

from .analysis import Analysis, Terms
from .lexicon import Lexicon
from .text import STOP_EN, han_runs, has_han, latin_words, normalise, pinyin_ngrams, stem

# Names stand at the head of a text; further Han characters than these get no pinyin.
SPELT_CHARACTERS = 120


def taken_apart(text: str, lexicon: Lexicon, *, private: bool = False) -> Analysis:
    """Take one text apart; headwords inside longer ones count .3, single characters .5.

    The sentence vectors of a ``private`` text are computed anew each time and never kept.
    """
    words = latin_words(text)
    stems = Counter(stem(word) for word in words if word not in STOP_EN)
    latin = Counter(word for word in words if len(word) > 1 and not word.isdigit())
    heads: defaultdict[str, float] = defaultdict(float)
    grams: Terms = {}
    if has_han(text):
        for head, weight in lexicon.segment(text):
            heads[head] += weight
        named = "".join(han_runs(normalise(text)))[:SPELT_CHARACTERS] if len(text) > SPELT_CHARACTERS else text
        grams = pinyin_ngrams(named)
    return Analysis(dict(stems), dict(heads), dict(latin), grams, text, private)
