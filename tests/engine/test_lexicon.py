import pytest

from matchmaking.engine.dictionary import glosses, read_entries
from matchmaking.engine.lexicon import Lexicon


def test_renderings_are_scaled_to_the_likeliest(small_lexicon):
    assert small_lexicon.renderings("物流") == {"logist": 1.0, "distribut": 0.5}
    assert small_lexicon.renderings("无") == {}


def test_segmentation_takes_the_fewest_headwords(small_lexicon):
    assert small_lexicon.segment("冷链物流与食品") == [("冷链", 1.0), ("物流", 1.0), ("食品", 1.0)]


def test_words_inside_a_long_word_count_less():
    lexicon = Lexicon.from_renderings({"动物园": {"zoo": 1.0}, "动物": {"anim": 1.0}, "园": {"garden": 1.0}})
    assert lexicon.segment("动物园") == [("动物园", 1.0), ("动物", 0.3)]
    assert lexicon.segment("园") == [("园", 0.5)]


def test_coverage_is_the_share_of_known_words(small_lexicon):
    assert small_lexicon.coverage("物流甲乙") == pytest.approx(1 / 3)
    assert small_lexicon.coverage("only English") == 1.0


def test_pairs_move_a_rendering_but_never_replace_the_dictionary(small_lexicon):
    learned = small_lexicon.learn([("物流", "haulage")] * 20)
    row = learned.renderings("物流")
    assert row["haulag"] > 0
    assert row["logist"] == 1.0
    assert small_lexicon.renderings("物流") == {"logist": 1.0, "distribut": 0.5}


def test_a_blended_row_is_half_learned_at_most(small_lexicon):
    # n = 2: share ½·2/4 = ¼ of the learned row, whose expected counts stand against a prior of 4.
    learned = small_lexicon.learn([("食品", "food")] * 2)
    row = learned.table[[learned.head_index["食品"]]].toarray()[0]
    assert row.sum() == pytest.approx(1.0)
    assert row[learned.stem_index["food"]] == pytest.approx(1.0)


def test_dictionary_glosses_are_cleaned(tmp_path):
    file = tmp_path / "cedict.u8"
    file.write_text(
        "# comment\n"
        "貨 货 [huo4] /goods/CL:個|个[ge4]/\n"
        "商家 商家 [shang1 jia1] /merchant (person who sells)/business; firm/\n"
        "賣家 卖家 [mai4 jia1] /see 商家[shang1 jia1]/\n"
        "王 王 [Wang2] /surname Wang/\n"
        "涪陵 涪陵 [Fu2 ling2] /Fuling, a district famous for pickles/\n",
        encoding="utf-8",
    )
    lexicon = Lexicon.from_dictionary(file)
    assert lexicon.renderings("货") == {"good": 1.0}
    assert set(lexicon.renderings("商家")) == {"merchant", "busi", "firm"}
    assert lexicon.renderings("卖家") == lexicon.renderings("商家")
    assert lexicon.renderings("王") == {}
    assert lexicon.renderings("涪陵") == {"fule": 1.0}
    assert [sense for _, sense in read_entries(file)["商家"]] == ["merchant (person who sells)", "business", " firm"]


def test_a_word_that_only_varies_its_own_traditional_form_is_rendered_by_the_other_form(tmp_path):
    file = tmp_path / "cedict.u8"
    file.write_text(
        "姜 姜 [jiang1] /variant of 薑|姜[jiang1]/\n薑 姜 [jiang1] /ginger/\n甲 甲 [jia3] /see also 乙[yi3]/\n",
        encoding="utf-8",
    )
    entries = read_entries(file)
    assert Lexicon.from_dictionary(file).renderings("姜") == {"ginger": 1.0}
    assert glosses("姜", lambda word: entries.get(word, ())) == ("ginger",)
    assert glosses("甲", lambda word: entries.get(word, ()), depth=0) == ()


def test_the_installed_dictionary_knows_the_trade(dictionary):
    assert {"intellectu", "properti"} <= set(dictionary.renderings("知识产权"))
    assert "pickl" in dictionary.renderings("榨菜")
    assert len(dictionary.heads) > 100_000
