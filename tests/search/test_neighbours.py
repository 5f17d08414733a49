"""An index of neighbours on a real server: a few hundred vectors, each test in an index of its own."""

import logging
import uuid
from dataclasses import replace

import numpy as np
import pytest

from matchmaking.engine.dense.gates import Conditions
from matchmaking.engine.dense.reranking import rerank
from search import neighbours
from search.engines.base import EngineUnavailableError
from search.nearness import DIMENSIONS, Shown
from search.neighbours import NeighbourIndex
from tests.contracts.conftest import elasticsearch_url
from tests.engine.dense.conftest import brute, made

NOBODY = frozenset()


def profiles(count, seed):
    return made(count, seed, dimensions=DIMENSIONS // 2)


def shown(side, **codes):
    """Every profile of a side as the index holds it; ``codes`` are one set per profile."""
    for number, row in enumerate(side.offering()):
        yield Shown(number, 1, row, **{name: sets[number] for name, sets in codes.items()})


def live(index, rows):
    index.create("one")
    index.fill(rows, "one")
    index.switch("one")


def found(index, vectors, pool=1, **more):
    return [[n for n in row if n >= 0] for row in index.candidates(vectors, pool, **more).numbers.tolist()]


@pytest.fixture
def index():
    index = NeighbourIndex(elasticsearch_url(), prefix=f"test-{uuid.uuid4().hex[:12]}")
    yield index
    index.destroy()
    index.close()


@pytest.mark.services
class TestAsking:
    def test_exact_order_of_candidates_is_nearly_that_of_all_pairs(self, index):
        left, right = profiles(60, 1), profiles(400, 2)
        live(index, shown(right))
        lists = rerank(left, right.offering(), index.candidates(left.seeking(), 80, explored=200).numbers, 20)
        pairs = zip(map(lists.of, range(60)), brute(left, right, 20), strict=True)
        assert sum(len({n for n, _ in got} & {n for n, _ in true}) for got, true in pairs) / (60 * 20) >= 0.98

    def test_scores_are_about_those_of_the_pairs_best_first(self, index):
        left, right = profiles(5, 1), profiles(100, 2)
        live(index, shown(right))
        nearest = index.candidates(left.seeking(), 100, explored=100)
        true = left.seeking() @ right.offering().T
        assert true.min() < 0 < true.max()  # both sides of the formula
        assert np.abs(nearest.scores - np.take_along_axis(true, nearest.numbers, 1)).max() < 0.1
        assert (np.diff(nearest.scores, axis=1) <= 0).all()

    def test_places_that_nobody_takes_are_empty_and_nobody_may_ask(self, index):
        live(index, shown(profiles(3, 1)))
        nearest = index.candidates(profiles(1, 2).seeking(), 5)
        assert sorted(nearest.numbers[0].tolist()) == [-1, -1, 0, 1, 2]
        assert np.isneginf(nearest.scores[0, 3:]).all()
        assert index.candidates(np.zeros((0, DIMENSIONS)), 5).numbers.shape == (0, 5)

    def test_no_gate_is_ever_broken_in_either_direction(self, index):
        chance = np.random.default_rng(3)
        codes = [f"c{n}" for n in range(6)]

        def some(count, share):
            return [frozenset(c for c in codes if chance.random() < share) for _ in range(count)]

        def conditions(count):
            return Conditions(some(count, 0.15), some(count, 0.1), some(count, 0.5))

        ours, theirs = conditions(40), conditions(300)
        right = profiles(300, 2)
        live(index, shown(right, requires=theirs.requires, refuses=theirs.refuses, holds=theirs.holds))

        def passes(i, j):
            return (
                ours.requires[i] <= theirs.holds[j]
                and theirs.requires[j] <= ours.holds[i]
                and not ours.refuses[i] & theirs.holds[j]
                and not theirs.refuses[j] & ours.holds[i]
            )

        # As many as there are: nobody who may be there is missing, nobody who must not be is there.
        for i, numbers in enumerate(found(index, profiles(40, 1).seeking(), 300, gates=ours)):
            assert sorted(numbers) == [j for j in range(300) if passes(i, j)]

    def test_a_gate_does_not_cost_the_pool_its_places(self, index):
        right = profiles(300, 2)
        country = [frozenset({"country:cn" if n < 250 else "country:sg"}) for n in range(300)]
        live(index, shown(right, holds=country))
        gates = Conditions([NOBODY], [frozenset({"country:cn"})], [frozenset({"country:cn"})])
        [numbers] = found(index, profiles(1, 1).seeking(), 30, gates=gates)
        assert len(numbers) == 30
        assert min(numbers) >= 250


@pytest.mark.services
class TestWriting:
    def test_a_change_is_seen_after_a_refresh_an_older_version_never(self, index):
        left, right = profiles(1, 1), profiles(50, 2)
        live(index, shown(right))
        ideal = np.hstack([left.needs, left.offers])[0]
        index.fill([Shown(7, 3, ideal)])
        index.refresh()
        assert found(index, left.seeking()) == [[7]]
        index.fill([Shown(7, 2, -ideal)])
        index.refresh()
        assert found(index, left.seeking()) == [[7]]
        index.fill([Shown(7, 4, -ideal)])
        index.refresh()
        assert found(index, left.seeking()) != [[7]]

    def test_who_is_deleted_is_gone_and_a_slower_fill_does_not_bring_them_back(self, index):
        right = profiles(50, 2)
        live(index, shown(right))
        index.delete({7: 2, 999: 1})
        index.refresh()
        index.fill([next(shown(right)), Shown(7, 1, right.offering()[7])])
        index.refresh()
        everybody = found(index, profiles(1, 1).seeking(), 50)[0]
        assert sorted(everybody) == [n for n in range(50) if n != 7]

    def test_writes_reach_the_living_generation_and_the_one_that_is_built(self, index):
        live(index, shown(profiles(5, 2)))
        index.create("two")
        index.fill(shown(profiles(6, 3)))
        index.refresh()
        assert len(found(index, profiles(1, 1).seeking(), 10)[0]) == 6
        index.switch("two")
        assert len(found(index, profiles(1, 1).seeking(), 10)[0]) == 6

    def test_a_directory_is_taken_a_batch_at_a_time(self, index, monkeypatch):
        monkeypatch.setattr(neighbours, "BATCH", 10)

        def endless():
            yield from shown(profiles(25, 2))
            raise MemoryError

        index.create("one")
        with pytest.raises(MemoryError):
            index.fill(endless(), "one")
        index.switch("one")
        assert index.footprint().profiles == 20

    def test_graphs_are_merged_into_one_that_answers_alike(self, index):
        left, right = profiles(5, 1), profiles(60, 2)
        index.create("one")
        rows = list(shown(right))
        for part in (rows[:30], rows[30:]):
            index.fill(part, "one")
            index.refresh()
        index.switch("one")
        assert index.footprint().segments == 2
        before = index.candidates(left.seeking(), 60).numbers
        index.merge()
        assert index.footprint().segments == 1
        assert np.array_equal(np.sort(index.candidates(left.seeking(), 60).numbers), np.sort(before))

    def test_generations_are_built_unseen_and_switched_in_one_step(self, index):
        live(index, shown(profiles(5, 2)))
        index.create("two")
        index.create("two")
        index.fill(shown(profiles(9, 3)), "two")
        assert index.footprint().profiles == 5
        assert index.generations() == {"one": True, "two": False}
        index.switch("two")
        assert index.footprint().profiles == 9
        assert index.generations() == {"one": False, "two": True}
        with pytest.raises(ValueError, match="live"):
            index.drop("two")
        index.drop("one")
        index.drop("one")
        assert index.generations() == {"two": True}
        with pytest.raises(LookupError):
            index.switch("three")
        with pytest.raises(ValueError, match="named"):
            index.create("Two,*")


@pytest.mark.services
class TestWhatTheServerKeeps:
    def test_nothing_but_what_is_declared_and_no_text_to_read_back(self, index):
        live(index, shown(profiles(5, 2)))
        [kept] = index._client.indices.get(index=f"{index._live}-one").body.values()
        assert set(kept["mappings"]["properties"]) == {"number", "shown", "holds", "refuses", "requires", "required"}
        assert kept["mappings"]["dynamic"] == "strict"
        assert kept["mappings"]["_source"] == {"enabled": False}
        [hit] = index._client.search(index=index._live, size=1)["hits"]["hits"]
        assert set(hit) == {"_index", "_id", "_score"}

    def test_a_private_need_is_asked_and_leaves_nothing_on_the_server_or_in_a_log(self, index, caplog):
        right, private = profiles(20, 2), profiles(1, 5)
        live(index, shown(right))
        caplog.set_level(logging.DEBUG)
        before = index.footprint()
        first = index.candidates(private.seeking(), 20)
        index.refresh()
        assert index.footprint() == before
        # What was asked is no neighbour of itself: nothing near it is held.
        assert np.array_equal(index.candidates(private.seeking(), 20).numbers, first.numbers)
        assert first.scores.max() < 1
        assert str(round(float(private.needs[0, 0]), 7)) not in caplog.text

    def test_no_slow_log_writes_a_vector_down(self, index):
        live(index, shown(profiles(5, 2)))
        [kept] = index._client.indices.get_settings(index=f"{index._live}-one", flat_settings=True).body.values()
        levels = ("trace", "debug", "info", "warn")
        for what in ("search.slowlog.threshold.query", "search.slowlog.threshold.fetch"):
            assert [kept["settings"][f"index.{what}.{level}"] for level in levels] == ["-1"] * 4
        assert [kept["settings"][f"index.indexing.slowlog.threshold.index.{level}"] for level in levels] == ["-1"] * 4


class TestErrors:
    @pytest.mark.parametrize(
        "call",
        [
            lambda index: index.create("one"),
            lambda index: index.switch("one"),
            lambda index: index.drop("one"),
            lambda index: index.generations(),
            lambda index: index.fill(shown(profiles(2, 1)), "one"),
            lambda index: index.delete({1: 1}),
            lambda index: index.refresh(),
            lambda index: index.candidates(profiles(2, 1).seeking(), 5),
            lambda index: index.footprint(),
        ],
    )
    def test_a_server_that_is_gone_is_told_as_everywhere_in_search(self, call):
        index = NeighbourIndex("http://127.0.0.1:9")
        with pytest.raises(EngineUnavailableError):
            call(index)
        index.close()

    @pytest.mark.parametrize(
        "answer",
        [
            (503, {}),
            (200, {"responses": [{"error": {"type": "x"}, "status": 404}]}),
            (200, {"responses": [{"timed_out": True, "_shards": {"failed": 0}, "hits": {"hits": []}}]}),
            (200, {"responses": [{"timed_out": False, "_shards": {"failed": 1}, "hits": {"hits": []}}]}),
        ],
        ids=["503", "no index", "timed out", "half an index"],
    )
    def test_half_an_answer_is_none(self, server, answer):
        server.answers["/_msearch"] = answer
        index = NeighbourIndex(server.url)
        with pytest.raises(EngineUnavailableError):
            index.candidates(profiles(1, 1).seeking(), 5)
        index.close()

    @pytest.mark.parametrize(("status", "error"), [(404, EngineUnavailableError), (500, EngineUnavailableError)])
    def test_a_profile_that_is_not_taken_is_said(self, server, status, error):
        items = [{"index": {"status": 201}}, {"index": {"status": status, "error": {"type": "x"}}}]
        server.answers["/_bulk"] = (200, {"errors": True, "items": items})
        index = NeighbourIndex(server.url)
        with pytest.raises(error, match=str(status)):
            index.fill(shown(profiles(2, 1)), "one")
        index.close()

    @pytest.mark.parametrize(
        "vectors",
        [
            np.zeros((1, DIMENSIONS - 1)),
            np.zeros(DIMENSIONS),
            np.full((1, DIMENSIONS), np.nan),
            np.full((1, DIMENSIONS), 1.0),
        ],
        ids=["narrow", "one", "NaN", "long"],
    )
    def test_vectors_that_are_none_are_refused_before_the_server_hears_of_them(self, server, vectors):
        index = NeighbourIndex(server.url)
        with pytest.raises(ValueError, match=r"vectors|profile"):
            index.candidates(vectors, 5)
        with pytest.raises(ValueError, match=r"vectors|profile"):
            index.fill([Shown(0, 1, vectors[0])], "one")
        assert server.received == []
        index.close()

    def test_pools_versions_and_gates_that_do_not_fit_are_refused(self, server):
        index, vectors = NeighbourIndex(server.url), profiles(2, 1).seeking()
        for pool, explored in ((0, 5), (10_001, 0), (5, 10_001)):
            with pytest.raises(ValueError, match="pool"):
                index.candidates(vectors, pool, explored=explored)
        with pytest.raises(ValueError, match="gates"):
            index.candidates(vectors, 5, gates=Conditions([NOBODY], [NOBODY], [NOBODY]))
        profile = Shown(1, 1, vectors[0])
        for wrong in (replace(profile, number=-1), replace(profile, version=-1)):
            with pytest.raises(ValueError, match="count from 0"):
                index.fill([wrong], "one")
        assert server.received == []
        index.close()
