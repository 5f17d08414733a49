"""How fast the embedded engine answers beside Elasticsearch, on the same documents in the same run.

    python -m benchmarks.search_speed [--documents 10000]

Elasticsearch takes part when ELASTICSEARCH_URL is set. Prints JSON: milliseconds at the median and at 95 of 100, per
engine and kind of query, and the ratios embedded / Elasticsearch. Every query counts all facets of ten groups.
"""

import argparse
import json
import os
import random
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from search.analysis import analyse
from search.engines.base import SearchDocument, SearchQuery
from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.engine import SearchEngine
from search.engines.fts5 import Fts5Engine
from tests.contracts.corpus import EXPANSION, QUERIES, corpus

Timings = dict[str, dict[str, float]]


def documents(count: int) -> Iterator[SearchDocument]:
    """Documents mixed from those of the contract suite: names of one, offers of another, texts of a third."""
    chance = random.Random(7)
    seeds = corpus()
    for number in range(1, count + 1):
        name, offer, text = (chance.choice(seeds) for _ in range(3))
        fields = {key: value for key, value in name.fields.items() if key.startswith("name")}
        fields |= {key: value for key, value in offer.fields.items() if key.startswith("offers")}
        fields |= {"description_zh": text.fields.get("summary_zh", "") * 4, "summary_en": f"Unit {number}"}
        yield replace(offer, id=str(number), fields=fields, sort=replace(name.sort, updated_at=number))


def questions() -> dict[str, list[SearchQuery]]:
    """Queries by kind: own words, both languages with two facets selected, and browsing without words."""
    facets = {"place": ("sg",), "service": ("design", "logistics")}
    return {
        "words": [SearchQuery("company", analyse(query)) for query in QUERIES],
        "both languages, facets": [SearchQuery("company", analyse(query, EXPANSION), facets) for query in QUERIES],
        "browse": [SearchQuery("company", facets=facets, page=page) for page in range(1, 30)],
    }


def percentile(seconds: list[float], share: float) -> float:
    """Milliseconds below which the given share of the timings lies."""
    return round(1000 * sorted(seconds)[int(share * (len(seconds) - 1))], 2)


def measure(engine: SearchEngine, count: int) -> Timings:
    """Build an index of ``count`` documents and time every question once warm."""
    engine.ensure()
    started = time.perf_counter()
    result = engine.write(documents(count))
    assert len(result.written) == count, result.refused or "not all documents were written"
    engine.refresh()
    timings: Timings = {"build": {"seconds": round(time.perf_counter() - started, 2)}}
    for kind, queries in questions().items():
        seconds = []
        for repeat in range(2):
            for query in queries:
                started = time.perf_counter()
                engine.search(query)
                if repeat:
                    seconds.append(time.perf_counter() - started)
        timings[kind] = {"p50": percentile(seconds, 0.5), "p95": percentile(seconds, 0.95)}
    return timings


def main() -> None:
    """Measure what is there and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=10_000)
    count = parser.parse_args().documents
    figures: dict[str, Timings] = {}
    with tempfile.TemporaryDirectory() as folder:
        embedded = Fts5Engine(Path(folder) / "search.sqlite3")
        figures["fts5"] = measure(embedded, count)
        embedded.close()
    if url := os.environ.get("ELASTICSEARCH_URL"):
        server = ElasticsearchEngine(url, prefix=f"bench-{uuid.uuid4().hex[:8]}")
        try:
            figures["elasticsearch"] = measure(server, count)
        finally:
            server.destroy()
            server.close()
        figures["ratio"] = {
            kind: {name: round(value / figures["elasticsearch"][kind][name], 2) for name, value in values.items()}
            for kind, values in figures["fts5"].items()
        }
    sys.stdout.write(json.dumps({"documents": count} | figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
