"""Tracks are tidied and shapes put between key masks: what is right stays, files follow, the old
result is not changed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.masks.finishing import Keys, between, fill_between, shape_of, softened, tidied, tidy
from core.media.appearances import Appearance, Appearances, ObjectHistory, read_appearances, write_appearances
from core.media.matte import Labels, MaskFolder, read_confidences, write_labels, write_soft

SHAPE = (80, 120)


def square(left: int, top: int, side: int = 20, label: int = 1) -> Labels:
    labels = np.zeros(SHAPE, np.uint8)
    labels[top : top + side, left : left + side] = label
    return labels


def dirty() -> Labels:
    """Object 1 with a speck and a hole, object 2 inside a larger hole and beside it."""
    labels = square(10, 10, 40)
    labels[14:16, 14:16] = 0
    labels[60:62, 80:82] = 1
    labels[25:35, 25:35] = 2
    labels[70:71, 5:6] = 2
    return labels


def test_specks_go_and_holes_are_filled_of_one_object() -> None:
    after = tidied(dirty(), 1)
    assert not (after[60:62, 80:82]).any() and (after[14:16, 14:16] == 1).all()
    assert np.array_equal(after == 2, dirty() == 2), "others stay"
    assert np.array_equal(tidied(square(3, 3), 1), square(3, 3))
    assert not tidied(np.zeros(SHAPE, np.uint8), 1).any()


def test_large_pieces_and_holes_stay() -> None:
    labels = square(10, 10, 40) | square(70, 10, 20)
    labels[20:40, 20:40] = 0
    assert np.array_equal(tidied(labels, 1), labels)


def test_a_hole_at_the_border_is_no_hole() -> None:
    labels = np.ones((400, 400), np.uint8)
    labels[0:2, 10:12] = 0
    assert np.array_equal(tidied(labels, 1), labels)


def test_soft_edges_go_with_what_goes() -> None:
    before, after = dirty() == 1, tidied(dirty(), 1) == 1
    matte = before.astype(np.float32)
    matte[59, 80:82], matte[9, 20] = 0.4, 0.3
    found = softened(matte, before, after)
    assert found[59:62, 80:82].max() == 0 and found[9, 20] == pytest.approx(0.3)
    assert found[14:16, 14:16].min() == 1


def test_shapes_between_move_and_grow_evenly() -> None:
    one, other = shape_of(square(10, 10, 16) > 0), shape_of(square(70, 40, 32) > 0)
    assert np.array_equal(between(one, other, 0.0), square(10, 10, 16) > 0)
    middle = between(one, other, 0.5)
    ys, xs = np.nonzero(middle)
    assert (xs.mean(), ys.mean()) == pytest.approx(((17.5 + 85.5) / 2, (17.5 + 55.5) / 2), abs=0.6)
    assert np.sqrt(middle.sum()) == pytest.approx(np.sqrt(16 * 32), rel=0.06)
    with pytest.raises(ValueError):
        shape_of(np.zeros(SHAPE, bool))


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """Frames 0 to 6; object 1 is missing in 3 and 4, and soft in 2."""
    folder = tmp_path / ("a" * 32)
    (folder / "masks").mkdir(parents=True)
    for frame in range(7):
        write_labels(
            folder / "masks" / f"{frame:05d}.png", dirty() if frame not in (3, 4) else square(90, 5, 9, 2)
        )
    (folder / "soft" / "1").mkdir(parents=True)
    write_soft(folder / "soft" / "1" / "00002.png", (dirty() == 1).astype(np.float32) * 0.9)
    (folder / "confidence.json").write_text('{"2":{"1":0.5,"2":0.9},"3":{"1":0.2,"2":0.8}}')
    told = ObjectHistory(((3, 4),), (Appearance(5, 5, 6, 0.8, (1, 1, 5, 5), "found"),))
    write_appearances(folder, Appearances({1: told}, (2,)))
    return folder


def test_a_track_is_tidied_beside_the_old_one(base: Path) -> None:
    made = tidy(base, 1)
    result = MaskFolder(made)
    assert made.parent == base.parent and made != base
    assert result.frames() == list(range(7))
    assert np.array_equal(result.labels(2), tidied(dirty(), 1))
    assert result.soft(2, 1)[61, 81] == 0 and result.soft(2, 1)[15, 15] == 1
    assert np.array_equal(MaskFolder(base).labels(2), dirty())
    assert read_confidences(made) == read_confidences(base)
    assert read_appearances(made) == read_appearances(base)
    assert tidy(base, 1) == made


def test_frames_between_key_masks_get_shapes(base: Path) -> None:
    keys = []
    for name, labels in (("one.png", square(10, 10)), ("other.png", square(50, 10))):
        write_labels(base.parent / name, labels)
        keys.append(base.parent / name)
    made = fill_between(base.parent, base, Keys(1, 5, *keys), 1)
    result = MaskFolder(made)
    assert np.array_equal(result.labels(3) == 1, square(30, 10) > 0)
    assert np.array_equal(result.labels(3) == 2, square(90, 5, 9) > 0), "others keep their pixels"
    assert np.array_equal(result.labels(5), dirty()) and np.array_equal(result.labels(0), dirty())
    assert not (made / "soft" / "1" / "00002.png").exists(), "a drawn shape has its own edge"
    assert read_confidences(made) == {2: {2: 0.9}, 3: {2: 0.8}}
    assert read_appearances(made).objects[1].gaps == () and read_appearances(base).objects[1].gaps == (
        (3, 4),
    )


def test_without_a_track_the_frames_between_are_one(tmp_path: Path) -> None:
    for name, labels in (("one.png", square(10, 10)), ("other.png", square(50, 10))):
        write_labels(tmp_path / name, labels)
    made = fill_between(tmp_path, None, Keys(4, 8, tmp_path / "one.png", tmp_path / "other.png"), 1)
    assert MaskFolder(made).frames() == [4, 5, 6, 7, 8]
    assert np.array_equal(MaskFolder(made).labels(6), square(30, 10))
