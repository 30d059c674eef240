"""Media onto tracks: pure functions from project to project, used by drops, the media bin and the commands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from msgspec.structs import replace

from core.errors import EditError
from core.project.project import Media, Project
from core.time import FrameRate, TimeRange
from core.timeline import edits
from core.timeline.edits import MoveMode
from core.timeline.model import Clip, MediaUse, Sequence, SequenceUse, Track, TrackKind, new_id, new_sequence

FALLBACK_RATE = FrameRate(25)
MAX_SIDE = 7680


def with_sequence_for(project: Project, media: Iterable[Media], name: str) -> Project:
    """The project with a sequence: a new one shaped like the first media, or an untouched one reshaped to it.

    Only the first media of a project shapes an empty sequence; afterwards the user's choice stands.
    """
    first = next(iter(sorted(media, key=lambda one: one.info.video is None)), None)
    sequence = project.sequence
    if first is None:
        return project
    if sequence is None:
        return project.with_sequence(shaped(new_sequence(name, 1920, 1080, FALLBACK_RATE), first))
    if not project.media and sequence.duration == 0:
        return project.with_sequence(shaped(sequence, first))
    return project


def with_shape_of_first(project: Project, media: Iterable[Media]) -> Project:
    """The project with a film shaped by the first clips that come to it, where it has no other shape than the bin's
    first media gave it: who imports a whole folder has not chosen yet.

    A shape that the user set, or a project with a film that has clips, stays.
    """
    sequence = project.sequence
    first = next((one for one in media if one.info.video is not None), None)
    imported = next((one for one in project.media if one.info.video is not None), None)
    if (
        sequence is None
        or first is None
        or imported is None
        or any(one.duration for one in project.sequences)
    ):
        return project
    return (
        project.with_sequence(shaped(sequence, first)) if shaped(sequence, imported) == sequence else project
    )


def shaped(sequence: Sequence, media: Media) -> Sequence:
    """The sequence with the size, rate and sample rate of the media, sides even as encoders want them."""
    video, audio = media.info.video, media.info.audio
    if video is not None:
        width, height = video.width, video.height
        shrink = min(1.0, MAX_SIDE / max(width, height))
        width, height = (max(16, round(side * shrink) // 2 * 2) for side in (width, height))
        sequence = replace(sequence, width=width, height=height)
        if media.info.kind != "image" and 1 <= video.rate.fps <= 240:
            sequence = replace(sequence, rate=usual_rate(video.rate))
    if audio is not None and audio.sample_rate in (44100, 48000, 96000):
        sequence = replace(sequence, sample_rate=audio.sample_rate)
    return sequence


def usual_rate(rate: FrameRate) -> FrameRate:
    """The standard rate next to a measured one (variable-rate files average to odd numbers), else the rate."""
    usual = [FrameRate(24000, 1001), FrameRate(24), FrameRate(25), FrameRate(30000, 1001), FrameRate(30),
             FrameRate(48), FrameRate(50), FrameRate(60000, 1001), FrameRate(60), FrameRate(100),
             FrameRate(120)]  # fmt: skip
    nearest = min(usual, key=lambda known: abs(known.fps - rate.fps))
    return nearest if abs(nearest.fps - rate.fps) < 0.004 * rate.fps else rate


def use_of(media: Media, sequence: Sequence, still: int) -> tuple[MediaUse, TimeRange]:
    """The content of a clip of a media and what it shows of it, its marked part or all: a whole
    number of the sequence's frames."""
    available = media.available
    if available is None:
        return MediaUse(media.id), TimeRange(0, max(sequence.rate.frame_ticks, sequence.rate.snap(still)))
    part = media.part if media.part is not None and available.covers(media.part) else available
    frames = sequence.rate.frame_at(part.duration)
    whole = sequence.rate.time_of(frames) if frames else part.duration
    return MediaUse(media.id, available), TimeRange(part.start, whole)


def outward(sequence: Sequence, kind: TrackKind) -> list[Track]:
    """Tracks of a kind from the border of picture and sound outward: V1, V2 … or A1, A2 …"""
    same = [track for track in sequence.tracks if track.kind == kind]
    return same if kind == "video" else same[::-1]


