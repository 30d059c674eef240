"""What a project file may say of media; see core.project.checks."""

from __future__ import annotations

from msgspec.structs import replace

from core.media.info import AudioInfo, MediaInfo
from core.project.atlas_edits import believable
from core.project.bounds import LONGEST_PATH, MAX_SIDE, MAX_TIME, Notes, colour, rate_ok, short, time_ok
from core.project.layer_checks import believable_layer, believable_layers
from core.project.media_folders import LONGEST_NAME
from core.project.names import is_id, is_mask_name, is_result_key
from core.project.project import KeyMask, Media, Project, TrackedObject, Verdict, first_colour
from core.time import TimeRange


def believable_media(project: Project, notes: Notes) -> tuple[Media, ...]:
    """The bin without media that make no sense, and each without what makes none, with a note on what went."""
    kept: dict[str, Media] = {}
    for media in project.media:
        name = media.name[:80]
        if not is_id(media.id) or media.id in kept:
            notes.dropped(f"{name}: its id is used twice or makes no sense; import it again")
        elif not _path_ok(media.path) or not _info_ok(media.info):
            notes.dropped(f"{name}: its properties make no sense; import it again")
        else:
            kept[media.id] = _masks(media, notes)
    return tuple(kept.values())


def _path_ok(path: str) -> bool:
    return 0 < len(path) <= LONGEST_PATH and "\0" not in path


def _info_ok(info: MediaInfo) -> bool:
    if not is_id(info.fingerprint):  # pictures made from the media are kept in folders of that name
        return False
    if not 0 <= info.duration <= MAX_TIME or info.size_bytes < 0:
        return False
    sounds = (*info.sounds, *((info.audio,) if info.audio is not None else ()))
    if not all(_sound_ok(audio) for audio in sounds):
        return False
    if len(info.jumps) > 10**4 or not all(0 < one.by <= one.first <= MAX_TIME for one in info.jumps):
        return False
    if info.video is None:
        return True
    video = info.video
    sides = (video.width, video.height, video.coded_width, video.coded_height)
    aspect = (video.pixel_aspect_num, video.pixel_aspect_den)
    return (
        all(0 < side <= MAX_SIDE for side in sides)
        and all(0 < part <= 10**9 for part in aspect)
        and video.rotation in (0, 90, 180, 270)
        and 0 <= video.frames <= 10**10
        and time_ok(video.start)
        and rate_ok(video.rate)
    )


def _sound_ok(audio: AudioInfo) -> bool:
    return (
        0 < audio.sample_rate <= 1_000_000
        and 0 < audio.channels <= 1024
        and time_ok(audio.start)
        and 0 <= audio.stream <= 10**4
        and 0 <= audio.channel <= audio.channels
        and -1 <= audio.right <= 10**4
    )


def _masks(media: Media, notes: Notes) -> Media:
    """What masks, tracks and proxies of a media name must be plain names in the data folder."""
    name = media.name[:80]
    objects: dict[int, TrackedObject] = {}
    for one in media.objects:
        if 1 <= one.label <= 255 and one.label not in objects:
            objects[one.label] = replace(
                one, name=short(one.name, notes), colour=colour(one.colour, first_colour(one.label))
            )
    masks: dict[int, KeyMask] = {}
    for mask in media.key_masks:
        if 0 <= mask.frame <= 10**9 and is_mask_name(mask.file):
            masks[mask.frame] = mask
    if len(objects) != len(media.objects) or len(masks) != len(media.key_masks):
        notes.dropped(f"{name}: some of its objects or key masks could not be read; draw them again")
    track = media.track
    if track is not None and not (is_result_key(track.key) and 0 <= track.first <= track.last <= 10**9):
        notes.dropped(f"{name}: its tracking could not be read; track it again")
        track = None
    verdicts = tuple(one for one in media.verdicts if _verdict_ok(one))
    if len(verdicts) != len(media.verdicts):
        notes.dropped(f"{name}: some of what was said of its appearances could not be read; say it again")
    return replace(
        _atlas(media, notes),
        name=short(media.name, notes),
        objects=tuple(objects.values()),
        key_masks=tuple(masks.values()),
        track=track,
        proxy=_key(media.proxy),
        folder=" ".join(media.folder.split())[:LONGEST_NAME],
        speediness=_key(media.speediness),
        part=_part(media),
        camera=_key(media.camera),
        verdicts=verdicts,
        layers=believable_layers(media, notes.dropped),
        layer=believable_layer(media, notes.dropped),
    )


def _part(media: Media) -> TimeRange | None:
    """The marked part where it lies in the media."""
    whole, part = media.available, media.part
    if part is None or whole is None or part.duration == 0 or not whole.covers(part):
        return None
    return part


def _atlas(media: Media, notes: Notes) -> Media:
    edits = believable(media.atlas_edits)
    if len(edits) != len(media.atlas_edits):
        notes.dropped(f"{media.name[:80]}: some of what was painted on it could not be read; paint it again")
    return replace(media, atlas=_key(media.atlas), atlas_edits=edits)


def _key(key: str) -> str:
    """The key of a result, which can be made again; empty when it makes no sense."""
    return key if is_result_key(key) else ""


def _verdict_ok(verdict: Verdict) -> bool:
    x, y, width, height = verdict.box
    inside = max(abs(x), abs(y)) <= MAX_SIDE and 0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE
    return 1 <= verdict.label <= 255 and 0 <= verdict.frame <= 10**9 and inside
