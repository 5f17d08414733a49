"""An index of neighbours on an Elasticsearch server: candidates for directories whose vectors do not fit in memory.

The server keeps the vectors and finds approximate neighbours that pass the gates; their exact order is put right
afterwards from the file of vectors (``matchmaking.engine.dense.reranking``). It is a projection like all of search:
built anew beside the living one, switched by an alias, and never the judge of who may see what.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from elasticsearch import Elasticsearch, helpers
from numpy.typing import NDArray

from matchmaking.engine.dense.gates import Conditions
from search.engines.answering import answering
from search.engines.base import GENERATION_NAME, EngineUnavailableError
from search.nearness import (
    NEEDED,
    SETTINGS,
    Footprint,
    Nearest,
    Shown,
    checked,
    gate_filter,
    hits,
    mapping,
    products,
    request,
    versioned,
    write_alias,
)

SECONDS, MERGING = 60.0, 6 * 3600.0
BATCH = 500
ASKED = 32
MOST_EXPLORED = 10_000  # Elasticsearch's own limit


class NeighbourIndex:
    """Generations of ``<prefix>-neighbours``; every method may raise ``EngineUnavailableError``."""

    def __init__(self, url: str, prefix: str = "yuxin") -> None:
        self._live = f"{prefix}-neighbours"
        self._client = Elasticsearch(url, request_timeout=SECONDS, max_retries=0, retry_on_timeout=False)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _index(self, generation: str) -> str:
        if not GENERATION_NAME.fullmatch(generation):
            raise ValueError(f"a generation is named by a-z, 0-9 and _, not {generation!r}")
        return f"{self._live}-{generation}"

    # --- Generations ---

    def create(self, generation: str) -> None:
        """Make an empty generation; nothing happens if it exists. Raises ValueError for a name that is none."""
        index = self._index(generation)
        with answering():
            if not self._client.indices.exists(index=index):
                aliases: dict[str, Any] = {write_alias(index): {}}
                self._client.indices.create(index=index, mappings=mapping(), settings=SETTINGS, aliases=aliases)

    def switch(self, generation: str) -> None:
        """Ask this generation from now on, in one step; the one before stays for a way back until it is dropped.

        Raises LookupError for an unknown generation.
        """
        index = self._index(generation)
        with answering():
            if not self._client.indices.exists(index=index):
                raise LookupError(generation)
            self._client.indices.put_settings(index=index, settings={"refresh_interval": None})
            self._client.indices.refresh(index=index)
            retired = {"remove": {"index": f"{self._live}-*", "alias": self._live, "must_exist": False}}
            self._client.indices.update_aliases(actions=[retired, {"add": {"index": index, "alias": self._live}}])

    def drop(self, generation: str) -> None:
        """Delete a generation; ValueError if it is live, nothing happens if there is none."""
        index = self._index(generation)
        with answering():
            if self._client.indices.exists_alias(index=index, name=self._live):
                raise ValueError(f"generation {generation} is live")
            self._client.indices.delete(index=index, ignore_unavailable=True)

    def generations(self) -> dict[str, bool]:
        """Names of all generations, and whether each is the living one."""
        with answering():
            found = self._client.indices.get_alias(index=f"{self._live}-*").body
        start = f"{self._live}-"
        return {index.removeprefix(start): self._live in found[index]["aliases"] for index in sorted(found)}

    # --- Writing ---

    def fill(self, shown: Iterable[Shown], generation: str | None = None) -> int:
        """Write profiles to one generation, or to all; returns how many were given.

        They are taken from the iterable a batch at a time and never held all at once. A profile that the index knows in
        a newer version stays as it is. Raises ValueError for a row that is none; what was written before stays.
        """
        targets = self._targets(generation)
        given = 0

        def actions() -> Iterator[dict[str, Any]]:
            nonlocal given
            for profile in shown:
                given += 1
                for target in targets:
                    yield profile.action(target)

        self._write(actions())
        return given

    def delete(self, versions: Mapping[int, int]) -> None:
        """Forget profiles in all generations: their numbers, and the versions in which they are gone."""
        targets = self._targets(None)
        heads = (
            versioned("delete", target, number, version) for number, version in versions.items() for target in targets
        )
        self._write(heads)

    def refresh(self) -> None:
        """Make all writes so far visible."""
        with answering():
            self._client.indices.refresh(index=f"{self._live}-*")

    def merge(self) -> None:
        """Put the graphs of the living generation into one; takes about as long as to fill it.

        Elasticsearch merges of itself as profiles change, so what is asked must be true enough for one graph.
        """
        with answering():
            self._client.options(request_timeout=MERGING).indices.forcemerge(index=self._live, max_num_segments=1)
            self._client.indices.refresh(index=self._live)

    def _targets(self, generation: str | None) -> list[str]:
        names = self.generations() if generation is None else [generation]
        return [write_alias(self._index(name)) for name in names]

    def _write(self, actions: Iterator[dict[str, Any]]) -> None:
        # A busy server is asked again; a newer version (409) and nothing to delete (404) are as good as done.
        options: dict[str, Any] = {"chunk_size": BATCH, "max_retries": 3, "initial_backoff": 1}
        options |= {"raise_on_error": False, "yield_ok": False, "require_alias": True}
        with answering():
            for done, item in helpers.streaming_bulk(self._client, actions, **options):
                [(kind, outcome)] = item.items()
                status = outcome["status"]
                if not (done or status == 409 or (kind == "delete" and outcome.get("result") == "not_found")):
                    raise EngineUnavailableError(f"Elasticsearch answered {status} to a profile")

    # --- Asking ---

    def candidates(
        self, vectors: NDArray[np.floating], pool: int, *, explored: int = 0, gates: Conditions | None = None
    ) -> Nearest:
        """The ``pool`` approximately nearest that pass the gates, for each of many profiles.

        ``vectors``: (profiles, 256), what each needs, then what it offers. ``explored``: how many the server looks at
        for each in each of its graphs, at least ``pool``; the more, the truer and the slower. ``gates``: what each
        insists on and holds; the server heeds them as it searches, so that no place of the pool goes to a broken pair.

        Raises ValueError for vectors that are none, a pool out of reach, or gates of other profiles.
        """
        rows, explored = checked(vectors), max(explored, pool)
        if not 1 <= pool <= explored <= MOST_EXPLORED:
            raise ValueError(f"pool {pool}, explored {explored}: from 1 to {MOST_EXPLORED}")
        if gates is not None and len(gates.holds) != len(rows):
            raise ValueError(f"gates of {len(gates.holds)} profiles, vectors of {len(rows)}")
        found = Nearest(np.full((len(rows), pool), -1, np.int32), np.full((len(rows), pool), -np.inf, np.float32))
        for start in range(0, len(rows), ASKED):
            batch = range(start, min(start + ASKED, len(rows)))
            bodies = [request(rows[row], pool, explored, gate_filter(gates, row)) for row in batch]
            for row, near in zip(batch, self._ask(bodies), strict=True):
                found.numbers[row, : len(near)] = [hit["fields"]["number"][0] for hit in near]
                found.scores[row, : len(near)] = products(np.array([hit["_score"] for hit in near], np.float64))
        return found

    def _ask(self, bodies: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
        """The hits of each request, in one round trip."""
        searches: list[dict[str, Any]] = [part for body in bodies for part in ({}, body)]
        with answering():
            responses = self._client.msearch(index=self._live, searches=searches, filter_path=NEEDED)["responses"]
        return [hits(response) for response in responses]

    def footprint(self) -> Footprint:
        """What the living index takes."""
        with answering():
            total = self._client.indices.stats(index=self._live, metric=["docs", "store", "segments"])["_all"][
                "primaries"
            ]
        return Footprint(total["docs"]["count"], total["store"]["size_in_bytes"], total["segments"]["count"])

    def destroy(self) -> None:
        """Delete every generation, the living one too."""
        with answering():
            if indices := list(self._client.indices.get_alias(index=f"{self._live}-*").body):
                self._client.indices.delete(index=indices, ignore_unavailable=True)
