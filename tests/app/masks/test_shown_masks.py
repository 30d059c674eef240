"""Which masks a frame shows, and what is asked of a tracking, by what the document says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.masks import tracking
from app.playing.preview import labels_of
from core.errors import EditError
from core.masks.keymasks import Direction
from core.media.info import MediaInfo, VideoInfo
from core.media.matte import write_labels
from core.project import mask_edits
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


def test_drawn_masks_go_before_tracked_ones(project: Project, tmp_path: Path) -> None:
    tracked, drawn = empty(), empty()
    tracked[:10], drawn[50:] = 1, 2
    folder = results_folder(tmp_path) / "key" / "masks"
    folder.mkdir(parents=True)
    for frame in (2, 3):
        write_labels(folder / f"{frame:05d}.png", tracked)
    project = mask_edits.with_track(project, "m", TrackedRange("key", 2, 3), labels=[1])
    project = mask_edits.with_key_mask(project, "m", 3, write_key_mask(tmp_path, "m", 3, drawn), 2)
    media = project.find_media("m")
    assert labels_of(tmp_path, media, 2, SIZE)[1] == "tracked"
    labels, kind = labels_of(tmp_path, media, 3, SIZE)
    assert kind == "key"
    assert np.array_equal(labels, drawn)
    assert labels_of(tmp_path, media, 9, SIZE)[1] == "none"
    assert {known.label for known in media.objects} == {1, 2}
    cleared = mask_edits.without_masks(project, "m").find_media("m")
    assert cleared.track is None
    assert not cleared.key_masks


def test_verdicts_are_part_of_the_question(project: Project) -> None:
    keyed = mask_edits.with_key_mask(project, "m", 0, "a.png", 1)
    asked, _ = tracking.question(None, Path("data"), keyed.find_media("m"), 0, "both")
    assert "verdicts" not in asked
    said = mask_edits.with_verdict(keyed, "m", Verdict(1, 4, (10, 10, 20, 20), True))
    asked, _ = tracking.question(None, Path("data"), said.find_media("m"), 0, "both")
    assert asked["verdicts"] == [{"label": 1, "frame": 4, "box": [10, 10, 20, 20], "accept": True}]


@pytest.mark.parametrize(
    ("frame", "direction", "asked"),
    [(8, "forward", (5, 9)), (4, "forward", (4, 9)), (1, "forward", (0, 9)), (1, "backward", (0, 3)),
     (8, "backward", (0, 8)), (8, "one_forward", (9, 9)), (8, "both", (0, 9))],
)  # fmt: skip
def test_a_command_tracks_from_the_nearest_known_mask_on(
    project: Project, frame: int, direction: Direction, asked: tuple[int, int]
) -> None:
    """The media has frames 0 to 9, a key mask on 0 and tracked ones on 3 to 5."""
    project = mask_edits.with_key_mask(project, "m", 0, "a.png", 1)
    media = mask_edits.with_track(project, "m", TrackedRange("key", 3, 5)).find_media("m")
    assert tracking.extent(media, frame, direction) == asked


def test_nothing_is_tracked_beyond_the_ends(project: Project) -> None:
    for frame, direction in ((9, "one_forward"), (0, "one_back")):
        with pytest.raises(EditError, match="ends here"):
            tracking.extent(project.find_media("m"), frame, direction)
