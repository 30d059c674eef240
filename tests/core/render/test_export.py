"""The export job on real files: every frame in place, sound in step, alpha kept."""

from __future__ import annotations

import itertools
from contextlib import closing
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import msgspec
import numpy as np
import pytest

from core.errors import ProjectError
from core.media.audio import open_audio
from core.media.probe import probe
from core.media.reader import open_source
from core.render.presets import PRESETS
from core.time import TICKS_PER_SECOND, FrameRate, TimeRange
from core.timeline.effects import new_effect
from core.timeline.model import Clip, Gap, Marker, Title, Track, Transition
from core.timeline.time_map import Linear
from tests.core.render.exporting import RATE, TICK, Desk, audio, psnr, video
from tests.interlaced import moments, write_interlaced
from tests.media_files import frames_of, number_picture, read_number, write_clip, write_pictures

VARIABLE = [Fraction(n, 25) + (Fraction(1, 100) if n % 3 == 1 else 0) for n in range(30)]


def test_frames_that_pass_are_mixed_where_a_clip_blends(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    path = write_clip(tmp_path / "in.mp4", frames=30)
    fast = desk.use(path, 15, time_map=Linear(0, 2, 1), between="blend")
    given = [frame.astype(float) for frame in frames_of(path)]
    film = frames_of(desk.export("film.mp4", "h264-master", video(fast)))
    assert len(film) == 15
    for number, picture in enumerate(film):
        assert psnr(picture, (given[2 * number] + given[2 * number + 1]) / 2) > 34


@pytest.mark.parametrize(
    "changes",
    [{}, {"b_frames": 3, "gop": 30}, {"times": VARIABLE}],
    ids=["constant rate", "B-frames", "variable rate"],
)
def test_a_straight_cut_keeps_every_frame_in_place(tmp_path: Path, changes: dict[str, Any]) -> None:
    path = write_clip(tmp_path / "in.mp4", frames=30, **changes)
    desk = Desk(tmp_path)
    whole = desk.use(path, 30)
    first = msgspec.structs.replace(whole, duration=12 * TICK)
    second = msgspec.structs.replace(whole, id="second", duration=18 * TICK, time_map=Linear(12 * TICK))
    film = desk.export("film.mp4", "h264-master", video(first, second))
    shown = frames_of(film)
    source = open_source(path)
    assert len(shown) == 30
    for number, picture in enumerate(shown):
        index = source.index_at(number * TICK)
        assert read_number(picture) == index
        assert psnr(picture, source.frame(index)) > 38
    if "times" not in changes:
        assert [read_number(picture) for picture in shown] == list(range(30))
    source.close()


def test_backwards_faster_and_frozen(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "in.mp4", frames=20, b_frames=2)
    desk = Desk(tmp_path)
    whole = desk.use(path, 20)
    back = msgspec.structs.replace(whole, time_map=Linear(20 * TICK - 1, -1, 1))
    fast = msgspec.structs.replace(whole, id="fast", duration=10 * TICK, time_map=Linear(0, 2, 1))
    slow = msgspec.structs.replace(whole, id="slow", duration=6 * TICK, time_map=Linear(4 * TICK, 1, 2))
    held = msgspec.structs.replace(whole, id="held", duration=3 * TICK, time_map=Linear(7 * TICK, 0, 1))
    film = desk.export("film.mp4", "h264-master", video(back, fast, slow, held))
    expected = [*range(19, -1, -1), *range(0, 20, 2), 4, 4, 5, 5, 6, 6, 7, 7, 7]
    assert [read_number(picture) for picture in frames_of(film)] == expected


def test_time_stamps_rate_and_colour_tags(tmp_path: Path) -> None:
    rate = FrameRate(30000, 1001)
    desk = Desk(tmp_path, size=(1280, 720), rate=rate)
    still = write_pictures(tmp_path / "pictures", 1, size=(1280, 720)) / "00000.png"
    film = desk.export("film.mp4", "h264-web", video(desk.use(still, 5)), options={"preset": "ultrafast"})
    with av.open(str(film)) as file:
        stream = file.streams.video[0]
        times = [frame.pts * stream.time_base for frame in file.decode(stream)]
        context = stream.codec_context
        tags = [
            int(value)
            for value in (context.colorspace, context.color_primaries, context.color_trc, context.color_range)
        ]
    assert times == [Fraction(1001 * n, 30000) for n in range(5)]
    assert tags == [1, 1, 1, 1]


def test_the_short_way_and_the_compositor_agree(tmp_path: Path) -> None:
    """A half-size overlay over YUV planes against the same film forced through RGB by a neutral second effect."""
    path = write_clip(tmp_path / "in.mp4", frames=6, size=(128, 96), options={"crf": "5"})
    desk = Desk(tmp_path, size=(128, 96))
    below = desk.use(path, 6)
    above = msgspec.structs.replace(below, id="above", scale=0.5, x=32.0, y=-24.0)
    upper = Track("v2", "video", "", (above,))
    fast = frames_of(desk.export("fast.mp4", "h264-master", video(below), upper))
    forced = Track("v2", "video", "", (msgspec.structs.replace(above, opacity=0.999),))
    slow = frames_of(desk.export("slow.mp4", "h264-master", video(below), forced))
    assert len(fast) == len(slow) == 6
    assert min(psnr(a, b) for a, b in zip(fast, slow, strict=True)) > 32
    assert [read_number(picture[:48, 64:]) for picture in fast] == list(range(6))


def test_fields_are_rebuilt_on_the_short_way_and_on_the_other(tmp_path: Path) -> None:
    truth = moments(12, (192, 128))
    path = write_interlaced(tmp_path / "in.mp4", truth)
    desk = Desk(tmp_path, size=(192, 128))
    clip = desk.use(path, 6)
    short = frames_of(desk.export("short.mp4", "h264-master", video(clip)))
    slow = msgspec.structs.replace(clip, opacity=0.999)
    general = frames_of(desk.export("general.mp4", "h264-master", video(slow)))
    with closing(open_source(path)) as source:
        rebuilt = [source.frame(number) for number in range(6)]
    for film in (short, general):
        assert min(psnr(a, b) for a, b in zip(film, rebuilt, strict=True)) > 34


def test_sound_is_within_ten_milliseconds(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "in.mp4", frames=75, sound=3.0, b_frames=2, options={"preset": "ultrafast"})
    desk = Desk(tmp_path)
    picture = desk.use(path, 50, time_map=Linear(TICKS_PER_SECOND // 2))
    sound = msgspec.structs.replace(picture, id="sound")
    film = desk.export("film.mp4", "h264-master", video(picture), audio(sound))
    info = probe(film)
    heard = open_audio(film, info).read(0, 2 * 48000, 48000)[:, 0]
    loud = np.nonzero(np.abs(heard) > 0.5)[0] / 48000
    clicks = [loud[0]] + [b for a, b in itertools.pairwise(loud) if b - a > 0.5]
    np.testing.assert_allclose(clicks, [0.5, 1.5], atol=0.01)
    assert read_number(open_source(film).frame(0)) == 12


@pytest.mark.parametrize("preset", ["ffv1", "prores-4444", "vp9-alpha", "webp"])
def test_alpha_survives(tmp_path: Path, preset: str) -> None:
    still = tmp_path / "alpha.png"
    from PIL import Image

    picture = number_picture(5, (64, 48), alpha=True)
    Image.fromarray(picture).save(still)
    desk = Desk(tmp_path)
    suffix = {"ffv1": ".mkv", "prores-4444": ".mov", "vp9-alpha": ".webm", "webp": ".webp"}[preset]
    film = desk.export(f"film{suffix}", preset, video(desk.use(still, 3)))
    if preset == "webp":
        with Image.open(film) as image:
            found = np.asarray(image.convert("RGBA"))
    else:
        shown = frames_of(film)
        assert len(shown) == 3
        found = shown[2]
    assert found.shape == (48, 64, 4)
    error = np.abs(found[..., 3].astype(int) - picture[..., 3]).max()
    assert error <= (0 if preset == "ffv1" else 2 if preset == "prores-4444" else 12)
    if preset == "ffv1":
        np.testing.assert_array_equal(found, picture)


def test_pictures_straight_and_premultiplied_and_the_pair(tmp_path: Path) -> None:
    from PIL import Image

    still = tmp_path / "alpha.png"
    picture = number_picture(9, (63, 47), alpha=True)
    Image.fromarray(picture).save(still)
    desk = Desk(tmp_path, size=(63, 47))
    track = video(desk.use(still, 2))
    folder = desk.export("straight", "png", track)
    assert sorted(path.name for path in folder.iterdir()) == ["00000.png", "00001.png"]
    np.testing.assert_array_equal(np.asarray(Image.open(folder / "00001.png")), picture)
    shaped = np.asarray(Image.open(desk.export("shaped", "png-premultiplied", track) / "00000.png"))
    expected = picture[..., :3].astype(float) * picture[..., 3:] / 255
    np.testing.assert_allclose(shaped[..., :3], expected, atol=1)
    desk.export("pair.mov", "pair", track)
    matte = frames_of(tmp_path / "pair_matte.mov")[0][:47, :63, 0].astype(int)
    assert np.abs(matte - picture[..., 3]).mean() < 2
    assert len(frames_of(tmp_path / "pair_fill.mov")) == 2


def test_one_picture_is_the_frame_asked_for_and_nothing_else(tmp_path: Path) -> None:
    from PIL import Image

    desk = Desk(tmp_path)
    film = desk.use(write_clip(tmp_path / "in.mp4", frames=6), 6)
    opaque = Image.open(desk.export("opaque.png", "still", video(film), first=4, last=4))
    assert opaque.mode == "RGB" and read_number(np.asarray(opaque)) == 4
    see_through = tmp_path / "alpha.png"
    picture = number_picture(9, desk.size, alpha=True)
    Image.fromarray(picture).save(see_through)
    written = desk.export("kept.png", "still", video(desk.use(see_through, 2)), first=1, last=1)
    np.testing.assert_array_equal(np.asarray(Image.open(written)), picture)
    with pytest.raises(ProjectError, match="one picture cannot hold frames 1 to 2"):
        desk.export("kept.png", "still", video(film), first=1, last=2)
    np.testing.assert_array_equal(np.asarray(Image.open(written)), picture)
    assert {path.name for path in tmp_path.iterdir()} >= {"kept.png", "opaque.png"}
    assert not [path for path in tmp_path.iterdir() if path.name.endswith(".part")]


@pytest.mark.parametrize("preset", ["h264-web", "h265", "vp9", "prores-hq", "gif", "ffv1"])
def test_odd_sizes_and_a_single_frame(tmp_path: Path, preset: str) -> None:
    path = write_clip(tmp_path / "in.mp4", frames=4, size=(64, 48))
    desk = Desk(tmp_path, size=(71, 53))
    film = desk.export("film", preset, video(desk.use(path, 1)))
    with av.open(str(film)) as file:
        assert sum(1 for _ in file.decode(video=0)) == 1


@pytest.mark.parametrize("preset", ["gif", "webp"])
def test_animations_move(tmp_path: Path, preset: str) -> None:
    from PIL import Image

    path = write_clip(tmp_path / "in.mp4", frames=8, size=(64, 48))
    film = Desk(tmp_path)
    shown = film.export(f"film.{preset}", preset, video(film.use(path, 8)))
    with Image.open(shown) as image:
        assert image.n_frames == 8  # type: ignore[attr-defined]
        numbers = []
        for number in range(8):
            image.seek(number)
            numbers.append(read_number(np.asarray(image.convert("RGB"))))
    assert numbers == list(range(8))


def test_av1_and_wav(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "in.mp4", frames=10, sound=0.4)
    desk = Desk(tmp_path, size=(128, 96))
    picture = desk.use(path, 10)
    tracks = (video(picture), audio(msgspec.structs.replace(picture, id="sound")))
    assert len(frames_of(desk.export("film.mp4", "av1", *tracks, options={"preset": "12"}))) == 10
    with av.open(str(desk.export("film.wav", "wav", *tracks))) as file:
        assert sum(frame.samples for frame in file.decode(audio=0)) == 10 * 48000 // 25


def test_a_range_is_inclusive_and_minus_one_is_the_end(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "in.mp4", frames=20)
    desk = Desk(tmp_path)
    track = video(desk.use(path, 20))
    part = desk.export("part.mp4", "h264-master", track, first=5, last=9)
    assert [read_number(picture) for picture in frames_of(part)] == [5, 6, 7, 8, 9]
    rest = desk.export("rest.mp4", "h264-master", track, first=17)
    assert [read_number(picture) for picture in frames_of(rest)] == [17, 18, 19]
    with pytest.raises(ProjectError, match="not in the film"):
        desk.export("no.mp4", "h264-master", track, first=5, last=20)


@pytest.mark.parametrize("preset", ["h264-web", "prores-hq", "ffv1", "vp9"])
def test_named_markers_become_chapters(tmp_path: Path, preset: str) -> None:
    desk = Desk(tmp_path)
    shot = video(desk.use(write_clip(tmp_path / "a.mkv", frames=50), 50))
    markers = (Marker("m", RATE.time_of(10), "Garden"), Marker("n", RATE.time_of(30), "Sea: ü"))
    suffix = PRESETS[preset].suffix
    film = desk.export(f"film{suffix}", preset, shot, markers=markers)
    with av.open(str(film)) as file:
        found = [
            (round(float(one["start"] * one["time_base"]), 3), one["metadata"]["title"])
            for one in file.chapters()
        ]
    assert found == [(0.0, "film"), (0.4, "Garden"), (1.2, "Sea: ü")]


def test_gaps_fades_titles_and_effects_go_through(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "in.mp4", frames=20)
    desk = Desk(tmp_path)
    first = desk.use(path, 8)
    second = msgspec.structs.replace(
        first,
        id="second",
        time_map=Linear(6 * TICK),
        transition=Transition(before=2 * TICK, after=2 * TICK),
        effects=(new_effect("colour", saturation=0.5),),
    )
    title = Clip("t", "t", Title("Hi"), 4 * TICK)
    film = desk.export(
        "film.mp4", "h264-master", video(first, second, Gap(3 * TICK)), Track("v2", "video", "", (title,))
    )
    shown = frames_of(film)
    assert len(shown) == 19
    assert [read_number(picture) for picture in shown[10:16]] == [8, 9, 10, 11, 12, 13]
    assert shown[17].max() < 20


def test_available_range_is_kept(tmp_path: Path) -> None:
    """The clip of the tests really has the media's own range, so that handles are checked as in the editor."""
    path = write_clip(tmp_path / "in.mp4", frames=5)
    assert Desk(tmp_path).use(path, 5).available == TimeRange(0, 5 * TICK)


@pytest.mark.parametrize("frames", [1, 2])
def test_films_shorter_than_the_b_frames_wait(tmp_path: Path, frames: int) -> None:
    desk = Desk(tmp_path)
    track = video(desk.use(write_clip(tmp_path / "in.mp4", frames=4), frames))
    for attempt in range(5):  # what x265 leaves unset is sometimes right by chance
        film = desk.export(f"{attempt}.mp4", "h265", track)
        assert [read_number(picture) for picture in frames_of(film)] == list(range(frames))
