"""Masks and clips that are unlike what one expects: a clear message or a sensible result, never a crash."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest

from core.errors import MediaError
from core.masks import propagate
from core.media.matte import Labels, MaskFolder, read_confidences
from tests.core.masks.scenes import overlap, texture, write_key

pytestmark = pytest.mark.usefixtures("one_thread")

WIDTH, HEIGHT = 160, 96


def write_frames(folder: Path, frames: Sequence[np.ndarray]) -> Path:
    folder.mkdir(parents=True)
    for number, frame in enumerate(frames):
        cv2.imwrite(str(folder / f"{number:05d}.png"), np.clip(frame, 0, 255).astype(np.uint8)[..., ::-1])
    return folder


def discs(*centres: tuple[int, int], radius: int = 14) -> tuple[np.ndarray, Labels]:
    """Reddish discs on a green ground, and their mask (one object)."""
    picture, labels = texture(HEIGHT, WIDTH, (90, 120, 90), 1), np.zeros((HEIGHT, WIDTH), np.uint8)
    paint = texture(HEIGHT, WIDTH, (200, 70, 60), 2)
    for x, y in centres:
        area = cv2.circle(np.zeros((HEIGHT, WIDTH), np.uint8), (x, y), radius, 1, -1) > 0
        picture[area] = np.roll(paint, (y, x), (0, 1))[area]
        labels[area] = 1
    return picture, labels


def track(folder: Path, frames: Sequence[np.ndarray], keys: dict[int, Labels], **asked: object) -> MaskFolder:
    paths = {
        frame: path for n, labels in keys.items() for frame, path in write_key(folder, n, labels).items()
    }
    clip = write_frames(folder / "clip", frames)
    for _ in propagate.track(folder / "out", clip=str(clip), key_masks=paths, **asked):  # type: ignore[arg-type]
        pass
    masks = MaskFolder(folder / "out", (frames[0].shape[1], frames[0].shape[0]))
    assert masks.frames() == list(range(len(frames)))
    told = read_confidences(folder / "out")
    assert all(0 <= value <= 1 for values in told.values() for value in values.values())
    for frame, labels in keys.items():
        np.testing.assert_array_equal(masks.labels(frame), labels)
    return masks


def test_still_frames_keep_their_mask(tmp_path: Path) -> None:
    picture, labels = discs((60, 48))
    masks = track(tmp_path, [picture] * 24, {0: labels})
    assert overlap(masks.labels(23) > 0, labels > 0) > 0.9


def test_black_frames_neither_crash_nor_spread(tmp_path: Path) -> None:
    _, labels = discs((60, 48))
    masks = track(tmp_path, [np.zeros((HEIGHT, WIDTH, 3))] * 4, {0: labels})
    assert (masks.labels(3) > 0).mean() < 0.5


def test_a_black_flash_does_not_lose_the_object(tmp_path: Path) -> None:
    frames, truth = zip(*(discs((50 + 3 * n, 48)) for n in range(7)), strict=True)
    dark = [np.zeros_like(frame) if n == 3 else frame for n, frame in enumerate(frames)]
    masks = track(tmp_path, dark, {0: truth[0]})
    assert overlap(masks.labels(6) > 0, truth[6] > 0) > 0.6


def test_an_object_that_leaves_at_once_is_not_smeared(tmp_path: Path) -> None:
    picture, labels = discs((60, 48))
    ground, _ = discs()
    masks = track(tmp_path, [picture, *[ground] * 7], {0: labels})
    told = read_confidences(tmp_path / "out")
    assert (masks.labels(7) > 0).sum() < 0.35 * (labels > 0).sum() or told[7][1] < 0.5


def test_an_object_that_runs_out_of_the_frame_is_gone(tmp_path: Path) -> None:
    frames, truth = zip(*(discs((120 + 9 * n, 48)) for n in range(9)), strict=True)
    masks = track(tmp_path, frames, {0: truth[0]})
    assert overlap(masks.labels(2) > 0, truth[2] > 0) > 0.7
    assert (masks.labels(8) > 0).sum() < 0.2 * (truth[0] > 0).sum()


def test_all_components_of_an_object_are_followed(tmp_path: Path) -> None:
    frames, truth = zip(*(discs((30 + 3 * n, 30), (110 - 2 * n, 66)) for n in range(8)), strict=True)
    masks = track(tmp_path, frames, {0: truth[0]})
    assert overlap(masks.labels(7) > 0, truth[7] > 0) > 0.8


def test_a_single_pixel_stays_small(tmp_path: Path) -> None:
    picture, labels = discs((60, 48))
    dot = np.zeros_like(labels)
    dot[48, 60] = 1
    masks = track(tmp_path, [picture] * 4, {0: dot})
    assert (masks.labels(3) > 0).sum() <= 200


def test_a_mask_of_the_whole_frame_stays(tmp_path: Path) -> None:
    frames = [discs((50 + 4 * n, 48))[0] for n in range(4)]
    masks = track(tmp_path, frames, {0: np.ones((HEIGHT, WIDTH), np.uint8)})
    assert (masks.labels(3) > 0).mean() > 0.99


def test_an_empty_key_mask_says_that_the_object_is_away(tmp_path: Path) -> None:
    frames, truth = zip(*(discs((50 + 3 * n, 48)) for n in range(6)), strict=True)
    ground, nothing = discs()
    masks = track(tmp_path, [*frames, ground, ground], {0: truth[0], 6: nothing})
    assert overlap(masks.labels(4) > 0, truth[4] > 0) > 0.7
    assert not masks.labels(7).any()


def test_empty_masks_alone_are_refused(tmp_path: Path) -> None:
    picture, _ = discs((60, 48))
    with pytest.raises(MediaError, match="has no object"):
        track(tmp_path, [picture] * 2, {0: np.zeros((HEIGHT, WIDTH), np.uint8)})


def test_a_mask_of_another_size_is_refused_or_fitted(tmp_path: Path) -> None:
    frames, truth = zip(*(discs((50 + 3 * n, 48)) for n in range(4)), strict=True)
    half = truth[0][::2, ::2].copy()
    with pytest.raises(MediaError, match="is 80x48, the clip is 160x96"):
        track(tmp_path / "refused", frames, {0: half})
    clip, keys = write_frames(tmp_path / "clip", frames), write_key(tmp_path, 0, half)
    for _ in propagate.track(tmp_path / "out", clip=str(clip), key_masks=keys, resize=True):
        pass
    assert overlap(MaskFolder(tmp_path / "out").labels(3) > 0, truth[3] > 0) > 0.7


@pytest.mark.parametrize("key", [0, 1])
def test_two_frames_either_way(tmp_path: Path, key: int) -> None:
    frames, truth = zip(*(discs((50 + 4 * n, 48)) for n in range(2)), strict=True)
    masks = track(tmp_path, frames, {key: truth[key]})
    assert overlap(masks.labels(1 - key) > 0, truth[1 - key] > 0) > 0.8


def test_one_frame_is_its_own_result(tmp_path: Path) -> None:
    picture, labels = discs((60, 48))
    track(tmp_path, [picture], {0: labels})


def test_masks_on_every_frame_leave_nothing_to_track(tmp_path: Path) -> None:
    frames, truth = zip(*(discs((50 + 4 * n, 48)) for n in range(3)), strict=True)
    track(tmp_path, frames, dict(enumerate(truth)))


def test_an_object_of_two_pixels_beside_a_large_one(tmp_path: Path) -> None:
    frames, truth = zip(*(discs((50 + 3 * n, 48)) for n in range(4)), strict=True)
    labels = truth[0].copy()
    labels[5, 5:7] = 200
    masks = track(tmp_path, frames, {0: labels})
    assert overlap(masks.labels(3) == 1, truth[3] > 0) > 0.7
    assert (masks.labels(3) == 200).sum() < 400


@pytest.mark.parametrize("asked", [{"direction": "sideways"}, {"frist": 2}, {"first": "two"}])
def test_parameters_that_make_no_question(tmp_path: Path, asked: dict[str, object]) -> None:
    with pytest.raises(MediaError, match=r"sideways|frist|first"):
        next(propagate.track(tmp_path, clip="none.mp4", key_masks={}, **asked))
    assert not list(tmp_path.iterdir())
