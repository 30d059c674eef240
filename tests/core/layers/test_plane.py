"""The clean background against the drawn one."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from typing import TypeVar

import cv2
import numpy as np
import pytest

from core.arrays import to_bytes
from core.errors import MediaError
from core.job import drain
from core.layers.background import Background, find_background, find_camera
from core.layers.footage import open_footage
from core.layers.paged import Room
from core.layers.painting import paint_plane
from core.layers.plane_file import forget_plane, load_plane, save_plane
from core.layers.plate import paint
from core.layers.repaint import without_effects
from core.layers.result import PLATE_PICTURE, read_plate
from core.media.matte import mask_name, write_binary
from core.media.reader import open_source
from tests.core.layers.scenes import walker, wall, write_clip

Made = TypeVar("Made")


def last_of(steps: Generator[object, None, Made]) -> Made:
    while True:
        try:
            next(steps)
        except StopIteration as done:
            return done.value


def psnr(a: np.ndarray, b: np.ndarray) -> float:
    return -10 * float(np.log10(((a.astype(float) - b) ** 2).mean() / 255**2 + 1e-12))


def plate_of(clip: Path, masks: Path) -> Background:
    with closing(open_footage(clip, masks)) as footage:
        return last_of(find_background(footage))


@pytest.mark.parametrize("pan", [0.0, 2.5])
def test_what_the_object_hid_is_found_without_its_shadow(tmp_path: Path, pan: float) -> None:
    frames, labels, shadows, plates = walker(pan=pan)
    plate = plate_of(*write_clip(tmp_path, frames, labels))
    for n in (0, 5, 11):
        clean = to_bytes(plate.render(n))
        inner = np.s_[4:-4, 6:-6]
        assert psnr(clean[inner], plates[n][inner]) > (
            34 if pan else 38
        )  # half-pixel steps blur the drawn truth too
        hidden = (labels[n] > 0) | (shadows[n] > 0.1)
        assert psnr(clean[hidden], plates[n][hidden]) > 33
        assert psnr(frames[n][hidden], plates[n][hidden]) < 20


def test_a_still_plate_is_the_frame_pixel_for_pixel_in_place(tmp_path: Path) -> None:
    frames, labels, _, plates = walker(shadow=0.0)
    plate = plate_of(*write_clip(tmp_path, frames, labels))
    assert plate.camera.still and plate.picture().shape == frames[0].shape
    assert np.abs(plate.picture().astype(int) - plates[0]).max() <= 2
    assert np.array_equal(plate.picture(), to_bytes(plate.render(3)))


def test_light_that_changes_is_followed(tmp_path: Path) -> None:
    frames, labels, _, plates = walker(shadow=0.0)
    light = np.linspace(0.8, 1.1, len(frames))
    dimmed = np.stack(
        [np.clip(f * g + 0.5, 0, 255).astype(np.uint8) for f, g in zip(frames, light, strict=True)]
    )
    plate = plate_of(*write_clip(tmp_path, dimmed, labels))
    for n in (0, 11):
        assert psnr(to_bytes(plate.render(n)), np.clip(plates[n] * light[n], 0, 255)) > 38


@pytest.mark.parametrize("kind", ["one frame", "two frames", "all covered", "nothing covered", "black"])
def test_odd_clips_give_something_sensible(tmp_path: Path, kind: str) -> None:
    frames, labels, _, _ = walker(frames=4)
    if kind == "one frame":
        frames, labels = frames[:1], labels[:1]
    if kind == "two frames":
        frames, labels = frames[:2], labels[:2]
    if kind == "all covered":
        labels = np.ones_like(labels)
    if kind == "nothing covered":
        labels = np.zeros_like(labels)
    if kind == "black":
        frames = np.zeros_like(frames)
    plate = plate_of(*write_clip(tmp_path, frames, labels))
    clean = plate.render(len(frames) - 1)
    assert clean.shape == frames[0].shape and np.isfinite(clean).all()
    if kind == "black":
        assert clean.max() == 0


def test_masks_of_another_size_and_missing_ones_are_told(tmp_path: Path) -> None:
    frames, labels, _, _ = walker(frames=3)
    clip, masks = write_clip(tmp_path, frames, labels)
    with pytest.raises(MediaError, match="holds no PNG masks"):
        open_footage(clip, clip.parent / "nothing")
    with pytest.raises(MediaError, match="which has frames 0 to 2"):
        open_footage(clip, masks, 2, 7)
    write_binary(masks / mask_name(0), np.zeros((10, 12), np.uint8))
    with pytest.raises(MediaError, match="12x10, the clip is 160x96"):
        open_footage(clip, masks)


def test_fewer_masks_than_frames(tmp_path: Path) -> None:
    frames, labels, _, _ = walker(frames=8)
    clip, masks = write_clip(tmp_path, frames, labels)
    for n in (1, 5, 6, 7):
        (masks / mask_name(n)).unlink()
    with closing(open_footage(clip, masks)) as footage:
        assert footage.unknown() == (7,)
        assert np.array_equal(footage.labels(1), labels[0]) and not footage.labels(7).any()


def test_a_cut_begins_another_canvas(tmp_path: Path) -> None:
    one = [(wall((160, 96), 1) * 255).astype(np.uint8)] * 8
    other = [cv2.flip((wall((160, 96), 5)[..., ::-1] * 120).astype(np.uint8), 0)] * 8
    frames = np.stack([*one, *other])
    plate = plate_of(*write_clip(tmp_path, frames, np.zeros(frames.shape[:3], np.uint8)))
    assert [shot.first for shot in plate.camera.shots] == [0, 8]
    assert psnr(to_bytes(plate.render(7)), frames[7]) > 45
    assert psnr(to_bytes(plate.render(8)), frames[8]) > 45


def test_a_canvas_in_files_is_the_one_in_memory_and_can_be_kept(tmp_path: Path) -> None:
    frames, labels, _, _ = walker(frames=6, pan=2.5)
    other = cv2.flip((wall((160, 96), 5)[..., ::-1] * 120).astype(np.uint8), 0)
    both = np.concatenate([frames, np.stack([other] * 4)])
    hidden = np.concatenate([labels, np.zeros_like(labels[:4])])
    hidden[:, 40:44, 70:80] = 1  # never seen
    with closing(open_footage(*write_clip(tmp_path, both, hidden))) as footage:
        camera = last_of(find_camera(footage))
        plain, large = (
            last_of(paint_plane(footage, camera, room=room)) for room in (Room(), Room(tmp_path, 1))
        )
        again = [last_of(without_effects(footage, plane)) for plane in (plain, large)]
    assert len(camera.shots) == 2 and camera.bands[0].start == 0 and camera.bands[1].stop == camera.canvas[1]
    save_plane(tmp_path / "kept", large)
    kept = load_plane(tmp_path / "kept", Room(tmp_path, 1))
    assert kept is not None
    for n in (0, 5, 6, 9):
        assert np.array_equal(plain.render(n), large.render(n)) and np.array_equal(
            plain.noise(n), kept.noise(n)
        )
        assert np.array_equal(plain.render(n), kept.render(n)) and np.array_equal(
            plain.known(n), kept.known(n)
        )
        assert np.array_equal(again[0].render(n), again[1].render(n))
    forget_plane(tmp_path / "kept")
    assert not list(tmp_path.glob("kept*")) and load_plane(tmp_path / "kept") is None


def test_a_plate_in_too_little_time_says_so(tmp_path: Path) -> None:
    frames, labels, _, plates = walker()
    clip, masks = write_clip(tmp_path, frames, labels)
    notes = {}
    for most in (2.01, 1000.0):  # two seconds are for the start of the processes
        out = tmp_path / str(most)
        out.mkdir()
        drain(paint(out, clip=str(clip), masks=str(masks), max_seconds=most))
        notes[most] = read_plate(out).notes
        with closing(open_source(out / PLATE_PICTURE)) as source:
            assert psnr(source.frame(0)[:96, :160, :3], plates[0]) > (30 if most > 100 else 20)
    assert not notes[1000.0]
    said = ("last pass", "4 times smaller", "one canvas", "shadows", "asked for")
    assert all(word in note for word, note in zip(said, notes[2.01], strict=True))
