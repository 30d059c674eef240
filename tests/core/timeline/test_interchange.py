"""OpenTimelineIO out and in gives the same cut; foreign and damaged files."""

from __future__ import annotations

import json
from pathlib import Path

import opentimelineio as otio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from core.errors import ProjectError
from core.time import TICKS_PER_SECOND, FrameRate, TimeRange
from core.timeline import edits
from core.timeline.interchange import MediaPlace, read_otio, rebound, write_otio
from core.timeline.model import (
    Adjustment,
    Clip,
    Key,
    Keys,
    MatteUse,
    MediaUse,
    Sequence,
    SequenceUse,
    Solid,
    Title,
    Track,
    Transition,
)
from core.timeline.nesting import compound, shown_in, well_nested
from core.timeline.otio_common import media_path, media_url
from core.timeline.otio_json import exact_rate, frames_of, ticks_of
from core.timeline.time_map import Curve, CurvePoint, Linear
from tests.core.timeline.films import FRAME, cut_film, drawn, use


def rich_film() -> Sequence:
    """A film with one of everything."""
    film = cut_film(("A", 10, 40), ("B", 20, 50), ("C", 5, 60), ("D", 30, 80))
    film = edits.set_transition(film, "B-V1", 7 * FRAME)
    film = edits.set_speed(film, "C-V1", -2, 3, ripple=True)
    film = edits.split(film, "C-V1", 77 * FRAME + 1)
    film = edits.freeze_frame(film, "D-V1", film.find("D-V1")[1].start + 3 * FRAME, 9 * FRAME)
    film = edits.lift(film, "A-A1", linked=False)
    film = edits.overwrite(film, 20 * FRAME, {"V2": Clip("t", "T", Title('Hi "you" Ω'), 12345)})
    film = edits.overwrite(film, 90 * FRAME, {"V2": Clip("k", "K", Solid("#102030"), FRAME)})
    film = edits.overwrite(film, 92 * FRAME, {"V2": Clip("j", "J", Adjustment(), FRAME, fade_in=FRAME // 2)})
    ramp = Curve(
        (
            CurvePoint(0, 0, None, 400_000, 100),
            CurvePoint(FRAME, 3 * FRAME, -1),
            CurvePoint(30 * FRAME, 40 * FRAME),
        )
    )
    film = edits.append(film, {"A2": Clip("r", "R", use(100, "ramp"), 30 * FRAME, ramp)})
    film = edits.add_effect(
        film, "B-V1", "blur", matte=MatteUse(2, True), radius=Keys((Key(5, 1.0), Key(9, 2.5)))
    )
    film = edits.set_clip(
        film, "B-V1", opacity=0.25, enabled=False, blend="screen", between="flow", keep_pitch=True
    )
    film = edits.set_track(edits.set_track(film, "A2", muted=True), "V2", locked=True, solo=True)
    return edits.set_in_out(
        edits.add_marker(film, 3 * FRAME + 5, "here", colour="#00ff00"), FRAME, 50 * FRAME
    )


def places(film: Sequence, folder: Path) -> dict[str, MediaPlace]:
    uses = {clip.media_id: clip.available for _, _, clip in film.clips() if clip.media_id}
    return {
        name: MediaPlace(folder / "media" / f"{name} #1.mp4", name, there) for name, there in uses.items()
    }


def test_our_own_file_comes_back_as_it_was(tmp_path: Path) -> None:
    film = rich_film()
    media = places(film, tmp_path)
    notes = write_otio(film, tmp_path / "film.otio", media)
    back = read_otio(tmp_path / "film.otio")
    assert back.sequence == film
    assert back.media == media
    assert back.notes == ()
    assert {note.split(":")[0] for note in notes} >= {
        "Speed ramps become a constant speed", "Effects and mattes", "Titles and colours are generators",
    }  # fmt: skip
    assert not list(tmp_path.glob(".*")), "no scrap is left"


def test_what_other_programs_see(tmp_path: Path) -> None:
    film = rich_film()
    write_otio(film, tmp_path / "film.otio", places(film, tmp_path))
    timeline = otio.adapters.read_from_file(str(tmp_path / "film.otio"))
    assert [track.name for track in timeline.tracks] == ["V1", "V2", "A1", "A2"]
    video = timeline.tracks[0]
    first, fade, second, third = video[0], video[1], video[2], video[3]
    assert first.source_range == otio.opentime.TimeRange(
        otio.opentime.RationalTime(10, 25), otio.opentime.RationalTime(30, 25)
    )
    assert first.media_reference.target_url == "media/A%20%231.mp4"
    assert first.media_reference.available_range.duration == otio.opentime.RationalTime(100, 25)
    assert (fade.in_offset.value, fade.out_offset.value) == (3.5, 3.5)
    assert not second.enabled
    assert third.effects[0].time_scalar == pytest.approx(-2 / 3)
    assert any(
        isinstance(e, otio.schema.FreezeFrame)
        for clip in video
        if isinstance(clip, otio.schema.Clip)
        for e in clip.effects
    )
    assert timeline.tracks[0].duration().to_seconds() * 25 == pytest.approx(film.track("V1").duration / FRAME)
    assert timeline.tracks.markers[0].name == "here"


def test_a_change_by_another_program_is_taken_and_the_looks_stay(tmp_path: Path) -> None:
    film = edits.set_clip(cut_film(("A", 10, 40), ("B", 20, 50)), "A-V1", opacity=0.5)
    path = tmp_path / "film.otio"
    write_otio(film, path, places(film, tmp_path))
    timeline = otio.adapters.read_from_file(str(path))
    clip = timeline.tracks[0][0]
    clip.source_range = otio.opentime.TimeRange(
        otio.opentime.RationalTime(15, 25), otio.opentime.RationalTime(10, 25)
    )
    clip.effects.append(otio.schema.LinearTimeWarp(time_scalar=2.0))
    timeline.tracks[0].append(timeline.tracks[0][0].clone())
    otio.adapters.write_to_file(timeline, str(path))
    back = read_otio(path)
    assert (
        drawn(back.sequence, "V1").startswith("A[0:10]15:35 ")
        and back.sequence.find("A-V1")[2].opacity == 0.5
    )
    assert len({clip.id for _, _, clip in back.sequence.clips()}) == 5
    assert any("changed by another program" in note for note in back.notes)


def foreign(tmp_path: Path) -> Path:
    """A file as another program writes it: timecode starts, 23.976, speed, a nested stack, an odd effect."""
    rate = 24000 / 1001

    def span(start: float, duration: float) -> otio.opentime.TimeRange:
        return otio.opentime.TimeRange(
            otio.opentime.RationalTime(start, rate), otio.opentime.RationalTime(duration, rate)
        )

    def clip(name: str, start: float, duration: float, *effects: otio.schema.Effect) -> otio.schema.Clip:
        reference = otio.schema.ExternalReference(f"file:///clips/{name}.mov", span(86400, 240))
        made = otio.schema.Clip(name, reference, span(86400 + start, duration))
        made.effects.extend(effects)
        return made

    timeline = otio.schema.Timeline("Foreign")
    video, audio = otio.schema.Track("Video 1", kind="Video"), otio.schema.Track("Audio 1", kind="Audio")
    fade = otio.schema.Transition(
        "d", "SMPTE_Dissolve", otio.opentime.RationalTime(4, rate), otio.opentime.RationalTime(5, rate)
    )
    video.extend([
        clip("one", 10, 48), fade, clip("two", 20, 24, otio.schema.LinearTimeWarp(time_scalar=2.0)),
        clip("three", 0, 24, otio.schema.LinearTimeWarp(time_scalar=-1.0)),
        clip("four", 7, 12, otio.schema.FreezeFrame(), otio.schema.Effect(effect_name="Glow")),
    ])  # fmt: skip
    nested = otio.schema.Stack("nest", source_range=span(0, 24))
    nested.append(otio.schema.Clip("inner", source_range=span(0, 24)))
    video.append(nested)
    video.append(otio.schema.Clip("lost", otio.schema.MissingReference(), span(0, 12)))
    audio.append(clip("one", 10, 48))
    timeline.tracks.extend([video, audio])
    path = tmp_path / "foreign.otio"
    otio.adapters.write_to_file(timeline, str(path))
    return path


def test_a_foreign_file(tmp_path: Path) -> None:
    back = read_otio(foreign(tmp_path))
    film = back.sequence
    assert film.rate == FrameRate(24000, 1001)
    frame = film.rate.frame_ticks
    assert [track.kind for track in film.tracks] == ["audio", "video"]
    clips = {clip.name: (where, clip) for where, clip in film.tracks[1].clips()}
    assert clips["one"][1].source_range == TimeRange(10 * frame, 48 * frame)
    assert clips["two"][1].transition == Transition(before=4 * frame, after=5 * frame)
    assert clips["two"][1].time_map == Linear(20 * frame, 2, 1)
    assert clips["three"][1].time_map == Linear(24 * frame - 1, -1, 1)
    assert clips["four"][1].time_map == Linear(7 * frame, 0, 1)
    assert clips["lost"][0].start == (48 + 24 + 24 + 12 + 24) * frame and clips["lost"][1].content == Solid()
    assert clips["one"][1].link and clips["one"][1].link == next(film.tracks[0].clips())[1].link
    assert sorted(place.path.as_posix() for place in back.media.values()) == [
        f"/clips/{name}.mov" for name in ("four", "one", "three", "two")
    ]
    assert any("Glow" in note for note in back.notes)
    (nest,) = back.films
    assert clips["nest"][1].content == SequenceUse(nest.id, TimeRange(0, 24 * frame)) and nest.name == "nest"
    assert [clip.name for _, _, clip in nest.clips()] == ["inner"] and nest.rate == film.rate
    again = rebound(film, {clips["one"][1].media_id or "": MediaUse("bin", TimeRange(0, 999 * frame))})
    assert [clip.media_id for _, clip in again.tracks[1].clips()][0] == "bin"  # noqa: RUF015
    assert replace(again, tracks=()) == replace(film, tracks=())


def compound_film() -> tuple[Sequence, Sequence]:
    """A film with B and C in a compound clip that is trimmed and shown a second time, and that compound's film."""
    film = edits.set_track(rich_film(), "V2", locked=False)
    outer, inner = compound(film, ["B-V1", "k", "j"], "Inside")
    clip = next(clip for track, _, clip in outer.clips() if clip.sequence_id and track.kind == "video")
    outer = edits.trim_end(outer, clip.id, outer.find(clip.id)[1].start + 9 * FRAME)
    again = replace(clip, id="again", link="", duration=5 * FRAME, opacity=0.5)
    return edits.append(outer, {"V2": again}), inner


def test_compound_clips_come_back_with_what_is_inside(tmp_path: Path) -> None:
    film, inner = compound_film()
    media = {**places(film, tmp_path), **places(inner, tmp_path)}
    write_otio(film, tmp_path / "film.otio", media, [inner])
    back = read_otio(tmp_path / "film.otio")
    assert back.notes == () and back.media == media
    assert back.sequence == film
    (again,) = back.films
    assert again.id == inner.id and [drawn(again, track.id) for track in again.tracks] == [
        drawn(inner, track.id) for track in inner.tracks
    ]
    seen = otio.adapters.read_from_file(str(tmp_path / "film.otio"))
    stacks = [item for track in seen.tracks for item in track if isinstance(item, otio.schema.Stack)]
    assert len(stacks) == 3 and all(len(stack) > 0 for stack in stacks)


def test_a_compound_clip_whose_film_is_not_written_is_black(tmp_path: Path) -> None:
    film, _ = compound_film()
    write_otio(film, tmp_path / "film.otio", places(film, tmp_path))
    back = read_otio(tmp_path / "film.otio")
    assert any("not in the file" in note for note in back.notes) and back.films == ()
    assert not any(clip.sequence_id for _, _, clip in back.sequence.clips())
    assert back.sequence.duration == film.duration


def test_a_file_in_which_a_film_would_show_itself(tmp_path: Path) -> None:
    film, inner = compound_film()
    write_otio(film, tmp_path / "film.otio", places(film, tmp_path), [inner])
    text = (tmp_path / "film.otio").read_text().replace(inner.id, film.id)
    (tmp_path / "ring.otio").write_text(text)
    back = read_otio(tmp_path / "ring.otio")
    shown = {one.id: shown_in(one) for one in (*back.films, back.sequence)}
    assert well_nested(shown) == set(shown)


@pytest.mark.parametrize("text", [
    "", "{", "[]", "5", "null", '{"OTIO_SCHEMA": "Clip.2"}', '{"OTIO_SCHEMA": "Timeline.1", "tracks": 5}',
    '{"OTIO_SCHEMA": "Whatever.9"}', "\x00\x01\x02", '{"OTIO_SCHEMA":"Timeline.1","tracks":null}',
])  # fmt: skip
def test_files_that_are_no_timeline(tmp_path: Path, text: str) -> None:
    path = tmp_path / "bad.otio"
    path.write_text(text)
    with pytest.raises(ProjectError, match=r"bad\.otio"):
        read_otio(path)


def test_an_early_file(tmp_path: Path) -> None:
    """Names and forms of the first versions: one reference per clip, no source range, kind left out."""

    def time(value: float) -> dict[str, object]:
        return {"OTIO_SCHEMA": "RationalTime.1", "rate": 24, "value": value}

    span = {"OTIO_SCHEMA": "TimeRange.1", "start_time": time(100), "duration": time(6)}
    reference = {
        "OTIO_SCHEMA": "ExternalReference.1",
        "target_url": "file:///a/b.mov",
        "available_range": span,
    }
    clip = {"OTIO_SCHEMA": "Clip.1", "name": "c", "media_reference": reference, "source_range": None}
    track = {
        "OTIO_SCHEMA": "Sequence.1",
        "children": [{"OTIO_SCHEMA": "Filler.1", "source_range": span}, clip, None, 5],
    }
    tree = {
        "OTIO_SCHEMA": "Timeline.1",
        "name": "old",
        "tracks": {"OTIO_SCHEMA": "Stack.1", "children": [track]},
    }
    (tmp_path / "old.otio").write_text(json.dumps(tree))
    back = read_otio(tmp_path / "old.otio")
    frame = TICKS_PER_SECOND // 24
    (where, found), *rest = back.sequence.tracks[0].clips()
    assert (where, found.source_range) == (TimeRange(6 * frame, 6 * frame), TimeRange(0, 6 * frame))
    assert not rest and not back.ours and back.sequence.name == "old"
    assert [place.path for place in back.media.values()] == [Path("/a/b.mov")]


def test_a_damaged_item_leaves_the_rest_in_place(tmp_path: Path) -> None:
    film = cut_film(("A", 10, 30), ("B", 20, 50), ("C", 0, 5))
    film = edits.add_marker(edits.set_transition(film, "B-V1", 4 * FRAME), 9)
    path = tmp_path / "film.otio"
    write_otio(film, path, places(film, tmp_path))
    tree = json.loads(path.read_text())
    video = tree["tracks"]["children"][0]["children"]
    video[2]["effects"] = 5
    video[1]["in_offset"] = "soon"
    tree["tracks"]["children"][1]["kind"] = 7
    tree["tracks"]["markers"][0]["marked_range"] = 1
    path.write_text(json.dumps(tree))
    back = read_otio(path)
    assert drawn(back.sequence, "V1") == "A[0:20]10:30 _30 C[50:55]0:5"
    assert drawn(back.sequence, "A1") == drawn(film, "A1")
    assert back.sequence.markers == () and [track.name for track in back.sequence.tracks] == [
        "A2",
        "A1",
        "V1",
    ]
    assert len(back.notes) == 4 and all("damaged" in note for note in back.notes)


def test_no_file_and_no_folder(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="not there"):
        read_otio(tmp_path / "none.otio")
    with pytest.raises(ProjectError, match="cannot be written"):
        write_otio(cut_film(("A", 0, 5)), tmp_path / "none" / "film.otio", {})


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.data())
def test_damaged_files_end_in_an_error_or_a_readable_film(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("otio")
    film = rich_film()
    path = folder / "film.otio"
    write_otio(film, path, places(film, folder))
    tree = json.loads(path.read_text())
    for _ in range(data.draw(st.integers(1, 3))):
        damage(tree, data)
    path.write_text(json.dumps(tree))
    try:
        back = read_otio(path)
    except ProjectError as error:
        assert "film.otio" in error.message and error.hint
    else:
        assert len({clip.id for _, _, clip in back.sequence.clips()}) == len(list(back.sequence.clips()))


def damage(tree: object, data: st.DataObject) -> None:
    """Replace a random value somewhere in a JSON tree."""
    while True:
        keys = list(tree) if isinstance(tree, dict) else list(range(len(tree)))  # type: ignore[arg-type]
        if not keys:
            return
        key = data.draw(st.sampled_from(keys))
        child = tree[key]  # type: ignore[index]
        if isinstance(child, dict | list) and child and data.draw(st.integers(0, 9)):
            tree = child
            continue
        tree[key] = data.draw(st.sampled_from([None, -1, 0, 1e300, float("nan"), "x", [], {}, 2**62, True]))  # type: ignore[index]
        return


@given(
    st.integers(0, 10**14),
    st.sampled_from([(24000, 1001), (25, 1), (30000, 1001), (60000, 1001), (120, 1), (37, 3)]),
)
def test_times_come_back_to_the_tick(ticks: int, rate: tuple[int, int]) -> None:
    exact = FrameRate(*rate)
    assert exact_rate(exact.fps) == exact
    assert ticks_of(frames_of(ticks, exact), exact.fps) == ticks


def test_addresses() -> None:
    folder = Path("/films/a")
    for path in (Path("/films/a/m/x y#?.mp4"), Path("/other/ü.mp4")):
        assert media_path(media_url(path, folder), folder) == path
    assert media_url(Path("/films/a/m/x.mp4"), folder) == "m/x.mp4"
    assert media_path("file://localhost/c/x.mov", folder) == Path("/c/x.mov")
    assert media_path("file:///C:/x.mov", Path("/")) == Path("/C:/x.mov")
    assert media_path("/plain/50%.mov", folder) == Path("/plain/50%.mov")


def test_only_uses_that_are_known_are_replaced() -> None:
    mine, other = (Clip(name, name, MediaUse(name, TimeRange(0, 10)), 10) for name in ("mine", "other"))
    title = Clip("title", "", Title("Words"), 10)
    film = Sequence("s", "", 64, 48, FrameRate(25), tracks=(Track("v", "video", "", (mine, other, title)),))
    use = MediaUse("new", TimeRange(5, 20))
    assert rebound(film, {"mine": use}).tracks[0].items == (replace(mine, content=use), other, title)
