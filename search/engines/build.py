"""Chooses the engine for a deployment."""

from pathlib import Path

from search.engines.engine import SearchEngine
from search.engines.fallback import FallbackEngine
from search.engines.fts5 import Fts5Engine


def build_engine(path: str | Path, elasticsearch_url: str = "", prefix: str = "yuxin") -> SearchEngine:
    """The embedded engine on the file at ``path``, or Elasticsearch at the URL with the embedded one behind it.

    Connects to nothing yet; keep the engine for the life of the process. Call ``ensure`` once before writing.
    """
    embedded = Fts5Engine(path)
    if not elasticsearch_url:
        return embedded
    # The client takes a third of a second to import: only those who use it pay.
    from search.engines.elasticsearch import ElasticsearchEngine

    return FallbackEngine(ElasticsearchEngine(elasticsearch_url, prefix), embedded)
