from dataclasses import asdict, replace

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from matchmaking.engine.profiles import Need, Offer, Profile, Text
from matchmaking.engine.recommender import MatchRecommender

from .conftest import SERVICES, provider, seeker


def keys(recommendations):
    return [r.candidate for r in recommendations]


@pytest.mark.parametrize("service", SERVICES)
def test_whoever_offers_the_wanted_service_comes_first(recommender, service):
    first = recommender.recommend(f"s-{service}")[0]
    assert first.candidate == f"p-{service}"
    assert first.need_key == f"s-{service}-n"


def test_providers_find_those_who_need_them(recommender):
    assert recommender.recommend("p-loans")[0].candidate == "s-loans"


def test_a_perfect_answer_is_full_marks_forward(small_lexicon):
    wish = {
        "service_types": frozenset({"loans"}),
        "markets": frozenset({"SG"}),
        "languages": frozenset({"en"}),
        "title": Text(),
        "budget": 2,
    }
    found = MatchRecommender(lexicon=small_lexicon).fit([provider("p", "loans"), seeker("s", "loans", need=wish)])
    best = found.recommend("s", need="s-n")[0]
    assert best.forward == pytest.approx(1.0)
    assert best.band == "strong"
    # Two bands off costs two fifths of the size field, whose weight is .04 of the .45 that the need states.
    off = found.recommend("s", need=Need("x", **wish | {"budget": 4}))[0]
    assert best.forward - off.forward == pytest.approx(0.4 * 0.04 / 0.45)


def test_reasons_and_parts_add_up_to_the_score(recommender, directory):
    lists = [recommender.recommend(p.key) for p in directory] + [recommender.similar("p-loans")]
    assert any(lists)
    for r in (r for row in lists for r in row):
        assert sum(reason.contribution for reason in r.reasons) == pytest.approx(r.score, abs=1e-9)
        assert sum(r.parts.values()) == pytest.approx(r.score, abs=1e-9)
        assert all(reason.contribution >= 0 for reason in r.reasons)
        assert all(reason.contribution == 0 for reason in r.reasons if reason.kind in ("missing", "change"))


def test_explained_scores_are_the_ranking_scores(recommender):
    block, firm = recommender.counterparts.holding.find("s-loans")
    ranked = {
        pair.giving.profiles[pair.candidate].key: pair.score for pair in recommender.counterparts.of_seeker(block, firm)
    }
    for r in recommender.recommend("s-loans"):
        assert r.score == pytest.approx(ranked[r.candidate], abs=1e-5)


def test_reasons_name_codes_offers_and_words_of_both_sides(recommender):
    best = recommender.recommend("s-loans")[0]
    service = next(r for r in best.reasons if r.field == "service")
    assert (service.yours, service.theirs, service.offer_key) == (("loans",), ("loans",), "p-loans-o")
    text = next(r for r in best.reasons if r.field == "text" and r.direction == "forward")
    assert text.yours == ("贷款",)


def test_a_conflict_and_a_missing_field_are_told_apart(small_lexicon):
    wish = {"markets": frozenset({"MY"}), "title": Text("贷款", "")}
    bank = provider("p", "loans")
    silent = provider("q", "loans", offers=(Offer("q-o", frozenset({"loans"})),))
    model = MatchRecommender(lexicon=small_lexicon).fit([bank, silent, seeker("s", "loans", need=wish)])
    kinds = {r.candidate: {x.kind for x in r.reasons if x.field == "market"} for r in model.recommend("s")}
    assert kinds == {"p": {"conflict"}, "q": {"missing"}}


