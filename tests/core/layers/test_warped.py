"""Backgrounds at several depths, put together from neighbouring frames."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import cv2
import numpy as np

from core.arrays import to_bytes
from core.layers.background import find_camera, needs_warping
from core.layers.footage import open_footage
from core.layers.ground_flow import GroundFlow
from core.layers.neighbours import OFFSETS, put_together
from core.layers.painting import paint_plane
from core.layers.plane import grid_of
from core.layers.plate import paint
from core.layers.result import read_plate
from core.layers.warped import paint_warped
from tests.core.layers.scenes import wall, write_clip
from tests.core.layers.test_plane import drain, last_of, psnr

SIZE = 200, 120


def deep_clip(frames: int = 13) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A far wall, and the ground before it that passes three times as fast; a box goes over both.

    Returns:
        frames and clean plates uint8 (N, 120, 200, 3), labels uint8 (N, 120, 200).
    """
    far, near = wall((300, 120), seed=1), wall((400, 120), seed=2)[..., ::-1]
    pictures, plates, labels = [], [], []
    for n in range(frames):
        plate = cv2.warpAffine(far, np.array([[1, 0, -1.5 * n], [0, 1, 0.0]]), SIZE, flags=cv2.INTER_CUBIC)
        ground = cv2.warpAffine(near, np.array([[1, 0, -5.0 * n], [0, 1, 0.0]]), SIZE, flags=cv2.INTER_CUBIC)
        plate[74:] = ground[74:]
        label = np.zeros((120, 200), np.uint8)
        label[40:66, 20 + 11 * n : 40 + 11 * n] = 1
        plates.append(to_bytes(plate))
        pictures.append(np.where(label[..., None] > 0, np.uint8([200, 60, 40]), plates[-1]))
        labels.append(label)
    return np.stack(pictures), np.stack(plates), np.stack(labels)


def test_two_depths_stay_sharp_where_one_canvas_smears(tmp_path: Path) -> None:
    frames, plates, labels = deep_clip()
    with closing(open_footage(*write_clip(tmp_path, frames, labels))) as footage:
        plane = last_of(paint_plane(footage, last_of(find_camera(footage))))
        assert needs_warping(footage, plane)
        warped = last_of(paint_warped(footage, plane, tmp_path))
    for n in (3, 6, 9):
        inner = np.s_[4:-4, 24:-24]
        near, flat = to_bytes(warped.render(n))[inner], to_bytes(plane.render(n))[inner]
        assert psnr(near, plates[n][inner]) > psnr(flat, plates[n][inner]) + 2
        hidden = labels[n] > 0
        removed, before = to_bytes(warped.render(n))[hidden], frames[n][hidden]
        assert psnr(removed, plates[n][hidden]) > psnr(before, plates[n][hidden]) + 8
        assert np.isfinite(warped.noise(n)).all() and warped.known(n).max() <= 1


def test_grain_goes_on_where_neighbours_are_put_together(tmp_path: Path) -> None:
    frames, _, labels = deep_clip(frames=9)
    rng = np.random.default_rng(6)
    noisy = np.clip(frames + rng.normal(0, 7, frames.shape) + 0.5, 0, 255).astype(np.uint8)
    with closing(open_footage(*write_clip(tmp_path, noisy, labels))) as footage:
        plane = last_of(paint_plane(footage, last_of(find_camera(footage))))
        warped = last_of(paint_warped(footage, plane, tmp_path, seed=3))
    band = [_high(to_bytes(warped.render(n))) for n in range(9)]
    bare = [_high(noisy[n]) for n in range(9)]
    under = [cv2.erode(labels[n], np.ones((5, 5), np.uint8)) > 0 for n in range(9)]
    made = np.concatenate([band[n][under[n]] for n in (3, 4, 5)])
    seen = np.concatenate([bare[n][44:62][:, -40:].ravel() for n in (3, 4, 5)])
    assert 0.75 < made.std() / seen.std() < 1.3


def _high(picture: np.ndarray) -> np.ndarray:
    """The finest of a picture, (H, W): of grain there is much more in it than of the drawn wall."""
    grey = picture.astype(np.float32).mean(2)
    return grey - cv2.GaussianBlur(grey, (0, 0), 0.8)


def test_a_shadow_goes_and_thin_things_beside_the_object_stay(tmp_path: Path) -> None:
    frames, plates, labels = deep_clip()
    shadows = np.zeros(labels.shape, bool)
    for n, label in enumerate(labels):
        left = int(np.flatnonzero(label.any(0))[0])
        plates[n][:, 96:98] = frames[n][:, 96:98] = (235, 235, 120)  # a post that stands before everything
        label[:, 96:98] = 0
        shadows[n, 68:80, left : left + 20] = True
        shadows[n][:, 96:98] = False
        frames[n][shadows[n]] = frames[n][shadows[n]] * 0.5
    with closing(open_footage(*write_clip(tmp_path, frames, labels))) as footage:
        plane = last_of(paint_plane(footage, last_of(find_camera(footage))))
        warped = last_of(paint_warped(footage, plane, tmp_path))
    made = np.stack([to_bytes(warped.render(n)) for n in range(len(frames))])
    middle = np.s_[3:10]
    gone, before = (
        psnr(each[middle][shadows[middle]], plates[middle][shadows[middle]]) for each in (made, frames)
    )
    assert gone > before + 5
    post = made[3:10, :30, 96:98], plates[3:10, :30, 96:98]
    assert psnr(*post) > 40


