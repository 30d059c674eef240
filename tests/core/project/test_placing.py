"""Media onto tracks as values."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from core.errors import EditError
from core.media.info import MediaInfo, VideoInfo
from core.project import placing
from core.project.parts import with_part
from core.project.project import Media, new_project
from core.time import FrameRate, TimeRange
from core.timeline import edits
from tests.cuts import SECOND, media, project, sequence, starts

STILL = 5 * SECOND


def test_the_first_media_shapes_the_film() -> None:
    one = media("first", size=(854, 480))
    made = placing.with_sequence_for(new_project(), [one], "Film").sequence
    assert made is not None
    assert (made.width, made.height, made.rate) == (854, 480, FrameRate(25))
    assert [track.name for track in made.tracks] == ["A2", "A1", "V1", "V2"]


def test_odd_sides_and_odd_rates_are_made_usual() -> None:
    video = VideoInfo("h264", 853, 481, 853, 481, FrameRate(299701, 10000), variable_rate=True)
    odd = Media("odd", "odd", "/odd.mp4", MediaInfo("video", "mp4", SECOND, 1, "x", video))
    made = placing.with_sequence_for(new_project(), [odd], "Film").sequence
    assert made is not None
    assert (made.width % 2, made.height % 2) == (0, 0)
    assert made.rate == FrameRate(30000, 1001)


def test_later_media_leave_the_film_as_it_is() -> None:
    before = project()
    assert placing.with_sequence_for(before, [media("big", size=(1920, 1080))], "x") is before


def test_the_first_clip_shapes_a_film_that_was_only_shaped_by_the_bin() -> None:
    small, big = media("small", size=(854, 480)), media("big", size=(1920, 1080))
    imported = replace(placing.with_sequence_for(new_project(), [small], "Film"), media=(small, big))
    made = placing.with_shape_of_first(imported, [big]).sequence
    assert made is not None
    assert (made.width, made.height) == (1920, 1080)
    assert imported.sequence is not None
    chosen = imported.with_sequence(replace(imported.sequence, width=1080, height=1920))
    assert placing.with_shape_of_first(chosen, [big]) is chosen
    assert placing.with_shape_of_first(imported, [media("song", picture=False)]) is imported
    begun = placing.place(imported, ["small"], 0, "", "overwrite", STILL)
    assert placing.with_shape_of_first(begun, [big]) is begun


def test_picture_and_sound_go_to_a_pair_of_tracks_linked() -> None:
    after = placing.place(project(), ["m"], 20 * SECOND, "V2", "overwrite", STILL).sequence
    assert after is not None
    (picture,) = [clip for _, clip in after.track("V2").clips()]
    sound = [clip for where, clip in after.track("A2").clips() if where.start == 20 * SECOND]
    assert sound[0].link == picture.link != ""


def test_sound_only_and_picture_only() -> None:
    after = placing.place(project(), ["song", "mute"], 30 * SECOND, "V1", "overwrite", STILL).sequence
    video, audio = starts(after, "V1"), starts(after, "A1")
    assert 30 in audio.values()
    assert 50 in video.values()  # the song lasts 20 s, the silent clip comes after it
    assert 50 not in audio.values()


def test_insert_makes_room() -> None:
    after = placing.place(project(), ["mute"], 4 * SECOND, "V1", "insert", STILL).sequence
    assert starts(after, "V1")["b"] == 7
    assert starts(after, "A1")["sc"] == 13


def test_stills_stand_as_long_as_the_setting_says() -> None:
    info = MediaInfo("image", "png", 0, 1, "p", VideoInfo("png", 100, 100, 100, 100, FrameRate(25), frames=1))
    before = replace(project(), media=(Media("still", "still", "/still.png", info),))
    after = placing.place(before, ["still"], 0, "V2", "overwrite", STILL).sequence
    assert after is not None
    (clip,) = [clip for _, clip in after.track("V2").clips()]
    assert clip.duration == STILL
    assert clip.available is None


def test_a_locked_track_refuses() -> None:
    before = project()
    locked = edits.set_track(sequence(), "V1", locked=True)
    with pytest.raises(EditError, match="locked"):
        placing.place(before.with_sequence(locked), ["mute"], 0, "V1", "overwrite", STILL)


def test_removing_media_takes_its_clips_off() -> None:
    after = placing.without_media(project(), frozenset({"m"}))
    assert [one.id for one in after.media] == ["song", "mute"]
    assert after.sequence is not None
    assert list(after.sequence.clips()) == []


def test_only_the_marked_part_of_a_media_goes_on_the_timeline() -> None:
    marked = with_part(with_part(project(), "m", start=3 * SECOND), "m", end=5 * SECOND)
    after = placing.place(marked, ["m"], 20 * SECOND, "V2", "overwrite", STILL).sequence
    assert after is not None
    (picture,) = [clip for _, clip in after.track("V2").clips()]
    assert picture.source_range == TimeRange(3 * SECOND, 2 * SECOND)
    assert picture.available == TimeRange(0, 20 * SECOND)  # it can be trimmed longer again
    shorter = marked.with_media(replace(marked.find_media("m"), info=media("m", 4).info))
    whole = placing.place(shorter, ["m"], 20 * SECOND, "V2", "overwrite", STILL).sequence
    assert whole is not None  # relinked to a file that ends before the part does
    assert [clip.duration for _, clip in whole.track("V2").clips()] == [4 * SECOND]
