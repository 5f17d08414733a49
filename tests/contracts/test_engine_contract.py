"""What every search engine must do, run on each of them, and both side by side on one corpus."""

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from search.analysis import Expansion, analyse
from search.documents import match_document, need_document
from search.engines.base import (
    EngineUnavailableError,
    Meaning,
    SearchDocument,
    SearchQuery,
    Sort,
    Space,
    State,
    tombstone,
)
from search.engines.engine import SearchEngine
from tests.contracts.corpus import EXPANSION, QUERIES, corpus, firm


def put(engine: SearchEngine, *documents: SearchDocument) -> None:
    result = engine.write(documents)
    assert not result.retry
    assert not result.refused
    engine.refresh()


def ids(engine: SearchEngine, text: str = "", expansion: Expansion | None = None, **query: object) -> list[str]:
    question = SearchQuery(kind=query.pop("kind", "company"), text=analyse(text, expansion), **query)
    return [hit.id for hit in engine.search(question).hits]


@pytest.fixture(scope="module")
def pair(make_engine: Callable[[str], SearchEngine]) -> list[SearchEngine]:
    engines = [make_engine("fts5"), make_engine("elasticsearch")]
    for engine in engines:
        engine.ensure()
        put(engine, *corpus())
    return engines


# --- Words ---


def test_a_two_character_piece_of_a_name_finds_it(engine):
    put(engine, firm(1, name_zh="海峡子午工程顾问"), firm(2, name_zh="海峡东方工程顾问"))
    assert ids(engine, "子午") == ["1"]


def test_a_piece_across_dictionary_words_finds_it(engine):
    put(engine, firm(1, name_zh="重庆市涪陵榨菜集团"))
    assert ids(engine, "陵榨") == ["1"]


def test_glued_concepts_are_found_apart(engine):
    put(engine, firm(1, summary_zh="面向新加坡的调味品，主营酱油"), firm(2, summary_zh="面向新加坡的醋"))
    assert ids(engine, "新加坡酱油") == ["1"]


def test_bigrams_of_two_runs_are_no_phrase(engine):
    put(engine, firm(1, summary_zh="出口污水。处理设备"))
    assert ids(engine, "水处") == []


def test_english_words_are_found_by_their_stem(engine):
    put(engine, firm(1, name_en="Harbour Design Institute"))
    for query in ("designing", "Designs", "DESIGN", "design"):
        assert ids(engine, query) == ["1"]


def test_all_words_must_be_found_whatever_field_they_are_in(engine):
    put(engine, firm(1, name_en="Nanyang", summary_en="logistics"), firm(2, name_en="Nanyang", summary_en="law"))
    assert ids(engine, "nanyang logistics") == ["1"]


def test_any_word_will_do_when_asked_so(engine):
    put(engine, firm(1, name_en="Nanyang"), firm(2, summary_en="logistics"), firm(3, summary_en="law"))
    assert ids(engine, "nanyang logistics", match="any") == ["1", "2"]


def test_one_han_character_finds_every_word_with_it(engine):
    put(engine, firm(1, summary_zh="供应井盐"), firm(2, summary_zh="盐业"), firm(3, summary_zh="糖业"))
    assert ids(engine, "盐") == ["1", "2"]


def test_traditional_and_simplified_find_each_other(engine):
    put(engine, firm(1, summary_zh="進口許可與軟體"), firm(2, summary_zh="进口许可与软件"))
    assert ids(engine, "进口许可 软件") == ids(engine, "進口許可 軟體") == ["1", "2"]


def test_full_width_letters_and_accents_make_no_difference(engine):
    put(engine, firm(1, name_en="Café Lumière"))
    assert ids(engine, "ＣＡＦＥ lumiere") == ["1"]


def test_a_name_is_found_by_its_pinyin(engine):
    put(engine, firm(1, name_zh="涪陵榨菜集团"), firm(2, summary_zh="涪陵榨菜集团"))
    assert ids(engine, "fuling") == ["1"]


