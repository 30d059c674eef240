"""Letters in upright frames."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from core.time import FrameRate
from core.timeline.lettering import reshaped, share
from core.timeline.model import Clip, Gap, Sequence, Solid, Title, Track


def film(width: int, height: int) -> Sequence:
    words = Clip("t", "t", Title("Words", size=0.08), 100)
    tracks = (
        Track("v1", "video", "V1", (Clip("s", "s", Solid(), 100),)),
        Track("v2", "video", "V2", (Gap(50), words, replace(words, id="u"))),
    )
    return Sequence("f", "Film", width, height, FrameRate(25), 48000, tracks)


def size(sequence: Sequence) -> float:
    content = sequence.find("u")[2].content
    assert isinstance(content, Title)
    return content.size


def test_letters_fit_a_narrower_frame_and_come_back() -> None:
    wide = film(1920, 1080)
    upright = reshaped(wide, 1080, 1920)
    assert size(upright) * 1920 / 1080 == pytest.approx(0.08 * 3 / 4), "as in a frame of 4:3 of that width"
    assert upright.tracks[0] is wide.tracks[0] and (upright.width, upright.height) == (1080, 1920)
    assert reshaped(upright, 1920, 1080) == wide
    assert size(reshaped(reshaped(wide, 1080, 1080), 1080, 1920)) == pytest.approx(size(upright), abs=1e-6)


def test_frames_that_are_wide_enough_leave_them_alone() -> None:
    wide = film(1920, 1080)
    assert reshaped(wide, 2560, 1080).tracks is wide.tracks
    assert share(854, 480) == 1 and share(640, 480) == 1 and share(480, 480) == pytest.approx(0.75)
