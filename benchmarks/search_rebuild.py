# ruff: noqa: T201
"""How fast the index is rebuilt from the database, beside a bare bulk load of the same finished documents.

    python -m benchmarks.search_rebuild [--firms 5000] [--engine fts5|elasticsearch] [--rounds 3]

Elasticsearch is the server at ELASTICSEARCH_URL. Two rivals, both into one empty generation: documents that lie ready
in memory, through the engine's own bulk write, which takes their texts apart; and rows or bodies that lie ready with
their tokens, which is what nobody can be quicker than. All are timed in turn, in processor time as well.
"""

import argparse
import os
import resource
import time
from statistics import median
from typing import Any

from benchmarks.goals import Goals
from benchmarks.made_rows import fill, own_site

BITE = 1000


def memory() -> int:
    """Megabytes that this process holds now."""
    with open("/proc/self/statm") as stream:
        return int(stream.read().split()[1]) * resource.getpagesize() // 1_000_000


def timed(work: Any) -> tuple[float, float]:
    """(wall, processor) seconds of one call."""
    wall, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - processor


def finished_documents() -> list[Any]:
    """All documents of the database, as the rebuild writes them."""
    from search.indexing import all_of, company_batches, documents_of

    return [document for batch in company_batches() for document in documents_of(all_of(batch))]


def bare_load(engine: Any, documents: list[Any]) -> None:
    """Write into one empty generation."""
    from search.indexing import BATCH

    for start in range(0, len(documents), BATCH):
        engine.write(documents[start : start + BATCH])
    engine.refresh()


def ready_load(engine: Any, documents: list[Any]) -> Any:
    """What loads finished rows, or bodies, in large bites; made here, timed by the caller."""
    if engine.name == "fts5":
        from search.engines.fts5_documents import Prepared, put_all

        rows = [Prepared(document) for document in documents]

        def load() -> None:
            for start in range(0, len(rows), BITE):
                with engine._store.writing() as connection:
                    put_all(connection, rows[start : start + BITE], "first")

        return load
    from elasticsearch import helpers

    from search.engines.elasticsearch_documents import body

    fields = {kind: engine._fields(kind, "first") for kind in ("company", "need", "match")}
    bodies = [
        {"_index": engine._index(one.kind, "first"), "_id": one.id, **body(one, fields[one.kind])} for one in documents
    ]
    return lambda: helpers.bulk(engine._client, bodies, chunk_size=BITE, refresh=True)


def measure(engine: Any, goals: Goals, rounds: int) -> None:
    """Rebuild and bare load in turn."""
    from benchmarks.made_rows import bare_engine
    from search.rebuilding import rebuild

    documents = finished_documents()
    rebuilt, bare, ready, held = [], [], [], []
    rebuild(engine)
    for _ in range(rounds):
        before = memory()
        rebuilt.append(timed(lambda: rebuild(engine)))
        held.append(memory() - before)
        with bare_engine(engine) as empty:
            bare.append(timed(lambda empty=empty: bare_load(empty, documents)))
        with bare_engine(engine) as empty:
            ready.append(timed(ready_load(empty, documents)))
    wall, processor = (median(times[kind] for times in rebuilt) for kind in (0, 1))
    bare_wall, bare_processor = (median(times[kind] for times in bare) for kind in (0, 1))
    ready_wall = median(wall for wall, _ in ready)
    goals.note(f"{engine.name}: documents", f"{len(documents):,}")
    goals.note(f"{engine.name}: bare load of ready rows", f"{len(documents) / ready_wall:,.0f}/s")
    goals.note(f"{engine.name}: bulk write of ready documents", f"{len(documents) / bare_wall:,.0f}/s")
    goals.note(f"{engine.name}: rebuild", f"{len(documents) / wall:,.0f}/s")
    goals.at_least(f"{engine.name}: rebuild / bare load of ready rows, by the clock", ready_wall / wall, 0.7)
    goals.at_least(f"{engine.name}: rebuild / bulk write of ready documents, by the clock", bare_wall / wall, 0.7)
    goals.note(f"{engine.name}: the same in processor time of this process", f"{bare_processor / processor:.2f}")
    goals.at_most(f"{engine.name}: memory after a rebuild beyond that before", max(held), 100, "MB")


def main() -> None:
    """Print every figure beside its goal."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--firms", type=int, default=5000)
    parser.add_argument("--engine", choices=("fts5", "elasticsearch"), default="fts5")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    goals = Goals()
    with own_site(os.environ.get("ELASTICSEARCH_URL", "") if options.engine == "elasticsearch" else ""):
        fill(options.firms)
        from search.index import single_engines

        [engine] = [one for one in single_engines() if one.name == options.engine]
        print(f"rebuild of {options.firms:,} firms")
        measure(engine, goals, options.rounds)
    goals.close()


if __name__ == "__main__":
    main()
