"""Saved searches: what is news, what is told and when, and how it is stopped."""

from datetime import UTC, datetime

import pytest
from allauth.account.models import EmailAddress
from django.db import transaction
from django.test import Client
from django.utils import timezone

from directory.models import NeedState
from matchmaking.core import outbox
from matchmaking.core.models import OutboxEntry
from search.engines.base import EngineUnavailableError
from search.models import SavedSearch, SavedSearchHit
from search.saved.actions import MOST_SAVED
from search.saved.digest import due
from search.saved.links import stop_token
from tests.factories import CompanyFactory, CompanyMemberFactory, NeedFactory, UserFactory
from tests.factories.matches import MatchFactory, MatchListFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return UserFactory(language="en")


@pytest.fixture
def browser(person):
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def work(index):
    """Let the worker take every mark that is due, in both steps: documents, then saved searches."""

    def run(*extra):
        for topic in ("doc", "alert", *extra):
            outbox.drain_all(topics=[topic])
        index.refresh()

    return run


def save(browser, query="q=crane", kind="company", rhythm="daily"):
    return browser.post("/en/find/saved/new/", {"kind": kind, "query": query, "rhythm": rhythm}, follow=True)


def published(**fields):
    """A company that has just become visible, with the marks of its publication."""
    company = CompanyFactory(singapore=True, **fields)
    with transaction.atomic():
        outbox.mark("doc", "company", company.pk)
    return company


def told(mailoutbox):
    return "\n".join(mail.body for mail in mailoutbox)


def send_due(work):
    OutboxEntry.objects.filter(topic="digest").update(available_at=timezone.now())
    work("digest")


def test_what_was_there_is_no_news_and_what_is_published_later_is(index, work, browser, mailoutbox):
    published(legal_name_en="Old Crane Works", short_name_en="", summary_en="Harbour cranes")
    work()
    assert save(browser).status_code == 200
    published(legal_name_en="New Crane Works", short_name_en="", summary_en="Harbour cranes")
    published(legal_name_en="Tea House", short_name_en="", summary_en="Green tea")
    work()

    send_due(work)

    assert "New Crane Works" in told(mailoutbox)
    assert "Old Crane Works" not in told(mailoutbox)
    assert "Tea House" not in told(mailoutbox)
    assert "Found by: crane" in told(mailoutbox)


def test_a_question_in_chinese_finds_by_mail_what_it_finds_on_the_page(index, work, browser, mailoutbox):
    save(browser, query="q=起重机")
    company = published(summary_zh="港口起重机维修", legal_name_zh="某某重工有限公司", short_name_zh="")
    work()

    page = browser.get("/en/find/", {"q": "起重机"}).content.decode()
    assert company.get_absolute_url() in page
    assert SavedSearchHit.objects.get().object_id == company.pk


def test_a_result_is_told_once(index, work, browser, mailoutbox):
    save(browser)
    company = published(summary_en="cranes")
    work()
    send_due(work)
    with transaction.atomic():
        outbox.mark("doc", "company", company.pk)
    work()

    send_due(work)

    assert len(mailoutbox) == 1
    assert not OutboxEntry.objects.filter(topic="digest").exists()


def test_what_was_withdrawn_meanwhile_is_not_told(index, work, browser, mailoutbox):
    save(browser)
    company = published(summary_en="cranes")
    work()
    type(company).objects.filter(pk=company.pk).update(visibility="withdrawn", live=False)

    send_due(work)

    assert mailoutbox == []


def test_a_private_need_is_no_news(index, work, browser, mailoutbox):
    save(browser, kind="need")
    public = NeedFactory(title_en="Crane wanted", title_zh="", state=NeedState.OPEN)
    private = NeedFactory(private=True, title_en="Secret crane wanted", title_zh="")
    with transaction.atomic():
        for need in (public, private):
            outbox.mark("doc", "need", need.pk)
    work()

    assert list(SavedSearchHit.objects.values_list("object_id", flat=True)) == [public.pk]


