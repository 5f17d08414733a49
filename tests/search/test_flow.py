"""From a change to what a reader finds: the outbox, tombstones, versions, what never gets into an index."""

import json
import sqlite3
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from alliances.models import MembershipState
from directory.models import ClaimCheck, Company, Need
from directory.versions import mark_changed
from matchmaking.core import outbox
from matchmaking.core.models import OutboxEntry
from search.analysis import analyse
from search.building import company_documents, match_documents, need_documents
from search.engines.base import EngineUnavailableError, SearchQuery, tombstone
from search.engines.fallback import CircuitBreaker, FallbackEngine
from search.index import search_engine, single_engines
from search.models import MatchEdition
from search.rebuilding import RebuildRunningError, only_rebuild, rebuild
from search.receivers import index_changed
from search.reconciling import compare, repair
from tests.factories import (
    AllianceFactory,
    CompanyFactory,
    CredentialFactory,
    MembershipFactory,
    NeedFactory,
    OfferFactory,
    ProductFactory,
    TermFactory,
)
from tests.factories.matches import MatchFactory, MatchListFactory

CANARY = "zzcanary"
pytestmark = pytest.mark.django_db


def changed(company):
    with transaction.atomic():
        mark_changed(company.pk)


def ids(text="", kind="company", **asked):
    return {hit.id for hit in search_engine().search(SearchQuery(kind, analyse(text), **asked)).hits}


def dump(engine):
    """Everything an engine holds of this test, as one text."""
    if hasattr(engine, "_client"):
        answer = engine._client.search(index=f"{engine._prefix}-*", size=1000)
        return json.dumps(answer.body, ensure_ascii=False)
    connection = sqlite3.connect(engine._store.path)
    tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return "\n".join(str(connection.execute(f'SELECT * FROM "{table}"').fetchall()) for table in tables)


def test_a_published_company_is_found_and_a_withdrawn_one_is_not(index, settle):
    company = CompanyFactory(legal_name_en="Marine Paint Works", draft=True)
    changed(company)
    settle()
    assert ids("paint") == set()
    Company.objects.filter(pk=company.pk).update(visibility="live", live=True)
    changed(company)
    settle()
    assert ids("paint") == {str(company.pk)}
    Company.objects.filter(pk=company.pk).update(visibility="withdrawn")
    changed(company)
    settle()
    assert ids("paint") == set()


def test_a_deleted_company_takes_its_needs_along(index, settle):
    need = NeedFactory(title_en="Pickled radish wanted")
    changed(need.company)
    settle()
    assert ids("radish", "need") == {str(need.pk)}
    need.company.delete()
    settle()
    assert ids("radish", "need") == set()
    assert ids() == set()


def test_a_worker_behind_its_time_changes_nothing(index, settle):
    company = CompanyFactory(legal_name_en="Old Name")
    before = company_documents([company.pk])
    Company.objects.filter(pk=company.pk).update(legal_name_en="Other Words")
    changed(company)
    settle()
    search_engine().write(before)
    search_engine().refresh()
    assert ids("old") == set()
    assert ids("other") == {str(company.pk)}


def test_the_document_holds_what_is_public_and_current(db):
    service = TermFactory(
        code="eng.water", label_zh="水处理设计", label_en="Water design", parent=TermFactory(code="eng")
    )
    place = TermFactory(code="sg-east", place=True, parent=TermFactory(code="sg", place=True))
    offer = OfferFactory(service_type=service, company__place=place, capacity=0)
    company = offer.company
    alliance = AllianceFactory(code="design")
    MembershipFactory(company=company, alliance=alliance, approved=True)
    MembershipFactory(company=company, alliance=AllianceFactory(code="waiting"), state=MembershipState.APPLIED)
    holds, lapsed = CredentialFactory(company=company), CredentialFactory(company=company)
    yesterday = timezone.localdate() - timedelta(days=1)
    for credential, until in ((holds, None), (lapsed, yesterday)):
        ClaimCheck.objects.create(
            company=company,
            credential=credential,
            outcome="confirmed",
            valid_until_date=until,
            method_zh="x",
            method_en="x",
        )
    CredentialFactory(company=company)
    [document] = company_documents([company.pk])
    assert document.keywords["service"] == ("eng", "eng.water")
    assert document.keywords["place"] == ("SG", "sg", "sg-east")
    assert document.keywords["alliance"] == ("design",)
    assert document.keywords["credential"] == (holds.scheme.code,)
    assert document.sort.weight == 1
    assert document.sort.paused
    assert "水处理设计" in document.fields["services_zh"]


