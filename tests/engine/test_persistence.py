import hashlib
import json
from dataclasses import replace

import numpy as np
import pytest

from matchmaking.engine import mapped, persistence
from matchmaking.engine.profiles import Profile, Text
from matchmaking.engine.recommender import MatchRecommender

from .conftest import provider


class Reader:
    """Encodes by letters; reads English only unless told otherwise."""

    name, dimensions = "reader", 8

    def __init__(self, multilingual=False):
        self.multilingual = multilingual

    def encode(self, texts, progress=None):
        rows = np.array([[text.count(letter) + 0.1 for letter in "aeioustr"] for text in texts], np.float32)
        rows = rows.reshape(-1, 8)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture
def saved(recommender, tmp_path):
    return persistence.save(recommender, tmp_path / "model")


def test_a_loaded_model_recommends_the_same(recommender, directory, saved):
    loaded = persistence.load(saved).populate(directory)
    assert loaded.fingerprint_ == recommender.fingerprint_
    for profile in directory:
        assert loaded.recommend(profile.key) == recommender.recommend(profile.key)


def test_changes_after_the_fit_are_not_saved(recommender, directory, tmp_path):
    recommender.update(provider("unheardof", "loans"))
    assert persistence.load(persistence.save(recommender, tmp_path / "m")).fingerprint_ == recommender.fingerprint_


def test_no_profile_is_in_the_artefact(saved):
    assert persistence.load(saved).profiles() == []


def test_a_model_that_was_loaded_is_saved_as_the_same(recommender, saved, tmp_path):
    again = persistence.save(persistence.load(saved), tmp_path / "again")
    assert sorted(path.name for path in again.iterdir()) == sorted(path.name for path in saved.iterdir())
    for path in saved.iterdir():
        assert (again / path.name).read_bytes() == path.read_bytes()
    assert persistence.fingerprint(persistence.load(again)) == recommender.fingerprint_


def state(saved):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in saved.iterdir()}


def test_two_loaded_models_learn_new_words_for_themselves_and_write_nothing(directory, saved):
    before = state(saved)
    one, other = (persistence.load(saved).populate(directory) for _ in range(2))
    changed = replace(provider("unheardof", "loans"), summary=Text("", "durian loans for orchards"))
    one.update(changed)
    asked = Profile("asks", "CN", Text("问", "asks"), Text("", "durian orchards"))
    assert "unheardof" in [r.candidate for r in one.recommend(asked)]
    assert "unheardof" not in [r.candidate for r in other.recommend(asked)]
    assert "durian" in one.bridge_.features_
    assert state(saved) == before


def test_changes_after_loading_count_as_changes_after_fitting(recommender, directory, saved):
    loaded = persistence.load(saved).populate(directory)
    for model in (recommender, loaded):
        model.update(replace(provider("p-new", "patents"), summary=Text("榴莲专利", "durian patents")))
        model.remove("p-loans")
    for key in ("s-patents", "s-loans", "p-new"):
        assert loaded.recommend(key) == recommender.recommend(key)
        assert loaded.recommend_to(key) == recommender.recommend_to(key)
    assert loaded.recommend_all(5) == recommender.recommend_all(5)


def test_what_was_learned_is_mapped_and_cannot_be_written_to(saved):
    bridge = persistence.load(saved).bridge_
    for array in (bridge.frequencies_, bridge.links_.data, bridge.lexicon_.table.indices, bridge.topics_.axes):
        assert not array.flags.writeable
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def test_a_loaded_model_opens_no_dictionary_and_glosses_as_the_fitted_one(directory, dictionary, tmp_path, monkeypatch):
    encoder = Reader()
    model = MatchRecommender(lexicon=dictionary, encoder=encoder).fit(directory)
    saved = persistence.save(model, tmp_path / "m")
    monkeypatch.setattr("matchmaking.engine.dictionary.dictionary_path", lambda: pytest.fail("opened"))
    monkeypatch.setattr("matchmaking.engine.lexicon.dictionary_path", lambda: pytest.fail("opened"))
    loaded = persistence.load(saved, encoder).populate(directory)
    texts = ["冷链物流的 ISO9001", "北大的商家", "重庆火锅底料,𠀀", "王", "卖家", "涪陵榨菜"]
    for text in texts:
        assert loaded.bridge_._glosser.gloss(text) == model.bridge_._glosser.gloss(text)
    assert loaded.bridge_._glosser.gloss("物流").best == "logistics"  # the stem would be "logist"
    for profile in directory:
        assert loaded.recommend(profile.key) == model.recommend(profile.key)


