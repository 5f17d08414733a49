"""From facts to lists and back: gates, verdicts, no-lists, private needs, and freshness through the outbox."""

import copy
import logging
from dataclasses import asdict

import pytest
from django.db import transaction

from alliances.models import Verdict, VerdictKind
from directory.actions import AddToNoList, RemoveFromNoList
from directory.models import NoListEntry, Visibility
from directory.versions import mark_changed
from matchmaking.core import outbox
from matchmaking.core.models import OutboxEntry
from matchmaking.engine.weights import Weights
from matchmaking.matches import live, receivers
from matchmaking.matches.artefacts import switch
from matchmaking.matches.features import own_profiles
from matchmaking.matches.models import Match, MatchList, ModelVersion
from matchmaking.matches.refresh import refresh_all, refresh_reverse, refresh_seeker
from matchmaking.matches.selectors import matches_for, servable
from matchmaking.matches.signals import matches_refreshed
from tests.factories import AllianceFactory, CompanyFactory, CompanyMemberFactory, NeedFactory, ProductFactory
from tests.matches.conftest import all_text_of_matches, provider, slugs

pytestmark = pytest.mark.django_db


def change(company, **fields):
    with transaction.atomic():
        type(company).objects.filter(pk=company.pk).update(**fields)
        mark_changed(company.pk)
    outbox.drain_all(topics=["match"])
    company.refresh_from_db()


def verdict(one, other, kind):
    low, high = sorted((one, other), key=lambda company: company.pk)
    row = Verdict.objects.create(
        alliance=AllianceFactory(), company_low=low, company_high=high, kind=kind, reason="pin.specialist"
    )
    change(one)
    change(other)
    return row


def test_a_need_finds_the_providers_of_its_service_across_the_border(computed, need):
    found = slugs(matches_for(computed, need=need))
    assert set(found[:3]) == {"straits", "equator", "verdant"}
    assert "ip-house" not in found[:3]


def test_reasons_add_up_to_the_score_and_ranks_follow_it(computed, need):
    for match in matches_for(computed, need=need).matches:
        assert sum(match.parts.values()) == pytest.approx(match.score)
        assert sum(row["share"] for row in match.reasons) == pytest.approx(match.score, abs=1e-4)
    ranks = [match.rank for match in matches_for(computed, need=need).matches]
    assert ranks == list(range(1, len(ranks) + 1))


def test_the_same_side_of_the_border_and_the_own_group_never_appear(computed, need, terms):
    neighbour = provider("neighbour", terms["water"], country="CN", scheme="uscc")
    sister = provider("sister", terms["water"], group_name="Yuhuan Group")
    change(computed, group_name="YUHUAN GROUP ")
    change(neighbour)
    change(sister)
    found = slugs(matches_for(computed, need=need))
    assert "neighbour" not in found
    assert "sister" not in found


def test_a_suspended_company_disappears_at_once_and_from_the_rows_after_the_worker(computed, need, providers):
    straits = providers["straits"]
    type(straits).objects.filter(pk=straits.pk).update(visibility=Visibility.SUSPENDED, live=False)
    assert "straits" not in slugs(matches_for(computed, need=need))
    change(straits)
    assert not Match.objects.filter(candidate=straits).exists()
    assert not MatchList.objects.filter(company=straits).exists()


def test_nobody_is_matched_with_an_unpublished_seeker(computed, providers):
    change(computed, visibility=Visibility.WITHDRAWN, live=False)
    assert matches_for(computed).state == "hidden"
    assert not MatchList.objects.filter(company=computed).exists()
    assert not Match.objects.filter(candidate=computed).exists()


