"""Strings packed into arrays that can be mapped from a file: nothing is unpacked, nothing is copied per process.

A word is found by its CRC-32 in buckets of about one word each. Bisection over sorted words needs no buckets and takes
seven times as long.
"""

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Places = NDArray[np.int32]


class Texts(Sequence[str]):
    """Strings in a fixed order: their UTF-8, uint8, and where each begins, int32 (number + 1).

    Raises ValueError for arrays that do not fit together.
    """

    def __init__(self, text: Bytes, offsets: Places) -> None:
        if text.dtype != np.uint8 or offsets.dtype != np.int32 or not len(offsets) or offsets[-1] != len(text):
            raise ValueError("the offsets are not those of the text")
        self.text, self.offsets = text, offsets
        self._text, self._offsets = text.data, offsets.data

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Texts":
        """Pack strings."""
        return cls(*_packed([encoded(text) for text in texts]))

    def __len__(self) -> int:
        return len(self._offsets) - 1

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> list[str]: ...
    def __getitem__(self, place: int | slice) -> str | list[str]:
        if isinstance(place, slice):
            return [self[i] for i in range(*place.indices(len(self)))]
        if not 0 <= place < len(self):
            raise IndexError(place)
        return self._raw(place).decode("utf-8", "surrogatepass")

    def __iter__(self) -> Iterator[str]:
        return (self[i] for i in range(len(self)))

    def _raw(self, place: int) -> bytes:
        return self._text[self._offsets[place] : self._offsets[place + 1]].tobytes()

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What is saved, by the names that the constructor has for it."""
        return {"text": self.text, "offsets": self.offsets}

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), tuple(self.arrays().values())


class WordTable(Texts):
    """Distinct words in a fixed order, and the way back from a word to its place.

    ``slots``, int32: where each bucket begins (2^k + 1), then the places of the words, bucket by bucket.
    """

    def __init__(self, text: Bytes, offsets: Places, slots: Places) -> None:
        super().__init__(text, offsets)
        buckets = _buckets(len(self))
        self._mask, self._first_slot = buckets - 1, buckets + 1
        if slots.dtype != np.int32 or len(slots) != self._first_slot + len(self):
            raise ValueError("the slots are not those of the words")
        self.slots = slots
        self._slots = slots.data

    @classmethod
    def of(cls, texts: Iterable[str]) -> "WordTable":
        """Pack words. Raises ValueError for a word given twice."""
        words = [encoded(word) for word in texts]
        if len(set(words)) != len(words):
            raise ValueError("every word must be given once")
        buckets = _buckets(len(words))
        taken = np.array([zlib.crc32(word) & (buckets - 1) for word in words], dtype=np.int64)
        starts = np.cumsum([0, *np.bincount(taken, minlength=buckets)])
        return cls(*_packed(words), np.concatenate([starts, np.argsort(taken, kind="stable")]).astype(np.int32))

    def find(self, word: str) -> int:
        """The place of a word, -1 for a word that is not here."""
        raw = encoded(word)
        return self.find_raw(raw, zlib.crc32(raw))

    def find_raw(self, raw: bytes, sum_of_raw: int) -> int:
        """``find`` for a word in UTF-8 and its CRC-32, for whoever asks several tables."""
        slots, bucket, first = self._slots, sum_of_raw & self._mask, self._first_slot
        for slot in range(first + slots[bucket], first + slots[bucket + 1]):
            place = slots[slot]
            if self._text[self._offsets[place] : self._offsets[place + 1]] == raw:
                return place
        return -1

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What is saved, by the names that the constructor has for it."""
        return {**super().arrays(), "slots": self.slots}


class Wordings(Mapping[str, str]):
    """Word → another wording of it."""

    def __init__(self, words: WordTable, wordings: Texts) -> None:
        if len(words) != len(wordings):
            raise ValueError("every word has one wording")
        self.words, self.wordings = words, wordings

    @classmethod
    def of(cls, wordings: Mapping[str, str]) -> "Wordings":
        """Pack a mapping, in its order."""
        return cls(WordTable.of(wordings), Texts.of(wordings.values()))

    def __getitem__(self, word: str) -> str:
        place = self.words.find(word)
        if place < 0:
            raise KeyError(word)
        return self.wordings[place]

    def __iter__(self) -> Iterator[str]:
        return iter(self.words)

    def __len__(self) -> int:
        return len(self.words)


def encoded(text: str) -> bytes:
    """UTF-8; half a character (a lone surrogate) is kept as it is."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def _packed(texts: Sequence[bytes]) -> tuple[Bytes, Places]:
    ends = np.cumsum([0, *map(len, texts)])
    return np.frombuffer(b"".join(texts), dtype=np.uint8), ends.astype(np.int32)


def _buckets(number: int) -> int:
    """As many buckets as words, rounded up to a power of two."""
    return 1 << max(number - 1, 0).bit_length()