def test_only_an_encoder_that_reads_english_alone_needs_glosses(directory, dictionary):
    for encoder in (None, Reader(multilingual=True)):
        assert not len(MatchRecommender(lexicon=dictionary, encoder=encoder).fit(directory).bridge_.glosses_.words)


def test_another_encoder_leaves_words_alone(directory, dictionary, tmp_path):
    saved = persistence.save(MatchRecommender(lexicon=dictionary, encoder=Reader()).fit(directory), tmp_path / "m")
    alone = persistence.load(saved).populate(directory)
    words = MatchRecommender(lexicon=dictionary).fit(directory)
    assert [r.score for r in alone.recommend("s-loans")] == [r.score for r in words.recommend("s-loans")]


def test_a_changed_byte_is_found_before_the_model_is_used(saved):
    persistence.ensure(saved)
    content = bytearray((saved / "table_data.npy").read_bytes())
    content[-1] ^= 1
    (saved / "table_data.npy").write_bytes(content)
    with pytest.raises(persistence.ArtefactError, match=r"table_data\.npy"):
        persistence.ensure(saved)


def rewritten(saved, change):
    """Change the manifest and seal it anew, as somebody who knows the format would."""
    manifest = json.loads((saved / "manifest.json").read_text())
    change(manifest)
    sums = {name: entry["sha256"] for name, entry in manifest["arrays"].items()}
    manifest["fingerprint"] = mapped.fingerprint_of(sums)
    (saved / "manifest.json").write_text(json.dumps(mapped.sealed(manifest)))


@pytest.mark.parametrize("name", ["floor", "diversity", "mean"])
def test_a_manifest_without_a_parameter_is_refused(saved, name):
    rewritten(saved, lambda manifest: manifest["params"].pop(name))
    with pytest.raises(persistence.ArtefactError, match="not a manifest"):
        persistence.load(saved)


@pytest.mark.parametrize("value", ["much", None, [1]])
def test_a_manifest_with_a_parameter_of_another_kind_is_refused(saved, value):
    rewritten(saved, lambda manifest: manifest["params"].update(floor=value))
    with pytest.raises(persistence.ArtefactError, match="not a manifest"):
        persistence.load(saved)


def test_a_manifest_without_its_encoder_is_refused(saved):
    rewritten(saved, lambda manifest: manifest.pop("encoder"))
    with pytest.raises(persistence.ArtefactError, match="not a manifest"):
        persistence.load(saved)


def replaced(saved, name, array):
    np.save(saved / f"{name}.npy", array)
    entry = {"dtype": array.dtype.str, "shape": array.shape, "sha256": mapped.sums({name: array})[name]}
    rewritten(saved, lambda manifest: manifest["arrays"].update({name: entry}))


@pytest.mark.parametrize("name", ["links_indptr", "frequencies", "heads_slots", "reach", "statistics", "commonness"])
def test_an_array_that_does_not_fit_the_others_is_refused(saved, name):
    array = np.load(saved / f"{name}.npy")
    for other in (array[:-1], array.astype(np.float16)):
        replaced(saved, name, other)
        with pytest.raises(persistence.ArtefactError, match="do not fit together"):
            persistence.load(saved)


def test_a_missing_array_is_refused(saved):
    rewritten(saved, lambda manifest: manifest["arrays"].pop("frequencies"))
    with pytest.raises(persistence.ArtefactError, match="do not fit together"):
        persistence.load(saved)


def test_the_mean_of_both_wishes_is_kept(directory, small_lexicon, tmp_path):
    model = MatchRecommender(lexicon=small_lexicon, mean="harmonic").fit(directory)
    assert persistence.load(persistence.save(model, tmp_path / "m")).mean == "harmonic"
