"""Compound clips: what they show and sound is what their film shows and sounds."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import MediaError
from core.job import drain
from core.media.audio import open_audio
from core.media.pool import SourcePool
from core.media.probe import probe
from core.media.reader import open_source
from core.project.project import Media, Project
from core.project.sequences import with_compound
from core.render.compositor import render_frame
from core.render.export import export
from core.render.mixer import mix
from core.render.plan import visuals
from core.render.resolver import Resolver
from core.time import FrameRate, TimeRange
from core.timeline.effects import new_effect
from core.timeline.model import Clip, Gap, MediaUse, Sequence, SequenceUse, Solid, Track, Transition
from core.timeline.time_map import Linear
from tests.core.render.fakes import RATE, TICK
from tests.media_files import read_number, write_clip

COLOURS = ("#ff0000", "#00ff0080", "#0000ff", "#ffff0040")


def solid(name: str, frames: int, colour: str, **fields: object) -> Clip:
    return Clip(name, name, Solid(colour), frames * TICK, **fields)  # type: ignore[arg-type]


def project_of(*tracks: Track, media: tuple[Media, ...] = ()) -> Project:
    return Project(
        "p", media=media, sequences=(Sequence("s", "film", 64, 48, RATE, tracks=tracks),), active="s"
    )


def resolver_of(project: Project, strict: bool = True) -> Resolver:
    return Resolver(project, None, None, SourcePool(2**24), strict=strict)


def picture(project: Project, frame: int, size: tuple[int, int] | None = None) -> np.ndarray:
    assert project.sequence is not None
    return render_frame(project.sequence, frame * TICK, resolver_of(project), size)


def two_tracks() -> Project:
    low = Track("v1", "video", "", (
        solid("a", 10, COLOURS[0]),
        solid("b", 12, COLOURS[2], scale=0.5, transition=Transition(before=0, after=4 * TICK)),
    ))  # fmt: skip
    high = Track("v2", "video", "", (Gap(6 * TICK), solid("c", 10, COLOURS[1], x=10.0, opacity=0.6)))
    return project_of(low, high)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.integers(0, 21), st.sampled_from([None, (32, 24)]))
def test_a_film_in_one_compound_clip_looks_as_it_did(frame: int, size: tuple[int, int] | None) -> None:
    before = two_tracks()
    after = with_compound(before, ["a", "b", "c"])
    assert after.sequence is not None and len(visuals(after.sequence, frame * TICK)) == 1
    shown, wanted = picture(after, frame, size), picture(before, frame, size)
    # Straight alpha between the two films rounds colours of what shows through.
    assert np.abs(shown.astype(int) - wanted).max() <= 2


def test_effects_and_opacity_work_on_all_of_it_at_once() -> None:
    inside = with_compound(two_tracks(), ["a", "b", "c"])
    sequence = inside.sequence
    assert sequence is not None
    clip = next(clip for _, _, clip in sequence.clips())
    faded = msgspec.structs.replace(clip, opacity=0.5, effects=(new_effect("colour", saturation=0.0),))
    tracks = tuple(
        msgspec.structs.replace(one, items=(faded,) if one.items else ()) for one in sequence.tracks
    )
    after = inside.with_sequence(msgspec.structs.replace(sequence, tracks=tracks))
    shown = picture(after, 8).astype(int)
    assert (
        abs(shown[0, 0, 3] - 128) <= 1
    )  # a red that covers all, under a half-seen green: one veil over both
    assert np.ptp(shown[..., :3], axis=2).max() <= 1


def test_what_its_film_no_longer_has_is_empty() -> None:
    inside = with_compound(two_tracks(), ["a", "b", "c"])
    film = next(one for one in inside.sequences if one.id != "s")
    cut = msgspec.structs.replace(
        film, tracks=(msgspec.structs.replace(film.tracks[0], items=film.tracks[0].items[:1]),)
    )
    short = inside.with_sequence(cut)
    assert picture(short, 9).any() and not picture(short, 10).any() and not picture(short, 21).any()
    assert short.sequence is not None
    clip = next(clip for _, _, clip in short.sequence.clips())
    assert clip.available == TimeRange(0, 10 * TICK)


def test_one_that_is_gone_or_shows_itself_is_told() -> None:
    lost = project_of(Track("v", "video", "", (Clip("x", "Titles", SequenceUse("gone"), 5 * TICK),)))
    with pytest.raises(MediaError, match="Titles is not in the project"):
        picture(lost, 0)
    assert lost.sequence is not None
    assert render_frame(lost.sequence, 0, resolver_of(lost, strict=False)).any()  # says that it is not there
    itself = project_of(Track("v", "video", "", (Clip("x", "x", SequenceUse("s"), 5 * TICK),)))
    with pytest.raises(MediaError, match="show itself"):
        picture(itself, 0)


@pytest.fixture
def filmed(tmp_path: Path) -> Media:
    path = write_clip(tmp_path / "numbers.mp4", frames=40, sound=1.6)
    return Media("m", "numbers", str(path), probe(path))


def with_sound(media: Media, speed: int = 1) -> Project:
    use = MediaUse(media.id, media.info.available)
    clips = [Clip(name, name, use, 20 * TICK, Linear(5 * TICK), "link") for name in ("pic", "snd")]
    before = project_of(
        Track("a", "audio", "", (clips[1],)), Track("v", "video", "", (clips[0],)), media=(media,)
    )
    after = with_compound(before, ["pic"])
    sequence = after.sequence
    assert sequence is not None
    tracks = tuple(
        msgspec.structs.replace(track, items=tuple(
            msgspec.structs.replace(item, duration=20 * TICK // speed, time_map=Linear(0, speed, 1))
            for item in track.items if isinstance(item, Clip)))
        for track in sequence.tracks
    )  # fmt: skip
    return after.with_sequence(msgspec.structs.replace(sequence, tracks=tracks))


def test_its_sound_is_the_sound_of_its_film(filmed: Media) -> None:
    project = with_sound(filmed)
    inner = next(one for one in project.sequences if one.id != "s")
    resolver = resolver_of(project)
    assert project.sequence is not None
    heard = mix(project.sequence, 100, 9000, resolver)
    assert np.abs(heard).max() > 0.05
    np.testing.assert_allclose(heard, mix(inner, 100, 9000, resolver), atol=1e-6)
    other = msgspec.structs.replace(project.sequence, sample_rate=24000)
    slower = mix(other, 50, 4500, resolver)
    np.testing.assert_allclose(slower[100:-100], heard[::2][100:-100], atol=0.02)


@pytest.mark.parametrize("speed", [1, 2])
def test_an_export_shows_the_frames_of_the_media_inside(filmed: Media, tmp_path: Path, speed: int) -> None:
    project = with_sound(filmed, speed)
    path = tmp_path / "film.mkv"
    values = msgspec.to_builtins(project)
    drain(
        export(tmp_path, project=values, project_file="", data=str(tmp_path), preset="ffv1", path=str(path))
    )
    source = open_source(path)
    assert source.frame_count == 20 // speed
    assert [read_number(source.frame(n)) for n in range(source.frame_count)] == [
        5 + speed * n for n in range(20 // speed)
    ]
    source.close()
    sound = open_audio(path)
    assert np.abs(sound.read(0, 4800, 48000)).max() > 0.05
    sound.close()


def test_an_export_tells_of_media_that_is_missing_inside(filmed: Media, tmp_path: Path) -> None:
    project = with_sound(filmed)
    Path(filmed.path).unlink()
    values = msgspec.to_builtins(project)
    with pytest.raises(MediaError, match=r"numbers.mp4 is not there"):
        drain(
            export(
                tmp_path,
                project=values,
                project_file="",
                data="",
                preset="ffv1",
                path=str(tmp_path / "f.mkv"),
            )
        )
    assert not (tmp_path / "f.mkv").exists()


@pytest.mark.parametrize("between", ["blend", "flow"])
def test_slowed_down_it_has_pictures_between_its_frames(between: str) -> None:
    moving = Track(
        "v", "video", "", (solid("a", 1, "#000000"), solid("b", 1, "#ffffff"), solid("c", 8, "#ffffff"))
    )
    inside = with_compound(project_of(moving), ["a", "b", "c"])
    sequence = inside.sequence
    assert sequence is not None
    clip = next(clip for _, _, clip in sequence.clips())
    slow = msgspec.structs.replace(clip, duration=8 * TICK, time_map=Linear(0, 1, 4), between=between)
    track = msgspec.structs.replace(sequence.tracks[0], items=(slow,))
    after = inside.with_sequence(msgspec.structs.replace(sequence, tracks=(track,)))
    greys = [int(picture(after, n)[24, 32, 0]) for n in range(8)]
    assert greys[0] == 0 and greys[4] == 255
    if between == "blend":
        assert [
            abs(grey - wanted) <= 2 for grey, wanted in zip(greys, (0, 64, 128, 191, 255), strict=False)
        ] == [True] * 5


def test_a_film_of_another_rate_and_size_fits_in() -> None:
    small = Sequence("small", "small", 32, 24, FrameRate(50), tracks=(
        Track("v", "video", "", tuple(
            Clip(f"s{n}", "s", Solid(f"#{n:02x}0000"), FrameRate(50).frame_ticks) for n in range(20))),))  # fmt: skip
    use = Clip("x", "x", SequenceUse("small", TimeRange(0, small.duration)), 10 * TICK)
    project = project_of(Track("v", "video", "", (use,)))
    project = msgspec.structs.replace(project, sequences=(*project.sequences, small))
    shown = [picture(project, n) for n in range(10)]
    assert [int(one[24, 32, 0]) for one in shown] == [2 * n for n in range(10)]
    assert all((one[..., 3] == 255).all() for one in shown)
