"""What Latin letters of a query may stand for in a name: syllables for its characters, or the initials of its words."""

import re
from collections.abc import Callable, Iterator, Sequence

from matchmaking.engine import text as language
from search.concepts import Alternative, Term

# Before the short form of a name in an index, so that it is none of the words there: 六安旺 is not "law".
SHORT_FORM = "§"
_SHORT = re.compile("[a-z]{3,12}")
_INITIAL = "(?:[zcs]h|[bpmfdtnlgkhjqxrzcsyw])?"
_FINAL = "(?:[aoeiuv]|[aeou]i|ao|ou|i[aeou]|iao|u[aoe]|uai|ve|er)(?:ng?)?"
# A syllable of pinyin, near enough: what it lets through besides finds nothing.
_SYLLABLE = re.compile(_INITIAL + _FINAL)
LONGEST_SPOKEN = 8
# The index holds runs of two to four syllables.
LONGEST_GRAM = 4
Knows = Callable[[Sequence[str]], bool]


def spoken_until(words: Sequence[str], start: int, knows: Knows) -> int:
    """The end of the run of syllables from ``start``, ``chong qing``; ``start`` if all are words of a dictionary."""
    stop = start
    while stop < min(len(words), start + LONGEST_SPOKEN) and _SYLLABLE.fullmatch(words[stop]):
        stop += 1
    apart = stop - start > 1 and not all(knows([word]) for word in words[start:stop])
    return stop if apart else start


def as_name(text: str, words: Sequence[str], knows: Knows) -> Iterator[Alternative]:
    """The wordings by which these words may be found in what a name is called besides what is written."""
    if len(words) > 1 and all(map(_SYLLABLE.fullmatch, words)):
        pieces = ["".join(words[at : at + LONGEST_GRAM]) for at in range(0, len(words), LONGEST_GRAM)]
        if len(words) > LONGEST_GRAM and len(words) % LONGEST_GRAM:
            pieces[-1] = "".join(words[-LONGEST_GRAM:])
        yield Alternative(text, tuple(Term((language.stem(piece),)) for piece in pieces))
    elif len(words) == 1 and _SHORT.fullmatch(words[0]) and not knows(words):
        yield Alternative(text, (Term((SHORT_FORM + words[0],)),))
