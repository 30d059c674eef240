"""Writing OpenTimelineIO files with its library, see core.timeline.interchange."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import opentimelineio as otio
from msgspec.structs import replace

from core.errors import ProjectError
from core.files import write_atomic
from core.time import FrameRate, TimeRange
from core.timeline.model import Clip, Gap, Marker, MediaUse, Sequence, Track, Transition
from core.timeline.otio_common import GENERATORS, KEY, MediaPlace, media_url, shown
from core.timeline.otio_json import frames_of
from core.timeline.place import outward


@dataclass(frozen=True)
class _Around:
    """What clips are written with.

    folder: of the file.
    films: by id, for compound clips.
    """

    folder: Path
    media: Mapping[str, MediaPlace]
    films: Mapping[str, Sequence]


def write(
    sequence: Sequence, path: Path, media: Mapping[str, MediaPlace], films: Mapping[str, Sequence]
) -> None:
    """See `core.timeline.interchange.write_otio`."""
    timeline = otio.schema.Timeline(sequence.name)
    timeline.metadata[KEY] = {"sequence": _settings(sequence)}
    _fill(timeline.tracks, sequence, _Around(path.parent, media, films))
    _write_text(path, otio.core.serialize_json_to_string(timeline, indent=4))


def _settings(sequence: Sequence) -> Any:
    return msgspec.to_builtins(replace(sequence, tracks=(), markers=()))


def _fill(stack: Any, sequence: Sequence, around: _Around) -> None:
    """Put the tracks and the markers of a sequence into a stack."""
    stack.markers.extend(_marker(marker, sequence.rate) for marker in sequence.markers)
    for track in [*outward(sequence.tracks, "video"), *outward(sequence.tracks, "audio")]:
        place = [known.id for known in sequence.tracks].index(track.id)
        stack.append(_track(track, place, sequence.rate, around))


def _marker(marker: Marker, rate: FrameRate) -> Any:
    return otio.schema.Marker(
        name=marker.name,
        marked_range=_range(TimeRange(marker.time, 0), rate),
        color=otio.schema.MarkerColor.ORANGE,
        metadata={KEY: {"marker": msgspec.to_builtins(marker)}},
    )


def _track(track: Track, place: int, rate: FrameRate, around: _Around) -> Any:
    kind = otio.schema.TrackKind.Video if track.kind == "video" else otio.schema.TrackKind.Audio
    written = otio.schema.Track(name=track.name, kind=kind)
    written.enabled = not track.muted
    written.metadata[KEY] = {"track": msgspec.to_builtins(replace(track, items=())), "place": place}
    for item in track.items:
        if isinstance(item, Gap):
            written.append(otio.schema.Gap(source_range=_range(TimeRange(0, item.duration), rate)))
            continue
        if item.transition is not None:
            written.append(_transition(item.transition, rate))
        film = around.films.get(item.sequence_id or "")
        if film is None:
            made = otio.schema.Clip(name=item.name, media_reference=_reference(item, rate, around))
            written.append(_clip(made, item, rate))
        else:
            made = otio.schema.Stack(name=item.name)
            _fill(made, film, around)
            written.append(_clip(made, item, rate))
            made.metadata[KEY]["sequence"] = _settings(film)
    return written


def _transition(transition: Transition, rate: FrameRate) -> Any:
    kinds = otio.schema.TransitionTypes
    return otio.schema.Transition(
        transition_type=kinds.SMPTE_Dissolve if transition.kind == "cross-fade" else kinds.Custom,
        in_offset=_rational(transition.before, rate),
        out_offset=_rational(transition.after, rate),
        metadata={KEY: {"transition": msgspec.to_builtins(transition)}},
    )


def _clip(written: Any, clip: Clip, rate: FrameRate) -> Any:
    """A clip or stack of the library with what a clip says of itself."""
    written.enabled = clip.enabled
    used, speeds = shown(clip)
    written.source_range = _range(used, rate)
    for speed in speeds:
        warp = otio.schema.LinearTimeWarp(time_scalar=speed) if speed else otio.schema.FreezeFrame()
        written.effects.append(warp)
    written.metadata[KEY] = {"clip": msgspec.to_builtins(clip)}
    return written


def _rational(ticks: int, rate: FrameRate) -> Any:
    return otio.opentime.RationalTime(frames_of(ticks, rate), rate.fps)


def _range(range_: TimeRange, rate: FrameRate) -> Any:
    return otio.opentime.TimeRange(_rational(range_.start, rate), _rational(range_.duration, rate))


def _reference(clip: Clip, rate: FrameRate, around: _Around) -> Any:
    if clip.sequence_id is not None:
        return otio.schema.MissingReference(name=clip.name)
    if not isinstance(clip.content, MediaUse):
        kind = GENERATORS[type(clip.content)]
        return otio.schema.GeneratorReference(
            generator_kind=kind, parameters=msgspec.to_builtins(clip.content)
        )
    place = around.media.get(clip.content.media_id)
    if place is None:
        return otio.schema.MissingReference(name=clip.name)
    available = clip.content.available
    reference = otio.schema.ExternalReference(
        target_url=media_url(place.path, around.folder),
        available_range=_range(available, rate) if available else None,
    )
    reference.name = place.name
    return reference


def _write_text(path: Path, text: str) -> None:
    try:
        write_atomic(path, text.encode())
    except OSError as error:
        raise ProjectError(
            f"{path.name} cannot be written: {error.strerror}", "Choose a folder you may write to"
        ) from error
