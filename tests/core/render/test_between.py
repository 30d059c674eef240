"""Between frames: which are real, which are made, blended or along their motion, in preview and export alike."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from core.motion.between import Betweens
from core.render import export_sources
from core.render.between import CLIPS, MOST_PASSING, ClipFrames, MadeFrames, passing, place
from core.render.compositor import render_layers
from core.render.plan import layer_at
from core.time import FrameRate
from core.timeline.effects import new_effect
from core.timeline.model import Clip
from core.timeline.time_map import Linear
from tests.core.motion.drawn import found, frame, where
from tests.core.render.fakes import FakeSource, FakeSources, clip, film, flat

RATE = FrameRate(25)


def source(rate: FrameRate = RATE, frames: int = 6) -> FakeSource:
    return FakeSource(lambda n: frame(n, (40, 80)), frames, rate)


def slow(between: str, speed: tuple[int, int] = (1, 2), frames: int = 10) -> Clip:
    return clip("a", frames, between=between, time_map=Linear(0, *speed))


@pytest.mark.parametrize(
    ("between", "shown"),
    [
        ("nearest", [(0, 0), (0, 0), (1, 0), (1, 0)]),
        ("blend", [(0, 0), (0, 0.5), (1, 0), (1, 0.5)]),
        ("flow", [(0, 0), (0, 0.5), (1, 0), (1, 0.5)]),
    ],
)
def test_half_speed_shows_each_frame_and_one_between(between: str, shown: list[tuple[int, float]]) -> None:
    slowed = slow(between)
    got = [place(layer_at(slowed, RATE.time_of(n), RATE.frame_ticks), source()) for n in range(4)]
    assert [(index, pytest.approx(t)) for index, t in shown] == got


def test_media_of_high_rate_shows_its_own_frames() -> None:
    slowed = replace(slow("flow"), time_map=Linear(0, 1, 8))
    film_rate, media = FrameRate(30), source(FrameRate(240), 100)
    got = [place(layer_at(slowed, film_rate.time_of(n), film_rate.frame_ticks), media) for n in range(40)]
    assert got == [(n, 0.0) for n in range(40)]


def test_a_frozen_clip_shows_a_real_frame() -> None:
    frozen = replace(slow("flow"), time_map=Linear(RATE.time_of(1) + RATE.frame_ticks // 2, 0, 1))
    assert place(layer_at(frozen, RATE.time_of(3), RATE.frame_ticks), source()) == (1, 0.0)


def test_nothing_is_made_after_the_last_frame() -> None:
    media = source(frames=2)
    assert place(layer_at(slow("flow"), RATE.time_of(3), RATE.frame_ticks), media) == (1, 0.0)


def made(between: str, time: int) -> np.ndarray:
    media = source()
    sources = FakeSources({"a": media})
    frames = MadeFrames(lambda read, count: Betweens(read, count, fast=True))
    sources.between = lambda clip, index, t, size: frames.picture(
        ClipFrames("a", "a", media, size), clip.between, index, t
    )
    shown = film(slow(between), size=(media.width, media.height))
    return render_layers(shown, time, sources)


def test_flow_puts_things_where_they_should_be() -> None:
    picture = made("flow", RATE.time_of(3))
    assert np.hypot(*np.subtract(found(picture), where(1.5, (40, 80)))) < 1


def test_blend_is_the_mean_of_both() -> None:
    picture = made("blend", RATE.time_of(3))
    mean = (frame(1, (40, 80)).astype(float) + frame(2, (40, 80))) / 2
    assert np.abs(picture - mean).max() <= 1


def passed(
    between: str, speed: tuple[int, int], at: int, start: int = 0, frames: int = 100
) -> list[tuple[int, float]]:
    sped = clip("a", 10, between=between, time_map=Linear(RATE.time_of(start), *speed))
    layer = layer_at(sped, RATE.time_of(at), RATE.frame_ticks)
    return [(n, pytest.approx(part)) for n, part in passing(layer, source(frames=frames))]


def test_of_a_clip_that_runs_faster_all_frames_that_pass_are_mixed() -> None:
    assert passed("blend", (3, 1), 1) == [(3, 1 / 3), (4, 1 / 3), (5, 1 / 3)]
    assert passed("blend", (3, 2), 1) == [(1, 1 / 3), (2, 2 / 3)], "each for as long as it is there"
    assert passed("blend", (-2, 1), 1, start=20) == [(16, 0.5), (17, 0.5)], "also backwards"
    assert passed("blend", (3, 1), 1, frames=5) == [(3, 1 / 3), (4, 2 / 3)], "the last stays at the end"
    assert passed("blend", (3, 1), 1, frames=1) == [], "a picture stays as it is"
    fast = passed("blend", (40, 1), 1)
    assert len(fast) == MOST_PASSING and (fast[0][0], fast[-1][0]) == (40, 79)
    for between, speed in (
        ("nearest", (3, 1)),
        ("flow", (3, 1)),
        ("blend", (1, 1)),
        ("blend", (1, 2)),
        ("blend", (0, 1)),
    ):
        assert passed(between, speed, 1) == []


def test_they_are_mixed_after_their_effects() -> None:
    sources = FakeSources({"a": FakeSource(lambda n: flat(40 * n, 100, 200 - 30 * n), 6)})
    dark = (new_effect("colour", exposure=-1.0, contrast=1.5),)

    def shown(**fields: object) -> np.ndarray:
        return render_layers(film(clip("a", 2, **fields)), 0, sources).astype(float)

    for effects in ((), dark):
        alone = [shown(time_map=Linear(RATE.time_of(n)), effects=effects) for n in range(3)]
        sped = shown(between="blend", time_map=Linear(0, 3, 1), effects=effects)
        assert np.abs(sped - np.mean(alone, axis=0)).max() <= 1


def test_real_frames_stay_bit_for_bit() -> None:
    assert np.array_equal(made("flow", RATE.time_of(4)), frame(2, (40, 80)))


def test_pictures_are_made_once_and_anew_when_the_media_changes() -> None:
    media, calls = source(), []

    def make(read, count):  # type: ignore[no-untyped-def]
        calls.append(count)
        return Betweens(read, count, fast=True)

    frames = MadeFrames(make)
    for of in ("one", "one", "two"):
        frames.picture(ClipFrames("a", of, media), "flow", 0, 0.5)
    assert len(calls) == 2
    asked = len(media.asked)
    frames.picture(ClipFrames("a", "two", media), "flow", 0, 0.5)
    assert len(media.asked) == asked


def test_masks_go_along() -> None:
    media = source()
    frames = MadeFrames(lambda read, count: Betweens(read, count))
    masks = [
        (
            np.hypot(
                *np.meshgrid(np.arange(240) - where(n, (40, 80))[0], np.arange(176) - where(n, (40, 80))[1])
            )
            < 22
        )
        for n in (1, 1.5, 2)
    ]
    first, truth, second = (mask.astype(np.float32) for mask in masks)
    moved = frames.matte(ClipFrames("a", "a", media), "flow", 1, 0.5, (first, second))
    faded = frames.matte(ClipFrames("a", "a", media), "blend", 1, 0.5, (first, second))
    assert np.abs(moved - truth).mean() < 0.5 * np.abs(faded - truth).mean()


def test_the_export_asks_the_network_by_name() -> None:
    module, function = export_sources.NETWORK
    path = Path(*module.split(".")).with_suffix(".py")
    assert f"def {function}(" in path.read_text(encoding="utf-8")


def test_what_was_found_between_frames_is_kept_for_the_clips_used_last() -> None:
    begun: list[int] = []

    def begin(read: object, count: int) -> Betweens:
        begun.append(count)
        return Betweens(read, count, fast=True)  # type: ignore[arg-type]

    frames = MadeFrames(begin)

    def ask(name: str, length: int, t: float) -> None:
        frames.picture(ClipFrames(name, name, source(frames=length), (80, 40)), "flow", 0, t)

    for length in range(2, 2 + CLIPS):
        ask(f"clip {length}", length, 0.5)
    ask("clip 2", 2, 0.25)
    assert begun == list(range(2, 2 + CLIPS))
    ask("one more", 20, 0.5)
    ask("clip 2", 2, 0.75)
    ask("clip 3", 3, 0.75)
    assert begun == [*range(2, 2 + CLIPS), 20, 3]
