"""Writes to Elasticsearch, in bulk, to every generation there is."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from matchmaking.core.fault_points import reached
from search.documents import checked
from search.engines.answering import answering
from search.engines.base import (
    KINDS,
    EngineUnavailableError,
    Key,
    Kind,
    SearchDocument,
    State,
    WriteResult,
)
from search.engines.elasticsearch_documents import body
from search.engines.elasticsearch_generations import ElasticsearchGenerations, write_alias

logger = logging.getLogger(__name__)
BATCH = 300
Targets = Mapping[tuple[Kind, str], State]
BulkLine = tuple[Key, State, dict[str, Any], dict[str, Any]]
# What says nothing about the document: an index that an operator or a full disk made read-only, and one of another
# shape, before the rebuild that follows an upgrade.
NOT_ITS_FAULT = ("cluster_block_exception", "strict_dynamic_mapping_exception")


class ElasticsearchWriting(ElasticsearchGenerations):
    """The part of the engine that writes and forgets documents."""

    def targets(self) -> frozenset[str]:
        """See ``SearchEngine.targets``."""
        with answering():
            return frozenset(f"{self.name}:{generation}" for _, generation in self._states())

    def write(
        self, documents: Iterable[SearchDocument], *, seen: frozenset[str] | None = None, only: str | None = None
    ) -> WriteResult:
        """Write in bulk to all generations, or to one; Elasticsearch itself compares versions (``external_gte``)."""
        outcomes: dict[str, dict[Key, str]] = {"written": {}, "stale": {}, "retry": {}, "refused": {}}
        for accepted in checked(documents, BATCH, outcomes["refused"]):
            for key, (kind, reason) in self._write_batch(accepted, seen, only).items():
                outcomes[kind][key] = reason
        names = ("written", "stale", "retry")
        written, stale, retry = (tuple(outcomes[name]) for name in names)
        return WriteResult(written, stale, retry, outcomes["refused"])

    def _write_batch(
        self, documents: list[SearchDocument], seen: frozenset[str] | None, only: str | None
    ) -> dict[Key, tuple[str, str]]:
        """(outcome, reason) by key. What is not known to be done is to be retried."""
        became = {document.key: ("retry", "") for document in documents}
        if not documents:
            return became
        try:
            with answering():
                targets = self._states()
                if self._unseen(seen, targets):
                    return became
                if only is not None:
                    targets = {target: state for target, state in targets.items() if target[1] == only}
                answers = self._write_in_turn(documents, targets)
                reached("N1", EngineUnavailableError)
                if seen is not None and self._unseen(seen, self._states()):
                    return became
        except EngineUnavailableError as error:
            logger.warning("bulk write of %d documents is to be retried: %s", len(documents), error)
            return became
        found: dict[Key, list[tuple[str, str]]] = {}
        for (key, state, _, _), item in answers:
            result = outcome_of(item["index"])
            # The way back may be of an older shape that cannot take the document.
            if state is not State.RETIRED or result[0] in ("written", "stale"):
                found.setdefault(key, []).append(result)
        # One generation that could not be written is enough for another try.
        for key, results in found.items():
            became[key] = min(results, key=lambda result: ("retry", "refused", "written", "stale").index(result[0]))
        return became

    def _write_in_turn(self, documents: list[SearchDocument], targets: Targets) -> list[tuple[BulkLine, Any]]:
        """Write the generation that is searched last: what a reader has seen, the next one to be searched shows too.

        What is written before :meth:`switch` names that one is among what the switch makes visible; what is written
        afterwards is made visible here, before the generation that is searched hears of it.
        """
        searched = {target: state for target, state in targets.items() if state is State.LIVE}
        aside = {target: state for target, state in targets.items() if state is not State.LIVE}
        answers = self._bulk(documents, aside)
        if answers and searched:
            self._client.indices.refresh(index=[self._next(kind) for kind in KINDS], ignore_unavailable=True)
        return answers + self._bulk(documents, searched)

    def _bulk(self, documents: list[SearchDocument], targets: Targets) -> list[tuple[BulkLine, Any]]:
        lines = [line for document in documents for line in self._lines(document, targets)]
        operations = [part for _, _, action, source in lines for part in (action, source)]
        items = self._client.bulk(operations=operations)["items"] if operations else []
        return list(zip(lines, items, strict=True))

    def _unseen(self, seen: frozenset[str] | None, states: Targets) -> bool:
        return seen is not None and any(f"{self.name}:{generation}" not in seen for _, generation in states)

    def _lines(self, document: SearchDocument, targets: Targets) -> Iterator[BulkLine]:
        for (kind, generation), state in targets.items():
            if kind == document.kind:
                source = body(document, self._fields(kind, generation))
                action = {
                    "_index": write_alias(self._index(kind, generation)),
                    "_id": document.id,
                    "version": document.version,
                    "version_type": "external_gte",
                    "require_alias": True,
                }
                yield document.key, state, {"index": action}, source

    def refresh(self) -> None:
        """See ``SearchEngine.refresh``."""
        with answering():
            self._client.indices.refresh(index=self._patterns())

    def purge(self, kind: Kind, ids: Iterable[str]) -> None:
        """See ``SearchEngine.purge``."""
        with answering():
            query = {"bool": {"filter": [{"terms": {"id": list(ids)}}, {"term": {"visible": False}}]}}
            indices = f"{self._live(kind)}-*"
            self._client.delete_by_query(index=indices, query=query, conflicts="proceed", refresh=True)


def outcome_of(item: dict[str, Any]) -> tuple[str, str]:
    """What became of one document of a bulk, as (outcome, reason)."""
    status = item["status"]
    if status < 300:
        return "written", ""
    if status == 409:
        return "stale", ""
    # The reason names the type of the failure; it never quotes what a field held.
    reason = str(item.get("error", {}).get("type", status))
    if status in (404, 408, 429) or status >= 500 or reason in NOT_ITS_FAULT:
        return "retry", ""
    return "refused", reason
