"""Whom a company wants to meet: first in its own lists, and no trace of it anywhere else until both want it."""

import re

import pytest

from directory.actions import AddMustMeet, AddToNoList, RemoveMustMeet
from directory.models import MustMeet
from matchmaking.core import outbox
from matchmaking.core.actions import InvalidTransition
from matchmaking.core.models import OutboxEntry
from matchmaking.matches import live
from matchmaking.matches.models import Match
from matchmaking.matches.refresh import refresh_all
from matchmaking.matches.selectors import matches_for, servable
from tests.factories import CompanyMemberFactory
from tests.matches.conftest import slugs
from tests.matches.test_refresh import change

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(computed):
    return CompanyMemberFactory(company=computed).user


def want(company, other):
    AddMustMeet(CompanyMemberFactory(company=company).user, company, other).run()
    outbox.drain_all(topics=["match"])


def everything_of(company, client):
    """All that a company's people can see of its lists, and the rows behind."""
    company.refresh_from_db()
    rows = list(
        Match.objects.filter(seeker=company).order_by("match_list", "rank")
        .values("match_list", "candidate", "rank", "score", "reasons", "missing", "changes", "pinned")
    )  # fmt: skip
    member = company.members.first() or CompanyMemberFactory(company=company)
    client.force_login(member.user)
    pages = [client.get(url).content.decode() for url in ("/en/my/matches/", "/en/my/must-meet/", "/zh-hans/my/")]
    return rows, [_without_tokens(page) for page in pages], company.search_version


def _without_tokens(page):
    return re.sub(r"[A-Za-z0-9]{64}|nonce=\S*", "", page)


def test_the_wanted_come_first_and_the_mutually_wanted_before_them(computed, providers):
    last, before_last = (match.candidate for match in reversed(matches_for(computed).matches[-2:]))
    want(computed, last)
    want(computed, before_last)
    want(before_last, computed)
    order = matches_for(computed)
    assert slugs(order)[:2] == [before_last.slug, last.slug]
    assert [order.wishes.bracket(match.candidate_id) for match in order.matches[:3]] == ["mutual", "mine", "none"]
    assert slugs(matches_for(computed, by_fit=True))[:2] == [before_last.slug, last.slug]
    assert slugs(matches_for(before_last))[0] == computed.slug


def test_a_wish_of_one_side_changes_nothing_the_other_side_can_see(computed, need, providers, client):
    straits = providers["straits"]
    before = everything_of(straits, client)
    others = everything_of(providers["verdant"], client)
    OutboxEntry.objects.all().delete()
    want(computed, straits)
    assert everything_of(straits, client) == before
    assert everything_of(providers["verdant"], client) == others
    assert not OutboxEntry.objects.filter(entity_id=straits.pk).exists()
    want(straits, computed)
    rows, pages, _version = everything_of(straits, client)
    assert "You both want to meet" in pages[0]
    assert "You both want to meet" in pages[1]
    assert rows == before[0]


def test_a_wish_moves_no_place_that_a_secretariat_or_a_search_reads(computed, providers, owner):
    def shown():
        rows = Match.objects.filter(seeker=computed).select_related("seeker", "candidate", "need")
        return [(match.match_list_id, match.candidate_id, match.rank, match.pinned) for match in servable(rows)]

    before = shown()
    AddMustMeet(owner, computed, matches_for(computed).matches[-1].candidate).run()
    outbox.drain_all(topics=["match"])
    assert shown() == before


def test_a_wish_brings_in_whom_the_list_left_out_and_only_for_the_own_people(computed, providers, owner, monkeypatch):
    for room in ("refresh", "rules", "match_rows", "placing", "selectors", "models"):
        monkeypatch.setattr(f"matchmaking.matches.{room}.LIST_LENGTH", 2, raising=False)
    refresh_all(live.live_recommender(), show_progress=False)
    left_out = next(c for c in providers.values() if c.slug not in slugs(matches_for(computed)))
    assert len(slugs(matches_for(computed))) == 2
    AddMustMeet(owner, computed, left_out).run()
    outbox.drain_all(topics=["match"])
    assert slugs(matches_for(computed))[0] == left_out.slug
    assert len(slugs(matches_for(computed))) == 3
    rows = Match.objects.filter(seeker=computed, need=None).select_related("seeker", "candidate", "need")
    assert left_out.slug not in [match.candidate.slug for match in servable(rows)]
    change(left_out)
    computed.refresh_from_db()
    assert slugs(matches_for(computed))[0] == left_out.slug
    RemoveMustMeet(owner, computed, left_out).run()
    assert len(slugs(matches_for(computed))) == 2


def test_the_no_list_of_either_side_is_stronger_and_leaves_no_trace(computed, providers, owner):
    straits, verdant = providers["straits"], providers["verdant"]
    want(straits, computed)
    AddMustMeet(owner, computed, straits).run()
    AddToNoList(CompanyMemberFactory(company=straits).user, straits, computed).run()
    outbox.drain_all(topics=["match"])
    computed.refresh_from_db()
    assert "straits" not in slugs(matches_for(computed))
    assert not MustMeet.objects.filter(company=straits).exists()
    assert MustMeet.objects.filter(company=computed, wanted=straits).exists()
    AddMustMeet(owner, computed, straits).run()  # no hint of the other side's list
    AddToNoList(owner, computed, verdant).run()
    with pytest.raises(InvalidTransition):
        AddMustMeet(owner, computed, verdant).run()


def test_oneself_and_too_many_are_refused(computed, providers, owner, monkeypatch):
    with pytest.raises(InvalidTransition):
        AddMustMeet(owner, computed, computed).run()
    monkeypatch.setattr("directory.actions.preferences.MAX_MUST_MEET", 1)
    AddMustMeet(owner, computed, providers["straits"]).run()
    with pytest.raises(InvalidTransition):
        AddMustMeet(owner, computed, providers["verdant"]).run()


def test_marking_from_the_card_and_back(computed, need, client, owner):
    client.force_login(owner)
    url = f"/en/needs/{need.pk}/matches/"
    html = client.post(url, {"do": "wish", "company": "verdant"}, follow=True).content.decode()
    assert MustMeet.objects.get().wanted.slug == "verdant"
    assert html.index('id="m-verdant"') < html.index('id="m-straits"')
    assert "They do not know it" in html
    client.post(url, {"do": "unwish", "company": "verdant"})
    assert not MustMeet.objects.exists()
    assert client.post(url, {"do": "wish", "company": "nobody"}).status_code == 404


def test_a_viewer_does_not_mark(computed, need, client):
    client.force_login(CompanyMemberFactory(company=computed, role="viewer").user)
    assert 'value="wish"' not in client.get(f"/en/needs/{need.pk}/matches/").content.decode()
    assert client.post(f"/en/needs/{need.pk}/matches/", {"do": "wish", "company": "straits"}).status_code == 403
    assert not MustMeet.objects.exists()
