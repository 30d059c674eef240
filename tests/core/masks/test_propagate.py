"""Tracking drawn scenes whose masks are known; resuming, correcting, odd clips and bad masks."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from core.errors import MediaError
from core.job import Progress
from core.masks import propagate
from core.masks.blending import DRAFTS
from core.masks.checkpoint import CHECKPOINT
from core.media.matte import MaskFolder, read_confidences, write_labels
from tests.core.masks.scenes import overlap, write_clip, write_key

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[np.ndarray]]:
    folder = tmp_path_factory.mktemp("scene")
    return folder / "clip", write_clip(folder / "clip", 16)


@pytest.fixture(scope="module")
def tracked(
    scene: tuple[Path, list[np.ndarray]], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, list[Progress]]:
    """The whole scene tracked from its first frame, and what was told meanwhile."""
    torch.set_num_threads(1)
    folder, (clip, truth) = tmp_path_factory.mktemp("tracked"), scene
    return folder / "out", run(folder / "out", clip, write_key(folder, 0, truth[0]))


def run(out: Path, clip: Path, keys: dict[str, str], **parameters: Any) -> list[Progress]:
    return list(propagate.track(out, clip=str(clip), key_masks=keys, **parameters))


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def killed_after(
    steps: Iterator[Progress], count: int, out: Path, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A copy of a run's folder as a kill leaves it after so many more steps: one more was made since its checkpoint."""
    monkeypatch.setattr(propagate, "CHECKPOINT_SECONDS", 0.0)
    for _ in range(count):
        next(steps)
    monkeypatch.setattr(propagate, "CHECKPOINT_SECONDS", 1e9)
    next(steps)
    half = shutil.ignore_patterns(".*.tmp")  # a frame is being finished meanwhile
    return shutil.copytree(out, copy, ignore=half)


def test_two_objects_are_followed_past_each_other(
    scene: tuple[Path, list[np.ndarray]], tracked: tuple[Path, list[Progress]]
) -> None:
    (_, truth), (folder, steps) = scene, tracked
    masks = MaskFolder(folder, (160, 96))
    assert masks.frames() == list(range(16))
    for label in (1, 2):
        scores = [overlap(masks.labels(t) == label, truth[t] == label) for t in range(16)]
        assert scores[0] == 1
        assert np.mean(scores) > 0.87
    np.testing.assert_array_equal(masks.labels(0), truth[0])
    soft = masks.soft(8, 2)
    assert overlap(soft > 0.5, truth[8] == 2) > 0.8
    assert steps[-1].part == 1
    assert set(steps[-1].fields["confidence"]) == {"1", "2"}
    confidences = read_confidences(folder)
    assert set(confidences) == set(range(16)) and confidences[0] == {1: 1.0, 2: 1.0}
    assert all(0 <= value <= 1 for frame in confidences.values() for value in frame.values())
    assert not (folder / CHECKPOINT).exists()


def test_directions_and_key_masks_in_the_middle(scene: tuple[Path, list[np.ndarray]], tmp_path: Path) -> None:
    clip, truth = scene
    keys = write_key(tmp_path, 2, truth[2]) | write_key(tmp_path, 5, truth[5])
    expected = {"forward": range(2, 8), "backward": range(6), "both": range(8)}
    for direction, frames in expected.items():
        out = tmp_path / direction
        run(out, clip, keys, direction=direction, last=7)
        masks = MaskFolder(out)
        assert masks.frames() == list(frames)
        for key in (2, 5):
            np.testing.assert_array_equal(masks.labels(key), truth[key])
        scores = [overlap(masks.labels(t) == 1, truth[t] == 1) for t in frames]
        assert np.mean(scores) > 0.95
    both, backward = (MaskFolder(tmp_path / name).soft(3, 1) for name in ("both", "backward"))
    assert not np.array_equal(both, backward)  # the pass from the other side has a say
    assert not (tmp_path / "both" / DRAFTS).exists()


def test_a_range_only(scene: tuple[Path, list[np.ndarray]], tmp_path: Path) -> None:
    clip, truth = scene
    run(tmp_path / "out", clip, write_key(tmp_path, 2, truth[2]), first=4, last=7)
    assert MaskFolder(tmp_path / "out").frames() == [2, 4, 5, 6, 7]


