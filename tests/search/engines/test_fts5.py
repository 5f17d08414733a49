"""What only the embedded engine must stand: many processes, a broken file, a file that goes away."""

import multiprocessing
import threading
from pathlib import Path

import pytest

from search.analysis import analyse
from search.documents import company_document
from search.engines.base import EngineUnavailableError, SearchQuery
from search.engines.fts5 import Fts5Engine


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
