"""Identities put right after tracking."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest

from core.errors import MediaError
from core.job import read_manifest
from core.media.appearances import (
    Appearance,
    Appearances,
    ObjectHistory,
    read_appearances,
    write_appearances,
)
from core.media.identities import Edit, Merge, Part, Split, Swap, change, changed_folder, changed_key, steps
from core.media.matte import Labels, MaskFolder, mask_name, read_confidences, write_labels, write_soft

FRAMES = 6


def picture(frame: int) -> Labels:
    """Object 1 is two squares that move right, object 2 a bar below that is away in frame 3."""
    labels = np.zeros((40, 60), np.uint8)
    labels[5:13, 4 + 2 * frame : 12 + 2 * frame] = 1
    labels[5:13, 30 + 2 * frame : 38 + 2 * frame] = 1
    if frame != 3:
        labels[25:30, 10:50] = 2
    return labels


@pytest.fixture
def result(tmp_path: Path) -> Path:
    folder = tmp_path / "results" / "made"
    (folder / "masks").mkdir(parents=True)
    confidences = {}
    for frame in range(FRAMES):
        labels = picture(frame)
        write_labels(folder / "masks" / mask_name(frame), labels)
        for label in (1, 2):
            (folder / "soft" / str(label)).mkdir(parents=True, exist_ok=True)
            soft = (labels == label).astype(np.float32) * np.float32(0.6)
            write_soft(folder / "soft" / str(label) / mask_name(frame), soft)
        confidences[frame] = {1: 1.0, 2: 1.0} if frame == 0 else {1: 0.9, 2: 0.4}
    (folder / "confidence.json").write_bytes(msgspec.json.encode(confidences))
    again = Appearance(4, 4, 5, 0.8, (10, 25, 40, 5), "found")
    write_appearances(folder, Appearances({1: ObjectHistory(), 2: ObjectHistory(((3, 3),), (again,))}, (2,)))
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_swapped_objects_change_masks_mattes_confidence_and_history(result: Path) -> None:
    before = contents(result)
    folder = change(result, Swap(1, 2, 2))
    assert contents(result) == before
    masks = MaskFolder(folder)
    assert np.array_equal(masks.labels(1), picture(1))
    want = np.choose(picture(4), (0, 2, 1))
    assert np.array_equal(masks.labels(4), want)
    assert np.allclose(masks.soft(4, 1), (want == 1) * 0.6, atol=0.003)
    assert read_confidences(folder)[1] == {1: 0.9, 2: 0.4}
    assert read_confidences(folder)[4] == {1: 0.4, 2: 0.9}
    told = read_appearances(folder)
    assert told.cuts == (2,)
    assert told.objects[1].gaps == ((3, 3),)
    assert [each.frame for each in told.objects[1].appearances] == [4]
    assert told.objects[2] == ObjectHistory()
    manifest = read_manifest(folder)
    assert manifest is not None
    assert manifest.complete


def test_two_swaps_give_the_first_result_again(result: Path) -> None:
    twice = change(change(result, Swap(1, 2)), Swap(2, 1))
    wanted = contents(result)
    assert {name: twice.joinpath(name).read_bytes() for name in wanted} == wanted


def test_an_edit_has_one_name_and_is_made_once(result: Path) -> None:
    edit = Merge(2, 1)
    folder = change(result, edit)
    assert folder == changed_folder(result, edit)
    assert folder.parent == result.parent
    assert next(step.message for step in steps(result, edit)) == "Already made"
    assert folder != changed_folder(result, Merge(1, 2))


def test_merged_objects_add_up(result: Path) -> None:
    folder = change(result, Merge(2, 1))
    masks = MaskFolder(folder)
    for frame in range(FRAMES):
        assert np.array_equal(masks.labels(frame), picture(frame) > 0)
        assert np.allclose(masks.soft(frame, 1), (picture(frame) > 0) * 0.6, atol=0.003)
    assert read_confidences(folder)[4] == {1: 0.4}
    assert set(read_appearances(folder).objects) == {1}
    assert read_appearances(folder).objects[1].gaps == ()
    assert not (folder / "soft" / "2").exists()


def test_an_object_that_becomes_background_is_gone(result: Path) -> None:
    folder = change(result, Merge(2, 0))
    assert np.array_equal(MaskFolder(folder).labels(4), np.where(picture(4) == 2, 0, picture(4)))
    assert sorted(path.name for path in (folder / "soft").iterdir()) == ["1"]
    assert read_confidences(folder)[4] == {1: 0.9}
    assert list(read_appearances(folder).objects) == [1]


def test_an_object_is_another_one_from_a_frame_on(result: Path) -> None:
    folder = change(result, Split(2, 7, 4))
    masks = MaskFolder(folder)
    assert set(np.unique(masks.labels(2))) == {0, 1, 2}
    assert set(np.unique(masks.labels(5))) == {0, 1, 7}
    assert masks.soft(5, 7).max() > 0.5
    told = read_appearances(folder).objects
    assert told[7].gaps == ((0, 3),)
    assert [each.frame for each in told[7].appearances] == [4]
    assert told[2].gaps == ((3, 5),)
    assert read_confidences(folder)[5] == {1: 0.9, 2: 0.4, 7: 0.4}


def test_a_part_is_followed_both_ways(result: Path) -> None:
    folder = change(result, Part(1, 3, 3, 38, 8))
    masks = MaskFolder(folder)
    for frame in range(FRAMES):
        labels = masks.labels(frame)
        left, right = (
            labels[5:13, 4 + 2 * frame : 12 + 2 * frame],
            labels[5:13, 30 + 2 * frame : 38 + 2 * frame],
        )
        assert (left == 1).all()
        assert (right == 3).all()
        assert np.array_equal(labels == 2, picture(frame) == 2)
        assert np.allclose(masks.soft(frame, 3), (labels == 3) * 0.6, atol=0.003)


def test_touching_parts_are_divided_by_nearness(tmp_path: Path) -> None:
    folder = tmp_path / "made"
    (folder / "masks").mkdir(parents=True)
    for frame, gap in enumerate((8, 4, 0, 0, 6)):
        labels = np.zeros((20, 60), np.uint8)
        labels[5:15, 10 : 30 - gap // 2] = 1
        labels[5:15, 30 + gap // 2 : 50] = 1
        write_labels(folder / "masks" / mask_name(frame), labels)
    masks = MaskFolder(change(folder, Part(1, 2, 0, 45, 10)))
    for frame in range(5):
        labels = masks.labels(frame)
        assert (labels[5:15, 10:26] == 1).all()
        assert (labels[5:15, 34:50] == 2).all()


@pytest.mark.parametrize(
    "edit",
    [Swap(1, 1), Swap(0, 1), Merge(1, 255), Split(2, 2, 0), Part(1, 3, 0, 59, 39), Part(1, 2, 3, 38, 8)],
)
def test_edits_that_do_not_fit_are_refused(result: Path, edit: Edit) -> None:
    with pytest.raises(MediaError):
        change(result, edit)
    assert not changed_folder(result, edit).exists()


def test_a_folder_without_masks_is_refused(tmp_path: Path) -> None:
    (tmp_path / "made" / "masks").mkdir(parents=True)
    with pytest.raises(MediaError, match="holds no masks"):
        change(tmp_path / "made", Swap(1, 2))


def test_stopping_leaves_no_result_and_goes_on(result: Path) -> None:
    edit = Swap(1, 2)
    work = steps(result, edit)
    next(work)
    next(work)
    work.close()
    assert not changed_folder(result, edit).exists()
    assert len(MaskFolder(change(result, edit)).frames()) == FRAMES


def test_key_masks_follow(result: Path) -> None:
    assert np.array_equal(changed_key(picture(0), 0, Swap(1, 2, 3), None), picture(0))
    assert np.array_equal(changed_key(picture(5), 5, Swap(1, 2, 3), None), np.choose(picture(5), (0, 2, 1)))
    part = Part(1, 3, 2, 10, 8)
    changed = MaskFolder(change(result, part))
    for frame in (0, 5):
        after = changed_key(picture(frame), frame, part, changed.labels(frame))
        assert np.array_equal(after, changed.labels(frame))


def test_a_part_leaves_key_masks_that_the_result_does_not_hold() -> None:
    labels = picture(0)
    assert changed_key(labels, 0, Part(1, 3, 0, 5, 8), None) is labels
