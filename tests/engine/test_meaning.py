"""Likeness of meaning: how cosines are read, and how they enter the score of a pair."""

import numpy as np
import pytest

from matchmaking.engine import meaning
from matchmaking.engine.breakdown import explain, prepare
from matchmaking.engine.bridge import TextBridge
from matchmaking.engine.encoding.cache import EncodingCache

TOPICS = ("freight", "ship", "cargo"), ("audit", "tax", "account"), ("noodle", "soup", "sauce")
DOCUMENTS = [f"We do {a} and {b} for firms in Asia" for group in TOPICS for a in group for b in group] * 3


class TopicEncoder:
    """Knows which of three groups a word belongs to; the words of a group need not be equal."""

    name, dimensions, multilingual = "topics", 4, False

    def __init__(self):
        self.asked = []

    def encode(self, texts, progress=None):
        self.asked += texts
        rows = [[float(any(w in t for w in group)) for group in TOPICS] + [0.3 * bool(t.strip())] for t in texts]
        rows = np.array(rows, np.float32).reshape(-1, 4)
        norms = np.linalg.norm(rows, axis=1, keepdims=True)
        return rows / np.where(norms > 0, norms, 1)


@pytest.fixture(scope="module")
def bridge(dictionary):
    return TextBridge(lexicon=dictionary, encoder=TopicEncoder()).fit(DOCUMENTS)


def score(bridge, query, documents):
    given = bridge.documents([bridge.analyse(text) for text in documents])
    return bridge.scores(bridge.queries([bridge.analyse(query)]), given)[0]


def test_a_text_without_a_common_word_is_found_by_its_meaning(bridge, dictionary):
    texts = ["cargo handling", "tax returns"]
    with_encoder = score(bridge, "ship", texts)
    without = score(TextBridge(lexicon=dictionary).fit(DOCUMENTS), "ship", texts)
    assert with_encoder[0] > with_encoder[1] == 0
    assert without[0] == without[1] == 0


def test_chinese_is_read_by_its_gloss(bridge):
    found = score(bridge, "货船", ["freight handling", "tax returns"])  # 货船: cargo ship, freighter
    assert found[0] > found[1]


@pytest.mark.parametrize("text", ["the of and with to which", "的了和与及或", "🍲🇸🇬", "логистика", "\u200b", "…"])
def test_a_text_that_says_nothing_is_handed_to_no_encoder(bridge, text):
    bridge.encoder.asked.clear()
    assert not score(bridge, text, DOCUMENTS[:9]).any()
    assert set(bridge.encoder.asked) == set(DOCUMENTS[:9])
    assert not bridge.vectors([bridge.analyse(text)], meaning.document_vectors).any()


def test_the_score_of_a_pair_depends_on_no_other_pair(bridge):
    texts = ["cargo handling", "tax returns", "soup for ships"]
    together = score(bridge, "audit of a ship", texts)
    alone = [score(bridge, "audit of a ship", [text])[0] for text in texts]
    np.testing.assert_allclose(together, alone, atol=1e-6)


@pytest.mark.parametrize("query", ["ship", "货船", "audit of a ship", "noodle soup", ""])
def test_what_is_explained_adds_up_to_the_score(bridge, query):
    texts = ["cargo handling", "We do audit and tax", "noodle soup 汤面", ""]
    documents = bridge.documents([bridge.analyse(text) for text in texts])
    scores = bridge.scores(bridge.queries([bridge.analyse(query)]), documents)[0]
    prepared = prepare(bridge, bridge.analyse(query))
    explained = [explain(bridge, prepared, documents, row) for row in range(len(texts))]
    np.testing.assert_allclose([e.total for e in explained], scores, atol=1e-6)


def test_private_texts_are_never_kept(dictionary, tmp_path):
    inner = TopicEncoder()
    bridge = TextBridge(lexicon=dictionary, encoder=EncodingCache(tmp_path, inner)).fit(DOCUMENTS)
    kept = {path.name for path in tmp_path.rglob("*.npy")}
    for _ in range(2):
        bridge.queries([bridge.analyse("secret noodle plans", private=True)])
    assert {path.name for path in tmp_path.rglob("*.npy")} == kept
    assert inner.asked.count("secret noodle plans") == 2
    bridge.queries([bridge.analyse("public noodle plans")])
    assert {path.name for path in tmp_path.rglob("*.npy")} != kept


def test_a_cosine_counts_by_how_far_it_stands_out():
    rng = np.random.default_rng(1)
    background = rng.normal(0.3, 0.05, (500, 1)).astype(np.float32)
    read = meaning.standing(np.ones((1, 1), np.float32), background)
    excess = read.excess(np.array([[0.3, 0.35, 0.5]], np.float32))[0]
    assert excess[0] == 0
    assert excess[1] < 0.3
    assert 2 < excess[2] < 4


def test_a_small_directory_is_read_by_usual_figures():
    read = meaning.standing(np.ones((1, 1), np.float32), np.ones((1, 1), np.float32))
    assert read.mean[0] < 0.2
    assert read.spread[0] > 0.05
    empty = meaning.standing(np.ones((2, 1), np.float32), np.zeros((0, 1), np.float32))
    np.testing.assert_allclose(empty.mean, meaning.PRIOR_MEAN)


def test_the_lead_is_the_first_two_sentences_of_each_language():
    text = "重庆火锅。卖到新加坡。还有别的。\nHotpot. Sold in Singapore! And more."
    assert meaning.lead(text) == "重庆火锅。 卖到新加坡。\nHotpot. Sold in Singapore!"
    assert len(meaning.lead("x" * 10_000)) == meaning.LEAD_CHARACTERS_EN
