"""What differs between two projects, and that it is found fast."""

from __future__ import annotations

from msgspec.structs import replace

from core.media.info import MediaInfo
from core.project.project import Media, Project
from core.time import FrameRate
from core.timeline import edits
from core.timeline.changes import Changes, changes
from core.timeline.model import new_sequence
from tests.core.timeline.films import FRAME, cut_film


def test_changes_name_what_an_edit_touched() -> None:
    film = cut_film(("A", 10, 30), ("B", 20, 50))
    project = Project("p").with_sequence(film)
    assert changes(project, project) == Changes() and not changes(project, replace(project))
    moved = changes(project, project.with_sequence(edits.move(film, "A-V1", 60 * FRAME, linked=False)))
    assert (moved.tracks, moved.clips, moved.settings) == ({"V1"}, frozenset(), frozenset())
    slipped = changes(project, project.with_sequence(edits.slip(film, "B-V1", FRAME)))
    assert (slipped.tracks, slipped.clips) == ({"V1", "A1"}, {"B-V1", "B-A1"})
    up = changes(project, project.with_sequence(edits.move(film, "B-V1", 0, 1)))
    assert (up.tracks, up.clips) == ({"V1", "V2"}, {"B-V1"})
    marked = changes(project, project.with_sequence(edits.add_marker(film, 5)))
    assert (marked.sequences, marked.settings, marked.tracks) == ({"s"}, {"s"}, frozenset())


def test_changes_of_media_and_sequences() -> None:
    media = Media("m", "M", "m.mp4", MediaInfo("video", "mp4", 10, 10, "f"))
    project = Project("p").with_media(media)
    assert changes(Project("p"), project) == Changes(media=frozenset({"m"}))
    assert changes(project, project.with_media(replace(media, name="N"))).media == {"m"}
    film = replace(new_sequence("Two", 10, 10, FrameRate(25)), id="two", tracks=())
    added = changes(project, project.with_sequence(film))
    assert (added.sequences, added.settings, added.active, bool(added)) == ({"two"}, {"two"}, True, True)