def test_documents_need_the_same_queries_for_one_as_for_many(db, django_assert_num_queries):
    companies = [CompanyFactory() for _ in range(3)]
    for company in companies:
        OfferFactory(company=company)
        ProductFactory(company=company)
        NeedFactory(company=company)
    with django_assert_num_queries(10):
        company_documents([companies[0].pk])
    with django_assert_num_queries(10):
        company_documents([company.pk for company in companies])
    needs = list(Need.objects.values_list("pk", flat=True))
    with django_assert_num_queries(7):
        need_documents(needs[:1])
    with django_assert_num_queries(7):
        need_documents(needs)


def test_private_things_are_in_no_index(index, settle):
    company = CompanyFactory(contact={"name": f"{CANARY} contact", "email": f"{CANARY}@example.org"})
    need = NeedFactory(company=company, private=True, title_en=f"{CANARY} need", text_zh=f"{CANARY} 文字")
    NeedFactory(company=company, title_en=f"{CANARY} closed", state="closed")
    MatchFactory(match_list=MatchListFactory(company=company, need=need), reasons=[])
    CompanyFactory(legal_name_en=f"{CANARY} hidden", draft=True)
    for row in Company.objects.all():
        changed(row)
    with transaction.atomic():
        outbox.mark("doc", "match", company.pk)
    settle()
    assert str(company.pk) in ids()
    call_command("search_rebuild", "--force", "--json")
    for engine in single_engines():
        assert CANARY not in dump(engine)


def test_a_need_that_turns_private_leaves_the_index(index, settle):
    need = NeedFactory(title_en=f"{CANARY} wanted")
    changed(need.company)
    settle()
    assert ids(CANARY, "need") == {str(need.pk)}
    Need.objects.update(confidentiality="private")
    changed(need.company)
    settle()
    assert ids(CANARY, "need") == set()


def test_an_anonymous_need_does_not_name_its_company(index, settle):
    need = NeedFactory(anonymous=True, title_en="Frozen durian", company__legal_name_en=f"{CANARY} Trading")
    changed(need.company)
    settle()
    assert ids("durian", "need") == {str(need.pk)}
    assert ids(CANARY, "need") == set()
    [document] = need_documents([need.pk])
    assert CANARY not in str(document)


def test_a_match_carries_the_keys_of_those_who_may_find_it(db):
    member = CompanyFactory()
    MembershipFactory(company=member, alliance=AllianceFactory(code="law"), approved=True)
    owners = {}
    for confidentiality in ("public", "anonymous"):
        need = NeedFactory(company=member, confidentiality=confidentiality)
        MatchFactory(match_list=MatchListFactory(company=member, need=need))
    MatchFactory(match_list=MatchListFactory(company=member))
    for document in match_documents([member.pk]):
        owners[document.keywords.get("need", ("",))[0]] = document.owners
    public, anonymous = Need.objects.order_by("pk")
    both = ("alliance:law", f"company:{member.pk}")
    assert owners == {str(public.pk): both, str(anonymous.pk): (f"company:{member.pk}",), "": both}


def test_matches_follow_their_lists(index, settle):
    match = MatchFactory()
    key = f"company:{match.seeker_id}"

    def refreshed():
        with transaction.atomic():
            outbox.mark("doc", "match", match.seeker_id)
        settle()
        return ids(kind="match", owners=(key,))

    assert refreshed() == {str(match.pk)}
    match.match_list.matches.all().delete()
    assert refreshed() == set()
    # The tombstone has arrived: nothing is left to remember.
    assert MatchEdition.objects.get(pk=match.seeker_id).documents == []


