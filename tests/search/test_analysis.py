"""Queries become concepts; names become keys."""

import pytest

from search.analysis import (
    LONGEST_QUERY,
    MOST_CONCEPTS,
    Expansion,
    analyse,
    token_text,
    tokens,
)

EXPANSION = Expansion((("污水处理", "wastewater treatment", "sewage"), ("污水", "wastewater")))


def own(query: str, expansion: Expansion | None = None) -> list[str]:
    return [concept.own for concept in analyse(query, expansion).concepts]


def test_glued_chinese_is_cut_into_words():
    assert own("新加坡酱油") == ["新加坡", "酱油"]


def test_repeated_words_count_once():
    assert own("law law Laws") == ["law"]


def test_the_longest_wording_with_a_translation_wins():
    concept, design = analyse("污水处理设计", EXPANSION).concepts
    assert (concept.own, concept.added) == ("污水处理", ("wastewater treatment", "sewage"))
    assert (design.own, design.added) == ("设计", ())


def test_inflected_english_is_recognised():
    assert analyse("Wastewater Treatments", EXPANSION).concepts[0].added == ("污水处理", "sewage")


def test_own_words_may_stand_apart_but_translations_are_phrases():
    own_wording, chinese, _ = analyse("wastewater treatment", EXPANSION).concepts[0].alternatives
    assert len(own_wording.terms) == 2
    assert [term.tokens for term in chinese.terms] == [("污水", "水处", "处理")]


def test_groups_that_share_a_wording_are_joined():
    shared = Expansion((("银行", "bank"), ("bank", "河岸")))
    assert set(analyse("bank", shared).concepts[0].added) == {"银行", "河岸"}


@pytest.mark.parametrize("group", [(), ("",), ("?",), ("银行",)])
def test_groups_without_another_wording_add_nothing(group):
    assert analyse("银行", Expansion((group,))).concepts[0].added == ()


def test_blank_and_wordless_queries_are_told_apart():
    assert analyse(" \u200b ").blank
    assert not analyse("?!").blank
    assert analyse("?!").concepts == ()


def test_long_queries_are_cut():
    concepts = analyse(" ".join(f"word{number}" for number in range(10_000))).concepts
    assert len(concepts) == MOST_CONCEPTS
    assert len(analyse("污" * 10_000).concepts[0].own) <= LONGEST_QUERY


def test_tokens_keep_the_order_of_the_text():
    assert tokens("重庆 Logistics 与 R&D") == ["重庆", "庆", "logist", "与", "r&d"]


def test_texts_are_kept_apart():
    assert token_text(["cold", "", "chain"]) == "cold ¦ chain"


def test_what_only_says_company_is_not_asked_for():
    assert own("Raffles Quay Law Pte. Ltd.") == ["raffles", "quay", "law"]
    assert own("山城食品股份有限公司") == ["山城", "食品"]
    assert own("Pte Ltd") == ["pte", "ltd"]


def test_a_whole_name_is_whole_without_its_suffix():
    assert analyse("Raffles Quay Law Pte Ltd").whole == analyse("Raffles Quay Law LLP").whole


@pytest.mark.parametrize("query", ['"污水处理" 设计', "“污水处理” 设计", "「污水处理」设计"])
def test_words_in_quotes_stand_as_they_are(query):
    phrase, design = analyse(query, EXPANSION).concepts
    assert (phrase.own, phrase.added) == ("污水处理", ())
    assert phrase.alternatives[0].terms[0].tokens == ("污水", "水处", "处理")
    assert design.own == "设计"


def test_quotes_around_nothing_and_open_quotes_mean_nothing():
    assert own('"?" law') == ["law"]
    assert own('"law') == ["law"]


def texts_of(concept):
    return [[term.tokens for term in alternative.terms] for alternative in concept.alternatives]


def test_letters_may_be_the_initials_of_a_name_but_not_where_they_are_a_word():
    concept = analyse("slp").concepts[0]
    assert texts_of(concept) == [[("slp",)], [("§slp",)]]
    assert concept.added == ()
    assert texts_of(analyse("sewage", Expansion((("污水", "sewage"),))).concepts[0])[1:] == [[("污水",)]]
    assert texts_of(analyse('"slp"').concepts[0]) == [[("slp",)]]


@pytest.mark.parametrize(
    ("typed", "pieces"),
    [
        ("fu ling", ["fuling"]), ("chong qing yu huan shui wu", ["chongqingyuhuan", "yuhuanshuiwu"]),
        ("fu ling zha cai", ["fulingzhacai"]),
    ],
)  # fmt: skip
def test_syllables_apart_are_looked_for_together(typed, pieces):
    apart, together = texts_of(analyse(typed).concepts[0])
    assert len(apart) == len(typed.split())
    assert together == [tuple(tokens(piece)) for piece in pieces]


def test_words_of_a_dictionary_that_might_be_syllables_stay_apart():
    assert own("fan song", Expansion((("风扇", "fan"), ("歌", "song")))) == ["fan", "song"]
