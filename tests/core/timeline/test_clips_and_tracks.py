"""Fields, effects, keyframes; tracks, markers, in and out, links; snapping; tidy values."""

from __future__ import annotations

import math

import pytest

from core.errors import EditError
from core.timeline import edits
from core.timeline.model import Key, Keys, LookUse, MatteUse, Sequence
from core.timeline.snapping import candidates, snap, snap_delta
from tests.core.timeline.films import FRAME, cut_film, drawn, out_of_step


@pytest.fixture
def ab() -> Sequence:
    return cut_film(("A", 10, 30), ("B", 20, 50))


def test_set_clip_checks_bounds_and_source(ab: Sequence) -> None:
    after = edits.set_clip(ab, "A-V1", opacity=0.5, name="x", enabled=False)
    clip = after.find("A-V1")[2]
    assert (clip.opacity, clip.name, clip.enabled) == (0.5, "x", False)
    assert after.track("A1") is ab.track("A1")
    for wrong in ({"opacity": 1.5}, {"scale": math.nan}, {"gain": Keys((Key(0, 99.0),))}):
        with pytest.raises(EditError, match="lies between"):
            edits.set_clip(ab, "A-V1", **wrong)
    for forbidden in ({"id": "z"}, {"duration": 5}, {"colour": 1}):
        with pytest.raises(TypeError):
            edits.set_clip(ab, "A-V1", **forbidden)
    with pytest.raises(EditError, match="V1 is locked"):
        edits.set_clip(edits.set_track(ab, "V1", locked=True), "A-V1", name="x")
    assert edits.set_clip(ab, "A-V1", opacity=1.0) is ab


def test_effects(ab: Sequence) -> None:
    film = edits.add_effect(ab, "A-V1", "blur", effect_id="b", radius=3.0)
    film = edits.add_effect(film, "A-V1", "colour", effect_id="c", matte=MatteUse(1))
    film = edits.set_effect_param(film, "A-V1", "c", "exposure", 2.0)
    film = edits.set_effect(film, "A-V1", "b", enabled=False)
    film = edits.move_effect(film, "A-V1", "c", -9)
    c, b = film.find("A-V1")[2].effects
    assert (c.params["exposure"], c.matte, b.enabled, b.params) == (2.0, MatteUse(1), False, {"radius": 3.0})
    assert edits.set_effect(film, "A-V1", "c", matte=None).find("A-V1")[2].effects[0].matte is None
    limited = edits.set_effect(film, "A-V1", "c", shape="ellipse", look=LookUse("a.cube"))
    off = edits.set_effect(limited, "A-V1", "c", enabled=False).find("A-V1")[2].effects[0]
    assert (off.enabled, off.shape, off.look, off.matte) == (False, "ellipse", LookUse("a.cube"), MatteUse(1))
    assert edits.set_effect(limited, "A-V1", "c", shape="").find("A-V1")[2].effects[0].shape == ""
    assert edits.remove_effect(edits.remove_effect(film, "A-V1", "b"), "A-V1", "c") == ab
    for attempt in (
        lambda: edits.add_effect(ab, "A-V1", "sparkle"),
        lambda: edits.add_effect(ab, "A-V1", "blur", sharpness=1.0),
        lambda: edits.set_effect_param(film, "A-V1", "b", "radius", 1e9),
        lambda: edits.set_effect_param(film, "A-V1", "b", "exposure", 1.0),
        lambda: edits.remove_effect(film, "A-V1", "z"),
    ):
        with pytest.raises(EditError):
            attempt()


def test_keyframes(ab: Sequence) -> None:
    film = edits.set_key(ab, "A-V1", "x", 100, 5.0)
    film = edits.set_key(film, "A-V1", "x", 50, 1.0, easing="hold")
    film = edits.set_key(film, "A-V1", "x", 100, 7.0)
    assert film.find("A-V1")[2].x == Keys((Key(50, 1.0, "hold"), Key(100, 7.0)))
    film = edits.remove_key(film, "A-V1", "x", 50)
    assert edits.remove_key(film, "A-V1", "x", 100).find("A-V1")[2].x == 7.0
    for attempt in (
        lambda: edits.remove_key(film, "A-V1", "x", 51),
        lambda: edits.set_key(film, "A-V1", "wobble", 0, 1.0),
        lambda: edits.set_key(film, "A-V1", "opacity", 0, 2.0),
    ):
        with pytest.raises(EditError):
            attempt()
    film = edits.add_effect(ab, "A-V1", "blur", effect_id="b")
    film = edits.set_key(film, "A-V1", "radius", 9, 4.0, effect_id="b")
    assert film.find("A-V1")[2].effects[0].params["radius"] == Keys((Key(9, 4.0),))