def test_a_hidden_candidate_leaves_the_matches_of_others_at_once(index, settle):
    match = MatchFactory()
    with transaction.atomic():
        outbox.mark("doc", "match", match.seeker_id)
    settle()
    Company.objects.filter(pk=match.candidate_id).update(visibility="suspended")
    changed(match.candidate)
    settle()
    assert ids(kind="match", owners=(f"company:{match.seeker_id}",)) == set()


class DownEngine:
    """An engine whose server does not answer."""

    name = "down"

    def __getattr__(self, name):
        def fail(*args, **kwargs):
            raise EngineUnavailableError("connection refused")

        return fail

    def ping(self):
        return False

    def write(self, documents, *, seen=None):
        from search.engines.base import WriteResult

        return WriteResult(retry=tuple(document.key for document in documents))

    def close(self):
        pass


@pytest.fixture
def server_down(embedded, monkeypatch):
    """Elasticsearch configured and unreachable, the embedded engine behind it."""
    engine = FallbackEngine(DownEngine(), embedded, CircuitBreaker(limit=1))
    # The room's own module last: importing the others after it would bind them to the double for good.
    for name in ("search.receivers", "search.queries", "search.indexing", "search.likeness", "search.index"):
        monkeypatch.setattr(f"{name}.search_engine", lambda: engine)
    return engine


def test_a_change_waits_for_the_server_and_is_found_meanwhile(server_down):
    company = CompanyFactory(legal_name_en="Marine Paint Works")
    changed(company)
    outbox.drain_all(topics=["doc"])
    assert [hit.id for hit in server_down.search(SearchQuery("company", analyse("paint"))).hits] == [str(company.pk)]
    waiting = OutboxEntry.objects.get(topic="doc")
    assert waiting.dead_at is None
    assert waiting.available_at > timezone.now()
    assert waiting.attempts == 0


def test_the_first_mark_that_gets_through_wakes_those_that_waited(server_down, embedded, monkeypatch):
    for taken_over in (0, 1):
        changed(CompanyFactory())
        OutboxEntry.objects.filter(topic="doc", available_at__lte=timezone.now()).update(attempts=taken_over)
    outbox.drain_all(topics=["doc"])
    assert OutboxEntry.objects.filter(topic="doc", available_at__gt=timezone.now()).count() == 2
    for name in ("search.receivers", "search.indexing"):
        monkeypatch.setattr(f"{name}.search_engine", lambda: embedded)
    changed(CompanyFactory())
    outbox.drain_all(topics=["doc"])
    assert not OutboxEntry.objects.filter(topic="doc").exists()


def test_a_document_that_can_never_be_indexed_is_buried_and_the_rest_goes_on(embedded, monkeypatch):
    good, bad = CompanyFactory(), CompanyFactory()
    for company in (good, bad):
        changed(company)
    real = type(embedded).write

    def write(self, documents, *, seen=None):
        from search.engines.base import WriteResult

        documents = list(documents)
        refused = {one.key: "too long" for one in documents if one.id == str(bad.pk)}
        done = real(self, [one for one in documents if one.key not in refused])
        return WriteResult(done.written, done.stale, done.retry, refused)

    monkeypatch.setattr(type(embedded), "write", write)
    outbox.drain_all(topics=["doc"])
    assert OutboxEntry.objects.get(topic="doc").entity_id == bad.pk
    assert OutboxEntry.objects.get(topic="doc").dead_at is not None
    assert ids() == {str(good.pk)}


def test_writes_during_a_rebuild_are_in_the_new_generation(index, settle, monkeypatch):
    old = [CompanyFactory() for _ in range(3)]
    for company in old:
        changed(company)
    settle()
    import search.rebuilding as rebuilding

    fill = rebuilding._fill

    def meanwhile(engine, name, *, show_progress):
        remembered = fill(engine, name, show_progress=show_progress)
        Company.objects.filter(pk=old[0].pk).update(visibility="withdrawn")
        changed(old[0])
        new = CompanyFactory(legal_name_en="Meanwhile Foods")
        changed(new)
        settle()
        assert str(new.pk) in ids("meanwhile"), "the old generation still answers, and is still written"
        return remembered

    monkeypatch.setattr(rebuilding, "_fill", meanwhile)
    for engine in single_engines():
        rebuild(engine)
    settle()
    assert str(old[0].pk) not in ids()
    assert len(ids("meanwhile")) == len(single_engines())
    for engine in single_engines():
        assert not compare(engine).any


