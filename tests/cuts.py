"""Small films made of values, for tests of panels and of the document: no files are read."""

from __future__ import annotations

from msgspec.structs import replace

from core.media.info import AudioInfo, MediaInfo, VideoInfo
from core.project.project import Media, Project, TrackedObject, new_project
from core.time import TICKS_PER_SECOND, FrameRate, TimeRange
from core.timeline.model import Clip, Gap, MediaUse, Sequence, Track
from core.timeline.time_map import Linear

SECOND = TICKS_PER_SECOND
RATE = FrameRate(25)
FRAME = RATE.frame_ticks


def media(
    name: str,
    seconds: int = 20,
    *,
    sound: bool = True,
    picture: bool = True,
    size: tuple[int, int] = (640, 360),
) -> Media:
    """Media that says of itself what is given; its file does not exist."""
    video = VideoInfo("h264", *size, *size, RATE, frames=seconds * 25) if picture else None
    audio = AudioInfo("aac", 48000, 2) if sound else None
    kind = "video" if picture else "audio"
    info = MediaInfo(kind, "mp4", seconds * SECOND, 1000, f"print-{name}", video, audio)  # type: ignore[arg-type]
    return Media(name, f"{name}.mp4", f"/nowhere/{name}.mp4", info)


def with_object(one: Media) -> Media:
    return replace(one, objects=(TrackedObject(1, "Bear", "#e6475a"), TrackedObject(2, "Log", "#3fa7ff")))


def clip(
    clip_id: str, media_id: str, start: int, length: int, *, link: str = "", available: int = 20
) -> Clip:
    """Seconds `start` to `start + length` of a media."""
    use = MediaUse(media_id, TimeRange(0, available * SECOND))
    return Clip(clip_id, clip_id.upper(), use, length * SECOND, Linear(start * SECOND), link)


def sequence() -> Sequence:
    """V2: empty. V1: a (0-4 s), b (4-8 s), gap, c (10-14 s). A1: the sound of a and c, linked. A2: empty."""
    v1 = (
        clip("a", "m", 4, 4, link="la"),
        clip("b", "m", 2, 4),
        Gap(2 * SECOND),
        clip("c", "m", 6, 4, link="lc"),
    )
    a1 = (clip("sa", "m", 4, 4, link="la"), Gap(6 * SECOND), clip("sc", "m", 6, 4, link="lc"))
    tracks = (Track("A2", "audio", "A2"), Track("A1", "audio", "A1", a1), Track("V1", "video", "V1", v1),
              Track("V2", "video", "V2"))  # fmt: skip
    return Sequence("film", "Film", 640, 360, RATE, 48000, tracks)


def project() -> Project:
    made = replace(
        new_project(), media=(media("m"), media("song", picture=False), media("mute", 3, sound=False))
    )
    return made.with_sequence(sequence())


def starts(film: Sequence | None, track: str) -> dict[str, float]:
    """Clip id to record start in seconds."""
    assert film is not None
    return {one.id: where.start / SECOND for where, one in film.track(track).clips()}


def lengths(film: Sequence | None, track: str) -> dict[str, float]:
    assert film is not None
    return {one.id: where.duration / SECOND for where, one in film.track(track).clips()}
