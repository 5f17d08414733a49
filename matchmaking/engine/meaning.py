"""Likeness of meaning: sentence vectors of texts in either language, and how far one stands out for a query.

A cosine says little by itself: to some queries everything is near. So it is measured in standard deviations over a
frozen background of fitted documents, which keeps the score of a pair independent of who else is scored.
Reference: Reimers & Gurevych 2019 (sentence embeddings); Arampatzis & Kamps 2009 (normalising scores).
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .encoding.encoder import Encoder, Vectors, encoded, unit_rows
from .glossing import Gloss
from .text import STOP_EN, has_han, latin_words

# What one standard deviation beyond the first is worth beside a cover of 1.
MEANING_WEIGHT = 0.05
STANDS_OUT_FROM = 1.0
# Deviations of a good answer: this much more makes a full one where meaning counts (see scoring.full_answer).
MEANING_FULL = 3.0
# The few words of a label saturate in a long document, so there its meaning counts up to this much more.
LABEL_WORDS, SENTENCE_WORDS = 4.0, 12.0
LABEL_GAIN = 2.0
BACKGROUND = 512
# Few documents say little about what is usual: the usual figures of short texts count as this many.
PRIOR_DOCUMENTS, PRIOR_MEAN, PRIOR_SPREAD = 20.0, 0.1, 0.1
LEAD_CHARACTERS_EN, LEAD_CHARACTERS_ZH = 400, 150
WHOLE_CHARACTERS = 4000

_SENTENCE = re.compile(r"(?<=[.!?。！？；])\s*|\n")

Floats = NDArray[np.float64]
Glossing = Callable[[str], Gloss]


@dataclass(frozen=True)
class Standing:
    """How cosines of queries are read: what is usual for each query, mean and spread, (queries,)."""

    mean: Vectors
    spread: Vectors

    def excess(self, cosines: Vectors) -> Vectors:
        """Deviations above the first, 0 for what does not stand out, (queries, documents)."""
        found = (cosines - self.mean[:, None]) / self.spread[:, None] - np.float32(STANDS_OUT_FROM)
        return np.asarray(np.maximum(found, 0), np.float32)


def standing(queries: Vectors, background: Vectors) -> Standing:
    """Measure queries against the background; both float32 with the encoder's dimensions."""
    cosines = queries @ background.T
    count = len(background) + PRIOR_DOCUMENTS
    mean = (cosines.sum(axis=1) + PRIOR_DOCUMENTS * PRIOR_MEAN) / count
    squares = ((cosines - mean[:, None]) ** 2).sum(axis=1)
    spread = np.sqrt((squares + PRIOR_DOCUMENTS * PRIOR_SPREAD**2) / count)
    return Standing(mean.astype(np.float32), spread.astype(np.float32))


def brevity(lengths: Floats) -> Floats:
    """1 for a label of up to four content words, 0 from twelve on."""
    return np.asarray(np.clip((SENTENCE_WORDS - lengths) / (SENTENCE_WORDS - LABEL_WORDS), 0, 1))


def worth(brevity_of_query: Floats, length_of_document: Floats) -> Vectors:
    """What a deviation is worth, for queries (rows) by how brief and documents (columns) by how long they are."""
    gain = 1 + LABEL_GAIN * np.outer(brevity_of_query, length_of_document)
    return np.asarray(MEANING_WEIGHT * gain, np.float32)


def query_vectors(encoder: Encoder, gloss: Glossing, texts: Sequence[str]) -> Vectors:
    """Encode texts as queries: as a whole, float32 (texts, dimensions), unit rows."""
    return _vectors(encoder, gloss, [text[:WHOLE_CHARACTERS] for text in texts])


def document_vectors(encoder: Encoder, gloss: Glossing, texts: Sequence[str]) -> Vectors:
    """Encode texts as documents: the mean of the whole and of its first two sentences, so no longer than 1."""
    wholes = [text[:WHOLE_CHARACTERS] for text in texts]
    leads = [lead(text) for text in texts]
    both = _vectors(encoder, gloss, [*wholes, *leads])
    return np.asarray((both[: len(texts)] + both[len(texts) :]) / 2, np.float32)


def lead(text: str) -> str:
    """The first two sentences of each language of a text, where the most telling things stand."""
    chinese, english = by_language(text)
    return f"{_first_two(chinese)[:LEAD_CHARACTERS_ZH]}\n{_first_two(english)[:LEAD_CHARACTERS_EN]}".strip()


def by_language(text: str) -> tuple[str, str]:
    """The lines of a text that hold Chinese, and the others."""
    lines = [line.strip() for line in text.splitlines()]
    return "\n".join(line for line in lines if has_han(line)), "\n".join(line for line in lines if not has_han(line))


def _first_two(text: str) -> str:
    sentences = [part for part in _SENTENCE.split(text[: 4 * LEAD_CHARACTERS_EN]) if part.strip()]
    return " ".join(sentences[:2])


def _vectors(encoder: Encoder, gloss: Glossing, texts: Sequence[str]) -> Vectors:
    """Encode each language of a text for itself and take the mean; each distinct reading is encoded once."""
    readings = [_readings(encoder, gloss, text) for text in texts]
    distinct = {reading: i for i, reading in enumerate(dict.fromkeys(r for row in readings for r, _ in row))}
    rows = encoded(encoder, list(distinct))
    out = np.zeros((len(texts), encoder.dimensions), np.float32)
    for row, weighted in enumerate(readings):
        for reading, weight in weighted:
            out[row] += np.float32(weight) * rows[distinct[reading]]
    return unit_rows(out)


def _readings(encoder: Encoder, gloss: Glossing, text: str) -> list[tuple[str, float]]:
    """What an encoder reads of a text, and how much each reading counts; nothing of a text that says nothing."""
    if encoder.multilingual:
        return [(text, 1.0)]
    chinese, english = by_language(text)
    weighted = [(english, 1.0)]
    if chinese:
        best, two, first = gloss(chinese)
        weighted += [(best, 0.5), (two, 0.25), (first, 0.25)]
    # Whatever it is given, an encoder finds something that it resembles: function words, other scripts, emoji.
    return [(reading, weight) for reading, weight in weighted if _says_something(reading)]


def _says_something(english: str) -> bool:
    return any(word not in STOP_EN for word in latin_words(english))
