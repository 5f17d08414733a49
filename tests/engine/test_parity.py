"""What is measured is what the recommender answers, and the arithmetic of comparing it."""

import pytest

from matchmaking.engine.parity import KINDS, Answers, Asked, Compared, Directory, compare, compared_answers, figures
from matchmaking.engine.profiles import Need, Offer, Profile, Text
from matchmaking.engine.recommender import MatchRecommender
from matchmaking.engine.renditions import RENDITIONS, rendition

WORDS = {"logistics": ("冷链物流", "cold chain logistics"), "patents": ("专利", "patent"), "loans": ("贷款", "loan")}


def firm(key, country, word, need=None):
    zh, en = WORDS[word]
    offer = Offer(f"{key}-o", frozenset({word}), title=Text(zh, en), text=Text(f"{zh}中心", f"{en} centre"))
    needs = (Need(f"{key}-n", frozenset({need}), title=Text(*WORDS[need])),) if need else ()
    sectors = frozenset({word})
    return Profile(
        key, country, Text(f"{zh}公司", f"{en} company"), Text(zh, en), sectors, offers=(offer,), needs=needs
    )


@pytest.fixture
def firms():
    singapore = [("logistics", None), ("patents", "loans"), ("loans", None), ("loans", "patents")]
    chongqing = [("loans", "logistics"), ("patents", None), ("logistics", "patents"), ("patents", "loans")]
    return [
        *(firm(f"s{i}", "SG", word, need) for i, (word, need) in enumerate(singapore)),
        *(firm(f"c{i}", "CN", word, need) for i, (word, need) in enumerate(chongqing)),
    ]


@pytest.fixture
def recommender(firms, small_lexicon):
    return MatchRecommender(lexicon=small_lexicon).fit(firms)


@pytest.mark.parametrize("name", RENDITIONS)
def test_answers_are_those_of_the_recommender(recommender, firms, name):
    turned = [rendition(one, name) for one in firms]
    asked = Asked(Directory(recommender), turned, 2)
    for row, profile in enumerate(turned):
        whole, *needs, candidate = asked.answers(row)
        assert set(whole.names) == {r.candidate for r in recommender.recommend(profile, k=2)}
        assert whole.kind == KINDS[bool(profile.needs)]
        for need, answers in zip(profile.needs, needs, strict=True):
            assert set(answers.names) == {r.candidate for r in recommender.recommend(profile, need=need.key, k=2)}
        recommender.update(profile)
        assert list(candidate.names) == [r.seeker for r in recommender.recommend_to(profile.key, k=2)]
        recommender.update(firms[row])


def test_a_candidate_is_ranked_within_the_list_of_each_seeker(recommender, firms):
    asked = Asked(Directory(recommender), firms, 10)
    for row, profile in enumerate(firms):
        for seeker, rank in asked.answers(row)[-1].ranks.items():
            scores = {r.candidate: r.score for r in recommender.recommend(seeker, k=10)}
            assert rank == 1 + sum(score > scores[profile.key] + 1e-6 for score in scores.values())


def test_a_company_of_codes_and_numbers_has_full_parity(small_lexicon):
    same = Text("4711", "4711")
    firms = [
        Profile(f"{country}{i}", country, same, same, frozenset({f"sector-{i % 3}"}))
        for country in ("SG", "CN")
        for i in range(5)
    ]
    found = figures(compare(MatchRecommender(lexicon=small_lexicon).fit(firms), firms))
    assert list(found) == ["zh~en", "zh~mixed", "en~mixed"]
    for kinds in found.values():
        assert kinds["all"] == {"lists": 20, "overlap": 1.0, "rank_change": 0.0, "lower": 0, "higher": 0, "p": 1.0}


def test_a_company_described_in_words_that_nobody_renders_has_less(recommender, firms, small_lexicon):
    unknown = Text("冷链物流", "refrigerated haulage")
    odd = Profile("odd", "CN", unknown, unknown, frozenset({"other"}))
    recommender = MatchRecommender(lexicon=small_lexicon).fit([*firms, odd])
    found = figures(compare(recommender, [odd]))
    assert found["zh~en"]["all"]["overlap"] < 1


def answers(names, ranks=None):
    return Answers("candidate", names, ranks or {name: rank for rank, name in enumerate(names, 1)})


def test_overlap_is_a_share_of_the_longer_list():
    [found] = compared_answers(("zh", "en"), [answers("abcd")], [answers("ab")])
    assert (found.overlap, found.change) == (0.5, 0)
    assert list(compared_answers(("zh", "en"), [answers("")], [answers("")])) == []
    [none] = compared_answers(("zh", "en"), [answers("a")], [answers("")])
    assert (none.overlap, none.change) == (0, None)


def test_the_change_of_rank_is_of_whoever_stands_among_the_first_in_either():
    ours, theirs = answers("a", {"a": 1, "b": 11, "c": 30}), answers("b", {"a": 5, "b": 10, "c": 40})
    [found] = compared_answers(("zh", "en"), [ours], [theirs])
    assert found.change == (4 - 1) / 2


def test_figures_are_by_pair_and_kind_with_a_sign_test():
    pair = ("zh", "en")
    rows = [Compared(pair, "need", 0.5, 2.0)] * 9
    rows += [Compared(pair, "candidate", 1.0, -1.0), Compared(pair, "need", 1.0, None)]
    found = figures(rows)["zh~en"]
    assert found["need"] == {"lists": 10, "overlap": 0.55, "rank_change": 2.0, "lower": 9, "higher": 0, "p": 0.003906}
    assert found["all"]["rank_change"] == 1.7
    assert found["company with needs"]["lists"] == 0