@pytest.mark.parametrize("direction", ["mine", "theirs"])
def test_a_no_list_works_both_ways_before_and_after_the_worker(computed, need, providers, direction):
    straits = providers["straits"]
    pair = (computed, straits) if direction == "mine" else (straits, computed)
    with transaction.atomic():
        NoListEntry.objects.create(company=pair[0], excluded=pair[1])
        mark_changed(pair[0].pk)
    computed.refresh_from_db()
    assert "straits" not in slugs(matches_for(computed, need=need))
    outbox.drain_all(topics=["match"])
    assert not Match.objects.filter(seeker=computed, candidate=straits).exists()
    assert not Match.objects.filter(seeker=straits, candidate=computed).exists()


def test_the_other_sides_no_list_cannot_be_inferred_from_the_numbers(computed, need, providers):
    before = matches_for(computed, need=need).excluded
    with transaction.atomic():
        NoListEntry.objects.create(company=providers["straits"], excluded=computed)
        mark_changed(providers["straits"].pk)
    outbox.drain_all(topics=["match"])
    computed.refresh_from_db()
    assert matches_for(computed, need=need).excluded == before


def test_adding_to_the_no_list_and_undoing_it_brings_the_company_back(computed, need, providers):
    member = CompanyMemberFactory(company=computed)
    AddToNoList(member.user, computed, providers["straits"], "no-list.competitor").run()
    outbox.drain_all(topics=["match"])
    computed.refresh_from_db()
    assert "straits" not in slugs(matches_for(computed, need=need))
    assert matches_for(computed, need=need).excluded["no_list"] == 1
    RemoveFromNoList(member.user, computed, providers["straits"]).run()
    outbox.drain_all(topics=["match"])
    computed.refresh_from_db()
    assert "straits" in slugs(matches_for(computed, need=need))


def test_a_pin_leads_the_list_and_a_suppression_keeps_out_and_both_survive_retraining(computed, need, providers, train):
    pinned, suppressed = providers["ip"], providers["straits"]
    verdict(computed, pinned, VerdictKind.PIN)
    lifted = verdict(computed, suppressed, VerdictKind.SUPPRESS)
    for _training in range(2):
        computed.refresh_from_db()
        company_list = matches_for(computed)
        assert slugs(company_list)[0] == "ip-house"
        assert company_list.matches[0].pinned
        assert "straits" not in slugs(company_list) + slugs(matches_for(computed, need=need))
        NeedFactory(company=providers["verdant"], title_en="Patent counsel", title_zh="专利设计")
        train()
        refresh_all(live.live_recommender(), show_progress=False)
    lifted.lifted_at = lifted.created_at
    lifted.save()
    change(computed)
    assert "straits" in slugs(matches_for(computed, need=need))


def test_the_no_list_is_stronger_than_a_pin(computed, providers):
    verdict(computed, providers["ip"], VerdictKind.PIN)
    NoListEntry.objects.create(company=providers["ip"], excluded=computed)
    change(providers["ip"])
    computed.refresh_from_db()
    assert "ip-house" not in slugs(matches_for(computed))


CANARY = "CANARYWORD"


def test_a_private_need_is_invisible_to_everybody_else(computed, providers, client, caplog):
    secret = NeedFactory(
        company=providers["straits"], private=True, title_en=f"{CANARY} wastewater engineering",
        title_zh="秘密污水工程", text_en=f"We secretly look for {CANARY} wastewater engineering design.",
    )  # fmt: skip
    with caplog.at_level(logging.DEBUG):
        change(providers["straits"])
    assert CANARY.lower() not in all_text_of_matches().lower()
    assert CANARY.lower() not in caplog.text.lower()
    assert (
        not Match.objects.exclude(seeker=providers["straits"]).filter(reasons__icontains=f"need:{secret.pk}").exists()
    )
    own = matches_for(providers["straits"], need=secret)
    assert slugs(own) == ["yuhuan-water"]
    member = CompanyMemberFactory(company=computed)
    client.force_login(member.user)
    assert CANARY not in client.get("/en/my/matches/").content.decode()
    assert f"need:{secret.pk}" not in str(list(
        Match.objects.filter(seeker=providers["straits"], need=None).values_list("reasons", "missing", "conflicts")
    ))  # fmt: skip