def test_a_name_is_found_by_its_initials_and_by_spaced_or_whole_pinyin(engine):
    put(
        engine, firm(1, name_zh="重庆渝环水务有限公司", name_en="Straits Legal Partners Pte. Ltd."),
        firm(2, name_zh="六安旺", summary_zh="渝环水务"), firm(3, summary_en="law"),
    )  # fmt: skip
    for typed in (
        "cqyhsw",
        "YHSW",
        "slp",
        "yu huan",
        "chong qing yu huan shui wu",
        "chongqingyuhuanshuiwu",
        "yuhuan水务",
    ):
        assert ids(engine, typed) == ["1"]
    assert ids(engine, "law", Expansion((("法律", "law"),))) == ["3"]


def test_function_words_do_not_narrow_a_query(engine):
    put(engine, firm(1, summary_en="Logistics, Vietnam"), firm(2, name_en="The And"))
    assert ids(engine, "logistics in the Vietnam") == ["1"]
    assert ids(engine, "the and") == ["2"]


# --- The other language ---


def test_a_chinese_query_finds_english_texts_and_the_reverse(engine):
    put(
        engine,
        firm(1, summary_en="Wastewater treatments"),
        firm(2, summary_zh="工业污水处理"),
        firm(3, summary_en="law"),
    )
    assert ids(engine, "污水处理", EXPANSION) == ["1", "2"]
    assert ids(engine, "wastewater treatment", EXPANSION) == ["1", "2"]


def test_without_expansion_only_the_own_words_count(engine):
    put(engine, firm(1, summary_en="Wastewater treatments"), firm(2, summary_zh="工业污水处理"))
    assert ids(engine, "污水处理") == ["2"]


def test_a_translation_of_several_words_is_a_phrase(engine):
    put(engine, firm(1, summary_en="cold chain"), firm(2, summary_en="cold rolled chain"))
    assert ids(engine, "冷链", EXPANSION) == ["1"]


def test_each_concept_may_be_found_in_its_own_language(engine):
    put(engine, firm(1, summary_en="soy sauce", place_zh="新加坡"), firm(2, summary_en="soy sauce"))
    assert ids(engine, "新加坡酱油", EXPANSION) == ["1"]


# --- Hostile and empty queries ---

HOSTILE = [
    '"', "'", "(", ")", "((污水", "*", "污水*", "AND", "NOT", "OR 1", "NEAR(污水 处理, 2)", "name:污水", "{name}: a",
    "^污水", "-污水", "污水 -处理", "\\", "\x00", "%", "a" * 10_000, "污" * 10_000, "污水 " * 3_000, "1" * 400,
    "; DROP TABLE", "<script>", "\ud800", "🦀", "ไทย", "/.*/", "_exists_:id", "[1 TO 2]",
]  # fmt: skip


@pytest.mark.parametrize("query", HOSTILE, ids=range(len(HOSTILE)))
def test_no_query_breaks_an_engine(pair, query):
    for engine in pair:
        assert engine.search(SearchQuery("company", analyse(query, EXPANSION))).total <= 60
        assert len(engine.suggest("company", query)) <= 8
        assert ids(engine, facets={"place": (query,)}, filters={"country": (query, "SG")}) == []


def test_operators_are_only_words(engine):
    put(engine, firm(1, summary_zh="污水处理"), firm(2, summary_zh="污水"))
    assert ids(engine, '("污水" 处理)') == ["1"]


def test_a_blank_query_lists_all_and_one_without_words_finds_nothing(engine):
    put(engine, firm(1, name_en="A"), firm(2, name_en="B"))
    assert ids(engine, "  ") == ["1", "2"]
    assert ids(engine, "?!") == []


# --- Order ---


def test_names_come_before_offers_before_texts(engine):
    put(engine, firm(1, summary_zh="冷链"), firm(2, offers_en=["Cold chain"]), firm(3, name_zh="冷链"))
    assert ids(engine, "冷链", EXPANSION) == ["3", "2", "1"]


def test_a_whole_query_in_a_name_comes_first(engine):
    put(engine, firm(1, name_zh="贸易狮城", verified_cases=9), firm(2, name_zh="狮城贸易"))
    assert ids(engine, "狮城贸易") == ["2", "1"]


def test_evidence_then_date_decide_between_equals(engine):
    put(
        engine,
        firm(1, name_en="Law", updated_at=5),
        firm(2, name_en="Law", updated_at=9),
        firm(3, name_en="Law", verified_cases=1),
    )
    assert ids(engine, "law") == ["3", "2", "1"]


