"""Documents written down once, queries read by the model, and how well one answers the other."""

import numpy as np
import pytest

from matchmaking.engine.bridge import TextBridge
from matchmaking.engine.encoding.encoder import Vectors
from search.asking import ALONE
from search.documents import company_document, match_document
from search.engines.base import Ranked, tombstone
from search.reading import TextReader

TEXTS = ["wastewater treatment plants", "cold chain logistics", "patent attorney", "soy sauce and vinegar"]


class Letters:
    """An encoder of letters: the same every time, and good enough to tell texts apart."""

    name = "letters-1"
    dimensions = 26
    multilingual = True

    def encode(self, texts, progress=None) -> Vectors:
        counts = np.array([[text.count(chr(97 + letter)) for letter in range(26)] for text in texts], np.float32)
        return counts / np.maximum(np.linalg.norm(counts, axis=1, keepdims=True), 1)


@pytest.fixture(scope="module")
def reader() -> TextReader:
    return TextReader(TextBridge(encoder=Letters()).fit(TEXTS))


def documents():
    return [company_document({"id": i, "version": 1, "summary_en": text}) for i, text in enumerate(TEXTS)]


def near(reader, read):
    made = reader.documents(documents())
    vectors = [np.frombuffer(one.vector, np.float16).astype(np.float32) for one in made]
    return [
        Ranked(one.id, float(v @ read.meaning.vector), words=one.words) for one, v in zip(made, vectors, strict=True)
    ]


@pytest.mark.parametrize(("query", "best"), [("污水处理", 0), ("冷链物流", 1), ("专利律师", 2), ("sauces", 3)])
def test_a_query_in_one_language_finds_the_other(reader, query, best):
    read = reader.query(query)
    assert int(np.argmax(read.scores(near(reader, read)))) == best


def test_scores_are_those_of_the_bridge(reader):
    bridge, read = reader.bridge, reader.query("cold storage logistics")
    told = bridge.documents([bridge.analyse(text) for text in TEXTS])
    expected = bridge.scores(bridge.queries([bridge.analyse("cold storage logistics")]), told)[0]
    assert read.scores(near(reader, read)) == pytest.approx(expected.tolist(), abs=5e-3)


@pytest.mark.parametrize(
    ("query", "answering"),
    [
        ("冷链物流", {"1"}), ("cold chain logistics", {"1"}), ("attorney", {"2"}), ("zzqx", set()),
        ("zebra quagga okapi chain", set()),
    ],
)  # fmt: skip
def test_who_answers_does_so_by_more_than_chance_and_for_more_than_one_word_beside_unknown_ones(
    reader, query, answering
):
    read = reader.query(query)
    documents = near(reader, read)
    weighed = read.weighed(documents)
    assert {one.id for one, each in zip(documents, weighed, strict=True) if each.told > ALONE} == answering


def test_a_training_on_other_texts_leaves_documents_as_they_are(reader):
    later = TextReader(TextBridge(encoder=Letters()).fit([*TEXTS, "green bonds", "factoring of invoices"]))
    assert later.documents(documents()) == reader.documents(documents())


def test_a_vector_is_no_part_of_what_makes_a_document_current_but_its_space_is(reader):
    plain, made = documents()[0], reader.documents(documents())[0]
    assert made.vector
    assert made.words
    assert made.content_hash == reader.stamped(plain).content_hash != plain.content_hash


def test_what_must_not_be_found_or_belongs_to_somebody_gets_no_vector(reader):
    match = match_document({"id": "1", "version": 1, "candidate_en": "Law", "owners": ["company:1"]})
    gone = tombstone("company", "2", 3)
    assert reader.documents([match, gone]) == [match, gone]


def test_a_query_without_known_words_is_no_error(reader):
    for query in ("zzqx", "?", "１２３", "的"):
        read = reader.query(query)
        assert len(read.scores(near(reader, read))) == len(TEXTS)
    assert read.scores([]) == []