def test_a_track_between_others_takes_its_number(ab: Sequence) -> None:
    film = edits.set_track(edits.add_track(ab, "video", track_id="top"), "top", name="Titles")
    between = edits.add_track(film, "video", track_id="new", index=film.tracks.index(film.track("V1")) + 1)
    assert [track.name for track in between.tracks] == ["A2", "A1", "V1", "V2", "V3", "Titles"]
    assert between.track("new").name == "V2" and between.track("V2").name == "V3"
    for index, place in ((-2, 0), (99, len(film.tracks))):
        beyond = edits.add_track(film, "video", track_id="new", index=index)
        assert [track.id for track in beyond.tracks].index("new") == place
    below = edits.add_track(film, "audio", track_id="new", index=1)
    assert [track.name for track in below.tracks][:3] == ["A3", "A2", "A1"]


def test_tracks(ab: Sequence) -> None:
    film = edits.add_track(edits.add_track(ab, "video"), "audio", track_id="new")
    assert [track.name for track in film.tracks] == ["A3", "A2", "A1", "V1", "V2", "V3"]
    assert [t.name for t in edits.move_track(film, "new", 2).tracks] == ["A2", "A1", "A3", "V1", "V2", "V3"]
    assert [t.name for t in edits.remove_track(film, "V1").tracks] == ["A3", "A2", "A1", "V2", "V3"]
    named = edits.set_track(film, "V1", name="Main", muted=True, solo=True, locked=True)
    assert (named.track("V1").name, named.track("V1").muted, named.track("V1").solo) == ("Main", True, True)
    assert not edits.set_track(named, "V1", locked=False).track("V1").locked
    mixed = edits.set_track(edits.set_track(film, "A1", gain=-7.5), "A1", balance=-2.0).track("A1")
    assert (mixed.gain, mixed.balance) == (-7.5, -1.0)
    assert edits.set_track(film, "A1", gain=99.0).track("A1").gain == 12.0
    for attempt in (
        lambda: edits.remove_track(named, "V1"),
        lambda: edits.remove_track(film, "nothing"),
        lambda: edits.set_track(film, "nothing", muted=True),
        lambda: edits.move_track(film, "new", -1),
    ):
        with pytest.raises(EditError):
            attempt()


def test_markers_and_in_out(ab: Sequence) -> None:
    film = edits.add_marker(edits.add_marker(ab, 50, "b", marker_id="b"), 20, "a", marker_id="a")
    assert [marker.id for marker in film.markers] == ["a", "b"]
    film = edits.set_marker(edits.set_marker(film, "a", time=70), "a", name="late")
    assert [(marker.time, marker.name) for marker in film.markers] == [(50, "b"), (70, "late")]
    assert [marker.id for marker in edits.remove_markers(film, ["b"]).markers] == ["a"]
    ranged = edits.set_in_out(ab, 10, 20)
    assert (ranged.in_point, ranged.out_point) == (10, 20)
    assert edits.set_in_out(ranged, None, None) == ab
    for attempt in (
        lambda: edits.add_marker(ab, -1),
        lambda: edits.set_marker(film, "a", time=-1),
        lambda: edits.remove_markers(film, ["a", "z"]),
        lambda: edits.set_in_out(ab, 20, 20),
        lambda: edits.set_in_out(ab, -1, 20),
    ):
        with pytest.raises(EditError):
            attempt()


def test_link_and_unlink(ab: Sequence) -> None:
    free = edits.unlink(ab, "A-V1")
    assert {clip.link for _, _, clip in free.clips() if clip.name == "A"} == {""}
    assert drawn(edits.move(free, "A-V1", 90 * FRAME), "A1") == drawn(ab, "A1")
    again = edits.link(free, ["A-V1", "A-A1"])
    assert len({clip.link for _, _, clip in again.clips() if clip.name == "A"}) == 1 and not out_of_step(
        again
    )
    with pytest.raises(EditError):
        edits.link(ab, ["A-V1"])


def test_snapping_prefers_the_nearest_and_leaves_the_dragged_out(ab: Sequence) -> None:
    ab = edits.set_in_out(edits.add_marker(ab, 33 * FRAME), 3 * FRAME, None)
    times = candidates(ab, playhead=7 * FRAME, without={"B-V1", "B-A1"})
    assert times == tuple(n * FRAME for n in (0, 3, 7, 20, 33))
    assert snap(21 * FRAME, times, FRAME) == 20 * FRAME
    assert snap(22 * FRAME, times, FRAME) is None
    assert snap(5 * FRAME + 1, times, 3 * FRAME) == 7 * FRAME
    edges = (20 * FRAME, 50 * FRAME)
    assert snap_delta(-16 * FRAME, edges, times, 2 * FRAME) == -17 * FRAME
    assert snap_delta(400 * FRAME, edges, times, FRAME) == 400 * FRAME
