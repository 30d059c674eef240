"""The clean background as a film: the frames themselves where nothing lies on them, and their grain elsewhere."""

from __future__ import annotations

from contextlib import closing
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest

from core.arrays import to_bytes
from core.job import drain
from core.layers.background import find_background
from core.layers.footage import open_footage
from core.layers.grain import Calm, measure_grain, with_grain
from core.layers.plate import paint
from core.layers.result import read_layers, read_plate, read_report
from core.layers.split import split
from core.layers.visible_background import in_frames_light, mixed, outside
from tests.core.layers.scenes import walker, wall, write_clip
from tests.core.layers.test_plane import last_of, psnr
from tests.media_files import frames_of


def with_a_stranger(frames: np.ndarray) -> np.ndarray:
    """A chequered square that has no mask goes along the upper edge; bool (N, H, W), where it is."""
    where = np.zeros(frames.shape[:3], bool)
    board = (np.indices((12, 12)).sum(0) // 2 % 2 * 200 + 20).astype(np.uint8)
    for n, frame in enumerate(frames):
        left = 130 - 7 * n
        frame[4:16, left : left + 12] = board[..., None]
        where[n, 4:16, left : left + 12] = True
    return where


@pytest.mark.parametrize("pan", [0.0, 2.5])
def test_who_moves_without_a_mask_stays_sharp(tmp_path: Path, pan: float) -> None:
    frames, labels, shadows, plates = walker(pan=pan)
    stranger = with_a_stranger(frames)
    clip, masks = write_clip(tmp_path, frames, labels)
    drain(split(tmp_path, clip=str(clip), masks=str(masks)))
    plate, recon, report = (
        frames_of(tmp_path / "plate.mkv"),
        frames_of(tmp_path / "recon.mkv"),
        read_report(tmp_path),
    )
    around = np.stack(
        [
            cv2.dilate(((a > 0.02) | (b > 0)).astype(np.uint8), np.ones((19, 19)))
            for a, b in zip(shadows, labels, strict=True)
        ]
    )
    away = around == 0
    assert np.array_equal(plate[away], frames[away])
    apart = stranger & away
    assert apart.any() and np.array_equal(plate[apart], frames[apart])
    assert np.array_equal(recon[apart], frames[apart])
    hidden = (labels > 0) | (shadows > 0.1)
    hidden[:, :18] = False
    assert psnr(plate[hidden], plates[hidden]) > 30 and psnr(frames[hidden], plates[hidden]) < 20
    assert report.psnr > report.psnr_canvas + 3
    with closing(open_footage(clip, masks)) as footage:
        canvas = last_of(find_background(footage))
        assert psnr(to_bytes(canvas.render(6))[stranger[6]], frames[6][stranger[6]]) < 20


def test_the_figures_of_the_canvas_have_nothing_of_the_frames(tmp_path: Path) -> None:
    frames, labels, _, _ = walker(noise=0.03, shadow=0.0)
    clip, masks = write_clip(tmp_path, frames, labels)
    for kind in ("layers", "plate"):
        (tmp_path / kind).mkdir()
    drain(split(tmp_path / "layers", clip=str(clip), masks=str(masks)))
    drain(paint(tmp_path / "plate", clip=str(clip), masks=str(masks), film=True))
    report, made = read_report(tmp_path / "layers"), read_plate(tmp_path / "plate")
    noisy = -20 * np.log10(0.03)  # no canvas can be nearer to noisy frames
    for told in (report.psnr_plate, report.psnr_canvas_outside, made.psnr_plate):
        assert noisy - 2 < told < noisy + 1.5
    assert report.psnr_outside > noisy + 8
    film = frames_of(tmp_path / "plate" / "plate.mkv")
    far = np.s_[:, :, 110:]
    assert np.array_equal(film[:6][far], frames[:6][far])


def test_grain_under_an_object_is_that_of_the_film(tmp_path: Path) -> None:
    frames, labels, _, plates = walker(frames=8, noise=0.03, shadow=0.0)
    clip, masks = write_clip(tmp_path, frames, labels)
    films = []
    for seed in (0, 0, 1):
        out = tmp_path / f"out {len(films)}"
        out.mkdir()
        drain(split(out, clip=str(clip), masks=str(masks), seed=seed))
        films.append(frames_of(out / read_layers(out).plate_film))
    assert np.array_equal(films[0], films[1]) and not np.array_equal(films[0], films[2])
    off = films[0].astype(float) - plates
    under = np.stack([cv2.erode(each, np.ones((3, 3), np.uint8)) for each in labels]) > 0
    beyond = np.stack([cv2.dilate(each, np.ones((9, 9), np.uint8)) for each in labels]) == 0
    assert 0.8 < off[under].std() / off[beyond].std() < 1.25
    alike = []
    for n in range(len(frames) - 1):
        both = under[n] & under[n + 1]
        alike.append(np.corrcoef(off[n][both].ravel(), off[n + 1][both].ravel())[0, 1])
    assert (
        abs(np.mean(alike)) < 0.25
    )  # the canvas of eight frames has an eighth of their grain, and that stands


def test_grain_is_measured_by_light_and_by_how_coarse_it_is() -> None:
    rng, clean = np.random.default_rng(5), np.full((160, 200, 3), 0.25, np.float32)
    clean[:, 100:] = 0.75
    noise = cv2.GaussianBlur(rng.normal(0, 1, clean.shape).astype(np.float32), (0, 0), 0.7)
    noise *= np.where(clean > 0.5, 0.06, 0.02) / noise.std()
    frame, nothing = (clean + noise).astype(np.float32), np.zeros(clean.shape[:2], np.float32)
    own = nothing.copy()
    own[:80] = 1
    made = with_grain(frame, clean, clean, own, nothing, rng) - clean
    for side in (np.s_[84:, :96], np.s_[84:, 104:]):
        for sigma in (0, 1.5):
            a, b = (
                cv2.GaussianBlur(each[side], (0, 0), sigma).std() if sigma else each[side].std()
                for each in (made, noise)
            )
            assert 0.75 < a / b < 1.3
    assert measure_grain(frame, clean, nothing > 0) is None
    assert np.array_equal(with_grain(frame, clean, clean, nothing, nothing, rng), clean)


def test_a_few_dark_textures_tell_nothing_of_grain() -> None:
    rng, clean = np.random.default_rng(5), np.full((300, 320, 3), 0.75, np.float32)
    clean[:40, :40] = 0.1
    frame = clean + rng.normal(0, 0.004, clean.shape).astype(np.float32)
    frame[:40, :40] += rng.normal(0, 0.08, (40, 40, 3)).astype(np.float32)
    grain = measure_grain(frame, clean, np.ones(clean.shape[:2], bool))
    assert grain is not None and grain.strength.max() < 0.01


def test_what_is_put_under_an_object_meets_the_frame_without_a_seam() -> None:
    picture, labels = wall((160, 96)), np.zeros((96, 160), np.uint8)
    labels[30:60, 60:90] = 1
    across = np.linspace(0.9, 1.2, 160, dtype=np.float32)[None, :, None]
    frame, own = picture * across, outside(labels, 4)
    ground = in_frames_light(frame, picture, own, 0.15)
    seen = mixed(frame, ground, own)
    assert np.array_equal(seen[own == 1], frame[own == 1]) and own[labels > 0].max() == 0
    assert np.abs(seen - frame).max() < 0.03 < np.abs(picture - frame)[labels > 0].max()
    assert outside(np.zeros_like(labels), 4).min() == 1
    assert outside(np.ones_like(labels), 4).max() == 0


def test_a_frame_that_is_a_little_sharper_than_its_background_has_no_more_grain_for_that() -> None:
    clean = wall((160, 96), seed=7)
    sharper = clean + 0.05 * (clean - cv2.GaussianBlur(clean, (0, 0), 3.0))
    most = np.abs(sharper - clean).mean()
    grain = measure_grain(np.asarray(sharper, np.float32), clean, np.ones(clean.shape[:2], bool))
    assert grain is not None and grain.strength.max() < 2 * most


def test_the_edge_of_a_shadow_is_no_grain() -> None:
    """Its outline would stay where the shadow went."""
    rng, clean = np.random.default_rng(9), np.full((200, 240, 3), 0.6, np.float32)
    own, light = np.ones(clean.shape[:2], np.float32), np.ones(clean.shape, np.float32)
    own[:, 80:160], light[:, 100:140] = 0, 0.6
    noise = rng.normal(0, 0.01, clean.shape).astype(np.float32)
    frame = cv2.GaussianBlur(light, (0, 0), 1.0) * clean + noise
    bare = clean + own[..., None] * noise
    made = with_grain(frame, clean, bare, own, np.ones_like(own), rng) - clean
    along = made.mean(2).mean(0)
    assert np.abs(along[85:155]).max() < 0.004
    assert 0.7 < made[:, 112:128].std() / 0.01 < 1.8  # in the shadow the frame's own is led into the light


def test_a_trace_of_an_object_does_not_tint_what_is_put_under_it() -> None:
    """A piece of a hand that its mask misses, hardly other than the wall behind it, is no light on that wall."""
    clean = np.full((240, 320, 3), 0.5, np.float32)
    frame = clean * np.float32(1.04)  # a little more light on all of the wall
    labels = np.zeros((240, 320), np.uint8)
    labels[60:200, 100:220] = 1
    own = outside(labels, 3)
    frame[labels > 0] = 0.1
    frame[118:142, 150:170], own[118:142, 150:170] = clean[0, 0] * np.float32([1.1, 1, 1]), 1
    lit = in_frames_light(frame, clean, own, 0.06)
    apart = cv2.dilate(np.uint8(own == 1), np.ones((41, 41))) == 0
    assert apart.sum() > 4000
    assert np.abs(lit - 1.04 * clean)[apart].max() < 0.006


def test_what_is_put_under_an_object_joins_the_light_right_beside_it() -> None:
    """Light that falls off over the picture leaves no step at the edge of what was put there."""
    clean = np.full((240, 320, 3), 0.5, np.float32)
    fall = np.linspace(0.96, 1.04, 320, dtype=np.float32)[None, :, None]
    labels = np.zeros((240, 320), np.uint8)
    labels[80:160, 130:190] = 1
    frame = clean * fall
    frame[labels > 0] = 0
    lit = in_frames_light(frame, clean, outside(labels, 3), 0.06)
    off = np.abs(lit - clean * fall).max(2)
    assert off[labels > 0].max() < 0.008
    edge = (labels > 0) & (cv2.erode(labels, np.ones((5, 5))) == 0)
    assert off[edge].max() < 0.004


def test_what_is_hidden_at_either_side_has_the_light_of_its_side() -> None:
    clean = wall((240, 120))
    rising = np.linspace(0, 0.3, 240, dtype=np.float32)[None, :, None]
    own = np.ones((120, 240), np.float32)
    own[20:100, 20:90] = own[20:100, 150:220] = 0
    frame = np.where(own[..., None] > 0, clean + rising, 0.9).astype(np.float32)
    light = (in_frames_light(frame, clean, own, 1.0) - clean).mean(2)[60]
    assert light[30] == pytest.approx(rising[0, 30, 0], abs=0.05)
    assert light[210] == pytest.approx(rising[0, 210, 0], abs=0.05)


@pytest.mark.parametrize("kept", [0.0, 0.9])
def test_grain_that_lasts_from_frame_to_frame_does_so_under_an_object(kept: float) -> None:
    """As compression leaves it, where the camera stands; else what is put there would flicker."""
    rng, clean = np.random.default_rng(8), np.full((160, 200, 3), 0.4, np.float32)
    own, stays = np.zeros(clean.shape[:2], np.float32), rng.standard_normal(clean.shape, np.float32)
    own[:90] = 1
    last, made = rng.standard_normal(clean.shape, np.float32), []
    frames = [clean + 0.02 * last]
    for _ in range(2):
        fresh = rng.standard_normal(clean.shape, np.float32)
        last = np.float32(kept) * last + np.float32(np.sqrt(1 - kept**2)) * fresh
        frames.append(clean + 0.02 * last)
    for before, frame in pairwise(frames):
        calm = Calm(before, stays)
        made.append(with_grain(frame, clean, clean, own, np.zeros_like(own), rng, calm=calm) - clean)
    below, changes = np.s_[100:], 0.02 * np.sqrt(2 * (1 - kept))
    assert 0.8 < made[1][below].std() / 0.02 < 1.25
    assert 0.8 < (made[1] - made[0])[below].std() / changes < 1.25
