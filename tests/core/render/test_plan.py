"""Which clips show at which time."""

from __future__ import annotations

import msgspec
import pytest

from core.render.plan import heard, visuals
from core.time import TimeRange
from core.timeline.model import Key, Keys, Sequence, Track, Transition
from core.timeline.time_map import Linear
from tests.core.render.fakes import TICK, clip, film, gap


def names(sequence: Sequence, frame: int) -> list[str | None]:
    return [visual.layer.clip.id if visual.layer else None for visual in visuals(sequence, frame * TICK)]


def test_tracks_stack_bottom_to_top_and_ranges_are_half_open() -> None:
    cut = Track("v1", "video", "", (clip("a", 10), gap(5), clip("b", 10)))
    sequence = film(cut, clip("c", 12))
    assert names(sequence, 0) == ["a", "c"]
    assert names(sequence, 9) == ["a", "c"]
    assert names(sequence, 10) == ["c"]
    assert names(sequence, 15) == ["b"]
    assert names(sequence, 25) == []


def test_muted_disabled_and_solo() -> None:
    low, high = Track("1", "video", "", (clip("a"),)), Track("2", "video", "", (clip("b"),))
    assert names(film(low, msgspec.structs.replace(high, muted=True)), 0) == ["a"]
    assert names(film(low, msgspec.structs.replace(high, solo=True)), 0) == ["b"]
    assert names(film(low, clip("b", enabled=False)), 0) == ["a"]


def test_source_time_follows_the_time_map_and_keys_stand_in_source_time() -> None:
    keys = Keys((Key(10 * TICK, 0.0), Key(20 * TICK, 1.0)))
    fast = clip("a", 20, time_map=Linear(4 * TICK, 2), opacity=keys)
    layer = visuals(film(fast), 5 * TICK)[0].layer
    assert layer is not None
    assert layer.source_time == 14 * TICK
    assert layer.opacity == pytest.approx(0.4)


def test_pictures_between_frames_are_as_far_apart_in_reverse() -> None:
    for speed in (2, -2):
        layer = visuals(film(clip("a", 20, time_map=Linear(100 * TICK, speed), between="blend")), 5 * TICK)[
            0
        ].layer
        assert layer is not None and layer.step == speed * TICK


def test_a_cross_fade_uses_both_handles_and_is_symmetric() -> None:
    first = clip("a", 10, time_map=Linear(100 * TICK))
    second = clip("b", 10, time_map=Linear(50 * TICK), transition=Transition(before=2 * TICK, after=3 * TICK))
    sequence = film(Track("v", "video", "", (first, second)))
    weights = []
    for frame in range(8, 13):
        visual = visuals(sequence, frame * TICK)[0]
        assert visual.layer and visual.earlier
        assert visual.layer.source_time == (50 + frame - 10) * TICK
        assert visual.earlier.source_time == (100 + frame) * TICK
        weights.append(visual.weight)
    assert weights == pytest.approx([0.1, 0.3, 0.5, 0.7, 0.9])
    assert visuals(sequence, 7 * TICK)[0].earlier is None
    assert visuals(sequence, 13 * TICK)[0].weight == 1


def test_a_fade_from_nothing() -> None:
    faded = clip("a", 10, transition=Transition(after=4 * TICK))
    visual = visuals(film(faded), TICK)[0]
    assert visual.layer and visual.earlier is None
    assert visual.weight == pytest.approx(1.5 / 4)


def test_heard_clips_reach_into_their_cross_fades() -> None:
    second = clip("b", 10, transition=Transition(before=2 * TICK, after=3 * TICK))
    sequence = film(Track("a1", "audio", "", (clip("a", 10), second)))
    found = list(heard(sequence.tracks[0], TimeRange(12 * TICK, TICK)))
    assert [(entry.clip.id, entry.span.start // TICK, entry.span.end // TICK) for entry in found] == [
        ("a", 0, 13),
        ("b", 8, 20),
    ]
    assert [entry.clip.id for entry in heard(sequence.tracks[0], TimeRange(14 * TICK, TICK))] == ["b"]


def test_a_clip_fades_by_itself_and_both_ways_alike() -> None:
    sequence = film(clip("a", 20, fade_in=4 * TICK, fade_out=4 * TICK, opacity=0.5))
    layers = [visuals(sequence, frame * TICK)[0].layer for frame in range(20)]
    seen = [layer.opacity for layer in layers if layer is not None]
    assert seen == pytest.approx(
        [0.0625, 0.1875, 0.3125, 0.4375, *[0.5] * 12, 0.4375, 0.3125, 0.1875, 0.0625]
    )
