"""A large index of made-up companies that lie in a database too: for timing the search of the site.

Sentence vectors are drawn by chance around centres, as many numbers as the encoder gives; words are those of the texts.
Encoding a text takes ten milliseconds, and how long a search takes does not depend on what a vector means.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.made_rows import fill

SCATTER = 0.9
CENTRES = 300
LEARNED_FROM = 300


class MadeMeaning:
    """A reader of queries that learned from some of the documents, and vectors for all of them."""

    def __init__(self) -> None:
        from matchmaking.matches.encoders import product_encoder
        from search.documents import SCHEMAS
        from search.evaluation import reader_of
        from search.indexing import company_batches

        first = _documents(next(iter(company_batches())))[:LEARNED_FROM]
        learned = [SCHEMAS["company"].telling(one) for one in first]
        reader = reader_of(learned, product_encoder())
        if reader is None:
            raise SystemExit("no encoder is installed: see the README")
        self.reader = reader
        self._chance = np.random.default_rng(7)
        self._centres = self._chance.standard_normal((CENTRES, reader.space.dimensions)).astype(np.float32)

    def told(self, documents: list[Any]) -> list[Any]:
        """Documents with words of their own and vectors by chance."""
        from search.documents import SCHEMAS
        from search.reading import packed

        rows = self._centres[self._chance.integers(CENTRES, size=len(documents))]
        rows = rows + SCATTER * self._chance.standard_normal(rows.shape, dtype=np.float32)
        vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float16)
        bridge, space = self.reader.bridge, self.reader.space.name
        return [
            replace(one, space=space, vector=vector.tobytes(),
                    words=one.words or packed(bridge.analyse(SCHEMAS["company"].telling(one))))
            for one, vector in zip(documents, vectors, strict=True)
        ]  # fmt: skip


def prepared(folder: Path, engine: Any, firms: int, distinct: int) -> "MadeMeaning":
    """Fill database and index of a site once; what another run left there is used again."""
    from directory.models import Company

    if not Company.objects.exists():
        fill(firms, distinct)
    meaning, done = MadeMeaning(), folder / f"filled-{engine.name}.json"
    if not done.exists():
        engine.create("made", meaning.reader.space)
        _fill_index(engine, meaning, distinct)
        engine.switch("made")
        done.write_text(json.dumps({"firms": firms}))
    return meaning


def _fill_index(engine: Any, meaning: MadeMeaning, distinct: int) -> None:
    """Write the documents; those of copies are made from the ones they are copies of."""
    from directory.models import Company
    from search.indexing import company_batches

    names = {str(pk): (zh, en) for pk, zh, en in Company.objects.values_list("pk", "legal_name_zh", "legal_name_en")}
    base = min(distinct, len(names))
    for batch in company_batches():
        if batch[0] > base:
            return
        documents = meaning.told([one for one in _documents(batch) if int(one.id) <= base])
        while documents:
            result = engine.write(documents, only="made")
            if result.refused or result.retry:
                raise SystemExit(f"{engine.name} did not take the documents")
            documents = meaning.told(list(_copies(documents, base, names)))


def _copies(documents: list[Any], shift: int, names: dict[str, tuple[str, str]]) -> Iterator[Any]:
    for one in documents:
        id = str(int(one.id) + shift)
        if id in names:
            zh, en = names[id]
            sort = replace(one.sort, updated_at=one.sort.updated_at + int(id))
            yield replace(one, id=id, fields={**one.fields, "name_zh": zh, "name_en": en}, suggest=(zh, en), sort=sort)


def _documents(company_ids: list[int]) -> list[Any]:
    from search.building import company_documents

    return [one for one in company_documents(company_ids) if one.visible]