def test_who_takes_no_requests_comes_last(engine):
    put(engine, firm(1, name_en="Law", paused=True), firm(2, summary_en="law"))
    assert ids(engine, "law") == ["2", "1"]


def test_sorts(engine):
    put(
        engine,
        firm(1, name_zh="重庆", name_en="Zeta", updated_at=1, verified_at=2, answer_days=1),
        firm(2, name_zh="北碚", name_en="Mu", updated_at=3, verified_at=1, answer_days=2),
        firm(3, name_zh="涪陵", name_en="Alpha", updated_at=2, verified_at=3),
    )
    assert ids(engine, sort=Sort.UPDATED) == ["2", "3", "1"]
    assert ids(engine, sort=Sort.VERIFIED) == ["3", "1", "2"]
    assert ids(engine, sort=Sort.ANSWER) == ["1", "2", "3"]
    assert ids(engine, sort=Sort.NAME, language="zh") == ["2", "1", "3"]
    assert ids(engine, sort=Sort.NAME, language="en") == ["3", "2", "1"]


# --- Facets and filters ---


@pytest.fixture
def directory(engine) -> SearchEngine:
    put(
        engine,
        firm(1, name_en="A law", service=["law"], place=["sg"], country="SG"),
        firm(2, name_en="B law", service=["law", "tax"], place=["cq"], country="CN"),
        firm(3, name_en="C tax", service=["tax"], place=["sg", "cq"], country="SG"),
        firm(4, name_en="D", service=["design"], place=["cq"], country="CN"),
    )
    return engine


def test_facets_are_or_within_and_between(directory):
    assert ids(directory, facets={"service": ("law", "tax")}) == ["1", "2", "3"]
    assert ids(directory, facets={"service": ("law", "tax"), "place": ("cq",)}) == ["2", "3"]


def test_a_group_does_not_narrow_its_own_counts(directory):
    result = directory.search(SearchQuery("company", facets={"service": ("law",), "place": ("cq",)}))
    assert result.total == 1
    assert result.facets["service"] == {"tax": 2, "design": 1, "law": 1}
    assert list(result.facets["service"]) == ["tax", "design", "law"]
    assert result.facets["place"] == {"cq": 1, "sg": 1}


def test_selected_values_are_counted_even_when_nothing_has_them(directory):
    result = directory.search(SearchQuery("company", facets={"service": ("unheard",)}))
    assert (result.total, result.facets["service"]["unheard"]) == (0, 0)


def test_filters_narrow_everything(directory):
    result = directory.search(SearchQuery("company", filters={"country": ("SG",)}))
    assert [hit.id for hit in result.hits] == ["1", "3"]
    assert result.facets["place"] == {"sg": 2, "cq": 1}
    assert "country" not in result.facets


def test_facets_count_what_the_words_find(directory):
    assert directory.search(SearchQuery("company", analyse("law"))).facets["service"] == {"law": 2, "tax": 1}


def test_an_unknown_group_finds_nothing(directory):
    assert ids(directory, filters={"secret": ("x",)}) == []


# --- Pages ---


