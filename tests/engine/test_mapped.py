"""A folder of mapped arrays: what opening refuses, what only reading every byte finds, and that nothing is written."""

import json
import os

import numpy as np
import pytest

from matchmaking.engine import mapped
from matchmaking.engine.mapped import ArtefactError

ARRAYS = {
    "grid": np.arange(12, dtype=np.float64).reshape(3, 4),
    "bytes": np.frombuffer("食品".encode(), np.uint8),
    "nothing": np.zeros((0, 5), np.int32),
}


@pytest.fixture
def folder(tmp_path):
    mapped.write(tmp_path / "m", ARRAYS, {"params": {"floor": 0.1}})
    return tmp_path / "m"


def change(folder, work):
    """Change the manifest and seal it anew, as somebody who knows the format would."""
    manifest = json.loads((folder / "manifest.json").read_text())
    work(manifest)
    (folder / "manifest.json").write_text(json.dumps(mapped.sealed(manifest)))


def test_what_was_written_is_read_back_and_cannot_be_changed(folder):
    arrays, manifest = mapped.read(folder)
    assert manifest["params"] == {"floor": 0.1}
    assert manifest["fingerprint"] == mapped.fingerprint_of(mapped.sums(ARRAYS))
    for name, array in ARRAYS.items():
        np.testing.assert_array_equal(arrays[name], array, strict=True)
        assert not arrays[name].flags.writeable
    mapped.verify(folder)


def test_the_files_are_what_numpy_writes(folder, tmp_path):
    for name, array in ARRAYS.items():
        np.save(tmp_path / "one.npy", array, allow_pickle=False)
        assert (folder / f"{name}.npy").read_bytes() == (tmp_path / "one.npy").read_bytes()


@pytest.mark.parametrize(
    ("name", "array"),
    [
        ("dtype", np.arange(12, dtype=np.float32).reshape(3, 4)),
        ("kind", np.arange(12, dtype=np.int64).reshape(3, 4)),
        ("shape", np.arange(12, dtype=np.float64).reshape(4, 3)),
        ("order", np.asfortranarray(ARRAYS["grid"])),
        ("objects", np.array([[{}] * 4] * 3, dtype=object)),
    ],
)
def test_another_array_is_refused_by_its_header(folder, name, array):
    np.save(folder / "grid.npy", array, allow_pickle=True)
    with pytest.raises(ArtefactError, match=r"grid\.npy: not an array of float64"):
        mapped.read(folder)


@pytest.mark.parametrize("content", [b"", b"no array", b"\x93NUMPY\x01\x00\xff\xff{", b"\x93NUMPY\x01\x00"])
def test_a_file_that_is_no_array_is_named(folder, content):
    (folder / "grid.npy").write_bytes(content)
    with pytest.raises(ArtefactError, match=r"grid\.npy"):
        mapped.read(folder)


@pytest.mark.parametrize("more", [-1, 1, 8])
def test_a_file_of_another_length_is_refused(folder, more):
    path = folder / "grid.npy"
    os.truncate(path, path.stat().st_size + more)
    with pytest.raises(ArtefactError, match=r"grid\.npy: \d+ bytes"):
        mapped.read(folder)


def test_a_missing_file_is_named(folder):
    (folder / "grid.npy").unlink()
    with pytest.raises(ArtefactError, match=r"grid\.npy"):
        mapped.read(folder)


def test_the_header_of_another_numpy_is_read(folder):
    path = folder / "grid.npy"
    content = path.read_bytes()
    values = content[-12 * 8 :]
    header = b"{'descr':'<f8','fortran_order':False,'shape':(3,4)}".ljust(117) + b"\n"
    path.write_bytes(b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + values)
    np.testing.assert_array_equal(mapped.read(folder)[0]["grid"], ARRAYS["grid"])


@pytest.mark.parametrize("name", ARRAYS)
@pytest.mark.parametrize("place", [0, 20, -1])
def test_every_changed_byte_is_found_by_verifying(folder, name, place):
    path = folder / f"{name}.npy"
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    with pytest.raises(ArtefactError, match=name):
        mapped.verify(folder)


def test_files_that_passed_are_read_again_only_when_they_changed(folder, monkeypatch):
    verify, read = mapped.verify, []
    monkeypatch.setattr(mapped, "verify", lambda folder: (read.append(folder), verify(folder)))
    mapped.ensure(folder)
    mapped.ensure(folder)
    assert len(read) == 1
    path = folder / "grid.npy"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    times = path.stat()
    path.write_bytes(content)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    for _ in range(2):
        with pytest.raises(ArtefactError, match="changed or damaged"):
            mapped.ensure(folder)
    assert len(read) == 3


def test_an_empty_folder_a_broken_manifest_and_another_format_are_told_apart(folder, tmp_path):
    with pytest.raises(ArtefactError, match="no model here"):
        mapped.read(tmp_path)
    with pytest.raises(ArtefactError, match="no model here"):
        mapped.ensure(tmp_path / "nowhere")
    change(folder, lambda manifest: manifest.update(format=2))
    with pytest.raises(ArtefactError, match="format 2, this version reads 3"):
        mapped.read(folder)
    for content in (b"{", b"[]", b"\xff\xfe", b'{"format": 3}'):
        (folder / "manifest.json").write_bytes(content)
        with pytest.raises(ArtefactError, match=r"manifest"):
            mapped.read(folder)


def test_a_manifest_that_cannot_be_read_is_refused(folder):
    (folder / "manifest.json").unlink()
    (folder / "manifest.json").mkdir()
    with pytest.raises(ArtefactError, match=r"manifest\.json"):
        mapped.read(folder)


def test_an_edited_manifest_is_refused(folder):
    path = folder / "manifest.json"
    path.write_text(path.read_text().replace("0.1", "0.2"))
    with pytest.raises(ArtefactError, match="its sha256 differs"):
        mapped.read(folder)


@pytest.mark.parametrize(
    "work",
    [
        lambda manifest: manifest.update(fingerprint="0" * 64),
        lambda manifest: manifest.pop("fingerprint"),
        lambda manifest: manifest["arrays"].pop("grid"),
        lambda manifest: manifest["arrays"]["grid"].update(sha256="0" * 64),
    ],
)
def test_a_fingerprint_that_is_not_that_of_the_files_is_refused(folder, work):
    change(folder, work)
    with pytest.raises(ArtefactError, match="fingerprint"):
        mapped.read(folder)


@pytest.mark.parametrize(
    "entry", [{"dtype": "<q9"}, {"shape": "much"}, {"shape": [None]}, {"dtype": "|O"}, {"shape": [3, 5]}]
)
def test_a_manifest_that_describes_no_such_array_is_refused(folder, entry):
    change(folder, lambda manifest: manifest["arrays"]["grid"].update(entry))
    with pytest.raises(ArtefactError, match="grid"):
        mapped.read(folder)


def test_a_manifest_without_arrays_is_refused(folder):
    change(folder, lambda manifest: manifest.update(arrays=[1]))
    with pytest.raises(ArtefactError, match="not a manifest"):
        mapped.read(folder)


def test_a_manifest_cannot_point_outside_its_folder(folder):
    def point(manifest):
        manifest["arrays"]["../secret"] = manifest["arrays"].pop("grid")
        sums = {name: entry["sha256"] for name, entry in manifest["arrays"].items()}
        manifest["fingerprint"] = mapped.fingerprint_of(sums)

    change(folder, point)
    with pytest.raises(ArtefactError, match="not a file name"):
        mapped.read(folder)
