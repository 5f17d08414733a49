"""Whatever is handed in: a clear typed error or an empty list, never a crash, never a long wait, never a wrong list."""

import time
from dataclasses import replace

import numpy as np
import pytest

from matchmaking.engine.breakdown import explain, prepare
from matchmaking.engine.columns import _most_syllables, spellings
from matchmaking.engine.encoding.choice import encoder_for
from matchmaking.engine.profiles import Need, Offer, Profile, Text
from matchmaking.engine.recommender import MatchRecommender

from .conftest import SERVICES, provider, seeker
from .encoding.conftest import needs_english

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
    prepared = prepare(bridge, query)
    assert [explain(bridge, prepared, given, row).total for row in range(len(documents))] == pytest.approx(
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
def test_a_company_whose_texts_say_nothing_has_an_empty_list_and_is_on_none(recommender, text):
    before = recommender.recommend_all()
    said = Text(text, text)
    empty = Profile("x", "SG", said, said, offers=(Offer("o", title=said),), needs=(Need("n", title=said),))
    recommender.update(empty)
    assert recommender.recommend("x") == recommender.recommend("x", need="n") == recommender.similar("x") == []
    assert recommender.recommend_to("x") == []
    assert recommender.recommend_all() == {**before, "x": []}


@pytest.fixture(scope="module")
def reading(small_lexicon):
    """A recommender whose encoder is the English one of the product, fitted on firms of both sides."""
    firms = [make(f"{side}-{s}", s) for s in SERVICES for side, make in (("p", provider), ("s", seeker))]
    return MatchRecommender(lexicon=small_lexicon, encoder=encoder_for("auto")).fit(firms)


@needs_english
@pytest.mark.parametrize("text", SAYING_NOTHING.values(), ids=SAYING_NOTHING)
def test_nor_does_an_encoder_find_that_it_resembles_anybody(reading, text):
    said = Text(text, text)
    for country in ("CN", "SG"):
        nothing = Profile("x", country, said, said, offers=(Offer("o", title=said),), needs=(Need("n", title=said),))
        assert reading.recommend(nothing) == reading.recommend(nothing, need="n") == reading.similar(nothing) == []


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
    assert explain(bridge, prepare(bridge, analysis), bridge.documents([analysis]), 0).total == pytest.approx(
        scores[0, 0]
    )


@pytest.mark.parametrize("unit", ["物", "cold chain ", "ﬃ", "a物", "e\u0301", "İ", "xi", "zhong", "的", "("])
def test_what_repeats_takes_no_longer_than_its_length(recommender, unit):
    def seconds(length):
        text = unit * (length // len(unit))
        started = time.process_time()
        scored(recommender.bridge_, text, [text])
        return time.process_time() - started

    # Ten times the text: about ten times as long, where the square would be a hundred each time one looks. Once it may
    # be: the rubbish of all tests before is collected when it happens to be.
    assert any(seconds(40_000) < 40 * max(seconds(4_000), 0.01) for _ in range(3))


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


# -- codes and numbers -------------------------------------------------------------------------------------------------


def test_codes_that_nobody_knows_fit_nobody_and_leave_the_words_to_decide(recommender):
    odd = frozenset({"no.such.code", "", "冷链"})
    need = Need("n", odd, odd, Text("冷链物流", ""), markets=odd, languages=odd)
    best, *others = recommender.recommend("s-loans", need=need)
    assert (best.candidate, others) == ("p-logistics", [])
    fits = {reason.field for reason in best.reasons if reason.kind == "fits" and reason.direction == "forward"}
    assert fits == {"text"}
    assert recommender.recommend("s-loans", need=Need("n", odd)) == []


def test_a_requirement_that_nobody_meets_keeps_everybody_out_by_name(recommender):
    asking = seeker("s-loans", "loans", need={"required_credentials": frozenset({"no.such"})})
    recommender.update(asking)
    assert recommender.recommend("s-loans", need="s-loans-n") == []
    assert [(gate.gate, gate.codes) for gate in recommender.closed("s-loans", "p-loans", "s-loans-n")] == [
        ("credential", ("no.such",))
    ]


@pytest.mark.parametrize("band", [-1, 6, 2.5, float("nan"), "2"])
def test_a_size_that_is_no_band_is_refused(band):
    with pytest.raises(ValueError, match="is no band"):
        Offer("o", deal_size=band)
    with pytest.raises(ValueError, match="is no band"):
        Need("n", budget=band)


def test_a_company_of_a_country_nobody_knows_is_across_the_border_from_all(recommender):
    recommender.update(provider("atlantis", "loans", country="??"))
    assert "atlantis" in [r.candidate for r in recommender.recommend("s-loans")]
