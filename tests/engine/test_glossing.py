"""Chinese → an English gloss for encoders that read English only."""

import pytest

from matchmaking.engine.glossing import Glosser, dictionary_glosses


@pytest.fixture(scope="module")
def glosser(dictionary):
    return Glosser(dictionary, frozenset({"logist", "cold", "chain"}).__contains__)


def test_each_word_is_given_its_best_gloss_and_latin_words_stay(glosser):
    gloss = glosser.gloss("冷链物流的 ISO9001")
    assert gloss.best == "cold chain logistics iso9001"
    assert len(gloss.two.split()) > len(gloss.best.split())


def test_what_the_directory_knows_is_preferred(dictionary, glosser):
    assert glosser.gloss("物流").best == "logistics"
    assert Glosser(dictionary, {"distribut"}.__contains__).gloss("物流").best == "distribution"


def test_what_pairs_taught_is_preferred(dictionary):
    nobody = frozenset().__contains__
    taught = dictionary.learn([("出口", "export"), ("出口商品", "export goods")] * 8)
    assert Glosser(dictionary, nobody).gloss("出口").best == "exit"
    assert "export" in Glosser(taught, nobody).gloss("出口").best


def test_a_variant_is_glossed_by_what_it_is_a_variant_of():
    assert dictionary_glosses("北大") == dictionary_glosses("北京大学")


@pytest.mark.parametrize("text", ["", "的了和", "🍲", "𠀀𠀁", "\n\t"])
def test_text_without_known_words_has_an_empty_gloss(glosser, text):
    assert glosser.gloss(text).best == ""
