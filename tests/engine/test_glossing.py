"""Chinese → an English gloss for encoders that read English only."""

import pytest

from matchmaking.engine.dictionary import DATED, glosses
from matchmaking.engine.glossing import Glosser, GlossTable


@pytest.fixture(scope="module")
def table(dictionary):
    return GlossTable.of(dictionary.entries)


@pytest.fixture(scope="module")
def glosser(dictionary, table):
    return Glosser(dictionary, table, frozenset({"logist", "cold", "chain"}).__contains__)


def test_each_word_is_given_its_best_gloss_and_latin_words_stay(glosser):
    gloss = glosser.gloss("冷链物流的 ISO9001")
    assert gloss.best == "cold chain logistics iso9001"
    assert len(gloss.two.split()) > len(gloss.best.split())


def test_what_the_directory_knows_is_preferred(dictionary, table, glosser):
    assert glosser.gloss("物流").best == "logistics"
    assert Glosser(dictionary, table, {"distribut"}.__contains__).gloss("物流").best == "distribution"


def test_what_pairs_taught_is_preferred(dictionary, table):
    nobody = frozenset().__contains__
    taught = dictionary.learn([("出口", "export"), ("出口商品", "export goods")] * 8)
    assert Glosser(dictionary, table, nobody).gloss("出口").best == "exit"
    assert "export" in Glosser(taught, table, nobody).gloss("出口").best


def test_a_variant_is_glossed_by_what_it_is_a_variant_of(table):
    assert table["北大"] == table["北京大学"] != ()


def test_a_word_outside_the_table_is_glossed_by_its_likeliest_stem(small_lexicon):
    nothing = GlossTable.of({})
    assert Glosser(small_lexicon, nothing, frozenset().__contains__).gloss("物流").best == "logist"


@pytest.mark.parametrize("text", ["", "的了和", "🍲", "𠀀𠀁", "\n\t"])
def test_text_without_known_words_has_an_empty_gloss(glosser, text):
    assert glosser.gloss(text).best == ""


def test_rare_uses_are_left_out_and_how_rare_is_the_readers_choice(dictionary):
    def senses_of(word):
        return dictionary.entries.get(word, ())

    assert "memory" not in " ".join(glosses("记忆体", senses_of))
    assert "memory" in " ".join(glosses("记忆体", senses_of, rare=DATED))
    assert len(glosses("打", senses_of, most=20)) > len(glosses("打", senses_of)) == 6
