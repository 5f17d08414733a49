"""What only the embedded engine must stand: many processes, a broken file, a file that goes away."""

import multiprocessing
import sqlite3
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from search.analysis import analyse
from search.documents import company_document
from search.engines.base import EngineUnavailableError, Meaning, SearchDocument, SearchQuery, Sort, Space, tombstone
from search.engines.fts5 import Fts5Engine
from tests.contracts.corpus import EXPANSION, QUERIES, corpus


def write(path: Path, start: int) -> None:
    engine = Fts5Engine(path)
    for number in range(start, start + 20):
        document = company_document({"id": number, "version": 1, "name_en": f"Law {number}"})
        assert engine.write([document]).written
    engine.close()


def test_processes_write_while_threads_search(tmp_path):
    path = tmp_path / "search.sqlite3"
    engine = Fts5Engine(path)
    engine.ensure()
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=write, args=(path, start)) for start in (0, 100)]
    totals: list[int] = []

    def search() -> None:
        while any(writer.is_alive() for writer in writers):
            totals.append(engine.search(SearchQuery("company", analyse("law"))).total)

    for writer in writers:
        writer.start()
    readers = [threading.Thread(target=search) for _ in range(2)]
    for reader in readers:
        reader.start()
    for thread in (*readers, *writers):
        thread.join()
    assert [writer.exitcode for writer in writers] == [0, 0]
    assert engine.count("company") == 40
    assert totals
    engine.close()


def test_a_broken_file_makes_it_unavailable_not_wrong(tmp_path):
    path = tmp_path / "search.sqlite3"
    path.write_bytes(b"not a database" * 1000)
    engine = Fts5Engine(path)
    assert not engine.ping()
    with pytest.raises(EngineUnavailableError):
        engine.search(SearchQuery("company"))
    assert engine.write([company_document({"id": 1, "version": 1})]).retry


def test_an_index_outlives_its_engine(tmp_path):
    path = tmp_path / "below" / "search.sqlite3"
    first = Fts5Engine(path)
    first.ensure()
    first.write([company_document({"id": 1, "version": 1, "name_en": "Law"})])
    first.close()
    second = Fts5Engine(path)
    second.ensure()
    assert second.search(SearchQuery("company", analyse("law"))).total == 1
    second.close()


def test_an_engine_can_be_used_again_after_it_was_closed(tmp_path):
    engine = Fts5Engine(tmp_path / "search.sqlite3")
    engine.ensure()
    engine.close()
    assert engine.count("company") == 0
    engine.close()


def placed(number: int, *places: str) -> SearchDocument:
    return company_document({"id": number, "version": 1, "name_en": "Law", "place": places})


def places(engine: Fts5Engine, **chosen: tuple[str, ...]) -> dict[str, int]:
    return dict(engine.search(SearchQuery("company", analyse("law"), chosen)).facets["place"])


def test_counts_follow_changed_values_and_forget_those_of_before(tmp_path, monkeypatch):
    monkeypatch.setattr("search.engines.fts5_columns.LEAST_WASTE", 0)
    engine = Fts5Engine(tmp_path / "search.sqlite3")
    engine.ensure()
    engine.write([placed(1, "sg"), placed(2, "sg", "cq"), placed(3)])
    assert places(engine) == {"sg": 2, "cq": 1}
    for round in range(4):
        engine.write([placed(1, f"at{round}", "cq"), placed(4, "cq")])
        assert places(engine) == {"cq": 3, "sg": 1, f"at{round}": 1}
    engine.write([tombstone("company", "2", 2)])
    assert places(engine, place=("at3",)) == {"cq": 2, "at3": 1}
    engine.close()


def test_a_generation_of_an_earlier_release_gets_its_columns_when_it_is_opened(tmp_path):
    path = tmp_path / "search.sqlite3"
    engine = Fts5Engine(path)
    engine.ensure()
    engine.write([placed(1, "sg"), placed(3)])
    with sqlite3.connect(path) as connection:
        for table in ("company_1_facet", "company_1_code"):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("DROP INDEX company_1_order")
    engine.close()
    for _ in range(2):
        engine.write([placed(2, "sg", "cq")])
        assert places(engine) == {"sg": 2, "cq": 1}
        assert places(engine, service=("design",)) == {}
        assert engine.search(SearchQuery("company", analyse("law"))).total == 3
        engine.close()
    engine.create("second")
    engine.switch("second")
    engine.drop("first")
    engine.close()


