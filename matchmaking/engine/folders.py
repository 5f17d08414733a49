"""Folders of judged texts on disk: what is asked, what may answer, who answered well, and what may be learned from.

A folder holds ``queries.tsv`` (qid, text, split), ``docs.tsv`` (docid, text, extra), ``qrels.tsv`` (qid, docid, grade),
perhaps ``pairs.tsv`` (id, zh, en, split) and ``meta.json``: tab-separated UTF-8 with one header line, no quoting.
``extra`` is a label and never read as a feature.
"""

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .measures import Grades


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
    """Read a folder. Raises FileNotFoundError for a missing file and ValueError with file and place for a bad row."""
    folder = Path(path)
    queries, splits = {}, {}
    for qid, text, *rest in _rows(folder / "queries.tsv", 2):
        queries[qid], splits[qid] = text, rest[0] if rest else ""
    documents = {docid: text for docid, text, *_ in _rows(folder / "docs.tsv", 2)}
    grades: dict[str, dict[str, float]] = defaultdict(dict)
    for qid, docid, grade, *_ in _rows(folder / "qrels.tsv", 3):
        if qid in queries and docid in documents:
            grades[qid][docid] = _grade(grade, f"qrels.tsv, {qid} and {docid}")
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


def _grade(cell: str, place: str) -> float:
    try:
        grade = float(cell)
    except ValueError:
        grade = math.nan
    if not math.isfinite(grade):
        raise ValueError(f"{place}: {cell!r} is no grade")
    return grade


def _is_reranking(folder: Path, grades: Mapping[str, Grades]) -> bool:
    """A set that says so in its meta.json (note or flag), or whose judgements contain zeros for most queries.

    Judgements that name *wrong* documents are a list of candidates: an answer key has no reason to list what counts 0
    anyway.
    """
    described = _described(folder / "meta.json")
    if "rerank" in described:
        return bool(described["rerank"])
    with_zero = sum(1 for row in grades.values() if min(row.values(), default=1) <= 0)
    return with_zero * 2 > len(grades)


def _described(meta: Path) -> dict[str, Any]:
    try:
        described = json.loads(meta.read_text(encoding="utf-8")) if meta.exists() else {}
    except json.JSONDecodeError as error:
        raise ValueError(f"{meta.name}: {error}") from error
    if not isinstance(described, dict):
        raise ValueError(f"{meta.name}: not an object")
    return described


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