def targets(sequence: Sequence, near: str) -> tuple[str | None, str | None]:
    """Video and audio track for media put on track `near`: that one and its counterpart of the other kind.

    Without `near` (or an unknown one) the first unlocked pair.
    """
    found: dict[TrackKind, str | None] = {"video": None, "audio": None}
    known = next((track for track in sequence.tracks if track.id == near), None)
    index = 0
    if known is not None:
        index = [track.id for track in outward(sequence, known.kind)].index(known.id)
    kinds: tuple[TrackKind, TrackKind] = ("video", "audio")
    for kind in kinds:
        lane = outward(sequence, kind)
        if known is not None and known.kind == kind:
            found[kind] = known.id
        elif lane:
            found[kind] = next((track.id for track in lane[index:] if not track.locked), None) or lane[-1].id
    return found["video"], found["audio"]


def clips_of(media: Media, sequence: Sequence, near: str, still: int) -> dict[str, Clip]:
    """Track id to clip: the picture and, linked to it, the sound of the media.

    Raises:
        EditError: when the sequence has no track of the kind.
    """
    video_track, audio_track = targets(sequence, near)
    content, source = use_of(media, sequence, still)
    wants_video, wants_audio = media.info.video is not None, media.info.audio is not None
    clips = edits.media_clips(
        content,
        media.name,
        source,
        video_track=video_track if wants_video else None,
        audio_track=audio_track if wants_audio else None,
    )
    if not clips:
        raise EditError(
            f"there is no track for {media.name}", "Add a track with a right click on the track names"
        )
    return clips


def place(
    project: Project, media_ids: Iterable[str], time: int, near: str, mode: MoveMode, still: int
) -> Project:
    """Put media one after the other on the timeline from `time` on.

    still: how long pictures stand, ticks.

    Raises:
        EditError: locked track, no sequence.
    """
    sequence = project.sequence
    if sequence is None:
        raise EditError("there is no sequence yet", "Import a clip first")
    for media_id in media_ids:
        clips = clips_of(project.find_media(media_id), sequence, near, still)
        if mode == "insert":
            sequence = edits.insert(sequence, time, clips)
        else:
            sequence = edits.overwrite(sequence, time, clips)
        time += max(clip.duration for clip in clips.values())
    return project.with_sequence(sequence)


def place_film(project: Project, film_id: str, time: int, near: str) -> Project:
    """Put a film of the project as a compound clip over what stands on the active one's timeline from `time` on.

    Raises:
        EditError: when the film is empty or would show itself, or a track is locked.
    """
    sequence = project.sequence
    film = next((one for one in project.sequences if one.id == film_id), None)
    if sequence is None or film is None or film.duration == 0:
        raise EditError("there is nothing in this film", "Put clips into it first")
    kinds = {track.kind for track in film.tracks if track.items}
    video_track, audio_track = targets(sequence, near)
    clips = edits.media_clips(
        SequenceUse(film.id, TimeRange(0, film.duration)),
        film.name,
        TimeRange(0, sequence.rate.time_of(max(1, sequence.rate.frame_at(film.duration)))),
        video_track=video_track if "video" in kinds else None,
        audio_track=audio_track if "audio" in kinds else None,
    )
    return project.with_sequence(edits.overwrite(sequence, time, clips))


def placed_ids(before: Sequence | None, after: Sequence | None) -> frozenset[str]:
    """Clips that `after` has and `before` has not."""
    old, new = (
        frozenset[str]().union(*(track.spots.keys() for track in film.tracks))
        if film is not None
        else frozenset[str]()
        for film in (before, after)
    )
    return new - old


def without_media(project: Project, media_ids: frozenset[str]) -> Project:
    """The project without these media; their clips leave gaps in every sequence."""
    result = replace(project, media=tuple(media for media in project.media if media.id not in media_ids))
    for sequence in project.sequences:
        spots = (track.spots for track in sequence.tracks)
        gone = [name for here in spots for name, (_, _, clip) in here.items() if clip.media_id in media_ids]
        if gone:
            result = result.with_sequence(edits.lift(sequence, gone, linked=False))
    return result


def fresh_copies(clips: Iterable[Clip]) -> list[Clip]:
    """The clips under new ids; links among them become new links."""
    links: defaultdict[str, str] = defaultdict(new_id, {"": ""})
    return [replace(clip, id=new_id(), link=links[clip.link], transition=None) for clip in clips]
