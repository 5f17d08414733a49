"""Whatever is handed in: a clear typed error or an empty list, never a crash, never a long wait, never a wrong list."""

import json
import time
from dataclasses import replace

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError

from matchmaking.engine import persistence
from matchmaking.engine.columns import _most_syllables, spellings
from matchmaking.engine.features import NEED_WEIGHTS, Weights
from matchmaking.engine.profiles import Need, Offer, Profile, Text
from matchmaking.engine.recommender import MatchRecommender

from .conftest import provider, seeker

MEGABYTE = 1_000_000
# Far above what any of these takes (under two seconds each), far below what a step would that grows with the square.
PATIENCE_SECONDS = 10


@pytest.fixture
def patient():
    """Fails a test that worked for longer than any text of a megabyte may take."""
    started = time.process_time()
    yield
    assert time.process_time() - started < PATIENCE_SECONDS


def scored(bridge, text, documents):
    """Scores of one query against documents, each checked against its explanation."""
    query = bridge.analyse(text)
    given = bridge.documents([bridge.analyse(document) for document in documents])
    scores = bridge.scores(bridge.queries([query]), given)[0]
    prepared = bridge.prepare(query)
    assert [bridge.explain(prepared, given, row).total for row in range(len(documents))] == pytest.approx(
        scores.tolist(), abs=1e-5
    )
    assert np.isfinite(scores).all()
    assert (scores >= 0).all()
    return scores


# -- texts -----------------------------------------------------------------------------------------------------------

SAYING_NOTHING = {
    "empty": "",
    "spaces": " \n\t\u3000 ",
    "controls": "\0\x07\x1b",
    "invisible": "\u200b\u202e\ufeff\U000e0041",
    "emoji": "🍲👩‍👩‍👧🇸🇬",
    "punctuation": "。，！？…—()[]{}<>%$#@",
    "half a character": "\ud83c",
    "no characters": "\ufffe\uffff\U0010ffff",
    "English function words": "the of and with to which would be there for its own",
    "Chinese function words": "的了和与及或在是为于以等我们你们以及并且而且",
    "unknown characters": "\U00020000\U0002a700㐀",
    "one repeated letter": "a" * 5_000,
    "one repeated character": "冷" * 5_000,
    "combining marks": "e" + "\u0301" * 5_000,
    "digits": "0123456789" * 500,
}


@pytest.mark.parametrize("text", SAYING_NOTHING.values(), ids=SAYING_NOTHING)
def test_a_text_that_says_nothing_finds_nothing_and_is_found_by_nothing(recommender, patient, text):
    bridge = recommender.bridge_
    documents = ["cold chain logistics", "专利", text]
    assert not scored(bridge, text, documents)[:2].any()
    assert scored(bridge, "cold chain 物流", documents)[2] == 0


@pytest.mark.parametrize("text", SAYING_NOTHING.values(), ids=SAYING_NOTHING)
def test_a_company_whose_texts_say_nothing_has_an_empty_list_and_is_on_none(recommender, directory, text):
    before = {p.key: recommender.recommend(p.key) for p in directory}
    said = Text(text, text)
    empty = Profile("x", "SG", said, said, offers=(Offer("o", title=said),), needs=(Need("n", title=said),))
    recommender.update(empty)
    assert recommender.recommend("x") == recommender.recommend("x", need="n") == recommender.similar("x") == []
    assert recommender.recommend_to("x") == []
    assert {p.key: recommender.recommend(p.key) for p in directory} == before


@pytest.mark.parametrize(
    "text",
    [
        "冷鏈物流",
        "冷链物流",
        "冷\u200b链物流",
        "🍲冷链🍲物流🍲",
        "冷鏈ＬＯＧＩＳＴＩＣＳ物流",
        "我们的冷链，以及物流。",
    ],
    ids=["traditional", "simplified", "invisible", "emoji", "mixed scripts", "function words"],
)
def test_other_ways_to_write_the_same_find_the_same(recommender, text):
    need = Need("n", title=Text(text, ""))
    assert [r.candidate for r in recommender.recommend("s-loans", need=need)] == ["p-logistics"]


