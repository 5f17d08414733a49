"""What somebody would write by hand to find 20 companies with marks and five facets, on the tables that are there.

The same words in the same wordings as the site looks for, ranked by the engine's own BM25, marked by its own function,
and the nearest vectors beside them where the site looks for meaning too. No check against the database, no fusion.
"""

from typing import Any

import numpy as np

FACETS = ("alliance", "service", "sector", "place", "language")
NEAREST = 100


class BareFts5:
    """Two statements on the file of the embedded engine, and one product over vectors that lie in memory."""

    def __init__(self, engine: Any) -> None:
        from search.engines.fts5_store import live_table

        self.store = engine._store
        with self.store.reading() as connection:
            self.table = live_table(connection, "company")
            rows = connection.execute(f"SELECT doc, vector FROM {self.table}_vector ORDER BY doc").fetchall()
        self.docs = np.array([doc for doc, _ in rows])
        self.vectors = np.stack([np.frombuffer(vector, np.float16) for _, vector in rows]).astype(np.float32)

    def __call__(self, analysed: Any, facets: dict[str, tuple[str, ...]], vector: Any = None) -> int:
        """Ask once; returns how many were found."""
        from search.engines.fts5_query import match_expression

        t, words = self.table, match_expression(analysed.concepts, "all")
        chosen = "".join(
            f" AND EXISTS (SELECT 1 FROM {t}_keyword k WHERE k.doc = f.rowid AND k.grp = ? AND k.value IN ("
            + ", ".join("?" * len(values)) + "))" for values in facets.values()
        )  # fmt: skip
        values = [part for group, chosen_values in facets.items() for part in (group, *chosen_values)]
        with self.store.reading() as connection:
            found = connection.execute(
                f"SELECT d.id, d.name_zh, highlight({t}_text, 1, '<mark>', '</mark>'), "
                f"highlight({t}_text, 2, '<mark>', '</mark>') FROM {t}_text f JOIN {t} d ON d.doc = f.rowid "
                f"WHERE {t}_text MATCH ? AND rank MATCH 'bm25(100.0, 10.0, 1.0)'{chosen} ORDER BY rank LIMIT 20",
                (words, *values),
            ).fetchall()
            marks = ", ".join("?" * len(FACETS))
            connection.execute(
                f"SELECT k.grp, k.value, count(*) FROM {t}_text f JOIN {t}_keyword k ON k.doc = f.rowid "
                f"WHERE {t}_text MATCH ? AND k.grp IN ({marks}){chosen.replace(' k ', ' c ').replace('k.', 'c.')} "
                "GROUP BY k.grp, k.value",
                (words, *FACETS, *values),
            ).fetchall()
        if vector is not None:
            scores = self.vectors @ vector
            near = self.docs[np.argpartition(-scores, NEAREST)[:NEAREST]]
            with self.store.reading() as connection:
                connection.execute(
                    f"SELECT id FROM {t} WHERE doc IN ({', '.join('?' * len(near))})", near.tolist()
                ).fetchall()
        return len(found)


class BareElasticsearch:
    """One request with query, five terms aggregations and the server's own highlighter; kNN in the same request."""

    def __init__(self, engine: Any) -> None:
        self.client, self.index = engine._searching, engine._live("company")
        [made] = self.client.indices.get_mapping(index=self.index).body.values()
        [self.space] = made["mappings"]["properties"]["meaning"]["properties"]

    def __call__(self, analysed: Any, facets: dict[str, tuple[str, ...]], vector: Any = None) -> int:
        """Ask once; returns how many were found."""
        chosen = [{"terms": {f"keywords.{group}": list(values)}} for group, values in facets.items()]
        shown = {"term": {"visible": True}}
        request: dict[str, Any] = {
            "query": {"bool": {"must": [_concept(one) for one in analysed.concepts], "filter": [shown, *chosen]}},
            "aggs": {group: {"terms": {"field": f"keywords.{group}", "size": 50}} for group in FACETS},
            "highlight": {"fields": {"offer": {}, "text": {}}},
            "size": 20, "source": ["fields"], "track_total_hits": True,
        }  # fmt: skip
        if vector is not None:
            request["knn"] = {
                "field": f"meaning.{self.space}", "query_vector": vector.tolist(), "k": NEAREST, "num_candidates": 400,
                "filter": [shown, *chosen],
            }  # fmt: skip
        return len(self.client.search(index=self.index, **request)["hits"]["hits"])


def _concept(concept: Any) -> dict[str, Any]:
    """One thing that is asked for, in any of its wordings."""
    wordings = [{"bool": {"must": [_term(term) for term in wording.terms]}} for wording in concept.alternatives]
    return {"bool": {"should": wordings, "minimum_should_match": 1}}


def _term(term: Any) -> dict[str, Any]:
    kind = "phrase_prefix" if term.prefix else "phrase"
    fields = ["name^100", "offer^10", "text"]
    return {"multi_match": {"query": " ".join(term.tokens), "type": kind, "fields": fields}}
