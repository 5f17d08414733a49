"""Text handling that matching and search share: normal form, words, bigrams, pinyin.

Everything here is a pure function of its input. ``normalise`` comes first everywhere, so that a firm that
writes 進出口, ＩＭＰＯＲＴ or invisible direction marks is found under the same words as one that does not.
"""

import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import opencc
import rjieba
import snowballstemmer
from pypinyin import Style, lazy_pinyin

HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff々〇"
_HAN_RUN = re.compile(f"[{HAN}]+")
_LATIN_WORD = re.compile(r"(?<![a-z])[a-z]&[a-z](?![a-z])|[a-z0-9]+(?:'[a-z]+)?")
_SPACE = re.compile(r"\s+")
# Bidirectional controls, zero-width characters, soft hyphen, variation selectors and the byte order mark: invisible,
# but enough to make two equal names differ (or to make one name look like another).
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)
# What may carry an accent or be one: all but ASCII, common punctuation and the Han characters of everyday texts.
_ACCENTED = re.compile("[^\x00-\x7f\u00b7\u2010-\u2027\u3000-\u3029\u4e00-\u9fff]")
# Control characters that are no white space.
_CONTROL = re.compile("[\x00-\x08\x0e-\x1b]")
_TO_SIMPLIFIED = opencc.OpenCC("t2s")
# Also turns the words of Taiwan into those of the mainland (冷凍食品 stays, 軟體 becomes 软件).
_TO_SIMPLIFIED_PHRASES = opencc.OpenCC("tw2sp")


class _Stemmer(threading.local):
    """A stemmer for each thread: it keeps the word it is at, and two threads at one would mix their words up."""

    def __init__(self) -> None:
        self.english = snowballstemmer.stemmer("english")


_STEMMER = _Stemmer()

_FUNCTION_WORDS_EN = """
a about above after again against all also am an and any are as at be because been before being
below between both but by can cannot could did do does doing down during each either etc few for
from further had has have having he her here hers him his how i if in into is it it's its itself
just may me might more most must my no nor not of off on once one's only onto or other our ours out
over own per same shall she should so some such than that the their theirs them then there these
they this those through to together too under until up upon us very via was we were what when where
which while who whom why will with within without would you your yours
"""
STOP_EN = frozenset(_FUNCTION_WORDS_EN.split())
_FUNCTION_WORDS_ZH = """
的 了 和 与 及 或 在 是 为 于 以 等 对 由 从 到 将 被 把 让 向 往 并 而 但 且 也 都 就 还 又 很 更
最 这 那 其 之 所 个 们 我 你 您 他 她 它 我们 你们 他们 我司 贵司 本 该 各 某 以及 并且 而且 或者
如果 因为 所以 由于 关于 对于 通过 根据 按照 可以 能够 能 会 要 想 请 有 没有 没 不 未 非 已 已经
正在 进行 一个 一种 一些 这些 那些 什么 怎么 如何 哪 哪些 是否 吗 呢 吧 啊 着 过 地 得 等等 其他
其它 此 此外 同时 另外 包括 用 给 跟 同 只 才 再 每 如 若 则 乃 即 亦 至 自 起 比 上 下 中 内 外 里
"""
STOP_ZH = frozenset(_FUNCTION_WORDS_ZH.split())


def normalise(text: str) -> str:
    """Return the normal form: NFKC, simplified characters, lower case, nothing invisible, single spaces.

    Only text that holds traditional characters is converted, phrase by phrase; simplified text stays as it was written.
    The function is idempotent.
    """
    if text.isascii():
        return " ".join(_CONTROL.sub("", text.lower()).split())
    # Lower-casing or converting one character can open another decomposition; two rounds reach the fixed point in
    # practice, the loop makes it certain.
    for _ in range(4):
        normal = _normalise_once(text)
        if normal == text:
            break
        text = normal
    return text


def _normalise_once(text: str) -> str:
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    if not is_simplified(text):
        text = _TO_SIMPLIFIED.convert(_TO_SIMPLIFIED_PHRASES.convert(text))
    text = unicodedata.normalize("NFKC", text.lower().replace("’", "'"))
    return _SPACE.sub(" ", _CONTROL.sub("", text)).strip()


def is_simplified(text: str) -> bool:
    """Whether the text holds no traditional character."""
    return not has_han(text) or _TO_SIMPLIFIED.convert(text) == text