@pytest.mark.parametrize("unit", ["a", "冷链物流，"])
def test_a_megabyte_is_read_in_seconds(recommender, patient, unit):
    bridge = recommender.bridge_
    analysis = bridge.analyse(unit * (MEGABYTE // len(unit.encode())))
    scores = bridge.scores(bridge.queries([analysis]), bridge.documents([analysis]))
    assert bridge.explain(bridge.prepare(analysis), bridge.documents([analysis]), 0).total == pytest.approx(scores[0, 0])


@pytest.mark.parametrize("unit", ["物", "cold chain ", "ﬃ", "a物", "e\u0301", "İ", "xi", "zhong", "的", "("])
def test_what_repeats_takes_no_longer_than_its_length(recommender, unit):
    def seconds(length):
        text = unit * (length // len(unit))
        started = time.process_time()
        scored(recommender.bridge_, text, [text])
        return time.process_time() - started

    # Ten times the text: about ten times as long, where the square would be a hundred.
    assert seconds(40_000) < 40 * max(seconds(4_000), 0.01)


def test_two_long_texts_of_a_profile_are_learned_from_and_served_in_seconds(small_lexicon, directory, patient):
    long = Text("冷链物流" * (MEGABYTE // 400), "cold chain logistics " * (MEGABYTE // 400))
    giant = replace(provider("giant", "loans"), summary=long)
    model = MatchRecommender(lexicon=small_lexicon).fit([*directory, giant])
    assert [r.candidate for r in model.recommend("s-logistics")] == ["p-logistics", "giant"]


@pytest.mark.parametrize("unit", ["zhongguo", "iao", "anenan", "uai", "ianiang"])
def test_a_word_that_reads_as_pinyin_in_many_ways_is_read_at_once(recommender, patient, unit):
    analyse = recommender.bridge_.analyse
    assert spellings(analyse(unit * 2)) == {unit * 2: 1.0}
    assert spellings(analyse(unit * 600 + "q")) == {}
    assert _most_syllables(unit * 600) >= 600
    assert _most_syllables(unit * 600 + "q") == 0


def test_a_long_latin_word_beside_chinese_is_read_at_once(recommender, patient):
    assert recommender.bridge_.analyse("a" * (MEGABYTE // 10) + " 物流").heads == {"物流": 1.0}
    assert recommender.bridge_.lexicon_.coverage("a" * (MEGABYTE // 10) + " 物流") == 1


# -- profiles, keys, numbers -----------------------------------------------------------------------------------------

ASKS = {
    "profiles": lambda model: model.profiles(),
    "populate": lambda model: model.populate([]),
    "update": lambda model: model.update(provider("p", "loans")),
    "remove": lambda model: model.remove("p"),
    "recommend": lambda model: model.recommend("p"),
    "recommend_to": lambda model: model.recommend_to("p"),
    "recommend_all": lambda model: model.recommend_all(),
    "first": lambda model: model.first("p"),
    "similar": lambda model: model.similar("p"),
    "closed": lambda model: model.closed("p", "q"),
}


@pytest.mark.parametrize("ask", ASKS.values(), ids=ASKS)
def test_nothing_is_asked_of_what_was_never_fitted(small_lexicon, ask):
    with pytest.raises(NotFittedError):
        ask(MatchRecommender(lexicon=small_lexicon))


@pytest.mark.parametrize(
    "ask",
    [
        lambda model: model.recommend("nobody"),
        lambda model: model.recommend("s-loans", need="nothing"),
        lambda model: model.recommend_to("nobody"),
        lambda model: model.first("nobody"),
        lambda model: model.similar("nobody"),
        lambda model: model.remove("nobody"),
        lambda model: model.closed("nobody", "p-loans"),
        lambda model: model.closed("s-loans", "nobody"),
        lambda model: model.closed("s-loans", "p-loans", "nothing"),
    ],
)
def test_unknown_companies_and_needs_are_key_errors_with_their_name(recommender, ask):
    with pytest.raises(KeyError, match=r"^'(nobody|nothing)'$"):
        ask(recommender)


LISTS = {
    "recommend": lambda model, k: model.recommend("s-loans", k=k),
    "also_best": lambda model, k: model.recommend("s-loans", k=k, also_best=True),
    "recommend_to": lambda model, k: model.recommend_to("p-loans", k=k),
    "recommend_all": lambda model, k: model.recommend_all(k)["s-loans"],
    "first": lambda model, k: model.first("s-loans", k),
    "similar": lambda model, k: model.similar("p-loans", k),
}


@pytest.mark.parametrize("ask", LISTS.values(), ids=LISTS)
def test_a_list_of_no_places_is_empty_and_of_fewer_is_refused(recommender, ask):
    recommender.update(provider("p-twin", "loans"))
    recommender.update(seeker("s-twin", "loans"))
    assert len(ask(recommender, 10)) >= 1
    assert ask(recommender, 0) == []
    with pytest.raises(ValueError, match=r"k: -1"):
        ask(recommender, -1)


@pytest.mark.parametrize("band", [-1, 6, 99, 2.5, float("nan"), "2"])
def test_a_size_that_is_no_band_is_refused(band):
    with pytest.raises(ValueError, match="budget"):
        Need("n", budget=band)
    with pytest.raises(ValueError, match="deal_size"):
        Offer("o", deal_size=band)


@pytest.mark.parametrize("codes", [{"no-such-service"}, {""}, {"loans\0"}, {"LOANS"}, {"贷款"}])
def test_unknown_codes_meet_nobody(recommender, codes):
    wish = {name: frozenset(codes) for name in ("service_types", "categories", "markets", "languages")}
    assert recommender.recommend("s-loans", need=Need("n", **wish)) == []
    assert recommender.recommend(Profile("x", "SG", sectors=frozenset(codes))) == []
    required = Need("n", frozenset({"loans"}), required_credentials=frozenset(codes))
    assert recommender.recommend("s-loans", need=required) == []


@pytest.mark.parametrize("people", [[], [seeker("s", "loans")], [seeker("s", "loans"), seeker("t", "loans")]])
def test_with_no_candidates_every_list_is_empty(small_lexicon, people):
    model = MatchRecommender(lexicon=small_lexicon).fit(people)
    assert model.recommend(seeker("x", "loans")) == model.first(seeker("x", "loans")) == []
    assert model.recommend_all() == {p.key: [] for p in people}
    assert [model.recommend_to(p.key) for p in people] == [[] for _ in people]


@pytest.mark.parametrize(
    "parameters",
    [
        {"floor": float("nan")},
        {"floor": -0.1},  # gated pairs score 0 and would pass
        {"floor": float("inf")},
        {"diversity": float("nan")},
        {"diversity": -1.0},
        {"mean": "median"},
        {"mean": None},
    ],
)
def test_parameters_that_would_spoil_every_list_are_refused(small_lexicon, directory, recommender, parameters):
    with pytest.raises(ValueError, match=next(iter(parameters))):
        MatchRecommender(lexicon=small_lexicon, **parameters).fit(directory)
    with pytest.raises(ValueError, match=next(iter(parameters))):
        recommender.set_params(**parameters).populate(directory)


@pytest.mark.parametrize("params", [{"floor": float("nan")}, {"floor": -1}, {"diversity": 1e999}, {"mean": "median"}])
def test_a_saved_model_with_such_parameters_is_refused(recommender, tmp_path, params):
    manifest = persistence.save(recommender, tmp_path) / "manifest.json"
    saved = json.loads(manifest.read_text())
    manifest.write_text(json.dumps({**saved, "params": {**saved["params"], **params}}))
    with pytest.raises(persistence.ArtefactError, match=next(iter(params))):
        persistence.load(tmp_path)


@pytest.mark.parametrize(
    "need",
    [
        {},
        {"text": 1.0},
        {**NEED_WEIGHTS, "price": 0.1},
        {**NEED_WEIGHTS, "text": float("nan")},
        {**NEED_WEIGHTS, "text": -0.35},
        {**NEED_WEIGHTS, "text": "much"},
        dict.fromkeys(NEED_WEIGHTS, 0.0),
        None,
    ],
)
def test_weights_that_weigh_nothing_are_refused(need):
    with pytest.raises(ValueError, match="need"):
        Weights(need=need)


class Speechless:
    name, dimensions, multilingual = "speechless", 3, True

    def encode(self, texts, progress=None):
        return None


@pytest.mark.parametrize("parameters", [{}, {"encoder": Speechless()}, {"mean": "median"}])
def test_a_fit_that_fails_leaves_everything_as_it_was(recommender, directory, parameters):
    def answers():
        return recommender.fingerprint_, recommender.recommend_all(), recommender.recommend(directory[-1])

    before = answers()
    half = directory[::2]
    recommender.set_params(**parameters)
    with pytest.raises(ValueError, match=r"once|speechless|median"):
        recommender.fit(half if parameters else [*half, *half])
    recommender.set_params(encoder=None, mean="arithmetic")
    assert answers() == before
