"""A folder of .npy files and a manifest that is written once, opened by mapping it into memory, and never changed.

The manifest has the dtype, shape and sha256 of every file, a fingerprint made of these sums, and a sum of its own.
Opening compares what is cheap to compare: the manifest with its sum and its fingerprint, the header and the size of
every file with the manifest. ``verify`` reads every byte; ``ensure`` does so once per change of the files.
"""

import contextlib
import hashlib
import io
import json
import math
import mmap
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FORMAT = 3
MANIFEST = "manifest.json"
VERIFIED = "verified"

Arrays = Mapping[str, NDArray[Any]]
Manifest = dict[str, Any]


class ArtefactError(ValueError):
    """A saved model that cannot be trusted: missing, changed or written by another version."""


def sums(arrays: Arrays) -> dict[str, str]:
    """sha256 of the file that each array makes."""
    found = {}
    for name, array in arrays.items():
        digest = hashlib.sha256(_header(array.dtype, array.shape))
        digest.update(np.ascontiguousarray(array).data)
        found[name] = digest.hexdigest()
    return found


def fingerprint_of(found: Mapping[str, str]) -> str:
    """One sha256 over the sums of all files."""
    lines = [f"format {FORMAT}", *(f"{name} {found[name]}" for name in sorted(found))]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def write(folder: Path, arrays: Arrays, about: Mapping[str, Any]) -> None:
    """Write arrays, and ``about`` into the manifest, which comes last; all of it is on disk when this returns."""
    folder.mkdir(parents=True, exist_ok=True)
    found = sums(arrays)
    entries = {
        name: {"dtype": array.dtype.str, "shape": list(array.shape), "sha256": found[name]}
        for name, array in arrays.items()
    }
    for name, array in arrays.items():
        _write(folder / f"{name}.npy", _header(array.dtype, array.shape), np.ascontiguousarray(array).data)
    manifest = sealed({**about, "format": FORMAT, "fingerprint": fingerprint_of(found), "arrays": entries})
    _write(folder / MANIFEST, json.dumps(manifest, indent=1, sort_keys=True).encode())
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sealed(manifest: Manifest) -> Manifest:
    """The manifest with its own sum."""
    bare = {key: value for key, value in manifest.items() if key != "sha256"}
    return {**bare, "sha256": hashlib.sha256(json.dumps(bare, sort_keys=True).encode()).hexdigest()}


def read(folder: Path) -> tuple[dict[str, NDArray[Any]], Manifest]:
    """The arrays, mapped and read-only, and the manifest. Raises ArtefactError with the name of the file at fault."""
    manifest = read_manifest(folder)
    return {name: _mapped(folder, name, entry) for name, entry in manifest["arrays"].items()}, manifest


def verify(folder: Path) -> None:
    """Read every byte and compare it with the manifest, .2 s for 400 MB. Raises ArtefactError as ``read`` does."""
    arrays, manifest = read(folder)
    for name in arrays:
        with (folder / f"{name}.npy").open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != manifest["arrays"][name]["sha256"]:
                raise ArtefactError(f"{folder / name}.npy: changed or damaged (sha256 differs from the manifest)")


def ensure(folder: Path) -> None:
    """``verify``, unless these very files passed before: a note in the folder has their sizes, numbers and times.

    Where the note cannot be written, every call verifies. Raises ArtefactError.
    """
    note = folder / VERIFIED
    try:
        if note.read_text() == _state(folder):
            return
    except (OSError, ValueError):
        pass
    before = _state(folder)
    verify(folder)
    with contextlib.suppress(OSError):
        _write(note, before.encode())


def _state(folder: Path) -> str:
    """What changes whenever a file is written, replaced, copied or restored."""
    try:
        found = sorted((one.name, one.stat()) for one in os.scandir(folder) if one.name.endswith((".npy", ".json")))
    except OSError as error:
        raise ArtefactError(f"{folder}: no model here ({error.strerror})") from error
    return "\n".join(f"{name} {stat.st_size} {stat.st_ino} {stat.st_ctime_ns}" for name, stat in found)


def read_manifest(folder: Path) -> Manifest:
    """The manifest of this format, whole and unchanged. Raises ArtefactError."""
    path = folder / MANIFEST
    try:
        manifest: Manifest = json.loads(path.read_bytes())
        written_as = manifest["format"]
    except FileNotFoundError as error:
        raise ArtefactError(f"{folder}: no model here ({MANIFEST} is missing)") from error
    except OSError as error:
        raise ArtefactError(f"{path}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ArtefactError(f"{path}: not a manifest") from error
    if written_as != FORMAT:
        raise ArtefactError(f"{folder}: format {written_as!r}, this version reads {FORMAT}")
    if manifest != sealed(manifest):
        raise ArtefactError(f"{path}: changed or damaged (its sha256 differs)")
    try:
        found = {name: str(entry["sha256"]) for name, entry in manifest["arrays"].items()}
    except (KeyError, TypeError, AttributeError) as error:
        raise ArtefactError(f"{path}: not a manifest ({error!r})") from error
    if manifest.get("fingerprint") != fingerprint_of(found):
        raise ArtefactError(f"{path}: the fingerprint is not that of the files")
    return manifest


def _mapped(folder: Path, name: str, entry: Mapping[str, Any]) -> NDArray[Any]:
    path = folder / f"{name}.npy"
    if path.name != f"{name}.npy":
        raise ArtefactError(f"{folder}: {name!r} is not a file name")
    try:
        dtype, shape = np.dtype(entry["dtype"]), tuple(int(length) for length in entry["shape"])
    except (KeyError, TypeError, ValueError) as error:
        raise ArtefactError(f"{folder / MANIFEST}: not a manifest ({name}: {error!r})") from error
    try:
        with path.open("rb") as file:
            content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        start = _start_of(content, dtype, shape)
    except OSError as error:
        raise ArtefactError(f"{path}: {error.strerror}") from error
    except (ValueError, EOFError, SyntaxError) as error:
        raise ArtefactError(f"{path}: not an array of {dtype} {shape} ({error})") from error
    count = math.prod(shape)
    if len(content) != start + count * dtype.itemsize:
        raise ArtefactError(f"{path}: {len(content)} bytes, the manifest says {start + count * dtype.itemsize}")
    return np.frombuffer(content, dtype, count, start if count else 0).reshape(shape)


def _start_of(content: mmap.mmap, dtype: np.dtype[Any], shape: tuple[int, ...]) -> int:
    """Where the values of a .npy file begin. Raises ValueError for a header that says anything else."""
    header = _header(dtype, shape)
    if content[: len(header)] == header:
        return len(header)
    # Another version of numpy may have padded it in another way; this takes ten times as long.
    file = io.BytesIO(content[: 1 << 16])
    np.lib.format.read_magic(file)
    held = np.lib.format.read_array_header_1_0(file)
    if held != (shape, False, dtype) or dtype.hasobject:
        raise ValueError(f"it holds {held[2]} {held[0]}")
    return file.tell()


def _header(dtype: np.dtype[Any], shape: tuple[int, ...]) -> bytes:
    if dtype.hasobject:
        raise ValueError("objects are never saved")
    header = io.BytesIO()
    described = {"descr": np.lib.format.dtype_to_descr(dtype), "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(header, described)
    return header.getvalue()


def _write(path: Path, *parts: bytes | memoryview) -> None:
    part = path.with_name(path.name + ".part")
    with part.open("wb") as file:
        for content in parts:
            file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
