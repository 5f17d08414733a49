"""Queries become concepts; names become keys."""

import pytest

from search.analysis import (
    LONGEST_QUERY,
    MOST_CONCEPTS,
    Expansion,
    analyse,
    sort_name,
    suggest_keys,
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


def test_texts_are_kept_apart_and_names_get_pinyin():
    assert token_text(["cold", "", "chain"]) == "cold ¦ chain"
    assert token_text(["涪陵"], names=True).split(" ¦ ") == ["涪陵 陵", tokens("fuling")[0]]


def test_names_sort_by_pinyin_among_latin_names():
    assert sorted(["重庆", "Beta", "北碚", "Zeta"], key=sort_name) == ["北碚", "Beta", "重庆", "Zeta"]


def test_suggestion_keys_are_bounded():
    keys = suggest_keys("很" * 500 + " word" * 500)
    assert len(keys) < 50
    assert max(map(len, keys)) <= 32


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
