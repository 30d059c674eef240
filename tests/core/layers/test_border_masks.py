"""An object at the border, in the frames that its mask misses."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.job import drain
from core.layers.border_masks import Borders, missed
from core.layers.paged import Stack
from core.layers.result import read_layers
from core.layers.split import split
from tests.core.layers.scenes import wall, write_clip
from tests.core.layers.test_split import iou
from tests.media_files import frames_of


def passing(late: int, backwards: bool = False) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A red box comes in from the left, 7 pixels a frame; its masks begin `late` frames too late.

    Returns:
        frames, masks as tracked, true masks.
    """
    frames, masks, truth = [], [], []
    rng = np.random.default_rng(5)
    for n in range(14):
        picture, label = wall((160, 96)).copy(), np.zeros((96, 160), np.uint8)
        right = 7 * (n - 2)
        if right > 0:
            label[30:60, max(0, right - 30) : right] = 1
        picture[label > 0] = (0.85, 0.15, 0.1)
        noisy = picture + rng.normal(0, 0.01, picture.shape)
        frames.append((np.clip(noisy, 0, 1) * 255).astype(np.uint8))
        truth.append(label)
        masks.append(label if n >= 3 + late else np.zeros_like(label))
    order = -1 if backwards else 1
    return tuple(np.stack(each)[::order] for each in (frames, masks, truth))  # type: ignore[return-value]


@pytest.mark.parametrize("backwards", [False, True])
def test_the_object_is_there_before_its_mask(tmp_path: Path, backwards: bool) -> None:
    frames, masks, truth = passing(2, backwards)
    clip, folder = write_clip(tmp_path, frames, masks)
    drain(split(tmp_path, clip=str(clip), masks=str(folder)))
    (box,) = read_layers(tmp_path).objects
    alpha, plate = frames_of(tmp_path / box.object)[..., 3], frames_of(tmp_path / "plate.mkv")
    late = [n for n in range(14) if truth[n].any() and not masks[n].any()]
    assert len(late) == 2
    for n in late:
        assert iou(alpha[n] > 127, truth[n] > 0) > 0.75
        red = plate[n][truth[n] > 0].astype(int)
        assert (red[:, 0] - red[:, 1]).mean() < 40
    without = [n for n in range(14) if not truth[n].any()]
    assert alpha[without].max() == 0


def test_nothing_is_added_away_from_the_border_or_where_nothing_differs() -> None:
    halves, surely = Stack((6, 40, 60)), Stack((6, 40, 60))
    for n in range(3, 6):
        halves[n][10:20, 20:30] = 1
    surely[2][10:20, 20:30] = 255
    assert missed(surely, halves, lambda n: True) == {}
    for n in range(3, 6):
        halves[n][10:20, :10] = 1
    assert missed(surely.like(), halves, lambda n: True) == {}
    surely[2][10:20, :8] = 255
    assert set(missed(surely, halves, lambda n: True)) == {2}
    assert missed(surely, halves, lambda n: n != 2) == {}


class Coming:
    """A box that comes in from the left, 6 pixels a frame; it has a mask from frame 5 to frame 8."""

    size, count = (80, 60), 12

    def known(self, n: int) -> bool:
        return True

    def frame(self, n: int) -> np.ndarray:
        raise AssertionError("nobody looks at pictures")

    def labels(self, n: int) -> np.ndarray:
        labels = np.zeros((60, 80), np.uint8)
        if 5 <= n <= 8:
            labels[20:40, max(0, 6 * (n - 5) - 12) : 6 * (n - 5) + 18] = 1
        return labels


def test_before_its_first_mask_what_came_over_the_border_is_not_trusted() -> None:
    borders, clip = Borders(Coming()), Coming()
    doubted = {n: borders.labels(n) == 255 for n in range(12)}
    assert [n for n, each in doubted.items() if each.any()] == [3, 4]
    assert doubted[4][22:38, :12].all() and doubted[3][22:38, :6].all()
    assert not doubted[4][:, 40:].any() and not doubted[4][50:].any()
    assert all(np.array_equal(borders.labels(n), clip.labels(n)) for n in (5, 6, 7, 8, 11))
