"""A sequence to and from OpenTimelineIO, the exchange format other editors read.

Written so that others see the cut: clips with their source ranges in frames, gaps, constant speed
(LinearTimeWarp, negative for reverse), freeze frames, cross-fades, markers, track names. What OpenTimelineIO has no
word for is kept whole in metadata["laminar"], so a file of our own comes back as the same cut; a clip that another
program changed meanwhile takes the change and keeps its looks. Media are named by a path relative to the file where
they lie below its folder, else by a file URL.

This module knows nothing of the bin: the caller says where media are, and gets told what media a file wants.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec.structs import replace

from core.timeline.lanes import with_clips
from core.timeline.model import Clip, Footage, Keys, Sequence
from core.timeline.nesting import reached, shown_in
from core.timeline.otio_common import Imported, MediaPlace
from core.timeline.time_map import Curve

__all__ = ["Imported", "MediaPlace", "read_otio", "rebound", "write_otio"]


def write_otio(
    sequence: Sequence, path: Path, media: Mapping[str, MediaPlace], films: Iterable[Sequence] = ()
) -> tuple[str, ...]:
    """Write a sequence to an .otio file; it replaces the old file only when it is whole.

    Args:
        media: place of every media that clips use; a clip whose media is not there is written as missing.
        films: the sequences that compound clips show; each is written as a stack inside the track.

    Returns:
        Notes in the user's words on what other programs will not see.

    Raises:
        ProjectError: when the file cannot be written.
    """
    from core.timeline.otio_write import write  # the library takes a tenth of a second to load

    by_id = {film.id: film for film in films}
    write(sequence, path, media, by_id)
    inside = reached(sequence.id, {film.id: shown_in(film) for film in (*by_id.values(), sequence)})
    return tuple(_notes([sequence, *(by_id[name] for name in sorted(inside) if name in by_id)], media))


def read_otio(path: Path) -> Imported:
    """Read an .otio file of this or of another program.

    Raises:
        ProjectError: when the file cannot be read or holds no timeline.
    """
    from core.timeline.otio_read import read

    return read(path)


def rebound(sequence: Sequence, uses: Mapping[str, Footage]) -> Sequence:
    """The sequence with its uses of media and of other sequences replaced, by their ids: the project's own ids and
    ranges after an import."""

    def bound(clip: Clip) -> Clip:
        use = uses.get(clip.media_id or clip.sequence_id or "")
        return clip if use is None else replace(clip, content=use)

    return with_clips(sequence, bound)


# What others do not see


def _notes(films: list[Sequence], media: Mapping[str, MediaPlace]) -> Iterable[str]:
    clips = [clip for film in films for _, _, clip in film.clips()]
    missing = sorted({clip.name for clip in clips if clip.media_id and clip.media_id not in media})
    if missing:
        yield f"Clips without media: {', '.join(missing)}"
    other = "other programs do not see them; Laminar reads them back"
    kinds = (
        ("Speed ramps become a constant speed", any(isinstance(c.time_map, Curve) for c in clips)),
        (
            f"Titles and colours are generators: {other}",
            any(not isinstance(c.content, Footage) for c in clips),
        ),
        (f"Effects and mattes: {other}", any(c.effects for c in clips)),
        (
            f"Position, scale, rotation, opacity and blend modes: {other}",
            any(_is_transformed(c) for c in clips),
        ),
        (f"Labels of clips: {other}", any(c.label for c in clips)),
        (f"Clips that stick to the scene: {other}", any(c.pin is not None for c in clips)),
        (f"Pictures made between frames: {other}", any(c.between != "nearest" for c in clips)),
        (
            f"Transitions that are no cross-fades: {other}",
            any(c.transition is not None and c.transition.kind != "cross-fade" for c in clips),
        ),
        (
            f"Volume and balance: {other}",
            any(c.gain != 0 for c in clips)
            or any(t.gain or t.balance for film in films for t in film.tracks),
        ),
        (f"Fades of clips by themselves: {other}", any(c.fade_in or c.fade_out for c in clips)),
        (f"Links of picture and sound: {other}", any(c.link for c in clips)),
        (
            f"Solo and locked tracks, in and out points: {other}",
            any(track.solo or track.locked for film in films for track in film.tracks)
            or any((film.in_point, film.out_point) != (None, None) for film in films),
        ),
    )
    yield from (text for text, present in kinds if present)


def _is_transformed(clip: Clip) -> bool:
    values = (clip.x, clip.y, clip.scale, clip.rotation, clip.opacity)
    neutral = (0.0, 0.0, 1.0, 0.0, 1.0)
    return clip.blend != "normal" or any(
        isinstance(value, Keys) or value != default for value, default in zip(values, neutral, strict=True)
    )
