"""Measures of a ranking, and the evaluation of the text pipeline on a folder of queries, documents and judgements.

A folder holds ``queries.tsv`` (qid, text, split), ``docs.tsv`` (docid, text, extra), ``qrels.tsv`` (qid, docid, grade),
perhaps ``pairs.tsv`` (id, zh, en, split) and ``meta.json``: tab-separated UTF-8 with one header line, no quoting.
``extra`` is a label and never read as a feature. What is evaluated is ``TextBridge``, the pipeline of the product.
"""

import json
import math
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from .bridge import TextBridge
from .encoder import Encoder
from .lexicon import Lexicon
from .persistence import bridge_fingerprint

RUN_DEPTH = 100
MEASURED = 10
BLOCK = 256

Grades = Mapping[str, float]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Row:
    """One line of a run: document at a rank (from 1) for a query."""

    query: str
    document: str
    rank: int
    score: float


@dataclass(frozen=True)
class Folder:
    """A set of queries, documents and judgements.

    ``reranking`` is true where judgements pick candidates instead of answers, so that only judged documents are ranked.
    """

    name: str
    queries: dict[str, str]
    splits: dict[str, str]
    documents: dict[str, str]
    grades: dict[str, dict[str, float]]
    pairs: list[tuple[str, str, str, str]]
    reranking: bool

    @property
    def top_grade(self) -> float:
        """The highest grade anyone gave in this set."""
        return max((g for row in self.grades.values() for g in row.values()), default=0.0)

    def reversed(self) -> "Folder":
        """Documents ask and queries answer; a document is in the splits of the queries it answers best."""
        grades: dict[str, dict[str, float]] = defaultdict(dict)
        splits: dict[str, str] = {}
        for query, row in self.grades.items():
            for document, grade in row.items():
                grades[document][query] = grade
                best = max(grades[document].values())
                if grade == best:
                    splits[document] = self.splits[query]
        asked = {key: text for key, text in self.documents.items() if key in grades}
        return Folder(self.name, asked, splits, self.queries, dict(grades), self.pairs, self.reranking)


def load_folder(path: str | Path) -> Folder:
    """Read a folder. Raises FileNotFoundError for a missing file and ValueError with file and line for a bad row."""
    folder = Path(path)
    queries, splits = {}, {}
    for qid, text, *rest in _rows(folder / "queries.tsv", 2):
        queries[qid], splits[qid] = text, rest[0] if rest else ""
    documents = {docid: text for docid, text, *_ in _rows(folder / "docs.tsv", 2)}
    grades: dict[str, dict[str, float]] = defaultdict(dict)
    for qid, docid, grade, *_ in _rows(folder / "qrels.tsv", 3):
        if qid in queries and docid in documents:
            grades[qid][docid] = float(grade)
    pairs_file = folder / "pairs.tsv"
    rows = list(_rows(pairs_file, 3)) if pairs_file.exists() else []
    pairs = [(r[0], r[1], r[2], r[3] if len(r) > 3 else "") for r in rows]
    return Folder(folder.name, queries, splits, documents, dict(grades), pairs, _is_reranking(folder, grades))


