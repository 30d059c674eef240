"""The sound of a sequence: clips at their gain and speed, cross-fades at equal power, tracks at their gain and balance.

How a clip's sound follows its speed is in core.render.speed_sound.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from core.errors import MediaError
from core.render.pixels import Floats
from core.render.plan import Heard, active_tracks, heard
from core.render.samples import SampleRange
from core.render.sound_effects import applied, reach, sides, sounding
from core.render.sources import Sources
from core.render.speed_sound import sound_along
from core.time import FrameRate
from core.timeline.model import Keys, Sequence, Track

GAIN_STEP = 240
"""Samples between two evaluations of an animated gain."""
Positions = npt.NDArray[np.float64]


def mix(
    sequence: Sequence,
    first: int,
    count: int,
    sources: Sources,
    seen: Callable[[Track, Floats], object] = lambda track, sound: None,
    *,
    limited: bool = True,
) -> Floats:
    """The film's sound, float32 (count, 2) at `sequence.sample_rate`.

    Args:
        first: number of the first sample; may lie outside the film, which is silent there.
        seen: told what each track that is heard gives to the mix, float32 (count, 2), not limited.
        limited: to [-1, 1], what is louder is cut off; else as loud as it is.

    Raises:
        MediaError: when media is missing or damaged and `sources.strict` is set; else it is silent.
    """
    samples = SampleRange(first, count, sequence.sample_rate)
    out = np.zeros((count, 2), np.float32)
    for track in active_tracks(sequence, "audio"):
        sound = _track_sound(track, samples, sources)
        seen(track, sound)
        out += sound
    return np.clip(out, -1, 1, out=out) if limited else out


def _track_sound(track: Track, samples: SampleRange, sources: Sources) -> Floats:
    out = np.zeros((samples.length, 2), np.float32)
    for entry in heard(track, samples.span):
        part = samples.within(entry.span)
        if part.length > 0:
            sound = _clip_sound(entry, part, sources)
            if sound is not None:
                out[part.first - samples.first : part.end - samples.first] += sound
    return np.asarray(out * factors(track), np.float32)


def factors(track: Track) -> Floats:
    """What the left and the right of a track are multiplied by, float32 (2,): its gain and its balance."""
    return np.asarray(10 ** (track.gain / 20) * sides(track.balance), np.float32)


def _clip_sound(entry: Heard, samples: SampleRange, sources: Sources) -> Floats | None:
    """Samples of one clip with gain and fades, float32 (count, 2); None when it has no sound."""
    try:
        audio = sources.audio(entry.clip)
        if audio is None:
            return None
        clip, stack = entry.clip, sounding(entry.clip)
        wanted = samples.grown(reach(stack, samples.rate))
        sound = sound_along(audio, clip.time_map, entry.start, wanted, clip.keep_pitch)
        if sound is None:
            return None
        sound = applied(sound, stack, clip, entry.start, wanted)
    except MediaError:
        if sources.strict:
            raise
        return None
    return np.asarray(sound * _envelope(entry, samples)[:, None], np.float32)


def _envelope(entry: Heard, samples: SampleRange) -> Positions:
    """Gain times fades for each sample, (count,)."""
    out, times = _gain(entry, samples), samples.times
    if entry.fade_in.duration:
        rising = np.clip((times - entry.fade_in.start) / entry.fade_in.duration, 0, 1)
        out = out * np.sin(rising * (np.pi / 2))
    if entry.fade_out.duration:
        falling = np.clip((times - entry.fade_out.start) / entry.fade_out.duration, 0, 1)
        out = out * np.cos(falling * (np.pi / 2))
    return out * _fades(entry, times)


def _fades(entry: Heard, times: Positions) -> Positions:
    """The clip's own fades at record times (count,), at equal power as cross-fades are."""
    clip, out = entry.clip, np.ones_like(times)
    if clip.fade_in:
        out = out * np.sin(np.clip((times - entry.start) / clip.fade_in, 0, 1) * (np.pi / 2))
    if clip.fade_out:
        out = out * np.sin(np.clip((entry.start + clip.duration - times) / clip.fade_out, 0, 1) * (np.pi / 2))
    return out


def _gain(entry: Heard, samples: SampleRange) -> Positions:
    """The clip's volume as a factor for each sample; animated ones are evaluated every few milliseconds."""
    gain, (first, count, rate) = entry.clip.gain, samples
    if not isinstance(gain, Keys):
        return np.full(count, 10 ** (gain / 20))
    grid = np.arange(first // GAIN_STEP, samples.end // GAIN_STEP + 2) * GAIN_STEP
    source = [entry.clip.time_map.at(FrameRate(rate).time_of(int(sample)) - entry.start) for sample in grid]
    decibels = np.array([gain.at(time) for time in source])
    return np.asarray(np.interp(first + np.arange(count), grid, 10 ** (decibels / 20)), np.float64)