def simplified(texts: list[str]) -> list[str]:
    """Each of some texts without line breaks in simplified characters, and otherwise as it is."""
    return str(_TO_SIMPLIFIED.convert("\n".join(texts))).split("\n")


def fold(text: str) -> str:
    """Take the accents off Latin letters (``café`` → ``cafe``); Han characters are untouched."""
    if not _ACCENTED.search(text):
        return text
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def han_runs(text: str) -> list[str]:
    """The maximal runs of Han characters, in order, of a text in normal form."""
    return _HAN_RUN.findall(text)


def has_han(text: str) -> bool:
    """Whether the text holds at least one Han character."""
    return _HAN_RUN.search(text) is not None


def latin_words(text: str) -> list[str]:
    """Lower-case Latin words and numbers of the text, in order, neither stemmed nor filtered."""
    return plain_words(fold(normalise(text)))


def plain_words(normal: str) -> list[str]:
    """Latin words and numbers of a text that is in normal form and without accents."""
    return _LATIN_WORD.findall(normal)


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The Snowball (English) stem of one lower-case word."""
    return str(_STEMMER.english.stemWord(word))


def tokenise_en(text: str) -> list[str]:
    """Snowball stems of the Latin words of the text, function words left out, in order with repetitions.

    >>> tokenise_en("Cold-chain logistics for the restaurants")
    ['cold', 'chain', 'logist', 'restaur']
    """
    return [stem(word) for word in latin_words(text) if word not in STOP_EN]


def tokenise_zh(text: str) -> list[str]:
    """Chinese words (rjieba) of the text, function words, Latin words and punctuation left out, in order.

    >>> tokenise_zh("冷鏈物流，以及食品出口")
    ['冷链', '物流', '食品', '出口']
    """
    return [word for run in han_runs(normalise(text)) for word in rjieba.cut(run) if word not in STOP_ZH]


def query_words(text: str) -> list[str]:
    """Words of a search query in order of appearance: rjieba words for Chinese, plain lower-case words for Latin.

    Nothing is stemmed and no Latin word is dropped; Chinese function words are, unless nothing else would be left.
    """
    words = [word for piece in _pieces(normalise(text)) for word in _cut(piece)]
    return [word for word in words if word not in STOP_ZH] or words


def _pieces(text: str) -> Iterator[str]:
    for match in re.finditer(f"{_HAN_RUN.pattern}|{_LATIN_WORD.pattern}", fold(text)):
        yield match.group()


def _cut(piece: str) -> list[str]:
    return list(rjieba.cut(piece)) if has_han(piece) else [piece]


def bigrams(text: str) -> list[str]:
    """Overlapping pairs of Han characters, plus the last character of every run; Latin words are not included.

    With the last character every character begins a token, so that a prefix query finds single characters too.

    >>> bigrams("重庆火锅")
    ['重庆', '庆火', '火锅', '锅']
    """
    return [run[i : i + 2] for run in han_runs(normalise(text)) for i in range(len(run))]


def pinyin(text: str) -> list[str]:
    """Toneless pinyin syllables of the Han characters of the text, in order (``ü`` is written ``v``)."""
    return [syllable for run in han_runs(normalise(text)) for syllable in _syllables(run)]


@lru_cache(maxsize=50_000)
def _syllables(run: str) -> tuple[str, ...]:
    return tuple(lazy_pinyin(run, style=Style.NORMAL, errors="ignore"))


def pinyin_ngrams(text: str, longest: int = 4) -> dict[str, float]:
    """Joined pinyin of 2 to ``longest`` neighbouring syllables of each run → weight, for names in Latin letters.

    A joined n-gram weighs 1. A single syllable of four letters or more, which may well be an English word by accident,
    weighs .1; shorter single syllables are left out.

    >>> pinyin_ngrams("涪陵")
    {'fuling': 1.0}
    """
    grams: dict[str, float] = {}
    for run in han_runs(normalise(text)):
        syllables = _syllables(run)
        for start in range(len(syllables)):
            if len(syllables[start]) >= 4:
                grams.setdefault(syllables[start], 0.1)
            for stop in range(start + 2, min(start + longest, len(syllables)) + 1):
                grams["".join(syllables[start:stop])] = 1.0
    return grams