def test_a_failed_rebuild_leaves_the_old_generation(embedded, settle, monkeypatch):
    company = CompanyFactory()
    changed(company)
    settle()
    before = embedded.generations()
    monkeypatch.setattr("search.rebuilding._settle", lambda *args: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        rebuild(embedded)
    assert embedded.generations() == before
    assert ids() == {str(company.pk)}


def test_a_second_rebuild_gives_way(embedded, capsys):
    with only_rebuild(), pytest.raises(SystemExit) as stopped:
        call_command("search_rebuild")
    assert stopped.value.code == 3
    with only_rebuild(), pytest.raises(RebuildRunningError), only_rebuild():
        pass


def test_if_missing_builds_once(embedded, capsys):
    CompanyFactory()
    call_command("search_rebuild", "--if-missing", "--json")
    assert json.loads(capsys.readouterr().out)["rebuilt"][0]["company"] == 1
    call_command("search_rebuild", "--if-missing", "--json")
    assert json.loads(capsys.readouterr().out)["rebuilt"] == []


@pytest.fixture
def indexed(index, settle):
    """A company, a need and a match in the index."""
    match = MatchFactory(match_list=MatchListFactory(need=None))
    need = NeedFactory(company=match.seeker)
    for company in Company.objects.all():
        changed(company)
    with transaction.atomic():
        outbox.mark("doc", "match", match.seeker_id)
    settle()
    return {"match": match, "need": need, "company": match.candidate}


def faults():
    for engine in single_engines():
        yield compare(engine)


def test_reconcile_finds_and_repairs_each_fault(indexed, settle):
    assert not any(found.any for found in faults())
    company, need, match = indexed["company"], indexed["need"], indexed["match"]
    engine = search_engine()
    [document] = company_documents([company.pk])
    orphan = type(document)("need", "999999", 1, fields={"title_en": "x"})
    from dataclasses import replace

    planted = {
        "stale": [replace(document, fields={"name_en": "Damaged"})],
        "missing": [tombstone("need", str(need.pk), Company.objects.get(pk=need.company_id).search_version)],
        "orphan": [orphan],
    }
    for documents in planted.values():
        engine.write(documents)
    Company.objects.filter(pk=match.seeker_id).update(visibility="suspended")
    engine.refresh()
    for found in faults():
        assert ("company", str(company.pk)) in found.stale
        assert ("need", "999999") in found.orphan
        assert ("company", str(match.seeker_id)) in found.leaked
        assert ("match", str(match.pk)) in found.leaked
    Company.objects.filter(pk=match.seeker_id).update(visibility="live")
    for found in faults():
        assert found.missing == {("need", str(need.pk))}
        repair(found)
    settle()
    assert not any(found.any for found in faults())


def test_reconcile_says_so_and_exits_with_one(embedded, capsys):
    CompanyFactory()
    with pytest.raises(SystemExit) as stopped:
        call_command("search_reconcile", "--settle", "0", "--repair", "--json")
    assert stopped.value.code == 1
    report = json.loads(capsys.readouterr().out)
    assert {name: report[name] for name in ("missing", "stale", "orphan", "leaked", "dead")} == {
        "missing": 1,
        "stale": 0,
        "orphan": 0,
        "leaked": 0,
        "dead": 0,
    }
    assert len(report["engines"]["fts5"]["missing"]) == report["marked"] == 1
    outbox.drain_all(topics=["doc"])
    call_command("search_reconcile", "--settle", "0")


def test_the_handler_may_be_told_the_same_thing_twice(embedded, settle):
    company = CompanyFactory()
    changed(company)
    entries = list(OutboxEntry.objects.filter(topic="doc"))
    index_changed([*entries, *entries])
    index_changed(entries)
    assert ids() == {str(company.pk)}
