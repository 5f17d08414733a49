"""The evaluation of the text pipeline on a folder of judged texts (see ``folders``).

What is evaluated is ``TextBridge``, the pipeline of the product.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from .bridge import TextBridge
from .encoding.encoder import Encoder
from .folders import Folder, load_folder, training_pairs
from .lexicon import Lexicon
from .measures import ndcg_at_k, recall_at_k
from .persistence import bridge_fingerprint

RUN_DEPTH = 100
MEASURED = 10
BLOCK = 256

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Row:
    """One line of a run: document at a rank (from 1) for a query."""

    query: str
    document: str
    rank: int
    score: float


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
    asked = asked_queries(folder, split)
    scored = Folder(folder.name, {q: folder.queries[q] for q in asked}, {}, {}, {}, [], False)
    bridge = TextBridge(lexicon=lexicon, encoder=encoder)
    bridge.fit(list(folder.documents.values()), training_pairs(train, scored))
    rankings: dict[str, list[str]] = {}
    run: list[Row] = []
    for qid, ranked in _rank(folder, asked, bridge, depth, progress):
        rankings[qid] = [document for document, _ in ranked]
        run.extend(Row(qid, document, i, score) for i, (document, score) in enumerate(ranked, 1))
    report = {
        **measures(folder, rankings),
        "seconds": round(time.perf_counter() - started, 2),
        "model": bridge_fingerprint(bridge),
    }
    return report, run


def measures(folder: Folder, rankings: Mapping[str, Sequence[str]]) -> dict[str, float]:
    """Size of what was asked and means of nDCG and recall over the rankings, best first, of its queries."""
    grades = folder.grades
    tops = {q: max(grades[q].values()) if folder.reranking else folder.top_grade for q in rankings}
    return {
        "queries": len(rankings),
        "documents": len(folder.documents),
        "ndcg@10": _mean(ndcg_at_k(ranked, grades[q]) for q, ranked in rankings.items()),
        "recall@1": _mean(recall_at_k(ranked, grades[q], 1, tops[q]) for q, ranked in rankings.items()),
        "recall@10": _mean(recall_at_k(ranked, grades[q], 10, tops[q]) for q, ranked in rankings.items()),
    }


def character_baseline(folder: Folder, *, split: str | None = None) -> dict[str, float]:
    """nDCG@10 and recall@10 of character 2–4-gram TF-IDF: what shared letters and digits alone can find."""
    asked = asked_queries(folder, split)
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


def asked_queries(folder: Folder, split: str | None) -> list[str]:
    """The queries of the split that can be measured: with a top answer, or with candidates of unequal grades.

    Raises ValueError where there is none.
    """
    asked = [q for q in folder.queries if q in folder.grades and split in (None, folder.splits.get(q))]
    if folder.reranking:
        asked = [q for q in asked if len(set(folder.grades[q].values())) > 1]
    elif asked:
        top = folder.top_grade
        asked = [q for q in asked if max(folder.grades[q].values()) >= top]
    if not asked:
        where = f" in split {split!r}" if split else ""
        raise ValueError(f"{folder.name}: no judged query{where}")
    return asked


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
