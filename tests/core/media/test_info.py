"""What a probe says of a file, and what the user chose beside it."""

from __future__ import annotations

import pytest

from core.media.info import Fields, MediaInfo, VideoInfo, with_fields
from core.time import FrameRate


@pytest.mark.parametrize(
    ("marked", "fields", "woven", "unmarked"),
    [(True, "together", True, False), (True, "apart", False, False), (False, "apart", False, True),
     (False, "together", False, False), (True, "", False, False)],
)  # fmt: skip
def test_fields_are_shown_as_the_user_says_whatever_the_file_says(
    marked: bool, fields: Fields, woven: bool, unmarked: bool
) -> None:
    video = VideoInfo("mpeg2video", 720, 576, 720, 576, FrameRate(25), interlaced=marked)
    found = with_fields(MediaInfo("video", "mpeg", 1000, 10, "print", video), fields).video
    assert found is not None and (found.woven, found.unmarked) == (woven, unmarked)


def test_sound_has_no_fields() -> None:
    sound = MediaInfo("audio", "wav", 1000, 10, "print")
    assert with_fields(sound, "apart") == sound