def test_one_mail_for_all_searches_of_a_rhythm_the_best_result_first(index, work, browser, mailoutbox):
    save(browser, query="q=crane")
    save(browser, query="q=winch")
    published(legal_name_en="Some Yard", short_name_en="", summary_en="a crane and other things")
    best = published(legal_name_en="Crane Works", short_name_en="", summary_en="cranes")
    published(legal_name_en="Rope Yard", short_name_en="", summary_en="winch")
    work()

    send_due(work)

    (mail,) = mailoutbox
    assert "Crane Works" in mail.subject
    assert mail.body.index(best.get_absolute_url()) < mail.body.index("Some Yard")
    assert "Rope Yard" in mail.body


def test_the_best_result_comes_with_the_reason_of_its_match(index, work, person, browser, mailoutbox):
    company = CompanyFactory()
    CompanyMemberFactory(company=company, user=person)
    save(browser)
    candidate = published(summary_en="cranes")
    reason = {"field": "text", "direction": "forward", "share": 0.4, "yours": ["起重机"], "theirs": ["crane"], "need": "", "offer": ""}
    MatchFactory(match_list=MatchListFactory(company=company), candidate=candidate, reasons=[reason], score=0.4)
    work()

    send_due(work)

    assert "Why it may fit your company: Description: 起重机 ↔ crane" in told(mailoutbox)


def test_words_of_a_private_need_stay_out_of_the_mail(index, work, person, browser, mailoutbox):
    company = CompanyFactory()
    CompanyMemberFactory(company=company, user=person)
    need = NeedFactory(company=company, private=True, title_en="Secret harbour", title_zh="")
    save(browser)
    candidate = published(summary_en="cranes")
    reason = {"field": "text", "direction": "forward", "share": 0.4, "yours": ["secret"], "theirs": ["crane"], "need": "", "offer": ""}
    MatchFactory(
        match_list=MatchListFactory(company=company, need=need), candidate=candidate, reasons=[reason], score=0.4
    )
    work()

    send_due(work)

    assert mailoutbox
    assert "ecret" not in told(mailoutbox)


def test_the_mail_is_in_the_language_of_its_reader(index, work, person, browser, mailoutbox):
    person.language = "zh-hans"
    person.save()
    save(browser)
    published(summary_en="cranes", legal_name_zh="新起重机厂", short_name_zh="")
    work()

    send_due(work)

    assert "新起重机厂" in mailoutbox[0].subject
    assert "不再接收" in mailoutbox[0].body


def test_nobody_without_a_verified_address_gets_mail(index, work, person, browser, mailoutbox):
    EmailAddress.objects.filter(user=person).update(verified=False)
    save(browser)
    published(summary_en="cranes")
    work()

    send_due(work)

    assert mailoutbox == []


@pytest.mark.parametrize(
    ("rhythm", "now", "expected"),
    [
        ("daily", datetime(2026, 11, 26, 3, tzinfo=UTC), datetime(2026, 11, 27, 0, tzinfo=UTC)),
        ("daily", datetime(2026, 11, 26, 23, tzinfo=UTC), datetime(2026, 11, 28, 0, tzinfo=UTC)),
        ("weekly", datetime(2026, 11, 26, 3, tzinfo=UTC), datetime(2026, 11, 30, 0, tzinfo=UTC)),
        ("weekly", datetime(2026, 11, 30, 1, tzinfo=UTC), datetime(2026, 12, 7, 0, tzinfo=UTC)),
    ],
)
def test_digests_go_out_at_eight_in_chongqing(rhythm, now, expected):
    assert due(rhythm, now) == expected


def test_a_digest_waits_for_its_hour(index, work, browser, mailoutbox):
    save(browser)
    published(summary_en="cranes")
    work("digest")
    assert mailoutbox == []

    assert OutboxEntry.objects.get(topic="digest").available_at == due("daily", timezone.now())

    send_due(work)
    assert len(mailoutbox) == 1


def test_opening_the_link_stops_nothing_and_one_click_does(index, person, browser, client):
    save(browser)
    saved = SavedSearch.objects.get()
    url = f"/en/find/saved/stop/{stop_token(person.pk, [saved.pk])}/"

    page = client.get(url).content.decode()
    saved.refresh_from_db()
    assert saved.stopped_at is None
    assert "crane" not in page

    client.post(url, {"reason": "many"})
    saved.refresh_from_db()
    assert saved.stopped_at is not None
    assert saved.stop_reason == "many"