def test_the_background_moves_on_under_an_object(tmp_path: Path) -> None:
    frames, _, labels = deep_clip()
    with closing(open_footage(*write_clip(tmp_path, frames, labels))) as footage:
        ground = GroundFlow(footage, last_of(find_camera(footage)), 4)
        ahead, back = ground.places(6, 1, (1, 4)), ground.places(6, -1, (4,))
        assert ground.places(12, 1, (1, 4)) == {}
    hidden = labels[6] > 0
    hidden[52:] = False  # near the ground it is filled from both
    for places, steps in ((ahead[7], 1), (ahead[10], 4), (back[2], -4)):
        moved = places - grid_of(SIZE)
        assert abs(float(np.median(moved[hidden][:, 0])) + 1.5 * steps) < 0.6 * abs(steps)
        assert abs(float(np.median(moved[90:110, 20:-60, 0])) + 5 * steps) < 0.5 * abs(steps)


def standing_clip(frames: int = 28, still: int = 15) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """A box with a shadow comes over the wall, stands for `still` frames while the camera pans on, and goes.

    Returns:
        frames and clean plates uint8 (N, 120, 200, 3), labels uint8, shadows bool (N, 120, 200).
    """
    world, rng = wall((400, 120), seed=3), np.random.default_rng(0)
    pictures, plates, labels, shadows = [], [], [], []
    come = (frames - still) // 2
    for n in range(frames):
        place = 9 * min(n, come) + 9 * max(0, n - come - still) + 20  # on the wall
        left = place - n
        plate = cv2.warpAffine(world, np.array([[1, 0, -1.0 * n], [0, 1, 0.0]]), SIZE)
        label, shadow = np.zeros((120, 200), np.uint8), np.zeros((120, 200), bool)
        label[30:62, left : left + 18] = 1
        shadow[62:76, left : left + 40] = True
        picture = np.where(shadow[..., None], 0.55 * plate, plate)
        picture = np.where(label[..., None] > 0, np.float32([0.8, 0.2, 0.1]), picture)
        picture = picture + rng.normal(0, 0.008, picture.shape)
        pictures.append(to_bytes(picture.astype(np.float32)))
        plates.append(to_bytes(plate))
        labels.append(label)
        shadows.append(shadow)
    return np.stack(pictures), np.stack(plates), np.stack(labels), np.stack(shadows)


def test_a_shadow_that_stands_for_long_is_known_from_the_canvas(tmp_path: Path) -> None:
    frames, plates, labels, shadows = standing_clip()
    with closing(open_footage(*write_clip(tmp_path, frames, labels))) as footage:
        plane = last_of(paint_plane(footage, last_of(find_camera(footage))))
        warped = last_of(paint_warped(footage, plane, tmp_path))
    for n in (10, 14, 18):
        made = to_bytes(warped.render(n))
        gone, before = (psnr(each[shadows[n]], plates[n][shadows[n]]) for each in (made, frames[n]))
        assert gone > before + 10 and gone > 23


def test_what_is_put_under_an_object_has_the_light_of_its_place(tmp_path: Path) -> None:
    across = np.linspace(-1, 1, SIZE[0], dtype=np.float32)[None, :, None]
    world, light = wall((320, 120), seed=3), 1 - 0.6 * across**2  # darker towards both sides
    plates = [
        to_bytes(cv2.warpAffine(world, np.array([[1, 0, -5.0 * n], [0, 1, 0.0]]), SIZE) * light)
        for n in range(21)
    ]
    label = np.zeros((120, 200), np.uint8)
    label[30:90, 75:125] = 1  # the camera goes along with it
    frames = np.stack([np.where(label[..., None] > 0, np.uint8([200, 60, 40]), each) for each in plates])
    with closing(open_footage(*write_clip(tmp_path, frames, np.stack([label] * 21)))) as footage:
        plane = last_of(paint_plane(footage, last_of(find_camera(footage))))
        ground = GroundFlow(footage, plane.camera, OFFSETS[-1])
        clean = to_bytes(put_together(footage, plane, 10, ground).clean)
    off = (clean.astype(float) - plates[10])[30:90]
    assert (
        abs(off[:, 78:98].mean()) < 6.5 and abs(off[:, 102:122].mean()) < 6.5
    )  # 8 and 11 by one light for all


def test_a_picture_alone_asks_no_neighbours_and_says_that_it_is_a_survey(tmp_path: Path) -> None:
    frames, _, labels = deep_clip()
    clip, masks = write_clip(tmp_path, frames, labels)
    notes = {}
    for film in (False, True):
        out = tmp_path / str(film)
        out.mkdir()
        drain(paint(out, clip=str(clip), masks=str(masks), film=film))
        notes[film] = " ".join(read_plate(out).notes)
    assert "survey. In a film" in notes[False] and "put together from neighbouring frames" in notes[True]


def test_a_shadow_apart_from_its_object_goes_as_well(tmp_path: Path) -> None:
    _, plates, labels = deep_clip()
    labels = np.roll(labels, -26, axis=1)
    frames, shadows = plates.copy(), np.zeros(labels.shape, bool)
    for n, label in enumerate(labels):
        left = int(np.flatnonzero(label.any(0))[0])
        shadows[n, 92:110, left - 2 : left + 34] = True
        dark = 0.5 * cv2.GaussianBlur(shadows[n].astype(np.float32), (0, 0), 2.0)
        frames[n] = np.where(label[..., None] > 0, np.uint8([200, 60, 40]), frames[n] * (1 - dark[..., None]))
    with closing(open_footage(*write_clip(tmp_path, frames, labels))) as footage:
        plane = last_of(paint_plane(footage, last_of(find_camera(footage))))
        warped = last_of(paint_warped(footage, plane, tmp_path))
    made = np.stack([to_bytes(warped.render(n)) for n in range(len(frames))])
    middle = np.s_[3:10]
    gone, before = (
        psnr(each[middle][shadows[middle]], plates[middle][shadows[middle]]) for each in (made, frames)
    )
    assert gone > before + 5