def test_what_another_process_wrote_is_found_by_the_same_question_again(tmp_path):
    path = tmp_path / "search.sqlite3"
    engine, other = Fts5Engine(path), Fts5Engine(path)
    engine.ensure()
    for number in (1, 2):
        other.write([placed(number, "sg")])
        assert len(engine.ranked(SearchQuery("company", analyse("law")), 10)) == number
        assert places(engine) == {"sg": number}
    engine.close()
    other.close()


def test_a_process_learns_that_what_it_knew_was_withdrawn_and_forgotten(tmp_path):
    path = tmp_path / "search.sqlite3"
    engine, other = Fts5Engine(path), Fts5Engine(path)
    engine.ensure()
    engine.write([placed(1, "sg"), placed(2, "sg")])
    assert engine.search(SearchQuery("company")).total == 2
    other.write([tombstone("company", "2", 2)])
    other.purge("company", ["2"])
    assert [hit.id for hit in engine.search(SearchQuery("company", head=("2", "1"))).hits] == ["1"]
    assert places(engine) == {"sg": 1}
    engine.close()
    other.close()


def test_equal_keys_are_told_apart_by_the_next_however_many_there_are(tmp_path):
    engine = Fts5Engine(tmp_path / "search.sqlite3")
    engine.ensure()
    firms = [
        company_document({"id": number, "version": 1, "name_en": f"Law {number % 7}", "updated_at": number % 3,
                          "verified_cases": number % 2, "paused": number % 11 == 0}) for number in range(60)
    ]  # fmt: skip
    engine.write(firms)
    for sort in Sort:
        wanted = sorted(firms, key=lambda one, sort=sort: _key(one, sort))
        for size in (1, 7, 20):
            query = SearchQuery("company", sort=sort, language="en", size=size)
            pages = [hit.id for page in range(1, 4) for hit in engine.search(replace(query, page=page)).hits]
            assert pages == [one.id for one in wanted[: 3 * size]]
    engine.close()


def _key(one, sort):
    keys = one.sort
    ranks = (keys.paused, -keys.weight, -keys.updated_at, one.id)
    return {Sort.NAME: (keys.name_en,), Sort.UPDATED: (keys.paused, -keys.updated_at)}.get(sort, ()) + ranks


def test_scores_are_the_same_however_they_are_worked_out(tmp_path, monkeypatch):
    engine = Fts5Engine(tmp_path / "search.sqlite3")
    engine.ensure()
    engine.write(corpus())
    answers = []
    for few in (0, 1_000_000):
        monkeypatch.setattr("search.engines.fts5_scoring.FEW", few)
        engine.write([])
        asked = (
            SearchQuery("company", analyse(query, EXPANSION), match=match)
            for query in QUERIES
            for match in ("all", "any")
        )
        answers.append([(one.id, one.score) for query in asked for one in engine.search(query).hits])
    assert answers[0] == answers[1]
    assert any(score > 100 for _, score in answers[0])
    engine.close()


def test_what_a_process_holds_of_a_dropped_generation_is_let_go(tmp_path):
    engine, space = Fts5Engine(tmp_path / "search.sqlite3"), Space("small-1.0", 4)
    meaning = Meaning(space.name, np.ones(4, np.float32))
    law = company_document({"id": 1, "version": 1, "name_en": "Law", "service": ["law"]})
    vector = np.ones(4, np.float16).tobytes()
    before = ""
    for generation in ("one", "two", "three"):
        engine.create(generation, space)
        engine.write([replace(law, space=space.name, vector=vector)])
        engine.switch(generation)
        if before:
            engine.drop(before)
        before = generation
        assert [hit.id for hit in engine.nearest(SearchQuery("company"), meaning, 5)] == ["1"]
        assert engine.search(SearchQuery("company", analyse("law"))).facets["service"] == {"law": 1}
    assert len(engine._vectors._held) == len(engine._columns._held) == 1
    engine.close()