def test_a_private_need_does_not_move_the_lists_of_others(computed, providers):
    def lists():
        return list(
            Match.objects.exclude(seeker=providers["straits"])
            .order_by("match_list", "candidate").values_list("match_list", "candidate", "score")
        )  # fmt: skip

    before = lists()
    NeedFactory(company=providers["straits"], private=True, title_en="Wastewater engineering", title_zh="污水工程")
    change(providers["straits"])
    assert [(a, b) for a, b, _score in lists()] == [(a, b) for a, b, _score in before]
    assert [score for *_pair, score in lists()] == pytest.approx([score for *_pair, score in before])


def test_a_changed_company_enters_the_lists_of_others_through_the_outbox(computed, need, terms):
    newcomer = provider("newcomer", terms["water"])
    assert "newcomer" not in slugs(matches_for(computed, need=need))
    change(newcomer)
    computed.refresh_from_db()
    assert "newcomer" in slugs(matches_for(computed, need=need))
    assert matches_for(newcomer).state == "ready"
    assert "yuhuan-water" in slugs(matches_for(newcomer))


def test_a_company_that_stops_offering_leaves_the_list_of_the_need_or_falls(computed, need, providers):
    straits = providers["straits"]
    before = Match.objects.get(need=need, candidate=straits).score
    straits.offers.all().delete()
    change(straits, summary_zh="酒店", summary_en="Hotels and leisure.")
    after = Match.objects.filter(need=need, candidate=straits).first()
    assert after is None or after.score < before


def test_a_change_recomputes_both_directions_and_marks_search(
    computed, need, providers, django_capture_on_commit_callbacks
):
    told = []

    def listen(sender, company_id, **kwargs):
        told.append(company_id)

    matches_refreshed.connect(listen)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            change(providers["straits"], summary_en="Wastewater engineering and design, renewed.")
    finally:
        matches_refreshed.disconnect(listen)
    marked = set(OutboxEntry.objects.filter(topic="doc", entity="match").values_list("entity_id", flat=True))
    assert {providers["straits"].pk, computed.pk} <= marked & set(told)
    row = Match.objects.get(need=need, candidate=providers["straits"])
    assert row.candidate_version == providers["straits"].search_version


def test_closing_a_need_removes_its_list(computed, need):
    need.state = "closed"
    need.save()
    assert matches_for(computed, need=need).matches == []
    change(computed)
    assert not MatchList.objects.filter(need=need).exists()


def test_a_need_served_by_nobody_says_which_rule_kept_them_out(computed, need, terms):
    need.required_credentials.set([terms["licence"]])
    need.save()
    change(computed)
    served = matches_for(computed, need=need)
    assert served.matches == []
    assert served.excluded == {"credential": 3}


def test_a_product_has_a_list_of_its_own(computed, terms):
    product = ProductFactory(company=computed, name_zh="污水设备", name_en="Wastewater engineering equipment")
    change(computed)
    assert set(slugs(matches_for(computed, product=product))) >= {"straits", "equator"}


def test_rows_behind_for_too_long_are_hidden_until_recomputed(computed, need, providers):
    type(computed).objects.filter(pk=providers["straits"].pk).update(search_version=99)
    assert "straits" not in slugs(matches_for(computed, need=need))
    with transaction.atomic():
        mark_changed(providers["straits"].pk)
    assert "straits" in slugs(matches_for(computed, need=need))
    type(computed).objects.filter(pk=computed.pk).update(search_version=99)
    computed.refresh_from_db()
    assert matches_for(computed).state == "computing"


def test_reading_a_list_costs_the_same_however_long_it_is(computed, need, django_assert_max_num_queries):
    rows = list(Match.objects.filter(need=need).select_related("seeker", "candidate", "need"))
    with django_assert_max_num_queries(4):
        servable(rows)


