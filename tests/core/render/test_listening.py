"""Pauses cut out, music lowered under a voice, recordings laid together: heard in the mix."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from core.errors import Cancelled, EditError
from core.media.activity import Meeting
from core.render.listening import (
    beats_of,
    ducked,
    laid_together,
    listen,
    meet,
    only,
    with_beats,
    without_pauses,
)
from core.render.mixer import mix
from core.time import TICKS_PER_SECOND, TimeRange
from core.timeline.model import Clip, Gap, Key, Keys, Marker, Sequence, Title, Track, value_at
from core.timeline.time_map import Linear
from tests.core.render.fakes import RATE, TICK, FakeAudio, FakeSources, clip

SR = 48000
SECOND = 25


def spoken(times: np.ndarray) -> np.ndarray:
    """A voice for the first of every three seconds."""
    return 0.2 * np.sin(2 * np.pi * 300 * times) * (times % 3 < 1)


def music(times: np.ndarray) -> np.ndarray:
    return 0.1 * np.sin(2 * np.pi * 1000 * times)


SOURCES = FakeSources(audio={"voice": FakeAudio(spoken), "music": FakeAudio(music)})


def film(*tracks: tuple[Clip | Gap, ...]) -> Sequence:
    lanes = tuple(Track(f"a{n}", "audio", f"A{n}", items) for n, items in enumerate(tracks))
    return Sequence("s", "film", 64, 48, RATE, SR, lanes)


def everything(sequence: Sequence) -> TimeRange:
    return TimeRange(0, sequence.duration)


def go_on(part: float) -> bool:
    return True


def test_pauses_are_cut_out_on_frames_and_the_linked_picture_goes_along() -> None:
    voice = clip("voice", 9 * SECOND, link="l")
    picture = replace(voice, id="picture")
    before = replace(
        film((voice,)), tracks=(Track("a", "audio", "A1", (voice,)), Track("v", "video", "V1", (picture,)))
    )
    heard = listen(only(before, ["voice"]), everything(before), SOURCES, go_on)
    after = without_pauses(before, "voice", heard, 0.7)
    # Of two silent seconds a quarter stays at most; the last pause goes to the end.
    assert 3 * SECOND * TICK < after.duration < 4 * SECOND * TICK
    sound, shown = after.tracks
    assert [item.duration for item in sound.items] == [item.duration for item in shown.items]
    assert all(item.duration % TICK == 0 for item in sound.items)
    levels = np.abs(mix(after, 0, after.duration * SR // TICKS_PER_SECOND, SOURCES)[:, 0])
    quiet = levels.reshape(-1, SR // 25).max(1) < 0.01
    assert np.count_nonzero(~quiet) >= 3 * SECOND, "every word is still there"
    with pytest.raises(EditError, match="no pause of 5 seconds"):
        without_pauses(before, "voice", heard, 5.0)


def test_without_links_pauses_are_cut_out_of_the_voice_alone() -> None:
    before = film((clip("voice", 9 * SECOND),), (clip("music", 9 * SECOND),))
    heard = listen(only(before, ["voice"]), everything(before), SOURCES, go_on)
    voice, music = without_pauses(before, "voice", heard, 0.7).tracks
    assert sum(item.duration for item in voice.items) < 4 * SECOND * TICK
    assert music == before.tracks[1]


def test_subtitles_and_markers_stay_with_what_is_said() -> None:
    voice = clip("voice", 9 * SECOND)
    before = film((voice,))
    heard = listen(only(before, ["voice"]), everything(before), SOURCES, go_on)
    cut = without_pauses(before, "voice", heard, 0.7).tracks[0]
    gone = cut.items[1].time_map.at(0) - cut.items[0].duration  # the first pause
    end = cut.items[0].duration + gone

    def titled(name: str, frames: int) -> Clip:
        return Clip(name, name, Title(name), frames * TICK)

    over = titled("over", 9 * SECOND - 20)  # from before the first pause to after the last one
    captions = Track("t", "video", "Subtitles", (Gap(10 * TICK), over, titled("last", 10)))
    marked = tuple(
        Marker(name, time) for name, time in (("in", end - 1), ("after", end + TICK), ("first", 0))
    )
    after = without_pauses(
        replace(before, tracks=(*before.tracks, captions), markers=marked), "voice", heard, 0.7
    )
    shown = list(after.tracks[1].clips())
    assert shown[0][1].id == "over" and len(shown) <= 2, "it was not cut into pieces"
    assert shown[0][0].start == 10 * TICK and shown[-1][0].end <= after.tracks[0].duration
    assert [one.time for one in after.markers] == [end - gone, end - gone + TICK, 0]
    still = without_pauses(
        replace(before, tracks=(*before.tracks, replace(captions, locked=True))), "voice", heard, 0.7
    )
    assert still.tracks[1].items == captions.items


def test_sound_that_is_equally_loud_has_no_pauses() -> None:
    before = film((clip("music", 100),))
    heard = listen(before, everything(before), SOURCES, go_on)
    with pytest.raises(EditError, match="equally loud"):
        without_pauses(before, "music", heard, 0.5)


def test_music_goes_down_before_a_voice_and_comes_up_after_it() -> None:
    before = film((clip("music", 12 * SECOND),), (Gap(3 * SECOND * TICK), clip("voice", 3 * SECOND)))
    others = listen(only(before, ["music"], without=True), everything(before), SOURCES, go_on)
    gain = ducked(before, ["music"], others, -12.0).find("music")[2].gain
    assert isinstance(gain, Keys)

    def at(seconds: float) -> float:
        return value_at(gain, round(seconds * TICKS_PER_SECOND))

    assert [at(second) for second in (0, 2.5, 5.5, 11.9)] == [0, 0, 0, 0]
    assert [at(second) for second in (3.05, 3.5, 3.95)] == [-12, -12, -12]
    assert -12 < at(2.9) < 0 and -12 < at(4.3) < 0


def test_between_two_words_the_music_stays_low_and_keyframes_of_before_are_kept() -> None:
    words = (
        Gap(2 * SECOND * TICK),
        clip("voice", 20),
        Gap(10 * TICK),
        replace(clip("voice", 20), id="again"),
    )
    fading = Keys((Key(0, 0.0), Key(12 * SECOND * TICK, -6.0)))
    before = film((clip("music", 12 * SECOND, gain=fading),), words)
    others = listen(only(before, ["music"], without=True), everything(before), SOURCES, go_on)
    gain = ducked(before, ["music"], others, -10.0).find("music")[2].gain
    assert isinstance(gain, Keys)
    low = [value_at(gain, round(s * TICKS_PER_SECOND)) for s in np.arange(2.1, 3.8, 0.1)]
    assert max(low) < -10
    assert value_at(gain, 12 * SECOND * TICK) == pytest.approx(-6, abs=0.1)


def test_a_reversed_clip_is_lowered_at_the_same_moments_of_the_film() -> None:
    backwards = clip("music", 8 * SECOND, time_map=Linear(8 * SECOND * TICK, -1))
    before = film((backwards,), (Gap(2 * SECOND * TICK), clip("voice", SECOND)))
    others = listen(only(before, ["music"], without=True), everything(before), SOURCES, go_on)
    after = ducked(before, ["music"], others, -12.0).find("music")[2]
    levels = [value_at(after.gain, after.time_map.at(round(s * TICKS_PER_SECOND))) for s in (0.5, 2.5, 5.0)]
    assert levels == pytest.approx([0, -12, 0], abs=0.01)


def test_without_a_voice_nothing_is_changed() -> None:
    before = film((clip("music", 50),))
    others = listen(only(before, ["music"], without=True), everything(before), SOURCES, go_on)
    with pytest.raises(EditError, match="nothing else is heard"):
        ducked(before, ["music"], others, -12.0)
    with pytest.raises(Cancelled):
        listen(before, everything(before), SOURCES, lambda part: False)


def test_recordings_are_laid_together_on_tracks_of_their_own() -> None:
    noise = np.random.default_rng(0).normal(size=60 * 8000) * (
        np.random.default_rng(1).random(60 * 80) > 0.6
    ).repeat(100)

    def event(late: float) -> FakeAudio:
        return FakeAudio(lambda times: 0.1 * np.interp(times + late, np.arange(len(noise)) / 8000, noise))

    sources = FakeSources(audio={"one": event(0.0), "two": event(2.5)})
    one, two = clip("one", 20 * SECOND), clip("two", 15 * SECOND)
    before = film((one, two))
    found = meet(one, two, sources)
    assert found is not None and found.certain
    after = laid_together(before, "one", {"two": found})
    track, where, _ = after.find("two")
    assert where.start == pytest.approx(2.5 * TICKS_PER_SECOND, abs=TICK / 10)
    assert track.id != "a0" and after.find("one")[1].start == 0


def test_markers_stand_on_beats_on_frames_and_only_once() -> None:
    before = film((Gap(SECOND * TICK), clip("music", 4 * SECOND)))
    found = [round(second * TICKS_PER_SECOND) for second in (0.51, 1.0, 1.49, 9.0)]
    after = with_beats(before, "music", found)
    assert [marker.time for marker in after.markers] == [n * TICK for n in (38, 50, 62)]
    with pytest.raises(EditError, match="no regular beat"):
        with_beats(after, "music", found)
    noise = FakeSources(
        audio={"music": FakeAudio(lambda times: 0.1 * np.sin(times * 1e5) * np.sin(times * 7777))}
    )
    assert beats_of(before.find("music")[2], noise) == []


def test_what_begins_earlier_makes_the_rest_wait_and_what_is_unsure_stays() -> None:
    before = film((clip("one", 50), clip("two", 50)))
    after = laid_together(before, "one", {"two": Meeting(-1.0, 3.0), "gone": None})
    assert after.find("two")[1].start == 0
    assert after.find("one")[1].start == TICKS_PER_SECOND
    with pytest.raises(EditError, match="both have heard"):
        laid_together(before, "one", {"two": Meeting(-1.0, 1.01)})