def test_gated_pairs_never_appear_and_the_gate_is_told(small_lexicon):
    wish = {"required_credentials": frozenset({"mas"})}
    lacking, holding = provider("p", "loans"), provider("q", "loans", credentials=frozenset({"mas"}))
    model = MatchRecommender(lexicon=small_lexicon).fit([lacking, holding, seeker("s", "loans", need=wish)])
    assert keys(model.recommend("s", need="s-n")) == ["q"]
    assert [(g.gate, g.codes) for g in model.closed("s", "p", "s-n")] == [("credential", ("mas",))]
    # The provider's own list says what it lacks for that public need.
    told = [x for r in model.recommend("p") for x in r.reasons if x.kind == "missing" and x.field == "credential"]
    assert all(x.direction == "reverse" and x.theirs == ("mas",) for x in told)


def test_private_needs_serve_their_owner_and_nobody_else(small_lexicon):
    secret = {"title": Text("专利", "zirconium patents"), "service_types": frozenset({"patents"}), "private": True}
    owner = seeker("s", "patents", need=secret)
    nothing = replace(owner, needs=())
    others = [provider("p", "patents"), provider("q", "loans")]
    with_secret = MatchRecommender(lexicon=small_lexicon).fit([owner, *others])
    without = MatchRecommender(lexicon=small_lexicon).fit([nothing, *others])
    assert keys(with_secret.recommend("s"))[0] == "p"
    for key in ("p", "q"):
        assert [asdict(r) for r in with_secret.recommend(key)] == [asdict(r) for r in without.recommend(key)]
    assert "zirconium" not in with_secret.surfaces_.values()
    assert with_secret.fingerprint_ == without.fingerprint_


def test_companies_without_offers_or_needs_are_carried_by_their_text(dictionary):
    pickles = Profile(
        "pickles", "CN", Text("榨菜集团", ""), Text("", "Produces pickled vegetables and sauces sold in stores")
    )
    grocer = Profile(
        "grocer", "SG", Text("", "Fresh Mart"), Text("", "Runs supermarkets and stores selling vegetables, sauces")
    )
    yard = Profile("yard", "SG", Text("", "Deep Yard"), Text("", "Builds and repairs vessels and offshore rigs"))
    model = MatchRecommender(lexicon=dictionary).fit([pickles, grocer, yard])
    assert keys(model.recommend("pickles")) == ["grocer"]
    chinese = replace(pickles, summary=Text("生产腌菜和酱料，在超市销售蔬菜", ""))
    assert keys(model.recommend(chinese))[0] == "grocer"


def test_one_changed_profile_equals_a_directory_that_always_held_it(recommender, directory):
    changed = provider("p-loans", "patents")
    recommender.update(changed)
    fresh = MatchRecommender(lexicon=recommender.lexicon)
    fresh.bridge_, fresh.sectors_, fresh.surfaces_ = recommender.bridge_, recommender.sectors_, recommender.surfaces_
    fresh.populate([p for p in directory if p.key != "p-loans"] + [changed])
    for key in ("s-patents", "s-loans", "p-loans"):
        ours = sorted((r.candidate, round(r.score, 5)) for r in recommender.recommend(key))
        assert ours == sorted((r.candidate, round(r.score, 5)) for r in fresh.recommend(key))
    assert "p-loans" in keys(recommender.recommend("s-patents"))


def test_a_change_is_seen_from_the_other_side(recommender):
    recommender.update(provider("p-new", "patents"))
    to_new = {r.seeker: r.score for r in recommender.recommend_to("p-new")}
    own = {r.candidate: r.score for r in recommender.recommend("s-patents")}
    assert to_new["s-patents"] == pytest.approx(own["p-new"], abs=1e-9)


def test_a_removed_profile_is_gone_everywhere(recommender):
    recommender.remove("p-loans")
    assert "p-loans" not in keys(recommender.recommend("s-loans"))
    assert "p-loans" not in {p.key for p in recommender.profiles()}
    with pytest.raises(KeyError):
        recommender.recommend("p-loans")


def test_all_lists_at_once_equal_the_single_ones(recommender, directory):
    lists = recommender.recommend_all(5)
    assert set(lists) == {p.key for p in directory}
    for key, row in lists.items():
        assert [(r.candidate, round(r.score, 6)) for r in row] == [
            (r.candidate, round(r.score, 6)) for r in recommender.recommend(key, k=5)
        ]


