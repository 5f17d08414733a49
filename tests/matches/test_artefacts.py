"""Models on disk: what is put into use was read back, what is in use is never moved, and the way back stays open."""

import json
import shutil

import pytest
from django.core.management import CommandError, call_command

from matchmaking.engine import mapped, persistence
from matchmaking.matches import artefacts, live
from matchmaking.matches.artefacts import load_version, store_model, switch
from matchmaking.matches.models import ModelVersion
from tests.factories import CompanyFactory


@pytest.fixture
def root(settings):
    return settings.RECOMMENDER_DIR


@pytest.fixture
def verified(monkeypatch):
    """The folders whose every byte was read."""
    folders, verify = [], mapped.verify
    monkeypatch.setattr(mapped, "verify", lambda folder: (folders.append(folder.name), verify(folder)))
    return folders


def edit(folder, name="table_data.npy"):
    content = bytearray((folder / name).read_bytes())
    content[-1] ^= 1
    (folder / name).write_bytes(content)


def another(train):
    CompanyFactory(singapore=True, summary_en="Hotels and catering, dim sum and noodles.")
    return train()


def test_every_byte_is_read_once_and_not_by_every_process(train, seeker, verified):
    version = train()
    for _ in range(3):
        live.forget()
        assert live.live_recommender().model == version
    assert verified == [version.directory]


def test_an_edited_byte_is_found_before_the_model_is_put_into_use(train, seeker, root, caplog):
    first, second = train(), another(train)
    edit(root / first.directory)
    with pytest.raises(persistence.ArtefactError, match=r"table_data\.npy"):
        switch(first.directory, {})
    assert ModelVersion.objects.get(active=True) == second
    with pytest.raises(CommandError, match="no earlier model is whole"):
        call_command("rollback_recommender")
    assert ModelVersion.objects.get(active=True) == second
    assert "table_data.npy" in caplog.text


def test_an_edited_byte_is_found_by_the_next_process_that_loads_the_model(train, seeker, root):
    first, second = train(), another(train)
    edit(root / second.directory)
    live.forget()
    assert live.live_recommender().model == first


def truncate(folder, name):
    path = folder / name
    path.write_bytes(path.read_bytes()[:-1])


def rewrite(folder, **changes):
    """Change the manifest and seal it anew, as another version of the product would."""
    path = folder / "manifest.json"
    path.write_text(json.dumps(mapped.sealed({**json.loads(path.read_text()), **changes})))


DAMAGES = {
    "an edited byte": edit,
    "an array cut short": lambda folder: truncate(folder, "links_indices.npy"),
    "an empty array": lambda folder: (folder / "stems_text.npy").write_bytes(b""),
    "a missing array": lambda folder: (folder / "frequencies.npy").unlink(),
    "a manifest cut short": lambda folder: truncate(folder, "manifest.json"),
    "an edited manifest": lambda folder: edit(folder, "manifest.json"),
    "no manifest": lambda folder: (folder / "manifest.json").unlink(),
    "the format before": lambda folder: rewrite(folder, format=mapped.FORMAT - 1),
    "a later format": lambda folder: rewrite(folder, format=mapped.FORMAT + 1),
    "no parameters": lambda folder: rewrite(folder, params=None),
    "an empty folder": lambda folder: [path.unlink() for path in folder.iterdir()],
    "no folder": shutil.rmtree,
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_whatever_happens_to_a_model_the_one_before_serves_and_the_next_training_brings_a_whole_one(
    computed, train, root, damage, capsys, caplog
):
    first, second = ModelVersion.objects.get(active=True), another(train)
    damage(root / second.directory)
    live.forget()
    call_command("recommend", computed.slug, "--json")
    assert json.loads(capsys.readouterr().out)["matches"]
    assert live.live_recommender().model == first
    assert f"model {second} cannot be used" in caplog.text
    again = train()
    assert live.live_recommender().model == again
    assert (again.pk, again.active) == (second.pk, True)


def test_without_any_whole_model_the_command_says_what_to_do(seeker, train, root):
    edit(root / train().directory)
    live.forget()
    with pytest.raises(CommandError, match="train_recommender"):
        call_command("recommend", seeker.slug)


def test_a_restored_folder_is_read_again(train, seeker, root, verified):
    version = train()
    shutil.copytree(root / version.directory, root / "copy")
    shutil.rmtree(root / version.directory)
    (root / "copy").rename(root / version.directory)
    assert load_version(version) is not None
    assert verified == [version.directory] * 2


def test_a_process_goes_on_with_a_model_whose_folder_is_gone(computed, root):
    running = live.live_recommender()
    before = running.engine.recommend(str(computed.pk))
    shutil.rmtree(root)
    assert live.live_recommender() is running
    assert running.engine.recommend(str(computed.pk)) == before


def test_training_the_same_again_leaves_the_folder_as_it_is(train, seeker, root):
    first = train()
    before = (root / first.directory).stat().st_ino
    assert train() == first
    assert (root / first.directory).stat().st_ino == before
    assert [folder.name for folder in root.iterdir()] == [first.directory]


def test_a_damaged_folder_is_not_replaced_under_the_feet_of_others(train, seeker, root):
    first = train()
    edit(root / first.directory)
    again = train()
    assert again == first
    again.refresh_from_db()
    assert (again.directory, again.fingerprint) == (f"{first.directory}-2", first.fingerprint)
    assert live.live_recommender().model == again
    with pytest.raises(persistence.ArtefactError):
        persistence.ensure(root / first.directory)


def test_the_same_words_learned_with_other_parameters_are_another_folder(train, seeker, root):
    first = train()
    recommender = load_version(first).set_params(floor=0.2)
    again = store_model(recommender, {})
    assert (again.pk, again.directory) == (first.pk, f"{first.directory}-2")
    assert load_version(again).floor == 0.2


def test_older_models_than_the_last_three_are_removed(train, seeker, root):
    versions = [train(), *(another(train) for _ in range(4))]
    kept = {version.directory for version in versions[-artefacts.KEPT_MODELS :]}
    assert {folder.name for folder in root.iterdir()} == kept


def test_a_model_that_cannot_be_read_back_is_not_put_into_use(train, seeker, monkeypatch, root):
    first = train()
    other = load_version(first).set_params(floor=0.2)
    save = persistence.save

    def damaging(model, folder):
        edit(save(model, folder))

    monkeypatch.setattr(persistence, "save", damaging)
    with pytest.raises(persistence.ArtefactError):
        store_model(other, {})
    assert ModelVersion.objects.get(active=True) == first


def test_a_folder_with_the_manifest_of_another_model_is_refused(train, seeker, root, caplog):
    first, second = train(), another(train)
    shutil.rmtree(root / first.directory)
    shutil.copytree(root / second.directory, root / first.directory)
    assert load_version(first) is None
    assert "holds another model" in caplog.text
    manifest = json.loads((root / first.directory / "manifest.json").read_text())
    assert manifest["fingerprint"] == second.directory