def test_a_killed_run_goes_on_and_ends_equal(
    scene: tuple[Path, list[np.ndarray]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip, truth = scene
    keys = write_key(tmp_path, 2, truth[2]) | write_key(tmp_path, 7, truth[7])
    run(tmp_path / "whole", clip, keys, last=8)
    steps, at = propagate.track(tmp_path / "out", clip=str(clip), key_masks=keys, last=8), 0
    for stop in (2, 6, 10):  # in the pass to frame 0, in the one from 2 to 7, in the one from 7 back
        killed = killed_after(steps, stop - at, tmp_path / "out", tmp_path / f"killed{stop}", monkeypatch)
        at = stop + 1
        assert len(run(killed, clip, keys, last=8)) <= 12 - stop + 3
        assert files(killed) == files(tmp_path / "whole")
    steps.close()


def test_a_stopped_run_makes_no_frame_again(scene: tuple[Path, list[np.ndarray]], tmp_path: Path) -> None:
    clip, truth = scene
    keys = write_key(tmp_path, 0, truth[0])
    run(tmp_path / "whole", clip, keys, last=7)
    steps = propagate.track(tmp_path / "out", clip=str(clip), key_masks=keys, last=7)
    for _ in range(4):  # the first says that it begins
        next(steps)
    steps.close()
    done = [step.done for step in run(tmp_path / "out", clip, keys, last=7)]
    assert done == list(range(done[0], 8)) and done[0] in (
        3,
        4,
    )  # 3 were told of, one more may have been made
    assert files(tmp_path / "out") == files(tmp_path / "whole")


def test_a_checkpoint_of_another_question_is_not_used(
    scene: tuple[Path, list[np.ndarray]], tmp_path: Path
) -> None:
    clip, truth = scene
    keys = write_key(tmp_path, 0, truth[0])
    steps = propagate.track(tmp_path / "out", clip=str(clip), key_masks=keys, last=5)
    for _ in range(4):
        next(steps)
    steps.close()
    keys = write_key(tmp_path, 0, (truth[0] == 2).astype(np.uint8) * np.uint8(2))
    resumed = run(tmp_path / "out", clip, keys, last=5)
    assert resumed[0].done == 0
    run(tmp_path / "clean", clip, keys, last=5)
    for frame in range(6):
        np.testing.assert_array_equal(
            MaskFolder(tmp_path / "out").labels(frame), MaskFolder(tmp_path / "clean").labels(frame)
        )


def test_correcting_a_frame_keeps_the_good_ones(
    scene: tuple[Path, list[np.ndarray]], tracked: tuple[Path, list[Progress]], tmp_path: Path
) -> None:
    (clip, truth), (first, _) = scene, tracked
    corrected = np.where(truth[8] == 2, np.uint8(0), truth[8])
    keys = write_key(tmp_path, 0, truth[0]) | write_key(tmp_path, 8, corrected)
    run(tmp_path / "second", clip, keys, first=8, last=10, direction="forward", base=str(first))
    before, after = MaskFolder(first), MaskFolder(tmp_path / "second")
    assert after.frames() == list(range(16))
    for frame in [*range(8), *range(11, 16)]:
        np.testing.assert_array_equal(after.labels(frame), before.labels(frame))
        np.testing.assert_array_equal(after.soft(frame, 1), before.soft(frame, 1))
    np.testing.assert_array_equal(after.labels(8), corrected)
    assert read_confidences(tmp_path / "second")[3] == read_confidences(first)[3]


def test_a_killed_correction_goes_on_and_ends_equal(
    scene: tuple[Path, list[np.ndarray]],
    tracked: tuple[Path, list[Progress]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clip, truth = scene
    keys = write_key(tmp_path, 0, truth[0]) | write_key(tmp_path, 4, truth[4])
    asked: dict[str, Any] = {"last": 6, "base": str(tracked[0]), "surer": True}
    run(tmp_path / "whole", clip, keys, **asked)
    steps, at = propagate.track(tmp_path / "out", clip=str(clip), key_masks=keys, **asked), 0
    for stop in (5, 8):  # in the pass back to frame 0, and in the one to the end
        killed = killed_after(steps, stop - at, tmp_path / "out", tmp_path / f"killed{stop}", monkeypatch)
        at = stop + 1
        assert any((killed / DRAFTS).glob("*.evidence"))
        assert len(run(killed, clip, keys, **asked)) < 8
        assert files(killed) == files(tmp_path / "whole")
    steps.close()


def test_going_on_from_an_earlier_result(scene: tuple[Path, list[np.ndarray]], tmp_path: Path) -> None:
    clip, truth = scene
    keys = write_key(tmp_path, 0, truth[0])
    run(tmp_path / "a", clip, keys, last=3)
    run(tmp_path / "b", clip, keys, first=4, last=8, direction="forward", base=str(tmp_path / "a"))
    masks = MaskFolder(tmp_path / "b")
    assert masks.frames() == list(range(9))
    assert overlap(masks.labels(8) == 1, truth[8] == 1) > 0.75
    run(tmp_path / "c", clip, keys, first=4, last=4, direction="one_forward", base=str(tmp_path / "a"))
    assert MaskFolder(tmp_path / "c").frames() == list(range(5))
    np.testing.assert_array_equal(MaskFolder(tmp_path / "c").labels(4), masks.labels(4))


def test_one_frame_is_tracked_from_its_neighbour_and_not_from_the_far_side(
    scene: tuple[Path, list[np.ndarray]], tracked: tuple[Path, list[Progress]], tmp_path: Path
) -> None:
    clip, truth = scene
    keys = write_key(tmp_path, 0, truth[0])
    shutil.copytree(tracked[0], tmp_path / "a")
    wrong = np.roll(truth[6], 40, axis=1)
    write_labels(tmp_path / "a" / "masks" / "00006.png", wrong)
    run(tmp_path / "b", clip, keys, first=5, last=5, direction="one_forward", base=str(tmp_path / "a"))
    good = MaskFolder(tmp_path / "b")
    assert overlap(good.labels(5) == 1, truth[5] == 1) > 0.9
    np.testing.assert_array_equal(good.labels(6), wrong)


@pytest.mark.parametrize(
    ("frames", "width", "height"), [(1, 64, 48), (2, 33, 21), (3, 7, 5), (2, 1, 1), (3, 30, 200)]
)
def test_short_and_odd_clips(tmp_path: Path, frames: int, width: int, height: int) -> None:
    truth = write_clip(tmp_path / "clip", frames, width, height)
    labels = np.maximum(truth[0], np.uint8(1)) if not truth[0].any() else truth[0]
    run(tmp_path / "out", tmp_path / "clip", write_key(tmp_path, 0, labels))
    masks = MaskFolder(tmp_path / "out", (width, height))
    assert masks.frames() == list(range(frames))
    np.testing.assert_array_equal(masks.labels(0), labels)
    masks.labels(frames - 1)


def test_a_whole_frame_mask_stays_whole(tmp_path: Path) -> None:
    truth = write_clip(tmp_path / "clip", 3)
    run(tmp_path / "out", tmp_path / "clip", write_key(tmp_path, 0, np.ones_like(truth[0])))
    assert MaskFolder(tmp_path / "out").labels(2).mean() > 0.99


def test_bad_questions_are_told(scene: tuple[Path, list[np.ndarray]], tmp_path: Path) -> None:
    clip, truth = scene
    good = write_key(tmp_path, 0, truth[0])
    empty = write_key(tmp_path / "empty", 0, np.zeros_like(truth[0]))
    small = write_key(tmp_path / "small", 0, truth[0][:48, :80])
    out = tmp_path / "out"
    for keys, parameters, words in (
        (empty, {}, "has no object"),
        (small, {}, "is 80x48, the clip is 160x96"),
        ({}, {}, "no mask to track"),
        ({"99": good["0"]}, {}, "the clip ends at 15"),
        ({"x": good["0"]}, {}, "no number"),
        (good, {"first": 9, "last": 3}, "frames 9 to 3"),
        (good, {"last": 16}, "frames 0 to 16"),
        (good, {"direction": "sideways"}, "no direction"),
    ):
        with pytest.raises(MediaError, match=words):
            run(out, clip, keys, **parameters)
    run(out, clip, small, last=1, resize=True)
    with pytest.raises(MediaError):
        run(out, tmp_path / "nothing", good)


def test_an_object_drawn_at_one_end_only_reaches_the_other(
    scene: tuple[Path, list[np.ndarray]], tmp_path: Path
) -> None:
    clip, truth = scene
    only = (truth[0] == 1).astype(np.uint8)
    keys = write_key(tmp_path, 0, only) | write_key(tmp_path, 8, truth[8])
    run(tmp_path / "out", clip, keys, last=8)
    assert overlap(MaskFolder(tmp_path / "out").labels(1) == 2, truth[1] == 2) > 0.7
