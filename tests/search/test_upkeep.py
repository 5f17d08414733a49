"""Upkeep of an index: rebuilt only when needed, a way back for an hour, old tombstones forgotten, late workers fenced."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from directory.models import Company
from directory.versions import mark_changed
from matchmaking.core.models import OutboxEntry
from search import rebuilding
from search.engines.base import Space, State, tombstone
from search.engines.elasticsearch_writing import outcome_of
from search.engines.fallback import CircuitBreaker, FallbackEngine
from search.engines.fts5 import Fts5Engine
from search.indexing import Dirty, bring_into_step, documents_of
from search.models import MatchEdition, RetiredGeneration, Tombstone
from search.purging import keep_house, purge_tombstones
from search.rebuilding import rebuild
from search.reconciling import compare, compare_with
from search.retiring import drop_retired
from tests.factories import CompanyFactory
from tests.factories.matches import MatchFactory

pytestmark = pytest.mark.django_db


def run(capsys, *arguments):
    capsys.readouterr()
    call_command("search_rebuild", "--json", *arguments)
    return json.loads(capsys.readouterr().out)


def states(engine):
    return {one.name: one.state for one in engine.generations()}


def changed(company):
    with transaction.atomic():
        mark_changed(company.pk)


def test_nothing_is_built_where_nothing_has_changed(embedded, settle, capsys, monkeypatch):
    changed(CompanyFactory())
    settle()
    before = states(embedded)
    assert run(capsys)["unchanged"] == ["fts5"]
    assert states(embedded) == before
    assert len(run(capsys, "--force")["rebuilt"]) == 1
    monkeypatch.setattr("search.rebuilding.schema_hash", lambda *_: "another")
    assert len(run(capsys)["rebuilt"]) == 1


def test_an_index_that_differs_is_built_anew(embedded, capsys, monkeypatch):
    monkeypatch.setattr("search.rebuilding.SETTLING_SECONDS", 0)
    CompanyFactory()
    assert run(capsys)["rebuilt"][0]["company"] == 1


def test_the_generation_before_is_current_for_an_hour_and_then_dropped(embedded, settle, capsys):
    company = CompanyFactory()
    run(capsys, "--force")
    run(capsys, "--force")
    [old] = [name for name, state in states(embedded).items() if state is State.RETIRED]
    changed(company)
    settle()
    version = Company.objects.get().search_version
    assert [one.version for one in embedded.iterate("company", old)] == [version]
    assert drop_retired(embedded) == []
    assert run(capsys, "--rollback")["rolled_back"] == {"fts5": old}
    assert states(embedded)[old] is State.LIVE
    [new] = [name for name, state in states(embedded).items() if state is State.RETIRED]
    RetiredGeneration.objects.update(at=timezone.now() - timedelta(hours=1))
    keep_house()
    assert new not in states(embedded)
    with pytest.raises(SystemExit) as stopped:
        call_command("search_rebuild", "--rollback")
    assert stopped.value.code == 1


def test_a_rebuild_writes_into_its_own_generation_alone(embedded, capsys):
    CompanyFactory()
    run(capsys, "--force")
    [old] = [name for name, state in states(embedded).items() if state is State.RETIRED]
    assert (embedded.count("company"), embedded.count("company", old)) == (1, 0)


def test_the_way_back_leads_to_a_generation_with_vectors_too(embedded, capsys, monkeypatch):
    for module in ("search.rebuilding", "search.retiring"):
        monkeypatch.setattr(f"{module}.space", lambda: Space("letters", 4), raising=False)
    CompanyFactory()
    run(capsys, "--force")
    run(capsys, "--force")
    [old] = [name for name, state in states(embedded).items() if state is State.RETIRED]
    assert run(capsys, "--rollback")["rolled_back"] == {"fts5": old}


def test_a_retired_generation_that_nobody_noted_has_its_hour_too(embedded):
    CompanyFactory()
    rebuild(embedded)
    RetiredGeneration.objects.all().delete()
    assert drop_retired(embedded) == []
    assert RetiredGeneration.objects.count() == 1


def test_old_tombstones_are_forgotten_when_no_older_mark_waits(embedded, settle):
    company = CompanyFactory()
    changed(company)
    Company.objects.update(visibility="withdrawn")
    settle()
    changed(company)
    OutboxEntry.objects.update(created_at=timezone.now() - timedelta(days=3))
    assert purge_tombstones(embedded) == 0
    Tombstone.objects.update(since=timezone.now() - timedelta(days=2))
    assert purge_tombstones(embedded) == 0
    settle()
    assert purge_tombstones(embedded) == 1
    assert list(embedded.iterate("company")) == []
    assert not Tombstone.objects.exists()


def test_a_shown_again_document_is_no_tombstone_any_more(embedded, settle):
    company = CompanyFactory(draft=True)
    changed(company)
    settle()
    purge_tombstones(embedded)
    Company.objects.update(visibility="live", live=True)
    changed(company)
    settle()
    Tombstone.objects.update(since=timezone.now() - timedelta(days=2))
    assert purge_tombstones(embedded) == 0
    assert not Tombstone.objects.exists()
    assert embedded.count("company") == 1


def test_a_worker_held_up_across_a_rebuild_brings_no_deleted_company_back(embedded, settle):
    company = CompanyFactory()
    seen = embedded.targets()
    read = documents_of(Dirty({company.pk}))
    number = str(company.pk)
    company.delete()
    settle()
    rebuild(embedded)
    late = embedded.write(read, seen=seen)
    assert late.retry == (("company", number),)
    assert embedded.count("company") == 0
    # Without the fence the new generation, which never saw the tombstone, would show the company again.
    embedded.write(read)
    assert embedded.count("company") == 1


def test_a_generation_that_comes_between_reading_and_writing_costs_no_wait(embedded, monkeypatch):
    company = CompanyFactory()
    made = []

    def meanwhile(label):
        if label == "K2" and not made:
            embedded.create("next")
            made.append(1)

    monkeypatch.setattr("search.indexing.reached", meanwhile)
    assert bring_into_step(Dirty({company.pk})).written == (("company", str(company.pk)),)
    assert embedded.count("company", "next") == 1


def test_filling_one_index_does_not_forget_what_the_other_must_still_hear(embedded, tmp_path, monkeypatch):
    other = Fts5Engine(tmp_path / "other.sqlite3")
    other.ensure()
    both = FallbackEngine(other, embedded, CircuitBreaker())
    monkeypatch.setattr("search.indexing.search_engine", lambda: both)
    match = MatchFactory()
    bring_into_step(Dirty(seekers={match.seeker_id}))
    match.match_list.matches.all().delete()
    bring_into_step(Dirty(seekers={match.seeker_id}), embedded)
    assert MatchEdition.objects.get().documents == [str(match.pk)]
    bring_into_step(Dirty(seekers={match.seeker_id}))
    assert other.count("match") == 0
    assert MatchEdition.objects.get().documents == []


def test_a_primary_that_takes_no_writes_is_left_alone_for_a_while(tmp_path):
    class Down(Fts5Engine):
        asked = 0

        def write(self, documents, *, seen=None, only=None):
            self.asked += 1
            result = super().write([])
            return type(result)(retry=tuple(one.key for one in documents))

    primary, embedded = Down(tmp_path / "primary.sqlite3"), Fts5Engine(tmp_path / "embedded.sqlite3")
    primary.ensure()
    both = FallbackEngine(primary, embedded)
    both.ensure()
    for number in range(3):
        assert both.write([tombstone("company", str(number), 1)]).retry == (("company", str(number)),)
    assert primary.asked == 1
    assert len(list(embedded.iterate("company"))) == 3


@pytest.mark.parametrize(
    ("status", "kind", "outcome"),
    [
        (403, "cluster_block_exception", "retry"),
        (429, "cluster_block_exception", "retry"),
        (400, "strict_dynamic_mapping_exception", "retry"),
        (400, "document_parsing_exception", "refused"),
        (503, "unavailable_shards_exception", "retry"),
    ],
)
def test_a_document_is_buried_for_its_own_faults_only(status, kind, outcome):
    assert outcome_of({"status": status, "error": {"type": kind}})[0] == outcome


def test_a_document_that_can_never_be_indexed_keeps_no_other_out_of_a_new_index(embedded, monkeypatch):
    good, bad = CompanyFactory(), CompanyFactory()
    real = Fts5Engine.write

    def write(self, documents, **how):
        refused = {one.key: "too long" for one in documents if one.id == str(bad.pk)}
        return replace(real(self, [one for one in documents if one.key not in refused], **how), refused=refused)

    monkeypatch.setattr(Fts5Engine, "write", write)
    rebuild(embedded)
    assert {one.id for one in embedded.iterate("company")} == {str(good.pk)}
    assert compare(embedded).missing == {("company", str(bad.pk))}


def test_a_rebuild_mends_what_went_wrong_while_it_wrote(embedded, monkeypatch):
    kept, damaged, ghost = (CompanyFactory() for _ in range(3))
    [right] = documents_of(Dirty({damaged.pk}))
    [gone] = documents_of(Dirty({ghost.pk}))
    ghost.delete()
    fill, found = rebuilding._fill, []

    def badly(engine, name, *, show_progress):
        remembered = fill(engine, name, show_progress=show_progress)
        wrong = [replace(right, fields={"name_en": "Damaged"}), gone, tombstone("company", str(kept.pk), 1)]
        engine.write(wrong)
        found.append(compare_with(engine, name, remembered).counts())
        return remembered

    monkeypatch.setattr(rebuilding, "_fill", badly)
    rebuild(embedded)
    assert found == [{"missing": 0, "stale": 2, "orphan": 1, "leaked": 0}]
    assert not compare(embedded).any
    assert embedded.count("company") == 2
