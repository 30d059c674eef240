"""Key masks, verdicts and objects of a media, as values."""

from __future__ import annotations

import pytest

from core.errors import EditError
from core.media.info import MediaInfo, VideoInfo
from core.project import mask_edits
from core.project.project import Media, Project, Verdict, new_project
from core.time import FrameRate

SIZE = (80, 60)


@pytest.fixture
def project() -> Project:
    video = VideoInfo("ffv1", *SIZE, *SIZE, FrameRate(25), frames=10)
    info = MediaInfo("video", "mkv", 1000, 10, "print", video)
    return new_project().with_media(Media("m", "Clip", "clip.mkv", info))


def test_key_mask_replaces_by_value_and_makes_the_object(project: Project) -> None:
    once = mask_edits.with_key_mask(project, "m", 5, "a.png", 2)
    twice = mask_edits.with_key_mask(mask_edits.with_key_mask(once, "m", 3, "b.png"), "m", 5, "c.png")
    media = twice.find_media("m")
    assert [(key.frame, key.file) for key in media.key_masks] == [(3, "b.png"), (5, "c.png")]
    assert [known.label for known in media.objects] == [2]
    assert once.find_media("m").key_masks[0].file == "a.png", "the older document is untouched"
    assert mask_edits.without_key_mask(twice, "m", 5).find_media("m").key_masks[0].frame == 3


def test_objects_are_added_renamed_recoloured_removed(project: Project) -> None:
    two = mask_edits.add_object(mask_edits.add_object(project, "m"), "m", "Bear")
    assert [(o.label, o.name) for o in two.find_media("m").objects] == [(1, "Object 1"), (2, "Bear")]
    changed = mask_edits.change_object(two, "m", 1, name="Dog", colour="#123456", visible=False)
    assert changed.find_media("m").objects[0].name == "Dog"
    assert changed.find_media("m").objects[0].visible is False
    gone = mask_edits.remove_object(changed, "m", 1)
    assert mask_edits.free_label(gone.find_media("m")) == 1


def test_a_media_that_is_gone_is_an_edit_error(project: Project) -> None:
    with pytest.raises(EditError, match="not in the bin"):
        mask_edits.add_object(project, "other")


def test_a_verdict_replaces_what_was_said_of_the_same_appearance(project: Project) -> None:
    yes, no = Verdict(1, 4, (10, 10, 20, 20), True), Verdict(1, 4, (11, 10, 20, 20), False)
    elsewhere = Verdict(1, 4, (50, 10, 20, 20), False)
    below = Verdict(1, 4, (10, 60, 20, 20), False)
    said = mask_edits.with_verdict(mask_edits.with_verdict(project, "m", yes), "m", elsewhere)
    assert said.find_media("m").verdicts == (yes, elsewhere)
    assert mask_edits.with_verdict(said, "m", below).find_media("m").verdicts == (yes, below, elsewhere)
    assert mask_edits.with_verdict(said, "m", no).find_media("m").verdicts == (no, elsewhere)
    assert mask_edits.without_verdict(said, "m", no).find_media("m").verdicts == (elsewhere,)
    said = mask_edits.add_object(said, "m")
    assert mask_edits.remove_object(said, "m", 1).find_media("m").verdicts == ()
    assert mask_edits.without_masks(said, "m").find_media("m").verdicts == ()
