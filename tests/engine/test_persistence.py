import hashlib
import json

import numpy as np
import pytest

from matchmaking.engine import persistence
from matchmaking.engine.recommender import MatchRecommender


@pytest.fixture
def saved(recommender, tmp_path):
    return persistence.save(recommender, tmp_path / "model")


def test_a_loaded_model_recommends_the_same(recommender, directory, saved):
    loaded = persistence.load(saved).populate(directory)
    assert loaded.fingerprint_ == recommender.fingerprint_
    for profile in directory:
        assert loaded.recommend(profile.key) == recommender.recommend(profile.key)


def test_changes_after_the_fit_are_not_saved(recommender, directory, tmp_path):
    from .conftest import provider

    recommender.update(provider("unheardof", "loans"))
    assert persistence.load(persistence.save(recommender, tmp_path / "m")).fingerprint_ == recommender.fingerprint_


def test_no_profile_is_in_the_artefact(saved):
    assert persistence.load(saved).profiles() == []


@pytest.mark.parametrize("name", ["table_data.npy", "heads.npy", "statistics.npy"])
def test_a_damaged_file_is_named(saved, name):
    content = bytearray((saved / name).read_bytes())
    content[-1] ^= 1
    (saved / name).write_bytes(content)
    with pytest.raises(persistence.ArtefactError, match=name):
        persistence.load(saved)


def test_a_missing_file_is_named(saved):
    (saved / "stems.npy").unlink()
    with pytest.raises(persistence.ArtefactError, match=r"stems\.npy"):
        persistence.load(saved)


def test_an_empty_folder_a_broken_manifest_and_another_format_are_told_apart(saved, tmp_path):
    with pytest.raises(persistence.ArtefactError, match="no model here"):
        persistence.load(tmp_path)
    manifest = json.loads((saved / "manifest.json").read_text())
    (saved / "manifest.json").write_text(json.dumps(manifest | {"format": 99}))
    with pytest.raises(persistence.ArtefactError, match="format 99"):
        persistence.load(saved)
    (saved / "manifest.json").write_text("{")
    with pytest.raises(persistence.ArtefactError, match="not a manifest"):
        persistence.load(saved)


def test_a_manifest_cannot_point_outside_its_folder(saved):
    manifest = json.loads((saved / "manifest.json").read_text())
    manifest["files"]["../secret.npy"] = "0" * 64
    (saved / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(persistence.ArtefactError, match="not a file name"):
        persistence.load(saved)


def test_a_swapped_fingerprint_is_noticed(saved):
    manifest = json.loads((saved / "manifest.json").read_text())
    (saved / "manifest.json").write_text(json.dumps(manifest | {"fingerprint": "0" * 64}))
    with pytest.raises(persistence.ArtefactError, match="fingerprint"):
        persistence.load(saved)


def rewritten(saved, change):
    manifest = json.loads((saved / "manifest.json").read_text())
    change(manifest)
    (saved / "manifest.json").write_text(json.dumps(manifest))


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


def test_a_manifest_that_cannot_be_read_is_refused(saved):
    (saved / "manifest.json").unlink()
    (saved / "manifest.json").mkdir()
    with pytest.raises(persistence.ArtefactError, match=r"manifest\.json"):
        persistence.load(saved)


@pytest.mark.parametrize("content", [b"", b"no array", b"\x93NUMPY\x01\x00\xff\xff{"])
def test_a_file_that_is_no_array_is_named_even_with_its_sum(saved, content):
    (saved / "statistics.npy").write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    rewritten(saved, lambda manifest: manifest["files"].update({"statistics.npy": digest}))
    with pytest.raises(persistence.ArtefactError, match=r"statistics\.npy"):
        persistence.load(saved)


def test_an_array_of_objects_is_refused(saved):
    np.save(saved / "statistics.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    digest = hashlib.sha256((saved / "statistics.npy").read_bytes()).hexdigest()
    rewritten(saved, lambda manifest: manifest["files"].update({"statistics.npy": digest}))
    with pytest.raises(persistence.ArtefactError, match=r"statistics\.npy"):
        persistence.load(saved)


def test_the_mean_of_both_wishes_is_kept(directory, small_lexicon, tmp_path):
    model = MatchRecommender(lexicon=small_lexicon, mean="harmonic").fit(directory)
    assert persistence.load(persistence.save(model, tmp_path / "m")).mean == "harmonic"