def test_pages_hold_each_hit_once(engine):
    put(engine, *(firm(number, name_en=f"Firm {number}") for number in range(100, 130)))
    pages = [ids(engine, "firm", page=page, size=12) for page in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [12, 12, 6, 0]
    assert sorted(id for page in pages for id in page) == [str(number) for number in range(100, 130)]
    assert engine.search(SearchQuery("company", analyse("firm"), size=1)).total == 30


def test_pages_end_at_a_hundred_a_page_and_a_thousand_deep():
    SearchQuery("company", size=100, page=10)
    for wrong in ({"size": 101}, {"size": 0}, {"page": 0}, {"size": 100, "page": 11}, {"page": 10**30}):
        with pytest.raises(ValueError, match="no page"):
            SearchQuery("company", **wrong)


# --- Versions ---


def test_an_older_version_never_replaces_a_newer(engine):
    put(engine, firm(1, 5, name_en="New"))
    result = engine.write([firm(1, 4, name_en="Old")])
    engine.refresh()
    assert result.stale == (("company", "1"),)
    assert result.written == ()
    assert ids(engine, "new") == ["1"]
    assert ids(engine, "old") == []


def test_an_equal_version_may_be_written_again(engine):
    put(engine, firm(1, 5, name_en="First"))
    put(engine, firm(1, 5, name_en="Second"))
    assert ids(engine, "second") == ["1"]
    assert ids(engine, "first") == []


def test_a_tombstone_hides_and_a_late_writer_does_not_bring_back(engine):
    put(engine, firm(1, 5, name_en="Law", service=["law"]))
    put(engine, tombstone("company", "1", 6))
    assert engine.write([firm(1, 5, name_en="Law")]).stale
    engine.refresh()
    assert ids(engine) == []
    assert engine.suggest("company", "law") == ()
    assert engine.search(SearchQuery("company")).facets["service"] == {}
    assert engine.count("company") == 0


def test_a_tombstone_for_the_unknown_keeps_its_version(engine):
    put(engine, tombstone("company", "9", 3))
    assert engine.write([firm(9, 2, name_en="Late")]).stale


def test_a_withdrawn_company_can_come_back(engine):
    put(engine, firm(1, 1, name_en="Law"), tombstone("company", "1", 2), firm(1, 3, name_en="Law"))
    assert ids(engine, "law") == ["1"]


def test_a_changed_document_is_found_by_its_new_words_only(engine):
    put(engine, firm(1, 1, name_zh="旧名公司", service=["law"], summary_zh="很长的旧介绍"))
    put(engine, firm(1, 2, name_zh="新名公司", service=["tax"]))
    assert ids(engine, "旧名") == ids(engine, "介绍") == []
    assert engine.search(SearchQuery("company", analyse("新名"))).facets["service"] == {"tax": 1}
    assert engine.suggest("company", "旧") == ()


def test_what_is_indexed_can_be_compared(engine):
    documents = [firm(2, 7, name_en="B"), firm(10, 1, name_en="A"), tombstone("company", "3", 4)]
    put(engine, *documents)
    found = {each.id: each for each in engine.iterate("company")}
    assert list(found) == ["10", "2", "3"]
    assert [(each.version, each.visible) for each in found.values()] == [(1, True), (7, True), (4, False)]
    assert all(found[document.id].content_hash == document.content_hash for document in documents)


def test_purge_forgets_tombstones_and_nothing_else(engine):
    put(engine, firm(1, 1, name_en="A"), tombstone("company", "2", 4))
    engine.purge("company", ["1", "2"])
    assert [each.id for each in engine.iterate("company")] == ["1"]


def test_many_writers_end_with_the_newest_version(engine):
    def work(start: int) -> None:
        for version in range(start, 40, 4):
            engine.write([firm(1, version, name_en=f"Version{version}")])

    threads = [threading.Thread(target=work, args=(start,)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    engine.refresh()
    assert ids(engine, "version39") == ["1"]
    assert engine.count("company") == 1


# --- Allow-list ---


def test_a_document_with_a_field_not_allowed_is_refused_and_the_rest_written(engine):
    leaky = SearchDocument("company", "1", 1, fields={"name_en": "A", "phone": "+65 1234"})
    result = engine.write([leaky, firm(2, name_en="B")])
    assert result.written == (("company", "2"),)
    assert "phone" in result.refused["company", "1"]
    assert "1234" not in result.refused["company", "1"]


def test_equal_ids_of_different_kinds_do_not_meet(engine):
    need = need_document({"id": 1, "version": 1, "title_en": "Lawyer wanted", "confidentiality": "public"})
    put(engine, firm(1, name_en="Law"), need)
    assert ids(engine, "wanted") == []
    assert ids(engine, "wanted", kind="need") == ["1"]
    put(engine, tombstone("need", "1", 2))
    assert ids(engine, "law") == ["1"]


def test_long_texts_are_indexed_to_their_end(engine):
    put(engine, firm(1, description_zh="甲" * 9_000 + "污水处理"))
    assert ids(engine, "污水处理") == ["1"]


# --- Matches ---


def test_matches_are_found_by_their_owners_only(engine):
    record = {"version": 1, "candidate_en": "Verdant Isle", "band": "strong"}
    put(
        engine,
        match_document(record | {"id": "1-2", "owners": ["company:1", "alliance:finance"]}),
        match_document(record | {"id": "3-2", "owners": ["company:3"]}),
    )
    assert ids(engine, "verdant", kind="match", owners=("company:1",)) == ["1-2"]
    assert ids(engine, kind="match", owners=("company:3", "alliance:finance")) == ["1-2", "3-2"]
    assert ids(engine, kind="match", owners=("company:9",)) == []
    own = engine.search(SearchQuery("match", owners=("company:1",)))
    assert own.facets["band"] == {"strong": 1}
    assert "owner" not in own.facets


def test_a_search_in_matches_must_say_whose():
    with pytest.raises(ValueError, match="whose"):
        SearchQuery("match")


# --- Highlights and suggestions ---


def test_what_was_found_is_marked_in_the_original_text(engine):
    put(engine, firm(1, name_zh="進口許可事務所", summary_en="Import permits & <b>licences</b>"))
    hit = engine.search(SearchQuery("company", analyse("进口 licence"))).hits[0]
    assert hit.highlights["name_zh"] == "<mark>進口</mark>許可事務所"
    assert hit.highlights["summary_en"] == "Import permits &amp; &lt;b&gt;<mark>licences</mark>&lt;/b&gt;"
    assert hit.matched == ("进口", "licence")


def test_a_translation_that_was_found_is_named(engine):
    put(engine, firm(1, summary_en="Sewage treatment"))
    hit = engine.search(SearchQuery("company", analyse("污水处理", EXPANSION))).hits[0]
    assert hit.matched == ("sewage treatment",)
    assert hit.highlights == {"summary_en": "<mark>Sewage treatment</mark>"}


def test_names_are_suggested_while_typing(engine):
    put(engine, firm(1, name_zh="海峡子午", name_en="Straits Meridian"), firm(2, name_zh="别的", name_en="Other"))
    for typed in ("子午", "海", "strai", "MERID", "haixia", "hxzw", "海峡子午"):
        assert [suggestion.id for suggestion in engine.suggest("company", typed)] == ["1"]


def test_names_that_begin_as_typed_are_suggested_first(engine):
    put(engine, firm(1, name_en="Bank of Straits", verified_cases=9), firm(2, name_en="Straits Law"))
    assert [suggestion.text for suggestion in engine.suggest("company", "straits")] == [
        "Straits Law",
        "Bank of Straits",
    ]
    assert len(engine.suggest("company", "straits", size=1)) == 1
    assert engine.suggest("company", " ") == ()


def test_a_phrase_in_quotes_is_found_as_it_stands(engine):
    put(engine, firm(1, summary_en="Cold chain logistics"), firm(2, summary_en="A chain of cold rooms"))
    assert ids(engine, "cold chain", sort=Sort.NAME) == ["1", "2"]
    assert ids(engine, '"cold chain"', EXPANSION) == ["1"]


def test_company_suffixes_keep_nobody_from_being_found(engine):
    put(engine, firm(1, name_en="Raffles Quay Law LLP", name_zh="莱佛士法律事务所"))
    assert ids(engine, "Raffles Quay Law Pte. Ltd.") == ["1"]
    assert ids(engine, "莱佛士有限责任公司") == ["1"]


# --- Words as they are written ---


def test_words_spelt_nearly_alike_are_named_with_their_documents(engine):
    put(
        engine, firm(1, name_en="Straits Law"), firm(2, offers_en=["Straits crossings"]),
        firm(3, name_en="Strait Works", summary_en="Stratis"), firm(4, name_en="Harbour 2024"),
    )  # fmt: skip
    assert engine.near_words("company", ["stratis", "tsraits", "harbor", "zzzz", "2025", "st"]) == {
        "stratis": {"straits": 2}, "tsraits": {"straits": 2}, "harbor": {"harbour": 1}, "zzzz": {}, "2025": {}, "st": {},
    }  # fmt: skip
    assert list(engine.near_words("company", ["straitss"])["straitss"].items()) == [("straits", 2), ("strait", 1)]
    assert engine.near_words("need", ["stratis"]) == {"stratis": {}}


def test_words_go_with_the_documents_that_held_them(engine):
    put(engine, firm(1, name_en="Straits Law"), firm(2, name_en="Straits Meridian"))
    put(engine, tombstone("company", "1", 2), firm(2, 2, name_en="Harbour Meridian"))
    assert engine.near_words("company", ["stratis", "harbuor"]) == {"stratis": {}, "harbuor": {"harbour": 1}}


def test_words_of_matches_correct_nobody(engine):
    put(engine, match_document({"id": "1-2", "version": 1, "candidate_en": "Verdant Isle", "owners": ["company:1"]}))
    assert engine.near_words("match", ["verdnat"]) == {"verdnat": {}}


def test_words_of_an_earlier_generation_are_none_of_this_one(engine):
    put(engine, firm(1, name_en="Straits Law"))
    engine.create("second")
    put(engine, firm(2, name_en="Harbour"))
    engine.switch("second")
    assert engine.near_words("company", ["stratis", "harbuor"]) == {"stratis": {}, "harbuor": {"harbour": 1}}


# --- Meaning ---

SPACE = Space("small-1.0", 4)


def meant(id: int, vector: tuple[float, ...], version: int = 1, space: Space = SPACE, **record: object):
    made = np.array(vector, np.float16).tobytes()
    return replace(firm(id, version, **record), space=space.name, vector=made, words=b"w%d" % id)


def near(engine: SearchEngine, vector: tuple[float, ...], size: int = 10, space: str = SPACE.name, **query: object):
    return engine.nearest(SearchQuery("company", **query), Meaning(space, np.array(vector, np.float32)), size)


@pytest.fixture
def meaningful(engine) -> SearchEngine:
    engine.create("meaning", SPACE)
    engine.switch("meaning")
    put(
        engine,
        meant(1, (1, 0, 0, 0), name_en="Law", country="SG", service=["law"]),
        meant(2, (0.5, 0.5, 0, 0), name_en="Tax", country="CN", service=["tax"]),
        meant(3, (0, 0, 1, 0), name_en="Law and tax", country="CN", paused=True),
        firm(4, name_en="Without"),
    )
    return engine


def test_the_nearest_in_meaning_come_first_with_what_they_hold(meaningful):
    found = near(meaningful, (1, 0, 0, 0))
    assert [(one.id, round(one.score, 3), one.paused, one.words) for one in found] == [
        ("1", 1.0, False, b"w1"), ("2", 0.5, False, b"w2"), ("3", 0.0, True, b"w3"),
    ]  # fmt: skip
    assert [one.id for one in near(meaningful, (0, 1, 0, 0), size=1)] == ["2"]


def test_filters_hold_for_the_nearest_too(meaningful):
    assert [one.id for one in near(meaningful, (1, 0, 0, 0), filters={"country": ("CN",)})] == ["2", "3"]


def test_a_changed_document_means_what_it_says_now_and_a_tombstone_nothing(meaningful):
    put(meaningful, meant(1, (0, 0, 0, 1), version=2, name_en="Law"), tombstone("company", "2", 2))
    assert [one.id for one in near(meaningful, (0, 0, 0, 1), size=1)] == ["1"]
    assert "2" not in [one.id for one in near(meaningful, (1, 0, 0, 0))]
    assert meaningful.write([meant(1, (1, 0, 0, 0), version=1, name_en="Law")]).stale
    meaningful.refresh()
    assert near(meaningful, (1, 0, 0, 0))[0].score == pytest.approx(0, abs=1e-3)


def test_vectors_of_another_space_never_meet(meaningful):
    other = Space("large-2.0", 2)
    put(meaningful, meant(5, (1, 0), space=other, name_en="Bank"))
    assert ids(meaningful, "bank") == ["5"]
    assert "5" not in [one.id for one in near(meaningful, (1, 0, 0, 0))]
    assert near(meaningful, (1, 0, 0, 0, 0), space="none-3.0") == ()


def test_the_space_of_vectors_is_part_of_the_shape(meaningful):
    shapes = {generation.name: generation.schema_hash for generation in meaningful.generations()}
    assert shapes["meaning"] == f"{shapes['first']}~small_1_0"


def test_the_first_by_words_whatever_facets_are_chosen(meaningful):
    query = SearchQuery("company", analyse("law"), facets={"service": ("none",)})
    assert [(one.id, one.score, one.paused) for one in meaningful.ranked(query, 10)] == [
        ("1", 100, False), ("3", 100, True),
    ]  # fmt: skip
    assert [one.id for one in meaningful.ranked(query, 1)] == ["1"]
    assert meaningful.ranked(SearchQuery("company"), 10) == ()


def test_a_head_comes_first_and_counts(meaningful):
    head = ("4", "unknown", "2", "3")
    result = meaningful.search(SearchQuery("company", analyse("law"), head=head))
    assert [(hit.id, hit.score) for hit in result.hits] == [("4", 0), ("2", 0), ("3", 100), ("1", 100)]
    assert result.total == 4
    assert result.facets["service"] == {"law": 1, "tax": 1}


def test_pages_of_a_head_and_of_the_rest_follow_each_other(meaningful):
    pages = [ids(meaningful, "law", head=("4", "2", "3"), size=2, page=page) for page in (1, 2, 3)]
    assert pages == [["4", "2"], ["3", "1"], []]


def test_facets_and_filters_narrow_a_head(meaningful):
    found = meaningful.search(SearchQuery("company", analyse("law"), head=("2", "3"), facets={"service": ("tax",)}))
    assert ([hit.id for hit in found.hits], found.total) == (["2"], 1)
    assert found.facets["service"] == {"law": 1, "tax": 1}
    assert ids(meaningful, "law", head=("2", "1"), filters={"country": ("SG",)}) == ["1"]


def test_a_head_has_its_limit():
    with pytest.raises(ValueError, match="head"):
        SearchQuery("company", head=tuple(map(str, range(201))))


# --- Generations ---


def test_a_rebuild_is_invisible_until_the_switch_and_takes_all_writes(engine):
    put(engine, firm(1, 1, name_en="Law"))
    engine.create("second")
    put(engine, firm(2, 1, name_en="Law"))
    assert ids(engine, "law") == ["1", "2"]
    assert engine.count("company", "second") == 1
    # The back-fill comes with an older version of what was written meanwhile.
    put(engine, firm(1, 1, name_en="Law"), firm(2, 0, name_en="Outdated"))
    engine.switch("second")
    assert ids(engine, "law") == ["1", "2"]
    assert ids(engine, "outdated") == []
    states = {generation.name: generation.state for generation in engine.generations()}
    assert states == {"first": State.RETIRED, "second": State.LIVE}


def test_a_back_fill_fills_one_generation_alone_and_undoes_no_write(engine):
    put(engine, firm(1, 1, name_en="Law"))
    engine.create("second")
    put(engine, firm(2, 3, name_en="Law"))
    filling = [firm(1, 1, name_en="Law"), firm(2, 2, name_en="Outdated"), firm(3, 1, name_en="Law")]
    assert engine.write(filling, only="second").stale == (("company", "2"),)
    engine.refresh()
    assert ids(engine, "law") == ["1", "2"]
    assert engine.write([firm(4, 1, name_en="Law")], only="nowhere").retry == (("company", "4"),)
    engine.switch("second")
    assert sorted(ids(engine, "law")) == ["1", "2", "3"]
    assert ids(engine, "outdated") == []


def test_of_two_versions_in_one_batch_the_newer_stays(engine):
    put(
        engine,
        firm(1, 1, name_en="Law"),
        firm(1, 2, name_en="Tax"),
        firm(2, 2, name_en="Tax"),
        firm(2, 1, name_en="Law"),
    )
    assert ids(engine, "tax") == ["1", "2"]
    assert ids(engine, "law") == []


def test_the_generation_before_is_a_way_back(engine):
    put(engine, firm(1, name_en="Law"))
    engine.create("second")
    engine.switch("second")
    put(engine, firm(2, name_en="Law"))
    assert ids(engine, "law") == ["2"]
    engine.switch("first")
    assert ids(engine, "law") == ["1", "2"]


def test_generations_are_dropped_but_never_the_live_one(engine):
    engine.create("second")
    engine.create("second")
    with pytest.raises(ValueError, match="live"):
        engine.drop("first")
    engine.switch("second")
    engine.drop("first")
    engine.drop("first")
    assert [generation.name for generation in engine.generations()] == ["second"]
    put(engine, firm(1, name_en="Law"))
    assert ids(engine, "law") == ["1"]


def test_unknown_or_badly_named_generations_are_refused(engine):
    with pytest.raises(LookupError):
        engine.switch("nowhere")
    for name in ("", "A", "a-b", 'x"; DROP'):
        with pytest.raises(ValueError, match="named"):
            engine.create(name)


def test_searches_never_fail_while_generations_come_and_go(engine):
    put(engine, firm(1, 1, name_en="Law"))
    stop, missing = threading.Event(), []

    def search() -> None:
        while not stop.is_set():
            if ids(engine, "law") != ["1"]:
                missing.append(True)

    reader = threading.Thread(target=search)
    reader.start()
    live = "first"
    for round in range(3):
        name = f"g{round}"
        engine.create(name)
        put(engine, firm(1, 1, name_en="Law"))
        engine.switch(name)
        engine.drop(live)
        live = name
    stop.set()
    reader.join()
    assert missing == []


@pytest.mark.parametrize("name", ["fts5", "elasticsearch"])
def test_without_a_generation_nothing_is_lost_or_answered(make_engine, name):
    engine = make_engine(name)
    assert engine.write([firm(1, name_en="Law")]).retry == (("company", "1"),)
    assert not engine.ping()
    with pytest.raises(EngineUnavailableError):
        ids(engine, "law")
    engine.ensure()
    engine.ensure()
    assert engine.ping()


def test_the_shape_of_a_generation_can_be_told(engine):
    assert all(generation.schema_hash.count("-") == 2 for generation in engine.generations())


# --- Both alike ---


@pytest.mark.parametrize("expansion", [None, EXPANSION], ids=["own-words", "both-languages"])
@pytest.mark.parametrize("query", QUERIES, ids=range(len(QUERIES)))
def test_both_engines_give_the_same_answer(pair, query, expansion):
    for match in ("all", "any"):
        for facets in ({}, {"place": ("sg",)}, {"service": ("design", "logistics"), "language": ("en",)}):
            question = SearchQuery("company", analyse(query, expansion), facets=facets, match=match, size=60)
            embedded, server = (engine.search(question) for engine in pair)
            assert embedded.hits == server.hits
            assert embedded.total == server.total == len(embedded.hits)
            assert embedded.facets == server.facets


@pytest.mark.parametrize("sort", list(Sort))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_both_engines_sort_alike(pair, sort, language):
    for text in ("", "重庆"):
        question = SearchQuery("company", analyse(text, EXPANSION), sort=sort, language=language, size=60)
        embedded, server = (engine.search(question) for engine in pair)
        assert [hit.id for hit in embedded.hits] == [hit.id for hit in server.hits]


@pytest.mark.parametrize("typed", ["海", "straits", "fu", "branch", "律", "jl", "n", "分公司", "2"])
def test_both_engines_suggest_alike(pair, typed):
    embedded, server = (engine.suggest("company", typed) for engine in pair)
    assert embedded == server


@pytest.mark.parametrize("typed", ["enginering", "loigstics", "watr", "factorng", "brnach", "chongqign", "consultents"])
def test_both_engines_spell_alike(pair, typed):
    embedded, server = (engine.near_words("company", [typed]) for engine in pair)
    assert list(embedded[typed].items()) == list(server[typed].items())


def test_counts_are_those_of_the_documents(pair):
    documents = {document.id: document for document in corpus()}
    for engine in pair:
        for text in ("", "食品", "cold chain"):
            result = engine.search(SearchQuery("company", analyse(text, EXPANSION), size=60))
            found = [documents[hit.id] for hit in result.hits]
            assert found
            for group in ("place", "service", "alliance"):
                assert result.facets[group] == Counter(v for each in found for v in each.keywords[group])


def test_both_engines_index_the_same(pair):
    embedded, server = (list(engine.iterate("company")) for engine in pair)
    assert embedded == server
    assert len(embedded) == 60
