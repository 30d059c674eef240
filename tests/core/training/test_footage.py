"""Which files are found, and what the cache holds of them."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from core.errors import MediaError
from core.training import footage
from core.training.footage import BAND, OBJECT


def film(path: Path, count: int = 6) -> None:
    """A grey film of 64 x 48 pixels."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=24)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for number in range(count):
            picture = np.full((48, 64, 3), 20 * number, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
        container.mux(stream.encode(None))


def masks(path: Path, count: int = 6) -> np.ndarray:
    """A square that moves, with a band, as a mask file; returns the squares."""
    seen, band = np.zeros((2, count, 48, 64), np.uint8)
    for number in range(count):
        seen[number, 10:30, number : number + 20] = 1
        band[number, 10:12, number : number + 20] = 1
    packed = {name: np.packbits(p.reshape(count, -1), axis=1) for name, p in (("mask", seen), ("band", band))}
    np.savez(path, mask_shape=np.array(seen.shape), **packed)
    return seen


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("davis-train/goose", "pexels/1", "pexels/2"):
        film(tmp_path / f"data/{name}.mp4")
        masks(tmp_path / f"data/{name}.npz")
    film(tmp_path / "data/davis-train/libby.mp4")
    masks(tmp_path / "data/davis-train/libby.npz")
    film(tmp_path / "data/davis-train/goose_clean_480sq.mp4")
    film(tmp_path / "data/misc/sam2_dog.mp4")
    film(tmp_path / "data/misc/unknown.mp4")
    (tmp_path / "INDEX.csv").write_text("file,note\ndata/pexels/2.mp4,mask wrong in many frames\n")
    return tmp_path / "data"


def test_only_usable_files_are_found(folder: Path) -> None:
    assert [s.name for s in footage.find_sources(folder)] == [
        "davis-train/goose",
        "misc/sam2_dog",
        "pexels/1",
    ]


def test_a_clip_is_decoded_once(folder: Path, tmp_path: Path) -> None:
    source = footage.find_sources(folder)[0]
    clip = footage.load_clip(source, tmp_path / "cache")
    assert clip.frames.shape == (6, 48, 64, 3)
    assert clip.labels is not None
    np.testing.assert_array_equal(clip.labels[3] & OBJECT, masks(tmp_path / "again.npz")[3] * OBJECT)
    assert clip.boxes[3].tolist() == [3, 10, 23, 30]
    assert clip.areas.tolist() == [400] * 6
    assert (clip.labels[2, 10:12, 2:22] & BAND > 0).all()
    source.path.unlink()
    again = footage.load_clip(source, tmp_path / "cache")
    np.testing.assert_array_equal(again.frames, clip.frames)


def test_held_out_clips_are_apart(folder: Path, tmp_path: Path) -> None:
    kept = footage.load_footage(folder, tmp_path / "cache", held_out=True)
    used = footage.load_footage(folder, tmp_path / "cache")
    names = [{clip.name for clip in part.clips} for part in (kept, used)]
    assert not names[0] & names[1]
    assert len(names[0] | names[1]) == 3
    assert all(map(footage.is_held_out, names[0])) and not any(map(footage.is_held_out, names[1]))
    share = np.mean([footage.is_held_out(f"pexels/{n}") for n in range(2000)])
    assert 0.09 < share < 0.16


def test_a_folder_without_footage_says_so(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="no footage"):
        footage.find_sources(tmp_path)


def test_traces_of_an_outline_are_painted_over_and_not_trusted(folder: Path) -> None:
    (folder / "INDEX.csv").write_text(
        'file,note,source\ndata/pexels/1.mp4,,"a/1_outlined_[255, 215, 0].mp4"\n'
        "data/pexels/2.mp4,,a/2_outlined_230230250.mp4\n"
    )
    outlines = {s.name: s.outline for s in footage.find_sources(folder)}
    assert outlines["pexels/1"] == (255, 215, 0)
    assert outlines["pexels/2"] is None
    frames, labels = np.full((1, 48, 64, 3), 40, np.uint8), np.zeros((1, 48, 64), np.uint8)
    labels[0, 10:30, 10:30] = OBJECT
    frames[0, 12:14, 15:20] = frames[0, 40:44, 55:60] = (250, 210, 5)
    footage._heal(frames, labels, (255, 215, 0))
    assert frames[0, 12:14, 15:20].max() < 60
    assert (labels[0, 12:14, 15:20] == OBJECT | BAND).all()
    assert frames[0, 42, 57, 0] == 250
    assert labels[0, 42, 57] == 0
