"""The judged queries put to the search page over the directory in the database, and what it shows measured."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils import translation

from matchmaking.demo.judging.keys import Keys
from matchmaking.demo.judging.queries import ANSWERED, READERS, UNANSWERED, JudgedQuery
from matchmaking.engine.evaluation import MEASURED, Row, measures
from matchmaking.engine.folders import Folder
from matchmaking.matches.models import ModelVersion
from search.meaning import reader
from search.queries import Found
from search.site_evaluation import Way, directory_index, shown

MEASURES = ("queries", "ndcg@10", "recall@1", "recall@10")
Progress = Callable[[int, int], None]
Answers = Mapping[str, list[Found]]


def find(
    judged: Sequence[JudgedQuery], *, engine: str, url: str, way: Way, depth: int, progress: Progress | None = None
) -> tuple[dict[str, Any], list[Row]]:
    """Ask every query as a reader who is not signed in, in the reader's language.

    Returns (report, run): measures in all and by kind, and what was shown by key of the company. Raises LookupError
    where a judged company is not in the database, ``EngineUnavailableError``.
    """
    started = time.perf_counter()
    keys = Keys()
    if not len(keys):
        raise LookupError("there is no demonstration directory here: run manage.py seed_demo first")
    for key in {key for one in judged for key in one.grades}:
        keys.company(key)
    answers: dict[str, list[Found]] = {}
    with directory_index(engine, url, way) as documents:
        for done, one in enumerate(judged, 1):
            with translation.override(READERS[one.reader]):
                answers[one.text] = shown(one.text, max(depth, MEASURED), way)
            if progress:
                progress(done, len(judged))
    rankings = {text: [keys.name(one.row.pk) for one in found] for text, found in answers.items()}
    report = {
        **_measures(judged, rankings), "documents": documents, "seconds": round(time.perf_counter() - started, 2),
        "engine": engine, "by": way.value, "model": _model(way), "kinds": _kinds(judged, rankings),
        UNANSWERED: _unanswered(judged, answers),
    }  # fmt: skip
    rows = [Row(q, key, rank, 1 / rank) for q, ranked in rankings.items() for rank, key in enumerate(ranked, 1)]
    return report, rows


def _kinds(judged: Sequence[JudgedQuery], rankings: Mapping[str, Sequence[str]]) -> dict[str, dict[str, float]]:
    kinds = {kind: [one for one in judged if one.kind == kind] for kind in ANSWERED}
    return {kind: _measures(some, rankings) for kind, some in kinds.items() if some}


def _measures(judged: Sequence[JudgedQuery], rankings: Mapping[str, Sequence[str]]) -> dict[str, float]:
    """Means over the queries that somebody answers."""
    grades = {one.text: {key: float(grade) for key, grade in one.grades.items()} for one in judged if one.grades}
    folder = Folder("queries", {text: text for text in grades}, {}, {}, grades, [], reranking=False)
    found = measures(folder, {text: rankings[text] for text in grades})
    return {name: found[name] for name in MEASURES}


def _unanswered(judged: Sequence[JudgedQuery], answers: Answers) -> dict[str, int]:
    """Of the queries that nobody answers: how many show nothing, only what is close in meaning, or finds by words.

    And how many companies these show together.
    """
    asked = [answers[one.text] for one in judged if one.kind == UNANSWERED]
    nothing = sum(not found for found in asked)
    near = sum(bool(found) and all(one.near for one in found) for found in asked)
    words, together = len(asked) - nothing - near, sum(map(len, asked))
    return {"queries": len(asked), "nothing": nothing, "near": near, "words": words, "shown": together}


def _model(way: Way) -> str:
    """The model that had a say; none where words decided alone."""
    if way is not Way.ALL or reader() is None:
        return ""
    return ModelVersion.objects.filter(active=True).values_list("fingerprint", flat=True).first() or ""
