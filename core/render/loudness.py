"""How loud clips of a film are, and the volume that brings them to one loudness."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from core.errors import Cancelled, EditError
from core.job import Report
from core.media.loudness import Loudness, measure
from core.render.mixer import mix
from core.render.pixels import Floats
from core.render.sources import Sources
from core.time import FrameRate
from core.timeline import edits
from core.timeline.effects import louder
from core.timeline.model import Sequence, Track

BLOCK = 1 << 16
LONGEST = 30 * 60
"""Seconds of a clip that are listened to; what comes later is taken for as loud."""
HIGHEST = -1.0
"""Decibels below full scale that the loudest moment stays under."""


def loudness_of(
    sequence: Sequence, clip_id: str, sources: Sources, report: Report = lambda part: True
) -> Loudness | None:
    """How loud a clip sounds in the film with its volume as it is, fades left out; None when it
    is silent or very short.

    Args:
        report: told how much is done, 0 to 1; its False stops the work.

    Raises:
        MediaError: when its media cannot be read.
        Cancelled: when `report` asked for it.
        KeyError: when the clip is not in the film.
    """
    clip = replace(sequence.find(clip_id)[2], fade_in=0, fade_out=0, transition=None, enabled=True)
    alone = replace(sequence, tracks=(Track("alone", "audio", "", (clip,)),))
    count = min(FrameRate(sequence.sample_rate).frames_before(clip.duration), LONGEST * sequence.sample_rate)
    return measure(_blocks(alone, count, sources, report), sequence.sample_rate)


def _blocks(sequence: Sequence, count: int, sources: Sources, report: Report) -> Iterator[Floats]:
    for first in range(0, count, BLOCK):
        yield mix(sequence, first, min(BLOCK, count - first), sources)
        if not report(min(1.0, (first + BLOCK) / count)):
            raise Cancelled("listening was stopped")


def matched(sequence: Sequence, measured: dict[str, Loudness], target: float) -> Sequence:
    """The film with clips, by id, at one loudness in LUFS; where that would be too loud for the
    highest peak, at what it allows. Animated volumes keep their shape.

    Clips that are no longer in it are left out.

    Raises:
        EditError: when nothing was measured of what is there.
    """
    clips = [clip for _, _, clip in sequence.clips() if clip.id in measured]
    if not clips:
        raise EditError("there is no sound in it", "Select clips that can be heard")
    for clip in clips:
        loudness = measured[clip.id]
        change = min(target - loudness.integrated, HIGHEST - loudness.peak)
        sequence = edits.set_clip(sequence, clip.id, gain=louder(clip.gain, change))
    return sequence