def _rows(path: Path, least: int) -> Iterator[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        next(lines, None)
        for number, line in enumerate(lines, 2):
            cells = line.rstrip("\r\n").split("\t")
            if cells == [""]:
                continue
            if len(cells) < least:
                raise ValueError(f"{path.name}, line {number}: {len(cells)} columns, at least {least} expected")
            yield cells


def _is_reranking(folder: Path, grades: Mapping[str, Grades]) -> bool:
    """A set that says so in its meta.json (note or flag), or whose judgements contain zeros for most queries.

    Judgements that name *wrong* documents are a list of candidates: an answer key has no reason to list what counts 0
    anyway.
    """
    meta = folder / "meta.json"
    described = json.loads(meta.read_text(encoding="utf-8")) if meta.exists() else {}
    if "rerank" in described:
        return bool(described["rerank"])
    with_zero = sum(1 for row in grades.values() if min(row.values(), default=1) <= 0)
    return with_zero * 2 > len(grades)


def ndcg_at_k(ranked: Sequence[str], grades: Grades, k: int = 10) -> float:
    """Discounted gain of the first k with linear gains, as a share of the best possible one (0 to 1)."""
    gain = sum(grades.get(key, 0.0) / math.log2(i + 2) for i, key in enumerate(ranked[:k]))
    best = sum(g / math.log2(i + 2) for i, g in enumerate(sorted(grades.values(), reverse=True)[:k]))
    return gain / best if best > 0 else 0.0


def recall_at_k(ranked: Sequence[str], grades: Grades, k: int, top: float | None = None) -> float:
    """1 if a document of the top grade (default: the best grade given) is among the first k, else 0."""
    top = max(grades.values(), default=0.0) if top is None else top
    return float(any(grades.get(key, 0.0) >= top > 0 for key in ranked[:k]))


def parity_at_k(ours: Sequence[str], theirs: Sequence[str], k: int = 10) -> float:
    """Share of the first k answers that two rankings of the same question, asked in two languages, have in common."""
    if not ours and not theirs:
        return 1.0
    shared = len(set(ours[:k]) & set(theirs[:k]))
    return shared / max(len(ours[:k]), len(theirs[:k]))


def coverage(rankings: Iterable[Sequence[str]], catalogue: Collection[str], k: int = 10) -> float:
    """Share of the catalogue that appears in the first k of at least one ranking."""
    shown = {key for ranked in rankings for key in ranked[:k]}
    return len(shown & set(catalogue)) / len(catalogue) if catalogue else 0.0


def popularity_baseline(rankings: Iterable[Sequence[str]], k: int = 10) -> list[str]:
    """What most rankings show, most frequent first: the list a recommender without taste would give to everyone."""
    shown = Counter(key for ranked in rankings for key in ranked)
    return sorted(shown, key=lambda key: (-shown[key], key))[:k]


def training_pairs(train: Iterable[str | Path], scored: Folder | None = None) -> list[tuple[str, str]]:
    """(zh, en) pairs to learn from: those of split ``train`` where a folder has such a split, else all of them.

    Pairs whose id is a query or document id being scored in that same folder, or whose text is such a query or
    document, are always left out: they are the answers.
    """
    learned: list[tuple[str, str]] = []
    for path in train:
        folder = load_folder(path)
        pairs = [p for p in folder.pairs if p[3] == "train"] or folder.pairs
        if scored is not None:
            same = folder.name == scored.name
            ids = set(scored.queries) if same else set()
            texts = set(scored.queries.values())
            pairs = [p for p in pairs if p[0] not in ids and p[1] not in texts and p[2] not in texts]
        learned.extend((zh, en) for _, zh, en, _ in pairs)
    return learned


def evaluate(
    folder: Folder,
    *,
    split: str | None = None,
    train: Iterable[str | Path] = (),
    lexicon: Lexicon | None = None,
    encoder: Encoder | None = None,
    depth: int = RUN_DEPTH,
    progress: Progress | None = None,
) -> tuple[dict[str, object], list[Row]]:
    """Rank the documents of a folder for its queries with the product's text pipeline and measure the answer.

    Returns (report, run): keys queries, documents, ndcg@10, recall@1, recall@10, seconds, model; the first
    ``depth`` documents of every query (at least ``MEASURED``). Raises ValueError where no query is left to measure.
    """
    started = time.perf_counter()
    asked = _asked(folder, split)
    if not asked:
        where = f" in split {split!r}" if split else ""
        raise ValueError(f"{folder.name}: no judged query{where}")
    scored = Folder(folder.name, {q: folder.queries[q] for q in asked}, {}, {}, {}, [], False)
    bridge = TextBridge(lexicon=lexicon, encoder=encoder)
    bridge.fit(list(folder.documents.values()), training_pairs(train, scored))
    rankings: dict[str, list[str]] = {}
    run: list[Row] = []
    for qid, ranked in _rank(folder, asked, bridge, depth, progress):
        rankings[qid] = [document for document, _ in ranked]
        run.extend(Row(qid, document, i, score) for i, (document, score) in enumerate(ranked, 1))
    tops = {q: max(folder.grades[q].values()) if folder.reranking else folder.top_grade for q in asked}
    report = {
        "queries": len(asked),
        "documents": len(folder.documents),
        "ndcg@10": _mean(ndcg_at_k(rankings[q], folder.grades[q]) for q in asked),
        "recall@1": _mean(recall_at_k(rankings[q], folder.grades[q], 1, tops[q]) for q in asked),
        "recall@10": _mean(recall_at_k(rankings[q], folder.grades[q], 10, tops[q]) for q in asked),
        "seconds": round(time.perf_counter() - started, 2),
        "model": bridge_fingerprint(bridge),
    }
    return report, run


def character_baseline(folder: Folder, *, split: str | None = None) -> dict[str, float]:
    """nDCG@10 and recall@10 of character 2–4-gram TF-IDF: what shared letters and digits alone can find."""
    asked = _asked(folder, split)
    vectors = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4)).fit(folder.documents.values())
    documents = vectors.transform(folder.documents.values())
    scores = (vectors.transform([folder.queries[q] for q in asked]) @ documents.T).toarray()
    keys = list(folder.documents)
    ranked = []
    for qid, row in zip(asked, scores, strict=True):
        order = [keys[i] for i in np.argsort(-row, kind="stable") if row[i] > 0 or folder.reranking]
        ranked.append([d for d in order if d in folder.grades[qid] or (d != qid and not folder.reranking)][:RUN_DEPTH])
    return {
        "ndcg@10": _mean(ndcg_at_k(r, folder.grades[q]) for q, r in zip(asked, ranked, strict=True)),
        "recall@10": _mean(recall_at_k(r, folder.grades[q], 10) for q, r in zip(asked, ranked, strict=True)),
    }