def test_a_provider_with_little_capacity_is_in_few_lists(small_lexicon):
    bank = provider("bank", "loans")
    bank = replace(bank, offers=(replace(bank.offers[0], capacity=1),))
    seekers = [seeker(f"s{i:02d}", "loans") for i in range(25)]
    lists = MatchRecommender(lexicon=small_lexicon).fit([bank, *seekers]).recommend_all(3)
    assert sum("bank" in keys(row) for row in lists.values()) == 10


def test_similar_finds_peers_on_either_side_of_the_border(recommender):
    recommender.update(provider("p-twin", "loans", country="CN"))
    assert keys(recommender.similar("p-loans"))[0] == "p-twin"
    recommender.update(provider("p-home", "loans", country="SG"))
    assert "p-home" in keys(recommender.similar("p-loans"))


def test_fitting_twice_gives_the_same_fingerprint_and_lists(directory, small_lexicon):
    one, two = (MatchRecommender(lexicon=small_lexicon).fit(directory) for _ in range(2))
    assert one.fingerprint_ == two.fingerprint_
    assert one.recommend("s-loans") == two.recommend("s-loans")


def test_scikit_learn_manners(small_lexicon):
    model = MatchRecommender(lexicon=small_lexicon, floor=0.2)
    assert clone(model).get_params()["floor"] == 0.2
    with pytest.raises(NotFittedError):
        model.recommend("x")
    with pytest.raises(TypeError):
        MatchRecommender(small_lexicon)


def test_unknown_keys_and_double_keys_are_refused(recommender, directory):
    with pytest.raises(KeyError):
        recommender.recommend("nobody")
    with pytest.raises(KeyError):
        recommender.recommend("s-loans", need="none")
    with pytest.raises(ValueError, match="once"):
        recommender.populate([directory[0], directory[0]])


def test_an_empty_directory_has_nobody_to_recommend(small_lexicon):
    model = MatchRecommender(lexicon=small_lexicon).fit([])
    assert model.recommend(seeker("s", "loans")) == []
    assert model.recommend_all() == {}


def test_a_withheld_pair_of_a_checkerboard_ranks_first(small_lexicon):
    rng = np.random.default_rng(1)
    services = list(SERVICES)
    people = [provider(f"p{i}", services[i % 3]) for i in range(12)]
    people += [seeker(f"s{i}", services[int(rng.integers(3))]) for i in range(12)]
    model = MatchRecommender(lexicon=small_lexicon).fit(people)
    for person in people[12:]:
        wanted = set(person.needs[0].service_types)
        first_four = [p for key in keys(model.recommend(person.key, k=4)) for p in people if p.key == key]
        assert all(wanted <= set(p.sectors) for p in first_four)


def test_a_held_company_is_not_taken_apart_again(recommender, directory, monkeypatch):
    """Nor is it for one of its needs; what is not held as given is, and both ways lead to the same list."""
    asking = next(profile for profile in directory if profile.needs)
    need = asking.needs[0]
    alone = replace(asking, needs=(need,))
    as_new = [
        recommender.recommend(replace(one, key="new"), need=key) for one, key in ((asking, None), (alone, need.key))
    ]

    def taken_apart(*args, **kwargs):
        raise AssertionError("analysed again")

    monkeypatch.setattr("matchmaking.engine.bridge.TextBridge.analyse", taken_apart)
    held = [recommender.recommend(asking), recommender.recommend(alone, need=need.key)]
    assert [[(r.candidate, round(r.score, 6)) for r in one if r.candidate != asking.key] for one in held] == [
        [(r.candidate, round(r.score, 6)) for r in one if r.candidate != asking.key] for one in as_new
    ]
    for changed in (replace(asking, country="MY"), replace(alone, needs=(replace(need, budget=5),))):
        with pytest.raises(AssertionError, match="analysed again"):
            recommender.recommend(changed, need=changed.needs[0].key)