def test_marks_wait_without_error_until_a_model_was_trained(seeker, need, providers, train):
    with transaction.atomic():
        mark_changed(seeker.pk)
    outbox.drain_all(topics=["match"])
    (mark,) = OutboxEntry.objects.filter(topic="match")
    assert (mark.attempts, mark.dead_at, mark.lease_owner) == (0, None, "")
    assert matches_for(seeker).state == "computing"
    train()
    outbox.drain_all(topics=["match"])
    seeker.refresh_from_db()
    assert matches_for(seeker).state == "ready"
    assert not OutboxEntry.objects.filter(topic="match").exists()


def test_a_deleted_company_is_forgotten(computed, need, providers):
    straits = providers["straits"]
    straits.delete()
    outbox.drain_all(topics=["match"])
    computed.refresh_from_db()
    assert "straits" not in slugs(matches_for(computed, need=need))
    assert straits.pk not in live.live_recommender().held


def test_another_process_catches_up_with_changes_it_was_not_told_of(computed, providers):
    running = live.live_recommender()
    with transaction.atomic():
        providers["ip"].offers.all().delete()
        mark_changed(providers["ip"].pk)
    OutboxEntry.objects.all().delete()
    assert live.live_recommender() is running
    assert running.held[providers["ip"].pk].offers == ()


def test_a_worker_that_was_held_up_puts_no_older_lists_in_the_place_of_newer_ones(computed, need, providers):
    held_up = copy.copy(live.live_recommender())
    held_up.versions = dict(held_up.versions)
    change(computed, summary_en="Wastewater engineering, renewed.")
    change(providers["straits"], summary_en="Wastewater engineering and design, renewed.")
    refresh_seeker(held_up, own_profiles([computed.pk])[computed.pk])
    refresh_reverse(held_up, providers["straits"].pk)
    computed.refresh_from_db()
    assert matches_for(computed).state == "ready"
    assert "straits" in slugs(matches_for(computed, need=need))


def test_lists_of_the_model_before_are_computed_again_where_another_was_switched_to(computed, train, monkeypatch):
    compute = receivers.refresh_company

    def slowly(running, company_id):
        compute(running, company_id)
        CompanyFactory(singapore=True, summary_en="Hotels and catering, dim sum and noodles.")
        monkeypatch.setattr(receivers, "refresh_company", compute)
        train()

    monkeypatch.setattr(receivers, "refresh_company", slowly)
    change(computed)
    outbox.drain_all(topics=["match"])
    active = ModelVersion.objects.get(active=True)
    assert ModelVersion.objects.count() == 2
    assert {one.model for one in MatchList.objects.filter(company=computed)} == {active}


def test_a_damaged_model_gives_way_to_the_one_before(computed, train, settings, caplog):
    first = ModelVersion.objects.get(active=True)
    CompanyFactory(singapore=True, summary_en="Hotels and catering, dim sum and noodles.")
    second = train()
    assert second.pk != first.pk
    (settings.RECOMMENDER_DIR / second.directory / "stems_text.npy").write_bytes(b"damaged")
    live.forget()
    assert live.live_recommender().model == first
    assert "cannot be used" in caplog.text


@pytest.mark.parametrize("weights", [{"need": {"text": 1.0}}, {"need": None}, {"price": {}}, ["text"]])
def test_a_model_with_edited_weights_gives_way_to_the_one_before(computed, train, weights, caplog):
    before = ModelVersion.objects.get(active=True)
    edited = switch(before.directory, {}, asdict(Weights(affinity={"text": 0.8, "sector": 0.2})))
    ModelVersion.objects.filter(pk=edited.pk).update(weights=weights)
    live.forget()
    assert live.live_recommender().model == before
    assert "cannot be used" in caplog.text


def test_switching_leaves_one_active_model_and_nothing_half_written(train, seeker, settings):
    first = train()
    assert train() == first
    assert [version.pk for version in ModelVersion.objects.filter(active=True)] == [first.pk]
    assert [folder.name for folder in settings.RECOMMENDER_DIR.iterdir()] == [first.fingerprint]