def evaluate_folder(
    path: str | Path,
    *,
    split: str | None = None,
    reverse: bool = False,
    train: Iterable[str | Path] = (),
    limit: int | None = None,
    lexicon: Lexicon | None = None,
    encoder: Encoder | None = None,
    depth: int = RUN_DEPTH,
    progress: Progress | None = None,
) -> tuple[dict[str, object], list[Row]]:
    """Evaluate a folder on disk; ``reverse`` lets documents ask, ``limit`` keeps the first queries only."""
    folder = load_folder(path)
    if reverse:
        folder = folder.reversed()
    if limit is not None:
        kept = [q for q in folder.queries if split is None or folder.splits.get(q) == split][:limit]
        folder = Folder(
            folder.name,
            {q: folder.queries[q] for q in kept},
            folder.splits,
            folder.documents,
            folder.grades,
            folder.pairs,
            folder.reranking,
        )
    return evaluate(folder, split=split, train=train, lexicon=lexicon, encoder=encoder, depth=depth, progress=progress)


def _asked(folder: Folder, split: str | None) -> list[str]:
    chosen = [q for q in folder.queries if q in folder.grades and split in (None, folder.splits.get(q))]
    if folder.reranking:
        return [q for q in chosen if len(set(folder.grades[q].values())) > 1]
    top = folder.top_grade
    return [q for q in chosen if max(folder.grades[q].values()) >= top]


def _rank(
    folder: Folder, asked: Sequence[str], bridge: TextBridge, depth: int, progress: Progress | None
) -> Iterator[tuple[str, list[tuple[str, float]]]]:
    keys = list(folder.documents)
    position = {key: i for i, key in enumerate(keys)}
    documents = bridge.documents([bridge.analyse(text) for text in folder.documents.values()])
    for start in range(0, len(asked), BLOCK):
        block = asked[start : start + BLOCK]
        scores = bridge.scores(bridge.queries([bridge.analyse(folder.queries[q]) for q in block]), documents)
        for qid, row in zip(block, scores, strict=True):
            judged = folder.grades[qid]
            if folder.reranking:
                places = np.array(sorted(position[d] for d in judged))
            else:
                places = np.flatnonzero(row > 0)
                if qid in position and qid not in judged:
                    places = places[places != position[qid]]
            order = places[np.argsort(-row[places], kind="stable")][:depth]
            yield qid, [(keys[i], float(row[i])) for i in order]
        if progress:
            progress(min(start + BLOCK, len(asked)), len(asked))


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return sum(found) / len(found) if found else 0.0
