"""Other media in the place of what clips show."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from core.errors import EditError
from core.timeline import edits
from core.timeline.effects import new_effect
from core.timeline.model import Clip, Key, Keys, MatteUse, MediaUse, Pin, Sequence
from core.timeline.time_map import Linear
from tests.core.timeline.films import FRAME, cut_film, drawn, faults, out_of_step, use

BOTH = ("video", "audio")


def film() -> Sequence:
    return cut_film(("A", 10, 40), ("B", 0, 20))


def clip(sequence: Sequence, clip_id: str = "A-V1") -> Clip:
    return sequence.find(clip_id)[2]


def test_picture_and_sound_show_other_media_and_the_rest_stays() -> None:
    before = film()
    after = edits.replace_media(before, "A-V1", use(200, "X"), "X", 50 * FRAME, BOTH)
    assert drawn(after, "V1") == drawn(after, "A1") == "X[0:30]50:80 B[30:50]0:20"
    assert clip(after).id == "A-V1" and clip(after).link == clip(before).link
    assert clip(after).content == clip(after, "A-A1").content == use(200, "X")
    assert faults(after) == []


def test_a_sound_that_begins_before_its_picture_stays_in_step() -> None:
    early = edits.trim_start(cut_film(("A", 30, 60)), "A-V1", 10 * FRAME, linked=False)
    assert drawn(early, "V1") == "_10 A[10:30]40:60"
    after = edits.replace_media(early, "A-V1", use(200, "X"), "X", 50 * FRAME, BOTH)
    assert drawn(after, "V1") == "_10 X[10:30]50:70" and drawn(after, "A1") == "X[0:30]40:70"
    after = edits.replace_media(early, "A-V1", use(200, "X"), "X", 0, BOTH)
    assert drawn(after, "V1") == "_10 X[10:30]10:30" and drawn(after, "A1") == "X[0:30]0:30"
    assert not out_of_step(after)
    with pytest.raises(EditError, match="too short"):
        edits.replace_media(early, "A-V1", use(25, "X"), "X", 0, BOTH)


def test_where_too_little_is_left_it_begins_earlier_and_too_short_media_is_refused() -> None:
    after = edits.replace_media(film(), "A-V1", use(45, "X"), "X", 40 * FRAME, BOTH)
    assert drawn(after, "V1").startswith("X[0:30]15:45")
    with pytest.raises(EditError, match=r"X is too short for A: 1.16 s of 1.20 s"):
        edits.replace_media(film(), "A-V1", use(29, "X"), "X", 0, BOTH)


def test_speed_looks_and_keyframes_keep_their_moments() -> None:
    keys = Keys((Key(12 * FRAME, 0.0), Key(30 * FRAME, 1.0)))
    fast = Linear(10 * FRAME, 2)
    blur, limited = new_effect("blur", radius=keys), replace(new_effect("blur"), matte=MatteUse(1))
    before = edits.set_clip(
        film(), "A-V1", opacity=keys, time_map=fast, effects=(blur, limited), pin=Pin("m", 3)
    )
    after = clip(edits.replace_media(before, "A-V1", use(300, "X"), "X", 100 * FRAME, BOTH))
    assert after.time_map == Linear(100 * FRAME, 2) and after.pin is None
    shifted = Keys((Key(102 * FRAME, 0.0), Key(120 * FRAME, 1.0)))
    assert after.opacity == shifted
    assert [effect.params for effect in after.effects] == [{**blur.params, "radius": shifted}]


def test_pictures_stills_and_silent_media() -> None:
    silent = edits.replace_media(film(), "A-V1", use(100, "X"), "X", 0, ("video",))
    assert drawn(silent, "A1") == "_30 B[30:50]0:20" and drawn(silent, "V1").startswith("X[0:30]0:30")
    still = edits.replace_media(film(), "A-V1", MediaUse("p"), "P", 0, ("video",))
    assert clip(still).duration == 30 * FRAME and faults(still) == []
    with pytest.raises(EditError, match="song has no picture"):
        edits.replace_media(film(), "A-V1", use(100, "song"), "song", 0, ("audio",))
    sound = edits.replace_media(
        edits.unlink(film(), ["A-V1", "A-A1"]), "A-A1", use(100, "song"), "song", 0, ("audio",)
    )
    assert drawn(sound, "A1").startswith("song[0:30]0:30") and drawn(sound, "V1").startswith("A[0:30]")
    with pytest.raises(EditError):
        edits.replace_media(edits.set_track(film(), "A1", locked=True), "A-V1", use(100, "X"), "X", 0, BOTH)


def test_a_cross_fade_is_shortened_to_what_the_new_media_has() -> None:
    faded = edits.set_transition(cut_film(("A", 10, 40), ("B", 20, 40)), "B-V1", 10 * FRAME)
    after = edits.replace_media(faded, "A-V1", use(32, "X"), "X", 0, BOTH)
    fade = clip(after, "B-V1").transition
    assert fade is not None and fade.after <= 2 * FRAME
    assert faults(after) == []
