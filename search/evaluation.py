"""How well search answers judged queries: the pipeline of the product on an index of its own, on either engine.

The measures are those of the recommender's evaluation (``matchmaking.engine.evaluation``), so the figures compare.
"""

import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from matchmaking.engine.bridge import TextBridge
from matchmaking.engine.encoding.encoder import Encoder
from matchmaking.engine.evaluation import MEASURED, RUN_DEPTH, Row, asked_queries, measures
from matchmaking.engine.folders import Folder, load_folder
from matchmaking.engine.text import has_han
from search.analysis import Expansion
from search.asking import ask, headed
from search.documents import company_document
from search.engines.base import DEEPEST_HIT, LARGEST_PAGE, EngineUnavailableError, SearchDocument, SearchQuery, Space
from search.engines.engine import SearchEngine
from search.engines.fts5 import Fts5Engine
from search.reading import TextReader

Progress = Callable[[int, int], None]
# The group that names, for each document, the queries it is a candidate of, where a set judges candidates only.
CANDIDATES = "role"


@contextmanager
def own_index(name: str, url: str, space: Space) -> Iterator[SearchEngine]:
    """An empty index of an engine (``fts5`` or ``elasticsearch``) that is gone afterwards; never the living one."""
    with tempfile.TemporaryDirectory() as folder:
        engine: SearchEngine
        if name == "fts5":
            engine = Fts5Engine(Path(folder) / "search.sqlite3")
            drop = engine.close
        else:
            from search.engines.elasticsearch import ElasticsearchEngine

            engine = ElasticsearchEngine(url, prefix=f"evaluation-{uuid.uuid4().hex[:12]}")
            drop = engine.destroy
        try:
            engine.create("measured", space)
            engine.switch("measured")
            yield engine
        finally:
            drop()
            engine.close()


def reader_of(texts: Sequence[str], encoder: Encoder) -> TextReader | None:
    """The reader that a training on these texts gives; None without an encoder."""
    return TextReader(TextBridge(encoder=encoder).fit(texts)) if encoder.dimensions else None


def documents_of(folder: Folder) -> list[SearchDocument]:
    """The texts of a folder as the summaries of companies, in the language they are in."""
    asking: dict[str, list[str]] = {}
    for query, row in folder.grades.items() if folder.reranking else ():
        for document in row:
            asking.setdefault(document, []).append(query)
    return [
        company_document({
            "id": docid, "version": 1, f"summary_{'zh' if has_han(text) else 'en'}": text,
            CANDIDATES: asking.get(docid, ()),
        })
        for docid, text in folder.documents.items()
    ]  # fmt: skip


def fill(engine: SearchEngine, documents: Sequence[SearchDocument], reader: TextReader | None) -> None:
    """Write all documents. Raises ``EngineUnavailableError`` where the engine does not take them, ValueError for one
    that no index takes.
    """
    result = engine.write(reader.documents(documents) if reader else documents)
    if result.refused:
        raise ValueError(next(iter(result.refused.values())))
    if result.retry:
        raise EngineUnavailableError(f"{engine.name} did not take {len(result.retry)} documents")
    engine.refresh()


def ranking(
    engine: SearchEngine, typed: str, depth: int, expansion: Expansion, reader: TextReader | None, query: SearchQuery
) -> list[tuple[str, float]]:
    """The first ``depth`` ids of the answer to what was typed, as the product gives it, with falling scores."""
    asked = ask(typed, expansion, reader)
    first = headed(engine, replace(query, text=asked.text), asked.read)
    found: list[str] = []
    size = min(LARGEST_PAGE, depth)
    for page in range(1, min(depth, DEEPEST_HIT) // size + 1):
        hits = engine.search(replace(first, page=page, size=size)).hits
        found += [hit.id for hit in hits]
        if len(hits) < size:
            break
    return [(id, 1 / place) for place, id in enumerate(found, 1)]


def evaluate(
    path: Path,
    *,
    engine_name: str,
    url: str,
    encoder: Encoder,
    expansion: Callable[[], Expansion],
    split: str | None = None,
    depth: int = RUN_DEPTH,
    progress: Progress | None = None,
) -> tuple[dict[str, object], list[Row]]:
    """Ask the queries of a folder and measure the answers.

    Returns (report, run): keys queries, documents, ndcg@10, recall@1, recall@10, seconds, engine. Raises what
    ``load_folder`` raises, ValueError where no query is left, ``EngineUnavailableError``.
    """
    started = time.perf_counter()
    folder = load_folder(path)
    asked = asked_queries(folder, split)
    reader = reader_of(list(folder.documents.values()), encoder)
    run: list[Row] = []
    rankings: dict[str, list[str]] = {}
    with own_index(engine_name, url, reader.space if reader else Space()) as engine:
        fill(engine, documents_of(folder), reader)
        for done, qid in enumerate(asked, 1):
            ranked = _ranked(engine, folder, qid, max(depth, MEASURED), expansion(), reader)
            rankings[qid] = [document for document, _ in ranked]
            run.extend(Row(qid, document, rank, score) for rank, (document, score) in enumerate(ranked, 1))
            if progress:
                progress(done, len(asked))
    seconds = round(time.perf_counter() - started, 2)
    return {**measures(folder, rankings), "seconds": seconds, "engine": engine_name}, run


def _ranked(
    engine: SearchEngine, folder: Folder, qid: str, depth: int, expansion: Expansion, reader: TextReader | None
) -> list[tuple[str, float]]:
    judged = folder.grades[qid]
    filters = {CANDIDATES: (qid,)} if folder.reranking else {}
    query = SearchQuery("company", filters=filters)
    # One more: a document that is the query itself does not count, unless it was judged.
    found = ranking(engine, folder.queries[qid], depth + 1, expansion, reader, query)
    if not folder.reranking:
        return [(id, score) for id, score in found if id != qid or id in judged][:depth]
    present = {id for id, _ in found}
    return [*found, *((id, 0.0) for id in folder.documents if id in judged and id not in present)][:depth]