def test_a_mail_program_stops_with_one_click_by_the_header(index, work, browser, mailoutbox):
    save(browser)
    published(summary_en="cranes")
    work()
    send_due(work)
    headers = mailoutbox[0].extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = "/" + headers["List-Unsubscribe"].strip("<>").split("/", 3)[3]

    answer = Client(enforce_csrf_checks=True).post(path, {"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200
    assert SavedSearch.objects.get().stopped_at is not None


def test_a_stopped_search_tells_nothing_until_it_goes_on(index, work, person, browser, client):
    save(browser)
    saved = SavedSearch.objects.get()
    client.post(f"/en/find/saved/stop/{stop_token(person.pk, [saved.pk])}/")
    published(summary_en="cranes")
    work()
    assert not SavedSearchHit.objects.exists()

    browser.post(f"/en/find/saved/{saved.pk}/", {"rhythm": "weekly"})
    published(summary_en="more cranes")
    work()

    assert OutboxEntry.objects.filter(topic="digest", entity="weekly", entity_id=person.pk).count() == 1


@pytest.mark.parametrize("token", ["x", "WzEsMV0:1tX:forged"])
def test_a_forged_link_leads_nowhere(client, token):
    assert client.post(f"/en/find/saved/stop/{token}/").status_code == 404


def test_a_link_of_one_person_stops_nothing_of_another(index, browser, client):
    save(browser)
    saved = SavedSearch.objects.get()

    client.post(f"/en/find/saved/stop/{stop_token(UserFactory().pk, [saved.pk])}/")

    saved.refresh_from_db()
    assert saved.stopped_at is None


@pytest.mark.parametrize("form", [
    {"kind": "match", "query": "q=x"}, {"kind": "company", "query": "sort=banana"},
    {"kind": "company", "query": "q=x", "rhythm": "hourly"}, {"kind": "company", "query": "q=" + "长" * 2000},
])  # fmt: skip
def test_what_cannot_be_saved_is_refused(index, browser, form):
    assert browser.post("/en/find/saved/new/", form).status_code == 400
    assert not SavedSearch.objects.exists()


def test_saving_the_same_question_again_keeps_one(index, browser):
    save(browser)
    save(browser, rhythm="weekly")

    assert SavedSearch.objects.get().rhythm == "weekly"


def test_there_is_a_limit_and_it_is_said(index, browser, person):
    SavedSearch.objects.bulk_create(
        SavedSearch(user=person, kind="company", query=f"q={number}") for number in range(MOST_SAVED)
    )

    page = save(browser).content.decode()

    assert "You have saved 30 searches already" in page
    assert SavedSearch.objects.count() == MOST_SAVED


def test_a_search_that_cannot_answer_is_not_saved_by_halves(embedded, browser, monkeypatch):
    def away(*args):
        raise EngineUnavailableError("away")

    monkeypatch.setattr(type(embedded), "search", away)

    page = save(browser)

    assert not SavedSearch.objects.exists()
    assert page.status_code == 503


def test_a_bad_saved_question_does_not_keep_others_from_being_told(index, work, browser, person):
    SavedSearch.objects.create(user=person, kind="company", query="sort=gone")
    save(browser)
    published(summary_en="cranes")
    work()

    assert SavedSearchHit.objects.count() == 1
    assert browser.get("/zh-hans/find/saved/").status_code == 200


def test_the_page_offers_to_save_what_it_shows(index, browser, client):
    html = browser.get("/en/find/", {"q": "crane"}).content.decode()
    assert 'name="query" value="q=crane"' in html
    assert "Save this search" not in browser.get("/en/find/").content.decode()
    assert "Sign in to save" in client.get("/en/find/", {"q": "crane"}).content.decode()


def test_saved_searches_of_others_are_not_there(index, browser):
    foreign = SavedSearch.objects.create(user=UserFactory(), kind="company", query="q=foreign")

    assert "foreign" not in browser.get("/en/find/saved/").content.decode()
    assert browser.post(f"/en/find/saved/{foreign.pk}/", {"remove": "1"}).status_code == 404
    assert SavedSearch.objects.filter(pk=foreign.pk).exists()
