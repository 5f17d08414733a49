"""Words and their columns: those of frozen tables, and those that came up later."""

import zlib
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from .word_tables import WordTable, encoded

# Answers kept per vocabulary, about 170 bytes each, so that a common word costs what it costs in a dict: 3 MB at most.
MOST_RECENT = 1 << 14


class Recent(dict[str, int]):
    """Answers of a slow question, kept until there are too many of them."""

    def __init__(self, question: Callable[[str], int]) -> None:
        super().__init__()
        self._question = question

    def __missing__(self, word: str) -> int:
        answer = self._question(word)
        if len(self) >= MOST_RECENT:
            self.clear()
        self[word] = answer
        return answer


class Vocabulary(Mapping[str, int]):
    """Word → column: those of the tables, one table after the other, then what was admitted later.

    Iterates in the order of the columns.
    """

    def __init__(self, *tables: WordTable) -> None:
        self.tables = tables
        self._firsts = np.cumsum([0, *map(len, tables)]).tolist()
        self.frozen: int = self._firsts[-1]
        self._parts: list[tuple[int, WordTable]] = list(zip(self._firsts, tables, strict=False))
        self._admitted: dict[str, int] = {}
        self._names: list[str] = []
        self._recent = Recent(self._find)

    def _find(self, word: str) -> int:
        if word in self._admitted:
            return self._admitted[word]
        raw = encoded(word)
        sum_of_raw = zlib.crc32(raw)
        for first, table in self._parts:
            place = table.find_raw(raw, sum_of_raw)
            if place >= 0:
                return first + place
        return -1

    def column(self, word: str) -> int:
        """The column of a word, -1 for an unknown one."""
        return self._recent[word]

    def word(self, column: int) -> str:
        """The word of a column. Raises IndexError."""
        if column >= self.frozen:
            return self._names[column - self.frozen]
        table = bisect_right(self._firsts, column) - 1
        return self.tables[table][column - self._firsts[table]]

    def admit(self, words: Iterable[str]) -> None:
        """Give each word that has no column yet one of its own, after all others."""
        for word in words:
            if self._recent[word] < 0:
                self._recent[word] = self._admitted[word] = len(self)
                self._names.append(word)

    def get(self, word: str, default: Any = None) -> Any:
        """The column of a word, or the default."""
        column = self._recent[word]
        return default if column < 0 else column

    def __getitem__(self, word: str) -> int:
        column = self._recent[word]
        if column < 0:
            raise KeyError(word)
        return column

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and self._recent[word] >= 0

    def __iter__(self) -> Iterator[str]:
        for table in self.tables:
            yield from table
        yield from self._names

    def __len__(self) -> int:
        return self.frozen + len(self._names)

    def __reduce__(self) -> tuple[Any, ...]:
        return _vocabulary, (self.tables, list(self._names))


def _vocabulary(tables: Sequence[WordTable], admitted: Iterable[str]) -> Vocabulary:
    vocabulary = Vocabulary(*tables)
    vocabulary.admit(admitted)
    return vocabulary
