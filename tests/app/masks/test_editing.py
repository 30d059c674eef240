"""Strokes, key masks on disk, objects: without a window."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.masks import editing as masks
from app.masks import tracking
from app.masks.editing import LiveStroke
from app.playing.preview import labels_of
from core.errors import EditError
from core.masks import draw
from core.media.info import MediaInfo, VideoInfo
from core.media.matte import write_labels
from core.project.key_masks import write_key_mask
from core.project.paths import results_folder
from core.project.project import Media, Project, TrackedRange, Verdict, new_project
from core.time import FrameRate

SIZE = (80, 60)


@pytest.fixture
def project() -> Project:
    video = VideoInfo("ffv1", *SIZE, *SIZE, FrameRate(25), frames=10)
    info = MediaInfo("video", "mkv", 1000, 10, "print", video)
    return new_project().with_media(Media("m", "Clip", "clip.mkv", info))


def empty() -> np.ndarray:
    return np.zeros((SIZE[1], SIZE[0]), np.uint8)


def test_a_live_stroke_equals_the_whole_stroke() -> None:
    """Patches painted point by point give what the drawing function gives at once."""
    points = [(10.0, 10.0), (40.5, 22.25), (70.0, 50.0), (12.0, 55.0)]
    stroke = LiveStroke(empty(), 2, 9.0)
    for point in points:
        rect = stroke.extend(*point)
        assert rect is not None
    whole = draw.brush(empty(), draw.Stroke(tuple(points), 9.0), 2)
    different = int((stroke.labels != whole).sum())
    assert different <= 0.02 * int((whole > 0).sum())
    assert stroke.changed


def test_a_stroke_leaves_its_start_alone_and_stays_in_its_rect() -> None:
    before = empty()
    stroke = LiveStroke(before, 1, 7.0)
    left, top, right, bottom = stroke.extend(30, 30) or (0, 0, 0, 0)
    assert not before.any()
    outside = stroke.labels.copy()
    outside[top:bottom, left:right] = 0
    assert not outside.any()
    assert stroke.labels[30, 30] == 1


def test_erasing_takes_one_object() -> None:
    both = empty()
    both[:, :40], both[:, 40:] = 1, 2
    one = LiveStroke(both, 1, 200.0, add=False)
    one.extend(40, 30)
    assert set(np.unique(one.labels)) == {0, 2}


def test_locked_objects_stay_and_others_give_way() -> None:
    three = empty()
    three[:, 30:50], three[:, 50:] = 2, 3
    stroke = LiveStroke(three, 1, 60.0, protect=(3,))
    stroke.extend(48, 30)
    assert (stroke.labels[:, 50:] == 3).all()
    assert stroke.labels[30, 45] == 1


def test_protected_objects_stay() -> None:
    other = empty()
    other[:, 40:] = 2
    stroke = LiveStroke(other, 1, 30.0, protect=True)
    stroke.extend(40, 30)
    assert (stroke.labels[:, 40:] == 2).all()
    assert stroke.labels[30, 35] == 1


def test_a_stroke_outside_changes_nothing() -> None:
    stroke = LiveStroke(empty(), 1, 5.0)
    assert stroke.extend(-50, -50) is None
    assert not stroke.changed


def test_key_mask_replaces_by_value_and_makes_the_object(project: Project) -> None:
    once = masks.with_key_mask(project, "m", 5, "a.png", 2)
    twice = masks.with_key_mask(masks.with_key_mask(once, "m", 3, "b.png"), "m", 5, "c.png")
    media = twice.find_media("m")
    assert [(key.frame, key.file) for key in media.key_masks] == [(3, "b.png"), (5, "c.png")]
    assert [known.label for known in media.objects] == [2]
    assert once.find_media("m").key_masks[0].file == "a.png", "the older document is untouched"
    assert masks.without_key_mask(twice, "m", 5).find_media("m").key_masks[0].frame == 3


def test_objects_are_added_renamed_recoloured_removed(project: Project) -> None:
    two = masks.add_object(masks.add_object(project, "m"), "m", "Bear")
    assert [(o.label, o.name) for o in two.find_media("m").objects] == [(1, "Object 1"), (2, "Bear")]
    changed = masks.change_object(two, "m", 1, name="Dog", colour="#123456", visible=False)
    assert changed.find_media("m").objects[0].name == "Dog"
    assert changed.find_media("m").objects[0].visible is False
    gone = masks.remove_object(changed, "m", 1)
    assert masks.free_label(gone.find_media("m")) == 1


def test_a_media_that_is_gone_is_an_edit_error(project: Project) -> None:
    with pytest.raises(EditError, match="not in the bin"):
        masks.add_object(project, "other")


def test_drawn_masks_go_before_tracked_ones(project: Project, tmp_path: Path) -> None:
    tracked, drawn = empty(), empty()
    tracked[:10], drawn[50:] = 1, 2
    folder = results_folder(tmp_path) / "key" / "masks"
    folder.mkdir(parents=True)
    for frame in (2, 3):
        write_labels(folder / f"{frame:05d}.png", tracked)
    project = masks.with_track(project, "m", TrackedRange("key", 2, 3), labels=[1])
    project = masks.with_key_mask(project, "m", 3, write_key_mask(tmp_path, "m", 3, drawn), 2)
    media = project.find_media("m")
    assert labels_of(tmp_path, media, 2, SIZE)[1] == "tracked"
    labels, kind = labels_of(tmp_path, media, 3, SIZE)
    assert kind == "key"
    assert np.array_equal(labels, drawn)
    assert labels_of(tmp_path, media, 9, SIZE)[1] == "none"
    assert {known.label for known in media.objects} == {1, 2}
    cleared = masks.without_masks(project, "m").find_media("m")
    assert cleared.track is None
    assert not cleared.key_masks


def test_a_verdict_replaces_what_was_said_of_the_same_appearance(project: Project) -> None:
    yes, no = Verdict(1, 4, (10, 10, 20, 20), True), Verdict(1, 4, (11, 10, 20, 20), False)
    elsewhere = Verdict(1, 4, (50, 10, 20, 20), False)
    said = masks.with_verdict(masks.with_verdict(project, "m", yes), "m", elsewhere)
    assert said.find_media("m").verdicts == (yes, elsewhere)
    assert masks.with_verdict(said, "m", no).find_media("m").verdicts == (no, elsewhere)
    assert masks.without_verdict(said, "m", no).find_media("m").verdicts == (elsewhere,)
    said = masks.add_object(said, "m")
    assert masks.remove_object(said, "m", 1).find_media("m").verdicts == ()
    assert masks.without_masks(said, "m").find_media("m").verdicts == ()


def test_verdicts_are_part_of_the_question(project: Project) -> None:
    keyed = masks.with_key_mask(project, "m", 0, "a.png", 1)
    asked, _ = tracking.question(None, Path("data"), keyed.find_media("m"), 0, "both")
    assert "verdicts" not in asked
    said = masks.with_verdict(keyed, "m", Verdict(1, 4, (10, 10, 20, 20), True))
    asked, _ = tracking.question(None, Path("data"), said.find_media("m"), 0, "both")
    assert asked["verdicts"] == [{"label": 1, "frame": 4, "box": [10, 10, 20, 20], "accept": True}]
