"""The commands of the Clip/Speed menu on a film of values."""

from __future__ import annotations

import pytest

from app.actions import speed
from app.actions.registry import find_action, trigger
from app.editor import Editor
from app.speed.subject import subject_of
from app.timeline.speed_lane import lane_points
from core.errors import EditError
from core.timeline import edits
from core.timeline.curve import NATURAL
from core.timeline.model import Clip, Solid
from core.timeline.time_map import Curve
from tests.cuts import FRAME, SECOND, lengths, project, sequence


@pytest.fixture
def film(editor: Editor) -> Editor:
    editor.document.reset(project(), None, None)
    editor.state.set("selection", frozenset({"c", "sc"}))
    editor.state.set("playhead", 12 * SECOND)
    return editor


def clip(editor: Editor, clip_id: str = "c") -> Clip:
    assert editor.document.sequence is not None
    return editor.document.sequence.find(clip_id)[2]


def speeds(editor: Editor) -> list[tuple[float, float]]:
    return [(point.before, point.after) for point in lane_points(clip(editor), FRAME)]


def test_ramps_in_and_out_are_slow_at_the_ends(film: Editor) -> None:
    speed.ramp_in(film)
    speed.ramp_out(film)
    found = speeds(film)
    assert found[0][1] == 0.25 and found[-1][0] == 0.25 and found[1] == (1.0, 1.0)
    assert clip(film, "sc").time_map == clip(film).time_map
    assert film.document.undo_stack.count() == 2
    speed.reset(film)
    assert not isinstance(clip(film).time_map, Curve)
    assert lengths(film.document.sequence, "V1")["c"] == 4


def test_points_freezes_and_ramps_at_the_playhead(film: Editor) -> None:
    speed.add_point(film)
    assert film.state.speed_point == ("c", 12 * SECOND)
    speed.ramp_here(film, 2 * NATURAL)
    assert speeds(film)[-1] == (2.0, 2.0)
    speed.freeze_here(film)
    curve = clip(film).time_map
    assert curve.at(2 * SECOND) == curve.at(3 * SECOND) != curve.at(3 * SECOND + FRAME)
    film.state.set("speed_point", None)
    film.state.set("playhead", 0)
    with pytest.raises(EditError):
        speed.remove_point(film)


def test_reverse_in_to_out_and_fit_to_fill(film: Editor) -> None:
    with pytest.raises(EditError, match="no range"):
        speed.reverse_range(film)
    film.document.edit_sequence("marks", lambda known: _marked(known, 11, 12))
    speed.reverse_range(film)
    assert clip(film).time_map.at(SECOND) == 8 * SECOND - 1
    film.document.undo_stack.undo()
    film.document.edit_sequence("marks", lambda known: _marked(known, 9, 15))
    speed.fit_to_fill(film)
    assert lengths(film.document.sequence, "V1")["c"] == 6 and clip(film).time_map.speed == pytest.approx(
        4 / 6
    )
    film.document.edit_sequence("no marks", lambda known: _marked(known, None, None))
    speed.fit_to_fill(film)
    assert lengths(film.document.sequence, "V1")["c"] == 7, "from the clip before to its own end"
    with pytest.raises(EditError, match="no time to fill"):
        speed.fit_to_fill(film)


def test_what_stands_still_is_passed_over(film: Editor) -> None:
    photo = Clip("photo", "Photo", Solid("#ffffff"), SECOND)
    film.document.edit_sequence("photo", edits.overwrite, 20 * SECOND, {"V2": photo})
    film.state.set("selection", frozenset({"photo"}))
    with pytest.raises(EditError, match="stands still"):
        speed.ramp_in(film)
    film.state.set("selection", frozenset({"c", "sc", "photo"}))
    speed.ramp_in(film)
    assert speeds(film)[0][1] == 0.25


def test_of_several_clips_the_one_at_the_playhead_is_in_hand(film: Editor) -> None:
    film.state.set("selection", frozenset({"a", "sa", "c", "sc"}))
    for seconds, wanted in ((1, "a"), (12, "c"), (9, "c")):
        film.state.set("playhead", seconds * SECOND)
        found = subject_of(film)
        assert found is not None
        assert found.clip.id == wanted


def _marked(film, start, end):  # type: ignore[no-untyped-def]
    from core.timeline import edits

    return edits.set_in_out(film, *(None if s is None else s * SECOND for s in (start, end)))


def test_switches_say_what_they_are(film: Editor) -> None:
    trigger(film, find_action("speed.between_flow"))
    assert clip(film).between == "flow" and speed.is_between(film, "flow")
    trigger(film, find_action("speed.keep_pitch"))
    assert clip(film, "sc").keep_pitch and speed.keeps_pitch(film)
    trigger(film, find_action("speed.lanes"))
    assert film.state.speed_lanes and speed.shows_lanes(film)


def test_one_range_gets_frames_of_another_kind(film: Editor) -> None:
    film.document.edit_sequence("marks", lambda known: _marked(known, 11, 12))
    trigger(film, find_action("speed.between_range_flow"))
    found = film.document.sequence
    assert found is not None
    kinds = [(where.start / SECOND, known.between) for where, known in found.track("V1").clips()]
    assert kinds[2:] == [(10, "nearest"), (11, "flow"), (12, "nearest")]
    assert found != sequence() and film.document.undo_stack.count() == 2
